//! The schema of a case as data: kinds of objects, their keys, the vocabularies.
//!
//! Read once from pia/schema/ (case.toml what people write, derived.toml what is computed from
//! it, vocabulary.toml the words). The reader, the type check of rules, the JSON Schema and
//! docs/case.md share it, so that they cannot disagree. Not here: how a value is read (`read`).

mod json;
mod load;
mod page;

use std::collections::BTreeMap;
use std::sync::LazyLock;

pub use json::json_schemas;
pub use page::page;

use crate::bilingual::Bilingual;
use crate::words::Lang;

/// Type of a key. The text inside names a vocabulary or a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Type {
    /// Id of the object itself.
    Id,
    /// Text in one language.
    Text,
    /// Text in Japanese and perhaps English.
    Words,
    /// A word of a vocabulary.
    Enum(String),
    /// Words of a vocabulary.
    Enums(String),
    /// Yes, no or unknown.
    Tri,
    /// Yes or no.
    Bool,
    /// A whole number.
    Int,
    /// A day.
    Date,
    /// An ISO 8601 period.
    Period,
    /// Id of an object of a kind.
    Ref(String),
    /// Ids of objects of a kind.
    Refs(String),
    /// Texts.
    Texts,
    /// An object of a kind, written in place.
    Object(String),
    /// Objects of a kind, written in place.
    Objects(String),
    /// A digest: 64 hexadecimal digits.
    Sha256,
    /// A code of the item taxonomy.
    ItemCode,
    /// Ids of evidence.
    Evidence,
    /// What an answer may hold.
    Any,
}

impl Type {
    /// Whether values are lists.
    #[must_use]
    pub fn is_list(&self) -> bool {
        matches!(self, Self::Enums(_) | Self::Refs(_) | Self::Texts | Self::Objects(_) | Self::Evidence)
    }

    /// The kind that values refer to or are, if they are objects.
    #[must_use]
    pub fn kind(&self) -> Option<&str> {
        match self {
            Self::Ref(kind) | Self::Refs(kind) | Self::Object(kind) | Self::Objects(kind) => Some(kind),
            Self::Evidence => Some("evidence"),
            _ => None,
        }
    }

    /// The vocabulary of the values.
    #[must_use]
    pub fn vocabulary(&self) -> Option<&str> {
        match self {
            Self::Enum(name) | Self::Enums(name) => Some(name),
            _ => None,
        }
    }
}

/// What it means that a key is not written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Absent {
    /// Not answered yet.
    Unknown,
    /// Declared that there is none.
    None,
}

/// A narrower form of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Any text.
    Free,
    /// Looks like an id.
    Id,
    /// Ids of objects of this case, of any kind; one that is not there is only warned about.
    About,
    /// A path below evidence/.
    Path,
    /// ISO 3166-1 alpha-2.
    Country,
}

/// One key of a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyDef {
    /// Name of the key.
    pub name: String,
    /// Type of its values.
    pub ty: Type,
    /// The case cannot be read without it.
    pub need: bool,
    /// What absence means.
    pub absent: Absent,
    /// Form of texts.
    pub shape: Shape,
    /// Least and greatest number.
    pub range: (i64, i64),
    /// Computed from what is written, never written.
    pub derived: bool,
    /// What it is for.
    pub text: Bilingual,
}

/// One kind of object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KindDef {
    /// Name of the kind, also the name of its tables in the file.
    pub name: String,
    /// File where its objects stand by themselves; `None`: they stand inside others.
    pub file: Option<String>,
    /// The file as a whole is the one object of this kind.
    pub single: bool,
    /// Computed objects.
    pub derived: bool,
    /// Keys that name an object of this kind in a list, where it has no id.
    pub named_by: Vec<String>,
    /// Pairs of keys: the first must not be after (above) the second.
    pub ordered: Vec<(String, String)>,
    /// What it is.
    pub text: Bilingual,
    keys: Vec<KeyDef>,
    by_name: BTreeMap<String, usize>,
}

impl KindDef {
    /// A key, declared or derived.
    #[must_use]
    pub fn key(&self, name: &str) -> Option<&KeyDef> {
        self.keys.get(*self.by_name.get(name)?)
    }

    /// All keys in the order of the schema, the derived ones last.
    pub fn keys(&self) -> impl Iterator<Item = &KeyDef> {
        self.keys.iter()
    }

    /// The keys that people write.
    pub fn written(&self) -> impl Iterator<Item = &KeyDef> {
        self.keys.iter().filter(|key| !key.derived)
    }

    /// Whether objects of this kind have an id of their own.
    #[must_use]
    pub fn has_id(&self) -> bool {
        self.key("id").is_some_and(|key| key.ty == Type::Id)
    }
}

/// A vocabulary: words by id, in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vocabulary {
    /// Its name.
    pub name: String,
    /// Id and label of each word.
    pub words: Vec<(String, Bilingual)>,
}

impl Vocabulary {
    /// The label of a word; `None`: not a word of this vocabulary.
    #[must_use]
    pub fn label(&self, word: &str) -> Option<&Bilingual> {
        self.words.iter().find(|(id, _)| id == word).map(|(_, text)| text)
    }

    /// The ids of the words.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.words.iter().map(|(id, _)| id.as_str())
    }
}

/// The whole schema.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Schema {
    kinds: Vec<KindDef>,
    vocabularies: BTreeMap<String, Vocabulary>,
}

static SCHEMA: LazyLock<Schema> = LazyLock::new(|| {
    // A malformed schema is caught by the tests of `load`; at run time it knows no kind, so that
    // every case is refused.
    load::schema(
        include_str!("../../../schema/case.toml"),
        include_str!("../../../schema/derived.toml"),
        include_str!("../../../schema/vocabulary.toml"),
    )
    .unwrap_or_default()
});

/// The schema of this program.
#[must_use]
pub fn schema() -> &'static Schema {
    &SCHEMA
}

impl Schema {
    /// A kind of object.
    #[must_use]
    pub fn kind(&self, name: &str) -> Option<&KindDef> {
        self.kinds.iter().find(|kind| kind.name == name)
    }

    /// All kinds, in the order of the schema, derived ones last.
    pub fn kinds(&self) -> impl Iterator<Item = &KindDef> {
        self.kinds.iter()
    }

    /// The kinds that stand by themselves in a file.
    pub fn kinds_of_file<'a>(&'a self, file: &'a str) -> impl Iterator<Item = &'a KindDef> {
        self.kinds.iter().filter(move |kind| kind.file.as_deref() == Some(file))
    }

    /// A key of a kind, declared or derived.
    #[must_use]
    pub fn key(&self, kind: &str, key: &str) -> Option<&KeyDef> {
        self.kind(kind)?.key(key)
    }

    /// A vocabulary.
    #[must_use]
    pub fn vocabulary(&self, name: &str) -> Option<&Vocabulary> {
        self.vocabularies.get(name)
    }

    /// All vocabularies by name.
    pub fn vocabularies(&self) -> impl Iterator<Item = &Vocabulary> {
        self.vocabularies.values()
    }

    /// The label of the word that a key holds.
    #[must_use]
    pub fn label<'a>(&'a self, kind: &str, key: &str, word: &str, lang: Lang) -> Option<&'a str> {
        let vocabulary = self.vocabulary(self.key(kind, key)?.ty.vocabulary()?)?;
        vocabulary.label(word).map(|text| text.get(lang))
    }
}
