//! Backends and targets.

use std::net::IpAddr;

use super::super::id::{BackendId, ProgramId, StrId, TargetId};
use super::super::layout::{
    BACKEND_CACHE_CONNECTION, BACKEND_INLINE, BACKEND_KEEP_QUERY, BACKEND_REWRITE, BackendRecord,
    NONE, SectionKind, TARGET_BACKUP, TARGET_TLS, TargetRecord,
};
use super::artifact::Artifact;
use super::listener::ip;

/// A group of targets, and what is sent to them.
#[derive(Clone, Copy)]
pub struct Backend<'a> {
    artifact: &'a Artifact,
    id: BackendId,
    record: &'a BackendRecord,
}

/// Which `Host` a target sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostHeader<'a> {
    /// The client's.
    Client,
    /// The target's own.
    Target,
    /// This one.
    Name(&'a str),
}

/// One address of a backend.
#[derive(Clone, Copy)]
pub struct Target<'a> {
    artifact: &'a Artifact,
    id: TargetId,
    record: &'a TargetRecord,
}

/// What is spoken to a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TargetProtocol {
    /// HTTP/1.0.
    Http10,
    /// HTTP/1.1.
    Http11,
    /// HTTP/2.0.
    Http20,
    /// HTTP/3.0.
    Http30,
}

/// Stands in for a number that no validated artifact holds, so that a getter cannot fail.
static NO_BACKEND: BackendRecord = zerocopy::transmute!([0u8; size_of::<BackendRecord>()]);
static NO_TARGET: TargetRecord = zerocopy::transmute!([0u8; size_of::<TargetRecord>()]);

impl Artifact {
    /// How many backends there are.
    #[must_use]
    pub fn backend_count(&self) -> usize {
        self.records::<BackendRecord>(SectionKind::BACKENDS).len()
    }

    /// One backend.
    #[must_use]
    pub fn backend(&self, id: BackendId) -> Backend<'_> {
        let records = self.records::<BackendRecord>(SectionKind::BACKENDS);
        Backend { artifact: self, id, record: records.get(id.index()).unwrap_or(&NO_BACKEND) }
    }

    /// All backends, sorted by name.
    pub fn backends(&self) -> impl ExactSizeIterator<Item = Backend<'_>> + '_ {
        (0..self.backend_count()).map(|index| self.backend(BackendId(index as u32)))
    }

    /// How many targets there are.
    #[must_use]
    pub fn target_count(&self) -> usize {
        self.records::<TargetRecord>(SectionKind::TARGETS).len()
    }

    /// One target.
    #[must_use]
    pub fn target(&self, id: TargetId) -> Target<'_> {
        let records = self.records::<TargetRecord>(SectionKind::TARGETS);
        Target { artifact: self, id, record: records.get(id.index()).unwrap_or(&NO_TARGET) }
    }

    /// All targets; those of one backend follow one another.
    pub fn targets(&self) -> impl ExactSizeIterator<Item = Target<'_>> + '_ {
        (0..self.target_count()).map(|index| self.target(TargetId(index as u32)))
    }
}

impl<'a> Backend<'a> {
    /// Its number.
    #[must_use]
    pub fn id(&self) -> BackendId {
        self.id
    }

