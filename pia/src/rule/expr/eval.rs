//! The evaluator: total, in Kleene's three values, and it notes every fact that it looks at.
//!
//! `false && x` does not look at `x`; what an open value stands beside is looked at, so that the
//! reasons of a judgement that stays open are complete.

use std::borrow::Cow;
use std::rc::Rc;

use super::ast::Each;
use super::code::{Absent, Code, Key, Order};
use super::outcome::{Broken, Outcome, Read, Truth, WhyKind};
use super::reads::Reads;
use super::value::{Causes, Member, Tri, Val, What};
use super::world::World;
use super::{Expr, lookups};
use crate::case::tree::Ix;

/// Predicates and derived answers inside each other; keeps the stack bounded.
const DEEPEST: usize = 8;

/// One evaluation.
pub(super) struct Run<'w, 'a> {
    pub(super) world: &'w World<'a>,
    pub(super) reads: Reads<'a>,
    /// Kinds of evidence that count; empty: all.
    pub(super) kinds: &'a [String],
    pub(super) depth: usize,
    variables: Vec<Val<'a>>,
}

impl Expr {
    /// Computes a condition for an object (or for the case). `kinds`: the kinds of evidence that
    /// `proved()` counts in this expression itself; empty: all.
    ///
    /// # Errors
    /// [`Broken`] when a value is beyond what can be computed; a fault of the rule, not of the case.
    pub fn evaluate<'a>(
        &'a self,
        world: &World<'a>,
        object: Option<Ix>,
        kinds: &'a [String],
    ) -> std::result::Result<Outcome, Broken> {
        self.evaluate_for(world, object.as_slice(), kinds)
    }

    /// As [`Expr::evaluate`], with an object for each variable of its scope, in their order.
    ///
    /// # Errors
    /// As [`Expr::evaluate`].
    pub fn evaluate_for<'a>(
        &'a self,
        world: &World<'a>,
        objects: &[Ix],
        kinds: &'a [String],
    ) -> std::result::Result<Outcome, Broken> {
        let mut run = Run::new(world, objects, kinds);
        let value = run.decide(&self.code)?;
        Ok(Outcome { value, reads: run.finish() })
    }

    /// As [`Expr::evaluate`], for those who ask only whether it holds, and not what it rests on.
    ///
    /// # Errors
    /// As [`Expr::evaluate`].
    pub fn truth<'a>(&'a self, world: &World<'a>, object: Option<Ix>) -> std::result::Result<Truth, Broken> {
        self.truth_for(world, object.as_slice())
    }

    /// As [`Expr::truth`], with an object for each variable of its scope, in their order.
    ///
    /// # Errors
    /// As [`Expr::evaluate`].
    pub fn truth_for<'a>(&'a self, world: &World<'a>, objects: &[Ix]) -> std::result::Result<Truth, Broken> {
        let mut run = Run::new(world, objects, &[]);
        run.reads = Reads::none();
        run.decide(&self.code)
    }
}

type Result<T> = std::result::Result<T, Broken>;

impl<'w, 'a> Run<'w, 'a> {
    pub(super) fn new(world: &'w World<'a>, objects: &[Ix], kinds: &'a [String]) -> Self {
        let variables = objects.iter().copied().map(Val::Object).collect();
        Run { world, reads: Reads::default(), kinds, depth: 0, variables }
    }

    fn decide(&mut self, code: &'a Code) -> Result<Truth> {
        Ok(match self.truth(code)? {
            Tri::True => Truth::True,
            Tri::False => Truth::False,
            Tri::Unknown(causes) => {
                Truth::Unknown(causes.iter().map(|cause| cause.why(self.world.case)).collect())
            }
        })
    }

    /// The facts that were looked at.
    pub(super) fn finish(self) -> Vec<Read> {
        self.reads.finish(self.world.case)
    }

