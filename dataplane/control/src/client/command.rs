//! One command: asks, and says what to print where and how to exit.

use std::path::Path;
use std::time::Duration;

use serde_json::Value;

use super::http::{Answer, ClientError, request};
use super::show;
use crate::notice::counted;

/// The process answers questions at once, and a reload after its workers: they have 10 s.
const PATIENCE: Duration = Duration::from_secs(30);

/// Failed Dependency: the file could not be read, so nothing was refused.
const UNREAD: u16 = 424;

/// What is asked of the running process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verb {
    /// How it is.
    Status,
    /// Its routes.
    Routes,
    /// Its targets.
    Targets,
    /// Read the artifact again.
    Reload,
    /// Finish and end.
    Drain {
        /// Come back when it has ended.
        wait: bool,
    },
    /// Who would win a request.
    Explain {
        /// `METHOD URL`
        request: String,
        /// `name: value`, in order.
        headers: Vec<String>,
        /// Whose request it is.
        client_ip: Option<String>,
        /// Where it comes in.
        listener: Option<String>,
        /// When it comes; the process's own time without.
        now: Option<String>,
    },
}

/// What to print and how to exit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spoken {
    /// For standard output.
    pub stdout: String,
    /// For standard error.
    pub stderr: String,
    /// 0 done, 1 refused, 2 usage or no answer.
    pub exit: u8,
}

/// Asks the process that listens on `socket`. With `json` its answer is printed as it is.
pub fn run(socket: &Path, verb: &Verb, json: bool) -> Spoken {
    let (method, target, body) = question(verb, json);
    let patience = (!matches!(verb, Verb::Drain { wait: true })).then_some(PATIENCE);
    match request(socket, method, target, &body, patience) {
        Ok(answer) => spoken(verb, &answer, json),
        Err(error) => failed(verb, &error),
    }
}

/// A line that says what is wrong, as every command writes it.
fn error_line(why: impl std::fmt::Display) -> String {
    format!("error: {why}\n")
}

fn question(verb: &Verb, json: bool) -> (&'static str, &'static str, Vec<u8>) {
    match verb {
        Verb::Status => ("GET", "/status", Vec::new()),
        Verb::Routes => ("GET", "/routes", Vec::new()),
        Verb::Targets => ("GET", "/targets", Vec::new()),
        Verb::Reload => ("POST", "/reload", Vec::new()),
        Verb::Drain { wait: false } => ("POST", "/drain", Vec::new()),
        Verb::Drain { wait: true } => ("POST", "/drain?wait", Vec::new()),
        Verb::Explain { request, headers, client_ip, listener, now } => {
            let body = serde_json::json!({
                "request": request,
                "headers": headers,
                "client_ip": client_ip,
                "listener": listener,
                "now": now,
                "text": !json,
            });
            ("POST", "/explain", body.to_string().into_bytes())
        }
    }
}

fn failed(verb: &Verb, error: &ClientError) -> Spoken {
    match (verb, error) {
        // A process that ends may take its answer along: it has ended, which was asked for.
        (Verb::Drain { wait: true }, ClientError::Garbled { .. }) => {
            Spoken { stdout: "drained\n".to_owned(), ..Spoken::default() }
        }
        _ => Spoken { stderr: error_line(error), exit: 2, ..Spoken::default() },
    }
}

fn spoken(verb: &Verb, answer: &Answer, json: bool) -> Spoken {
    let Ok(value) = serde_json::from_slice::<Value>(&answer.body) else {
        let stderr = error_line(format!("the process answered {} without words", answer.status));
        return Spoken { stderr, exit: 2, ..Spoken::default() };
    };
    let exit = exit(verb, answer.status, &value);
    if json {
        let stdout = String::from_utf8_lossy(&answer.body).into_owned() + "\n";
        return Spoken { stdout, exit, ..Spoken::default() };
    }
    match (answer.status, why(answer.status, &value)) {
        (200..=299, _) => Spoken { stdout: words(verb, &value), exit, ..Spoken::default() },
        (_, why) => Spoken { stderr: error_line(why), exit, ..Spoken::default() },
    }
}

/// 409 and a drain that cut are findings; everything else that is no success is a wrong question,
/// or a file that cannot be read.
fn exit(verb: &Verb, status: u16, value: &Value) -> u8 {
    match (status, verb) {
        (200..=299, Verb::Drain { .. }) => {
            u8::from(value["cut"].as_u64().is_some_and(|cut| cut > 0))
        }
        (200..=299, _) => 0,
        (409 | 500..=599, _) => 1,
        _ => 2,
    }
}

