//! JSON Schemas of the files of a case.

/// File name and schema of each file of a case.
#[must_use]
pub fn json_schemas() -> Vec<(String, serde_json::Value)> {
    Vec::new()
}
