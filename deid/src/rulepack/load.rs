//! Texts → [`RulePack`]: reading the files in order, resolving includes, and what every pack must
//! have.

use std::collections::{BTreeMap, BTreeSet};

use serde::de::DeserializeOwned;

use super::predicate::Predicate;
use super::resolve::{self, Faults, Known, each, named, text};
use super::{Check, Form, Item, RulePack, digest, raw};
use crate::codes::Code;
use crate::error::{Diagnostic, Severity};
use crate::recipe::{LegalForm, Maker};

/// Version of the format that this program reads.
const FORMAT: u32 = 1;
const PACK: &str = "pack.toml";
/// Folder of the files that `legal_forms` names.
const FORMS: &str = "legal_forms/";

pub(super) fn load(files: &BTreeMap<String, String>) -> Result<RulePack, Vec<Diagnostic>> {
    let mut all = Vec::new();
    let pack = build(files, &mut all);
    match pack {
        Some(pack) if all.is_empty() => Ok(pack),
        _ => Err(all),
    }
}

/// Reads one file; a fault names the file and the line.
fn read<T: DeserializeOwned>(
    files: &BTreeMap<String, String>,
    path: &str,
    all: &mut Vec<Diagnostic>,
) -> Option<T> {
    let unreadable = |detail: &str, line: u64| {
        Diagnostic::error(Code::RulePackUnreadable).in_file(path).name("detail", detail).number("line", line)
    };
    let Some(text) = files.get(path) else {
        all.push(unreadable("absent", 0));
        return None;
    };
    match toml::from_str::<T>(text) {
        Ok(found) => Some(found),
        Err(e) => {
            let before = e.span().and_then(|s| text.as_bytes().get(..s.start)).unwrap_or_default();
            let line = before.iter().filter(|b| **b == b'\n').count() + 1;
            all.push(unreadable(e.message(), u64::try_from(line).unwrap_or(0)));
            None
        }
    }
}

fn format_is_known(format: u32, path: &str, all: &mut Vec<Diagnostic>) {
    if format != FORMAT {
        let d = Diagnostic::error(Code::RulePackUnreadable).in_file(path).name("detail", "format");
        all.push(d.number("line", 1));
    }
}

fn build(files: &BTreeMap<String, String>, all: &mut Vec<Diagnostic>) -> Option<RulePack> {
    let pack: raw::Pack = read(files, PACK, all)?;
    format_is_known(pack.format, PACK, all);
    let laws: Option<raw::Laws> = read(files, &pack.laws, all);
    let items: Option<raw::Items> = read(files, &pack.items, all);
    let forms: Vec<(String, Option<raw::Form>)> = pack
        .legal_forms
        .iter()
        .map(|name| {
            let path = format!("{FORMS}{name}");
            let form = read(files, &path, all);
            (path, form)
        })
        .collect();
    let (laws, items) = (laws?, items?);
    format_is_known(laws.format, &pack.laws, all);
    format_is_known(items.format, &pack.items, all);

    let used: BTreeMap<&str, &str> = [PACK, &pack.laws, &pack.items]
        .into_iter()
        .chain(forms.iter().map(|(path, _)| path.as_str()))
        .filter_map(|path| files.get_key_value(path).map(|(p, t)| (p.as_str(), t.as_str())))
        .collect();
    let digest = digest::of(&used);

    let mut known = Known::default();
    let faults = &mut Faults { file: PACK, all: &mut *all };
    known.verified = named(pack.verified.into_iter().map(|v| (v.code, v.label)), faults);
    known.forces = named(pack.force.into_iter().map(|f| (f.id, f.label)), faults);
    let open = pack.open.into_iter().filter_map(|t| text(t, "open", faults)).collect();
    let label = text(pack.label, "label", faults);
    let note = text(pack.note, "note", faults);

    let faults = &mut Faults { file: &pack.laws, all: &mut *all };
    for law in &laws.law {
        if !known.verified.contains_key(&law.verified) {
            faults.unknown(&law.verified);
        }
    }
    known.laws = named(laws.law.into_iter().map(|l| (l.id, l.label)), faults);

    let faults = &mut Faults { file: &pack.items, all: &mut *all };
    for entry in items.mark.iter().chain(&items.treatment) {
        if entry.note.as_ref().is_some_and(|n| n.ja.is_none() || n.en.is_none()) {
            faults.push(Code::RulePackLanguage, &entry.id);
        }
    }
    known.marks = named(items.mark.into_iter().map(|m| (m.id, m.label)), faults);
    known.treatments =
        named(items.treatment.into_iter().map(|t| (t.id, t.label)), faults).into_keys().collect();
    let items = load_items(items.item, &mut known, faults);

    let forms = load_forms(forms, &known, all);
    Some(RulePack {
        id: pack.id,
        version: pack.version,
        as_of: pack.as_of,
        label: label?,
        note: note?,
        items,
        marks: known.marks,
        verified: known.verified,
        forces: known.forces,
        open,
        forms,
        digest,
    })
}

