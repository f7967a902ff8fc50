//! `pointsman test`.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use clap::Args;
use pointsman_routing::explain::shown_text;
use serde_json::{Value as Json, json};

use super::base::base;
use super::console::{self, Output, Reader, Status, Stream};
use super::replace;
use super::subject::{self, Compiled};
use super::written::Written;
use crate::compile::Outcome;
use crate::diagnostic::Findings;
use crate::document::Folder;
use crate::document::load::place;
use crate::model::Model;
use crate::proof::{self, Proof};
use crate::propose::{Refused, propose};

/// Options of `pointsman test`.
#[derive(Debug, Args)]
#[command(after_help = "Example: pointsman test edge --fail-under 80\n\n\
                        Runs [[tests]] through the matcher that serves, and says which routes they\n\
                        reach. With --write, routes that none reaches get one: a request that the\n\
                        matcher gives to the route, and what becomes of it today. It goes to a new\n\
                        file that the configuration includes, `tests.toml`, and is shown; read it\n\
                        before you keep it.\n\n\
                        Exit codes: 0 ok, 1 findings, a test that fails, or too few routes reached, 2 trouble")]
pub(super) struct Options {
    /// A folder with pointsman.toml, or a first file of any name.
    #[arg(default_value = ".")]
    path: PathBuf,
    /// Exits with 1 where fewer routes of a hundred are reached.
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100))]
    fail_under: Option<u8>,
    /// Writes a new file with a test for each route that none reaches.
    #[arg(long)]
    write: bool,
    /// One JSON object instead of text.
    #[arg(long)]
    json: bool,
}

/// Rows of the table of routes; machines get all.
const ROUTES_SHOWN_MAX: usize = 100;

pub(super) fn run(options: &Options, output: &mut Output) -> Status {
    let reader = Reader::of(options.json);
    let compiled = match subject::compiled((&options.path, 0), "testing", reader, output) {
        Ok(compiled) => compiled,
        Err(status) => return status,
    };
    let Compiled { mut outcome, artifact, .. } = compiled;
    let Some(model) = &outcome.model else { return Status::Findings };
    let proof = proof::prove(model, &artifact);
    let mut findings = Findings::new();
    for (test, verdict) in model.tests.iter().zip(&proof.verdicts) {
        if !verdict.problems.is_empty() {
            findings.push(proof::finding(test, verdict, &options.path));
        }
    }
    outcome.findings = findings;
    let mut report = if options.json { json_report(&outcome, &proof) } else { Json::Null };
    if !options.json {
        output.findings(&outcome, Stream::Out);
        output.out(&text_report(&outcome, &proof));
    }
    let mut status = if proof.failed() > 0 { Status::Findings } else { Status::Done };
    if options.write {
        let base = base(&options.path);
        match write(options, &outcome, (&artifact, &proof)) {
            Ok(written) if options.json => report["written"] = written.as_json(&base),
            Ok(written) => output.out(&written.as_text(&base)),
            Err(refused) => status = refused,
        }
    }
    if options.json {
        output.out(&format!("{report}\n"));
    }
    if let Some(percent) = options.fail_under.filter(|percent| !proof.covers(*percent)) {
        let found = proof.percent();
        console::err(&format!("error: tests reach {found} % of the routes, under {percent} %\n"));
        return if status == Status::Done { Status::Findings } else { status };
    }
    status
}

fn json_report(outcome: &Outcome, proof: &Proof) -> Json {
    let Some(model) = &outcome.model else { return Json::Null };
    let sources = &outcome.sources;
    let tests = model.tests.iter().zip(&proof.verdicts).map(|(test, verdict)| {
        json!({
            "name": test.name.as_deref().map(shown_text),
            "request": verdict.request,
            "file": sources.name(test.span.file),
            "line": sources.position(test.span).line,
            "passed": verdict.problems.is_empty(),
            "problems": verdict.problems,
        })
    });
    let tests: Vec<Json> = tests.collect();
    let routes = model.routes.iter().map(|route| {
        json!({
            "route": route.id.value,
            "file": sources.name(route.span.file),
            "line": sources.position(route.span).line,
            "tests": proof.reached.get(&route.id.value).copied().unwrap_or_default(),
        })
    });
    let routes: Vec<Json> = routes.collect();
    let failed = proof.failed();
    json!({
        "passed": tests.len() - failed,
        "failed": failed,
        "tests": tests,
        "routes": routes,
        "covered": proof.covered(),
        "percent": proof.percent(),
        "unreached": proof.unreached,
    })
}

