//! The artifact's contract: what is written reads back, damage of any kind is refused by name, and
//! what an older writer made still reads.

mod damage;
mod format;
mod golden;
mod key;
mod round_trip;
mod seal;
mod small;
