//! From what was written to what it means: names are resolved, defaults filled in, texts with a
//! grammar taken apart. Whether routes make sense together is not judged here.

mod action;
mod anchors;
mod backend;
mod balancing;
mod belonging;
mod capture;
mod client_cert;
mod conditions;
mod defaults;
mod entry;
mod fault;
mod grammars;
mod health;
mod listener;
mod listening;
mod names;
mod order;
mod patterns;
mod placeholders;
mod plain;
mod proxy;
mod reading;
mod references;
mod removed;
pub mod request;
mod route;
mod run;
mod service;
mod settings;
mod tables;
mod target;
mod templates;
mod test;
mod timeouts;
mod told;
mod trust;

pub use run::{Resolved, resolve};
