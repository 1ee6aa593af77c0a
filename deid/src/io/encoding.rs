//! Character encodings of text files: safe detection, strict decoding, encoding with a policy.
//!
//! Never lossy: a byte sequence that the encoding does not allow is an error with its offset, and
//! an unmappable character follows the recipe's policy. (`encoding_rs` would write `&#…;`.)
//! Deliberately absent: guessing from statistics when two encodings are possible.

use encoding_rs::{DecoderResult, EUC_JP, EncoderResult, Encoding, SHIFT_JIS};

use crate::recipe::UnmappablePolicy;

/// A supported text encoding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextEncoding {
    /// UTF-8.
    Utf8,
    /// UTF-16, little endian.
    Utf16Le,
    /// UTF-16, big endian.
    Utf16Be,
    /// Windows code page 932 (Shift_JIS as Windows writes it).
    Cp932,
    /// EUC-JP.
    EucJp,
}

impl TextEncoding {
    /// The word used in recipes and manifests.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf16Le => "utf-16le",
            Self::Utf16Be => "utf-16be",
            Self::Cp932 => "cp932",
            Self::EucJp => "euc-jp",
        }
    }

    /// The encoding that a manifest names.
    #[must_use]
    pub fn parse(id: &str) -> Option<Self> {
        [Self::Utf8, Self::Utf16Le, Self::Utf16Be, Self::Cp932, Self::EucJp]
            .into_iter()
            .find(|e| e.id() == id)
    }

    /// The byte order mark of this encoding, empty where there is none.
    #[must_use]
    pub fn bom(self) -> &'static [u8] {
        match self {
            Self::Utf8 => &[0xEF, 0xBB, 0xBF],
            Self::Utf16Le => &[0xFF, 0xFE],
            Self::Utf16Be => &[0xFE, 0xFF],
            Self::Cp932 | Self::EucJp => &[],
        }
    }

    /// Whether ASCII bytes are always ASCII characters, so that lines can be cut before decoding.
    #[must_use]
    pub fn is_ascii_safe(self) -> bool {
        matches!(self, Self::Utf8 | Self::Cp932 | Self::EucJp)
    }

    fn table(self) -> Option<&'static Encoding> {
        match self {
            Self::Cp932 => Some(SHIFT_JIS),
            Self::EucJp => Some(EUC_JP),
            _ => None,
        }
    }
}

/// What the first bytes say about a file.
#[must_use]
pub fn from_bom(start: &[u8]) -> Option<TextEncoding> {
    [TextEncoding::Utf8, TextEncoding::Utf16Le, TextEncoding::Utf16Be]
        .into_iter()
        .find(|e| start.starts_with(e.bom()))
}

/// What the first block says about a file without a byte order mark: many NUL bytes on one side
/// of each pair are UTF-16.
#[must_use]
pub fn from_nul_pattern(start: &[u8]) -> Option<TextEncoding> {
    let count = |skip: usize| start.iter().skip(skip).step_by(2).filter(|b| **b == 0).count();
    let (even, odd) = (count(0), count(1));
    match (even + odd > (start.len() / 5).max(3), odd > even * 20, even > odd * 20) {
        (true, true, _) => Some(TextEncoding::Utf16Le),
        (true, _, true) => Some(TextEncoding::Utf16Be),
        _ => None,
    }
}

/// The outcome of detection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detected {
    /// Exactly one encoding is possible.
    Is(TextEncoding),
    /// More than one is possible: the recipe must declare it.
    Unclear,
    /// No supported encoding allows these bytes.
    Invalid,
}

/// Tells CP932 from EUC-JP over a *whole* file that is not UTF-8.
pub struct LegacyDetector {
    cp932: Option<encoding_rs::Decoder>,
    euc: Option<encoding_rs::Decoder>,
    half_width_kana: u64,
    wide: u64,
    scratch: String,
}

impl Default for LegacyDetector {
    fn default() -> Self {
        Self {
            cp932: Some(SHIFT_JIS.new_decoder_without_bom_handling()),
            euc: Some(EUC_JP.new_decoder_without_bom_handling()),
            half_width_kana: 0,
            wide: 0,
            scratch: String::new(),
        }
    }
}

