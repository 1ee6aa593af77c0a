//! The text of key files. Reading and writing the files themselves (0600, owner, no symlink) is
//! done in `io`; this module turns text into keys and back.
//!
//! The lines themselves: `key_text.rs`. The id is computed again and must agree.
//! Deliberately absent: a passphrase (the file's rights protect it) and any way to write a key
//! that was not generated as a file or read from one.

use super::key::{KeyError, Lifetime, RootKey, random};
use super::key_id::{KeyId, KeyKind};
use super::key_text::{Form, Lines, write};
use super::label::{Label, LabelError};
use super::sign::{PublicKey, SignError, SigningKey};
use zeroize::Zeroizing;

/// No key file is longer, in bytes.
pub const MAX_FILE: usize = 4096;

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
        Ok(Self { label, secret: Secret::new(kind, random()?)? })
    }

    /// Reads the text of a secret key file.
    ///
    /// # Errors
    /// [`KeyFileError`] says what is wrong, never what stands there.
    pub fn parse(bytes: &[u8]) -> Result<Self, KeyFileError> {
        let (lines, secret) = Lines::parse(bytes, Form::Secret)?;
        let key = Secret::new(lines.kind, secret)?;
        if *key.id() == lines.id {
            Ok(Self { label: lines.label, secret: key })
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
            Secret::Signing(key) => Ok(PublicKeyFile { label: self.label.clone(), key: *key.public() }),
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
        if key.id() == lines.id { Ok(Self { label: lines.label, key }) } else { Err(KeyFileError::Id) }
    }

    /// The text to hand out.
    #[must_use]
    pub fn to_text(&self) -> String {
        write(Form::Public, &self.key.id(), &self.label, self.key.as_bytes()).to_string()
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::crypto::key_text::checksum;
    use sha2::{Digest, Sha256};

    fn label() -> Label {
        Label::new("救急実証 2026").unwrap()
    }

    fn fixed(kind: KeyKind) -> KeyFile {
        let bytes = Zeroizing::new(std::array::from_fn(|i| i as u8));
        KeyFile { label: label(), secret: Secret::new(kind, bytes).unwrap() }
    }

    #[test]
    fn the_format_is_fixed() {
        let text = fixed(KeyKind::Root).to_text();
        let body = "deid-secret-key 1\nkind root\nid root-F34SW4C8M6NJZTSR\nlabel 救急実証 2026\n\
                    secret AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n";
        let (above, check) = text.split_at(body.len());
        assert_eq!(above, body);
        assert_eq!(check, format!("check {}\n", checksum(Sha256::new_with_prefix(body))));
    }

    #[test]
    fn round_trips_for_both_kinds_and_line_ends() {
        for kind in [KeyKind::Root, KeyKind::Signing] {
            let file = KeyFile::generate(kind, label()).unwrap();
            let text = file.to_text();
            for text in [text.to_string(), text.replace('\n', "\r\n")] {
                let read = KeyFile::parse(text.as_bytes()).unwrap();
                assert_eq!((read.id(), read.kind(), read.label()), (file.id(), kind, &label()));
                assert_eq!(read.to_text(), file.to_text());
            }
        }
        let public = fixed(KeyKind::Signing).public().unwrap();
        assert_eq!(PublicKeyFile::parse(public.to_text().as_bytes()), Ok(public.clone()));
        assert_eq!(public.key(), fixed(KeyKind::Signing).into_signing().unwrap().public());
        assert_eq!(fixed(KeyKind::Root).public(), Err(KeyFileError::Kind));
        assert!(fixed(KeyKind::Root).into_signing().is_err() && fixed(KeyKind::Signing).into_root().is_err());
    }

    #[test]
    fn refuses_each_damage_by_name() {
        let good = fixed(KeyKind::Root).to_text().to_string();
        let refused =
            |from: &str, to: &str| KeyFile::parse(good.replacen(from, to, 1).as_bytes()).unwrap_err();
        assert_eq!(refused("deid-secret-key 1", "deid-secret-key 2"), KeyFileError::Version);
        assert_eq!(refused("deid-secret-key 1", "deid-public-key 1"), KeyFileError::PublicGiven);
        assert_eq!(refused("deid-secret-key 1", "-----BEGIN"), KeyFileError::NotAKeyFile);
        assert_eq!(refused("kind root", "kind wurzel"), KeyFileError::Kind);
        assert_eq!(refused("kind root\n", ""), KeyFileError::Line { line: 2 });
        assert_eq!(refused("label ", "note x\nlabel "), KeyFileError::Line { line: 4 });
        assert_eq!(refused("label 救急実証 2026", "label "), KeyFileError::Label(LabelError::Empty));
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
        assert_eq!(KeyFile::parse(good.trim_end().as_bytes()).unwrap_err(), KeyFileError::Line { line: 6 });
        assert_eq!(KeyFile::parse(&[b'x'; MAX_FILE + 1]).unwrap_err(), KeyFileError::NotAKeyFile);
        assert_eq!(KeyFile::parse(&[0xff]).unwrap_err(), KeyFileError::NotAKeyFile);
        let foreign = write(Form::Secret, RootKey::demo().id(), &label(), &[3; 32]);
        assert_eq!(KeyFile::parse(foreign.as_bytes()).unwrap_err(), KeyFileError::Id);
        assert_eq!(PublicKeyFile::parse(good.as_bytes()), Err(KeyFileError::SecretGiven));
    }

    #[test]
    fn a_demo_secret_in_a_file_is_still_the_demo_key() {
        let text = write(Form::Secret, RootKey::demo().id(), &label(), RootKey::demo().secret());
        assert!(KeyFile::parse(text.as_bytes()).unwrap().into_root().unwrap().is_demo());
    }

    #[test]
    fn debug_and_errors_show_no_secret() {
        let shown = format!("{:?} {:?}", fixed(KeyKind::Root), KeyFile::parse(b"secret AAECAwQ\n"));
        assert!(!shown.contains("AAEC") && !shown.contains("[0, 1"), "{shown}");
    }
}
