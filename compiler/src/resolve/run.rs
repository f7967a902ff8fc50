//! The order in which a configuration is resolved: settings, listeners, backends, routes, tests.

use super::entry::Entries;
use super::names::Names;
use super::removed::Removal;
use super::templates::Texts;
use super::test::Known;
use super::{
    backend, capture, client_cert, defaults, grammars, listener, order, references, route, service,
    settings, tables, test, timeouts, told,
};
use crate::diagnostic::{Code, Findings};
use crate::document::Document;
use crate::document::keys::BACKEND;
use crate::document::record::Record;
use crate::document::route::{BackendOf, Route as WrittenRoute};
use crate::document::settings::Settings as WrittenSettings;
use crate::grammar::expression::Template;
use crate::model::{Action, Backend, HostHeader, Listener, Model, Route, Service};
use crate::source::{SourceMap, Span, Spanned};
use pointsman_schemas::artifact::{Feature, Features};

/// What became of a configuration.
pub struct Resolved {
    /// What it means. Where there are errors: that part of it which is sound, good for looking for
    /// more errors and for nothing else.
    pub model: Model,
    /// For each backend, whether a route names it, be it a disabled one.
    pub used: Vec<bool>,
    /// Routes that are written and enabled, whether or not they are sound.
    pub enabled_routes: usize,
    /// Whether no error was found in a route, nor in the keys at the top of a file: then what is
    /// not in the model is not written.
    pub is_whole: bool,
    /// Whether no file is missing, and nothing was found wrong in a listener or in a table at the
    /// top.
    pub tables_whole: bool,
    /// For each certificate, whether something names it.
    pub used_certificates: Vec<bool>,
}

/// Resolves the documents of all files.
pub fn resolve(
    documents: Vec<Document>,
    is_partial: bool,
    sources: &SourceMap,
    findings: &mut Findings,
) -> Resolved {
    let parts = Parts::of(documents);
    let settings = settings::merge(parts.settings, findings);
    let settings = settings::resolve(settings, findings);
    let mut host = tables::merge(parts.tables, findings);
    let features = features_of(&host, &parts.listeners);
    let defaults = tables::defaults(&mut host);
    if !parts.is_table_damaged {
        defaults::check(&defaults, sources, findings);
        tables::check_registry(&host, findings);
    }
    let (certificates, mut certificate_names) = tables::certificates(&mut host, findings);
    let are_sound = parts.listeners.iter().all(|listener| !listener.damaged);
    let (listeners, mut listener_names) = listener::resolve(parts.listeners, &defaults, findings);
    let enabled_routes = parts.routes.iter().flatten().filter(|route| route.enabled).count();
    let mut run = Run {
        sources,
        defaults,
        features,
        is_partial,
        removal: Removal::of(&settings.paths, is_partial),
        backends: Vec::new(),
        roots: Vec::new(),
        used: Vec::new(),
        names: Names::new("backend", Code::UnknownBackend),
        route_names: Names::new("route", Code::UnknownRoute),
    };
    run.take_backends(parts.backends, findings);
    let is_damaged = parts.is_damaged || parts.routes.iter().flatten().any(|route| route.damaged);
    let errors_before = findings.errors();
    let entries = Entries { listeners: &listeners, is_whole: are_sound && !is_partial };
    let mut routes = run.take_routes(parts.routes, (&mut listener_names, &entries), findings);
    let is_whole = !is_damaged && findings.errors() == errors_before;
    let mut services = tables::services(&mut host, &mut run.names, is_partial, findings);
    let is_all = is_whole && are_sound && !is_partial;
    run.check_texts((&routes, &services, &listeners), is_all, findings);
    for service in &services {
        if !parts.is_table_damaged {
            service::check(&service.name, &service.options, sources, findings);
        }
        service.backend.into_iter().for_each(|backend| run.used[backend] = true);
    }
    let used = run.sort_backends(&mut routes, &mut services);
    order::sort(&mut routes, |route| &route.id.value);
    let mut known = Known {
        listeners: &mut listener_names,
        tls: listeners.iter().map(listener::speaks_tls).collect(),
        routes: &mut run.route_names,
        backends: &mut run.names,
        is_partial,
        is_listener_damaged: !are_sound || parts.is_damaged,
    };
    let mut tests = Vec::with_capacity(parts.tests.len());
    for written in parts.tests {
        tests.extend(test::resolve(written, &mut known, findings));
    }
    let model = Model {
        settings,
        listeners,
        routes,
        backends: run.backends,
        certificates,
        services,
        host: Some(host).filter(|record| !record.is_empty()),
        features: run.features,
        tests,
    };
    let used_certificates =
        references::resolve(&model, &mut certificate_names, is_partial, findings);
    let tables_whole = are_sound && !is_partial && !parts.is_table_damaged;
    Resolved { model, used, enabled_routes, is_whole, tables_whole, used_certificates }
}

