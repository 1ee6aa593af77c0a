//! The text of key files. Reading and writing the files themselves (0600, owner, no symlink) is
//! done in `io`; this module turns text into keys and back.
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
//! retyped, and is no protection against anyone. The id is computed again and must agree.
//! Deliberately absent: a passphrase (the file's rights protect it) and any way to write a key
//! that was not generated as a file or read from one.

use super::key::{KeyError, Lifetime, RootKey, random};
use super::key_id::{KeyId, KeyKind};
use super::label::{Label, LabelError};
use super::sign::{PublicKey, SignError, SigningKey};
use super::text::hex;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// No key file is longer, in bytes.
pub const MAX_FILE: usize = 4096;

const SECRET_HEADER: &str = "deid-secret-key 1";
const PUBLIC_HEADER: &str = "deid-public-key 1";

/// Why a key file was refused. Never holds a part of the file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyFileError {
    /// Longer than [`MAX_FILE`], or not UTF-8.
    #[error("not a key file")]
    NotAKeyFile,
    /// A public file where a secret one is needed.
    #[error("this is a public key file")]
    PublicGiven,
    /// A secret file where a public one is needed: it must not be passed around.
    #[error("this is a secret key file")]
    SecretGiven,
    /// The first line names a version that this program does not know.
    #[error("unknown version of the key file format")]
    Version,
    /// A line is missing, unknown, repeated or out of order; counted from 1.
    #[error("line {line} is not what the format asks for")]
    Line {
        /// Number of the line, from 1.
        line: usize,
    },
    /// `kind` is neither root nor signing, or not the kind that is needed.
    #[error("wrong kind of key")]
    Kind,
    /// The label breaks a rule.
    #[error(transparent)]
    Label(#[from] LabelError),
    /// The checksum does not fit: the file was cut or edited.
    #[error("checksum differs")]
    Check,
    /// The id is not that of the key.
    #[error("id does not belong to the key")]
    Id,
    /// The public key is not acceptable.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// No randomness for a new key.
    #[error(transparent)]
    Key(#[from] KeyError),
}

/// A secret key that lives in a file.
#[derive(Debug)]
pub struct KeyFile {
    label: Label,
    secret: Secret,
}

#[derive(Debug)]
enum Secret {
    Root(RootKey),
    Signing(SigningKey),
}

impl KeyFile {
    /// Draws a new key from the operating system's randomness.
    ///
    /// # Errors
    /// [`KeyFileError::Key`] where there is no randomness.
    pub fn generate(kind: KeyKind, label: Label) -> Result<Self, KeyFileError> {
        Ok(Self {
            label,
            secret: Secret::new(kind, random()?)?,
        })
    }

    /// Reads the text of a secret key file.
    ///
    /// # Errors
    /// [`KeyFileError`] says what is wrong, never what stands there.
    pub fn parse(bytes: &[u8]) -> Result<Self, KeyFileError> {
        let (lines, secret) = Lines::parse(bytes, Form::Secret)?;
        let key = Secret::new(lines.kind, secret)?;
        if *key.id() == lines.id {
            Ok(Self {
                label: lines.label,
                secret: key,
            })
        } else {
            Err(KeyFileError::Id)
        }
    }

    /// The text to write into a file of mode 0600. Zeroed when dropped.
    #[must_use]
    pub fn to_text(&self) -> Zeroizing<String> {
        let secret = match &self.secret {
            Secret::Root(key) => key.secret(),
            Secret::Signing(key) => key.seed(),
        };
        write(Form::Secret, &self.id(), &self.label, secret)
    }

    /// The key's published name.
    #[must_use]
    pub fn id(&self) -> KeyId {
        self.secret.id().into_owned()
    }

    /// What the key is for.
    #[must_use]
    pub fn kind(&self) -> KeyKind {
        match self.secret {
            Secret::Root(_) => KeyKind::Root,
            Secret::Signing(_) => KeyKind::Signing,
        }
    }

    /// The name a person gave to it.
    #[must_use]
    pub fn label(&self) -> &Label {
        &self.label
    }

    /// The root key in it.
    ///
    /// # Errors
    /// [`KeyFileError::Kind`] if it is a signing key.
    pub fn into_root(self) -> Result<RootKey, KeyFileError> {
        match self.secret {
            Secret::Root(key) => Ok(key),
            Secret::Signing(_) => Err(KeyFileError::Kind),
        }
    }

    /// The signing key in it.
    ///
    /// # Errors
    /// [`KeyFileError::Kind`] if it is a root key.
    pub fn into_signing(self) -> Result<SigningKey, KeyFileError> {
        match self.secret {
            Secret::Signing(key) => Ok(key),
            Secret::Root(_) => Err(KeyFileError::Kind),
        }
    }

    /// The file that others get to verify signatures.
    ///
    /// # Errors
    /// [`KeyFileError::Kind`] for a root key, which has no public half.
    pub fn public(&self) -> Result<PublicKeyFile, KeyFileError> {
        match &self.secret {
            Secret::Signing(key) => Ok(PublicKeyFile {
                label: self.label.clone(),
                key: *key.public(),
            }),
            Secret::Root(_) => Err(KeyFileError::Kind),
        }
    }
}

impl Secret {
    fn new(kind: KeyKind, bytes: Zeroizing<[u8; 32]>) -> Result<Self, SignError> {
        Ok(match kind {
            KeyKind::Root => Self::Root(RootKey::from_secret(bytes, Lifetime::File)),
            KeyKind::Signing => Self::Signing(SigningKey::from_seed(bytes, Lifetime::File)?),
        })
    }

    fn id(&self) -> std::borrow::Cow<'_, KeyId> {
        match self {
            Self::Root(key) => std::borrow::Cow::Borrowed(key.id()),
            Self::Signing(key) => std::borrow::Cow::Owned(key.public().id()),
        }
    }
}

