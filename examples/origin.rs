//! A real HTTP/1.1 target to put behind the examples: it answers every request with what it
//! received, as text. It keeps within its bounds whatever it is sent, and never ends by itself.
//!
//!     origin [--address 127.0.0.1:0] [--name origin]
//!
//! The first line that it prints is the address that it listens on.
#![forbid(unsafe_code)]

use std::fmt::Write as _;
use std::io::{self, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use message::{Body, Head, read_head, skip_body};

/// Connections that are served at once; one more is closed.
const CONNECTIONS_MAX: usize = 1024;
/// How long a connection may rest, in seconds.
const IDLE_SECONDS: u64 = 120;
/// Stack of a connection's thread, in bytes.
const STACK_BYTES: usize = 256 * 1024;

const USAGE: &str = "usage: origin [--address 127.0.0.1:0] [--name origin]";

fn main() -> ExitCode {
    let (mut address, mut name) = ("127.0.0.1:0".to_owned(), "origin".to_owned());
    let mut arguments = std::env::args().skip(1);
    while let Some(option) = arguments.next() {
        match (option.as_str(), arguments.next()) {
            ("--address", Some(value)) => address = value,
            ("--name", Some(value)) if value.bytes().all(|byte| byte.is_ascii_graphic()) => {
                name = value;
            }
            _ => {
                eprintln!("{USAGE}");
                return ExitCode::from(2);
            }
        }
    }
    let Err(error) = listen(&address, &name.into());
    eprintln!("origin: {address}: {error}");
    ExitCode::from(2)
}

/// Accepts for ever.
fn listen(address: &str, name: &Arc<str>) -> io::Result<std::convert::Infallible> {
    let listener = TcpListener::bind(address)?;
    writeln!(io::stdout(), "{}", listener.local_addr()?)?;
    let open = Arc::new(AtomicUsize::new(0));
    for number in 1_u64.. {
        let Ok((stream, _)) = listener.accept() else {
            // Gone before it was accepted, or no descriptor free: others give theirs back.
            thread::yield_now();
            continue;
        };
        let (name, open) = (Arc::clone(name), Arc::clone(&open));
        if open.load(Ordering::Relaxed) >= CONNECTIONS_MAX {
            continue;
        }
        open.fetch_add(1, Ordering::Relaxed);
        let counted = Counted(open);
        // No thread to be had: the connection is dropped, and the next one may fare better.
        let _ = thread::Builder::new().stack_size(STACK_BYTES).spawn(move || {
            let _counted = counted;
            // A client that goes away in the middle is no event here.
            let _ = serve(&stream, number, &name);
        });
    }
    Err(io::ErrorKind::Other.into())
}

/// An open connection; counts it out when it ends.
struct Counted(Arc<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Answers the requests of one connection until one of the sides has had enough.
fn serve(stream: &TcpStream, number: u64, name: &str) -> io::Result<()> {
    let idle = Some(Duration::from_secs(IDLE_SECONDS));
    stream.set_read_timeout(idle)?;
    stream.set_write_timeout(idle)?;
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream);
    for request in 1_u64.. {
        let received = receive(&mut reader, stream);
        let (head, length) = match received {
            Ok(Some(received)) => received,
            Ok(None) => break,
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                let answer = format!("malformed: {error}\n");
                return answer_with(stream, "400 Bad Request", name, &answer, true, false);
            }
            Err(error) => return Err(error),
        };
        let mut text = format!("target {name}, connection {number}, request {request}\n");
        let _ = writeln!(text, "{}", head.first);
        for (name, value) in &head.fields {
            let _ = writeln!(text, "{name}: {value}");
        }
        let _ = writeln!(text, "\nbody: {length} bytes");
        let is_last = is_last(&head);
        let is_head = head.first.starts_with("HEAD ");
        answer_with(stream, "200 OK", name, &text, is_last, is_head)?;
        if is_last {
            break;
        }
    }
    Ok(())
}

/// One request: its head and the length of its body.
fn receive(
    reader: &mut BufReader<&TcpStream>,
    mut stream: &TcpStream,
) -> io::Result<Option<(Head, u64)>> {
    let Some(head) = read_head(reader)? else { return Ok(None) };
    if head.first.split(' ').count() != 3 {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "no request line"));
    }
    let body = head.body()?;
    if body != Body::None && head.says("expect", "100-continue") {
        stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
    }
    let length = skip_body(reader, body)?;
    Ok(Some((head, length)))
}

fn is_last(head: &Head) -> bool {
    let is_old = !head.first.ends_with(" HTTP/1.1");
    head.says("connection", "close") || is_old && !head.says("connection", "keep-alive")
}

fn answer_with(
    mut stream: &TcpStream,
    status: &str,
    name: &str,
    text: &str,
    is_last: bool,
    is_head: bool,
) -> io::Result<()> {
    let connection = if is_last { "close" } else { "keep-alive" };
    let mut answer = format!(
        "HTTP/1.1 {status}\r\ncontent-type: text/plain; charset=utf-8\r\nx-target: {name}\r\n\
         connection: {connection}\r\ncontent-length: {}\r\n\r\n",
        text.len()
    );
    if !is_head {
        answer.push_str(text);
    }
    stream.write_all(answer.as_bytes())
}

#[cfg(test)]
mod tests {
    use std::io::Read;
    use std::net::Shutdown;

    use super::*;

    /// What a target answers to these bytes, on a connection of their own.
    fn answers(bytes: &[u8]) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let mut client = TcpStream::connect(address).expect("a connection");
        let (stream, _) = listener.accept().expect("the connection");
        thread::scope(|scope| {
            scope.spawn(move || serve(&stream, 1, "a"));
            client.write_all(bytes).expect("room to write");
            client.shutdown(Shutdown::Write).expect("an open connection");
            let mut text = String::new();
            client.read_to_string(&mut text).expect("text");
            text
        })
    }

    #[test]
    fn serve_pipelined_requests_are_told_in_order() {
        let text = answers(
            b"POST /one HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc\
              GET /two HTTP/1.1\r\nHost: h\r\n\r\n",
        );
        let first =
            text.find("request 1\nPOST /one HTTP/1.1\nHost: h\nContent-Length: 3\n\nbody: 3");
        let second = text.find("request 2\nGET /two HTTP/1.1\nHost: h\n\nbody: 0 bytes");
        assert!(first.is_some() && first < second, "{text}");
        assert_eq!(text.matches("connection: keep-alive").count(), 2, "{text}");
    }

    #[test]
    fn serve_head_and_last_requests_end_as_they_should() {
        let head = answers(b"HEAD / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
        assert!(head.ends_with("\r\n\r\n") && head.contains("connection: close"), "{head}");
        let old = answers(b"GET / HTTP/1.0\r\n\r\nGET /again HTTP/1.0\r\n\r\n");
        assert_eq!(old.matches("HTTP/1.1 200").count(), 1, "{old}");
    }

    #[test]
    fn serve_malformed_requests_are_400_and_the_end() {
        let check = |bytes: &[u8]| {
            let text = answers(bytes);
            assert!(text.starts_with("HTTP/1.1 400 ") && text.contains("malformed"), "{text}");
            assert_eq!(text.matches("HTTP/1.1 ").count(), 1, "{text}");
        };
        check(b"GET /\r\n\r\nGET / HTTP/1.1\r\n\r\n");
        check(b"GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n");
        check(b"GET / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n");
        check(b"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n");
    }
}
