use clap::Parser;
use std::io::Write;
#[derive(Parser)]
struct Cli {
    #[command(flatten)]
    a: midwatch::commands::lint::LintArgs,
}
fn main() {
    let cli = Cli::parse();
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let code = {
        let mut s = midwatch::commands::lint::Streams {
            input: &mut std::io::stdin(),
            out: &mut out,
            err: &mut std::io::stderr(),
            colour: false,
        };
        match midwatch::commands::lint::lint(&cli.a, &mut s) {
            Ok(c) => c,
            Err(e) => {
                eprintln!("{e:#}");
                2
            }
        }
    };
    out.flush().unwrap();
    std::process::exit(code as i32);
}
