//! Why evidence was not accepted. The ids are those of docs/manifest.md.

macro_rules! reasons {
    ($($name:ident = $id:literal, $doc:literal;)+) => {
        /// A reason not to accept a manifest as evidence.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
        pub enum EvidenceError {
            $(#[doc = $doc] #[error($id)] $name,)+
        }

        impl EvidenceError {
            /// All reasons.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The stable id of the reason.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self { $(Self::$name => $id,)+ }
            }
        }
    };
}

reasons! {
    PinMalformed = "pin-malformed", "The trust list holds a key, holder or period that means nothing.";
    TooLarge = "too-large", "Longer than a manifest may be.";
    EnvelopeMalformed = "envelope-malformed", "Not the envelope that the contract describes.";
    DuplicateKey = "duplicate-key", "A key twice in one object.";
    PayloadType = "payload-type", "The payload is said to be something else.";
    Base64 = "base64", "Not canonical base64.";
    Unsigned = "unsigned", "No signature.";
    SignatureInvalid = "signature-invalid", "The signature of a pinned key does not hold.";
    DemoKey = "demo-key", "Signed by the public demo key.";
    UnknownSigner = "unknown-signer", "Signed by nobody whom the case trusts.";
    PinNotYetValid = "pin-not-yet-valid", "The signer is trusted only later.";
    PinExpired = "pin-expired", "The signer is trusted no longer.";
    StatementMalformed = "statement-malformed", "Not the statement that the contract describes.";
    StatementType = "statement-type", "Another type of statement.";
    PredicateUnknown = "predicate-unknown", "Not understood: another predicate or version.";
    SignerDiffers = "signer-differs", "The statement names another signer.";
    RunInFuture = "run-in-future", "The run is later than the judgement.";
    RunOutsidePin = "run-outside-pin", "The signer was not trusted when the run was made.";
    SubjectNone = "subject-none", "Nothing is stated about any file.";
    SubjectName = "subject-name", "A subject is not a plain file name.";
    SubjectDuplicate = "subject-duplicate", "Two subjects of one name.";
    TableDuplicate = "table-duplicate", "Two tables or columns of one name.";
    TableFileUnlisted = "table-file-unlisted", "A table that is no subject.";
    ColumnUnknown = "column-unknown", "A column that the table does not publish.";
    CountsInconsistent = "counts-inconsistent", "In is not out plus suppressed.";
    MeasureInconsistent = "measure-inconsistent", "A measure of nothing that is there.";
    DecisionInconsistent = "decision-inconsistent", "What is said of the search contradicts itself.";
    GateNotPassed = "gate-not-passed", "The run did not pass its gate.";
    GateInconsistent = "gate-inconsistent", "The measures do not bear out the gate.";
    DemoUnmarked = "demo-unmarked", "A demo key was used without the mark.";
    LegalFormInconsistent = "legal-form-inconsistent", "The legal form excludes what was done.";
    ReleasesInconsistent = "releases-inconsistent", "Measured across releases, and none is named.";
    SubjectDiffers = "subject-differs", "A file has other bytes than stated.";
    SubjectMissing = "subject-missing", "A stated file is not there.";
    SubjectExtra = "subject-extra", "A file is there that is not stated.";
}
