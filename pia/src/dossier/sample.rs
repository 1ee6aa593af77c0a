//! A dossier that holds everything a renderer can meet: each kind of block, 15 sections, pages
//! across, 60 rows, text without spaces, text that attacks. For tests of the five formats.

use super::model::{
    Anchor, Block, Column, Counter, Cover, Dossier, Inline, Row, Section, Span, Style, Table,
};

/// A digest, as it stands in tables.
pub(crate) const DIGEST: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

/// Direction overrides, controls, markup of every format, characters that no font has.
pub(crate) const HOSTILE: &str = "患者\u{202e}名\u{0}<script>alert(1)</script>&amp; =cmd|'/C calc'!A0 #import \"x\" \
    $x$ \\ ]] \u{1b}[31m \u{1f600} 葛\u{e0100}飾区 𠮷野家 \u{e000} \u{feff}";

/// The whole sample.
pub(crate) fn dossier() -> Dossier {
    let mut sections = vec![summary(), history(), overview(), parties(), flows(), items()];
    let titles = [
        "必要性・比例性・最小化",
        "法令適合性評価",
        "同意・説明・権利",
        "加工仕様・検証結果",
        "リスク評価表",
        "対策計画・残存リスク受容",
        "ヒアリング記録・資料提供一覧",
        "見直し条件・有効期限",
    ];
    sections.extend(titles.iter().zip(6..).map(|(title, at)| plain(title, at)));
    sections.push(evidence());
    Dossier { lang: "ja".to_owned(), cover: cover(), sections }
}

fn cover() -> Cover {
    let rows = [
        ("提出者", "株式会社サンプルヘルスケア（受託者）"),
        ("代表者", "代表取締役　佐藤　花子"),
        ("管理技術者", "鈴木　一郎"),
        ("法令の基準日", "令和８年（2026年）11月１日"),
        ("取扱区分", "庁内用（公表用は別に作成する。）"),
    ];
    Cover {
        title: "救急ユースケース　プライバシー影響評価書".to_owned(),
        number: "PIA-2026-001".to_owned(),
        version: "第1.0版".to_owned(),
        date: "令和８年（2026年）11月22日".to_owned(),
        addressee: "つくば市長　様".to_owned(),
        rows: rows.iter().map(|(label, value)| ((*label).to_owned(), (*value).to_owned())).collect(),
        running: "PIA-2026-001　第1.0版　ハッシュ末尾 b0f00a08".to_owned(),
        page_number: "{page} / {pages}".to_owned(),
        contents: "目次".to_owned(),
        notice: "この評価書は、宣言されたデータフロー及び回答を自動で点検した結果である。実施の可否は市が判断する。"
            .to_owned(),
    }
}

fn id(text: &str) -> Anchor {
    Anchor::new(text)
}

fn section(at: usize, title: &str, blocks: Vec<Block>) -> Section {
    let digits = ["０", "１", "２", "３", "４", "５", "６", "７", "８", "９"];
    let number = digits.get(at).map_or_else(|| at.to_string(), |digit| (*digit).to_owned());
    Section {
        id: id(&format!("s{at}")),
        number: format!("第{number}"),
        title: title.to_owned(),
        new_page: at < 6,
        landscape: false,
        blocks,
    }
}

fn heading(name: &str, level: u8, number: &str, text: &str) -> Block {
    Block::Heading { id: id(name), level, number: number.to_owned(), text: text.to_owned() }
}

fn paragraph(name: &str, text: impl Into<Inline>) -> Block {
    Block::Paragraph { id: id(name), text: text.into() }
}

fn table(name: &str, caption: &str, columns: &[(&str, u16, bool)], rows: Vec<Row>) -> Block {
    let column = |(header, width, number): &(&str, u16, bool)| Column {
        header: (*header).to_owned(),
        width: *width,
        number: *number,
    };
    Block::Table(Table {
        id: id(name),
        caption: caption.to_owned(),
        columns: columns.iter().map(column).collect(),
        rows,
        sheet: Some(name.to_owned()),
        empty: "該当なし".to_owned(),
    })
}