fn load_items(raw: Vec<raw::Item>, known: &mut Known, faults: &mut Faults<'_>) -> BTreeMap<String, Item> {
    for item in &raw {
        if !known.items.insert(item.id.clone()) {
            faults.push(Code::RulePackDuplicate, &item.id);
        }
    }
    raw.into_iter().filter_map(|i| resolve::item(i, known, faults)).map(|i| (i.id.clone(), i)).collect()
}

/// The checks of one file, and what the file says about a form, if it is one.
struct Part {
    path: String,
    id: String,
    head: Head,
    checks: Vec<Check>,
}

struct Head {
    label: Option<raw::Text>,
    note: Option<raw::Text>,
    makers: Option<Vec<String>>,
    keys: Option<Vec<String>>,
    rows: Option<bool>,
    includes: Vec<String>,
}

fn load_forms(
    raw: Vec<(String, Option<raw::Form>)>,
    known: &Known,
    all: &mut Vec<Diagnostic>,
) -> BTreeMap<LegalForm, Form> {
    let mut codes = BTreeSet::new();
    let mut parts: Vec<Part> = Vec::new();
    for (path, form) in raw {
        let Some(form) = form else { continue };
        format_is_known(form.format, &path, all);
        let mut faults = Faults { file: &path, all: &mut *all };
        if parts.iter().any(|p| p.id == form.id) {
            faults.push(Code::RulePackDuplicate, &form.id);
        }
        let mut checks = Vec::new();
        for check in form.check {
            if !codes.insert(check.code.clone()) {
                faults.push(Code::RulePackDuplicate, &check.code);
            }
            checks.extend(resolve::check(check, known, &mut faults));
        }
        let head = Head {
            label: form.label,
            note: form.note,
            makers: form.makers,
            keys: form.keys,
            rows: form.rows,
            includes: form.includes,
        };
        parts.push(Part { path, id: form.id, head, checks });
    }
    let shared: BTreeMap<String, Vec<Check>> = parts
        .iter()
        .filter(|p| LegalForm::parse(&p.id).is_none())
        .map(|p| (p.id.clone(), p.checks.clone()))
        .collect();
    let mut included = BTreeSet::new();
    let mut forms = BTreeMap::new();
    for part in &mut parts {
        let mut faults = Faults { file: &part.path, all: &mut *all };
        let form = LegalForm::parse(&part.id);
        let mut checks = Vec::new();
        for name in &part.head.includes {
            // A shared file includes nothing itself, so there are no cycles to look for.
            match shared.get(name).filter(|_| form.is_some()) {
                Some(theirs) => checks.extend(theirs.iter().cloned()),
                None => faults.unknown(name),
            }
            included.insert(name.clone());
        }
        checks.append(&mut part.checks);
        let Some(form) = form else { continue };
        forms.extend(complete(form, &mut part.head, checks, &mut faults).map(|f| (form, f)));
    }
    for part in parts.iter().filter(|p| shared.contains_key(&p.id) && !included.contains(&p.id)) {
        Faults { file: &part.path, all: &mut *all }.unknown(&part.id);
    }
    for (id, form) in LegalForm::ALL {
        if !forms.contains_key(&form) {
            Faults { file: PACK, all: &mut *all }.push(Code::RulePackIncomplete, id);
        }
    }
    forms
}

