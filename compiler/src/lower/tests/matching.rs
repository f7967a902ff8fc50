//! Each sentence of the matching rules, on a few routes.

use super::world::{World, outcome};

/// Prefix routes named by their patterns; each request must reach the route of that name.
fn check(patterns: &[&str], requests: &[(&str, &str)]) {
    let artifact = World::of(patterns).artifact();
    for (request, expected) in requests {
        assert_eq!(outcome(&artifact, &format!("GET {request}"), 0), *expected, "{request}");
    }
}

#[test]
fn host_exact_beats_wildcard_beats_any() {
    check(
        &["a.b.tld", "*.b.tld", "*.tld", "*"],
        &[
            ("a.b.tld/x", "a.b.tld"),
            ("A.B.TLD./x", "a.b.tld"),
            ("a.b.tld:8080/x", "a.b.tld"),
            ("c.b.tld/x", "*.b.tld"),
            ("x.y.b.tld/x", "*.b.tld"),
            ("b.tld/x", "*.tld"),
            ("c.tld/x", "*.tld"),
            ("tld/x", "*"),
            ("[::1]/x", "*"),
            ("/x", "*"),
        ],
    );
}

#[test]
fn host_missing_reaches_any_alone() {
    check(&["a.tld", "*.tld"], &[("/x", "404")]);
    check(&["*a*"], &[("/x", "404"), ("bab/x", "*a*")]);
}

#[test]
fn host_wildcard_more_literal_labels_win_wherever_they_stand() {
    check(
        &["*.tld", "a.*.tld", "*.b.tld/p", "x*.b.tld"],
        &[
            ("q.tld/", "*.tld"),
            ("a.q.tld/", "a.*.tld"),
            ("a.b.tld/p", "*.b.tld/p"),
            ("a.b.tld/", "a.*.tld"),
            ("xy.b.tld/p", "*.b.tld/p"),
            ("xy.b.tld/q", "x*.b.tld"),
        ],
    );
}

#[test]
fn host_ipv6_is_compared_in_its_shortest_form() {
    check(&["[::1]/x"], &[("[0:0::1]:80/x", "[::1]/x"), ("[::2]/x", "404")]);
}

#[test]
fn host_whose_routes_fail_falls_through() {
    check(
        &["a.b.tld/x", "*.b.tld/y", "*/z"],
        &[
            ("a.b.tld/x", "a.b.tld/x"),
            ("a.b.tld/y", "*.b.tld/y"),
            ("a.b.tld/z", "*/z"),
            ("a.b.tld/q", "404"),
        ],
    );
}

#[test]
fn path_kinds_win_from_the_left() {
    check(
        &["h/a/*/c", "h/a/:x/c", "h/a/$n<[0-9]+>/c", "h/a/b/c", "h/:y/b/c"],
        &[
            ("h/a/b/c", "h/a/b/c"),
            ("h/a/1/c", "h/a/$n<[0-9]+>/c n=1"),
            ("h/a/z/c", "h/a/:x/c x=z"),
            ("h/z/b/c", "h/:y/b/c y=z"),
            ("h/a/b/d", "404"),
        ],
    );
}

#[test]
fn path_branch_that_fails_deeper_is_left_for_its_sibling() {
    check(
        &["h/u/me/profile", "h/u/:id/settings", "h/u/*/bills", "h/o/$n<[0-9]+>", "h/o/*"],
        &[
            ("h/u/me/settings", "h/u/:id/settings id=me"),
            ("h/u/me/bills", "h/u/*/bills"),
            ("h/u/me/x", "404"),
            ("h/o/xy", "h/o/*"),
        ],
    );
}

#[test]
fn path_prefix_ends_on_a_segment_border() {
    check(
        &["h/api", "h/api/999"],
        &[
            ("h/api", "h/api"),
            ("h/api/", "h/api"),
            ("h/api/x/y", "h/api"),
            ("h/api/999", "h/api/999"),
            ("h/api/999/x", "h/api/999"),
            ("h/api/999-foo", "h/api"),
            ("h/apix", "404"),
            ("h/", "404"),
        ],
    );
}

