//! The finished scene as SVG text, back to front.

use super::scene::{Entry, FlowLine, Rect, Sample, Scene};
use super::shape::Svg;
use super::text::{element_id, escape};

pub(super) fn draw(scene: &Scene) -> String {
    let mut svg = Svg::default();
    let (w, h, id) = (scene.width, scene.height, element_id(&scene.id));
    svg.push(&format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{w}" height="{h}" viewBox="0 0 {w} {h}" role="img" aria-labelledby="{id}-title {id}-desc" font-family="BIZ UDPGothic, sans-serif">"#
    ));
    svg.push(&format!(r#"<title id="{id}-title">{}</title>"#, escape(&scene.name)));
    svg.push(&format!(r#"<desc id="{id}-desc">{}</desc>"#, escape(&scene.description)));
    svg.rect(Rect { x: 0, y: 0, w, h }, r##"fill="#ffffff""##);
    svg.text(&scene.title, "#111111");
    ground(&mut svg, scene);
    for flow in &scene.flows {
        svg.push(&format!(r#"<g id="{id}-flow-{}">{}"#, element_id(&flow.id), tooltip(flow)));
        svg.line(&flow.points, flow.state);
        svg.push("</g>");
    }
    for flow in &scene.flows {
        svg.head(&flow.points);
    }
    for node in &scene.nodes {
        svg.push(&format!(r#"<g id="{id}-node-{}">"#, element_id(&node.id)));
        svg.node(node.kind, node.rect);
        for text in &node.texts {
            svg.text(text, "#111111");
        }
        svg.push("</g>");
    }
    for flow in &scene.flows {
        svg.push(&format!(r#"<g id="{id}-badge-{}">{}"#, element_id(&flow.id), tooltip(flow)));
        marks(&mut svg, flow);
        svg.push("</g>");
    }
    svg.text(&scene.legend_heading, "#111111");
    for entry in &scene.legend {
        legend(&mut svg, entry);
    }
    svg.out.push_str("</svg>\n");
    svg.out
}

fn tooltip(flow: &FlowLine) -> String {
    if flow.label.is_empty() { String::new() } else { format!("<title>{}</title>", escape(&flow.label)) }
}

/// Headings with their bands, lanes and trust boundaries.
fn ground(svg: &mut Svg, scene: &Scene) {
    for header in &scene.headers {
        svg.rect(header.band, r##"fill="#f3f3f3""##);
        svg.rect(header.rect, r##"rx="3" fill="#d9d9d9""##);
        svg.text(&header.text, "#111111");
    }
    for lane in &scene.lanes {
        svg.rect(lane.rect, r##"fill="none" stroke="#777777" stroke-width="1""##);
        svg.rect(lane.label, r##"fill="#ececec" stroke="#777777" stroke-width="1""##);
        svg.text(&lane.text, "#111111");
    }
    for frame in &scene.frames {
        svg.rect(
            frame.rect,
            r##"rx="6" fill="none" stroke="#7a1616" stroke-width="3" stroke-dasharray="14 6""##,
        );
        svg.rect(frame.tab, r##"fill="#7a1616""##);
        svg.text(&frame.text, "#ffffff");
    }
}

/// The marks on a white ground that interrupts the line under them.
fn marks(svg: &mut Svg, flow: &FlowLine) {
    if let (Some(first), Some(last)) = (flow.marks.first(), flow.marks.last()) {
        let (x, _) = first.rect.middle();
        svg.rect(Rect { x, w: last.rect.right() - x, ..first.rect }, r##"fill="#ffffff""##);
    }
    for mark in &flow.marks {
        svg.mark(mark);
    }
}

fn legend(svg: &mut Svg, entry: &Entry) {
    let rect = entry.sample_rect;
    let (_, y) = rect.middle();
    match &entry.sample {
        Sample::Node(kind) => svg.node(*kind, Rect { y: y - 13, h: 26, ..rect }),
        Sample::Boundary => svg.rect(
            Rect { y: y - 9, h: 18, ..rect },
            r##"rx="4" fill="none" stroke="#7a1616" stroke-width="3" stroke-dasharray="14 6""##,
        ),
        Sample::State(state, mark) => {
            let points = [(rect.x, y), (rect.right(), y)];
            svg.line(&points, *state);
            svg.head(&points);
            svg.rect(mark.rect, r##"fill="#ffffff""##);
            svg.mark(mark);
        }
        Sample::Mark(mark) => svg.mark(mark),
    }
    svg.text(&entry.text, "#111111");
}
