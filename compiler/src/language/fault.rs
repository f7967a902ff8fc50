//! What is wrong with a pattern, a constraint or an expression, and where in its text. Knows no
//! file and no diagnostic code: whoever reads the file maps both.

use std::fmt;
use std::ops::Range;

/// What is wrong with a text, where, and what was meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The rule that was broken.
    pub kind: FaultKind,
    /// The place. Shape: bytes of the text, `start <= end <= text.len()`, on character borders.
    pub at: Range<usize>,
    /// What would be right there; empty where the kind says all.
    pub expected: String,
    /// What stands there; empty where the kind says all.
    pub found: String,
    /// What to write instead.
    pub help: Option<String>,
    /// The same as a change of the text.
    pub rewrite: Option<Box<Rewrite>>,
}

/// A change of a text that heals a fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rewrite {
    /// What goes. Shape: as [`Fault::at`].
    pub at: Range<usize>,
    /// What comes in its place.
    pub text: String,
    /// Whether the text can have meant nothing else.
    pub is_certain: bool,
}

impl Fault {
    /// A fault that its kind explains.
    pub fn new(kind: FaultKind, at: Range<usize>) -> Self {
        Self { kind, at, expected: String::new(), found: String::new(), help: None, rewrite: None }
    }

    /// The same with what would be right.
    #[must_use]
    pub fn expected(self, expected: impl Into<String>) -> Self {
        Self { expected: expected.into(), ..self }
    }

    /// The same with what stands there.
    #[must_use]
    pub fn found(self, found: impl Into<String>) -> Self {
        Self { found: found.into(), ..self }
    }

    /// The same with what to write instead.
    #[must_use]
    pub fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }

    /// The same with the change that its help speaks of, which nothing else can have been meant by.
    #[must_use]
    pub fn rewrite(self, at: Range<usize>, text: impl Into<String>) -> Self {
        let rewrite = Rewrite { at, text: text.into(), is_certain: true };
        Self { rewrite: Some(Box::new(rewrite)), ..self }
    }

    /// The same with the change that its help speaks of, which was probably meant.
    #[must_use]
    pub fn maybe_rewrite(self, at: Range<usize>, text: impl Into<String>) -> Self {
        let rewrite = Rewrite { at, text: text.into(), is_certain: false };
        Self { rewrite: Some(Box::new(rewrite)), ..self }
    }

    /// The same fault of a longer text in which this one begins at `base`.
    #[must_use]
    pub fn shifted(self, base: usize) -> Self {
        let shift = |at: Range<usize>| at.start + base..at.end + base;
        let rewrite = self.rewrite.map(|mut rewrite| {
            rewrite.at = shift(rewrite.at.clone());
            rewrite
        });
        Self { at: shift(self.at), rewrite, ..self }
    }

    /// One sentence without place and help.
    pub fn message(&self) -> String {
        self.to_string()
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.kind.text())?;
        match (self.expected.is_empty(), self.found.is_empty()) {
            (true, true) => Ok(()),
            (false, true) => write!(out, ": expected {}", self.expected),
            (true, false) => write!(out, ": {}", self.found),
            (false, false) => write!(out, ": expected {}, found {}", self.expected, self.found),
        }
    }
}

impl std::error::Error for Fault {}

/// Declares the kinds and their sentences in one table, so that none can lack its words.
macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident => $text:literal,)+) => {
        /// The rules a text can break. Each has its own sentence.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum FaultKind { $($(#[$doc])* $kind,)+ }

        impl FaultKind {
            /// Every kind, in the order of this table.
            pub const ALL: &[FaultKind] = &[$(Self::$kind,)+];

            /// What is wrong, as the beginning of a sentence.
            pub fn text(self) -> &'static str {
                match self { $(Self::$kind => $text,)+ }
            }

            /// The kind's own name, stable for scripts.
            pub fn name(self) -> &'static str {
                match self { $(Self::$kind => stringify!($kind),)+ }
            }
        }
    };
}

