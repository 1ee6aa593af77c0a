//! The page as a whole: expected bytes, hostile names, nothing from outside.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

use super::*;
use crate::report::sample;

const BOTH: [Lang; 2] = [Lang::Ja, Lang::En];

/// Run with `BLESS=1` to accept the present page; look at it in a browser first.
#[test]
fn the_page_is_as_expected() {
    for lang in BOTH {
        let path = format!("{}/src/report/expected/{}", env!("CARGO_MANIFEST_DIR"), file_name(lang));
        let page = render(&sample::emergency(), lang).unwrap();
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(&path, &page).unwrap();
        }
        let expected = std::fs::read_to_string(&path).unwrap();
        assert!(page == expected, "{} differs; BLESS=1 accepts it", file_name(lang));
    }
}

/// Every `report.` key of the files is used somewhere, so that no dead sentence is translated.
#[test]
fn no_key_is_left_over() {
    let folder = |path: &str| -> String {
        let files = std::fs::read_dir(format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap();
        let files = files.map(|f| f.unwrap().path()).filter(|p| p.is_file());
        files.map(|p| std::fs::read_to_string(p).unwrap()).collect()
    };
    let source = folder("src/report") + &folder("templates");
    // Looked up by id; the test of `words` covers roles, treatments and forms.
    let by_id = [
        "role.",
        "role-meaning.",
        "treatment.",
        "treatment-meaning.",
        "form.",
        "format.",
        "value.",
        "parameter.",
        "month.",
        "model.",
    ];
    let words = include_str!("../../i18n/ja.toml");
    let keys = words.lines().filter_map(|l| l.strip_prefix("\"report.")?.split('"').next());
    let dead: Vec<&str> = keys
        .filter(|k| !by_id.iter().any(|p| k.starts_with(p)) && !source.contains(&format!("\"report.{k}\"")))
        .collect();
    assert!(dead.is_empty(), "{dead:?}");
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    for lang in BOTH {
        assert_eq!(render(&sample::emergency(), lang), render(&sample::emergency(), lang));
    }
}

#[test]
fn nothing_comes_from_outside_and_nothing_runs() {
    for lang in BOTH {
        let page = render(&sample::emergency(), lang).unwrap();
        for forbidden in [
            "<script",
            "http:",
            "https:",
            "src=",
            "@import",
            "<link",
            "<iframe",
            "<object",
            "javascript:",
            "onload",
        ] {
            assert!(!page.contains(forbidden), "{forbidden}");
        }
        assert!(page.contains("default-src 'none'"));
        let links: Vec<&str> = page
            .split("href=\"")
            .skip(1)
            .filter_map(|p| p.split('"').next())
            .filter(|l| !l.starts_with('#'))
            .collect();
        assert_eq!(links, [file_name(if lang == Lang::Ja { Lang::En } else { Lang::Ja })]);
        // url() only ever names a pattern of the page itself.
        assert_eq!(page.matches("url(").count(), page.matches("url(#").count());
    }
}

#[test]
fn every_word_is_there() {
    for lang in BOTH {
        for report in [sample::emergency(), sample::bare()] {
            let page = render(&report, lang).unwrap();
            let keys: Vec<&str> = page
                .split("report.")
                .skip(1)
                .filter(|rest| !rest.starts_with("html") && !rest.starts_with("en.html"))
                .collect();
            assert!(
                keys.is_empty(),
                "{:?}",
                keys.iter().map(|k| k.chars().take(30).collect::<String>()).collect::<Vec<_>>()
            );
            assert!(!page.contains("NaN"));
        }
    }
}

/// One file to look at how little a report can hold: `REPORT_BARE=/tmp/bare.html`.
#[test]
fn a_bare_report_says_what_is_missing() {
    for lang in BOTH {
        let say = Say::new(lang);
        let page = render(&sample::bare(), lang).unwrap();
        for key in [
            "report.summary.no-gate",
            "report.risk.not-counted",
            "report.search.none",
            "report.joined.unknown",
            "report.notes.none",
        ] {
            assert!(page.contains(say.t(key)), "{key}");
        }
        assert!(!page.contains("<svg"));
        if let Some(path) = std::env::var_os("REPORT_BARE") {
            std::fs::write(path, &page).unwrap();
        }
    }
}

#[test]
fn headings_are_in_order_and_header_cells_have_a_scope() {
    for lang in BOTH {
        let page = render(&sample::emergency(), lang).unwrap();
        let levels: Vec<u32> =
            page.split("<h").skip(1).filter_map(|p| p.chars().next()?.to_digit(10)).collect();
        assert_eq!(levels.iter().filter(|l| **l == 1).count(), 1);
        assert!(levels.windows(2).all(|w| w[1] <= w[0] + 1), "{levels:?}");
        assert_eq!(page.matches("<th ").count(), page.matches("<th scope=").count());
        assert_eq!(page.matches("<th>").count(), 0);
        assert_eq!(page.matches("<table").count(), page.matches("<caption").count());
        assert_eq!(page.matches("<svg").count(), page.matches("<desc").count());
        assert!(page.contains(&format!("<html lang=\"{}\"", lang.id())));
    }
}

#[test]
fn hostile_names_do_nothing() {
    let evil = "<script>alert(1)</script>\"'&\u{202E}\u{0}";
    let mut report = sample::emergency();
    report.title = evil.to_owned();
    report.recipe = evil.to_owned();
    report.exchange = evil.to_owned();
    report.recipient = evil.to_owned();
    report.link_group = Some(evil.to_owned());
    report.legal_form = evil.to_owned();
    report.run_time = evil.to_owned();
    report.tool_version = evil.to_owned();
    report.signer = evil.to_owned();
    report.follows = Some(evil.to_owned());
    for table in &mut report.tables {
        table.name = evil.to_owned();
        table.file = evil.to_owned();
        table.format = evil.to_owned();
        table.sha256 = evil.to_owned();
        for column in &mut table.columns {
            column.name = evil.to_owned();
            column.role = evil.to_owned();
            column.item = Some((evil.to_owned(), evil.to_owned(), evil.to_owned()));
            column.treatments = vec![(evil.to_owned(), format!("domain {evil}, {evil}"))];
        }
    }
    for note in &mut report.notes {
        note.code = evil.to_owned();
        note.place = evil.to_owned();
        note.reason = Some(evil.to_owned());
        note.title = (evil.to_owned(), evil.to_owned());
        note.text = (evil.to_owned(), evil.to_owned());
    }
    let tags = |page: &str| page.matches("<script").count() + page.matches("alert(1)</").count();
    for lang in BOTH {
        let page = render(&report, lang).unwrap();
        assert_eq!(tags(&page), 0);
        assert!(page.contains("&#60;script&#62;"));
        assert!(page.contains("&#60;U+202E&#62;&#60;U+0000&#62;"));
        assert!(!page.contains('\u{202E}') && !page.contains('\u{0}'));
    }
}

#[test]
fn a_demo_is_stamped_and_a_one_time_signer_is_named() {
    for lang in BOTH {
        let mut report = sample::emergency();
        let demo = render(&report, lang).unwrap();
        assert!(demo.contains("class=\"demo\"") && demo.contains("content: \"DEMO"));
        report.demo = false;
        report.one_time_signer = true;
        let real = render(&report, lang).unwrap();
        assert!(!real.contains("DEMO"));
        assert!(real.contains(Say::new(lang).t("report.one-time.text")));
    }
}
