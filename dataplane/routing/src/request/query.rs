//! Looking up a query's parameters; the query itself goes on as it came.

use super::percent::Decoded;

/// The raw value of the first parameter whose decoded name is `name`; empty where it has no `=`.
///
/// Cost: linear in the query, no allocation.
#[must_use]
pub fn value<'a>(query: &'a [u8], name: &[u8]) -> Option<&'a [u8]> {
    values(query, name).next()
}

/// The raw values of all parameters of that name, in order.
///
/// Cost: linear in the query, no allocation.
pub fn values<'a, 'n>(
    query: &'a [u8],
    name: &'n [u8],
) -> impl Iterator<Item = &'a [u8]> + use<'a, 'n> {
    query.split(|byte| *byte == b'&').filter_map(move |pair| {
        let (key, value) = match pair.iter().position(|byte| *byte == b'=') {
            Some(at) => (pair.get(..at)?, pair.get(at + 1..)?),
            None => (pair, &pair[pair.len()..]),
        };
        let is_there = !pair.is_empty() && Decoded::query(key).eq(name.iter().copied());
        is_there.then_some(value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn query_value_first_of_a_name_is_found() {
        let check = |query: &str, name: &str, expected: Option<&str>| {
            assert_eq!(
                value(query.as_bytes(), name.as_bytes()),
                expected.map(str::as_bytes),
                "{query}"
            );
        };
        check("a=1&b=2", "b", Some("2"));
        check("a=1&a=2", "a", Some("1"));
        check("a", "a", Some(""));
        check("a=", "a", Some(""));
        check("a=b=c", "a", Some("b=c"));
        check("%61=1", "a", Some("1"));
        check("x+y=1", "x y", Some("1"));
        check("A=1", "a", None);
        check("", "", None);
        check("&&=1", "", Some("1"));
        check("a%=1", "a%", Some("1"));
    }
}
