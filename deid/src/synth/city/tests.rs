//! The city as a whole: the same bytes again, marginals, keys, faults that match their truth.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    clippy::expect_used,
    reason = "tests"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

use super::*;

/// Keeps everything, with each truth as its cells and place.
#[derive(Default, PartialEq)]
struct Kept {
    tables: [Vec<Vec<String>>; 7],
    truths: Vec<(usize, usize, usize, Told)>,
}

#[derive(Clone, Debug, PartialEq)]
struct Told {
    kind: &'static str,
    span: Option<(u32, u32)>,
    clean: String,
    written: String,
}

impl Sink for Kept {
    type Error = Infallible;

    fn row(&mut self, table: Table, record: u64, cells: &[String]) -> Result<(), Infallible> {
        assert_eq!(cells.len(), table.info().columns.len(), "{table:?}");
        let rows = &mut self.tables[table.place()];
        rows.push(cells.to_vec());
        assert_eq!(rows.len() as u64, record);
        Ok(())
    }

    fn truth(&mut self, truth: &Truth<'_>) -> Result<(), Infallible> {
        let told = Told {
            kind: truth.kind,
            span: truth.span,
            clean: truth.clean.to_owned(),
            written: truth.written.to_owned(),
        };
        let column = truth
            .table
            .info()
            .header()
            .position(|name| name == truth.column);
        let place = (
            truth.table.place(),
            usize::try_from(truth.record).unwrap() - 1,
        );
        self.truths.push((place.0, place.1, column.unwrap(), told));
        Ok(())
    }
}

fn city(residents: u32, seed: u64, injections: Injections) -> Kept {
    let mut kept = Kept::default();
    let params = Params {
        injections,
        ..Params::new(residents, seed)
    };
    let summary = generate(&params, &mut kept).unwrap();
    let rows: Vec<u64> = kept.tables.iter().map(|rows| rows.len() as u64).collect();
    assert_eq!(summary.rows, rows);
    kept
}

impl Kept {
    fn rows(&self, table: Table) -> &[Vec<String>] {
        &self.tables[table.place()]
    }

    /// The cells of a column.
    fn column(&self, table: Table, name: &str) -> impl Iterator<Item = &str> {
        let at = table.info().header().position(|n| n == name).expect(name);
        self.rows(table).iter().map(move |row| row[at].as_str())
    }

    fn columns<const N: usize>(&self, table: Table, names: [&str; N]) -> Vec<[&str; N]> {
        let at = names.map(|name| table.info().header().position(|n| n == name).expect(name));
        self.rows(table)
            .iter()
            .map(|row| at.map(|i| row[i].as_str()))
            .collect()
    }

    /// Cells of a column that satisfy a test, in ten-thousandths.
    fn share(&self, table: Table, name: &str, test: impl Fn(&str) -> bool) -> usize {
        let hits = self.column(table, name).filter(|cell| test(cell)).count();
        hits * 10_000 / self.rows(table).len().max(1)
    }

    fn ages(&self) -> Vec<i32> {
        let as_of = calendar::day(2025, 10, 1);
        let birth = |text| calendar::parse_iso(text).unwrap();
        let births = self.column(Table::Residents, "生年月日");
        births
            .map(|text| calendar::age_on(birth(text), as_of))
            .collect()
    }
}

fn near(got: usize, expected: usize, tolerance: usize) {
    assert!(
        got.abs_diff(expected) <= tolerance,
        "{got}, expected {expected} ± {tolerance}"
    );
}

#[test]
fn same_seed_same_city() {
    let usual = Injections::usual();
    assert!(city(400, 7, usual) == city(400, 7, usual));
    assert!(city(400, 7, usual) != city(400, 8, usual));
    // Pinned bytes: whatever changes them changes every fixture, and must say so.
    let digest = |kept: &Kept| {
        use sha2::Digest as _;
        let mut hash = sha2::Sha256::new();
        for cell in kept.tables.iter().flatten().flatten() {
            hash.update(cell.as_bytes());
            hash.update(b"\n");
        }
        let digest = hash.finalize();
        format!(
            "{:02x}{:02x}{:02x}{:02x}",
            digest[0], digest[1], digest[2], digest[3]
        )
    };
    let clean = digest(&city(400, 7, Injections::NONE));
    assert_eq!(
        [clean, digest(&city(400, 7, usual))],
        ["537d1c32", "ca463f62"]
    );
}

