//! The proof: drives core's decisions through clients, origins and a network that misbehave as a
//! seed says, in virtual time, and checks each invariant. It opens no socket, reads no clock, starts
//! no thread, and is never shipped.
//!
//! Floors, from the top; imports point down: `report` > [`checker`] > [`world`] > [`client`],
//! [`origin`] > [`stage`] > [`network`] > [`plot`] > [`engine`] > [`transcript`] > [`plan`] >
//! [`draw`].

#![forbid(unsafe_code)]

pub mod checker;
pub mod client;
pub mod draw;
pub mod engine;
pub mod network;
pub mod origin;
pub mod plan;
pub mod plot;
mod report;
pub mod stage;
pub mod transcript;
pub mod world;

use checker::Violation;
use draw::Draw;
use plan::Plan;
use pointsman_core::rng::Rng;

/// What a simulation came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Exchanges that began.
    pub exchanges: u32,
    /// Those that ended without a fault.
    pub whole: u32,
    /// Those that were tried again on a fresh connection.
    pub tried_again: u32,
    /// Those that ran on a pooled connection.
    pub reused: u32,
    /// Those that a limit of time ended.
    pub timed_out: u32,
    /// Virtual time, microseconds.
    pub ended_us: u64,
}

/// Plays the plan that a seed draws and checks all that must hold.
///
/// # Errors
/// The first invariant that is broken, with the seed and the history of the exchange.
pub fn run(seed: u64) -> Result<Report, Box<Violation>> {
    run_plan(plot::plan(&mut Draw::Seed(Rng::from_seed(seed)))).map_err(|mut violation| {
        violation.seed = Some(seed);
        violation
    })
}

/// Plays a plan and checks all that must hold.
///
/// # Errors
/// The first invariant that is broken.
pub fn run_plan(plan: Plan) -> Result<Report, Box<Violation>> {
    let (plan, transcript) = world::play(plan);
    checker::check(&plan, &transcript)?;
    Ok(report::of(&plan, &transcript))
}

/// For fuzzing: the bytes choose the plan; a broken invariant is a panic, which a fuzzer sees.
#[doc(hidden)]
pub fn fuzz_exchange(data: &[u8]) {
    if let Err(violation) = run_plan(plot::plan(&mut Draw::Bytes(data))) {
        panic!("{violation}");
    }
}