impl LegacyDetector {
    /// Adds the next block of the file.
    pub fn push(&mut self, block: &[u8], last: bool) {
        if let Some(decoder) = &mut self.cp932 {
            self.scratch.clear();
            if strict(decoder, block, &mut self.scratch, last) {
                for c in self.scratch.chars() {
                    match c {
                        '\u{FF61}'..='\u{FF9F}' => self.half_width_kana += 1,
                        c if u32::from(c) > 0x7F => self.wide += 1,
                        _ => {}
                    }
                }
            } else {
                self.cp932 = None;
            }
        }
        if let Some(decoder) = &mut self.euc {
            self.scratch.clear();
            if !strict(decoder, block, &mut self.scratch, last) {
                self.euc = None;
            }
        }
    }

    /// The verdict over all blocks.
    #[must_use]
    pub fn finish(self) -> Detected {
        match (self.cp932.is_some(), self.euc.is_some()) {
            (true, false) => Detected::Is(TextEncoding::Cp932),
            (false, true) => Detected::Is(TextEncoding::EucJp),
            // EUC-JP text read as CP932 turns into half-width kana almost throughout; CP932 text
            // that happens to be valid EUC-JP cannot be told from it safely.
            (true, true) if self.wide == 0 && self.half_width_kana >= 40 => Detected::Is(TextEncoding::EucJp),
            (true, true) => Detected::Unclear,
            (false, false) => Detected::Invalid,
        }
    }
}

fn strict(decoder: &mut encoding_rs::Decoder, block: &[u8], out: &mut String, last: bool) -> bool {
    out.reserve(
        decoder.max_utf8_buffer_length_without_replacement(block.len()).unwrap_or(block.len() * 3 + 16),
    );
    matches!(decoder.decode_to_string_without_replacement(block, out, last).0, DecoderResult::InputEmpty)
}

/// Streaming strict UTF-8 validation: carries an unfinished character over block borders.
#[derive(Default)]
pub struct Utf8Check {
    carry: Vec<u8>,
    broken: bool,
}

impl Utf8Check {
    /// Adds the next block; `false` once the bytes cannot be UTF-8.
    pub fn push(&mut self, block: &[u8]) -> bool {
        if self.broken {
            return false;
        }
        let joined;
        let bytes = if self.carry.is_empty() {
            block
        } else {
            joined = [self.carry.as_slice(), block].concat();
            joined.as_slice()
        };
        match simdutf8::compat::from_utf8(bytes) {
            Ok(_) => self.carry.clear(),
            Err(e) if e.error_len().is_none() => {
                self.carry = bytes.get(e.valid_up_to()..).unwrap_or_default().to_vec();
            }
            Err(_) => self.broken = true,
        }
        !self.broken
    }

    /// Whether all blocks together are UTF-8.
    #[must_use]
    pub fn finish(&self) -> bool {
        !self.broken && self.carry.is_empty()
    }
}

/// Decodes one whole block strictly into `out` (cleared first).
///
/// # Errors
/// The offset of the first byte that the encoding does not allow.
pub fn decode_strict(encoding: TextEncoding, block: &[u8], out: &mut String) -> Result<(), usize> {
    out.clear();
    let Some(table) = encoding.table() else { return Err(0) };
    let mut decoder = table.new_decoder_without_bom_handling();
    out.reserve(
        decoder.max_utf8_buffer_length_without_replacement(block.len()).unwrap_or(block.len() * 3 + 16),
    );
    match decoder.decode_to_string_without_replacement(block, out, true) {
        (DecoderResult::InputEmpty, _) => Ok(()),
        (DecoderResult::Malformed(bad, after), read) => {
            Err(read.saturating_sub(usize::from(bad) + usize::from(after)))
        }
        (DecoderResult::OutputFull, read) => Err(read),
    }
}

/// An unpaired surrogate or a cut unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotUtf16;

