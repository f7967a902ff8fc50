//! `pointsman routes`.

use std::path::PathBuf;

use clap::Args;
use pointsman_routing::patterns_by_route;
use pointsman_schemas::artifact::{Artifact, Backend, Route, Target};
use serde::Serialize;

use super::console::{Output, Reader, Status};
use super::subject;

/// Options of `pointsman routes`.
#[derive(Debug, Args)]
#[command(after_help = "Example: pointsman routes edge.artifact --json\n\n\
                        Exit codes: 0 ok, 1 the configuration or the artifact has errors, 2 wrong use\n\
                        or I/O")]
pub(super) struct Options {
    /// A folder with pointsman.toml, a first file of any name, or an artifact.
    #[arg(default_value = ".", value_name = "PATH|ARTIFACT")]
    path: PathBuf,
    /// One JSON object instead of a table.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(options: &Options, output: &mut Output) -> Status {
    let artifact = match subject::open(&options.path, Reader::of(options.json), output) {
        Ok(artifact) => artifact,
        Err(status) => return status,
    };
    let text = if options.json { as_json(&artifact) } else { as_table(&artifact) };
    output.out(&text);
    Status::Done
}

/// All routes. Shape: that of `pointsmand routes --json`, and `weights` beside `targets`, one each.
#[derive(Serialize)]
struct Routes<'a> {
    routes: Vec<Row<'a>>,
}

#[derive(Serialize)]
struct Row<'a> {
    id: &'a str,
    #[serde(rename = "match")]
    patterns: Vec<String>,
    backend: Option<&'a str>,
    targets: Vec<String>,
    weights: Vec<u16>,
}

fn as_json(artifact: &Artifact) -> String {
    let row = |(route, patterns): (Route<'_>, Vec<String>)| {
        let backend = route.backend().map(|backend| artifact.backend(backend));
        let targets = || backend.into_iter().flat_map(|backend| backend.targets());
        let (targets, weights) =
            (targets().map(address).collect(), targets().map(|target| target.weight()).collect());
        let id = artifact.route(route.route_id()).id();
        let backend = backend.map(|backend| backend.label());
        Row { id, patterns, backend, targets, weights }
    };
    let routes = artifact.routes().zip(patterns_by_route(artifact)).map(row).collect();
    // Text alone: there is nothing in it that cannot be written.
    let text = serde_json::to_string(&Routes { routes }).unwrap_or_default();
    format!("{text}\n")
}

/// Columns as wide as their widest value; a route has a line for each pattern or target.
fn as_table(artifact: &Artifact) -> String {
    let mut rows = vec![["ROUTE ID".to_owned(), "MATCH".to_owned(), "TARGET".to_owned()]];
    for (route, patterns) in artifact.routes().zip(patterns_by_route(artifact)) {
        let targets = match (route.backend(), route.answer()) {
            (Some(backend), _) => targets(artifact.backend(backend)),
            (None, Some(answer)) => vec![format!("answers {}", answer.status())],
            (None, None) => Vec::new(),
        };
        for line in 0..patterns.len().max(targets.len()).max(1) {
            let id = if line == 0 { route.id().to_owned() } else { String::new() };
            let of = |list: &[String]| list.get(line).cloned().unwrap_or_default();
            rows.push([id, of(&patterns), of(&targets)]);
        }
    }
    let width = |column: usize| {
        rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default()
    };
    let (ids, matches) = (width(0), width(1));
    let mut text = String::new();
    for [id, pattern, target] in &rows {
        let line = format!("{id:ids$}  {pattern:matches$}  {target}");
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

fn targets(backend: Backend<'_>) -> Vec<String> {
    let show = |target: Target<'_>| match target.weight() {
        1 => address(target),
        weight => format!("{} (weight {weight})", address(target)),
    };
    backend.targets().map(show).collect()
}

/// Host and port as an address is written.
fn address(target: Target<'_>) -> String {
    let (host, port) = (target.host(), target.port());
    if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
}
