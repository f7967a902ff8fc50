//! Expressions lowered, read back and evaluated: what route, certificate and time give, and what holds
//! for every program.

use std::net::IpAddr;

use pointsman_routing::expression::{Place, Scope, evaluate};
use pointsman_routing::{
    Canonical, Captures, ClientCert, FieldIndex, Fields, Found, PathPolicy, Refusal, Request, find,
    write_field, write_target,
};
use pointsman_schemas::artifact::layout::{DIGEST_AT, SectionKind};
use pointsman_schemas::artifact::sections::digest;
use pointsman_schemas::artifact::{Artifact, ListenerId, ProgramId};
use pointsman_schemas::limits::PROGRAM_STEPS_MAX;
use proptest::prelude::*;

use super::world::{World, backend};
use crate::grammar::expression;
use crate::model::{Action, Backend, Change, ChangeKind, Changes};
use crate::source::Span;

/// 2024-02-29T23:59:59.999Z.
const NOW_MS: u64 = 1_709_251_199_999;
const CERT: ClientCert<'_> =
    ClientCert { dn: "CN=a/b,O=x", cn: Some("a/b"), issuer_dn: "CN=ca\r\n" };
/// Field lines of the requests.
const HEAD: &[u8] = b"x-name: a/b\r\ncookie: c=d e";

