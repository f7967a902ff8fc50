//! Findings as SARIF 2.1.0, for code scanning: one run, its rules with their explanations, places,
//! and fixes. The fields and their order are fixed.

use serde::Serialize;

use super::code::{Code, Severity};
use super::finding::{Diagnostic, Findings};
use super::fix::{Fix, Safety};
use super::place;
use super::veil::Veil;
use crate::source::{SourceMap, Span};

/// Where the format is defined.
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// What places are relative to: the folder from which the command was called.
const BASE: &str = "%SRCROOT%";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'a str,
    version: &'a str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool<'a>,
    original_uri_base_ids: Bases,
    column_kind: &'a str,
    results: Vec<Outcome<'a>>,
}

#[derive(Serialize)]
struct Bases {
    #[serde(rename = "%SRCROOT%")]
    root: Base,
}

#[derive(Serialize)]
struct Base {
    description: Text,
}

#[derive(Serialize)]
struct Tool<'a> {
    driver: Driver<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver<'a> {
    name: &'a str,
    semantic_version: &'a str,
    information_uri: &'a str,
    rules: Vec<Rule<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule<'a> {
    id: &'a str,
    name: String,
    short_description: Text,
    help: Help,
    default_configuration: Configuration<'a>,
}

#[derive(Serialize)]
struct Configuration<'a> {
    level: &'a str,
}

#[derive(Serialize)]
struct Text {
    text: String,
}

#[derive(Serialize)]
struct Help {
    text: String,
    markdown: String,
}

/// What the format calls a result.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Outcome<'a> {
    rule_id: &'a str,
    rule_index: usize,
    level: &'a str,
    message: Text,
    locations: [Location; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<Change>,
    #[serde(skip_serializing_if = "Option::is_none")]
    properties: Option<Witness<'a>>,
}

#[derive(Serialize)]
struct Witness<'a> {
    witness: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: Physical,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Text>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Physical {
    artifact_location: Artifact,
    region: Region,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Artifact {
    uri: String,
    uri_base_id: &'static str,
}

/// Lines and columns from 1; the end is one past the last character.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
    start_column: u32,
    end_line: u32,
    end_column: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Change {
    description: Text,
    artifact_changes: Vec<ArtifactChange>,
    properties: ChangeProperties,
}

#[derive(Serialize)]
struct ChangeProperties {
    safe: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactChange {
    artifact_location: Artifact,
    replacements: Vec<Replacement>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement {
    deleted_region: Region,
    inserted_content: Inserted,
}

/// Not a message: its text means itself.
#[derive(Serialize)]
struct Inserted {
    text: String,
}

/// All findings that are shown, as one log with a line end.
///
/// Shape: `base` is the folder of the configuration as seen from where the command was called, with
/// `/` at its end, or empty; columns count Unicode scalars.
/// Source: SARIF 2.1.0 of OASIS.
pub fn render(findings: &Findings, sources: &SourceMap, base: &str) -> String {
    let shown = findings.shown();
    let mut codes: Vec<Code> = shown.iter().map(|finding| finding.code).collect();
    codes.sort_unstable();
    codes.dedup();
    let veil = Veil::of(findings, sources);
    let places = (sources, base);
    let results = shown.iter().map(|finding| outcome(finding, &codes, places, &veil)).collect();
    let driver = Driver {
        name: "pointsman",
        semantic_version: env!("CARGO_PKG_VERSION"),
        information_uri: env!("CARGO_PKG_REPOSITORY"),
        rules: codes.iter().map(|code| rule(*code)).collect(),
    };
    let root = Base { description: text("the folder from which the command was called") };
    let run = Run {
        tool: Tool { driver },
        original_uri_base_ids: Bases { root },
        column_kind: "unicodeCodePoints",
        results,
    };
    let log = Log { schema: SCHEMA, version: "2.1.0", runs: [run] };
    // Text, numbers and flags alone: there is nothing in it that cannot be written.
    let mut out = serde_json::to_string_pretty(&log).unwrap_or_default();
    out.push('\n');
    out
}

fn rule(code: Code) -> Rule<'static> {
    Rule {
        id: code.id(),
        name: format!("{code:?}"),
        short_description: text(code.title()),
        help: Help { text: escaped(code.explanation()), markdown: escaped(code.explanation()) },
        default_configuration: Configuration { level: level(code.severity()) },
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

fn outcome<'a>(
    finding: &'a Diagnostic,
    codes: &[Code],
    (sources, base): (&SourceMap, &str),
    veil: &Veil,
) -> Outcome<'a> {
    let fixes = finding.fixes.iter().filter(|fix| veil.lets_out(fix));
    let related = finding.others.iter().enumerate().map(|(at, label)| Location {
        id: Some(at + 1),
        physical_location: physical(label.span, sources, base),
        message: Some(text(&label.text)).filter(|_| !label.text.is_empty()),
    });
    let label = finding.primary.text.as_str();
    Outcome {
        rule_id: finding.code.id(),
        rule_index: codes.binary_search(&finding.code).unwrap_or_default(),
        level: level(finding.severity()),
        message: text(&place::sentences(finding)),
        locations: [Location {
            id: None,
            physical_location: physical(finding.primary.span, sources, base),
            message: Some(text(label)).filter(|_| !label.is_empty()),
        }],
        related_locations: related.collect(),
        fixes: fixes.map(|fix| change(fix, sources, base)).collect(),
        properties: finding.witness.as_deref().map(|witness| Witness { witness }),
    }
}

fn change(fix: &Fix, sources: &SourceMap, base: &str) -> Change {
    let mut files: Vec<_> = fix.edits.iter().map(|edit| edit.span.file).collect();
    files.sort_unstable();
    files.dedup();
    let changes = files.into_iter().map(|file| ArtifactChange {
        artifact_location: artifact(sources.name(file), base),
        replacements: fix
            .edits
            .iter()
            .filter(|edit| edit.span.file == file)
            .map(|edit| Replacement {
                deleted_region: region(edit.span, sources),
                inserted_content: Inserted { text: edit.text.clone() },
            })
            .collect(),
    });
    Change {
        description: text(&fix.message),
        artifact_changes: changes.collect(),
        properties: ChangeProperties { safe: fix.safety == Safety::Safe },
    }
}

fn physical(span: Span, sources: &SourceMap, base: &str) -> Physical {
    Physical {
        artifact_location: artifact(sources.name(span.file), base),
        region: region(span, sources),
    }
}

fn artifact(name: &str, base: &str) -> Artifact {
    Artifact { uri: place::uri(base, name), uri_base_id: BASE }
}

fn region(span: Span, sources: &SourceMap) -> Region {
    let (start, end) = place::ends(span, sources);
    Region {
        start_line: start.line,
        start_column: start.column,
        end_line: end.line,
        end_column: end.column,
    }
}

fn text(message: &str) -> Text {
    Text { text: escaped(message) }
}

/// A message as the format writes it: a brace of its own is doubled, and a link into the file is
/// never meant.
fn escaped(message: &str) -> String {
    message.replace('{', "{{").replace('}', "}}").replace("](", "] (")
}
