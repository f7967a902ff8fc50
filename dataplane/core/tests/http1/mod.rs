//! HTTP/1: heads and bodies, whole, byte by byte and split at every point.

mod chunked;
mod encode;
mod generated;
mod request;
mod response;
mod run;
