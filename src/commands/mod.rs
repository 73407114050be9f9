//! See the module map in lib.rs.

pub mod export;
pub mod history;
pub mod note;
pub mod output;
pub mod show;
pub mod steps;
pub mod verify;
