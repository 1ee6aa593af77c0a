//! What holds for every picture: random ones with 0–60 nodes and awkward labels.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, clippy::expect_used, reason = "tests")]

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::model::*;
use super::scene::{MarkKind, Rect, Scene, Text};
use super::story::Story;
use super::{draw, layout, samples, text};

const PARTS: [&str; 14] = [
    "つくば市",
    "データ連携基盤（国内リージョン）",
    "「救急」",
    "、。）ー",
    "電子カルテ・サーバー",
    " HL7 FHIR Gateway ",
    "WWWWMMMM@@@@%%%%0123456789_unbroken_identifier",
    "<script>&\"'",
    "\u{202e}\u{0}\u{7}\u{2028}\u{feff}",
    "ｶﾞﾙﾌﾟﾎｰﾑ",
    "か\u{3099}",
    "😀",
    "仮名加工情報",
    "",
];

fn label() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PARTS.to_vec()), 0..6).prop_map(|parts| parts.concat())
}

fn node(index: usize, lanes: usize) -> impl Strategy<Value = Node> {
    (0..lanes, 0..7usize, 0..4usize, label(), label()).prop_map(
        move |(lane, column, kind, label, sublabel)| Node {
            id: format!("n{index}"),
            lane: format!("l{lane}"),
            column: samples::columns()[column].id.clone(),
            kind: [NodeKind::External, NodeKind::Process, NodeKind::Store, NodeKind::Platform][kind],
            label,
            sublabel,
        },
    )
}

fn flow(index: usize, nodes: usize) -> impl Strategy<Value = Flow> {
    (0..nodes, 0..nodes, 0..5usize, any::<[bool; 3]>(), prop::collection::vec(1..30u8, 0..4), label())
        .prop_map(move |(from, to, state, [encrypted, emergency_only, open_marks], risks, label)| Flow {
            id: format!("f{index}"),
            number: format!("F{}", index + 1),
            from: format!("n{from}"),
            to: format!("n{to}"),
            state: DataState::ALL[state],
            encrypted,
            emergency_only,
            risk_marks: risks.iter().map(u8::to_string).collect(),
            open_marks,
            label,
        })
}

prop_compose! {
    fn picture()(lanes in 1..8usize, nodes in 0..61usize, flows in 0..90usize)(
        lanes in prop::collection::vec((label(), 0..4usize), lanes),
        nodes in (0..nodes).map(|index| node(index, lanes)).collect::<Vec<_>>(),
        flows in (0..if nodes == 0 { 0 } else { flows }).map(|index| flow(index, nodes)).collect::<Vec<_>>(),
        title in label(),
        description in label(),
        boundary in label(),
    ) -> Picture {
        Picture {
            id: "p".to_owned(),
            title,
            description,
            boundaries: (1..4).map(|b| Boundary { id: format!("b{b}"), label: format!("{boundary}{b}") }).collect(),
            lanes: lanes
                .into_iter()
                .enumerate()
                .map(|(lane, (label, b))| Lane { id: format!("l{lane}"), label, boundary: format!("b{b}") })
                .collect(),
            columns: samples::columns(),
            nodes,
            flows,
            legend: samples::legend(),
        }
    }
}

fn overlap(a: Rect, b: Rect) -> bool {
    a.x < b.right() && b.x < a.right() && a.y < b.bottom() && b.y < a.bottom()
}

fn inside(inner: Rect, outer: Rect) -> bool {
    inner.x >= outer.x
        && inner.y >= outer.y
        && inner.right() <= outer.right()
        && inner.bottom() <= outer.bottom()
}

