//! "Re-measured by Y": a verifier's own statement about somebody else's run.
//!
//! A second signature on the run's envelope would say that Y states what X stated, although Y
//! never saw the original. So the verifier signs a small statement of their own: these files had
//! these digests, these figures were counted again with this result, those could not be. It lies
//! beside the manifest as `remeasure.<key id>.dsse.json` and is never shown as an attestation.

use super::Sha256Hex;
use super::error::ManifestError;
use super::measure::{Figure, Scope};
use super::statement::{Predicate, Signer, Statement, Subject, Tool};
use super::time::UtcTime;
use crate::crypto::KeyId;
use serde::{Deserialize, Serialize};

/// Name of the only subject: the signed bytes of the run manifest.
pub const SUBJECT: &str = "run-manifest";

/// What a verifier found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Remeasurement {
    /// When it was counted again, as the caller said.
    pub time: UtcTime,
    /// The program that counted.
    pub tool: Tool,
    /// The verifier's key, which signs this.
    pub verifier: Signer,
    /// The key that signed the run.
    pub run_signer: KeyId,
    /// The files that were read, with the digests they had.
    pub files: Vec<Subject>,
    /// The figures that were counted again.
    pub recounts: Vec<Recount>,
    /// How many figures only the run can vouch for.
    pub attested_only: u64,
    /// Whether every recount agrees.
    pub agrees: bool,
}

/// One figure, as stated and as counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recount {
    /// Id of the definition.
    pub definition: String,
    /// What it is about.
    pub scope: Scope,
    /// Id of the table; null for `joined`.
    pub table: Option<String>,
    /// The columns it is about.
    pub columns: Vec<String>,
    /// What the manifest says.
    pub stated: Option<Figure>,
    /// What was counted.
    pub counted: Option<Figure>,
}

impl Recount {
    /// Whether both figures are the same.
    #[must_use]
    pub fn agrees(&self) -> bool {
        self.stated == self.counted
    }
}

impl Remeasurement {
    /// The statement about the run whose payload has this digest.
    #[must_use]
    pub fn about(self, payload_sha256: Sha256Hex) -> Statement<Self> {
        Statement::new(vec![Subject::new(SUBJECT, payload_sha256)], self)
    }
}

/// Name of the file beside the manifest.
#[must_use]
pub fn file_name(verifier: &KeyId) -> String {
    format!("remeasure.{verifier}.dsse.json")
}

/// The verifier that a file name speaks of; `None` for any other file.
#[must_use]
pub fn verifier_of(file_name: &str) -> Option<KeyId> {
    KeyId::parse(file_name.strip_prefix("remeasure.")?.strip_suffix(".dsse.json")?)
}

impl Predicate for Remeasurement {
    const TYPE: &'static str = "tag:deid.example,2026:re-measurement/v1";

    fn signer(&self) -> &Signer {
        &self.verifier
    }

    fn time(&self) -> &UtcTime {
        &self.time
    }

    fn check(statement: &Statement<Self>) -> Result<(), ManifestError> {
        let said = &statement.predicate;
        let one = matches!(statement.subject.as_slice(), [only] if only.name == SUBJECT);
        let counted = !said.recounts.is_empty() && said.recounts.iter().all(Recount::agrees);
        if one && said.agrees == counted { Ok(()) } else { Err(ManifestError::StatementInconsistent) }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::crypto::SigningKey;
    use crate::manifest::{sign, verify_intact};

    fn sample(counted: u64, agrees: bool) -> Statement<Remeasurement> {
        let key = SigningKey::demo().unwrap();
        let recount = Recount {
            definition: "k-anonymity".to_owned(),
            scope: Scope::Table,
            table: Some("persons".to_owned()),
            columns: vec![],
            stated: Some(Figure::Count(5)),
            counted: Some(Figure::Count(counted)),
        };
        Remeasurement {
            time: UtcTime::parse("2026-11-22T00:00:00Z").unwrap(),
            tool: Tool { name: "deid".to_owned(), version: "0.1.0".to_owned() },
            verifier: Signer::of(&key),
            run_signer: key.public().id(),
            files: vec![],
            recounts: vec![recount],
            attested_only: 3,
            agrees,
        }
        .about(Sha256Hex::of(b"payload"))
    }

    #[test]
    fn says_what_was_counted_and_nothing_else() {
        let key = SigningKey::demo().unwrap();
        for (counted, agrees) in [(5, true), (4, false)] {
            let bytes = sign(&sample(counted, agrees), &key).unwrap();
            let read = verify_intact::<Remeasurement>(&bytes).unwrap();
            assert_eq!(read.statement(), &sample(counted, agrees));
            assert_eq!(
                verify_intact::<crate::manifest::RunManifest>(&bytes),
                Err(ManifestError::PredicateUnknown)
            );
        }
        for (counted, agrees) in [(4, true), (5, false)] {
            assert_eq!(sign(&sample(counted, agrees), &key), Err(ManifestError::StatementInconsistent));
        }
        let mut nothing = sample(5, true);
        nothing.predicate.recounts.clear();
        assert_eq!(sign(&nothing, &key), Err(ManifestError::StatementInconsistent));
    }

    #[test]
    fn the_file_name_names_the_verifier() {
        let id = SigningKey::demo().unwrap().public().id();
        assert_eq!(verifier_of(&file_name(&id)), Some(id));
        assert_eq!(verifier_of("remeasure.sign-../../x.dsse.json"), None);
    }
}
