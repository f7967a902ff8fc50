//! Networks that are trusted: wider than any that one operator holds is open to strangers.

use std::net::IpAddr;

use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::document::value::network;
use crate::source::Spanned;

/// Networks that nobody outside is in: loopback, link, private, shared by carriers, and those of
/// documentation. Source: RFC 6890, RFC 1918, RFC 6598, RFC 4193, RFC 5737, RFC 3849.
const PRIVATE: [&str; 15] = [
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "::1/128",
    "2001:db8::/32",
    "fc00::/7",
    "fe80::/10",
];

/// The shortest length of a public network that one operator may hold, such as a CDN. Unit: bits.
const V4_BITS_MIN: u8 = 12;
/// The same for IPv6. Unit: bits.
const V6_BITS_MIN: u8 = 28;

/// Warns of a trusted network with strangers in it; `key` says what for.
pub(super) fn warn_of_width(key: &str, text: &Spanned<&str>, findings: &mut Findings) {
    let Ok((address, bits)) = network(text.value) else { return };
    let least = if address.is_ipv4() { V4_BITS_MIN } else { V6_BITS_MIN };
    let is_private = PRIVATE
        .iter()
        .filter_map(|private| network(private).ok())
        .any(|(first, width)| width <= bits && holds(first, width, address));
    if is_private || bits >= least {
        return;
    }
    let message = format!("`{key}` trusts {}, wider than any private network", text.value);
    findings.push(
        Diagnostic::new(Code::TrustTooWide, text.span, message)
            .label("strangers are in it")
            .help("name the networks of the proxies in front: whoever is trusted says who he is"),
    );
}

fn holds(first: IpAddr, width: u8, address: IpAddr) -> bool {
    match (first, address) {
        (IpAddr::V4(first), IpAddr::V4(address)) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(width)).unwrap_or(0);
            u32::from(first) == u32::from(address) & mask
        }
        (IpAddr::V6(first), IpAddr::V6(address)) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(width)).unwrap_or(0);
            u128::from(first) == u128::from(address) & mask
        }
        _ => false,
    }
}
