//! The stages of a run, as types: what is not measured cannot be published, and what did not pass
//! the gate has no method that publishes it.
//!
//! [`Classified`] → [`Transformed`] → [`Measured`] → published folder. Everything before the last
//! step happens in a private folder that disappears when a stage is dropped.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::aggregate;
use super::apply::{Applied, Pass, Verdict, apply_table};
use super::chosen::{self, Chosen, FullDomain};
use super::compile::{Compiler, Frequent, Keys};
use super::count;
use super::decide::{self, Counts};
use super::decision::Decision;
use super::front::{self, Choice};
use super::gate::{Figures, GateFailure};
use super::hierarchies::{self, Hierarchies};
use super::layout::Layout;
use super::models;
use super::proof::Patience;
use super::recount::{self, Measurement, Target};
use super::rederive::{self, Rederived};
use super::targets::{owners, targets};
use crate::codes::Code;
use crate::crypto::RootKey;
use crate::error::{Diagnostic, Result};
use crate::io::publish::Staging;
use crate::recipe::{Recipe, Recoding, Step, TReference};
use crate::report::front::FrontPage;

/// What a run is given, besides keys and the place to publish.
pub struct Request<'a> {
    /// The recipe.
    pub recipe: &'a Recipe,
    /// Text of each CSV hierarchy by its path in the recipe.
    pub hierarchy_files: &'a BTreeMap<String, String>,
    /// Folder of the tables.
    pub data: &'a Path,
    /// Threads for every pass; changes no byte of the result.
    pub threads: usize,
    /// Told what is being done: (stage, table).
    pub progress: &'a dyn Fn(Stage, &str),
    /// How long each search may go on.
    pub patience: &'a dyn Patience,
}

/// What a run is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Pass 1.
    Counting,
    /// The search.
    Searching,
    /// Every combination, one by one.
    Rederiving,
    /// Pass 2.
    Writing,
    /// Counting again what was written.
    Measuring,
}

/// Recipe, hierarchies and layout fit together.
pub struct Classified<'a> {
    pub(crate) request: &'a Request<'a>,
    pub(crate) layout: Layout<'a>,
    pub(crate) hierarchies: Hierarchies,
}

/// The counted exchange and what was chosen for it.
pub struct Decided {
    pub(crate) counts: Counts,
    pub(crate) chosen: Chosen,
    /// People per value of columns with rarity suppression, as counted for this decision.
    pub(crate) frequent: Frequent,
    /// Whether it was searched for these counts; else an earlier one is applied again, and what it
    /// proved holds for other data.
    pub(crate) searched: bool,
    /// The decision that was made or re-applied.
    pub decision: Decision,
}

impl<'a> Classified<'a> {
    /// Builds hierarchies, compiles every column, works out the way to the person.
    ///
    /// # Errors
    /// Everything in the recipe that cannot be carried out.
    pub fn new(request: &'a Request<'a>) -> std::result::Result<Self, Vec<Diagnostic>> {
        let hierarchies = hierarchies::build(request.recipe, request.hierarchy_files)?;
        let layout = Layout::new(request.recipe)?;
        if let (Some(privacy), 0) = (&request.recipe.privacy, layout.attributes) {
            // A gate over nothing would read like a promise.
            let d = Diagnostic::error(Code::RecipeMissingKey).name("key", "role = \"quasi\"");
            return Err(d.at(privacy.span.clone()).into());
        }
        let mut refused = chosen::refusals(request.recipe, &layout);
        refused.extend(aggregate::refusals(request.recipe, &layout));
        refused.extend(models::check(request.recipe, &layout, &owners(&layout)));
        if !refused.is_empty() {
            return Err(refused);
        }
        let this = Self { request, layout, hierarchies };
        let compiler = this.compiler(None, Frequent::new());
        let mut problems = Vec::new();
        for table in &this.layout.tables {
            for column in &table.spec.columns {
                if let Err(d) = compiler.column(&table.spec.name, column, None) {
                    problems.push(d.in_table(&table.spec.name));
                }
            }
        }
        drop(compiler);
        if problems.is_empty() { Ok(this) } else { Err(problems) }
    }

