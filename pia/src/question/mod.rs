//! The questionnaire: what the flows cannot say is asked, once, of the right person.

pub mod view;

/// STUB
pub fn read(
    _: &crate::rule::pack::Texts,
    _: &crate::rule::expr::Names,
) -> Result<(), Vec<crate::rule::fault::PackFault>> {
    Ok(())
}
/// STUB
pub fn standing(_: &crate::rule::expr::World<'_>, _: &()) -> view::Standing {
    view::Standing::default()
}
impl view::Standing {
    /// STUB
    pub fn statuses(&self) -> Vec<crate::judge::QuestionStatus> {
        Vec::new()
    }
    /// STUB
    pub fn findings(&self) -> Vec<crate::judge::Finding> {
        Vec::new()
    }
}
