//! What a worker serves from: one artifact and the addresses of its targets, never changed after
//! they are made. An exchange keeps the snapshot it began with.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::SystemTime;

use arc_swap::ArcSwap;
use pointsman_schemas::artifact::id::TargetId;
use pointsman_schemas::artifact::read::Artifact;

/// One generation of what is served.
///
/// Workers hold it by `Arc<Snapshot>` alone, never its parts: the control thread frees a retired
/// one when it is the last holder, so that no worker pays for freeing a big artifact.
#[derive(Debug)]
pub struct Snapshot {
    /// The checked artifact.
    pub artifact: Arc<Artifact>,
    /// Which load of this process it is, from 1. A snapshot that differs from its predecessor in
    /// addresses or provenance only has the same serial.
    pub serial: u64,
    /// Where each target is reached now.
    pub addresses: Arc<Addresses>,
    /// When the artifact was loaded.
    pub loaded_at: SystemTime,
}

/// The slot that holds the newest snapshot. A worker reads it through an `arc_swap::Cache`.
pub type SharedSnapshot = Arc<ArcSwap<Snapshot>>;

/// The addresses of every target of one artifact.
///
/// Shape: a target's addresses are one run of `flat`; neighbours that are reached at the same
/// place share their run, so 100,000 routes to a few targets cost 8 bytes each.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Addresses {
    version: u64,
    runs: Vec<Run>,
    flat: Vec<SocketAddr>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Run {
    start: u32,
    len: u32,
}

impl Addresses {
    /// Addresses of a target, in the order in which they are worth trying (IPv4 first); empty
    /// when its name has not been resolved: the answer is then a 502 `not_resolved`.
    pub fn of(&self, target: TargetId) -> &[SocketAddr] {
        let run = usize::try_from(target.0).ok().and_then(|at| self.runs.get(at)).copied();
        let Run { start, len } = run.unwrap_or_default();
        let (start, len) = (start as usize, len as usize);
        self.flat.get(start..start + len).unwrap_or_default()
    }

    /// Grows whenever any target's addresses change, over the life of the process.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Starts a table that targets are put into in the order of their ids.
    pub fn builder(version: u64, target_count: usize) -> AddressesBuilder {
        AddressesBuilder {
            made: Self { version, runs: Vec::with_capacity(target_count), flat: Vec::new() },
        }
    }

    /// True when both tables send every target to the same places.
    pub(crate) fn same_places(&self, other: &Self) -> bool {
        self.runs == other.runs && self.flat == other.flat
    }
}

/// Fills an [`Addresses`], one target after the other.
#[derive(Debug)]
pub struct AddressesBuilder {
    made: Addresses,
}

impl AddressesBuilder {
    /// The next target's addresses; none when they are not known.
    pub fn push(&mut self, addresses: &[SocketAddr]) {
        let flat = &mut self.made.flat;
        let last = self.made.runs.last().copied().unwrap_or_default();
        let (start, len) = (last.start as usize, last.len as usize);
        if flat.get(start..start + len) == Some(addresses) {
            self.made.runs.push(last);
            return;
        }
        // Both fit: an artifact's ids are u32 and a name has at most 64 addresses; what would
        // not fit counts as not resolved.
        let run = match (u32::try_from(flat.len()), u32::try_from(addresses.len())) {
            (Ok(start), Ok(len)) => Run { start, len },
            _ => Run::default(),
        };
        if run.len != 0 {
            flat.extend_from_slice(addresses);
        }
        self.made.runs.push(run);
    }

    /// The finished table.
    pub fn finish(self) -> Addresses {
        self.made
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> SocketAddr {
        text.parse().expect("a literal address")
    }

    #[test]
    fn addresses_of_each_target_are_its_own() {
        let (a, b) = (at("127.0.0.1:1"), at("[::1]:2"));
        let mut builder = Addresses::builder(3, 5);
        builder.push(&[a]);
        builder.push(&[a]);
        builder.push(&[]);
        builder.push(&[a, b]);
        builder.push(&[b]);
        let made = builder.finish();
        let got: Vec<&[SocketAddr]> = (0..6).map(|id| made.of(TargetId(id))).collect();
        assert_eq!(got, [&[a][..], &[a], &[], &[a, b], &[b], &[]]);
        assert_eq!(made.version(), 3);
        assert_eq!(made.flat.len(), 4, "neighbours at one place share their run");
    }

    #[test]
    fn same_places_ignores_the_version() {
        let build = |version, address| {
            let mut builder = Addresses::builder(version, 1);
            builder.push(&[at(address)]);
            builder.finish()
        };
        assert!(build(1, "127.0.0.1:1").same_places(&build(2, "127.0.0.1:1")));
        assert!(!build(1, "127.0.0.1:1").same_places(&build(1, "127.0.0.1:2")));
    }
}
