//! The known faults of monoio-http 0.3.12, replayed: it still has them, and we do not. Should one be
//! mended, the test says so, and what we say about that crate must change.

use std::panic::catch_unwind;
use std::process::Command;

use monoio_http::h1::codec::decoder::DecodeError;
use pointsman_differential::{legacy, ours, requests, responses};

/// A connection's bytes: what monoio-http makes of them, and what we do.
fn check_request(name: &str, its: &str, ours: &str) {
    let bytes = requests::named(name);
    assert_eq!(legacy::read_requests(&bytes).to_string(), its, "monoio-http: {name}");
    assert_eq!(ours::read_requests(&bytes).to_string(), ours, "ours: {name}");
}

fn check_response(name: &str, its: &str, ours: &str) {
    let input = responses::named(name);
    assert_eq!(legacy::read_responses(&input.bytes).to_string(), its, "monoio-http: {name}");
    let found = ours::read_response(input.method, &input.bytes);
    assert_eq!(found.to_string(), ours, "ours: {name}");
}

#[test]
fn faults_that_smuggle_a_request_are_still_there_and_not_ours() {
    //= RFC 9112 §6.3
    let smuggled = "POST / HTTP/1.1; GET /next HTTP/1.1; idle";
    // Both fields are kept and the connection stays open.
    check_request("length, then coding", smuggled, "refused 400");
    check_request("coding, then length", smuggled, "refused 400");
    // The first of two lengths wins.
    check_request("length 0, then 36", smuggled, "refused 400");
    // An empty line in place of a size ends the body.
    check_request("empty size", smuggled, "POST / HTTP/1.1 broken; closed");
    check_request("coding in HTTP/1.0", "POST / HTTP/1.0; GET /next HTTP/1.0; idle", "refused 400");
    // Only the first line of the coding counts: the body is read as the next request.
    check_request("identity, then chunked", "POST / HTTP/1.1; refused 0", "refused 400");
    check_request("chunked, then another", "POST / HTTP/1.1; idle", "refused 400");
    check_request("identity with a length", "POST / HTTP/1.1 [hello]; idle", "refused 400");
    // The head is cut at one place and parsed to another: what lies between vanishes.
    check_request("head that ends with CR LF LF", "GET / HTTP/1.1; idle", "refused 400");
    check_request(
        "head that ends with two line feeds",
        "POST / HTTP/1.1 broken; closed",
        "refused 400",
    );
}

#[test]
fn faults_of_persistence_and_chunks_are_still_there_and_not_ours() {
    //= RFC 9112 §9.3
    let both = "GET / HTTP/1.1; GET /next HTTP/1.1; idle";
    check_request("connection close", both, "GET / HTTP/1.1; closed");
    check_request("HTTP/1.0", "GET / HTTP/1.0; GET /next HTTP/1.0; idle", "GET / HTTP/1.0; closed");
    //= RFC 9112 §7.1.1
    let broken = "POST / HTTP/1.1 broken; closed";
    check_request("chunk extension", broken, "POST / HTTP/1.1 [hello]; idle");
    //= RFC 9112 §7.1.2
    check_request("trailers", broken, "POST / HTTP/1.1 [hello]; GET /next HTTP/1.1; idle");
    //= RFC 9112 §3.2
    check_request("no Host", "GET / HTTP/1.1; idle", "refused 400");
    check_request("two Hosts", "GET / HTTP/1.1; idle", "refused 400");
    check_request("fragment", "GET /a HTTP/1.1; idle", "refused 400");
    // 96 fields, whatever the configuration says.
    check_request("97 fields", "refused 0", "GET / HTTP/1.1; idle");
    // And no limit in bytes.
    check_request("value of 1 MB", "GET / HTTP/1.1; idle", "refused 431");
}

#[test]
fn faults_that_poison_a_pool_are_still_there_and_not_ours() {
    //= RFC 9112 §6.3
    // A body that ends with the connection is dropped, and read as the next answer.
    check_response("until close", "200; refused 0", "200 [all of it]; closed");
    check_response(
        "until close, looks like an answer",
        "200; 200; idle",
        r"200 [HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n]; closed",
    );
    check_response("surplus bytes", "200 [ok]; 200 [bad]; idle", "200 [ok]; closed");
    // An interim answer counts as the answer: all that follow are one too early.
    check_response("100 first", "100; 200 [ok]; idle", "200 [ok]; idle");
    check_response("103 first", "103; 200 [ok]; idle", "200 [ok]; idle");
    check_response("two lengths", "200 [ok]; idle", "refused 0");
    check_response("length and coding", "200 [ok]; idle", "refused 0");
    check_response("connection close", "200 [ok]; idle", "200 [ok]; closed");
    check_response("HTTP/1.0", "200 [ok]; idle", "200 [ok]; closed");
}

#[test]
fn faults_that_wait_for_ever_are_still_there_and_not_ours() {
    //= RFC 9112 §6.3
    // It waits for a body that never comes; here the connection's end ends the wait.
    check_response("204 with a length", "204 broken; closed", "204; idle");
    check_response("304 with a length", "304 broken; closed", "304; idle");
    check_response("304 with a coding", "304 broken; closed", "304; idle");
    check_response("HEAD with a length", "200 broken; closed", "200; idle");
    check_response("HEAD with a coding", "200 broken; closed", "200; idle");
    check_response("chunks with trailers", "200 broken; closed", "200 [ok]; idle");
    check_response("chunk extension", "200 broken; closed", "200 [ok]; idle");
}

#[test]
fn long_name_still_panics_there_and_is_refused_here() {
    let request = requests::named("name of 70,000 bytes");
    assert!(catch_unwind(|| legacy::read_requests(&request)).is_err(), "mended");
    assert_eq!(ours::read_requests(&request).to_string(), "refused 431");
    let response = responses::named("name of 70,000 bytes").bytes;
    assert!(catch_unwind(|| legacy::read_responses(&response)).is_err(), "mended");
    assert_eq!(ours::read_response("GET", &response).to_string(), "refused 0");
}

/// Tells the process that it is the one to be killed.
const VICTIM: &str = "POINTSMAN_DIFFERENTIAL_VICTIM";

#[test]
fn cloned_error_still_overflows_the_stack_there() {
    if std::env::var_os(VICTIM).is_some() {
        // Never returns: the clone clones itself.
        drop(std::hint::black_box(&DecodeError::Header).clone());
        return;
    }
    let own = std::env::current_exe().expect("the test's own file");
    let ended = Command::new(own)
        .args(["--exact", "faults::cloned_error_still_overflows_the_stack_there"])
        .env(VICTIM, "1")
        .output()
        .expect("the test runs itself");
    assert!(!ended.status.success(), "mended");
    // No code: a signal ended it.
    assert_eq!(ended.status.code(), None, "{}", String::from_utf8_lossy(&ended.stderr));
}
