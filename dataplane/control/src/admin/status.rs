//! `GET /status` as bytes: plain figures in, JSON with the fields of the reference out.

use std::time::SystemTime;

use crate::civil;
use crate::json::{self, Writer};
use crate::live::{About, Bound, Facts, Live, Sums};
use crate::load::Refusal;
use crate::snapshot::Snapshot;

/// Open descriptors and how many there may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Descriptors {
    pub(crate) used: u64,
    /// None when there is no limit.
    pub(crate) limit: Option<u64>,
}

/// All that `status` shows.
#[derive(Debug)]
pub(crate) struct Figures<'a> {
    pub(crate) about: About,
    pub(crate) pid: u32,
    pub(crate) workers: usize,
    pub(crate) generation: u64,
    pub(crate) content_id: String,
    pub(crate) loaded_at: SystemTime,
    pub(crate) facts: &'a Facts,
    pub(crate) sums: Sums,
    pub(crate) descriptors: Descriptors,
}

/// The status of the running process.
pub(crate) fn status(live: &Live) -> Vec<u8> {
    let snapshot: &Snapshot = &live.current();
    let facts = live.facts();
    status_of(&Figures {
        about: live.about,
        pid: std::process::id(),
        workers: live.workers.len(),
        generation: snapshot.artifact.generation(),
        content_id: snapshot.artifact.content_id().to_string(),
        loaded_at: snapshot.loaded_at,
        facts: &facts,
        sums: live.sums(),
        descriptors: descriptors(),
    })
}

/// The status as JSON.
pub(crate) fn status_of(figures: &Figures<'_>) -> Vec<u8> {
    let mut out = Vec::with_capacity(1024);
    let mut status = Writer::object(&mut out);
    status.text("version", figures.about.version.as_bytes());
    status.number("pid", u64::from(figures.pid));
    status.text("driver", figures.about.driver.as_bytes());
    status.number("workers", figures.workers as u64);
    status.number("generation", figures.generation);
    status.text("content_id", figures.content_id.as_bytes());
    time(status.field("loaded_at"), figures.loaded_at);
    match &figures.facts.refused {
        None => status.null("refused"),
        Some(refusal) => refused(status.field("refused"), refusal),
    }
    let mut listeners = Writer::array(status.field("listeners"));
    for bound in &figures.facts.listeners {
        listener(listeners.element(), bound);
    }
    listeners.close();
    status.number("connections", figures.sums.connections);
    status.number("requests", figures.sums.requests);
    let mut log = Writer::object(status.field("log"));
    log.number("dropped", figures.sums.log_dropped);
    log.close();
    let mut upstream = Writer::object(status.field("upstream"));
    upstream.number("opened", figures.sums.upstream_opened);
    upstream.number("reused", figures.sums.upstream_reused);
    upstream.close();
    let mut descriptors = Writer::object(status.field("descriptors"));
    descriptors.number("used", figures.descriptors.used);
    descriptors.number_or_null("limit", figures.descriptors.limit);
    descriptors.close();
    status.truth("draining", figures.facts.is_draining);
    status.close();
    out
}

/// A refused artifact, as `status` shows it and `reload` answers it.
pub(crate) fn refused(out: &mut Vec<u8>, refusal: &Refusal) {
    let mut object = Writer::object(out);
    object.number_or_null("generation", refusal.generation);
    match refusal.content_id {
        None => object.null("content_id"),
        Some(id) => object.text("content_id", id.to_string().as_bytes()),
    }
    object.text("reason", refusal.cause.to_string().as_bytes());
    time(object.field("at"), refusal.at);
    object.close();
}

fn listener(out: &mut Vec<u8>, bound: &Bound) {
    let mut object = Writer::object(out);
    object.text("name", bound.key.name.as_bytes());
    object.text("address", bound.address.to_string().as_bytes());
    let mut protocols = Writer::array(object.field("protocols"));
    for name in &bound.protocols {
        json::string(protocols.element(), name.as_bytes());
    }
    protocols.close();
    object.close();
}

