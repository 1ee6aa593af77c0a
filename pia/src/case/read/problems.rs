//! Everything that is wrong with a case, collected: a person wants the whole list, but a hostile
//! file must not make it endless.

use crate::case::nearest;
use crate::case::tree::{Place, SourceFile};
use crate::codes::Code;
use crate::error::{Diagnostic, Severity, Spot};

/// Longest list of errors, and of warnings.
const MOST: usize = 100;

pub(super) struct Problems<'f> {
    pub(super) files: &'f [SourceFile],
    list: Vec<Diagnostic>,
    errors: usize,
    warnings: usize,
}

impl<'f> Problems<'f> {
    pub(super) fn new(files: &'f [SourceFile]) -> Self {
        Self { files, list: Vec::new(), errors: 0, warnings: 0 }
    }

    /// A place as people see it.
    pub(super) fn spot(&self, place: &Place) -> Spot {
        match self.files.get(usize::from(place.file)) {
            Some(file) => Spot::bytes(file, &place.span),
            None => Spot::file(""),
        }
    }

    /// Adds a fault of a place.
    pub(super) fn at(&mut self, place: &Place, problem: Diagnostic) {
        if self.room(problem.severity) {
            let spot = self.spot(place);
            self.push(problem.at(spot));
        } else {
            self.push(problem);
        }
    }

    /// Adds a fault that has its place already, or none.
    pub(super) fn push(&mut self, problem: Diagnostic) {
        let severity = problem.severity;
        if self.room(severity) {
            self.list.push(problem);
        }
        match severity {
            Severity::Error => self.errors += 1,
            Severity::Warning => self.warnings += 1,
        }
    }

    /// Adds the known name that was probably meant. The search is spared when the fault will not be
    /// listed any more: a hostile file holds a million of them.
    pub(super) fn near<'a>(
        &self,
        fault: Diagnostic,
        written: &str,
        known: impl IntoIterator<Item = &'a str>,
    ) -> Diagnostic {
        let name = self.room(fault.severity).then(|| nearest(written, known)).flatten();
        match name {
            Some(name) => fault.name("nearest", name),
            None => fault,
        }
    }

    /// Whether one more of this severity would be listed.
    pub(super) fn room(&self, severity: Severity) -> bool {
        match severity {
            Severity::Error => self.errors < MOST,
            Severity::Warning => self.warnings < MOST,
        }
    }

    /// Whether nothing but warnings was found.
    pub(super) fn usable(&self) -> bool {
        self.errors == 0
    }

    /// All of them in order of their places.
    pub(super) fn into_sorted(mut self) -> Vec<Diagnostic> {
        self.list.sort_by(|a, b| order(a).cmp(&order(b)));
        let left = self.errors.saturating_sub(MOST) + self.warnings.saturating_sub(MOST);
        if let Ok(left @ 1..) = u32::try_from(left) {
            let severity = if self.errors > MOST { Severity::Error } else { Severity::Warning };
            self.list
                .push(Diagnostic { severity, ..Diagnostic::error(Code::TooManyFaults).number("left", left) });
        }
        self.list
    }
}

fn order(d: &Diagnostic) -> (&str, usize, Code, &std::collections::BTreeMap<&'static str, String>) {
    let (file, start) = match &d.spot {
        Some(spot) => (spot.file.as_str(), spot.span.as_ref().map_or(0, |span| span.start)),
        None => ("", 0),
    };
    (file, start, d.code, &d.facts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warnings_never_crowd_out_errors() {
        let mut problems = Problems::new(&[]);
        for _ in 0..250 {
            problems.push(Diagnostic::warning(Code::HiddenCharacter));
        }
        assert!(problems.usable());
        problems.push(Diagnostic::error(Code::BadId));
        assert!(!problems.usable());
        let list = problems.into_sorted();
        assert_eq!(list.iter().filter(|d| d.code == Code::BadId).count(), 1);
        assert_eq!(list.len(), MOST + 2);
        assert!(list.iter().any(|d| d.code == Code::TooManyFaults && d.severity == Severity::Warning));
    }
}