fn text_report(outcome: &Outcome, proof: &Proof) -> String {
    let mut text = outcome
        .model
        .as_ref()
        .map_or_else(String::new, |model| table(&rows(model, outcome, proof), model.routes.len()));
    let (covered, percent) = (proof.covered(), proof.percent());
    let routes = console::counted(proof.routes, "route");
    text.push_str(&format!("coverage: {covered} of {routes}, {percent} %\n"));
    let failed = proof.failed();
    let passed = proof.verdicts.len() - failed;
    let count = console::counted(proof.verdicts.len(), "test");
    text.push_str(&format!("{count}: {passed} passed, {failed} failed\n"));
    text
}

/// Routes, how many tests reach each, and where it is; those that none reaches first.
fn rows(model: &Model, outcome: &Outcome, proof: &Proof) -> Vec<[String; 3]> {
    let by_id: HashMap<&str, _> =
        model.routes.iter().map(|route| (route.id.value.as_str(), route)).collect();
    let unreached = proof.unreached.iter().map(|id| (id, 0));
    let reached = proof.reached.iter().map(|(id, count)| (id, *count));
    let row = |(id, count): (&String, usize)| {
        let place = by_id.get(id.as_str()).map(|route| {
            let line = outcome.sources.position(route.span).line;
            format!("{}:{line}", outcome.sources.name(route.span.file))
        });
        [id.clone(), count.to_string(), place.unwrap_or_default()]
    };
    unreached.chain(reached).take(ROUTES_SHOWN_MAX).map(row).collect()
}

fn table(rows: &[[String; 3]], all: usize) -> String {
    let width = rows.iter().map(|[id, ..]| id.chars().count()).max().unwrap_or_default().max(5);
    let mut text = String::new();
    if !rows.is_empty() {
        text.push_str(&format!("{:width$}  TESTS  PLACE\n", "ROUTE"));
    }
    for [id, count, place] in rows {
        let line = format!("{id:width$}  {count:>5}  {place}");
        text.push_str(line.trim_end());
        text.push('\n');
    }
    if all > rows.len() {
        text.push_str(&format!("and {} more; --json has all of them\n", all - rows.len()));
    }
    text
}

/// Writes the proposed tests to a file that is not there yet.
fn write(
    options: &Options,
    outcome: &Outcome,
    (artifact, proof): (&pointsman_schemas::artifact::Artifact, &Proof),
) -> Result<Written, Status> {
    let (folder, first) = place(&options.path).map_err(|error| console::refuse_load(&error))?;
    let proposal = match propose(outcome, artifact, proof, &first) {
        Ok(proposal) => proposal,
        Err(Refused::NothingToPropose { unshown, unsearched }) => {
            return Ok(Written::Nothing { unshown, unsearched });
        }
        Err(Refused::NotIncluded) => {
            let why = "no tests were written: no new file would be read; say \
                       include = [\"tests*.toml\"] in the first file";
            return Err(console::refuse(why));
        }
        Err(Refused::NotProved(why)) => {
            let why = format!("no tests were written: those proposed do not hold: {why}");
            return Err(console::refuse(&why));
        }
    };
    let path = place_on_disk(&folder, &proposal.name);
    let Some(path) = path else { return Err(console::refuse("no tests were written: no folder")) };
    let written = replace::create(&path, proposal.text.as_bytes());
    written.map_err(|error| console::refuse(&format!("{}: {error}", path.display())))?;
    Ok(Written::File(proposal))
}

fn place_on_disk(folder: &Folder, name: &str) -> Option<PathBuf> {
    match folder {
        Folder::Disk(root) | Folder::Changed(root, _) => Some(Path::new(root).join(name)),
        Folder::Memory(_) => None,
    }
}
