//! What is being done, on a terminal: one line per stage and table.

use std::cell::RefCell;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

use super::Session;
use crate::pipeline::run::Stage;

/// Progress on standard error; silent when it is not a terminal or `--quiet`.
pub(super) struct Progress<'s> {
    session: &'s Session,
    bar: RefCell<Option<ProgressBar>>,
}

impl<'s> Progress<'s> {
    pub(super) fn new(session: &'s Session) -> Self {
        Self { session, bar: RefCell::new(None) }
    }

    /// Shows a stage.
    pub(super) fn show(&self, stage: Stage, table: &str) {
        if self.session.quiet {
            return;
        }
        let key = match stage {
            Stage::Counting => "progress.counting",
            Stage::Searching => "progress.searching",
            Stage::Rederiving => "progress.rederiving",
            Stage::Writing => "progress.writing",
            Stage::Measuring => "progress.measuring",
        };
        let mut bar = self.bar.borrow_mut();
        let bar = bar.get_or_insert_with(|| {
            let bar = ProgressBar::new_spinner();
            if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} ({elapsed})") {
                bar.set_style(style);
            }
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        bar.set_message(format!("{} {table}", self.session.words.ui(key)));
    }

    /// Clears the line.
    pub(super) fn done(&self) {
        if let Some(bar) = self.bar.borrow_mut().take() {
            bar.finish_and_clear();
        }
    }
}
