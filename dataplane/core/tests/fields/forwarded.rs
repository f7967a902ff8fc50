//! The walk to the client's address, against one too simple to be wrong.

use std::net::IpAddr;

use pointsman_core::fields::forwarded::{TrustedProxies, client_address};
use pointsman_core::fields::name::Underscores;
use pointsman_core::http1::head::HeadLimits;
use pointsman_core::http1::server::parse_request;
use proptest::prelude::*;

/// A hop as a proxy could have written it, and its address where it has one.
#[derive(Clone, Debug)]
struct Hop {
    text: String,
    address: Option<IpAddr>,
}

fn hop() -> impl Strategy<Value = Hop> {
    let address = prop_oneof![
        (0_u8..4).prop_map(|last| IpAddr::from([10, 0, 0, last])),
        (0_u8..4).prop_map(|last| IpAddr::from([203, 0, 113, last])),
        (0_u16..4).prop_map(|last| IpAddr::from([0x2001, 0xdb8, 0, 0, 0, 0, 0, last])),
        (0_u16..4).prop_map(|last| IpAddr::from([0x2001, 0xdb9, 0, 0, 0, 0, 0, last])),
    ];
    prop_oneof![
        8 => (address, 0..3).prop_map(|(address, port)| {
            let text = match (address, port) {
                (IpAddr::V6(address), 1) => format!("[{address}]"),
                (IpAddr::V6(address), 2) => format!("[{address}]:4711"),
                (address, 2) => format!("{address}:4711"),
                (address, _) => address.to_string(),
            };
            Hop { text, address: Some(address) }
        }),
        1 => prop::sample::select(&["unknown", "_obfuscated", "10.0.0", "10.0.0.1.2", "x\"y"][..])
            .prop_map(|text| Hop { text: text.to_owned(), address: None }),
    ]
}

/// In the words of the rule: from the peer to the left, the first that is not trusted; what cannot
/// be read ends the walk at the one before.
fn naive(peer: IpAddr, hops: &[Hop], is_trusted: impl Fn(IpAddr) -> bool) -> IpAddr {
    let mut client = peer;
    for hop in hops.iter().rev() {
        match hop.address {
            Some(address) if is_trusted(client) => client = address,
            _ => return client,
        }
    }
    client
}

proptest! {
    #[test]
    fn client_address_is_what_the_rule_says(
        peer_is_trusted: bool,
        lines in prop::collection::vec(prop::collection::vec(hop(), 1..5), 0..4),
        as_forwarded: bool,
    ) {
        let trusted = TrustedProxies::new([
            (IpAddr::from([10, 0, 0, 0]), 8),
            (IpAddr::from([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0]), 32),
        ]);
        let peer = IpAddr::from(if peer_is_trusted { [10, 9, 9, 9] } else { [198, 51, 100, 1] });
        let mut head = "GET / HTTP/1.1\r\nHost: a\r\n".to_owned();
        for line in &lines {
            let members: Vec<String> = line
                .iter()
                .map(|hop| match as_forwarded {
                    true => format!("proto=http;for=\"{}\"", hop.text.replace('"', "'")),
                    false => hop.text.clone(),
                })
                .collect();
            let name = if as_forwarded { "Forwarded" } else { "X-Forwarded-For" };
            head.push_str(&format!("{name}: {}\r\n", members.join(", ")));
        }
        head.push_str("\r\n");
        let limits = HeadLimits::request(32 * 1024, 100, 8 * 1024, Underscores::Drop);
        let mut index = Vec::new();
        let head = parse_request(head.as_bytes(), &mut index, &limits).expect("a right head");
        let found = client_address(peer, head.fields, head.seen, &trusted);
        let expected = naive(peer, &lines.concat(), |address| trusted.contains(address));
        prop_assert_eq!(found, expected);
    }
}
