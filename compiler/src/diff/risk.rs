//! Changes that let more in, check less or wait longer: they are told before everything else.

use std::net::SocketAddr;

use crate::document::value::{duration_ms, network, size_bytes};

/// What makes a change risky, if anything does. A side that does not say it is empty.
pub(super) fn of(path: &[String], key: &str, old: &str, new: &str) -> Option<&'static str> {
    let last = key.rsplit('.').next().unwrap_or(key);
    let kind = path.first().map(String::as_str).unwrap_or_default();
    let kept = |old: &str, new: &str| {
        let old: Vec<_> = old.split(", ").filter_map(|one| network(one).ok()).collect();
        let inside = |one: (std::net::IpAddr, u8)| {
            old.iter().any(|(ip, len)| *len <= one.1 && masked(*ip, *len) == masked(one.0, *len))
        };
        new.split(", ").filter_map(|one| network(one).ok()).all(inside)
    };
    if let Some(risk) = of_entry(kind, key, old, new) {
        return Some(risk);
    }
    match last {
        "trusted_proxies" if !kept(old, new) => Some("trust widened"),
        "from" | "allow" if key != "tls" && !kept(old, new) => Some("trust widened"),
        "verify" if weaker(new, old, &["none", "no_hostname", "full"], "full") => {
            Some("verification weakened")
        }
        "mode" if weaker(new, old, &["none", "request", "require"], "none") => {
            Some("verification weakened")
        }
        "min_version" if weaker(new, old, &["1.2", "1.3"], "1.2") => Some("verification weakened"),
        "tls" if old == "true" && new == "false" => Some("verification weakened"),
        "enabled" if key.contains("tls_settings") && new == "false" => {
            Some("verification weakened")
        }
        "ca" | "crl" | "hosts" if key.contains("client_auth") => Some("trust changed"),
        "trusted_certificates" | "client_certificates" => Some("trust changed"),
        "key" | "password" | "secret" => Some("secret's reference changed"),
        "certificate" if kind == "certificates" => Some("certificate's reference changed"),
        "dot_segments" if new == "normalize" => Some("limit loosened"),
        "underscores" if new == "pass" => Some("limit loosened"),
        "retry_on" if new.contains("non_idempotent") && !old.contains("non_idempotent") => {
            Some("retries loosened")
        }
        "body_bytes" | "head_bytes" | "target_bytes" => {
            longer(size_bytes(old).ok()?, size_bytes(new).ok()?).then_some("limit loosened")
        }
        // A least rate: the smaller, the more is borne.
        "min_body_rate" => {
            (size_bytes(new).ok()? < size_bytes(old).ok()?).then_some("limit loosened")
        }
        "head_fields" => {
            (new.parse::<u64>().ok()? > old.parse::<u64>().ok()?).then_some("limit loosened")
        }
        "max_connections" | "per_client" | "max_requests" => {
            longer(old.parse().unwrap_or(0), new.parse().unwrap_or(0)).then_some("limit loosened")
        }
        _ if last.ends_with("_timeout") => {
            longer(duration_ms(old).ok()?, duration_ms(new).ok()?).then_some("timeout loosened")
        }
        _ => None,
    }
}

/// What lets requests in that did not come in.
fn of_entry(kind: &str, key: &str, old: &str, new: &str) -> Option<&'static str> {
    match (kind, key) {
        ("routes", key) if is_condition(key) && !old.is_empty() && new.is_empty() => {
            Some("condition dropped")
        }
        ("routes", key) if is_condition(key) && old != new && new == "Exists()" => {
            Some("condition loosened")
        }
        ("routes", "listeners") if adds(old, new) => Some("open by more listeners"),
        // No method is all of them; so is no word here.
        ("routes", "methods") if !old.is_empty() && (new.is_empty() || adds(old, new)) => {
            Some("takes more methods")
        }
        ("routes", "request_headers") if keeps_less_out(old, new) => {
            Some("field no longer removed")
        }
        ("listeners", "address") if is_opened(old, new) => Some("opened to more"),
        ("backends", "health_check.url" | "health_check.type")
            if !old.is_empty() && new.is_empty() =>
        {
            Some("health check dropped")
        }
        _ => None,
    }
}

fn is_condition(key: &str) -> bool {
    ["headers.", "query.", "cookies."].iter().any(|place| key.starts_with(place))
}

/// Whether a list has something that it had not.
fn adds(old: &str, new: &str) -> bool {
    let old: Vec<&str> = old.split(", ").collect();
    new.split(", ").any(|one| !one.is_empty() && !old.contains(&one))
}

