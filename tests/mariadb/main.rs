//! Checks against a real source and a real replica, through the built program.
//!
//! `tests/run` starts the servers and says where they are; without them each test says that it was
//! left out, and passes.

mod program;
mod restore;
mod servers;
mod waits;