/// The public half of a signing key, as it is handed to verifiers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKeyFile {
    label: Label,
    key: PublicKey,
}

impl PublicKeyFile {
    /// Reads the text of a public key file.
    ///
    /// # Errors
    /// [`KeyFileError`]; a secret key file is refused by name.
    pub fn parse(bytes: &[u8]) -> Result<Self, KeyFileError> {
        let (lines, point) = Lines::parse(bytes, Form::Public)?;
        if lines.kind != KeyKind::Signing {
            return Err(KeyFileError::Kind);
        }
        let key = PublicKey::new(*point)?;
        if key.id() == lines.id {
            Ok(Self {
                label: lines.label,
                key,
            })
        } else {
            Err(KeyFileError::Id)
        }
    }

    /// The text to hand out.
    #[must_use]
    pub fn to_text(&self) -> String {
        write(
            Form::Public,
            &self.key.id(),
            &self.label,
            self.key.as_bytes(),
        )
        .to_string()
    }

    /// The key.
    #[must_use]
    pub fn key(&self) -> &PublicKey {
        &self.key
    }

    /// The name a person gave to it.
    #[must_use]
    pub fn label(&self) -> &Label {
        &self.label
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Secret,
    Public,
}

impl Form {
    const fn header(self) -> &'static str {
        if matches!(self, Self::Secret) {
            SECRET_HEADER
        } else {
            PUBLIC_HEADER
        }
    }

    const fn field(self) -> &'static str {
        if matches!(self, Self::Secret) {
            "secret"
        } else {
            "public"
        }
    }
}

struct Lines {
    kind: KeyKind,
    id: KeyId,
    label: Label,
}

