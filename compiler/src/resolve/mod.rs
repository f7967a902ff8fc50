//! From what was written to what it means: names are resolved, defaults filled in, texts with a
//! grammar taken apart. Whether routes make sense together is not judged here.

mod action;
mod backend;
mod capture;
mod client_cert;
mod conditions;
mod fault;
mod grammars;
mod listener;
mod names;
mod patterns;
mod reading;
mod references;
pub mod request;
mod route;
mod run;
mod settings;
mod tables;
mod templates;
mod test;
mod told;

pub use run::{Resolved, resolve};
