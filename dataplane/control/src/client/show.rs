//! The running process's answers in words for people.

use serde_json::Value;

use super::table::table;
use crate::notice::counted;

/// `status` in words.
pub(super) fn status(answer: &Value) -> String {
    let mut lines = vec![
        format!(
            "pointsmand {}, process {}, {}, driver {}{}",
            text(&answer["version"]),
            text(&answer["pid"]),
            counted(number(&answer["workers"]), "worker"),
            text(&answer["driver"]),
            if answer["draining"] == true { ", draining" } else { "" }
        ),
        format!(
            "serving     generation {}, content id {}, since {}",
            text(&answer["generation"]),
            text(&answer["content_id"]),
            text(&answer["loaded_at"])
        ),
    ];
    let refused = &answer["refused"];
    if !refused.is_null() {
        lines.push(format!(
            "refused     at {}: {}",
            text(&refused["at"]),
            text(&refused["reason"])
        ));
        if !refused["content_id"].is_null() {
            lines.push(format!(
                "            generation {}, content id {}",
                text(&refused["generation"]),
                text(&refused["content_id"])
            ));
        }
    }
    for listener in items(&answer["listeners"]) {
        lines.push(format!(
            "listener    {} {} ({})",
            text(&listener["name"]),
            text(&listener["address"]),
            joined(&listener["protocols"])
        ));
    }
    lines.push(format!("connections {}", text(&answer["connections"])));
    lines.push(format!("requests    {}", text(&answer["requests"])));
    let (opened, reused) =
        (number(&answer["upstream"]["opened"]), number(&answer["upstream"]["reused"]));
    lines.push(format!("upstream    {opened} opened, {reused} reused{}", ratio(opened, reused)));
    lines.push(format!(
        "log         {} dropped",
        counted(number(&answer["log"]["dropped"]), "line")
    ));
    let limit = match &answer["descriptors"]["limit"] {
        Value::Null => "no limit".to_owned(),
        limit => format!("limit {}", text(limit)),
    };
    lines.push(format!("descriptors {} used, {limit}", text(&answer["descriptors"]["used"])));
    lines.join("\n") + "\n"
}

fn ratio(opened: u64, reused: u64) -> String {
    match opened + reused {
        0 => String::new(),
        all => {
            let thousandths = u128::from(reused) * 1000 / u128::from(all);
            format!(" ({}.{} %)", thousandths / 10, thousandths % 10)
        }
    }
}

/// `routes` as a table; a route with several patterns has a row for each.
pub(super) fn routes(answer: &Value) -> String {
    let mut rows = Vec::new();
    for route in items(&answer["routes"]) {
        let targets = joined(&route["targets"]);
        let mut named = (text(&route["id"]), targets);
        for pattern in items(&route["match"]) {
            let (id, targets) = std::mem::take(&mut named);
            rows.push([id, text(pattern), targets]);
        }
    }
    table(["ROUTE ID", "MATCH", "TARGET"], &rows)
}

/// `targets` as a table.
pub(super) fn targets(answer: &Value) -> String {
    let rows: Vec<[String; 6]> = items(&answer["targets"])
        .iter()
        .map(|target| {
            [
                format!("{}/{}", text(&target["backend"]), text(&target["target"])),
                known(&target["address"], "not resolved"),
                known(&target["weight"], "-"),
                known(&target["in_flight"], "-"),
                known(&target["connections"], "-"),
                known(&target["health"], "-"),
            ]
        })
        .collect();
    table(["TARGET", "ADDRESS", "WEIGHT", "IN FLIGHT", "CONNECTIONS", "HEALTH"], &rows)
}

fn known(value: &Value, otherwise: &str) -> String {
    if value.is_null() { otherwise.to_owned() } else { text(value) }
}

/// A value without the quotes of JSON, on one line.
pub(super) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.chars().map(|c| if c.is_control() { '?' } else { c }).collect(),
        other => other.to_string(),
    }
}

/// Text of several lines.
pub(super) fn lines(value: &Value) -> String {
    let hide = |c: char| if c.is_control() && c != '\n' { '?' } else { c };
    value.as_str().unwrap_or_default().chars().map(hide).collect()
}

fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or(0)
}

fn items(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn joined(value: &Value) -> String {
    items(value).iter().map(text).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn status_tells_all_that_json_has() {
        let answer = json!({
            "version": "0.1.0", "pid": 42, "driver": "epoll", "workers": 2, "generation": 7,
            "content_id": "abcd", "loaded_at": "T", "connections": 5, "requests": 9,
            "refused": {"generation": 8, "content_id": "ef", "reason": "damaged", "at": "U"},
            "listeners": [{"name": "web", "address": "[::]:80", "protocols": ["http/1.1", "h2"]}],
            "log": {"dropped": 3}, "upstream": {"opened": 1, "reused": 3},
            "descriptors": {"used": 20, "limit": 1024}, "draining": true
        });
        let expected = "\
pointsmand 0.1.0, process 42, 2 workers, driver epoll, draining
serving     generation 7, content id abcd, since T
refused     at U: damaged
            generation 8, content id ef
listener    web [::]:80 (http/1.1, h2)
connections 5
requests    9
upstream    1 opened, 3 reused (75.0 %)
log         3 lines dropped
descriptors 20 used, limit 1024
";
        assert_eq!(status(&answer), expected);
        let one = json!({"workers": 1, "log": {"dropped": 1}});
        assert!(status(&one).contains(", 1 worker, ") && status(&one).contains(" 1 line dropped"));
    }

    #[test]
    fn routes_are_a_table_with_a_row_a_pattern() {
        let answer = json!({"routes": [
            {"id": "bills", "match": ["a.tld/x", "b.tld/x"], "backend": "users", "targets": ["t:1", "t:2"]},
            {"id": "all", "match": ["*"], "backend": "rest", "targets": ["u:1"]},
        ]});
        let expected = "\
ROUTE ID  MATCH    TARGET
bills     a.tld/x  t:1, t:2
          b.tld/x
all       *        u:1
";
        assert_eq!(routes(&answer), expected);
    }

    #[test]
    fn targets_say_what_is_not_known() {
        let answer = json!({"targets": [
            {"backend": "users", "target": "a", "address": null, "weight": 1, "in_flight": null,
             "connections": 4, "health": null},
        ]});
        let expected = "\
TARGET   ADDRESS       WEIGHT  IN FLIGHT  CONNECTIONS  HEALTH
users/a  not resolved  1       -          4            -
";
        assert_eq!(targets(&answer), expected);
    }
}
