//! No network client in the dependency tree: what is not linked cannot send anything.
//!
//! Of polars, only the Parquet half is used (`polars-arrow`, `polars-parquet`); its frames, its
//! CSV and JSON readers and its streaming engine pull in an asynchronous runtime, and its cloud
//! features an HTTP and a TLS client. A runtime alone (tokio without its `net` feature) sends
//! nothing and is not in the list, but there is none today, so that is asserted too.

use std::process::Command;

use crate::repository::{root, text};

/// Clients, and the layers that exist for them.
const FORBIDDEN: &[&str] = &[
    "actix-web",
    "async-native-tls",
    "attohttpc",
    "aws-config",
    "aws-sdk-s3",
    "axum",
    "curl",
    "curl-sys",
    "h2",
    "h3",
    "hickory-proto",
    "hickory-resolver",
    "hyper",
    "hyper-rustls",
    "hyper-tls",
    "hyper-util",
    "isahc",
    "libssh2-sys",
    "minreq",
    "native-tls",
    "object_store",
    "openssl",
    "openssl-sys",
    "quinn",
    "quinn-proto",
    "reqwest",
    "rustls",
    "rustls-webpki",
    "schannel",
    "security-framework",
    "surf",
    "tokio-native-tls",
    "tokio-rustls",
    "tokio-tungstenite",
    "tonic",
    "trust-dns-proto",
    "trust-dns-resolver",
    "tungstenite",
    "ureq",
    "webpki-roots",
];

/// Names of the packages that the crate is built with.
fn packages(of: &str) -> Vec<String> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "-p", of, "--all-features", "-e", "normal", "--prefix", "none"])
        .args(["--format", "{p}", "--offline", "--locked"])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines()
        .filter_map(|line| line.split(' ').next())
        .filter(|n| !n.is_empty())
        .map(str::to_owned)
        .collect()
}

#[test]
fn there_is_no_network_client() {
    for (of, known) in [("deid", "polars-parquet"), ("pia", "serde")] {
        let all = packages(of);
        assert!(all.iter().any(|p| p == known), "{of}: the tree was not read: {all:?}");
        let found: Vec<&String> = all.iter().filter(|p| FORBIDDEN.contains(&p.as_str())).collect();
        assert!(found.is_empty(), "{of}: {found:?}");
        assert!(
            !all.iter().any(|p| p == "tokio"),
            "{of}: an asynchronous runtime has come in; read the page's top"
        );
    }
}

/// Wider than needed: also what only tests, builds and other platforms use.
#[test]
fn the_lock_file_names_no_network_client() {
    let lock = text(&root().join("Cargo.lock")).unwrap();
    let names: Vec<&str> =
        lock.lines().filter_map(|l| l.strip_prefix("name = \"")?.strip_suffix('"')).collect();
    assert!(names.contains(&"polars-parquet"));
    let found: Vec<&&str> = names.iter().filter(|name| FORBIDDEN.contains(name)).collect();
    assert!(found.is_empty(), "{found:?}");
}

/// The judge must not link the judged, nor the other way round.
#[test]
fn the_crates_do_not_link_each_other() {
    assert!(!packages("pia").iter().any(|p| p == "deid"));
    assert!(!packages("deid").iter().any(|p| p == "pia"));
}
