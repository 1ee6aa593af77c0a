//! The three tables of an emergency-care exchange, cut from a synthetic city: residents whom an
//! ambulance carried, their transports, and the prescriptions that followed.
//!
//! Pure, like [`super::city`]: rows go to the caller's sink. This is the project's demo fixture.

use std::convert::Infallible;

use super::city::{self, CityError, GenerateError, Injections, Params, People, Sink, Table, Truth};

/// A cut table: file stem, source table, columns in order.
#[derive(Debug, Clone, Copy)]
pub struct Cut {
    /// File stem and name in recipes.
    pub stem: &'static str,
    /// Where the rows come from.
    pub table: Table,
    /// Headers, in order.
    pub columns: &'static [&'static str],
    /// A column that must not be empty for a row to be taken.
    pub needs: Option<&'static str>,
}

/// The tables of the exchange.
pub const CUTS: [Cut; 3] = [
    Cut {
        stem: "persons",
        table: Table::Residents,
        columns: &[
            "住民ID",
            "氏名",
            "氏名カナ",
            "生年月日",
            "性別",
            "郵便番号",
            "町名",
            "電話番号",
            "個人番号",
        ],
        needs: None,
    },
    Cut {
        stem: "transports",
        table: Table::Transports,
        columns: &[
            "搬送番号",
            "住民ID",
            "覚知日時",
            "事故種別",
            "傷病程度",
            "傷病名コード",
            "搬送先医療機関",
            "概要",
        ],
        needs: None,
    },
    Cut {
        stem: "prescriptions",
        table: Table::Prescriptions,
        columns: &["処方番号", "搬送番号", "処方日", "YJコード", "数量", "日数"],
        needs: Some("搬送番号"),
    },
];

/// Receives rows of the exchange.
pub trait Rows {
    /// One row of `CUTS[cut]`.
    fn row(&mut self, cut: usize, cells: &[&str]);
}

struct Cutter<'r> {
    rows: &'r mut dyn Rows,
    positions: [Vec<usize>; 3],
    needs: [Option<usize>; 3],
}

impl Sink for Cutter<'_> {
    type Error = Infallible;

    fn row(&mut self, table: Table, _record: u64, cells: &[String]) -> Result<(), Infallible> {
        for (i, cut) in CUTS.iter().enumerate().filter(|(_, c)| c.table == table) {
            let wanted = |at: &usize| cells.get(*at).map_or("", String::as_str);
            let needed = self.needs.get(i).copied().flatten();
            if needed.is_some_and(|at| wanted(&at).is_empty()) {
                continue;
            }
            let positions = self.positions.get(i).map_or(&[][..], Vec::as_slice);
            let row: Vec<&str> = positions.iter().map(wanted).collect();
            self.rows.row(i, &row);
            let _ = cut;
        }
        Ok(())
    }

    fn truth(&mut self, _truth: &Truth<'_>) -> Result<(), Infallible> {
        Ok(())
    }
}

/// Generates the exchange from a city of so many residents (about one in twenty is carried).
///
/// # Errors
/// [`CityError`] for a number of residents outside the range, or broken data lists.
pub fn generate(residents: u32, seed: u64, rows: &mut dyn Rows) -> Result<(), CityError> {
    let place = |cut: &Cut, name: &str| cut.table.info().header().position(|h| h == name);
    let positions = CUTS.map(|cut| cut.columns.iter().filter_map(|c| place(&cut, c)).collect::<Vec<_>>());
    let needs = CUTS.map(|cut| cut.needs.and_then(|c| place(&cut, c)));
    let mut params = Params::new(residents, seed);
    params.people = People::Carried;
    params.injections = Injections::NONE;
    match city::generate(&params, &mut Cutter { rows, positions, needs }) {
        Ok(_) => Ok(()),
        Err(GenerateError::City(e)) => Err(e),
        Err(GenerateError::Sink(never)) => match never {},
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use std::collections::BTreeSet;

    #[derive(Default)]
    struct Kept(Vec<(usize, Vec<String>)>);

    impl Rows for Kept {
        fn row(&mut self, cut: usize, cells: &[&str]) {
            self.0.push((cut, cells.iter().map(|c| (*c).to_owned()).collect()));
        }
    }

    #[test]
    fn every_reference_has_its_parent() {
        let mut kept = Kept::default();
        generate(4_000, 7, &mut kept).unwrap();
        let column = |cut: usize, at: usize| -> Vec<&String> {
            kept.0.iter().filter(|(c, _)| *c == cut).map(|(_, r)| &r[at]).collect()
        };
        for (cut, rows) in CUTS.iter().enumerate() {
            assert!(
                kept.0.iter().filter(|(c, _)| *c == cut).all(|(_, r)| r.len() == rows.columns.len()),
                "{}",
                rows.stem
            );
            assert!(column(cut, 0).len() > 50, "{}", rows.stem);
        }
        let people: BTreeSet<_> = column(0, 0).into_iter().collect();
        let transports: BTreeSet<_> = column(1, 0).into_iter().collect();
        assert!(column(1, 1).iter().all(|id| people.contains(id)));
        assert!(column(2, 1).iter().all(|id| transports.contains(id)));
    }
}
