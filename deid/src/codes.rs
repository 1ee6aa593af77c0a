//! The catalogue of diagnostic codes: the only map from a code to its exit status.
//!
//! A code is stable for ever and never reused. Its title, message, help and page are in
//! `i18n/ja.toml` and `i18n/en.toml`; `docs/codes.*.md` is generated from those.

use std::fmt;

use crate::error::Exit;

macro_rules! codes {
    ($( $(#[$doc:meta])* $name:ident = $text:literal => $exit:ident; )*) => {
        /// A stable diagnostic code.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $( $(#[$doc])* $name, )* }

        impl Code {
            /// Every code, in order.
            pub const ALL: &'static [Self] = &[ $( Self::$name, )* ];

            /// The text of the code, as printed and as acknowledged in a recipe.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $( Self::$name => $text, )* }
            }

            /// The exit status of a command that ends with this code as an error.
            #[must_use]
            pub fn exit(self) -> Exit {
                match self { $( Self::$name => Exit::$exit, )* }
            }
        }
    };
}

codes! {
    // D1xx: the recipe
    /// The file is not TOML, or over a size limit.
    RecipeSyntax = "D101" => Usage;
    /// A key that the format does not know.
    RecipeUnknownKey = "D102" => Usage;
    /// A value of the wrong kind.
    RecipeWrongType = "D103" => Usage;
    /// A required key is absent.
    RecipeMissingKey = "D104" => Usage;
    /// A value outside the allowed set or range.
    RecipeBadValue = "D105" => Usage;
    /// A name that refers to nothing.
    RecipeUnknownReference = "D106" => Usage;
    /// The recipe format version is not supported.
    RecipeVersion = "D107" => Usage;
    /// Relations form a cycle or give a table two parents.
    RecipeRelationShape = "D108" => Usage;
    /// No declared path leads from a table to the person.
    RecipeNoPersonPath = "D109" => Usage;
    /// Treatments of one column contradict each other or the order of work.
    RecipeTreatmentOrder = "D110" => Usage;
    /// A role and a treatment that do not go together.
    RecipeRoleTreatment = "D111" => Usage;
    /// A hierarchy that does not nest or cannot be built.
    RecipeHierarchy = "D112" => Usage;
    /// The two sides of a relation become pseudonyms of different domains: the files would not join.
    RelationDomains = "D113" => Usage;
    /// The taxonomy item is not in the rule pack.
    RecipeUnknownItem = "D114" => Usage;
    /// A treatment does not fit the declared type.
    RecipeTreatmentType = "D115" => Usage;
    /// An acknowledgement that silences nothing.
    AckUnused = "D116" => Usage;
    /// The file of a table or hierarchy leads outside the folder.
    RecipePath = "D117" => Usage;
    /// Something that looks like a key or secret stands in the recipe.
    RecipeSecret = "D118" => Usage;
    /// `order = "keep"` publishes the order of the input.
    OrderKept = "D120" => Usage;
    /// Free text is kept.
    FreeTextKept = "D121" => Usage;
    /// No normalisation before pseudonymising: variants of one value become two pseudonyms.
    NoNormalisation = "D122" => Usage;
    /// A published column outside the quasi-identifiers makes people unique.
    ColumnUnique = "D123" => NotMet;
    /// The recipe has quasi-identifiers and no `[privacy]`: nothing is gated.
    NoGate = "D124" => Usage;
    /// A part of a relation cannot be checked because a key column is not published.
    NotRecountable = "D125" => Usage;
    /// Releases over time are not assessed.
    NotAcrossReleases = "D126" => Usage;
    /// A direct identifier is published as it is.
    DirectKept = "D127" => Usage;
    /// Row number or digest of the input is not declared, so a cut file cannot be told from a whole one.
    InputNotPinned = "D128" => Usage;
    /// A file of the rule pack is absent, or cannot be read as what it should be.
    RulePackUnreadable = "D129" => Usage;
    /// The rule pack names something that it does not have, or that the program does not know.
    RulePackReference = "D130" => Usage;
    /// A code or id stands twice in the rule pack.
    RulePackDuplicate = "D131" => Usage;
    /// A text of the rule pack stands in one language only.
    RulePackLanguage = "D132" => Usage;
    /// A check of the rule pack would stop a run on the strength of memory alone.
    RulePackMemoryOnly = "D133" => Usage;
    /// The rule pack lacks something that every pack must have.
    RulePackIncomplete = "D134" => Usage;
    /// A published column has no taxonomy item, so that no check can see what it is.
    ItemMissing = "D135" => Usage;
    /// A link column is published as it is.
    LinkKept = "D136" => Usage;
    /// A direct identifier is masked: a part or the length of it remains.
    DirectMasked = "D137" => Usage;
    /// The role is weaker than what the taxonomy says of the item.
    RoleWeakerThanItem = "D138" => Usage;
    /// A column normalises what its pseudonym domain normalises.
    NormalisedTwice = "D142" => Usage;
    /// NULL would be written as a blank line.
    NullBlankLine = "D143" => Usage;
    /// A recoding that cannot do what the recipe asks beside it.
    RecodingUnsupported = "D144" => Usage;
    /// A privacy model could not be counted again on what would be published.
    ModelNotRecountable = "D145" => Usage;
    /// A privacy model asks for a population, and the table cannot have one.
    ModelPopulation = "D146" => Usage;
    /// A column whose numbers cannot be replaced by those of classes.
    MicroaggregateUnsupported = "D147" => Usage;
    /// A check of the legal form (code in the rule pack) stops the run.
    LegalFormCheck = "D140" => NotMet;
    /// The recipe file is not there or cannot be read.
    RecipeUnreadable = "D141" => Usage;
    /// A hierarchy or domain is declared and not used.
    DeclaredUnused = "D139" => Usage;

    // D2xx: input
    /// A file cannot be opened or read.
    InputUnreadable = "D201" => Fault;
    /// A file is empty, or has a header and no records.
    InputEmpty = "D202" => Fault;
    /// The bytes are not what the encoding allows.
    EncodingInvalid = "D203" => Fault;
    /// The encoding was not declared and cannot be told safely.
    EncodingUnclear = "D204" => Fault;
    /// A record has more or fewer fields than the header.
    CsvRagged = "D205" => Fault;
    /// A blank line among the records.
    CsvBlankRow = "D206" => Fault;
    /// A quote is opened and never closed.
    CsvUnclosedQuote = "D207" => Fault;
    /// A quote stands where RFC 4180 does not allow it.
    CsvStrayQuote = "D208" => Fault;
    /// Lines end with CR alone.
    CsvCrOnly = "D209" => Fault;
    /// Two headers are equal, or equal after NFKC and case folding.
    HeaderDuplicate = "D210" => Fault;
    /// A header is empty or holds a control character.
    HeaderBad = "D211" => Fault;
    /// A column of the data is not in the recipe.
    ColumnUndeclared = "D212" => Fault;
    /// A column of the recipe is not in the data.
    ColumnMissing = "D213" => Fault;
    /// A field, record or header is over a limit.
    InputLimit = "D214" => Fault;
    /// A NUL byte or other control character in a cell.
    CellControl = "D215" => Fault;
    /// The input changed between two passes.
    InputChanged = "D216" => Fault;
    /// The number of rows or the digest is not what the recipe declares.
    InputNotAsPinned = "D217" => Fault;
    /// A Parquet file that cannot be decoded.
    ParquetUnreadable = "D218" => Fault;
    /// A Parquet column of a type that is not supported.
    ParquetType = "D219" => Fault;
    /// Decoding went over its memory or time limit.
    DecoderLimit = "D220" => Fault;
    /// A line that is not one JSON object.
    NdjsonBad = "D221" => Fault;
    /// A nested or repeated value where a flat one is needed.
    NdjsonNested = "D222" => Fault;
    /// This build cannot read Parquet.
    ParquetNotBuilt = "D223" => Usage;
    /// Mixed line ends within one file.
    CsvMixedEol = "D224" => Fault;
    /// The table's file is not in the data folder.
    InputMissing = "D225" => Fault;
    /// The path is a link or not a regular file.
    InputNotRegular = "D226" => Fault;

    // D3xx: values and treatments
    /// A value does not parse as its declared type.
    ValueUnparsable = "D301" => Fault;
    /// A value is not in its hierarchy.
    NotInHierarchy = "D302" => Fault;
    /// A value that should become a pseudonym is empty.
    PseudonymEmpty = "D303" => Fault;
    /// A formula cell was found and the recipe says refuse.
    FormulaCell = "D304" => Fault;
    /// A character cannot be written in the output encoding.
    Unmappable = "D305" => Fault;
    /// A record refers to a parent that does not exist.
    Orphan = "D307" => Fault;
    /// A key column holds NULL or a value twice.
    KeyNotUnique = "D308" => Fault;
    /// A date shift left the calendar that the tool knows.
    DateRange = "D309" => Fault;
    /// A key column holds NULL.
    KeyNull = "D310" => Fault;
    /// A value has no place in the order of a privacy model.
    NotInOrder = "D311" => Fault;

    // D4xx: privacy
    /// No node of the lattice meets the gate within the suppression limit.
    Infeasible = "D401" => NotMet;
    /// The measured result does not meet the gate.
    GateNotMet = "D402" => NotMet;
    /// The decision does not belong to this recipe.
    DecisionMismatch = "D403" => Usage;
    /// The decision file cannot be read.
    DecisionUnreadable = "D404" => Usage;
    /// The search ended without a proof that nothing better exists.
    NotProven = "D405" => NotMet;
    /// Everything would be suppressed.
    AllSuppressed = "D406" => NotMet;
    /// A column named on the command line is not in the file.
    MeasureColumn = "D407" => Usage;
    /// A stronger attacker does better than the gate.
    JoinedBelowGate = "D408" => NotMet;
    /// Too many combinations, and none that meets the gate was found.
    NothingFound = "D409" => NotMet;
    /// Every combination was looked at, and the result is another.
    ExhaustiveDiffers = "D410" => NotMet;
    /// The time was over before every combination was looked at.
    ExhaustiveNotFinished = "D411" => NotMet;
    /// Too many combinations to look at each.
    ExhaustiveTooLarge = "D412" => Usage;

    // D5xx: keys, signatures, manifests
    /// No key was given.
    KeyMissing = "D501" => Usage;
    /// The key file is not one, or is damaged.
    KeyUnreadable = "D502" => Fault;
    /// Others can read the key file, or it belongs to somebody else.
    KeyExposed = "D503" => Fault;
    /// The key is of the other kind.
    KeyKind = "D504" => Usage;
    /// The demo key is used for a recipe that is not a demo.
    DemoKeyRefused = "D505" => Usage;
    /// The legal form allows only keys that live in memory.
    KeyMemoryOnly = "D506" => Usage;
    /// The manifest cannot be read.
    ManifestUnreadable = "D507" => Fault;
    /// A signature does not hold.
    SignatureInvalid = "D508" => NotMet;
    /// A published file is not what the manifest says.
    SubjectMismatch = "D509" => NotMet;
    /// A measure counted again differs from the manifest.
    RecountMismatch = "D510" => NotMet;
    /// The signer is not trusted.
    Untrusted = "D511" => NotMet;
    /// The folder holds files that the manifest does not name.
    SubjectExtra = "D512" => NotMet;
    /// No recipient was given.
    RecipientMissing = "D513" => Usage;
    /// The label of a key is not allowed.
    KeyLabel = "D514" => Usage;

    // D6xx: output
    /// The output exists and `--replace` was not given.
    OutputExists = "D601" => Usage;
    /// The output would overwrite or contain an input.
    OutputIsInput = "D602" => Usage;
    /// The output path is a link.
    OutputLink = "D603" => Usage;
    /// Writing failed; nothing was published.
    OutputFailed = "D604" => Fault;
    /// Another run is writing to the same folder.
    OutputBusy = "D605" => Fault;
    /// A folder in the way does not look like an output of this tool.
    OutputForeign = "D606" => Usage;

    /// The output is visible and whole, but the disk has not confirmed it.
    OutputNotConfirmed = "D607" => Fault;

    // D7xx: usage and the machine
    /// A value on the command line is not allowed.
    UsageValue = "D701" => Usage;
    /// `explain` was asked for something unknown.
    ExplainUnknown = "D702" => Usage;
    /// The system lacks calls that some protections rest on.
    WeakerPlatform = "D703" => Done;
    /// A fault of the program itself.
    Internal = "D799" => Fault;

    // DLxxx: checks of the legal form; codes, words and thresholds are in rules/, logic in recipe::lint
}

impl Code {
    /// The code with this text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|c| c.as_str() == text)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn codes_are_unique_and_parse_back() {
        let texts: BTreeSet<_> = Code::ALL.iter().map(|c| c.as_str()).collect();
        assert_eq!(texts.len(), Code::ALL.len());
        for code in Code::ALL {
            assert_eq!(Code::parse(code.as_str()), Some(*code));
        }
    }
}
