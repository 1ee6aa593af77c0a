//! What only a run can find: warnings about the measured result, beside those about the recipe.

use super::decision::Decision;
use super::run::Measured;
use crate::codes::Code;
use crate::error::Severity;
use crate::recipe::lint::{Finding, Hit, Stage, acknowledge};
use crate::rulepack::RulePack;

impl Measured<'_> {
    /// The findings of the lint and those of the run, with what the recipe acknowledges; an
    /// acknowledgement that now silences nothing is a finding too.
    #[must_use]
    pub fn findings(&self, pack: &RulePack, mut found: Vec<Finding>) -> Vec<Finding> {
        let recipe = self.transformed.classified.request.recipe;
        let Some(privacy) = &recipe.privacy else { return found };
        if let Some((k, _)) = self.summary().joined
            && k < privacy.k
        {
            let hit = Hit { span: Some(privacy.span.clone()), ..Hit::default() };
            let finding = Finding::own(Code::JoinedBelowGate, Severity::Warning, hit);
            found.push(finding.fact("found", &k.to_string()).fact("wanted", &privacy.k.to_string()));
        }
        let unproven = self.searched().and_then(Decision::unproven);
        found.extend(unproven.map(|finding| Finding { span: Some(privacy.span.clone()), ..finding }));
        // Beyond its limit a column was published only because the recipe acknowledges it.
        for (table, measured) in
            self.transformed.classified.layout.tables.iter().zip(&self.measurement.tables)
        {
            for (column, people) in measured.unique.iter().filter(|(_, n)| *n > privacy.unique_limit) {
                let span = table.spec.column(column).map(|c| c.span.clone());
                let hit = Hit { table: Some(&table.spec.name), column: Some(column), span };
                let finding = Finding::own(Code::ColumnUnique, Severity::Warning, hit)
                    .fact("people", &people.to_string())
                    .fact("limit", &privacy.unique_limit.to_string());
                found.push(finding);
            }
        }
        acknowledge(recipe, pack, Stage::AfterRun, &mut found);
        found
    }
}
