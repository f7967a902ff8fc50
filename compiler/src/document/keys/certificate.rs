//! Keys of `[certificates.NAME]` and `[acme]`.

use super::row::{Choice, Key, Kind, TEXTS, Table, duration, text};

/// `[certificates.NAME]`.
pub(super) static CERTIFICATE: Table = Table {
    header: "[certificates.NAME]",
    name: "certificate",
    doc: "A certificate and its key, or an authority; read on the edge.",
    keys: &[
        Key::new("certificate", text(), "Where its chain is: `file:PATH`, `credential:NAME`."),
        Key::new("key", text(), "Where its key is; none for an authority."),
    ],
};

/// `[acme]`.
pub(super) static ACME: Table = Table {
    header: "[acme]",
    name: "acme",
    doc: "Certificates that are ordered.",
    keys: &[
        Key::new("directory", text(), "Which authority."),
        Key::new("directory_ca", text(), "Which root its own certificate has."),
        Key::new("contact", TEXTS, "Whom it writes to."),
        Key::new("external_account", Kind::Table(&EXTERNAL_ACCOUNT), EXTERNAL_ACCOUNT.doc),
        Key::new("key_type", text(), "Kind of the keys."),
        Key::new("profile", text(), "Profile of the orders."),
        Key::new(
            "preferred_challenge",
            Kind::Choice(&[
                Choice::now("http-01"),
                Choice::now("tls-alpn-01"),
                Choice::now("dns-01"),
            ]),
            "How a name is proved.",
        ),
        Key::new("dns_hook", Kind::Table(&DNS_HOOK), DNS_HOOK.doc),
        Key::new("export_dir", text(), "Where certificates are written for others."),
    ],
};

static EXTERNAL_ACCOUNT: Table = Table {
    header: "external_account",
    name: "external_account",
    doc: "An account that stands elsewhere.",
    keys: &[Key::new("id", text(), "Its id."), Key::new("key", text(), "Its key, by reference.")],
};

static DNS_HOOK: Table = Table {
    header: "dns_hook",
    name: "dns_hook",
    doc: "A command that sets a record.",
    keys: &[
        Key::new("command", TEXTS, "The command and its arguments."),
        Key::new("timeout", duration(), "How long it may take."),
    ],
};
