//! What the matcher that serves says of a request that an operator asks about. A question is JSON
//! from outside: it is bounded by the admin socket and checked here.

use std::net::IpAddr;

use pointsman_routing::{Probe, explain, moment};
use pointsman_schemas::artifact::id::ListenerId;
use pointsman_schemas::artifact::read::Artifact;
use serde_json::Value;

use crate::json::Writer;

const FORM: &str = "a request is a method and a URL: `GET http://shop.example.org/api/42?x=1`";

/// A question, checked.
#[derive(Debug)]
pub(crate) struct Question {
    method: String,
    is_secured: bool,
    authority: String,
    target: String,
    headers: Vec<(String, String)>,
    client_ip: Option<IpAddr>,
    listener: Option<String>,
    /// When it comes; now without.
    now_ms: Option<u64>,
    /// Words for people instead of the object for machines.
    is_text: bool,
}

impl Question {
    /// Reads `{"request": "METHOD URL", "headers": ["name: value"], "client_ip", "listener", "now",
    /// "text"}`; all but the request may be missing or null.
    ///
    /// Errors: one line for who asked.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, String> {
        let value: Value = serde_json::from_slice(bytes)
            .map_err(|error| format!("a question is JSON: {error}"))?;
        let Value::Object(fields) = &value else { return Err("a question is an object".into()) };
        let known = ["request", "headers", "client_ip", "listener", "now", "text"];
        if let Some(unknown) = fields.keys().find(|key| !known.contains(&key.as_str())) {
            return Err(format!("a question has no `{unknown}`"));
        }
        let request = text(&value, "request")?.ok_or(FORM)?;
        let (method, is_secured, authority, target) = request_line(request)?;
        let client_ip = match text(&value, "client_ip")? {
            None => None,
            Some(ip) => Some(ip.parse().map_err(|_| format!("`{ip}` is no IP address"))?),
        };
        let now_ms = match text(&value, "now")? {
            None => None,
            Some(now) => Some(
                moment::unix_ms(now)
                    .ok_or_else(|| format!("`{now}` is no moment; {}", moment::FORM))?,
            ),
        };
        Ok(Self {
            method: method.to_owned(),
            is_secured,
            authority: authority.to_owned(),
            target,
            headers: headers(&value["headers"])?,
            client_ip,
            listener: text(&value, "listener")?.map(str::to_owned),
            now_ms,
            is_text: value["text"] == true,
        })
    }

    /// Answers with the object of `explain --json`, or with `{"text": …}`.
    ///
    /// Errors: no listener takes such a request; one line for who asked.
    pub(crate) fn answer(&self, artifact: &Artifact, now_ms: u64) -> Result<Vec<u8>, String> {
        let listener = self.listener(artifact)?;
        let mut probe = Probe::new(&self.method, Some(&self.authority), &self.target, listener);
        probe.fields.clone_from(&self.headers);
        probe.secured = self.is_secured;
        probe.now_ms = self.now_ms.unwrap_or(now_ms);
        probe.client = self.client_ip.unwrap_or(probe.client);
        let explanation = explain(artifact, &probe);
        if !self.is_text {
            return Ok(explanation.to_json().into_bytes());
        }
        let mut out = Vec::new();
        let mut object = Writer::object(&mut out);
        object.text("text", explanation.to_text().as_bytes());
        object.close();
        Ok(out)
    }

    fn listener(&self, artifact: &Artifact) -> Result<ListenerId, String> {
        if let Some(name) = &self.listener {
            let named = artifact.listener_named(name);
            return named.map(|listener| listener.id()).ok_or_else(|| {
                let names: Vec<&str> = artifact.listeners().map(|one| one.name()).collect();
                format!("no listener is named `{name}`; there are: {}", names.join(", "))
            });
        }
        let mut fitting =
            artifact.listeners().filter(|listener| listener.is_secured() == self.is_secured);
        let scheme = if self.is_secured { "https" } else { "http" };
        match (fitting.next(), fitting.next()) {
            (Some(only), None) => Ok(only.id()),
            (None, _) => Err(format!("no listener takes `{scheme}`; name one with --listener")),
            (Some(first), Some(second)) => {
                let all = [first, second].into_iter().chain(fitting);
                let names: Vec<&str> = all.map(|one| one.name()).collect();
                let names = names.join(", ");
                Err(format!("several listeners take `{scheme}`; name one with --listener: {names}"))
            }
        }
    }
}

fn text<'a>(value: &'a Value, key: &str) -> Result<Option<&'a str>, String> {
    match &value[key] {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(text)),
        _ => Err(format!("`{key}` is text")),
    }
}

