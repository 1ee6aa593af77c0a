//! Whether what was promised of a processing is what a verified run has measured.

use super::status::{NotAccepted, Standing};
use super::{Figure, RunManifest};

/// What a case promises of a dataset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Promise<'a> {
    /// Id of the dataset.
    pub dataset: &'a str,
    /// Its table in the manifest; `None`: every table of the manifest.
    pub table: Option<&'a str>,
    /// Least k.
    pub k: Option<i64>,
    /// Least l.
    pub l: Option<i64>,
    /// Greatest t, per cent.
    pub t_percent: Option<i64>,
}

/// Whether a promise is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// Measured, and met.
    Yes,
    /// Measured and not met, or the manifest is broken or out of date.
    No,
    /// Not shown; why.
    Open(&'static str),
}

impl Kept {
    /// One more manifest: one that is not kept decides, one that is kept suffices.
    #[must_use]
    pub fn and_also(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Yes, _) | (_, Self::Yes) => Self::Yes,
            (Self::Open(_), Self::Open(reason)) => Self::Open(reason),
        }
    }
}

const K: &str = "k-anonymity";
const L: &str = "l-diversity.distinct";
/// Against the published table, or against the original; the run's gate chose one of them.
const T: [&str; 2] = ["t-closeness.equal.published", "t-closeness.equal.input"];
/// Ratios are whole numbers of 10⁻¹⁰.
const PER_CENT: i128 = 100_000_000;

impl Promise<'_> {
    /// Whether an evidence shows that the promise is kept.
    #[must_use]
    pub fn is_kept_by(&self, standing: &Standing) -> Kept {
        match (standing.refused, &standing.manifest) {
            (Some(refused), _) if refused.is_broken_manifest() => Kept::No,
            // What was shown once is shown no longer.
            (Some(NotAccepted::Expired | NotAccepted::DigestDiffers), _)
                if standing.kind == "run-manifest" =>
            {
                Kept::No
            }
            (Some(refused), _) => Kept::Open(refused.id()),
            (None, None) => Kept::Open("other-kind"),
            (None, Some(_)) if !self.is_covered_by(&standing.covers) => Kept::Open("other-dataset"),
            (None, Some(manifest)) => self.is_measured_by(manifest.content()),
        }
    }

    fn is_covered_by(&self, covers: &[String]) -> bool {
        covers.is_empty() || covers.iter().any(|id| id == self.dataset)
    }

    fn is_measured_by(&self, run: &RunManifest) -> Kept {
        if run.demo {
            return Kept::Open("demo-key");
        }
        if self.k.is_none() && self.l.is_none() && self.t_percent.is_none() {
            return Kept::Open("nothing-promised");
        }
        // Outer none: not measured; inner none: measured, and no record was published.
        let figures = |definition: &str| -> Vec<Option<Figure>> {
            let about =
                |table: Option<&str>| table.is_some() && (self.table.is_none() || table == self.table);
            let found = run.measures.iter();
            found
                .filter(|m| m.definition == definition && about(m.table.as_deref()))
                .map(|m| m.value)
                .collect()
        };
        let at_least = |least: i64| {
            move |figure: Figure| match figure {
                Figure::Count(count) => i128::from(count) >= i128::from(least),
                Figure::Ratio(_) => false,
            }
        };
        let mut kept = vec![];
        if let Some(k) = self.k {
            kept.push(all_meet(&figures(K), at_least(k)));
        }
        if let Some(l) = self.l {
            kept.push(all_meet(&figures(L), at_least(l)));
        }
        if let Some(t) = self.t_percent {
            let found = T.iter().map(|definition| figures(definition)).find(|found| !found.is_empty());
            kept.push(all_meet(&found.unwrap_or_default(), |figure| match figure {
                Figure::Ratio(ratio) => ratio <= i128::from(t) * PER_CENT,
                Figure::Count(_) => false,
            }));
        }
        if kept.contains(&Kept::No) {
            Kept::No
        } else {
            kept.into_iter().find(|one| *one != Kept::Yes).unwrap_or(Kept::Yes)
        }
    }
}

fn all_meet(figures: &[Option<Figure>], meets: impl Fn(Figure) -> bool) -> Kept {
    if figures.is_empty() {
        Kept::Open("not-measured")
    } else if figures.iter().flatten().all(|figure| meets(*figure)) {
        Kept::Yes
    } else {
        Kept::No
    }
}
