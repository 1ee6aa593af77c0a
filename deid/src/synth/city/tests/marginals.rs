//! Published shares come out, and planted risks stand alone.

use std::collections::BTreeSet;

use super::*;

#[test]
fn marginals_of_fifty_thousand() {
    let kept = city(50_000, 1, Injections::NONE);
    let ages = kept.ages();
    assert_eq!(ages.len(), 50_000);
    near(ages.iter().filter(|a| **a >= 65).count(), 10_050, 60);
    near(ages.iter().filter(|a| **a < 15).count(), 7_250, 60);
    near(kept.share(Table::Residents, "性別", |s| s == "女"), 4_890, 150);
    near(kept.share(Table::Residents, "国籍", |n| n != "日本"), 500, 120);
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
        near(kept.share(Table::Transports, column, |v| v == value), share, tolerance);
    }
    let of_85 = |age: &str| age.parse::<i32>().unwrap() >= 85;
    near(kept.share(Table::Transports, "年齢", of_85), 2_420, 260);
    // Care: nobody under 40; published shares of the levels, men and women together.
    let care = kept.rows(Table::Care).len();
    near(care * 1_000 / 10_050, 190, 40);
    near(kept.share(Table::Care, "要介護度", |l| l == "要介護1"), 2_090, 250);
    near(kept.share(Table::Care, "要介護度", |l| l == "要介護5"), 840, 180);
    // Checkups: 58.1 % of 40–74; the syndrome and its first stage by sex; drugs.
    let invited = ages.iter().filter(|a| (40..=74).contains(*a)).count();
    near(kept.rows(Table::Checkups).len() * 10_000 / invited, 5_810, 110);
    let judged = kept.columns(Table::Checkups, ["性別", "メタボ判定_9N501000000000011", "服薬"]);
    for (sex, share) in [("男", 4_240), ("女", 1_290)] {
        let of_sex: Vec<_> = judged.iter().filter(|row| row[0] == sex).collect();
        let hits = of_sex.iter().filter(|row| row[1] != "非該当").count();
        near(hits * 10_000 / of_sex.len(), share, 160);
    }
    near(kept.share(Table::Checkups, "服薬", |d| d == "あり"), 3_070, 160);
    // Assumed: some six visits and seven drugs a year.
    near(kept.rows(Table::Visits).len() * 100 / 50_000, 590, 40);
    let drugs = kept.rows(Table::Prescriptions).len() * 100 / 50_000;
    assert!((550..900).contains(&drugs), "{drugs}");
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
            let same = kept.column(table, column).filter(|cell| *cell == truth.3.clean);
            assert_eq!(same.count(), 1, "{kind}");
        }
    }
    let hour = &planted("planted_unique_hour")[0].3.clean;
    let same = kept.column(Table::Transports, "覚知日時").filter(|t| t[..13] == hour[..13]);
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
