//! `GET /targets` as bytes. What health checks, breakers and overlays will tell is `null`.

use std::collections::HashMap;
use std::net::SocketAddr;

use crate::command::{Gathered, TargetUse};
use crate::json::Writer;
use crate::snapshot::Snapshot;
use crate::view::{self, TargetRow};

/// What all workers' targets are busy with; none when a worker did not say.
pub(crate) type Uses = Option<HashMap<u32, (u64, u64)>>;

/// The targets of a snapshot as JSON.
pub(crate) fn targets(snapshot: &Snapshot, uses: &Uses) -> Vec<u8> {
    let mut out = Vec::with_capacity(4096);
    let mut outer = Writer::object(&mut out);
    let mut list = Writer::array(outer.field("targets"));
    for row in view::targets(&snapshot.artifact) {
        let address = snapshot.addresses.of(row.id).first();
        let busy = uses.as_ref().map(|uses| uses.get(&row.id.0).copied().unwrap_or_default());
        target(list.element(), &row, address, busy);
    }
    list.close();
    outer.close();
    out
}

/// Adds up what the workers said; `workers` of them were asked.
pub(crate) fn add_up(gathered: &Gathered, workers: usize, serial: u64) -> Uses {
    if gathered.answered < workers || gathered.uses.iter().any(|(theirs, _)| *theirs != serial) {
        return None;
    }
    let mut sums: HashMap<u32, (u64, u64)> = HashMap::new();
    for (_, TargetUse { target, in_flight, connections }) in &gathered.uses {
        let sum = sums.entry(target.0).or_default();
        sum.0 += u64::from(*in_flight);
        sum.1 += u64::from(*connections);
    }
    Some(sums)
}

fn target(
    out: &mut Vec<u8>,
    row: &TargetRow<'_>,
    address: Option<&SocketAddr>,
    busy: Option<(u64, u64)>,
) {
    let mut object = Writer::object(out);
    object.text("backend", row.backend.as_bytes());
    object.text("target", row.target.as_bytes());
    match address {
        None => object.null("address"),
        Some(address) => object.text("address", address.to_string().as_bytes()),
    }
    object.number("weight", u64::from(row.weight));
    object.null("health");
    object.null("breaker");
    object.number_or_null("in_flight", busy.map(|(in_flight, _)| in_flight));
    object.number_or_null("connections", busy.map(|(_, connections)| connections));
    object.null("ewma_ms");
    object.null("errors");
    object.null("overlay");
    object.close();
}

#[cfg(test)]
mod tests {
    use super::*;
    use pointsman_schemas::artifact::id::TargetId;

    #[test]
    fn target_row_has_the_fields_in_their_order() {
        let row = TargetRow { id: TargetId(0), backend: "users", target: "a", weight: 2 };
        let check = |address: Option<&str>, busy, expected: &str| {
            let address = address.map(|text| text.parse().expect("an address"));
            let mut out = Vec::new();
            target(&mut out, &row, address.as_ref(), busy);
            assert_eq!(String::from_utf8(out).as_deref(), Ok(expected));
        };
        check(
            Some("192.0.2.1:80"),
            Some((3, 5)),
            concat!(
                r#"{"backend":"users","target":"a","address":"192.0.2.1:80","weight":2,"#,
                r#""health":null,"breaker":null,"in_flight":3,"connections":5,"ewma_ms":null,"#,
                r#""errors":null,"overlay":null}"#
            ),
        );
        check(
            None,
            None,
            concat!(
                r#"{"backend":"users","target":"a","address":null,"weight":2,"#,
                r#""health":null,"breaker":null,"in_flight":null,"connections":null,"#,
                r#""ewma_ms":null,"errors":null,"overlay":null}"#
            ),
        );
    }

    #[test]
    fn uses_of_all_workers_add_up_or_are_unknown() {
        let one = |target, in_flight, connections| {
            (4, TargetUse { target: TargetId(target), in_flight, connections })
        };
        let mut gathered = Gathered {
            uses: vec![one(1, 2, 3), one(1, 4, 5), one(2, 0, 1)],
            answered: 2,
            returned: 2,
        };
        let sums = add_up(&gathered, 2, 4).expect("all answered");
        assert_eq!((sums.get(&1), sums.get(&2)), (Some(&(6, 8)), Some(&(0, 1))));
        assert_eq!(add_up(&gathered, 3, 4), None, "a worker did not answer");
        assert_eq!(add_up(&gathered, 2, 5), None, "a swap came between");
        gathered.uses.clear();
        assert_eq!(add_up(&gathered, 2, 4), Some(HashMap::new()));
    }
}
