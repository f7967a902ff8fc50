//! HTTP over the admin socket. Nothing is changed by a GET; bodies are bounded; whoever is not
//! this user or root is sent away before a byte is read.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::serve::Listener;
use tokio::net::UnixListener;
use tokio::sync::{Semaphore, mpsc, oneshot};

use super::stream::{Patience, Stream};
use super::{routes, status, targets};
use crate::civil;
use crate::command::{Command, Gathered, Report, locked};
use crate::director::{Ask, ReloadAnswer};
use crate::explain::Question;
use crate::json::Writer;
use crate::limits::{
    ADMIN_ANSWER_PATIENCE, ADMIN_CONNECTIONS_MAX, ADMIN_QUESTION_PATIENCE, QUESTION_BYTES_MAX,
};
use crate::live::Live;
use crate::load::in_background;
use crate::notice::say;

/// How long workers may take to say what their targets are busy with.
const REPORT_PATIENCE: Duration = Duration::from_secs(1);
const REPORT_LOOK_INTERVAL: Duration = Duration::from_millis(1);
/// Pause after an accept that failed, as when no descriptor is free.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

const PATIENCE: Patience =
    Patience { head: ADMIN_QUESTION_PATIENCE, answer: ADMIN_ANSWER_PATIENCE };

/// What the answers are made from.
#[derive(Clone, Debug)]
pub(crate) struct Admin {
    pub(crate) live: Arc<Live>,
    pub(crate) asks: mpsc::Sender<Ask>,
}

/// Serves until `end` comes, then finishes what was begun. Needs a tokio runtime.
pub(crate) async fn serve(
    listener: std::os::unix::net::UnixListener,
    admin: Admin,
    end: oneshot::Receiver<()>,
) -> std::io::Result<()> {
    let listener = UnixListener::from_std(listener)?;
    let uid = rustix::process::geteuid().as_raw();
    let places = Arc::new(Semaphore::new(ADMIN_CONNECTIONS_MAX));
    axum::serve(Guarded { listener, uid, places }, router(admin))
        .with_graceful_shutdown(async {
            // A sender that is gone means the end as well.
            let _ = end.await;
        })
        .await
}

fn router(admin: Admin) -> Router {
    Router::new()
        .route("/status", get(show_status))
        .route("/routes", get(show_routes))
        .route("/targets", get(show_targets))
        .route("/reload", post(reload))
        .route("/drain", post(drain))
        .route("/explain", post(explain))
        .fallback(|| async { error(StatusCode::NOT_FOUND, "no such question") })
        .method_not_allowed_fallback(|| async {
            error(
                StatusCode::METHOD_NOT_ALLOWED,
                "what changes something is a POST, all else a GET",
            )
        })
        .with_state(admin)
}

async fn show_status(State(admin): State<Admin>) -> Response {
    json(StatusCode::OK, status::status(&admin.live))
}

async fn show_routes(State(admin): State<Admin>) -> Response {
    let snapshot = admin.live.current();
    at_leisure(move || routes::routes(&snapshot)).await
}

async fn show_targets(State(admin): State<Admin>) -> Response {
    let snapshot = admin.live.current();
    let gathered = Arc::new(Mutex::new(Gathered::default()));
    let workers = admin.live.workers.len();
    for worker in &admin.live.workers {
        // One that takes no commands counts as one that does not answer.
        let _ = worker.send(Command::Report(Report::new(&gathered)));
    }
    let until = Instant::now() + REPORT_PATIENCE;
    while locked(&gathered).returned < workers && Instant::now() < until {
        tokio::time::sleep(REPORT_LOOK_INTERVAL).await;
    }
    let uses = targets::add_up(&locked(&gathered), workers, snapshot.serial);
    at_leisure(move || targets::targets(&snapshot, &uses)).await
}

async fn reload(State(admin): State<Admin>) -> Response {
    let (reply, answer) = oneshot::channel();
    if admin.asks.send(Ask::Reload(reply)).await.is_err() {
        return ending();
    }
    match answer.await {
        Err(_) => ending(),
        Ok(ReloadAnswer::Live { generation, content_id, is_swap }) => {
            let mut out = Vec::new();
            let mut object = Writer::object(&mut out);
            object.number("generation", generation);
            object.text("content_id", content_id.to_string().as_bytes());
            object.truth("swapped", is_swap);
            object.close();
            json(StatusCode::OK, out)
        }
        Ok(ReloadAnswer::Refused(refusal)) => {
            let mut out = Vec::new();
            let mut object = Writer::object(&mut out);
            status::refused(object.field("refused"), &refusal);
            object.close();
            // What cannot be read says nothing of an artifact: the two exit differently.
            let status = match refusal.is_unread() {
                true => StatusCode::FAILED_DEPENDENCY,
                false => StatusCode::CONFLICT,
            };
            json(status, out)
        }
        Ok(ReloadAnswer::Late(workers)) => {
            let names: Vec<String> = workers.iter().map(usize::to_string).collect();
            let plural = if names.len() == 1 { "" } else { "s" };
            let names = names.join(", ");
            let line = format!("published, but not taken after 10 s by worker{plural} {names}");
            error(StatusCode::GATEWAY_TIMEOUT, &line)
        }
    }
}

