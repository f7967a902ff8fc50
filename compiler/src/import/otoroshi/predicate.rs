//! `predicate` of a target: where or for whom it is used.

use super::parts::Entry;
use super::world::World;
use crate::import::input::NodeId;
use crate::import::report::Outcome;
use crate::import::text::shown;
use crate::import::writer::Value;

const LOCATION: [&str; 5] = ["provider", "region", "zone", "dc", "rack"];

/// Reads it.
pub(super) fn predicate(world: &mut World<'_>, target: NodeId, out: &mut Vec<Entry>) {
    let Some(node) = world.intake.map(target, "predicate") else { return };
    let kind = world.intake.text(node, "type");
    match kind.value.as_str() {
        "NetworkLocationMatch" => location(world, node, kind.node, out),
        "GeolocationMatch" => geography(world, node, kind.node, out),
        "AlwaysMatch" => {
            world.intake.say(kind.node, Outcome::Kept, "always, as without it");
            world.intake.say_all(node, Outcome::Irrelevant, "`AlwaysMatch` looks at nothing");
        }
        other => {
            let note = format!("`{}` is unknown there too, and fits always", shown(other));
            world.intake.say(kind.node, Outcome::Changed, note.clone());
            world.intake.say_all(node, Outcome::Irrelevant, note);
        }
    }
}

fn location(world: &mut World<'_>, node: NodeId, kind: Option<NodeId>, out: &mut Vec<Entry>) {
    let mut pairs = vec![("type".to_owned(), Value::text("NetworkLocationMatch"))];
    for name in LOCATION {
        let field = world.intake.text(node, name);
        let Some(place) = field.node else { continue };
        world.intake.say(place, Outcome::Kept, "compared with `[node]` of the edge");
        pairs.push((name.to_owned(), Value::Text(field.value)));
    }
    world.asks_location = true;
    let note = "predicate; say where the edge is in `[node]`";
    world.intake.say(kind, Outcome::Changed, note);
    out.push(Entry::Pair("predicate", Value::Table(pairs)));
}

fn geography(world: &mut World<'_>, node: NodeId, kind: Option<NodeId>, out: &mut Vec<Entry>) {
    let mut circles = Vec::new();
    for (place, text) in world.intake.texts(node, "positions") {
        // Otoroshi reads `;` and writes `:`.
        let parts: Vec<&str> = text.split([';', ':']).map(str::trim).collect();
        let numbers: Vec<f64> = parts.iter().filter_map(|part| part.parse().ok()).collect();
        let is_circle = parts.len() == 3
            && matches!(*numbers, [lat, lng, radius]
                if lat.abs() <= 90.0 && lng.abs() <= 180.0 && radius > 0.0 && radius.is_finite());
        if !is_circle {
            world.intake.say(place, Outcome::Lost, "is no `latitude;longitude;kilometres`");
            continue;
        }
        let note = "positions: measured rightly here; Otoroshi takes its degrees for radians, and \
                    after a save no position fits any more";
        world.intake.say(place, Outcome::Changed, note);
        circles.push(parts.join(";"));
    }
    if circles.is_empty() {
        let note = "without a position no client is in it: the target is drained, as before";
        world.intake.say(kind, Outcome::Changed, note);
        out.retain(|entry| !matches!(entry, Entry::Pair("weight", _)));
        out.push(Entry::Pair("weight", Value::Integer(0)));
        return;
    }
    world.asks_geography = true;
    let note = "predicate; `[node]` names the database of places, to be put on each edge";
    world.intake.say(kind, Outcome::Changed, note);
    let pairs = vec![
        ("type".to_owned(), Value::text("GeolocationMatch")),
        ("positions".to_owned(), Value::texts(circles)),
    ];
    out.push(Entry::Pair("predicate", Value::Table(pairs)));
}
