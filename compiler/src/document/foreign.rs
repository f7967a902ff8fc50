//! What the keys of other proxies are called here, and in which table a key stands that was written
//! into another one. Judges no value.

use super::keys::{
    BACKEND, CLIENT, DEFAULTS, HEALTH_CHECK, LIMITS, LISTENER, LOAD_BALANCING, LOGS, OUTLIER,
    PATHS, ROUTE, TARGET, TLS, TLS_SETTINGS, Table,
};

/// What was meant by a word that is no key of its table.
#[derive(Clone, Copy, Debug)]
pub(super) struct Foreign {
    /// The table it was written in, by the name of its rows.
    table: &'static str,
    words: &'static [&'static str],
    /// Keys of the same table that say it.
    pub(super) keys: &'static [&'static str],
    /// How it is said here.
    pub(super) help: &'static str,
}

const fn row(
    table: &'static str,
    words: &'static [&'static str],
    keys: &'static [&'static str],
    help: &'static str,
) -> Foreign {
    Foreign { table, words, keys, help }
}

const TIMEOUTS: &[&str] = &[
    "timeout",
    "timeouts",
    "request_timeout",
    "read_timeout",
    "connect_timeout",
    "proxy_read_timeout",
    "proxy_connect_timeout",
    "proxy_send_timeout",
    "response_timeout",
];
const TIMEOUTS_HELP: &str = "timeouts stand in [backends.NAME.client], or for every backend in [defaults.client]: \
     `call_timeout`, `connection_timeout`, `idle_timeout`";
const FIELDS_HELP: &str = "a route changes the fields of its requests: `request_headers = { set = { x-env = \"prod\" } }`";

