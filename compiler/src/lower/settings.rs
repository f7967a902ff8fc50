//! What holds for the whole host, and the listeners.

use std::net::IpAddr;

use pointsman_schemas::artifact::layout::{
    AddressRecord, LISTENER_SERVICES, LISTENER_TLS, ListenerRecord, NONE, SettingsRecord, U16, U32,
    U64,
};
use pointsman_schemas::artifact::write::Writer;
use pointsman_schemas::artifact::{PROTOCOL_HTTP1, PROTOCOL_HTTP2, PROTOCOL_HTTP3};

use crate::model::{
    AccessLog, DotSegments, Listener, ListenerProtocol, LogFormat, Serve, Settings, Underscores,
};

/// Settings and trusted proxies.
pub(super) fn settings(writer: &mut Writer, settings: &Settings) {
    let limits = &settings.limits;
    let (access_log, log_file) = match &settings.logs.access {
        AccessLog::Stdout => (0, NONE),
        AccessLog::Stderr => (1, NONE),
        AccessLog::Off => (2, NONE),
        AccessLog::File(path) => (3, writer.string(path).0),
    };
    writer.settings = SettingsRecord {
        head_bytes: U64::new(limits.head_bytes),
        head_fields: U64::new(limits.head_fields),
        target_bytes: U64::new(limits.target_bytes),
        head_timeout_ms: U64::new(limits.head_timeout_ms),
        keep_alive_timeout_ms: U64::new(limits.keep_alive_timeout_ms),
        min_body_rate: U64::new(limits.min_body_rate),
        body_bytes: U64::new(limits.body_bytes),
        drain_timeout_ms: U64::new(limits.drain_timeout_ms),
        normalize_dot_segments: u8::from(settings.paths.dot_segments == DotSegments::Normalize),
        merge_slashes: u8::from(settings.paths.merge_slashes),
        pass_underscores: u8::from(settings.paths.underscores == Underscores::Pass),
        via: u8::from(settings.via),
        access_log,
        log_format: u8::from(settings.logs.format == LogFormat::Text),
        reserved: U16::ZERO,
        log_file: U32::new(log_file),
    };
    // A set, so that the order in which networks were written does not show.
    let mut networks = settings.trusted_proxies.clone();
    networks.sort_unstable();
    networks.dedup();
    writer.trusted_proxies =
        networks.into_iter().map(|(ip, prefix)| address(ip, u16::from(prefix))).collect();
}

/// Listeners in the order of their names.
pub(super) fn listeners<'a>(writer: &mut Writer, listeners: impl Iterator<Item = &'a Listener>) {
    for listener in listeners {
        let name = writer.string(&listener.name.value).0;
        let flag = |set: bool, bit: u8| if set { bit } else { 0 };
        let flags = flag(listener.serve == Serve::Services, LISTENER_SERVICES)
            | flag(listener.tls().is_some(), LISTENER_TLS);
        let protocol = |protocol: &ListenerProtocol| match protocol {
            ListenerProtocol::Http1 => PROTOCOL_HTTP1,
            ListenerProtocol::Http2 => PROTOCOL_HTTP2,
            ListenerProtocol::Http3 => PROTOCOL_HTTP3,
        };
        writer.listeners.push(ListenerRecord {
            name: U32::new(name),
            address_first: U32::new(writer.addresses.len() as u32),
            address_count: U16::new(listener.addresses.len() as u16),
            protocols: listener.protocols.iter().map(protocol).fold(0, |all, bit| all | bit),
            flags,
        });
        for at in &listener.addresses {
            writer.addresses.push(address(at.value.ip(), at.value.port()));
        }
    }
}

pub(super) fn address(ip: IpAddr, port: u16) -> AddressRecord {
    let (ip, family) = ip_bytes(Some(ip));
    AddressRecord { ip, port: U16::new(port), family, reserved: 0 }
}

/// Bytes and family of an address as records hold them; zeros for none.
pub(super) fn ip_bytes(ip: Option<IpAddr>) -> ([u8; 16], u8) {
    let mut bytes = [0; 16];
    match ip {
        Some(IpAddr::V4(ip)) => {
            bytes[..4].copy_from_slice(&ip.octets());
            (bytes, 4)
        }
        Some(IpAddr::V6(ip)) => (ip.octets(), 6),
        None => (bytes, 0),
    }
}
