//! The shape of the command line. The sentences of `--help` are in `i18n/`, keyed by command and
//! argument (`cli.run.key`); a test demands one for each.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

#[derive(Parser)]
#[command(name = "deid", version, disable_help_subcommand = true)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
    #[arg(long, global = true, value_enum, default_value = "text")]
    pub(super) format: OutputFormat,
    #[arg(long, global = true, value_parser = ["ja", "en"])]
    pub(super) lang: Option<String>,
    #[arg(long, global = true)]
    pub(super) quiet: bool,
    #[arg(long, global = true)]
    pub(super) threads: Option<std::num::NonZeroUsize>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum OutputFormat {
    Text,
    Json,
}

#[derive(Subcommand)]
pub(super) enum Command {
    Check(CheckArguments),
    Plan(PlanArguments),
    Run(RunArguments),
    Measure(MeasureArguments),
    Verify(VerifyArguments),
    Key(KeyArguments),
    Synth(SynthArguments),
    Explain(ExplainArguments),
}

#[derive(Args)]
pub(super) struct CheckArguments {
    pub(super) recipe: PathBuf,
    #[arg(long)]
    pub(super) data: Option<PathBuf>,
    #[arg(long)]
    pub(super) rules: Option<PathBuf>,
}

#[derive(Args)]
pub(super) struct PlanArguments {
    pub(super) recipe: PathBuf,
    #[arg(long)]
    pub(super) data: PathBuf,
    #[arg(long)]
    pub(super) decision: Option<PathBuf>,
    #[arg(long)]
    pub(super) replace: bool,
    #[arg(long)]
    pub(super) front: bool,
    #[arg(long, value_name = "FILE", requires = "front")]
    pub(super) report: Option<PathBuf>,
    #[arg(long)]
    pub(super) exhaustive: bool,
    #[arg(long, value_name = "SECONDS")]
    pub(super) time_limit: Option<u64>,
    #[arg(long)]
    pub(super) missing_values: Option<PathBuf>,
    #[arg(long)]
    pub(super) rules: Option<PathBuf>,
    #[command(flatten)]
    pub(super) key: RootArguments,
    #[arg(long)]
    pub(super) recipient: Option<String>,
}

/// Where the root key comes from.
#[derive(Args)]
pub(super) struct RootArguments {
    #[arg(long, conflicts_with = "demo_key")]
    pub(super) key: Option<PathBuf>,
    #[arg(long)]
    pub(super) demo_key: bool,
}

#[derive(Args)]
pub(super) struct RunArguments {
    pub(super) recipe: PathBuf,
    #[arg(long)]
    pub(super) data: PathBuf,
    #[command(flatten)]
    pub(super) key: RootArguments,
    #[arg(long)]
    pub(super) sign: Option<PathBuf>,
    #[arg(long)]
    pub(super) out: PathBuf,
    #[arg(long)]
    pub(super) recipient: Option<String>,
    #[arg(long)]
    pub(super) decision: Option<PathBuf>,
    #[arg(long)]
    pub(super) replace: bool,
    #[arg(long, value_name = "SECONDS")]
    pub(super) time_limit: Option<u64>,
    #[arg(long, default_value = "512M")]
    pub(super) max_memory: String,
    #[arg(long)]
    pub(super) time: Option<String>,
    #[arg(long)]
    pub(super) missing_values: Option<PathBuf>,
    #[arg(long)]
    pub(super) rules: Option<PathBuf>,
}

#[derive(Args)]
pub(super) struct MeasureArguments {
    pub(super) file: PathBuf,
    #[arg(long, value_delimiter = ',', required = true)]
    pub(super) quasi: Vec<String>,
    #[arg(long, value_delimiter = ',')]
    pub(super) sensitive: Vec<String>,
    #[arg(long)]
    pub(super) person: Option<String>,
    #[arg(long)]
    pub(super) hierarchies: Option<PathBuf>,
    #[arg(long)]
    pub(super) source: Option<PathBuf>,
    #[arg(long)]
    pub(super) encoding: Option<String>,
    #[arg(long, default_value = ",")]
    pub(super) delimiter: String,
    #[arg(long, default_value = "0.2")]
    pub(super) threshold: f64,
    #[arg(long, value_name = "N")]
    pub(super) population: Option<String>,
    #[arg(long, value_name = "FILE")]
    pub(super) population_file: Option<PathBuf>,
    #[arg(long)]
    pub(super) subsets: bool,
    #[arg(long, default_value = "0.5")]
    pub(super) gs_factor: f64,
}

#[derive(Args)]
pub(super) struct VerifyArguments {
    pub(super) folder: PathBuf,
    #[arg(long)]
    pub(super) trust: Vec<PathBuf>,
    #[arg(long)]
    pub(super) countersign: Option<PathBuf>,
    #[arg(long)]
    pub(super) time: Option<String>,
}

#[derive(Args)]
pub(super) struct KeyArguments {
    #[command(subcommand)]
    pub(super) command: KeyCommand,
}

#[derive(Clone, Copy, ValueEnum)]
pub(super) enum KeyKindArgument {
    Root,
    Signing,
}

#[derive(Subcommand)]
pub(super) enum KeyCommand {
    New {
        #[arg(long, value_enum)]
        kind: KeyKindArgument,
        #[arg(long)]
        label: String,
        #[arg(long)]
        out: PathBuf,
    },
    Show {
        file: PathBuf,
    },
    Public {
        file: PathBuf,
        #[arg(long)]
        out: Option<PathBuf>,
    },
    Destroy {
        file: PathBuf,
        #[arg(long)]
        by: String,
        #[arg(long)]
        sign: PathBuf,
        #[arg(long)]
        record: PathBuf,
        #[arg(long)]
        time: Option<String>,
    },
}

#[derive(Args)]
pub(super) struct SynthArguments {
    #[command(subcommand)]
    pub(super) command: SynthCommand,
}

#[derive(Subcommand)]
pub(super) enum SynthCommand {
    City {
        #[arg(long)]
        residents: u32,
        #[arg(long)]
        seed: u64,
        #[arg(long)]
        out: PathBuf,
        #[arg(long, default_value = "utf-8")]
        encoding: String,
        #[arg(long, value_delimiter = ',')]
        tables: Vec<String>,
        #[arg(long, value_parser = ["all", "carried"], default_value = "all")]
        people: String,
        #[arg(long, default_value = "all")]
        injections: String,
        #[arg(long)]
        replace: bool,
    },
    Emergency {
        #[arg(long)]
        residents: u32,
        #[arg(long)]
        seed: u64,
        #[arg(long)]
        out: PathBuf,
    },
}

#[derive(Args)]
pub(super) struct ExplainArguments {
    pub(super) topic: String,
}
