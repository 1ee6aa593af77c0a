//! Whom a case trusts: keys pinned to a holder for a period.

use super::error::EvidenceError;
use super::time::{Day, Moment};
use super::{ed25519, key_id, names};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

/// A pinned key as a case writes it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pin {
    /// The public key, 32 bytes in base64.
    pub key: String,
    /// Who holds the secret half.
    pub holder: String,
    /// First day (UTC) on which the key is trusted; none: no beginning.
    pub from: Option<String>,
    /// Last day (UTC) on which the key is trusted; none: no end.
    pub until: Option<String>,
}

/// The checked list of pinned keys.
#[derive(Clone, Debug, Default)]
pub struct TrustList(Vec<Entry>);

#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) id: String,
    pub(super) key: [u8; 32],
    pub(super) holder: String,
    from: Option<Day>,
    until: Option<Day>,
}

impl TrustList {
    /// Checks a list of pins.
    ///
    /// # Errors
    /// [`EvidenceError::PinMalformed`] for a key that is unacceptable or stands twice, a holder
    /// without a printable name, a day that does not exist, or a period that ends before it begins.
    pub fn parse(pins: &[Pin]) -> Result<Self, EvidenceError> {
        let mut list: Vec<Entry> = Vec::with_capacity(pins.len());
        for pin in pins {
            let entry = Entry::parse(pin).ok_or(EvidenceError::PinMalformed)?;
            if list.iter().any(|other| other.id == entry.id) {
                return Err(EvidenceError::PinMalformed);
            }
            list.push(entry);
        }
        Ok(Self(list))
    }

    /// The entry of a key. The demo key has none, whatever is pinned.
    pub(super) fn entry(&self, id: &str) -> Option<&Entry> {
        if key_id::is_demo(id) { None } else { self.0.iter().find(|entry| entry.id == id) }
    }
}

impl Entry {
    fn parse(pin: &Pin) -> Option<Self> {
        let key: [u8; 32] = STANDARD.decode(&pin.key).ok()?.try_into().ok()?;
        let from = pin.from.as_deref().map(|day| Day::parse(day).ok_or(())).transpose().ok()?;
        let until = pin.until.as_deref().map(|day| Day::parse(day).ok_or(())).transpose().ok()?;
        let backwards = matches!((&from, &until), (Some(from), Some(until)) if until < from);
        if backwards || !ed25519::is_acceptable_key(&key) || !names::is_holder(&pin.holder) {
            return None;
        }
        Some(Self { id: key_id::of(&key), key, holder: pin.holder.clone(), from, until })
    }

    pub(super) fn begins_after(&self, moment: &Moment) -> bool {
        self.from.as_ref().is_some_and(|from| *from > moment.day())
    }

    pub(super) fn covers(&self, moment: &Moment) -> bool {
        !self.begins_after(moment) && self.until.as_ref().is_none_or(|until| moment.day() <= *until)
    }
}
