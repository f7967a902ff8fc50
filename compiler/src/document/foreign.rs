//! What the keys of other proxies are called here, and in which table a key stands that was written
//! into another one. Judges no value.

mod backend;
mod both;
mod entry;
pub(super) mod values;
mod word;

use super::keys::{
    BACKEND, CLIENT, DEFAULTS, HEALTH_CHECK, HSTS, LIMITS, LISTENER, LOAD_BALANCING, LOGS, OUTLIER,
    PATHS, ROUTE, TARGET, TLS, TLS_SETTINGS, Table,
};

pub(super) use word::Foreign;

fn all() -> impl Iterator<Item = &'static Foreign> {
    entry::ROWS.iter().chain(backend::ROWS)
}

/// What was meant by a word that another proxy has for it; `word` is in lower case, with `_`.
pub(super) fn foreign(rows: &Table, word: &str) -> Option<&'static Foreign> {
    all().find(|row| row.table == rows.name && row.words.contains(&word))
}

/// Tables around a table, the nearest first.
fn around(rows: &Table) -> Vec<Vec<&'static Table>> {
    let of_backend = || vec![&TARGET, &CLIENT, &HEALTH_CHECK, &LOAD_BALANCING, &OUTLIER];
    match rows.name {
        "configuration" => vec![vec![&DEFAULTS], vec![&LIMITS, &LOGS, &PATHS]],
        "defaults" => vec![vec![&CLIENT, &HEALTH_CHECK, &LOAD_BALANCING, &OUTLIER, &TLS, &HSTS]],
        "route" => vec![vec![&BACKEND], of_backend()],
        "backend" => vec![of_backend(), vec![&ROUTE]],
        "target" => vec![vec![&BACKEND, &TLS_SETTINGS], of_backend(), vec![&ROUTE]],
        "client" | "health_check" | "load_balancing" | "outlier" => {
            vec![vec![&BACKEND], of_backend(), vec![&ROUTE]]
        }
        "listener" => vec![vec![&TLS]],
        "listener_tls" => vec![vec![&LISTENER]],
        "limits" | "logs" | "paths" => vec![vec![&LIMITS, &LOGS, &PATHS]],
        _ => Vec::new(),
    }
}

/// The one table near by that has such a key.
pub(super) fn elsewhere(rows: &Table, word: &str) -> Option<&'static Table> {
    around(rows).into_iter().find_map(|tables| {
        let mut having = tables.into_iter().filter(|table| table.key(word).is_some());
        having.next().filter(|_| having.next().is_none())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn foreign_words_are_no_keys_and_mean_keys_of_their_table() {
        let tables = super::super::reference::tables();
        let mut seen = HashSet::new();
        for row in all() {
            let rows = tables.iter().find(|rows| rows.name == row.table).expect("a table");
            for word in row.words {
                assert!(rows.key(word).is_none(), "`{word}` is a key of {}", rows.header);
                assert!(seen.insert((row.table, word)), "`{word}` twice for {}", row.table);
            }
            for key in row.keys {
                assert!(rows.key(key).is_some(), "{} has no `{key}`", rows.header);
            }
        }
    }

    #[test]
    fn elsewhere_names_the_one_table_near_by() {
        let check = |rows: &Table, word: &str, expected: Option<&str>| {
            assert_eq!(elsewhere(rows, word).map(|rows| rows.name), expected, "{word}");
        };
        check(&ROUTE, "rewrite", Some("backend"));
        check(&ROUTE, "retries", Some("client"));
        check(&BACKEND, "weight", Some("target"));
        check(&CLIENT, "targets", Some("backend"));
        check(&TARGET, "exact", Some("route"));
        check(&DEFAULTS, "call_timeout", Some("client"));
        check(&DEFAULTS, "interval", Some("health_check"));
        check(&ROUTE, "wheight", None);
    }
}
