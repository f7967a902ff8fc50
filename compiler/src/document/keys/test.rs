//! Keys of `[[tests]]`.

use super::row::{Key, Kind, NAME, Table, text};

/// `[[tests]]`.
pub static TEST: Table = Table {
    header: "[[tests]]",
    name: "test",
    doc: "A request, and what must become of it; run by `pointsman test` and by the edge itself \
          before it serves.",
    keys: &[
        Key::new("name", text(), "For people."),
        Key::new(
            "request",
            Kind::Text { pattern: "^[^ ]+ https?://[^ ]+$" },
            "Method and URL: `GET http://shop.example.org/api/42?x=1`.",
        )
        .required("\"GET http://shop.example.org/\""),
        Key::new("headers", Kind::Words, "Further fields of the request.").or("{}"),
        Key::new("client_ip", text(), "Address of the client."),
        Key::new("listener", NAME, "Where the request comes in; the one of its scheme without."),
        Key::new("expect", Kind::Table(&EXPECT), EXPECT.doc).required("{ route = \"shop\" }"),
    ],
};

/// `expect` of a test.
pub static EXPECT: Table = Table {
    header: "expect",
    name: "expect",
    doc: "What must become of the request: one of `route`, `refused`, `status`.",
    keys: &[
        Key::new("route", text(), "Id of the route that takes it."),
        Key::new("backend", text(), "Name of the backend; beside `route`."),
        Key::new("path", text(), "Path and query that are sent; beside `route`."),
        Key::new("params", Kind::Words, "Parameters that are captured; beside `route`."),
        Key::new("headers", Kind::Words, "Fields that are sent.").later(),
        Key::new("refused", text(), "Reason of a refusal: `no_route`, `method_not_allowed`."),
        Key::new("redirect", text(), "Where it is sent instead.").later(),
        Key::new("status", Kind::Integer { min: 100, max: 599 }, "Status of an answer of ours."),
    ],
};
