//! The conditions that checks of a rule pack name: one function each.
//!
//! A condition says *where* it holds; severity, words and limits are the pack's. What it cannot see
//! in a recipe it does not guess: the cases are noted at each function.

mod gate;
mod grain;
mod handling;
mod identifiers;
mod numbers;

use super::view::{Hit, View};
use crate::rulepack::{Params, Predicate};

/// A condition: the places of a recipe where it holds.
pub(super) type Condition = for<'a> fn(&View<'a>, &Params) -> Vec<Hit<'a>>;

/// The function of a condition; the compiler demands one for each.
pub(super) fn function(predicate: Predicate) -> Condition {
    match predicate {
        Predicate::DirectNotRemoved => identifiers::direct_not_removed,
        Predicate::IdentificationCodeKept | Predicate::FinancialKept => identifiers::marked_kept,
        Predicate::LinkCodeKept => identifiers::link_code_kept,
        Predicate::LowEntropyPseudonym => identifiers::low_entropy_pseudonym,
        Predicate::MyNumberNotDropped | Predicate::DisclosureRestrictedNotDropped => {
            numbers::marked_not_dropped
        }
        Predicate::QuasiTooFine => grain::quasi_too_fine,
        Predicate::DatesExact => grain::dates_exact,
        Predicate::TopCodeMissing => grain::top_code_missing,
        Predicate::RareValueUnhandled => grain::rare_value_unhandled,
        Predicate::KBelow => gate::k_below,
        Predicate::LBelow => gate::l_below,
        Predicate::TMissing => gate::t_missing,
        Predicate::OrderKept => handling::order_kept,
        Predicate::FreeTextKept => handling::free_text_kept,
        Predicate::RowFileForStatistics => handling::row_file_for_statistics,
        Predicate::KeyNotMemoryOnly => handling::key_not_memory_only,
        Predicate::KeyCustodyReminder => handling::key_custody_reminder,
        Predicate::MakerNotPermitted => handling::maker_not_permitted,
        Predicate::RecipientDeclared => handling::recipient_declared,
        Predicate::StillPersonal
        | Predicate::PublicationReminder
        | Predicate::DestructionReminder
        | Predicate::ReidentificationReminder
        | Predicate::ProcedureReminder
        | Predicate::SourceFileReminder
        | Predicate::NotADetermination => handling::always,
    }
}