#[test]
fn path_empty_segments_fit_a_prefix_alone() {
    check(
        &["h", "h/a/:x", "h/a/b"],
        &[
            ("h/a//b", "h"),
            ("h//a/b", "h"),
            ("h//", "h"),
            ("h/a/", "h"),
            ("h/a/b//", "h/a/b"),
            ("h/a/c/", "h/a/:x x=c"),
        ],
    );
    check(&["h/*/b", "h/a/$x<.*>"], &[("h//b", "404"), ("h/a//", "404")]);
}

#[test]
fn path_exact_beats_prefix_and_takes_one_trailing_slash() {
    let mut world = World::new();
    world.route("prefix", &["h/a"]);
    world.route("exact", &["h/a/"]).exact = true;
    let artifact = world.artifact();
    for (request, expected) in [
        ("GET h/a", "exact"),
        ("GET h/a/", "exact"),
        ("GET h/a//", "prefix"),
        ("GET h/a/b", "prefix"),
    ] {
        assert_eq!(outcome(&artifact, request, 0), expected, "{request}");
    }
}

#[test]
fn path_encoded_bytes_are_compared_in_canonical_form() {
    check(
        &["h/a%2fb", "h/%61bc", "h/x:y", "h/%C3%A9"],
        &[
            ("h/a%2Fb", "h/a%2fb"),
            ("h/abc", "h/%61bc"),
            ("h/x:y", "h/x:y"),
            ("h/x%3Ay", "404"),
            ("h/%c3%a9", "h/%C3%A9"),
        ],
    );
    let mut world = World::new();
    world.route("letter", &["h/é"]);
    assert_eq!(outcome(&world.artifact(), "GET h/%c3%a9", 0), "letter");
}

#[test]
fn constraint_sees_the_decoded_segment() {
    check(
        &["h/a/$x<[^\\x2F]+>", "h/b/$x<a\\x2F?b|a.b>", "h/c/v*", "h/d/*x*"],
        &[
            ("h/a/%2F", "404"),
            ("h/a/%41b", "h/a/$x<[^\\x2F]+> x=Ab"),
            ("h/b/a%2Fb", "h/b/$x<a\\x2F?b|a.b> x=a%2Fb"),
            ("h/c/v", "404"),
            ("h/c/v%2F", "h/c/v*"),
            ("h/d/axb", "h/d/*x*"),
            ("h/d/xb", "404"),
        ],
    );
}

#[test]
fn constraint_smaller_language_wins() {
    check(
        &["h/$a<[0-9a-z]+>", "h/$b<[0-9]+>", "h/$c<1[0-9]*>", "h/$d<[0-9]{2}>/x"],
        &[
            ("h/z", "h/$a<[0-9a-z]+> a=z"),
            ("h/2", "h/$b<[0-9]+> b=2"),
            ("h/1", "h/$c<1[0-9]*> c=1"),
            ("h/22/x", "h/$d<[0-9]{2}>/x d=22"),
            ("h/22/y", "h/$b<[0-9]+> b=22"),
        ],
    );
}

#[test]
fn constraint_equal_languages_are_one_segment() {
    check(
        &["h/$a<[0-9]+>/x", "h/$b<[0-9][0-9]*>/y"],
        &[("h/1/x", "h/$a<[0-9]+>/x a=1"), ("h/1/y", "h/$b<[0-9][0-9]*>/y b=1")],
    );
}

#[test]
fn constraint_overlap_is_decided_by_priority() {
    for (first, second, expected) in [(1, 2, "second"), (2, 1, "first")] {
        let mut world = World::new();
        world.route("first", &["h/$a<[0-9a-f]+>/x"]).priority = first;
        world.route("second", &["h/$b<[a-z]+>/:y"]).priority = second;
        world.route("other", &["h/:p/x"]).priority = 9;
        let artifact = world.artifact();
        let expected = |capture: &str, y: &str| match expected {
            "first" => format!("first a={capture}"),
            _ => format!("second b={capture} y={y}"),
        };
        assert_eq!(outcome(&artifact, "GET h/ab/x", 0), expected("ab", "x"));
        assert_eq!(outcome(&artifact, "GET h/ab/q", 0), "second b=ab y=q");
        assert_eq!(outcome(&artifact, "GET h/1/x", 0), "first a=1");
        assert_eq!(outcome(&artifact, "GET h/-/x", 0), "other p=-");
    }
}

