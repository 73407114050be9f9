//! What must hold for any bytes. Fuzzing looks for bytes that break it, `tests/seeds.rs` replays
//! those that were found.
#![allow(dead_code)]

mod bytes;
mod journal;
#[path = "../../mapping_support/properties.rs"]
mod properties;
mod text;

pub use bytes::{clean, mask};
pub use journal::journal;
pub use text::{info, mapping, script};