fn summary() -> Section {
    let count = |label: &str, value: &str, note: &str, current| Counter {
        label: label.to_owned(),
        value: value.to_owned(),
        note: note.to_owned(),
        current,
    };
    let fix = |at: usize, what: &str, whom: &str| Row {
        id: Some(id(&format!("fix-{at}"))),
        cells: vec![
            Inline::text(at.to_string()),
            Inline::default().link(what, id("finding-C03")),
            Inline::text("個人情報の保護に関する法律第27条第１項").with("法的義務", Style::Tag),
            whom.into(),
            "令和９年１月29日".into(),
        ],
    };
    let blocks = vec![
        paragraph(
            "ask",
            "実証の開始（令和９年３月１日予定）について、下記の条件を付した承認を求める。回答は令和９年１月29日までに願いたい。",
        ),
        Block::Counters {
            id: id("states"),
            boxes: vec![
                count("回答不足", "3", "質問 61 件のうち", false),
                count("是正が必要", "5", "開始前に直す", true),
                count("市の判断待ち", "2", "論点を下に示す", false),
                count("自動点検で指摘なし", "48", "点検した 58 件のうち", false),
            ],
        },
        Block::Notice {
            id: id("decides"),
            title: "この点検でできないこと".to_owned(),
            text: Inline::text(
                "自動点検は、宣言された内容と法令との食い違いを探す。\n宣言が事実であるかは、",
            )
            .with("実測", Style::Tag)
            .with(" と示した箇所を除き、確かめていない。", Style::Strong),
        },
        heading("sum-fix", 2, "１", "開始前に直す事項"),
        table(
            "fixes",
            "開始前に直す事項（上位５件）",
            &[("№", 1, true), ("事項", 6, false), ("根拠", 5, false), ("担当", 3, false), ("期限", 3, false)],
            vec![
                fix(1, "国外の再委託先の安全管理措置が示されていない。", "受託者"),
                fix(2, "フローF03の法的根拠が片側しか宣言されていない。", "管理技術者"),
                fix(3, "同意の撤回後に連携先の写しを消去する手順がない。", "受託者"),
            ],
        ),
        heading("sum-ask", 2, "２", "市に判断を求める論点"),
        Block::List {
            id: id("issues"),
            items: vec![
                Inline::text(
                    "緊急時に本人の同意を得ずに提供することの根拠（法第27条第１項第２号）を市としてどう整理するか。",
                ),
                Inline::text("宛先のないリンク: ")
                    .link("行方不明", id("nowhere"))
                    .with("　仮ID", Style::Code),
                Inline::text("実証終了後の保存期間を３か月とすることの是非")
                    .with("（第11参照）", Style::Small),
            ],
        },
        Block::PageBreak,
        heading("sum-claims", 2, "３", "主張の裏付け"),
        Block::Fields {
            id: id("claims"),
            caption: "主張の裏付け".to_owned(),
            rows: vec![
                ("実測".to_owned(), Inline::text("２件。加工実施記録 ").with(DIGEST, Style::Code)),
                (
                    "書面".to_owned(),
                    Inline::text("４件。契約書、同意説明文書、委託先一覧、体制図").with("書面", Style::Tag),
                ),
                (
                    "自己申告".to_owned(),
                    Inline::text("９件").with("自己申告", Style::Tag).with("\n裏付けがない。", Style::Strong),
                ),
            ],
        },
    ];
    section(1, "審査用要旨", blocks)
}

fn history() -> Section {
    let row = |version: &str, date: &str, what: &str| Row {
        id: None,
        cells: vec![version.into(), date.into(), what.into(), "佐藤".into(), "鈴木".into()],
    };
    let columns = [
        ("版", 2, false),
        ("日付", 4, false),
        ("変更箇所及び理由", 8, false),
        ("作成", 2, false),
        ("確認", 2, false),
    ];
    let blocks = vec![
        table(
            "versions",
            "改訂履歴",
            &columns,
            vec![
                row("0.9", "令和８年10月１日", "市との協議のための案"),
                row("1.0", "令和８年11月22日", "第２回ヒアリングの指摘を反映"),
            ],
        ),
        Block::SignOff {
            id: id("approval"),
            caption: "承認欄".to_owned(),
            columns: ["担当", "係長", "課長補佐", "課長", "部長"].map(str::to_owned).to_vec(),
        },
    ];
    section(2, "版数・改訂履歴及び承認欄", blocks)
}

