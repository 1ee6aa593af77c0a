//! Three pictures of 5, 20 and 60 nodes, compared byte for byte with `expected/`.
//! `BLESS=1 cargo test -p pia diagram` writes the files anew: look at them before committing.
#![allow(clippy::panic, clippy::unwrap_used, reason = "tests")]

use super::model::*;
use super::{Drawing, draw};

const FIVE: &str = "
title 救急時の傷病者情報の照会
boundary hosp 信頼境界：救急病院
lane city つくば市消防本部 -
lane base 共同利用センター（運営法人） -
lane hosp 救急病院 hosp
node crew city get P 救急隊端末 日本国内・端末暗号化
node plat base link L データ連携基盤 日本国内
node log base keep S 照会記録 保存7年
node er hosp use P 救急外来の診療支援画面 -
node ehr hosp keep S 電子カルテ 暗号化あり
flow F1 crew plat raw e! 1 本人確認番号と現在の状態
flow F2 plat er safety e! 2 要約済みの診療情報
flow F3 er ehr raw - - 受入記録
flow F4 plat log stats - - 照会の記録
flow F5 er plat raw e? 1,3 診療結果の返却
";

const TWENTY: &str = "
title 救急医療ユースケース　データフロー図（平常時及び救急時）
boundary med 信頼境界：医療機関
boundary ven 信頼境界：民間事業者（クラウド）
boundary uni 信頼境界：大学
lane res 住民・家族 -
lane city つくば市（消防本部・健康増進課） -
lane base データ連携基盤運営者 -
lane clinic かかりつけ医 med
lane hosp 救急病院 med
lane ven 見守りサービス事業者 ven
lane uni 国立大学法人（分析） uni
node person res get E 住民本人 同意画面
node family res use E 家族の端末 -
node crew city get P 救急隊タブレット 国内・端末暗号化
node dispatch city work P 指令システム 国内
node deid city work P 仮名加工サーバー 鍵は市が保管
node rec city keep S 救急活動記録 国内・AES-256
node erase city erase P 消去・証明書の発行 -
node plat base link L パーソナルデータ連携基盤 国内リージョン
node consent base link S 同意台帳 暗号化
node audit base keep S アクセス記録 保存7年
node clinicdb clinic get S 診療所の電子カルテ 暗号化あり
node summary clinic work P 要約の作成 -
node er hosp use P 救急外来の診療支援画面 -
node ehr hosp keep S 病院電子カルテ 暗号化あり
node hosperase hosp erase P 画面キャッシュの消去 24時間以内
node watch ven get P 見守りセンサー 国内
node cloud ven keep S 海外クラウド（バックアップ） 米国・事業者鍵
node app ven provide P 通知アプリ -
node ana uni use P 統計分析環境 持出し不可
node pub uni provide P 公表用の集計表 -
flow F1 person consent raw e - 同意の登録
flow F2 crew plat raw e! 1,4 照会
flow F3 clinicdb summary raw - - カルテ
flow F4 summary plat safety e 2 要約
flow F5 plat er safety e! 2,3 要約の提供
flow F6 plat dispatch safety e! - 指令への返却
flow F7 dispatch rec raw - 5 活動記録
flow F8 er ehr raw - - 受入記録
flow F9 er plat raw e? 4 診療結果の返却
flow F10 watch plat raw e? 6 見守りの異常通知
flow F11 watch cloud raw e? 7,8 バックアップ
flow F12 plat audit stats - - 記録
flow F13 rec deid raw - - 仮名加工の入力
flow F14 deid ana pseudo e 9 仮名加工情報の提供
flow F15 ana pub anon - - 匿名加工情報
flow F16 pub family stats - - 公表
flow F17 rec erase raw - - 期間満了
flow F18 ehr hosperase raw - - 消去
flow F19 plat app safety e 6 家族への通知
flow F20 app family safety e - 通知
flow F21 consent plat safety - - 同意の有無
flow F22 plat clinicdb raw e - 救急結果の還元
flow F23 crew dispatch raw - - 状況
flow F24 rec rec raw - - 訂正
";

const WORDS: [&str; 12] = [
    "電子カルテ",
    "服薬情報",
    "介護記録サーバー",
    "健診データ",
    "同意管理",
    "データ連携基盤（国内）",
    "仮名加工サーバー",
    "分析環境",
    "利用者アプリ",
    "バックアップ保管庫",
    "HL7 FHIR Gateway",
    "救急隊タブレット・消防指令センター連携装置",
];

/// The words of the picture in Japanese.
pub(super) fn legend() -> Legend {
    let words = |short: &str, long: &str| StateWords { short: short.to_owned(), long: long.to_owned() };
    Legend {
        heading: "凡例".to_owned(),
        external: "外部の主体".to_owned(),
        process: "取扱い（処理）".to_owned(),
        store: "保管".to_owned(),
        platform: "連携基盤".to_owned(),
        raw: words("生", "加工前の個人データ（二重線）"),
        safety: words("安全", "安全管理措置のための加工後（実線）"),
        pseudonymous: words("仮名", "仮名加工情報（長い破線）"),
        anonymous: words("匿名", "匿名加工情報（点線）"),
        statistics: words("統計", "統計情報（粗い点線）"),
        boundary: "信頼境界（別の組織の管理範囲）".to_owned(),
        flow: "フロー番号（フロー一覧表と対応）".to_owned(),
        emergency_only: "救急時に限るフロー".to_owned(),
        encrypted: "通信の暗号化あり".to_owned(),
        risk: "リスク番号（リスク一覧表と対応）".to_owned(),
        open: "未確認の事項あり".to_owned(),
    }
}