fn time(out: &mut Vec<u8>, at: SystemTime) {
    out.push(b'"');
    civil::rfc3339(out, civil::unix_micros(at));
    out.push(b'"');
}

fn descriptors() -> Descriptors {
    // The descriptor that reads the folder is not counted.
    let open = std::fs::read_dir("/proc/self/fd").map_or(0, |folder| folder.count());
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
    Descriptors { used: (open as u64).saturating_sub(1), limit }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::ListenerKey;
    use crate::load::Cause;
    use pointsman_schemas::artifact::id::ContentId;
    use std::time::{Duration, UNIX_EPOCH};

    fn figures(facts: &Facts) -> Figures<'_> {
        Figures {
            about: About { version: "0.1.0", driver: "io-uring" },
            pid: 42,
            workers: 2,
            generation: 7,
            content_id: "ab".repeat(16),
            loaded_at: UNIX_EPOCH + Duration::from_millis(1_500),
            facts,
            sums: Sums {
                connections: 1,
                requests: 2,
                upstream_opened: 3,
                upstream_reused: 4,
                log_dropped: 5,
                ..Sums::default()
            },
            descriptors: Descriptors { used: 30, limit: Some(1024) },
        }
    }

    #[test]
    fn status_at_rest_has_the_fields_in_their_order() {
        let facts = Facts {
            listeners: vec![Bound {
                key: ListenerKey {
                    name: "web".to_owned(),
                    address: "[::]:0".parse().expect("an address"),
                },
                address: "[::]:8080".parse().expect("an address"),
                protocols: vec!["http/1.1"],
            }],
            ..Facts::default()
        };
        let expected = concat!(
            r#"{"version":"0.1.0","pid":42,"driver":"io-uring","workers":2,"generation":7,"#,
            r#""content_id":"abababababababababababababababab","#,
            r#""loaded_at":"1970-01-01T00:00:01.500000Z","refused":null,"#,
            r#""listeners":[{"name":"web","address":"[::]:8080","protocols":["http/1.1"]}],"#,
            r#""connections":1,"requests":2,"log":{"dropped":5},"#,
            r#""upstream":{"opened":3,"reused":4},"descriptors":{"used":30,"limit":1024},"#,
            r#""draining":false}"#
        );
        assert_eq!(String::from_utf8(status_of(&figures(&facts))).as_deref(), Ok(expected));
    }

    #[test]
    fn status_shows_what_was_refused() {
        let refused = Refusal {
            generation: Some(8),
            content_id: Some(ContentId([0xcd; 16])),
            cause: Cause::Listener("listener web: port 80 is in use".to_owned()),
            file: "/srv/edge.artifact".into(),
            at: UNIX_EPOCH,
        };
        let facts = Facts { refused: Some(refused), is_draining: true, ..Facts::default() };
        let got: serde_json::Value =
            serde_json::from_slice(&status_of(&figures(&facts))).expect("valid JSON");
        assert_eq!(got["refused"]["generation"], 8);
        assert_eq!(got["refused"]["content_id"], "cd".repeat(16));
        assert_eq!(got["refused"]["reason"], "listener web: port 80 is in use");
        assert_eq!(got["refused"]["at"], "1970-01-01T00:00:00.000000Z");
        assert_eq!(got["draining"], true);
        assert_eq!(got["listeners"], serde_json::json!([]));
    }

    #[test]
    fn status_of_a_file_that_could_not_be_trusted_has_nulls() {
        let refusal = Refusal::of_file("x".as_ref(), Cause::Missing);
        let facts = Facts { refused: Some(refusal), ..Facts::default() };
        let got: serde_json::Value =
            serde_json::from_slice(&status_of(&figures(&facts))).expect("valid JSON");
        assert!(got["refused"]["generation"].is_null() && got["refused"]["content_id"].is_null());
    }

    #[test]
    fn descriptors_are_counted() {
        let before = descriptors();
        assert!(before.used >= 3, "{before:?}");
        assert!(before.limit.is_none_or(|limit| limit >= before.used));
    }
}