/// Streaming UTF-16 → UTF-8.
pub struct Utf16Decoder(encoding_rs::Decoder);

impl Utf16Decoder {
    /// For UTF-16LE or UTF-16BE; the byte order mark must already be consumed.
    #[must_use]
    pub fn new(encoding: TextEncoding) -> Self {
        let table =
            if encoding == TextEncoding::Utf16Be { encoding_rs::UTF_16BE } else { encoding_rs::UTF_16LE };
        Self(table.new_decoder_without_bom_handling())
    }

    /// Appends the text of `block` to `out`.
    ///
    /// # Errors
    /// [`NotUtf16`].
    pub fn push(&mut self, block: &[u8], last: bool, out: &mut Vec<u8>) -> Result<(), NotUtf16> {
        let mut text = String::new();
        text.reserve(
            self.0.max_utf8_buffer_length_without_replacement(block.len()).unwrap_or(block.len() * 3 + 16),
        );
        let (result, _) = self.0.decode_to_string_without_replacement(block, &mut text, last);
        out.extend_from_slice(text.as_bytes());
        if matches!(result, DecoderResult::InputEmpty) { Ok(()) } else { Err(NotUtf16) }
    }
}

/// Writes UTF-8 text in the output encoding, following a declared policy.
pub struct TextWriter {
    encoding: TextEncoding,
    policy: UnmappablePolicy,
    /// Characters written as 〓 or as a look-alike.
    pub replaced: u64,
}

impl TextWriter {
    /// A writer for one file.
    #[must_use]
    pub fn new(encoding: TextEncoding, policy: UnmappablePolicy) -> Self {
        Self { encoding, policy, replaced: 0 }
    }

    /// Whether text needs no encoding at all.
    #[must_use]
    pub fn is_utf8(&self) -> bool {
        self.encoding == TextEncoding::Utf8
    }

    /// The word for the encoding in messages.
    #[must_use]
    pub fn encoding_id(&self) -> &'static str {
        self.encoding.id()
    }

    /// Appends `text` to `out` in the output encoding.
    ///
    /// # Errors
    /// The character offset (in bytes of `text`) that cannot be written under the policy.
    pub fn encode(&mut self, text: &str, out: &mut Vec<u8>) -> Result<(), usize> {
        let Some(table) = self.encoding.table() else {
            match self.encoding {
                TextEncoding::Utf16Le => out.extend(text.encode_utf16().flat_map(u16::to_le_bytes)),
                TextEncoding::Utf16Be => out.extend(text.encode_utf16().flat_map(u16::to_be_bytes)),
                _ => out.extend_from_slice(text.as_bytes()),
            }
            return Ok(());
        };
        let mut encoder = table.new_encoder();
        let mut rest = text;
        loop {
            let room = encoder
                .max_buffer_length_from_utf8_without_replacement(rest.len())
                .unwrap_or(rest.len() * 2 + 16);
            let start = out.len();
            out.resize(start + room, 0);
            let free = out.get_mut(start..).unwrap_or_default();
            let (result, read, written) = encoder.encode_from_utf8_without_replacement(rest, free, true);
            out.truncate(start + written);
            match result {
                EncoderResult::InputEmpty => return Ok(()),
                EncoderResult::OutputFull => rest = rest.get(read..).unwrap_or_default(),
                EncoderResult::Unmappable(c) => {
                    let at = text.len() - rest.len() + read - c.len_utf8();
                    let substitute = self.substitute(c).ok_or(at)?;
                    self.replaced += 1;
                    let mut buffer = [0_u8; 8];
                    let (_, _, n) = encoder.encode_from_utf8_without_replacement(
                        substitute.encode_utf8(&mut [0_u8; 4]),
                        &mut buffer,
                        false,
                    );
                    out.extend_from_slice(buffer.get(..n).unwrap_or_default());
                    rest = rest.get(read..).unwrap_or_default();
                }
            }
        }
    }

    fn substitute(&self, c: char) -> Option<char> {
        match self.policy {
            UnmappablePolicy::Refuse => None,
            UnmappablePolicy::Geta => Some(fold(c).unwrap_or('〓')),
            UnmappablePolicy::Fold => fold(c),
        }
    }
}