#[test]
fn parameters_out_of_range() {
    let mut kept = Kept::default();
    let few = generate(&Params::new(49, 1), &mut kept);
    assert_eq!(few, Err(GenerateError::City(CityError::Residents)));
    let early = Params {
        as_of: jiff::civil::date(1999, 1, 1),
        ..Params::new(100, 1)
    };
    assert_eq!(
        generate(&early, &mut kept),
        Err(GenerateError::City(CityError::AsOf))
    );
    assert!(kept.tables.iter().all(Vec::is_empty));
}

#[test]
fn smallest_cities_are_whole() {
    for seed in 0..20 {
        let kept = city(50, seed, Injections::usual());
        assert!(kept.rows(Table::Residents).len() >= 50);
        assert!(!kept.rows(Table::Transports).is_empty(), "{seed}");
    }
}

/// The sink's error stops the city.
#[test]
fn sink_can_stop() {
    struct Full(u32);
    impl Sink for Full {
        type Error = &'static str;
        fn row(&mut self, _: Table, _: u64, _: &[String]) -> Result<(), &'static str> {
            self.0 += 1;
            if self.0 == 10 { Err("full") } else { Ok(()) }
        }
        fn truth(&mut self, _: &Truth<'_>) -> Result<(), &'static str> {
            Ok(())
        }
    }
    let mut full = Full(0);
    let stopped = generate(&Params::new(100, 1), &mut full);
    assert_eq!(stopped, Err(GenerateError::Sink("full")));
    assert_eq!(full.0, 10);
}

#[test]
fn marginals_of_fifty_thousand() {
    let kept = city(50_000, 1, Injections::NONE);
    let ages = kept.ages();
    assert_eq!(ages.len(), 50_000);
    near(ages.iter().filter(|a| **a >= 65).count(), 10_050, 60);
    near(ages.iter().filter(|a| **a < 15).count(), 7_250, 60);
    near(
        kept.share(Table::Residents, "性別", |s| s == "女"),
        4_890,
        150,
    );
    near(
        kept.share(Table::Residents, "国籍", |n| n != "日本"),
        500,
        120,
    );
    // One transport for 19 residents; shares of the fire agency, in 2,631 transports.
    let carried = kept.rows(Table::Transports).len();
    near(carried, 50_000 / 19, 3);
    for (column, value, share, tolerance) in [
        ("年齢区分", "高齢者", 6_160, 300),
        ("年齢区分", "成人", 2_960, 280),
        ("年齢区分", "乳幼児", 510, 140),
        ("傷病程度", "軽症", 4_850, 320),
        ("傷病程度", "中等症", 4_290, 320),
        ("傷病程度", "重症", 730, 160),
        ("事故種別", "急病", 6_770, 300),
        ("事故種別", "一般負傷", 1_600, 230),
        ("事故種別", "転院搬送", 830, 170),
        ("事故種別", "交通事故", 540, 140),
    ] {
        near(
            kept.share(Table::Transports, column, |v| v == value),
            share,
            tolerance,
        );
    }
    let of_85 = |age: &str| age.parse::<i32>().unwrap() >= 85;
    near(kept.share(Table::Transports, "年齢", of_85), 2_420, 260);
    // Care: nobody under 40; published shares of the levels, men and women together.
    let care = kept.rows(Table::Care).len();
    near(care * 1_000 / 10_050, 190, 40);
    near(
        kept.share(Table::Care, "要介護度", |l| l == "要介護1"),
        2_090,
        250,
    );
    near(
        kept.share(Table::Care, "要介護度", |l| l == "要介護5"),
        840,
        180,
    );
    // Checkups: 58.1 % of 40–74; the syndrome and its first stage by sex; drugs.
    let invited = ages.iter().filter(|a| (40..=74).contains(*a)).count();
    near(
        kept.rows(Table::Checkups).len() * 10_000 / invited,
        5_810,
        110,
    );
    let judged = kept.columns(
        Table::Checkups,
        ["性別", "メタボ判定_9N501000000000011", "服薬"],
    );
    for (sex, share) in [("男", 4_240), ("女", 1_290)] {
        let of_sex: Vec<_> = judged.iter().filter(|row| row[0] == sex).collect();
        let hits = of_sex.iter().filter(|row| row[1] != "非該当").count();
        near(hits * 10_000 / of_sex.len(), share, 160);
    }
    near(
        kept.share(Table::Checkups, "服薬", |d| d == "あり"),
        3_070,
        160,
    );
    // Assumed: some six visits and seven drugs a year.
    near(kept.rows(Table::Visits).len() * 100 / 50_000, 590, 40);
    let drugs = kept.rows(Table::Prescriptions).len() * 100 / 50_000;
    assert!((550..900).contains(&drugs), "{drugs}");
}

