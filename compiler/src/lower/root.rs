//! What roots take from routes: filled in where one route alone leads to a backend, looked up by the
//! edge where several may.

use std::borrow::Cow;

use pointsman_schemas::artifact::layout::{RouteMetadataRecord, U32};
use pointsman_schemas::artifact::write::Writer;

use super::backend::is_inline;
use crate::grammar::expression::{Source, Template};
use crate::grammar::settle::settle;
use crate::model::{Model, Route};

/// For each backend, by its index in the model.
pub(super) struct Roots<'m> {
    roots: Vec<Root<'m>>,
}

#[derive(Default)]
struct Root<'m> {
    /// The route that it is written in.
    owner: Option<&'m Route>,
    /// How many routes and services lead to it.
    users: usize,
    /// Metadata that its root names, sorted.
    names: Vec<&'m str>,
}

impl<'m> Roots<'m> {
    pub(super) fn of(model: &'m Model) -> Self {
        let mut roots: Vec<Root<'m>> =
            model.backends.iter().map(|backend| Root::new(&backend.root)).collect();
        for route in &model.routes {
            if let Some(root) = route.backend().and_then(|backend| roots.get_mut(backend)) {
                root.users += 1;
                root.owner = Some(route);
            }
        }
        for backend in model.services.iter().filter_map(|service| service.backend) {
            if let Some(root) = roots.get_mut(backend) {
                root.users += 1;
            }
        }
        for (root, backend) in roots.iter_mut().zip(&model.backends) {
            // One that has a name stays as it is written: a second route changes nothing in it.
            root.owner = root.owner.filter(|_| root.users == 1 && is_inline(backend));
        }
        Self { roots }
    }

    /// The root of a backend, with all filled in that is known.
    pub(super) fn of_backend(&self, model: &'m Model, index: usize) -> Cow<'m, Template> {
        let root = &model.backends[index].root;
        match self.roots.get(index).and_then(|root| root.owner) {
            Some(route) if root.values().next().is_some() => {
                Cow::Owned(settle(root, &route.facts()))
            }
            _ => Cow::Borrowed(root),
        }
    }

    /// Adds what the programs of a route's backend look up.
    pub(super) fn metadata(&self, writer: &mut Writer, number: u32, route: &Route) {
        let root = route.backend().and_then(|backend| self.roots.get(backend));
        let Some(root) = root.filter(|root| root.owner.is_none()) else { return };
        for name in &root.names {
            let Some(value) = route.metadata.get(*name) else { continue };
            let (name, value) = (writer.string(name).0, writer.string(value).0);
            let (route, name, value) = (U32::new(number), U32::new(name), U32::new(value));
            writer.route_metadata.push(RouteMetadataRecord { route, name, value });
        }
    }
}

impl<'m> Root<'m> {
    fn new(root: &'m Template) -> Self {
        let sources = root.values().flat_map(|value| &value.alternatives);
        let mut names: Vec<&str> = sources
            .filter_map(|source| match source {
                Source::RouteMetadata(name) => Some(name.as_str()),
                _ => None,
            })
            .collect();
        names.sort_unstable();
        names.dedup();
        Self { names, ..Self::default() }
    }
}
