//! The tokens of an expression, with nom. Says what was expected and where; knows no names.

use nom::bytes::complete::{tag, take_while, take_while1};
use nom::character::complete::char;
use nom::combinator::{opt, recognize};
use nom::error::{ErrorKind, ParseError};
use nom::multi::many1_count;
use nom::sequence::delimited;
use nom::{IResult, Parser};

use crate::language::fault::FaultKind;

/// What nom gives back: the rest of the text and a token.
pub(super) type Read<'a, T> = IResult<&'a str, T, Mismatch<'a>>;

/// Something else than expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Mismatch<'a> {
    /// The text from the place on.
    pub(super) rest: &'a str,
    /// How much of it is wrong; 0 for the next character.
    pub(super) len: usize,
    /// The rule that was broken.
    pub(super) kind: FaultKind,
    /// What was expected; empty where the kind says all.
    pub(super) expected: &'static str,
    /// What to write instead; empty where the kind says all.
    pub(super) help: &'static str,
}

impl<'a> Mismatch<'a> {
    /// A token that cannot stand there.
    pub(super) fn expected(rest: &'a str, expected: &'static str) -> Self {
        Self { rest, len: 0, kind: FaultKind::ExpressionSyntax, expected, help: "" }
    }

    /// A broken rule of its own.
    fn kind(kind: FaultKind, rest: &'a str, len: usize, help: &'static str) -> nom::Err<Self> {
        nom::Err::Failure(Self { rest, len, kind, expected: "", help })
    }
}

impl<'a> ParseError<&'a str> for Mismatch<'a> {
    fn from_error_kind(rest: &'a str, _: ErrorKind) -> Self {
        Self::expected(rest, "")
    }

    fn append(_: &'a str, _: ErrorKind, inner: Self) -> Self {
        inner
    }

    /// The alternative that came farther says best what is missing.
    fn or(self, other: Self) -> Self {
        if other.rest.len() < self.rest.len() { other } else { self }
    }
}

/// What stands between an expression's alternatives and its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mark {
    /// `||`
    Or,
    /// `::`
    DefaultSpaced,
    /// `:`
    DefaultExact,
    /// `}`
    End,
}

/// Spaces and tabs.
pub(super) fn space(input: &str) -> Read<'_, &str> {
    take_while(|character| character == ' ' || character == '\t').parse(input)
}

/// A dotted name, as far as it goes; a text in `'…'` inside belongs to it.
pub(super) fn word(input: &str) -> Read<'_, &str> {
    let plain = take_while1(|character: char| {
        !character.is_whitespace()
            && !character.is_control()
            && !matches!(character, '}' | '{' | '|' | ':' | '\\' | '\'' | '$')
    });
    let quoted = recognize(delimited(
        char('\''),
        take_while(|character| character != '\'' && character != '\n'),
        char('\''),
    ));
    recognize(many1_count(plain.or(quoted)))
        .parse(input)
        .map_err(|_: nom::Err<Mismatch<'_>>| nom::Err::Error(Mismatch::expected(input, "a name")))
}

/// The mark behind a name.
pub(super) fn mark(input: &str) -> Read<'_, Mark> {
    tag("||")
        .map(|_| Mark::Or)
        .or(tag("::").map(|_| Mark::DefaultSpaced))
        .or(tag(":").map(|_| Mark::DefaultExact))
        .or(tag("}").map(|_| Mark::End))
        .parse(input)
        .map_err(|_: nom::Err<Mismatch<'_>>| {
            let help = if input.starts_with('|') { "write `||` between alternatives" } else { "" };
            let mismatch = Mismatch::expected(input, "`||`, `:`, `::` or `}`");
            nom::Err::Error(Mismatch { help, ..mismatch })
        })
}

/// The text of a default and the `}` behind it.
///
/// A `:` stands for itself; `\}`, `\|` and `\\` stand for the character behind the `\`.
pub(super) fn default_text(input: &str) -> Read<'_, String> {
    let mut text = String::new();
    let mut rest = input;
    loop {
        let (after, plain) = take_while(|character: char| {
            !character.is_control() && !matches!(character, '}' | '\\' | '|' | '$')
        })
        .parse(rest)?;
        text.push_str(plain);
        let (after, close) = opt(char('}')).parse(after)?;
        if close.is_some() {
            return Ok((after, text));
        }
        let (after, special) = special(after)?;
        text.push(special);
        rest = after;
    }
}

/// A character that means something in a default, where it stands for itself.
fn special(input: &str) -> Read<'_, char> {
    let mut characters = input.chars();
    let second = |input: &str| input.chars().nth(1);
    match characters.next() {
        None => Err(Mismatch::kind(FaultKind::ExpressionUnclosed, input, 0, "")),
        Some('\\') => match second(input) {
            Some(escaped @ ('}' | '|' | '\\')) => Ok((&input[2..], escaped)),
            other => Err(Mismatch::kind(
                FaultKind::DefaultEscape,
                input,
                1 + other.map_or(0, char::len_utf8),
                "write `\\\\` for a `\\`; only `}`, `|` and `\\` need one in front",
            )),
        },
        Some('|') if second(input) == Some('|') => Err(Mismatch::kind(
            FaultKind::DefaultAlternative,
            input,
            2,
            "put the alternatives in front: `${a || b :: default}`; write `\\|` for the text",
        )),
        Some('$') if second(input) == Some('{') => Err(Mismatch::kind(
            FaultKind::ExpressionNested,
            input,
            2,
            "write the other one as an alternative: `${a || b}`",
        )),
        Some(plain @ ('|' | '$')) => Ok((&input[1..], plain)),
        Some(control) => {
            Err(Mismatch::kind(FaultKind::Control, input, control.len_utf8(), "leave it out"))
        }
    }
}
