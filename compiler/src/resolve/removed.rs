//! Fields that no request has, since the edge removes them for the `_` in their names.

use std::collections::BTreeSet;

use pointsman_routing::request::name;

use super::templates::{Texts, own};
use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::document::value::shown;
use crate::grammar::expression::{Source, Template, Value};
use crate::model::{Paths, Underscores};
use crate::source::Span;

/// What becomes of fields with `_` in their names; nothing is known where a file is missing that may
/// say it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Removal(Option<Underscores>);

impl Removal {
    /// What the configuration says.
    pub(super) fn of(paths: &Paths, is_partial: bool) -> Self {
        Self(Some(paths.underscores).filter(|_| !is_partial))
    }

    /// Refuses a field that never arrives.
    pub(super) fn check(self, field: &str, place: Span, findings: &mut Findings) {
        let Some(written) = self.0 else { return };
        let rule = match written {
            Underscores::Drop => name::Underscores::Drop,
            Underscores::Pass => name::Underscores::Pass,
        };
        if !rule.removes(field) {
            return;
        }
        let meant = field.replace('_', "-");
        let (why, help) = if name::Underscores::Pass.removes(field) {
            (format!("it could pass for `{}`", shown(&meant)), format!("write `{}`", shown(&meant)))
        } else {
            let help = format!(
                "write `underscores = \"pass\"` in `[paths]`, or `{}` if that is what clients send",
                shown(&meant)
            );
            ("fields with `_` in their names are removed".to_owned(), help)
        };
        let message = format!("no request has the field `{}`: {why}", shown(field));
        findings.push(
            Diagnostic::new(Code::FieldRemoved, place, message).label("never there").help(help),
        );
    }

    /// Refuses those that expressions take.
    pub(super) fn check_texts(self, texts: Texts<'_>, findings: &mut Findings) {
        // A text of `[defaults]` is that of many routes.
        let mut taken: BTreeSet<(Span, &str)> = BTreeSet::new();
        for (backend, root) in (0..).zip(texts.backends) {
            let fields = fields(&root.root);
            taken.extend(
                fields.filter_map(|(value, name)| Some((texts.root_place(backend, value)?, name))),
            );
        }
        for (template, text) in texts.routes.iter().flat_map(own) {
            taken.extend(fields(template).map(|(value, name)| (texts.place(text, value), name)));
        }
        for (place, field) in taken {
            self.check(field, place, findings);
        }
    }
}

/// The fields that a text takes.
fn fields(template: &Template) -> impl Iterator<Item = (&Value, &str)> {
    template.values().flat_map(|value| {
        value.alternatives.iter().filter_map(move |source| match source {
            Source::Header(name) => Some((value, name.as_str())),
            _ => None,
        })
    })
}
