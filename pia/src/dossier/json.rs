//! The dossier as JSON, for programs: the same value that every other format shows.
//!
//! The contract is docs/schema/dossier.schema.json; keys stand in the order of the model, so the
//! same dossier gives the same bytes. Deliberately absent: any change of the words. Hidden
//! characters stay as they are, since a program compares them with its own.

use serde::Serialize;

use super::model::Dossier;

/// Name and version of the format, in every file.
pub const SCHEMA: &str = "tag:pia.example,2026:dossier/v1";

#[derive(Serialize)]
struct File<'a> {
    schema: &'static str,
    #[serde(flatten)]
    dossier: &'a Dossier,
}

/// The file: indented, with a line end.
///
/// # Errors
/// If the model holds what JSON cannot: a fault of the program.
pub fn render(dossier: &Dossier) -> Result<Vec<u8>, serde_json::Error> {
    let mut bytes = serde_json::to_vec_pretty(&File { schema: SCHEMA, dossier })?;
    bytes.push(b'\n');
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::super::sample;
    use super::*;
    use serde_json::{Value, json};

    fn validator() -> jsonschema::Validator {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/schema/dossier.schema.json");
        let text = std::fs::read_to_string(path).unwrap();
        jsonschema::draft202012::new(&serde_json::from_str(&text).unwrap()).unwrap()
    }

    fn value() -> Value {
        serde_json::from_slice(&render(&sample::dossier()).unwrap()).unwrap()
    }

    #[test]
    fn what_is_written_fits_the_schema() {
        let faults: Vec<String> =
            validator().iter_errors(&value()).map(|e| format!("{}: {e}", e.instance_path())).collect();
        assert_eq!(faults, Vec::<String>::new());
    }

    /// An unknown key is refused in every object of the file, and so is a missing one.
    #[test]
    fn no_object_takes_an_unknown_key_or_lacks_one() {
        let (validator, whole) = (validator(), value());
        let mut pointers = Vec::new();
        objects(&whole, String::new(), &mut pointers);
        // One object of each shape: numbers of the path do not matter, kinds of block do.
        let mut seen = std::collections::BTreeSet::new();
        for pointer in pointers {
            let object = whole.pointer(&pointer).unwrap().as_object().unwrap();
            let shape = (
                object.keys().cloned().collect::<Vec<_>>(),
                object.get("block").cloned().map(|b| b.to_string()),
            );
            if !seen.insert(shape) {
                continue;
            }
            let mut more = whole.clone();
            more.pointer_mut(&pointer).unwrap().as_object_mut().unwrap().insert("extra".into(), json!(1));
            assert!(!validator.is_valid(&more), "{pointer} takes an unknown key");
            for key in object.keys().filter(|key| key.as_str() != "link") {
                let mut less = whole.clone();
                less.pointer_mut(&pointer).unwrap().as_object_mut().unwrap().remove(key);
                assert!(!validator.is_valid(&less), "{pointer} may lack {key}");
            }
        }
        assert!(seen.len() >= 17, "{}", seen.len());
    }

    fn objects(value: &Value, at: String, out: &mut Vec<String>) {
        match value {
            Value::Object(map) => {
                out.push(at.clone());
                for (key, inner) in map {
                    objects(inner, format!("{at}/{key}"), out);
                }
            }
            Value::Array(items) => {
                for (i, inner) in items.iter().enumerate() {
                    objects(inner, format!("{at}/{i}"), out);
                }
            }
            _ => {}
        }
    }

    #[test]
    fn keys_keep_their_order_and_words_stay_as_they_are() {
        let bytes = render(&sample::dossier()).unwrap();
        assert_eq!(bytes, render(&sample::dossier()).unwrap());
        let text = String::from_utf8(bytes).unwrap();
        assert!(
            text.starts_with(&format!("{{\n  \"schema\": \"{SCHEMA}\",\n  \"lang\": \"ja\",\n  \"cover\""))
        );
        assert!(value().to_string().contains('\u{202e}'), "hidden characters stay");
    }
}
