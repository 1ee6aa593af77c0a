//! The legend: one entry for everything the picture uses, in lines below it.

use std::collections::BTreeSet;

use super::mark;
use super::model::{DataState, NodeKind};
use super::scene::{Entry, Mark, MarkKind, Rect, Sample, Text};
use super::story::Story;

const SIZE: i32 = 12;
const SAMPLE: i32 = 46;
const LINE_SAMPLE: i32 = 84;
const TEXT: i32 = 190;
const GAP: i32 = 14;

/// Heading, entries and the height where the legend ends.
pub(super) fn lay(story: &Story<'_>, left: i32, top: i32, right: i32) -> (Text, Vec<Entry>, i32) {
    let wanted = wanted(story);
    if wanted.is_empty() {
        return (Text::default(), Vec::new(), top);
    }
    let heading = Text::wrapped(&story.picture.legend.heading, 13, right - left).bold().left().at(left, top);
    let mut y = heading.rect.bottom() + 6;
    let mut x = left;
    let mut high = 0;
    let mut entries = Vec::new();
    for (sample, word) in wanted {
        let wide = match &sample {
            Sample::State(_, mark) => LINE_SAMPLE.max(mark.rect.w + 2 * 24),
            Sample::Mark(mark) => mark.rect.w.max(SAMPLE / 2),
            Sample::Node(_) | Sample::Boundary => SAMPLE,
        };
        let text = Text::wrapped(word, SIZE, TEXT).left();
        let h = text.height().max(28);
        let w = wide + 6 + text.width();
        if x + w > right && x > left {
            x = left;
            y += high + 6;
            high = 0;
        }
        high = high.max(h);
        let rect = Rect { x, y, w, h };
        let sample_rect = Rect { w: wide, ..rect };
        let text_rect = Rect { x: x + wide + 6, w: w - wide - 6, ..rect };
        entries.push(Entry {
            rect,
            sample_rect,
            sample: centred(sample, sample_rect),
            text: text.within(text_rect),
        });
        x += w + GAP;
    }
    (heading, entries, y + high)
}

/// What the picture uses, in a fixed order.
fn wanted<'a>(story: &'a Story<'_>) -> Vec<(Sample, &'a str)> {
    let words = &story.picture.legend;
    let mut out: Vec<(Sample, &str)> = Vec::new();
    let kinds: BTreeSet<NodeKind> = story.nodes.iter().map(|placed| placed.node.kind).collect();
    out.extend(kinds.into_iter().map(|kind| (Sample::Node(kind), words.kind(kind))));
    if story.lanes.iter().any(|lane| story.picture.boundaries.iter().any(|b| b.id == lane.boundary)) {
        out.push((Sample::Boundary, &words.boundary));
    }
    let used: BTreeSet<DataState> = story.flows.iter().map(|flow| flow.flow.state).collect();
    for state in used {
        let words = words.state(state);
        let text = super::text::clean(&words.short);
        let width = super::text::width(&text, mark::STATE_SIZE) + 2;
        out.push((Sample::State(state, sized((MarkKind::State, width, text))), &words.long));
    }
    let flows = || story.flows.iter().map(|flow| flow.flow);
    let first = |emergency: bool| flows().find(|flow| flow.emergency_only == emergency);
    if let Some(flow) = first(false) {
        out.push((Sample::Mark(sized(mark::number(&any_number(&flow.number), false))), &words.flow));
    }
    if let Some(flow) = first(true) {
        out.push((Sample::Mark(sized(mark::number(&any_number(&flow.number), true))), &words.emergency_only));
    }
    if flows().any(|flow| flow.encrypted) {
        out.push((Sample::Mark(sized((MarkKind::Lock, 14, String::new()))), &words.encrypted));
    }
    if flows().any(|flow| !flow.risk_marks.is_empty()) {
        out.push((Sample::Mark(sized(mark::risk("n"))), &words.risk));
    }
    if flows().any(|flow| flow.open_marks) {
        out.push((Sample::Mark(sized((MarkKind::Open, 16, "?".to_owned()))), &words.open));
    }
    out
}

/// "Fn" for "F12": no flow's own number may appear twice in a picture.
fn any_number(number: &str) -> String {
    let letters: String = number.chars().take_while(|c| c.is_alphabetic()).take(2).collect();
    format!("{letters}n")
}

fn sized((kind, w, text): (MarkKind, i32, String)) -> Mark {
    Mark { kind, text, rect: Rect { x: 0, y: 0, w, h: mark::HEIGHT } }
}

fn centred(sample: Sample, rect: Rect) -> Sample {
    let (x, y) = rect.middle();
    let put = |mark: Mark| {
        let rect = Rect { x: x - mark.rect.w / 2, y: y - mark.rect.h / 2, ..mark.rect };
        Mark { rect, ..mark }
    };
    match sample {
        Sample::State(state, mark) => Sample::State(state, put(mark)),
        Sample::Mark(mark) => Sample::Mark(put(mark)),
        other => other,
    }
}
