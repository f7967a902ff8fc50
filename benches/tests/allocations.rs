//! The hot path allocates nothing once its scratch has grown: counted, not believed.
#![allow(unsafe_code)] // a counting allocator is unsafe to write; this test alone links it

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::net::IpAddr;

use pointsman_benches::exchange::{LIMITS, keep_alive_get, upload};
use pointsman_benches::http1::{ANSWER, BROWSER, SMALL, many_fields};
use pointsman_benches::lookup::{Round, Worker};
use pointsman_benches::model::artifact_bytes;
use pointsman_benches::routes::{Kind, Wanted, requests};
use pointsman_control::record::{Protocol, Record};
use pointsman_core::fault::Side;
use pointsman_core::fields::forwarded::{Forwarding, IpText};
use pointsman_core::fields::name::Underscores;
use pointsman_core::fields::via::ViaId;
use pointsman_core::http1::chunked::{ChunkedDecoder, Step, write_chunk_head};
use pointsman_core::http1::client::parse_response;
use pointsman_core::http1::encode::{
    OutgoingRequest, OutgoingResponse, Persistence, write_request_head, write_response_head,
};
use pointsman_core::http1::framing::Version;
use pointsman_core::http1::head::{HeadLimits, HeadScan};
use pointsman_core::http1::server::parse_request;
use pointsman_routing::Found;
use pointsman_schemas::artifact::Artifact;

/// The system's allocator, and a count of what each thread asks of it.
struct Counting;

thread_local! {
    static ASKED: Cell<u64> = const { Cell::new(0) };
}

fn count() {
    // A thread that is ending has no counter any more; nothing is measured there.
    let _ = ASKED.try_with(|asked| asked.set(asked.get() + 1));
}

