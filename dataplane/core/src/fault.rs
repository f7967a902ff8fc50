//! All that can go wrong with traffic, in one table: what the log calls it, what the client is
//! told, who caused it, whether another attempt may help and whether it counts against the target.
//! It carries no text from outside and decides nothing itself.

/// Who caused a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// The client: what it sent, or did not send.
    Client,
    /// The target: how it could not be reached, or what it sent.
    Target,
    /// Ourselves: configuration, limits and states of this host.
    Own,
}

/// Which class of retry covers a fault (`client.retries`, `retry_on`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Retry {
    /// Another attempt would end the same way, or may not be made.
    Never,
    /// Nothing was sent: every method may be tried again.
    ConnectFailure,
    /// The connection died: idempotent methods may be tried again.
    Reset,
    /// A limit of one attempt ran out: idempotent methods may be tried again.
    Timeout,
}

/// What the access log says: a closed list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
#[expect(missing_docs, reason = "each is its own name in the log")]
pub enum Reason {
    BadRequest,
    HeadTooLarge,
    HeadTimeout,
    BodyTooLarge,
    BodyTooSlow,
    NoRoute,
    MethodNotAllowed,
    Loop,
    MatchBudget,
    NoTarget,
    AllOpen,
    AllRed,
    QueueFull,
    QueueTimeout,
    NotResolved,
    ConnectRefused,
    ConnectTimeout,
    TlsFailed,
    ProxyFailed,
    TargetReset,
    TargetGarbage,
    CallTimeout,
    StreamTimeout,
    IdleTimeout,
    GlobalTimeout,
    ClientReset,
    Truncated,
    Drained,
    Internal,
}

impl Reason {
    /// How many there are.
    pub const COUNT: usize = REASONS.len();

    /// The word in the access log.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        REASONS[self as usize].1
    }

    /// The reason with that number, the inverse of `reason as u8`.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        REASONS.get(usize::from(number)).map(|(reason, _)| *reason)
    }
}

/// In the order of [`Reason`].
const REASONS: [(Reason, &str); 29] = [
    (Reason::BadRequest, "bad_request"),
    (Reason::HeadTooLarge, "head_too_large"),
    (Reason::HeadTimeout, "head_timeout"),
    (Reason::BodyTooLarge, "body_too_large"),
    (Reason::BodyTooSlow, "body_too_slow"),
    (Reason::NoRoute, "no_route"),
    (Reason::MethodNotAllowed, "method_not_allowed"),
    (Reason::Loop, "loop"),
    (Reason::MatchBudget, "match_budget"),
    (Reason::NoTarget, "no_target"),
    (Reason::AllOpen, "all_open"),
    (Reason::AllRed, "all_red"),
    (Reason::QueueFull, "queue_full"),
    (Reason::QueueTimeout, "queue_timeout"),
    (Reason::NotResolved, "not_resolved"),
    (Reason::ConnectRefused, "connect_refused"),
    (Reason::ConnectTimeout, "connect_timeout"),
    (Reason::TlsFailed, "tls_failed"),
    (Reason::ProxyFailed, "proxy_failed"),
    (Reason::TargetReset, "target_reset"),
    (Reason::TargetGarbage, "target_garbage"),
    (Reason::CallTimeout, "call_timeout"),
    (Reason::StreamTimeout, "stream_timeout"),
    (Reason::IdleTimeout, "idle_timeout"),
    (Reason::GlobalTimeout, "global_timeout"),
    (Reason::ClientReset, "client_reset"),
    (Reason::Truncated, "truncated"),
    (Reason::Drained, "drained"),
    (Reason::Internal, "internal"),
];

