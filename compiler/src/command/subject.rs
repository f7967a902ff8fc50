//! What a command is about: a configuration, which is compiled in memory, or an artifact.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use pointsman_schemas::artifact::Artifact;
use pointsman_schemas::artifact::wire::MAGIC;
use pointsman_schemas::limits::ARTIFACT_BYTES_MAX;

use super::console::{self, Output, Reader, Status, Stream};
use super::progress::Progress;
use crate::compile::{Outcome, compile_watched};
use crate::document::load::claim::Claim;
use crate::document::load::{load_watched, place};
use crate::proof;

/// A configuration and its artifact.
pub(super) struct Compiled {
    pub(super) outcome: Outcome,
    pub(super) artifact: Artifact,
    /// The files on disk that are its own.
    pub(super) claim: Claim,
}

/// The artifact of a configuration or of a file that is one.
pub(super) fn open(path: &Path, reader: Reader, output: &mut Output) -> Result<Artifact, Status> {
    if is_artifact(path) {
        return read(path);
    }
    compiled((path, 0), "compiling", reader, output).map(|compiled| compiled.artifact)
}

/// Compiles a configuration, as an artifact of the number beside it. Where that fails, findings are
/// printed: to standard error, but for machines, who read standard output.
pub(super) fn compiled(
    (path, generation): (&Path, u64),
    what: &'static str,
    reader: Reader,
    output: &mut Output,
) -> Result<Compiled, Status> {
    refuse_artifact(path)?;
    let progress = Progress::start(what);
    let loaded = place(path).and_then(|(folder, first)| {
        let mut loaded = load_watched(&folder, &first, progress.steps())?;
        Ok((Claim::take(&folder, &mut loaded), loaded))
    });
    let made = loaded
        .map(|(claim, loaded)| (claim, compile_watched(loaded, generation, progress.steps())));
    drop(progress);
    let (claim, outcome) = made.map_err(|error| console::refuse_load(&error))?;
    finished(outcome, reader, output).map(|compiled| Compiled { claim, ..compiled })
}

/// The artifact of what was compiled. Where there is none, findings are printed.
pub(super) fn finished(
    mut outcome: Outcome,
    reader: Reader,
    output: &mut Output,
) -> Result<Compiled, Status> {
    let Some(bytes) = outcome.artifact.take() else {
        match reader {
            Reader::Human => output.findings(&outcome, Stream::Err),
            Reader::Json => output.findings_json(&outcome),
        }
        return Err(Status::Findings);
    };
    match Artifact::from_bytes(bytes) {
        Ok(artifact) => Ok(Compiled { outcome, artifact, claim: Claim::default() }),
        // The writer and the reader disagree, which is a fault of this program alone.
        Err(error) => Err(console::refuse(&format!("the artifact does not load: {error}"))),
    }
}

/// Leaves a configuration to the end of the process: to give a million routes back one by one takes
/// a twentieth of the time that it took to read them.
pub(super) fn leave(outcome: Outcome) {
    std::mem::forget(outcome);
}

/// Runs the tests of a configuration; each that fails is one more finding.
pub(super) fn prove(outcome: &mut Outcome, artifact: &Artifact, path: &Path) {
    let Some(model) = &outcome.model else { return };
    let proof = proof::prove(model, artifact);
    for (test, verdict) in model.tests.iter().zip(&proof.verdicts) {
        if !verdict.problems.is_empty() {
            outcome.findings.push(proof::finding(test, verdict, path));
        }
    }
}

/// Whether a file begins as artifacts do.
pub(super) fn is_artifact(path: &Path) -> bool {
    let mut head = [0; MAGIC.len()];
    let is_file = path.metadata().is_ok_and(|about| about.is_file());
    let read = || File::open(path)?.read_exact(&mut head);
    is_file && { read }().is_ok() && head == MAGIC
}

/// Refuses an artifact where a configuration belongs.
pub(super) fn refuse_artifact(path: &Path) -> Result<(), Status> {
    if !is_artifact(path) {
        return Ok(());
    }
    let why = "this is an artifact, and a configuration is asked for; `pointsman inspect`, `routes` \
               and `explain` read artifacts";
    Err(console::refuse(&format!("{}: {why}", path.display())))
}

/// Reads an artifact; all its checks are made.
pub(super) fn read(path: &Path) -> Result<Artifact, Status> {
    let refuse = |why: String| console::refuse(&format!("{}: {why}", path.display()));
    if path.is_dir() {
        let why =
            "a folder stands there, and an artifact is asked for; `pointsman compile` makes one";
        return Err(refuse(why.to_owned()));
    }
    let bytes = (|| {
        let mut bytes = Vec::new();
        File::open(path)?.take(ARTIFACT_BYTES_MAX + 1).read_to_end(&mut bytes)?;
        Ok::<_, std::io::Error>(bytes)
    })();
    let bytes = bytes.map_err(|error| refuse(error.to_string()))?;
    Artifact::from_bytes(bytes).map_err(|error| {
        refuse(error.to_string());
        Status::Findings
    })
}