/// Everything that must stand alone, with a name for the message.
fn boxes(scene: &Scene) -> Vec<(String, Rect)> {
    let mut out: Vec<(String, Rect)> = Vec::new();
    out.extend(scene.nodes.iter().map(|node| (format!("node {}", node.id), node.rect)));
    for flow in &scene.flows {
        out.extend(flow.marks.iter().map(|mark| (format!("mark {:?} of {}", mark.kind, flow.id), mark.rect)));
    }
    out.extend(scene.lanes.iter().map(|lane| ("lane label".to_owned(), lane.label)));
    out.extend(scene.frames.iter().map(|frame| ("boundary label".to_owned(), frame.tab)));
    out.extend(scene.headers.iter().map(|header| ("heading".to_owned(), header.rect)));
    out.extend(scene.legend.iter().map(|entry| ("legend".to_owned(), entry.rect)));
    out.push(("legend heading".to_owned(), scene.legend_heading.rect));
    out.push(("title".to_owned(), scene.title.rect));
    out
}

fn nothing_overlaps(scene: &Scene) {
    let boxes = boxes(scene);
    let canvas = Rect { x: 0, y: 0, w: scene.width, h: scene.height };
    for (index, (name, one)) in boxes.iter().enumerate() {
        assert!(inside(*one, canvas), "{name} outside: {one:?}");
        for (other_name, other) in &boxes[index + 1..] {
            assert!(!overlap(*one, *other), "{name} {one:?} on {other_name} {other:?}");
        }
    }
}

fn text_fits(text: &Text, around: Rect) {
    assert!(inside(text.rect, around), "{text:?} outside {around:?}");
    assert!(text.width() <= text.rect.w && text.height() <= text.rect.h, "{text:?} too large");
}

fn texts_stay_in_their_boxes(scene: &Scene, picture: &Picture) {
    for node in &scene.nodes {
        node.texts.iter().for_each(|text| text_fits(text, node.rect));
        let given = picture.nodes.iter().find(|given| given.id == node.id).unwrap();
        let shown: String = node.texts.iter().flat_map(|text| text.lines.clone()).collect();
        let bare = |text: &str| text::clean(text).replace(' ', "");
        assert_eq!(bare(&shown), bare(&given.label) + &bare(&given.sublabel), "a label lost text");
    }
    scene.lanes.iter().for_each(|lane| text_fits(&lane.text, lane.label));
    scene.frames.iter().for_each(|frame| text_fits(&frame.text, frame.tab));
    scene.headers.iter().for_each(|header| text_fits(&header.text, header.rect));
    scene.legend.iter().for_each(|entry| text_fits(&entry.text, entry.rect));
    for mark in scene.flows.iter().flat_map(|flow| &flow.marks) {
        assert!(text::width(&mark.text, 10) <= mark.rect.w, "{mark:?}");
    }
}

type Stretch = ((i32, i32), (i32, i32));

fn stretches(points: &[(i32, i32)]) -> Vec<Stretch> {
    points.windows(2).map(|pair| (pair[0].min(pair[1]), pair[0].max(pair[1]))).collect()
}

fn meets(((x1, y1), (x2, y2)): Stretch, rect: Rect) -> bool {
    x1 < rect.right() && x2 > rect.x && y1 < rect.bottom() && y2 > rect.y
}

