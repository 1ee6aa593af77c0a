//! Every contradiction of the pack fires where it should, and names both sides.

use std::collections::BTreeSet;

use super::{after, catalogue, rules};
use crate::rule::fixture;

/// Id, changes that make it fire, and what the message must name.
const FIRING: [(&str, &str, &str); 18] = [
    (
        "power",
        r#"{ answer = "q.context.power", to = false }, { set = "subject_group.g-users.vulnerable", to = ["patients"] }"#,
        "患者又は職員",
    ),
    (
        "research",
        r#"{ answer = "q.context.research", to = false, source = "judged", reason = "論文にしない。" },
           { set = "purpose.p-emergency.research", to = "yes" }"#,
        "研究と宣言",
    ),
    (
        "hard-but-consented",
        r#"{ set = "flow.F9.when", to = "emergency" }, { set = "legal.F9-g.basis", to = "life" },
           { set = "legal.F9-t.basis", to = "consent" }, { set = "legal.F9-t.when", to = "emergency" },
           { answer = "q.law.hard-to-consent", to = true, source = "judged", reason = "意識がない。" }"#,
        "本人の同意",
    ),
    (
        "implied-over-platform",
        r#"{ set = "legal.F3-g.basis", to = "implied-medical" }, { set = "flow.F3.relation", to = "view" },
           { set = "flow.F3.platform_link", to = "yes" },
           { answer = "q.law.implied", to = true, source = "judged", reason = "掲示がある。" }"#,
        "連携基盤",
    ),
    (
        "register-exempt",
        r#"{ answer = "q.law.register", to = "exempt", source = "judged", reason = "実証である。" },
           { set = "dataset.d-ems.retention.period", to = "P5Y" },
           { set = "subject_group.g-patients.people", to = { min = 1000, max = 3000 } }"#,
        "1,000人以上",
    ),
    (
        "register-listed",
        r#"{ answer = "q.law.register", to = "listed", source = "judged", reason = "登載した。" },
           { set = "dataset.d-ems.source_file.registered", to = "no" }"#,
        "載せていない",
    ),
    (
        "explained-withdrawal",
        r#"{ set = "consent.k-share.withdrawal", to = "検討中" }"#,
        "撤回の方法が決まっていない",
    ),
    ("explained-deletion", r#"{ set = "case.pilot.deletion_method", to = "未定" }"#, "消去の方法"),
    (
        "refusal-selection",
        r#"{ answer = "q.consent.refusal", to = true }, { set = "purpose.p-health.tags", to = ["unfair-selection"] }"#,
        "不利益な判定",
    ),
    (
        "log-kept",
        r#"{ answer = "q.safety.log-kept", to = { value = 6, unit = "months" } },
           { set = "measure.m-app-log.detail", to = "ログを1年保存し、毎週点検する。" }"#,
        "「ログを1年保存し",
    ),
    (
        "log-checked",
        r#"{ answer = "q.safety.log-checked", to = { value = 365, unit = "days" } }"#,
        "「誰が、いつ、何を見たか",
    ),
    (
        "access-review",
        r#"{ answer = "q.safety.access-review", to = { value = 24, unit = "months" } }"#,
        "「担当ごとに見られる項目",
    ),
    (
        "told-without-notice",
        r#"{ set = "purpose.p-emergency.tags", to = ["profiling"] }, { set = "purpose.p-emergency.notice", to = [] },
           { answer = "q.automation.told", to = true }"#,
        "公表の文がない",
    ),
    (
        "emergency-review",
        r#"{ set = "legal.F9-g.basis", to = "life" }, { set = "case.emergency.reviewed", to = "no" },
           { answer = "q.emergency.reviewed", to = true }"#,
        "審査しない",
    ),
    (
        "originals",
        r#"{ answer = "q.end.originals", to = false }, { set = "dataset.d-ems.retention.holds", to = "original" }"#,
        "原本と宣言",
    ),
    (
        "changed-after-decision",
        r#"{ answer = "q.change.made", to = false },
           { set = "case.revisions", to = [{ version = "1.1", date = 2026-01-20, changed = "項目を追加" }] }"#,
        "改訂履歴",
    ),
    ("override", r#"{ answer = "q.scope.abroad", to = true, reason = "契約の相手が外国法人。" }"#, "国外"),
    ("override-no-reason", r#"{ answer = "q.scope.abroad", to = true }"#, "国外"),
];

#[test]
fn each_fires_and_names_both_sides() {
    for (id, changes, names) in FIRING {
        let standing = after(changes);
        let rule = format!("X-{id}");
        let found = standing.findings.iter().find(|finding| finding.rule == rule);
        let found = found.unwrap_or_else(|| panic!("{id}: {:?}", rules(&standing)));
        assert!(found.message.ja.contains(names), "{}", found.message.ja);
        assert!(!found.message.en.contains('{') && !found.message.ja.contains('{'), "{:?}", found.message);
        assert!(!found.remedy.ja.is_empty() && !found.title.en.is_empty());
        assert!(found.place.is_some() && !found.facts.is_empty());
    }
}

#[test]
fn each_contradiction_of_the_pack_is_tried() {
    let tried: BTreeSet<&str> = FIRING.iter().map(|(id, ..)| *id).collect();
    for question in &catalogue().questions {
        for contradicts in &question.contradicts {
            assert!(tried.contains(contradicts.id.as_str()), "{}", contradicts.id);
        }
    }
}

#[test]
fn the_complete_case_contradicts_nothing() {
    let standing = after("");
    assert_eq!(rules(&standing), Vec::<&str>::new());
    assert!(standing.contradictions.is_empty() && standing.orphans.is_empty());
}

#[test]
fn a_finding_has_a_name_of_its_own() {
    let standing = after(
        r#"{ answer = "q.safety.log-checked", to = { value = 365, unit = "days" } },
           { answer = "q.safety.access-review", about = "s-pf", to = 3 },
           { answer = "q.safety.access-review", about = "s-app", to = 3 },
           { answer = "q.safety.log-kept", about = ["s-pf", "s-app"], to = 3 }"#,
    );
    let ids: BTreeSet<&str> = standing.findings.iter().map(|finding| finding.id.as_str()).collect();
    assert_eq!(ids.len(), standing.findings.len(), "{ids:?}");
    assert_eq!(rules(&standing).iter().filter(|rule| **rule == "X-unit").count(), 3);
}

#[test]
fn the_judgement_counts_them() {
    let case = fixture::changed(r#"{ answer = "q.scope.abroad", to = true }"#);
    let (pack, evidence, day) = (fixture::pack(), fixture::evidence(&case), fixture::day(&case));
    let standing = super::of(&case);
    let world = crate::rule::expr::World::new(&case, &evidence, &pack.library, day);
    let judged = crate::judge::judge(&world, pack, &standing.statuses(), standing.findings());
    assert!(judged.findings.iter().any(|finding| finding.rule == "X-override-no-reason"));
    assert!(judged.open.iter().any(|open| open.id == "q.context.incident"));
}
