//! What an artifact says of each thing in it, as text by key: two sides are compared by that.

use std::collections::{BTreeMap, HashMap};

use pointsman_routing::explain::shown_content;
use pointsman_schemas::artifact::option::Owner;
use pointsman_schemas::artifact::{
    Artifact, Backend, CustomTimeout, FieldOperation, FilterPlace, FilterTest, Listener,
    OptionValue, Route, Serve, Source, Target,
};

use super::fact::{Fact, Facts, Item, Operation, Test};
use super::meaning::{Values, answering, operations, program};
use super::risk::timeouts::{ROWS, row};
use crate::document::value::show_duration;

/// All things by path: `backends.shop`, `listeners.web`; the host itself is `""`.
pub(super) type Things<'a> = BTreeMap<Vec<String>, Facts<'a>>;

/// What listeners of the old side are called on the new one, where it is not the same.
pub(super) type Names<'n> = BTreeMap<&'n str, &'n str>;

/// Everything but routes.
pub(super) fn things(artifact: &Artifact) -> Things<'_> {
    let mut things = BTreeMap::new();
    things.insert(Vec::new(), host(artifact));
    let rows = rows(artifact);
    let rows_of = |kind: Owner, number| rows.get(&(kind as u8, number));
    let path = |kind: &str, name: &str| vec![kind.to_owned(), name.to_owned()];
    for one in artifact.listeners() {
        things.insert(path("listeners", one.name()), listener(artifact, one));
    }
    for one in artifact.backends() {
        let mut facts = backend(artifact, one);
        timeouts(artifact, rows_of(Owner::Backend, one.id().0), &mut facts);
        things.insert(path("backends", one.label()), facts);
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
        timeouts(artifact, rows_of(Owner::Service, number), &mut facts);
        things.insert(path("services", name), facts);
    }
    things
}

fn set<'a>(facts: &mut Facts<'a>, key: &str, value: impl Into<Fact<'a>>) {
    facts.insert(key.to_owned(), value.into());
}

fn host(artifact: &Artifact) -> Facts<'_> {
    let mut facts = Facts::new();
    let settings = artifact.settings();
    let mut networks = Fact::text("");
    for (ip, len) in artifact.trusted_proxies() {
        networks = joined(networks, Fact::of(Item::Network(ip, len), format!("{ip}/{len}")));
    }
    set(&mut facts, "trusted_proxies", networks);
    set(&mut facts, "via", settings.via);
    set(&mut facts, "limits.head_bytes", Fact::size(settings.head_bytes));
    set(&mut facts, "limits.head_fields", settings.head_fields);
    set(&mut facts, "limits.target_bytes", Fact::size(settings.target_bytes));
    set(&mut facts, "limits.head_timeout", Fact::duration(settings.head_timeout_ms));
    set(&mut facts, "limits.keep_alive_timeout", Fact::duration(settings.keep_alive_timeout_ms));
    set(&mut facts, "limits.min_body_rate", Fact::size(settings.min_body_rate));
    set(&mut facts, "limits.body_bytes", Fact::size(settings.body_bytes));
    set(&mut facts, "limits.drain_timeout", Fact::duration(settings.drain_timeout_ms));
    set(&mut facts, "paths.dot_segments", lower(&settings.dot_segments));
    set(&mut facts, "paths.merge_slashes", settings.merge_slashes);
    set(&mut facts, "paths.underscores", lower(&settings.underscores));
    set(&mut facts, "logs.access", Fact::text(format!("{:?}", settings.access_log)));
    set(&mut facts, "logs.format", lower(&settings.log_format));
    set(&mut facts, "tests", artifact.self_tests().len() as u64);
    options(artifact, Owner::Host, 0, &mut facts);
    facts
}

fn listener<'a>(artifact: &'a Artifact, one: Listener<'a>) -> Facts<'a> {
    let mut facts = Facts::new();
    options(artifact, Owner::Listener, one.id().0, &mut facts);
    // A socket that is handed over stands among the options.
    let mut addresses = facts.remove("address").unwrap_or_else(|| Fact::text(""));
    for one in one.addresses() {
        addresses = joined(addresses, Fact::of(Item::Address(one), one.to_string()));
    }
    set(&mut facts, "address", addresses);
    set(&mut facts, "protocols", Fact::text(format!("{:03b}", one.protocols())));
    set(&mut facts, "serve", lower(&one.serve()));
    set(&mut facts, "tls", one.is_secured());
    facts
}

/// Timeouts by path of each owner, in the order in which they are asked.
fn rows(artifact: &Artifact) -> HashMap<(u8, u32), Vec<CustomTimeout<'_>>> {
    let mut rows: HashMap<_, Vec<CustomTimeout<'_>>> = HashMap::new();
    for row in artifact.custom_timeouts() {
        let (kind, number) = row.owner;
        rows.entry((kind as u8, number)).or_default().push(row);
    }
    rows
}