    pub(super) fn eval(&mut self, code: &'a Code) -> Result<Val<'a>> {
        Ok(match code {
            Code::Null => Val::Null,
            Code::Bool(flag) => Val::Bool(*flag),
            Code::Int(number) => Val::Int(*number),
            Code::Text(text) => Val::Text(Cow::Borrowed(text)),
            Code::Day(day) => Val::Date(*day),
            Code::Today => {
                self.reads.note_today(self.world.today);
                Val::Date(self.world.today)
            }
            Code::Root => Val::Object(self.world.case.root().ok_or(Broken("empty case"))?.ix()),
            Code::All(name, kind) => {
                self.reads.note_collection(self.world.case, name, kind);
                Val::list(self.world.case.all(kind).map(|object| Val::Object(object.ix())))
            }
            Code::Variable(place) => {
                self.variables.get(*place).cloned().ok_or(Broken("variable without value"))?
            }
            Code::Field(of, key) => {
                let of = self.eval(of)?;
                self.field(of, key)?
            }
            Code::Has(of, key) => match self.eval(of)? {
                Val::Object(ix) => {
                    let object = self.world.case.get(ix).ok_or(Broken("no such object"))?;
                    let node = object.get(&key.name);
                    self.reads.note(ix, &key.name, node);
                    Val::Bool(node.is_some())
                }
                Val::Null | Val::Unknown(_) => Val::Bool(false),
                _ => return Err(Broken("a key of what is no object")),
            },
            Code::List(all) => {
                let values: Result<Vec<_>> = all.iter().map(|one| self.eval(one)).collect();
                Val::list(values?)
            }
            Code::Not(a) => self.truth(a)?.not().value(),
            Code::Negative(a) => match self.eval(a)? {
                Val::Int(number) => Val::Int(number.checked_neg().ok_or(Broken("number too large"))?),
                other => open_or_null(other)?,
            },
            Code::And(a, b) => match self.truth(a)? {
                Tri::False => Val::Bool(false),
                left => left.and(self.truth(b)?).value(),
            },
            Code::Or(a, b) => match self.truth(a)? {
                Tri::True => Val::Bool(true),
                left => left.or(self.truth(b)?).value(),
            },
            Code::Choose(three) => self.choose(three)?,
            Code::Equal(a, b) => {
                let (a, b) = (self.eval(a)?, self.eval(b)?);
                a.equals(&b).value()
            }
            Code::Order(order, a, b) => {
                let (a, b) = (self.eval(a)?, self.eval(b)?);
                compare(*order, &a, &b)?.value()
            }
            Code::In(member, list) => self.is_in(member, list)?,
            Code::Add(a, b) => self.sum(a, b, i64::checked_add)?,
            Code::Subtract(a, b) => self.sum(a, b, i64::checked_sub)?,
            Code::Each(each, list, body) => self.each(*each, list, body)?,
            Code::Size(list) => match self.eval(list)? {
                Val::List(members) => size(&members)?,
                Val::Unknown(causes) => Val::Unknown(causes),
                Val::Null => Val::Int(0),
                _ => return Err(Broken("size of what is no list")),
            },
            Code::Contains(a, b) => self.texts(a, b, |text, part| text.contains(part))?,
            Code::StartsWith(a, b) => self.texts(a, b, |text, part| text.starts_with(part))?,
            Code::Matches(text, regex) => self.text(text, |text| regex.is_match(text))?,
            Code::Mentions(text, list) => {
                let list = self.world.library.names.lists.get(&**list).ok_or(Broken("no such list"))?;
                self.text(text, |text| list.is_mentioned(text))?
            }
            Code::MonthsLater(..) | Code::DaysBetween(..) | Code::Hours(_) | Code::Days(_) => {
                lookups::time(self, code)?
            }
            Code::Answer(question, object) => {
                let object = object.as_ref().map(|object| self.eval(object)).transpose()?;
                lookups::answer(self, question, object)?
            }
            Code::Proved(list) => {
                let list = self.eval(list)?;
                lookups::proved(self, list)?
            }
            Code::RiskRemains(rank) => lookups::risk_remains(self, *rank),
            Code::PromiseKept(dataset) => {
                let dataset = self.eval(dataset)?;
                lookups::promise_kept(self, dataset)?
            }
            Code::Lookup(table, row, column) => {
                let (row, column) = (self.eval(row)?, self.eval(column)?);
                lookups::cell(self, table, row, column)?
            }
            Code::Call(index, arguments) => {
                let values: Result<Vec<_>> = arguments.iter().map(|one| self.eval(one)).collect();
                let body = self.world.library.predicates.get(*index).ok_or(Broken("no such predicate"))?;
                // What proves a claim inside a predicate is the predicate's affair.
                self.inside(body, values?, &[])?.truth()?.value()
            }
        })
    }

    /// Computes another expression with variables of its own.
    pub(super) fn inside(
        &mut self,
        body: &'a Expr,
        variables: Vec<Val<'a>>,
        kinds: &'a [String],
    ) -> Result<Val<'a>> {
        if self.depth >= DEEPEST {
            return Err(Broken("too deep"));
        }
        let outer = (std::mem::replace(&mut self.variables, variables), self.kinds);
        self.kinds = kinds;
        self.depth += 1;
        let value = self.eval(&body.code);
        self.depth -= 1;
        (self.variables, self.kinds) = outer;
        value
    }

