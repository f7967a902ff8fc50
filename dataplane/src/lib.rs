//! The data plane: moves bytes between clients and targets as an artifact says. It parses no
//! configuration, resolves no name and asks no clock but in one place.
//!
//! Floors, from the top; imports point down: [`supervisor`] > [`worker`] > [`downstream`] >
//! [`exchange`] > [`upstream`] > [`stream`] > [`buffer`], [`sys`], [`clock`].

pub mod accesslog;
pub mod ask;
pub mod bind;
pub mod buffer;
pub mod catch;
pub mod clock;
pub mod date;
pub mod deadline;
pub mod downstream;
pub mod exchange;
pub mod limits;
pub mod options;
pub mod serving;
pub mod stream;
pub mod supervisor;
pub mod sys;
pub mod upstream;
pub mod worker;