fn overview() -> Section {
    let long = "この評価は、救急隊、かかりつけ医及び救急病院が、個人情報連携基盤を通じて傷病者の診療情報を共有する事業について、開始前に行うものである。".repeat(6);
    let blocks = vec![
        heading("ov-1", 2, "１", "目的及び範囲"),
        paragraph("ov-1-1", long.as_str()),
        heading("ov-2", 3, "(1)", "対象外とするもの"),
        paragraph("ov-2-1", "訓練で用いる架空の情報"),
        heading("ov-3", 4, "ア", "理由"),
        paragraph("ov-3-1", "個人情報に当たらない。"),
        heading("ov-4", 2, "２", "敵対的な文字列"),
        paragraph("ov-4-1", HOSTILE),
        paragraph("ov-4-2", Inline::text("x".repeat(300)).with("ー".repeat(120), Style::Strong)),
        paragraph(
            "ov-4-3",
            Inline::text("https://example.jp/")
                .with("very-long-path/".repeat(20), Style::Code)
                .with("長い札".repeat(40), Style::Tag),
        ),
    ];
    section(3, "評価の概要", blocks)
}

fn parties() -> Section {
    let row = |at: usize, name: &str, capacity: &str, regime: &str| Row {
        id: Some(id(&format!("party-{at}"))),
        cells: vec![
            Inline::default().with(format!("P{at:02}"), Style::Code),
            name.into(),
            capacity.into(),
            regime.into(),
        ],
    };
    let rows = vec![
        row(1, "つくば市消防本部", "行政機関等（救急業務）", "個人情報の保護に関する法律第５章"),
        row(2, "国立大学法人サンプル大学附属病院", "規律移行法人（診療）", "同法第４章（第58条）"),
        row(3, "サンプル内科クリニック", "個人情報取扱事業者（診療）", "同法第４章"),
        row(4, HOSTILE, "個人情報取扱事業者", "同法第４章"),
        row(5, "Extraordinarily-Long-Company-Name-Without-Any-Break-Opportunity_GmbH", "委託先", "GDPR"),
        row(
            6,
            &(1..=120).map(|at| format!("支店{at:03}")).collect::<Vec<_>>().join("\n"),
            "委託先",
            "高さが１頁を超える行",
        ),
    ];
    let columns = [("記号", 1, false), ("主体", 5, false), ("立場", 4, false), ("適用される規律", 5, false)];
    section(
        4,
        "体制・関係者",
        vec![table("parties", "主体一覧", &columns, rows), table("none", "共同利用", &columns, Vec::new())],
    )
}

fn flows() -> Section {
    let mut section = section(5, "データフロー図・フロー一覧", vec![
        Block::Figure {
            id: id("diagram"),
            svg: DIAGRAM.to_owned(),
            alt: "救急隊から連携基盤を経て救急病院へ、傷病者の診療情報が流れる図".to_owned(),
            caption: "図１　データフロー図".to_owned(),
        },
        table("flows", "フロー一覧", &[("№", 2, false), ("渡す側", 5, false), ("受ける側", 5, false), ("項目", 8, false), ("平時の根拠", 6, false), ("緊急時の根拠", 6, false), ("件数／年", 3, true)],
            (1..=14).map(|at| Row {
                id: Some(id(&format!("flow-F{at:02}"))),
                cells: vec![
                    Inline::default().with(format!("F{at:02}"), Style::Code),
                    "サンプル内科クリニック".into(),
                    "個人情報連携基盤（つくば市）".into(),
                    "氏名、生年月日、性別、既往歴、アレルギー、処方薬（商品名・用量・用法）、かかりつけ医の連絡先".into(),
                    Inline::text("本人の同意").with("要配慮", Style::Tag),
                    "法第27条第１項第２号（生命、身体又は財産の保護）".into(),
                    Inline::text((at * 1_234).to_string()),
                ],
            }).collect()),
    ]);
    section.landscape = true;
    section
}

fn items() -> Section {
    let columns = [
        ("コード", 3, false),
        ("項目", 5, false),
        ("区分", 3, false),
        ("必要性", 9, false),
        ("保存（月）", 2, true),
    ];
    let row = |at: usize| {
        Row {
        id: Some(id(&format!("item-i{at:02}"))),
        cells: vec![
            Inline::default().with(format!("i{at:02}"), Style::Code),
            Inline::text(format!("検査結果（{at}）")),
            Inline::default().with(if at.is_multiple_of(3) { "要配慮" } else { "個人情報" }, Style::Tag),
            Inline::text(if at.is_multiple_of(7) { "搬送先の選定に必要である。代わりに年代及び性別のみを渡す案を検討したが、薬剤の禁忌を判断できないため採らなかった。" } else { "搬送先の選定に必要である。" })
                .link("F01", id("flow-F01")),
            "3".into(),
        ],
    }
    };
    section(
        6,
        "データ項目一覧",
        vec![table("items", "データ項目一覧", &columns, (1..=60).map(row).collect())],
    )
}

