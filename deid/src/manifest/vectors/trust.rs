//! Faults of the trust list, the periods and the signer.

use super::{Case, by_demo, pin, predicate, signed, with};
use crate::manifest::sample;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

pub(super) fn cases() -> Vec<Case> {
    let one = sample::key(1);
    let two = sample::key(2);
    vec![
        (
            "unknown-signer",
            "unknown-signer",
            "signed by a key that nobody pinned",
            with(|v| v.trusted_keys = vec![pin(&two)]),
        ),
        (
            "nobody-pinned",
            "unknown-signer",
            "an empty trust list trusts nobody",
            with(|v| v.trusted_keys.clear()),
        ),
        (
            "demo-key-pinned",
            "demo-key",
            "the public demo key proves nothing, also where it is pinned",
            by_demo(),
        ),
        (
            "pin-small-order",
            "pin-malformed",
            "a pinned key of small order fits any signature",
            with(|v| {
                v.trusted_keys[0].key = STANDARD.encode([0u8; 32]);
            }),
        ),
        (
            "pin-small-order-eight",
            "pin-malformed",
            "a pinned key of order eight",
            with(|v| {
                v.trusted_keys[0].key = "JuiVj8KyJ7BFw/SJ8u+Y8NXfrAXTxjM5sTgCiG1T/IU=".to_owned();
            }),
        ),
        (
            "pin-not-canonical",
            "pin-malformed",
            "the y of a pinned key is p + 1",
            with(|v| {
                let mut key = [0xff; 32];
                (key[0], key[31]) = (0xee, 0x7f);
                v.trusted_keys[0].key = STANDARD.encode(key);
            }),
        ),
        (
            "pin-short-key",
            "pin-malformed",
            "31 bytes",
            with(|v| v.trusted_keys[0].key = STANDARD.encode([5u8; 31])),
        ),
        (
            "pin-twice",
            "pin-malformed",
            "one key pinned for two periods",
            with(|v| v.trusted_keys.push(pin(&one))),
        ),
        (
            "pin-no-such-day",
            "pin-malformed",
            "31 April",
            with(|v| v.trusted_keys[0].from = Some("2026-04-31".to_owned())),
        ),
        (
            "pin-backwards",
            "pin-malformed",
            "a period that ends before it begins",
            with(|v| {
                v.trusted_keys[0].until = Some("2026-03-31".to_owned());
            }),
        ),
        (
            "pin-expired",
            "pin-expired",
            "verified the day after the pin ended",
            with(|v| v.now = "2027-04-01T00:00:00Z".to_owned()),
        ),
        (
            "pin-last-second",
            "ok",
            "verified in the last second of the pin's last day",
            with(|v| v.now = "2027-03-31T23:59:59Z".to_owned()),
        ),
        (
            "pin-not-yet-valid",
            "pin-not-yet-valid",
            "verified before the pin begins",
            with(|v| {
                v.trusted_keys[0].from = Some("2026-11-23".to_owned());
            }),
        ),
        (
            "run-outside-pin",
            "run-outside-pin",
            "the run is older than the pin",
            with(|v| {
                v.trusted_keys[0].from = Some("2026-11-21".to_owned());
            }),
        ),
        (
            "run-in-future",
            "run-in-future",
            "the run is newer than the verification",
            with(|v| {
                v.now = "2026-11-20T01:02:02Z".to_owned();
            }),
        ),
        (
            "signer-other-key",
            "signer-differs",
            "the statement names another key than the one that signed",
            with(|v| {
                v.envelope = signed(&sample::statement(&two).to_bytes());
            }),
        ),
        (
            "signer-id-not-of-key",
            "signer-differs",
            "id and bytes of the named key do not belong together",
            predicate("/signer/id", json!(two.public().id().as_str())),
        ),
    ]
}
