//! What is meant for one connection only and is not passed on: the hop-by-hop fields and all that
//! `Connection` names. Some names can never be named away.

use pointsman_routing::request::fields::Fields;

use super::list::members;
use super::name::{Name, Names};
use super::number::parse_decimal;
use crate::fault::Fault;
use crate::limits::CONNECTION_OPTIONS_MAX;

/// Fields that are never passed on as they came, in either direction: each is meant for one
/// connection, or is written anew.
//= RFC 9110 §7.6.1
pub const ALWAYS_TAKEN_OFF: Names = Names::of(&[
    Name::ContentLength,
    Name::TransferEncoding,
    Name::Connection,
    Name::KeepAlive,
    Name::ProxyConnection,
    Name::ProxyAuth,
    Name::Te,
    Name::Upgrade,
    Name::Http2Settings,
]);

/// What the `Connection` fields of one head say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Connection {
    /// `close`
    pub close: bool,
    /// `keep-alive`
    pub keep_alive: bool,
    /// `upgrade`
    pub upgrade: bool,
    /// Names other fields, which then belong to the connection.
    pub names_fields: bool,
    options: u8,
}

impl Connection {
    /// Takes in the value of one more `Connection` line.
    ///
    /// Errors: [`Fault::ConnectionBad`] when there are more options than anyone needs.
    pub fn add(&mut self, value: &[u8]) -> Result<(), Fault> {
        for option in members(value) {
            self.options = self.options.saturating_add(1);
            if usize::from(self.options) > CONNECTION_OPTIONS_MAX {
                return Err(Fault::ConnectionBad);
            }
            if option.eq_ignore_ascii_case(b"close") {
                self.close = true;
            } else if option.eq_ignore_ascii_case(b"keep-alive") {
                self.keep_alive = true;
            } else if option.eq_ignore_ascii_case(b"upgrade") {
                self.upgrade = true;
            } else {
                self.names_fields = true;
            }
        }
        Ok(())
    }
}

/// How often an OPTIONS request may still be passed on: what `Max-Forwards` says, where it stands
/// once and is a number. Of other methods it is asked nothing.
#[must_use]
pub fn max_forwards(method: &[u8], fields: Fields<'_>, seen: Names) -> Option<u64> {
    //= RFC 9110 §7.6.2
    if method != b"OPTIONS" || !seen.contains(Name::MaxForwards) {
        return None;
    }
    let mut lines = fields.all(b"max-forwards");
    let count = parse_decimal(lines.next()?)?;
    lines.next().is_none().then_some(count)
}

/// Whether some `Connection` line of these fields names `name`, and naming it takes it off.
///
/// Cost: compares with each option; only to be asked when [`Connection::names_fields`].
#[cold]
#[must_use]
pub fn is_named_away(name: &[u8], fields: Fields<'_>) -> bool {
    !is_protected(name)
        && fields
            .all(b"connection")
            .any(|value| members(value).any(|option| option.eq_ignore_ascii_case(name)))
}

/// Names that a `Connection` field cannot take off: who asks, for what, on whose behalf, and what
/// the body is. A client that could take these off could make the target see another request than
/// the one that was matched (RFC 9110 §7.6.1 forbids to name fields meant for all recipients).
const PROTECTED: [&[u8]; 34] = [
    b"accept",
    b"accept-encoding",
    b"accept-language",
    b"age",
    b"allow",
    b"authorization",
    b"cache-control",
    b"cookie",
    b"date",
    b"etag",
    b"expect",
    b"expires",
    b"forwarded",
    b"host",
    b"last-modified",
    b"location",
    b"max-forwards",
    b"origin",
    b"pragma",
    b"range",
    b"referer",
    b"retry-after",
    b"server",
    b"set-cookie",
    b"strict-transport-security",
    b"traceparent",
    b"tracestate",
    b"trailer",
    b"user-agent",
    b"vary",
    b"via",
    b"www-authenticate",
    b"x-real-ip",
    b"x-request-id",
];

/// Beginnings of names that are protected whatever follows.
const PROTECTED_FAMILIES: [&[u8]; 6] =
    [b"content-", b"x-forwarded", b"if-", b"access-control-", b"sec-", b"proxy-authenticate"];

/// Whether a `Connection` field cannot take this name off.
#[must_use]
pub fn is_protected(name: &[u8]) -> bool {
    PROTECTED.iter().any(|protected| name.eq_ignore_ascii_case(protected))
        || PROTECTED_FAMILIES.iter().any(|family| {
            name.get(..family.len()).is_some_and(|start| start.eq_ignore_ascii_case(family))
        })
        || Name::of(name) == Name::ClientCertificate
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::test_fields::TestFields;

    #[test]
    fn connection_options_are_told_in_any_case() {
        fn check(value: &str, close: bool, keep_alive: bool, upgrade: bool, names_fields: bool) {
            let mut connection = Connection::default();
            connection.add(value.as_bytes()).expect("few options");
            assert_eq!(connection.close, close, "{value:?}");
            assert_eq!(connection.keep_alive, keep_alive, "{value:?}");
            assert_eq!(connection.upgrade, upgrade, "{value:?}");
            assert_eq!(connection.names_fields, names_fields, "{value:?}");
        }
        check("", false, false, false, false);
        check("CLOSE", true, false, false, false);
        check("Keep-Alive ,, upgrade", false, true, true, false);
        check("x-foo,\tclose", true, false, false, true);
        check("not-close", false, false, false, true);
        check("\"close\"", false, false, false, true);
    }

    #[test]
    fn connection_too_many_options_are_refused() {
        let mut connection = Connection::default();
        let line = vec!["a"; CONNECTION_OPTIONS_MAX / 2].join(",");
        assert_eq!(connection.add(line.as_bytes()), Ok(()));
        assert_eq!(connection.add(line.as_bytes()), Ok(()));
        assert_eq!(connection.add(b"a"), Err(Fault::ConnectionBad));
    }

    #[test]
    fn max_forwards_counts_for_options_alone() {
        fn check(method: &str, values: &[&str], expected: Option<u64>) {
            let mut fields = TestFields::default();
            for value in values {
                fields.add("Max-Forwards", value);
            }
            let found = max_forwards(method.as_bytes(), fields.fields(), fields.seen());
            assert_eq!(found, expected, "{method} {values:?}");
        }
        check("OPTIONS", &[], None);
        check("OPTIONS", &["0"], Some(0));
        check("OPTIONS", &["10"], Some(10));
        check("OPTIONS", &["x"], None);
        check("OPTIONS", &["1", "1"], None);
        check("GET", &["0"], None);
    }

    #[test]
    fn protected_names_cannot_be_named_away() {
        //= RFC 9110 §7.6.1
        for name in [
            "Host",
            "Authorization",
            "cookie",
            "Content-Length",
            "Content-Type",
            "X-Forwarded-For",
            "X-Forwarded-Prefix",
            "Forwarded",
            "X-Real-IP",
            "Via",
            "X-Request-Id",
            "Date",
            "Cache-Control",
            "Set-Cookie",
            "Content-Encoding",
            "If-Match",
            "Ssl-Client-Cert",
        ] {
            assert!(is_protected(name.as_bytes()), "{name}");
        }
        for name in ["X-Foo", "Keep-Alive", "TE", "HTTP2-Settings", "X-Token", "hos"] {
            assert!(!is_protected(name.as_bytes()), "{name}");
        }
    }
}
