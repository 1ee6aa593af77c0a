//! Whom a verifier trusts: keys pinned to a holder for a period.
//!
//! Nothing is trusted because it is named in the document. A period binds both the time of the
//! run, which the signer could have made up, and the time of verification, which they could not;
//! an auditor who comes later verifies as of the date of the review. The demo signer is never
//! trusted: a pin on it is accepted and has no effect.

use super::error::ManifestError;
use super::time::{CalendarDate, UtcTime};
use crate::crypto::{KeyId, Label, PublicKey, PublicKeyFile};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A pinned key as it is written in a trust list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pin {
    /// The 32 bytes of the public key in base64.
    pub key: String,
    /// Who holds the secret half, in words.
    pub holder: String,
    /// First day (UTC) of the period, inclusive; null: no beginning.
    pub from: Option<String>,
    /// Last day (UTC) of the period, inclusive; null: no end.
    pub until: Option<String>,
}

/// A pinned key that passed the checks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustedKey {
    key: PublicKey,
    holder: Label,
    from: Option<CalendarDate>,
    until: Option<CalendarDate>,
}

/// The keys a verifier trusts, by id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrustedKeys(BTreeMap<KeyId, TrustedKey>);

/// Where a time lies with respect to a pin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// Before its first day.
    Before,
    /// Within it.
    Within,
    /// After its last day.
    After,
}

impl TrustedKey {
    /// Reads one pin.
    ///
    /// # Errors
    /// [`ManifestError::PinMalformed`] for a key that is not acceptable, a holder that is not a
    /// printable name, a day that does not exist, or a period that ends before it begins.
    pub fn parse(pin: &Pin) -> Result<Self, ManifestError> {
        Self::read(pin).ok_or(ManifestError::PinMalformed)
    }

    fn read(pin: &Pin) -> Option<Self> {
        let bytes = STANDARD.decode(&pin.key).ok()?;
        let key = PublicKey::new(bytes.try_into().ok()?).ok()?;
        let day = |text: &Option<String>| match text {
            None => Some(None),
            Some(text) => CalendarDate::parse(text).map(Some),
        };
        let (from, until) = (day(&pin.from)?, day(&pin.until)?);
        let holder = Label::new(&pin.holder).ok()?;
        let ordered = from.as_ref().zip(until.as_ref()).is_none_or(|(a, b)| a <= b);
        ordered.then_some(Self { key, holder, from, until })
    }

    /// Where `time` lies with respect to the pin's period.
    #[must_use]
    pub fn period(&self, time: &UtcTime) -> Period {
        let day = time.date();
        if self.from.as_ref().is_some_and(|from| day < *from) {
            Period::Before
        } else if self.until.as_ref().is_some_and(|until| day > *until) {
            Period::After
        } else {
            Period::Within
        }
    }

    /// The key.
    #[must_use]
    pub fn key(&self) -> &PublicKey {
        &self.key
    }

    /// Who holds its secret half.
    #[must_use]
    pub fn holder(&self) -> &Label {
        &self.holder
    }
}

impl From<PublicKeyFile> for TrustedKey {
    /// A key file given by hand (`--trust key.pub`): its label is the holder, without a period.
    fn from(file: PublicKeyFile) -> Self {
        Self { key: *file.key(), holder: file.label().clone(), from: None, until: None }
    }
}

impl TrustedKeys {
    /// Collects pinned keys.
    ///
    /// # Errors
    /// [`ManifestError::PinMalformed`] if a key is pinned twice: which period would hold?
    pub fn new(keys: impl IntoIterator<Item = TrustedKey>) -> Result<Self, ManifestError> {
        let mut map = BTreeMap::new();
        for key in keys {
            if map.insert(key.key.id(), key).is_some() {
                return Err(ManifestError::PinMalformed);
            }
        }
        Ok(Self(map))
    }

    /// Reads a list of pins.
    ///
    /// # Errors
    /// [`ManifestError::PinMalformed`] if any of them is wrong.
    pub fn parse(pins: &[Pin]) -> Result<Self, ManifestError> {
        Self::new(pins.iter().map(TrustedKey::parse).collect::<Result<Vec<_>, _>>()?)
    }

    /// The pin of a key; the demo signer has none.
    #[must_use]
    pub fn pin(&self, id: &KeyId) -> Option<&TrustedKey> {
        self.0.get(id).filter(|pin| !pin.key.is_demo())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::crypto::SigningKey;

    fn pin(key: [u8; 32], from: Option<&str>, until: Option<&str>) -> Pin {
        let text = |day: &str| day.to_owned();
        Pin {
            key: STANDARD.encode(key),
            holder: "市".to_owned(),
            from: from.map(text),
            until: until.map(text),
        }
    }

    #[test]
    fn both_days_of_a_period_belong_to_it() {
        let key = *SigningKey::demo().unwrap().public().as_bytes();
        let trusted = TrustedKey::parse(&pin(key, Some("2026-04-01"), Some("2027-03-31"))).unwrap();
        let at = |text| trusted.period(&UtcTime::parse(text).unwrap());
        assert_eq!(at("2026-03-31T23:59:59Z"), Period::Before);
        assert_eq!(at("2026-04-01T00:00:00Z"), Period::Within);
        assert_eq!(at("2027-03-31T23:59:59Z"), Period::Within);
        assert_eq!(at("2027-04-01T00:00:00Z"), Period::After);
    }

    #[test]
    fn refuses_pins_that_mean_nothing() {
        let key = *SigningKey::demo().unwrap().public().as_bytes();
        let good = pin(key, None, None);
        assert!(TrustedKey::parse(&good).is_ok());
        for wrong in [
            pin([0; 32], None, None),
            pin(key, Some("2026-04-31"), None),
            pin(key, Some("2027-01-01"), Some("2026-01-01")),
            Pin { key: "AAAA".to_owned(), ..good.clone() },
            Pin { holder: "a\u{202e}b".to_owned(), ..good.clone() },
        ] {
            assert_eq!(TrustedKey::parse(&wrong), Err(ManifestError::PinMalformed));
        }
        assert_eq!(TrustedKeys::parse(&[good.clone(), good.clone()]), Err(ManifestError::PinMalformed));
    }

    #[test]
    fn a_pin_on_the_demo_signer_has_no_effect() {
        let demo = SigningKey::demo().unwrap();
        let keys = TrustedKeys::parse(&[pin(*demo.public().as_bytes(), None, None)]).unwrap();
        assert_eq!(keys.pin(&demo.public().id()), None);
    }
}
