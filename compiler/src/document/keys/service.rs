//! Keys of `[services.NAME]` and `[registry]`.

use super::backend::LOAD_BALANCING;
use super::client::CLIENT;
use super::row::{Key, Kind, TEXTS, Table, text};

/// `[services.NAME]`.
pub(super) static SERVICE: Table = Table {
    header: "[services.NAME]",
    name: "service",
    doc: "What the first segment of a path names, on listeners that serve services.",
    keys: &[
        Key::new("builtin", text(), "`health`, `status` or `metrics`."),
        Key::new("backend", text(), "Name of a backend."),
        Key::new("registry", Kind::Flag, "Whether instances register at run time."),
        Key::new("strip_slug", Kind::Flag, "Whether the segment is removed."),
        Key::new("client", Kind::Table(&CLIENT), CLIENT.doc),
        Key::new("load_balancing", Kind::Table(&LOAD_BALANCING), LOAD_BALANCING.doc),
        Key::new("health_check", Kind::Words, "As in a backend."),
        Key::new("outlier", Kind::Words, "As in a backend."),
    ],
};

/// `[registry]`.
pub(super) static REGISTRY: Table = Table {
    header: "[registry]",
    name: "registry",
    doc: "Where instances register.",
    keys: &[
        Key::new("address", text(), "Address; the admin socket alone without it."),
        Key::new("certificate", text(), "Name of a certificate."),
        Key::new("allow", TEXTS, "Networks that may."),
    ],
};
