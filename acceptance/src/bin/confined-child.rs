//! The confined child of stories: what `printkeep child-prepare` is to the server.

fn main() -> std::process::ExitCode {
    prepare::child::main()
}
