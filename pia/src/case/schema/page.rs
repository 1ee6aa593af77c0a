//! docs/case.md and docs/ja/case.md from the schema, so that the page cannot say other things than
//! the reader does. The text around the tables stands in pia/schema/page.{ja,en}.md.

use std::fmt::Write;

use super::{Absent, KeyDef, KindDef, Schema, Shape, Type, schema};
use crate::words::{Lang, Words};

/// The page about the case folder in a language.
#[must_use]
pub fn page(lang: Lang) -> String {
    let template = match lang {
        Lang::Ja => include_str!("../../../schema/page.ja.md"),
        Lang::En => include_str!("../../../schema/page.en.md"),
    };
    let writer = Page { words: Words::load(lang), schema: schema() };
    template.replace("{{files}}\n", &writer.files())
}

struct Page {
    words: Words,
    schema: &'static Schema,
}

impl Page {
    fn files(&self) -> String {
        let mut out = String::new();
        for file in crate::case::read::FILES {
            let _ = writeln!(out, "## {file}\n");
            for kind in self.schema.kinds_of_file(file) {
                let place = if kind.single { "page.single" } else { "page.table" };
                self.kind(&mut out, kind, &self.words.fill(place, &[("kind", &kind.name)]));
            }
            for kind in self.schema.kinds().filter(|kind| kind.file.is_none() && !kind.derived) {
                let holders = self.holders(kind);
                let first = holders.first().and_then(|holder| self.file_of(holder));
                if first == Some(file) {
                    let names: Vec<&str> = holders.iter().map(|holder| holder.name.as_str()).collect();
                    self.kind(&mut out, kind, &self.words.fill("page.of", &[("kind", &names.join(", "))]));
                }
            }
        }
        let _ = writeln!(out, "## {}\n", self.words.ui("page.derived"));
        for kind in self.schema.kinds().filter(|kind| kind.keys().any(|key| key.derived)) {
            let _ = writeln!(out, "### {} `{}`\n", kind.text.get(self.words.lang), kind.name);
            self.keys(&mut out, kind.keys().filter(|key| key.derived));
        }
        let title = self.words.ui("page.vocabularies");
        let _ = writeln!(out, "## {title}\n");
        for vocabulary in self.schema.vocabularies() {
            let _ = writeln!(out, "### {} {}\n", self.words.ui("page.vocabulary"), vocabulary.name);
            let _ = writeln!(
                out,
                "| {} | {} |\n|---|---|",
                self.words.ui("page.word"),
                self.words.ui("page.meaning")
            );
            for (id, text) in &vocabulary.words {
                let _ = writeln!(out, "| `{id}` | {} |", text.get(self.words.lang));
            }
            out.push('\n');
        }
        out.truncate(out.trim_end().len());
        out.push('\n');
        out
    }

    /// Kinds in whose tables objects of a kind are written.
    fn holders(&self, kind: &KindDef) -> Vec<&'static KindDef> {
        let holds =
            |key: &KeyDef| matches!(&key.ty, Type::Object(of) | Type::Objects(of) if *of == kind.name);
        self.schema.kinds().filter(|holder| holder.written().any(holds)).collect()
    }

    fn file_of(&self, kind: &KindDef) -> Option<&'static str> {
        let top =
            |kind: &KindDef| crate::case::read::FILES.into_iter().find(|f| kind.file.as_deref() == Some(f));
        top(kind).or_else(|| self.holders(kind).first().and_then(|holder| self.file_of(holder)))
    }

    fn kind(&self, out: &mut String, kind: &KindDef, place: &str) {
        let _ = writeln!(out, "### {} `{}`\n\n{place}", kind.text.get(self.words.lang), kind.name);
        for (first, second) in &kind.ordered {
            let _ = writeln!(
                out,
                "- {}",
                self.words.fill("page.ordered", &[("first", first), ("second", second)])
            );
        }
        out.push('\n');
        self.keys(out, kind.written());
    }

    fn keys<'k>(&self, out: &mut String, keys: impl Iterator<Item = &'k KeyDef>) {
        let head = ["page.key", "page.type", "page.need", "page.meaning"].map(|key| self.words.ui(key));
        let _ = writeln!(out, "| {} |\n|---|---|---|---|", head.join(" | "));
        for key in keys {
            let need = if key.need { self.words.ui("page.yes") } else { "" };
            let mut meaning = key.text.get(self.words.lang).to_owned();
            if key.absent == Absent::None {
                let _ = write!(meaning, " — {}", self.words.ui("page.none"));
            }
            let _ = writeln!(out, "| `{}` | {} | {need} | {meaning} |", key.name, self.ty(key));
        }
        out.push('\n');
    }

    fn ty(&self, key: &KeyDef) -> String {
        let word = match &key.ty {
            Type::Id => "page.id",
            Type::Text | Type::Texts if key.shape == Shape::Country => "page.country",
            Type::Text | Type::Texts if key.shape == Shape::Path => "page.path",
            Type::Text if key.shape != Shape::Free => "page.id",
            Type::Texts if key.shape == Shape::About => "page.ids",
            Type::Text => "page.text",
            Type::Words => "page.words",
            Type::Enum(_) => "page.enum",
            Type::Enums(_) => "page.enums",
            Type::Tri => "page.tri",
            Type::Bool => "page.bool",
            Type::Int => "page.int",
            Type::Date => "page.date",
            Type::Period => "page.period",
            Type::Ref(_) => "page.ref",
            Type::Refs(_) => "page.refs",
            Type::Texts => "page.texts",
            Type::Object(_) => "page.object",
            Type::Objects(_) => "page.objects",
            Type::Sha256 => "page.sha256",
            Type::ItemCode => "page.item-code",
            Type::Evidence => "page.evidence",
            Type::Any => "page.any",
        };
        let of = key.ty.vocabulary().or(key.ty.kind()).unwrap_or_default();
        let link = key.ty.vocabulary().is_some();
        let of = if link { of.to_owned() } else { format!("`{of}`") };
        let ty = self.words.fill(word, &[("of", &of)]);
        let (min, max) = key.range;
        if key.ty == Type::Int && min < max && (min, max) != (0, i64::from(u32::MAX)) && !key.derived {
            let (min, max) = (min.to_string(), max.to_string());
            let range = self.words.fill("page.range", &[("min", &min), ("max", &max)]);
            self.words.fill("page.with-range", &[("type", &ty), ("range", &range)])
        } else {
            ty
        }
    }
}
