//! `health_check` of a backend. There a target leaves the rotation only if it does not answer at
//! all, unless `blockOnRed` says that a bad answer counts too.

use super::client::duration;
use super::parts::{Backend, Entry};
use super::world::World;
use crate::import::condition::regex_fault;
use crate::import::input::NodeId;
use crate::import::intake::whole;
use crate::import::report::Outcome;
use crate::import::secret;
use crate::import::writer::Value;

/// How often there, and not to be changed by a backend.
const INTERVAL: &str = "60s";

/// Reads it.
pub(super) fn health(world: &mut World<'_>, backend: NodeId, out: &mut Backend) {
    let Some(node) = world.intake.map(backend, "health_check") else { return };
    let mut entries = Vec::new();
    let enabled = world.intake.flag(node, "enabled", false);
    world.intake.say(enabled.node, Outcome::Kept, "enabled");
    if !enabled.value {
        entries.push(Entry::Pair("enabled", Value::Flag(false)));
    }
    url(world, node, &mut entries);
    entries.push(Entry::Comment("Otoroshi asks once a minute, and one check decides.".to_owned()));
    entries.push(Entry::Pair("interval", Value::text(INTERVAL)));
    let timeout = world.intake.integer(node, "timeout", 5000);
    let checked = u64::try_from(timeout.value).ok().filter(|ms| (10..=60_000).contains(ms));
    match checked {
        Some(ms) => {
            world.intake.say(timeout.node, Outcome::Kept, "timeout");
            entries.push(Entry::Pair("timeout", Value::Text(duration(ms))));
        }
        None => {
            let note = "out of range: 5s, the default in both";
            world.intake.say(timeout.node, Outcome::Changed, note);
        }
    }
    let blocks = world.intake.flag(node, "blockOnRed", false);
    if blocks.value {
        world.intake.say(blocks.node, Outcome::Kept, "a bad answer takes a target out, as here");
        let has_body = statuses(world, node, &mut entries);
        body(world, node, has_body, &mut entries);
    } else {
        let note = "healthy_statuses = [\"100-599\"]: without `blockOnRed` any answer will do";
        world.intake.say(blocks.node, Outcome::Changed, note);
        entries.push(Entry::Comment("Without `blockOnRed` any answer will do.".to_owned()));
        entries.push(Entry::Pair("healthy_statuses", Value::texts(["100-599"])));
        let unused = "takes no target out while `blockOnRed` is off";
        for field in
            ["healthyStatuses", "unhealthyStatuses", "healthyRegexChecks", "unhealthyRegexChecks"]
        {
            let field = world.intake.tree.get(node, field);
            world.intake.say_all(field, Outcome::Irrelevant, unused);
        }
    }
    let logic = world.intake.flag(node, "logicCheck", true);
    match logic.value {
        true => {
            let note = "the number that is sent and must come back plus 42 is not sent here";
            world.intake.say(logic.node, Outcome::Lost, note);
        }
        false => world.intake.say(logic.node, Outcome::Kept, "off, as always here"),
    }
    entries.push(Entry::Pair("rise", Value::Integer(1)));
    entries.push(Entry::Pair("fall", Value::Integer(1)));
    out.table(&["health_check"], false, entries);
}

fn url(world: &mut World<'_>, node: NodeId, entries: &mut Vec<Entry>) {
    let url = world.intake.text(node, "url");
    let is_visible = url.value.bytes().all(|byte| byte.is_ascii_graphic());
    let (path, outcome, note) = match url.value.as_str() {
        "" => ("/".to_owned(), Outcome::Kept, "url = \"/\""),
        text if secret::is_in_place(text) => {
            let note = "it holds a secret, which is never copied: \"/\" is asked instead";
            ("/".to_owned(), Outcome::Lost, note)
        }
        _ if !is_visible => {
            ("/".to_owned(), Outcome::Lost, "holds what no URL can: \"/\" is asked instead")
        }
        text if text.starts_with("http://") || text.starts_with("https://") => (
            text.to_owned(),
            Outcome::Changed,
            "asked as it is; Otoroshi glues it behind the target's address, where it never answers",
        ),
        text if text.starts_with('/') => (text.to_owned(), Outcome::Kept, "url"),
        text => {
            let note = "a `/` stands in front now; Otoroshi glues it to the target's address";
            (format!("/{text}"), Outcome::Changed, note)
        }
    };
    world.intake.say(url.node, outcome, note);
    entries.push(Entry::Pair("url", Value::Text(path)));
}

