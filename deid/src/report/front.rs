//! What other gates would cost, as one HTML page with a picture: for an officer who chooses k and the
//! limit of suppression before anything is published.
//!
//! Same shell and rules as [`super::html`]: nothing from outside, nothing that runs, no clock, no cell.
//! Deliberately absent: a recommendation.

use askama::Template;

use super::RenderError;
use super::format::{self, count, fraction, percent};
use super::front_chart::{Picture, Spot};
use super::words::Say;
use crate::words::Lang;

/// Everything that the page shows.
#[derive(Debug, Clone, PartialEq)]
pub struct FrontPage {
    /// Title of the recipe.
    pub title: String,
    /// Its id.
    pub recipe: String,
    /// SHA-256 of the recipe, hex.
    pub recipe_sha256: String,
    /// Program version.
    pub tool_version: String,
    /// Records of all tables together.
    pub rows: u64,
    /// The choices, mildest k first, then least suppression.
    pub choices: Vec<FrontRow>,
}

/// One gate and what it costs. All ratios are 0..=1.
#[derive(Debug, Clone, PartialEq)]
pub struct FrontRow {
    /// Least number of people in a class.
    pub k: u64,
    /// Largest share of records that may be suppressed, per table.
    pub limit: f64,
    /// The recipe's own gate.
    pub own: bool,
    /// Loss.
    pub loss: f64,
    /// How far it may be from the least; `None` where it is proven to be the least.
    pub gap: Option<f64>,
    /// Suppressed records, all tables.
    pub suppressed: u64,
    /// Their share.
    pub share: f64,
    /// Largest and mean risk of a published person; `None` where nothing is left.
    pub risk: (Option<f64>, Option<f64>),
}

/// The page in a language. The same input gives the same bytes.
///
/// # Errors
/// [`RenderError`] if the template fails.
pub fn render_front(page: &FrontPage, lang: Lang) -> Result<String, RenderError> {
    let say = Say::new(lang);
    let spot = |c: &FrontRow| Spot { k: c.k, share: c.share, loss: c.loss, own: c.own };
    let spots: Vec<Spot> = page.choices.iter().map(spot).collect();
    let own = page.choices.iter().find(|c| c.own);
    let gap = page
        .choices
        .iter()
        .filter_map(|c| c.gap)
        .fold(None, |most: Option<f64>, gap| Some(most.map_or(gap, |m| m.max(gap))));
    let view = View {
        lang: lang.id(),
        title: format::text(&page.title),
        own: own.map(|c| own_gate(c, page.rows, &say)),
        picture: Picture::new(&spots),
        described: described(page, &say),
        rows: page.choices.iter().map(|c| row(c, own, &say)).collect(),
        not_proven: gap.map(|gap| say.fill("report.front.not-proven", &[("gap", &fraction(gap))])),
        words: words(&say),
        page,
        say: &say,
    };
    view.render().map_err(|_| RenderError)
}

#[derive(Template)]
#[template(path = "front.html")]
struct View<'a> {
    say: &'a Say,
    page: &'a FrontPage,
    lang: &'static str,
    title: String,
    own: Option<String>,
    picture: Option<Picture>,
    described: String,
    rows: Vec<Row>,
    not_proven: Option<String>,
    /// Columns and what they mean.
    words: Vec<(String, String)>,
}

impl View<'_> {
    fn t<'b>(&'b self, key: &'b str) -> &'b str {
        self.say.t(key)
    }

    fn name(&self, raw: &str) -> String {
        format::name(raw)
    }
}

struct Row {
    k: String,
    own: bool,
    cells: [String; 6],
}

fn row(choice: &FrontRow, own: Option<&FrontRow>, say: &Say) -> Row {
    let risk = |risk: Option<f64>| risk.map_or_else(|| format::NONE.to_owned(), percent);
    let mark = if choice.gap.is_some() { " †" } else { "" };
    Row {
        k: count(choice.k),
        own: choice.own,
        cells: [
            percent(choice.limit),
            format!("{}{mark}", fraction(choice.loss)),
            own.map_or_else(|| format::NONE.to_owned(), |own| difference(choice.loss - own.loss)),
            say.fill(
                "report.front.records",
                &[("n", &count(choice.suppressed)), ("share", &percent(choice.share))],
            ),
            risk(choice.risk.0),
            risk(choice.risk.1),
        ],
    }
}

/// With its sign; `0` where four decimals show none.
fn difference(x: f64) -> String {
    let size = fraction(x.abs());
    match size.trim_matches(['0', '.']).is_empty() {
        true => "0".to_owned(),
        false if x < 0.0 => format!("-{size}"),
        false => format!("+{size}"),
    }
}

