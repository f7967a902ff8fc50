//! Plays seeds; `SEED=n` replays one, `SEEDS=n` plays that many.

mod seeds;