/// What went wrong, as exactly as a test or a person who reads the answer wants to know it.
///
/// [`Fault::reason`] folds it to the closed list of the log; the meaning of each is
/// [`Fault::text`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
#[expect(missing_docs, reason = "Fault::text says what each means")]
pub enum Fault {
    // The client's head.
    RequestLine,
    MethodTooLong,
    ConnectMethod,
    TraceMethod,
    Version,
    Target,
    TargetTooLong,
    LineEnd,
    ControlByte,
    FoldedLine,
    FieldLine,
    HeadTooLarge,
    TooManyFields,
    HostMissing,
    HostSeveral,
    HostBad,
    LengthBad,
    LengthSeveral,
    LengthWithCoding,
    CodingUnknown,
    CodingBad,
    CodingInOldVersion,
    ConnectionBad,
    Expectation,
    Path,
    HeadTimeout,
    // The client's body.
    ChunkSize,
    ChunkLine,
    ChunkExtension,
    ChunkEnd,
    Trailer,
    TrailerTooLarge,
    BodyIncomplete,
    BodyTooLarge,
    BodyTooSlow,
    LengthRequired,
    ClientReset,
    // Ours.
    NoRoute,
    MethodNotAllowed,
    Loop,
    MatchBudget,
    NoTarget,
    AllOpen,
    AllRed,
    QueueFull,
    QueueTimeout,
    Drained,
    Internal,
    // The way to the target.
    NotResolved,
    ConnectRefused,
    ConnectTimeout,
    TlsFailed,
    ProxyFailed,
    TargetReset,
    // The target's answer.
    TargetHead,
    TargetHeadTooLarge,
    TargetStatus,
    TargetSwitched,
    TargetInterims,
    TargetFraming,
    TargetBody,
    TargetSurplus,
    Truncated,
    // Limits on time.
    CallTimeout,
    StreamTimeout,
    IdleTimeout,
    GlobalTimeout,
}

/// What stands in the table for one fault.
#[derive(Clone, Copy, Debug)]
struct Row {
    fault: Fault,
    reason: Reason,
    status: u16,
    side: Side,
    retry: Retry,
    text: &'static str,
}

const fn client(fault: Fault, reason: Reason, status: u16, text: &'static str) -> Row {
    Row { fault, reason, status, side: Side::Client, retry: Retry::Never, text }
}

const fn own(fault: Fault, reason: Reason, status: u16, text: &'static str) -> Row {
    Row { fault, reason, status, side: Side::Own, retry: Retry::Never, text }
}

const fn target(
    fault: Fault,
    reason: Reason,
    status: u16,
    retry: Retry,
    text: &'static str,
) -> Row {
    Row { fault, reason, status, side: Side::Target, retry, text }
}

const fn garbage(fault: Fault, text: &'static str) -> Row {
    target(fault, Reason::TargetGarbage, 502, Retry::Never, text)
}