/// Statuses that are well and that are not; whether an answer that is well may have a body.
fn statuses(world: &mut World<'_>, node: NodeId, entries: &mut Vec<Entry>) -> bool {
    let mut read = |field: &'static str, min: i64, why: &'static str| {
        let mut statuses = Vec::new();
        for entry in world.intake.list(node, field) {
            match whole(world.intake.tree.data(entry)).filter(|status| (min..=599).contains(status))
            {
                Some(status) => statuses.push((entry, status)),
                None => world.intake.say_all(entry, Outcome::Lost, why),
            }
        }
        statuses
    };
    let healthy = read("healthyStatuses", 200, "is no status that ends an answer");
    let mut unhealthy = read("unhealthyStatuses", 100, "is no status");
    healthy.iter().for_each(|(entry, _)| world.intake.say(*entry, Outcome::Kept, "a status"));
    let is_bad = |status: i64| unhealthy.iter().any(|(_, bad)| *bad == status);
    let passing: Vec<i64> = match healthy.is_empty() {
        true => (200..=499).filter(|status| !is_bad(*status)).collect(),
        false => {
            healthy.iter().map(|(_, status)| *status).filter(|status| !is_bad(*status)).collect()
        }
    };
    let is_hopeless = passing.is_empty();
    for (entry, _) in &unhealthy {
        match is_hopeless {
            true => world.intake.say(*entry, Outcome::Lost, "no status would be left that is well"),
            false => world.intake.say(*entry, Outcome::Kept, "a status"),
        }
    }
    if is_hopeless {
        unhealthy.clear();
    }
    let texts = |list: &[(NodeId, i64)]| -> Vec<String> {
        list.iter().map(|(_, status)| status.to_string()).collect()
    };
    let mut texts_healthy = texts(&healthy);
    if healthy.is_empty() {
        if !unhealthy.is_empty() {
            let note = "There every status is bad once some are listed as such and none as good.";
            entries.push(Entry::Comment(note.to_owned()));
        }
        texts_healthy.push("200-499".to_owned());
    }
    entries.push(Entry::Pair("healthy_statuses", Value::texts(texts_healthy)));
    if !unhealthy.is_empty() {
        entries.push(Entry::Pair("unhealthy_statuses", Value::texts(texts(&unhealthy))));
    }
    is_hopeless || passing.iter().any(|status| ![204, 205, 304].contains(status))
}

fn body(world: &mut World<'_>, node: NodeId, has_body: bool, entries: &mut Vec<Entry>) {
    let mut regexes = Vec::new();
    for (place, regex) in world.intake.texts(node, "healthyRegexChecks") {
        if !has_body {
            let note = "answers of the statuses that are well have no body: it never fits";
            world.intake.say(place, Outcome::Lost, note);
            continue;
        }
        let is_secret = secret::is_told(&regex) || secret::is_in_place(&regex);
        match regex_fault(&regex, &mut world.tables) {
            _ if is_secret => {
                let note = "it holds a secret, which is never copied";
                world.intake.report.insecure(place, note);
            }
            None => {
                world.intake.say(place, Outcome::Kept, "body_regex");
                regexes.push(regex);
            }
            Some(why) => world.intake.say(place, Outcome::Lost, why),
        }
    }
    match regexes.as_slice() {
        [] => {}
        [one] => entries.push(Entry::Pair("body_regex", Value::Text(one.clone()))),
        several => {
            let any: Vec<String> = several.iter().map(|regex| format!("(?:{regex})")).collect();
            entries.push(Entry::Pair("body_regex", Value::Text(any.join("|"))));
        }
    }
    for (place, _) in world.intake.texts(node, "unhealthyRegexChecks") {
        world.intake.say(place, Outcome::Lost, "a body cannot make a check fail here");
    }
}
