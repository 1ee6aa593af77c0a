//! Scenarios × flows → risks: levels by look-up, lowered only by what is proven.
//!
//! An unknown condition counts as met: not knowing never makes a risk smaller. A measure lowers a
//! likelihood only in a scenario that it is tied to, once per kind, and only in place with accepted
//! evidence at every system where the scenario can strike; a planned one shows in the residual level
//! alone. Severity is never lowered.

use std::collections::BTreeSet;

use crate::bilingual::Bilingual;
use crate::case::schema::schema;
use crate::case::tree::ObjectRef;
use crate::evidence::status::Class;
use crate::rule::expr::{Expr, Truth, Why, World};

use super::catalogue::{Catalogue, Criterion, Scenario, Tie};
use super::view::{Assessment, Control, Effect, Grid, Held, OpenCell, Override, Risk, Step};

/// The LINDDUN classes of the grid.
const LINDDUN: [&str; 7] = ["L", "I", "Nr", "D", "Dd", "U", "Nc"];

/// Assesses every scenario for every flow.
#[must_use]
pub fn assess(world: &World<'_>, catalogue: &Catalogue) -> Assessment {
    let mut risks = Vec::new();
    for scenario in &catalogue.scenarios {
        for flow in world.case.all("flow") {
            risks.extend(one(world, catalogue, scenario, flow));
        }
    }
    let grid = grid(world, catalogue, &risks);
    Assessment {
        risks,
        levels: catalogue.levels.clone(),
        matrix: catalogue.matrix.clone(),
        severities: catalogue.severities.clone(),
        examples: catalogue.examples.clone(),
        likelihoods: catalogue.likelihoods.clone(),
        grid,
    }
}

/// `None`: the scenario does not concern the flow.
fn one(world: &World<'_>, catalogue: &Catalogue, scenario: &Scenario, flow: ObjectRef<'_>) -> Option<Risk> {
    let open: Vec<Why> = match holds(world, &scenario.applies, flow) {
        Truth::False => return None,
        Truth::True => Vec::new(),
        Truth::Unknown(whys) => whys.into_iter().collect(),
    };
    let severity = first(world, &scenario.severity, flow);
    let inherent = first(world, &scenario.likelihood, flow);
    let struck = struck(world, scenario, flow);
    let controls: Vec<Control> =
        scenario.controls.iter().filter_map(|tie| control(world, tie, flow, &struck)).collect();
    let lowered = |effects: &[Effect]| {
        let steps: u8 = controls
            .iter()
            .filter(|control| effects.contains(&control.effect))
            .map(|control| control.steps)
            .fold(0, u8::saturating_add);
        inherent.level.saturating_sub(steps).max(1)
    };
    let existing = lowered(&[Effect::Lowers]);
    let residual = lowered(&[Effect::Lowers, Effect::Planned]);
    let look_up = |severity: u8, likelihood: u8| catalogue.look_up(severity, likelihood);
    let mut risk = Risk {
        scenario: scenario.id.clone(),
        title: scenario.title.clone(),
        text: scenario.text.clone(),
        plain: scenario.plain.clone(),
        linddun: scenario.linddun.clone(),
        flow: flow.id().to_owned(),
        levels: [
            look_up(severity.level, inherent.level),
            look_up(severity.level, existing),
            look_up(severity.level, residual),
        ],
        severity,
        inherent,
        existing,
        residual,
        controls,
        open,
        overridden: None,
        rules: scenario.rules.clone(),
    };
    override_by_officer(world, catalogue, &mut risk);
    Some(risk)
}

impl Catalogue {
    /// The only way from severity and likelihood to a level.
    fn look_up(&self, severity: u8, likelihood: u8) -> String {
        let row = self.matrix.get(usize::from(severity).saturating_sub(1));
        row.and_then(|row| row.get(usize::from(likelihood).saturating_sub(1))).cloned().unwrap_or_default()
    }
}