/// In the order of [`Fault`].
#[rustfmt::skip]
const TABLE: [Row; 67] = [
    client(Fault::RequestLine, Reason::BadRequest, 400, "malformed request line"),
    client(Fault::MethodTooLong, Reason::BadRequest, 501, "method too long"),
    client(Fault::ConnectMethod, Reason::MethodNotAllowed, 501, "CONNECT is not served"),
    client(Fault::TraceMethod, Reason::MethodNotAllowed, 405, "TRACE is not served"),
    client(Fault::Version, Reason::BadRequest, 505, "HTTP version not supported"),
    client(Fault::Target, Reason::BadRequest, 400, "malformed request target"),
    client(Fault::TargetTooLong, Reason::HeadTooLarge, 414, "request target too long"),
    client(Fault::LineEnd, Reason::BadRequest, 400, "line that does not end with CR LF"),
    client(Fault::ControlByte, Reason::BadRequest, 400, "control byte in the head"),
    client(Fault::FoldedLine, Reason::BadRequest, 400, "folded field line"),
    client(Fault::FieldLine, Reason::BadRequest, 400, "malformed field line"),
    client(Fault::HeadTooLarge, Reason::HeadTooLarge, 431, "head too large"),
    client(Fault::TooManyFields, Reason::HeadTooLarge, 431, "too many fields"),
    client(Fault::HostMissing, Reason::BadRequest, 400, "no Host"),
    client(Fault::HostSeveral, Reason::BadRequest, 400, "several Host"),
    client(Fault::HostBad, Reason::BadRequest, 400, "malformed Host"),
    client(Fault::LengthBad, Reason::BadRequest, 400, "malformed Content-Length"),
    client(Fault::LengthSeveral, Reason::BadRequest, 400, "several Content-Length"),
    client(Fault::LengthWithCoding, Reason::BadRequest, 400, "Content-Length beside Transfer-Encoding"),
    client(Fault::CodingUnknown, Reason::BadRequest, 501, "transfer coding not supported"),
    client(Fault::CodingBad, Reason::BadRequest, 400, "malformed Transfer-Encoding"),
    client(Fault::CodingInOldVersion, Reason::BadRequest, 400, "Transfer-Encoding in HTTP/1.0"),
    client(Fault::ConnectionBad, Reason::BadRequest, 400, "too many connection options"),
    client(Fault::Expectation, Reason::BadRequest, 417, "expectation not supported"),
    client(Fault::Path, Reason::BadRequest, 400, "malformed path or host"),
    client(Fault::HeadTimeout, Reason::HeadTimeout, 408, "head not received in time"),
    client(Fault::ChunkSize, Reason::BadRequest, 400, "malformed chunk size"),
    client(Fault::ChunkLine, Reason::BadRequest, 400, "malformed chunk line"),
    client(Fault::ChunkExtension, Reason::BadRequest, 400, "chunk extensions too long"),
    client(Fault::ChunkEnd, Reason::BadRequest, 400, "chunk not followed by CR LF"),
    client(Fault::Trailer, Reason::BadRequest, 400, "malformed trailer section"),
    client(Fault::TrailerTooLarge, Reason::HeadTooLarge, 431, "trailer section too large"),
    client(Fault::BodyIncomplete, Reason::BadRequest, 400, "body ended too early"),
    client(Fault::BodyTooLarge, Reason::BodyTooLarge, 413, "body too large"),
    client(Fault::BodyTooSlow, Reason::BodyTooSlow, 408, "body sent too slowly"),
    client(Fault::LengthRequired, Reason::BadRequest, 411, "Content-Length required"),
    client(Fault::ClientReset, Reason::ClientReset, 499, "client gone"),
    own(Fault::NoRoute, Reason::NoRoute, 404, "no route"),
    own(Fault::MethodNotAllowed, Reason::MethodNotAllowed, 405, "method not allowed"),
    own(Fault::Loop, Reason::Loop, 508, "loop detected"),
    own(Fault::MatchBudget, Reason::MatchBudget, 500, "matching took too many steps"),
    own(Fault::NoTarget, Reason::NoTarget, 503, "no target"),
    own(Fault::AllOpen, Reason::AllOpen, 503, "all breakers open"),
    own(Fault::AllRed, Reason::AllRed, 503, "no healthy target"),
    own(Fault::QueueFull, Reason::QueueFull, 503, "queue full"),
    own(Fault::QueueTimeout, Reason::QueueTimeout, 503, "waited too long for a connection"),
    own(Fault::Drained, Reason::Drained, 503, "shutting down"),
    own(Fault::Internal, Reason::Internal, 500, "internal error"),
    target(Fault::NotResolved, Reason::NotResolved, 502, Retry::ConnectFailure, "target name not resolved"),
    target(Fault::ConnectRefused, Reason::ConnectRefused, 502, Retry::ConnectFailure, "target refused the connection"),
    target(Fault::ConnectTimeout, Reason::ConnectTimeout, 504, Retry::ConnectFailure, "target not reached in time"),
    target(Fault::TlsFailed, Reason::TlsFailed, 502, Retry::ConnectFailure, "TLS with the target failed"),
    target(Fault::ProxyFailed, Reason::ProxyFailed, 502, Retry::ConnectFailure, "outbound proxy failed"),
    target(Fault::TargetReset, Reason::TargetReset, 502, Retry::Reset, "target closed the connection"),
    garbage(Fault::TargetHead, "malformed answer from the target"),
    garbage(Fault::TargetHeadTooLarge, "answer's head too large"),
    garbage(Fault::TargetStatus, "answer with an invalid status"),
    garbage(Fault::TargetSwitched, "target switched protocols unasked"),
    garbage(Fault::TargetInterims, "too many interim answers"),
    garbage(Fault::TargetFraming, "answer with contradictory framing"),
    garbage(Fault::TargetBody, "malformed chunk in the answer"),
    garbage(Fault::TargetSurplus, "bytes from the target that belong to no answer"),
    target(Fault::Truncated, Reason::Truncated, 502, Retry::Never, "answer cut short"),
    target(Fault::CallTimeout, Reason::CallTimeout, 504, Retry::Timeout, "target did not answer in time"),
    target(Fault::StreamTimeout, Reason::StreamTimeout, 504, Retry::Never, "answer took too long"),
    target(Fault::IdleTimeout, Reason::IdleTimeout, 504, Retry::Timeout, "nothing moved for too long"),
    own(Fault::GlobalTimeout, Reason::GlobalTimeout, 504, "no answer in time"),
];

