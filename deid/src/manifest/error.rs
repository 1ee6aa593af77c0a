//! Why a manifest was refused. Each reason has an id that never changes: the vectors in
//! fixtures/manifest/ name it, and `pia` uses the same ones.

/// Declares the reasons once: variants, ids and the list of all cannot drift apart.
macro_rules! reasons {
    ($($(#[doc = $doc:literal])+ $name:ident = $id:literal,)+) => {
        /// A reason to refuse a manifest, in the order in which the reasons are looked for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, thiserror::Error)]
        #[error("{}", self.id())]
        pub enum ManifestError {
            $($(#[doc = $doc])+ $name,)+
        }

        impl ManifestError {
            /// Every reason, in order.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The stable id, as in the vectors.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self {
                    $(Self::$name => $id,)+
                }
            }
        }
    };
}

reasons! {
    /// A pinned key is not an acceptable key, has an impossible period, or is pinned twice.
    PinMalformed = "pin-malformed",
    /// The envelope is longer than [`super::envelope::MAX_BYTES`].
    TooLarge = "too-large",
    /// Not a DSSE envelope as docs/manifest.md describes it.
    EnvelopeMalformed = "envelope-malformed",
    /// An object of the envelope or payload has the same key twice.
    DuplicateKey = "duplicate-key",
    /// The payload is not an in-toto statement.
    PayloadType = "payload-type",
    /// Payload or signature is not canonical base64 (standard alphabet, padded).
    Base64 = "base64",
    /// The envelope holds no signature.
    Unsigned = "unsigned",
    /// A signature that names a key we know does not hold.
    SignatureInvalid = "signature-invalid",
    /// Signed by the public demo key, which proves nothing.
    DemoKey = "demo-key",
    /// No signature is by a key that is pinned.
    UnknownSigner = "unknown-signer",
    /// The pin begins after the date of verification.
    PinNotYetValid = "pin-not-yet-valid",
    /// The pin ended before the date of verification.
    PinExpired = "pin-expired",
    /// The payload is not what the contract describes.
    StatementMalformed = "statement-malformed",
    /// Not an in-toto Statement v1.
    StatementType = "statement-type",
    /// Another predicate or another version of it: not understood, never a pass.
    PredicateUnknown = "predicate-unknown",
    /// The key named inside the statement did not sign it.
    SignerDiffers = "signer-differs",
    /// The time of the run lies after the time of verification.
    RunInFuture = "run-in-future",
    /// The time of the run lies outside the period for which the key is pinned.
    RunOutsidePin = "run-outside-pin",
    /// No subject: nothing is stated about anything.
    SubjectNone = "subject-none",
    /// A subject's name is not a plain file name.
    SubjectName = "subject-name",
    /// Two subjects have the same name (upper and lower case count as the same).
    SubjectDuplicate = "subject-duplicate",
    /// Two tables have the same id or file, or one table two columns of the same name.
    TableDuplicate = "table-duplicate",
    /// A table's file is not among the subjects.
    TableFileUnlisted = "table-file-unlisted",
    /// A list names a column that the table does not publish in that role.
    ColumnUnknown = "column-unknown",
    /// Rows or people in ≠ out + suppressed.
    CountsInconsistent = "counts-inconsistent",
    /// A measure names no table of the manifest, or its scope and table contradict each other.
    MeasureInconsistent = "measure-inconsistent",
    /// What is said of the search contradicts itself.
    DecisionInconsistent = "decision-inconsistent",
    /// The gate was not passed: such a run must not exist.
    GateNotPassed = "gate-not-passed",
    /// The gate says passed and the measures say otherwise, or say nothing.
    GateInconsistent = "gate-inconsistent",
    /// A demo key was used and the demo mark is missing.
    DemoUnmarked = "demo-unmarked",
    /// The legal form excludes what the manifest says was done.
    LegalFormInconsistent = "legal-form-inconsistent",
    /// "Measured across releases" without a previous release.
    ReleasesInconsistent = "releases-inconsistent",
    /// A statement about a re-measurement or a destroyed key contradicts itself.
    StatementInconsistent = "statement-inconsistent",
    /// A published file has other bytes than the manifest says.
    SubjectDiffers = "subject-differs",
    /// A subject of the manifest is not there.
    SubjectMissing = "subject-missing",
    /// A file is there that the manifest does not name.
    SubjectExtra = "subject-extra",
    /// A key could not sign; happens only if the library refuses it.
    CannotSign = "cannot-sign",
}
