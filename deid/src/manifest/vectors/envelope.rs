//! Faults of the DSSE envelope.

use super::{Case, envelope_text, payload, signature, text, with, with_signatures};
use crate::manifest::envelope::{Envelope, pae};
use crate::manifest::sample;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};

pub(super) fn cases() -> Vec<Case> {
    let one = sample::key(1);
    vec![
        (
            "envelope-trailing-bytes",
            "envelope-malformed",
            "something stands after the document",
            with(|v| v.envelope.push_str("{}\n")),
        ),
        ("envelope-not-json", "envelope-malformed", "not JSON", with(|v| v.envelope = "DSSEv1".to_owned())),
        (
            "envelope-bom",
            "envelope-malformed",
            "JSON does not start with a byte order mark",
            with(|v| v.envelope.insert(0, '\u{feff}')),
        ),
        (
            "envelope-unknown-key",
            "envelope-malformed",
            "a key that the contract does not name",
            envelope_text("{", "{\"note\":\"x\","),
        ),
        (
            "envelope-duplicate-key",
            "duplicate-key",
            "payloadType twice, the second one right",
            envelope_text("{", "{\"payloadType\":\"text/plain\","),
        ),
        (
            "envelope-missing-keyid",
            "envelope-malformed",
            "a signature that names no key",
            with(|v| {
                v.envelope = v.envelope.replace(&format!("\"keyid\":\"{}\",", one.public().id()), "");
            }),
        ),
        (
            "envelope-keyid-root",
            "envelope-malformed",
            "a root key cannot sign",
            envelope_text("\"sign-", "\"root-"),
        ),
        (
            "envelope-keyid-path",
            "envelope-malformed",
            "a key id is not a path",
            with(|v| {
                v.envelope = v.envelope.replace(one.public().id().as_str(), "../../keys/mine");
            }),
        ),
        (
            "envelope-same-key-twice",
            "envelope-malformed",
            "two signatures by one key count as neither",
            with(|v| {
                v.envelope = with_signatures(&[(&one, signature(&one)), (&one, signature(&one))]);
            }),
        ),
        (
            "envelope-17-signatures",
            "envelope-malformed",
            "more signatures than anyone reads",
            with(|v| {
                let keys: Vec<_> = (1..=17).map(sample::key).collect();
                v.envelope = with_signatures(&keys.iter().map(|k| (k, signature(k))).collect::<Vec<_>>());
            }),
        ),
        (
            "payload-type-other",
            "payload-type",
            "the payload is said to be something else",
            envelope_text("vnd.in-toto+json", "json"),
        ),
        (
            "payload-type-signed-other",
            "payload-type",
            "another payload type, correctly signed",
            with(|v| {
                let sig = one.sign(&pae("application/json", &payload(v))).unwrap().to_vec();
                v.envelope = text(Envelope::write(
                    "application/json",
                    &payload(v),
                    &[(one.public().id().to_string(), sig)],
                ));
            }),
        ),
        (
            "base64-url-safe",
            "base64",
            "signature in the other base64 alphabet",
            with(|v| {
                let sig = (2..250)
                    .map(|i| signature(&sample::key(i)))
                    .find(|s| STANDARD.encode(s).contains(['+', '/']))
                    .unwrap();
                v.envelope = with_signatures(&[(&one, sig.clone())])
                    .replace(&STANDARD.encode(&sig), &URL_SAFE.encode(&sig));
            }),
        ),
        ("base64-unpadded", "base64", "signature without its padding", envelope_text("==\"}]", "\"}]")),
        (
            "base64-spare-bits",
            "base64",
            "the unused bits of the last character are not zero",
            with(|v| {
                let encoded = STANDARD.encode(signature(&one));
                let last = encoded.as_bytes()[85];
                let changed = format!("{}{}==", &encoded[..85], char::from(last + 1));
                v.envelope = v.envelope.replace(&encoded, &changed);
            }),
        ),
        (
            "base64-line-break",
            "base64",
            "payload broken into lines",
            envelope_text("\"payload\":\"", "\"payload\":\"\\n"),
        ),
        ("unsigned", "unsigned", "an empty list of signatures", with(|v| v.envelope = with_signatures(&[]))),
    ]
}
