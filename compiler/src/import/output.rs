//! What will be written, before it is text: routes in the order in which the other proxy tries them,
//! backends, certificates, listeners.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::names::Names;
use super::report::Report;
use super::writer::{Section, Value};

/// Which of two routes that tie is tried first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    /// In the order of the other proxy.
    Own,
    /// After all others: it takes what they leave.
    Last,
}

/// Which requests a route takes.
#[derive(Clone, Debug, Default)]
pub(super) struct Takes {
    pub(super) patterns: Vec<String>,
    /// All, where none is named.
    pub(super) methods: Vec<String>,
    /// `headers`, `query`, `cookies` with their conditions.
    pub(super) conditions: Vec<(&'static str, Vec<(String, Value)>)>,
    pub(super) exact: bool,
    /// All, where none is named. They are written apart.
    pub(super) listeners: Vec<String>,
}

impl Takes {
    /// As keys of a route.
    pub(super) fn pairs(&self) -> Vec<(String, Value)> {
        let mut pairs = vec![("match".to_owned(), Value::texts(self.patterns.clone()))];
        if !self.methods.is_empty() {
            pairs.push(("methods".to_owned(), Value::texts(self.methods.clone())));
        }
        for (table, conditions) in &self.conditions {
            pairs.push(((*table).to_owned(), Value::Table(conditions.clone())));
        }
        if self.exact {
            pairs.push(("exact".to_owned(), Value::Flag(true)));
        }
        pairs
    }

    /// Whether there is a listener that serves both.
    pub(super) fn shares_listener(&self, other: &Self) -> bool {
        let is_any = self.listeners.is_empty() || other.listeners.is_empty();
        is_any || self.listeners.iter().any(|name| other.listeners.contains(name))
    }

    /// How many conditions there are.
    pub(super) fn condition_count(&self) -> usize {
        self.conditions.iter().map(|(_, conditions)| conditions.len()).sum()
    }
}

/// A route.
#[derive(Clone, Debug)]
pub(super) struct Route {
    /// Unique, and fit for the language.
    pub(super) id: String,
    pub(super) rank: Rank,
    /// Conditions that the other proxy counts of it: the more, the earlier it is tried.
    pub(super) weight: usize,
    /// What it takes, which stands in its table too; nothing where it is off.
    pub(super) takes: Option<Takes>,
    /// `[[routes]]`, without its priority.
    pub(super) head: Section,
    /// What stands behind it.
    pub(super) rest: Vec<Section>,
}

/// A listener of its own for routes that name it.
#[derive(Clone, Debug)]
pub(super) struct Listener {
    pub(super) address: String,
    pub(super) comments: Vec<String>,
    pub(super) pairs: Vec<(String, Value)>,
}

/// An entry of `[certificates]`.
#[derive(Clone, Debug, Default)]
pub(super) struct Certificate {
    /// Whether it has a key; without one it is an authority.
    pub(super) has_key: bool,
    pub(super) comments: Vec<String>,
}

/// All of it.
#[derive(Clone, Debug, Default)]
pub(super) struct Output {
    pub(super) routes: Vec<Route>,
    pub(super) backends: BTreeMap<String, Vec<Section>>,
    pub(super) certificates: BTreeMap<String, Certificate>,
    pub(super) listeners: BTreeMap<String, Listener>,
    /// Sections at the end of the first file.
    pub(super) settings: Vec<Section>,
    /// Comments at the start of the first file.
    pub(super) comments: Vec<String>,
    /// Whether the order of the routes decides somewhere, tie or not.
    pub(super) is_ordered: bool,
}

impl Output {
    /// The files by name; with `ordered`, each route says its place in the order.
    pub(super) fn files(&self, ordered: bool) -> BTreeMap<String, String> {
        let mut files = BTreeMap::new();
        let (mut routes, mut backends) = (Names::default(), Names::default());
        let mut all: Vec<&Route> = self.routes.iter().collect();
        all.sort_by_key(|route| (route.rank, Reverse(route.weight)));
        for (at, route) in all.into_iter().enumerate() {
            let mut head = route.head.clone();
            if ordered && at > 0 {
                head.comment("The order in which the routes were tried decides where they tie.");
                head.pair("priority", Value::Integer(-i64::try_from(at).unwrap_or(i64::MAX)));
            }
            let mut sections = vec![head];
            sections.extend(route.rest.iter().cloned());
            let name = format!("routes/{}.toml", routes.file(&route.id));
            files.insert(name, super::writer::render(&sections));
        }
        for (name, sections) in &self.backends {
            let name = format!("backends/{}.toml", backends.file(name));
            files.insert(name, super::writer::render(sections));
        }
        if !self.certificates.is_empty() {
            files.insert("certificates.toml".to_owned(), self.certificates());
        }
        files.insert("pointsman.toml".to_owned(), self.first());
        files
    }

