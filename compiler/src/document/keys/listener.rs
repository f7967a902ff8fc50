//! Keys of `[listeners.NAME]`.

use super::row::{Choice, Key, Kind, TEXTS, Table, text};

/// `[listeners.NAME]`.
pub static LISTENER: Table = Table {
    header: "[listeners.NAME]",
    name: "listener",
    doc: "Where requests come in.",
    keys: &[
        Key::new(
            "address",
            Kind::OneOrMore(&text()),
            "IP address and port, or a list of such: `[::]:80`, `127.0.0.1:8080`. `[::]` takes \
             IPv4 too, unless the port is also listed with an IPv4 address. Port 0 takes a free \
             one.",
        )
        .required("\"[::]:80\""),
        Key::new(
            "serve",
            Kind::Choice(&[Choice::now("routes"), Choice::later("services")]),
            "What is served there.",
        )
        .or("\"routes\""),
        Key::new(
            "protocols",
            Kind::List(&Kind::Choice(&[
                Choice::now("http/1.1"),
                Choice::later("h2"),
                Choice::later("h3"),
            ])),
            "What is spoken there.",
        )
        .or("[\"http/1.1\"]"),
        Key::new(
            "redirect_to_https",
            Kind::Either(&[Kind::Flag, Kind::Table(&REDIRECT)]),
            "Answers every request with a redirect to https.",
        )
        .later(),
        Key::new(
            "proxy_protocol",
            Kind::Table(&PROXY_PROTOCOL),
            "Networks from which the PROXY protocol is expected.",
        )
        .later(),
        Key::new(
            "max_connections",
            Kind::Integer { min: 0, max: i64::MAX },
            "Most connections at once; 0: by descriptors.",
        )
        .later(),
        Key::new(
            "per_client",
            Kind::Integer { min: 0, max: i64::MAX },
            "Most connections of one client at once.",
        )
        .later(),
        Key::new("tls", Kind::Table(&TLS), TLS.doc).later(),
    ],
};

static REDIRECT: Table = Table {
    header: "redirect_to_https",
    name: "redirect_to_https",
    doc: "Redirect of a whole listener.",
    keys: &[
        Key::new("status", Kind::Integer { min: 300, max: 399 }, "Status of the answer."),
        Key::new("except", TEXTS, "Paths that are served as they are."),
    ],
};

static PROXY_PROTOCOL: Table = Table {
    header: "proxy_protocol",
    name: "proxy_protocol",
    doc: "The PROXY protocol in front of a connection.",
    keys: &[Key::new("from", TEXTS, "Networks that send it.")],
};

static TLS: Table = Table {
    header: "[listeners.NAME.tls]",
    name: "listener_tls",
    doc: "TLS of a listener.",
    keys: &[
        Key::new("certificates", TEXTS, "Names of certificates; `auto` orders them."),
        Key::new("default_certificate", text(), "What a client without a known name is shown."),
        Key::new(
            "min_version",
            Kind::Choice(&[Choice::now("1.2"), Choice::now("1.3")]),
            "Oldest version of TLS.",
        ),
        Key::new("client_auth", Kind::Table(&CLIENT_AUTH), CLIENT_AUTH.doc),
    ],
};

static CLIENT_AUTH: Table = Table {
    header: "client_auth",
    name: "client_auth",
    doc: "Certificates of clients.",
    keys: &[
        Key::new(
            "mode",
            Kind::Choice(&[Choice::now("none"), Choice::now("request"), Choice::now("require")]),
            "Whether a client is asked for its certificate.",
        ),
        Key::new("ca", TEXTS, "Names of the authorities that sign them."),
        Key::new("crl", TEXTS, "Lists of revoked ones."),
        Key::new("hosts", TEXTS, "Hosts for which they are asked."),
    ],
};
