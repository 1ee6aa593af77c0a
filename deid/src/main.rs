//! The `deid` command: harden the process, then hand over to [`deid::cli`].
//!
//! The first argument `__decode-parquet` makes this program the Parquet decoder instead: it takes
//! stricter limits for itself and says nothing.

use std::ffi::OsString;

fn main() {
    deid::process::harden();
    let arguments: Vec<OsString> = std::env::args_os().collect();
    let status = if arguments.get(1).is_some_and(|a| a == deid::io::DECODE_ARGUMENT) {
        deid::io::decode_main(arguments.get(2..).unwrap_or_default())
    } else {
        let lang = std::env::var("DEID_LANG").ok();
        deid::process::contain(|| deid::cli::run(arguments, lang.as_deref()))
    };
    std::process::exit(status);
}