    /// Its name; none for one that is written inside a route.
    #[must_use]
    pub fn name(&self) -> Option<&'a str> {
        (self.record.flags & BACKEND_INLINE == 0).then(|| self.label())
    }

    /// Its name, or `route:<id>` for one that is written inside a route.
    #[must_use]
    pub fn label(&self) -> &'a str {
        self.artifact.string(StrId(self.record.name.get()))
    }

    /// [`Self::label`] as bytes, which is cheaper.
    #[must_use]
    pub fn label_bytes(&self) -> &'a [u8] {
        self.artifact.string_bytes(StrId(self.record.name.get()))
    }

    /// Program of the root's path.
    #[must_use]
    pub fn root_path(&self) -> ProgramId {
        ProgramId(self.record.root_path.get())
    }

    /// Program of the root's query, if it has one.
    #[must_use]
    pub fn root_query(&self) -> Option<ProgramId> {
        let id = self.record.root_query.get();
        (id != NONE).then_some(ProgramId(id))
    }

    /// Whether `root` replaces the path whole.
    #[must_use]
    pub fn rewrite(&self) -> bool {
        self.record.flags & BACKEND_REWRITE != 0
    }

    /// Whether the client's query is sent on.
    #[must_use]
    pub fn keep_query(&self) -> bool {
        self.record.flags & BACKEND_KEEP_QUERY != 0
    }

    /// Whether connections to its targets are kept for later requests.
    #[must_use]
    pub fn cache_connection(&self) -> bool {
        self.record.flags & BACKEND_CACHE_CONNECTION != 0
    }

    /// Which `Host` its targets see.
    #[must_use]
    pub fn host_header(&self) -> HostHeader<'a> {
        match self.record.host_header {
            1 => HostHeader::Target,
            2 => HostHeader::Name(self.artifact.string(StrId(self.record.host_name.get()))),
            _ => HostHeader::Client,
        }
    }

    /// To connect. Unit: milliseconds, 0 is off, as for the others.
    #[must_use]
    pub fn connection_timeout_ms(&self) -> u64 {
        self.record.connection_timeout_ms.get()
    }

    /// Without a byte either way.
    #[must_use]
    pub fn idle_timeout_ms(&self) -> u64 {
        self.record.idle_timeout_ms.get()
    }

    /// One attempt, to the end of the answer's head.
    #[must_use]
    pub fn call_timeout_ms(&self) -> u64 {
        self.record.call_timeout_ms.get()
    }

    /// One attempt, to the end of the answer.
    #[must_use]
    pub fn call_and_stream_timeout_ms(&self) -> u64 {
        self.record.call_and_stream_timeout_ms.get()
    }

    /// All attempts, to the end of the answer's head.
    #[must_use]
    pub fn global_timeout_ms(&self) -> u64 {
        self.record.global_timeout_ms.get()
    }

    /// Its targets: numbers that follow one another.
    #[must_use]
    pub fn target_ids(&self) -> std::ops::Range<u32> {
        let first = self.record.target_first.get();
        first..first + self.record.target_count.get()
    }

    /// Its targets.
    pub fn targets(&self) -> impl ExactSizeIterator<Item = Target<'a>> + use<'a> {
        let artifact = self.artifact;
        self.target_ids().map(move |id| artifact.target(TargetId(id)))
    }

    /// Digest of all it means: equal in two artifacts where nothing changed.
    #[must_use]
    pub fn identity(&self) -> u128 {
        u128::from_le_bytes(self.record.identity)
    }
}

impl<'a> Target<'a> {
    /// Its number.
    #[must_use]
    pub fn target_id(&self) -> TargetId {
        self.id
    }

    /// Its id, unique in its backend.
    #[must_use]
    pub fn id(&self) -> &'a str {
        self.artifact.string(StrId(self.record.id.get()))
    }

    /// Its id as bytes, which is cheaper.
    #[must_use]
    pub fn id_bytes(&self) -> &'a [u8] {
        self.artifact.string_bytes(StrId(self.record.id.get()))
    }

    /// A name or an address; IPv6 without brackets.
    #[must_use]
    pub fn host(&self) -> &'a str {
        self.artifact.string(StrId(self.record.host.get()))
    }

    /// Its port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.record.port.get()
    }

    /// Where to connect instead of what the name resolves to.
    #[must_use]
    pub fn ip(&self) -> Option<IpAddr> {
        ip(self.record.family, &self.record.ip)
    }

    /// Its share; 0 is drained.
    #[must_use]
    pub fn weight(&self) -> u16 {
        self.record.weight.get()
    }

    /// What is spoken to it.
    #[must_use]
    pub fn protocol(&self) -> TargetProtocol {
        match self.record.protocol {
            0 => TargetProtocol::Http10,
            2 => TargetProtocol::Http20,
            3 => TargetProtocol::Http30,
            _ => TargetProtocol::Http11,
        }
    }

    /// Whether TLS is spoken to it.
    #[must_use]
    pub fn tls(&self) -> bool {
        self.record.flags.get() & TARGET_TLS != 0
    }

    /// Whether it is used only when no primary target is usable.
    #[must_use]
    pub fn backup(&self) -> bool {
        self.record.flags.get() & TARGET_BACKUP != 0
    }

    /// The backend it belongs to.
    #[must_use]
    pub fn backend(&self) -> BackendId {
        BackendId(self.record.backend.get())
    }

    /// Digest of the backend's name and of all that makes a connection to it reusable; its weight
    /// is no part of it.
    #[must_use]
    pub fn identity(&self) -> u128 {
        u128::from_le_bytes(self.record.identity)
    }
}
