//! Risks: scenarios over flows, severity × likelihood by table look-up, lowered only by evidence.

mod assess;
pub mod catalogue;
pub mod view;

pub use assess::assess;
pub use catalogue::Catalogue;
