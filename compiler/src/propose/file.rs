//! The file of proposed tests: a new one, which the configuration includes, and of which every test
//! passes. It is proved before anybody writes it.

use std::collections::{BTreeMap, BTreeSet};

use pointsman_schemas::artifact::Artifact;

use super::text::{carries_secret, test};
use super::without;
use crate::compile::{Outcome, compile};
use crate::diff::Budget;
use crate::document::{Folder, load};
use crate::proof::{self, Proof};
use crate::witness::witness;

/// Tests that are proposed at once; of the other routes only the count is told.
const TESTS_MAX: usize = 1000;
/// Routes for which a walk is made because no plain request reaches them.
const WALKS_MAX: usize = 50;
/// Folders in which the new file is tried; each costs a compilation.
const FOLDERS_MAX: usize = 16;
/// Names that are tried in a folder.
const NAMES_MAX: usize = 100;

const HEAD: &str = "# Proposed by `pointsman test --write`: what becomes of these requests today. \
                    Read it before you keep it.\n";

/// A file that may be written.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// Its name below the configuration's folder, with `/`.
    pub name: String,
    /// Its text.
    pub text: String,
    /// How many tests are in it.
    pub tests: usize,
    /// Routes for which no request was found that carries no secret.
    pub unshown: Vec<String>,
    /// Routes that no plain request reaches, and for which the time of a longer search ran out.
    pub unsearched: Vec<String>,
    /// Routes that are left for another run.
    pub left: usize,
}

/// Why nothing is proposed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Every route has a test, or no request was found for those that have none.
    NothingToPropose {
        /// Routes for which no request was found.
        unshown: Vec<String>,
        /// Routes that no plain request reaches, and for which no longer search was made.
        unsearched: Vec<String>,
    },
    /// No new file would be read.
    NotIncluded,
    /// The proposed tests do not pass; findings and problems, one a line.
    NotProved(String),
}

/// Tests for the routes that no test reaches.
///
/// Errors: there are none, no new file would be read, or what is proposed does not hold; nothing is
/// written here in any case.
/// Cost: a compilation beside the look-ups.
pub fn propose(
    outcome: &Outcome,
    artifact: &Artifact,
    proof: &Proof,
    first: &str,
) -> Result<Proposal, Refused> {
    let Some(model) = &outcome.model else {
        return Err(Refused::NothingToPropose { unshown: Vec::new(), unsearched: Vec::new() });
    };
    let mut text = HEAD.to_owned();
    let (mut tests, mut walks, mut unshown, mut unsearched) = (0, 0, Vec::new(), Vec::new());
    let mut budget = Budget::new();
    let unreached = proof.unreached.iter().take(TESTS_MAX);
    let by_id: BTreeMap<&str, _> =
        model.routes.iter().map(|route| (route.id.value.as_str(), route)).collect();
    for id in unreached {
        let mut found = by_id.get(id.as_str()).and_then(|route| witness(model, artifact, route));
        let is_searched = found.is_none() && walks < WALKS_MAX && without::may(model, &budget);
        if is_searched {
            walks += 1;
            found = without::witness(model, &outcome.sources, artifact, id, &mut budget);
        }
        let is_known = found.is_some() || is_searched && !budget.is_spent();
        match found.filter(|found| !carries_secret(found)) {
            Some(found) => {
                text.push_str(&test(&found));
                tests += 1;
            }
            None if is_known => unshown.push(id.clone()),
            None => unsearched.push(id.clone()),
        }
    }
    if tests == 0 {
        return Err(Refused::NothingToPropose { unshown, unsearched });
    }
    let left = proof.unreached.len().saturating_sub(TESTS_MAX);
    for name in names(outcome) {
        match proved(outcome, &text, (&name, first), proof.verdicts.len() + tests) {
            Ok(()) => return Ok(Proposal { name, text, tests, unshown, unsearched, left }),
            Err(Refused::NotIncluded) => {}
            Err(other) => return Err(other),
        }
    }
    Err(Refused::NotIncluded)
}

/// Names that a new file may have: beside the files that are there, and none of them.
fn names(outcome: &Outcome) -> Vec<String> {
    let known: BTreeSet<&str> =
        outcome.sources.files().map(|(_, file)| file.name.as_str()).collect();
    let mut folders: Vec<&str> =
        known.iter().map(|name| name.rsplit_once('/').map_or("", |(folder, _)| folder)).collect();
    folders.sort_unstable();
    folders.dedup();
    let name = |folder: &&str| {
        let slash = if folder.is_empty() { "" } else { "/" };
        let mut all = (1..=NAMES_MAX).map(|number| match number {
            1 => format!("{folder}{slash}tests.toml"),
            _ => format!("{folder}{slash}tests-{number}.toml"),
        });
        all.find(|name| !known.contains(name.as_str()))
    };
    folders.iter().take(FOLDERS_MAX).filter_map(name).collect()
}

/// Compiles what was read with the file beside it, and runs all tests.
fn proved(
    outcome: &Outcome,
    text: &str,
    (name, first): (&str, &str),
    expected: usize,
) -> Result<(), Refused> {
    let read = outcome.sources.files().map(|(_, file)| (file.name.as_str(), file.text.as_str()));
    let folder = Folder::memory(read.chain([(name, text)]));
    let loaded = load(&folder, first).map_err(|error| Refused::NotProved(error.to_string()))?;
    let outcome = compile(loaded, 0);
    if outcome.sources.find(name).is_none() {
        return Err(Refused::NotIncluded);
    }
    let findings = || {
        let shown = outcome.findings.shown();
        let lines: Vec<String> = shown.iter().map(|finding| finding.message.clone()).collect();
        Refused::NotProved(lines.join("\n"))
    };
    let (Some(bytes), Some(model)) = (outcome.artifact.clone(), outcome.model.as_ref()) else {
        return Err(findings());
    };
    let artifact =
        Artifact::from_bytes(bytes).map_err(|why| Refused::NotProved(why.to_string()))?;
    let proof = proof::prove(model, &artifact);
    let new = model.tests.iter().zip(&proof.verdicts);
    let new = new.filter(|(test, _)| outcome.sources.name(test.span.file) == name);
    let problems: Vec<String> = new.flat_map(|(_, verdict)| verdict.problems.clone()).collect();
    if proof.verdicts.len() != expected {
        return Err(findings());
    }
    if problems.is_empty() { Ok(()) } else { Err(Refused::NotProved(problems.join("\n"))) }
}
