//! Faults of the signature, among them the edge cases of Ed25519.

use super::{Case, good, payload, pin, signature, text, unreduced, with, with_signatures};
use crate::manifest::sample;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

pub(super) fn cases() -> Vec<Case> {
    let one = sample::key(1);
    let two = sample::key(2);
    vec![
        (
            "payload-changed",
            "signature-invalid",
            "k raised from 7 to 9 after signing",
            with(|v| {
                let (old, new) = (payload(v), text(payload(v)).replacen("\"value\":7", "\"value\":9", 1));
                v.envelope = v.envelope.replace(&STANDARD.encode(old), &STANDARD.encode(new));
            }),
        ),
        (
            "signature-other-key",
            "signature-invalid",
            "made by key 2, said to be by key 1",
            with(|v| {
                v.envelope = with_signatures(&[(&one, signature(&two))]);
            }),
        ),
        (
            "signature-without-pae",
            "signature-invalid",
            "made over the bare payload",
            with(|v| {
                v.envelope = with_signatures(&[(&one, one.sign(&payload(&good())).unwrap().to_vec())]);
            }),
        ),
        (
            "signature-truncated",
            "signature-invalid",
            "63 bytes",
            with(|v| {
                v.envelope = with_signatures(&[(&one, signature(&one)[..63].to_vec())]);
            }),
        ),
        (
            "signature-longer",
            "signature-invalid",
            "65 bytes",
            with(|v| {
                v.envelope = with_signatures(&[(&one, [signature(&one), vec![0]].concat())]);
            }),
        ),
        (
            "signature-empty",
            "signature-invalid",
            "no bytes",
            with(|v| v.envelope = with_signatures(&[(&one, vec![])])),
        ),
        (
            "signature-zero",
            "signature-invalid",
            "64 zero bytes",
            with(|v| v.envelope = with_signatures(&[(&one, vec![0; 64])])),
        ),
        (
            "signature-s-unreduced",
            "signature-invalid",
            "S + L in place of S (malleable)",
            with(|v| {
                v.envelope = with_signatures(&[(&one, unreduced(signature(&one)))]);
            }),
        ),
        (
            "signature-r-identity",
            "signature-invalid",
            "R is the neutral point, S is zero",
            with(|v| {
                v.envelope = with_signatures(&[(&one, [vec![1], vec![0; 63]].concat())]);
            }),
        ),
        (
            "signature-bad-beside-good",
            "signature-invalid",
            "two pinned keys, one signature does not hold",
            with(|v| {
                v.trusted_keys.push(pin(&two));
                v.envelope = with_signatures(&[(&one, signature(&one)), (&two, signature(&one))]);
            }),
        ),
    ]
}
