//! What an artifact says of each thing in it, as text by key: two sides are compared by that.

use std::collections::BTreeMap;

use pointsman_routing::explain::{shown_content, shown_text};
use pointsman_schemas::artifact::option::Owner;
use pointsman_schemas::artifact::{
    Artifact, Backend, FilterPlace, FilterTest, Listener, OptionValue, Route, Target,
};

use super::meaning::{Values, answering, operations, program};
use crate::diagnostic::shown_word;
use crate::document::value::{show_duration, show_size};

/// What is said of one thing, by key.
pub(super) type Facts = BTreeMap<String, Fact>;

/// What is said of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fact {
    /// All of it, to be compared.
    raw: String,
    /// The same without secrets.
    pub(super) shown: String,
}

impl Fact {
    fn push(&mut self, more: &Self) {
        self.raw.push_str(&format!(", {}", more.raw));
        // What stands behind an option of a command.
        self.shown = shown_text(&format!("{}, {}", self.shown, more.shown));
    }
}

impl From<String> for Fact {
    fn from(text: String) -> Self {
        Self { shown: shown_content(&text), raw: text }
    }
}

/// Everything but routes: by path, `backends.shop`, `listeners.web`; the host itself is `""`.
pub(super) fn things(artifact: &Artifact) -> BTreeMap<Vec<String>, Facts> {
    let mut things = BTreeMap::new();
    things.insert(Vec::new(), host(artifact));
    let path = |kind: &str, name: &str| vec![kind.to_owned(), name.to_owned()];
    for one in artifact.listeners() {
        things.insert(path("listeners", one.name()), listener(artifact, one));
    }
    for one in artifact.backends() {
        things.insert(path("backends", one.label()), backend(artifact, one));
        for to in one.targets() {
            let mut path = path("backends", one.label());
            path.extend(["targets".to_owned(), to.id().to_owned()]);
            things.insert(path, target(artifact, to, to.target_id().0));
        }
    }
    for (name, number) in artifact.certificates().zip(0..) {
        let mut facts = Facts::new();
        options(artifact, Owner::Certificate, number, &mut facts);
        things.insert(path("certificates", name), facts);
    }
    for (name, number) in artifact.services().zip(0..) {
        let mut facts = Facts::new();
        options(artifact, Owner::Service, number, &mut facts);
        things.insert(path("services", name), facts);
    }
    things
}

fn set(facts: &mut Facts, key: &str, value: impl ToString) {
    facts.insert(key.to_owned(), value.to_string().into());
}

/// A value that is said of a free name.
fn word(name: &str, value: &str) -> Fact {
    Fact { raw: value.to_owned(), shown: shown_word(name, value) }
}

fn host(artifact: &Artifact) -> Facts {
    let mut facts = Facts::new();
    let settings = artifact.settings();
    let networks = artifact.trusted_proxies().map(|(ip, len)| format!("{ip}/{len}"));
    set(&mut facts, "trusted_proxies", networks.collect::<Vec<_>>().join(", "));
    set(&mut facts, "via", settings.via);
    set(&mut facts, "limits.head_bytes", show_size(settings.head_bytes));
    set(&mut facts, "limits.head_fields", settings.head_fields);
    set(&mut facts, "limits.target_bytes", show_size(settings.target_bytes));
    set(&mut facts, "limits.head_timeout", show_duration(settings.head_timeout_ms));
    set(&mut facts, "limits.keep_alive_timeout", show_duration(settings.keep_alive_timeout_ms));
    set(&mut facts, "limits.min_body_rate", show_size(settings.min_body_rate));
    set(&mut facts, "limits.body_bytes", show_size(settings.body_bytes));
    set(&mut facts, "limits.drain_timeout", show_duration(settings.drain_timeout_ms));
    set(&mut facts, "paths.dot_segments", format!("{:?}", settings.dot_segments).to_lowercase());
    set(&mut facts, "paths.merge_slashes", settings.merge_slashes);
    set(&mut facts, "paths.underscores", format!("{:?}", settings.underscores).to_lowercase());
    set(&mut facts, "logs.access", format!("{:?}", settings.access_log));
    set(&mut facts, "logs.format", format!("{:?}", settings.log_format).to_lowercase());
    set(&mut facts, "tests", artifact.self_tests().len());
    options(artifact, Owner::Host, 0, &mut facts);
    facts
}

