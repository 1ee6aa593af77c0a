//! The `deid` command.

fn main() {}