impl Lines {
    fn parse(bytes: &[u8], form: Form) -> Result<(Self, Zeroizing<[u8; 32]>), KeyFileError> {
        if bytes.len() > MAX_FILE {
            return Err(KeyFileError::NotAKeyFile);
        }
        let text = std::str::from_utf8(bytes).map_err(|_| KeyFileError::NotAKeyFile)?;
        let text = text.strip_suffix('\n').ok_or(KeyFileError::Line {
            line: text.lines().count(),
        })?;
        let mut lines = text
            .split('\n')
            .map(|line| line.strip_suffix('\r').unwrap_or(line))
            .zip(1..);
        header(lines.next().map_or("", |(line, _)| line), form)?;
        let mut sum = Sha256::new();
        sum.update(form.header());
        let mut field = |name: &str, summed: bool| {
            let (line, number) = lines.next().ok_or(KeyFileError::Line { line: 6 })?;
            if summed {
                sum.update("\n");
                sum.update(line);
            }
            let value = line
                .strip_prefix(name)
                .and_then(|rest| rest.strip_prefix(' '));
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
    let length =
        (text.len() == 44).then(|| STANDARD.decode_slice(text, wide.as_mut_slice()).ok())??;
    let mut key = Zeroizing::new([0u8; 32]);
    key.copy_from_slice(
        wide.get(..length)?
            .first_chunk::<32>()
            .filter(|_| length == 32)?,
    );
    Some(key)
}

fn write(form: Form, id: &KeyId, label: &Label, key: &[u8; 32]) -> Zeroizing<String> {
    // Room for everything from the start: a growing string would leave copies of the secret.
    let mut text = Zeroizing::new(String::with_capacity(512 + label.as_str().len()));
    for part in [
        form.header(),
        "\nkind ",
        id.kind().word(),
        "\nid ",
        id.as_str(),
        "\nlabel ",
        label.as_str(),
        "\n",
    ] {
        text.push_str(part);
    }
    text.push_str(form.field());
    text.push(' ');
    let mut encoded = Zeroizing::new([0u8; 44]);
    let written = STANDARD
        .encode_slice(key, encoded.as_mut_slice())
        .unwrap_or(0);
    text.extend(encoded.iter().take(written).map(|c| char::from(*c)));
    text.push('\n');
    let mut sum = Sha256::new();
    sum.update(text.as_bytes());
    for part in ["check ", &checksum(sum), "\n"] {
        text.push_str(part);
    }
    text
}

fn checksum(sum: Sha256) -> String {
    let digest: [u8; 32] = sum.finalize().into();
    hex(&digest.first_chunk::<8>().copied().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn label() -> Label {
        Label::new("救急実証 2026").unwrap()
    }

    fn fixed(kind: KeyKind) -> KeyFile {
        let bytes = Zeroizing::new(std::array::from_fn(|i| i as u8));
        KeyFile {
            label: label(),
            secret: Secret::new(kind, bytes).unwrap(),
        }
    }

    #[test]
    fn the_format_is_fixed() {
        let text = fixed(KeyKind::Root).to_text();
        let body = "deid-secret-key 1\nkind root\nid root-F34SW4C8M6NJZTSR\nlabel 救急実証 2026\n\
                    secret AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n";
        let (above, check) = text.split_at(body.len());
        assert_eq!(above, body);
        assert_eq!(
            check,
            format!("check {}\n", checksum(Sha256::new_with_prefix(body)))
        );
    }

    #[test]
    fn round_trips_for_both_kinds_and_line_ends() {
        for kind in [KeyKind::Root, KeyKind::Signing] {
            let file = KeyFile::generate(kind, label()).unwrap();
            let text = file.to_text();
            for text in [text.to_string(), text.replace('\n', "\r\n")] {
                let read = KeyFile::parse(text.as_bytes()).unwrap();
                assert_eq!(
                    (read.id(), read.kind(), read.label()),
                    (file.id(), kind, &label())
                );
                assert_eq!(read.to_text(), file.to_text());
            }
        }
        let public = fixed(KeyKind::Signing).public().unwrap();
        assert_eq!(
            PublicKeyFile::parse(public.to_text().as_bytes()),
            Ok(public.clone())
        );
        assert_eq!(
            public.key(),
            fixed(KeyKind::Signing).into_signing().unwrap().public()
        );
        assert_eq!(fixed(KeyKind::Root).public(), Err(KeyFileError::Kind));
        assert!(
            fixed(KeyKind::Root).into_signing().is_err()
                && fixed(KeyKind::Signing).into_root().is_err()
        );
    }

    #[test]
    fn refuses_each_damage_by_name() {
        let good = fixed(KeyKind::Root).to_text().to_string();
        let refused = |from: &str, to: &str| {
            KeyFile::parse(good.replacen(from, to, 1).as_bytes()).unwrap_err()
        };
        assert_eq!(
            refused("deid-secret-key 1", "deid-secret-key 2"),
            KeyFileError::Version
        );
        assert_eq!(
            refused("deid-secret-key 1", "deid-public-key 1"),
            KeyFileError::PublicGiven
        );
        assert_eq!(
            refused("deid-secret-key 1", "-----BEGIN"),
            KeyFileError::NotAKeyFile
        );
        assert_eq!(refused("kind root", "kind wurzel"), KeyFileError::Kind);
        assert_eq!(refused("kind root\n", ""), KeyFileError::Line { line: 2 });
        assert_eq!(
            refused("label ", "note x\nlabel "),
            KeyFileError::Line { line: 4 }
        );
        assert_eq!(
            refused("label 救急実証 2026", "label "),
            KeyFileError::Label(LabelError::Empty)
        );
        assert_eq!(refused("label 救急", "label 火災"), KeyFileError::Check);
        assert_eq!(refused("AAECAw", "BAECAw"), KeyFileError::Check);
        // The unused bits of the last base64 character must be zero.
        assert_eq!(refused("Hh8=", "Hh9="), KeyFileError::Line { line: 5 });
        assert_eq!(refused("Hh8=", "Hh8"), KeyFileError::Line { line: 5 });
        assert_eq!(refused("id root-F", "id root-G"), KeyFileError::Check);
        assert_eq!(
            KeyFile::parse(format!("{good}more 1\n").as_bytes()).unwrap_err(),
            KeyFileError::Line { line: 7 }
        );
        assert_eq!(
            KeyFile::parse(good.trim_end().as_bytes()).unwrap_err(),
            KeyFileError::Line { line: 6 }
        );
        assert_eq!(
            KeyFile::parse(&[b'x'; MAX_FILE + 1]).unwrap_err(),
            KeyFileError::NotAKeyFile
        );
        assert_eq!(
            KeyFile::parse(&[0xff]).unwrap_err(),
            KeyFileError::NotAKeyFile
        );
        let foreign = write(Form::Secret, RootKey::demo().id(), &label(), &[3; 32]);
        assert_eq!(
            KeyFile::parse(foreign.as_bytes()).unwrap_err(),
            KeyFileError::Id
        );
        assert_eq!(
            PublicKeyFile::parse(good.as_bytes()),
            Err(KeyFileError::SecretGiven)
        );
    }

    #[test]
    fn a_demo_secret_in_a_file_is_still_the_demo_key() {
        let text = write(
            Form::Secret,
            RootKey::demo().id(),
            &label(),
            RootKey::demo().secret(),
        );
        assert!(
            KeyFile::parse(text.as_bytes())
                .unwrap()
                .into_root()
                .unwrap()
                .is_demo()
        );
    }

    #[test]
    fn debug_and_errors_show_no_secret() {
        let shown = format!(
            "{:?} {:?}",
            fixed(KeyKind::Root),
            KeyFile::parse(b"secret AAECAwQ\n")
        );
        assert!(
            !shown.contains("AAEC") && !shown.contains("[0, 1"),
            "{shown}"
        );
    }
}
