//! From a model to the bytes of its artifact, table after table.

use std::collections::BTreeSet;
use std::sync::Arc;

use pointsman_schemas::artifact::layout::{RouteNameRecord, U32};
use pointsman_schemas::artifact::option::{OptionKey, Owner};
use pointsman_schemas::artifact::write::{PlaceDraft, Writer};
use pointsman_schemas::limits::{
    CONSTRAINTS_MAX, LISTENERS_MAX, METHODS_MAX, PATTERNS_MAX, ROUTES_MAX,
};

use super::by_host::ByHost;
use super::constraint::Constraints;
use super::fault::{Cause, LowerFault};
use super::host::{Hosts, host};
use super::options::{self, Of, Options};
use super::path::{Item, Trees};
use super::reading::Reading;
use super::root::Roots;
use super::rule::{Bits, policy, rule};
use super::{action, backend, settings, test};
use crate::document::record::Record;
use crate::grammar::condition;
use crate::grammar::pattern;
use crate::language::table::Table;
use crate::model::{Model, Pattern, Route};
use crate::source::SourceMap;

/// An artifact's bytes.
#[derive(Debug)]
pub struct Lowered {
    /// The file.
    pub bytes: Vec<u8>,
}

/// Makes the artifact of a model.
///
/// Errors: limits that only the whole of a model shows; the first one, with its routes.
/// Cost: sorts the patterns; linear beside that.
pub fn lower(model: &Model, sources: &SourceMap, generation: u64) -> Result<Lowered, LowerFault> {
    let order = Order::of(model);
    check_counts(model)?;
    let bodies = options::body_tables(model);
    let bodily = bodies.iter().map(|(_, table)| Arc::clone(table));
    let mut constraints = Constraints::of(&model.routes, &value_tables(model, bodily));
    if constraints.len() > CONSTRAINTS_MAX {
        return Err(LowerFault { cause: Cause::Constraints, routes: Vec::new() });
    }
    let routes = || order.routes.iter().map(|index| &model.routes[*index]);
    let mut writer = Writer::new(routes().map(|route| route.id.value.as_str()));
    settings::settings(&mut writer, &model.settings);
    let listeners = order.listeners.iter().map(|index| &model.listeners[*index]);
    settings::listeners(&mut writer, listeners);
    let bits = bits(&mut writer, model, &order)?;
    let roots = Roots::of(model);
    for index in &order.backends {
        backend::backend(&mut writer, &model.backends[*index], &roots.of_backend(model, *index));
    }
    let backends = numbers(&order.backends);
    let reading = Reading::of(&model.settings.limits);
    let mut by_host = ByHost::default();
    for (number, route) in routes().enumerate() {
        let policy = policy(&mut writer, &constraints, &bits, route);
        let backend = match route.backend() {
            Some(backend) => backends.get(backend).copied().unwrap_or_default(),
            // Answers are numbered on from the backends.
            None => {
                let answer = action::answer(&mut writer, route).unwrap_or_default();
                model.backends.len() as u32 + answer
            }
        };
        action::changes(&mut writer, number as u32, route);
        roots.metadata(&mut writer, number as u32, route);
        writer.routes.push((backend, policy));
        if let Some(name) = &route.name {
            let (route, name) = (U32::new(number as u32), U32::new(writer.string(name).0));
            writer.route_names.push(RouteNameRecord { route, name });
        }
        let condition_bytes = reading.conditions(&route.conditions);
        let mut patterns: Vec<&Pattern> = route.patterns.iter().collect();
        if patterns.len() > 1 {
            patterns.sort_by_cached_key(|pattern| pattern::print(&pattern.host, &pattern.path));
        }
        for pattern in patterns {
            let rule = rule(&mut writer, &constraints, policy, pattern);
            let item = item(route, number, (rule, condition_bytes), &pattern.path);
            by_host.push(&pattern.host, item);
        }
    }
    let mut hosts = Hosts::default();
    let mut trees = Trees { writer: &mut writer, constraints: &mut constraints, reading };
    for (pattern, mut items) in by_host.finish() {
        host(&mut trees, &mut hosts, pattern, &mut items).map_err(|fault| order.named(fault))?;
    }
    hosts.check().map_err(|fault| order.named(fault))?;
    hosts.inclusions(&mut trees);
    constraints.write(&mut writer);
    let body = |text: &str| {
        let known = bodies.iter().find(|(known, _)| known == text);
        known.map_or(0, |(_, table)| constraints.number(table))
    };
    beyond(&mut writer, model, &order, &body);
    test::tests(&mut writer, &model.tests, &bits.listeners);
    let places: Vec<PlaceDraft<'_>> = routes().map(|route| place(sources, route)).collect();
    let bytes = writer.finish(generation, Some(&places));
    let too_long = |_| LowerFault { cause: Cause::Bytes, routes: Vec::new() };
    Ok(Lowered { bytes: bytes.map_err(too_long)? })
}

/// Tables that are run over values: of bodies, and of conditions.
fn value_tables(model: &Model, bodily: impl Iterator<Item = Arc<Table>>) -> Vec<Arc<Table>> {
    let mut tables: Vec<Arc<Table>> = bodily.collect();
    for condition in model.routes.iter().flat_map(|route| &route.conditions) {
        if let condition::Test::Language { table, .. } = &condition.test {
            tables.push(Arc::clone(table));
        }
    }
    tables
}

