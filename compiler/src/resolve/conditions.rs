//! Conditions of a route: names in the form in which they are compared, tests taken apart.

mod plain;

use super::reading::Reading;
use super::{anchors, fault};
use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::document::route::Place;
use crate::document::secret::{self, is_sensitive, looks_secret};
use crate::document::value;
use crate::grammar::condition;
use crate::model::Condition;
use crate::source::Spanned;
use pointsman_schemas::limits::CONDITIONS_PER_ROUTE_MAX;

/// Conditions, sorted; `None` when one of them is wrong.
pub(super) fn resolve(
    written: &[(Place, Spanned<String>, Spanned<String>)],
    reading: &mut Reading<'_>,
    findings: &mut Findings,
) -> Option<Box<[Condition]>> {
    let mut conditions = Vec::with_capacity(written.len());
    let errors_before = findings.errors();
    for (place, name, text) in written {
        check_name(*place, name, findings);
        if *place == Place::Header {
            reading.removal.check(&name.value.to_ascii_lowercase(), name.span, findings);
        }
        match condition::parse(&text.value, &mut reading.tables) {
            Ok(test) => {
                let name = match place {
                    Place::Header => name.value.to_ascii_lowercase(),
                    Place::Query | Place::Cookie => name.value.clone(),
                };
                let condition = Condition { place: *place, name, test };
                check_value(&condition, text, findings);
                if matches!(condition.test, condition::Test::Exact(_)) {
                    plain::warn(&condition, text, reading.sources, findings);
                }
                let regex =
                    text.value.strip_prefix("Regex(").and_then(|rest| rest.strip_suffix(')'));
                if let Some(regex) = regex {
                    let place = (text.span, "Regex(".len());
                    anchors::warn(place, regex, "a condition", reading.sources, findings);
                }
                conditions.push(condition);
            }
            Err(faults) => fault::report(faults, text.span, reading.sources, findings),
        }
    }
    if let Some((_, name, _)) = written.get(CONDITIONS_PER_ROUTE_MAX) {
        let message = format!("a route has {} conditions", written.len());
        let help = format!("at most {CONDITIONS_PER_ROUTE_MAX}");
        findings.push(Diagnostic::new(Code::TooMany, name.span, message).help(help));
    }
    conditions.sort_unstable();
    refuse_same(&conditions, written, findings);
    (findings.errors() == errors_before).then(|| conditions.into())
}

fn check_name(place: Place, name: &Spanned<String>, findings: &mut Findings) {
    let refuse = |message: String, help: Option<String>, findings: &mut Findings| {
        findings.push(Diagnostic::new(Code::BadCondition, name.span, message).maybe_help(help));
    };
    match place {
        Place::Header => {
            if let Err(problem) = value::field(&name.value, "") {
                refuse(problem.message, problem.help, findings);
            } else if name.value.eq_ignore_ascii_case("host") {
                let help = "write the host into `match`".to_owned();
                refuse("the host is no condition".to_owned(), Some(help), findings);
            }
        }
        Place::Cookie => {
            if name.value.is_empty() || !name.value.bytes().all(value::is_token) {
                let message = format!("`{}` is no name of a cookie", value::shown(&name.value));
                refuse(message, None, findings);
            }
        }
        Place::Query => {
            if name.value.len() > pointsman_schemas::limits::NAME_BYTES_MAX {
                refuse("the name is too long".to_owned(), None, findings);
            }
        }
    }
}

/// A value that no request can carry there.
fn check_value(condition: &Condition, text: &Spanned<String>, findings: &mut Findings) {
    let condition::Test::Exact(value) = &condition.test else { return };
    if is_sensitive(&condition.name) && looks_secret(&condition.name, value) {
        findings.push(secret::finding(&condition.name, text.span));
    }
    let is_odd = match condition.place {
        Place::Header => {
            let trimmed = value.trim_matches([' ', '\t']);
            trimmed != value
                || value.bytes().any(|byte| byte < 0x20 && byte != b'\t' || byte == 0x7f)
        }
        Place::Cookie => value.contains([';', '\r', '\n', '\0']) || value.trim() != value,
        Place::Query => false,
    };
    if is_odd {
        let message = "no request can carry this value there";
        let help = "values have no space around them and no control characters";
        findings.push(Diagnostic::new(Code::BadCondition, text.span, message).help(help));
    }
}

/// Names of fields ignore case, so that TOML does not see that two are one.
fn refuse_same(
    conditions: &[Condition],
    written: &[(Place, Spanned<String>, Spanned<String>)],
    findings: &mut Findings,
) {
    for pair in conditions.windows(2) {
        let [a, b] = pair else { continue };
        if (a.place, &a.name) != (b.place, &b.name) {
            continue;
        }
        let places: Vec<_> = written
            .iter()
            .filter(|(place, name, _)| {
                *place == a.place && name.value.eq_ignore_ascii_case(&a.name)
            })
            .map(|(_, name, _)| name.span)
            .collect();
        let [first, again, ..] = places.as_slice() else { continue };
        let message = format!("two conditions on `{}`", a.name);
        findings.push(
            Diagnostic::new(Code::DefinedTwice, *again, message)
                .label("used again")
                .other(*first, "used here first")
                .help("names of fields ignore case; write one condition, with `Regex(a|b)`"),
        );
    }
}
