//! The value of an expression that is no condition: what derives or suggests an answer.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::Expr;
use super::eval::Run;
use super::outcome::{Broken, Read, Why};
use super::value::{Tri, Val};
use super::world::World;
use crate::case::period::Period;
use crate::case::tree::{Case, Ix};

/// A value, apart from the evaluation that made it.
#[derive(Debug, Clone, PartialEq)]
pub enum Computed {
    /// Not applicable, none.
    Null,
    /// Yes or no.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Text, or a word of a vocabulary.
    Text(String),
    /// A day.
    Date(Date),
    /// A period.
    Period(Period),
    /// An object.
    Object(Ix),
    /// A list.
    List(Vec<Self>),
    /// Open, with reasons.
    Unknown(BTreeSet<Why>),
}

impl Expr {
    /// Computes a value for objects that stand for the variables of its scope, in their order.
    ///
    /// # Errors
    /// [`Broken`] when a value is beyond what can be computed.
    pub fn compute<'a>(&'a self, world: &World<'a>, objects: &[Ix]) -> Result<(Computed, Vec<Read>), Broken> {
        let mut run = Run::new(world, objects, &[]);
        let value = run.eval(&self.code)?;
        Ok((computed(world.case, value), run.finish()))
    }
}

fn computed(case: &Case, value: Val<'_>) -> Computed {
    match value {
        Val::Null => Computed::Null,
        Val::Bool(flag) => Computed::Bool(flag),
        Val::Int(number) => Computed::Int(number),
        Val::Text(text) => Computed::Text(text.into_owned()),
        Val::Date(date) => Computed::Date(date),
        Val::Period(period) => Computed::Period(period),
        Val::Object(ix) => Computed::Object(ix),
        Val::Unknown(causes) => Computed::Unknown(causes.iter().map(|cause| cause.why(case)).collect()),
        Val::List(members) => {
            let mut all = Vec::with_capacity(members.len());
            for member in members.iter() {
                match &member.there {
                    Tri::True => all.push(computed(case, member.value.clone())),
                    Tri::False => {}
                    Tri::Unknown(causes) => {
                        return Computed::Unknown(causes.iter().map(|cause| cause.why(case)).collect());
                    }
                }
            }
            Computed::List(all)
        }
    }
}
