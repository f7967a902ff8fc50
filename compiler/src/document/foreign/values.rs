//! What the words of other proxies mean that stand where one of several words belongs. Judges no
//! key.

use crate::document::keys::Choice;
use crate::document::nearest::{folded, nearest};

/// Words in lower case, with `_` for `-` and without space; the first of the meant ones that may
/// stand there is it.
static WORDS: &[(&[&str], &[&str])] = &[
    (&["http/1", "http1", "http1.1", "http_1.1", "h1"], &["http/1.1", "HTTP/1.1"]),
    (&["http/1.0", "http1.0"], &["HTTP/1.0"]),
    (&["http/2", "http/2.0", "http2", "http2.0", "http_2", "h2", "h2c"], &["h2", "HTTP/2.0"]),
    (&["http/3", "http/3.0", "http3", "http3.0", "http_3", "h3", "quic"], &["h3", "HTTP/3.0"]),
    (&["tlsv1.2", "tls1.2", "tls_1.2", "tlsv1_2", "tls12", "versiontls12", "tls1_2"], &["1.2"]),
    (&["tlsv1.3", "tls1.3", "tls_1.3", "tlsv1_3", "tls13", "versiontls13", "tls1_3"], &["1.3"]),
    (&["combined", "common", "ncsa", "clf", "apache", "nginx", "plain"], &["text"]),
    (&["structured", "jsonl", "ndjson"], &["json"]),
    (&["rr", "wrr", "weighted", "weighted_round_robin", "roundrobin"], &["round_robin"]),
    (&["least_conn", "leastconn", "least_request", "lc"], &["least_connections"]),
    (&["ip_hash", "iphash", "source", "source_ip", "client_ip"], &["ip_address_hash"]),
    (&["p2c", "power_of_two", "two_random_choices"], &["power_of_two_random_choices"]),
    (&["least_time", "leasttime", "ewma", "peak_ewma"], &["best_response_time"]),
    (&["sticky_cookie", "session", "session_affinity"], &["sticky"]),
    (&["cookie"], &["cookie_hash"]),
    (&["header"], &["header_hash"]),
    (&["first", "backup", "primary_backup"], &["failover"]),
    (&["required", "on", "verify", "require_and_verify"], &["require"]),
    (&["optional", "want"], &["request"]),
    (&["off"], &["none"]),
];

/// The word that was probably meant: one that others have for it, or one close by letters.
pub(in crate::document) fn meant(typed: &str, choices: &'static [Choice]) -> Option<&'static str> {
    // As long as the longest of them, and some space.
    let word =
        if typed.len() <= 64 { folded(typed.trim()).replace(' ', "_") } else { String::new() };
    let is_one = |meant: &&&'static str| choices.iter().any(|choice| choice.word == **meant);
    let rows = || WORDS.iter().filter(|(words, _)| words.contains(&word.as_str()));
    // The same word in another spelling is itself.
    let own = choices.iter().map(|choice| choice.word).find(|known| folded(known) == word);
    let foreign = || rows().find_map(|(_, meant)| meant.iter().find(is_one).copied());
    own.or_else(foreign).or_else(|| {
        // Another number is another thing, and no slip.
        let near = nearest(typed, choices.iter().map(|choice| choice.word))?;
        digits(near).starts_with(&digits(typed)).then_some(near)
    })
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::keys::{Key, Kind, LISTENER, LOAD_BALANCING, LOGS, TARGET, TLS};

    fn choices(key: &'static Key) -> &'static [Choice] {
        match &key.kind {
            Kind::Choice(choices) | Kind::List(Kind::Choice(choices)) => choices,
            kind => panic!("{kind:?}"),
        }
    }

    #[test]
    fn words_of_others_mean_one_of_ours() {
        let check =
            |rows: &'static crate::document::keys::Table, key: &str, words: &[(&str, &str)]| {
                let choices = choices(rows.key(key).expect("a key"));
                for (typed, expected) in words {
                    let expected = Some(*expected).filter(|word| !word.is_empty());
                    assert_eq!(meant(typed, choices), expected, "{key} {typed}");
                }
            };
        check(
            &LISTENER,
            "protocols",
            &[
                ("http/2", "h2"),
                ("http2", "h2"),
                ("HTTP/2", "h2"),
                ("h2c", "h2"),
                ("http3", "h3"),
                ("quic", "h3"),
                ("HTTP/1.1", "http/1.1"),
                ("htp/1.1", "http/1.1"),
                ("http/1", "http/1.1"),
                ("http/4", ""),
                ("spdy", ""),
                ("", ""),
            ],
        );
        check(
            &TARGET,
            "protocol",
            &[("h2", "HTTP/2.0"), ("http/2", "HTTP/2.0"), ("http/1.1", "HTTP/1.1")],
        );
        check(
            &LOAD_BALANCING,
            "type",
            &[
                ("least_conn", "least_connections"),
                ("ip_hash", "ip_address_hash"),
                ("roundrobin", "round_robin"),
                ("round-robin", "round_robin"),
                ("randon", "random"),
                ("maglev", ""),
            ],
        );
        check(
            &TLS,
            "min_version",
            &[("TLSv1.2", "1.2"), ("TLS 1.3", "1.3"), ("1.1", ""), ("TLSv1", "")],
        );
        check(&LOGS, "format", &[("combined", "text"), ("JSON", "json"), ("xml", "")]);
    }
}