    pub(crate) fn compiler<'k>(&'k self, keys: Option<&'k Keys>, frequent: Frequent) -> Compiler<'k> {
        Compiler { recipe: self.request.recipe, hierarchies: &self.hierarchies, keys, frequent }
    }

    /// Opens every table and matches its header, without reading further.
    ///
    /// # Errors
    /// All problems of all headers.
    pub fn check_headers(&self) -> std::result::Result<(), Vec<Diagnostic>> {
        use crate::classify::Assignment;
        use crate::io::source::Source;
        let mut problems = Vec::new();
        let populations = self.request.recipe.privacy.as_ref().map(|p| &p.populations);
        for table in &self.layout.tables {
            let spec = table.spec;
            if let Some(population) = populations.and_then(|p| p.get(&spec.name)) {
                let compiler = self.compiler(None, Frequent::new());
                let checked = models::check_header(table, population, &compiler, self.request.data);
                problems.extend(checked.err().map(|e| e.in_table(&spec.name)));
            }
            match Source::open(&self.request.data.join(&spec.file), &spec.format, &spec.null) {
                Err(e) => problems.push(e.in_table(&spec.name)),
                Ok(source) => {
                    problems.extend(Assignment::new(spec, &source.header).err().unwrap_or_default())
                }
            }
        }
        if problems.is_empty() { Ok(()) } else { Err(problems) }
    }

    /// Whether rows can be treated one by one, without counting first.
    pub(crate) fn is_row_local(&self) -> bool {
        self.request.recipe.privacy.is_none()
            && self.request.recipe.relations.is_empty()
            && !self.has_step(|s| matches!(s, Step::SuppressRare(_)))
            && self.layout.tables.iter().all(|t| t.key.is_none())
    }

    fn has_step(&self, wanted: impl Fn(&Step) -> bool) -> bool {
        self.request.recipe.tables.iter().flat_map(|t| &t.columns).flat_map(|c| &c.steps).any(wanted)
    }

    /// Whether counted values depend on a key (shifted dates do).
    #[must_use]
    pub fn counting_needs_key(&self) -> bool {
        self.has_step(|s| matches!(s, Step::DateShift { .. }))
    }

    /// Counts the tables and chooses levels: by the decision given, or by search. `staging` is the
    /// folder of the run that will write them, if one will.
    ///
    /// # Errors
    /// A fault of the input; [`Code::NotInHierarchy`] (with the values in `missing`);
    /// [`Code::Infeasible`].
    pub fn decide(
        &self,
        root: Option<&RootKey>,
        recipient: &str,
        given: Option<&Decision>,
        staging: Option<&Staging>,
        missing: &mut Vec<(String, String, Vec<String>)>,
    ) -> Result<Decided> {
        let keys = root.map(|r| Keys::derive(r, self.request.recipe, recipient)).transpose()?;
        let compiler = self.compiler(keys.as_ref(), self.frequent(keys.as_ref())?);
        let progress = |table: &str| (self.request.progress)(Stage::Counting, table);
        let (data, threads) = (self.request.data, self.request.threads);
        let counted = count::count(&self.layout, &compiler, data, threads, staging, &progress)?;
        for m in &counted.missing {
            missing.push((m.table.clone(), m.column.clone(), m.values.clone()));
        }
        let counts = Counts::new(counted, &self.layout, &compiler)?;
        (self.request.progress)(Stage::Searching, "");
        let (chosen, decision) = self.choose(&counts, given)?;
        let frequent = compiler.frequent;
        // A recoding per class is made anew, whatever was given; nothing is searched for it.
        let searched = given.is_none() && decision.proof.is_some();
        Ok(Decided { counts, chosen, decision, frequent, searched })
    }

