//! A column of the recipe → the chain that treats its cells.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::hierarchies::Hierarchies;
use crate::codes::Code;
use crate::crypto::{Context, Encoding, OrderKey, Prf, Purpose, RootKey, SubkeyInfo};
use crate::error::{Diagnostic, Result};
use crate::recipe::{self, MaskShape, Recipe, Step, TokenForm};
use crate::transform::column::{Column, OnUnparsable};
use crate::transform::hierarchy::Hierarchy;
use crate::transform::normalise::{self, Normaliser};
use crate::transform::treatment::{
    Constant, DateShift, DateTruncate, Drop, DropText, End, EndCode, Generalize, Keep, Mask, Prf128,
    Pseudonym, RareValues, Round, Suppress, TagText, Treatment, Window,
};
use crate::transform::value::number::Decimal;

impl Prf128 for Prf {
    fn tag(&self, message: &[u8]) -> [u8; 16] {
        self.tag128(message)
    }
}

/// The subkeys of one run.
pub(crate) struct Keys {
    pub(crate) domains: BTreeMap<String, Arc<Prf>>,
    pub(crate) shift: Arc<Prf>,
    pub(crate) order: Arc<OrderKey>,
}

impl Keys {
    /// Derives every subkey that the recipe needs.
    ///
    /// # Errors
    /// [`Code::Internal`] when a name is longer than the key schedule allows.
    pub(crate) fn derive(root: &RootKey, recipe: &Recipe, recipient: &str) -> Result<Self> {
        let pseudonym_context = match &recipe.link_group {
            Some(name) => Context::LinkGroup { name },
            None => Context::Recipient { recipient, exchange: &recipe.exchange },
        };
        let own_context = Context::Recipient { recipient, exchange: &recipe.exchange };
        let derive = |purpose, context, domain: &str, normalisation: &str| {
            root.prf(&SubkeyInfo { purpose, context, domain, normalisation })
                .map(Arc::new)
                .map_err(|_| Box::new(Diagnostic::error(Code::Internal)))
        };
        let mut domains = BTreeMap::new();
        for (name, domain) in &recipe.domains {
            let id = normaliser(&domain.normalise).id();
            domains.insert(name.clone(), derive(Purpose::Pseudonym, pseudonym_context, name, &id)?);
        }
        Ok(Self {
            domains,
            shift: derive(Purpose::Shift, own_context, "person", "none")?,
            order: Arc::new(OrderKey::new(&*derive(Purpose::Order, own_context, "rows", "none")?)),
        })
    }
}

/// The normaliser of a domain or column; the words were checked while the recipe was read.
pub(crate) fn normaliser(words: &[String]) -> Normaliser {
    let steps = words.iter().filter_map(|w| normalise::Step::from_name(w));
    Normaliser::new(&steps.collect::<Vec<_>>().concat())
}

/// Everything that turns a recipe column into a chain.
pub(crate) struct Compiler<'a> {
    pub(crate) recipe: &'a Recipe,
    pub(crate) hierarchies: &'a Hierarchies,
    /// `None` while only checking or planning: pseudonyms are then empty and never published.
    pub(crate) keys: Option<&'a Keys>,
    /// (table, column) → people per value, for columns with rarity suppression, once counted.
    pub(crate) frequent: Frequent,
}

/// People per value of columns whose rare values are suppressed.
pub(crate) type Frequent = BTreeMap<(String, String), BTreeMap<String, u64>>;

/// A tag for chains that are compiled only to be checked.
struct NoKey;

impl Prf128 for NoKey {
    fn tag(&self, _message: &[u8]) -> [u8; 16] {
        [0; 16]
    }
}

