//! Limits that only many routes show.

use super::super::{Cause, lower};
use super::world::{World, outcome};
use crate::source::SourceMap;

fn refused(patterns: &[String]) -> (Cause, Vec<String>) {
    let texts: Vec<&str> = patterns.iter().map(String::as_str).collect();
    let world = World::of(&texts);
    let fault = lower(&world.model, &SourceMap::new(), 0).expect_err("too much");
    let routes = fault.routes.iter();
    (fault.cause, routes.map(|index| world.model.routes[*index].id.value.clone()).collect())
}

/// Every way through `:a` and `*` at each of `depth` places, each with an end of its own.
fn bushy(host: &str, depth: usize) -> Vec<String> {
    (0..1_usize << depth)
        .map(|bits| {
            let segment = |place: usize| match bits >> place & 1 {
                0 => format!("/:p{place}"),
                _ => "/*".to_owned(),
            };
            let path: String = (0..depth).map(segment).collect();
            format!("{host}{path}/end-{bits}")
        })
        .collect()
}

#[test]
fn steps_beyond_the_limit_are_refused_with_the_routes() {
    let artifact = World::of(&bushy("h", 6).iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(outcome(&artifact.artifact(), "GET h/1/2/3/4/5/6/x", 0), "404");
    let (cause, routes) = refused(&bushy("h", 9));
    assert!(matches!(cause, Cause::Steps { steps } if steps > 500), "{cause}");
    assert!(!routes.is_empty() && routes.iter().all(|id| id.starts_with("h/")));
    assert!(cause.to_string().contains("500 are allowed"));
}

#[test]
fn steps_of_hosts_that_one_request_fits_are_summed() {
    let lowered = |patterns: &[String]| {
        let texts: Vec<&str> = patterns.iter().map(String::as_str).collect();
        lower(&World::of(&texts).model, &SourceMap::new(), 0).map(|_| ())
    };
    let mut nested = bushy("a.b.tld", 6);
    nested.extend(bushy("*.b.tld", 6));
    assert_eq!(lowered(&nested), Ok(()));
    nested.extend(bushy("*.tld", 6));
    let (cause, _) = refused(&nested);
    assert!(matches!(cause, Cause::Steps { .. }));
    let apart: Vec<String> =
        ["*.c.tld", "*.d.tld", "*.e.tld"].iter().flat_map(|host| bushy(host, 7)).collect();
    assert_eq!(lowered(&apart), Ok(()), "no request fits two of them");
}

#[test]
fn wildcards_with_one_end_are_found_by_what_stands_before_the_star() {
    let patterns: Vec<String> =
        (0..200).map(|index| format!("tenant-{index}-*.app.tld/x")).collect();
    let texts: Vec<&str> = patterns.iter().map(String::as_str).collect();
    let artifact = World::of(&texts).artifact();
    for index in [0, 7, 199] {
        let request = format!("GET tenant-{index}-blue.app.tld/x");
        assert_eq!(outcome(&artifact, &request, 0), patterns[index]);
    }
    assert_eq!(outcome(&artifact, "GET tenant-200-blue.app.tld/x", 0), "404");
}

#[test]
fn constraints_beyond_the_limit_at_one_place_are_refused() {
    let patterns: Vec<String> = (0..70).map(|index| format!("h/$x<a{index}b+>")).collect();
    let (cause, _) = refused(&patterns);
    assert_eq!(cause, Cause::ConstraintsAtOnePlace { count: 70 });
}

#[test]
fn wildcard_ends_beyond_the_limit_are_refused() {
    let end = |depth: usize| (0..depth).map(|label| format!(".l{label}")).rev().collect::<String>();
    let patterns: Vec<String> = (1..18).map(|depth| format!("*{}", end(depth))).collect();
    let (cause, _) = refused(&patterns);
    assert_eq!(cause, Cause::HostSuffixes { count: 17 });
    let texts: Vec<&str> = patterns[..16].iter().map(String::as_str).collect();
    let artifact = World::of(&texts).artifact();
    let deepest = format!("GET x{}/", end(16));
    assert_eq!(outcome(&artifact, &deepest, 0), patterns[15]);
}

#[test]
fn hosts_with_equal_paths_share_their_trees() {
    let section = |hosts: usize| {
        let patterns: Vec<String> = (0..hosts)
            .flat_map(|host| {
                ["/a", "/a/:id", "/b/:id/c"].map(|path| format!("t{host}.example.tld{path}"))
            })
            .collect();
        let texts: Vec<&str> = patterns.iter().map(String::as_str).collect();
        let artifact = World::of(&texts).artifact();
        let kind = pointsman_schemas::artifact::SectionKind::PATHS;
        artifact.section(kind).len()
    };
    assert_eq!(section(1), section(100));
}

#[test]
fn bytes_beyond_the_limit_are_refused_with_the_routes() {
    let lowered = |tail: &str, target_bytes: u64| {
        let patterns: Vec<String> = ["h.a.tld", "*.a.tld", "*.tld"]
            .iter()
            .flat_map(|host| (0..50).map(move |number| format!("{host}/$x<a{number}b{tail}>")))
            .collect();
        let texts: Vec<&str> = patterns.iter().map(String::as_str).collect();
        let mut world = World::of(&texts);
        world.model.settings.limits.target_bytes = target_bytes;
        lower(&world.model, &SourceMap::new(), 0).map(|_| ())
    };
    // A hundred and fifty automata may be run over a segment that is as long as a path can be.
    let fault = lowered("+", 32 * 1024).expect_err("too much");
    assert!(matches!(fault.cause, Cause::ReadBytes { bytes } if bytes > 150 * 32 * 1024));
    assert!(!fault.routes.is_empty() && fault.to_string().contains("4MiB are allowed"), "{fault}");
    assert_eq!(lowered("+", 8 * 1024), Ok(()));
    // One that knows its longest value stops there.
    assert_eq!(lowered("{1,9}", 32 * 1024), Ok(()));
}
