//! The data plane: moves bytes between clients and targets as an artifact says. It parses no
//! configuration, resolves no name and asks no clock but in one place.
//!
//! Floors, from the top; imports point down: [`ask`], [`supervisor`] > [`options`], [`worker`] >
//! [`downstream`] > [`exchange`] > [`upstream`] > [`shard`] > [`accesslog`], [`serving`] > [`idle`] >
//! [`bind`], [`deadline`], [`scratch`], [`stream`] > [`buffer`], [`catch`], [`clock`], [`date`],
//! [`driver`], [`notice`], [`sys`] > [`limits`].

pub mod accesslog;
pub mod ask;
pub mod bind;
pub mod buffer;
pub mod catch;
pub mod clock;
pub mod date;
pub mod deadline;
pub mod downstream;
pub mod driver;
pub mod exchange;
pub mod idle;
pub mod limits;
pub mod notice;
pub mod options;
pub mod scratch;
pub mod serving;
pub mod shard;
pub mod stream;
pub mod supervisor;
pub mod sys;
pub mod upstream;
pub mod worker;
