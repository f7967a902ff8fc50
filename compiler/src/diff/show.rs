//! A difference as text for people and as JSON for machines.

use std::collections::BTreeSet;

use pointsman_routing::explain::{shown_header, shown_text};
use serde_json::{Value as Json, json};

use super::change::Change;
use super::report::Difference;
use super::witness::{Moved, Witness};
use crate::document::value::visible;

/// Things of one kind that are shown to people; machines get all.
const SHOWN_MAX: usize = 100;

impl Difference {
    /// For people: what is risky, where requests go, which of them move, then what was added, removed and changed.
    pub fn to_text(&self) -> String {
        if self.contents[0] == self.contents[1] {
            return format!("no difference: both have the content {}\n", self.contents[0]);
        }
        let mut out = format!("{}\n\n", self.counts());
        let risky: Vec<&Change> = self.changes.iter().filter(|one| one.risk.is_some()).collect();
        section(&mut out, "risky", &risky, |change| {
            format!("  {}: {}\n", change.risk.unwrap_or_default(), visible(&line(change)))
        });
        let elsewhere: Vec<&Change> = self.changes.iter().filter(|one| is_elsewhere(one)).collect();
        section(&mut out, "requests go elsewhere", &elsewhere, |change| {
            format!("  {}\n", visible(&line(change)))
        });
        let moved: Vec<&Moved> = self.moved.iter().collect();
        // The same request by another listener may have moved otherwise.
        let listeners: BTreeSet<&str> =
            moved.iter().map(|one| one.witness.listener.as_str()).collect();
        section(&mut out, "requests", &moved, |one| {
            let mut headers = String::new();
            for (name, value) in &one.witness.headers {
                let value = shown_header(name, value);
                headers.push_str(&visible(&format!(" -H '{name}: {value}'")));
            }
            let more = if one.classes > 1 {
                format!(", and {} more like it", one.classes - 1)
            } else {
                String::new()
            };
            let by = match listeners.len() {
                0 | 1 => String::new(),
                _ => format!(", by listener {}", visible(&one.witness.listener)),
            };
            let why = if one.why.is_empty() {
                String::new()
            } else {
                format!(" ({})", visible(&one.why))
            };
            format!(
                "  {}{headers}{by}{more}\n    {} -> {}{why}\n",
                visible(&shown_text(&one.witness.request)),
                visible(&one.old),
                visible(&one.new)
            )
        });
        self.incomplete(&mut out);
        let rest: Vec<&Change> = self.changes.iter().filter(|one| is_other(one)).collect();
        section(&mut out, "changes", &rest, |change| format!("  {}\n", visible(&line(change))));
        out.push_str(&format!("content {} -> {}\n", self.contents[0], self.contents[1]));
        out
    }

    /// The line that says how much there is of each kind.
    fn counts(&self) -> String {
        let risky = self.changes.iter().filter(|one| one.risk.is_some()).count();
        let elsewhere = self.changes.iter().filter(|one| is_elsewhere(one)).count();
        let counted = |count: usize, one: &str, more: &str| match count {
            0 => None,
            1 => Some(format!("1 {one}")),
            count => Some(format!("{count} {more}")),
        };
        let parts: Vec<String> = [
            counted(risky, "risky change", "risky changes"),
            counted(elsewhere, "change of where requests go", "changes of where requests go"),
            counted(self.moved.len(), "kind of request moves", "kinds of requests move"),
            counted(self.changes.len() - risky - elsewhere, "other change", "other changes"),
        ]
        .into_iter()
        .flatten()
        .collect();
        if parts.is_empty() {
            return "differs in nothing that changes what is served, such as [[tests]]".to_owned();
        }
        format!("differs: {}", parts.join(", "))
    }

    /// Says which requests were not compared.
    fn incomplete(&self, out: &mut String) {
        for one in &self.alone {
            let (side, other) = if one.is_old { ("old", "new") } else { ("new", "old") };
            out.push_str(&format!(
                "  requests by listener {} of the {side} side were compared with nothing: the {other} side \
                 has no listener for it\n",
                visible(&one.name)
            ));
        }
        if !self.services.is_empty() {
            let names: Vec<String> = self.services.iter().map(|name| visible(name)).collect();
            out.push_str(&format!(
                "  requests to services, by {} {}, are never compared: what differs of services, their \
                 listeners and backends stands among the changes\n",
                if names.len() == 1 { "listener" } else { "listeners" },
                names.join(", ")
            ));
        }
        if self.is_sampled {
            out.push_str(
                "  requests that the two sides take otherwise before any route is looked for (`paths`, \
                 `redirect_to_https`) were not all compared: a few were tried\n",
            );
        }
        if self.too_many {
            out.push_str("  not all classes of requests were compared: there are too many\n");
        }
        if !self.complete {
            out.push('\n');
        }
    }

