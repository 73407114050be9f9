//! The walk: a pure state machine that asks for things, and the loop that gets them.

pub mod drive;
pub mod machine;
pub mod ports;
pub mod question;
pub mod walk;
