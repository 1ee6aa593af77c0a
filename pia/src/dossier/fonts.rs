//! The typeface of printed dossiers, as bytes: BIZ UDPGothic, made for public documents.
//!
//! Why here: the PDF and the pictures inside the DOCX need the same two faces, and a city may
//! bring its own. Deliberately absent: fonts of the machine, which would make the same dossier
//! look different elsewhere.

use std::borrow::Cow;

/// Family name of the embedded faces, as the PDF and the SVG pictures name it.
pub const FAMILY: &str = "BIZ UDPGothic";
/// The same family as Japanese Word lists it.
pub const FAMILY_JA: &str = "BIZ UDPゴシック";

/// The faces that renderers may use.
#[derive(Debug, Clone)]
pub struct Fonts {
    /// Regular weight, TrueType or OpenType.
    pub regular: Cow<'static, [u8]>,
    /// Bold weight.
    pub bold: Cow<'static, [u8]>,
}

impl Fonts {
    /// The faces shipped with the program (SIL Open Font License, fonts/OFL.txt).
    #[must_use]
    pub const fn embedded() -> Self {
        Self {
            regular: Cow::Borrowed(include_bytes!("../../fonts/BIZUDPGothic-Regular.ttf")),
            bold: Cow::Borrowed(include_bytes!("../../fonts/BIZUDPGothic-Bold.ttf")),
        }
    }
}
