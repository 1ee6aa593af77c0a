//! The report of a run, for an officer to read and print.

pub mod model;

/// stub until merged
pub fn render(_report: &model::Report, _lang: crate::words::Lang) -> Result<String, ()> {
    Ok(String::new())
}
