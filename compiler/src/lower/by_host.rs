//! Patterns gathered by their hosts. Routes come by id, so that those of a host mostly stand in a
//! row: the host is looked for once a row.

use std::collections::BTreeMap;

use super::path::Item;
use crate::grammar::pattern::HostPattern;

/// Items by host.
#[derive(Default)]
pub(super) struct ByHost<'m> {
    hosts: BTreeMap<&'m HostPattern, Vec<Item<'m>>>,
    /// The row at hand, and its host.
    row: Vec<Item<'m>>,
    host: Option<&'m HostPattern>,
}

impl<'m> ByHost<'m> {
    /// Takes an item in.
    pub(super) fn push(&mut self, host: &'m HostPattern, item: Item<'m>) {
        if self.host != Some(host) {
            self.end_row();
            self.host = Some(host);
        }
        self.row.push(item);
    }

    fn end_row(&mut self) {
        let Some(host) = self.host.take() else { return };
        // Room for no more than there is: most hosts have one row.
        let items = self.hosts.entry(host).or_default();
        if items.is_empty() {
            items.reserve_exact(self.row.len());
        }
        items.append(&mut self.row);
    }

    /// The items of each host in the order in which they came, hosts in their order.
    pub(super) fn finish(mut self) -> BTreeMap<&'m HostPattern, Vec<Item<'m>>> {
        self.end_row();
        self.hosts
    }
}
