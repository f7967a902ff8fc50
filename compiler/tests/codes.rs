//! The table of codes: each has a golden case that shows it, and a text.

use pointsman_compiler::diagnostic::{Code, Severity};

use crate::configuration::{Case, compile_case, golden};
use crate::golden::cases;

#[test]
fn every_code_has_a_golden_case_that_shows_it() {
    let names: Vec<String> = cases("err")
        .iter()
        .map(|path| path.file_stem().expect("a name").to_string_lossy().into_owned())
        .collect();
    for code in Code::all() {
        let name = names.iter().find(|name| name.starts_with(code.id()));
        let name = name.unwrap_or_else(|| panic!("golden/err has no case {}*", code.id()));
        let diag = golden("err").join(format!("{name}.diag"));
        let expected = std::fs::read_to_string(diag).expect("what is expected");
        let severity = code.severity().as_str();
        assert!(expected.contains(&format!("{severity}[{}]", code.id())), "{name}");
    }
}

#[test]
fn every_finding_of_a_golden_case_says_what_to_do() {
    for path in cases("err") {
        let outcome = compile_case(&Case::copy(&path));
        for finding in outcome.findings.iter() {
            let help = finding.help.as_deref().unwrap_or_default();
            assert!(!help.is_empty(), "{}: {}", path.display(), finding.message);
        }
    }
}

#[test]
fn every_golden_case_is_named_after_a_code_it_shows() {
    for path in cases("err") {
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let id = name.split('-').next().expect("a code");
        let code = Code::parse(id).unwrap_or_else(|| panic!("{name} begins with a code"));
        let outcome = compile_case(&Case::copy(&path));
        let shows = outcome.findings.iter().any(|finding| finding.code == code);
        assert!(shows, "{name}");
    }
}

#[test]
fn every_explanation_says_something() {
    for code in Code::all() {
        let text = code.explanation();
        assert!(text.lines().count() >= 3, "{code}");
        assert!(text.lines().all(|line| line.chars().count() <= 101), "{code}");
        // Files that are not as they should be have no text to be shown.
        let has_example = text.contains("```toml\n") || matches!(code, Code::NotUtf8);
        assert!(has_example, "{code} has no example");
        assert!(text.ends_with('\n') && !text.contains('\t'), "{code}");
        match code.severity() {
            Severity::Error => assert!(code.id().starts_with('E')),
            Severity::Warning => assert!(code.id().starts_with('W')),
        }
    }
}
