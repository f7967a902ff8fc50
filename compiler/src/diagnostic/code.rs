//! The table of codes: code, severity, title and the long text that `pointsman explain` prints. A
//! code that was released keeps its number and meaning.

use std::fmt;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// No artifact is made.
    Error,
    /// An artifact is made; `--deny warnings` makes it an error's exit code.
    Warning,
}

impl Severity {
    /// The word that is printed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// What kind of finding it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    /// The file is not TOML.
    Syntax,
    /// A key or table is written twice.
    DuplicateKey,
    /// A file is not UTF-8.
    NotUtf8,
    /// A file cannot be read.
    Unreadable,
    /// A file is too large.
    TooLarge,
    /// An include leaves the folder of the configuration.
    OutsideFolder,
    /// An included file does not exist.
    MissingInclude,
    /// A file includes itself.
    IncludeCycle,
    /// An include is no pattern of file names.
    BadGlob,
    /// A key belongs in the first file alone.
    FirstFileOnly,
    /// The version of the language is not known.
    BadVersion,
    /// A key is not known.
    UnknownKey,
    /// Not available in this version.
    NotAvailable,
    /// A value has the wrong type.
    WrongType,
    /// A key is missing.
    MissingKey,
    /// A value is no duration.
    BadDuration,
    /// A value is no size.
    BadSize,
    /// A number is out of its range.
    OutOfRange,
    /// A value is none of those allowed.
    UnknownChoice,
    /// A name or id is malformed.
    BadName,
    /// A listener's address is malformed.
    BadListenAddress,
    /// A target's host is malformed.
    BadTargetHost,
    /// A value is no IP address or network.
    BadIp,
    /// A method is malformed.
    BadMethod,
    /// A list is empty.
    EmptyList,
    /// A field's name or value is malformed.
    BadHeader,
    /// A backend is not known.
    UnknownBackend,
    /// A listener is not known.
    UnknownListener,
    /// A route is not known.
    UnknownRoute,
    /// A name or id is used twice.
    DefinedTwice,
    /// Two listeners share an address.
    AddressTwice,
    /// There is neither a listener nor a route.
    NothingServed,
    /// A pattern is malformed.
    BadPattern,
    /// The constraint of a parameter is malformed.
    BadConstraint,
    /// A pattern captures one name twice.
    ParameterTwice,
    /// A pattern is larger than the edge takes.
    PatternTooLarge,
    /// Two routes take the same requests.
    RoutesTie,
    /// Two wildcard hosts of equal rank overlap.
    HostsTie,
    /// Two constraints overlap and neither is smaller.
    ConstraintsTie,
    /// Two patterns of one route capture different names.
    PatternsTie,
    /// Too many overlaps to prove that no two routes tie.
    TiesNotProved,
    /// An expression is malformed.
    BadExpression,
    /// A name in an expression is not known.
    UnknownName,
    /// A route does not capture a parameter that its backend uses.
    NotCaptured,
    /// A value that may be absent has no default.
    NeedsDefault,
    /// A root is no path.
    BadRoot,
    /// There is more of something than the edge takes.
    TooMany,
    /// The artifact cannot be written.
    ArtifactRefused,
    /// The request of a test is malformed.
    BadTestRequest,
    /// No listener takes the request of a test.
    NoListenerForRequest,
    /// The expectation of a test is malformed.
    BadExpectation,
    /// A test fails.
    TestFailed,
    /// An include fits no file.
    EmptyGlob,
    /// A backend is not used.
    UnusedBackend,
    /// There is no route.
    NoRoute,
    /// There is no listener.
    NoListener,
    /// Every target of a backend is drained.
    NoWeight,
    /// A timeout can never be reached.
    TimeoutsDisagree,
    /// A pattern has the host `_`, which elsewhere is every host.
    UnderscoreHost,
    /// A backend replaces every path by `/`.
    RewriteWithoutRoot,
}

struct Entry {
    code: Code,
    id: &'static str,
    title: &'static str,
    explanation: &'static str,
}

const fn entry(
    code: Code,
    id: &'static str,
    title: &'static str,
    explanation: &'static str,
) -> Entry {
    Entry { code, id, title, explanation }
}

