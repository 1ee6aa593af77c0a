//! Runs the tests that rules carry: base case, changes, expected result.

use std::collections::BTreeMap;

use super::{Result as Judged, judge_one};
use crate::case::change::apply;
use crate::case::read::{RawFile, Unreadable, read};
use crate::case::taxonomy::Taxonomy;
use crate::case::tree::{Case, ObjectRef};
use crate::evidence::{EvidenceStatus, TrustList};
use crate::risk::{Catalogue, assess, catalogue};
use crate::rule::expr::{Expr, World};
use crate::rule::pack::{Pack, TESTS, Texts};
use crate::rule::{Expected, Rule, RuleTest};

/// What became of one test.
#[derive(Debug, Clone, PartialEq)]
pub struct TestResult {
    /// The rule.
    pub rule: String,
    /// Name of the test.
    pub name: String,
    /// What it expects.
    pub expect: Expected,
    /// What came out.
    pub got: Got,
}

/// What came out of a test.
#[derive(Debug, Clone, PartialEq)]
pub enum Got {
    /// The rule was judged.
    Judged(Judged),
    /// A change names something that is not there.
    Change(String),
    /// The changed case cannot be read: codes of what is wrong.
    Case(Vec<String>),
    /// The object that the test is about is not there.
    NoObject(String),
}

impl TestResult {
    /// Whether it came out as expected.
    #[must_use]
    pub fn passed(&self) -> bool {
        matches!(
            (&self.got, self.expect),
            (Got::Judged(Judged::Unmet), Expected::Unmet)
                | (Got::Judged(Judged::Met), Expected::Met)
                | (Got::Judged(Judged::Unknown(_)), Expected::Unknown)
                | (Got::Judged(Judged::NotApplicable), Expected::Na)
        )
    }
}

/// The files of a base case: those of the case itself, and its evidence.
#[derive(Debug, Clone, Default)]
pub struct Base {
    /// case.toml, flows.toml and the others.
    pub files: Vec<RawFile>,
    /// Files below evidence/.
    pub evidence: BTreeMap<String, Vec<u8>>,
}

/// Takes a base case out of the texts of a pack.
#[must_use]
pub fn base(texts: &Texts, name: &str) -> Base {
    let folder = format!("{TESTS}{name}/");
    let mut base = Base::default();
    for (path, text) in texts {
        let Some(path) = path.strip_prefix(&folder) else { continue };
        base.files.push(RawFile::new(path, text));
        if let Some(path) = path.strip_prefix("evidence/") {
            base.evidence.insert(path.to_owned(), text.as_bytes().to_vec());
        }
    }
    base
}

/// Runs all tests of a pack, in order of the rules.
#[must_use]
pub fn run(pack: &Pack) -> Vec<TestResult> {
    let mut bases: BTreeMap<&str, Base> = BTreeMap::new();
    // A pack whose risks cannot be read is told of where they are read.
    let risks = catalogue::read(&pack.texts, &pack.library.names).ok();
    let tests = pack.rules.iter().flat_map(|rule| rule.tests.iter().map(move |test| (rule, test)));
    tests
        .map(|(rule, test)| {
            let base = bases.entry(&test.base).or_insert_with(|| base(&pack.texts, &test.base));
            let got = one(pack, risks.as_ref(), base, rule, test);
            TestResult { rule: rule.id.clone(), name: test.name.clone(), expect: test.expect, got }
        })
        .collect()
}

/// Whether a rule rests on what remains of the risks: for the others, nothing need be computed.
fn asks_risks(rule: &Rule) -> bool {
    rule.applies.iter().chain([&rule.when]).any(Expr::asks_risks)
}

fn one(pack: &Pack, risks: Option<&Catalogue>, base: &Base, rule: &Rule, test: &RuleTest) -> Got {
    let files = match apply(&base.files, &test.change) {
        Ok(files) => files,
        Err(error) => return Got::Change(error.what),
    };
    let case = match case(&files, &pack.taxonomy) {
        Ok(case) => case,
        Err(unreadable) => {
            let codes = unreadable.diagnostics.iter().map(|one| format!("{} {:?}", one.code, one.facts));
            return Got::Case(codes.collect());
        }
    };
    // Tests are judged on the day of the version of the case, so that they stay what they are.
    let Some(today) = case.root().and_then(|root| root.date("dated")) else {
        return Got::NoObject("case.dated".to_owned());
    };
    let evidence = EvidenceStatus::of(&case, &base.evidence, &TrustList::default(), today);
    let world = World::new(&case, &evidence, &pack.library, today);
    let remaining = risks.filter(|_| asks_risks(rule)).map(|risks| assess(&world, risks).remaining());
    let world = match &remaining {
        Some(remaining) => world.with_remaining(remaining),
        None => world,
    };
    let object = match object(&case, rule, test) {
        Ok(object) => object,
        Err(got) => return got,
    };
    Got::Judged(judge_one(&world, rule, object).result)
}

fn case(files: &[RawFile], taxonomy: &Taxonomy) -> Result<Case, Box<Unreadable>> {
    read(files, taxonomy).map(|reading| reading.case)
}

fn object<'a>(case: &'a Case, rule: &Rule, test: &RuleTest) -> Result<Option<ObjectRef<'a>>, Got> {
    match (&rule.for_each, &test.at) {
        (None, _) => Ok(None),
        (Some(kind), Some(id)) => {
            case.find(kind, id).map(Some).ok_or_else(|| Got::NoObject(format!("{kind} {id}")))
        }
        (Some(kind), None) => Err(Got::NoObject(kind.clone())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::fixture;

    #[test]
    fn every_rule_of_the_pack_passes_its_own_tests() {
        let results = run(fixture::pack());
        let failed: Vec<String> = results
            .iter()
            .filter(|result| !result.passed())
            .map(|r| format!("{} {} expects {:?}, got {:?}", r.rule, r.name, r.expect, r.got))
            .collect();
        assert!(failed.is_empty(), "{} of {}:\n{}", failed.len(), results.len(), failed.join("\n"));
        assert!(results.len() > 100);
    }
}