/// Characters that exist twice in Unicode for one cell of the Japanese code pages.
fn fold(c: char) -> Option<char> {
    Some(match c {
        '\u{301C}' => '\u{FF5E}',
        '\u{2016}' => '\u{2225}',
        '\u{2014}' => '\u{2015}',
        '\u{2212}' => '\u{FF0D}',
        '\u{00A2}' => '\u{FFE0}',
        '\u{00A3}' => '\u{FFE1}',
        '\u{00AC}' => '\u{FFE2}',
        '\u{00A5}' => '\u{FFE5}',
        _ => return None,
    })
}

/// Whether every character of `text` can be written in the encoding as it is.
#[must_use]
pub fn is_encodable(encoding: TextEncoding, text: &str) -> bool {
    let mut out = Vec::new();
    TextWriter::new(encoding, UnmappablePolicy::Refuse).encode(text, &mut out).is_ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn detect(bytes: &[u8]) -> Detected {
        if let Some(e) = from_bom(bytes).or_else(|| from_nul_pattern(bytes)) {
            return Detected::Is(e);
        }
        let mut utf8 = Utf8Check::default();
        let mut legacy = LegacyDetector::default();
        for block in bytes.chunks(7) {
            utf8.push(block);
            legacy.push(block, false);
        }
        legacy.push(&[], true);
        if utf8.finish() { Detected::Is(TextEncoding::Utf8) } else { legacy.finish() }
    }

    #[test]
    fn utf8_and_cp932_are_told_apart() {
        let text = "住民ID,氏名\r\n1,髙﨑　𠮷太郎\r\n";
        assert_eq!(detect(text.as_bytes()), Detected::Is(TextEncoding::Utf8));
        let (cp932, _, bad) = SHIFT_JIS.encode("住民ID,氏名\r\n1,髙﨑太郎\r\n");
        assert!(!bad);
        assert_eq!(detect(&cp932), Detected::Is(TextEncoding::Cp932));
        assert_eq!(detect(b"a,b\n1,2\n"), Detected::Is(TextEncoding::Utf8));
        assert_eq!(detect(&[0xFF, 0x80, 0x20]), Detected::Invalid);
        let le: Vec<u8> = "id,name\n1,taro\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(detect(&le), Detected::Is(TextEncoding::Utf16Le));
    }

    #[test]
    fn euc_jp_is_never_silently_taken_for_cp932() {
        let (euc, _, bad) = EUC_JP.encode("住民番号,氏名\n1,山田太郎\n2,鈴木花子\n");
        assert!(!bad);
        assert_ne!(detect(&euc), Detected::Is(TextEncoding::Cp932));
    }

    #[test]
    fn decoding_reports_the_offset() {
        let mut out = String::new();
        assert_eq!(decode_strict(TextEncoding::Cp932, b"ab\x82\xa0\x82\x0a", &mut out), Err(4));
        decode_strict(TextEncoding::Cp932, b"ab\x82\xa0", &mut out).unwrap();
        assert_eq!(out, "abあ");
    }

    #[test]
    fn nothing_is_ever_written_as_a_character_reference() {
        for policy in [UnmappablePolicy::Geta, UnmappablePolicy::Fold, UnmappablePolicy::Refuse] {
            let mut out = Vec::new();
            let result = TextWriter::new(TextEncoding::Cp932, policy).encode("a〜𠮷z", &mut out);
            assert!(!out.windows(2).any(|w| w == b"&#"));
            assert_eq!(result.is_ok(), policy == UnmappablePolicy::Geta);
        }
        let mut out = Vec::new();
        let mut w = TextWriter::new(TextEncoding::Cp932, UnmappablePolicy::Geta);
        w.encode("a〜𠮷z", &mut out).unwrap();
        let mut back = String::new();
        decode_strict(TextEncoding::Cp932, &out, &mut back).unwrap();
        assert_eq!((back.as_str(), w.replaced), ("a～〓z", 2));
    }
}