/// In the order of [`Code`], which a test asserts, so that a code is its own index.
const TABLE: &[Entry] = &[
    entry(Code::Syntax, "E0001", "the file is not TOML", include_str!("codes/E0001.md")),
    entry(
        Code::DuplicateKey,
        "E0002",
        "a key or table is written twice",
        include_str!("codes/E0002.md"),
    ),
    entry(Code::NotUtf8, "E0003", "a file is not UTF-8", include_str!("codes/E0003.md")),
    entry(Code::Unreadable, "E0004", "a file cannot be read", include_str!("codes/E0004.md")),
    entry(Code::TooLarge, "E0005", "a file is too large", include_str!("codes/E0005.md")),
    entry(
        Code::OutsideFolder,
        "E0006",
        "an include leaves the folder of the configuration",
        include_str!("codes/E0006.md"),
    ),
    entry(
        Code::MissingInclude,
        "E0007",
        "an included file does not exist",
        include_str!("codes/E0007.md"),
    ),
    entry(Code::IncludeCycle, "E0008", "a file includes itself", include_str!("codes/E0008.md")),
    entry(
        Code::BadGlob,
        "E0009",
        "an include is no pattern of file names",
        include_str!("codes/E0009.md"),
    ),
    entry(
        Code::FirstFileOnly,
        "E0010",
        "a key belongs in the first file alone",
        include_str!("codes/E0010.md"),
    ),
    entry(
        Code::BadVersion,
        "E0011",
        "the version of the language is not known",
        include_str!("codes/E0011.md"),
    ),
    entry(Code::UnknownKey, "E0101", "a key is not known", include_str!("codes/E0101.md")),
    entry(
        Code::NotAvailable,
        "E0102",
        "not available in this version",
        include_str!("codes/E0102.md"),
    ),
    entry(Code::WrongType, "E0103", "a value has the wrong type", include_str!("codes/E0103.md")),
    entry(Code::MissingKey, "E0104", "a key is missing", include_str!("codes/E0104.md")),
    entry(Code::BadDuration, "E0105", "a value is no duration", include_str!("codes/E0105.md")),
    entry(Code::BadSize, "E0106", "a value is no size", include_str!("codes/E0106.md")),
    entry(
        Code::OutOfRange,
        "E0107",
        "a number is out of its range",
        include_str!("codes/E0107.md"),
    ),
    entry(
        Code::UnknownChoice,
        "E0108",
        "a value is none of those allowed",
        include_str!("codes/E0108.md"),
    ),
    entry(Code::BadName, "E0109", "a name or id is malformed", include_str!("codes/E0109.md")),
    entry(
        Code::BadListenAddress,
        "E0110",
        "a listener's address is malformed",
        include_str!("codes/E0110.md"),
    ),
    entry(
        Code::BadTargetHost,
        "E0111",
        "a target's host is malformed",
        include_str!("codes/E0111.md"),
    ),
    entry(
        Code::BadIp,
        "E0112",
        "a value is no IP address or network",
        include_str!("codes/E0112.md"),
    ),
    entry(Code::BadMethod, "E0113", "a method is malformed", include_str!("codes/E0113.md")),
    entry(Code::EmptyList, "E0114", "a list is empty", include_str!("codes/E0114.md")),
    entry(
        Code::BadHeader,
        "E0115",
        "a field's name or value is malformed",
        include_str!("codes/E0115.md"),
    ),
    entry(Code::UnknownBackend, "E0201", "a backend is not known", include_str!("codes/E0201.md")),
    entry(
        Code::UnknownListener,
        "E0202",
        "a listener is not known",
        include_str!("codes/E0202.md"),
    ),
    entry(Code::UnknownRoute, "E0203", "a route is not known", include_str!("codes/E0203.md")),
    entry(
        Code::DefinedTwice,
        "E0204",
        "a name or id is used twice",
        include_str!("codes/E0204.md"),
    ),
    entry(
        Code::AddressTwice,
        "E0205",
        "two listeners share an address",
        include_str!("codes/E0205.md"),
    ),
    entry(
        Code::NothingServed,
        "E0206",
        "there is neither a listener nor a route",
        include_str!("codes/E0206.md"),
    ),
    entry(Code::BadPattern, "E0301", "a pattern is malformed", include_str!("codes/E0301.md")),
    entry(
        Code::BadConstraint,
        "E0302",
        "the constraint of a parameter is malformed",
        include_str!("codes/E0302.md"),
    ),
    entry(
        Code::ParameterTwice,
        "E0303",
        "a pattern captures one name twice",
        include_str!("codes/E0303.md"),
    ),
    entry(
        Code::PatternTooLarge,
        "E0304",
        "a pattern is larger than the edge takes",
        include_str!("codes/E0304.md"),
    ),
    entry(
        Code::RoutesTie,
        "E0311",
        "two routes take the same requests",
        include_str!("codes/E0311.md"),
    ),
    entry(
        Code::HostsTie,
        "E0312",
        "two wildcard hosts of equal rank overlap",
        include_str!("codes/E0312.md"),
    ),
    entry(
        Code::ConstraintsTie,
        "E0313",
        "two constraints overlap and neither is smaller",
        include_str!("codes/E0313.md"),
    ),
    entry(
        Code::PatternsTie,
        "E0314",
        "two patterns of one route capture different names",
        include_str!("codes/E0314.md"),
    ),
    entry(
        Code::TiesNotProved,
        "E0315",
        "too many overlaps to prove that no two routes tie",
        include_str!("codes/E0315.md"),
    ),
    entry(
        Code::BadExpression,
        "E0401",
        "an expression is malformed",
        include_str!("codes/E0401.md"),
    ),
    entry(
        Code::UnknownName,
        "E0402",
        "a name in an expression is not known",
        include_str!("codes/E0402.md"),
    ),
    entry(
        Code::NotCaptured,
        "E0403",
        "a route does not capture a parameter that its backend uses",
        include_str!("codes/E0403.md"),
    ),
    entry(
        Code::NeedsDefault,
        "E0404",
        "a value that may be absent has no default",
        include_str!("codes/E0404.md"),
    ),
    entry(Code::BadRoot, "E0405", "a root is no path", include_str!("codes/E0405.md")),
    entry(
        Code::TooMany,
        "E0501",
        "there is more of something than the edge takes",
        include_str!("codes/E0501.md"),
    ),
    entry(
        Code::ArtifactRefused,
        "E0502",
        "the artifact cannot be written",
        include_str!("codes/E0502.md"),
    ),
    entry(
        Code::BadTestRequest,
        "E0601",
        "the request of a test is malformed",
        include_str!("codes/E0601.md"),
    ),
    entry(
        Code::NoListenerForRequest,
        "E0602",
        "no listener takes the request of a test",
        include_str!("codes/E0602.md"),
    ),
    entry(
        Code::BadExpectation,
        "E0603",
        "the expectation of a test is malformed",
        include_str!("codes/E0603.md"),
    ),
    entry(Code::TestFailed, "E0604", "a test fails", include_str!("codes/E0604.md")),
    entry(Code::EmptyGlob, "W0001", "an include fits no file", include_str!("codes/W0001.md")),
    entry(Code::UnusedBackend, "W0201", "a backend is not used", include_str!("codes/W0201.md")),
    entry(Code::NoRoute, "W0202", "there is no route", include_str!("codes/W0202.md")),
    entry(Code::NoListener, "W0203", "there is no listener", include_str!("codes/W0203.md")),
    entry(
        Code::NoWeight,
        "W0204",
        "every target of a backend is drained",
        include_str!("codes/W0204.md"),
    ),
    entry(
        Code::TimeoutsDisagree,
        "W0205",
        "a timeout can never be reached",
        include_str!("codes/W0205.md"),
    ),
    entry(
        Code::UnderscoreHost,
        "W0206",
        "a host is `_`, which means every host elsewhere",
        include_str!("codes/W0206.md"),
    ),
    entry(
        Code::RewriteWithoutRoot,
        "W0207",
        "`rewrite` without `root` sends every path as `/`",
        include_str!("codes/W0207.md"),
    ),
];