/// Everything that is written beyond the matcher.
fn beyond(writer: &mut Writer, model: &Model, order: &Order, body: &dyn Fn(&str) -> u32) {
    let mut options = Options::of(model);
    let mut put = |writer: &mut Writer, kind: Owner, number: usize, record: &Record| {
        options.record(writer, Of { kind, number: number as u32 }, record, body);
    };
    model.host.iter().for_each(|host| put(writer, Owner::Host, 0, host));
    for (number, index) in order.listeners.iter().enumerate() {
        let listener = &model.listeners[*index];
        let of = Of { kind: Owner::Listener, number: number as u32 };
        for socket in &listener.handed_over {
            if let Some((key, _)) = OptionKey::find("address") {
                let name = u64::from(writer.string(&socket.value).0);
                options::push(writer, of, key, name);
            }
        }
        put(writer, Owner::Listener, number, &listener.options);
    }
    for (number, index) in order.routes.iter().enumerate() {
        let own = model.routes[*index].options.iter();
        own.for_each(|record| put(writer, Owner::Route, number, record));
    }
    let mut target = 0;
    for (number, index) in order.backends.iter().enumerate() {
        let backend = &model.backends[*index];
        put(writer, Owner::Backend, number, &backend.options);
        for one in backend::targets(backend) {
            if let Some(record) = &one.options {
                put(writer, Owner::Target, target, record);
            }
            target += 1;
        }
    }
    for (number, certificate) in model.certificates.iter().enumerate() {
        let name = writer.string(&certificate.name.value).0;
        writer.certificates.push(U32::new(name));
        put(writer, Owner::Certificate, number, &certificate.options);
    }
    let backends = numbers(&order.backends);
    for (number, service) in model.services.iter().enumerate() {
        let name = writer.string(&service.name.value).0;
        writer.services.push(U32::new(name));
        put(writer, Owner::Service, number, &service.options);
        let backend = service.backend.and_then(|backend| backends.get(backend));
        if let (Some(backend), Some((key, _))) = (backend, OptionKey::find("backend")) {
            let of = Of { kind: Owner::Service, number: number as u32 };
            options::push(writer, of, key, u64::from(*backend));
        }
    }
    writer.features = model.features;
}

fn item<'a>(
    route: &Route,
    number: usize,
    (rule, condition_bytes): (u32, u64),
    path: &'a [pattern::Segment],
) -> Item<'a> {
    Item {
        path,
        route: number,
        rule,
        exact: route.exact,
        names_methods: !route.methods.is_empty(),
        conditions: route.conditions.len(),
        condition_bytes,
        priority: route.priority,
    }
}

fn place<'a>(sources: &'a SourceMap, route: &Route) -> PlaceDraft<'a> {
    PlaceDraft { file: sources.name(route.span.file), line: sources.position(route.span).line }
}

fn check_counts(model: &Model) -> Result<(), LowerFault> {
    let patterns: usize = model.routes.iter().map(|route| route.patterns.len()).sum();
    let cause = if model.routes.len() > ROUTES_MAX {
        Cause::Routes
    } else if patterns > PATTERNS_MAX {
        Cause::Patterns
    } else if model.listeners.len() > LISTENERS_MAX {
        Cause::Listeners
    } else {
        return Ok(());
    };
    Err(LowerFault { cause, routes: Vec::new() })
}

/// Methods by name, listeners by theirs.
fn bits(writer: &mut Writer, model: &Model, order: &Order) -> Result<Bits, LowerFault> {
    let methods: BTreeSet<&String> = model.routes.iter().flat_map(|route| &route.methods).collect();
    if methods.len() > METHODS_MAX {
        return Err(LowerFault { cause: Cause::Methods, routes: Vec::new() });
    }
    let mut bits = Bits { methods: Default::default(), listeners: numbers(&order.listeners) };
    for (bit, name) in methods.into_iter().enumerate() {
        let text = writer.string(name).0;
        writer.methods.push(U32::new(text));
        bits.methods.insert(name.clone(), bit as u32);
    }
    Ok(bits)
}

/// The order of what is numbered: indices into the model, by name.
struct Order {
    routes: Vec<usize>,
    listeners: Vec<usize>,
    backends: Vec<usize>,
}

impl Order {
    fn of(model: &Model) -> Self {
        let mut routes: Vec<usize> = (0..model.routes.len()).collect();
        routes.sort_by(|a, b| model.routes[*a].id.value.cmp(&model.routes[*b].id.value));
        let mut listeners: Vec<usize> = (0..model.listeners.len()).collect();
        listeners
            .sort_by(|a, b| model.listeners[*a].name.value.cmp(&model.listeners[*b].name.value));
        let mut backends: Vec<usize> = (0..model.backends.len()).collect();
        backends.sort_by(|a, b| model.backends[*a].name.cmp(&model.backends[*b].name));
        Self { routes, listeners, backends }
    }

    /// A fault whose routes are indices into the model.
    fn named(&self, mut fault: LowerFault) -> LowerFault {
        for route in &mut fault.routes {
            *route = self.routes.get(*route).copied().unwrap_or_default();
        }
        fault
    }
}

/// From an index into the model to the place in `order`.
fn numbers(order: &[usize]) -> Vec<u32> {
    let mut numbers = vec![0; order.len()];
    for (number, index) in order.iter().enumerate() {
        if let Some(slot) = numbers.get_mut(*index) {
            *slot = number as u32;
        }
    }
    numbers
}
