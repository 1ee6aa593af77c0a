//! A citation in words: the place in its law, and the whole line.
//!
//! Why here: screens, SARIF and dossier must not differ in what counts as an article, nor in the
//! order of what is said. The words stay those of who prints: keys `cite.article`, `cite.paragraph`,
//! `cite.item`, `cite.line` and `cite.own` of the words that are given, and the names of law and force.

use super::Cite;
use crate::words::Words;

/// What the one who prints calls the parts of a citation that are ids.
pub struct Named<'a> {
    /// The law.
    pub law: &'a str,
    /// How binding the place is.
    pub force: &'a str,
    /// Said after the code of verification; empty: nothing.
    pub mark: &'a str,
}

/// "第27条第1項第2号".
#[must_use]
pub fn article(article: &str, paragraph: &str, item: &str, words: &Words) -> String {
    [("cite.article", article), ("cite.paragraph", paragraph), ("cite.item", item)]
        .into_iter()
        .filter(|(_, part)| !part.is_empty())
        .map(|(key, part)| words.fill(key, &[("n", part)]))
        .collect()
}

impl Cite {
    /// The place in the law; guidelines and contracts number their parts themselves: 10-3(2), 17(1)イ(ｱ).
    #[must_use]
    pub fn place(&self, words: &Words) -> String {
        if self.is_of_a_statute() {
            article(&self.article, &self.paragraph, &self.item, words)
        } else {
            format!("{}{}{}", self.article, self.paragraph, self.item)
        }
    }

    /// Law, place, force and how it was verified, in one line.
    #[must_use]
    pub fn line(&self, named: &Named<'_>, words: &Words) -> String {
        let place = self.place(words);
        // 「法第27条」, but 「ガイドライン 10-3」.
        let gap = if place.is_empty() || self.is_of_a_statute() { "" } else { " " };
        let law = format!("{}{gap}{place}", named.law);
        // What we or the city wish was not verified anywhere.
        let key = if self.is_of_a_source() { "cite.line" } else { "cite.own" };
        words.fill(
            key,
            &[("law", &law), ("force", named.force), ("verified", &self.verified), ("mark", named.mark)],
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Lang;

    #[test]
    fn statutes_are_cited_by_article_and_others_as_they_number_themselves() {
        let line = |force: &str, article: &str, item: &str| {
            let cite = Cite {
                law: "law".to_owned(),
                article: article.to_owned(),
                paragraph: String::new(),
                item: item.to_owned(),
                as_of: jiff::civil::Date::default(),
                verified: "V".to_owned(),
                force: force.to_owned(),
                note: None,
            };
            cite.line(&Named { law: "法", force: "義務", mark: "！" }, &Words::load(Lang::Ja))
        };
        assert_eq!(line("legal-duty", "27", "2"), "法第27条第2号（義務、照合 V！）");
        assert_eq!(line("guideline", "10-3", "(2)"), "法 10-3(2)（義務、照合 V！）");
        assert_eq!(line("contract", "", ""), "法（義務、照合 V！）");
    }
}
