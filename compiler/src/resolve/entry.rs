//! By which listeners the requests of a route come in, and whether these can serve what it asks for.

use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::document::route::Route as Written;
use crate::model::{Listener, Serve};
use crate::source::Spanned;

/// The listeners that there are.
pub(super) struct Entries<'l> {
    /// By index.
    pub(super) listeners: &'l [Listener],
    /// Whether none is missing, and none was found wrong.
    pub(super) is_whole: bool,
}

impl Entries<'_> {
    /// Judges a route by its listeners, which have the indices `named`.
    pub(super) fn check(&self, written: &Written, named: &[usize], findings: &mut Findings) {
        if !self.is_whole {
            return;
        }
        let mut redirect_all = !named.is_empty();
        for (name, index) in written.listeners.iter().zip(named) {
            let Some(listener) = self.listeners.get(*index) else { continue };
            redirect_all &= listener.redirects_all();
            if listener.serve == Serve::Services {
                redirect_all = false;
                refuse_services(name, listener, findings);
            }
        }
        if let (true, Some(name)) = (redirect_all, written.listeners.first()) {
            self.refuse_redirected(name, named, findings);
        }
        self.check_hsts(written, named, findings);
    }

    fn refuse_redirected(&self, name: &Spanned<String>, named: &[usize], findings: &mut Findings) {
        let listener = named.first().and_then(|index| self.listeners.get(*index));
        let place = listener.and_then(|listener| listener.options.field("redirect_to_https"));
        let message = format!(
            "no request comes to this route: `{}` answers each with a redirect",
            name.value
        );
        let finding = Diagnostic::new(Code::ListenerCannotServe, name.span, message)
            .label("redirects to https")
            .help("name the listener with TLS, or leave paths out with `except`");
        findings.push(match place {
            Some(field) => finding.other(field.place, "every request"),
            None => finding,
        });
    }

    /// `hsts` of a route that nobody asks for over TLS.
    fn check_hsts(&self, written: &Written, named: &[usize], findings: &mut Findings) {
        let Some(hsts) = written.options.as_ref().and_then(|options| options.field("hsts")) else {
            return;
        };
        let own: Vec<&Listener> = match named {
            [] => self.listeners.iter().filter(|one| one.serve == Serve::Routes).collect(),
            named => named.iter().filter_map(|index| self.listeners.get(*index)).collect(),
        };
        if own.is_empty() || own.iter().any(|listener| listener.tls().is_some()) {
            return;
        }
        let message = "`hsts` goes out over TLS alone, which no listener of this route speaks";
        let mut finding = Diagnostic::new(Code::ListenerCannotServe, hsts.place, message)
            .label("is never sent")
            .help("name a listener with `tls` in `listeners`, or leave `hsts` out");
        if let Some(listener) = own.first() {
            finding = finding.other(listener.name.span, "plain");
        }
        findings.push(finding);
    }
}

fn refuse_services(name: &Spanned<String>, listener: &Listener, findings: &mut Findings) {
    let message = format!("listener `{}` serves services, and no route", name.value);
    findings.push(
        Diagnostic::new(Code::ListenerCannotServe, name.span, message)
            .label("never asked for this route")
            .other(listener.name.span, "serves services")
            .help("name a listener that serves routes; a listener never serves both"),
    );
}
