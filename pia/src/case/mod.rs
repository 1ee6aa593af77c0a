//! What a use case declares: parties, systems, datasets, flows, consents, answers.

pub mod period;
pub mod tree;
