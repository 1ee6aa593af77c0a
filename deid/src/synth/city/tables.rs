//! What the city writes: its tables, their columns, and which faults may be injected where.
//!
//! Why here: the command line needs names and headers before the first row, and the injector needs
//! to know which cells a fault can strike; both read this one list.

use super::fault::Fault::{self, Blank, FullWidth, Gaiji, LostZero, Orphan, Variant, Wareki};

/// One of the tables of the city. The order is that of [`TABLES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Table {
    /// 住民: one row per resident registration (a person registered twice has two).
    Residents,
    /// 救急搬送: one row per ambulance transport of a resident.
    Transports,
    /// 受診: one row per visit at a medical institution.
    Visits,
    /// 患者対応: which patient id of which institution is which resident (the linkage's answer).
    Patients,
    /// 処方: one row per drug prescribed after a visit or a transport.
    Prescriptions,
    /// 介護認定: one row per valid certification of needed care.
    Care,
    /// 特定健診: one row per specific health check.
    Checkups,
}

/// A column of a table.
#[derive(Debug, PartialEq, Eq)]
pub struct Column {
    /// Header text.
    pub name: &'static str,
    /// Faults that can strike its cells, in the order in which their rates are laid out.
    pub faults: &'static [Fault],
}

/// A table as the command line needs it.
#[derive(Debug, PartialEq, Eq)]
pub struct TableInfo {
    /// Which table.
    pub table: Table,
    /// Japanese name.
    pub name: &'static str,
    /// File name without folder and extension; ASCII.
    pub stem: &'static str,
    /// Columns, in the order of the cells of every row.
    pub columns: &'static [Column],
}

impl TableInfo {
    /// The header cells.
    pub fn header(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.columns.iter().map(|column| column.name)
    }
}

impl Table {
    /// Its description. (Total: every variant stands in [`TABLES`], a test counts them.)
    #[must_use]
    pub fn info(self) -> &'static TableInfo {
        match self {
            Self::Residents => &RESIDENTS,
            Self::Transports => &TRANSPORTS,
            Self::Visits => &VISITS,
            Self::Patients => &PATIENTS,
            Self::Prescriptions => &PRESCRIPTIONS,
            Self::Care => &CARE,
            Self::Checkups => &CHECKUPS,
        }
    }

    /// Its place in [`TABLES`].
    pub(super) const fn place(self) -> usize {
        self as usize
    }
}

const fn plain(name: &'static str) -> Column {
    Column { name, faults: &[] }
}

const fn with(name: &'static str, faults: &'static [Fault]) -> Column {
    Column { name, faults }
}

/// Insured person's key, as it stands in several tables.
const INSURER: Column = with("保険者番号", &[LostZero]);
const SYMBOL: Column = with("記号", &[FullWidth]);
const NUMBER: Column = with("番号", &[FullWidth, LostZero]);
const BRANCH: Column = with("枝番", &[LostZero]);
const RESIDENT_LINK: Column = with("住民ID", &[LostZero, Orphan]);

const RESIDENTS: TableInfo = TableInfo {
    table: Table::Residents,
    name: "住民",
    stem: "residents",
    columns: &[
        with("住民ID", &[LostZero]),
        plain("世帯番号"),
        plain("続柄"),
        with("氏名", &[Variant, Gaiji, FullWidth]),
        with("氏名カナ", &[Blank]),
        with("生年月日", &[Wareki]),
        plain("性別"),
        with("郵便番号", &[FullWidth, Blank]),
        with("住所", &[FullWidth]),
        plain("町名"),
        plain("国籍"),
        with("電話番号", &[FullWidth, LostZero, Blank]),
        plain("個人番号"),
        INSURER,
        SYMBOL,
        NUMBER,
        BRANCH,
        with("介護被保険者番号", &[LostZero]),
    ],
};

