//! What can be typed. The sentences of `--help` stand in i18n under `cli`.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::rule::{Gate, Role};
use crate::words::Lang;

#[derive(Parser)]
#[command(name = "pia", version, disable_help_subcommand = true)]
pub(super) struct Arguments {
    /// Language of messages and documents.
    #[arg(long, value_enum, global = true)]
    pub(super) lang: Option<Language>,
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Language {
    Ja,
    En,
}

impl From<Language> for Lang {
    fn from(language: Language) -> Self {
        match language {
            Language::Ja => Self::Ja,
            Language::En => Self::En,
        }
    }
}

#[derive(Subcommand)]
pub(super) enum Command {
    New(New),
    Ask(Ask),
    Check(Check),
    Report(Report),
    Diagram(Diagram),
    Diff(Diff),
    Show(Show),
    Rules(Rules),
}

#[derive(Args)]
pub(super) struct New {
    pub(super) dir: PathBuf,
    #[arg(long, default_value = "empty")]
    pub(super) template: String,
    #[arg(long, value_enum, default_value = "text")]
    pub(super) format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Asker {
    Engineer,
    Department,
    Officer,
}

impl From<Asker> for Role {
    fn from(asker: Asker) -> Self {
        match asker {
            Asker::Engineer => Self::Engineer,
            Asker::Department => Self::Department,
            Asker::Officer => Self::Officer,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum UntilGate {
    Submission,
    Start,
    During,
    End,
    Acceptance,
}

impl From<UntilGate> for Gate {
    fn from(gate: UntilGate) -> Self {
        match gate {
            UntilGate::Submission => Self::Submission,
            UntilGate::Start => Self::Start,
            UntilGate::During => Self::During,
            UntilGate::End => Self::End,
            UntilGate::Acceptance => Self::Acceptance,
        }
    }
}

#[derive(Args)]
pub(super) struct Ask {
    pub(super) case: PathBuf,
    #[arg(long)]
    pub(super) rules: Option<PathBuf>,
    #[arg(long)]
    pub(super) section: Option<String>,
    #[arg(long, value_enum)]
    pub(super) role: Option<Asker>,
    /// Up to this gate; absent: the one that the case has reached.
    #[arg(long, value_enum)]
    pub(super) gate: Option<UntilGate>,
    /// One question, even if it was answered.
    #[arg(long)]
    pub(super) question: Option<String>,
    /// Also what was answered 未確認.
    #[arg(long)]
    pub(super) again: bool,
    #[arg(long)]
    pub(super) by: Option<String>,
    /// The day of the answers.
    #[arg(long)]
    pub(super) date: Option<String>,
    /// The next question as JSON, and nothing else.
    #[arg(long)]
    pub(super) next: bool,
    /// `json` is another word for `--next`.
    #[arg(long, value_enum, default_value = "text")]
    pub(super) format: Format,
}

/// What every command that opens a case takes.
#[derive(Args)]
pub(super) struct CaseArguments {
    pub(super) case: PathBuf,
    #[arg(long)]
    pub(super) rules: Option<PathBuf>,
    /// `today`, a day, or absent: the day of the case's version.
    #[arg(long)]
    pub(super) date: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    Text,
    Json,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum CheckFormat {
    Text,
    Json,
    Sarif,
}

#[derive(Args)]
pub(super) struct Check {
    #[command(flatten)]
    pub(super) case: CaseArguments,
    #[arg(long, value_enum, default_value = "text")]
    pub(super) format: CheckFormat,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(super) enum Document {
    Html,
    Pdf,
    Docx,
    Xlsx,
    Json,
}

#[derive(Args)]
pub(super) struct Report {
    #[command(flatten)]
    pub(super) case: CaseArguments,
    #[arg(long)]
    pub(super) out: PathBuf,
    #[arg(long, value_enum, value_delimiter = ',')]
    pub(super) documents: Vec<Document>,
    /// An earlier version of the case, for the table of changes.
    #[arg(long)]
    pub(super) previous: Option<PathBuf>,
    #[arg(long)]
    pub(super) replace: bool,
    #[arg(long, value_enum, default_value = "text")]
    pub(super) format: Format,
}

#[derive(Args)]
pub(super) struct Diagram {
    #[command(flatten)]
    pub(super) case: CaseArguments,
    #[arg(long)]
    pub(super) out: Option<PathBuf>,
    #[arg(long)]
    pub(super) replace: bool,
    #[arg(long, value_enum, default_value = "text")]
    pub(super) format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum DiffFormat {
    Text,
    Table,
    Json,
}

#[derive(Args)]
pub(super) struct Diff {
    pub(super) old: PathBuf,
    pub(super) new: PathBuf,
    #[arg(long)]
    pub(super) rules: Option<PathBuf>,
    #[arg(long)]
    pub(super) date: Option<String>,
    #[arg(long, value_enum, default_value = "text")]
    pub(super) format: DiffFormat,
}

#[derive(Args)]
pub(super) struct Show {
    #[command(flatten)]
    pub(super) case: CaseArguments,
    /// Id of a finding (`C03@F5`), rule, question, flow or other object.
    pub(super) what: String,
    #[arg(long, value_enum, default_value = "text")]
    pub(super) format: Format,
}

#[derive(Args)]
pub(super) struct Rules {
    #[command(subcommand)]
    pub(super) command: RulesCommand,
}

#[derive(Subcommand)]
pub(super) enum RulesCommand {
    List(RulePack),
    Show(OneRule),
    Test(RulePack),
    New(NewRule),
}

#[derive(Args)]
pub(super) struct RulePack {
    #[arg(long)]
    pub(super) rules: Option<PathBuf>,
    #[arg(long, value_enum, default_value = "text")]
    pub(super) format: Format,
}

#[derive(Args)]
pub(super) struct OneRule {
    pub(super) id: String,
    #[arg(long)]
    pub(super) rules: Option<PathBuf>,
    #[arg(long, value_enum, default_value = "text")]
    pub(super) format: Format,
}

#[derive(Args)]
pub(super) struct NewRule {
    pub(super) id: String,
    #[arg(long)]
    pub(super) area: String,
    #[arg(long)]
    pub(super) rules: Option<PathBuf>,
    #[arg(long, value_enum, default_value = "text")]
    pub(super) format: Format,
}
