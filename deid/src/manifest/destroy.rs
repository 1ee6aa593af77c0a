//! "Declared destroyed by X at T": nobody can prove more about a key than that.

use super::Sha256Hex;
use super::error::ManifestError;
use super::statement::{Predicate, Signer, Statement, Subject};
use super::time::UtcTime;
use crate::crypto::{KeyId, KeyKind, Label, SigningKey};
use serde::{Deserialize, Serialize};

/// A declaration that a key no longer exists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeyDestruction {
    /// The key that is gone.
    pub key: KeyId,
    /// What it was for.
    pub kind: KeyKind,
    /// Who declares it, in words.
    pub declared_by: String,
    /// When, as they say.
    pub declared_at: UtcTime,
    /// The key that signs the declaration; a signing key may declare its own end.
    pub signer: Signer,
}

impl KeyDestruction {
    /// The statement to sign. Its subject is the key's id, by name and by digest of that name.
    #[must_use]
    pub fn statement(key: &KeyId, declared_by: &Label, at: UtcTime, signer: &SigningKey) -> Statement<Self> {
        let said = Self {
            key: key.clone(),
            kind: key.kind(),
            declared_by: declared_by.to_string(),
            declared_at: at,
            signer: Signer::of(signer),
        };
        Statement::new(vec![subject(key)], said)
    }
}

fn subject(key: &KeyId) -> Subject {
    Subject::new(key.as_str(), Sha256Hex::of(key.as_str().as_bytes()))
}

impl Predicate for KeyDestruction {
    const TYPE: &'static str = "tag:deid.example,2026:key-destruction/v1";

    fn signer(&self) -> &Signer {
        &self.signer
    }

    fn time(&self) -> &UtcTime {
        &self.declared_at
    }

    fn check(statement: &Statement<Self>) -> Result<(), ManifestError> {
        let said = &statement.predicate;
        let named = statement.subject == [subject(&said.key)] && said.kind == said.key.kind();
        let by = Label::new(&said.declared_by).is_ok();
        if named && by { Ok(()) } else { Err(ManifestError::StatementInconsistent) }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::crypto::RootKey;
    use crate::manifest::{sign, verify_intact};

    #[test]
    fn declares_and_is_checked() {
        let signer = SigningKey::demo().unwrap();
        let root = RootKey::ephemeral().unwrap();
        let at = UtcTime::parse("2026-11-22T00:00:00Z").unwrap();
        let by = Label::new("情報政策課").unwrap();
        let statement = KeyDestruction::statement(root.id(), &by, at, &signer);
        let read = verify_intact::<KeyDestruction>(&sign(&statement, &signer).unwrap()).unwrap();
        assert_eq!((&read.statement().predicate.key, read.is_demo_signed()), (root.id(), true));
        let mut other = statement;
        other.predicate.key = signer.public().id();
        assert_eq!(sign(&other, &signer), Err(ManifestError::StatementInconsistent));
    }
}