/// Words of one table are told once; a word stands in one row of its table.
static FOREIGN: &[Foreign] = &[
    row(
        "route",
        &[
            "host",
            "hosts",
            "hostname",
            "hostnames",
            "domain",
            "domains",
            "server_name",
            "path",
            "paths",
            "path_prefix",
            "prefix",
            "prefix_path",
            "uri",
            "uris",
            "url",
            "urls",
            "location",
            "pattern",
            "patterns",
            "rule",
            "from",
            "source",
            "frontend",
        ],
        &["match"],
        "host and path are one pattern here: `match = [\"shop.example.org/api\"]`",
    ),
    row(
        "route",
        &[
            "upstream",
            "upstreams",
            "proxy_pass",
            "reverse_proxy",
            "proxy",
            "service",
            "services",
            "cluster",
            "pool",
            "use_backend",
            "default_backend",
            "target",
            "targets",
            "to",
            "destination",
            "server",
            "servers",
            "endpoint",
            "forward_to",
        ],
        &["backend"],
        "a route names its backend, `backend = \"NAME\"`, and [backends.NAME] its targets",
    ),
    row("route", TIMEOUTS, &[], TIMEOUTS_HELP),
    row(
        "route",
        &["return", "deny", "status", "body", "response", "static_response", "direct_response"],
        &["respond"],
        "a route answers by itself with `respond = { status = 404 }`",
    ),
    row(
        "route",
        &["add_header", "set_header", "proxy_set_header", "request_header", "set_headers"],
        &["request_headers"],
        FIELDS_HELP,
    ),
    row(
        "route",
        &["tls", "ssl", "https", "certificate", "certificates"],
        &[],
        "TLS belongs to a listener: `tls = { certificates = [\"NAME\"] }` in [listeners.NAME]",
    ),
    row(
        "backend",
        &[
            "server",
            "servers",
            "endpoint",
            "endpoints",
            "host",
            "hosts",
            "hostname",
            "port",
            "address",
            "addresses",
            "addr",
            "url",
            "urls",
            "upstream",
            "upstreams",
            "node",
            "nodes",
            "backend",
            "backends",
            "member",
            "members",
            "instance",
            "instances",
            "target",
            "dial",
            "proxy_pass",
            "to",
        ],
        &["targets"],
        "write `targets = [{ id = \"a\", host = \"10.0.0.7\", port = 8080 }]`",
    ),
    row(
        "backend",
        &["path", "prefix", "path_prefix", "base_path", "uri"],
        &["root"],
        "what is put in front of the path is `root = \"/v1\"`",
    ),
    row("backend", TIMEOUTS, &[], TIMEOUTS_HELP),
    row(
        "backend",
        &["balance", "balancing", "algorithm", "lb", "lb_policy", "policy", "strategy", "hash"],
        &["load_balancing"],
        "write `load_balancing = { type = \"round_robin\" }`",
    ),
    row(
        "backend",
        &["check", "health", "healthchecks", "health_uri", "probe"],
        &["health_check"],
        "write `health_check = { url = \"/health\" }`",
    ),
    row(
        "backend",
        &["headers", "header", "request_headers", "set_header", "proxy_set_header"],
        &[],
        FIELDS_HELP,
    ),
    row(
        "backend",
        &["scheme", "https", "ssl"],
        &[],
        "each target says it: `tls = true` in [[backends.NAME.targets]]",
    ),
    row(
        "target",
        &["url", "urls", "uri", "address", "addr", "server", "endpoint", "dial", "target"],
        &["host", "port"],
        "write it apart: `host = \"10.0.0.7\", port = 8080`; `https` is `tls = true`",
    ),
    row("target", &["hostname", "domain", "fqdn"], &["host"], "write `host = \"10.0.0.7\"`"),
    row("target", &["name"], &["id"], "write `id = \"a\"`; a target is known by it"),
    row("target", &["scheme", "https", "ssl"], &["tls"], "write `tls = true`"),
    row(
        "target",
        &["path", "root", "prefix"],
        &[],
        "the backend has the path of all its targets: `root = \"/v1\"` in [backends.NAME]",
    ),
    row(
        "listener",
        &["port", "ports", "listen", "bind", "host", "ip", "addr", "addresses", "socket"],
        &["address"],
        "write `address = \"[::]:8080\"`; `[::]` takes IPv4 and IPv6",
    ),
    row(
        "listener",
        &["ssl", "https", "certificate", "certificates", "cert", "key"],
        &["tls"],
        "write `tls = { certificates = [\"NAME\"] }`, and [certificates.NAME]",
    ),
    row(
        "listener",
        &["http2", "h2", "alpn"],
        &["protocols"],
        "write `protocols = [\"http/1.1\", \"h2\"]`",
    ),
    row(
        "listener",
        &["server_name", "domain", "domains", "hosts", "routes", "location"],
        &[],
        "hosts and paths stand in the routes: `match = [\"shop.example.org/api\"]` in [[routes]]",
    ),
    row(
        "configuration",
        &[
            "server",
            "servers",
            "listen",
            "bind",
            "port",
            "ports",
            "address",
            "frontend",
            "frontends",
            "entrypoint",
            "entrypoints",
            "gateway",
        ],
        &["listeners"],
        "where it listens stands in [listeners.NAME]: `address = \"[::]:8080\"`",
    ),
    row(
        "configuration",
        &["upstream", "upstreams", "cluster", "clusters", "pool", "pools", "target", "targets"],
        &["backends"],
        "who answers stands in [backends.NAME], which lists its `targets`",
    ),
    row(
        "configuration",
        &[
            "router",
            "routers",
            "location",
            "locations",
            "host",
            "hosts",
            "virtual_host",
            "virtual_hosts",
            "vhost",
            "vhosts",
            "site",
            "sites",
            "rule",
            "rules",
            "path",
            "http",
        ],
        &["routes"],
        "each route has a header `[[routes]]`: `match = [\"shop.example.org/api\"]`",
    ),
    row(
        "configuration",
        &["tls", "ssl", "cert", "certs"],
        &["certificates"],
        "a listener has a table `tls`, which names what [certificates.NAME] hold",
    ),
    row(
        "configuration",
        &["access_log", "error_log"],
        &["logs"],
        "write [logs] with `access = \"stdout\"`",
    ),
    row("configuration", TIMEOUTS, &[], TIMEOUTS_HELP),
];

/// What was meant by a word that another proxy has for it; `word` is in lower case, with `_`.
pub(super) fn foreign(rows: &Table, word: &str) -> Option<&'static Foreign> {
    FOREIGN.iter().find(|row| row.table == rows.name && row.words.contains(&word))
}

/// Tables around a table, the nearest first.
fn around(rows: &Table) -> Vec<Vec<&'static Table>> {
    let of_backend = || vec![&TARGET, &CLIENT, &HEALTH_CHECK, &LOAD_BALANCING, &OUTLIER];
    match rows.name {
        "configuration" => vec![vec![&DEFAULTS], vec![&LIMITS, &LOGS, &PATHS]],
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
    use super::super::keys::ROOT;
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn foreign_words_are_no_keys_and_mean_keys_of_their_table() {
        let tables = [&ROOT, &ROUTE, &BACKEND, &TARGET, &LISTENER];
        let mut seen = HashSet::new();
        for row in FOREIGN {
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
        check(&ROUTE, "wheight", None);
    }
}