async fn drain(State(admin): State<Admin>, RawQuery(query): RawQuery) -> Response {
    let waits = match query.as_deref() {
        None | Some("") => false,
        Some("wait") => true,
        Some(_) => return error(StatusCode::BAD_REQUEST, "the only option is `?wait`"),
    };
    let (begun, has_begun) = oneshot::channel();
    let (ended, has_ended) = oneshot::channel();
    if admin.asks.send(Ask::Drain { begun, ended }).await.is_err() {
        return ending();
    }
    if !waits {
        // A sender that is gone means that it has even ended.
        let _ = has_begun.await;
        return json(StatusCode::ACCEPTED, br#"{"draining":true}"#.to_vec());
    }
    match has_ended.await {
        Err(_) => ending(),
        Ok(done) => {
            let mut out = Vec::new();
            let mut object = Writer::object(&mut out);
            object.number("cut", done.cut);
            object.close();
            json(StatusCode::OK, out)
        }
    }
}

async fn explain(State(admin): State<Admin>, body: Body) -> Response {
    let whole = to_bytes(body, QUESTION_BYTES_MAX);
    let question = match tokio::time::timeout(ADMIN_QUESTION_PATIENCE, whole).await {
        Ok(Ok(question)) => question,
        Ok(Err(_)) => return error(StatusCode::PAYLOAD_TOO_LARGE, "too large or cut short"),
        Err(_) => return error(StatusCode::REQUEST_TIMEOUT, "the question did not come in time"),
    };
    let snapshot = admin.live.current();
    let question = match Question::read(&question) {
        Ok(question) => question,
        Err(line) => return error(StatusCode::BAD_REQUEST, &line),
    };
    let (done, answer) = oneshot::channel();
    let now_ms = civil::unix_micros(SystemTime::now()) / 1000;
    let work = move || question.answer(&snapshot.artifact, now_ms);
    match (in_background(work, done), answer.await) {
        (Ok(()), Ok(Ok(bytes))) => json(StatusCode::OK, bytes),
        (Ok(()), Ok(Err(line))) => error(StatusCode::BAD_REQUEST, &line),
        _ => no_thread(),
    }
}

/// Long answers are written by a thread of their own at low priority.
async fn at_leisure(work: impl FnOnce() -> Vec<u8> + Send + 'static) -> Response {
    let (done, bytes) = oneshot::channel();
    match (in_background(work, done), bytes.await) {
        (Ok(()), Ok(bytes)) => json(StatusCode::OK, bytes),
        _ => no_thread(),
    }
}

fn no_thread() -> Response {
    error(StatusCode::SERVICE_UNAVAILABLE, "no thread is free; ask again")
}

fn json(status: StatusCode, bytes: Vec<u8>) -> Response {
    // One question a connection: who asked and stays must not hold a place that others wait for.
    let fields = [(header::CONTENT_TYPE, "application/json"), (header::CONNECTION, "close")];
    (status, fields, bytes).into_response()
}

fn error(status: StatusCode, line: &str) -> Response {
    let mut out = Vec::new();
    let mut object = Writer::object(&mut out);
    object.text("error", line.as_bytes());
    object.close();
    json(status, out)
}

fn ending() -> Response {
    error(StatusCode::SERVICE_UNAVAILABLE, "this process is ending")
}

/// A listener that takes connections of this user and of root only. The file's mode says the same;
/// this holds where a folder is shared or a mode was changed.
struct Guarded {
    listener: UnixListener,
    uid: u32,
    /// For the connections that there may be at once; more wait in the queue.
    places: Arc<Semaphore>,
}

impl Listener for Guarded {
    type Io = Stream;
    type Addr = ();

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let place = Arc::clone(&self.places).acquire_owned().await;
            // Nobody closes them.
            let Ok(place) = place else { return std::future::pending().await };
            match self.listener.accept().await {
                Err(_) => tokio::time::sleep(ACCEPT_PAUSE).await,
                Ok((stream, _)) => match stream.peer_cred() {
                    Ok(peer) if may_ask(peer.uid(), self.uid) => {
                        return (Stream::new(stream, place, PATIENCE), ());
                    }
                    Ok(peer) => say(&format!("admin socket: user {} sent away", peer.uid())),
                    Err(_) => {}
                },
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        Ok(())
    }
}

fn may_ask(peer: u32, own: u32) -> bool {
    peer == own || peer == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_user_and_root_may_ask() {
        let check = |peer, own, expected| assert_eq!(may_ask(peer, own), expected);
        check(1000, 1000, true);
        check(0, 1000, true);
        check(1001, 1000, false);
        check(1000, 0, false);
    }
}
