//! Whether a configuration makes sense as a whole. Looks at what it means, never at its text.

mod limit;
mod presence;
mod sound;
mod tie;

pub use presence::presence;
pub use sound::{sound, sound_but_for_ties};
