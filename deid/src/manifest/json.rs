//! Strict JSON: what `serde_json` lets through and a signed document must not hold.
//!
//! Refused: a key twice in one object, numbers that are not integers, integers beyond ±(2⁵³ − 1)
//! (other readers would round them), anything after the document. A typed document is accepted
//! only if writing it again gives the same tree, which also refuses missing optional keys, lists
//! in the place of objects, and second spellings.

use serde::Serialize;
use serde::de::{DeserializeOwned, DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use std::cell::Cell;
use std::fmt;

/// Greatest integer, 2⁵³ − 1: the largest that every JSON reader keeps exactly.
pub(super) const MAX_INTEGER: u64 = (1 << 53) - 1;

/// Why bytes are not a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum JsonError {
    Malformed,
    DuplicateKey,
}

/// Reads one document.
pub(super) fn read(bytes: &[u8]) -> Result<Value, JsonError> {
    let duplicate = Cell::new(false);
    let failed = |_| {
        if duplicate.get() { JsonError::DuplicateKey } else { JsonError::Malformed }
    };
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let value = Strict(&duplicate).deserialize(&mut reader).map_err(failed)?;
    reader.end().map_err(failed)?;
    Ok(value)
}

/// Turns a tree into a type; `None` if the type would be written differently.
pub(super) fn typed<T: DeserializeOwned + Serialize>(value: &Value) -> Option<T> {
    let typed: T = serde_json::from_value(value.clone()).ok()?;
    (serde_json::to_value(&typed).ok()? == *value).then_some(typed)
}

#[derive(Clone, Copy)]
struct Strict<'a>(&'a Cell<bool>);

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("strict JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Value, E> {
        if value > MAX_INTEGER { Err(E::custom("integer too large")) } else { Ok(value.into()) }
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Value, E> {
        if value.unsigned_abs() > MAX_INTEGER {
            Err(E::custom("integer too large"))
        } else {
            Ok(value.into())
        }
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            if object.contains_key(&key) {
                self.0.set(true);
                return Err(A::Error::custom("duplicate key"));
            }
            let value = entries.next_value_seed(self)?;
            object.insert(key, value);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_readers_disagree_on() {
        assert_eq!(read(br#"{"a":1,"a":1}"#), Err(JsonError::DuplicateKey));
        assert_eq!(read(br#"{"a":1,"\u0061":1}"#), Err(JsonError::DuplicateKey));
        assert_eq!(read(br#"{"x":[{"a":1,"a":2}]}"#), Err(JsonError::DuplicateKey));
        for wrong in [
            "",
            "{",
            "{} {}",
            "{}x",
            "[1.0]",
            "[1e3]",
            "[-0]",
            "[9007199254740992]",
            "[-9007199254740992]",
            "[01]",
            "[\"\\ud800\"]",
            "\u{feff}{}",
            "{a:1}",
            "[1,]",
            "NaN",
            "// x\n{}",
        ] {
            assert_eq!(read(wrong.as_bytes()), Err(JsonError::Malformed), "{wrong}");
        }
        assert_eq!(read(b"[\"\xff\"]"), Err(JsonError::Malformed));
        assert_eq!(read("[".repeat(100_000).as_bytes()), Err(JsonError::Malformed));
        assert!(read(b" {\"a\":[9007199254740991,-5,null,true,\"x\"]}\n").is_ok());
    }

    #[derive(Serialize, serde::Deserialize, Debug, PartialEq)]
    #[serde(deny_unknown_fields)]
    struct Pair {
        a: u64,
        b: Option<String>,
    }

    #[test]
    fn a_type_must_write_what_it_read() {
        let pair = |text: &str| read(text.as_bytes()).ok().and_then(|v| typed::<Pair>(&v));
        assert_eq!(pair(r#"{"b":null,"a":1}"#), Some(Pair { a: 1, b: None }));
        for wrong in [r#"{"a":1}"#, r#"[1,null]"#, r#"{"a":1,"b":null,"c":0}"#, r#"{"a":"1","b":null}"#] {
            assert_eq!(pair(wrong), None, "{wrong}");
        }
    }
}