pub(super) fn columns() -> Vec<Column> {
    [
        ("get", "取得"),
        ("work", "加工"),
        ("link", "連携"),
        ("use", "利用"),
        ("provide", "提供"),
        ("keep", "保管"),
        ("erase", "消去"),
    ]
    .map(|(id, label)| Column { id: id.to_owned(), label: label.to_owned() })
    .to_vec()
}

fn word(text: &str) -> String {
    if text == "-" { String::new() } else { text.to_owned() }
}

fn parse(text: &str) -> Picture {
    let mut picture =
        Picture { id: "dfd".to_owned(), columns: columns(), legend: legend(), ..Picture::default() };
    for line in text.lines().filter(|line| !line.is_empty()) {
        let parts: Vec<&str> = line.split(' ').collect();
        match parts.as_slice() {
            ["title", title] => picture.title = (*title).to_owned(),
            ["boundary", id, label] => picture.boundaries.push(Boundary { id: word(id), label: word(label) }),
            ["lane", id, label, boundary] => {
                picture.lanes.push(Lane { id: word(id), label: word(label), boundary: word(boundary) });
            }
            ["node", id, lane, column, kind, label, sublabel] => picture.nodes.push(Node {
                id: word(id),
                lane: word(lane),
                column: word(column),
                kind: match *kind {
                    "E" => NodeKind::External,
                    "S" => NodeKind::Store,
                    "L" => NodeKind::Platform,
                    _ => NodeKind::Process,
                },
                label: word(label),
                sublabel: word(sublabel),
            }),
            ["flow", number, from, to, state, marks, risks, label] => picture.flows.push(Flow {
                id: number.to_lowercase(),
                number: word(number),
                from: word(from),
                to: word(to),
                state: match *state {
                    "raw" => DataState::Raw,
                    "safety" => DataState::Safety,
                    "pseudo" => DataState::Pseudonymous,
                    "anon" => DataState::Anonymous,
                    _ => DataState::Statistics,
                },
                encrypted: marks.contains('e'),
                emergency_only: marks.contains('!'),
                open_marks: marks.contains('?'),
                risk_marks: risks.split(',').map(word).filter(|risk| !risk.is_empty()).collect(),
                label: word(label),
            }),
            other => panic!("{other:?}"),
        }
    }
    picture.description = format!("{}：主体を行、取扱いの段階を列とする図", picture.title);
    picture
}

/// 60 nodes and 70 flows without a story behind them: mostly forward, some back.
fn sixty() -> Picture {
    let mut picture = parse(TWENTY);
    picture.title = "六十の装置と七十のフロー".to_owned();
    picture.nodes.clear();
    picture.flows.clear();
    let mut state: u64 = 7;
    let mut random = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    };
    let (lanes, columns) = (picture.lanes.clone(), picture.columns.clone());
    for index in 0..60 {
        let pick = |list: &[String], at: usize| list.get(at).cloned().unwrap_or_default();
        let lane_ids: Vec<String> = lanes.iter().map(|lane| lane.id.clone()).collect();
        let column_ids: Vec<String> = columns.iter().map(|column| column.id.clone()).collect();
        let kinds = [NodeKind::Process, NodeKind::Store, NodeKind::Process, NodeKind::External];
        picture.nodes.push(Node {
            id: format!("n{index:02}"),
            lane: pick(&lane_ids, random(lane_ids.len())),
            column: pick(&column_ids, random(column_ids.len())),
            kind: kinds.get(random(4)).copied().unwrap_or_default(),
            label: WORDS.get(random(WORDS.len())).copied().unwrap_or_default().to_owned(),
            sublabel: if random(2) == 0 { "国内・暗号化".to_owned() } else { String::new() },
        });
    }
    let column_of = |picture: &Picture, node: usize| {
        let id = picture.nodes.get(node).map(|node| node.column.clone());
        picture.columns.iter().position(|column| Some(&column.id) == id.as_ref())
    };
    for index in 1..=70 {
        let (mut from, mut to) = (random(60), random(60));
        if column_of(&picture, from) > column_of(&picture, to) && random(5) > 0 {
            (from, to) = (to, from);
        }
        picture.flows.push(Flow {
            id: format!("f{index}"),
            number: format!("F{index}"),
            from: format!("n{from:02}"),
            to: format!("n{to:02}"),
            state: DataState::ALL.get(random(5)).copied().unwrap_or_default(),
            encrypted: random(2) == 0,
            emergency_only: random(6) == 0,
            open_marks: random(8) == 0,
            risk_marks: (0..random(3)).map(|_| (1 + random(26)).to_string()).collect(),
            label: format!("フロー{index}"),
        });
    }
    picture
}

fn same_as_expected(name: &str, drawing: &Drawing) {
    let path = format!("{}/src/diagram/expected/{name}.svg", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, &drawing.svg).unwrap();
    }
    assert!(std::fs::read_to_string(&path).unwrap() == drawing.svg, "{name}.svg differs; look, then BLESS=1");
    assert!(drawing.left_out.is_empty(), "{:?}", drawing.left_out);
}

#[test]
fn five_nodes_look_as_expected() {
    same_as_expected("five", &draw(&parse(FIVE)));
}

#[test]
fn twenty_nodes_look_as_expected() {
    same_as_expected("twenty", &draw(&parse(TWENTY)));
}

#[test]
fn sixty_nodes_look_as_expected() {
    same_as_expected("sixty", &draw(&sixty()));
}
