//! `load_balancing` of a backend.

use super::parts::Backend;
use super::world::World;
use crate::import::input::NodeId;
use crate::import::report::Outcome;
use crate::import::text::shown;
use crate::import::writer::Value;

/// Name there, name here, and what is another here.
const TYPES: &[(&str, &str, &str)] = &[
    (
        "RoundRobin",
        "round_robin",
        "smooth by weight and counted for each backend; there one counter serves all of them",
    ),
    ("Random", "random", ""),
    (
        "Sticky",
        "sticky",
        "its cookie is `pointsman-target` instead of `otoroshi-tracking`: each client may move once",
    ),
    (
        "IpAddressHash",
        "ip_address_hash",
        "the client's address is believed from `trusted_proxies` alone; there from anybody",
    ),
    ("HeaderHash", "header_hash", "stays put when targets come and go"),
    ("CookieHash", "cookie_hash", "stays put when targets come and go"),
    ("QueryHash", "query_hash", "stays put when targets come and go"),
    (
        "BestResponseTime",
        "best_response_time",
        "times fade; there they are means of a whole life, and one slow answer starves a target",
    ),
    (
        "WeightedBestResponseTime",
        "weighted_best_response_time",
        "times fade; there they are means of a whole life",
    ),
    ("LeastConnections", "least_connections", "answers that are still streamed count too"),
    (
        "PowerOfTwoRandomChoices",
        "power_of_two_random_choices",
        "the better of two, as meant; there the second is never looked at",
    ),
    ("NaiveFailover", "failover", ""),
];

/// Type, the parameter's field, and its key.
const PARAMETERS: &[(&str, &str)] =
    &[("header_hash", "header_name"), ("cookie_hash", "cookie_name"), ("query_hash", "query_name")];

/// What the order of targets in their list decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// Nothing.
    Free,
    /// Who is asked first.
    Kept,
}

/// Reads it.
pub(super) fn balancing(world: &mut World<'_>, backend: NodeId, out: &mut Backend) -> Order {
    let Some(node) = world.intake.map(backend, "load_balancing") else { return Order::Free };
    let kind = world.intake.text(node, "type");
    let found = TYPES.iter().find(|(there, ..)| *there == kind.value);
    let word = match found {
        Some((_, word, note)) => {
            let outcome = if note.is_empty() { Outcome::Kept } else { Outcome::Changed };
            let note = format!("{word}{}{note}", if note.is_empty() { "" } else { ": " });
            world.intake.say(kind.node, outcome, note);
            *word
        }
        None => {
            let note = format!("`{}` is unknown, and round robin there too", shown(&kind.value));
            world.intake.say(kind.node, Outcome::Changed, note);
            "round_robin"
        }
    };
    let mut pairs = vec![("type".to_owned(), Value::text(word))];
    if let Some((_, key)) = PARAMETERS.iter().find(|(of, _)| *of == word) {
        let field = world.intake.text(node, key);
        let is_name = !field.value.is_empty()
            && field
                .value
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        let name = if is_name { field.value.clone() } else { "session-id".to_owned() };
        let note = match is_name {
            true => "kept as written; there it is `session-id` again after a save",
            false => "no name that can be kept: `session-id`, the default there",
        };
        world.intake.say(field.node, Outcome::Changed, note);
        pairs.push(((*key).to_owned(), Value::Text(name)));
    }
    if word == "weighted_best_response_time" {
        let ratio = world.intake.number(node, "ratio", 0.5);
        let real = ratio.value.clamp(0.0, 0.99);
        let is_same = (real - ratio.value).abs() < f64::EPSILON;
        let outcome = if is_same { Outcome::Kept } else { Outcome::Changed };
        world.intake.say(ratio.node, outcome, format!("ratio = {real:?}"));
        pairs.push(("ratio".to_owned(), Value::Number(real)));
    }
    world.intake.say_all(node, Outcome::Irrelevant, "not looked at by this type");
    if word != "round_robin" {
        out.pair("load_balancing", Value::Table(pairs));
    }
    if word == "failover" { Order::Kept } else { Order::Free }
}
