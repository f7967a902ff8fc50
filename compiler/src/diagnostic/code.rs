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

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $id:ident, $title:literal;)*) => {
        /// What kind of finding it is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $($(#[$doc])* $name,)*
        }

        /// In the order of [`Code`], so that a code is its own index.
        const TABLE: &[Entry] = &[$(Entry {
            code: Code::$name,
            id: stringify!($id),
            title: $title,
            explanation: include_str!(concat!("codes/", stringify!($id), ".md")),
        },)*];
    };
}

struct Entry {
    code: Code,
    id: &'static str,
    title: &'static str,
    explanation: &'static str,
}

codes! {
    /// The file is not TOML.
    Syntax = E0001, "the file is not TOML";
    /// A key or table is written twice.
    DuplicateKey = E0002, "a key or table is written twice";
    /// A file is not UTF-8.
    NotUtf8 = E0003, "a file is not UTF-8";
    /// A file cannot be read.
    Unreadable = E0004, "a file cannot be read";
    /// A file is too large.
    TooLarge = E0005, "a file is too large";
    /// An include leaves the folder of the configuration.
    OutsideFolder = E0006, "an include leaves the folder of the configuration";
    /// An included file does not exist.
    MissingInclude = E0007, "an included file does not exist";
    /// A file includes itself.
    IncludeCycle = E0008, "a file includes itself";
    /// An include is no pattern of file names.
    BadGlob = E0009, "an include is no pattern of file names";
    /// A key belongs in the first file alone.
    FirstFileOnly = E0010, "a key belongs in the first file alone";
    /// The version of the language is not known.
    BadVersion = E0011, "the version of the language is not known";
    /// A key is not known.
    UnknownKey = E0101, "a key is not known";
    /// A value has the wrong type.
    WrongType = E0103, "a value has the wrong type";
    /// A key is missing.
    MissingKey = E0104, "a key is missing";
    /// A value is no duration.
    BadDuration = E0105, "a value is no duration";
    /// A value is no size.
    BadSize = E0106, "a value is no size";
    /// A number is out of its range.
    OutOfRange = E0107, "a number is out of its range";
    /// A value is none of those allowed.
    UnknownChoice = E0108, "a value is none of those allowed";
    /// A name or id is malformed.
    BadName = E0109, "a name or id is malformed";
    /// A listener's address is malformed.
    BadListenAddress = E0110, "a listener's address is malformed";
    /// A target's host is malformed.
    BadTargetHost = E0111, "a target's host is malformed";
    /// A value is no IP address or network.
    BadIp = E0112, "a value is no IP address or network";
    /// A method is malformed.
    BadMethod = E0113, "a method is malformed";
    /// A list is empty.
    EmptyList = E0114, "a list is empty";
    /// A field's name or value is malformed.
    BadHeader = E0115, "a field's name or value is malformed";
    /// A secret stands in the file.
    InlineSecret = E0116, "a secret is written inline";
    /// A text has another form than its key asks for.
    BadForm = E0117, "a text has not the form that its key asks for";
    /// A backend is not known.
    UnknownBackend = E0201, "a backend is not known";
    /// A listener is not known.
    UnknownListener = E0202, "a listener is not known";
    /// A route is not known.
    UnknownRoute = E0203, "a route is not known";
    /// A name or id is used twice.
    DefinedTwice = E0204, "a name or id is used twice";
    /// Two listeners share an address.
    AddressTwice = E0205, "two listeners share an address";
    /// There is neither a listener nor a route.
    NothingServed = E0206, "there is neither a listener nor a route";
    /// A certificate is not known.
    UnknownCertificate = E0207, "a certificate is not known";
    /// A certificate is to be shown and has no key.
    NoKey = E0208, "a certificate without a key is to be shown";
    /// A route has two of `backend`, `redirect` and `respond`.
    ActionTwice = E0209, "a route has two answers";
    /// A health check can never pass.
    HealthNeverPasses = E0210, "a health check can never pass";
    /// A key does not belong to what is chosen beside it.
    KeyOutOfPlace = E0211, "a key does not belong to what is chosen beside it";
    /// TLS is set up where none is spoken.
    TlsNotSpoken = E0212, "TLS is set up where none is spoken";
    /// A predicate never holds.
    PredicateNeverHolds = E0213, "a predicate never holds";
    /// A proxy cannot do what it is asked for.
    ProxyCannot = E0214, "a proxy cannot do what it is asked for";
    /// A service has not exactly one who answers.
    ServiceAnswers = E0215, "a service has not exactly one who answers";
    /// A listener cannot serve what a route asks of it.
    ListenerCannotServe = E0216, "a listener cannot serve what a route asks of it";
    /// A listener contradicts itself.
    ListenerContradicts = E0217, "a listener contradicts itself";
    /// Certificates are to be ordered, and nothing says how.
    NoWayToOrder = E0218, "certificates are to be ordered, and nothing says how";
    /// No certificate can be ordered for a host.
    HostNotProvable = E0219, "no certificate can be ordered for a host";
    /// No request has a field that is asked for.
    FieldRemoved = E0220, "no request has this field";
    /// A pattern is malformed.
    BadPattern = E0301, "a pattern is malformed";
    /// The constraint of a parameter is malformed.
    BadConstraint = E0302, "the constraint of a parameter is malformed";
    /// A pattern captures one name twice.
    ParameterTwice = E0303, "a pattern captures one name twice";
    /// A pattern is larger than the edge takes.
    PatternTooLarge = E0304, "a pattern is larger than the edge takes";
    /// A condition is malformed.
    BadCondition = E0305, "a condition is malformed";
    /// To match a request, too much of it could be looked at.
    LookupTooLong = E0306, "to match a request, too much of it could be looked at";
    /// Two routes take the same requests.
    RoutesTie = E0311, "two routes take the same requests";
    /// Two wildcard hosts of equal rank overlap.
    HostsTie = E0312, "two wildcard hosts of equal rank overlap";
    /// Two constraints overlap and neither is smaller.
    ConstraintsTie = E0313, "two constraints overlap and neither is smaller";
    /// Two patterns of one route capture different names.
    PatternsTie = E0314, "two patterns of one route capture different names";
    /// Too many overlaps to prove that no two routes tie.
    TiesNotProved = E0315, "too many overlaps to prove that no two routes tie";
    /// An expression is malformed.
    BadExpression = E0401, "an expression is malformed";
    /// A name in an expression is not known.
    UnknownName = E0402, "a name in an expression is not known";
    /// A route does not capture a parameter that an expression uses.
    NotCaptured = E0403, "a route does not capture a parameter that an expression uses";
    /// A value that may be absent has no default.
    NeedsDefault = E0404, "a value that may be absent has no default";
    /// A root is no path.
    BadRoot = E0405, "a root is no path";
    /// The place or status of a redirect is wrong.
    BadRedirect = E0406, "a redirect leads nowhere that can be told";
    /// A field frames the message, or is the edge's own.
    ProtectedField = E0407, "a field is not a route's to change";
    /// A redirect leads back to its own route.
    RedirectToItself = E0408, "a redirect leads back to its own route";
    /// A route has no value that an expression can take.
    RouteLacks = E0409, "a route has no value that an expression can take";
    /// There is more of something than the edge takes.
    TooMany = E0501, "there is more of something than the edge takes";
    /// The artifact cannot be written.
    ArtifactRefused = E0502, "the artifact cannot be written";
    /// The request of a test is malformed.
    BadTestRequest = E0601, "the request of a test is malformed";
    /// No listener takes the request of a test.
    NoListenerForRequest = E0602, "no listener takes the request of a test";
    /// The expectation of a test is malformed.
    BadExpectation = E0603, "the expectation of a test is malformed";
    /// A test fails.
    TestFailed = E0604, "a test fails";
    /// An include fits no file.
    EmptyGlob = W0001, "an include fits no file";
    /// A backend is not used.
    UnusedBackend = W0201, "a backend is not used";
    /// There is no route.
    NoRoute = W0202, "there is no route";
    /// There is no listener.
    NoListener = W0203, "there is no listener";
    /// Every target of a backend is drained.
    NoWeight = W0204, "every target of a backend is drained";
    /// A timeout can never be reached.
    TimeoutsDisagree = W0205, "a timeout can never be reached";
    /// A pattern has the host `_`, which elsewhere is every host.
    UnderscoreHost = W0206, "a host is `_`, which means every host elsewhere";
    /// A backend replaces every path by `/`.
    RewriteWithoutRoot = W0207, "`rewrite` without `root` sends every path as `/`";
    /// A health check may last longer than the time to the next one.
    ChecksOverlap = W0208, "a health check may last longer than the time to the next one";
    /// A certificate is not used.
    UnusedCertificate = W0209, "a certificate is not used";
    /// A certificate is verified less than it could be.
    WeakVerify = W0210, "a certificate is verified less than it could be";
    /// A network that is trusted has strangers in it.
    TrustTooWide = W0211, "a network that is trusted has strangers in it";
    /// The value of a field looks like a secret.
    SecretInField = W0212, "the value of a field looks like a secret";
    /// A redirect to https, which no listener speaks.
    RedirectWithoutTls = W0213, "a redirect to https, which no listener speaks";
    /// Services that no listener serves, or a listener without services.
    ServicesUnreached = W0214, "no request comes to a service";
    /// A route says something of a target, and none answers it.
    NeverSent = W0215, "a key of a route that no target answers";
    /// A row of `custom_timeouts` is never asked.
    RowNeverReached = W0216, "a row of `custom_timeouts` is never asked";
    /// A text stands twice in a list.
    TwiceInList = W0217, "a text stands twice in a list";
    /// `^` or `$` stands where the whole is meant anyway.
    AnchorSaysNothing = W0218, "`^` or `$` stands where the whole is meant anyway";
    /// A placeholder of another proxy is plain text.
    ForeignPlaceholder = W0219, "a placeholder of another proxy is plain text";
    /// A `priority` decides nothing.
    PriorityDecidesNothing = W0220, "a `priority` decides nothing";
    /// A condition looks like a regex and is plain text.
    PlainCondition = W0221, "a condition looks like a regex and is plain text";
    /// A file looks like a part of the configuration, and no include names it.
    NotIncluded = W0222, "a file looks like a part of the configuration, and no include names it";
    /// A value is never there.
    NeverPresent = W0401, "a value is never there";
    /// A route can never win.
    RouteNeverWins = W0301, "a route can never win";
    /// What no route of a host takes goes to another host's.
    HostFallsThrough = W0302, "what no route of a host takes goes to a less specific host";
    /// Methods that no route of a host takes go to another host's.
    HostMethodFallsThrough = W0303, "a method that no route of a host takes goes to a less specific host";
    /// A method falls from a fixed path to a parameter.
    MethodHole = W0304, "a method falls from a fixed path to a parameter";
    /// A pattern of a route can never win.
    PatternNeverWins = W0305, "a pattern of a route can never win";
}

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

    /// Whether the place of such a finding is a secret, which is shown nowhere.
    pub fn is_about_a_secret(self) -> bool {
        matches!(self, Self::InlineSecret | Self::SecretInField)
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
