//! The order in which it is found out what Otoroshi chooses: hosts, then the branches of each, then the
//! texts that stand for longer ones.

use super::choice::Choice;
use super::draft::Draft;
use super::tree::trees;
use super::world::World;
use super::{partial, wild};

/// Brings the patterns of all routes to what Otoroshi does, says what became of each entry, and gives
/// the patterns below which 404 is to be answered.
pub(super) fn settle(world: &mut World<'_>, drafts: &mut Vec<Draft>) -> Vec<String> {
    let mut hosts = trees(drafts);
    let mut choice = Choice::new(world, drafts);
    wild::hosts(&mut choice, &hosts);
    for (host, root) in &mut hosts {
        choice.hidden(root);
        choice.branches(host, root, &mut Vec::new(), None, &[]);
        partial::segments(&mut choice, host, root, &mut Vec::new(), None);
    }
    choice.finish()
}
