//! Why a request is refused before any route is looked for. One closed list; no text of the request.

/// Why a request has no meaning here. All of them are answered with 400.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Refusal {
    /// The host holds a byte that no host has, an empty label, or nothing.
    BadHost,
    /// The host is longer than 253 bytes, or one of its labels than 63.
    LongHost,
    /// What follows the host's colon is no port.
    BadPort,
    /// What stands in brackets is no IPv6 address.
    BadAddress,
    /// The path does not begin with `/`.
    BadPath,
    /// A `%` without two hexadecimal digits in the path.
    BadEscape,
    /// A control byte, plain or encoded, a space, or one above 0x7F.
    BadByte,
    /// A `\` or `#`.
    BadDelimiter,
    /// A segment that is `.` or `..`.
    DotSegment,
    /// What an expression gives would be a segment `.` or `..`.
    SentDotSegment,
    /// What an expression gives holds a control byte.
    SentControl,
    /// The target that would be sent is too long.
    SentTooLong,
}

impl Refusal {
    /// In words, for logs and `explain`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BadHost => "the host is not a valid one",
            Self::LongHost => "the host is too long",
            Self::BadPort => "the port is not a valid one",
            Self::BadAddress => "the address in brackets is no IPv6 address",
            Self::BadPath => "the path does not begin with `/`",
            Self::BadEscape => "a `%` of the path is not followed by two hexadecimal digits",
            Self::BadByte => "a byte that a target must not hold",
            Self::BadDelimiter => "a `\\` or `#` in the target",
            Self::DotSegment => "a segment `.` or `..` in the path, or one with `;` after it",
            Self::SentDotSegment => "an expression would give a segment `.` or `..`",
            Self::SentControl => "an expression would give a control byte",
            Self::SentTooLong => "the target to send would be too long",
        }
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::error::Error for Refusal {}
