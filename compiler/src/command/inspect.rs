//! `pointsman inspect`.

use std::path::PathBuf;

use clap::Args;
use pointsman_schemas::artifact::Artifact;
use pointsman_schemas::artifact::sections::SectionView;
use serde_json::{Value, json};

use super::console::{Output, Status};
use super::subject;

/// Options of `pointsman inspect`.
#[derive(Debug, Args)]
#[command(after_help = "Example: pointsman inspect edge.artifact\n\n\
                        Exit codes: 0 ok, 1 this is no sound artifact, 2 wrong use or I/O")]
pub(super) struct Options {
    /// An artifact.
    artifact: PathBuf,
    /// One JSON object instead of text.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(options: &Options, output: &mut Output) -> Status {
    let artifact = match subject::read(&options.artifact) {
        Ok(artifact) => artifact,
        Err(status) => return status,
    };
    let text = if options.json { as_json(&artifact) } else { as_text(&artifact) };
    output.out(&text);
    Status::Done
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn section_name(section: &SectionView) -> String {
    section.kind.name().map_or_else(|| section.kind.0.to_string(), str::to_owned)
}

/// What it needs of whoever serves it.
fn features(artifact: &Artifact) -> Vec<String> {
    artifact.required_features().names().collect()
}

/// Names of the keys that signed it; whether they did is for one who trusts some of them.
fn signers(artifact: &Artifact) -> Vec<String> {
    artifact.signers().map(|key| key.to_string()).collect()
}

fn as_json(artifact: &Artifact) -> String {
    let sections = artifact.section_list().map(|section| {
        json!({
            "kind": section.kind.0,
            "name": section.kind.name(),
            "version": section.version,
            "must_understand": section.must_understand,
            "offset": section.offset,
            "bytes": section.bytes,
            "count": section.count,
        })
    });
    let sections: Vec<Value> = sections.collect();
    let signatures = signers(artifact).into_iter().map(|key| json!({ "key_id": key }));
    let signatures: Vec<Value> = signatures.collect();
    let all = json!({
        "bytes": artifact.as_bytes().len(),
        "content_id": artifact.content_id().to_string(),
        "digest": hex(&artifact.digest()),
        "generation": artifact.generation(),
        "signatures": signatures,
        "features": features(artifact),
        "routes": artifact.route_count(),
        "patterns": artifact.pattern_count(),
        "backends": artifact.backend_count(),
        "targets": artifact.target_count(),
        "listeners": artifact.listeners().len(),
        "constraints": artifact.constraint_count(),
        "programs": artifact.program_count(),
        "tests": artifact.self_tests().len(),
        "sections": sections,
    });
    format!("{all}\n")
}

fn as_text(artifact: &Artifact) -> String {
    let mut text = format!(
        "bytes       {}\ncontent id  {}\ndigest      {}\ngeneration  {}\n",
        artifact.as_bytes().len(),
        artifact.content_id(),
        hex(&artifact.digest()),
        artifact.generation(),
    );
    let signers = signers(artifact);
    text.push_str(&match signers.len() {
        0 => "signed by   nobody\n".to_owned(),
        _ => format!("signed by   {}\n", signers.join(", ")),
    });
    let features = features(artifact);
    if !features.is_empty() {
        text.push_str(&format!("features    {}\n", features.join(", ")));
    }
    let counts = [
        ("routes", artifact.route_count()),
        ("patterns", artifact.pattern_count()),
        ("backends", artifact.backend_count()),
        ("targets", artifact.target_count()),
        ("listeners", artifact.listeners().len()),
        ("constraints", artifact.constraint_count()),
        ("programs", artifact.program_count()),
        ("tests", artifact.self_tests().len()),
    ];
    for (name, count) in counts {
        text.push_str(&format!("{name:<11} {count}\n"));
    }
    text.push_str("\nSECTION              OFFSET       BYTES     COUNT\n");
    for section in artifact.section_list() {
        let must = if section.must_understand { "" } else { "  optional" };
        text.push_str(&format!(
            "{:<16} {:>10} {:>11} {:>9}{must}\n",
            section_name(&section),
            section.offset,
            section.bytes,
            section.count,
        ));
    }
    text
}
