//! What is written reads back.

use std::net::IpAddr;

use pointsman_schemas::artifact::{
    AccessLog, Artifact, BackendId, Features, HostHeader, ListenerId, Operation, ReadErrorKind,
    RouteId, SectionKind, SelfTestExpect, Source, TargetProtocol, exercise,
};

use super::small::{PLACES, bytes, bytes_with_metadata};

fn artifact() -> Artifact {
    Artifact::from_bytes(bytes(7, PLACES)).expect("what was just written")
}

#[test]
fn settings_and_listeners_read_back() {
    let artifact = artifact();
    assert_eq!(artifact.generation(), 7);
    assert_eq!(artifact.required_features(), Features::NONE);
    let settings = artifact.settings();
    assert_eq!((settings.head_bytes, settings.via), (32 * 1024, true));
    assert_eq!(settings.access_log, AccessLog::File("access.log"));
    let proxies: Vec<(IpAddr, u8)> = artifact.trusted_proxies().collect();
    assert_eq!(proxies, [(IpAddr::from([0xfd; 16]), 64)]);
    let listener = artifact.listener(ListenerId(0)).expect("one listener");
    assert_eq!((listener.name(), listener.protocols()), ("web", 1));
    let addresses: Vec<String> = listener.addresses().map(|at| at.to_string()).collect();
    assert_eq!(addresses, ["127.0.0.1:80"]);
    assert!(artifact.listener(ListenerId(1)).is_none());
    assert!(artifact.listener_named("web").is_some());
}

#[test]
fn routes_and_backends_read_back() {
    let artifact = artifact();
    assert_eq!(artifact.route_count(), 2);
    let route = artifact.route_named("digits").expect("by its id");
    assert_eq!((route.route_id(), route.name()), (RouteId(0), Some("Only digits")));
    assert_eq!((route.exact(), route.strip_path(), route.priority()), (true, false, -1));
    assert_eq!(route.methods().collect::<Vec<_>>(), ["GET"]);
    let place = route.place().expect("provenance");
    assert_eq!((place.file, place.line), ("routes/a.toml", 3));
    assert!(artifact.route_named("nobody").is_none());
    let backend = artifact.backend(BackendId(0));
    assert_eq!(
        (backend.name(), backend.rewrite(), backend.keep_query()),
        (Some("users"), false, true)
    );
    assert_eq!(backend.host_header(), HostHeader::Client);
    let target = backend.targets().next().expect("one target");
    assert_eq!((target.id(), target.host(), target.port()), ("a", "target.tld", 8080));
    assert_eq!((target.weight(), target.protocol()), (2, TargetProtocol::Http11));
    assert_ne!(target.identity(), backend.identity());
    let program = artifact.program(backend.root_path());
    let name = artifact.find_string("id").expect("a string");
    assert_eq!(program.operation(1), Some(Operation { source: Source::PathParam(name), skip: 0 }));
    assert_eq!((program.len(), program.is_literal()), (2, false));
    assert_eq!(artifact.string(name), "id");
}

#[test]
fn metadata_of_routes_read_back() {
    let artifact = Artifact::from_bytes(bytes_with_metadata()).expect("what was just written");
    let name = artifact.find_string("team").expect("a string");
    let program = artifact.program(artifact.backend(BackendId(0)).root_path());
    let expected = [Source::RouteMetadata(name), Source::RouteName];
    for (index, source) in expected.into_iter().enumerate() {
        assert_eq!(program.operation(index), Some(Operation { source, skip: 0 }));
    }
    for route in artifact.routes() {
        let value = artifact.route_metadata(route.route_id(), name);
        assert_eq!(value, Some(&b"billing"[..]));
    }
    let other = artifact.find_string("users").expect("a string");
    assert_eq!(artifact.route_metadata(RouteId(0), other), None);
    assert_eq!(artifact.route_metadata(RouteId(2), name), None);
    // Names of routes may be skipped only where no program asks for one.
    let is_needed = |artifact: &Artifact| {
        let mut all = artifact.section_list();
        all.find(|one| one.kind == SectionKind::ROUTE_NAMES).map(|one| one.must_understand)
    };
    assert_eq!((is_needed(&artifact), is_needed(&self::artifact())), (Some(true), Some(false)));
    assert!(exercise(&artifact) > 0);
}

#[test]
fn self_test_reads_back() {
    let artifact = artifact();
    let test = artifact.self_tests().next().expect("one");
    assert_eq!((test.method(), test.authority(), test.target()), ("GET", "h.tld", "/users/42"));
    let expected = SelfTestExpect::Route { route: "digits", backend: None, path: None };
    assert_eq!(test.expect(), expected);
    assert_eq!(test.params().collect::<Vec<_>>(), [("id", "42")]);
}

#[test]
fn writer_same_tables_give_the_same_bytes() {
    assert_eq!(bytes(7, PLACES), bytes(7, PLACES));
    assert!(exercise(&artifact()) > 0);
}

#[test]
fn content_id_covers_neither_generation_nor_provenance() {
    let moved = [("other.toml", 400), ("other.toml", 1)];
    let all = [bytes(7, PLACES), bytes(8, PLACES), bytes(7, &moved)];
    let all = all.map(|bytes| Artifact::from_bytes(bytes).expect("an artifact"));
    assert_eq!(all[0].content_id(), all[1].content_id());
    assert_eq!(all[0].content_id(), all[2].content_id());
    assert_ne!(all[0].digest(), all[1].digest());
    assert_ne!(all[0].digest(), all[2].digest());
    assert_eq!(all[0].content_id().to_string().len(), 32);
}

#[test]
fn read_error_says_what_and_where() {
    let check = |change: &dyn Fn(&mut Vec<u8>), expected: &str| {
        let mut bytes = bytes(7, PLACES);
        change(&mut bytes);
        let error = Artifact::from_bytes(bytes).expect_err(expected);
        assert!(error.to_string().contains(expected), "{error}");
        error.kind
    };
    check(&|bytes| bytes.truncate(20), "shorter than a header");
    check(&|bytes| bytes[0] = b'x', "does not begin with its mark");
    check(&|bytes| bytes[8] = 9, "format 9.0, this binary reads 1.0 to 1.0");
    check(&|bytes| bytes.truncate(bytes.len() - 1), "truncated or padded");
    let kind = check(&|bytes| *bytes.last_mut().expect("bytes") ^= 1, "damaged: the digest");
    assert_eq!(kind, ReadErrorKind::WrongDigest);
    assert!(Artifact::from_bytes(Vec::new()).is_err());
}