#[test]
fn keys_lead_somewhere() {
    let kept = city(3_000, 5, Injections::NONE);
    let set = |table, name| -> BTreeSet<&str> { kept.column(table, name).collect() };
    let residents = set(Table::Residents, "住民ID");
    assert_eq!(residents.len(), 3_000);
    for table in [Table::Transports, Table::Prescriptions, Table::Patients] {
        assert!(set(table, "住民ID").is_subset(&residents), "{table:?}");
    }
    for (table, key) in [
        (Table::Transports, "搬送番号"),
        (Table::Visits, "受診番号"),
        (Table::Prescriptions, "処方番号"),
        (Table::Checkups, "健診番号"),
        (Table::Care, "介護被保険者番号"),
        (Table::Residents, "個人番号"),
    ] {
        assert_eq!(set(table, key).len(), kept.rows(table).len(), "{key}");
    }
    // A prescription follows either a visit or a transport.
    let (visits, transports) = (
        set(Table::Visits, "受診番号"),
        set(Table::Transports, "搬送番号"),
    );
    for [visit, transport] in kept.columns(Table::Prescriptions, ["受診番号", "搬送番号"]) {
        assert!(visits.contains(visit) != transports.contains(transport));
        assert!(visit.is_empty() != transport.is_empty());
    }
    // Insurance keys are one person's; care numbers too; patients are known.
    let key = ["保険者番号", "記号", "番号", "枝番"];
    let insured: BTreeSet<_> = kept.columns(Table::Residents, key).into_iter().collect();
    assert_eq!(insured.len(), 3_000);
    for table in [Table::Visits, Table::Checkups] {
        assert!(
            kept.columns(table, key).iter().all(|k| insured.contains(k)),
            "{table:?}"
        );
    }
    assert!(
        set(Table::Care, "介護被保険者番号").is_subset(&set(Table::Residents, "介護被保険者番号"))
    );
    let patient = ["医療機関コード", "患者ID"];
    let patients = kept.columns(Table::Patients, patient);
    let known: BTreeSet<_> = patients.iter().collect();
    assert_eq!(known.len(), patients.len());
    assert!(
        kept.columns(Table::Visits, patient)
            .iter()
            .all(|p| known.contains(p))
    );
    // The answer of the linkage: patient → resident → insurance key is the visit's own.
    let by_id: BTreeMap<_, _> = kept
        .columns(
            Table::Residents,
            ["住民ID", "保険者番号", "記号", "番号", "枝番"],
        )
        .into_iter()
        .map(|[id, a, b, c, d]| (id, [a, b, c, d]))
        .collect();
    let answer: BTreeMap<_, _> = kept
        .columns(Table::Patients, ["医療機関コード", "患者ID", "住民ID"])
        .into_iter()
        .map(|[at, patient, id]| ([at, patient], id))
        .collect();
    let visits = kept.columns(
        Table::Visits,
        [
            "医療機関コード",
            "患者ID",
            "保険者番号",
            "記号",
            "番号",
            "枝番",
        ],
    );
    for [at, patient, a, b, c, d] in visits {
        assert_eq!(by_id[answer[&[at, patient]]], [a, b, c, d]);
    }
}

/// Rows come in the order of time, transports last at most two hours, nobody is carried unborn.
#[test]
fn times_are_plausible() {
    let kept = city(3_000, 6, Injections::NONE);
    for (table, column) in [
        (Table::Transports, "覚知日時"),
        (Table::Visits, "受診日"),
        (Table::Prescriptions, "処方日"),
    ] {
        assert!(kept.column(table, column).is_sorted(), "{column}");
    }
    let births: BTreeMap<_, _> = kept
        .columns(Table::Residents, ["住民ID", "生年月日"])
        .into_iter()
        .map(|[a, b]| (a, b))
        .collect();
    for [id, called, arrived, age] in kept.columns(
        Table::Transports,
        ["住民ID", "覚知日時", "病着日時", "年齢"],
    ) {
        assert!(called < arrived);
        assert!(births[id] <= &called[..10]);
        let day = |text| calendar::parse_iso(text).unwrap();
        assert_eq!(
            calendar::age_on(day(births[id]), day(called)).to_string(),
            age
        );
    }
    for [id, day] in kept.columns(Table::Prescriptions, ["住民ID", "処方日"]) {
        assert!(births[id] <= day);
    }
    for [from, to] in kept.columns(Table::Care, ["認定日", "有効期限"]) {
        assert!(from < "2025-10-01" && to >= "2025-10-01", "{from} {to}");
    }
}

