//! `client` of a backend: deadlines, attempts and the breaker. `retries` counts attempts there, and
//! `sample_interval` is how long the breaker stays open.

use pointsman_schemas::limits::DURATION_MAX_MS;

use super::parts::{Backend, Entry};
use super::world::World;
use crate::import::condition::{is_live, variants};
use crate::import::input::NodeId;
use crate::import::report::Outcome;
use crate::import::writer::Value;

/// Further attempts that the language takes.
const RETRIES_MAX: i64 = 100;

/// Deadlines of `client` and what holds there, in milliseconds; the same hold here.
const TIMEOUTS: &[(&str, u64)] = &[
    ("global_timeout", 30_000),
    ("connection_timeout", 10_000),
    ("idle_timeout", 60_000),
    ("call_timeout", 30_000),
    ("call_and_stream_timeout", 120_000),
];

/// What holds there for an entry of `custom_timeouts`, in milliseconds.
const CUSTOM: &[(&str, u64)] = &[
    ("connection_timeout", 10_000),
    ("idle_timeout", 60_000),
    ("call_and_stream_timeout", 3_600_000),
    ("call_timeout", 30_000),
    ("global_timeout", 30_000),
];

/// Reads it; what holds there without it is written all the same where it is another here.
pub(super) fn client(world: &mut World<'_>, backend: NodeId, out: &mut Backend) {
    let Some(node) = world.intake.map(backend, "client") else {
        let once = "Otoroshi tries once where it says nothing.".to_owned();
        out.table(
            &["client"],
            false,
            vec![Entry::Comment(once), Entry::Pair("retries", Value::Integer(0))],
        );
        return;
    };
    let mut entries = Vec::new();
    for (name, default) in TIMEOUTS {
        let (place, ms) = timeout(world, node, name, *default);
        if place.is_some() {
            entries.push(Entry::Pair(name, Value::Text(duration(ms))));
        }
    }
    connections(world, node, &mut entries);
    attempts(world, node, &mut entries);
    breaker(world, node, &mut entries);
    out.table(&["client"], false, entries);
    for entry in world.intake.list(node, "custom_timeouts") {
        custom(world, entry, out);
    }
}

/// A deadline, and where it was written.
fn timeout(
    world: &mut World<'_>,
    node: NodeId,
    name: &'static str,
    default: u64,
) -> (Option<NodeId>, u64) {
    let field = world.intake.integer(node, name, i64::try_from(default).unwrap_or(i64::MAX));
    match u64::try_from(field.value) {
        Ok(ms) if ms > 0 && ms <= DURATION_MAX_MS => {
            world.intake.say(field.node, Outcome::Kept, name);
            (field.node, ms)
        }
        Ok(ms) if ms > 0 => {
            world.intake.say(field.node, Outcome::Changed, "the longest that can be: 366 days");
            (field.node, DURATION_MAX_MS)
        }
        _ => {
            let note = format!("no time at all: {}, the default there", duration(default));
            world.intake.say(field.node, Outcome::Changed, note);
            (field.node, default)
        }
    }
}

/// `cache_connection_settings`: a queue there, not whether connections are kept.
fn connections(world: &mut World<'_>, node: NodeId, entries: &mut Vec<Entry>) {
    let Some(settings) = world.intake.map(node, "cache_connection_settings") else { return };
    let enabled = world.intake.flag(settings, "enabled", false);
    let size = world.intake.integer(settings, "queue_size", 2048);
    let real = size.value.clamp(0, i64::from(u32::MAX));
    if enabled.value {
        entries.push(Entry::Pair("cache_connection", Value::Flag(true)));
        entries.push(Entry::Pair("cache_connection_queue_size", Value::Integer(real)));
        world.intake.say(enabled.node, Outcome::Kept, "cache_connection = true");
        let outcome = if real == size.value { Outcome::Kept } else { Outcome::Changed };
        world.intake.say(size.node, outcome, format!("cache_connection_queue_size = {real}"));
        return;
    }
    let note = "left at the default, true: it switches a queue there, and connections are kept in \
                both";
    world.intake.say(enabled.node, Outcome::Changed, note);
    world.intake.say(size.node, Outcome::Irrelevant, "the queue is off there");
}

