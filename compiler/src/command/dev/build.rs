//! One compile of `dev`: what was read, what was found, and whether an artifact was written.

use std::path::Path;

use pointsman_schemas::artifact::Artifact;

use super::watch::{Stamp, Watch};
use crate::command::{replace, subject};
use crate::compile::{Outcome, compile};
use crate::document::LoadError;
use crate::document::Loaded;
use crate::document::load::load_path;

/// Readings until the names that the result hangs on are the ones that were looked at before.
const READINGS_MAX: usize = 3;

/// What became of it.
pub(super) struct Built {
    /// How the files looked before they were read.
    pub(super) stamp: Stamp,
    /// What is to be looked at from now on.
    pub(super) watch: Watch,
    /// What came out.
    pub(super) result: Result<Outcome, String>,
    /// The artifact that was written, if one was.
    pub(super) artifact: Option<Artifact>,
}

/// Compiles, runs the tests, and writes the artifact where nothing was found.
pub(super) fn build(path: &Path, mut watch: Watch, to: &Path, generation: u64) -> Built {
    let (stamp, loaded) = read(path, &mut watch);
    let built = |result, artifact| Built { stamp, watch, result, artifact };
    let loaded = match loaded {
        Ok(loaded) => loaded,
        Err(error) => return built(Err(error.to_string()), None),
    };
    let mut outcome = compile(loaded, generation);
    let Some(bytes) = outcome.artifact.take() else { return built(Ok(outcome), None) };
    let artifact = match Artifact::from_bytes(bytes) {
        Ok(artifact) => artifact,
        // The writer and the reader disagree, which is a fault of this program alone.
        Err(error) => return built(Err(format!("the artifact does not load: {error}")), None),
    };
    subject::prove(&mut outcome, &artifact, path);
    if outcome.findings.has_errors() {
        return built(Ok(outcome), None);
    }
    match replace::write(to, artifact.as_bytes()) {
        Ok(()) => built(Ok(outcome), Some(artifact)),
        Err(error) => built(Err(format!("{}: {error}", to.display())), None),
    }
}

/// Reads the files. The stamp is older than the reading, so that no change between is missed.
fn read(path: &Path, watch: &mut Watch) -> (Stamp, Result<Loaded, LoadError>) {
    for _ in 1..READINGS_MAX {
        let stamp = watch.stamp();
        let loaded = load_path(path);
        let Ok(loaded) = loaded else { return (stamp, loaded) };
        if !watch.replace(loaded.looked.clone()) {
            return (stamp, Ok(loaded));
        }
    }
    (watch.stamp(), load_path(path))
}
