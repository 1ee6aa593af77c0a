//! The catalogue of diagnostic codes of `pia`.
//!
//! A code is stable for ever and never used for something else. What is said about it stands in
//! `i18n/{ja,en}.toml` under `code.<code>`; findings of rules are no diagnostics and have the id
//! of their rule instead.

use std::fmt;

use crate::error::Exit;

macro_rules! catalogue {
    ($($exit:ident { $($name:ident $number:literal $doc:literal)+ })+) => {
        /// What went wrong.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u16)]
        pub enum Code { $($(#[doc = $doc] $name = $number,)+)+ }

        /// Every code, in the order of the catalogue.
        pub const ALL: &[Code] = &[$($(Code::$name,)+)+];

        impl Code {
            /// The exit status of a command that ends with this code as an error.
            #[must_use]
            pub fn exit(self) -> Exit {
                match self { $($(Self::$name)|+ => Exit::$exit,)+ }
            }
        }
    };
}

catalogue! {
    Unusable {
        Syntax 101 "The file is not TOML."
        UnknownKey 102 "A key that the format does not know."
        MissingKey 103 "A key that must be there is not."
        WrongType 104 "A value of another type."
        BadWord 105 "A word that the vocabulary does not have."
        BadDate 106 "Not a day of the calendar."
        BadPeriod 107 "Not an ISO 8601 period."
        BadId 108 "Not an id."
        DuplicateId 109 "An id that stands twice."
        RetiredId 110 "An id that was given up is used again."
        UnknownReference 111 "A reference to nothing."
        WrongKind 112 "A reference to an object of another kind."
        Cycle 113 "References go round in a circle."
        ReverseMismatch 114 "The flow in the other direction does not point back, or does not lead back."
        SameCapacity 115 "A flow from a capacity to itself."
        OutOfOrder 116 "The end is before the beginning, or the upper limit below the lower."
        EmptyText 117 "A text that says nothing."
        TextTooLong 118 "A text over the limit."
        HiddenCharacter 119 "A text holds control or direction characters."
        BadPath 120 "A path that could lead out of the evidence folder."
        FileTooLarge 121 "A file over the limit."
        NotUtf8 122 "A file that is not UTF-8."
        SchemaVersion 123 "A version of the format that this program does not know."
        TooManyObjects 124 "More objects than a case may have."
        MissingFile 125 "A file that a case must have is not there."
        BadNumber 126 "A number outside its range."
        BadDigest 127 "Not a SHA-256 digest."
        UnknownItemCode 128 "A code that the item taxonomy does not have."
        ItemOfOtherDataset 129 "A flow carries an item of another dataset."
        MustBeKnown 130 "A key that must be stated says unknown."
        AboutNothing 131 "An answer or a document is about an id that the case does not have."
        AnswersTooLong 132 "All answers together are over the limit."
        AnswerShape 133 "An answer has neither a value nor a state, or both."
        ListedTwice 134 "The same entry twice in a list."
        BadCountry 135 "Not a country code."
        TooManyFaults 136 "More faults than are listed."
        DuplicateKey 137 "A key that stands twice."
        FolderUnreadable 140 "The case folder is not there or cannot be read."
        FileUnreadable 141 "A file cannot be read."
        LeadsOutside 142 "A link leads out of the case folder."
        NotRegular 143 "What should be a file is none."
        OutputExists 601 "The output exists and replacing it was not asked for."
        OutputForeign 602 "What stands in the way does not look like an output of this program."
    }
    Fault {
        OutputFailed 603 "Writing failed; nothing was published."
        OutputNotConfirmed 604 "The output is there and whole, but the disk has not confirmed it."
        OutputDisplaced 605 "Replacing stopped half-way; what stood there lies whole beside it."
    }
}

impl Code {
    /// The code with this text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let number: u16 = text.strip_prefix('P')?.parse().ok()?;
        ALL.iter().copied().find(|code| *code as u16 == number)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "P{:03}", *self as u16)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::words::{Lang, Words};

    /// docs/pia-codes.md in one language: every code with what the program says about it.
    fn page(lang: Lang) -> String {
        let words = Words::load(lang);
        let mut page = String::from("<!-- BLESS=1 cargo test -p pia --lib codes -->\n");
        page.push_str(&format!("# {}\n\n{}\n", words.ui("codes.title"), words.ui("codes.intro")));
        let mut group = None;
        for code in ALL {
            let hundred = *code as u16 / 100;
            if group != Some(hundred) {
                group = Some(hundred);
                page.push_str(&format!("\n## {}\n", words.ui(&format!("codes.group.P{hundred}"))));
            }
            let said = |part: &str| words.ui(&format!("code.{code}.{part}")).to_owned();
            page.push_str(&format!("\n### {code} {}\n\n", said("title")));
            for part in ["message", "help"] {
                page.push_str(&format!("- **{}**: {}\n", words.ui(&format!("codes.{part}")), said(part)));
            }
            let exit = (code.exit() as i32).to_string();
            page.push_str(&format!("- {}\n", words.fill("codes.exit", &[("exit", &exit)])));
        }
        page
    }

    #[test]
    fn the_pages_are_what_the_program_says() {
        for (path, lang) in [("docs/pia-codes.md", Lang::En), ("docs/ja/pia-codes.md", Lang::Ja)] {
            let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
            let wanted = page(lang);
            assert!(!wanted.contains("codes."), "{path}: a word is missing");
            if std::env::var_os("BLESS").is_some() {
                std::fs::write(&file, &wanted).unwrap();
            }
            let found = std::fs::read_to_string(&file).unwrap_or_default();
            assert_eq!(found, wanted, "{path}: BLESS=1 cargo test -p pia --lib codes");
        }
    }

    #[test]
    fn every_code_parses_back_and_is_spoken_of_in_both_languages() {
        for lang in [Lang::Ja, Lang::En] {
            let words = Words::load(lang);
            for code in ALL {
                assert_eq!(Code::parse(&code.to_string()).unwrap(), *code);
                for part in ["title", "message", "help"] {
                    let key = format!("code.{code}.{part}");
                    assert_ne!(words.ui(&key), key, "{}", lang.id());
                }
            }
        }
        assert_eq!(Code::parse("P999"), None);
    }
}
