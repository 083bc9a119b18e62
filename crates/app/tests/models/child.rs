//! The confined child as a program of its own, for tests; the product starts itself instead.

use std::process::ExitCode;

fn main() -> ExitCode {
    prepare::child::main()
}
