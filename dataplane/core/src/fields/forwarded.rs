//! On whose behalf a request comes: whom to believe, who the client is, and the fields that tell
//! the target. Without trust in the peer nothing that it says is passed on.

use std::io::Write as _;
use std::net::{IpAddr, Ipv6Addr};

use pointsman_routing::request::fields::{FieldIndex, Fields};

use super::list::{is_token, is_token_byte, quoted_parts, trim};
use super::name::{Name, Names};
use super::number::write_decimal;
use crate::limits::FORWARDED_HOPS_MAX;

/// The networks whose word about the client is believed (`trusted_proxies`).
#[derive(Clone, Debug, Default)]
pub struct TrustedProxies {
    nets: Vec<Net>,
}

#[derive(Clone, Copy, Debug)]
enum Net {
    V4 { address: u32, mask: u32 },
    V6 { address: u128, mask: u128 },
}

impl TrustedProxies {
    /// Networks as address and prefix length; a length beyond the address's width counts as that
    /// width. An IPv4-mapped network is the IPv4 network.
    pub fn new(nets: impl IntoIterator<Item = (IpAddr, u8)>) -> Self {
        Self { nets: nets.into_iter().map(|(address, prefix)| Net::of(address, prefix)).collect() }
    }

    /// Whether the address lies in one of them; IPv4-mapped addresses count as IPv4.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        if self.nets.is_empty() {
            return false;
        }
        let address = address.to_canonical();
        self.nets.iter().any(|net| match (*net, address) {
            (Net::V4 { address: net, mask }, IpAddr::V4(address)) => {
                address.to_bits() & mask == net
            }
            (Net::V6 { address: net, mask }, IpAddr::V6(address)) => {
                address.to_bits() & mask == net
            }
            _ => false,
        })
    }
}

impl Net {
    fn of(address: IpAddr, prefix: u8) -> Self {
        match address {
            IpAddr::V4(address) => Self::v4(address.to_bits(), u32::from(prefix)),
            IpAddr::V6(address) => match address.to_ipv4_mapped() {
                Some(mapped) if prefix >= 96 => Self::v4(mapped.to_bits(), u32::from(prefix) - 96),
                _ => {
                    let mask = u128::MAX.checked_shl(128 - u32::from(prefix).min(128)).unwrap_or(0);
                    Self::V6 { address: address.to_bits() & mask, mask }
                }
            },
        }
    }

    fn v4(address: u32, prefix: u32) -> Self {
        let mask = u32::MAX.checked_shl(32 - prefix.min(32)).unwrap_or(0);
        Self::V4 { address: address & mask, mask }
    }
}

/// An address as text, made once a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IpText {
    bytes: [u8; Self::BYTES_MAX],
    len: u8,
    is_v6: bool,
}

impl IpText {
    /// Eight groups of four digits and their colons.
    const BYTES_MAX: usize = 39;

    /// The text of an address; an IPv4-mapped one is the text of the IPv4 address.
    #[must_use]
    pub fn of(address: IpAddr) -> Self {
        let address = address.to_canonical();
        let mut bytes = [0; Self::BYTES_MAX];
        let mut left = bytes.as_mut_slice();
        // It fits: no canonical text of an address is longer, IPv4-mapped ones being none.
        let written = write!(left, "{address}");
        debug_assert!(written.is_ok(), "an address has at most {} bytes", Self::BYTES_MAX);
        let len = (Self::BYTES_MAX - left.len()) as u8;
        Self { bytes, len, is_v6: address.is_ipv6() }
    }

    /// The text, without brackets.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }
}

/// Who asks, as we see it: what the forwarding fields are made of.
#[derive(Clone, Copy, Debug)]
pub struct Forwarding<'a> {
    /// The other end of the connection.
    pub peer: &'a IpText,
    /// The client, which is the peer unless [`Self::trusted`] proxies named another.
    pub client: &'a IpText,
    /// The peer is one of [`TrustedProxies`].
    pub trusted: bool,
    /// The request came over TLS.
    pub secured: bool,
    /// The authority that the client asked for, in its canonical form; none in HTTP/1.0 without.
    pub host: Option<&'a [u8]>,
    /// The port on which the request came in.
    pub port: u16,
}

/// All that speaks of the client on somebody's word.
pub const FORWARDING: Names = Names::of(&[
    Name::Forwarded,
    Name::XForwardedFor,
    Name::XForwardedProto,
    Name::XForwardedHost,
    Name::XForwardedPort,
    Name::XForwardedOther,
    Name::XRealIp,
    Name::XRequestId,
    Name::ClientCertificate,
]);

