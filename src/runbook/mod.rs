//! From Markdown to steps.

mod model;

pub use model::*;
