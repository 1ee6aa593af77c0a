//! The contract of docs/manifest.md as two shapes: the envelope and the statement.
//!
//! Complete on purpose, although a judgement needs few of the fields: a document with a key that
//! is not listed here was written by a program whose meaning is not known.

use super::key_id;
use super::run_manifest::is_ratio;
use super::shape::Shape::{
    self, Count, Flag, Form, Integer, List, Map, Nullable, Object, OneOf, Small, Text, Word,
};
use super::time::Moment;

pub(super) const PAYLOAD_TYPE: &str = "application/vnd.in-toto+json";
pub(super) const STATEMENT_TYPE: &str = "https://in-toto.io/Statement/v1";
pub(super) const PREDICATE_TYPE: &str = "tag:deid.example,2026:run-manifest/v1";
pub(super) const MAX_BYTES: usize = 4 * 1024 * 1024;
pub(super) const MAX_SIGNATURES: usize = 16;

pub(super) const ENVELOPE: Shape = Object(&[
    ("payloadType", Text),
    ("payload", Text),
    ("signatures", List(&Object(&[("keyid", Text), ("sig", Text)]))),
]);

const SHA256: Shape = Form(is_sha256);
const KEY_ID: Shape = Form(key_id::is_key_id);
const TIME: Shape = Form(is_moment);
const RATIO: Shape = Form(is_ratio);
const TEXTS: Shape = List(&Text);
const PINNED: Shape = Object(&[("id", Text), ("sha256", SHA256)]);
const COUNTS: Shape = Object(&[("in", Count), ("out", Count), ("suppressed", Count)]);

const FORMAT: Shape = Object(&[
    ("kind", Word(&["csv", "parquet", "ndjson"])),
    ("encoding", Nullable(&Text)),
    ("bom", Nullable(&Flag)),
    ("delimiter", Nullable(&Text)),
    ("eol", Nullable(&Word(&["lf", "crlf"]))),
    ("null_tokens", TEXTS),
]);

const PARAMETERS: Shape = Map(&OneOf(&[Flag, Integer, Text]));

const COLUMN: Shape = Object(&[
    ("name", Text),
    ("role", Word(&["direct", "link", "quasi", "sensitive", "text", "keep", "drop"])),
    ("item", Nullable(&Text)),
    ("type", Text),
    ("normalisation", Nullable(&Text)),
    ("published", Flag),
    ("treatments", List(&Object(&[("id", Text), ("parameters", PARAMETERS)]))),
]);

const TABLE: Shape = Object(&[
    ("id", Text),
    ("file", Text),
    ("format", FORMAT),
    ("rows", COUNTS),
    ("people", Nullable(&COUNTS)),
    ("person_column", Nullable(&Object(&[("name", Text), ("published", Flag)]))),
    ("order", Word(&["shuffled", "keep"])),
    ("columns", List(&COLUMN)),
    ("quasi", TEXTS),
    ("sensitive", TEXTS),
    ("formula_cells", Count),
]);

const MEASURE: Shape = Object(&[
    ("definition", Text),
    ("scope", Word(&["table", "joined"])),
    ("table", Nullable(&Text)),
    ("columns", TEXTS),
    ("value", Nullable(&OneOf(&[Count, RATIO]))),
    ("basis", Word(&["recountable", "attested"])),
]);

const L_LIMIT: Shape = Object(&[("table", Text), ("column", Text), ("limit", Count)]);
const T_LIMIT: Shape = Object(&[("table", Text), ("column", Text), ("limit", RATIO)]);

const MODEL_LIMIT: Shape = Object(&[
    ("definition", Text),
    ("table", Text),
    ("column", Nullable(&Text)),
    ("parameters", PARAMETERS),
    ("limit", OneOf(&[Count, RATIO])),
    ("bound", Word(&["least", "greatest"])),
]);

const GATE: Shape = Object(&[
    ("k", Count),
    ("l", List(&L_LIMIT)),
    ("t", List(&T_LIMIT)),
    ("t_reference", Nullable(&Word(&["input", "published"]))),
    ("models", List(&MODEL_LIMIT)),
    ("suppression_limit", Nullable(&RATIO)),
    ("passed", Flag),
]);

const KEY: Shape = Object(&[
    ("id", KEY_ID),
    ("kind", Word(&["root", "signing"])),
    ("lifetime", Word(&["file", "memory", "built-in"])),
    ("destroyed", Flag),
]);

const LEVEL: Shape = Object(&[
    ("table", Text),
    ("column", Text),
    ("level", Nullable(&Small)),
    ("height", Small),
    ("records", List(&Count)),
]);

const SEARCH: Shape = Object(&[
    ("proven", Flag),
    ("loss", RATIO),
    ("bound", RATIO),
    ("gap", RATIO),
    ("stopped", Nullable(&Word(&["limit", "time"]))),
]);

const DECISION: Shape = Object(&[
    ("sha256", SHA256),
    ("recoding", Word(&["full-domain", "local", "cells"])),
    ("levels", List(&LEVEL)),
    ("search", Nullable(&SEARCH)),
]);

const RELATION: Shape = Object(&[
    ("child", Text),
    ("child_columns", TEXTS),
    ("parent", Text),
    ("parent_columns", TEXTS),
    ("to_person", Flag),
]);

const UNIQUENESS: Shape = Object(&[
    ("table", Text),
    ("column", Text),
    ("people", Count),
    ("limit", Nullable(&Count)),
    ("acknowledged", Flag),
]);

const RUN: Shape = Object(&[
    ("run_time", TIME),
    ("tool", Object(&[("name", Text), ("version", Text)])),
    ("signer", Object(&[("id", KEY_ID), ("public_key", Text)])),
    ("demo", Flag),
    ("recipe", PINNED),
    ("decision", Nullable(&DECISION)),
    ("hierarchies", List(&Object(&[("table", Text), ("column", Text), ("sha256", SHA256)]))),
    ("rule_pack", PINNED),
    ("inputs", List(&Object(&[("name", Text), ("sha256", SHA256), ("rows", Count), ("format", FORMAT)]))),
    ("recipient", Text),
    ("exchange", Text),
    ("link_group", Nullable(&Text)),
    ("legal_form", Word(&["安全管理加工", "仮名加工情報", "匿名加工情報", "行政機関等匿名加工情報", "統計"])),
    ("keys", List(&KEY)),
    ("normalisation", List(&Object(&[("domain", Text), ("id", Text)]))),
    ("tables", List(&TABLE)),
    ("relations", List(&RELATION)),
    ("measures", List(&MEASURE)),
    ("gate", Nullable(&GATE)),
    (
        "releases",
        Object(&[("follows", Nullable(&SHA256)), ("assessment", Word(&["not-assessed", "measured"]))]),
    ),
    ("acknowledged", List(&Object(&[("code", Text), ("reason", Text)]))),
    ("uniqueness", List(&UNIQUENESS)),
]);

pub(super) const STATEMENT: Shape = Object(&[
    ("_type", Text),
    ("subject", List(&Object(&[("name", Text), ("digest", Object(&[("sha256", SHA256)]))]))),
    ("predicateType", Text),
    ("predicate", RUN),
]);

fn is_sha256(text: &str) -> bool {
    text.len() == 64 && !text.contains(|c: char| !matches!(c, '0'..='9' | 'a'..='f'))
}

fn is_moment(text: &str) -> bool {
    Moment::parse(text).is_some()
}
