//! The house's rules as tests: what no compiler and no linter checks. They read the tree as text,
//! need no dependency, take under a second together, and never change a file.
//!
//! Each rule gives its findings as `file:line: what is wrong`; a test prints them all at once.

mod crates;
mod floors;
mod functions;
mod imports;
mod lexer;
mod lints;
mod names;
mod shipped;
mod texts;
mod tree;
mod words;

/// Fails with every finding, one a line.
#[track_caller]
fn assert_tidy(mut findings: Vec<String>) {
    findings.sort();
    findings.dedup();
    assert!(findings.is_empty(), "{} findings\n{}\n", findings.len(), findings.join("\n"));
}
