//! The control thread as a whole: real files, a real unix socket, workers without traffic.

mod admin;
mod start;
mod support;
mod swap;
mod trust;