    fn choose(&self, counts: &Counts, given: Option<&Decision>) -> Result<(Chosen, Decision)> {
        let (recipe, layout) = (self.request.recipe, &self.layout);
        let recoding = recipe.privacy.as_ref().map_or(&Recoding::FullDomain, |p| &p.recoding);
        let given = given.map(|d| d.fits(recipe).map(|()| d)).transpose()?;
        match (recoding, given) {
            (Recoding::FullDomain, Some(d)) => Ok((Chosen::FullDomain(d.node(layout)?), d.clone())),
            (Recoding::FullDomain, None) => {
                let asked = decide::requirement(counts, recipe, layout);
                let searched =
                    decide::search(counts, &asked, recipe, self.request.patience, decide::ALTERNATIVES)
                        .map_err(|e| decide::search_problem(&e, counts, recipe, layout))?;
                let decision = Decision::new(recipe, layout, &searched);
                Ok((Chosen::FullDomain(searched.search.best.node), decision))
            }
            (_, given) => {
                let chosen = chosen::recode(counts, recipe, layout)?;
                let decision = match given {
                    Some(d) => d.clone(),
                    None => Decision::of_classes(recipe, layout, &chosen.effect(counts, recipe, layout)?),
                };
                Ok((chosen, decision))
            }
        }
    }

    /// What one level per column would give, where the recipe asks for a value per class.
    ///
    /// # Errors
    /// [`Code::Internal`].
    pub fn full_domain(&self, decided: &Decided) -> Result<Option<FullDomain>> {
        chosen::beside(&decided.counts, self.request.recipe, &self.layout, self.request.patience)
    }

    /// Whether a question about levels per column can be asked (`option` of the command line); known
    /// before any file is opened.
    ///
    /// # Errors
    /// [`Code::RecodingUnsupported`] where every class has its own values.
    pub fn check_levels(&self, option: &str) -> Result<()> {
        let privacy = self.request.recipe.privacy.as_ref();
        match privacy.filter(|p| p.recoding != Recoding::FullDomain) {
            Some(privacy) => Err(chosen::unsupported(privacy, option)),
            None => Ok(()),
        }
    }

    /// What other values of k and of the suppression limit would cost.
    ///
    /// # Errors
    /// [`Code::RecodingUnsupported`] where levels are not per column; [`Code::Internal`].
    pub fn front(&self, decided: &Decided) -> Result<Vec<Choice>> {
        self.check_levels("--front")?;
        (self.request.progress)(Stage::Searching, "");
        front::front(&decided.counts, self.request.recipe, &self.layout, self.request.patience)
    }

    /// The choices as a page shows them.
    #[must_use]
    pub fn front_page(&self, decided: &Decided, choices: &[Choice], recipe_text: &str) -> FrontPage {
        front::page(&decided.counts, self.request.recipe, recipe_text, choices)
    }

    /// Derives a decision again, from every combination of levels.
    ///
    /// # Errors
    /// As [`rederive::rederive`].
    pub fn rederive(&self, decided: &Decided) -> Result<Rederived> {
        self.check_levels("--exhaustive")?;
        let looked = |at: u64, of: u64| {
            if at.is_multiple_of(64) {
                (self.request.progress)(Stage::Rederiving, &format!("{at} / {of}"));
            }
        };
        let (recipe, layout) = (self.request.recipe, &self.layout);
        rederive::rederive(&decided.counts, recipe, layout, &decided.decision, self.request.patience, &looked)
    }

    /// People per value of the columns whose rare values are suppressed.
    fn frequent(&self, keys: Option<&Keys>) -> Result<Frequent> {
        if !self.has_step(|s| matches!(s, Step::SuppressRare(_))) {
            return Ok(Frequent::new());
        }
        let compiler = self.compiler(keys, Frequent::new());
        let progress = |table: &str| (self.request.progress)(Stage::Counting, table);
        let (data, threads) = (self.request.data, self.request.threads);
        let people = count::count(&self.layout, &compiler, data, threads, None, &progress)?;
        super::rarity::count(&self.layout, &compiler, &people, data, threads, &progress)
    }