    fn truth(&mut self, code: &'a Code) -> Result<Tri<'a>> {
        self.eval(code)?.truth()
    }

    fn field(&mut self, of: Val<'a>, key: &'a Key) -> Result<Val<'a>> {
        match of {
            Val::Object(ix) => self.key(ix, &key.name, key.absent),
            Val::Null => Ok(Val::Null),
            Val::Unknown(causes) => Ok(Val::Unknown(causes)),
            _ => Err(Broken("a key of what is no object")),
        }
    }

    /// The value of a key, noted as read.
    pub(super) fn key(&mut self, ix: Ix, key: &'a str, absent: Absent) -> Result<Val<'a>> {
        let object = self.world.case.get(ix).ok_or(Broken("no such object"))?;
        let node = object.get(key);
        self.reads.note(ix, key, node);
        let open = |kind| Val::unknown(kind, Some(ix), What::Key(key));
        Ok(match (node, absent) {
            (Some(node), _) => Val::declared(&node.value, &|| open(WhyKind::FactOpen)),
            (None, Absent::Unknown) => open(WhyKind::Unanswered),
            (None, Absent::Null) => Val::Null,
            (None, Absent::Empty) => Val::list([]),
            (None, Absent::No) => Val::Bool(false),
        })
    }

    /// An open condition decides nothing, unless both branches agree.
    fn choose(&mut self, three: &'a (Code, Code, Code)) -> Result<Val<'a>> {
        match self.truth(&three.0)? {
            Tri::True => self.eval(&three.1),
            Tri::False => self.eval(&three.2),
            Tri::Unknown(mut causes) => {
                let (yes, no) = (self.eval(&three.1)?, self.eval(&three.2)?);
                match yes.equals(&no) {
                    Tri::True => Ok(yes),
                    Tri::False => Ok(Val::Unknown(causes)),
                    Tri::Unknown(more) => {
                        causes.extend(more);
                        Ok(Val::Unknown(causes))
                    }
                }
            }
        }
    }

    fn is_in(&mut self, member: &'a Code, list: &'a Code) -> Result<Val<'a>> {
        let member = self.eval(member)?;
        match self.eval(list)? {
            Val::List(members) => {
                let one = |found: Tri<'a>, have: &Member<'a>| {
                    found.or(have.there.clone().and(member.equals(&have.value)))
                };
                Ok(members.iter().fold(Tri::False, one).value())
            }
            Val::Null => Ok(Val::Bool(false)),
            Val::Unknown(causes) => Ok(Val::Unknown(causes)),
            _ => Err(Broken("in what is no list")),
        }
    }

    fn sum(&mut self, a: &'a Code, b: &'a Code, f: fn(i64, i64) -> Option<i64>) -> Result<Val<'a>> {
        match (self.eval(a)?, self.eval(b)?) {
            (Val::Int(a), Val::Int(b)) => f(a, b).map(Val::Int).ok_or(Broken("number too large")),
            (a, b) => both_open_or_null(a, b),
        }
    }

    fn text(&mut self, text: &'a Code, f: impl Fn(&str) -> bool) -> Result<Val<'a>> {
        match self.eval(text)? {
            Val::Text(text) => Ok(Val::Bool(f(&text))),
            Val::Null => Ok(Val::Bool(false)),
            other => open_or_null(other),
        }
    }

    fn texts(&mut self, a: &'a Code, b: &'a Code, f: fn(&str, &str) -> bool) -> Result<Val<'a>> {
        match (self.eval(a)?, self.eval(b)?) {
            (Val::Text(a), Val::Text(b)) => Ok(Val::Bool(f(&a, &b))),
            (Val::Null, _) | (_, Val::Null) => Ok(Val::Bool(false)),
            (a, b) => both_open_or_null(a, b),
        }
    }

