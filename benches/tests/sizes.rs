//! How large artifacts are, as assertions: what a route costs must not grow unnoticed.

use pointsman_benches::model::artifact_bytes;
use pointsman_benches::routes::Kind;

/// Enough that what stands there once counts little.
const ROUTES: usize = 50_000;

fn check(kind: Kind, most: f64) {
    let each = artifact_bytes(kind, ROUTES).len() as f64 / ROUTES as f64;
    assert!(each <= most, "{kind:?}: {each:.1} bytes a route, at most {most} allowed");
}

#[test]
fn route_of_tenants_that_share_parts_takes_few_bytes() {
    check(Kind::Interface, 36.0);
    check(Kind::Drawn, 36.0);
}

#[test]
fn route_of_tenants_with_equal_paths_takes_fewer() {
    check(Kind::Shared, 22.0);
    check(Kind::Tenants, 22.0);
}