fn why(status: u16, value: &Value) -> String {
    match (&value["refused"]["reason"], &value["error"]) {
        (Value::Null, error) => show::text(error),
        (reason, _) if status == UNREAD => format!("cannot read: {}", show::text(reason)),
        (reason, _) => format!("refused: {}", show::text(reason)),
    }
}

fn words(verb: &Verb, value: &Value) -> String {
    match verb {
        Verb::Status => show::status(value),
        Verb::Routes => show::routes(value),
        Verb::Targets => show::targets(value),
        Verb::Reload => {
            let (verb, why) = match value["swapped"] == true {
                true => ("serving", ""),
                false => ("serves", " (taken up when the file changed)"),
            };
            let generation = show::text(&value["generation"]);
            let content_id = show::text(&value["content_id"]);
            format!("{verb} generation {generation}, content id {content_id}{why}\n")
        }
        Verb::Drain { wait: false } => "draining\n".to_owned(),
        Verb::Drain { wait: true } => match value["cut"].as_u64() {
            None | Some(0) => "drained\n".to_owned(),
            Some(cut) => {
                let were = if cut == 1 { "was" } else { "were" };
                format!("ended; {} {were} cut\n", counted(cut, "exchange"))
            }
        },
        Verb::Explain { .. } => show::lines(&value["text"]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(verb: Verb, status: u16, body: &Value, expected: (&str, &str, u8)) {
        let answer = Answer { status, body: body.to_string().into_bytes() };
        let got = spoken(&verb, &answer, false);
        assert_eq!((&*got.stdout, &*got.stderr, got.exit), expected, "{verb:?}");
        let as_json = spoken(&verb, &answer, true);
        assert_eq!((as_json.stdout, as_json.exit), (format!("{body}\n"), expected.2));
    }

    #[test]
    fn reload_says_what_serves_or_why_not() {
        let live = |swapped| json!({"generation": 7, "content_id": "ab", "swapped": swapped});
        check(Verb::Reload, 200, &live(true), ("serving generation 7, content id ab\n", "", 0));
        let already = "serves generation 7, content id ab (taken up when the file changed)\n";
        check(Verb::Reload, 200, &live(false), (already, "", 0));
        let refused = json!({"refused": {"generation": null, "content_id": null,
            "reason": "damaged", "at": "T"}});
        check(Verb::Reload, 409, &refused, ("", "error: refused: damaged\n", 1));
        check(Verb::Reload, 424, &refused, ("", "error: cannot read: damaged\n", 2));
        let late = json!({"error": "worker 1 has not taken it after 10 s"});
        check(Verb::Reload, 504, &late, ("", "error: worker 1 has not taken it after 10 s\n", 1));
    }

    #[test]
    fn drain_says_whether_something_was_cut() {
        let drain = |wait| Verb::Drain { wait };
        check(drain(false), 202, &json!({"draining": true}), ("draining\n", "", 0));
        check(drain(true), 200, &json!({"cut": 0}), ("drained\n", "", 0));
        check(drain(true), 200, &json!({"cut": 2}), ("ended; 2 exchanges were cut\n", "", 1));
        check(drain(true), 200, &json!({"cut": 1}), ("ended; 1 exchange was cut\n", "", 1));
    }

    #[test]
    fn wrong_question_is_usage() {
        let explain = Verb::Explain {
            request: "GET".to_owned(),
            headers: Vec::new(),
            client_ip: None,
            listener: None,
            now: None,
        };
        let error = json!({"error": "a request is `METHOD URL`"});
        check(explain, 400, &error, ("", "error: a request is `METHOD URL`\n", 2));
    }

    #[test]
    fn answer_that_is_no_json_is_told() {
        let answer = Answer { status: 200, body: b"<html>".to_vec() };
        let got = spoken(&Verb::Status, &answer, false);
        assert_eq!((got.stdout.as_str(), got.exit), ("", 2));
    }

    #[test]
    fn nobody_there_is_one_line_and_exit_2() {
        let got = run("/nonexistent/admin.sock".as_ref(), &Verb::Status, true);
        assert_eq!((got.stdout.as_str(), got.exit), ("", 2));
        assert_eq!(got.stderr.lines().count(), 1);
    }
}