#[test]
fn constraint_overlap_smaller_language_still_wins_first() {
    let mut world = World::new();
    world.route("large", &["h/$a<[0-9a-f]+>"]).priority = 5;
    world.route("small", &["h/$b<[a-f]+>"]).priority = 0;
    world.route("other", &["h/$c<[e-z]+>"]).priority = 1;
    let artifact = world.artifact();
    assert_eq!(outcome(&artifact, "GET h/a", 0), "small b=a");
    assert_eq!(outcome(&artifact, "GET h/e", 0), "other c=e");
    assert_eq!(outcome(&artifact, "GET h/1e", 0), "large a=1e");
}

#[test]
fn method_named_wins_and_a_miss_goes_on() {
    let mut world = World::new();
    world.route("any", &["h/a"]);
    world.route("get", &["h/a"]).methods = ["GET".to_owned(), "HEAD".to_owned()].into();
    world.route("put", &["h/a/b"]).methods = ["PUT".to_owned()].into();
    world.route("post", &["h/c", "*/c"]).methods = ["POST".to_owned()].into();
    world.route("patch", &["*/c"]).methods = ["PATCH".to_owned()].into();
    world.route("beta", &["h/c"]).methods = ["GET".to_owned()].into();
    world.model.routes.last_mut().expect("just pushed").listeners = [1].into();
    let artifact = world.artifact();
    for (request, expected) in [
        ("GET h/a", "get"),
        ("HEAD h/a", "get"),
        ("get h/a", "any"),
        ("POST h/a", "any"),
        ("PUT h/a/b", "put"),
        ("GET h/a/b", "get"),
        ("GET h/c", "405 PATCH, POST"),
        ("PATCH h/c", "patch"),
        ("GET h/d", "404"),
    ] {
        assert_eq!(outcome(&artifact, request, 0), expected, "{request}");
    }
    assert_eq!(outcome(&artifact, "GET h/c", 1), "beta");
}

#[test]
fn listener_binds_a_route() {
    let mut world = World::new();
    world.route("alpha", &["h"]).listeners = [0].into();
    world.route("beta", &["h/x"]).listeners = [1].into();
    let artifact = world.artifact();
    for (request, listener, expected) in [
        ("GET h/x", 0, "alpha"),
        ("GET h/x", 1, "beta"),
        ("GET h/", 1, "404"),
        ("GET h/x", 63, "404"),
        ("GET h/x", 64, "404"),
    ] {
        assert_eq!(outcome(&artifact, request, listener), expected, "{request} {listener}");
    }
}

#[test]
fn priority_breaks_what_specificity_leaves() {
    let mut world = World::new();
    world.route("low", &["h/a"]).priority = -1;
    world.route("high", &["h/a"]).priority = 1;
    world.route("deep", &["h/a/b"]).priority = -9;
    let artifact = world.artifact();
    assert_eq!(outcome(&artifact, "GET h/a", 0), "high");
    assert_eq!(outcome(&artifact, "GET h/a/b", 0), "deep");
}

#[test]
fn captures_of_the_winner_alone_are_bound() {
    check(
        &["h/c/:id/foo", "h/c/:cid/bar/:x", "h/:a/:b/:c/:d"],
        &[
            ("h/c/1/foo", "h/c/:id/foo id=1"),
            ("h/c/1/bar/2", "h/c/:cid/bar/:x cid=1 x=2"),
            ("h/c/1/baz/2", "h/:a/:b/:c/:d a=c b=1 c=baz d=2"),
        ],
    );
}

#[test]
fn wide_nodes_find_each_child() {
    let patterns: Vec<String> = (0..500).map(|index| format!("h/svc-{index:05}/x")).collect();
    let patterns: Vec<&str> = patterns.iter().map(String::as_str).collect();
    let artifact = World::of(&patterns).artifact();
    for pattern in &patterns {
        assert_eq!(outcome(&artifact, &format!("GET {pattern}"), 0), **pattern);
    }
    assert_eq!(outcome(&artifact, "GET h/svc-00500/x", 0), "404");
}
