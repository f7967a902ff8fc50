//! The field names that mean something to a proxy, told apart by length and first letter. All other
//! names are alike to it.

use pointsman_schemas::artifact::{Settings, Underscores as Written};

/// A field name that is treated in its own way; all else is [`Name::Other`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Name {
    /// Any name that is passed on as it came.
    Other,
    /// `Host`
    Host,
    /// `Content-Length`
    ContentLength,
    /// `Transfer-Encoding`
    TransferEncoding,
    /// `Connection`
    Connection,
    /// `Keep-Alive`
    KeepAlive,
    /// `Proxy-Connection`
    ProxyConnection,
    /// `Proxy-Authenticate`, `Proxy-Authentication-Info`, `Proxy-Authorization`: between a client
    /// and the forward proxy it chose, which a reverse proxy is not.
    ProxyAuth,
    /// `TE`
    Te,
    /// `Trailer`
    Trailer,
    /// `Upgrade`
    Upgrade,
    /// `HTTP2-Settings`
    Http2Settings,
    /// `Expect`
    Expect,
    /// `Max-Forwards`
    MaxForwards,
    /// `Via`
    Via,
    /// `Date`
    Date,
    /// `Forwarded`
    Forwarded,
    /// `X-Forwarded-For`
    XForwardedFor,
    /// `X-Forwarded-Proto`
    XForwardedProto,
    /// `X-Forwarded-Host`
    XForwardedHost,
    /// `X-Forwarded-Port`
    XForwardedPort,
    /// Any other name that begins with `X-Forwarded`
    XForwardedOther,
    /// `X-Real-IP`
    XRealIp,
    /// `X-Request-Id`
    XRequestId,
    /// Names that begin with `Ssl-Client-` or `X-Ssl-Client-`: who the client proved to be.
    ClientCertificate,
}

impl Name {
    /// What kind of name this is, whatever its case.
    #[must_use]
    #[inline]
    pub fn of(name: &[u8]) -> Self {
        let Some(first) = name.first() else { return Self::Other };
        let (expected, kind): (&[u8], Self) = match (first | 0x20, name.len()) {
            (b'h', 4) => (b"host", Self::Host),
            (b'c', 10) => (b"connection", Self::Connection),
            (b'c', 14) => (b"content-length", Self::ContentLength),
            (b't', 2) => (b"te", Self::Te),
            (b't', 7) => (b"trailer", Self::Trailer),
            (b't', 17) => (b"transfer-encoding", Self::TransferEncoding),
            (b'd', 4) => (b"date", Self::Date),
            (b'k', 10) => (b"keep-alive", Self::KeepAlive),
            (b'e', 6) => (b"expect", Self::Expect),
            (b'u', 7) => (b"upgrade", Self::Upgrade),
            (b'v', 3) => (b"via", Self::Via),
            (b'f', 9) => (b"forwarded", Self::Forwarded),
            (b'm', 12) => (b"max-forwards", Self::MaxForwards),
            (b'h', 14) => (b"http2-settings", Self::Http2Settings),
            (b'p', 16) => (b"proxy-connection", Self::ProxyConnection),
            (b'p', 18) => (b"proxy-authenticate", Self::ProxyAuth),
            (b'p', 19) => (b"proxy-authorization", Self::ProxyAuth),
            (b'p', 25) => (b"proxy-authentication-info", Self::ProxyAuth),
            (b'x', 9..) => return Self::of_x(name),
            (b's', 11..) if starts_with(name, b"ssl-client-") => return Self::ClientCertificate,
            _ => return Self::Other,
        };
        if name.eq_ignore_ascii_case(expected) { kind } else { Self::Other }
    }

