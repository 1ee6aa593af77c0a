//! A report such as the emergency exchange gives: three tables, about 2,000 people, k = 5.
//!
//! Invented, but consistent with itself: risks and counts are computed from the class sizes.

use super::model::{
    AlternativeRow, ColumnRow, GateRow, NoteRow, Report, RiskRow, Search, SearchRow, TableRow,
};

/// Classes of sizes 5 and up that hold exactly `people` people.
fn sizes(people: u64, least: u64, classes: &[(u64, u64)]) -> Vec<(u64, u64)> {
    let mut out: Vec<(u64, u64)> = classes.to_vec();
    let held: u64 = out.iter().map(|(s, n)| s * n).sum();
    assert!(people >= held + least, "{people} people, {held} placed");
    let rest = people - held;
    match out.iter_mut().find(|(size, _)| *size == rest) {
        Some(one) => one.1 += 1,
        None => out.push((rest, 1)),
    }
    out.sort_unstable();
    out
}

fn risk(sizes: &[(u64, u64)]) -> RiskRow {
    let classes: u64 = sizes.iter().map(|s| s.1).sum();
    let people: u64 = sizes.iter().map(|s| s.0 * s.1).sum();
    let k = sizes.iter().map(|s| s.0).min().unwrap_or(1);
    let unique = sizes.iter().find(|s| s.0 == 1).map_or(0, |s| s.1);
    RiskRow {
        classes,
        k,
        average_class: people as f64 / classes as f64,
        highest: 1.0 / k as f64,
        average: classes as f64 / people as f64,
        unique,
        share_unique: unique as f64 / people as f64,
    }
}