const TRANSPORTS: TableInfo = TableInfo {
    table: Table::Transports,
    name: "救急搬送",
    stem: "transports",
    columns: &[
        plain("搬送番号"),
        RESIDENT_LINK,
        with("覚知日時", &[Wareki]),
        plain("現着日時"),
        plain("病着日時"),
        with("現場町名", &[Blank]),
        with("年齢", &[FullWidth]),
        plain("年齢区分"),
        plain("性別"),
        plain("事故種別"),
        plain("傷病程度"),
        with("傷病名コード", &[Blank]),
        plain("傷病名"),
        with("医療機関コード", &[LostZero]),
        plain("搬送先医療機関"),
        plain("概要"),
    ],
};

const VISITS: TableInfo = TableInfo {
    table: Table::Visits,
    name: "受診",
    stem: "visits",
    columns: &[
        plain("受診番号"),
        with("医療機関コード", &[LostZero]),
        plain("患者ID"),
        INSURER,
        SYMBOL,
        NUMBER,
        BRANCH,
        with("受診日", &[Wareki]),
        with("診療科", &[Blank]),
        plain("主傷病コード"),
        plain("主傷病名"),
    ],
};

const PATIENTS: TableInfo = TableInfo {
    table: Table::Patients,
    name: "患者対応",
    stem: "patients",
    columns: &[plain("医療機関コード"), plain("患者ID"), plain("住民ID")],
};

const PRESCRIPTIONS: TableInfo = TableInfo {
    table: Table::Prescriptions,
    name: "処方",
    stem: "prescriptions",
    columns: &[
        plain("処方番号"),
        plain("受診番号"),
        plain("搬送番号"),
        RESIDENT_LINK,
        with("処方日", &[Wareki]),
        with("YJコード", &[Blank]),
        plain("薬剤名"),
        plain("薬効分類"),
        with("数量", &[FullWidth, Blank]),
        plain("単位"),
        with("日数", &[FullWidth]),
    ],
};

const CARE: TableInfo = TableInfo {
    table: Table::Care,
    name: "介護認定",
    stem: "care",
    columns: &[
        with("介護保険者番号", &[LostZero]),
        with("介護被保険者番号", &[LostZero]),
        with("要介護度", &[FullWidth]),
        plain("認定区分"),
        with("認定日", &[Wareki]),
        with("有効期限", &[Wareki]),
    ],
};

const CHECKUPS: TableInfo = TableInfo {
    table: Table::Checkups,
    name: "特定健診",
    stem: "checkups",
    columns: &[
        plain("健診番号"),
        INSURER,
        SYMBOL,
        NUMBER,
        BRANCH,
        with("健診日", &[Wareki]),
        plain("年齢"),
        plain("性別"),
        with("身長_9N001000000000001", &[FullWidth, Blank]),
        with("体重_9N006000000000001", &[FullWidth, Blank]),
        with("BMI_9N011000000000001", &[Blank]),
        with("腹囲_9N016160100000001", &[Blank]),
        with("収縮期血圧_9A751000000000001", &[FullWidth, Blank]),
        with("拡張期血圧_9A761000000000001", &[FullWidth, Blank]),
        with("HbA1c_3D046000001906202", &[Blank]),
        with("中性脂肪_3F015000002327101", &[Blank]),
        with("HDL_3F070000002327101", &[Blank]),
        with("LDL_3F077000002327101", &[Blank]),
        with("喫煙_9N736000000000011", &[Blank]),
        plain("服薬"),
        plain("メタボ判定_9N501000000000011"),
    ],
};

/// Every table, in the order of [`Table`].
pub const TABLES: &[TableInfo] = &[RESIDENTS, TRANSPORTS, VISITS, PATIENTS, PRESCRIPTIONS, CARE, CHECKUPS];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_and_names_are_their_own() {
        for (i, info) in TABLES.iter().enumerate() {
            assert_eq!(info.table.place(), i);
            assert_eq!(info.table.info(), info);
            assert!(info.stem.bytes().all(|b| b.is_ascii_lowercase()));
            let header: std::collections::BTreeSet<_> = info.header().collect();
            assert_eq!(header.len(), info.columns.len(), "{}", info.name);
        }
    }
}
