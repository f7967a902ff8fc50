//! One line of the access log, before it is text: encoded by a worker without allocation, decoded
//! by the log's writer. It never holds a query, a token or a cookie.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// The protocol a request came by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// The request never parsed.
    Unknown,
    /// `HTTP/1.0`
    Http10,
    /// `HTTP/1.1`
    Http11,
    /// `HTTP/2.0`
    Http2,
    /// `HTTP/3.0`
    Http3,
}

impl Protocol {
    const ALL: [Self; 5] = [Self::Unknown, Self::Http10, Self::Http11, Self::Http2, Self::Http3];

    /// As written in the log; none when the request never parsed.
    pub fn name(self) -> Option<&'static str> {
        match self {
            Self::Unknown => None,
            Self::Http10 => Some("HTTP/1.0"),
            Self::Http11 => Some("HTTP/1.1"),
            Self::Http2 => Some("HTTP/2.0"),
            Self::Http3 => Some("HTTP/3.0"),
        }
    }
}

/// What the handshake settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TlsSeen<'a> {
    /// `TLSv1.3`
    pub version: &'a str,
    /// Name that the client asked for; empty when it named none.
    pub sni: &'a [u8],
}

/// What is known of one request when it ends. Empty strings mean "not known" and become `null`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record<'a> {
    /// When the request's head was whole. Unit: microseconds since 1970-01-01 UTC.
    pub time_us: u64,
    /// The request's id, as sent on.
    pub request_id: &'a [u8],
    /// The client; IPv4-mapped addresses count as IPv4 already.
    pub client: SocketAddr,
    /// Name of the listener.
    pub listener: &'a str,
    /// Protocol of the request.
    pub protocol: Protocol,
    /// None on a plain connection.
    pub tls: Option<TlsSeen<'a>>,
    /// As sent.
    pub method: &'a [u8],
    /// Canonical, without the port.
    pub host: &'a [u8],
    /// Canonical, without the query.
    pub path: &'a [u8],
    /// What the client got; 0 when it got no status.
    pub status: u16,
    /// Id of the route.
    pub route: &'a str,
    /// Name of the backend.
    pub backend: &'a str,
    /// Id of the target that answered or was tried last.
    pub target: &'a str,
    /// Attempts to reach a target, refused ones included; 0 when none was made.
    pub attempts: u32,
    /// Bytes of the request's body.
    pub received_bytes: u64,
    /// Bytes of the answer's body.
    pub sent_bytes: u64,
    /// From the whole head to the end.
    pub total_us: u64,
    /// Time to connect; none when a kept connection was used or no target was asked.
    pub connect_us: Option<u64>,
    /// From the whole head to the target's first byte; none when there was none.
    pub first_byte_us: Option<u64>,
    /// Reason code when all did not go well.
    pub reason: &'a str,
    /// `Referer` without its query. For the text format only: leave it empty otherwise.
    pub referer: &'a [u8],
    /// `User-Agent`. For the text format only: leave it empty otherwise.
    pub user_agent: &'a [u8],
}

/// Bytes of the fixed part: all numbers, the client's address, the lengths of the strings.
const FIXED_BYTES: usize = 8 * 6 + 4 + 2 + 1 + 1 + 1 + 2 + 16 + 2 * STRINGS;
const STRINGS: usize = 13;
const NONE_US: u64 = u64::MAX;

impl<'a> Record<'a> {
    /// Bytes that [`Record::encode`] appends.
    pub fn encoded_len(&self) -> usize {
        4 + FIXED_BYTES + self.strings().iter().map(|text| cut(text).len()).sum::<usize>()
    }

