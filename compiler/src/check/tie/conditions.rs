//! Whether the conditions of two routes can hold for one request, and the fields, parameters and
//! cookies of a request for which they do.

use std::collections::BTreeMap;

use pointsman_routing::request::percent::{is_unreserved, put_escape};

use crate::document::route::Place;
use crate::grammar::condition::Test;
use crate::language::algebra;
use crate::model::Condition;

/// What a request carries so that conditions hold; a name without a value must not be there.
pub(super) type Carried = BTreeMap<(Place, String), Option<Vec<u8>>>;

/// What a request may carry for which both lists hold; none where they exclude each other.
///
/// Two values of one name count as excluding each other where no single value fits both, be it that
/// a request could carry the name twice.
pub(super) fn both(a: &[Condition], b: &[Condition]) -> Option<Carried> {
    let mut carried = Carried::new();
    let mut by_name: BTreeMap<(Place, &str), Vec<&Test>> = BTreeMap::new();
    for condition in a.iter().chain(b) {
        by_name.entry((condition.place, &condition.name)).or_default().push(&condition.test);
    }
    for ((place, name), tests) in by_name {
        let value = match tests.as_slice() {
            [one] => alone(one)?,
            [one, other, ..] => together(one, other)?,
            [] => continue,
        };
        carried.insert((place, name.to_owned()), value);
    }
    Some(carried)
}

fn alone(test: &Test) -> Option<Option<Vec<u8>>> {
    Some(match test {
        Test::Exact(text) => Some(text.clone().into_bytes()),
        Test::Language { table, .. } => Some(algebra::witness(table)?),
        Test::Exists => Some(b"1".to_vec()),
        Test::NotDefined => None,
    })
}

fn together(a: &Test, b: &Test) -> Option<Option<Vec<u8>>> {
    match (a, b) {
        (Test::NotDefined, Test::NotDefined) => Some(None),
        (Test::NotDefined, _) | (_, Test::NotDefined) => None,
        (Test::Exists, other) | (other, Test::Exists) => alone(other),
        (Test::Exact(a), Test::Exact(b)) => (a == b).then(|| Some(a.clone().into_bytes())),
        (Test::Exact(text), Test::Language { table, .. })
        | (Test::Language { table, .. }, Test::Exact(text)) => {
            table.accepts(text.as_bytes()).then(|| Some(text.clone().into_bytes()))
        }
        (Test::Language { table: a, .. }, Test::Language { table: b, .. }) => {
            algebra::witness_both(a, b).map(Some)
        }
    }
}

/// Field lines and the query of what is carried.
pub(super) fn written(carried: &Carried) -> (Vec<String>, String) {
    let (mut headers, mut cookies, mut query) = (Vec::new(), Vec::new(), Vec::new());
    for ((place, name), value) in carried {
        let Some(value) = value else { continue };
        let text = String::from_utf8_lossy(value);
        match place {
            Place::Header => headers.push(format!("{name}: {text}")),
            Place::Cookie => cookies.push(format!("{name}={text}")),
            Place::Query => {
                query.push(format!("{}={}", encoded(name.as_bytes()), encoded(value)));
            }
        }
    }
    if !cookies.is_empty() {
        headers.push(format!("cookie: {}", cookies.join("; ")));
    }
    let query = if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) };
    (headers, query)
}

fn encoded(value: &[u8]) -> String {
    let mut out = Vec::with_capacity(value.len());
    for byte in value {
        if is_unreserved(*byte) { out.push(*byte) } else { put_escape(&mut out, *byte) }
    }
    // Escaped text is ASCII, so nothing is lost.
    String::from_utf8(out).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grammar::condition;
    use crate::language::tables::Tables;

    fn conditions(all: &[(Place, &str, &str)]) -> Vec<Condition> {
        let mut tables = Tables::new();
        all.iter()
            .map(|(place, name, test)| Condition {
                place: *place,
                name: (*name).to_owned(),
                test: condition::parse(test, &mut tables).expect("a condition"),
            })
            .collect()
    }

    #[test]
    fn conditions_exclude_each_other_or_are_shown_together() {
        let check = |a: &str, b: &str, expected: Option<Option<&str>>| {
            let one = conditions(&[(Place::Header, "x", a)]);
            let other = conditions(&[(Place::Header, "x", b)]);
            let found = both(&one, &other).map(|carried| carried.into_values().next());
            let found = found.map(|value| {
                let value = value.expect("a name");
                value.map(|value| String::from_utf8_lossy(&value).into_owned())
            });
            assert_eq!(found, expected.map(|value| value.map(str::to_owned)), "{a} and {b}");
        };
        check("a", "b", None);
        check("a", "a", Some(Some("a")));
        check("a", "Exists()", Some(Some("a")));
        check("a", "NotDefined()", None);
        check("NotDefined()", "NotDefined()", Some(None));
        check("Exists()", "NotDefined()", None);
        check("abc", "Regex(a.*)", Some(Some("abc")));
        check("xbc", "Regex(a.*)", None);
        check("Regex([0-9]+)", "Regex([a-z]+)", None);
        check("Regex([0-9a]+)", "Regex([a-z]+)", Some(Some("a")));
    }

    #[test]
    fn what_is_carried_is_written_for_its_place() {
        let all = conditions(&[
            (Place::Header, "x-env", "prod"),
            (Place::Query, "a b", "1&2"),
            (Place::Cookie, "s", "Exists()"),
            (Place::Cookie, "t", "NotDefined()"),
        ]);
        let carried = both(&all, &[]).expect("they hold together");
        let (headers, query) = written(&carried);
        assert_eq!(headers, ["x-env: prod", "cookie: s=1"]);
        assert_eq!(query, "?a%20b=1%262");
    }
}
