//! Named predicates (rules/predicates.toml): conditions that rules share, said once.
//!
//! Only here may a condition look at the regime of a capacity: who bears which duty must not be
//! decided in each rule anew.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::Deserialize;
use toml::Spanned;

use super::expr::{Ty, check, parse};
use super::fault::{FaultCode, PackFault};
use super::types::Cite;
use crate::bilingual::Bilingual;
use crate::rule::expr::{Expr, Names, Signature};

/// Path of the file in the pack.
pub(super) const FILE: &str = "predicates.toml";

/// What a predicate means and where it comes from.
#[derive(Debug, Clone)]
pub struct Predicate {
    /// Its name.
    pub name: String,
    /// Name and type of each parameter, as written.
    pub parameters: Vec<String>,
    /// What it means.
    pub meaning: Bilingual,
    /// Citations.
    pub cites: Vec<Cite>,
    /// The condition as written.
    pub is: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: u32,
    #[serde(default)]
    predicate: BTreeMap<String, Raw>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    parameters: Spanned<Vec<String>>,
    is: Spanned<String>,
    ja: String,
    en: String,
    #[serde(default, rename = "cite")]
    cites: Vec<Cite>,
}

/// Predicates that were read, their conditions not yet checked.
pub(super) struct Read {
    pub(super) predicates: Vec<Predicate>,
    conditions: Vec<(Spanned<String>, Vec<(String, Ty)>)>,
}

/// Reads the file and enters the signatures, so that predicates may call each other.
pub(super) fn read(text: &str, names: &mut Names, faults: &mut Vec<PackFault>) -> Read {
    let mut read = Read { predicates: Vec::new(), conditions: Vec::new() };
    let file: File = match toml::from_str(text) {
        Ok(file) => file,
        Err(error) => {
            faults.push(PackFault::toml(FILE, &error));
            return read;
        }
    };
    if file.format != 1 {
        faults.push(PackFault::error(FILE, 0..0, FaultCode::Format, file.format.to_string()));
    }
    for (index, (name, raw)) in file.predicate.into_iter().enumerate() {
        let parameters = parameters(&raw.parameters, faults);
        names.predicates.insert(name.clone(), Signature { index, parameters: parameters.clone() });
        let meaning = Bilingual { ja: raw.ja, en: raw.en };
        if meaning.is_incomplete() {
            faults.push(PackFault::error(FILE, raw.is.span(), FaultCode::Language, name.clone()));
        }
        read.predicates.push(Predicate {
            name,
            parameters: raw.parameters.into_inner(),
            meaning,
            cites: raw.cites,
            is: raw.is.get_ref().clone(),
        });
        read.conditions.push((raw.is, parameters));
    }
    read
}

fn parameters(raw: &Spanned<Vec<String>>, faults: &mut Vec<PackFault>) -> Vec<(String, Ty)> {
    let one = |written: &String| match written.split_once(':').map(|(name, ty)| (name.trim(), Ty::parse(ty)))
    {
        Some((name, Some(ty))) => Ok((name.to_owned(), ty)),
        _ => Err(PackFault::error(FILE, raw.span(), FaultCode::UnknownKind, written)),
    };
    let (good, bad): (Vec<_>, Vec<_>) = raw.get_ref().iter().map(one).partition(Result::is_ok);
    faults.extend(bad.into_iter().filter_map(Result::err));
    good.into_iter().filter_map(Result::ok).collect()
}

impl Read {
    /// Checks the conditions; a predicate that needs itself is a fault.
    pub(super) fn compile(&self, text: &str, names: &Names, faults: &mut Vec<PackFault>) -> Vec<Expr> {
        let mut all = Vec::new();
        for (source, parameters) in &self.conditions {
            let scope = check::Scope { names, variables: parameters.clone(), regime: true };
            match parse::parse(source.get_ref())
                .and_then(|ast| check::condition(source.get_ref(), &ast, &scope))
            {
                Ok(expr) => all.push(expr),
                Err(error) => {
                    let span = super::fault::within(text, &source.span(), source.get_ref(), &error.at);
                    faults.push(PackFault::error(FILE, span, error.code, error.detail));
                    all.push(Expr::never());
                }
            }
        }
        let calls: Vec<Vec<usize>> = all.iter().map(Expr::calls).collect();
        for (index, predicate) in self.predicates.iter().enumerate() {
            if reaches(&calls, index) {
                let span = self.conditions.get(index).map_or(0..0, |(source, _)| source.span());
                faults.push(PackFault::error(FILE, span, FaultCode::Cycle, predicate.name.clone()));
                if let Some(expr) = all.get_mut(index) {
                    *expr = Expr::never();
                }
            }
        }
        all
    }

    /// Where the condition of a predicate stands.
    pub(super) fn span(&self, index: usize) -> Range<usize> {
        self.conditions.get(index).map_or(0..0, |(source, _)| source.span())
    }
}

/// Whether a node can be reached from itself.
pub(super) fn reaches(calls: &[Vec<usize>], start: usize) -> bool {
    let mut seen = vec![false; calls.len()];
    let mut open: Vec<usize> = calls.get(start).cloned().unwrap_or_default();
    while let Some(next) = open.pop() {
        if next == start {
            return true;
        }
        match seen.get_mut(next) {
            Some(mark) if !*mark => *mark = true,
            _ => continue,
        }
        open.extend(calls.get(next).into_iter().flatten());
    }
    false
}
