//! Last segments whose text stands for longer ones there: `/admin` serves `/admin-more` too.

use super::choice::{Against, Choice, against};
use super::tree::{Kind, Node, Place};

/// Constraints that one place may have when longer texts are written; the language takes a few more,
/// and one entry may become several.
const CONSTRAINTS_MAX: usize = 48;

/// Texts beside each other that are asked after; the others count as taken by another route.
const ASKED_MAX: usize = 2_000;

/// Writes `admin*` beside `admin` wherever another route would take it.
pub(super) fn segments(
    choice: &mut Choice<'_, '_>,
    host: &str,
    node: &Node,
    keys: &mut Vec<String>,
    above: Option<&Node>,
) {
    let above = if node.routes.is_empty() { above } else { Some(node) };
    // A parameter beside it takes all that is longer.
    if !node.has_parameter() {
        of_node(choice, host, node, keys, above);
    }
    for (key, child) in &node.children {
        keys.push(key.clone());
        segments(choice, host, child, keys, above);
        keys.pop();
    }
}

fn of_node(
    choice: &mut Choice<'_, '_>,
    host: &str,
    node: &Node,
    keys: &[String],
    above: Option<&Node>,
) {
    if node.of(Kind::Text).next().is_none() {
        return;
    }
    let heads = choice.patterns(host, keys);
    // Shorter texts whose longer ones are written; the names come in the order of their bytes.
    let mut shorter: Vec<&str> = Vec::new();
    let globs: Vec<&String> = node.of(Kind::Star).map(|(glob, _)| glob).collect();
    let room = CONSTRAINTS_MAX.saturating_sub(globs.len());
    let may_any = choice.may_be_taken_below(&heads);
    let (mut written, mut asked) = (0, 0);
    for (key, child) in node.of(Kind::Text) {
        while shorter.last().is_some_and(|before| !key.starts_with(before)) {
            shorter.pop();
        }
        let patterns: Vec<String> = heads.iter().map(|head| format!("{head}/{key}*")).collect();
        let taking = |place: &&Place| !choice.drafts[place.draft].frontend.is_slashed;
        let serving: Vec<Place> = child.routes.iter().filter(taking).copied().collect();
        let stars = against(&globs, key);
        if stars == Against::Hidden || serving.is_empty() && shorter.is_empty() {
            continue;
        }
        let taken: Option<Vec<bool>> = match may_any || !shorter.is_empty() {
            true if asked >= ASKED_MAX => None,
            true => patterns.iter().map(|pattern| choice.may_be_taken(pattern)).collect(),
            false => Some(Vec::new()),
        };
        asked += usize::from(may_any);
        let is_taken = taken.as_ref().is_none_or(|taken| taken.contains(&true));
        if !is_taken && shorter.is_empty() {
            for place in &serving {
                choice.note(*place, left(key, &patterns));
            }
            continue;
        }
        if taken.is_none() || stars == Against::Overlapping || written >= room {
            let places = if serving.is_empty() { child.places() } else { serving };
            let note = format!(
                "Otoroshi also serves what begins with the text of the last segment, such as \
                 `/{key}-more`; here another route takes that"
            );
            choice.insecure(&places, note);
            continue;
        }
        written += 1;
        shorter.push(key);
        if serving.is_empty() {
            choice.give(&patterns, above);
        }
        for place in serving {
            let note = format!(
                "what begins with the text of the last segment, such as `/{key}-more`, is taken too, \
                 as there: {}",
                patterns.join(", ")
            );
            choice.extend(place, &patterns, Some(note));
        }
    }
}

/// What is said where nothing else could take the longer texts.
fn left(key: &str, patterns: &[String]) -> String {
    format!(
        "Otoroshi also serves what begins with the text of the last segment, such as `/{key}-more`; a \
         segment is whole here, and no other route takes that: add `{}` to `match` if it was meant",
        patterns.join("`, `")
    )
}
