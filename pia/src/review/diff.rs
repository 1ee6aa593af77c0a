//! Two judged versions of a case → what changed between them, weighed.

use super::change::Changes;
use super::pairing::Pairing;
use super::weights::Weights;
use super::{answers, declared, outcome, proof};
use crate::case::tree::Case;
use crate::evidence::EvidenceStatus;
use crate::judge::Judgement;
use crate::question::view::Standing;
use crate::risk::view::Assessment;

/// One version of a case with all that follows from it.
#[derive(Debug, Clone, Copy)]
pub struct State<'a> {
    /// What it declares.
    pub case: &'a Case,
    /// What the rules found.
    pub judgement: &'a Judgement,
    /// Questions and answers.
    pub standing: &'a Standing,
    /// Risks.
    pub assessment: &'a Assessment,
    /// What each evidence is worth.
    pub evidence: &'a EvidenceStatus,
}

/// Everything that changed from one version to the next. Nothing changed between a version and
/// itself; the way back is every change reversed (and weighed again).
#[must_use]
pub fn diff(old: &State<'_>, new: &State<'_>, weights: &Weights) -> Changes {
    let pairing = Pairing::of(old.case, new.case);
    let mut all = declared::compare(old, new, &pairing);
    all.extend(answers::compare(old, new, &pairing));
    all.extend(proof::compare(old, new, &pairing));
    all.extend(outcome::risks(old, new, &pairing));
    all.extend(outcome::findings(old, new, &pairing));
    all.extend(outcome::whole(old, new));
    for change in &mut all {
        weights.weigh(change);
    }
    // Stable: inside an area the order is that of the comparison.
    all.sort_by_key(|change| change.area);
    Changes { all }
}
