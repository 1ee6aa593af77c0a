//! The questionnaire: what the flows cannot say is asked, once, of the right person.

pub mod view;