fn holds(world: &World<'_>, condition: &Expr, flow: ObjectRef<'_>) -> Truth {
    condition.truth(world, Some(flow.ix())).unwrap_or_else(|_| Truth::Unknown(BTreeSet::new()))
}

/// The first criterion that holds or may hold; the highest level if none does.
fn first(world: &World<'_>, criteria: &[Criterion], flow: ObjectRef<'_>) -> Step {
    for criterion in criteria {
        let assumed = match holds(world, &criterion.when, flow) {
            Truth::False => continue,
            Truth::True => false,
            Truth::Unknown(_) => true,
        };
        return Step { level: criterion.level, reason: criterion.words.clone(), assumed };
    }
    Step { level: super::catalogue::HIGHEST, reason: Bilingual::default(), assumed: true }
}

/// The systems of the flow where a scenario can strike. Where nothing says that it cannot, it can:
/// and if it could strike nowhere, it is not known where, so that it can strike at all of them.
fn struck<'a>(world: &World<'a>, scenario: &Scenario, flow: ObjectRef<'a>) -> Vec<ObjectRef<'a>> {
    let all = flow.many("systems");
    let Some(strikes) = &scenario.strikes else { return all };
    let cannot = |system: &ObjectRef<'a>| {
        let holds = strikes.truth_for(world, &[flow.ix(), system.ix()]);
        holds.is_ok_and(|holds| holds == Truth::False)
    };
    let found: Vec<ObjectRef<'a>> = all.iter().filter(|system| !cannot(system)).copied().collect();
    if found.is_empty() { all } else { found }
}

