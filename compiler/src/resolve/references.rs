//! Names of certificates in whatever table they stand: each must be there, and of the kind that is
//! asked for.

use super::names::Names;
use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::document::keys::{Form, Kind};
use crate::document::record::{Record, Value};
use crate::model::{Certificate, Model};
use crate::source::Spanned;

/// Finds names of certificates that are not known, and says of each whether it is used.
pub(super) fn resolve(
    model: &Model,
    names: &mut Names,
    is_partial: bool,
    findings: &mut Findings,
) -> Vec<bool> {
    let used = vec![false; model.certificates.len()];
    if is_partial {
        return used;
    }
    let mut run = Run { names, certificates: &model.certificates, used, findings };
    for listener in &model.listeners {
        run.record(&listener.options);
    }
    for backend in &model.backends {
        run.record(&backend.options);
        for target in &backend.targets {
            target.options.iter().for_each(|options| run.record(options));
        }
    }
    for service in &model.services {
        run.record(&service.options);
    }
    model.host.iter().for_each(|host| run.record(host));
    run.used
}

struct Run<'r> {
    names: &'r mut Names,
    certificates: &'r [Certificate],
    used: Vec<bool>,
    findings: &'r mut Findings,
}

impl Run<'_> {
    fn record(&mut self, record: &Record) {
        for field in &record.fields {
            self.value(&field.key.kind, &field.value);
        }
    }

    fn value(&mut self, kind: &Kind, value: &Spanned<Value>) {
        match (kind, &value.value) {
            (Kind::Text(form), Value::Text(text)) => self.name(*form, text, value),
            (Kind::List(inner) | Kind::OneOrMore(inner), Value::List(items)) => {
                items.iter().for_each(|item| self.value(inner, item));
            }
            (_, Value::Table(record)) => self.record(record),
            (_, Value::Tables(records)) => records.iter().for_each(|record| self.record(record)),
            (_, Value::Named(named)) => named.iter().for_each(|(_, record)| self.record(record)),
            _ => {}
        }
    }

    fn name(&mut self, form: Form, text: &str, value: &Spanned<Value>) {
        let is_authority = match form {
            Form::CertificateOrAuto if text == "auto" => return,
            Form::Certificate | Form::CertificateOrAuto => false,
            Form::Authority => true,
            _ => return,
        };
        let name = Spanned::new(text.to_owned(), value.span);
        let Some(index) = self.names.find(&name, self.findings) else { return };
        let Some(certificate) = self.certificates.get(index) else { return };
        self.used[index] = true;
        // What has a key can be trusted as well: a certificate that signs itself. A key that was
        // refused is written.
        if !is_authority && certificate.is_authority() && !certificate.options.damaged {
            let message = format!("the certificate `{text}` has no key, and cannot be shown");
            self.findings.push(
                Diagnostic::new(Code::NoKey, value.span, message)
                    .label("used here")
                    .other(certificate.name.span, "has no `key`")
                    .help("give it a `key`; without one it is an authority that others trust"),
            );
        }
    }
}
