//! Every key of the language: one row a key, one file a table. "Did you mean", the JSON Schema, the
//! reference, `print` and what an edge must have to serve a key are made from these rows and from
//! nothing else.

mod backend;
mod balancing;
mod certificate;
mod client;
mod defaults;
mod form;
mod listener;
mod root;
mod route;
mod row;
mod service;
mod settings;
mod target;
mod test;

pub use backend::{BACKEND, PROXY};
pub use balancing::{HEALTH_CHECK, LOAD_BALANCING, OUTLIER};
pub use certificate::{ACME, CERTIFICATE, DNS_HOOK, EXTERNAL_ACCOUNT};
pub use client::{CLIENT, CUSTOM_TIMEOUTS};
pub use defaults::DEFAULTS;
pub use form::Form;
pub use listener::{CLIENT_AUTH, LISTENER, PROXY_PROTOCOL, REDIRECT_TO_HTTPS, TLS};
pub use root::ROOT;
pub use route::{HEADER_CHANGES, HSTS, REDIRECT, RESPOND, ROUTE};
pub use row::{Choice, Key, Kind, Need, Table, Zero, text};
pub use service::{REGISTRY, SERVICE};
pub use settings::{LIMITS, LOGS, NODE, PATHS};
pub use target::{PREDICATE, TARGET, TLS_SETTINGS};
pub use test::{EXPECT, TEST};
