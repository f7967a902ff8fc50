//! Which fixes of a run go together. Touches no file.

use std::collections::BTreeMap;

use super::finding::{Diagnostic, Findings};
use super::fix::{Edit, Fix, Safety, are_apart};
use crate::source::FileId;

/// The safe fixes of some findings that can all be made at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan<'f> {
    /// What is made, in the order of the places.
    pub fixes: Vec<(&'f Diagnostic, &'f Fix)>,
    /// The same as edits of each file.
    pub edits: BTreeMap<FileId, Vec<&'f Edit>>,
}

impl<'f> Plan<'f> {
    /// Takes the first safe fix of each finding, in the order of the findings' places; one that
    /// touches what an earlier one changes is left for another run.
    pub fn safe(findings: &'f Findings) -> Self {
        let mut plan = Self::default();
        for finding in findings.sorted() {
            let fix = finding.fixes.iter().find(|fix| fix.safety == Safety::Safe);
            if let Some(fix) = fix.filter(|fix| plan.fits(fix)) {
                plan.fixes.push((finding, fix));
                for edit in &fix.edits {
                    plan.edits.entry(edit.span.file).or_default().push(edit);
                }
            }
        }
        plan
    }

    fn fits(&self, fix: &Fix) -> bool {
        !fix.edits.is_empty()
            && fix.edits.iter().all(|edit| {
                let mut taken = self.edits.get(&edit.span.file).into_iter().flatten();
                taken.all(|other| are_apart(edit.span, other.span))
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Code;
    use crate::source::Span;

    fn at(range: std::ops::Range<usize>) -> Span {
        Span::new(FileId(0), range)
    }

    #[test]
    fn plan_takes_safe_fixes_and_leaves_what_touches() {
        let mut findings = Findings::new();
        let finding = |start: usize, fix: Fix| {
            Diagnostic::new(Code::WrongType, at(start..start + 1), "m").fix(fix)
        };
        findings.push(finding(9, Fix::safe("c", at(9..12), "z")));
        findings.push(finding(0, Fix::safe("a", at(0..0), "[").and(at(4..4), "]")));
        findings.push(finding(1, Fix::maybe("no", at(1..2), "x")));
        findings.push(finding(2, Fix::safe("b", at(3..5), "y")));
        findings.push(finding(10, Fix::safe("d", at(11..13), "w")));
        let plan = Plan::safe(&findings);
        let made: Vec<&str> = plan.fixes.iter().map(|(_, fix)| fix.message.as_str()).collect();
        assert_eq!(made, ["a", "c"]);
        assert_eq!(plan.edits[&FileId(0)].len(), 3);
    }
}