    /// Appends the record to a batch. Shape: its length in bytes (u32), the fixed part, the
    /// strings; little-endian. A string longer than 64 KiB - 1 is cut.
    pub fn encode(&self, batch: &mut Vec<u8>) {
        let strings = self.strings();
        let body = self.encoded_len() - 4;
        batch.extend_from_slice(&u32::try_from(body).unwrap_or(u32::MAX).to_le_bytes());
        for number in [
            self.time_us,
            self.received_bytes,
            self.sent_bytes,
            self.total_us,
            self.connect_us.unwrap_or(NONE_US),
            self.first_byte_us.unwrap_or(NONE_US),
        ] {
            batch.extend_from_slice(&number.to_le_bytes());
        }
        batch.extend_from_slice(&self.attempts.to_le_bytes());
        batch.extend_from_slice(&self.status.to_le_bytes());
        batch.push(self.protocol as u8);
        batch.push(u8::from(self.tls.is_some()));
        let (family, address) = match self.client.ip() {
            IpAddr::V4(ip) => (4, ip.to_ipv6_mapped().octets()),
            IpAddr::V6(ip) => (6, ip.octets()),
        };
        batch.push(family);
        batch.extend_from_slice(&self.client.port().to_le_bytes());
        batch.extend_from_slice(&address);
        for text in strings {
            let len = u16::try_from(text.len()).unwrap_or(u16::MAX);
            batch.extend_from_slice(&len.to_le_bytes());
        }
        for text in strings {
            batch.extend_from_slice(cut(text));
        }
    }

    /// Takes the first record of a batch; the rest of the batch comes with it.
    ///
    /// None at the end of a batch, and when the bytes are no record.
    pub fn decode(batch: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let mut cursor = Cursor { rest: batch };
        let len = usize::try_from(u32::from_le_bytes(cursor.array()?)).ok()?;
        let body = cursor.take(len)?;
        let rest = cursor.rest;
        Some((Self::decode_body(body)?, rest))
    }

    fn decode_body(body: &'a [u8]) -> Option<Self> {
        let mut cursor = Cursor { rest: body };
        let mut numbers = [0u64; 6];
        for number in &mut numbers {
            *number = u64::from_le_bytes(cursor.array()?);
        }
        let attempts = u32::from_le_bytes(cursor.array()?);
        let status = u16::from_le_bytes(cursor.array()?);
        let [protocol, has_tls, family] = cursor.array()?;
        let port = u16::from_le_bytes(cursor.array()?);
        let address = Ipv6Addr::from(cursor.array::<16>()?);
        let ip = match family {
            4 => IpAddr::V4(address.to_ipv4_mapped().unwrap_or(Ipv4Addr::UNSPECIFIED)),
            _ => IpAddr::V6(address),
        };
        let mut lens = [0u16; STRINGS];
        for len in &mut lens {
            *len = u16::from_le_bytes(cursor.array()?);
        }
        let mut strings = [&b""[..]; STRINGS];
        for (text, len) in strings.iter_mut().zip(lens) {
            *text = cursor.take(usize::from(len))?;
        }
        if !cursor.rest.is_empty() {
            return None;
        }
        let [time_us, received_bytes, sent_bytes, total_us, connect, first_byte] = numbers;
        let [request_id, listener, method, host, path, route, backend, target, reason, referer, ..] =
            strings;
        let [.., user_agent, tls_version, sni] = strings;
        let words = |bytes: &'a [u8]| std::str::from_utf8(bytes).ok();
        Some(Self {
            time_us,
            request_id,
            client: SocketAddr::new(ip, port),
            listener: words(listener)?,
            protocol: *Protocol::ALL.get(usize::from(protocol))?,
            tls: match has_tls {
                0 => None,
                _ => Some(TlsSeen { version: words(tls_version)?, sni }),
            },
            method,
            host,
            path,
            status,
            route: words(route)?,
            backend: words(backend)?,
            target: words(target)?,
            attempts,
            received_bytes,
            sent_bytes,
            total_us,
            connect_us: (connect != NONE_US).then_some(connect),
            first_byte_us: (first_byte != NONE_US).then_some(first_byte),
            reason: words(reason)?,
            referer,
            user_agent,
        })
    }

    fn strings(&self) -> [&'a [u8]; STRINGS] {
        let (tls_version, sni) =
            self.tls.map_or((&b""[..], &b""[..]), |tls| (tls.version.as_bytes(), tls.sni));
        [
            self.request_id,
            self.listener.as_bytes(),
            self.method,
            self.host,
            self.path,
            self.route.as_bytes(),
            self.backend.as_bytes(),
            self.target.as_bytes(),
            self.reason.as_bytes(),
            self.referer,
            self.user_agent,
            tls_version,
            sni,
        ]
    }
}