/// What all files say, in the order of the files.
#[derive(Default)]
struct Parts {
    settings: Vec<WrittenSettings>,
    listeners: Vec<crate::document::listener::Listener>,
    backends: Vec<(Spanned<String>, crate::document::backend::Backend)>,
    /// By file: each file's are given up as soon as they are resolved.
    routes: Vec<Vec<WrittenRoute>>,
    tests: Vec<crate::document::test::Test>,
    tables: Vec<Record>,
    is_damaged: bool,
    /// Whether a value in `tables` could not be read.
    is_table_damaged: bool,
}

impl Parts {
    fn of(documents: Vec<Document>) -> Self {
        let mut parts = Self::default();
        for document in documents {
            parts.is_damaged |= document.damaged;
            parts.is_table_damaged |= document.tables_damaged;
            parts.settings.push(document.settings);
            parts.listeners.extend(document.listeners);
            parts.backends.extend(document.backends);
            parts.routes.push(document.routes);
            parts.tests.extend(document.tests);
            parts.tables.extend(document.tables);
        }
        parts
    }
}

/// What an edge must have for the tables at the top and for the listeners.
fn features_of(host: &Record, listeners: &[crate::document::listener::Listener]) -> Features {
    let mut features = host.features();
    listeners.iter().for_each(|listener| features.0 |= listener.features().0);
    features
}

struct Run<'s> {
    sources: &'s SourceMap,
    defaults: Record,
    features: Features,
    is_partial: bool,
    removal: Removal,
    backends: Vec<Backend>,
    roots: Vec<Option<Span>>,
    used: Vec<bool>,
    names: Names,
    route_names: Names,
}

