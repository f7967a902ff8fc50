//! From what is to be written to files that validate: the result is compiled in memory, and where
//! routes tie the order of the other proxy is written as priorities. Where no certificate can be
//! ordered for a host, one of its own is named; where a route asks for a field with `_` in its name,
//! such fields are passed.

use std::collections::BTreeMap;

use super::input::{Tree, read};
use super::output::{Imported, Output};
use super::report::Report;
use crate::compile::{Outcome, compile};
use crate::diagnostic::Code;
use crate::document::load::FIRST_FILE;
use crate::document::{Folder, LoadError, load};

/// What an import comes to.
#[derive(Debug)]
pub struct Plan {
    /// Texts of the files by name.
    pub files: BTreeMap<String, String>,
    /// What became of each field of the input.
    pub report: Report,
    /// What the compiler says of the files.
    pub outcome: Outcome,
}

/// A change of what is written.
type Mend = fn(&mut Output);
/// What is written once the compiler says that it is needed.
const MENDS: [(Code, Mend); 2] = [
    (Code::FieldRemoved, Output::pass_underscores),
    (Code::HostNotProvable, Output::show_own_certificate),
];

/// Compiles what was imported, and breaks ties as the other proxy does.
///
/// Errors: the first file could not be read back, which does not happen.
pub fn settle(imported: Imported) -> Result<Plan, LoadError> {
    let Imported { mut output, report } = imported;
    let is_ordered = output.is_ordered;
    let mut files = output.files(is_ordered);
    let mut outcome = judge(&files)?;
    for (code, mend) in MENDS {
        if outcome.findings.iter().any(|finding| finding.code == code) {
            mend(&mut output);
            files = output.files(is_ordered);
            outcome = judge(&files)?;
        }
    }
    let ties = [Code::RoutesTie, Code::HostsTie, Code::ConstraintsTie, Code::TiesNotProved];
    if is_ordered || !outcome.findings.iter().any(|finding| ties.contains(&finding.code)) {
        return Ok(Plan { files, report, outcome });
    }
    let files = output.files(true);
    let outcome = judge(&files)?;
    Ok(Plan { files, report, outcome })
}

fn judge(files: &BTreeMap<String, String>) -> Result<Outcome, LoadError> {
    let files = files.iter().map(|(name, text)| (name.clone(), text.clone().into_bytes()));
    Ok(compile(load(&Folder::memory(files), FIRST_FILE)?, 0))
}

/// Imports arbitrary bytes and asserts what holds for every input: each field has a line, and what
/// is written is TOML. The first byte says from where.
#[doc(hidden)]
pub fn fuzz_import(data: &[u8]) {
    let Some((first, data)) = data.split_first() else { return };
    let name = if first & 1 == 0 { "input" } else { "input.yaml" };
    let mut tree = Tree::new();
    if read(name, data, &mut tree).is_err() {
        return;
    }
    let imported = match first & 2 {
        0 => super::otoroshi(&tree, first & 4 == 0),
        _ => super::onebackend(&tree),
    };
    for root in tree.roots() {
        for leaf in tree.leaves(*root) {
            assert!(imported.report.is_said(leaf), "{} has no line", tree.path(leaf));
        }
    }
    super::markdown(&tree, &imported.report);
    for (name, text) in imported.output.files(true) {
        assert!(text.parse::<toml::Table>().is_ok(), "{name} is no TOML: {text}");
    }
}
