//! A line of the edge's access log, for people.

use pointsman_routing::explain::{is_unseen, shown_text};
use serde_json::Value;

/// What a line says of a request, short; `None` where it is no line of the access log.
///
/// Shape: `METHOD HOST/PATH STATUS ROUTE > BACKEND/TARGET TIME`, or the reason in place of a target.
pub(super) fn line(log: &str) -> Option<String> {
    let log: Value = serde_json::from_str(log).ok()?;
    let text = |name: &str| log.get(name).and_then(Value::as_str);
    let number = |name: &str| log.get(name).and_then(Value::as_u64);
    log.get("total_us")?;
    let method = text("method").unwrap_or("-");
    let url = format!("{}{}", text("host").unwrap_or("-"), text("path").unwrap_or("/-"));
    let status = number("status").map_or_else(|| "---".to_owned(), |status| status.to_string());
    let mut parts = vec![shown(method), shown(&url), status];
    if let Some(route) = text("route") {
        parts.push(shown(route));
    }
    if let (Some(backend), Some(target)) = (text("backend"), text("target")) {
        parts.push(format!("> {}/{}", shown(backend), shown(target)));
    }
    if let Some(reason) = text("reason") {
        parts.push(shown(reason));
    }
    parts.push(time(number("total_us").unwrap_or_default()));
    Some(parts.join(" "))
}

/// A line of the log for machines, its texts fit to be shown.
pub(super) fn event(log: &str) -> Value {
    let mut log = serde_json::from_str(log).unwrap_or_else(|_| Value::from(log));
    match &mut log {
        Value::Object(members) => {
            members.values_mut().for_each(|member| {
                if let Value::String(text) = member {
                    *text = shown_text(text);
                }
            });
        }
        Value::String(text) => *text = shown_text(text),
        _ => {}
    }
    log
}

/// A text that a stranger chose: controls could repaint a terminal, direction marks could reorder
/// what is read.
pub(super) fn shown(text: &str) -> String {
    shown_text(text).chars().map(|c| if is_unseen(c) { '?' } else { c }).collect()
}

/// A time in the unit that gives it few digits.
fn time(us: u64) -> String {
    match us {
        0..1_000 => format!("{us} us"),
        1_000..1_000_000 => format!("{}.{} ms", us / 1_000, us % 1_000 / 100),
        _ => format!("{}.{} s", us / 1_000_000, us % 1_000_000 / 100_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(log: &str, expected: Option<&str>) {
        assert_eq!(line(log).as_deref(), expected, "{log}");
    }

    #[test]
    fn line_says_what_became_of_a_request() {
        check(
            r#"{"method":"GET","host":"shop.tld","path":"/cart","status":200,"route":"shop","backend":"shop","target":"big","total_us":1834,"reason":null}"#,
            Some("GET shop.tld/cart 200 shop > shop/big 1.8 ms"),
        );
        check(
            r#"{"method":"GET","host":"a.tld","path":"/","status":404,"route":null,"backend":null,"target":null,"total_us":75,"reason":"no_route"}"#,
            Some("GET a.tld/ 404 no_route 75 us"),
        );
        check(
            r#"{"method":null,"host":null,"path":null,"status":null,"total_us":12000000,"reason":"bad_request"}"#,
            Some("- -/- --- bad_request 12.0 s"),
        );
        check(
            r#"{"method":"GET","host":"a.tld","path":"/a?token=abc","status":200,"total_us":75}"#,
            Some("GET a.tld/a?token=*** 200 75 us"),
        );
        let event = event(r#"{"path":"/a?token=abc","status":200}"#).to_string();
        assert_eq!(event, r#"{"path":"/a?token=***","status":200}"#);
        check(r#"{"total_us":"x"}"#, Some("- -/- --- 0 us"));
        check("127.0.0.1 - - [14/Nov/2023:22:13:20 +0000] \"GET / HTTP/1.1\" 200 2", None);
        check("[1]", None);
    }

    #[test]
    fn line_cannot_repaint_a_terminal() {
        let log = "{\"method\":\"\\u001b[2J\",\"host\":\"a\\u202eb\",\"total_us\":1}";
        let line = line(log).expect("a line");
        assert!(!line.contains(['\u{1b}', '\u{202e}']), "{line:?}");
    }

    proptest! {
        #[test]
        fn line_of_any_text_is_one_line_or_none(text in "[{}\":,a-c0-9\\\\u\n\u{1b}]{0,60}") {
            let _ = line(&text);
            let log = serde_json::json!({"total_us": 1, "method": text, "path": text});
            let line = line(&log.to_string()).expect("a line");
            prop_assert!(!line.contains(['\n', '\u{1b}']), "{:?}", line);
        }
    }
}