/// Adds the timeouts by path of an owner. Of rows with one path the first alone is ever asked.
fn timeouts<'a>(
    artifact: &'a Artifact,
    rows: Option<&Vec<CustomTimeout<'a>>>,
    facts: &mut Facts<'a>,
) {
    let Some(rows) = rows else { return };
    let mut asked = Vec::new();
    for one in rows {
        let key = row(one.path);
        if facts.contains_key(&key) {
            continue;
        }
        asked.push(one.path);
        let mut said = Fact::text("");
        for (key, value) in artifact.options(Owner::CustomTimeout, one.number) {
            if let OptionValue::Duration(ms) = value {
                let text = format!("{} {}", key.path(), show_duration(ms));
                said = joined(said, Fact::of(Item::Row(key.path(), ms), text));
            }
        }
        set(facts, &key, said);
    }
    set(facts, ROWS, Fact::texts(asked));
}

fn backend<'a>(artifact: &'a Artifact, one: Backend<'a>) -> Facts<'a> {
    let mut facts = Facts::new();
    let query = one.root_query().map(|id| format!("?{}", program(artifact, id)));
    let root = program(artifact, one.root_path());
    set(&mut facts, "root", Fact::text(format!("{root}{}", query.unwrap_or_default())));
    set(&mut facts, "rewrite", one.rewrite());
    set(&mut facts, "keep_query", one.keep_query());
    set(&mut facts, "host_header", lower(&one.host_header()));
    set(&mut facts, "client.cache_connection", one.cache_connection());
    for (key, ms) in [
        ("connection_timeout", one.connection_timeout_ms()),
        ("idle_timeout", one.idle_timeout_ms()),
        ("call_timeout", one.call_timeout_ms()),
        ("call_and_stream_timeout", one.call_and_stream_timeout_ms()),
        ("global_timeout", one.global_timeout_ms()),
    ] {
        set(&mut facts, &format!("client.{key}"), Fact::duration(ms));
    }
    options(artifact, Owner::Backend, one.id().0, &mut facts);
    facts
}

fn target<'a>(artifact: &'a Artifact, one: Target<'a>, number: u32) -> Facts<'a> {
    let mut facts = Facts::new();
    set(&mut facts, "host", Fact::text(one.host()));
    set(&mut facts, "port", u64::from(one.port()));
    set(&mut facts, "ip", Fact::text(one.ip().map_or_else(String::new, |ip| ip.to_string())));
    set(&mut facts, "weight", u64::from(one.weight()));
    set(&mut facts, "protocol", Fact::text(format!("{:?}", one.protocol())));
    options(artifact, Owner::Target, number, &mut facts);
    set(&mut facts, "tls", one.tls());
    set(&mut facts, "backup", one.backup());
    facts
}

/// What is said of a route, its patterns apart.
pub(super) fn route<'a>(artifact: &'a Artifact, one: Route<'a>, names: &Names<'a>) -> Facts<'a> {
    let mut facts = Facts::new();
    let bits = one.policy().listener_bits();
    let on = artifact
        .listeners()
        .filter(|listener| bits.checked_shr(listener.id().0).unwrap_or(0) & 1 != 0)
        // One that serves services leads to no route.
        .filter(|listener| listener.serve() == Serve::Routes);
    // A listener that is called otherwise is the same.
    let mut on: Vec<&str> =
        on.map(|one| names.get(one.name()).copied().unwrap_or_else(|| one.name())).collect();
    on.sort_unstable();
    set(&mut facts, "listeners", Fact::texts(on));
    set(&mut facts, "name", Fact::text(one.name().unwrap_or_default()));
    set(&mut facts, "methods", Fact::texts(one.methods().collect()));
    set(&mut facts, "exact", one.exact());
    set(&mut facts, "strip_path", one.strip_path());
    set(&mut facts, "priority", Fact::text(one.priority().to_string()));
    conditions(artifact, one, &mut facts);
    let backend = one.backend().map(|id| artifact.backend(id).label()).unwrap_or_default();
    set(&mut facts, "backend", Fact::text(backend));
    set(&mut facts, "answer", answer(artifact, one));
    let id = one.route_id();
    set(&mut facts, "request_headers", changes(artifact, || artifact.request_changes(id)));
    set(&mut facts, "response_headers", changes(artifact, || artifact.response_changes(id)));
    options(artifact, Owner::Route, id.0, &mut facts);
    facts
}

fn conditions<'a>(artifact: &'a Artifact, one: Route<'a>, facts: &mut Facts<'a>) {
    for filter in one.policy().filter_set().into_iter().flat_map(|set| artifact.filters(set)) {
        let said = |test, text: &str| Fact::word(filter.name, text, Item::Test(filter.place, test));
        let fact = match filter.test {
            FilterTest::Exact(text) => said(Test::Exact(text), &String::from_utf8_lossy(text)),
            FilterTest::Language { source, constraint } => {
                said(Test::Language(artifact.constraint(constraint)), source)
            }
            FilterTest::Exists => Fact::of(Item::Test(filter.place, Test::Exists), "Exists()"),
            FilterTest::NotDefined => {
                Fact::of(Item::Test(filter.place, Test::NotDefined), "NotDefined()")
            }
        };
        let place = match filter.place {
            FilterPlace::Header => "headers",
            FilterPlace::Query => "query",
            FilterPlace::Cookie => "cookies",
        };
        facts.insert(format!("{place}.{}", filter.name), fact);
    }
}

