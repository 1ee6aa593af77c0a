//! Static types of expressions, and the names that an expression may use.
//!
//! Types come from the schema of a case; a literal text has the type of its words until it meets a
//! vocabulary, so that a misspelt word is found when the pack is loaded and not in a pilot.

use std::collections::{BTreeMap, BTreeSet};

use crate::case::schema::{KeyDef, Type, schema};
use crate::rule::fault::FaultCode;
use crate::rule::tables::{Table, WordList};

/// Vocabulary of the codes of the item taxonomy.
const ITEM_CODES: &str = "item-code";
/// What stands before the name of a lookup table where its words are a vocabulary.
const TABLE: &str = "table:";
/// What stands before the id of a question where its options are a vocabulary.
const OPTIONS: &str = "question:";

/// Type of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ty {
    /// Known only when evaluated (answers to questions of any type).
    Any,
    /// `null`.
    Null,
    /// Yes or no.
    Bool,
    /// A whole number.
    Int,
    /// Text.
    Text,
    /// A text written in the expression; fits a vocabulary that has all these words.
    Literal(Vec<String>),
    /// A word of a vocabulary.
    Word(String),
    /// A day.
    Date,
    /// A period.
    Period,
    /// An object of a kind.
    Object(String),
    /// A list.
    List(Box<Ty>),
}

impl Ty {
    /// Type of the values of a key.
    #[must_use]
    pub fn of(key: &KeyDef) -> Self {
        match &key.ty {
            Type::Id | Type::Text | Type::Words | Type::Sha256 => Self::Text,
            Type::Enum(of) => Self::Word(of.clone()),
            Type::Enums(of) => Self::list(Self::Word(of.clone())),
            Type::Tri | Type::Bool => Self::Bool,
            Type::Int => Self::Int,
            Type::Date => Self::Date,
            Type::Period => Self::Period,
            Type::Ref(kind) | Type::Object(kind) => Self::Object(kind.clone()),
            Type::Refs(kind) | Type::Objects(kind) => Self::list(Self::Object(kind.clone())),
            Type::Texts => Self::list(Self::Text),
            Type::ItemCode => Self::Word(ITEM_CODES.to_owned()),
            Type::Evidence => Self::list(Self::Object("evidence".to_owned())),
            Type::Any => Self::Any,
        }
    }

    pub(super) fn list(of: Self) -> Self {
        Self::List(Box::new(of))
    }

    /// Type of a choice among the options of a question.
    #[must_use]
    pub fn option_of(question: &str) -> Self {
        Self::Word(format!("{OPTIONS}{question}"))
    }

    pub(super) fn table(name: &str) -> Self {
        Self::Word(format!("{TABLE}{name}"))
    }

    /// Reads `capacity`, `[item]`, `text`, `bool`, `int`, `date`, `period` or `enum:regime`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some(inner) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            return Some(Self::list(Self::parse(inner)?));
        }
        Some(match text {
            "text" => Self::Text,
            "bool" => Self::Bool,
            "int" => Self::Int,
            "date" => Self::Date,
            "period" => Self::Period,
            other => match other.strip_prefix("enum:") {
                Some(name) => {
                    schema().vocabulary(name)?;
                    Self::Word(name.to_owned())
                }
                None => {
                    schema().kind(other)?;
                    Self::Object(other.to_owned())
                }
            },
        })
    }

    /// How it is called in a message.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Any => "any".to_owned(),
            Self::Null => "null".to_owned(),
            Self::Bool => "bool".to_owned(),
            Self::Int => "int".to_owned(),
            Self::Text | Self::Literal(_) => "text".to_owned(),
            Self::Word(of) => format!("enum:{of}"),
            Self::Date => "date".to_owned(),
            Self::Period => "period".to_owned(),
            Self::Object(kind) => kind.clone(),
            Self::List(of) => format!("[{}]", of.name()),
        }
    }
}

/// A predicate as a caller sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// Its place in [`super::Library`].
    pub(crate) index: usize,
    /// Name and type of each parameter.
    pub(crate) parameters: Vec<(String, Ty)>,
}

/// A question as an expression sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Type of its answers.
    pub ty: Ty,
    /// A legal evaluation: open, it is for the city.
    pub judged: bool,
    /// Kind of object it is asked for.
    pub for_each: Option<String>,
    /// Ids of its options, of a choice.
    pub options: Vec<String>,
    /// The unit of its answers, of a quantity.
    pub unit: Option<String>,
}

/// All names of a pack that expressions may use, apart from the schema.
#[derive(Debug, Clone, Default)]
pub struct Names {
    /// Predicates of rules/predicates.toml.
    pub predicates: BTreeMap<String, Signature>,
    /// Questions of rules/questions/.
    pub questions: BTreeMap<String, Asked>,
    /// Tables of rules/tables/.
    pub tables: BTreeMap<String, Table>,
    /// Lists of rules/wordlists.toml.
    pub lists: BTreeMap<String, WordList>,
    /// Codes of rules/items.toml.
    pub items: BTreeSet<String>,
    /// Ids of the levels of risk, the lowest first.
    pub risk_levels: Vec<String>,
}

impl Names {
    fn has_word(&self, vocabulary: &str, word: &str) -> bool {
        if vocabulary == ITEM_CODES {
            return self.items.contains(word);
        }
        if let Some(name) = vocabulary.strip_prefix(TABLE) {
            return self.tables.get(name).is_some_and(|table| table.words().any(|cell| cell == word));
        }
        if let Some(id) = vocabulary.strip_prefix(OPTIONS) {
            return self.questions.get(id).is_some_and(|asked| asked.options.iter().any(|have| have == word));
        }
        schema().vocabulary(vocabulary).is_some_and(|found| found.label(word).is_some())
    }

    /// The type that both fit, or what is wrong.
    pub(super) fn join(&self, a: &Ty, b: &Ty) -> Result<Ty, (FaultCode, String)> {
        let literal = |words: &[String], vocabulary: &str| {
            let missing = words.iter().find(|word| !self.has_word(vocabulary, word));
            match missing {
                Some(word) => Err((FaultCode::UnknownWord, format!("{word} ({vocabulary})"))),
                None => Ok(Ty::Word(vocabulary.to_owned())),
            }
        };
        match (a, b) {
            (Ty::Any, other) | (other, Ty::Any) | (Ty::Null, other) | (other, Ty::Null) => Ok(other.clone()),
            (Ty::Literal(words), Ty::Word(of)) | (Ty::Word(of), Ty::Literal(words)) => literal(words, of),
            (Ty::Literal(_), Ty::Text) | (Ty::Text, Ty::Literal(_)) => Ok(Ty::Text),
            (Ty::Literal(a), Ty::Literal(b)) => Ok(Ty::Literal(a.iter().chain(b).cloned().collect())),
            (Ty::List(a), Ty::List(b)) => Ok(Ty::list(self.join(a, b)?)),
            (a, b) if a == b => Ok(a.clone()),
            (a, b) => Err((FaultCode::TypeMismatch, format!("{} / {}", a.name(), b.name()))),
        }
    }
}
