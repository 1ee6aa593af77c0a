//! JSON as a tree in which nothing is lost or rounded.
//!
//! Objects keep their keys in order, so a key that stands twice is seen; numbers are integers that
//! every reader keeps exactly (|n| < 2⁵³), anything else is refused.

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use std::fmt;

const LIMIT: i64 = 1 << 53;
const DUPLICATE: &str = "key stands twice";

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Node {
    Null,
    Flag(bool),
    Integer(i64),
    Text(String),
    List(Vec<Node>),
    Object(Vec<(String, Node)>),
}

/// What reading a tree may meet.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum TreeError {
    NotStrictJson,
    KeyTwice,
}

static NOTHING: Node = Node::Null;

impl Node {
    pub(super) fn read(bytes: &[u8]) -> Result<Self, TreeError> {
        serde_json::from_slice(bytes).map_err(|error| {
            if error.to_string().starts_with(DUPLICATE) {
                TreeError::KeyTwice
            } else {
                TreeError::NotStrictJson
            }
        })
    }

    /// The value of a key; null where there is none. Shapes are checked before this is used.
    pub(super) fn at(&self, key: &str) -> &Node {
        self.entries().iter().find(|(name, _)| name == key).map_or(&NOTHING, |(_, value)| value)
    }

    pub(super) fn entries(&self) -> &[(String, Node)] {
        if let Self::Object(entries) = self { entries } else { &[] }
    }

    pub(super) fn items(&self) -> &[Node] {
        if let Self::List(items) = self { items } else { &[] }
    }

    pub(super) fn text(&self) -> &str {
        if let Self::Text(text) = self { text } else { "" }
    }

    pub(super) fn is_true(&self) -> bool {
        *self == Self::Flag(true)
    }

    pub(super) fn is_null(&self) -> bool {
        *self == Self::Null
    }

    pub(super) fn count(&self) -> Option<u64> {
        if let Self::Integer(n) = self { u64::try_from(*n).ok() } else { None }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Tree;

        impl<'de> Visitor<'de> for Tree {
            type Value = Node;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("null, a flag, an integer, a text, a list or an object")
            }

            fn visit_unit<E>(self) -> Result<Node, E> {
                Ok(Node::Null)
            }

            fn visit_bool<E>(self, flag: bool) -> Result<Node, E> {
                Ok(Node::Flag(flag))
            }

            fn visit_i64<E: serde::de::Error>(self, n: i64) -> Result<Node, E> {
                if -LIMIT < n && n < LIMIT {
                    Ok(Node::Integer(n))
                } else {
                    Err(E::custom("not exact everywhere"))
                }
            }

            fn visit_u64<E: serde::de::Error>(self, n: u64) -> Result<Node, E> {
                self.visit_i64(i64::try_from(n).map_err(|_| E::custom("not exact everywhere"))?)
            }

            fn visit_str<E>(self, text: &str) -> Result<Node, E> {
                Ok(Node::Text(text.to_owned()))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut source: A) -> Result<Node, A::Error> {
                let mut items = Vec::new();
                while let Some(item) = source.next_element()? {
                    items.push(item);
                }
                Ok(Node::List(items))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut source: A) -> Result<Node, A::Error> {
                let mut entries: Vec<(String, Node)> = Vec::new();
                let mut seen = std::collections::BTreeSet::new();
                while let Some(key) = source.next_key::<String>()? {
                    if !seen.insert(key.clone()) {
                        return Err(A::Error::custom(DUPLICATE));
                    }
                    entries.push((key, source.next_value()?));
                }
                Ok(Node::Object(entries))
            }
        }

        deserializer.deserialize_any(Tree)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_only_what_all_readers_agree_on() {
        assert_eq!(Node::read(b"{\"a\":1,\"a\":1}"), Err(TreeError::KeyTwice));
        assert_eq!(Node::read(b"[{\"a\":{\"b\":0,\"\\u0062\":0}}]"), Err(TreeError::KeyTwice));
        for wrong in
            ["", "{}{}", "1.0", "1e2", "-0", "9007199254740992", "-9007199254740992", "\"\\ud800\"", "[,]"]
        {
            assert_eq!(Node::read(wrong.as_bytes()), Err(TreeError::NotStrictJson), "{wrong}");
        }
        // A key that says what the error would say is a key.
        assert_eq!(Node::read(b"{\"key stands twice\":1.5}"), Err(TreeError::NotStrictJson));
        let tree = Node::read("{\"字\":[9007199254740991,-1,true,null,\"x\"]} \n".as_bytes());
        assert_eq!(tree.map(|t| t.at("字").items().len()), Ok(5));
    }
}