/// Fields that only a trusted peer's word keeps.
const BY_TRUST: Names = Names::of(&[Name::XForwardedOther, Name::ClientCertificate]);

impl Forwarding<'_> {
    /// Which of the received fields stay in their place; all others of their family are taken off.
    #[must_use]
    pub fn kept(&self, fields: Fields<'_>, seen: Names) -> Names {
        if !self.trusted {
            return Names::default();
        }
        let mut kept = BY_TRUST;
        for (name, text) in SINGLE {
            if seen.contains(name) && is_single_and_sane(fields, text) {
                kept.insert(name);
            }
        }
        kept
    }

    /// Appends the forwarding fields that [`Self::kept`] did not keep.
    pub fn write(&self, out: &mut Vec<u8>, fields: Fields<'_>, seen: Names, kept: Names) {
        out.extend_from_slice(b"X-Forwarded-For: ");
        if self.trusted && seen.contains(Name::XForwardedFor) {
            write_joined(out, fields, b"x-forwarded-for");
        }
        out.extend_from_slice(self.peer.as_bytes());
        if !kept.contains(Name::XForwardedProto) {
            out.extend_from_slice(b"\r\nX-Forwarded-Proto: ");
            out.extend_from_slice(self.scheme());
        }
        if let Some(host) = self.host
            && !kept.contains(Name::XForwardedHost)
        {
            out.extend_from_slice(b"\r\nX-Forwarded-Host: ");
            out.extend_from_slice(host);
        }
        if !kept.contains(Name::XForwardedPort) {
            out.extend_from_slice(b"\r\nX-Forwarded-Port: ");
            write_decimal(out, u64::from(self.port));
        }
        out.extend_from_slice(b"\r\nX-Real-IP: ");
        out.extend_from_slice(self.client.as_bytes());
        out.extend_from_slice(b"\r\nForwarded: ");
        if self.trusted && seen.contains(Name::Forwarded) {
            write_joined(out, fields, b"forwarded");
        }
        self.write_element(out);
        out.extend_from_slice(b"\r\n");
    }

    fn scheme(&self) -> &'static [u8] {
        if self.secured { b"https" } else { b"http" }
    }

    /// Our own `forwarded-element`.
    fn write_element(&self, out: &mut Vec<u8>) {
        //= RFC 7239 §6
        // An IPv6 address stands in brackets and, for its colons, in quotes.
        if self.peer.is_v6 {
            out.extend_from_slice(b"for=\"[");
            out.extend_from_slice(self.peer.as_bytes());
            out.extend_from_slice(b"]\"");
        } else {
            out.extend_from_slice(b"for=");
            out.extend_from_slice(self.peer.as_bytes());
        }
        if let Some(host) = self.host {
            let quote: &[u8] = if is_token(host) { b"" } else { b"\"" };
            out.extend_from_slice(b";host=");
            out.extend_from_slice(quote);
            out.extend_from_slice(host);
            out.extend_from_slice(quote);
        }
        out.extend_from_slice(b";proto=");
        out.extend_from_slice(self.scheme());
    }
}

const SINGLE: [(Name, &[u8]); 3] = [
    (Name::XForwardedProto, b"x-forwarded-proto"),
    (Name::XForwardedHost, b"x-forwarded-host"),
    (Name::XForwardedPort, b"x-forwarded-port"),
];

/// One line only, and nothing in it that could be read as two values by someone else.
fn is_single_and_sane(fields: Fields<'_>, name: &[u8]) -> bool {
    let mut lines = fields.all(name);
    let Some(value) = lines.next() else { return false };
    lines.next().is_none()
        && !value.is_empty()
        && value.iter().all(|byte| is_token_byte(*byte) || matches!(byte, b':' | b'[' | b']'))
}

/// Appends all values of a name as one list, and the comma for the next member.
fn write_joined(out: &mut Vec<u8>, fields: Fields<'_>, name: &[u8]) {
    for value in fields.all(name).filter(|value| !value.is_empty()) {
        out.extend_from_slice(value);
        out.extend_from_slice(b", ");
    }
}

