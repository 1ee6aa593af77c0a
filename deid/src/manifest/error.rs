//! Why a manifest was refused. Each reason has an id that never changes: the vectors in
//! fixtures/manifest/ name it, and `pia` uses the same ones.

/// A reason to refuse a manifest, in the order in which the reasons are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, thiserror::Error)]
#[error("{}", self.id())]
pub enum ManifestError {
    /// A pinned key is not an acceptable key, has an impossible period, or is pinned twice.
    PinMalformed,
    /// The envelope is longer than [`super::envelope::MAX_BYTES`].
    TooLarge,
    /// Not a DSSE envelope as docs/manifest.md describes it.
    EnvelopeMalformed,
    /// An object of the envelope or payload has the same key twice.
    DuplicateKey,
    /// The payload is not an in-toto statement.
    PayloadType,
    /// Payload or signature is not canonical base64 (standard alphabet, padded).
    Base64,
    /// The envelope holds no signature.
    Unsigned,
    /// A signature that names a key we know does not hold.
    SignatureInvalid,
    /// Signed by the public demo key, which proves nothing.
    DemoKey,
    /// No signature is by a key that is pinned.
    UnknownSigner,
    /// The pin begins after the date of verification.
    PinNotYetValid,
    /// The pin ended before the date of verification.
    PinExpired,
    /// The payload is not what the contract describes.
    StatementMalformed,
    /// Not an in-toto Statement v1.
    StatementType,
    /// Another predicate or another version of it: not understood, never a pass.
    PredicateUnknown,
    /// The key named inside the statement did not sign it.
    SignerDiffers,
    /// The time of the run lies after the time of verification.
    RunInFuture,
    /// The time of the run lies outside the period for which the key is pinned.
    RunOutsidePin,
    /// No subject: nothing is stated about anything.
    SubjectNone,
    /// A subject's name is not a plain file name.
    SubjectName,
    /// Two subjects have the same name (upper and lower case count as the same).
    SubjectDuplicate,
    /// Two tables have the same id or file, or one table two columns of the same name.
    TableDuplicate,
    /// A table's file is not among the subjects.
    TableFileUnlisted,
    /// A list names a column that the table does not publish in that role.
    ColumnUnknown,
    /// Rows or people in ≠ out + suppressed.
    CountsInconsistent,
    /// A measure names no table of the manifest, or its scope and table contradict each other.
    MeasureInconsistent,
    /// The gate was not passed: such a run must not exist.
    GateNotPassed,
    /// The gate says passed and the measures say otherwise, or say nothing.
    GateInconsistent,
    /// A demo key was used and the demo mark is missing.
    DemoUnmarked,
    /// The legal form excludes what the manifest says was done.
    LegalFormInconsistent,
    /// "Measured across releases" without a previous release.
    ReleasesInconsistent,
    /// A statement about a re-measurement or a destroyed key contradicts itself.
    StatementInconsistent,
    /// A published file has other bytes than the manifest says.
    SubjectDiffers,
    /// A subject of the manifest is not there.
    SubjectMissing,
    /// A file is there that the manifest does not name.
    SubjectExtra,
    /// A key could not sign; happens only if the library refuses it.
    CannotSign,
}

impl ManifestError {
    /// The stable id, as in the vectors.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::PinMalformed => "pin-malformed",
            Self::TooLarge => "too-large",
            Self::EnvelopeMalformed => "envelope-malformed",
            Self::DuplicateKey => "duplicate-key",
            Self::PayloadType => "payload-type",
            Self::Base64 => "base64",
            Self::Unsigned => "unsigned",
            Self::SignatureInvalid => "signature-invalid",
            Self::DemoKey => "demo-key",
            Self::UnknownSigner => "unknown-signer",
            Self::PinNotYetValid => "pin-not-yet-valid",
            Self::PinExpired => "pin-expired",
            Self::StatementMalformed => "statement-malformed",
            Self::StatementType => "statement-type",
            Self::PredicateUnknown => "predicate-unknown",
            Self::SignerDiffers => "signer-differs",
            Self::RunInFuture => "run-in-future",
            Self::RunOutsidePin => "run-outside-pin",
            Self::SubjectNone => "subject-none",
            Self::SubjectName => "subject-name",
            Self::SubjectDuplicate => "subject-duplicate",
            Self::TableDuplicate => "table-duplicate",
            Self::TableFileUnlisted => "table-file-unlisted",
            Self::ColumnUnknown => "column-unknown",
            Self::CountsInconsistent => "counts-inconsistent",
            Self::MeasureInconsistent => "measure-inconsistent",
            Self::GateNotPassed => "gate-not-passed",
            Self::GateInconsistent => "gate-inconsistent",
            Self::DemoUnmarked => "demo-unmarked",
            Self::LegalFormInconsistent => "legal-form-inconsistent",
            Self::ReleasesInconsistent => "releases-inconsistent",
            Self::StatementInconsistent => "statement-inconsistent",
            Self::SubjectDiffers => "subject-differs",
            Self::SubjectMissing => "subject-missing",
            Self::SubjectExtra => "subject-extra",
            Self::CannotSign => "cannot-sign",
        }
    }
}