fn plain(title: &str, at: usize) -> Section {
    let at = at + 1;
    let mut blocks = vec![heading(&format!("p{at}"), 2, "１", "評価")];
    if at == 8 {
        blocks.push(Block::Heading {
            id: id("finding-C03"),
            level: 4,
            number: "ア".to_owned(),
            text: "C03　国外の第三者への提供".to_owned(),
        });
        blocks.push(Block::Fields {
            id: id("finding-C03-fields"),
            caption: String::new(),
            rows: vec![
                ("結果".to_owned(), Inline::default().with("未充足", Style::Tag).with("　開始不可", Style::Strong)),
                ("事実".to_owned(), Inline(vec![Span { text: "フローF07の受け手の国が「米国」である。".to_owned(), style: Style::Plain, link: Some(id("flow-F07")) }])),
                ("是正".to_owned(), "本人の同意を得るか、相当措置を継続的に実施する体制を示す。\n１　契約書の写しを添える。\n２　年１回の確認の手順を添える。".into()),
            ],
        });
    }
    if at == 11 {
        blocks.push(Block::Figure {
            id: id("heat"),
            svg: HEAT.to_owned(),
            alt: "リスク26件を重大性と起こりやすさで並べた表".to_owned(),
            caption: "図２　リスクの分布".to_owned(),
        });
    }
    let text =
        "宣言された措置は、目的の達成に必要な範囲にとどまるかどうかを、項目ごと及びフローごとに確認した。"
            .repeat(5);
    blocks.push(paragraph(&format!("p{at}-1"), text.as_str()));
    section(at, title, blocks)
}

fn evidence() -> Section {
    let columns = [("ファイル", 6, false), ("種類", 3, false), ("SHA-256", 8, false)];
    let row = |at: usize| Row {
        id: Some(id("evidence-twice")),
        cells: vec![
            Inline::default()
                .with(format!("evidence/{at:02}_同意説明文書_第2版_2026-10-01.pdf"), Style::Code),
            Inline::default().with("書面", Style::Tag),
            Inline::default().with(DIGEST, Style::Code),
        ],
    };
    let mut section = section(
        15,
        "証拠索引",
        vec![table("evidence", "証拠索引（SHA-256）", &columns, (1..=12).map(row).collect())],
    );
    section.number = "別紙１".to_owned();
    section
}

const DIAGRAM: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 900 260" width="900" height="260" font-family="BIZ UDPGothic" font-size="16">
<rect x="1" y="1" width="898" height="258" fill="#fff" stroke="#888"/>
<g fill="#f2f2f2" stroke="#000"><rect x="30" y="80" width="200" height="90"/><rect x="350" y="80" width="200" height="90"/><rect x="670" y="80" width="200" height="90"/></g>
<g text-anchor="middle"><text x="130" y="130">救急隊</text><text x="450" y="120">個人情報連携基盤</text><text x="450" y="146" font-size="13">つくば市</text><text x="770" y="130">救急病院</text></g>
<path d="M230 125H340M550 125H660" stroke="#000" stroke-width="2" fill="none"/><path d="M340 119l10 6-10 6zM660 119l10 6-10 6z"/>
<text x="290" y="112" text-anchor="middle" font-weight="bold">①</text><text x="605" y="112" text-anchor="middle" font-weight="bold">②</text></svg>"##;

const HEAT: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 300" width="300" height="300" font-family="BIZ UDPGothic" font-size="14">
<rect width="300" height="300" fill="#fff"/><g stroke="#000" fill="none"><rect x="40" y="20" width="240" height="240"/><path d="M100 20V260M160 20V260M220 20V260M40 80H280M40 140H280M40 200H280"/></g>
<text x="160" y="285" text-anchor="middle">起こりやすさ</text><text x="20" y="140" text-anchor="middle" transform="rotate(-90 20 140)">重大性</text><text x="250" y="56" text-anchor="middle" font-weight="bold">R03</text><text x="130" y="176" text-anchor="middle">R11</text></svg>"##;

mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;

    #[test]
    fn it_holds_every_kind_of_block() {
        let dossier = dossier();
        let blocks = || dossier.sections.iter().flat_map(|section| &section.blocks);
        let kinds: std::collections::BTreeSet<String> =
            blocks().map(|block| serde_json::to_value(block).unwrap()["block"].to_string()).collect();
        assert_eq!(kinds.len(), 10);
        assert_eq!(dossier.sections.len(), 15);
        assert!(blocks().any(|block| matches!(block, Block::Table(table) if table.rows.len() == 60)));
    }
}