    /// For machines: one object.
    pub fn to_json(&self) -> Json {
        let changes = |is_asked: fn(&Change) -> bool| -> Vec<Json> {
            let own = self.changes.iter().filter(|one| is_asked(one));
            own.map(|one| {
                json!({
                    "key": one.name(), "risk": one.risk, "old": one.old, "new": one.new,
                    "renamed_from": one.former_name(), "hidden": one.is_hidden,
                    "old_origin": one.origins[0], "new_origin": one.origins[1],
                })
            })
            .collect()
        };
        let requests = self.moved.iter().map(|one| {
            json!({
                "old": one.old, "new": one.new, "why": one.why, "classes": one.classes,
                "witness": shown_text(&one.witness.request),
                "witness_headers": headers(&one.witness),
                "listener": one.witness.listener, "old_listener": one.witness.was_listener,
                "before": outcome(&one.witness.before.1),
                "after": outcome(&one.witness.after.1),
            })
        });
        let alone = self.alone.iter().map(
            |one| json!({ "listener": one.name, "side": if one.is_old { "old" } else { "new" } }),
        );
        json!({
            "same": self.contents[0] == self.contents[1],
            "content": { "old": self.contents[0], "new": self.contents[1] },
            "risky": changes(|one| one.risk.is_some()),
            "elsewhere": changes(is_elsewhere),
            "requests": requests.collect::<Vec<Json>>(),
            "complete": self.complete,
            "compared_with_nothing": alone.collect::<Vec<Json>>(),
            "services_not_compared": self.services,
            "sampled": self.is_sampled,
            "changes": changes(is_other),
        })
    }
}

fn is_elsewhere(change: &Change) -> bool {
    change.goes_elsewhere && change.risk.is_none()
}

fn is_other(change: &Change) -> bool {
    !change.goes_elsewhere && change.risk.is_none()
}

fn headers(witness: &Witness) -> Vec<String> {
    let all = witness.headers.iter();
    all.map(|(name, value)| format!("{name}: {}", shown_header(name, value))).collect()
}

fn outcome(decision: &pointsman_routing::Decision) -> Json {
    json!({
        "route": decision.route, "status": decision.status, "reason": decision.reason,
        "backend": decision.backend, "path": decision.sent_path.as_deref().map(shown_text), "host": decision.sent_host,
        "location": decision.location.as_deref().map(shown_text),
    })
}

fn section<T>(out: &mut String, title: &str, all: &[T], line: impl Fn(&T) -> String) {
    if all.is_empty() {
        return;
    }
    out.push_str(&format!("{title}:\n"));
    all.iter().take(SHOWN_MAX).for_each(|one| out.push_str(&line(one)));
    if all.len() > SHOWN_MAX {
        out.push_str(&format!("  and {} more; --json has all of them\n", all.len() - SHOWN_MAX));
    }
    out.push('\n');
}

fn line(change: &Change) -> String {
    let place = |origin: &Option<String>| {
        origin.as_ref().map(|origin| format!(" ({origin})")).unwrap_or_default()
    };
    // No method is named where all fit.
    let none = if change.key == "methods" { "all methods" } else { "nothing" };
    let quoted =
        |text: &String| if text.is_empty() { none.to_owned() } else { format!("`{text}`") };
    let said = |text: &String| if text.is_empty() { String::new() } else { format!(": {text}") };
    let (old, new) = (place(&change.origins[0]), place(&change.origins[1]));
    let mut key = change.name();
    if let Some(was) = change.former_name() {
        key.push_str(&format!(" ({was} before)"));
    }
    match (&change.old, &change.new) {
        (Some(a), Some(_)) if change.is_hidden => {
            format!("{key}: {}{old}{new}, but what is not shown of it has changed", quoted(a))
        }
        (Some(a), Some(b)) => format!("{key}: {}{old} -> {}{new}", quoted(a), quoted(b)),
        (Some(a), None) => format!("- {key}{old}{}", said(a)),
        (None, Some(b)) => format!("+ {key}{new}{}", said(b)),
        (None, None) => key,
    }
}
