//! Evidence: other bytes, or another standing on the day of the judgement. What its index says is
//! compared with the rest of the declaration.

use std::cmp::Ordering;

use super::change::{Act, Area, Change, Shown};
use super::declared::name;
use super::diff::State;
use super::pairing::Pairing;
use crate::bilingual::Bilingual;
use crate::evidence::status::{NotAccepted, Standing};

/// How much of a digest people need to tell two apart.
const DIGITS: usize = 12;

pub(super) fn compare(old: &State<'_>, new: &State<'_>, pairing: &Pairing) -> Vec<Change> {
    let mut all = Vec::new();
    for pair in pairing.both.values() {
        let (Some(before), Some(after)) =
            (pair.old.and_then(|ix| old.case.get(ix)), pair.new.and_then(|ix| new.case.get(ix)))
        else {
            continue;
        };
        if after.kind() != "evidence" {
            continue;
        }
        let (a, b) = (old.evidence.get(before.id()), new.evidence.get(after.id()));
        let change = |key: &str, before_shown, after_shown, trend| Change {
            old_id: before.id().to_owned(),
            new_id: after.id().to_owned(),
            key: key.to_owned(),
            before: before_shown,
            after: after_shown,
            trend,
            ..Change::new(Area::Evidence, Act::Changed, "evidence", name(after))
        };
        let (x, y) = (digest(a), digest(b));
        if x != y {
            all.push(change("content", short(x), short(y), Ordering::Equal));
        }
        let (x, y) = (standing(a), standing(b));
        if x != y {
            let trend = rank(b).cmp(&rank(a));
            all.push(change("standing", Shown::plain(x), Shown::plain(y), trend));
        }
    }
    all
}

fn digest(standing: Option<&Standing>) -> Option<&str> {
    standing.and_then(|standing| standing.sha256.as_deref())
}

fn short(digest: Option<&str>) -> Shown {
    match digest {
        None => Shown::Nothing,
        Some(digest) => {
            let start: String = digest.chars().take(DIGITS).collect();
            Shown::Text { raw: digest.to_owned(), words: Bilingual::same(start) }
        }
    }
}

/// Class, or why it is refused: words of the interface (`diff.standing.<id>`).
fn standing(standing: Option<&Standing>) -> &'static str {
    match standing {
        None => "",
        Some(standing) => standing.refused.map_or(standing.class.id(), NotAccepted::id),
    }
}

fn rank(standing: Option<&Standing>) -> usize {
    match standing {
        Some(standing) if standing.is_acceptable() => 1,
        _ => 0,
    }
}
