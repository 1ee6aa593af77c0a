//! Names of keys: short, stable, safe to publish.
//!
//! `root-` or `sign-` and 16 characters of Crockford base32 (80 bits). For a root key the bits are
//! HMAC-SHA256(secret, "deid key id v1"), for a signing key SHA-256(public key): the id proves
//! nothing by itself and opens nothing; it says which key is meant.

use super::text;
use std::fmt;

/// What a key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyKind {
    /// 32 random bytes from which the subkeys of all recipients are derived.
    Root,
    /// An Ed25519 key that signs manifests.
    Signing,
}

impl KeyKind {
    /// `root` or `signing`: the word used on the command line, in key files and manifests.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Root => "root",
            Self::Signing => "signing",
        }
    }

    const fn prefix(self) -> &'static str {
        match self {
            Self::Root => "root-",
            Self::Signing => "sign-",
        }
    }
}

/// The published name of a key.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(String);

impl KeyId {
    /// From the first 80 bits of a digest.
    pub(super) fn from_digest(kind: KeyKind, digest: [u8; 32]) -> Self {
        let head = digest.first_chunk().copied().unwrap_or_default();
        let mut id = String::with_capacity(21);
        id.push_str(kind.prefix());
        id.extend(text::base32_80(head).map(char::from));
        Self(id)
    }

    /// Reads an id as it is written: the prefix and 16 upper-case characters, nothing else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix("root-").or_else(|| text.strip_prefix("sign-"))?;
        (digits.len() == 16 && digits.bytes().all(text::is_base32)).then(|| Self(text.to_owned()))
    }

    /// Which kind of key the id names.
    #[must_use]
    pub fn kind(&self) -> KeyKind {
        if self.0.starts_with("root-") { KeyKind::Root } else { KeyKind::Signing }
    }

    /// The text of the id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl serde::Serialize for KeyId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> serde::Deserialize<'de> for KeyId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not a key id"))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn parses_only_what_it_writes() {
        let id = KeyId::from_digest(KeyKind::Signing, [0xa5; 32]);
        assert_eq!(id.as_str().len(), 21);
        assert_eq!(KeyId::parse(id.as_str()), Some(id.clone()));
        assert_eq!(id.kind(), KeyKind::Signing);
        let digits = id.as_str().strip_prefix("sign-").unwrap();
        for wrong in [
            digits.to_owned(),
            format!("key-{digits}"),
            format!("sign-{digits}0"),
            format!("sign-{}", digits.to_lowercase()),
            "sign-../../../../etc/p".to_owned(),
            "root-ILOUILOUILOUILOU".to_owned(),
            String::new(),
        ] {
            assert_eq!(KeyId::parse(&wrong), None, "{wrong}");
        }
    }
}
