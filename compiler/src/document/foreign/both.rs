//! Words that others say of routes and listeners as of backends, and where they are said here.

pub(super) const TIMEOUTS: &[&str] = &[
    "timeout",
    "timeouts",
    "request_timeout",
    "read_timeout",
    "connect_timeout",
    "proxy_read_timeout",
    "proxy_connect_timeout",
    "proxy_send_timeout",
    "response_timeout",
];
pub(super) const TIMEOUTS_HELP: &str = "timeouts stand in [backends.NAME.client], or for every backend in [defaults.client]: \
     `call_timeout`, `connection_timeout`, `idle_timeout`";
pub(super) const BODY: &[&str] = &[
    "client_max_body_size",
    "max_body_size",
    "max_body_bytes",
    "body_limit",
    "body_size",
    "max_request_body",
    "max_request_body_bytes",
    "max_request_bytes",
];
pub(super) const BODY_HELP: &str =
    "the largest body is one for the whole host: `body_bytes = \"10MiB\"` in [limits]";
pub(super) const STRIP: &[&str] = &[
    "strip_prefix",
    "stripprefix",
    "handle_path",
    "uri_strip_prefix",
    "prefix_rewrite",
    "rewrite_prefix",
    "replace_prefix",
    "rewrite_target",
    "path_rewrite",
    "regex_rewrite",
];
pub(super) const STRIP_HELP: &str = "a route takes away what its pattern matched with `strip_path = true`; what is put in front is \
     `root = \"/v1\"` of its backend";
pub(super) const FIELDS_HELP: &str = "a route changes the fields of its requests: `request_headers = { set = { x-env = \"prod\" } }`";
