//! Keys lead from table to table; times, ages and families fit.

use std::collections::{BTreeMap, BTreeSet};

use super::*;

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
    let (visits, transports) = (set(Table::Visits, "受診番号"), set(Table::Transports, "搬送番号"));
    for [visit, transport] in kept.columns(Table::Prescriptions, ["受診番号", "搬送番号"]) {
        assert!(visits.contains(visit) != transports.contains(transport));
        assert!(visit.is_empty() != transport.is_empty());
    }
    // Insurance keys are one person's; care numbers too; patients are known.
    let key = ["保険者番号", "記号", "番号", "枝番"];
    let insured: BTreeSet<_> = kept.columns(Table::Residents, key).into_iter().collect();
    assert_eq!(insured.len(), 3_000);
    for table in [Table::Visits, Table::Checkups] {
        assert!(kept.columns(table, key).iter().all(|k| insured.contains(k)), "{table:?}");
    }
    assert!(set(Table::Care, "介護被保険者番号").is_subset(&set(Table::Residents, "介護被保険者番号")));
    let patient = ["医療機関コード", "患者ID"];
    let patients = kept.columns(Table::Patients, patient);
    let known: BTreeSet<_> = patients.iter().collect();
    assert_eq!(known.len(), patients.len());
    assert!(kept.columns(Table::Visits, patient).iter().all(|p| known.contains(p)));
    // The answer of the linkage: patient → resident → insurance key is the visit's own.
    let by_id: BTreeMap<_, _> = kept
        .columns(Table::Residents, ["住民ID", "保険者番号", "記号", "番号", "枝番"])
        .into_iter()
        .map(|[id, a, b, c, d]| (id, [a, b, c, d]))
        .collect();
    let answer: BTreeMap<_, _> = kept
        .columns(Table::Patients, ["医療機関コード", "患者ID", "住民ID"])
        .into_iter()
        .map(|[at, patient, id]| ([at, patient], id))
        .collect();
    let visits =
        kept.columns(Table::Visits, ["医療機関コード", "患者ID", "保険者番号", "記号", "番号", "枝番"]);
    for [at, patient, a, b, c, d] in visits {
        assert_eq!(by_id[answer[&[at, patient]]], [a, b, c, d]);
    }
}

/// Rows come in the order of time, transports last at most two hours, nobody is carried unborn.
#[test]
fn times_are_plausible() {
    let kept = city(3_000, 6, Injections::NONE);
    for (table, column) in
        [(Table::Transports, "覚知日時"), (Table::Visits, "受診日"), (Table::Prescriptions, "処方日")]
    {
        assert!(kept.column(table, column).is_sorted(), "{column}");
    }
    let births: BTreeMap<_, _> =
        kept.columns(Table::Residents, ["住民ID", "生年月日"]).into_iter().map(|[a, b]| (a, b)).collect();
    for [id, called, arrived, age] in
        kept.columns(Table::Transports, ["住民ID", "覚知日時", "病着日時", "年齢"])
    {
        assert!(called < arrived);
        assert!(births[id] <= &called[..10]);
        let day = |text| calendar::parse_iso(text).unwrap();
        assert_eq!(calendar::age_on(day(births[id]), day(called)).to_string(), age);
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
    for [household, relation, name, town, nation] in
        kept.columns(Table::Residents, ["世帯番号", "続柄", "氏名", "町名", "国籍"])
    {
        let row = [relation, name.split('\u{3000}').next().unwrap(), town, nation];
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

#[test]
fn individual_numbers_are_never_valid() {
    let kept = city(5_000, 11, Injections::usual());
    let numbers = kept.column(Table::Residents, "個人番号").filter(|n| !n.is_empty());
    let mut count = 0;
    for number in numbers {
        assert_eq!(number.len(), 12);
        assert!(!crate::synth::check_digit::is_individual_number(number), "{number}");
        count += 1;
    }
    assert_eq!(count, 5_000);
}

/// The exchange of those carried is the same city, cut to them.
#[test]
fn carried_only() {
    let all = city(3_000, 5, Injections::NONE);
    let mut kept = Kept::default();
    let params = Params { injections: Injections::NONE, people: People::Carried, ..Params::new(3_000, 5) };
    generate(&params, &mut kept).unwrap();
    assert_eq!(kept.rows(Table::Transports), all.rows(Table::Transports), "the transports are all there");
    let ids: BTreeSet<&str> = kept.column(Table::Residents, "住民ID").collect();
    let carried: BTreeSet<&str> = kept.column(Table::Transports, "住民ID").collect();
    assert_eq!(ids, carried);
    let whole: BTreeSet<_> = all.rows(Table::Residents).iter().collect();
    assert!(kept.rows(Table::Residents).iter().all(|row| whole.contains(row)));
    for table in [Table::Prescriptions, Table::Patients] {
        let of_table: BTreeSet<&str> = kept.column(table, "住民ID").collect();
        assert!(!of_table.is_empty() && of_table.is_subset(&ids), "{table:?}");
    }
}
