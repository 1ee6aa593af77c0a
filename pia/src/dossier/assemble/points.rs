//! The points that the submitter asks the city to judge: reasons for and against, and a box to tick.

use crate::case::tree::ObjectRef;
use crate::dossier::model::{Anchor, Block, Inline, Row, Style};

use super::context::Context;
use super::summary::{TOP, pointer};

/// The first points, and how much else waits for the city.
pub(super) fn to_judge<'a>(context: &Context<'a>, root: ObjectRef<'a>) -> Vec<Block> {
    let mut points = points(context, root);
    let rest = points.len().saturating_sub(TOP);
    points.truncate(TOP);
    let mut blocks = vec![context.table("s1-judge", "summary.judge", &POINT, points, None)];
    let mut more = Inline::default();
    if rest > 0 {
        let text = context.fill("summary.more", &[("n", &rest.to_string())]);
        more = more.link(text, Anchor::new("findings-points")).with("　", Style::Plain);
    }
    more = more.append(pointer(context, true, "summary.more-points", "findings-city"));
    if more != Inline::default() {
        blocks.push(context.paragraph("s1-more-points", more));
    }
    blocks
}

/// Columns of the points.
const POINT: [(&str, u16); 5] = [("point", 14), ("pro", 11), ("contra", 11), ("proposal", 12), ("box", 3)];

/// What the submitter asks the city to judge, one row each.
fn points<'a>(context: &Context<'a>, root: ObjectRef<'a>) -> Vec<Row> {
    let points = root.one("request").map_or_else(Vec::new, |request| request.many("points"));
    points
        .into_iter()
        .map(|point| Row {
            id: None,
            cells: ["question", "pro", "contra", "proposal"]
                .iter()
                .map(|key| context.value(point, key))
                .chain([Inline::text("□")])
                .collect(),
        })
        .collect()
}

/// The points that the first page has no room for.
pub(super) fn other_points(context: &Context<'_>) -> Option<Block> {
    let rows: Vec<Row> = points(context, context.inputs.case.root()?).into_iter().skip(TOP).collect();
    (!rows.is_empty()).then(|| context.table("findings-points", "points", &POINT, rows, None))
}
