//! Otoroshi: its routes and backends, with the behaviour that its code has.

mod backend;
mod balancing;
mod choice;
mod client;
mod closing;
mod draft;
mod entity;
mod frontend;
mod health;
mod kinds;
mod order;
mod partial;
mod parts;
mod pattern;
mod plugin;
mod plugin_names;
mod predicate;
mod proxy;
mod route;
mod run;
mod target;
mod tls;
mod tree;
mod wider;
mod wild;
mod world;

pub use run::import;
