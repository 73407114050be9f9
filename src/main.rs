//! Parse, call, exit.

use std::process::ExitCode;

fn main() -> ExitCode {
    // Scripts and prompts ask for the version often: answered before anything is built.
    let mut args = std::env::args_os().skip(1);
    if let (Some(first), None) = (args.next(), args.next())
        && (first == "--version" || first == "-V")
    {
        return midwatch::commands::version();
    }
    midwatch::commands::main()
}
