//! One file a subcommand: it wires, nothing more.

pub mod lint;
