//! Header fields: which names mean something to a proxy, what is taken off, what is put on.

pub mod forwarded;
pub mod hop;
pub mod list;
pub mod number;
pub mod request_id;
#[cfg(test)]
pub(crate) mod test_fields;
pub mod via;

pub use pointsman_routing::request::name;
