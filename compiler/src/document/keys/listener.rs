//! Keys of `[listeners.NAME]`.

use pointsman_schemas::artifact::Feature;

use super::form::Form;
use super::row::{Choice, Key, Kind, Table, count, texts};

/// `[listeners.NAME]`.
pub static LISTENER: Table = Table {
    header: "[listeners.NAME]",
    name: "listener",
    doc: "Where requests come in.",
    keys: &[
        Key::new(
            "address",
            Kind::OneOrMore(&Kind::Text(Form::ListenAddress)),
            "IP address and port, or a list of such: `[::]:80`, `127.0.0.1:8080`. `[::]` takes \
             IPv4 too, unless the port is also listed with an IPv4 address. Port 0 takes a free \
             one. `fd:NAME` is a socket that systemd hands over.",
        )
        .required("\"[::]:80\""),
        Key::new(
            "serve",
            Kind::Choice(&[Choice::of("routes"), Choice::needing("services", Feature::SERVICES)]),
            "What is served there; never a mix.",
        )
        .or("\"routes\""),
        Key::new(
            "protocols",
            Kind::List(&Kind::Choice(&[
                Choice::of("http/1.1"),
                Choice::needing("h2", Feature::LISTENER_HTTP2),
                Choice::needing("h3", Feature::LISTENER_HTTP3),
            ])),
            "What is spoken there: over TLS by ALPN; a plain listener with `h2` takes prior \
             knowledge, and `h3` needs TLS.",
        )
        .or("[\"http/1.1\"]")
        .such_as("[\"http/1.1\", \"h2\"]"),
        Key::new(
            "redirect_to_https",
            Kind::Either(&[Kind::Flag, Kind::Table(&REDIRECT_TO_HTTPS)]),
            "Answers every request of a plain listener with a redirect to https; ACME is answered \
             before it.",
        )
        .or("false")
        .such_as("true")
        .needs(Feature::HTTPS_REDIRECT),
        Key::new("proxy_protocol", Kind::Table(&PROXY_PROTOCOL), PROXY_PROTOCOL.doc)
            .such_as("{ from = [\"10.0.0.0/8\"] }")
            .needs(Feature::PROXY_PROTOCOL),
        Key::new("max_connections", count(), "Most connections at once; 0: by descriptors.")
            .or("0")
            .such_as("10000")
            .needs(Feature::CONNECTION_LIMITS),
        Key::new("per_client", count(), "Most connections of one client address at once; 0: any.")
            .or("0")
            .such_as("100")
            .needs(Feature::CONNECTION_LIMITS),
        Key::new("tls", Kind::Table(&TLS), TLS.doc)
            .such_as("{ certificates = [\"shop\"] }")
            .needs(Feature::LISTENER_TLS),
    ],
};

/// `redirect_to_https` as a table.
pub static REDIRECT_TO_HTTPS: Table = Table {
    header: "redirect_to_https",
    name: "redirect_to_https",
    doc: "Redirect of a whole listener.",
    keys: &[
        Key::new("status", Kind::Integer { min: 301, max: 308 }, "301, 302, 303, 307 or 308.")
            .or("308"),
        Key::new(
            "except",
            texts!(PathGlob),
            "Paths that are served as they are; `*` stands for one or more characters.",
        )
        .or("[]")
        .such_as("[\"/health\"]"),
    ],
};

/// `proxy_protocol`.
pub static PROXY_PROTOCOL: Table = Table {
    header: "proxy_protocol",
    name: "proxy_protocol",
    doc: "The PROXY protocol in front of a connection: demanded from these networks, refused from \
          others.",
    keys: &[
        Key::new("from", texts!(Network), "Networks that send it.").required("[\"10.0.0.0/8\"]")
    ],
};

/// `[listeners.NAME.tls]`.
pub static TLS: Table = Table {
    header: "[listeners.NAME.tls]",
    name: "listener_tls",
    doc: "TLS of a listener.",
    keys: &[
        Key::new(
            "certificates",
            texts!(CertificateOrAuto),
            "Names of certificates; `auto` orders them for the exact hosts of the routes.",
        )
        .required("[\"shop\"]"),
        Key::new(
            "default_certificate",
            Kind::Text(Form::Certificate),
            "What a client is shown that names no host that is known; refused without it.",
        )
        .such_as("\"shop\""),
        Key::new(
            "min_version",
            Kind::Choice(&[Choice::of("1.2"), Choice::of("1.3")]),
            "Oldest version of TLS.",
        )
        .or("\"1.2\"")
        .such_as("\"1.3\""),
        Key::new("client_auth", Kind::Table(&CLIENT_AUTH), CLIENT_AUTH.doc)
            .such_as("{ mode = \"require\", ca = [\"clients\"] }"),
    ],
};

/// `client_auth`.
pub static CLIENT_AUTH: Table = Table {
    header: "client_auth",
    name: "client_auth",
    doc: "Certificates of clients.",
    keys: &[
        Key::new(
            "mode",
            Kind::Choice(&[Choice::of("none"), Choice::of("request"), Choice::of("require")]),
            "Whether a client is asked for its certificate, and refused without.",
        )
        .or("\"none\"")
        .such_as("\"request\"")
        .beside("ca = [\"clients\"]"),
        Key::new("ca", texts!(Authority), "Authorities that sign them.")
            .or("[]")
            .such_as("[\"clients\"]")
            .beside("mode = \"require\""),
        Key::new("crl", texts!(Source), "Lists of revoked ones.")
            .or("[]")
            .such_as("[\"file:/etc/ssl/clients.crl\"]")
            .beside("mode = \"require\"\nca = [\"clients\"]"),
        Key::new("hosts", texts!(HostGlob), "Hosts for which they are asked; all without it.")
            .such_as("[\"*.shop.example.org\"]")
            .beside("mode = \"require\"\nca = [\"clients\"]"),
    ],
};