/// The client's address: from the peer towards the client, the first one that is not trusted.
///
/// `X-Forwarded-For` is asked before `Forwarded`: most proxies manage that one and pass the other
/// on as it came. The walk ends at a hop that cannot be read (`unknown`, an obfuscated name,
/// garbage): the client is then the last address that was told by someone we trust.
#[must_use]
pub fn client_address(
    peer: IpAddr,
    fields: Fields<'_>,
    seen: Names,
    trusted: &TrustedProxies,
) -> IpAddr {
    let peer = peer.to_canonical();
    if !trusted.contains(peer) {
        return peer;
    }
    if seen.contains(Name::XForwardedFor) {
        walk(peer, fields, Name::XForwardedFor, trusted)
    } else if seen.contains(Name::Forwarded) {
        walk(peer, fields, Name::Forwarded, trusted)
    } else {
        peer
    }
}

fn walk(peer: IpAddr, fields: Fields<'_>, name: Name, trusted: &TrustedProxies) -> IpAddr {
    let mut client = peer;
    let mut hops = 0;
    for at in fields.index().iter().rev() {
        let (field, value) = line(fields, *at);
        if Name::of(field) != name {
            continue;
        }
        // Lists are read from the right; quotes are rare, so that a list is split from the left
        // only for `Forwarded`.
        let outcome = if name == Name::XForwardedFor {
            walk_members(value.rsplit(|byte| *byte == b','), node, &mut client, &mut hops, trusted)
        } else {
            let mut members = [&[][..]; FORWARDED_HOPS_MAX];
            let count = last_members(value, &mut members);
            let members = members[..count].iter().rev().copied();
            walk_members(members, for_node, &mut client, &mut hops, trusted)
        };
        if outcome == Walk::Ended {
            break;
        }
    }
    client
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Walk {
    Goes,
    Ended,
}

fn walk_members<'a>(
    members: impl Iterator<Item = &'a [u8]>,
    read: fn(&[u8]) -> Option<IpAddr>,
    client: &mut IpAddr,
    hops: &mut usize,
    trusted: &TrustedProxies,
) -> Walk {
    for member in members {
        let member = trim(member);
        if member.is_empty() {
            continue;
        }
        *hops += 1;
        if *hops > FORWARDED_HOPS_MAX {
            return Walk::Ended;
        }
        let Some(address) = read(member) else { return Walk::Ended };
        *client = address;
        if !trusted.contains(address) {
            return Walk::Ended;
        }
    }
    Walk::Goes
}

/// The last members of a list with quotes, as many as fit.
fn last_members<'a>(value: &'a [u8], into: &mut [&'a [u8]; FORWARDED_HOPS_MAX]) -> usize {
    let mut count = 0;
    for member in quoted_parts(value, b',').filter(|member| !member.is_empty()) {
        if count == into.len() {
            into.rotate_left(1);
            count -= 1;
        }
        into[count] = member;
        count += 1;
    }
    count
}

fn line(fields: Fields<'_>, at: FieldIndex) -> (&[u8], &[u8]) {
    let bytes = fields.bytes();
    let slice = |start: u16, len: u16| {
        let start = usize::from(start);
        bytes.get(start..start + usize::from(len)).unwrap_or_default()
    };
    (slice(at.name_at, at.name_len), slice(at.value_at, at.value_len))
}

/// The address in `for=` of one `forwarded-element`.
fn for_node(element: &[u8]) -> Option<IpAddr> {
    let mut found = None;
    for pair in quoted_parts(element, b';') {
        let mut sides = pair.splitn(2, |byte| *byte == b'=');
        let (Some(name), Some(value)) = (sides.next(), sides.next()) else { continue };
        if !trim(name).eq_ignore_ascii_case(b"for") {
            continue;
        }
        //= RFC 7239 §4
        // Each parameter stands at most once in an element: twice is garbage.
        if found.is_some() {
            return None;
        }
        found = Some(trim(value));
    }
    let value = found?;
    node(value.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\"")).unwrap_or(value))
}

/// An address with an optional port: `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`,
/// `[2001:db8::1]`, `[2001:db8::1]:80`.
fn node(text: &[u8]) -> Option<IpAddr> {
    let text = std::str::from_utf8(text).ok()?;
    if let Some(rest) = text.strip_prefix('[') {
        let (address, port) = rest.split_once(']')?;
        if !port.is_empty() && !is_port(port.strip_prefix(':')?) {
            return None;
        }
        return address.parse::<Ipv6Addr>().ok().map(|address| IpAddr::V6(address).to_canonical());
    }
    if let Some((address, port)) = text.split_once(':')
        && !port.contains(':')
    {
        return if is_port(port) { address.parse().ok().map(IpAddr::V4) } else { None };
    }
    text.parse::<IpAddr>().ok().map(|address| address.to_canonical())
}