fn lines_keep_clear(scene: &Scene) {
    let lines: Vec<(usize, Stretch)> = scene
        .flows
        .iter()
        .enumerate()
        .flat_map(|(i, f)| stretches(&f.points).into_iter().map(move |s| (i, s)))
        .collect();
    let boxes = boxes(scene);
    for (flow, stretch) in &lines {
        let ((x1, y1), (x2, y2)) = *stretch;
        assert!((x1 == x2) != (y1 == y2), "{stretch:?} is slanted or a point");
        let id = &scene.flows[*flow].id;
        for (name, rect) in &boxes {
            if !(name.starts_with("mark") && name.ends_with(&format!(" {id}"))) {
                assert!(!meets(*stretch, *rect), "{id} {stretch:?} runs through {name} {rect:?}");
            }
        }
    }
    for (index, flow) in scene.flows.iter().enumerate() {
        let (tip, before) = (flow.points[flow.points.len() - 1], flow.points[flow.points.len() - 2]);
        assert!((tip.0 - before.0).abs() > 10, "no room for the head of {}", flow.id);
        let x = if before.0 < tip.0 { tip.0 - 10 } else { tip.0 };
        let head = Rect { x, y: tip.1 - 5, w: 10, h: 10 };
        for (_, stretch) in lines.iter().filter(|(other, _)| *other != index) {
            assert!(!meets(*stretch, head), "{stretch:?} runs through the head of {}", flow.id);
        }
    }
    for (index, (_, one)) in lines.iter().enumerate() {
        for (_, other) in &lines[index + 1..] {
            let upright = |s: &Stretch| s.0.0 == s.1.0;
            if upright(one) == upright(other) {
                let turn =
                    |s: &Stretch| if upright(s) { (s.0.0, s.0.1, s.1.1) } else { (s.0.1, s.0.0, s.1.0) };
                let ((at, from, to), (at2, from2, to2)) = (turn(one), turn(other));
                assert!(
                    (at - at2).abs() >= 8 || to <= from2 || to2 <= from,
                    "{one:?} and {other:?} coincide"
                );
            }
        }
    }
}

fn ends_touch_their_nodes(scene: &Scene, picture: &Picture) {
    let on_side = |(x, y): (i32, i32), id: &str| {
        let rect = scene.nodes.iter().find(|node| node.id == id).unwrap().rect;
        assert!(
            (x == rect.x || x == rect.right()) && y > rect.y && y < rect.bottom(),
            "({x}, {y}) on {rect:?}"
        );
    };
    for line in &scene.flows {
        let flow = picture.flows.iter().find(|flow| flow.id == line.id).unwrap();
        on_side(line.points[0], &flow.from);
        on_side(*line.points.last().unwrap(), &flow.to);
        let badges: Vec<&super::scene::Mark> = line
            .marks
            .iter()
            .filter(|mark| matches!(mark.kind, MarkKind::Number | MarkKind::Emergency))
            .collect();
        assert_eq!(badges.len(), 1);
        assert_eq!(badges[0].text, flow.number);
        let (x, y) = badges[0].rect.middle();
        let first = stretches(&line.points)[0];
        assert!(first.0.0 < x && x < first.1.0 && first.0.1 == y, "badge of {} beside its line", line.id);
    }
}

fn nodes_stand_in_lane_and_column(scene: &Scene, picture: &Picture) {
    let story = Story::read(picture);
    for (placed, node) in story.nodes.iter().zip(&scene.nodes) {
        assert!(inside(node.rect, scene.lanes[placed.lane].rect), "{} left its lane", node.id);
        assert!(inside(node.rect, scene.headers[placed.column].band), "{} left its column", node.id);
    }
    for frame in &scene.frames {
        for lane in &scene.lanes {
            assert!(inside(lane.rect, frame.rect) || !overlap(lane.rect, frame.rect), "a frame cuts a lane");
        }
    }
    let framed =
        |lane: &&super::scene::LaneBox| scene.frames.iter().any(|frame| inside(lane.rect, frame.rect));
    let declared =
        picture.lanes.iter().filter(|lane| picture.boundaries.iter().any(|b| b.id == lane.boundary));
    assert_eq!(scene.lanes.iter().filter(framed).count(), declared.count());
}

