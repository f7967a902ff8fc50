//! A load loop for the demonstration: keep-alive connections that send one request after another,
//! and count what a swap must not cost: errors, and connections closed by the other side.
//!
//!     load --address 127.0.0.1:8080 --url http://HOST/PATH [--connections 16] [--seconds 4]
//!
//! It measures no speed: use a real load generator for that.
#![forbid(unsafe_code)]

use std::collections::BTreeMap;
use std::io::{self, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

use message::{Body, read_head};

/// Longest answer that is looked at, in bytes.
const ANSWER_BYTES_MAX: u64 = 1024 * 1024;
/// Different answers that are told apart.
const ANSWERS_MAX: usize = 16;
/// How long one answer may take, in seconds.
const ANSWER_SECONDS: u64 = 10;

const USAGE: &str =
    "usage: load --address IP:PORT --url http://HOST/PATH [--connections 16] [--seconds 4]";

/// What to send, where, how often at once and for how long.
struct Plan {
    address: String,
    request: Vec<u8>,
    connections: usize,
    duration: Duration,
}

/// What came of it.
#[derive(Default)]
struct Count {
    requests: u64,
    errors: u64,
    closed: u64,
    slowest: Duration,
    /// By the request line that the target says it received.
    answers: BTreeMap<String, u64>,
    first_error: Option<String>,
}

impl Count {
    fn error(&mut self, what: String) {
        self.errors += 1;
        self.first_error.get_or_insert(what);
    }

    fn add(&mut self, other: Self) {
        self.requests += other.requests;
        self.errors += other.errors;
        self.closed += other.closed;
        self.slowest = self.slowest.max(other.slowest);
        for (answer, count) in other.answers {
            *self.answers.entry(answer).or_default() += count;
        }
        self.first_error = self.first_error.take().or(other.first_error);
    }
}

fn main() -> ExitCode {
    let Some(plan) = plan(std::env::args().skip(1)) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let mut total = Count::default();
    thread::scope(|scope| {
        let loops: Vec<_> = (0..plan.connections).map(|_| scope.spawn(|| run(&plan))).collect();
        for one in loops {
            match one.join() {
                Ok(count) => total.add(count),
                Err(_) => total.error("a loop ended early".to_owned()),
            }
        }
    });
    println!("requests {}", total.requests);
    println!("errors {}", total.errors);
    println!("closed {}", total.closed);
    println!("slowest {} ms", total.slowest.as_millis());
    for (answer, count) in &total.answers {
        println!("answers {count} {answer}");
    }
    if let Some(error) = total.first_error {
        println!("first error: {error}");
    }
    ExitCode::from(u8::from(total.requests == 0 || total.errors > 0 || total.closed > 0))
}

fn plan(mut arguments: impl Iterator<Item = String>) -> Option<Plan> {
    let (mut address, mut url, mut connections, mut seconds) = (None, None, 16, 4);
    while let Some(option) = arguments.next() {
        let value = arguments.next()?;
        match option.as_str() {
            "--address" => address = Some(value),
            "--url" => url = Some(value),
            "--connections" => {
                connections = value.parse().ok().filter(|count| (1..=1024).contains(count))?;
            }
            "--seconds" => {
                seconds = value.parse().ok().filter(|count| (1..=3600).contains(count))?
            }
            _ => return None,
        }
    }
    let url = url?;
    let (host, path) = url.strip_prefix("http://")?.split_once('/')?;
    let is_plain = url.bytes().all(|byte| byte.is_ascii_graphic());
    let request = format!("GET /{path} HTTP/1.1\r\nhost: {host}\r\n\r\n").into_bytes();
    let duration = Duration::from_secs(seconds);
    is_plain.then_some(Plan { address: address?, request, connections, duration })
}

/// Asks on one connection, and on a new one when it was closed, until the time is over.
fn run(plan: &Plan) -> Count {
    let mut count = Count::default();
    let end = Instant::now() + plan.duration;
    while Instant::now() < end {
        let connected = TcpStream::connect(&plan.address).and_then(|stream| {
            stream.set_nodelay(true)?;
            stream.set_read_timeout(Some(Duration::from_secs(ANSWER_SECONDS)))?;
            Ok(stream)
        });
        let ended = connected.and_then(|stream| ask_until(plan, &stream, end, &mut count));
        if let Err(error) = ended {
            count.error(error.to_string());
            thread::yield_now();
        }
    }
    count
}

fn ask_until(
    plan: &Plan,
    mut stream: &TcpStream,
    end: Instant,
    count: &mut Count,
) -> io::Result<()> {
    let mut reader = BufReader::new(stream);
    while Instant::now() < end {
        let start = Instant::now();
        let sent = stream.write_all(&plan.request);
        let head = match sent.and_then(|()| read_head(&mut reader)) {
            Ok(Some(head)) => head,
            Ok(None) => {
                count.closed += 1;
                return Ok(());
            }
            Err(error) if is_closed(&error) => {
                count.closed += 1;
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        let Body::Length(length) = head.body()? else {
            return Err(io::Error::other("an answer without a length"));
        };
        let mut body = vec![0; usize::try_from(length.min(ANSWER_BYTES_MAX)).unwrap_or(0)];
        reader.read_exact(&mut body)?;
        count.requests += 1;
        count.slowest = count.slowest.max(start.elapsed());
        if !head.first.starts_with("HTTP/1.1 200 ") {
            count.error(head.first.clone());
        }
        let text = String::from_utf8_lossy(&body);
        let answer = text.lines().nth(1).unwrap_or_default();
        if count.answers.len() < ANSWERS_MAX || count.answers.contains_key(answer) {
            *count.answers.entry(answer.to_owned()).or_default() += 1;
        }
        if head.says("connection", "close") {
            count.closed += 1;
            return Ok(());
        }
    }
    Ok(())
}

/// Whether the other side ended the connection between two answers.
fn is_closed(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe)
}
