//! Keys of `[[routes]]`.

use pointsman_schemas::artifact::Feature;

use super::backend::BACKEND;
use super::form::Form;
use super::row::{FIELDS, Key, Kind, Table, duration, texts};

const CONDITIONS: Kind = Kind::Words { keys: Form::Any, values: Form::Condition };

/// `[[routes]]`.
pub static ROUTE: Table = Table {
    header: "[[routes]]",
    name: "route",
    doc: "Which requests go to which backend. Of all routes that fit, the most specific wins.",
    keys: &[
        Key::new("id", Kind::Text(Form::RouteId), "Unique; printable ASCII without space.")
            .required("\"shop\""),
        Key::new("name", Kind::Text(Form::Any), "For people, and `${route.name}`.")
            .such_as("\"The shop\""),
        Key::new(
            "metadata",
            Kind::Words { keys: Form::Any, values: Form::Any },
            "For people, and `${route.metadata.NAME}`.",
        )
        .or("{}")
        .such_as("{ team = \"billing\" }"),
        Key::new("enabled", Kind::Flag, "`false` leaves the route out.").or("true"),
        Key::new(
            "match",
            texts!(Pattern),
            "One or more patterns, `host[/path]`: `shop.example.org/api/:id`, \
             `*.example.org/v*/$id<[0-9]+>`.",
        )
        .required("[\"shop.example.org/api\"]"),
        Key::new("methods", texts!(Method), "Methods that fit; all without it.")
            .such_as("[\"GET\", \"HEAD\"]"),
        Key::new(
            "headers",
            CONDITIONS,
            "Conditions on fields: text, `Regex(re)`, `Wildcard(glob)`, `Exists()`, \
             `NotDefined()`. One fitting value is enough.",
        )
        .or("{}")
        .such_as("{ \"x-env\" = \"Regex(pre.*)\" }"),
        Key::new("query", CONDITIONS, "The same for parameters of the query.")
            .or("{}")
            .such_as("{ beta = \"Exists()\" }"),
        Key::new("cookies", CONDITIONS, "The same for cookies.")
            .or("{}")
            .such_as("{ session = \"NotDefined()\" }"),
        Key::new(
            "exact",
            Kind::Flag,
            "Whether the path must end where the pattern does; else it is a prefix of whole \
             segments.",
        )
        .or("false")
        .such_as("true"),
        Key::new(
            "strip_path",
            Kind::Flag,
            "Removes the matched segments before `root` is put in front.",
        )
        .or("false")
        .such_as("true"),
        Key::new(
            "priority",
            Kind::Integer { min: i32::MIN as i64, max: i32::MAX as i64 },
            "Decides where specificity leaves a tie; higher wins.",
        )
        .or("0")
        .such_as("10"),
        Key::new(
            "listeners",
            texts!(Listener),
            "Listeners of the route; all that serve routes without it.",
        )
        .such_as("[\"web\"]"),
        Key::new(
            "backend",
            Kind::Either(&[Kind::Text(Form::Backend), Kind::Table(&BACKEND)]),
            "Name of a backend, or a backend written here; this, `redirect` or `respond`.",
        )
        .such_as("\"shop\""),
        Key::new("redirect", Kind::Table(&REDIRECT), REDIRECT.doc)
            .such_as("{ to = \"https://new.example.org${req.uri}\" }")
            .needs(Feature::ANSWERS),
        Key::new("respond", Kind::Table(&RESPOND), RESPOND.doc)
            .such_as("{ status = 503, body = \"closed\\n\" }")
            .needs(Feature::ANSWERS),
        Key::new(
            "request_headers",
            Kind::Table(&HEADER_CHANGES),
            "Changes to the fields that are sent to a target: `remove`, then `set`, then `add`.",
        )
        .such_as("{ set = { \"x-user\" = \"${req.query.user:nobody}\" } }")
        .needs(Feature::FIELD_CHANGES),
        Key::new(
            "response_headers",
            Kind::Table(&HEADER_CHANGES),
            "Changes to the fields of the answer: `remove`, then `set`, then `add`.",
        )
        .such_as("{ remove = [\"server\"] }")
        .needs(Feature::FIELD_CHANGES),
        Key::new("upgrade", texts!(Upgrade), "Protocols a connection may change to; `[]`: none.")
            .or("[\"websocket\"]")
            .needs(Feature::UPGRADE),
        Key::new("hsts", Kind::Table(&HSTS), HSTS.doc)
            .such_as("{ max_age = \"365d\" }")
            .needs(Feature::HSTS),
    ],
};

/// `request_headers` and `response_headers`.
pub static HEADER_CHANGES: Table = Table {
    header: "header changes",
    name: "header_changes",
    doc: "Changes to fields, in this order: `remove`, `set`, `add`.",
    keys: &[
        Key::new("set", FIELDS, "Fields that are replaced, or added where they are not there.")
            .or("{}")
            .such_as("{ \"x-served-by\" = \"edge\" }"),
        Key::new("add", FIELDS, "Fields that are added to what is there.")
            .or("{}")
            .such_as("{ vary = \"accept\" }"),
        Key::new("remove", texts!(FieldName), "Fields that are removed.")
            .or("[]")
            .such_as("[\"x-debug\"]"),
    ],
};

/// `hsts`.
pub static HSTS: Table = Table {
    header: "hsts",
    name: "hsts",
    doc: "Strict-Transport-Security on answers over TLS.",
    keys: &[
        Key::new("max_age", duration(), "How long a browser remembers it.").or("\"365d\""),
        Key::new("include_subdomains", Kind::Flag, "Whether subdomains are meant too.")
            .or("false")
            .such_as("true"),
        Key::new("preload", Kind::Flag, "Whether browsers may ship it.")
            .or("false")
            .such_as("true")
            .beside("include_subdomains = true"),
    ],
};

/// `redirect`.
pub static REDIRECT: Table = Table {
    header: "redirect",
    name: "redirect",
    doc: "Answers with another place; no target is asked.",
    keys: &[
        Key::new(
            "to",
            Kind::Text(Form::Template),
            "The place: an absolute URL whose scheme and host are text, or a path; may hold \
             expressions.",
        )
        .required("\"https://new.example.org${req.uri}\""),
        Key::new("status", Kind::Integer { min: 301, max: 308 }, "301, 302, 303, 307 or 308.")
            .or("308")
            .such_as("302"),
    ],
};

/// `respond`.
pub static RESPOND: Table = Table {
    header: "respond",
    name: "respond",
    doc: "Answers with a fixed text; no target is asked.",
    keys: &[
        Key::new("status", Kind::Integer { min: 200, max: 599 }, "Status of the answer.")
            .required("503"),
        Key::new("body", Kind::Text(Form::Any), "The text.").or("\"\"").such_as("\"closed\\n\""),
        Key::new(
            "headers",
            Kind::Words { keys: Form::FieldName, values: Form::FieldValue },
            "Its fields.",
        )
        .or("{}")
        .such_as("{ \"retry-after\" = \"3600\" }"),
    ],
};
