//! What to put in the place of keys that this version refuses. Decides nothing.

/// What stands in for the key `key` of the table that the JSON Schema calls `table`; `None` where
/// nothing does.
pub fn until_then(key: &str, table: &str) -> Option<&'static str> {
    match (table, key) {
        ("target", "tls" | "tls_settings") | ("backend", "proxy") => Some("a tunnel beside"),
        ("target", "protocol") => Some("speak HTTP/1.1 to it"),
        ("route", "headers" | "query" | "cookies") => {
            Some("tell requests apart by host, path and method")
        }
        ("route", "request_headers" | "response_headers" | "redirect" | "respond") => {
            Some("let the targets do it")
        }
        ("listener", "serve") | (_, "services" | "registry") => Some("write routes"),
        ("listener", "tls" | "redirect_to_https" | "protocols")
        | ("route", "hsts")
        | (_, "certificates" | "acme") => {
            Some("TLS ends in front of the edge; its address goes into `trusted_proxies`")
        }
        ("load_balancing", _)
        | ("backend", "health_check" | "outlier")
        | ("target", "backup" | "predicate") => {
            Some("targets share requests by `weight`, and a weight of 0 drains one")
        }
        (_, "defaults" | "node") => Some("write it out where it holds"),
        _ => None,
    }
}
