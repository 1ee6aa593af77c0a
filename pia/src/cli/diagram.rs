//! `pia diagram`: the data-flow picture alone, as SVG.

use crate::dossier::model::Block;
use crate::error::Exit;
use crate::io::publish;
use crate::words::Words;

use super::arguments::{Diagram, Format};
use super::output::{Failure, finish, result};
use super::report;
use super::session::{Session, unusable};

pub(super) fn run(arguments: &Diagram, words: &Words) -> Exit {
    finish(diagram(arguments, words))
}

fn diagram(arguments: &Diagram, words: &Words) -> Result<Exit, Failure> {
    let session = Session::open(&arguments.case, words)?;
    let dossier = report::dossier(&session, None, words)?;
    let figure = dossier.sections.iter().flat_map(|section| &section.blocks).find_map(|block| match block {
        Block::Figure { svg, alt, .. } => Some((svg, alt)),
        _ => None,
    });
    let Some((svg, alt)) = figure else {
        return Err(Failure { text: words.ui("diagram.none").to_owned(), exit: Exit::Unusable });
    };
    match &arguments.out {
        Some(out) => {
            publish::file(out, svg.as_bytes(), arguments.replace)
                .map_err(|found| unusable(&[*found], &[], words, Exit::Fault))?;
            result(&match arguments.format {
                Format::Text => out.display().to_string(),
                Format::Json => {
                    serde_json::json!({ "file": out.display().to_string(), "description": alt }).to_string()
                }
            });
        }
        None => result(&match arguments.format {
            Format::Text => svg.clone(),
            Format::Json => serde_json::json!({ "svg": svg, "description": alt }).to_string(),
        }),
    }
    Ok(Exit::Done)
}
