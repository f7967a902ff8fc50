//! Where texts with expressions stand, and who leads to them.

use super::fault;
use crate::grammar::expression::{Template, Value};
use crate::model::{Action, Backend, Listener, Route, Service};
use crate::source::{SourceMap, Span};

/// All that has expressions, or leads to them.
#[derive(Clone, Copy)]
pub(super) struct Texts<'a> {
    /// Routes that are sound.
    pub(super) routes: &'a [Route],
    /// Services.
    pub(super) services: &'a [Service],
    /// Listeners.
    pub(super) listeners: &'a [Listener],
    /// Backends.
    pub(super) backends: &'a [Backend],
    /// Where the `root` of each backend is written.
    pub(super) roots: &'a [Option<Span>],
    /// The files.
    pub(super) sources: &'a SourceMap,
}

impl Texts<'_> {
    /// Where a value of a backend's root is written.
    pub(super) fn root_place(&self, backend: usize, value: &Value) -> Option<Span> {
        let root = self.roots.get(backend).copied().flatten()?;
        Some(self.place(root, value))
    }

    /// Where a value of a text is written.
    pub(super) fn place(&self, text: Span, value: &Value) -> Span {
        fault::within(text, value.span.clone(), self.sources)
    }
}

/// The texts of a route itself, and where each is written.
pub(super) fn own(route: &Route) -> impl Iterator<Item = (&Template, Span)> {
    let redirect = match &route.action {
        Action::Redirect(redirect) => Some((&redirect.to, redirect.span)),
        Action::Backend(_) | Action::Respond(_) => None,
    };
    let changes = route.changes.iter().flat_map(|all| all.request.iter().chain(&all.response));
    redirect.into_iter().chain(changes.map(|change| (&change.value, change.span)))
}
