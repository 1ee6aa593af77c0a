//! The command `pia`.

use std::process::ExitCode;

fn main() -> ExitCode {
    pia::cli::main()
}