#[test]
fn families_share_a_name_and_a_town() {
    let kept = city(3_000, 2, Injections::NONE);
    let mut households: BTreeMap<&str, Vec<[&str; 4]>> = BTreeMap::new();
    for [household, relation, name, town, nation] in kept.columns(
        Table::Residents,
        ["世帯番号", "続柄", "氏名", "町名", "国籍"],
    ) {
        let row = [
            relation,
            name.split('\u{3000}').next().unwrap(),
            town,
            nation,
        ];
        households.entry(household).or_default().push(row);
    }
    for members in households.values() {
        let head = members[0];
        assert_eq!(head[0], "世帯主");
        for member in members {
            assert_eq!([member[2], member[3]], [head[2], head[3]]);
            if !member[0].starts_with("妻の") && head[3] == "日本" {
                assert_eq!(member[1], head[1], "{members:?}");
            }
        }
    }
}

/// Every struck cell is told, every told cell is struck, and undoing the faults gives the clean
/// city again.
#[test]
fn faults_match_their_truth() {
    let many = Fault::ALL
        .into_iter()
        .fold(Injections::NONE, |all, fault| all.with(fault, 30_000));
    let clean = city(600, 3, Injections::NONE);
    let mut struck = city(600, 3, many);
    let mut kinds = BTreeSet::new();
    for (table, record, column, told) in std::mem::take(&mut struck.truths) {
        kinds.insert(told.kind);
        let cell = &mut struck.tables[table][record][column];
        match told.span {
            Some((from, to)) => {
                let inside: String = cell
                    .chars()
                    .skip(from as usize)
                    .take((to - from) as usize)
                    .collect();
                assert_eq!(inside, told.clean);
            }
            None if told.kind.starts_with("planted_") => assert!(!told.clean.is_empty()),
            // A reference may have been struck after it was made.
            None if told.kind == "duplicate_reference" => cell.clone_from(&told.clean),
            None if table == 0 && record >= 600 => assert_eq!(*cell, told.written),
            None => {
                assert_eq!(*cell, told.written, "{}", told.kind);
                assert_ne!(told.clean, told.written);
                cell.clone_from(&told.clean);
            }
        }
    }
    for fault in Fault::ALL {
        assert!(kinds.contains(fault.code()), "{}", fault.code());
    }
    let twice = struck.tables[0].split_off(600);
    assert!(!twice.is_empty());
    for (table, (a, b)) in struck.tables.iter().zip(&clean.tables).enumerate() {
        assert!(a == b, "table {table}");
    }
    // A second registration has its own id and the birth date and town of the first.
    let births: BTreeSet<_> = clean
        .columns(Table::Residents, ["生年月日", "町名"])
        .into_iter()
        .collect();
    assert!(
        twice
            .iter()
            .all(|row| births.contains(&[row[5].as_str(), row[9].as_str()]))
    );
}

/// One fault alone strikes as often as it is asked to, and nothing else happens.
#[test]
fn faults_come_one_by_one() {
    for fault in Fault::ALL {
        let kept = city(600, 3, Injections::NONE.with(fault, 100_000));
        let is_fault = |kind: &str| !kind.starts_with("planted_") && !kind.starts_with("span_");
        let told = kept
            .truths
            .iter()
            .map(|t| t.3.kind)
            .filter(|kind| is_fault(kind));
        let other = |kind: &&str| *kind != fault.code() && !kind.starts_with("duplicate_");
        let told: Vec<_> = told.collect();
        assert!(!told.is_empty(), "{fault:?}");
        assert_eq!(told.iter().filter(|k| other(k)).count(), 0, "{fault:?}");
    }
    let kept = city(3_000, 3, Injections::NONE.with(Fault::Blank, 100_000));
    near(
        kept.share(Table::Residents, "氏名カナ", |k| {
            !k.contains('\u{3000}') || k == "\u{3000}"
        }),
        1_000,
        180,
    );
}