impl FaultKind {
    /// What to do, where the fault itself does not say it.
    pub fn advice(self) -> Option<&'static str> {
        let advice = match self {
            Self::Control => "leave it out: such bytes are refused in every request",
            Self::PatternTooLong | Self::SegmentsTooMany | Self::SegmentTooLong => {
                "end the pattern with `/*`, which takes all that follows"
            }
            Self::HostCharacter => {
                "a host has letters, digits, `-`, `.` and `*` for the rest; a pattern is no regex"
            }
            Self::CapturesTooMany => "write `*` for segments whose text nobody asks for",
            Self::RegexTooLong | Self::RegexTooDeep | Self::RegexTooLarge => {
                "ask for less here, and let the target refuse the rest"
            }
            Self::TablesTooLarge => "write smaller regexes, or the same one more often",
            Self::ExpressionTooLong | Self::PartsTooMany | Self::AlternativesTooMany => {
                "write less here, and let the target put it together"
            }
            _ => return None,
        };
        Some(advice)
    }
}

kinds! {
    // Patterns as a whole.
    /// Nothing but space.
    PatternEmpty => "the pattern is empty",
    /// Longer than `PATTERN_BYTES_MAX`.
    PatternTooLong => "the pattern is too long",
    /// A space, tab or line end.
    Space => "a pattern holds no space",
    /// A control character.
    Control => "a control character cannot stand here",
    /// `Host(…) && PathPrefix(…)`.
    Rule => "a pattern is no rule of matchers",
    /// `https://` in front.
    Scheme => "a pattern has no scheme",
    /// `user@` in front of the host.
    UserInfo => "a pattern has no user in front of its host",
    /// `:443` behind the host.
    Port => "a pattern has no port",
    /// `?x=1`.
    Query => "a pattern has no query",
    /// `#x`.
    Fragment => "a pattern has no fragment",
    /// `**`.
    DoubleStar => "`**` means nothing here",

    // The host.
    /// Nothing in front of the first `/`.
    HostEmpty => "the host is missing",
    /// A character that no host has.
    HostCharacter => "this character cannot stand in a host",
    /// `a..b` or `.a`.
    LabelEmpty => "a label of the host is empty",
    /// Longer than `LABEL_BYTES_MAX`.
    LabelTooLong => "a label of the host is too long",
    /// Longer than `HOST_BYTES_MAX`.
    HostTooLong => "the host is too long",
    /// `:tenant.domain.tld`.
    HostParameter => "a host has no parameters",
    /// No IPv6 address between the brackets.
    Ipv6 => "this is no IPv6 address",
    /// An IPv6 address without brackets.
    Ipv6Brackets => "an IPv6 address stands in brackets",
    /// A name that has no safe A-label.
    Idn => "this name has no A-label that is safe to guess",

    // The path.
    /// `%` without two hexadecimal digits.
    BadEscape => "`%` stands without two hexadecimal digits",
    /// `%0A` and the like.
    EncodedControl => "an encoded control character is refused in every request",
    /// A raw `\`.
    Backslash => "a raw `\\` is refused in every request",
    /// `.` or `..`, or one of them and a `;`.
    DotSegment => "`.` and `..` are no segments, nor with `;` after them",
    /// `//`.
    SegmentEmpty => "a segment of the path is empty",
    /// Longer than `PATTERN_SEGMENT_BYTES_MAX` in canonical form.
    SegmentTooLong => "a segment of the path is too long",
    /// More than `PATTERN_SEGMENTS_MAX`.
    SegmentsTooMany => "the path has too many segments",
    /// More than `CAPTURES_MAX`.
    CapturesTooMany => "the pattern has too many parameters",

    // Parameters and constraints.
    /// `:` or `$<…>` without a name.
    ParameterNameMissing => "the parameter has no name",
    /// Other characters than `[A-Za-z_][A-Za-z0-9_-]*`.
    ParameterName => "this is no name of a parameter",
    /// Longer than `PARAMETER_BYTES_MAX`.
    ParameterNameTooLong => "the name of the parameter is too long",
    /// The same name a second time.
    ParameterTwice => "the parameter is there twice",
    /// `$id` without `<…>`.
    ConstraintMissing => "`$` asks for a constraint",
    /// `:id<…>`.
    ConstraintOnParameter => "a parameter with `:` has no constraint",
    /// `$id<>`.
    ConstraintEmpty => "the constraint is empty",
    /// `$id<…` without `>`.
    ConstraintUnclosed => "unclosed `<`",
    /// `$id<…>x`.
    TextAfterConstraint => "a constraint takes the whole segment",
    /// `$id<[^/]+>`.
    SlashInConstraint => "a `/` cannot stand in a constraint",
    /// Longer than `REGEX_BYTES_MAX`.
    RegexTooLong => "the regex is too long",
    /// `[0-9`.
    ClassUnclosed => "unclosed `[`",
    /// `(a`.
    GroupUnclosed => "unclosed `(`",
    /// `a)`.
    GroupUnopened => "unopened `)`",
    /// `(?<x>a)`.
    NamedGroup => "a group in a constraint has no name",
    /// `(?=a)` and its kin.
    LookAround => "look-around cannot be compiled to a table",
    /// `\1`.
    BackReference => "a backreference cannot be compiled to a table",
    /// `\pL` without `(?u)`.
    UnicodeClass => "a constraint is ASCII unless it says `(?u)`",
    /// `(?u:\b)`.
    UnicodeBoundary => "a Unicode word border cannot be compiled to a table",
    /// Deeper than `REGEX_DEPTH_MAX`.
    RegexTooDeep => "the regex nests too deep",
    /// Any other mistake of the regex.
    RegexSyntax => "this is no regex",
    /// The automaton exceeds its limits.
    RegexTooLarge => "the regex needs too large a table",
    /// All automata together exceed `TABLES_ENTRIES_MAX`.
    TablesTooLarge => "all regexes together need too large tables",
    /// No segment of a request fits.
    NothingFits => "no request can fit this constraint",

    // Conditions.
    /// `Regex()`.
    ConditionEmpty => "the condition says nothing",
    /// `Exists(x)`.
    ConditionArgument => "this condition takes nothing between its parentheses",
    /// `regex(x)`, `Exists`.
    ConditionSyntax => "this looks like a condition and is none",

    // Expressions.
    /// Longer than `EXPRESSION_BYTES_MAX`.
    ExpressionTooLong => "the text with expressions is too long",
    /// More than `PROGRAM_STEPS_MAX`.
    PartsTooMany => "the text has too many expressions",
    /// More than `ALTERNATIVES_MAX`.
    AlternativesTooMany => "the expression has too many alternatives",
    /// `${` without `}`.
    ExpressionUnclosed => "unclosed `${`",
    /// `${}`.
    ExpressionEmpty => "the expression is empty",
    /// A token that cannot stand there.
    ExpressionSyntax => "this cannot stand in an expression",
    /// `${` inside an expression.
    ExpressionNested => "an expression cannot stand in an expression",
    /// No such value.
    UnknownName => "unknown name",
    /// `req.headers` without a name behind it.
    FieldNameMissing => "the name behind the last `.` is missing",
    /// A name that no field can have.
    FieldName => "this is no name of a field",
    /// A value that may be absent, without a default.
    DefaultMissing => "the value may be absent from a request and has no default",
    /// A `\` in front of something that needs none.
    DefaultEscape => "this `\\` means nothing in a default",
    /// `||` in a default.
    DefaultAlternative => "`||` stands in a default",
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_have_each_their_own_sentence() {
        let mut texts: Vec<&str> = FaultKind::ALL.iter().map(|kind| kind.text()).collect();
        texts.sort_unstable();
        texts.dedup();
        assert_eq!(texts.len(), FaultKind::ALL.len());
    }

    #[test]
    fn fault_message_joins_expected_and_found() {
        let fault = Fault::new(FaultKind::ExpressionSyntax, 0..1);
        assert_eq!(fault.message(), "this cannot stand in an expression");
        assert_eq!(
            fault.clone().expected("a name").found("`}`").message(),
            "this cannot stand in an expression: expected a name, found `}`"
        );
        assert_eq!(fault.shifted(4).at, 4..5);
    }
}
