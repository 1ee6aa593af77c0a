//! Risks: scenarios over flows, severity × likelihood by table look-up, lowered only by evidence.

pub mod view;