struct Col(
    &'static str,
    &'static str,
    Option<(&'static str, &'static str, &'static str)>,
    Vec<(&'static str, &'static str)>,
);

fn column(col: Col, level: Option<(u8, u8)>, values: Option<(u64, u64)>, unique: Option<u64>) -> ColumnRow {
    ColumnRow {
        name: col.0.to_owned(),
        role: col.1.to_owned(),
        item: col.2.map(|(id, ja, en)| (id.to_owned(), ja.to_owned(), en.to_owned())),
        published: col.3.iter().all(|t| !t.0.starts_with("drop")),
        treatments: col.3.into_iter().map(|(t, p)| (t.to_owned(), p.to_owned())).collect(),
        level,
        at_level: Vec::new(),
        values,
        unique,
    }
}

const HEX: &str = "3f1a9c0be27d45866f90d1c2ab34e5f7081929a3b4c5d6e7f8091a2b3c4d5e6f";

fn table(name: &str, file: &str, format: &str) -> TableRow {
    TableRow {
        name: name.to_owned(),
        file: file.to_owned(),
        sha256: HEX.to_owned(),
        format: format.to_owned(),
        rows_in: 0,
        rows_out: 0,
        suppressed: 0,
        orphans: 0,
        people: (None, None),
        shuffled: true,
        recountable: true,
        before: None,
        after: None,
        sizes: Vec::new(),
        sensitive: Vec::new(),
        columns: Vec::new(),
        cells: [0; 4],
    }
}

fn persons() -> TableRow {
    let after = sizes(
        1_978,
        5,
        &[
            (5, 21),
            (6, 14),
            (7, 9),
            (8, 8),
            (11, 13),
            (14, 9),
            (19, 6),
            (27, 11),
            (36, 7),
            (48, 4),
            (63, 5),
            (88, 2),
        ],
    );
    let before = sizes(2_013, 2, &[(1, 1_702), (2, 109), (3, 26)]);
    TableRow {
        rows_in: 2_013,
        rows_out: 1_978,
        suppressed: 35,
        people: (Some(2_013), Some(1_978)),
        before: Some(risk(&before)),
        after: Some(risk(&after)),
        sizes: after,
        columns: vec![
            column(
                Col(
                    "宛名番号",
                    "link",
                    Some(("iN03", "宛名番号・住民コード（市内番号）", "Resident code of the city")),
                    vec![("pseudonym", "domain resident, form base32")],
                ),
                None,
                Some((2_013, 1_978)),
                None,
            ),
            column(
                Col(
                    "氏名",
                    "direct",
                    Some(("iP01", "氏名・旧氏・通称", "Name, former name, alias")),
                    vec![("drop", "")],
                ),
                None,
                None,
                None,
            ),
            column(
                Col(
                    "個人番号",
                    "drop",
                    Some(("iN01", "個人番号", "My Number (Individual Number)")),
                    vec![("drop", "")],
                ),
                None,
                None,
                None,
            ),
            column(
                Col(
                    "生年月日",
                    "quasi",
                    Some(("iP03", "生年月日", "Date of birth")),
                    vec![("generalize", "hierarchy birth")],
                ),
                Some((3, 4)),
                Some((1_846, 9)),
                None,
            ),
            column(
                Col("性別", "quasi", Some(("iP04", "性別", "Sex")), vec![("generalize", "hierarchy sex")]),
                Some((0, 1)),
                Some((2, 2)),
                None,
            ),
            column(
                Col(
                    "町名",
                    "quasi",
                    Some(("iP05", "住所（番地まで）", "Address down to the lot number")),
                    vec![("generalize", "hierarchy town")],
                ),
                Some((2, 3)),
                Some((211, 7)),
                None,
            ),
            column(
                Col(
                    "要介護度",
                    "sensitive",
                    Some(("iC01", "要介護度・認定日", "Care level and date of certification")),
                    vec![("suppress", "rarer-than 5"), ("keep", "")],
                ),
                None,
                Some((8, 7)),
                Some(0),
            ),
            column(
                Col(
                    "備考",
                    "text",
                    Some((
                        "iS01",
                        "問診・アンケート自由記述・相談記録",
                        "Free text of interviews and surveys",
                    )),
                    vec![("drop_text", "")],
                ),
                None,
                None,
                None,
            ),
        ],
        sensitive: vec![("要介護度".to_owned(), Some(3), Some(0.241_83), Some(0.238_2))],
        cells: [0, 3, 0, 0],
        ..table("persons", "persons.csv", "csv / cp932 / crlf")
    }
}

fn transports() -> TableRow {
    let after =
        sizes(2_290, 5, &[(5, 64), (6, 33), (7, 21), (9, 17), (12, 12), (15, 13), (22, 9), (31, 8), (52, 5)]);
    let before = sizes(3_088, 2, &[(1, 2_990), (2, 47)]);
    TableRow {
        rows_in: 3_107,
        rows_out: 2_961,
        suppressed: 146,
        orphans: 4,
        people: (Some(1_504), Some(1_433)),
        before: Some(risk(&before)),
        after: Some(risk(&after)),
        sizes: after,
        columns: vec![
            column(
                Col("事案番号", "link", None, vec![("pseudonym", "domain case, form base32")]),
                None,
                Some((3_107, 2_961)),
                None,
            ),
            column(
                Col(
                    "宛名番号",
                    "link",
                    Some(("iN03", "宛名番号・住民コード（市内番号）", "Resident code of the city")),
                    vec![("pseudonym", "domain resident, form base32")],
                ),
                None,
                Some((1_504, 1_433)),
                None,
            ),
            column(
                Col(
                    "覚知日時",
                    "quasi",
                    Some((
                        "iE01",
                        "救急: 覚知・出動・現着・病着時刻",
                        "Emergency: times of call, dispatch, arrival",
                    )),
                    vec![("date_shift", "max-days 14, min-days -14"), ("generalize", "hierarchy call")],
                ),
                Some((3, 5)),
                Some((3_089, 12)),
                None,
            ),
            column(
                Col(
                    "事故種別",
                    "sensitive",
                    Some((
                        "iE03",
                        "主訴・事故種別・JCS/GCS・バイタル・観察/処置",
                        "Complaint, kind of accident, consciousness, vital signs",
                    )),
                    vec![("keep", "")],
                ),
                None,
                Some((9, 9)),
                Some(2),
            ),
            column(
                Col(
                    "隊員氏名",
                    "direct",
                    Some(("iE07", "救急隊員・医師等 従事者氏名/ID", "Names and ids of staff")),
                    vec![("drop", "")],
                ),
                None,
                None,
                None,
            ),
        ],
        sensitive: vec![("事故種別".to_owned(), Some(2), Some(0.362_4), Some(0.358_77))],
        cells: [2, 0, 1, 0],
        ..table("transports", "transports.csv", "csv / utf-8 / lf")
    }
}

fn prescriptions() -> TableRow {
    TableRow {
        rows_in: 8_940,
        rows_out: 8_702,
        suppressed: 238,
        people: (Some(1_377), Some(1_341)),
        recountable: false,
        columns: vec![
            column(
                Col(
                    "宛名番号",
                    "link",
                    Some(("iN03", "宛名番号・住民コード（市内番号）", "Resident code of the city")),
                    vec![("pseudonym", "domain resident, form base32")],
                ),
                None,
                Some((1_377, 1_341)),
                None,
            ),
            column(
                Col(
                    "YJコード",
                    "sensitive",
                    Some((
                        "iM05",
                        "処方・調剤（YJ・HOT・レセ電コード、用法用量）",
                        "Prescribed and dispensed drugs, dosage",
                    )),
                    vec![("mask", "first 4")],
                ),
                None,
                Some((612, 118)),
                Some(7),
            ),
            column(Col("数量", "keep", None, vec![("top_code", "at 90")]), None, Some((64, 41)), Some(0)),
        ],
        ..table("prescriptions", "prescriptions.parquet", "parquet")
    }
}

/// The sample, made with the demo key.
pub(super) fn emergency() -> Report {
    let level = |t: &str, c: &str, l| (t.to_owned(), c.to_owned(), l);
    let alternative = |loss, suppressed, birth, sex, town, call| AlternativeRow {
        loss,
        suppressed,
        levels: vec![
            level("persons", "生年月日", birth),
            level("persons", "性別", sex),
            level("persons", "町名", town),
            level("transports", "覚知日時", call),
        ],
    };
    let note = |code: &str,
                severity: &str,
                place: &str,
                title: (&str, &str),
                text: (&str, &str),
                reason: Option<&str>| NoteRow {
        code: code.to_owned(),
        severity: severity.to_owned(),
        place: place.to_owned(),
        title: (title.0.to_owned(), title.1.to_owned()),
        text: (text.0.to_owned(), text.1.to_owned()),
        reason: reason.map(str::to_owned),
    };
    Report {
        title: "救急搬送・処方の分析用データ".to_owned(),
        recipe: "emergency-analysis".to_owned(),
        exchange: "emergency-2026".to_owned(),
        recipient: "univ-a".to_owned(),
        link_group: None,
        legal_form: "安全管理加工".to_owned(),
        run_time: "2026-11-22T04:05:06Z".to_owned(),
        tool_version: "0.1.0".to_owned(),
        recipe_sha256: HEX.to_owned(),
        signer: "signing-F34SW4C8M6NJZTSR".to_owned(),
        demo: true,
        one_time_signer: false,
        gate: Some(GateRow {
            k: 5,
            suppression: 0.05,
            l: vec![
                ("persons".to_owned(), "要介護度".to_owned(), 2),
                ("transports".to_owned(), "事故種別".to_owned(), 2),
            ],
            t: vec![("persons".to_owned(), "要介護度".to_owned(), 0.4)],
            t_reference: "input".to_owned(),
            models: Vec::new(),
        }),
        loss: Some(0.381_27),
        search: Search::Done(SearchRow {
            nodes: 240,
            checks: 61,
            proven: true,
            bound: 0.1932,
            gap: 0.0,
            by_time: false,
            by_argument: [
                ("checked", 58),
                ("narrowed", 24),
                ("few", 96),
                ("suppression", 40),
                ("bounded", 22),
            ]
            .map(|(id, n)| (id.to_owned(), n))
            .to_vec(),
        }),
        tables: vec![persons(), transports(), prescriptions()],
        joined: Some((1, 183)),
        alternatives: vec![
            alternative(0.402_2, 361, 2, 1, 2, 4),
            alternative(0.411_9, 352, 3, 0, 3, 2),
            alternative(0.437_5, 198, 3, 1, 2, 3),
        ],
        notes: vec![
            note(
                "D128",
                "warning",
                "transports",
                (
                    "入力の行数もダイジェストも書かれていません",
                    "Neither rows nor digest of the input are stated",
                ),
                (
                    "この表の行数（rows）もダイジェスト（sha256）も書かれていないため、途中で切れたファイルを見分けられません。",
                    "A file that was cut short could not be told apart.",
                ),
                None,
            ),
            note(
                "D408",
                "warning",
                "persons",
                (
                    "より多くを知る者には見分けられるおそれがあります",
                    "Someone who knows more may tell people apart",
                ),
                (
                    "ある人の記録をすべて知る者から見ると、見分けのつかない人の数は最も少ない場合で 1 人で、基準の 5 人を下回ります。",
                    "To someone who knows all records of a person, the least group has 1 person, below the 5 asked for.",
                ),
                Some("提供先は学内の隔離環境で扱い、他の記録と照合しないことを契約で定めたため。"),
            ),
            note(
                "DL201",
                "info",
                "",
                ("この写しは個人情報のままです", "This copy remains personal data"),
                (
                    "安全管理の一環として氏名等を削除しても、引き続き個人情報として取り扱います。",
                    "Removing names as a measure of safety leaves personal data, handled as such.",
                ),
                None,
            ),
        ],
        follows: None,
    }
}

/// As little as a report can hold: no table was counted, nothing was gated or searched.
pub(super) fn bare() -> Report {
    Report {
        gate: None,
        loss: None,
        search: Search::None,
        demo: false,
        joined: None,
        alternatives: Vec::new(),
        notes: Vec::new(),
        tables: vec![prescriptions()],
        follows: Some(HEX.to_owned()),
        link_group: Some("research".to_owned()),
        ..emergency()
    }
}