fn own_gate(own: &FrontRow, rows: u64, say: &Say) -> String {
    say.fill(
        "report.front.own",
        &[
            ("k", &count(own.k)),
            ("limit", &percent(own.limit)),
            ("loss", &fraction(own.loss)),
            ("suppressed", &count(own.suppressed)),
            ("rows", &count(rows)),
            ("share", &percent(own.share)),
        ],
    )
}

/// The picture in words, for who cannot see it.
fn described(page: &FrontPage, say: &Say) -> String {
    let mut ks: Vec<u64> = page.choices.iter().map(|c| c.k).collect();
    ks.sort_unstable();
    ks.dedup();
    let line = |k: u64| {
        let of_k: Vec<String> = page
            .choices
            .iter()
            .filter(|c| c.k == k)
            .map(|c| {
                let facts = [("share", percent(c.share)), ("loss", fraction(c.loss))];
                say.fill("report.front.spot", &facts.each_ref().map(|(key, text)| (*key, text.as_str())))
            })
            .collect();
        format!("k = {k}{}{}", say.t("report.colon"), of_k.join(say.t("report.comma")))
    };
    ks.into_iter().map(line).collect::<Vec<_>>().join("; ")
}

/// Columns of the table, with what each means and costs.
fn words(say: &Say) -> Vec<(String, String)> {
    [
        ("report.front.k", "report.front.k-means"),
        ("report.front.limit", "report.front.limit-means"),
        ("report.front.loss", "report.front.loss-means"),
        ("report.front.price", "report.front.price-means"),
        ("report.front.suppressed", "report.front.suppressed-means"),
        ("report.front.highest", "report.front.highest-means"),
        ("report.front.average", "report.front.average-means"),
    ]
    .map(|(word, meaning)| (say.t(word).to_owned(), say.t(meaning).to_owned()))
    .to_vec()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn sample() -> FrontPage {
        let row = |k, limit, loss, suppressed, own, gap| FrontRow {
            k,
            limit,
            own,
            loss,
            gap,
            suppressed,
            share: suppressed as f64 / 30_162.0,
            risk: (Some(1.0 / k as f64), Some(0.4 / k as f64)),
        };
        FrontPage {
            title: "救急搬送の<分析>用データ".to_owned(),
            recipe: "emergency-analysis".to_owned(),
            recipe_sha256: "ab".repeat(32),
            tool_version: "0.1.0".to_owned(),
            rows: 30_162,
            choices: vec![
                row(2, 0.0, 0.4, 0, false, None),
                row(2, 0.02, 0.17, 504, false, None),
                row(5, 0.0, 0.5422, 0, false, None),
                row(5, 0.02, 0.2465, 506, true, None),
                row(10, 0.02, 0.2771, 592, false, Some(0.0123)),
                row(100, 0.1, 0.3344, 2_900, false, None),
            ],
        }
    }

    /// Run with `BLESS=1` to accept the present page; look at it in a browser first.
    #[test]
    fn the_page_is_as_expected() {
        for (lang, name) in [(Lang::Ja, "front.html"), (Lang::En, "front.en.html")] {
            let path = format!("{}/src/report/expected/{name}", env!("CARGO_MANIFEST_DIR"));
            let page = render_front(&sample(), lang).unwrap();
            if std::env::var_os("BLESS").is_some() {
                std::fs::write(&path, &page).unwrap();
            }
            assert!(page == std::fs::read_to_string(&path).unwrap(), "{name} differs; BLESS=1 accepts it");
        }
    }

    #[test]
    fn nothing_comes_from_outside_and_every_word_is_there() {
        for lang in [Lang::Ja, Lang::En] {
            let page = render_front(&sample(), lang).unwrap();
            for forbidden in
                ["<script", "http:", "https:", "src=", "href=", "@import", "url(", "NaN", "report."]
            {
                assert!(!page.contains(forbidden), "{forbidden}");
            }
            assert!(page.contains("default-src 'none'") && !page.contains("<分析>"));
            assert_eq!(page.matches("<th ").count(), page.matches("<th scope=").count());
            assert_eq!(page.matches("<svg").count(), page.matches("<desc").count());
        }
    }

    #[test]
    fn a_price_has_its_sign() {
        assert_eq!([0.1234, -0.5, 0.000_01, -0.0].map(difference), ["+0.1234", "-0.5000", "0", "0"]);
    }
}
