//! Keys of `load_balancing`, `health_check` and `outlier` of a backend.

use pointsman_schemas::artifact::Feature;

use super::form::Form;
use super::row::{
    Choice, Key, Kind, Table, duration, duration_from, duration_or_off, share, texts,
};

/// `[backends.NAME.load_balancing]`.
pub static LOAD_BALANCING: Table = Table {
    header: "[backends.NAME.load_balancing]",
    name: "load_balancing",
    doc: "Which target takes a request.",
    keys: &[
        Key::new(
            "type",
            Kind::Choice(&[
                Choice::of("round_robin"),
                Choice::needing("random", Feature::BALANCING),
                Choice::needing("sticky", Feature::BALANCING),
                Choice::needing("ip_address_hash", Feature::BALANCING),
                Choice::needing("header_hash", Feature::BALANCING),
                Choice::needing("cookie_hash", Feature::BALANCING),
                Choice::needing("query_hash", Feature::BALANCING),
                Choice::needing("best_response_time", Feature::BALANCING),
                Choice::needing("weighted_best_response_time", Feature::BALANCING),
                Choice::needing("least_connections", Feature::BALANCING),
                Choice::needing("power_of_two_random_choices", Feature::BALANCING),
                Choice::needing("failover", Feature::BALANCING),
            ]),
            "The algorithm; `round_robin` is smooth and weighted. `failover` asks targets in the order \
             of their ids as text: the order in which they are written decides nothing.",
        )
        .or("\"round_robin\"")
        .such_as("\"least_connections\""),
        Key::new(
            "slow_start",
            duration_or_off(),
            "How long a target that comes back is warmed up; 0: not at all.",
        )
        .or("\"0s\"")
        .such_as("\"30s\"")
        .needs(Feature::BALANCING),
        Key::new("header_name", Kind::Text(Form::FieldName), "What `header_hash` hashes.")
            .such_as("\"x-user\"")
            .beside("type = \"header_hash\"")
            .needs(Feature::BALANCING),
        Key::new(
            "cookie_name",
            Kind::Text(Form::CookieName),
            "What `cookie_hash` hashes; the cookie of `sticky`, `pointsman-target` where it is \
             left out.",
        )
        .such_as("\"session-id\"")
        .beside("type = \"cookie_hash\"")
        .needs(Feature::BALANCING),
        Key::new("query_name", Kind::Text(Form::Any), "What `query_hash` hashes.")
            .such_as("\"user\"")
            .beside("type = \"query_hash\"")
            .needs(Feature::BALANCING),
        Key::new(
            "ratio",
            Kind::Number { min: 0.0, max: 0.999_999 },
            "Share of picks that `weighted_best_response_time` gives to the best; below 1.",
        )
        .or("0.5")
        .beside("type = \"weighted_best_response_time\"")
        .needs(Feature::BALANCING),
        Key::new("cookie_lifetime", duration(), "How long a client of `sticky` stays.")
            .or("\"30d\"")
            .beside("type = \"sticky\"")
            .needs(Feature::BALANCING),
        Key::new(
            "secret",
            Kind::Text(Form::Secret),
            "What signs the cookie of `sticky`; a key of this host where it is left out.",
        )
        .such_as("\"env:STICKY\"")
        .beside("type = \"sticky\"")
        .needs(Feature::BALANCING),
    ],
};

/// `[backends.NAME.health_check]`.
pub static HEALTH_CHECK: Table = Table {
    header: "[backends.NAME.health_check]",
    name: "health_check",
    doc: "Asks targets whether they are well; one that is not leaves the rotation.",
    keys: &[
        Key::new("enabled", Kind::Flag, "Whether it runs.").or("true"),
        Key::new(
            "type",
            Kind::Choice(&[Choice::of("http"), Choice::of("tcp"), Choice::of("grpc")]),
            "A request, a connection alone, or `grpc.health.v1.Health`.",
        )
        .or("\"http\"")
        .such_as("\"tcp\""),
        Key::new(
            "url",
            Kind::Text(Form::PathOrUrl),
            "Path on the target, without `root`; or an absolute URL, which brings its own port.",
        )
        .or("\"/\"")
        .such_as("\"/health\""),
        Key::new("method", Kind::Text(Form::Method), "Method of the request.").or("\"GET\""),
        Key::new(
            "headers",
            Kind::Words { keys: Form::FieldName, values: Form::FieldValue },
            "Fields of the request.",
        )
        .or("{}")
        .such_as("{ \"user-agent\" = \"pointsman\" }"),
        Key::new("interval", duration_from(100), "Between two checks of one target.").or("\"10s\""),
        Key::new("timeout", duration_from(10), "Of one check.").or("\"5s\""),
        Key::new("healthy_statuses", texts!(Statuses), "Statuses that are well.")
            .or("[\"200-399\"]")
            .such_as("[\"200\", \"204\"]"),
        Key::new(
            "unhealthy_statuses",
            texts!(Statuses),
            "Statuses that are not, be they among the healthy ones.",
        )
        .or("[]")
        .such_as("[\"300-399\"]"),
        Key::new(
            "body_regex",
            Kind::Text(Form::Regex),
            "What the answer's body must hold somewhere.",
        )
        .such_as("\"ok\""),
        Key::new(
            "rise",
            Kind::Integer { min: 1, max: 1000 },
            "Good checks in a row that bring a target back.",
        )
        .or("2"),
        Key::new(
            "fall",
            Kind::Integer { min: 1, max: 1000 },
            "Bad checks in a row that take a target out.",
        )
        .or("3"),
    ],
};

/// `[backends.NAME.outlier]`.
pub static OUTLIER: Table = Table {
    header: "[backends.NAME.outlier]",
    name: "outlier",
    doc: "Takes targets out for a while that fail real requests; off where the table is absent.",
    keys: &[
        Key::new(
            "consecutive_failures",
            Kind::Integer { min: 1, max: 100_000 },
            "Failures in a row that take a target out.",
        )
        .or("5"),
        Key::new("base_ejection", duration_from(10), "For how long, times how often it happened.")
            .or("\"30s\""),
        Key::new("max_ejected", share(), "Greatest share of the targets that are out.").or("0.5"),
    ],
};
