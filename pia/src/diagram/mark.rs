//! What stands on a flow's line beside its start: number, state word, padlock, risks, open point.

use super::model::{Flow, Legend};
use super::scene::{Mark, MarkKind, Rect};
use super::text::{clean, width};

/// Height of every mark.
pub(super) const HEIGHT: i32 = 22;
pub(super) const NUMBER_SIZE: i32 = 13;
pub(super) const STATE_SIZE: i32 = 12;
pub(super) const RISK_SIZE: i32 = 10;
const GAP: i32 = 2;

/// The marks of a flow in reading order, the first at x = 0, centred on y = 0.
pub(super) fn marks(flow: &Flow, legend: &Legend) -> Vec<Mark> {
    let mut wanted = vec![number(&flow.number, flow.emergency_only)];
    let state = clean(&legend.state(flow.state).short);
    if !state.is_empty() {
        wanted.push((MarkKind::State, width(&state, STATE_SIZE) + 2, state));
    }
    if flow.encrypted {
        wanted.push((MarkKind::Lock, 14, String::new()));
    }
    wanted.extend(flow.risk_marks.iter().map(|label| risk(label)));
    if flow.open_marks {
        wanted.push((MarkKind::Open, 16, "?".to_owned()));
    }
    let mut x = 0;
    wanted
        .into_iter()
        .map(|(kind, width, text)| {
            let rect = Rect { x, y: -HEIGHT / 2, w: width, h: HEIGHT };
            x += width + GAP;
            Mark { kind, text, rect }
        })
        .collect()
}

/// Width that the marks take together.
pub(super) fn span(marks: &[Mark]) -> i32 {
    marks.last().map_or(0, |mark| mark.rect.x + mark.rect.w)
}

/// A number badge: a circle that widens with its text, or a hexagon.
pub(super) fn number(text: &str, emergency: bool) -> (MarkKind, i32, String) {
    let text = clean(text);
    let fits = width(&text, NUMBER_SIZE);
    if emergency {
        (MarkKind::Emergency, (fits + 16).max(HEIGHT), text)
    } else {
        (MarkKind::Number, (fits + 8).max(HEIGHT), text)
    }
}

/// A triangle wide enough for its label at the height where the label's top stands.
pub(super) fn risk(label: &str) -> (MarkKind, i32, String) {
    let text = clean(label);
    (MarkKind::Risk, (width(&text, RISK_SIZE) * 8 / 5 + 4).max(20), text)
}