    fn each(&mut self, each: Each, list: &'a Code, body: &'a Code) -> Result<Val<'a>> {
        let members = match self.eval(list)? {
            Val::List(members) => members,
            Val::Null => Rc::new(Vec::new()),
            Val::Unknown(causes) => return Ok(Val::Unknown(causes)),
            _ => return Err(Broken("each of what is no list")),
        };
        let (mut any, mut all, mut kept, mut sure) = (Tri::False, Tri::True, Vec::new(), 0_usize);
        for member in members.iter() {
            self.variables.push(member.value.clone());
            let value = self.eval(body);
            self.variables.pop();
            let value = value?;
            if each == Each::Map {
                kept.push(Member { value, there: member.there.clone() });
                continue;
            }
            let holds = value.truth()?;
            match each {
                Each::Exists => any = any.or(member.there.clone().and(holds)),
                Each::All => all = all.and(member.there.clone().not().or(holds)),
                Each::ExistsOne | Each::Filter | Each::Map => match member.there.clone().and(holds) {
                    Tri::False => {}
                    there => {
                        sure += usize::from(there == Tri::True);
                        kept.push(Member { value: member.value.clone(), there });
                    }
                },
            }
            // What is decided cannot change; the facts of the members that follow were not needed.
            if any == Tri::True || all == Tri::False {
                break;
            }
        }
        Ok(match each {
            Each::Exists => any.value(),
            Each::All => all.value(),
            Each::Filter | Each::Map => Val::List(Rc::new(kept)),
            Each::ExistsOne if sure > 1 => Val::Bool(false),
            Each::ExistsOne => match perhaps(&kept) {
                causes if causes.is_empty() => Val::Bool(sure == 1),
                causes => Val::Unknown(causes),
            },
        })
    }
}

fn perhaps<'a>(members: &[Member<'a>]) -> Causes<'a> {
    let mut causes = Causes::new();
    for member in members {
        if let Tri::Unknown(more) = &member.there {
            causes.extend(more.iter().cloned());
        }
    }
    causes
}

fn size<'a>(members: &[Member<'a>]) -> Result<Val<'a>> {
    let causes = perhaps(members);
    if causes.is_empty() {
        i64::try_from(members.len()).map(Val::Int).map_err(|_| Broken("list too long"))
    } else {
        Ok(Val::Unknown(causes))
    }
}

/// Less or greater; nothing is less than "none".
fn compare<'a>(order: Order, a: &Val<'a>, b: &Val<'a>) -> Result<Tri<'a>> {
    let ordering = match (a, b) {
        (Val::Unknown(_), _) | (_, Val::Unknown(_)) => return Ok(a.equals(b)),
        (Val::Null, _) | (_, Val::Null) => return Ok(Tri::False),
        (Val::Int(a), Val::Int(b)) => a.cmp(b),
        (Val::Date(a), Val::Date(b)) => a.cmp(b),
        (Val::Period(a), Val::Period(b)) => a.hours().cmp(&b.hours()),
        _ => return Err(Broken("order of unlike values")),
    };
    Ok(Tri::of(match order {
        Order::Less => ordering.is_lt(),
        Order::LessOrEqual => ordering.is_le(),
        Order::Greater => ordering.is_gt(),
        Order::GreaterOrEqual => ordering.is_ge(),
    }))
}

/// Open and none stay what they are; anything else does not belong here.
pub(super) fn open_or_null(value: Val<'_>) -> Result<Val<'_>> {
    match value {
        Val::Unknown(_) | Val::Null => Ok(value),
        _ => Err(Broken("unlike values")),
    }
}

/// As [`open_or_null`], of two values.
pub(super) fn both_open_or_null<'a>(a: Val<'a>, b: Val<'a>) -> Result<Val<'a>> {
    match (a, b) {
        (Val::Unknown(mut a), Val::Unknown(b)) => {
            a.extend(b);
            Ok(Val::Unknown(a))
        }
        // None plus anything is none, known or not.
        (Val::Null, _) | (_, Val::Null) => Ok(Val::Null),
        (Val::Unknown(causes), _) | (_, Val::Unknown(causes)) => Ok(Val::Unknown(causes)),
        _ => Err(Broken("unlike values")),
    }
}
