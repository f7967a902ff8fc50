//! Listeners and addresses.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use super::super::id::{ListenerId, StrId};
use super::super::layout::{
    AddressRecord, LISTENER_SERVICES, LISTENER_TLS, ListenerRecord, SectionKind,
};
use super::artifact::Artifact;

/// Bit of [`Listener::protocols`]: HTTP/1.1, and HTTP/1.0.
pub const PROTOCOL_HTTP1: u8 = 1;
/// Bit of [`Listener::protocols`]: HTTP/2.
pub const PROTOCOL_HTTP2: u8 = 2;
/// Bit of [`Listener::protocols`]: HTTP/3.
pub const PROTOCOL_HTTP3: u8 = 4;

/// Where requests come in.
#[derive(Clone, Copy)]
pub struct Listener<'a> {
    artifact: &'a Artifact,
    id: ListenerId,
    record: &'a ListenerRecord,
}

/// What a listener serves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Serve {
    /// Routes.
    Routes,
    /// Services.
    Services,
}

impl Artifact {
    /// Networks whose forwarding fields are believed: address and length of the prefix.
    pub fn trusted_proxies(&self) -> impl Iterator<Item = (IpAddr, u8)> + '_ {
        self.records::<AddressRecord>(SectionKind::TRUSTED_PROXIES)
            .iter()
            .map(|record| (address(record), record.port.get() as u8))
    }

    /// All listeners, sorted by name.
    pub fn listeners(&self) -> impl ExactSizeIterator<Item = Listener<'_>> + '_ {
        self.records(SectionKind::LISTENERS).iter().enumerate().map(|(index, record)| Listener {
            artifact: self,
            id: ListenerId(index as u32),
            record,
        })
    }

    /// One listener.
    #[must_use]
    pub fn listener(&self, id: ListenerId) -> Option<Listener<'_>> {
        let record = self.records(SectionKind::LISTENERS).get(id.index())?;
        Some(Listener { artifact: self, id, record })
    }

    /// A listener by its name.
    #[must_use]
    pub fn listener_named(&self, name: &str) -> Option<Listener<'_>> {
        self.listeners().find(|listener| listener.name() == name)
    }
}

impl<'a> Listener<'a> {
    /// Its number.
    #[must_use]
    pub fn id(&self) -> ListenerId {
        self.id
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &'a str {
        self.artifact.string(StrId(self.record.name.get()))
    }

    /// Where it listens.
    pub fn addresses(&self) -> impl ExactSizeIterator<Item = SocketAddr> + use<'a> {
        let first = self.record.address_first.get() as usize;
        let all = self.artifact.records::<AddressRecord>(SectionKind::ADDRESSES);
        let own = all.get(first..first + usize::from(self.record.address_count.get()));
        own.unwrap_or_default()
            .iter()
            .map(|record| SocketAddr::new(address(record), record.port.get()))
    }

    /// What is spoken there: bits `PROTOCOL_…`.
    #[must_use]
    pub fn protocols(&self) -> u8 {
        self.record.protocols
    }

    /// What it serves.
    #[must_use]
    pub fn serve(&self) -> Serve {
        if self.record.flags & LISTENER_SERVICES == 0 { Serve::Routes } else { Serve::Services }
    }

    /// Whether clients speak TLS to it.
    #[must_use]
    pub fn is_secured(&self) -> bool {
        self.record.flags & LISTENER_TLS != 0
    }
}

pub(super) fn address(record: &AddressRecord) -> IpAddr {
    ip(record.family, &record.ip).unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED))
}

/// The address of family 4 or 6; none for family 0.
pub(super) fn ip(family: u8, bytes: &[u8; 16]) -> Option<IpAddr> {
    match family {
        4 => {
            let [a, b, c, d, ..] = *bytes;
            Some(IpAddr::V4(Ipv4Addr::new(a, b, c, d)))
        }
        6 => Some(IpAddr::V6(Ipv6Addr::from(*bytes))),
        _ => None,
    }
}