fn listener(artifact: &Artifact, one: Listener<'_>) -> Facts {
    let mut facts = Facts::new();
    let addresses: Vec<String> = one.addresses().map(|address| address.to_string()).collect();
    options(artifact, Owner::Listener, one.id().0, &mut facts);
    set(&mut facts, "address", addresses.join(", "));
    set(&mut facts, "protocols", format!("{:03b}", one.protocols()));
    set(&mut facts, "serve", format!("{:?}", one.serve()).to_lowercase());
    set(&mut facts, "tls", one.is_secured());
    facts
}

fn backend(artifact: &Artifact, one: Backend<'_>) -> Facts {
    let mut facts = Facts::new();
    let query = one.root_query().map(|id| format!("?{}", program(artifact, id)));
    let root = program(artifact, one.root_path());
    set(&mut facts, "root", format!("{root}{}", query.unwrap_or_default()));
    set(&mut facts, "rewrite", one.rewrite());
    set(&mut facts, "keep_query", one.keep_query());
    set(&mut facts, "host_header", format!("{:?}", one.host_header()).to_lowercase());
    set(&mut facts, "client.cache_connection", one.cache_connection());
    for (key, ms) in [
        ("connection_timeout", one.connection_timeout_ms()),
        ("idle_timeout", one.idle_timeout_ms()),
        ("call_timeout", one.call_timeout_ms()),
        ("call_and_stream_timeout", one.call_and_stream_timeout_ms()),
        ("global_timeout", one.global_timeout_ms()),
    ] {
        set(&mut facts, &format!("client.{key}"), show_duration(ms));
    }
    options(artifact, Owner::Backend, one.id().0, &mut facts);
    let rows = artifact.custom_timeouts().filter(|row| row.owner == (Owner::Backend, one.id().0));
    for row in rows {
        let mut inner = Facts::new();
        options(artifact, Owner::CustomTimeout, row.number, &mut inner);
        let said = inner.iter().map(|(key, value)| format!("{key} {}", value.shown));
        let said = said.collect::<Vec<_>>();
        set(&mut facts, &format!("client.custom_timeouts.{}", row.path), said.join(", "));
    }
    facts
}

fn target(artifact: &Artifact, one: Target<'_>, number: u32) -> Facts {
    let mut facts = Facts::new();
    set(&mut facts, "host", one.host());
    set(&mut facts, "port", one.port());
    set(&mut facts, "ip", one.ip().map_or_else(String::new, |ip| ip.to_string()));
    set(&mut facts, "weight", one.weight());
    set(&mut facts, "protocol", format!("{:?}", one.protocol()));
    options(artifact, Owner::Target, number, &mut facts);
    set(&mut facts, "tls", one.tls());
    set(&mut facts, "backup", one.backup());
    facts
}

