//! Escaping for pages: HTML, and characters that cannot be seen.
//!
//! Named in `askama.toml`, so the template engine applies it to every value of every page; a value
//! gets around it only where a template says `|safe`. Deliberately absent: style sheets
//! (`margin`) and drawings (`svg`), whose rules differ.

use std::fmt::{Result, Write};

use askama::filters::Escaper;

use crate::dossier::text::printable;

/// What a reader sees is what the text says.
#[derive(Debug, Clone, Copy, Default)]
pub struct Visible;

impl Escaper for Visible {
    fn write_escaped_str<W: Write>(&self, mut dest: W, string: &str) -> Result {
        for c in printable(string).chars() {
            match c {
                '&' => dest.write_str("&amp;")?,
                '<' => dest.write_str("&lt;")?,
                '>' => dest.write_str("&gt;")?,
                '"' => dest.write_str("&#34;")?,
                '\'' => dest.write_str("&#39;")?,
                other => dest.write_char(other)?,
            }
        }
        Ok(())
    }
}
