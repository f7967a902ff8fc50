//! Three readers of HTTP/1 over the same bytes: ours, hyper and monoio-http, each told in one form.
//! It opens no socket, starts no runtime and reads no clock.
#![forbid(unsafe_code)]

pub mod drive;
pub mod legacy;
pub mod oracle;
pub mod ours;
pub mod requests;
pub mod responses;
pub mod transcript;
