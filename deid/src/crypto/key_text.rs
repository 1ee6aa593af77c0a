//! The lines of a key file.
//!
//! One fact a line, in fixed order, nothing else allowed (LF; CRLF is read, too):
//!
//! ```text
//! deid-secret-key 1            deid-public-key 1
//! kind root                    kind signing
//! id root-F34SW4C8M6NJZTSR     id sign-…
//! label 救急実証 2026          label …
//! secret BASE64 of 32 bytes    public BASE64 of 32 bytes
//! check 16 hex digits          check …
//! ```
//!
//! `check` is the start of SHA-256 over the lines above it: it finds a file that was cut or
//! retyped, and is no protection against anyone.

use super::key_file::{KeyFileError, MAX_FILE};
use super::key_id::{KeyId, KeyKind};
use super::label::Label;
use super::text::hex;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

const SECRET_HEADER: &str = "deid-secret-key 1";
const PUBLIC_HEADER: &str = "deid-public-key 1";

/// Which of the two files the lines belong to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Secret,
    Public,
}

impl Form {
    const fn header(self) -> &'static str {
        if matches!(self, Self::Secret) { SECRET_HEADER } else { PUBLIC_HEADER }
    }

    const fn field(self) -> &'static str {
        if matches!(self, Self::Secret) { "secret" } else { "public" }
    }
}

/// What the lines say, apart from the key.
pub(super) struct Lines {
    pub(super) kind: KeyKind,
    pub(super) id: KeyId,
    pub(super) label: Label,
}

impl Lines {
    /// Reads the whole file: the facts and the 32 bytes of the key.
    pub(super) fn parse(bytes: &[u8], form: Form) -> Result<(Self, Zeroizing<[u8; 32]>), KeyFileError> {
        if bytes.len() > MAX_FILE {
            return Err(KeyFileError::NotAKeyFile);
        }
        let text = std::str::from_utf8(bytes).map_err(|_| KeyFileError::NotAKeyFile)?;
        let text = text.strip_suffix('\n').ok_or(KeyFileError::Line { line: text.lines().count() })?;
        let mut lines = text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line)).zip(1..);
        header(lines.next().map_or("", |(line, _)| line), form)?;
        let mut sum = Sha256::new();
        sum.update(form.header());
        let mut field = |name: &str, summed: bool| {
            let (line, number) = lines.next().ok_or(KeyFileError::Line { line: 6 })?;
            if summed {
                sum.update("\n");
                sum.update(line);
            }
            let value = line.strip_prefix(name).and_then(|rest| rest.strip_prefix(' '));
            value.ok_or(KeyFileError::Line { line: number })
        };
        let kind = match field("kind", true)? {
            "root" => KeyKind::Root,
            "signing" => KeyKind::Signing,
            _ => return Err(KeyFileError::Kind),
        };
        let id = KeyId::parse(field("id", true)?).ok_or(KeyFileError::Id)?;
        let label = Label::new(field("label", true)?)?;
        let key = decode(field(form.field(), true)?).ok_or(KeyFileError::Line { line: 5 })?;
        let check = field("check", false)?;
        if lines.next().is_some() {
            return Err(KeyFileError::Line { line: 7 });
        }
        sum.update("\n");
        if check != checksum(sum) {
            return Err(KeyFileError::Check);
        }
        Ok((Self { kind, id, label }, key))
    }
}

fn header(line: &str, form: Form) -> Result<(), KeyFileError> {
    match line {
        _ if line == form.header() => Ok(()),
        SECRET_HEADER => Err(KeyFileError::SecretGiven),
        PUBLIC_HEADER => Err(KeyFileError::PublicGiven),
        _ if line.starts_with("deid-secret-key ") || line.starts_with("deid-public-key ") => {
            Err(KeyFileError::Version)
        }
        _ => Err(KeyFileError::NotAKeyFile),
    }
}

/// 32 bytes of canonical base64, without a copy of them left behind.
fn decode(text: &str) -> Option<Zeroizing<[u8; 32]>> {
    let mut wide = Zeroizing::new([0u8; 36]);
    let length = (text.len() == 44).then(|| STANDARD.decode_slice(text, wide.as_mut_slice()).ok())??;
    let mut key = Zeroizing::new([0u8; 32]);
    key.copy_from_slice(wide.get(..length)?.first_chunk::<32>().filter(|_| length == 32)?);
    Some(key)
}

/// Writes the whole file.
pub(super) fn write(form: Form, id: &KeyId, label: &Label, key: &[u8; 32]) -> Zeroizing<String> {
    // Room for everything from the start: a growing string would leave copies of the secret.
    let mut text = Zeroizing::new(String::with_capacity(512 + label.as_str().len()));
    for part in
        [form.header(), "\nkind ", id.kind().word(), "\nid ", id.as_str(), "\nlabel ", label.as_str(), "\n"]
    {
        text.push_str(part);
    }
    text.push_str(form.field());
    text.push(' ');
    let mut encoded = Zeroizing::new([0u8; 44]);
    let written = STANDARD.encode_slice(key, encoded.as_mut_slice()).unwrap_or(0);
    text.extend(encoded.iter().take(written).map(|c| char::from(*c)));
    text.push('\n');
    let mut sum = Sha256::new();
    sum.update(text.as_bytes());
    for part in ["check ", &checksum(sum), "\n"] {
        text.push_str(part);
    }
    text
}

pub(super) fn checksum(sum: Sha256) -> String {
    let digest: [u8; 32] = sum.finalize().into();
    hex(&digest.first_chunk::<8>().copied().unwrap_or_default())
}
