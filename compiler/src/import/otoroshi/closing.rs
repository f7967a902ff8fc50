//! Routes that answer where another is closed, or refuses: nobody gets past it to a wider one.

use pointsman_schemas::limits::PATTERNS_PER_ROUTE_MAX;

use super::draft::{Draft, methods};
use super::wider::{Shape, Wider};
use super::world::World;
use crate::import::names::Names;
use crate::import::output::{Rank, Route, Takes};
use crate::import::writer::{Section, Value};

/// Writes the routes down that stand beside one. `listeners` are those that it was bound to.
pub(super) fn beside(
    world: &mut World<'_>,
    draft: &Draft,
    listeners: &[String],
    (wider, ids): (&mut Wider, &mut Names),
) {
    if !draft.is_enabled {
        // There it takes nothing either.
        return;
    }
    if draft.is_closed && !draft.frontend.has_no_method {
        let route = closed(draft, ids);
        world.output.routes.push(route);
    } else {
        refusal(world, draft, (wider, ids));
    }
    floor(world, draft, listeners, (wider, ids));
}

/// The route that answers in the place of one that is closed.
fn closed(draft: &Draft, ids: &mut Names) -> Route {
    let mut new = Beside::new(draft, "closed", ids);
    new.head.comment(format!(
        "In the place of {}, which is switched off: without it a wider route could take its \
         requests.",
        draft.id
    ));
    let methods = draft.frontend.methods.clone();
    let listeners = &draft.listeners;
    new.taking(&draft.frontend.patterns, (methods, true), draft.frontend.exact, listeners);
    new.answering(503, "closed\n", None, Rank::Own)
}

/// The route that refuses the methods that a plugin refuses there, if another could take them.
fn refusal(world: &mut World<'_>, draft: &Draft, (wider, ids): (&mut Wider, &mut Names)) {
    let Some(let_in) = &draft.effects.methods else { return };
    let taken = methods(draft).unwrap_or_default();
    let named = &draft.frontend.methods;
    let refused: Vec<String> =
        named.iter().filter(|method| !taken.contains(method)).cloned().collect();
    if draft.frontend.has_no_method || (refused.is_empty() && !named.is_empty()) {
        return;
    }
    let patterns = with(world, draft, |shape| {
        taken.is_empty() || wider.may_take(shape) || wider.is_shared(shape)
    });
    if patterns.is_empty() {
        return;
    }
    let mut new = Beside::new(draft, "other-methods", ids);
    new.head.comment("Otoroshi refuses these methods too; without this, a wider route takes them.");
    new.taking(&patterns, (refused, true), draft.frontend.exact, &draft.listeners);
    let allow = if taken.is_empty() { let_in } else { &taken };
    let route = new.answering(405, "method not allowed\n", Some(allow.join(", ")), Rank::Own);
    world.output.routes.push(route);
}

/// The route that answers 404 where conditions do not hold, or on listeners that it is not bound to, if
/// another could take the request. There a path is chosen before anything else is looked at.
fn floor(
    world: &mut World<'_>,
    draft: &Draft,
    listeners: &[String],
    (wider, ids): (&mut Wider, &mut Names),
) {
    if draft.frontend.takes_all() && listeners.is_empty() {
        return;
    }
    let patterns = with(world, draft, |shape| !wider.is_whole(shape) && wider.may_take(shape));
    if patterns.is_empty() {
        return;
    }
    for shape in patterns.iter().filter_map(|pattern| Shape::of(pattern, &mut world.tables)) {
        wider.fill(shape);
    }
    let mut new = Beside::new(draft, "otherwise", ids);
    new.head.comment(
        "Otoroshi tries no wider route once a path was chosen, and answers 404 where none of its \
         routes takes the request.",
    );
    new.taking(&patterns, (Vec::new(), false), false, &[]);
    let route = new.answering(404, "not found\n", None, Rank::Last);
    world.output.routes.push(route);
}

