//! The verdict of the threshold stage: which level of assessment, and because of what.

use super::catalogue::Catalogue;
use super::view::{Criterion, Verdict};
use crate::rule::expr::{Truth, World};

/// The first level of which a criterion fires or may fire, else the last; `None` for a pack without
/// levels. What is not known counts as fired: not knowing never makes an assessment shorter.
pub(super) fn verdict(world: &World<'_>, catalogue: &Catalogue) -> Option<Verdict> {
    let fired: Vec<Option<bool>> = catalogue
        .criteria
        .iter()
        .map(|criterion| match criterion.when.evaluate(world, None, &[]).map(|outcome| outcome.value) {
            Ok(Truth::True) => Some(true),
            Ok(Truth::False) => Some(false),
            Ok(Truth::Unknown(_)) | Err(_) => None,
        })
        .collect();
    let holds = |level: &str| {
        catalogue
            .criteria
            .iter()
            .zip(&fired)
            .any(|(criterion, fired)| criterion.level == level && *fired != Some(false))
    };
    let level = catalogue.levels.iter().find(|level| holds(&level.id)).or_else(|| catalogue.levels.last())?;
    let criteria = catalogue
        .criteria
        .iter()
        .zip(&fired)
        .map(|(criterion, fired)| Criterion {
            id: criterion.id.clone(),
            label: criterion.label.clone(),
            fired: *fired,
        })
        .collect();
    Some(Verdict { level: level.label.clone(), level_id: level.id.clone(), criteria })
}