/// Whether a field that was removed from requests is let through.
fn keeps_less_out(old: &str, new: &str) -> bool {
    let removes = |text: &str| -> Vec<String> {
        let each = text.split(", ").filter_map(|one| one.strip_prefix("remove "));
        each.map(str::to_owned).collect()
    };
    let now = removes(new);
    removes(old).iter().any(|name| {
        // Set to something of our own, it is not the client's either.
        !now.contains(name) && !new.contains(&format!("set {name}: "))
    })
}

/// Whether others than this machine come in where they did not.
fn is_opened(old: &str, new: &str) -> bool {
    let addresses = |text: &str| -> Vec<SocketAddr> {
        text.split(", ").filter_map(|one| one.parse().ok()).collect()
    };
    let was = addresses(old);
    let covers = |old: &SocketAddr, new: &SocketAddr| {
        old == new || (old.ip().is_unspecified() && old.port() == new.port())
    };
    let opens =
        |new: &SocketAddr| !new.ip().is_loopback() && !was.iter().any(|old| covers(old, new));
    addresses(new).iter().any(opens)
}

/// Whether a limit allows more; zero is none.
fn longer(old: u64, new: u64) -> bool {
    old != new && (new == 0 || (old != 0 && new > old))
}

fn weaker(new: &str, old: &str, words: &[&str], default: &str) -> bool {
    let rank = |word: &str| {
        let word = if word.is_empty() { default } else { word };
        words.iter().position(|known| *known == word)
    };
    rank(new) < rank(old)
}

fn masked(ip: std::net::IpAddr, len: u8) -> (bool, u128) {
    let (is_v4, bits) = match ip {
        std::net::IpAddr::V4(ip) => (true, u128::from(u32::from(ip)) << 96),
        std::net::IpAddr::V6(ip) => (false, u128::from(ip)),
    };
    let mask = u128::MAX.checked_shl(128 - u32::from(len.min(128))).unwrap_or(0);
    (is_v4, bits & mask)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lets_more_in_is_told() {
        for (kind, key, less, more, expected) in [
            ("routes", "headers.x-token", "a", "", "condition dropped"),
            ("routes", "cookies.beta", "1", "Exists()", "condition loosened"),
            ("routes", "listeners", "int", "int, web", "open by more listeners"),
            ("routes", "methods", "GET", "GET, POST", "takes more methods"),
            ("routes", "methods", "GET", "", "takes more methods"),
            ("routes", "request_headers", "remove x-user", "", "field no longer removed"),
            ("listeners", "address", "127.0.0.1:81", "[::]:81", "opened to more"),
            ("listeners", "address", "127.0.0.1:81", "127.0.0.1:81, 10.0.0.1:81", "opened to more"),
            ("backends", "health_check.url", "/up", "", "health check dropped"),
        ] {
            let path = [kind.to_owned(), "x".to_owned()];
            assert_eq!(of(&path, key, less, more), Some(expected), "{key}: {less} -> {more}");
            assert_eq!(of(&path, key, more, less), None, "{key}: {more} -> {less}");
        }
        let path = ["routes".to_owned(), "x".to_owned()];
        let set = "set x-user: none";
        assert_eq!(of(&path, "request_headers", "remove x-user", set), None);
        let path = ["listeners".to_owned(), "x".to_owned()];
        assert_eq!(of(&path, "address", "[::]:81", "10.0.0.1:81"), None);
    }

    #[test]
    fn risk_is_told_in_one_direction() {
        let none: [String; 0] = [];
        for (key, old, new, expected) in [
            ("trusted_proxies", "10.0.0.0/8", "10.0.0.0/7", Some("trust widened")),
            ("trusted_proxies", "10.0.0.0/8", "10.1.0.0/16", None),
            ("trusted_proxies", "", "::/0", Some("trust widened")),
            ("tls_settings.verify", "", "none", Some("verification weakened")),
            ("tls_settings.verify", "none", "full", None),
            ("tls.client_auth.mode", "require", "request", Some("verification weakened")),
            ("tls.min_version", "1.3", "", Some("verification weakened")),
            ("client.call_timeout", "30s", "1m", Some("timeout loosened")),
            ("client.call_timeout", "30s", "0s", Some("timeout loosened")),
            ("client.call_timeout", "0s", "30s", None),
            ("limits.body_bytes", "1MiB", "0B", Some("limit loosened")),
            ("limits.body_bytes", "0B", "1MiB", None),
            ("limits.min_body_rate", "1KiB", "0B", Some("limit loosened")),
            ("paths.dot_segments", "reject", "normalize", Some("limit loosened")),
            ("key", "env:A", "env:B", Some("secret's reference changed")),
            ("client.retry_on", "reset", "reset, non_idempotent", Some("retries loosened")),
            ("root", "/", "/api", None),
        ] {
            assert_eq!(of(&none, key, old, new), expected, "{key}: {old} -> {new}");
        }
    }
}
