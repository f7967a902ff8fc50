//! What stands in an artifact, and that damage is found.

use pointsman_schemas::artifact::{Artifact, BackendId, RouteId, StrId};

use super::world::World;

#[test]
fn placeholder_reads_back() {
    let mut world = World::of(&["h/a"]);
    world.model.routes[0].name = Some("A".to_owned());
    let artifact: Artifact = world.artifact();
    let route = artifact.route(RouteId(0));
    assert_eq!((route.id(), route.name()), ("h/a", Some("A")));
    assert_eq!(artifact.backend(BackendId(0)).name(), Some("users"));
    assert_eq!(artifact.string(StrId(0)), "h/a");
}
