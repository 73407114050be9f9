//! The walk: a pure state machine that asks for things, and the loop that gets them.

pub mod ports;