/// Method, whether it is `https`, host and port, path and query. What the edge itself refuses is
/// no mistake here: the answer says so.
fn request_line(text: &str) -> Result<(&str, bool, &str, String), String> {
    let (method, url) = text.split_once(' ').ok_or(FORM)?;
    if !is_token(method) || url.contains(|c: char| c == ' ' || c.is_control()) {
        return Err(FORM.to_owned());
    }
    let parts = url.split_once("://").filter(|(scheme, _)| !scheme.contains(['/', '?', '#']));
    let (scheme, rest) = parts.ok_or_else(|| match url.starts_with('/') {
        true => format!("scheme and host are missing; {FORM}"),
        false => format!("the scheme is missing; {FORM}"),
    })?;
    let is_secured = match scheme.to_ascii_lowercase().as_str() {
        "http" => false,
        "https" => true,
        _ => return Err("the scheme is `http` or `https`".to_owned()),
    };
    let (authority, target) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    if authority.is_empty() {
        return Err("the host is missing".to_owned());
    }
    if target.contains('#') {
        return Err("a fragment (`#…`) is never sent; leave it out".to_owned());
    }
    let slash = if target.starts_with('/') { "" } else { "/" };
    Ok((method, is_secured, authority, format!("{slash}{target}")))
}

fn headers(value: &Value) -> Result<Vec<(String, String)>, String> {
    let lines = match value {
        Value::Null => return Ok(Vec::new()),
        Value::Array(lines) => lines,
        _ => return Err("`headers` is a list of `name: value`".to_owned()),
    };
    lines
        .iter()
        .map(|line| {
            let line = line.as_str().unwrap_or_default();
            match line.split_once(':') {
                Some((name, value)) if is_token(name) && !value.contains(char::is_control) => {
                    Ok((name.to_owned(), value.trim().to_owned()))
                }
                _ => Err(format!("`{line}` is no field; write `name: value`")),
            }
        })
        .collect()
}

//= RFC 9110 §5.6.2: a token is one or more of these.
fn is_token(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(is_part)
}

/// Reads whatever it is given as a question.
#[doc(hidden)]
pub fn fuzz_question(data: &[u8]) {
    if let Ok(question) = Question::read(data) {
        assert!(is_token(&question.method) && question.target.starts_with('/'));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn check(question: &Value, expected: Result<(&str, bool, &str, &str), &str>) {
        let read = Question::read(question.to_string().as_bytes());
        let got = read.as_ref().map(|question| {
            let Question { method, is_secured, authority, target, .. } = question;
            (method.as_str(), *is_secured, authority.as_str(), target.as_str())
        });
        match (got, expected) {
            (Err(line), Err(part)) => assert!(line.contains(part), "{question}: {line}"),
            (got, expected) => assert_eq!(got.map_err(String::as_str), expected, "{question}"),
        }
    }

    #[test]
    fn request_is_taken_apart_or_refused() {
        let check = |request: &str, expected| check(&json!({"request": request}), expected);
        check("GET http://a.b/c?d=1", Ok(("GET", false, "a.b", "/c?d=1")));
        check("GET HTTPS://A.b:8443", Ok(("GET", true, "A.b:8443", "/")));
        check("GET http://a.b?x", Ok(("GET", false, "a.b", "/?x")));
        check("GET http://a/../%zz", Ok(("GET", false, "a", "/../%zz")));
        check("GET http://[::1]:80/", Ok(("GET", false, "[::1]:80", "/")));
        check("http://a.b/", Err("a method and a URL"));
        check("G(T http://a.b/", Err("a method and a URL"));
        check("GET /x", Err("scheme and host are missing; a request is a method and a URL"));
        check("GET /x?u=http://a/", Err("scheme and host are missing"));
        check("GET a.b/x", Err("the scheme is missing; a request is a method and a URL"));
        check("GET a.b/x?u=http://a/", Err("the scheme is missing"));
        check("GET http://a/x y", Err("a method and a URL"));
        check("GET http://a/\u{7}", Err("a method and a URL"));
        check("GET ftp://a/", Err("`http` or `https`"));
        check("GET http:///x", Err("the host is missing"));
        check("GET http://a/x#y", Err("never sent"));
    }

    #[test]
    fn question_that_is_not_as_agreed_is_refused() {
        check(&json!([]), Err("an object"));
        check(&json!({}), Err("a method and a URL"));
        check(&json!({"request": 7}), Err("`request` is text"));
        check(&json!({"request": "GET http://a/", "bogus": 1}), Err("no `bogus`"));
        let with = |key: &str, value: Value| {
            let mut question = json!({"request": "GET http://a/"});
            question[key] = value;
            question
        };
        check(&with("headers", json!("a: b")), Err("a list"));
        check(&with("headers", json!(["a b: c"])), Err("`a b: c` is no field"));
        check(&with("headers", json!(["a: b\r\nc: d"])), Err("no field"));
        check(&with("headers", json!([7])), Err("no field"));
        check(&with("client_ip", json!("localhost")), Err("no IP address"));
        check(&with("listener", json!(1)), Err("`listener` is text"));
        check(&with("now", json!("today")), Err("`today` is no moment; write it in UTC"));
        check(&with("now", json!("2026-11-26T21:34:04Z")), Ok(("GET", false, "a", "/")));
        check(&with("listener", Value::Null), Ok(("GET", false, "a", "/")));
        assert!(Question::read(b"{\"request\": ").is_err());
    }

    proptest! {
        #[test]
        fn any_bytes_never_panic(data in proptest::collection::vec(any::<u8>(), 0..200)) {
            fuzz_question(&data);
        }

        #[test]
        fn any_request_never_panics(request in "\\PC{0,40}", header in "\\PC{0,20}") {
            let question = json!({"request": request, "headers": [header]}).to_string();
            fuzz_question(question.as_bytes());
        }
    }
}