    /// Names that begin with `x`.
    fn of_x(name: &[u8]) -> Self {
        if starts_with(name, b"x-forwarded") {
            return match &name[b"x-forwarded".len()..] {
                rest if rest.eq_ignore_ascii_case(b"-for") => Self::XForwardedFor,
                rest if rest.eq_ignore_ascii_case(b"-proto") => Self::XForwardedProto,
                rest if rest.eq_ignore_ascii_case(b"-host") => Self::XForwardedHost,
                rest if rest.eq_ignore_ascii_case(b"-port") => Self::XForwardedPort,
                _ => Self::XForwardedOther,
            };
        }
        if name.eq_ignore_ascii_case(b"x-real-ip") {
            Self::XRealIp
        } else if name.eq_ignore_ascii_case(b"x-request-id") {
            Self::XRequestId
        } else if starts_with(name, b"x-ssl-client-") {
            Self::ClientCertificate
        } else {
            Self::Other
        }
    }
}

fn starts_with(name: &[u8], prefix_lower: &[u8]) -> bool {
    name.get(..prefix_lower.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix_lower))
}

/// What becomes of names that hold a `_`. CGI and its heirs read `X_Forwarded_For` and
/// `X-Forwarded-For` as one name, so that one could pass for the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Underscores {
    /// Such a field is dropped.
    #[default]
    Drop,
    /// Such a field is passed on, unless it is another spelling of a name that we manage.
    Pass,
}

impl Underscores {
    /// What the configuration says of them.
    #[must_use]
    pub fn of(settings: &Settings<'_>) -> Self {
        match settings.underscores {
            Written::Drop => Self::Drop,
            Written::Pass => Self::Pass,
        }
    }

    /// Whether a field of any name is dropped.
    #[must_use]
    pub fn removes(self, name: &str) -> bool {
        Name::of(name.as_bytes()) == Name::Other && self.drops(name.as_bytes())
    }

    /// Whether a field of this name, which is [`Name::Other`], is dropped.
    #[must_use]
    #[inline]
    pub fn drops(self, name: &[u8]) -> bool {
        has_underscore(name)
            && match self {
                Self::Drop => true,
                Self::Pass => is_alias(name),
            }
    }
}

/// Eight bytes at a time: this is asked for nearly every field of every request.
#[inline]
fn has_underscore(name: &[u8]) -> bool {
    const EACH: u64 = 0x0101_0101_0101_0101;
    let in_word = |word: &[u8; 8]| {
        let zero_if_underscore = u64::from_le_bytes(*word) ^ (EACH * b'_' as u64);
        zero_if_underscore.wrapping_sub(EACH) & !zero_if_underscore & (EACH << 7) != 0
    };
    match name.last_chunk() {
        // The last word overlaps the one before it.
        Some(last) => in_word(last) || name.as_chunks().0.iter().any(in_word),
        None => name.contains(&b'_'),
    }
}

/// Whether the name with `-` for each `_` is one that we manage.
fn is_alias(name: &[u8]) -> bool {
    // No managed name is longer, and those that are managed by their beginning are told by less.
    let mut spelled = [0_u8; 32];
    let len = name.len().min(spelled.len());
    for (to, from) in spelled.iter_mut().zip(name) {
        *to = if *from == b'_' { b'-' } else { *from };
    }
    Name::of(&spelled[..len]) != Name::Other
}

/// A set of names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Names(u32);

impl Names {
    /// The set of these.
    #[must_use]
    pub const fn of(names: &[Name]) -> Self {
        let mut bits = 0;
        let mut at = 0;
        while at < names.len() {
            bits |= 1 << names[at] as u32;
            at += 1;
        }
        Self(bits)
    }

    /// Puts one in.
    #[inline]
    pub const fn insert(&mut self, name: Name) {
        self.0 |= 1 << name as u32;
    }

    /// Whether it is in.
    #[must_use]
    #[inline]
    pub const fn contains(self, name: Name) -> bool {
        self.0 & (1 << name as u32) != 0
    }

    /// Whether one of them is in.
    #[must_use]
    #[inline]
    pub const fn has_any(self, names: Self) -> bool {
        self.0 & names.0 != 0
    }

