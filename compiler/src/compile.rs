//! The pipeline, in order: written > resolved > checked > lowered. Touches no file; what was read
//! is handed in.

use pointsman_schemas::artifact::Artifact;

use crate::check;
use crate::diagnostic::{Code, Diagnostic, Findings, apply};
use crate::document::{Folder, Loaded, load};
use crate::loops;
use crate::lower::{Cause, LowerFault, lower};
use crate::model::Model;
use crate::reach::{Reach, reach};
use crate::resolve::{Resolved, resolve};
use crate::source::{FileId, SourceMap, Span};
use crate::steps::{Phase, Steps};

/// Routes that take part in a limit and are shown.
const ROUTES_SHOWN_MAX: usize = 5;

/// What became of a configuration.
#[derive(Debug)]
pub struct Outcome {
    /// The files, for showing findings.
    pub sources: SourceMap,
    /// Everything that was found.
    pub findings: Findings,
    /// What it means; there when no error was found.
    pub model: Option<Model>,
    /// The artifact; there when no error was found.
    pub artifact: Option<Vec<u8>>,
    /// What the proofs about routes leave open.
    pub reach: Reach,
}

/// Finds everything that is wrong, and makes the artifact where nothing is. Runs no tests.
///
/// The same files give the same bytes, in whatever order they were included.
pub fn compile(loaded: Loaded, generation: u64) -> Outcome {
    compile_watched(loaded, generation, &Steps::default())
}

/// The same, for whoever watches `steps`.
pub fn compile_watched(loaded: Loaded, generation: u64, steps: &Steps) -> Outcome {
    run(loaded, generation, steps, check::sound)
}

/// As [`compile`], but that ties pass: for the test that shows on the wire what they would do.
#[doc(hidden)]
pub fn compile_in_spite_of_ties(loaded: Loaded, generation: u64) -> Outcome {
    run(loaded, generation, &Steps::default(), check::sound_but_for_ties)
}

fn run(
    loaded: Loaded,
    generation: u64,
    steps: &Steps,
    sound: fn(&Model, &mut Findings),
) -> Outcome {
    steps.begin(Phase::Resolve);
    let Loaded { sources, documents, mut findings, is_partial, .. } = loaded;
    let resolved = resolve(documents, is_partial, &sources, &mut findings);
    // What a route or a key with an error in it would have brought cannot be called missing.
    if !is_partial && resolved.is_whole {
        check::presence(&resolved, &sources, &mut findings);
    }
    steps.begin(Phase::Check);
    check::sense(&resolved, &mut findings);
    let Resolved { model, .. } = resolved;
    sound(&model, &mut findings);
    let mut artifact = None;
    if !findings.has_errors() {
        steps.begin(Phase::Lower);
        match lower(&model, &sources, generation) {
            Ok(lowered) => artifact = Some(lowered.bytes),
            Err(fault) => findings.push(too_much(&fault, &model)),
        }
    }
    steps.begin(Phase::Prove);
    let (artifact, reach) = proved(artifact, &model, &mut findings);
    let model = (!findings.has_errors()).then_some(model);
    Outcome { sources, findings, model, artifact, reach }
}

/// Opens what was written as the edge will, and proves what holds between its routes.
fn proved(
    bytes: Option<Vec<u8>>,
    model: &Model,
    findings: &mut Findings,
) -> (Option<Vec<u8>>, Reach) {
    let Some(bytes) = bytes else { return (None, Reach::default()) };
    match Artifact::from_bytes(bytes) {
        Ok(artifact) => {
            let reach = reach(model, &artifact, findings);
            loops::find(model, &artifact, findings);
            let bytes = (!findings.has_errors()).then(|| artifact.into_bytes());
            (bytes, reach)
        }
        Err(error) => {
            let top = Span::new(FileId(0), 0..0);
            let message = format!("what was written cannot be read: {error}");
            findings.push(Diagnostic::new(Code::ArtifactRefused, top, message));
            (None, Reach::default())
        }
    }
}

fn too_much(fault: &LowerFault, model: &Model) -> Diagnostic {
    let places = fault.routes.iter().filter_map(|route| model.routes.get(*route));
    let mut places = places.map(|route| route.id.span).take(ROUTES_SHOWN_MAX);
    let first = places.next().unwrap_or_else(|| Span::new(FileId(0), 0..0));
    let (code, help) = match fault.cause {
        Cause::ReadBytes { .. } => (
            Code::LookupTooLong,
            "fewer constraints and conditions beside each other are what helps, constraints with \
             a longest value, or smaller `limits.target_bytes` and `limits.head_bytes`",
        ),
        _ => (
            Code::ArtifactRefused,
            "fewer wildcards, constraints and parameters beside each other are what helps",
        ),
    };
    let finding = Diagnostic::new(code, first, fault.to_string()).help(help);
    places.fold(finding, |finding, place| finding.other(place, "takes part"))
}

/// Compiles arbitrary bytes as a configuration of one file, and asserts what holds for any.
#[doc(hidden)]
pub fn fuzz_config(data: &[u8]) {
    let folder = Folder::memory([("pointsman.toml", data)]);
    let Ok(loaded) = load(&folder, "pointsman.toml") else { return };
    let outcome = compile(loaded, 0);
    assert_eq!(outcome.artifact.is_none(), outcome.findings.has_errors());
    for finding in outcome.findings.iter() {
        let labels = finding.others.iter().chain([&finding.primary]);
        for span in labels.map(|label| label.span) {
            let file =
                outcome.sources.file(span.file).expect("a finding names a file that is there");
            assert!(file.text.get(span.range()).is_some(), "{finding:?} lies in its file");
        }
        for fix in &finding.fixes {
            for file in fix.edits.iter().map(|edit| edit.span.file) {
                let text = &outcome.sources.file(file).expect("a fix is of a file").text;
                let edits: Vec<_> = fix.edits.iter().collect();
                assert!(apply(text, &edits).is_some(), "{fix:?} can be made");
            }
        }
    }
    let _ = crate::diagnostic::render_human(
        &outcome.findings,
        &outcome.sources,
        crate::diagnostic::Colour::Off,
    );
    let _ = crate::diagnostic::render_json(&outcome.findings, &outcome.sources);
    let _ = crate::diagnostic::render_sarif(&outcome.findings, &outcome.sources, "");
    let _ = crate::diagnostic::render_github(&outcome.findings, &outcome.sources, "");
}