impl Run<'_> {
    fn add_backend(&mut self, backend: Backend, root: Option<Span>, is_used: bool) -> usize {
        self.backends.push(backend);
        self.roots.push(root);
        self.used.push(is_used);
        self.backends.len() - 1
    }

    fn take_backends(
        &mut self,
        written: Vec<(Spanned<String>, crate::document::backend::Backend)>,
        findings: &mut Findings,
    ) {
        for (name, backend) in written {
            let is_new = self.names.add(&name, self.backends.len(), findings);
            // One that was found wrong is not also called unused.
            let is_used = backend.damaged || !is_new;
            self.features.0 |= backend.features().0;
            let name = (name.value, &self.defaults);
            let (backend, root) = backend::resolve(name, backend, self.sources, findings);
            if is_new {
                self.add_backend(backend, root, is_used);
            }
        }
    }

    fn take_routes(
        &mut self,
        mut written: Vec<Vec<WrittenRoute>>,
        (listeners, entries): (&mut Names, &Entries<'_>),
        findings: &mut Findings,
    ) -> Vec<Route> {
        let count = written.iter().map(Vec::len).sum();
        let grammars = grammars::read(&mut written, (self.sources, self.removal), findings);
        let mut routes = Vec::with_capacity(count);
        self.route_names.expect(count);
        let each = written.into_iter().zip(grammars);
        let each = each.flat_map(|(routes, grammars)| routes.into_iter().zip(grammars));
        for (mut route, grammar) in each {
            let is_new = match &route.id {
                Some(id) => self.route_names.add(id, 0, findings),
                None => true,
            };
            let is_enabled = route.enabled;
            let backend = self.backend_of(&mut route, findings);
            if is_enabled {
                let options = route.options.iter();
                options.for_each(|options| self.features.0 |= options.features().0);
            }
            let context = (&mut *listeners, entries, &self.defaults);
            let route = route::resolve(route, backend, context, grammar, self.sources, findings);
            routes.extend(route.filter(|_| is_new && is_enabled));
        }
        routes
    }

    /// The backend of a route. One that is not known is found once a use, and a stand-in lets the
    /// route take part in further checks.
    fn backend_of(&mut self, route: &mut WrittenRoute, findings: &mut Findings) -> Option<usize> {
        match route.backend.take()? {
            BackendOf::Inline(inline) => {
                if route.enabled {
                    self.features.0 |= inline.features().0;
                }
                let id = route.id.as_ref().map_or("", |id| id.value.as_str());
                let name = format!("route:{id}");
                let (backend, root) = backend::resolve(
                    (name.clone(), &self.defaults),
                    *inline,
                    self.sources,
                    findings,
                );
                let span = backend.span;
                let index = self.add_backend(backend, root, true);
                if !id.is_empty() {
                    // A second route of this id was already found.
                    self.names.add(&Spanned::new(name, span), index, &mut Findings::new());
                }
                Some(index)
            }
            BackendOf::Named(name) => {
                let found = if self.is_partial {
                    self.names.get(&name.value).ok_or(None)
                } else {
                    self.names.find_or_near(&name, findings)
                };
                // What was probably meant is not also called unused.
                if let Ok(index) | Err(Some(index)) = found {
                    self.used[index] = true;
                }
                Some(found.unwrap_or_else(|_| self.add_backend(stand_in(&name), None, true)))
            }
        }
    }

    /// Whether what expressions take is there; `is_all` says that nothing is missing that is written.
    fn check_texts(
        &mut self,
        (routes, services, listeners): (&[Route], &[Service], &[Listener]),
        is_all: bool,
        findings: &mut Findings,
    ) {
        let (backends, roots) = (&self.backends, &self.roots);
        let texts = Texts { routes, services, listeners, backends, roots, sources: self.sources };
        capture::check(texts, findings);
        told::check(texts, findings);
        self.removal.check_texts(texts, findings);
        if client_cert::check(texts, is_all, findings) {
            self.features.add(Feature::CLIENT_CERTIFICATES);
        }
    }

    /// Sorts backends by name; routes follow.
    fn sort_backends(&mut self, routes: &mut [Route], services: &mut [Service]) -> Vec<bool> {
        let mut order: Vec<usize> = (0..self.backends.len()).collect();
        order.sort_by(|a, b| self.backends[*a].name.cmp(&self.backends[*b].name));
        let mut new_index = vec![0; order.len()];
        for (new, old) in order.iter().enumerate() {
            new_index[*old] = new;
        }
        let mut sorted: Vec<(usize, Backend)> =
            new_index.iter().copied().zip(std::mem::take(&mut self.backends)).collect();
        sorted.sort_by_key(|(new, _)| *new);
        self.backends = sorted.into_iter().map(|(_, backend)| backend).collect();
        for route in routes {
            if let Action::Backend(backend) = &mut route.action {
                *backend = new_index[*backend];
            }
        }
        for backend in services.iter_mut().filter_map(|service| service.backend.as_mut()) {
            *backend = new_index[*backend];
        }
        self.names.renumber(&new_index);
        order.iter().map(|old| self.used[*old]).collect()
    }
}

fn stand_in(name: &Spanned<String>) -> Backend {
    Backend {
        name: name.value.clone(),
        root: Template::literal("/"),
        rewrite: false,
        keep_query: true,
        host_header: HostHeader::Client,
        client: timeouts::CLIENT_DEFAULT,
        targets: Vec::new(),
        options: Record::empty(&BACKEND, name.span),
        span: name.span,
    }
}