    /// All of both.
    #[must_use]
    pub const fn and(self, names: Self) -> Self {
        Self(self.0 | names.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPELLED: [(&str, Name); 28] = [
        ("Max-Forwards", Name::MaxForwards),
        ("Host", Name::Host),
        ("Content-Length", Name::ContentLength),
        ("Transfer-Encoding", Name::TransferEncoding),
        ("Connection", Name::Connection),
        ("Keep-Alive", Name::KeepAlive),
        ("Proxy-Connection", Name::ProxyConnection),
        ("Proxy-Authenticate", Name::ProxyAuth),
        ("Proxy-Authorization", Name::ProxyAuth),
        ("Proxy-Authentication-Info", Name::ProxyAuth),
        ("TE", Name::Te),
        ("Trailer", Name::Trailer),
        ("Upgrade", Name::Upgrade),
        ("HTTP2-Settings", Name::Http2Settings),
        ("Expect", Name::Expect),
        ("Via", Name::Via),
        ("Date", Name::Date),
        ("Forwarded", Name::Forwarded),
        ("X-Forwarded-For", Name::XForwardedFor),
        ("X-Forwarded-Proto", Name::XForwardedProto),
        ("X-Forwarded-Host", Name::XForwardedHost),
        ("X-Forwarded-Port", Name::XForwardedPort),
        ("X-Forwarded-Prefix", Name::XForwardedOther),
        ("X-Forwarded", Name::XForwardedOther),
        ("X-Real-IP", Name::XRealIp),
        ("X-Request-Id", Name::XRequestId),
        ("Ssl-Client-Cert", Name::ClientCertificate),
        ("X-SSL-Client-Subject-DN", Name::ClientCertificate),
    ];

    #[test]
    fn name_in_any_case_is_told() {
        for (spelled, name) in SPELLED {
            assert_eq!(Name::of(spelled.as_bytes()), name, "{spelled}");
            assert_eq!(Name::of(spelled.to_ascii_lowercase().as_bytes()), name, "{spelled}");
            assert_eq!(Name::of(spelled.to_ascii_uppercase().as_bytes()), name, "{spelled}");
        }
    }

    #[test]
    fn name_that_only_looks_managed_is_other() {
        for spelled in [
            "",
            "Hast",
            "Hosts",
            "Date2",
            "Vie",
            "T",
            "Tee",
            "X",
            "X-Forward",
            "X-Request-Ip",
            "Ssl-Client",
            "Accept",
            "Content-Lengtg",
            "Xx-Forwarded-For",
            "A",
            "Set-Cookie",
        ] {
            assert_eq!(Name::of(spelled.as_bytes()), Name::Other, "{spelled}");
        }
    }

    #[test]
    fn underscores_passed_never_pass_for_a_managed_name() {
        for (spelled, _) in SPELLED.iter().filter(|(spelled, _)| spelled.contains('-')) {
            let alias = spelled.replace('-', "_");
            assert_eq!(Name::of(alias.as_bytes()), Name::Other, "{alias}");
            assert!(Underscores::Drop.drops(alias.as_bytes()), "{alias}");
            assert!(Underscores::Pass.drops(alias.as_bytes()), "{alias}");
        }
        assert!(Underscores::Pass.drops(b"x-forwarded_for"));
        assert!(Underscores::Drop.drops(b"session_id"));
        assert!(!Underscores::Pass.drops(b"session_id"));
        assert!(!Underscores::Drop.drops(b"session-id"));
        assert!(Underscores::Pass.drops(b"X_Forwarded_And_A_Name_Longer_Than_The_Buffer_Is"));
    }

    #[test]
    fn underscore_at_each_place_is_found() {
        for len in 0..40 {
            assert!(!has_underscore(&vec![b'a'; len]));
            for at in 0..len {
                let mut name = vec![b'^'; len];
                name[at] = b'_';
                assert!(has_underscore(&name), "{at} of {len}");
            }
        }
    }

    #[test]
    fn names_hold_what_was_put_in() {
        let mut names = Names::of(&[Name::Host, Name::Via]);
        assert!(names.contains(Name::Via) && !names.contains(Name::Date));
        names.insert(Name::Date);
        assert!(names.contains(Name::Date));
        assert!(names.has_any(Names::of(&[Name::Te, Name::Date])));
        assert!(!names.has_any(Names::of(&[Name::Te])));
        assert!(names.and(Names::of(&[Name::Te])).contains(Name::Te));
    }
}
