//! Keys of `[certificates.NAME]` and `[acme]`.

use super::form::Form;
use super::row::{Choice, Key, Kind, Table, duration_from, texts};

/// `[certificates.NAME]`.
pub static CERTIFICATE: Table = Table {
    header: "[certificates.NAME]",
    name: "certificate",
    doc: "A certificate and its key, or without a key an authority; read on the edge, never while \
          compiling.",
    keys: &[
        Key::new("certificate", Kind::Text(Form::Source), "Where its chain is, as PEM.")
            .required("\"file:/etc/ssl/shop.pem\""),
        Key::new("key", Kind::Text(Form::Secret), "Where its key is; none for an authority.")
            .such_as("\"credential:shop-key\""),
    ],
};

/// `[acme]`.
pub static ACME: Table = Table {
    header: "[acme]",
    name: "acme",
    doc: "How certificates are ordered that a listener calls `auto` (RFC 8555).",
    keys: &[
        Key::new(
            "directory",
            Kind::Either(&[
                Kind::Choice(&[Choice::of("letsencrypt"), Choice::of("letsencrypt-staging")]),
                Kind::Text(Form::Url),
            ]),
            "The authority: `letsencrypt`, `letsencrypt-staging`, or the URL of a directory.",
        )
        .or("\"letsencrypt\"")
        .such_as("\"https://localhost:14000/dir\""),
        Key::new(
            "directory_ca",
            Kind::Text(Form::Source),
            "The root that the directory's own certificate has; the system's without it.",
        )
        .such_as("\"file:/etc/ssl/pebble.pem\""),
        Key::new("contact", texts!(Contact), "Whom the authority writes to.")
            .or("[]")
            .such_as("[\"mailto:ops@example.org\"]"),
        Key::new("external_account", Kind::Table(&EXTERNAL_ACCOUNT), EXTERNAL_ACCOUNT.doc)
            .such_as("{ id = \"kid\", key = \"env:EAB_KEY\" }"),
        Key::new(
            "key_type",
            Kind::Choice(&[
                Choice::of("ecdsa-p256"),
                Choice::of("ecdsa-p384"),
                Choice::of("rsa-2048"),
                Choice::of("rsa-4096"),
            ]),
            "Kind of the certificates' keys.",
        )
        .or("\"ecdsa-p256\"")
        .such_as("\"ecdsa-p384\""),
        Key::new(
            "profile",
            Kind::Text(Form::Any),
            "Profile of the orders, if the authority has such.",
        )
        .such_as("\"tlsserver\""),
        Key::new(
            "preferred_challenge",
            Kind::Choice(&[Choice::of("http-01"), Choice::of("tls-alpn-01"), Choice::of("dns-01")]),
            "How a name is proved, where the authority leaves a choice; `dns-01` needs `dns_hook`.",
        )
        .or("\"http-01\"")
        .such_as("\"tls-alpn-01\""),
        Key::new("dns_hook", Kind::Table(&DNS_HOOK), DNS_HOOK.doc)
            .such_as("{ command = [\"/usr/local/bin/dns-hook\"] }"),
        Key::new(
            "export_dir",
            Kind::Text(Form::Any),
            "Where certificates are written for other programs.",
        )
        .such_as("\"certs/live\""),
    ],
};

/// `external_account` of `[acme]`.
pub static EXTERNAL_ACCOUNT: Table = Table {
    header: "external_account",
    name: "external_account",
    doc: "An account of the authority that the orders are bound to (RFC 8555 7.3.4).",
    keys: &[
        Key::new("id", Kind::Text(Form::Any), "Its id.").required("\"kid\""),
        Key::new("key", Kind::Text(Form::Secret), "Its key.").required("\"env:EAB_KEY\""),
    ],
};

/// `dns_hook` of `[acme]`.
pub static DNS_HOOK: Table = Table {
    header: "dns_hook",
    name: "dns_hook",
    doc: "A command that sets and removes the record of `dns-01`.",
    keys: &[
        Key::new("command", texts!(Any), "The command and its arguments; no shell.")
            .required("[\"/usr/local/bin/dns-hook\"]"),
        Key::new("timeout", duration_from(10), "How long it may take.").or("\"120s\""),
    ],
};
