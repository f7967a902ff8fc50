//! Keys of `[[tests]]`.

use super::form::Form;
use super::row::{Key, Kind, Table};

/// `[[tests]]`.
pub static TEST: Table = Table {
    header: "[[tests]]",
    name: "test",
    doc: "A request, and what must become of it; run by `pointsman test` and by the edge itself \
          before it serves.",
    keys: &[
        Key::new("name", Kind::Text(Form::Any), "For people.").such_as("\"the front page\""),
        Key::new(
            "request",
            Kind::Text(Form::Request),
            "Method and URL: `GET http://shop.example.org/api/42?x=1`.",
        )
        .required("\"GET http://shop.example.org/\""),
        Key::new(
            "headers",
            Kind::Words { keys: Form::FieldName, values: Form::FieldValue },
            "Further fields of the request.",
        )
        .or("{}")
        .such_as("{ \"x-env\" = \"preprod\" }"),
        Key::new("client_ip", Kind::Text(Form::Ip), "Address of the client.")
            .or("\"127.0.0.1\"")
            .such_as("\"192.0.2.1\""),
        Key::new(
            "listener",
            Kind::Text(Form::Listener),
            "Where the request comes in; the one of its scheme without.",
        )
        .such_as("\"web\""),
        Key::new("expect", Kind::Table(&EXPECT), EXPECT.doc).required("{ route = \"shop\" }"),
    ],
};

/// `expect` of a test.
pub static EXPECT: Table = Table {
    header: "expect",
    name: "expect",
    doc: "What must become of the request: one of `route`, `refused`, `redirect`, `status`.",
    keys: &[
        Key::new("route", Kind::Text(Form::RouteId), "Id of the route that takes it.")
            .such_as("\"shop\""),
        Key::new("backend", Kind::Text(Form::Name), "Name of the backend; beside `route`.")
            .such_as("\"shop\"")
            .beside("route = \"shop\""),
        Key::new("path", Kind::Text(Form::Any), "Path and query that are sent; beside `route`.")
            .such_as("\"/\"")
            .beside("route = \"shop\""),
        Key::new(
            "params",
            Kind::Words { keys: Form::Any, values: Form::Any },
            "Parameters that are captured; beside `route`.",
        )
        .such_as("{}")
        .beside("route = \"shop\""),
        Key::new(
            "headers",
            Kind::Words { keys: Form::FieldName, values: Form::FieldValue },
            "Fields that are sent to the target, as the route's `request_headers` make them; \
             beside `route`.",
        )
        .such_as("{}")
        .beside("route = \"shop\""),
        Key::new(
            "response_headers",
            Kind::Words { keys: Form::FieldName, values: Form::FieldValue },
            "Fields of the answer, as the route's `response_headers` or its own answer make them; \
             beside `route`.",
        )
        .such_as("{}")
        .beside("route = \"shop\""),
        Key::new(
            "refused",
            Kind::Text(Form::Any),
            "Reason of a refusal: `no_route` (404), `method_not_allowed` (405), `bad_request` (400), \
             `loop` (508: `Via` shows that the request was here before), `match_budget` (500: the \
             look-up took too many steps).",
        )
        .such_as("\"no_route\""),
        Key::new("redirect", Kind::Text(Form::Any), "The place that the answer names.")
            .such_as("\"https://new.example.org/\""),
        Key::new(
            "status",
            Kind::Integer { min: 100, max: 599 },
            "Status of an answer of ours; beside `route` of its own answer.",
        )
        .such_as("404"),
    ],
};
