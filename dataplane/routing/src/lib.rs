//! What a request means: canonical form, who answers, what is sent. It does no I/O, knows no clock
//! and allocates nothing on the hot path; scratch is passed in.
//!
//! Floors, from the top; imports point down: `contest`, `explain`, `self_test` > `probe` > `decision` >
//! `answer`, `outgoing`, `patterns`, `service`, `to_https` > `expression` > `matching` > `request`,
//! `moment`, `path_glob` > `date`.
#![forbid(unsafe_code)]

pub mod answer;
pub mod contest;
pub mod date;
pub mod decision;
pub mod explain;
pub mod expression;
#[path = "match/mod.rs"]
pub mod matching;
pub mod moment;
pub mod outgoing;
pub mod path_glob;
pub mod patterns;
pub mod probe;
pub mod request;
pub mod self_test;
pub mod service;
pub mod to_https;

pub use answer::{Changed, write_field, write_location};
pub use contest::{Contest, HostFit, contest};
pub use decision::{Decision, FieldChange};
pub use explain::{Considered, Explanation, explain};
pub use matching::{Captures, Found, Hit, allow, find, find_traced};
pub use outgoing::{write_host, write_service_target, write_target};
pub use patterns::patterns_by_route;
pub use probe::{Probe, decide};
pub use request::{
    Canonical, ClientCert, DotSegments, FieldIndex, Fields, PathPolicy, Refusal, Request,
};
pub use self_test::{SelfTestFailure, self_test};
pub use service::{ServiceHit, ServiceKind, find_service};
pub use to_https::ToHttps;