/// What a route answers itself.
fn answer<'a>(artifact: &'a Artifact, one: Route<'a>) -> Fact<'a> {
    let own = one.answer();
    let text = |values| {
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
    let fields = own.iter().flat_map(|own| own.fields()).map(|one| operation(artifact, one));
    let items = fields.map(Item::Operation).collect();
    Fact { raw: text(Values::All), shown: text(Values::Shown), items }
}

/// What is done to fields.
fn changes<'a, I>(artifact: &'a Artifact, all: impl Fn() -> I) -> Fact<'a>
where
    I: Iterator<Item = FieldOperation<'a>>,
{
    Fact {
        raw: operations(artifact, all(), Values::All),
        shown: operations(artifact, all(), Values::Shown),
        items: all().map(|one| Item::Operation(operation(artifact, one))).collect(),
    }
}

fn operation<'a>(artifact: &'a Artifact, one: FieldOperation<'a>) -> Operation<'a> {
    let mut taken = Vec::new();
    let values = one.program.map(|id| artifact.program(id));
    for operation in values.iter().flat_map(|all| (0..all.len()).filter_map(|at| all.operation(at)))
    {
        let (place, name) = match operation.source {
            Source::PathParam(id) => ("pathparams", id),
            Source::Query(id) => ("query", id),
            Source::Header(id) => ("headers", id),
            Source::Cookie(id) => ("cookies", id),
            own => {
                taken.extend(chosen(own).map(str::to_owned));
                continue;
            }
        };
        taken.push(format!("{place}.{}", artifact.string(name)));
    }
    let value = one.program.map(|id| program(artifact, id)).unwrap_or_default();
    Operation { kind: one.kind, name: one.name, value, taken }
}

/// What the client alone chooses, beside what has a name.
fn chosen(source: Source) -> Option<&'static str> {
    match source {
        Source::Method => Some("method"),
        Source::Host => Some("host"),
        Source::Domain => Some("domain"),
        Source::Path => Some("path"),
        Source::Uri => Some("uri"),
        Source::Version => Some("version"),
        // What the edge knows of itself, of the connection and of the route, and what has a name.
        Source::Literal(_)
        | Source::PathParam(_)
        | Source::Query(_)
        | Source::Header(_)
        | Source::Cookie(_)
        | Source::Protocol
        | Source::Secured
        | Source::Ip
        | Source::Listener
        | Source::Id
        | Source::ClientCert(_)
        | Source::RouteId
        | Source::RouteName
        | Source::RouteMetadata(_)
        | Source::Now(_) => None,
    }
}

/// Both in one, where the first says something.
fn joined<'a>(mut all: Fact<'a>, more: Fact<'a>) -> Fact<'a> {
    if all.items.is_empty() {
        return more;
    }
    all.push(more);
    all
}

/// A word of ours.
fn lower<'a>(word: &impl std::fmt::Debug) -> Fact<'a> {
    Fact::text(format!("{word:?}").to_lowercase())
}

/// All options of an owner; the items of a list in one text.
fn options<'a>(artifact: &'a Artifact, owner: Owner, number: u32, facts: &mut Facts<'a>) {
    for (key, value) in artifact.options(owner, number) {
        let fact: Fact<'_> = match value {
            OptionValue::Empty => Fact::text(""),
            OptionValue::Flag(flag) => flag.into(),
            OptionValue::Integer(number) => number.into(),
            OptionValue::Duration(ms) => Fact::duration(ms),
            OptionValue::Size(bytes) => Fact::size(bytes),
            OptionValue::Number(number) => Fact::text(number.to_string()),
            OptionValue::Text(text) => Fact::text(text),
            OptionValue::Pair(name, value) => {
                let item = Item::Text(format!("{name}: {value}").into());
                let Fact { raw, shown, items } = Fact::word(name, value, item);
                Fact { raw: format!("{name}: {raw}"), shown: format!("{name}: {shown}"), items }
            }
            OptionValue::Word(word) => Fact::text(word),
            OptionValue::Network(ip, len) => {
                Fact::of(Item::Network(ip, len), format!("{ip}/{len}"))
            }
            OptionValue::Certificate(name) => Fact::text(name.unwrap_or("auto")),
            OptionValue::Backend(id) => Fact::text(artifact.backend(id).label()),
            // The same texts give the same automaton; its bytes tell it, its number does not.
            OptionValue::Constraint(id) => {
                let digest = artifact.constraint(id).parts().concat();
                let sum = digest.iter().fold(0_u64, |sum, byte| {
                    sum.rotate_left(7).wrapping_mul(31).wrapping_add(u64::from(*byte))
                });
                Fact::text(format!("regex {sum:016x}"))
            }
            OptionValue::Statuses(first, last) => {
                Fact::of(Item::Statuses(first, last), format!("{first}-{last}"))
            }
        };
        let path = key.path().to_owned();
        match facts.get_mut(&path) {
            Some(known) => known.push(fact),
            None => {
                facts.insert(path, fact);
            }
        }
    }
}
