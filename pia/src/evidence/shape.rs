//! Shapes: what a tree must look like, as data.

use super::node::Node;

/// A requirement on a node. An object has exactly the keys that are listed.
pub(super) enum Shape {
    Text,
    Flag,
    /// 0 ≤ n < 2⁵³.
    Count,
    /// 0 ≤ n < 2³².
    Small,
    /// Any exact integer.
    Integer,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A text with a form of its own.
    Form(fn(&str) -> bool),
    Nullable(&'static Shape),
    OneOf(&'static [Shape]),
    List(&'static Shape),
    /// Any keys, all values of one shape.
    Map(&'static Shape),
    Object(&'static [(&'static str, Shape)]),
}

impl Shape {
    pub(super) fn fits(&self, node: &Node) -> bool {
        match (self, node) {
            (Self::Text, Node::Text(_)) | (Self::Flag, Node::Flag(_)) | (Self::Integer, Node::Integer(_)) => {
                true
            }
            (Self::Count, Node::Integer(n)) => *n >= 0,
            (Self::Small, Node::Integer(n)) => u32::try_from(*n).is_ok(),
            (Self::Word(words), Node::Text(text)) => words.contains(&text.as_str()),
            (Self::Form(form), Node::Text(text)) => form(text),
            (Self::Nullable(_), Node::Null) => true,
            (Self::Nullable(shape), node) => shape.fits(node),
            (Self::OneOf(shapes), node) => shapes.iter().any(|shape| shape.fits(node)),
            (Self::List(shape), Node::List(items)) => items.iter().all(|item| shape.fits(item)),
            (Self::Map(shape), Node::Object(entries)) => entries.iter().all(|(_, value)| shape.fits(value)),
            (Self::Object(keys), Node::Object(entries)) => {
                entries.len() == keys.len()
                    && keys.iter().all(|(key, shape)| {
                        entries.iter().any(|(name, value)| name == key && shape.fits(value))
                    })
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn an_object_has_its_keys_and_no_others() {
        const PAIR: Shape =
            Shape::Object(&[("a", Shape::Small), ("b", Shape::Nullable(&Shape::Word(&["x"])))]);
        let fits = |text: &str| PAIR.fits(&Node::read(text.as_bytes()).unwrap());
        assert!(fits(r#"{"b":null,"a":4294967295}"#) && fits(r#"{"a":0,"b":"x"}"#));
        for wrong in [
            r#"{"a":0}"#,
            r#"{"a":0,"b":null,"c":0}"#,
            r#"{"a":-1,"b":null}"#,
            r#"{"a":4294967296,"b":null}"#,
            r#"{"a":0,"b":"y"}"#,
            r#"[0,null]"#,
            r#"{"a":"0","b":null}"#,
            "null",
        ] {
            assert!(!fits(wrong), "{wrong}");
        }
    }
}
