//! The one table of disagreements with the oracle: whose reading differs, how, and why ours stands.
//! What is not in here must agree; what agrees must not be in here.

/// A disagreement that is meant.
pub(crate) struct Explained {
    /// The input's name.
    pub(crate) input: &'static str,
    /// What we make of it.
    pub(crate) ours: &'static str,
    /// What the oracle makes of it.
    pub(crate) theirs: &'static str,
    /// Why ours stands.
    pub(crate) why: &'static str,
    /// Where that is written.
    pub(crate) source: &'static str,
}

const fn row(
    input: &'static str,
    ours: &'static str,
    theirs: &'static str,
    source: &'static str,
    why: &'static str,
) -> Explained {
    Explained { input, ours, theirs, why, source }
}

/// Where one reader takes a message and the other does not, ours is the one that does not: an edge
/// has readers behind it that it does not know. Two rows say where we take more.
#[rustfmt::skip]
pub(crate) const REQUESTS: &[Explained] = &[
    row("many empty lines in front", "refused 400", "GET / HTTP/1.1; idle", "RFC 9112 §2.2",
        "at least one is to be skipped; two are, so that a client cannot send them for ever"),
    row("TRACE", "refused 405", "TRACE / HTTP/1.1; idle", "RFC 9110 §9.3.8",
        "it would show credentials and our own fields to whoever asks; hyper leaves it to its caller"),
    row("line feed alone in a line", "refused 400", "GET / HTTP/1.1; idle", "RFC 9112 §2.2",
        "a reader may take it for a line's end; where one does and the next does not, requests are smuggled"),
    row("line feeds alone", "refused 400", "GET / HTTP/1.1; idle", "RFC 9112 §2.2",
        "the same"),
    row("head that ends with two line feeds", "refused 400", "POST / HTTP/1.1 [hello]; refused 400", "RFC 9112 §2.2",
        "the same"),
    row("head that ends with CR LF LF", "refused 400", "GET / HTTP/1.1; GET /next HTTP/1.1; idle", "RFC 9112 §2.2",
        "the same"),
    row("fragment", "refused 400", "GET /a HTTP/1.1; idle", "RFC 9112 §3.2",
        "no form of target has one; hyper drops it, so that what is routed is not what was sent"),
    row("no slash", "refused 400", "GET foo HTTP/1.1; idle", "RFC 9112 §3.2.1",
        "the origin form begins with a slash; hyper takes it for an authority"),
    row("authority alone", "refused 400", "GET a.test:80 HTTP/1.1; idle", "RFC 9112 §3.2.3",
        "the authority form is for CONNECT alone"),
    row("absolute with a user", "refused 400", "GET http://u@b.test/ HTTP/1.1; idle", "RFC 9110 §4.2.4",
        "userinfo in a target is to be treated as an error: it is there to deceive"),
    row("absolute of another scheme", "refused 400", "GET ftp://b.test/ HTTP/1.1; idle", "RFC 9110 §7.4",
        "we are origin for http and https and proxy for nothing else"),
    row("asterisk of a GET", "refused 400", "GET * HTTP/1.1; idle", "RFC 9112 §3.2.4",
        "the asterisk form is for OPTIONS alone"),
    row("quotation mark in the query", "GET /x?a=\"b\" HTTP/1.1; idle", "refused 400", "RFC 3986 §3.4",
        "we take more: a query goes on as it came, nothing is decided by it, and clients send such queries"),
    row("CONNECT", "refused 501", "CONNECT a.test:443 HTTP/1.1; closed", "RFC 9110 §9.3.6",
        "no tunnel is opened; hyper leaves it to its caller"),
    row("no Host", "refused 400", "GET / HTTP/1.1; idle", "RFC 9112 §3.2",
        "the RFC demands 400; hyper leaves it to its caller"),
    row("two Hosts", "refused 400", "GET / HTTP/1.1; idle", "RFC 9112 §3.2",
        "the RFC demands 400; hyper leaves it to its caller"),
    row("empty Host", "refused 400", "GET / HTTP/1.1; idle", "RFC 9110 §4.2.1",
        "an http URI has a host, so that no request for one can leave it empty"),
    row("Host with a path", "refused 400", "GET / HTTP/1.1; idle", "RFC 9112 §3.2",
        "an invalid value demands 400; hyper leaves it to its caller"),
    row("Host with a user", "refused 400", "GET / HTTP/1.1; idle", "RFC 9112 §3.2",
        "an invalid value demands 400; hyper leaves it to its caller"),
    row("high byte beside close", "GET / HTTP/1.1; closed", "GET / HTTP/1.1; idle", "RFC 9112 §9.3",
        "`close` is there; hyper reads no option from a value that is not ASCII"),
    row("another expectation", "refused 417", "GET / HTTP/1.1; idle", "RFC 9110 §10.1.1",
        "what cannot be met may be answered with 417; passed on, it would be promised by nobody"),
    row("equal lengths twice", "refused 400", "POST / HTTP/1.1 [hello]; idle", "RFC 9110 §8.6",
        "the RFC leaves the choice; not every reader behind us sees that they are equal"),
    row("length, then coding", "refused 400", "POST / HTTP/1.1; closed", "RFC 9112 §6.1",
        "a server may reject it; the peer is attacking or broken. Both readers close"),
    row("coding, then length", "refused 400", "POST / HTTP/1.1; closed", "RFC 9112 §6.1",
        "the same"),
    row("identity, then chunked", "refused 400", "POST / HTTP/1.1; GET /next HTTP/1.1; idle", "RFC 9112 §7",
        "`identity` is no coding any more, and readers that look at the first line alone see no body"),
    row("chunked twice", "refused 400", "POST / HTTP/1.1; idle", "RFC 9112 §6.1",
        "a sender must not apply it twice; a reader that does what the field says would decode twice"),
    row("coding that is not ours", "refused 501", "POST / HTTP/1.1; idle", "RFC 9112 §6.1",
        "a coding that is not understood is answered with 501; hyper hands the coded bytes to its caller"),
    row("size of 16 digits", "POST / HTTP/1.1 broken; closed", "POST / HTTP/1.1 [hello]...; waiting", "RFC 9112 §7.1",
        "sizes that overflow must be guarded against: beyond 18 decimal places no reader is sure of them"),
    row("space behind a size", "POST / HTTP/1.1 broken; closed", "POST / HTTP/1.1 [hello]; idle", "RFC 9112 §7.1.1",
        "white space belongs to an extension, and there is none; some readers stop at it, some do not"),
    row("high bytes in the target", "refused 400", "GET /\u{e9} HTTP/1.1; idle", "RFC 9112 §3.2",
        "a URI is ASCII; what a reader makes of other bytes is its own affair"),
    row("long method", "refused 501", "MMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMM / HTTP/1.1; idle", "RFC 9112 §3",
        "longer than any method that is known: 501"),
    row("value of 40 KB", "refused 431", "GET / HTTP/1.1; idle", "RFC 6585 §5",
        "heads end at 32 KiB; hyper's end at about 400 KB"),
    row("long chunk extension", "POST / HTTP/1.1 broken; closed", "POST / HTTP/1.1 [hello]; idle", "RFC 9112 §7.1.1",
        "a recipient ought to limit them: 1 KiB a chunk"),
];