/// All cells fit CP932 but those struck by variants and private-use characters.
#[test]
fn cells_fit_cp932() {
    let kept = city(2_000, 4, Injections::usual());
    let told: BTreeSet<_> = kept
        .truths
        .iter()
        .filter(|t| ["variant_kanji", "gaiji", "duplicate_spelling"].contains(&t.3.kind))
        .map(|(table, record, column, _)| (*table, *record, *column))
        .collect();
    let mut beyond = 0;
    for (table, rows) in kept.tables.iter().enumerate() {
        for (record, row) in rows.iter().enumerate() {
            for (column, cell) in row.iter().enumerate() {
                if encoding_rs::SHIFT_JIS.encode(cell).2 {
                    assert!(told.contains(&(table, record, column)), "{cell}");
                    beyond += 1;
                }
            }
        }
    }
    assert!(beyond > 0);
}

#[test]
fn planted_risks_are_alone() {
    let kept = city(10_000, 8, Injections::NONE);
    let planted = |kind: &str| -> Vec<&(usize, usize, usize, Told)> {
        kept.truths.iter().filter(|t| t.3.kind == kind).collect()
    };
    // Nobody but the planted is 97 or older, and no two of them live in one town.
    let ages = kept.ages();
    let towns: Vec<&str> = kept.column(Table::Residents, "町名").collect();
    let old: BTreeSet<usize> = (0..ages.len()).filter(|i| ages[*i] >= 97).collect();
    let told: BTreeSet<usize> = planted("planted_rare_age").iter().map(|t| t.1).collect();
    assert_eq!(old, told);
    assert_eq!(old.len(), 4);
    let of_old: BTreeSet<&str> = old.iter().map(|i| towns[*i]).collect();
    assert_eq!(of_old.len(), old.len());
    // Values that stand once in their column.
    for (kind, table, column, count) in [
        ("planted_single_nationality", Table::Residents, "国籍", 3),
        ("planted_unique_icd", Table::Visits, "主傷病コード", 4),
    ] {
        let told = planted(kind);
        assert_eq!(told.len(), count, "{kind}");
        for truth in told {
            let same = kept
                .column(table, column)
                .filter(|cell| *cell == truth.3.clean);
            assert_eq!(same.count(), 1, "{kind}");
        }
    }
    let hour = &planted("planted_unique_hour")[0].3.clean;
    let same = kept
        .column(Table::Transports, "覚知日時")
        .filter(|t| t[..13] == hour[..13]);
    assert_eq!(same.count(), 1);
    let long = &planted("planted_unique_duration")[0];
    assert_eq!(kept.tables[long.0][long.1][long.2], long.3.written);
    let minutes = |text: &str| {
        let day = calendar::parse_iso(text).unwrap();
        day * 1_440 + text[11..13].parse::<i32>().unwrap() * 60 + text[14..].parse::<i32>().unwrap()
    };
    let times = kept.columns(Table::Transports, ["覚知日時", "病着日時"]);
    let longer = times.iter().filter(|[a, b]| minutes(b) - minutes(a) > 120);
    assert_eq!(longer.count(), 1);
}

#[test]
fn individual_numbers_are_never_valid() {
    let kept = city(5_000, 11, Injections::usual());
    let numbers = kept
        .column(Table::Residents, "個人番号")
        .filter(|n| !n.is_empty());
    let mut count = 0;
    for number in numbers {
        assert_eq!(number.len(), 12);
        assert!(
            !crate::synth::check_digit::is_individual_number(number),
            "{number}"
        );
        count += 1;
    }
    assert_eq!(count, 5_000);
}

/// Spans of notes cover every name and phone number that stands in them.
#[test]
fn notes_tell_all_their_names() {
    let kept = city(5_000, 12, Injections::NONE);
    let mut spans: BTreeMap<usize, usize> = BTreeMap::new();
    for (_, record, _, _) in kept.truths.iter().filter(|t| t.3.kind == "span_phone") {
        *spans.entry(*record).or_default() += 1;
    }
    let mut notes = 0;
    for (record, note) in kept.column(Table::Transports, "概要").enumerate() {
        assert!(!note.contains(['{', '}']), "{note}");
        let phones = ["029-0", "090-0", "070-0"].map(|p| note.matches(p).count());
        let told = spans.get(&record).copied().unwrap_or(0);
        assert_eq!(phones.iter().sum::<usize>(), told, "{note}");
        notes += told;
    }
    assert!(notes > 50);
}