/// Asks `GET h.tld/{id}/a%2Fb?q=..%0A`, with a certificate.
fn with_scope<R>(artifact: &Artifact, id: &str, answer: impl FnOnce(Scope<'_>, &[u8]) -> R) -> R {
    let mut canonical = Canonical::new();
    let path = format!("/{id}/a%2Fb?q=..%0A");
    canonical.set(Some(b"h.tld:81"), path.as_bytes(), PathPolicy::default()).expect("a path");
    let index = [
        FieldIndex { name_at: 0, name_len: 6, value_at: 8, value_len: 3 },
        FieldIndex { name_at: 13, name_len: 6, value_at: 21, value_len: 5 },
    ];
    let request = Request {
        method: b"GET",
        canonical: &canonical,
        fields: Fields::new(HEAD, &index),
        client: IpAddr::from([127, 0, 0, 1]),
        secured: true,
        version: "HTTP/1.1",
        listener: ListenerId(0),
        listener_name: "alpha",
        id: b"1",
        client_cert: Some(CERT),
        now_ms: NOW_MS,
    };
    let mut captures = Captures::new();
    let Found::Route(hit) = find(artifact, &request, &mut captures) else {
        panic!("no route takes it")
    };
    let scope = Scope { artifact, request: &request, captures: &captures, route: Some(hit.route) };
    let mut sent = Vec::new();
    let sent = match write_target(artifact, hit, &captures, &request, &mut sent) {
        Ok(()) => sent,
        Err(refusal) => refusal.as_str().as_bytes().to_vec(),
    };
    answer(scope, &sent)
}

fn sent(artifact: &Artifact, id: &str) -> String {
    with_scope(artifact, id, |_, sent| String::from_utf8_lossy(sent).into_owned())
}

/// A world with routes `one`, which says of itself what it can, and `two`, which says nothing.
fn world(root: &str) -> World {
    let mut world = World::new();
    world.model.backends =
        vec![Backend { rewrite: true, keep_query: false, ..backend("users", root) }];
    let one = world.route("one", &["h.tld/one/:p"]);
    one.name = Some("The one".into());
    one.metadata = [("team", "a/b"), ("unused", "u")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
    world.route("two", &["h.tld/two/:p"]);
    world
}

#[test]
fn shared_root_is_given_what_each_route_says() {
    let root = "/${route.id}/${route.name:-}/${route.metadata.team || route.metadata.no :: none}\
        ?t=${route.metadata.team:}&n=${route.name || route.id}";
    let artifact = world(root).artifact();
    assert_eq!(sent(&artifact, "one"), "/one/The%20one/a%2Fb?t=a/b&n=The%20one");
    assert_eq!(sent(&artifact, "two"), "/two/-/none?t=&n=two");
    assert!(artifact.find_string("u").is_none(), "what nobody asks for is not there");
}

#[test]
fn root_of_one_route_is_text() {
    let root = "/${route.id}/${route.name:-}/${route.metadata.team}?t=${route.metadata.team:}";
    let mut world = world("/");
    world.model.backends.push(Backend {
        rewrite: true,
        keep_query: false,
        ..backend("route:one", root)
    });
    world.model.routes[0].action = Action::Backend(1);
    let artifact = world.artifact();
    assert_eq!(sent(&artifact, "one"), "/one/The%20one/a%2Fb?t=a/b");
    let backend = artifact.backends().find(|one| one.label().starts_with("route:"));
    let backend = backend.expect("the inline backend");
    for program in [Some(backend.root_path()), backend.root_query()].into_iter().flatten() {
        let program = artifact.program(program);
        assert!(program.is_literal() && program.len() == 1);
    }
    assert!(artifact.find_string("team").is_none());
}

#[test]
fn time_and_certificate_are_written_for_their_place() {
    let check = |root: &str, expected: &str| {
        assert_eq!(sent(&world(root).artifact(), "one"), expected, "{root}");
    };
    check("/${now}", "/2024-02-29T23:59:59Z");
    check("/${now.epoch}/${now.epoch_ms}", "/1709251199/1709251199999");
    check("/${now.date}?d=${now.http}", "/2024-02-29?d=Thu,%2029%20Feb%202024%2023:59:59%20GMT");
    check("/${req.client_cert.cn:x}?d=${req.client_cert.dn:}", "/a%2Fb?d=CN%3Da/b,O%3Dx");
    check("/${req.client_cert.issuer_dn:x}", Refusal::SentControl.as_str());
    check("/x?i=${req.client_cert.issuer_dn:x}", "/x?i=CN%3Dca%0D%0A");
}

#[test]
fn fields_are_given_what_the_route_says() {
    let mut world = world("/");
    let changes = ["${route.id} ${route.name}", "${route.metadata.team} ${req.client_cert.cn:-}"];
    let changes = changes.into_iter().enumerate().map(|(at, text)| Change {
        kind: ChangeKind::Set,
        name: format!("x-{at}"),
        value: expression::parse(text).expect(text),
        span: Span::default(),
    });
    let changes = Changes { request: changes.collect(), response: Vec::new() };
    world.model.routes[0].changes = Some(Box::new(changes));
    let artifact = world.artifact();
    with_scope(&artifact, "one", |scope, _| {
        let mut operations = artifact.request_changes(scope.route.expect("a route"));
        for expected in ["one The one", "a/b a/b"] {
            let mut out = Vec::new();
            let operation = operations.next().expect("a change");
            let program = artifact.program(operation.program.expect("a value"));
            write_field(operation, scope, &mut out).expect("a value");
            assert_eq!(String::from_utf8_lossy(&out), expected);
            assert_eq!(program.is_literal(), expected.starts_with("one"));
        }
    });
}

/// Evaluates every program for every place, and asserts what holds for each.
fn evaluate_all(artifact: &Artifact) {
    let longest = artifact.section(SectionKind::STRING_BYTES).len() + 256;
    with_scope(artifact, "one", |scope, _| {
        for (number, place) in (0..artifact.program_count())
            .flat_map(|number| [Place::Path, Place::Query, Place::Header].map(|at| (number, at)))
        {
            let program = artifact.program(ProgramId(number as u32));
            assert!(program.len() <= PROGRAM_STEPS_MAX);
            let mut out = Vec::new();
            let done = evaluate(program, scope, place, &mut out);
            // No byte of a value takes more than three.
            assert!(out.len() <= program.len() * longest * 3);
            assert!(matches!(done, Ok(()) | Err(Refusal::SentControl)));
        }
    });
}

const NAMES: [&str; 21] = [
    "req.path",
    "req.host",
    "req.domain",
    "req.method",
    "req.protocol",
    "req.ip",
    "req.listener",
    "req.id",
    "req.query.q:",
    "req.headers.x-name:d",
    "req.cookies.c || req.cookies.no :: d/e",
    "req.pathparams.p:n",
    "req.client_cert.dn:none",
    "req.client_cert.cn || route.name :: }",
    "req.client_cert.issuer_dn:",
    "route.id",
    "route.name || route.metadata.team || now",
    "route.metadata.team:x y",
    "now",
    "now.http",
    "now.epoch_ms",
];

proptest! {
    #[test]
    fn program_of_any_names_stays_one_value_in_its_place(
        parts in prop::collection::vec((0..NAMES.len(), "[a-z/%?&= ]{0,3}"), 1..12),
    ) {
        let text: String =
            parts.iter().map(|(name, text)| format!("{text}${{{}}}", NAMES[*name].replace('}', "\\}"))).collect();
        let world = world(&format!("/{text}"));
        let artifact = world.artifact();
        evaluate_all(&artifact);
        let sent = sent(&artifact, "one");
        let (path, query) = sent.split_once('?').unwrap_or((&sent, ""));
        let is_refused = !sent.starts_with('/');
        for (part, also) in [(path, "/%"), (query, "/%?&=")] {
            let fits = |byte: u8| byte.is_ascii_graphic() && (byte != b'#') || also.as_bytes().contains(&byte);
            prop_assert!(is_refused || part.bytes().all(fits), "{text} {sent}");
        }
    }

    /// Operations that no compiler wrote: refused when they are read, or evaluated to their end.
    #[test]
    fn program_of_any_operations_is_refused_or_ends(
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0_u8..30, 0_u8..4, 0_u32..40), 1..6),
    ) {
        let root = "/${req.query.q || route.name || route.metadata.team :: d}/x/${now}/${req.path}";
        let mut bytes = world(root).bytes();
        let artifact = Artifact::from_bytes(bytes.clone()).expect("what was just written");
        let section = artifact.section_list().find(|one| one.kind == SectionKind::OPERATIONS);
        let section = section.expect("operations");
        for (at, kind, skip, argument) in changes {
            let at = section.offset as usize + 8 * at.index(section.count as usize);
            bytes[at..at + 2].copy_from_slice(&[kind, skip]);
            let argument = if argument > 30 { u32::MAX } else { argument };
            bytes[at + 4..at + 8].copy_from_slice(&argument.to_le_bytes());
        }
        let digest = digest(&bytes);
        bytes[DIGEST_AT..DIGEST_AT + 32].copy_from_slice(&digest);
        if let Ok(artifact) = Artifact::from_bytes(bytes) {
            evaluate_all(&artifact);
        }
    }
}