/// The input whose target is too long to be written down here: refused with 414, while hyper goes
/// up to 64 KiB.
//= RFC 9110 §4.1
pub(crate) const TOO_LONG_TO_SHOW: &str = "long target";

#[rustfmt::skip]
pub(crate) const RESPONSES: &[Explained] = &[
    row("101 unasked", "refused 0", "101; closed", "RFC 9110 §7.8",
        "a server must not switch to what was not asked for; hyper leaves it to its caller"),
    row("equal lengths twice", "refused 0", "200 [ok]; idle", "RFC 9112 §6.3",
        "a proxy may repair it or answer 502; a target that frames so badly is not to be guessed at"),
    row("length and coding", "refused 0", "200 [ok]; idle", "RFC 9112 §6.3",
        "it ought to be handled as an error: the peer is splitting responses or broken"),
    row("coding that is not ours", "refused 0", "200; idle", "RFC 9112 §6.1",
        "we never said that we accept one (no TE), and cannot frame it again"),
    row("coding that is not final", "refused 0", "200 [raw]; closed", "RFC 9112 §6.3",
        "the body would end with the connection, coded twice over; no client could read it"),
    row("line feeds alone", "refused 0", "200 [ok]; idle", "RFC 9112 §2.2",
        "as for requests: where two readers differ, responses are split"),
    row("empty line in front", "refused 0", "200; idle", "RFC 9112 §2.2",
        "only a server may skip one, in front of a request"),
    row("status 999", "refused 0", "999; idle", "RFC 9110 §15",
        "what lies outside 100..=599 is invalid"),
    row("101 fields", "200; idle", "refused 0", "RFC 9110 §5.4",
        "a choice of limits: 200 fields from a target, where hyper takes 100. Here we take more"),
    row("value of 40 KB", "refused 0", "200; idle", "RFC 9110 §5.4",
        "a choice of limits: 32 KiB, where hyper takes about 400 KB"),
];
