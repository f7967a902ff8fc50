//! Faults of the grammars as findings: code by kind, place in the file by place in the text.

use crate::diagnostic::{Code, Diagnostic, Findings, Fix, Safety};
use crate::document::quote;
use crate::language::fault::{Fault, FaultKind, Rewrite};
use crate::source::{SourceMap, Span};

/// Reports the faults of a text that is written at `span`, quotes included.
pub(super) fn report(faults: Vec<Fault>, span: Span, sources: &SourceMap, findings: &mut Findings) {
    for fault in faults {
        let place = within(span, fault.at.clone(), sources);
        let message = fault.message();
        let help = fault.help.or_else(|| fault.kind.advice().map(str::to_owned));
        let fix = fault.rewrite.and_then(|rewrite| fix(&rewrite, help.as_deref(), span, sources));
        let finding = Diagnostic::new(code(fault.kind), place, message);
        findings.push(finding.maybe_help(help).maybe_fix(fix));
    }
}

/// A change of a text's value as one of the file; `None` where its quotes cannot hold it.
pub(super) fn fix(
    rewrite: &Rewrite,
    help: Option<&str>,
    span: Span,
    sources: &SourceMap,
) -> Option<Fix> {
    let text = quote::written(sources.text(span), &rewrite.text)?;
    let message = help.map_or_else(|| format!("write `{}`", rewrite.text), str::to_owned);
    let place = within(span, rewrite.at.clone(), sources);
    Some(Fix::new(Safety::of(rewrite.is_certain), message, place, text))
}

/// The place in the file of some bytes of a text's value.
pub(super) fn within(span: Span, said: std::ops::Range<usize>, sources: &SourceMap) -> Span {
    let written = quote::locate(sources.text(span), said);
    let start = span.start as usize;
    Span::new(span.file, start + written.start..start + written.end)
}

fn code(kind: FaultKind) -> Code {
    use FaultKind as K;
    match kind {
        K::PatternTooLong
        | K::LabelTooLong
        | K::HostTooLong
        | K::SegmentTooLong
        | K::SegmentsTooMany
        | K::CapturesTooMany
        | K::ParameterNameTooLong
        | K::RegexTooLong
        | K::RegexTooDeep
        | K::RegexTooLarge => Code::PatternTooLarge,
        K::TablesTooLarge => Code::TooMany,
        K::ParameterTwice => Code::ParameterTwice,
        K::ConstraintMissing
        | K::ConstraintOnParameter
        | K::ConstraintEmpty
        | K::ConstraintUnclosed
        | K::TextAfterConstraint
        | K::SlashInConstraint
        | K::ClassUnclosed
        | K::GroupUnclosed
        | K::GroupUnopened
        | K::NamedGroup
        | K::LookAround
        | K::BackReference
        | K::UnicodeClass
        | K::UnicodeBoundary
        | K::RegexSyntax
        | K::NothingFits => Code::BadConstraint,
        K::ConditionEmpty | K::ConditionArgument | K::ConditionSyntax => Code::BadCondition,
        K::UnknownName => Code::UnknownName,
        K::DefaultMissing => Code::NeedsDefault,
        K::ExpressionTooLong
        | K::PartsTooMany
        | K::AlternativesTooMany
        | K::ExpressionUnclosed
        | K::ExpressionEmpty
        | K::ExpressionSyntax
        | K::ExpressionNested
        | K::FieldNameMissing
        | K::FieldName
        | K::DefaultEscape
        | K::DefaultAlternative => Code::BadExpression,
        _ => Code::BadPattern,
    }
}
