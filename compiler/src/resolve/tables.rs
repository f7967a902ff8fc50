//! Tables that go on as they are written: those of all files as one, certificates and services by
//! name.

use super::names::Names;
use super::trust;
use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::document::keys::ROOT;
use crate::document::record::{Record, Value};
use crate::document::value;
use crate::model::{Certificate, Service};
use crate::source::{FileId, Span, Spanned};

/// Tables of all files as one. A key that two files say is a finding, but that each file may bring
/// certificates and services of its own.
pub(super) fn merge(parts: Vec<Record>, findings: &mut Findings) -> Record {
    let mut merged = Record::empty(&ROOT, Span::new(FileId(0), 0..0));
    for part in parts {
        for field in part.fields {
            let own = merged.fields.iter_mut().find(|own| std::ptr::eq(own.key, field.key));
            let Some(own) = own else {
                merged.fields.push(field);
                continue;
            };
            match (&mut own.value.value, field.value.value) {
                (Value::Named(own), Value::Named(theirs)) => own.extend(theirs),
                _ => {
                    let message = format!("`{}` is written in two files", field.key.name);
                    findings.push(
                        Diagnostic::new(Code::DefinedTwice, field.place, message)
                            .label("written again")
                            .other(own.place, "written here first")
                            .help("put them together; it holds for all files"),
                    );
                }
            }
        }
    }
    merged
}

/// Takes the tables by name out of `tables`, sorted.
fn named(tables: &mut Record, key: &str) -> Vec<(Spanned<String>, Record)> {
    let at = tables.fields.iter().position(|field| field.key.name == key);
    let Some(field) = at.map(|at| tables.fields.remove(at)) else { return Vec::new() };
    let Value::Named(mut named) = field.value.value else { return Vec::new() };
    named.sort_by(|(a, _), (b, _)| (&a.value, a.span).cmp(&(&b.value, b.span)));
    named
}

/// `[defaults]`, taken out of `tables`.
pub(super) fn defaults(tables: &mut Record) -> Record {
    let at = tables.fields.iter().position(|field| field.key.name == "defaults");
    let none = || Record::empty(&crate::document::keys::DEFAULTS, tables.span);
    match at.map(|at| tables.fields.remove(at).value.value) {
        Some(Value::Table(record)) => record,
        _ => none(),
    }
}

/// `[certificates]`, taken out of `tables`.
pub(super) fn certificates(
    tables: &mut Record,
    findings: &mut Findings,
) -> (Vec<Certificate>, Names) {
    let mut names = Names::new("certificate", Code::UnknownCertificate);
    let mut certificates = Vec::new();
    for (name, options) in named(tables, "certificates") {
        if name.value == "auto" {
            let message = "a certificate cannot be called `auto`";
            let help = "`auto` stands for certificates that are ordered; take another name";
            findings.push(Diagnostic::new(Code::BadName, name.span, message).help(help));
        } else if let Err(problem) = value::name(&name.value) {
            let finding = Diagnostic::new(Code::BadName, name.span, problem.message);
            findings.push(finding.maybe_help(problem.help));
        }
        if names.add(&name, certificates.len(), findings) {
            certificates.push(Certificate { name, options });
        }
    }
    (certificates, names)
}

/// `[services]`, taken out of `tables`; their backends by index.
pub(super) fn services(
    tables: &mut Record,
    backends: &mut Names,
    is_partial: bool,
    findings: &mut Findings,
) -> Vec<Service> {
    let mut names = Names::new("service", Code::UnknownBackend);
    let mut services = Vec::new();
    for (name, options) in named(tables, "services") {
        if name.value != "*"
            && let Err(problem) = value::name(&name.value)
        {
            let finding = Diagnostic::new(Code::BadName, name.span, problem.message);
            findings.push(finding.maybe_help(problem.help));
        }
        let backend = options.text("backend").and_then(|text| {
            let text = text.map(str::to_owned);
            if is_partial { backends.get(&text.value) } else { backends.find(&text, findings) }
        });
        if names.add(&name, services.len(), findings) {
            services.push(Service { name, backend, options });
        }
    }
    services
}

/// Warns of networks that may register and hold strangers.
pub(super) fn check_registry(tables: &Record, findings: &mut Findings) {
    let Some(registry) = tables.table("registry") else { return };
    for network in registry.texts("allow") {
        trust::warn_of_width("allow", &network, findings);
    }
}
