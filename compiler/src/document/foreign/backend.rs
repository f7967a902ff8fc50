//! Words for what is said of backends, their targets and their tables.

use super::both::{BODY, BODY_HELP, FIELDS_HELP, STRIP, STRIP_HELP, TIMEOUTS, TIMEOUTS_HELP};
use super::word::{Foreign, row};

const TIMEOUTS_OF_CLIENT: &[&str] = &[
    "timeout",
    "timeouts",
    "request_timeout",
    "read_timeout",
    "response_timeout",
    "proxy_read_timeout",
    "proxy_send_timeout",
];
const TIMEOUTS_OF_CLIENT_HELP: &str = "one attempt has `call_timeout`, all of them together `global_timeout`; without a byte either \
     way counts `idle_timeout`";
const VERIFY: &[&str] = &[
    "insecure_skip_verify",
    "tls_insecure_skip_verify",
    "skip_verify",
    "insecure",
    "ssl_verify",
    "verify_ssl",
    "tls_verify",
    "proxy_ssl_verify",
];
const VERIFY_HELP: &str = "what is checked of a target's certificate is `tls_settings = { verify = \"full\" }` of the target; \
     better than `verify = \"none\"` is to name its authority in `trusted_certificates`";
const BREAKER_HELP: &str = "a target's breaker is `max_errors` and `open_for` in [backends.NAME.client]; failing ones are \
     taken out by [backends.NAME.outlier] and [backends.NAME.health_check]";

/// Words of one table are told once; a word stands in one row of its table.
pub(super) static ROWS: &[Foreign] = &[
    row(
        "backend",
        &[
            "server",
            "servers",
            "endpoint",
            "endpoints",
            "host",
            "hosts",
            "hostname",
            "port",
            "address",
            "addresses",
            "addr",
            "url",
            "urls",
            "upstream",
            "upstreams",
            "node",
            "nodes",
            "backend",
            "backends",
            "member",
            "members",
            "instance",
            "instances",
            "target",
            "dial",
            "proxy_pass",
            "to",
        ],
        &["targets"],
        "write `targets = [{ id = \"a\", host = \"10.0.0.7\", port = 8080 }]`",
    ),
    row(
        "backend",
        &["path", "prefix", "path_prefix", "base_path", "uri"],
        &["root"],
        "what is put in front of the path is `root = \"/v1\"`",
    ),
    row("backend", TIMEOUTS, &[], TIMEOUTS_HELP),
    row("backend", BODY, &[], BODY_HELP),
    row("backend", STRIP, &[], STRIP_HELP),
    row("backend", VERIFY, &[], VERIFY_HELP),
    row(
        "backend",
        &["circuit_breaker", "circuit_breakers", "breaker", "max_fails", "fail_timeout"],
        &[],
        BREAKER_HELP,
    ),
    row(
        "backend",
        &["outlier_detection", "passive_health_check", "passive_health_checks"],
        &["outlier"],
        "write `outlier = { consecutive_failures = 5 }`",
    ),
    row(
        "backend",
        &["least_conn", "leastconn", "least_connections", "least_request"],
        &["load_balancing"],
        "write `load_balancing = { type = \"least_connections\" }`",
    ),
    row(
        "backend",
        &["ip_hash", "iphash", "source_hash"],
        &["load_balancing"],
        "write `load_balancing = { type = \"ip_address_hash\" }`",
    ),
    row(
        "backend",
        &["sticky", "sticky_cookie", "session_affinity"],
        &["load_balancing"],
        "write `load_balancing = { type = \"sticky\" }`",
    ),
    row("client", TIMEOUTS_OF_CLIENT, &[], TIMEOUTS_OF_CLIENT_HELP),
    row(
        "client",
        &["connect_timeout", "connection_time_out", "proxy_connect_timeout"],
        &[],
        "to connect is `connection_timeout`",
    ),
    row("client", &["circuit_breaker", "breaker", "max_fails"], &[], BREAKER_HELP),
    row(
        "health_check",
        &["path", "uri", "endpoint", "http_path", "health_uri", "request_path"],
        &["url"],
        "write `url = \"/health\"`",
    ),
    row(
        "health_check",
        &[
            "status",
            "statuses",
            "status_codes",
            "codes",
            "expect",
            "expect_status",
            "expected_status",
            "expected_statuses",
            "expected_codes",
            "success_codes",
        ],
        &["healthy_statuses"],
        "write `healthy_statuses = [\"200-299\"]`",
    ),
    row(
        "health_check",
        &["healthy_threshold", "passes", "successes", "success_threshold"],
        &["rise"],
        "good checks that bring a target back are `rise = 2`",
    ),
    row(
        "health_check",
        &["unhealthy_threshold", "fails", "failures", "failure_threshold"],
        &["fall"],
        "bad checks that take a target out are `fall = 3`",
    ),
    row(
        "health_check",
        &["port", "host", "hostname"],
        &["url"],
        "an absolute URL brings its own host and port: `url = \"http://10.0.0.7:9000/health\"`",
    ),
    row(
        "tls_settings",
        VERIFY,
        &["verify"],
        "write `verify = \"none\"`, which checks nothing; better \
         is to name the authority in `trusted_certificates`",
    ),
    row(
        "tls_settings",
        &["ca", "ca_file", "root_ca", "trusted_ca", "ca_certificates"],
        &["trusted_certificates"],
        "write `trusted_certificates = [\"NAME\"]`, and [certificates.NAME]",
    ),
    row(
        "backend",
        &["balance", "balancing", "algorithm", "lb", "lb_policy", "policy", "strategy", "hash"],
        &["load_balancing"],
        "write `load_balancing = { type = \"round_robin\" }`",
    ),
    row(
        "backend",
        &["check", "health", "healthchecks", "health_uri", "probe"],
        &["health_check"],
        "write `health_check = { url = \"/health\" }`",
    ),
    row(
        "backend",
        &["headers", "header", "request_headers", "set_header", "proxy_set_header"],
        &[],
        FIELDS_HELP,
    ),
    row(
        "backend",
        &["scheme", "https", "ssl"],
        &[],
        "each target says it: `tls = true` in [[backends.NAME.targets]]",
    ),
    row(
        "target",
        &["url", "urls", "uri", "address", "addr", "server", "endpoint", "dial", "target"],
        &["host", "port"],
        "write it apart: `host = \"10.0.0.7\", port = 8080`; `https` is `tls = true`",
    ),
    row("target", &["hostname", "domain", "fqdn"], &["host"], "write `host = \"10.0.0.7\"`"),
    row("target", VERIFY, &["tls_settings"], VERIFY_HELP),
    row(
        "target",
        &["max_fails", "fail_timeout", "max_conns", "circuit_breaker"],
        &[],
        BREAKER_HELP,
    ),
    row("target", &["name"], &["id"], "write `id = \"a\"`; a target is known by it"),
    row("target", &["scheme", "https", "ssl"], &["tls"], "write `tls = true`"),
    row(
        "target",
        &["path", "root", "prefix"],
        &[],
        "the backend has the path of all its targets: `root = \"/v1\"` in [backends.NAME]",
    ),
];
