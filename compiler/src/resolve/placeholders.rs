//! Warns of placeholders of other proxies, which are plain text here: they would be sent as they
//! stand.

use super::fault;
use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::document::value::shown;
use crate::grammar::placeholder::{Kind, foreign_parameter, foreign_regex, placeholders};
use crate::language::fault::Rewrite;
use crate::source::{SourceMap, Spanned};

/// Warns of those in a text.
pub(super) fn warn(text: &Spanned<&str>, kind: Kind, sources: &SourceMap, findings: &mut Findings) {
    for one in placeholders(text.value, kind) {
        let place = fault::within(text.span, one.at.clone(), sources);
        // What nobody knows may be a secret.
        let message = match &one.meant {
            Some(_) => format!("`{}` is plain text here", shown(&text.value[one.at.clone()])),
            None => "a placeholder is plain text here".to_owned(),
        };
        let finding = Diagnostic::new(Code::ForeignPlaceholder, place, message);
        let finding = match (kind, one.meant) {
            (Kind::Plain, _) => finding.help(
                "`respond` has no expressions and sends what is written; a target can answer \
                 with values of the request",
            ),
            (_, Some(meant)) => {
                let help = format!("did you mean `{}`?", meant.trim_start_matches('/'));
                let rewrite = Rewrite { at: one.at, text: meant, is_certain: false };
                let fix = fault::fix(&rewrite, Some(&help), text.span, sources);
                finding.help(help).maybe_fix(fix)
            }
            (_, None) => finding.help(
                "a value is `${NAME}`: a parameter of the pattern `${req.pathparams.NAME}`, a \
                 field `${req.headers.NAME:}`, `${req.path}`, `${req.ip}`",
            ),
        };
        findings.push(finding);
    }
}

/// Warns of a segment of a pattern that elsewhere is a parameter or a regex.
pub(super) fn warn_of_parameter(
    text: &Spanned<String>,
    sources: &SourceMap,
    findings: &mut Findings,
) {
    // Nearly every pattern has none, and there may be a million.
    let may_be = ["/{", "/<", "/[", "/^", "|", "]+", "\\"];
    if !may_be.iter().any(|sign| text.value.contains(sign)) {
        return;
    }
    let found = foreign_parameter(&text.value).map(|(at, name)| {
        let help = format!("a parameter is `:{name}`, and with a constraint `${name}<[0-9]+>`");
        (at, help, format!(":{name}"))
    });
    let found = found.or_else(|| {
        let (at, regex) = foreign_regex(&text.value)?;
        let meant = format!("$name<{regex}>");
        Some((at, format!("a regex is the constraint of a parameter: `{}`", shown(&meant)), meant))
    });
    let Some((at, help, meant)) = found else { return };
    let place = fault::within(text.span, at.clone(), sources);
    let message = format!("`{}` is plain text here", shown(&text.value[at.clone()]));
    let rewrite = Rewrite { at, text: meant, is_certain: false };
    let fix = fault::fix(&rewrite, Some(&help), text.span, sources);
    findings
        .push(Diagnostic::new(Code::ForeignPlaceholder, place, message).help(help).maybe_fix(fix));
}
