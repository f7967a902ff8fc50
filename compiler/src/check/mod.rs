//! Whether a configuration makes sense as a whole. Looks at what it means, never at its text.

mod acme;
mod limit;
mod listener;
mod predicate;
mod presence;
mod priority;
mod secret;
mod sense;
mod sound;
mod tie;
mod trust;

pub use presence::presence;
pub use sense::sense;
pub use sound::{sound, sound_but_for_ties};