/// What each form must say and have. 個人番号 is guarded here as well: a pack may be replaced, but
/// not by one that lets it through (番号法2条5項・9項, 19条, 20条).
fn complete(form: LegalForm, head: &mut Head, checks: Vec<Check>, faults: &mut Faults<'_>) -> Option<Form> {
    let guarded = checks.iter().any(|c| {
        c.when == Predicate::MyNumberNotDropped
            && c.severity == Severity::Error
            && c.params.allowed.iter().all(|t| t == "drop")
    });
    if !guarded {
        faults.push(Code::RulePackIncomplete, Predicate::MyNumberNotDropped.id());
    }
    let (Some(makers), Some(keys), Some(rows)) = (head.makers.take(), head.keys.take(), head.rows) else {
        faults.push(Code::RulePackIncomplete, "makers, keys, rows");
        return None;
    };
    let label = text(head.label.take().unwrap_or_default(), "label", faults);
    let note = text(head.note.take().unwrap_or_default(), "note", faults);
    Some(Form {
        form,
        label: label?,
        note: note?,
        makers: each(makers, Maker::parse, faults),
        keys: each(keys, resolve::key_lifetime, faults),
        rows,
        checks,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::rulepack::embedded_files;

    /// Codes of the faults after `from` was replaced by `to`, once, in one file of the pack.
    fn broken(path: &str, from: &str, to: &str) -> Vec<Code> {
        let mut files = embedded_files();
        let text = files.get_mut(path).unwrap();
        assert!(text.contains(from), "{path} has no {from}");
        *text = text.replacen(from, to, 1);
        RulePack::parse(&files).err().unwrap_or_default().iter().map(|d| d.code).collect()
    }

    const COMMON: &str = "legal_forms/common.toml";

    #[test]
    fn the_embedded_pack_loads() {
        let pack = RulePack::embedded().unwrap();
        assert_eq!(pack.items.len(), 75);
        assert_eq!(pack.digest().len(), 64);
        for (_, form) in LegalForm::ALL {
            let form = pack.form(form).unwrap();
            assert!(form.checks.iter().any(|c| c.code == "DL101"));
        }
        assert!(pack.checks().len() > 50);
        for check in pack.checks().values() {
            for text in [&check.ja, &check.en] {
                assert!(
                    ![&text.title, &text.why, &text.fix].iter().any(|t| t.contains('{')),
                    "{}",
                    check.code
                );
            }
        }
    }

    #[test]
    fn every_predicate_is_used_by_the_embedded_pack() {
        let pack = RulePack::embedded().unwrap();
        let used: BTreeSet<_> = pack.checks().values().map(|c| c.when).collect();
        assert_eq!(used.into_iter().collect::<Vec<_>>(), Predicate::ALL);
    }

    #[test]
    fn the_digest_binds_each_file_and_no_other() {
        let mut files = embedded_files();
        let digest = RulePack::parse(&files).unwrap().digest().to_owned();
        files.insert("README.md".to_owned(), "other".to_owned());
        assert_eq!(RulePack::parse(&files).unwrap().digest(), digest);
        files.get_mut(COMMON).unwrap().push('\n');
        assert_ne!(RulePack::parse(&files).unwrap().digest(), digest);
    }

    #[test]
    fn refuses_names_that_nothing_has() {
        for (path, from, to) in [
            (COMMON, "my_number_not_dropped", "my_number_maybe_dropped"),
            (COMMON, "marks = [\"my-number\"]", "marks = [\"my-nummer\"]"),
            (COMMON, "allowed = [\"drop\"]", "allowed = [\"hash\"]"),
            (COMMON, "law = \"mynumber\"", "law = \"mynummer\""),
            (COMMON, "verified = \"V2\"", "verified = \"V99\""),
            (COMMON, "force = \"legal-duty\"", "force = \"wish\""),
            (COMMON, "severity = \"error\"", "severity = \"fatal\""),
            (COMMON, "code = \"DL101\"", "code = \"K02\""),
            (COMMON, "params = { marks = [\"my-number\"],", "params = { k_min = 3, marks = [\"my-number\"],"),
            (COMMON, "この列の", "{k_min} この列の"),
            ("legal_forms/anonymous.toml", "includes = [\"common\"]", "includes = [\"common\", \"more\"]"),
            ("legal_forms/anonymous.toml", "item = \"iP03\", unit", "item = \"iP99\", unit"),
            ("legal_forms/anonymous.toml", "level = \"month\"", "level = \"moon\""),
            ("legal_forms/anonymous.toml", "roles = [\"direct\"]", "roles = [\"subject\"]"),
            ("items.toml", "marks = [\"identification-code\"]", "marks = [\"id-code\"]"),
            ("items.toml", "class = \"direct\"", "class = \"indirect\""),
            ("items.toml", "pseudonymised = [\"drop\"]", "pseudonymised = [\"burn\"]"),
        ] {
            assert!(broken(path, from, to).contains(&Code::RulePackReference), "{path}: {to}");
        }
    }

    #[test]
    fn refuses_duplicates() {
        assert!(broken(COMMON, "code = \"DL102\"", "code = \"DL101\"").contains(&Code::RulePackDuplicate));
        assert!(broken("items.toml", "id = \"iP02\"", "id = \"iP01\"").contains(&Code::RulePackDuplicate));
        assert!(
            broken("laws.toml", "id = \"appi-order\"", "id = \"appi\"").contains(&Code::RulePackDuplicate)
        );
    }

    #[test]
    fn refuses_one_language() {
        for (path, from, to) in [
            (
                COMMON,
                "[check.text.en]\ntitle = \"My Number is not dropped\"",
                "[check.text.en]\ntitle = \" \"",
            ),
            ("items.toml", "label.en = \"Reading of the name (kana)\"\n", ""),
            ("pack.toml", "label.en = \"legal duty\"\n", ""),
            ("laws.toml", "label.en = \"My Number Act\"\n", ""),
        ] {
            assert!(broken(path, from, to).contains(&Code::RulePackLanguage), "{path}: {from}");
        }
    }

    #[test]
    fn refuses_to_block_on_memory_alone() {
        let mut files = embedded_files();
        let text = files.get_mut("legal_forms/statistics.toml").unwrap();
        for verified in ["V4", "design"] {
            *text = text.replace(&format!("verified = \"{verified}\""), "verified = \"Mh\"");
        }
        let codes: Vec<_> = RulePack::parse(&files).unwrap_err().iter().map(|d| d.code).collect();
        assert_eq!(codes, [Code::RulePackMemoryOnly]);
    }

    #[test]
    fn refuses_a_pack_that_lets_my_number_through() {
        for (from, to) in [
            ("severity = \"error\"", "severity = \"warning\""),
            ("allowed = [\"drop\"]", "allowed = [\"drop\", \"pseudonym\"]"),
        ] {
            assert_eq!(broken(COMMON, from, to), [Code::RulePackIncomplete; 5], "{to}");
        }
        assert!(
            broken("legal_forms/safety.toml", "includes = [\"common\"]", "includes = []")
                .contains(&Code::RulePackIncomplete)
        );
    }

    #[test]
    fn refuses_what_is_incomplete_or_unreadable() {
        assert!(broken(COMMON, "marks = [\"my-number\"], ", "").contains(&Code::RulePackIncomplete));
        assert!(
            broken("pack.toml", ", \"statistics.toml\"", "").contains(&Code::RulePackIncomplete),
            "a form without a file"
        );
        for (path, from, to) in [
            (COMMON, "rule = \"K02\"", "rule = \"K02\"\nblocking = true"),
            (COMMON, "format = 1", "format = 2"),
            ("pack.toml", "laws.toml", "law.toml"),
            ("items.toml", "\n[[mark]]", "\n[[mark]"),
        ] {
            assert!(broken(path, from, to).contains(&Code::RulePackUnreadable), "{path}: {to}");
        }
        assert_eq!(RulePack::parse(&BTreeMap::new()).unwrap_err().len(), 1);
    }
}