    /// Lets listeners that only order certificates show one more: for hosts that none can be
    /// ordered for.
    pub(super) fn show_own_certificate(&mut self) {
        let name = (0..)
            .map(|at| if at == 0 { "own".to_owned() } else { format!("own-{at}") })
            .find(|name| !self.certificates.contains_key(name));
        let Some(name) = name else { return };
        let note = "No certificate can be ordered for some hosts of the routes (`explain E0219`): \
                    put one for them there on each edge.";
        let own = Certificate { has_key: true, comments: vec![note.to_owned()] };
        self.certificates.insert(name.clone(), own);
        let pairs = self.listeners.values_mut().flat_map(|listener| &mut listener.pairs);
        for (_, tls) in pairs.filter(|(key, _)| key == "tls") {
            let Value::Table(tls) = tls else { continue };
            for (_, list) in tls.iter_mut().filter(|(key, _)| key == "certificates") {
                if let Value::List(names) = list {
                    names.push(Value::text(name.clone()));
                }
            }
        }
    }

    /// Sends fields with `_` in their names on, since a route asks for one.
    pub(super) fn pass_underscores(&mut self) {
        let mut paths = Section::table(["paths"]);
        paths.comment("A route asks for a field with `_` in its name, which is removed otherwise.");
        paths.pair("underscores", Value::text("pass"));
        self.settings.push(paths);
    }

    fn certificates(&self) -> String {
        let mut sections = Vec::new();
        for (name, certificate) in &self.certificates {
            let mut section = Section::table(["certificates", name.as_str()]);
            for comment in &certificate.comments {
                section.comment(comment.clone());
            }
            let place = format!("file:/etc/pointsman/certificates/{name}");
            section.pair("certificate", Value::text(format!("{place}.pem")));
            if certificate.has_key {
                section.pair("key", Value::text(format!("{place}.key")));
            }
            sections.push(section);
        }
        super::writer::render(&sections)
    }

    fn first(&self) -> String {
        let mut top = Section::top();
        for comment in &self.comments {
            top.comment(comment.clone());
        }
        top.pair("version", Value::Integer(1));
        let mut include = Vec::new();
        if !self.backends.is_empty() {
            include.push("backends/*.toml");
        }
        if !self.certificates.is_empty() {
            include.push("certificates.toml");
        }
        if !self.routes.is_empty() {
            include.push("routes/*.toml");
        }
        top.pair("include", Value::texts(include));
        let mut sections = vec![top];
        for (name, listener) in &self.listeners {
            let mut section = Section::table(["listeners", name.as_str()]);
            for comment in &listener.comments {
                section.comment(comment.clone());
            }
            section.pair("address", Value::text(listener.address.clone()));
            for (key, value) in &listener.pairs {
                section.pair(key, value.clone());
            }
            sections.push(section);
        }
        sections.extend(self.settings.iter().cloned());
        super::writer::render(&sections)
    }
}

/// What is to be written, and what became of the input.
#[derive(Debug)]
pub struct Imported {
    pub(super) output: Output,
    pub(super) report: Report,
}
