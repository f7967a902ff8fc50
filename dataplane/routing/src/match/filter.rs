//! Whether a request meets the conditions of a route: fields, parameters of the query, cookies. One
//! value that fits is enough, wherever it stands among its like.

use pointsman_schemas::artifact::{Artifact, Filter, FilterPlace, FilterTest};

use super::constraint::fits_value;
use crate::request::percent::Decoded;
use crate::request::{Request, cookies, query};

/// Whether all conditions of a set hold.
///
/// Cost: linear in the conditions times the fields or the query; no allocation.
#[must_use]
pub fn hold(artifact: &Artifact, set: u32, request: &Request<'_>) -> bool {
    artifact.filters(set).all(|filter| holds(artifact, &filter, request))
}

/// Whether one condition holds.
#[must_use]
pub fn holds(artifact: &Artifact, filter: &Filter<'_>, request: &Request<'_>) -> bool {
    let name = filter.name.as_bytes();
    match filter.place {
        FilterPlace::Header => {
            any(artifact, filter.test, request.fields.all(name).map(|value| value.iter().copied()))
        }
        FilterPlace::Query => {
            let query = request.canonical.query().unwrap_or_default();
            any(artifact, filter.test, query::values(query, name).map(Decoded::query))
        }
        FilterPlace::Cookie => {
            let values = cookies::values(request.fields, name);
            any(artifact, filter.test, values.map(|value| value.iter().copied()))
        }
    }
}

fn any<V: Iterator<Item = u8>>(
    artifact: &Artifact,
    test: FilterTest<'_>,
    mut values: impl Iterator<Item = V>,
) -> bool {
    match test {
        FilterTest::Exact(text) => values.any(|value| value.eq(text.iter().copied())),
        FilterTest::Language { constraint, .. } => {
            let constraint = artifact.constraint(constraint);
            values.any(|value| fits_value(constraint, value))
        }
        FilterTest::Exists => values.next().is_some(),
        FilterTest::NotDefined => values.next().is_none(),
    }
}
