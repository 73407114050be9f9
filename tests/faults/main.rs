//! What a run keeps when system calls fail or the process is killed in the middle of one.
//!
//! strace does it: it makes the k-th call of a name fail, or kills the process on entering it.
//! That shows the order of things, not what a power loss does to a disk.

mod clock;
mod inject;
mod kill;
mod mutant;
mod order;
mod readonly;
mod space;
mod trace;

#[path = "../support/mod.rs"]
mod support;
