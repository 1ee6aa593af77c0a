//! The shapes of the notation: nodes, line patterns, arrow heads, marks.
//!
//! Presentation attributes and explicit paths only, because the same bytes must look alike in a
//! browser, in resvg and in typst: no style sheet, marker, pattern or embedded HTML.

use super::mark::{NUMBER_SIZE, RISK_SIZE, STATE_SIZE};
use super::model::{DataState, NodeKind};
use super::scene::{Align, Mark, MarkKind, Rect, Text, line_height};
use super::size::LID;
use super::text;

const INK: &str = "#111111";
/// Radius of the bends of a line: a bend is round, a crossing is not.
const BEND: i32 = 5;
const HEAD: i32 = 10;

/// SVG text in the making.
#[derive(Default)]
pub(super) struct Svg {
    pub(super) out: String,
}

impl Svg {
    pub(super) fn push(&mut self, element: &str) {
        self.out.push_str(element);
        self.out.push('\n');
    }

    pub(super) fn rect(&mut self, rect: Rect, attributes: &str) {
        let Rect { x, y, w, h } = rect;
        self.push(&format!(r#"<rect x="{x}" y="{y}" width="{w}" height="{h}" {attributes}/>"#));
    }

    fn path(&mut self, d: &str, attributes: &str) {
        self.push(&format!(r#"<path d="{d}" {attributes}/>"#));
    }

    pub(super) fn text(&mut self, text: &Text, fill: &str) {
        let step = line_height(text.size);
        let (middle, _) = text.rect.middle();
        let (x, anchor) = match text.align {
            Align::Middle => (middle, "middle"),
            Align::Left => (text.rect.x, "start"),
        };
        let weight = if text.bold { r#" font-weight="bold""# } else { "" };
        let mut y =
            text.rect.y + (text.rect.h - text.height()) / 2 + (step - text.size) / 2 + text.size * 86 / 100;
        for line in &text.lines {
            let size = text.size;
            self.push(&format!(
                r#"<text x="{x}" y="{y}" font-size="{size}" text-anchor="{anchor}" fill="{fill}"{weight}>{}</text>"#,
                text::escape(line)
            ));
            y += step;
        }
    }

    pub(super) fn node(&mut self, kind: NodeKind, rect: Rect) {
        let Rect { x, y, w, h } = rect;
        let line = format!(r#"stroke="{INK}" stroke-width="1.5""#);
        match kind {
            NodeKind::External => self.rect(rect, &format!(r##"fill="#e2e2e2" {line}"##)),
            NodeKind::Process => self.rect(rect, &format!(r##"rx="12" fill="#ffffff" {line}"##)),
            NodeKind::Store => {
                let (right, top, bottom, r) = (x + w, y + LID, y + h - LID, w / 2);
                self.path(
                    &format!(
                        "M{x} {top}A{r} {LID} 0 0 1 {right} {top}V{bottom}A{r} {LID} 0 0 1 {x} {bottom}Z"
                    ),
                    &format!(r##"fill="#f4f4f4" {line}"##),
                );
                self.path(
                    &format!("M{x} {top}A{r} {LID} 0 0 0 {right} {top}"),
                    &format!(r#"fill="none" {line}"#),
                );
            }
            NodeKind::Platform => {
                self.rect(rect, &format!(r##"fill="#ffffff" {line}"##));
                let (left, right, bottom) = (x + 6, x + w - 6, y + h);
                self.path(
                    &format!("M{left} {y}V{bottom}M{right} {y}V{bottom}"),
                    &format!(r#"fill="none" {line}"#),
                );
            }
        }
    }

    /// A flow's line in the pattern of its data, on a white edge that opens the lines it crosses.
    pub(super) fn line(&mut self, points: &[(i32, i32)], state: DataState) {
        let d = rounded(points, HEAD - 2);
        self.path(&d, r##"fill="none" stroke="#ffffff" stroke-width="8""##);
        let pattern = match state {
            DataState::Raw => r#"stroke-width="5""#,
            DataState::Safety => r#"stroke-width="1.8""#,
            DataState::Pseudonymous => r#"stroke-width="1.8" stroke-dasharray="12 5""#,
            DataState::Anonymous => r#"stroke-width="2.2" stroke-linecap="round" stroke-dasharray="0.5 4""#,
            DataState::Statistics => r#"stroke-width="3.4" stroke-linecap="round" stroke-dasharray="0.5 8""#,
        };
        self.path(&d, &format!(r#"fill="none" stroke="{INK}" {pattern}"#));
        if state == DataState::Raw {
            self.path(&d, r##"fill="none" stroke="#ffffff" stroke-width="2""##);
        }
    }

    /// The head at the end of a line.
    pub(super) fn head(&mut self, points: &[(i32, i32)]) {
        let mut back = points.iter().rev();
        let (Some(tip), Some(before)) = (back.next(), back.next()) else { return };
        let dx = (tip.0 - before.0).signum();
        let dy = (tip.1 - before.1).signum();
        let (x, y) = (tip.0 - dx * HEAD, tip.1 - dy * HEAD);
        let d = format!("M{} {}L{} {}L{} {}Z", tip.0, tip.1, x - dy * 5, y - dx * 5, x + dy * 5, y + dx * 5);
        self.path(&d, &format!(r#"fill="{INK}""#));
    }

    pub(super) fn mark(&mut self, mark: &Mark) {
        let Rect { x, y, w, h } = mark.rect;
        let (right, bottom, (cx, cy)) = (x + w, y + h, mark.rect.middle());
        let ink = format!(r#"stroke="{INK}" stroke-width="1.5""#);
        match mark.kind {
            MarkKind::Number => {
                self.rect(mark.rect, &format!(r##"rx="{}" fill="#ffffff" {ink}"##, h / 2));
                self.word(mark, NUMBER_SIZE, cy + 4, INK, true);
            }
            MarkKind::Emergency => {
                let d = format!(
                    "M{x} {cy}L{} {y}H{}L{right} {cy}L{} {bottom}H{}Z",
                    x + 7,
                    right - 7,
                    right - 7,
                    x + 7
                );
                self.path(&d, &format!(r#"fill="{INK}" {ink}"#));
                self.word(mark, NUMBER_SIZE, cy + 4, "#ffffff", true);
            }
            MarkKind::State => self.word(mark, STATE_SIZE, cy + 4, INK, false),
            MarkKind::Lock => {
                let d = format!("M{} {cy}V{}A3 3 0 0 1 {} {}V{cy}", cx - 3, cy - 4, cx + 3, cy - 4);
                self.path(&d, &format!(r#"fill="none" {ink}"#));
                self.rect(Rect { x: cx - 6, y: cy - 1, w: 12, h: 9 }, &format!(r#"rx="1" fill="{INK}""#));
                self.rect(Rect { x: cx - 1, y: cy + 2, w: 2, h: 4 }, r##"fill="#ffffff""##);
            }
            MarkKind::Risk => {
                let d = format!("M{cx} {}L{right} {}H{x}Z", y + 1, bottom - 1);
                self.path(&d, &format!(r##"fill="#ffe08a" {ink} stroke-linejoin="round""##));
                self.word(mark, RISK_SIZE, bottom - 3, INK, true);
            }
            MarkKind::Open => {
                let rect = Rect { x: x + 1, y: cy - 8, w: 14, h: 16 };
                self.rect(rect, &format!(r##"fill="#ffffff" {ink} stroke-dasharray="2 2""##));
                self.word(mark, NUMBER_SIZE, cy + 4, INK, true);
            }
        }
    }

    fn word(&mut self, mark: &Mark, size: i32, y: i32, fill: &str, bold: bool) {
        let (x, _) = mark.rect.middle();
        let weight = if bold { r#" font-weight="bold""# } else { "" };
        self.push(&format!(
            r#"<text x="{x}" y="{y}" font-size="{size}" text-anchor="middle" fill="{fill}"{weight}>{}</text>"#,
            text::escape(&mark.text)
        ));
    }
}

/// The path through the corners, with round bends, ending `short` of the last point.
fn rounded(points: &[(i32, i32)], short: i32) -> String {
    let mut d = String::new();
    for (index, &(x, y)) in points.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|before| points.get(before)).copied();
        let after = points.get(index + 1).copied();
        match (before, after) {
            (None, _) => d.push_str(&format!("M{x} {y}")),
            (Some(before), None) => {
                let (px, py) = towards((x, y), before, short);
                d.push_str(&format!("L{px} {py}"));
            }
            (Some(before), Some(after)) => {
                let room = |other: (i32, i32)| ((other.0 - x).abs() + (other.1 - y).abs()) / 2;
                let r = BEND.min(room(before)).min(room(after));
                let ((ax, ay), (bx, by)) = (towards((x, y), before, r), towards((x, y), after, r));
                d.push_str(&format!("L{ax} {ay}Q{x} {y} {bx} {by}"));
            }
        }
    }
    d
}

/// The point `by` away from `from` in the direction of `to`, on a horizontal or a vertical.
fn towards(from: (i32, i32), to: (i32, i32), by: i32) -> (i32, i32) {
    (from.0 + (to.0 - from.0).signum() * by, from.1 + (to.1 - from.1).signum() * by)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_bends_round_and_ends_short() {
        assert_eq!(rounded(&[(0, 0), (20, 0), (20, 40)], 8), "M0 0L15 0Q20 0 20 5L20 32");
    }
}
