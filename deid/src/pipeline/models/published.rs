//! In which text a value of the input stands in the published file.
//!
//! Why here: the recount knows the input's distribution only as texts of pass 1, and the published
//! file only as texts that were read from it. Between the two lie the apostrophe before a formula
//! and what the encoding makes of characters that it lacks.

use std::collections::BTreeMap;

use crate::io::encoding::{TextEncoding, TextWriter, decode_strict};
use crate::io::source;
use crate::recipe::UnmappablePolicy;
use crate::transform::formula::is_formula;

/// People per published text; `None` is NULL.
pub(crate) type Texts = BTreeMap<Option<String>, u64>;

/// How the cells of one column are written.
#[derive(Debug, Clone, Default)]
pub(crate) struct Form {
    /// Formula cells get an apostrophe; of a numeric column plain numbers are none.
    formulas: Option<bool>,
    encoding: Option<(TextEncoding, UnmappablePolicy)>,
}

impl Form {
    pub(crate) fn new(file: &source::Form, unmappable: UnmappablePolicy, numeric: bool) -> Self {
        match file {
            source::Form::Csv { encoding, .. } => Self {
                formulas: Some(numeric),
                encoding: (*encoding != TextEncoding::Utf8).then_some((*encoding, unmappable)),
            },
            _ => Self::default(),
        }
    }

    /// The published text of a value.
    pub(super) fn published(&self, text: Option<String>) -> Option<String> {
        let mut text = text?;
        if self.formulas.is_some_and(|numeric| is_formula(&text, numeric)) {
            text.insert(0, '\'');
        }
        if let Some((encoding, policy)) = self.encoding {
            let (mut bytes, mut read) = (Vec::new(), String::new());
            let written = TextWriter::new(encoding, policy).encode(&text, &mut bytes).is_ok();
            if written && decode_strict(encoding, &bytes, &mut read).is_ok() {
                text = read;
            }
        }
        Some(text)
    }

    /// Published texts in the order of values, each once.
    pub(super) fn distinct(&self, order: Vec<Option<String>>) -> Vec<Option<String>> {
        let mut all: Vec<Option<String>> = Vec::new();
        for text in order {
            let text = self.published(text);
            if !all.contains(&text) {
                all.push(text);
            }
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_those_of_the_file() {
        let form =
            Form { formulas: Some(false), encoding: Some((TextEncoding::Cp932, UnmappablePolicy::Geta)) };
        let of = |text: &str| form.published(Some(text.to_owned()));
        assert_eq!(of("=1").as_deref(), Some("'=1"));
        assert_eq!(of("𠮷野").as_deref(), Some("〓野"));
        assert_eq!(form.published(None), None);
        assert_eq!(form.distinct(vec![Some("𠮷".to_owned()), Some("𩸽".to_owned())]).len(), 1);
    }
}
