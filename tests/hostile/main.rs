//! Records that somebody made to do harm: whoever looks back at them is told so, or told what can be
//! told; nothing breaks, nothing waits for ever, and the terminal is never obeyed.

mod files;
mod kit;
#[path = "../support/mod.rs"]
mod support;
mod words;