/// Heads are smaller than this; the cut only keeps a length from wrapping.
fn cut(text: &[u8]) -> &[u8] {
    text.get(..usize::from(u16::MAX)).unwrap_or(text)
}

struct Cursor<'a> {
    rest: &'a [u8],
}

impl<'a> Cursor<'a> {
    fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(len)?;
        self.rest = rest;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }
}

/// Decodes whatever it is given, as the log's writer would.
#[doc(hidden)]
pub fn fuzz_record(data: &[u8]) {
    let mut rest = data;
    while let Some((record, after)) = Record::decode(rest) {
        let mut again = Vec::new();
        record.encode(&mut again);
        assert_eq!(again.len(), record.encoded_len());
        rest = after;
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A whole record for tests of what is made of one.
    pub(crate) fn sample() -> Record<'static> {
        Record {
            time_us: 1_700_000_000_123_456,
            request_id: b"4b1f",
            client: SocketAddr::from(([192, 0, 2, 7], 50123)),
            listener: "web",
            protocol: Protocol::Http11,
            tls: None,
            method: b"GET",
            host: b"shop.tld",
            path: b"/api/users/42",
            status: 200,
            route: "bills",
            backend: "users",
            target: "a",
            attempts: 1,
            received_bytes: 0,
            sent_bytes: 512,
            total_us: 1834,
            connect_us: None,
            first_byte_us: Some(1500),
            reason: "",
            referer: b"",
            user_agent: b"",
        }
    }

    proptest! {
        #[test]
        fn record_encoded_decodes_to_itself(
            numbers in any::<[u64; 4]>(),
            maybe in any::<[Option<u32>; 2]>(),
            ip in any::<IpAddr>(),
            port in any::<u16>(),
            bytes in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..40), 7),
            words in proptest::collection::vec(".{0,20}", 6),
            has_tls in any::<bool>(),
            protocol in 0usize..5,
            counts in any::<(u32, u16)>(),
        ) {
            let record = Record {
                time_us: numbers[0],
                received_bytes: numbers[1],
                sent_bytes: numbers[2],
                total_us: numbers[3],
                connect_us: maybe[0].map(u64::from),
                first_byte_us: maybe[1].map(u64::from),
                client: SocketAddr::new(ip, port),
                protocol: Protocol::ALL[protocol],
                attempts: counts.0,
                status: counts.1,
                tls: has_tls.then_some(TlsSeen { version: &words[5], sni: &bytes[6] }),
                request_id: &bytes[0],
                method: &bytes[1],
                host: &bytes[2],
                path: &bytes[3],
                referer: &bytes[4],
                user_agent: &bytes[5],
                listener: &words[0],
                route: &words[1],
                backend: &words[2],
                target: &words[3],
                reason: &words[4],
            };
            let mut batch = Vec::new();
            record.encode(&mut batch);
            sample().encode(&mut batch);
            let (first, rest) = Record::decode(&batch).expect("the first record");
            prop_assert_eq!(first, record);
            let (second, rest) = Record::decode(rest).expect("the second record");
            prop_assert_eq!(second, sample());
            prop_assert!(Record::decode(rest).is_none());
        }

        #[test]
        fn decode_of_any_bytes_never_panics(data in proptest::collection::vec(any::<u8>(), 0..400)) {
            fuzz_record(&data);
        }

        #[test]
        fn decode_of_damaged_record_never_panics(at in 0usize..200, to in any::<u8>(), cut in 0usize..200) {
            let mut batch = Vec::new();
            sample().encode(&mut batch);
            if let Some(byte) = batch.get_mut(at) {
                *byte = to;
            }
            fuzz_record(&batch);
            batch.truncate(cut);
            fuzz_record(&batch);
        }
    }

    #[test]
    fn string_too_long_is_cut() {
        let long = vec![b'a'; 70_000];
        let mut batch = Vec::new();
        Record { path: &long, ..sample() }.encode(&mut batch);
        let (got, rest) = Record::decode(&batch).expect("a record");
        assert_eq!((got.path.len(), rest.len()), (65_535, 0));
    }
}
