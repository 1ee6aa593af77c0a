//! `[[acknowledge]]`: an author has read a warning and says why it is right here.
//!
//! Only warnings and notes can be acknowledged. An entry that matches nothing is itself a finding,
//! because it shows that its author thinks of another recipe than this one. An entry for a code
//! that only a run can raise is left to the run.

use super::finding::Finding;
use super::view::Hit;
use crate::codes::Code;
use crate::error::Severity;
use crate::recipe::{Acknowledgement, Recipe};
use crate::rulepack::RulePack;

/// Warnings that need the data; they cannot be called unused before a run.
const DECIDED_BY_A_RUN: [Code; 3] = [Code::ColumnUnique, Code::JoinedBelowGate, Code::NotProven];

/// Whether the findings that need the data are there yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// An entry for a code that only a run can raise is not called unused.
    BeforeRun,
    /// Every entry must match something.
    AfterRun,
}

/// Marks what the recipe acknowledges and adds [`Code::AckUnused`] for entries that match nothing.
///
/// [`super::lint`] does this before a run. A run does it again, over the findings of the lint *and*
/// its own: what was called unused before is judged anew.
pub fn acknowledge(recipe: &Recipe, pack: &RulePack, stage: Stage, found: &mut Vec<Finding>) {
    found.retain(|f| f.code != Code::AckUnused.as_str());
    let mut unused = Vec::new();
    for entry in &recipe.acknowledged {
        let mut matched = false;
        for finding in found.iter_mut().filter(|f| covers(entry, f)) {
            matched = true;
            finding.acknowledged.get_or_insert_with(|| entry.reason.clone());
        }
        let waits = stage == Stage::BeforeRun
            && Code::parse(&entry.code).is_some_and(|c| DECIDED_BY_A_RUN.contains(&c));
        if !matched && !waits {
            unused.push(not_used(entry, pack));
        }
    }
    found.append(&mut unused);
}

fn covers(entry: &Acknowledgement, finding: &Finding) -> bool {
    let agrees = |wanted: &Option<String>, found: &Option<String>| wanted.is_none() || wanted == found;
    finding.severity != Severity::Error
        && finding.code == entry.code
        && agrees(&entry.table, &finding.table)
        && agrees(&entry.column, &finding.column)
}

fn not_used(entry: &Acknowledgement, pack: &RulePack) -> Finding {
    let known = Code::parse(&entry.code).is_some() || pack.checks().contains_key(entry.code.as_str());
    let hit = Hit {
        table: entry.table.as_deref(),
        column: entry.column.as_deref(),
        span: Some(entry.span.clone()),
    };
    Finding::own(Code::AckUnused, Severity::Warning, hit)
        .fact("code", &entry.code)
        .fact("known", if known { "yes" } else { "no" })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::{Stage, acknowledge};
    use crate::recipe::lint::testing::{Case, ack, codes, named};
    use crate::rulepack::RulePack;

    fn kept(extra: &str) -> Case {
        let case = Case::column(r#"role = "link", item = "iN03", treatment = "keep""#);
        case.tail(extra)
    }

    #[test]
    fn satisfies_what_must_be_acknowledged() {
        assert!(named(&kept("").lint(), "D136").stops());
        for narrowed in ["", "table = \"t\"", "table = \"t\"\ncolumn = \"c\"", "column = \"c\""] {
            let found = kept(&ack("D136", narrowed)).lint();
            let finding = named(&found, "D136");
            assert_eq!(finding.acknowledged.as_deref(), Some("why"), "{narrowed}");
            assert!(!finding.stops());
            assert!(!codes(&found).contains(&"D116".to_owned()));
        }
    }

    #[test]
    fn another_place_or_code_silences_nothing_and_is_reported() {
        for entry in
            [ack("D136", "table = \"u\""), ack("D136", "column = \"d\""), ack("D199", ""), ack("DL999", "")]
        {
            let found = kept(&entry).lint();
            assert!(named(&found, "D136").stops(), "{entry}");
            assert!(named(&found, "D116").span.is_some());
        }
    }

    #[test]
    fn errors_cannot_be_acknowledged() {
        let found = Case::column(r#"role = "direct", item = "iN01", treatment = { mask = "all" }"#)
            .tail(&ack("DL101", ""))
            .lint();
        assert!(named(&found, "DL101").stops());
        assert!(named(&found, "DL101").acknowledged.is_none());
        named(&found, "D116");
    }

    #[test]
    fn what_a_run_decides_is_left_to_it() {
        let found = Case::column(r#"role = "drop""#).tail(&ack("D123", "")).lint();
        assert!(!codes(&found).contains(&"D116".to_owned()));
    }

    #[test]
    fn after_a_run_every_entry_must_match_once() {
        let case = Case::column(r#"role = "drop""#).tail(&ack("D123", "")).tail(&ack("D120", ""));
        let (recipe, pack) = (case.recipe(), RulePack::embedded().unwrap());
        let mut found = case.lint();
        assert_eq!(codes(&found).iter().filter(|c| *c == "D116").count(), 1);
        acknowledge(&recipe, &pack, Stage::AfterRun, &mut found);
        acknowledge(&recipe, &pack, Stage::AfterRun, &mut found);
        assert_eq!(codes(&found).iter().filter(|c| *c == "D116").count(), 2);
    }
}