/// `retries`, which are attempts, and the pauses between them.
fn attempts(world: &mut World<'_>, node: NodeId, entries: &mut Vec<Entry>) {
    let attempts = world.intake.integer(node, "retries", 1);
    let retries = (attempts.value.max(1) - 1).min(RETRIES_MAX);
    let note = match attempts.value {
        ..=0 => {
            "retries = 0: no attempt at all fails every request there; one is made here".to_owned()
        }
        1 => "retries = 0: one attempt there, so none after the first".to_owned(),
        count => {
            format!("retries = {retries}: {count} attempts there, so {retries} after the first")
        }
    };
    world.intake.say(attempts.node, Outcome::Changed, note);
    let shown = attempts.value.max(1);
    entries.push(Entry::Comment(format!("Otoroshi's `retries` counts attempts: {shown}.")));
    entries.push(Entry::Pair("retries", Value::Integer(retries)));
    let delay = world.intake.integer(node, "retry_initial_delay", 50);
    let factor = world.intake.integer(node, "backoff_factor", 2);
    let ms = u64::try_from(delay.value).unwrap_or(0).min(DURATION_MAX_MS);
    let times = factor.value.clamp(1, 100);
    if retries == 0 {
        for place in [delay.node, factor.node] {
            world.intake.say(place, Outcome::Irrelevant, "one attempt has no pause behind it");
        }
        return;
    }
    entries.push(Entry::Comment(
        "Any failure is tried again there, whatever the method: a POST may arrive twice."
            .to_owned(),
    ));
    let retried = ["connect_failure", "reset", "timeout", "non_idempotent"];
    entries.push(Entry::Pair("retry_on", Value::texts(retried)));
    let second = ms.saturating_mul(times.unsigned_abs()).min(DURATION_MAX_MS);
    entries.push(Entry::Pair("initial_delay", Value::Text(duration(ms))));
    entries.push(Entry::Pair("sample_interval", Value::Text(duration(second))));
    entries.push(Entry::Pair("backoff_factor", Value::Integer(times)));
    let note = format!(
        "initial_delay = {}, sample_interval = {}: the pause grows by the factor, and is random \
         below it here",
        duration(ms),
        duration(second)
    );
    world.intake.say(delay.node, Outcome::Changed, note);
    let outcome = if times == factor.value { Outcome::Kept } else { Outcome::Changed };
    world.intake.say(factor.node, outcome, format!("backoff_factor = {times}"));
}

/// `max_errors`, and `sample_interval`, which is how long the breaker stays open.
fn breaker(world: &mut World<'_>, node: NodeId, entries: &mut Vec<Entry>) {
    let errors = world.intake.integer(node, "max_errors", 20);
    let count = errors.value.clamp(1, i64::from(u32::MAX));
    let outcome = if count == errors.value { Outcome::Kept } else { Outcome::Changed };
    world.intake.say(errors.node, outcome, format!("max_errors = {count}"));
    if errors.node.is_some() {
        entries.push(Entry::Pair("max_errors", Value::Integer(count)));
    }
    let interval = world.intake.integer(node, "sample_interval", 2000);
    let ms = u64::try_from(interval.value).unwrap_or(0).clamp(10, DURATION_MAX_MS);
    let note = format!(
        "open_for = {}: the breaker's time to stay open, not a pause between retries",
        duration(ms)
    );
    world.intake.say(interval.node, Outcome::Changed, note);
    if interval.node.is_some() {
        let text = "Otoroshi's `sample_interval` is how long the breaker stays open.";
        entries.push(Entry::Comment(text.to_owned()));
        entries.push(Entry::Pair("open_for", Value::Text(duration(ms))));
    }
}

/// An entry of `custom_timeouts`, which there replaces all five deadlines, those not written too.
fn custom(world: &mut World<'_>, node: NodeId, out: &mut Backend) {
    let path = world.intake.text(node, "path");
    let glob = if path.node.is_some() { path.value.clone() } else { "*".to_owned() };
    let mut values = Vec::new();
    for (name, default) in CUSTOM {
        let (_, ms) = timeout(world, node, name, *default);
        values.push(Entry::Pair(name, Value::Text(duration(ms))));
    }
    let globs = globs(&glob);
    let note = match &globs {
        Ok(globs) if globs.len() == 1 => {
            "path; compared with the path alone, not with its query".to_owned()
        }
        Ok(globs) => format!("path {}: compared with the path alone", globs.join(", ")),
        Err(why) => format!("the entry is left out: {why}"),
    };
    let outcome = if globs.is_ok() { Outcome::Changed } else { Outcome::Lost };
    world.intake.say(path.node, outcome, note);
    for glob in globs.unwrap_or_default() {
        let comment = "There an entry replaces all five deadlines, those it does not name too.";
        let mut entries = vec![Entry::Comment(comment.to_owned())];
        entries.push(Entry::Pair("path", Value::Text(glob)));
        entries.extend(values.iter().cloned());
        out.table(&["client", "custom_timeouts"], true, entries);
    }
}

/// The globs on a path that together fit what one glob there fits.
fn globs(glob: &str) -> Result<Vec<String>, String> {
    if glob.contains('?') {
        return Err("it asks for a query, and the path alone is looked at here".to_owned());
    }
    if glob.contains(is_live) || glob.bytes().any(|byte| !byte.is_ascii_graphic()) {
        return Err("it holds characters that no path has, or that are a regex there".to_owned());
    }
    let mut globs = variants(glob).ok_or("it has too many `*`")?;
    globs.retain(|glob| glob.starts_with(['/', '*']));
    match globs.is_empty() {
        true => Err("no path begins like it".to_owned()),
        false => Ok(globs),
    }
}

/// Milliseconds as the language writes them.
pub(super) fn duration(ms: u64) -> String {
    match ms {
        0 => "0s".to_owned(),
        _ if ms.is_multiple_of(3_600_000) => format!("{}h", ms / 3_600_000),
        _ if ms.is_multiple_of(1000) => format!("{}s", ms / 1000),
        _ => format!("{ms}ms"),
    }
}