/// What is said of a route, its patterns apart.
pub(super) fn route(artifact: &Artifact, one: Route<'_>) -> Facts {
    let mut facts = Facts::new();
    let bits = one.policy().listener_bits();
    let on = artifact
        .listeners()
        .filter(|listener| bits.checked_shr(listener.id().0).unwrap_or(0) & 1 != 0);
    set(
        &mut facts,
        "listeners",
        on.map(|one| one.name().to_owned()).collect::<Vec<_>>().join(", "),
    );
    set(&mut facts, "name", one.name().unwrap_or_default());
    set(&mut facts, "methods", one.methods().collect::<Vec<_>>().join(", "));
    set(&mut facts, "exact", one.exact());
    set(&mut facts, "strip_path", one.strip_path());
    set(&mut facts, "priority", one.priority());
    for filter in one.policy().filter_set().into_iter().flat_map(|set| artifact.filters(set)) {
        let fact = match filter.test {
            FilterTest::Exact(text) => word(filter.name, &String::from_utf8_lossy(text)),
            FilterTest::Language { source, .. } => word(filter.name, source),
            FilterTest::Exists => "Exists()".to_owned().into(),
            FilterTest::NotDefined => "NotDefined()".to_owned().into(),
        };
        let place = match filter.place {
            FilterPlace::Header => "headers",
            FilterPlace::Query => "query",
            FilterPlace::Cookie => "cookies",
        };
        facts.insert(format!("{place}.{}", filter.name), fact);
    }
    let backend = one.backend().map(|id| artifact.backend(id).label().to_owned());
    set(&mut facts, "backend", backend.unwrap_or_default());
    let own = one.answer();
    let shown_and_all = |text: &dyn Fn(Values) -> String| Fact {
        raw: text(Values::All),
        shown: text(Values::Shown),
    };
    let answer = |values| {
        let shown = |text: String| match values {
            Values::All => text,
            Values::Shown => shown_content(&text),
        };
        let mut text = shown(answering(artifact, one.route_id()));
        if let Some(own) = &own {
            if let pointsman_schemas::artifact::AnswerKind::Respond { body } = own.kind() {
                text.push_str(&format!(" {:?}", shown(body.to_owned())));
            }
            text.push_str(&format!(" {}", operations(artifact, own.fields(), values)));
        }
        text.trim_end().to_owned()
    };
    let sent = |values| operations(artifact, artifact.request_changes(one.route_id()), values);
    let back = |values| operations(artifact, artifact.response_changes(one.route_id()), values);
    facts.insert("answer".to_owned(), shown_and_all(&answer));
    facts.insert("request_headers".to_owned(), shown_and_all(&sent));
    facts.insert("response_headers".to_owned(), shown_and_all(&back));
    options(artifact, Owner::Route, one.route_id().0, &mut facts);
    facts
}

/// All options of an owner; the items of a list in one text.
fn options(artifact: &Artifact, owner: Owner, number: u32, facts: &mut Facts) {
    for (key, value) in artifact.options(owner, number) {
        let fact: Fact = match value {
            OptionValue::Empty => String::new().into(),
            OptionValue::Flag(flag) => flag.to_string().into(),
            OptionValue::Integer(number) => number.to_string().into(),
            OptionValue::Duration(ms) => show_duration(ms).into(),
            OptionValue::Size(bytes) => show_size(bytes).into(),
            OptionValue::Number(number) => number.to_string().into(),
            OptionValue::Text(text) => text.to_owned().into(),
            OptionValue::Pair(name, value) => {
                let Fact { raw, shown } = word(name, value);
                Fact { raw: format!("{name}: {raw}"), shown: format!("{name}: {shown}") }
            }
            OptionValue::Word(word) => word.to_owned().into(),
            OptionValue::Network(ip, len) => format!("{ip}/{len}").into(),
            OptionValue::Certificate(name) => name.unwrap_or("auto").to_owned().into(),
            OptionValue::Backend(id) => artifact.backend(id).label().to_owned().into(),
            // The same texts give the same automaton; its bytes tell it, its number does not.
            OptionValue::Constraint(id) => {
                let digest = artifact.constraint(id).parts().concat();
                let sum = digest.iter().fold(0_u64, |sum, byte| {
                    sum.rotate_left(7).wrapping_mul(31).wrapping_add(u64::from(*byte))
                });
                format!("regex {sum:016x}").into()
            }
            OptionValue::Statuses(first, last) => format!("{first}-{last}").into(),
        };
        let path = key.path().to_owned();
        match facts.get_mut(&path) {
            Some(known) => known.push(&fact),
            None => {
                facts.insert(path, fact);
            }
        }
    }
}
