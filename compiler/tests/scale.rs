//! Large configurations: time grows with the number of routes, and does not explode. Figures are
//! taken by benches; here a bound is held that only a quadratic pass would break.

use std::fmt::Write as _;
use std::time::Instant;

use crate::configuration::compile_text;

/// The pattern of a route, by its number.
type Pattern = fn(usize) -> String;

fn large(routes: usize, pattern: impl Fn(usize) -> String) -> String {
    let mut text = "version = 1\n[listeners.web]\naddress = \"[::]:80\"\n\
        [backends.b]\ntargets = [{ id = \"t\", host = \"t.tld\", port = 80 }]\n"
        .to_owned();
    for route in 0..routes {
        let _ = write!(
            text,
            "[[routes]]\nid = \"r{route}\"\nmatch = [\"{}\"]\nbackend = \"b\"\n",
            pattern(route)
        );
    }
    text
}

/// Milliseconds for a configuration without errors.
#[expect(clippy::disallowed_methods, reason = "two runs are compared with each other")]
fn sound_ms(text: &str) -> u128 {
    let begun = Instant::now();
    let outcome = compile_text(text);
    let took = begun.elapsed().as_millis();
    let first = outcome.findings.iter().next().map(|finding| finding.message.clone());
    assert_eq!(first, None);
    took
}

#[test]
fn compile_shapes_of_many_routes_is_not_quadratic() {
    let shapes: [(&str, Pattern); 4] = [
        ("paths of one host", |n| format!("one.tld/p{n}/:id")),
        ("hosts", |n| format!("h{n}.tld")),
        ("wildcard suffixes", |n| format!("*.h{n}.tld/x")),
        ("constraints", |n| format!("one.tld/p{n}/$id<[0-9]+>/$n<[a-z]+>")),
    ];
    for (name, pattern) in shapes {
        let (small, large) = (large(500, pattern), large(8_000, pattern));
        let (small_ms, large_ms) = (sound_ms(&small).max(20), sound_ms(&large));
        // 16 times as many; a quadratic pass would take 256 times as long.
        assert!(large_ms < small_ms * 100, "{name}: {small_ms} ms, then {large_ms} ms");
    }
}

#[test]
fn compile_many_findings_shows_a_hundred_and_counts_the_rest() {
    let text = large(3_000, |_| "one.tld/x".to_owned());
    let outcome = compile_text(&text);
    assert_eq!(outcome.findings.errors(), 2_999);
    assert_eq!(outcome.findings.shown().len(), 100);
    assert_eq!(outcome.findings.hidden(), 2_899);
}