// SAFETY: every call goes on to the system's allocator as it came; the counter is a plain cell of
// the thread and allocates nothing itself.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller keeps the contract of `alloc`, which is the same.
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller keeps the contract of `alloc_zeroed`, which is the same.
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        // SAFETY: the caller keeps the contract of `realloc`; the block is the system's own.
        unsafe { System.realloc(block, layout, size) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps the contract of `dealloc`; the block is the system's own.
        unsafe { System.dealloc(block, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Times the work is done while it is counted.
const TIMES: usize = 100;

/// Does the work a few times to grow its scratch, then asserts that it asks for no memory.
#[track_caller]
fn assert_none<T>(what: &str, mut work: impl FnMut() -> T) {
    for _ in 0..3 {
        std::hint::black_box(work());
    }
    let before = ASKED.get();
    for _ in 0..TIMES {
        std::hint::black_box(work());
    }
    let asked = ASKED.get() - before;
    assert_eq!(asked, 0, "{what}: {asked} allocations in {TIMES} times");
}

fn limits() -> HeadLimits {
    HeadLimits::request(32 * 1024, 100, 8 * 1024, Underscores::Drop)
}

#[test]
fn counter_counts_what_is_allocated() {
    let before = ASKED.get();
    std::hint::black_box(vec![1_u8; 100]);
    assert_eq!(ASKED.get() - before, 1);
}

#[test]
fn canonical_form_and_find_of_any_kind_allocate_nothing() {
    for (kind, name) in Kind::ALL {
        let artifact = Artifact::from_bytes(artifact_bytes(kind, 1000)).expect("an artifact");
        let requests = requests(kind, 1000, 200, 1);
        let mut worker = Worker::default();
        let mut round = Round::new(&requests);
        assert_none(name, || {
            for _ in &requests {
                worker.read(round.next_request()).expect("a right request");
                assert!(matches!(worker.find(&artifact), Found::Route(_)));
            }
        });
    }
}

#[test]
fn find_that_finds_nothing_allocates_nothing() {
    let bytes = artifact_bytes(Kind::Interface, 1000);
    let artifact = Artifact::from_bytes(bytes).expect("an artifact");
    let mut worker = Worker::default();
    let wanted = |host: &str, path: &str| Wanted {
        host: host.to_owned(),
        path: path.to_owned(),
        id: String::new(),
    };
    let requests = [
        wanted("API.example.test:8080", "/svc-00000/%72epos/a/b/git/nowhere"),
        wanted("nobody.example.test", "/"),
        wanted("api.example.test", "/a//b/"),
    ];
    let mut round = Round::new(&requests);
    assert_none("nothing found", || {
        for _ in &requests {
            worker.read(round.next_request()).expect("a right request");
            assert_eq!(worker.find(&artifact), Found::NoRoute);
        }
    });
    let mut round = Round::new(&[wanted("api.example.test", "/../etc")]);
    assert_none("refused", || assert!(worker.read(round.next_request()).is_err()));
}

#[test]
fn request_head_is_parsed_and_sent_on_without_allocation() {
    let many = many_fields();
    for (name, bytes) in [("small", SMALL), ("browser", BROWSER), ("64 fields", &many[..])] {
        let (mut index, mut out) = (Vec::new(), Vec::new());
        let id = ViaId::new(7);
        assert_none(name, || {
            let cut = HeadScan::new().advance(bytes, &limits()).expect("right").expect("whole");
            let head = parse_request(&bytes[cut.start..cut.end], &mut index, &limits());
            let head = head.expect("a right head");
            let peer = IpText::of(IpAddr::from([192, 0, 2, 1]));
            let forwarding = Forwarding {
                peer: &peer,
                client: &peer,
                trusted: false,
                secured: false,
                host: head.host,
                port: 80,
            };
            out.clear();
            let outgoing = OutgoingRequest {
                method: head.method,
                target: b"/v1/users/42/bills?x=1",
                version: Version::Http11,
                host: b"target.internal:8080",
                fields: head.fields,
                seen: head.seen,
                names_fields: head.connection.names_fields,
                body: head.body,
                expect_continue: false,
                accepts_trailers: false,
                forwarding: &forwarding,
                via: Some((&id, head.version)),
                request_id: b"4b1f6a7c8d9e0f1a",
                persistence: Persistence::Keep,
            };
            write_request_head(&mut out, &outgoing);
            out.len()
        });
    }
}

#[test]
fn response_head_is_parsed_and_sent_on_without_allocation() {
    let limits = HeadLimits::response(Underscores::Drop);
    let (mut index, mut out) = (Vec::new(), Vec::new());
    assert_none("response", || {
        let cut = HeadScan::new().advance(ANSWER, &limits).expect("right").expect("whole");
        let head = parse_response(&ANSWER[cut.start..cut.end], &mut index, b"GET", &limits);
        let head = head.expect("a right head");
        out.clear();
        let outgoing = OutgoingResponse {
            status: head.status,
            reason: head.reason,
            fields: head.fields,
            seen: head.seen,
            names_fields: head.connection.names_fields,
            body: head.body,
            client_version: Version::Http11,
            persistence: Persistence::Keep,
            date: b"Sun, 06 Nov 1994 08:49:37 GMT",
        };
        write_response_head(&mut out, &outgoing);
        out.len()
    });
}

#[test]
fn chunked_body_is_decoded_and_framed_without_allocation() {
    let body = b"5;x=y\r\nhello\r\n400\r\n";
    let data = [b'x'; 1024];
    let bytes = [&body[..], &data, b"\r\n0\r\n\r\n"].concat();
    let mut decoder = ChunkedDecoder::new(Side::Client, Underscores::Drop);
    let mut out = Vec::new();
    assert_none("chunks", || {
        decoder.reset();
        out.clear();
        let mut at = 0;
        loop {
            match decoder.next(&bytes[at..]).expect("a right body") {
                Step::Data { skip, len } => {
                    write_chunk_head(len, &mut out);
                    at += skip + len;
                }
                Step::NeedMore { consumed } => at += consumed,
                Step::End { .. } => return at,
            }
        }
    });
}

#[test]
fn exchange_of_any_kind_allocates_nothing() {
    assert_none("keep-alive GET", || assert!(keep_alive_get(LIMITS)));
    assert_none("upload", || assert!(upload(LIMITS, 64)));
}

#[test]
fn record_of_the_access_log_is_encoded_without_allocation() {
    let record = Record {
        time_us: 1_700_000_000_123_456,
        request_id: b"4b1f6a7c8d9e0f1a",
        client: ([192, 0, 2, 7], 50123).into(),
        listener: "web",
        protocol: Protocol::Http11,
        tls: None,
        method: b"GET",
        host: b"shop.tld",
        path: b"/api/users/42",
        status: 200,
        route: "bills",
        backend: "users",
        target: "a",
        attempts: 1,
        received_bytes: 0,
        sent_bytes: 512,
        total_us: 1834,
        connect_us: None,
        first_byte_us: Some(1500),
        reason: "",
        referer: b"",
        user_agent: b"curl/8",
    };
    let mut batch = Vec::new();
    assert_none("record", || {
        batch.clear();
        record.encode(&mut batch);
        batch.len()
    });
}
