//! The admin socket: a unix socket for this user and root, which shows what runs and takes wishes.

mod routes;
mod serve;
mod socket;
mod status;
mod stream;
mod targets;

pub(crate) use serve::{Admin, serve};
pub use socket::AdminError;
pub(crate) use socket::{Socket, examine};
