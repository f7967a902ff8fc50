//! Relations against brute force over short values.

use proptest::prelude::*;

use super::*;

fn table(source: &str) -> Table {
    Table::from_regex(source).unwrap_or_else(|fault| panic!("{source:?}: {fault:?}"))
}

fn check(a: &str, b: &str, expected: Relation) {
    let (a_table, b_table) = (table(a), table(b));
    assert_eq!(relate(&a_table, &b_table), expected, "{a:?} and {b:?}");
    assert_eq!(relate(&b_table, &a_table), expected.reversed(), "{b:?} and {a:?}");
}

fn overlap(witness: &str) -> Relation {
    Relation::Overlap { witness: witness.as_bytes().to_vec() }
}

#[test]
fn relation_of_constraints_is_exact() {
    check("[0-9]+", "[a-z0-9_-]+", Relation::Subset);
    check("me", "[a-z]+", Relation::Subset);
    check("[0-9]+", "[A-Z]{2,3}", Relation::Disjoint);
    check("[0-9]+", "[a-f0-9-]{36}", overlap(&"0".repeat(36)));
    check("[0-9]+", r"\d\d*", Relation::Equal);
    check("[a-m]+", "[h-z]+", overlap("h"));
    check("v.*", ".*1", overlap("v1"));
    check("a.*", ".*b", overlap("ab"));
    check("(?i)png", "PNG|png", Relation::Superset);
    check(".+", ".*", Relation::Equal);
    check(r"[^\x2F]+", ".+", Relation::Subset);
    check(r"[a.]+", r"a+|\.+", Relation::Superset);
    check(r"(a{3})+", "(a{5})+", overlap(&"a".repeat(15)));
}

#[test]
fn witness_is_short_and_readable() {
    let of = |source: &str| {
        witness(&table(source)).map(|value| String::from_utf8_lossy(&value).into_owned())
    };
    assert_eq!(of("[0-9]+").as_deref(), Some("0"));
    assert_eq!(of("[a-z]+").as_deref(), Some("a"));
    assert_eq!(of(".+").as_deref(), Some("0"));
    assert_eq!(of(r"\.+").as_deref(), Some("..."));
    assert_eq!(of(r"[\x00-\x40]{2}").as_deref(), Some("00"));
    assert_eq!(of("[^0-9a-zA-Z]").as_deref(), Some("-"));
    assert_eq!(of("/|x").as_deref(), Some("x"));
    assert_eq!(of("/").as_deref(), Some("/"));
    let alone = witness_difference(&table("[a-c]{1,2}"), &table("a[a-c]?|b"));
    assert_eq!(alone.as_deref(), Some(&b"c"[..]));
    assert_eq!(witness_difference(&table("a"), &table("a|b")), None);
    assert_eq!(witness_both(&table("a"), &table("b")), None);
}

#[test]
fn relations_are_worked_out_once_for_equal_tables() {
    let mut relations = Relations::new();
    let digits = Arc::new(table("[0-9]+"));
    let same = Arc::new(table(r"\d+"));
    let words = Arc::new(table("[a-z0-9]+"));
    assert_eq!(relations.relate(&digits, &words), Relation::Subset);
    assert_eq!(relations.relate(&words, &same), Relation::Superset);
    assert_eq!(relations.relate(&same, &digits), Relation::Equal);
    assert_eq!((relations.numbers.len(), relations.known.len()), (2, 1));
}

#[test]
fn relation_of_the_largest_tables_is_found() {
    // Two cycles without a common factor, so that all pairs of states are reached.
    check("(a{1013})+", "(a{1009})+", overlap(&"a".repeat(1013 * 1009)));
}

/// Every value of up to four bytes of a small alphabet.
fn short_values() -> Vec<Vec<u8>> {
    let alphabet = b"ab.0";
    let mut values: Vec<Vec<u8>> = vec![Vec::new()];
    let mut from = 0;
    for _ in 0..5 {
        let to = values.len();
        for at in from..to {
            for byte in alphabet {
                let mut value = values[at].clone();
                value.push(*byte);
                values.push(value);
            }
        }
        from = to;
    }
    values
}

/// A regex over the small alphabet whose language short values tell apart.
fn short_regexes() -> impl Strategy<Value = String> {
    let leaf = prop_oneof!["[ab0]", Just(r"\.".to_owned()), "\\[[ab0]{1,3}\\]"];
    let part = (leaf, prop_oneof![Just(""), Just("?"), Just("*"), Just("+")])
        .prop_map(|(leaf, mark)| format!("{leaf}{mark}"));
    let branch = prop::collection::vec(part, 1..3).prop_map(|parts| parts.concat());
    prop::collection::vec(branch, 1..3).prop_map(|branches| branches.join("|"))
}

proptest! {
    #[test]
    fn relation_agrees_with_brute_force(a in short_regexes(), b in short_regexes()) {
        let (Ok(a), Ok(b)) = (Table::from_regex(&a), Table::from_regex(&b)) else { return Ok(()) };
        let values = short_values();
        let any = |wanted: (bool, bool)| {
            values.iter().find(|value| (a.accepts(value), b.accepts(value)) == wanted)
        };
        let (both, a_alone, b_alone) = (any((true, true)), any((true, false)), any((false, true)));
        let expected = match (both, a_alone, b_alone) {
            (None, ..) => "disjoint",
            (_, None, None) => "equal",
            (_, None, Some(_)) => "subset",
            (_, Some(_), None) => "superset",
            (Some(_), Some(_), Some(_)) => "overlap",
        };
        let seen = match relate(&a, &b) {
            Relation::Disjoint => "disjoint",
            Relation::Equal => "equal",
            Relation::Subset => "subset",
            Relation::Superset => "superset",
            Relation::Overlap { witness } => {
                prop_assert!(a.accepts(&witness) && b.accepts(&witness));
                prop_assert_eq!(Some(witness.len()), both.map(Vec::len));
                "overlap"
            }
        };
        prop_assert_eq!(seen, expected);
        prop_assert_eq!(a == b, expected == "equal");
    }
}