/// A checker for the XML that this module can write: elements, attributes, the five entities.
fn well_formed(svg: &str) {
    let (mut open, mut ids): (Vec<String>, BTreeSet<String>) = (Vec::new(), BTreeSet::new());
    let mut rest = svg;
    while let Some((before, after)) = rest.split_once('<') {
        assert!(!before.contains('>'), "> in text");
        for entity in before.split('&').skip(1) {
            assert!(
                ["amp;", "lt;", "gt;", "quot;", "#39;"].iter().any(|known| entity.starts_with(known)),
                "{entity}"
            );
        }
        let (tag, tail) = after.split_once('>').unwrap();
        rest = tail;
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(name));
            continue;
        }
        let quotes: Vec<&str> = tag.trim_end_matches('/').split('"').collect();
        assert_eq!(quotes.len() % 2, 1, "{tag}");
        for pair in quotes.chunks_exact(2) {
            assert!(pair[0].starts_with(' ') || pair[0].contains(' '), "{tag}");
            assert!(pair[0].ends_with('='), "{tag}");
            if pair[0].ends_with(" id=") {
                assert!(ids.insert(pair[1].to_owned()), "id {} twice", pair[1]);
            }
        }
        if !tag.ends_with('/') {
            open.push(tag.split(' ').next().unwrap().to_owned());
        }
    }
    assert!(open.is_empty() && rest.trim().is_empty(), "{open:?} {rest}");
    assert!(!svg.chars().any(|c| (c.is_control() && c != '\n') || matches!(c, '\u{200e}'..='\u{202e}')));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, max_shrink_iters: 200, ..ProptestConfig::default() })]

    #[test]
    fn every_layout_is_legible(picture in picture(), stack in 1..9usize) {
        let scene = layout::compose(&Story::read(&picture), stack);
        prop_assert_eq!(scene.nodes.len(), picture.nodes.len());
        prop_assert_eq!(scene.flows.len(), picture.flows.len());
        nothing_overlaps(&scene);
        texts_stay_in_their_boxes(&scene, &picture);
        lines_keep_clear(&scene);
        ends_touch_their_nodes(&scene, &picture);
        nodes_stand_in_lane_and_column(&scene, &picture);
    }

    #[test]
    fn order_of_nodes_and_flows_changes_nothing(picture in picture(), turn in 0..60usize) {
        let mut other = picture.clone();
        other.nodes.reverse();
        let (nodes, flows) = (other.nodes.len().max(1), other.flows.len().max(1));
        other.nodes.rotate_left(turn % nodes);
        other.flows.reverse();
        other.flows.rotate_left(turn % flows);
        let drawing = draw(&picture);
        prop_assert!(drawing == draw(&other));
        well_formed(&drawing.svg);
        for flow in &picture.flows {
            prop_assert_eq!(drawing.svg.matches(&format!(r#"id="p-badge-{}""#, flow.id)).count(), 1);
            prop_assert_eq!(drawing.svg.matches(&format!(">{}</text>", flow.number)).count(), 1);
        }
    }
}

#[test]
fn an_empty_picture_is_a_picture() {
    let drawing = draw(&Picture::default());
    well_formed(&drawing.svg);
    assert!(drawing.width > 0 && drawing.height > 0);
    let scene =
        layout::compose(&Story::read(&Picture { legend: samples::legend(), ..Picture::default() }), 1);
    nothing_overlaps(&scene);
}

#[test]
fn hostile_ids_cannot_leave_their_attribute() {
    let bad = "\"><script>alert(1)</script>\u{202e}";
    let lane = Lane { id: "l".to_owned(), ..Lane::default() };
    let column = Column { id: "c".to_owned(), ..Column::default() };
    let node = Node {
        id: bad.to_owned(),
        lane: lane.id.clone(),
        column: column.id.clone(),
        label: bad.to_owned(),
        ..Node::default()
    };
    let flow = Flow {
        id: bad.to_owned(),
        number: bad.to_owned(),
        from: bad.to_owned(),
        to: bad.to_owned(),
        risk_marks: vec![bad.to_owned()],
        ..Flow::default()
    };
    let drawing = draw(&Picture {
        id: bad.to_owned(),
        lanes: vec![lane],
        columns: vec![column],
        nodes: vec![node],
        flows: vec![flow],
        ..Picture::default()
    });
    assert!(drawing.left_out.is_empty());
    well_formed(&drawing.svg);
    assert!(!drawing.svg.contains("<script"));
}
