//! SVG figures as PNG, for Word, which draws no SVG that older versions could show.
//!
//! Why here: the picture must hold the same letters as the PDF, so it is painted with the same
//! fonts. Deliberately absent: files and fonts of the machine; an `href` in a figure opens nothing.

use std::sync::Arc;

use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::{ImageHrefResolver, Options, Tree, fontdb};

use crate::dossier::fonts::{FAMILY, Fonts};
use crate::dossier::text::drawable;

/// Pixels per CSS pixel.
const SCALE: f32 = 2.0;
/// Wider or higher pictures are painted smaller.
const MAX_PIXELS: f32 = 6000.0;

/// A picture and the size at which it is shown, in CSS pixels.
#[derive(Debug)]
pub(super) struct Picture {
    pub(super) png: Vec<u8>,
    pub(super) width: f32,
    pub(super) height: f32,
}

/// Paints figures.
pub(super) struct Painter(Options<'static>);

impl Painter {
    pub(super) fn new(fonts: &Fonts) -> Self {
        let mut known = fontdb::Database::new();
        known.load_font_data(fonts.regular.to_vec());
        known.load_font_data(fonts.bold.to_vec());
        known.set_sans_serif_family(FAMILY);
        known.set_serif_family(FAMILY);
        known.set_monospace_family(FAMILY);
        let closed = ImageHrefResolver {
            resolve_data: Box::new(|_, _, _| None),
            resolve_string: Box::new(|_, _| None),
        };
        Self(Options {
            font_family: FAMILY.to_owned(),
            fontdb: Arc::new(known),
            image_href_resolver: closed,
            ..Options::default()
        })
    }

    /// Paints on white: Word's dark mode would hide black lines on nothing.
    pub(super) fn paint(&self, svg: &str) -> Result<Picture, String> {
        let tree = Tree::from_str(&drawable(svg, |_| false), &self.0).map_err(|error| error.to_string())?;
        let (width, height) = (tree.size().width(), tree.size().height());
        let scale = SCALE.min(MAX_PIXELS / width).min(MAX_PIXELS / height);
        let pixels = |length: f32| (length * scale).ceil().max(1.0) as u32;
        let mut canvas = Pixmap::new(pixels(width), pixels(height)).ok_or("no canvas of that size")?;
        canvas.fill(Color::WHITE);
        resvg::render(&tree, Transform::from_scale(scale, scale), &mut canvas.as_mut());
        let png = canvas.encode_png().map_err(|error| error.to_string())?;
        Ok(Picture { png, width, height })
    }
}