/// The routes that answer 404 below patterns where no route stands, and another could take the request.
pub(super) fn nowhere(world: &mut World<'_>, patterns: &[String], ids: &mut Names) {
    for patterns in patterns.chunks(PATTERNS_PER_ROUTE_MAX) {
        let id = ids.route("nowhere", "nowhere");
        let mut head = Section::entry(["routes"]);
        head.comment(
            "Otoroshi enters these branches, and tries no other host or branch where nothing fits.",
        );
        head.pair("id", Value::text(id.clone()));
        let takes = Takes { patterns: patterns.to_vec(), ..Takes::default() };
        head.extend(takes.pairs());
        head.pair("respond", answer(404, "not found\n", None));
        let takes = Some(takes);
        let rest = Vec::new();
        world.output.routes.push(Route { id, rank: Rank::Last, weight: 0, takes, head, rest });
    }
}

/// The route of the listener without TLS that answers where no redirect can be written.
pub(super) fn without_tls(
    draft: &Draft,
    patterns: &[String],
    listener: &str,
    ids: &mut Names,
) -> Route {
    let mut new = Beside::new(draft, "without-tls", ids);
    new.head.comment("Otoroshi's plugin `ForceHttpsTraffic`; a redirect needs a fixed host.");
    if !draft.is_enabled || draft.frontend.has_no_method {
        new.head.pair("enabled", Value::Flag(false));
    }
    let methods = draft.frontend.methods.clone();
    new.taking(patterns, (methods, true), draft.frontend.exact, &[listener.to_owned()]);
    new.answering(404, "not found\n", None, Rank::Own)
}

/// The patterns of a route for which something holds.
fn with(world: &mut World<'_>, draft: &Draft, holds: impl Fn(&Shape) -> bool) -> Vec<String> {
    let fits = |pattern: &&String| {
        Shape::of(pattern, &mut world.tables).is_some_and(|shape| holds(&shape))
    };
    draft.frontend.patterns.iter().filter(fits).cloned().collect()
}

/// A route beside another.
struct Beside<'d> {
    draft: &'d Draft,
    id: String,
    head: Section,
    takes: Takes,
}

impl<'d> Beside<'d> {
    fn new(draft: &'d Draft, end: &str, ids: &mut Names) -> Self {
        let id = ids.route(&format!("{}-{end}", draft.id), end);
        let mut head = Section::entry(["routes"]);
        head.pair("id", Value::text(id.clone()));
        Self { draft, id, head, takes: Takes::default() }
    }

    fn taking(
        &mut self,
        patterns: &[String],
        (methods, is_conditional): (Vec<String>, bool),
        exact: bool,
        listeners: &[String],
    ) {
        let conditions = self.draft.frontend.conditions.clone();
        let conditions = if is_conditional { conditions } else { Vec::new() };
        self.takes = Takes {
            patterns: patterns.to_vec(),
            methods,
            conditions,
            exact,
            listeners: listeners.to_vec(),
        };
        self.head.extend(self.takes.pairs());
        if !listeners.is_empty() {
            self.head.pair("listeners", Value::texts(listeners.to_vec()));
        }
    }

    fn answering(mut self, status: i64, body: &str, allow: Option<String>, rank: Rank) -> Route {
        self.head.pair("respond", answer(status, body, allow));
        let weight = self.draft.frontend.condition_count;
        let is_on =
            self.draft.is_enabled && !self.draft.frontend.has_no_method || rank == Rank::Last;
        let takes = Some(self.takes).filter(|_| is_on);
        Route { id: self.id, rank, weight, takes, head: self.head, rest: Vec::new() }
    }
}

fn answer(status: i64, body: &str, allow: Option<String>) -> Value {
    let mut pairs =
        vec![("status".to_owned(), Value::Integer(status)), ("body".to_owned(), Value::text(body))];
    if let Some(allow) = allow {
        let fields = vec![("allow".to_owned(), Value::Text(allow))];
        pairs.push(("headers".to_owned(), Value::Table(fields)));
    }
    Value::Table(pairs)
}
