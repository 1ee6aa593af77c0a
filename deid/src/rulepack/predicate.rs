//! The conditions a check may name, and what parameters each one reads.
//!
//! The names are part of the contract of a rule pack; the logic of each is one function in
//! [`crate::recipe::lint`]. A parameter that the condition does not read is refused, because a
//! lawyer who writes one believes that it does something.

use std::collections::BTreeSet;

use super::{Entropy, KeyLifetime};
use crate::recipe::{Maker, Role};
use crate::transform::value::period::Period;

/// The finest that one item may be published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Precision {
    /// Item it is about.
    pub item: String,
    /// How fineness is measured, and the finest level.
    pub unit: Unit,
}

/// Fineness of one kind of value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// A date, no finer than the period.
    Date(Period),
    /// An address. The levels of a city's own hierarchy are not known here: level 1 of the declared
    /// hierarchy or more is taken to be coarse enough.
    Address,
    /// A code, no more than this many leading characters.
    Prefix(usize),
}

/// Parameters of a check; empty where the condition does not read them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Params {
    /// Legal marks that select columns.
    pub marks: BTreeSet<String>,
    /// Items that select columns.
    pub items: BTreeSet<String>,
    /// Roles that select columns.
    pub roles: BTreeSet<Role>,
    /// Treatments that satisfy the check.
    pub allowed: BTreeSet<String>,
    /// Treatments any of which satisfies the check.
    pub handled_by: BTreeSet<String>,
    /// Makers that satisfy the check.
    pub makers: BTreeSet<Maker>,
    /// Lifetimes of keys that the check is about.
    pub keys: BTreeSet<KeyLifetime>,
    /// Entropies that the check is about.
    pub entropy: BTreeSet<Entropy>,
    /// Finest precision by item.
    pub finest: Vec<Precision>,
    /// Finest period of dates.
    pub finest_period: Option<Period>,
    /// Least k.
    pub k_min: Option<u64>,
    /// Least l.
    pub l_min: Option<u64>,
    /// Age from which values are put into one.
    pub age: Option<u64>,
    /// Least count of a published cell of an aggregate.
    pub small_cell_min: Option<u64>,
}

macro_rules! predicates {
    ($( $(#[$doc:meta])* $name:ident = $id:literal reads [$($param:literal),*]; )*) => {
        /// The condition of a check.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Predicate { $( $(#[$doc])* $name, )* }

        impl Predicate {
            /// Every condition.
            pub const ALL: &'static [Self] = &[ $( Self::$name, )* ];

            /// The name used in a pack.
            #[must_use]
            pub fn id(self) -> &'static str {
                match self { $( Self::$name => $id, )* }
            }

            /// The parameters it reads; all are needed.
            #[must_use]
            pub fn params(self) -> &'static [&'static str] {
                match self { $( Self::$name => &[$($param),*], )* }
            }
        }
    };
}

predicates! {
    /// A marked column is anything but dropped.
    MyNumberNotDropped = "my_number_not_dropped" reads ["marks", "allowed"];
    /// A number that only some may ask for remains.
    DisclosureRestrictedNotDropped = "disclosure_restricted_not_dropped" reads ["marks", "allowed"];
    /// A pseudonym from few possible values, with a key that lasts.
    LowEntropyPseudonym = "low_entropy_pseudonym" reads ["entropy", "keys"];
    /// A direct identifier remains.
    DirectNotRemoved = "direct_not_removed" reads ["roles", "allowed"];
    /// An individual identification code remains.
    IdentificationCodeKept = "identification_code_kept" reads ["marks", "allowed"];
    /// A bank, card or payment number remains.
    FinancialKept = "financial_kept" reads ["marks", "allowed"];
    /// A code that links files in use remains, or can be made again.
    LinkCodeKept = "link_code_kept" reads ["marks", "allowed", "keys"];
    /// A date of birth, address or postal code is finer than the limit.
    QuasiTooFine = "quasi_too_fine" reads ["finest"];
    /// Dates of events are finer than the limit.
    DatesExact = "dates_exact" reads ["items", "finest"];
    /// Very high ages are not put into one.
    TopCodeMissing = "top_code_missing" reads ["items", "age"];
    /// A sensitive column has no measure against rare values.
    RareValueUnhandled = "rare_value_unhandled" reads ["marks", "handled_by"];
    /// Free text is published.
    FreeTextKept = "free_text_kept" reads [];
    /// The order of the input is published.
    OrderKept = "order_kept" reads [];
    /// k is not gated, or below the limit.
    KBelow = "k_below" reads ["k_min"];
    /// l is not gated for a sensitive column, or below the limit.
    LBelow = "l_below" reads ["marks", "l_min"];
    /// t is not gated for a sensitive column.
    TMissing = "t_missing" reads ["marks"];
    /// A key that lasts where only keys in memory are allowed.
    KeyNotMemoryOnly = "key_not_memory_only" reads ["keys"];
    /// A key that lasts is in use.
    KeyCustodyReminder = "key_custody_reminder" reads ["keys"];
    /// The declared maker cannot make this form.
    MakerNotPermitted = "maker_not_permitted" reads ["allowed"];
    /// A recipient is declared.
    RecipientDeclared = "recipient_declared" reads [];
    /// A file of rows in a form that publishes none.
    RowFileForStatistics = "row_file_for_statistics" reads ["small_cell_min"];
    /// Always: the copy remains personal data.
    StillPersonal = "still_personal" reads [];
    /// Always: publication cannot be seen from here.
    PublicationReminder = "publication_reminder" reads [];
    /// Always: destruction of keys and mappings.
    DestructionReminder = "destruction_reminder" reads [];
    /// Always: prohibition of matching.
    ReidentificationReminder = "reidentification_reminder" reads [];
    /// Always: procedure of administrative bodies.
    ProcedureReminder = "procedure_reminder" reads [];
    /// Always: whether the source file qualifies.
    SourceFileReminder = "source_file_reminder" reads [];
    /// Always: no machine settles that nobody can be identified.
    NotADetermination = "not_a_determination" reads [];
}

impl Predicate {
    /// The condition with this name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|p| p.id() == text)
    }
}