/// Digits of a port, or an obfuscated one (RFC 7239 §6.3).
fn is_port(port: &str) -> bool {
    let port = port.as_bytes();
    match port {
        [b'_', rest @ ..] => !rest.is_empty() && rest.iter().all(|byte| is_token_byte(*byte)),
        _ => (1..=5).contains(&port.len()) && port.iter().all(u8::is_ascii_digit),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::test_fields::TestFields;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("a test's address")
    }

    fn trusted() -> TrustedProxies {
        TrustedProxies::new([(ip("10.0.0.0"), 8), (ip("2001:db8::"), 32), (ip("192.0.2.7"), 32)])
    }

    #[test]
    fn trusted_networks_hold_their_addresses_only() {
        let trusted = trusted();
        for inside in
            ["10.0.0.1", "10.255.255.255", "2001:db8:ffff::1", "192.0.2.7", "::ffff:10.1.2.3"]
        {
            assert!(trusted.contains(ip(inside)), "{inside}");
        }
        for outside in
            ["11.0.0.1", "9.255.255.255", "2001:db9::1", "192.0.2.6", "::10.0.0.1", "::1"]
        {
            assert!(!trusted.contains(ip(outside)), "{outside}");
        }
        assert!(!TrustedProxies::default().contains(ip("10.0.0.1")));
        assert!(TrustedProxies::new([(ip("0.0.0.0"), 0)]).contains(ip("203.0.113.9")));
        assert!(!TrustedProxies::new([(ip("0.0.0.0"), 0)]).contains(ip("2001:db8::1")));
        assert!(TrustedProxies::new([(ip("::"), 0)]).contains(ip("2001:db8::1")));
        assert!(TrustedProxies::new([(ip("::ffff:10.0.0.0"), 104)]).contains(ip("10.9.9.9")));
        assert!(TrustedProxies::new([(ip("10.1.2.3"), 255)]).contains(ip("10.1.2.3")));
    }

    #[test]
    fn node_is_an_address_with_or_without_port() {
        //= RFC 7239 §6
        fn check(text: &str, expected: Option<&str>) {
            assert_eq!(node(text.as_bytes()), expected.map(ip), "{text:?}");
        }
        check("192.0.2.1", Some("192.0.2.1"));
        check("192.0.2.1:80", Some("192.0.2.1"));
        check("192.0.2.1:_hidden", Some("192.0.2.1"));
        check("2001:db8::1", Some("2001:db8::1"));
        check("[2001:db8::1]", Some("2001:db8::1"));
        check("[2001:db8::1]:443", Some("2001:db8::1"));
        check("::ffff:192.0.2.1", Some("192.0.2.1"));
        for bad in [
            "",
            "unknown",
            "_hidden",
            "192.0.2",
            "192.0.2.256",
            "0300.0.2.1",
            "192.0.2.1:",
            "192.0.2.1:80:1",
            "192.0.2.1:x",
            "192.0.2.1 ",
            "[192.0.2.1]",
            "[::1",
            "::1]",
            "[::1]x",
            "[::1]:",
            "0x7f.1",
            "3221225985",
            "\u{e9}",
            "fe80::1%eth0",
        ] {
            check(bad, None);
        }
    }

    #[test]
    fn client_is_the_rightmost_address_that_is_not_trusted() {
        fn check(peer: &str, lines: &[(&str, &str)], expected: &str) {
            let mut fields = TestFields::default();
            for (name, value) in lines {
                fields.add(name, value);
            }
            let found = client_address(ip(peer), fields.fields(), fields.seen(), &trusted());
            assert_eq!(found, ip(expected), "{peer} {lines:?}");
        }
        let xff = "X-Forwarded-For";
        // From a peer without trust nothing is believed.
        check("203.0.113.1", &[(xff, "198.51.100.1")], "203.0.113.1");
        check("::ffff:203.0.113.1", &[], "203.0.113.1");
        check("10.0.0.1", &[], "10.0.0.1");
        check("10.0.0.1", &[(xff, "198.51.100.1")], "198.51.100.1");
        // What a client wrote itself stands on the left of what our proxies saw.
        check("10.0.0.1", &[(xff, "1.2.3.4, 198.51.100.1, 10.0.0.9")], "198.51.100.1");
        check("10.0.0.1", &[(xff, "1.2.3.4"), (xff, "198.51.100.1,10.0.0.9")], "198.51.100.1");
        check("10.0.0.1", &[(xff, "10.0.0.3,,10.0.0.2,")], "10.0.0.3");
        check("10.0.0.1", &[(xff, "[2001:db8::5]:99, 10.0.0.2:80")], "2001:db8::5");
        check("10.0.0.1", &[(xff, "198.51.100.1, unknown, 10.0.0.2")], "10.0.0.2");
        check("10.0.0.1", &[(xff, "198.51.100.1, <script>")], "10.0.0.1");
        // X-Forwarded-For is asked first, Forwarded where it is missing.
        check("10.0.0.1", &[("Forwarded", "for=1.2.3.4"), (xff, "198.51.100.1")], "198.51.100.1");
        check("10.0.0.1", &[("Forwarded", "for=198.51.100.1")], "198.51.100.1");
        check(
            "10.0.0.1",
            &[("Forwarded", r#"for=1.2.3.4, For="[2001:db9::1]:80";proto=http, for=10.0.0.2"#)],
            "2001:db9::1",
        );
        check("10.0.0.1", &[("Forwarded", "for=1.2.3.4;for=5.6.7.8")], "10.0.0.1");
        check("10.0.0.1", &[("Forwarded", "for=1.2.3.4, proto=http")], "10.0.0.1");
        check("10.0.0.1", &[("Forwarded", r#"for="_x, for=1.2.3.4"#)], "10.0.0.1");
        let long = vec!["10.0.0.2"; FORWARDED_HOPS_MAX + 9].join(",");
        check("10.0.0.1", &[(xff, &format!("1.2.3.4,{long}"))], "10.0.0.2");
    }

    #[test]
    fn address_text_is_canonical() {
        for (address, text) in [
            ("203.0.113.255", "203.0.113.255"),
            ("::ffff:203.0.113.255", "203.0.113.255"),
            ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"),
            ("1111:2222:3333:4444:5555:6666:7777:8888", "1111:2222:3333:4444:5555:6666:7777:8888"),
        ] {
            assert_eq!(IpText::of(ip(address)).as_bytes(), text.as_bytes());
        }
    }

    #[test]
    fn forwarding_fields_are_ours_alone_unless_the_peer_is_trusted() {
        fn check(trusted: bool, lines: &[(&str, &str)], expected: &str) {
            let mut fields = TestFields::default();
            for (name, value) in lines {
                fields.add(name, value);
            }
            let forwarding = Forwarding {
                peer: &IpText::of(ip("10.0.0.1")),
                client: &IpText::of(ip("198.51.100.1")),
                trusted,
                secured: false,
                host: Some(b"edge.test:8080"),
                port: 80,
            };
            let kept = forwarding.kept(fields.fields(), fields.seen());
            let mut out = Vec::new();
            forwarding.write(&mut out, fields.fields(), fields.seen(), kept);
            assert_eq!(String::from_utf8_lossy(&out), expected.replace('\n', "\r\n"), "{lines:?}");
            assert_eq!(kept.contains(Name::XForwardedOther), trusted);
            assert_eq!(kept.contains(Name::ClientCertificate), trusted);
        }
        let alone = "X-Forwarded-For: 10.0.0.1\nX-Forwarded-Proto: http\n\
            X-Forwarded-Host: edge.test:8080\nX-Forwarded-Port: 80\nX-Real-IP: 198.51.100.1\n\
            Forwarded: for=10.0.0.1;host=\"edge.test:8080\";proto=http\n";
        let told = [
            ("X-Forwarded-For", "198.51.100.1"),
            ("x-forwarded-for", ""),
            ("X-Forwarded-For", "10.0.0.9"),
            ("X-Forwarded-Proto", "https"),
            ("X-Forwarded-Host", "shop.test"),
            ("X-Forwarded-Port", "443"),
            ("Forwarded", "for=198.51.100.1;proto=https"),
        ];
        check(false, &[], alone);
        check(false, &told, alone);
        check(true, &[], alone);
        check(
            true,
            &told,
            "X-Forwarded-For: 198.51.100.1, 10.0.0.9, 10.0.0.1\nX-Real-IP: 198.51.100.1\n\
             Forwarded: for=198.51.100.1;proto=https, \
             for=10.0.0.1;host=\"edge.test:8080\";proto=http\n",
        );
        // Twice, or with quotes and the like in it, is no word to rely on.
        check(true, &[("X-Forwarded-Proto", "https"), ("X-Forwarded-Proto", "http")], alone);
        check(true, &[("X-Forwarded-Host", "a\"b")], alone);
    }
}
