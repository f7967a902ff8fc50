//! `GET /routes` as bytes.

use crate::json::{self, Writer};
use crate::snapshot::Snapshot;
use crate::view;

/// The routes of a snapshot as JSON.
pub(crate) fn routes(snapshot: &Snapshot) -> Vec<u8> {
    let mut out = Vec::with_capacity(4096);
    let mut outer = Writer::object(&mut out);
    let mut list = Writer::array(outer.field("routes"));
    view::each_route(&snapshot.artifact, |row| {
        let mut route = Writer::object(list.element());
        route.text("id", row.id.as_bytes());
        strings(route.field("match"), row.patterns.iter().map(String::as_bytes));
        route.text("backend", row.backend.as_bytes());
        strings(route.field("targets"), row.targets.iter().map(String::as_bytes));
        route.close();
    });
    list.close();
    outer.close();
    out
}

fn strings<'a>(out: &mut Vec<u8>, texts: impl Iterator<Item = &'a [u8]>) {
    let mut array = Writer::array(out);
    for text in texts {
        json::string(array.element(), text);
    }
    array.close();
}