impl Compiler<'_> {
    /// Compiles a column of `table`. `level` = the chosen level of its hierarchy (the lowest
    /// allowed when absent).
    ///
    /// # Errors
    /// A parameter that no chain can be built from, with the column's place in the recipe.
    pub(crate) fn column(
        &self,
        table: &str,
        column: &recipe::Column,
        level: Option<usize>,
    ) -> Result<Column> {
        let frequent = self.frequent.get(&(table.to_owned(), column.name.clone()));
        let at = |d: Diagnostic| Box::new(d.in_column(&column.name).at(column.span.clone()));
        let bad = |allowed: &str| at(Diagnostic::error(Code::RecipeBadValue).name("allowed", allowed));
        let normaliser = normaliser(&column.normalise);
        let mut steps = Vec::new();
        for step in &column.steps {
            steps.extend(self.step(step, &normaliser, level, frequent).map_err(|e| match e {
                Problem::Bad(allowed) => bad(&allowed),
                Problem::Found(d) => at(*d),
            })?);
        }
        if steps.is_empty() {
            steps.push(Treatment::Keep(Keep));
        }
        let policy = match column.on_unparsable {
            recipe::OnUnparsable::Error => OnUnparsable::Error,
            recipe::OnUnparsable::Null => OnUnparsable::Null,
        };
        Column::new(column.value_type.clone(), normaliser, policy, steps)
            .map_err(|e| at(Diagnostic::error(Code::RecipeTreatmentOrder).name("treatment", &*e.to_string())))
    }

    /// The hierarchy along which a column is generalised, as its chain knows it (a preceding
    /// top code teaches the hierarchy its label).
    ///
    /// # Errors
    /// As [`Compiler::column`].
    pub(crate) fn hierarchy(&self, table: &str, column: &recipe::Column) -> Result<Option<Arc<Hierarchy>>> {
        let chain = self.column(table, column, None)?;
        Ok(chain.steps().iter().find_map(|s| match s {
            Treatment::Generalize(g) => Some(Arc::clone(g.hierarchy())),
            _ => None,
        }))
    }

    fn step(
        &self,
        step: &Step,
        own: &Normaliser,
        level: Option<usize>,
        frequent: Option<&BTreeMap<String, u64>>,
    ) -> std::result::Result<Option<Treatment>, Problem> {
        Ok(Some(match step {
            Step::Keep => Treatment::Keep(Keep),
            Step::Drop => Treatment::Drop(Drop),
            Step::DropText => Treatment::DropText(DropText),
            Step::Constant(text) => Treatment::Constant(Constant::new(text)),
            Step::Mask(mask) => Treatment::Mask(build_mask(mask)?),
            Step::Pseudonym { domain, form, empty } => {
                let declared = self.recipe.domains.get(domain).ok_or_else(|| Problem::bad("[domain]"))?;
                let prf: Arc<dyn Prf128> = match self.keys {
                    Some(keys) => match keys.domains.get(domain) {
                        Some(prf) => Arc::clone(prf) as Arc<dyn Prf128>,
                        None => return Err(Problem::Found(Box::new(Diagnostic::error(Code::Internal)))),
                    },
                    None => Arc::new(NoKey),
                };
                let normaliser = normaliser(&declared.normalise);
                Treatment::Pseudonym(Pseudonym::new(prf, tag_text(*form), normaliser, *empty))
            }
            Step::Generalize { hierarchy, min, .. } => {
                let built = self.hierarchies.get(hierarchy).ok_or_else(|| Problem::bad("[hierarchy]"))?;
                let level = level.or(*min).unwrap_or(0);
                Treatment::Generalize(
                    Generalize::new(Arc::clone(built), level).map_err(|e| Problem::bad(&e.to_string()))?,
                )
            }
            Step::Round(base) => {
                Treatment::Round(Round::new(number(base)?).map_err(|e| Problem::bad(&e.to_string()))?)
            }
            Step::TopCode { at, label } => {
                Treatment::EndCode(EndCode::new(End::Top, number(at)?, label.as_deref()))
            }
            Step::BottomCode { at, label } => {
                Treatment::EndCode(EndCode::new(End::Bottom, number(at)?, label.as_deref()))
            }
            Step::DateTruncate { unit, style } => Treatment::DateTruncate(
                DateTruncate::of(unit, *style).map_err(|e| Problem::bad(&e.to_string()))?,
            ),
            Step::DateShift { min_days, max_days } => {
                let window = Window::new(*min_days, *max_days).map_err(|e| Problem::bad(&e.to_string()))?;
                Treatment::DateShift(DateShift::new(window))
            }
            Step::SuppressValues(values) => {
                let values: Vec<&str> = values.iter().map(String::as_str).collect();
                let built = Suppress::values(&values, own.clone());
                Treatment::Suppress(built.map_err(|e| Problem::bad(&e.to_string()))?)
            }
            // Needs the classes: the pass that writes does it, on what the other steps give.
            Step::Microaggregate(_) => return Ok(None),
            Step::SuppressRare(people) => {
                let rule = RareValues::new(*people).map_err(|e| Problem::bad(&e.to_string()))?;
                let Some(counts) = frequent else { return Ok(None) };
                let counts = counts.iter().map(|(value, people)| (value.as_str(), *people));
                Treatment::Suppress(rule.with_counts(counts, Normaliser::new(&[])))
            }
        }))
    }
}

enum Problem {
    Bad(String),
    Found(Box<Diagnostic>),
}

impl Problem {
    fn bad(text: &str) -> Self {
        Self::Bad(text.to_owned())
    }
}

fn number(text: &str) -> std::result::Result<Decimal, Problem> {
    Decimal::parse(text).map_err(|_| Problem::bad("100, \"0.5\""))
}

fn build_mask(mask: &recipe::Mask) -> std::result::Result<Mask, Problem> {
    let built = match &mask.shape {
        MaskShape::Ends { first, last, fixed: None } => Mask::ends(*first, *last, mask.with),
        MaskShape::Ends { first, last, fixed: Some(total) } => Mask::fixed(*first, *last, *total, mask.with),
        MaskShape::Pattern(pattern) => Mask::pattern(pattern, mask.with),
    };
    built.map_err(|e| Problem::bad(&e.to_string()))
}

pub(crate) fn tag_text(form: TokenForm) -> TagText {
    match form {
        TokenForm::Base32 => |tag, out| push(Encoding::Base32, tag, out),
        TokenForm::Hex => |tag, out| push(Encoding::Hex, tag, out),
        TokenForm::Uuid => |tag, out| push(Encoding::Uuid, tag, out),
    }
}

fn push(encoding: Encoding, tag: &[u8; 16], out: &mut String) {
    encoding.push_str(*tag, out);
}
