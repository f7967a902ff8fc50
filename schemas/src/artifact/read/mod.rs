//! Read side of the artifact: checked once, then cheap to ask.

mod answer;
mod artifact;
mod backend;
mod constraint;
mod filter;
mod listener;
mod matching;
mod options;
mod program;
mod provenance;
mod route;
mod self_test;
mod settings;
mod signature;

pub use super::operation::{CertPart, Source, TimeFormat};
pub use answer::{Answer, AnswerKind, FieldOperation, FieldOperationKind};
pub use artifact::Artifact;
pub use backend::{Backend, HostHeader, Target, TargetProtocol};
pub use constraint::Constraint;
pub use filter::{Filter, FilterPlace, FilterTest};
pub use listener::{Listener, PROTOCOL_HTTP1, PROTOCOL_HTTP2, PROTOCOL_HTTP3, Serve};
pub use matching::{HostRoot, Policy, Rule, Segment, SegmentKind, Shape, Wildcard};
pub use options::{CustomTimeout, OptionValue};
pub use program::{Operation, Program};
pub use provenance::Place;
pub use route::Route;
pub use self_test::{SelfTest, SelfTestExpect};
pub use settings::{AccessLog, DotSegments, LogFormat, Settings, Underscores};