    /// Counts, decides and writes every table into `staging`.
    ///
    /// # Errors
    /// Any fault; nothing is visible then.
    pub fn transform(
        &'a self,
        root: &RootKey,
        recipient: &str,
        given: Option<&Decision>,
        staging: Staging,
        max_memory: u64,
        missing: &mut Vec<(String, String, Vec<String>)>,
    ) -> Result<Transformed<'a>> {
        let keys = Keys::derive(root, self.request.recipe, recipient)?;
        let decided = if self.is_row_local() {
            None
        } else {
            Some(self.decide(Some(root), recipient, given, Some(&staging), missing)?)
        };
        let effect = match &decided {
            Some(d) => Some(d.chosen.effect(&d.counts, self.request.recipe, &self.layout)?),
            None => None,
        };
        // What was rare while counting is rare while writing; it is not counted a second time.
        let frequent = decided.as_ref().map_or_else(Frequent::new, |d| d.frequent.clone());
        let compiler = self.compiler(Some(&keys), frequent);
        let pass = Pass {
            compiler: &compiler,
            keys: &keys,
            data: self.request.data,
            threads: self.request.threads,
            max_memory,
            staging: &staging,
        };
        let mut applied = Vec::new();
        for (index, table) in self.layout.tables.iter().enumerate() {
            (self.request.progress)(Stage::Writing, &table.spec.name);
            let verdict = match (&decided, &effect) {
                (Some(d), Some(e)) => {
                    Some(Verdict { counts: &d.counts, verdicts: &e.verdicts, levels: &e.levels })
                }
                _ => None,
            };
            let aggregates = aggregate::read(index, table, verdict.as_ref(), &pass)?;
            applied.push(apply_table(index, table, verdict.as_ref(), &aggregates, &pass)?);
        }
        let figures = match (&decided, effect) {
            (Some(d), Some(e)) => Some(Figures::new(d, &e, self)?),
            _ => None,
        };
        Ok(Transformed { classified: self, staging, applied, decided, figures })
    }
}

/// Written, in a private folder, not yet measured.
pub struct Transformed<'a> {
    pub(crate) classified: &'a Classified<'a>,
    pub(crate) staging: Staging,
    pub(crate) applied: Vec<Applied>,
    pub(crate) decided: Option<Decided>,
    pub(crate) figures: Option<Figures>,
}

/// Measured on the written bytes, and the gate has been passed.
pub struct Measured<'a> {
    pub(crate) transformed: Transformed<'a>,
    pub(crate) measurement: Measurement,
}

impl<'a> Transformed<'a> {
    /// Reads the written files again, counts, and compares with the gate.
    ///
    /// # Errors
    /// Every way in which the gate was missed.
    pub fn measure(self) -> std::result::Result<Measured<'a>, Vec<Diagnostic>> {
        let classified = self.classified;
        // A file without records cannot be read again, so this is told before it is tried.
        let empty: Vec<Diagnostic> = classified
            .layout
            .tables
            .iter()
            .zip(&self.applied)
            .filter(|(_, applied)| applied.tally.written == 0)
            .map(|(table, _)| Diagnostic::error(Code::AllSuppressed).in_table(&table.spec.name))
            .collect();
        if !empty.is_empty() {
            return Err(empty);
        }
        let mut targets = targets(classified, &self.applied, |file| self.staging.path(file));
        self.ask(&mut targets).map_err(|e| Vec::from(*e))?;
        (classified.request.progress)(Stage::Measuring, "");
        let measurement =
            recount::measure(&targets, classified.request.threads).map_err(|e| Vec::from(*e))?;
        let mut failures = GateFailure::find(classified, &self, &measurement);
        for ((table, applied), measured) in
            classified.layout.tables.iter().zip(&self.applied).zip(&measurement.tables)
        {
            // Rows in = rows out + rows suppressed, always, and the file holds what was written.
            let adds_up = applied.scanned.records == applied.tally.written + applied.tally.suppressed
                && measured.scanned.records == applied.tally.written
                && measured.scanned.sha256 == applied.written.sha256;
            if !adds_up {
                failures.push(Diagnostic::error(Code::Internal).in_table(&table.spec.name));
            }
        }
        if failures.is_empty() { Ok(Measured { transformed: self, measurement }) } else { Err(failures) }
    }
}

