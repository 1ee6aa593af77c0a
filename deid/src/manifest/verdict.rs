//! The result of `deid verify`: each check by itself, so that "intact", "re-measured" and
//! "trusted" are never one green light.

use super::error::ManifestError;
use serde::Serialize;

/// What is checked, in the order of showing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CheckId {
    /// Envelope, shape, signature by the named key, consistency.
    Document,
    /// Every published file has the stated digest; none is missing, none is extra.
    Subjects,
    /// Every recountable measure was counted again and agrees.
    Recount,
    /// The signer is pinned for the time of the run and of verification.
    Trust,
}

/// What a check came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "outcome", content = "reason")]
pub enum Outcome {
    /// It holds.
    Held,
    /// It does not hold; the stable id of the reason.
    Failed(String),
    /// Nobody asked for it.
    NotAsked,
    /// It cannot be checked here; the stable id of the reason.
    NotPossible(String),
}

/// One check and what it came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Check {
    /// Which check.
    pub id: CheckId,
    /// What it came to.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// All checks of one verification.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Verdict {
    checks: Vec<Check>,
}

impl Outcome {
    /// Held, or failed for this reason.
    #[must_use]
    pub fn of<T>(result: &Result<T, ManifestError>) -> Self {
        match result {
            Ok(_) => Self::Held,
            Err(error) => Self::Failed(error.id().to_owned()),
        }
    }
}

impl Verdict {
    /// Records what a check came to; a second result for the same check must not hide a failure.
    pub fn record(&mut self, id: CheckId, outcome: Outcome) {
        self.checks.push(Check { id, outcome });
        self.checks.sort_by_key(|check| check.id);
    }

    /// The checks in the order of [`CheckId`].
    #[must_use]
    pub fn checks(&self) -> &[Check] {
        &self.checks
    }

    /// *Intact*: document, files and recount all hold.
    #[must_use]
    pub fn is_intact(&self) -> bool {
        [CheckId::Document, CheckId::Subjects, CheckId::Recount].into_iter().all(|id| self.holds(id))
    }

    /// *Trusted*: intact, and the signer is pinned.
    #[must_use]
    pub fn is_trusted(&self) -> bool {
        self.is_intact() && self.holds(CheckId::Trust)
    }

    /// Whether everything that was asked holds: the exit code 0. A check that is not possible was
    /// asked and does not hold; a verdict without a document check holds nothing.
    #[must_use]
    pub fn all_asked_hold(&self) -> bool {
        self.holds(CheckId::Document)
            && self.checks.iter().all(|c| matches!(c.outcome, Outcome::Held | Outcome::NotAsked))
    }

    /// Whether a check was made and every result of it is "held".
    #[must_use]
    pub fn holds(&self, id: CheckId) -> bool {
        let mut results = self.checks.iter().filter(|c| c.id == id).peekable();
        results.peek().is_some() && results.all(|c| c.outcome == Outcome::Held)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(list: &[(CheckId, Outcome)]) -> Verdict {
        let mut verdict = Verdict::default();
        for (id, outcome) in list {
            verdict.record(*id, outcome.clone());
        }
        verdict
    }

    #[test]
    fn nothing_passes_by_absence() {
        use CheckId::{Document, Recount, Subjects, Trust};
        assert!(!verdict(&[]).all_asked_hold() && !verdict(&[]).is_intact());
        let intact = [(Document, Outcome::Held), (Subjects, Outcome::Held), (Recount, Outcome::Held)];
        assert!(verdict(&intact).is_intact() && !verdict(&intact).is_trusted());
        for (place, _) in intact.iter().enumerate() {
            for outcome in
                [Outcome::NotAsked, Outcome::NotPossible("x".to_owned()), Outcome::Failed("x".to_owned())]
            {
                let mut list = intact.clone();
                if let Some(entry) = list.get_mut(place) {
                    entry.1 = outcome.clone();
                }
                assert!(!verdict(&list).is_intact());
                let asked = outcome != Outcome::NotAsked || place == 0;
                assert_eq!(verdict(&list).all_asked_hold(), !asked);
            }
        }
        let mut all = intact.to_vec();
        all.push((Trust, Outcome::Held));
        assert!(verdict(&all).is_trusted());
        all.push((Trust, Outcome::of::<()>(&Err(ManifestError::PinExpired))));
        assert!(!verdict(&all).is_trusted() && !verdict(&all).all_asked_hold());
    }
}
