//! The recipe: what shall happen to every column of every table of one exchange.
//!
//! [`Recipe::parse`] turns the text into a type that cannot be half right: every name that refers
//! to something refers to something that exists, every number is in range, every column has one
//! role. What a *legal form* or good practice says about a readable recipe is [`lint`], not
//! parsing. Deliberately absent: files (the text is an argument), keys, defaults that publish.

mod column;
mod hierarchy;
pub mod lint;
mod microaggregate;
mod models;
mod output;
mod parse;
mod population;
mod privacy;
mod reader;
mod recoding;
mod secret;
mod table;
mod treatment;

use std::collections::BTreeMap;
use std::ops::Range;

pub use crate::transform::treatment::EmptyText;
pub use crate::transform::value::ValueType;
pub use column::{Column, OnUnparsable, Role};
pub use hierarchy::{HierarchyKind, HierarchySpec};
pub use microaggregate::{Microaggregate, Statistic};
pub use models::{Estimator, ModelDemand, NullPlace, PrivacyModel, ValueOrder};
pub use output::{FileKind, LineEnding, Output};
pub use population::PopulationSpec;
pub use privacy::{Orphans, Person, Privacy, Relation, TReference};
pub use recoding::Recoding;
pub use table::{CsvFormat, FileFormat, FormulaPolicy, Order, TableSpec, UnmappablePolicy, fold_header};
pub use treatment::{Mask, MaskShape, Step, TokenForm};

/// Bytes of the recipe text, for underlining.
pub type Span = Range<usize>;

/// What the result is declared to be under the Act on the Protection of Personal Information.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LegalForm {
    /// 安全管理加工: a copy for safer handling; still personal data.
    SafetyProcessed,
    /// 仮名加工情報 (Article 2(5)).
    PseudonymouslyProcessed,
    /// 匿名加工情報 (Article 2(6)).
    AnonymouslyProcessed,
    /// 行政機関等匿名加工情報 (Article 60(3)).
    AdministrativeAnonymous,
    /// 統計: aggregates only; refused for row files.
    Statistics,
}

impl LegalForm {
    /// All forms with the words a recipe uses for them.
    pub const ALL: [(&'static str, Self); 5] = [
        ("安全管理加工", Self::SafetyProcessed),
        ("仮名加工情報", Self::PseudonymouslyProcessed),
        ("匿名加工情報", Self::AnonymouslyProcessed),
        ("行政機関等匿名加工情報", Self::AdministrativeAnonymous),
        ("統計", Self::Statistics),
    ];

    /// The form with these words.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(id, _)| *id == text).map(|(_, form)| *form)
    }

    /// The words a recipe and a manifest use.
    #[must_use]
    pub fn id(self) -> &'static str {
        Self::ALL.iter().find(|(_, form)| *form == self).map_or("", |(id, _)| id)
    }

    /// Whether keys of a run may exist only in memory (規則34条・3-2-3-1※: no table or random
    /// number that would allow restoring may be kept).
    #[must_use]
    pub fn memory_only_keys(self) -> bool {
        matches!(self, Self::AnonymouslyProcessed | Self::AdministrativeAnonymous)
    }
}

/// Who makes the copy in law.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Maker {
    /// A private business (chapter 4 of the Act).
    Private,
    /// A body of the city (chapter 5).
    City,
    /// A body or business of Article 58.
    Article58,
}

impl Maker {
    /// All makers with the words used in recipes and packs.
    pub const ALL: [(&'static str, Self); 3] =
        [("private", Self::Private), ("city", Self::City), ("article58", Self::Article58)];

    /// The maker with this word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().find(|(id, _)| *id == text).map(|(_, m)| *m)
    }

    /// The word used in recipes and packs.
    #[must_use]
    pub fn id(self) -> &'static str {
        Self::ALL.iter().find(|(_, m)| *m == self).map_or("", |(id, _)| id)
    }
}

/// A named pseudonym context: same domain, recipient, exchange and key ⇒ same pseudonym.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Domain {
    /// Normalisation steps in the order of the recipe's list, as written.
    pub normalise: Vec<String>,
    /// Place of the domain's header.
    pub span: Span,
}

/// One warning that the author has read, and why it is right here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acknowledgement {
    /// Code of the warning.
    pub code: String,
    /// Restricts it to one table.
    pub table: Option<String>,
    /// Restricts it to one column.
    pub column: Option<String>,
    /// Why; carried into the manifest.
    pub reason: String,
    /// Place of the entry.
    pub span: Span,
}

/// The place of this release in a series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Follows {
    /// The recipe does not say.
    Unsaid,
    /// It says that this is the first release (`"none"`).
    First,
    /// SHA-256 (hex) of the manifest that this release follows.
    Release(String),
}

impl Follows {
    /// The digest of the release before, where there is one.
    #[must_use]
    pub fn digest(&self) -> Option<&str> {
        match self {
            Self::Release(digest) => Some(digest),
            Self::Unsaid | Self::First => None,
        }
    }
}

/// A recipe whose references all resolve.
#[derive(Debug, Clone, PartialEq)]
pub struct Recipe {
    /// Identifier, `[a-z0-9-]{1,64}`.
    pub id: String,
    /// Title for people.
    pub title: String,
    /// Exchange: part of every subkey.
    pub exchange: String,
    /// Recipient, unless the command line names one.
    pub recipient: Option<String>,
    /// Named group whose recipients are meant to be linkable.
    pub link_group: Option<String>,
    /// Declared legal form.
    pub legal_form: LegalForm,
    /// Place of the declaration.
    pub legal_form_span: Span,
    /// Who makes the copy in law; `None` = not said, and then not checked.
    pub maker: Option<Maker>,
    /// Whether the public demo key may be used.
    pub demo: bool,
    /// The release that this one follows.
    pub follows: Follows,
    /// Tables in the order of the recipe.
    pub tables: Vec<TableSpec>,
    /// Pseudonym domains by name.
    pub domains: BTreeMap<String, Domain>,
    /// Generalization hierarchies by name.
    pub hierarchies: BTreeMap<String, HierarchySpec>,
    /// Child → parent references.
    pub relations: Vec<Relation>,
    /// Which table holds the people.
    pub person: Option<Person>,
    /// The gate; `None` = nothing is gated (a warning when there are quasi-identifiers).
    pub privacy: Option<Privacy>,
    /// Acknowledged warnings.
    pub acknowledged: Vec<Acknowledgement>,
}

impl Recipe {
    /// The table with this name.
    #[must_use]
    pub fn table(&self, name: &str) -> Option<&TableSpec> {
        self.tables.iter().find(|t| t.name == name)
    }

    /// The relation in which `table` is the child.
    #[must_use]
    pub fn parent_of(&self, table: &str) -> Option<&Relation> {
        self.relations.iter().find(|r| r.child == table)
    }
}