impl Transformed<'_> {
    /// What else must be counted: figures of further models, and what compares with the input.
    fn ask(&self, targets: &mut [Target]) -> Result<()> {
        let (classified, Some(decided)) = (self.classified, &self.decided) else { return Ok(()) };
        let Some(privacy) = &classified.request.recipe.privacy else { return Ok(()) };
        let compiler = classified.compiler(None, decided.frequent.clone());
        let asked = models::asked(classified.request.recipe, &classified.layout);
        let tables = classified.layout.tables.iter().zip(&self.applied);
        for (index, ((table, applied), target)) in tables.zip(targets).enumerate() {
            let forms_of = |columns: &[usize]| -> Result<Vec<models::Form>> {
                let specs = columns.iter().filter_map(|c| table.spec.columns.get(*c));
                let numeric = specs.map(|c| Ok(compiler.column(&table.spec.name, c, None)?.is_numeric()));
                let form = |n: Result<bool>| Ok(models::Form::new(&applied.form, table.spec.unmappable, n?));
                numeric.map(form).collect()
            };
            let forms = forms_of(&table.sensitive)?;
            // Where every class has its own values no population is asked for.
            if let (Some(spec), Chosen::FullDomain(node)) =
                (privacy.populations.get(&table.spec.name), &decided.chosen)
            {
                let (data, quasi) = (classified.request.data, forms_of(&table.quasi)?);
                let at = (index, node.0.as_slice());
                let found = models::generalised(table, spec, &compiler, data, &decided.counts, at, &quasi)?;
                target.population = Some(found);
            }
            let own = models::questions(&asked, index, &decided.counts, &classified.hierarchies, &forms);
            let compared = |at: usize, name: &String| {
                let key = (table.spec.name.clone(), name.clone());
                (privacy.t_reference == TReference::Input && privacy.t.contains_key(&key))
                    || own.iter().any(|q| q.column == Some(at) && q.against_input)
            };
            let inputs = target.sensitive.iter().zip(&forms).enumerate().map(|(at, (name, form))| {
                compared(at, name).then(|| models::input(&decided.counts, index, at, form))
            });
            target.inputs = inputs.collect();
            target.questions = own;
        }
        Ok(())
    }
}

impl Measured<'_> {
    /// Adds a file about the run (manifest, report) to the folder.
    ///
    /// # Errors
    /// [`Code::OutputFailed`].
    pub fn add(&self, name: &str, bytes: &[u8]) -> Result<()> {
        use std::io::Write;
        let mut file = self.transformed.staging.create(name)?;
        file.write_all(bytes)
            .map_err(|_| Box::new(Diagnostic::error(Code::OutputFailed).name("step", "write")))?;
        file.finish()
    }

    /// The decision that was made or re-applied; `None` when rows were treated one by one.
    #[must_use]
    pub fn decision(&self) -> Option<&Decision> {
        self.transformed.decided.as_ref().map(|d| &d.decision)
    }

    /// The decision, where it was searched for these inputs.
    pub(crate) fn searched(&self) -> Option<&Decision> {
        self.transformed.decided.as_ref().filter(|d| d.searched).map(|d| &d.decision)
    }

    /// Makes the folder visible.
    ///
    /// # Errors
    /// [`Code::OutputExists`], [`Code::OutputFailed`].
    pub fn publish(self) -> Result<PathBuf> {
        self.transformed.staging.publish()
    }
}
