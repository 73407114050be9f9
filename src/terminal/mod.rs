//! The operator's terminal: what it looks like and how it listens.

pub mod cards;
pub mod clean;
pub mod keys;
pub mod markdown;
pub mod style;
pub mod text;
pub mod wait;
pub mod walker;
