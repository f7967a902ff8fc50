//! What a proxied request allocates on its worker once that is warm: nothing, with the access log
//! off and with it on. A worker runs on a thread of this process whose allocations are counted.

#![expect(unsafe_code, reason = "an allocator that counts is unsafe to implement")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use pointsman_compiler::{compile, document};
use pointsman_control::command::{Command, ListenerKey, WorkerPort};
use pointsman_core::fields::via::ViaId;
use pointsman_dataplane::bind::Bound;
use pointsman_dataplane::driver::Driver;
use pointsman_dataplane::shard::Given;
use pointsman_dataplane::worker::{self, Start};

struct Counting;

static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);

thread_local! {
    static IS_COUNTED: Cell<bool> = const { Cell::new(false) };
}

fn count() {
    // At the end of a thread its locals are gone; what is allocated then is not of a request.
    if IS_COUNTED.try_with(Cell::get).unwrap_or(false) {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
    }
}

// SAFETY: every call is handed on to the system's allocator as it is.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller keeps the contract of `alloc`, which is the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps the contract of `dealloc`, which is the same.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        // SAFETY: the caller keeps the contract of `realloc`, which is the same.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Answers every request with the same few bytes, on kept connections.
fn origin() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            thread::spawn(move || {
                let mut buffer = [0; 4096];
                while matches!(stream.read(&mut buffer), Ok(1..)) {
                    let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
                    if stream.write_all(answer).is_err() {
                        return;
                    }
                }
            });
        }
    });
    address
}

fn configuration(target: SocketAddr, log: &str) -> String {
    format!(
        r#"
version = 1
[logs]
access = "{log}"
[listeners.web]
address = "127.0.0.1:0"
[[routes]]
id = "bills"
match = ["shop.test/api/users/$id<[0-9]+>/bills"]
backend = "users"
[backends.users]
root = "/v1/${{req.pathparams.id}}/all"
rewrite = true
targets = [{{ id = "a", host = "{}", port = {} }}]
"#,
        target.ip(),
        target.port()
    )
}

/// A worker on a thread of its own, whose allocations are counted.
struct Running {
    address: SocketAddr,
    port: WorkerPort,
    thread: thread::JoinHandle<()>,
    _folder: tempfile::TempDir,
}

fn start(driver: Driver, log: &str) -> Running {
    let folder = tempfile::tempdir().expect("a folder");
    let log = match log {
        "off" => "off".to_owned(),
        _ => format!("file:{}", folder.path().join("access.log").display()),
    };
    let toml = folder.path().join("pointsman.toml");
    std::fs::write(&toml, configuration(origin(), &log)).expect("a file");
    let loaded = document::load::load_path(&toml).expect("a configuration");
    let artifact = compile::compile(loaded, 0).artifact.expect("an artifact");
    let file = folder.path().join("edge.artifact");
    std::fs::write(&file, artifact).expect("a file");
    let boot = pointsman_control::boot(pointsman_control::Options {
        artifact: file,
        state: folder.path().join("state"),
        admin: None,
        strict: true,
        trust: pointsman_control::Trust::default(),
    })
    .expect("an artifact that serves");
    let key =
        ListenerKey { name: "web".to_owned(), address: "127.0.0.1:0".parse().expect("an address") };
    let bound = Bound::new(key, &[], 1).expect("a port");
    let port = WorkerPort::new();
    let given = Given {
        driver,
        inbox: port.inbox(),
        snapshot: boot.snapshot(),
        log: boot.log_hub().port(),
        seed: 7,
        via: ViaId::new(1),
    };
    let start = Start {
        cpu: None,
        given,
        sockets: vec![bound.for_worker(0).expect("a socket")],
        is_restart: false,
    };
    let thread = thread::spawn(move || {
        IS_COUNTED.set(true);
        // Moved in: the log's writer lives as long as the worker.
        let _boot = boot;
        worker::run(start).expect("a worker");
    });
    Running { address: bound.address, port, thread, _folder: folder }
}

fn ask(stream: &mut TcpStream, times: usize) {
    let mut buffer = [0; 4096];
    for _ in 0..times {
        stream
            .write_all(
                b"GET /api/users/42/bills?x=1 HTTP/1.1\r\nHost: shop.test\r\nAccept: */*\r\n\r\n",
            )
            .expect("a request");
        let mut answer = Vec::new();
        while !answer.ends_with(b"hello") {
            let count = stream.read(&mut buffer).expect("an answer");
            assert!(count > 0, "the connection was closed");
            answer.extend_from_slice(&buffer[..count]);
        }
        assert!(answer.starts_with(b"HTTP/1.1 200"));
    }
}

fn allocations_per_request(driver: Driver, log: &str) -> f64 {
    const WARM: usize = 300;
    const COUNTED: usize = 2000;
    let running = start(driver, log);
    let mut stream = TcpStream::connect(running.address).expect("a connection");
    stream.set_nodelay(true).expect("an option");
    ask(&mut stream, WARM);
    let before = ALLOCATIONS.load(Ordering::Relaxed);
    ask(&mut stream, COUNTED);
    let after = ALLOCATIONS.load(Ordering::Relaxed);
    drop(stream);
    assert!(running.port.send(Command::Stop).is_ok());
    running.thread.join().expect("a worker that ends");
    (after - before) as f64 / COUNTED as f64
}

/// One test, since both count with the same allocator.
#[test]
fn proxied_request_on_a_warm_worker_allocates_nothing() {
    for driver in [Driver::IoUring, Driver::Epoll] {
        if driver == Driver::IoUring && worker::probe_io_uring().is_err() {
            // Said aloud, since a container without io_uring proves half of it only.
            println!("no io_uring here: only epoll is counted");
            continue;
        }
        let off = allocations_per_request(driver, "off");
        assert!(off == 0.0, "{driver:?}, log off: {off} allocations a request");
        let on = allocations_per_request(driver, "file");
        // The tick and the hand-over of a batch, not the request, may still make a buffer.
        assert!(on < 0.01, "{driver:?}, log on: {on} allocations a request");
    }
}