impl Code {
    /// Every code, in the order of the table.
    pub fn all() -> impl ExactSizeIterator<Item = Self> {
        TABLE.iter().map(|entry| entry.code)
    }

    /// The code with a number such as `E0201`; letters in either case.
    pub fn parse(id: &str) -> Option<Self> {
        TABLE.iter().find(|entry| entry.id.eq_ignore_ascii_case(id)).map(|entry| entry.code)
    }

    /// The number: a letter and four digits.
    pub fn id(self) -> &'static str {
        TABLE[self as usize].id
    }

    /// What it says in one line.
    pub fn title(self) -> &'static str {
        TABLE[self as usize].title
    }

    /// What it says at length, as Markdown.
    pub fn explanation(self) -> &'static str {
        TABLE[self as usize].explanation
    }

    /// Errors begin with `E`, warnings with `W`.
    pub fn severity(self) -> Severity {
        if self.id().starts_with('W') { Severity::Warning } else { Severity::Error }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_order_is_the_order_of_the_codes() {
        for (at, entry) in TABLE.iter().enumerate() {
            assert_eq!(entry.code as usize, at, "{}", entry.id);
        }
    }

    #[test]
    fn table_ids_are_unique_and_texts_begin_with_them() {
        for (at, entry) in TABLE.iter().enumerate() {
            assert!(entry.id.len() == 5 && entry.id[1..].bytes().all(|byte| byte.is_ascii_digit()));
            assert!(TABLE[..at].iter().all(|earlier| earlier.id != entry.id), "{}", entry.id);
            let head = format!("# {}: {}\n", entry.id, entry.title);
            assert!(
                entry.explanation.starts_with(&head),
                "{}.md must begin with {head:?}",
                entry.id
            );
        }
    }

    #[test]
    fn parse_takes_either_case() {
        assert_eq!(Code::parse("e0201"), Some(Code::UnknownBackend));
        assert_eq!(Code::parse("W0001"), Some(Code::EmptyGlob));
        assert_eq!(Code::parse("E9999"), None);
    }
}