/// What a measure that is tied to the scenario does on the flow; `None`: no system of it has one.
fn control(world: &World<'_>, tie: &Tie, flow: ObjectRef<'_>, struck: &[ObjectRef<'_>]) -> Option<Control> {
    let systems = if tie.of_flow { flow.many("systems") } else { struck.to_vec() };
    let mut held = Vec::new();
    let mut missing = Vec::new();
    let mut best = Vec::with_capacity(systems.len());
    for system in &systems {
        let here: Vec<(Held, Effect)> = system
            .many("measures")
            .into_iter()
            .filter(|measure| measure.text("kind") == Some(tie.kind.as_str()))
            .map(|measure| one_measure(world, *system, measure))
            .collect();
        match here.iter().map(|(held, effect)| (*effect, held.class)).min() {
            Some(found) => best.push(found),
            None => missing.push(system.id().to_owned()),
        }
        held.extend(here.into_iter().map(|(held, _)| held));
    }
    if tie.of_flow {
        missing.clear();
    }
    let needed = || tie.needs.as_ref().is_none_or(|needs| holds(world, needs, flow) == Truth::True);
    // Done once, a procedure about the flow holds for all of it; anything else is worth what it is
    // worth where it is weakest.
    let (worth, class) = if tie.of_flow { best.into_iter().min()? } else { best.into_iter().max()? };
    let effect = match worth {
        _ if !missing.is_empty() => Effect::NotEverywhere,
        Effect::Lowers if !needed() => Effect::NeedNotMet,
        found => found,
    };
    Some(Control { kind: tie.kind.clone(), steps: tie.steps, effect, class, held, missing })
}

/// A measure at a system, and what it does there.
fn one_measure(world: &World<'_>, system: ObjectRef<'_>, measure: ObjectRef<'_>) -> (Held, Effect) {
    let proven = measure
        .many("evidence")
        .iter()
        .filter_map(|proof| world.evidence.get(proof.id()))
        .filter(|standing| standing.is_acceptable())
        .map(|standing| standing.class)
        .min();
    let effect = match (measure.text("status"), proven) {
        (Some("planned"), _) => Effect::Planned,
        (Some("in-place"), Some(_)) => Effect::Lowers,
        _ => Effect::NoEvidence,
    };
    let held = Held {
        system: system.id().to_owned(),
        measure: measure.id().to_owned(),
        detail: measure.words("detail", crate::words::Lang::Ja).unwrap_or_default().to_owned(),
        class: proven.unwrap_or(Class::SelfDeclared),
    };
    (held, effect)
}

/// An officer's value replaces the computed one, with the reason, and is marked for ever.
fn override_by_officer(world: &World<'_>, catalogue: &Catalogue, risk: &mut Risk) {
    let found = world.case.all("risk_override").find(|change| {
        change.text("scenario") == Some(risk.scenario.as_str())
            && change.text("about").is_none_or(|about| about == risk.flow)
    });
    let Some(change) = found else { return };
    let level = |key: &str| {
        change
            .int(key)
            .and_then(|value| u8::try_from(value).ok())
            .filter(|value| (1..=super::catalogue::HIGHEST).contains(value))
    };
    let [_, _, computed] = risk.levels.clone();
    if let Some(severity) = level("severity") {
        risk.severity.level = severity;
    }
    if let Some(likelihood) = level("likelihood") {
        risk.residual = likelihood;
    }
    risk.levels = [
        catalogue.look_up(risk.severity.level, risk.inherent.level),
        catalogue.look_up(risk.severity.level, risk.existing),
        catalogue.look_up(risk.severity.level, risk.residual),
    ];
    risk.overridden = Some(Override {
        computed,
        reason: change.text("reason").unwrap_or_default().to_owned(),
        by: change.text("by").unwrap_or_default().to_owned(),
        at: change.date("at").map_or_else(String::new, |date| date.to_string()),
    });
}

/// Every flow × stage × LINDDUN class: a risk, a reason why not, or open.
fn grid(world: &World<'_>, catalogue: &Catalogue, risks: &[Risk]) -> Grid {
    let stages: Vec<&str> = schema().vocabulary("stage").map_or_else(Vec::new, |known| known.ids().collect());
    let stages_of = |risk: &Risk| {
        catalogue
            .scenarios
            .iter()
            .find(|scenario| scenario.id == risk.scenario)
            .map_or(&[][..], |found| &found.stages)
    };
    let mut grid = Grid::default();
    let mut reasons: Vec<(Bilingual, usize)> = std::iter::once(&catalogue.elsewhere)
        .chain(catalogue.reasons.iter().map(|reason| &reason.words))
        .map(|words| (words.clone(), 0))
        .collect();
    for flow in world.case.all("flow") {
        let mine: Vec<&Risk> = risks.iter().filter(|risk| risk.flow == flow.id()).collect();
        let ruled_out: Vec<(usize, &str)> = catalogue
            .reasons
            .iter()
            .enumerate()
            .filter(|(_, reason)| holds(world, &reason.when, flow) == Truth::True)
            .map(|(index, reason)| (index + 1, reason.linddun.as_str()))
            .collect();
        for stage in &stages {
            let at_stage: Vec<&&Risk> =
                mine.iter().filter(|risk| stages_of(risk).iter().any(|have| have == stage)).collect();
            let passes = flow.text("stage") == Some(*stage) || !at_stage.is_empty();
            for class in LINDDUN {
                grid.cells += 1;
                if at_stage.iter().any(|risk| risk.linddun.iter().any(|have| have == class)) {
                    grid.risks += 1;
                    continue;
                }
                let reason = if passes {
                    ruled_out.iter().find(|(_, ruled)| *ruled == class).map(|(index, _)| *index)
                } else {
                    Some(0)
                };
                match reason.and_then(|index| reasons.get_mut(index)) {
                    Some((_, count)) => *count += 1,
                    None => grid.open.push(OpenCell {
                        flow: flow.id().to_owned(),
                        stage: (*stage).to_owned(),
                        linddun: class.to_owned(),
                    }),
                }
            }
        }
    }
    reasons.retain(|(_, count)| *count > 0);
    grid.not_applicable = reasons;
    grid
}