// A row that stood in another's place would be read for it.
const _: () = {
    let mut at = 0;
    while at < TABLE.len() {
        assert!(TABLE[at].fault as usize == at);
        at += 1;
    }
};

impl Fault {
    fn row(self) -> &'static Row {
        &TABLE[self as usize]
    }

    /// What the access log says.
    #[must_use]
    pub fn reason(self) -> Reason {
        self.row().reason
    }

    /// The status the client gets, as long as its answer's head has not gone out; 499 for a client
    /// that is gone is never sent, only logged.
    #[must_use]
    pub fn status(self) -> u16 {
        self.row().status
    }

    /// Who caused it.
    #[must_use]
    pub fn side(self) -> Side {
        self.row().side
    }

    /// Which class of retry covers it.
    #[must_use]
    pub fn retry(self) -> Retry {
        self.row().retry
    }

    /// Whether a breaker and the target's statistics count it as a failure of the target.
    ///
    /// A stream that took too long may be the client's slow reading: it does not count.
    #[must_use]
    pub fn counts_against_target(self) -> bool {
        self.side() == Side::Target && self != Self::StreamTimeout
    }

    /// What happened, in a few words without a full stop.
    #[must_use]
    pub fn text(self) -> &'static str {
        self.row().text
    }

    /// The same fault of framing, seen in an answer: a malformed head is `target_garbage` there.
    #[must_use]
    pub(crate) fn of_target(self) -> Self {
        match self {
            Self::HeadTooLarge | Self::TooManyFields | Self::TargetTooLong => {
                Self::TargetHeadTooLarge
            }
            Self::ChunkSize
            | Self::ChunkLine
            | Self::ChunkExtension
            | Self::ChunkEnd
            | Self::Trailer
            | Self::TrailerTooLarge => Self::TargetBody,
            Self::LengthBad
            | Self::LengthSeveral
            | Self::LengthWithCoding
            | Self::CodingUnknown
            | Self::CodingBad
            | Self::CodingInOldVersion => Self::TargetFraming,
            _ if self.side() == Side::Client => Self::TargetHead,
            _ => self,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_rows_stand_in_the_order_of_the_enums() {
        for (at, row) in TABLE.iter().enumerate() {
            assert_eq!(row.fault as usize, at, "{:?}", row.fault);
        }
        for (at, (reason, _)) in REASONS.iter().enumerate() {
            assert_eq!(*reason as usize, at, "{reason:?}");
        }
        assert_eq!(Fault::GlobalTimeout as usize + 1, TABLE.len());
        assert_eq!(Reason::Internal as usize + 1, Reason::COUNT);
    }

    #[test]
    fn table_every_reason_is_used_and_numbered() {
        for (reason, word) in REASONS {
            assert!(TABLE.iter().any(|row| row.reason == reason), "{word}");
            assert_eq!(Reason::from_number(reason as u8), Some(reason));
            assert!(word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'));
        }
        assert_eq!(Reason::from_number(29), None);
    }

    #[test]
    fn table_status_fits_the_side() {
        for row in TABLE {
            let allowed: &[u16] = match row.side {
                Side::Client => &[400, 405, 408, 411, 413, 414, 417, 431, 499, 501, 505],
                Side::Own => &[404, 405, 500, 503, 504, 508],
                Side::Target => &[502, 504],
            };
            assert!(allowed.contains(&row.status), "{:?}", row.fault);
            assert!(!row.text.is_empty() && !row.text.ends_with('.'), "{:?}", row.fault);
            if row.retry != Retry::Never {
                assert!(row.fault.counts_against_target(), "{:?}", row.fault);
            }
        }
    }

    #[test]
    fn fault_of_the_clients_head_seen_in_an_answer_is_garbage() {
        for row in TABLE {
            let seen = row.fault.of_target();
            if row.side == Side::Client {
                assert_eq!(seen.reason(), Reason::TargetGarbage, "{:?}", row.fault);
            } else {
                assert_eq!(seen, row.fault);
            }
        }
    }

    #[test]
    fn fault_fits_in_one_word() {
        assert!(size_of::<Fault>() <= size_of::<usize>());
        assert!(size_of::<Option<Fault>>() <= size_of::<usize>());
    }
}
