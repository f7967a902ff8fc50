//! Keys of `[[routes]]`.

use super::backend::BACKEND;
use super::row::{Key, Kind, NAME, TEXTS, Table, duration, text};

/// `[[routes]]`.
pub static ROUTE: Table = Table {
    header: "[[routes]]",
    name: "route",
    doc: "Which requests go to which backend. Of all routes that fit, the most specific wins.",
    keys: &[
        Key::new(
            "id",
            Kind::Text { pattern: "^[!-~]{1,253}$" },
            "Unique; printable ASCII without space.",
        )
        .required("\"shop\""),
        Key::new("name", text(), "For people."),
        Key::new("metadata", Kind::Words, "For people.").or("{}"),
        Key::new("enabled", Kind::Flag, "`false` leaves the route out.").or("true"),
        Key::new(
            "match",
            TEXTS,
            "One or more patterns, `host[/path]`: `shop.example.org/api/:id`, \
             `*.example.org/v*/$id<[0-9]+>`.",
        )
        .required("[\"shop.example.org/api\"]"),
        Key::new("methods", TEXTS, "Methods that fit; all without it."),
        Key::new("headers", Kind::Words, "Conditions on fields.").later(),
        Key::new("query", Kind::Words, "Conditions on the query.").later(),
        Key::new("cookies", Kind::Words, "Conditions on cookies.").later(),
        Key::new(
            "exact",
            Kind::Flag,
            "Whether the path must end where the pattern does; else it is a prefix of whole \
             segments.",
        )
        .or("false"),
        Key::new(
            "strip_path",
            Kind::Flag,
            "Removes the matched segments before `root` is put in front.",
        )
        .or("false"),
        Key::new(
            "priority",
            Kind::Integer { min: i32::MIN as i64, max: i32::MAX as i64 },
            "Decides where specificity leaves a tie; higher wins.",
        )
        .or("0"),
        Key::new(
            "listeners",
            Kind::List(&NAME),
            "Listeners of the route; all that serve routes without it.",
        ),
        Key::new(
            "backend",
            Kind::Either(&[NAME, Kind::Table(&BACKEND)]),
            "Name of a backend, or a backend written here.",
        )
        .required("\"shop\""),
        Key::new("request_headers", Kind::Table(&HEADER_CHANGES), "Changes to what is sent.")
            .later(),
        Key::new("response_headers", Kind::Table(&HEADER_CHANGES), "Changes to the answer.")
            .later(),
        Key::new("upgrade", TEXTS, "Protocols a connection may change to.").later(),
        Key::new("hsts", Kind::Table(&HSTS), HSTS.doc).later(),
        Key::new("redirect", Kind::Table(&REDIRECT), REDIRECT.doc).later(),
        Key::new("respond", Kind::Table(&RESPOND), RESPOND.doc).later(),
    ],
};

static HEADER_CHANGES: Table = Table {
    header: "header changes",
    name: "header_changes",
    doc: "Changes to fields.",
    keys: &[
        Key::new("set", Kind::Words, "Replaces fields."),
        Key::new("add", Kind::Words, "Adds fields."),
        Key::new("remove", TEXTS, "Removes fields."),
    ],
};

static HSTS: Table = Table {
    header: "hsts",
    name: "hsts",
    doc: "Strict-Transport-Security.",
    keys: &[
        Key::new("max_age", duration(), "How long a browser remembers it."),
        Key::new("include_subdomains", Kind::Flag, "Whether subdomains are meant too."),
        Key::new("preload", Kind::Flag, "Whether browsers may ship it."),
    ],
};

static REDIRECT: Table = Table {
    header: "redirect",
    name: "redirect",
    doc: "Answers with another place.",
    keys: &[
        Key::new("to", text(), "The place."),
        Key::new("status", Kind::Integer { min: 300, max: 399 }, "Status of the answer."),
    ],
};

static RESPOND: Table = Table {
    header: "respond",
    name: "respond",
    doc: "Answers with a fixed text.",
    keys: &[
        Key::new("status", Kind::Integer { min: 200, max: 599 }, "Status of the answer."),
        Key::new("body", text(), "The text."),
        Key::new("headers", Kind::Words, "Its fields."),
    ],
};
