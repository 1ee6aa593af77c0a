//! The `deid` command.

fn main() {
    let args: Vec<std::ffi::OsString> = std::env::args_os().collect();
    if args.get(1).is_some_and(|a| a == deid::io::DECODE_ARGUMENT) {
        std::process::exit(deid::io::decode_main(args.get(2..).unwrap_or_default()));
    }
    let lang = std::env::var("DEID_LANG").ok();
    std::process::exit(deid::cli::run(args, lang.as_deref()));
}
