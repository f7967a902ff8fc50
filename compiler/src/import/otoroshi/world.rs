//! What the parts of an import share: the input with its report, and what is needed around routes
//! and backends.

use std::collections::BTreeMap;

use crate::import::input::Tree;
use crate::import::intake::Intake;
use crate::import::names::Names;
use crate::import::output::Output;
use crate::language::tables::Tables;

/// State of one import.
pub(super) struct World<'t> {
    pub(super) intake: Intake<'t>,
    pub(super) tables: Tables,
    pub(super) output: Output,
    /// Certificates that were named, by id and whether they have a key.
    certificates: BTreeMap<(String, bool), String>,
    certificate_names: Names,
    /// Listeners that were named.
    listeners: BTreeMap<String, String>,
    listener_names: Names,
    /// Whether a target asks where this host is.
    pub(super) asks_location: bool,
    /// Whether a target asks where a client is.
    pub(super) asks_geography: bool,
    /// Whether a route demands TLS.
    pub(super) asks_tls: bool,
    /// Certificates of the input that servers show.
    pub(super) served: Vec<String>,
    /// Whether routes stay on whose protection is lost.
    pub(super) accept_loss: bool,
}

impl<'t> World<'t> {
    pub(super) fn new(tree: &'t Tree, accept_loss: bool) -> Self {
        let mut listener_names = Names::default();
        for taken in [WEB, SECURE] {
            listener_names.name(taken, taken);
        }
        Self {
            intake: Intake::new(tree),
            tables: Tables::new(),
            output: Output::default(),
            certificates: BTreeMap::new(),
            certificate_names: Names::default(),
            listeners: BTreeMap::new(),
            listener_names,
            asks_location: false,
            asks_geography: false,
            asks_tls: false,
            served: Vec::new(),
            accept_loss,
        }
    }

    /// The entry of `[certificates]` for an id.
    pub(super) fn certificate(&mut self, id: &str, has_key: bool) -> String {
        let known = self.certificates.get(&(id.to_owned(), has_key));
        if let Some(name) = known {
            return name.clone();
        }
        let name = self.certificate_names.name(id, "certificate");
        self.certificates.insert((id.to_owned(), has_key), name.clone());
        let entry = self.output.certificates.entry(name.clone()).or_default();
        entry.has_key = has_key;
        let shown = crate::import::text::shown(id);
        entry.comments.push(format!("Otoroshi's `{shown}`: put the PEM there on each edge."));
        name
    }

    /// The entry of `[listeners]` for an id.
    pub(super) fn listener(&mut self, id: &str) -> String {
        if let Some(name) = self.listeners.get(id) {
            return name.clone();
        }
        let name = self.listener_names.name(id, "listener");
        self.listeners.insert(id.to_owned(), name.clone());
        name
    }

    /// The listeners that stand for the two that Otoroshi always has.
    pub(super) fn standard(&self) -> Vec<String> {
        let has_tls = self.asks_tls || !self.served.is_empty();
        [Some(WEB), has_tls.then_some(SECURE)].into_iter().flatten().map(str::to_owned).collect()
    }

    /// Names of the listeners that routes name.
    pub(super) fn listeners(&self) -> impl Iterator<Item = (&str, &str)> {
        self.listeners.iter().map(|(id, name)| (id.as_str(), name.as_str()))
    }
}

/// The listeners that Otoroshi always has, by their ids.
pub(super) const STANDARD: [&str; 2] = ["standard-listener", "experimental-listener"];
/// The listener without TLS.
pub(super) const WEB: &str = "web";
/// The listener with TLS.
pub(super) const SECURE: &str = "secure";
