//! One rule file: TOML → [`Rule`](super::Rule).

use jiff::civil::Date;
use serde::{Deserialize, Deserializer};

/// A TOML date, or a text that is one.
pub(super) fn date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Written {
        Date(toml::value::Datetime),
        Text(String),
    }
    let text = match Written::deserialize(deserializer)? {
        Written::Date(date) => date.to_string(),
        Written::Text(text) => text,
    };
    text.parse().map_err(|_| serde::de::Error::custom("not a date (YYYY-MM-DD)"))
}
