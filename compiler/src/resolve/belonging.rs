//! Tables with a `type`: keys that belong to some types alone say nothing beside the others, and
//! whoever writes them believes that they do.

use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::document::record::Record;
use crate::source::Spanned;

/// A key, and the types it belongs to; the likeliest stands first.
pub(super) type Owner = (&'static str, &'static [&'static str]);

/// The type of a table, where that is written: in the table itself, else in `[defaults]`.
pub(super) fn chosen<'r>(
    written: &'r Record,
    defaults: Option<&'r Record>,
) -> Option<Spanned<&'r str>> {
    written.text("type").or_else(|| defaults.and_then(|defaults| defaults.text("type")))
}

/// Refuses keys of a table that belong to other types than the one that holds, which is `implied`
/// where none is written. What `[defaults]` bring is theirs, and fits many types.
pub(super) fn refuse_foreign(
    written: &Record,
    defaults: Option<&Record>,
    implied: &str,
    owners: &[Owner],
    findings: &mut Findings,
) {
    let chosen = chosen(written, defaults);
    let kind = chosen.as_ref().map_or(implied, |chosen| chosen.value);
    for (key, types) in owners {
        let Some(field) = written.field(key).filter(|_| !types.contains(&kind)) else { continue };
        let owner = types.first().copied().unwrap_or_default();
        let message = match &chosen {
            Some(_) => format!("`{key}` does not belong to `{kind}`"),
            None => format!("`{key}` does not belong to `{kind}`, which holds without a `type`"),
        };
        let mut finding = Diagnostic::new(Code::KeyOutOfPlace, field.place, message)
            .label("says nothing here")
            .help(format!("leave it out, or write `type = \"{owner}\"`"));
        if let Some(chosen) = &chosen {
            finding = finding.other(chosen.span, "the type");
        }
        findings.push(finding);
    }
}
