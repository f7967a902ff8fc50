//! The simulation's own tests: that seeds hold, and that checkers see what they are there for.

mod checkers;
mod seeds;
