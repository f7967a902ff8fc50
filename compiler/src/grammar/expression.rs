//! Texts with expressions: `/users/${req.pathparams.id}`. Parsed and typed here, to a flat list of
//! literals and values; nothing here knows a request or a route.
//!
//! `${` alone begins an expression; any other `$` is text. An expression is
//! `${a}`, `${a || b}`, `${a || b :: default}` or `${a:default}`:
//!
//! - A default runs to the next `}`. In it `:` stands for itself; `\}`, `\|` and `\\` stand for the
//!   character behind the `\`, and no other `\`, no `||` and no `${` may stand there.
//! - The default behind `::` loses the space around it, the one behind `:` keeps it. `:` takes one
//!   name in front, `::` one or more.
//! - A value that a request may lack needs a default, or an alternative that no request lacks.
//! - Control characters, CR, LF and NUL among them, stand nowhere.

use std::fmt;
use std::ops::Range;

use pointsman_schemas::limits::{EXPRESSION_BYTES_MAX, PROGRAM_STEPS_MAX};

use crate::grammar::names;
use crate::grammar::token::{self, Mark, Mismatch};
use crate::language::fault::{Fault, FaultKind};
use crate::language::limits::{ALTERNATIVES_MAX, FAULTS_MAX};

/// What to do about an expression that does not end.
const CLOSE_HELP: &str = "close it with `}`; `${` alone begins an expression";

pub use crate::grammar::names::{Source, known_names};

/// A text with values to fill in.
///
/// Shape: no two literals side by side, none of them empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Template {
    /// The text in order.
    pub parts: Vec<Part>,
}

/// A piece of a [`Template`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// Text that stands for itself, without control characters.
    Literal(Vec<u8>),
    /// A value of the request.
    Value(Value),
}

/// The first alternative that is present, else the default.
///
/// Shape: at least one alternative; a default, or one that is always present.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Value {
    /// Tried in order. A value that is present and empty counts as present.
    pub alternatives: Vec<Source>,
    /// What is used where no alternative is present.
    pub default: Option<String>,
    /// Where the whole `${…}` stands in the text.
    pub span: Range<usize>,
}

impl Template {
    /// A text without expressions.
    pub fn literal(text: &str) -> Self {
        let literal = Part::Literal(text.as_bytes().to_vec());
        Self { parts: if text.is_empty() { Vec::new() } else { vec![literal] } }
    }

    /// How many steps a program of it takes: one for each literal, alternative and default.
    ///
    /// Shape: `parse` gives at most `PROGRAM_STEPS_MAX`.
    pub fn steps(&self) -> usize {
        let steps = |part: &Part| match part {
            Part::Literal(_) => 1,
            Part::Value(value) => value.alternatives.len() + usize::from(value.default.is_some()),
        };
        self.parts.iter().map(steps).sum()
    }

    /// The values in order.
    pub fn values(&self) -> impl Iterator<Item = &Value> {
        self.parts.iter().filter_map(|part| match part {
            Part::Value(value) => Some(value),
            Part::Literal(_) => None,
        })
    }
}

/// Reads a text with expressions.
///
/// Errors: at most `FAULTS_MAX`, sorted by place; places are bytes of `text`.
/// Cost: linear in the text.
pub fn parse(text: &str) -> Result<Template, Vec<Fault>> {
    if text.len() > EXPRESSION_BYTES_MAX {
        return Err(vec![
            Fault::new(FaultKind::ExpressionTooLong, 0..text.len())
                .expected(format!("at most {EXPRESSION_BYTES_MAX} bytes"))
                .found(text.len().to_string())
                .help("leave parts of it out"),
        ]);
    }
    let mut faults = Vec::new();
    let mut parts = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let start = text[at..].find("${").map_or(text.len(), |found| at + found);
        let literal = at..start;
        if !literal.is_empty() {
            check_literal(text, literal.clone(), &mut faults);
            parts.push(Part::Literal(text.as_bytes()[literal].to_vec()));
        }
        if start == text.len() {
            break;
        }
        at = match value(text, start, &mut faults) {
            Ok(value) => {
                let end = value.span.end;
                parts.push(Part::Value(value));
                end
            }
            Err(fault) => {
                faults.push(fault);
                text[start..].find('}').map_or(text.len(), |close| start + close + 1)
            }
        };
    }
    let template = Template { parts };
    let steps = template.steps();
    if steps > PROGRAM_STEPS_MAX {
        faults.push(
            Fault::new(FaultKind::PartsTooMany, 0..text.len())
                .expected(format!("at most {PROGRAM_STEPS_MAX} texts, names and defaults"))
                .found(steps.to_string())
                .help("leave parts of it out, or share the routes among several backends"),
        );
    }
    if faults.is_empty() {
        return Ok(template);
    }
    faults.sort_by_key(|fault| (fault.at.start, fault.at.end));
    faults.truncate(FAULTS_MAX);
    Err(faults)
}

fn check_literal(text: &str, within: Range<usize>, faults: &mut Vec<Fault>) {
    for (at, character) in text[within.clone()].char_indices() {
        if character.is_control() {
            let at = within.start + at;
            faults.push(
                Fault::new(FaultKind::Control, at..at + character.len_utf8())
                    .found(format!("`{}`", character.escape_debug()))
                    .help("leave it out"),
            );
        }
    }
}

/// An expression as it is written: names with their places, and a default.
struct Written<'a> {
    words: Vec<(&'a str, usize)>,
    default: Option<String>,
    end: usize,
}

/// Reads the expression whose `${` stands at `start`, and gives each name its meaning. Faults of
/// the names are collected, the first fault of the syntax ends it.
fn value(text: &str, start: usize, faults: &mut Vec<Fault>) -> Result<Value, Fault> {
    let written = written(text, start).map_err(|error| fault_of(text, start, &error))?;
    let span = start..written.end;
    if written.words.is_empty() {
        return Err(
            Fault::new(FaultKind::ExpressionEmpty, span).help("write a name such as `${req.path}`")
        );
    }
    let mut alternatives = Vec::with_capacity(written.words.len());
    let mut is_known = true;
    for (word, at) in &written.words {
        match names::resolve(word) {
            Ok(source) => alternatives.push(source),
            Err(fault) => {
                is_known = false;
                faults.push(fault.shifted(*at));
            }
        }
    }
    if alternatives.len() > ALTERNATIVES_MAX {
        return Err(Fault::new(FaultKind::AlternativesTooMany, span)
            .expected(format!("at most {ALTERNATIVES_MAX}"))
            .found(alternatives.len().to_string())
            .help("leave out those that are never there"));
    }
    let is_sure = written.default.is_some() || alternatives.iter().any(Source::is_always_present);
    if is_known && !is_sure {
        let inner = text[start + 2..written.end - 1].trim();
        let mark = if alternatives.len() > 1 { " :: " } else { ":" };
        return Err(Fault::new(FaultKind::DefaultMissing, span)
            .help(format!("write `${{{inner}{mark}DEFAULT}}`; the default may be empty")));
    }
    Ok(Value { alternatives, default: written.default, span })
}

/// The syntax of one expression.
fn written(text: &str, start: usize) -> Result<Written<'_>, nom::Err<Mismatch<'_>>> {
    let place = |rest: &str| text.len() - rest.len();
    let mut words = Vec::new();
    let (mut rest, _) = token::space(&text[start + 2..])?;
    if let Some(rest) = rest.strip_prefix('}') {
        return Ok(Written { words, default: None, end: place(rest) });
    }
    // Each round takes a name, so there are fewer than bytes.
    loop {
        let (after, _) = token::space(rest)?;
        let (after, word) = token::word(after)?;
        words.push((word, place(after) - word.len()));
        let (before_mark, _) = token::space(after)?;
        let (after, mark) = token::mark(before_mark)?;
        rest = after;
        let default = match mark {
            Mark::Or => continue,
            Mark::End => None,
            Mark::DefaultExact if words.len() > 1 => {
                return Err(nom::Err::Failure(Mismatch {
                    help: "write ` :: ` in front of the default of several alternatives",
                    len: 1,
                    ..Mismatch::expected(before_mark, "`||`, `::` or `}`")
                }));
            }
            Mark::DefaultExact => Some(token::default_text(after)?),
            Mark::DefaultSpaced => {
                let (after, default) = token::default_text(after)?;
                Some((after, default.trim_matches([' ', '\t']).to_owned()))
            }
        };
        let (after, default) = default.map_or((after, None), |(after, text)| (after, Some(text)));
        return Ok(Written { words, default, end: place(after) });
    }
}

/// What nom found, as a fault.
fn fault_of(text: &str, start: usize, error: &nom::Err<Mismatch<'_>>) -> Fault {
    let (nom::Err::Error(mismatch) | nom::Err::Failure(mismatch)) = error else {
        // Only streaming parsers ask for more.
        return Fault::new(FaultKind::ExpressionUnclosed, start..start + 2).help(CLOSE_HELP);
    };
    let at = text.len() - mismatch.rest.len();
    let next = mismatch.rest.chars().next();
    let kind = if next.is_none() { FaultKind::ExpressionUnclosed } else { mismatch.kind };
    let fault = match kind {
        FaultKind::ExpressionUnclosed => Fault::new(kind, start..start + 2)
            .expected(if mismatch.expected.is_empty() { "`}`" } else { mismatch.expected })
            .found("the end of the text")
            .help(CLOSE_HELP),
        FaultKind::ExpressionSyntax if mismatch.rest.starts_with("${") => {
            Fault::new(FaultKind::ExpressionNested, at..at + 2)
                .help("write `${A || B}` for the first that is there, or `${A:DEFAULT}`")
        }
        _ => {
            let len = mismatch.len.max(next.map_or(0, char::len_utf8));
            let found = text[at..at + len].escape_debug();
            Fault::new(kind, at..at + len)
                .expected(mismatch.expected)
                .found(format!("`{found}`"))
                .help("an expression is `${NAME}`, `${A || B}` or `${NAME:DEFAULT}`")
        }
    };
    if mismatch.help.is_empty() { fault } else { fault.help(mismatch.help) }
}

impl fmt::Display for Template {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts.iter().try_for_each(|part| match part {
            Part::Literal(text) => out.write_str(&String::from_utf8_lossy(text)),
            Part::Value(value) => value.fmt(out),
        })
    }
}

impl fmt::Display for Value {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<String> = self.alternatives.iter().map(Source::spelled).collect();
        write!(out, "${{{}", names.join(" || "))?;
        if let Some(default) = &self.default {
            let has_space = default.trim_matches([' ', '\t']) != default;
            out.write_str(if has_space { ":" } else { " :: " })?;
            for character in default.chars() {
                if matches!(character, '}' | '|' | '\\') {
                    out.write_str("\\")?;
                }
                write!(out, "{character}")?;
            }
        }
        out.write_str("}")
    }
}

/// Reads arbitrary bytes as a text with expressions and asserts what holds for every text.
#[doc(hidden)]
pub fn fuzz_expression(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    match parse(text) {
        Ok(template) => {
            let printed = template.to_string();
            let again = parse(&printed).map(without_places);
            assert_eq!(again, Ok(without_places(template)), "{text:?} printed as {printed:?}");
        }
        Err(faults) => {
            assert!(!faults.is_empty() && faults.len() <= FAULTS_MAX);
            for fault in faults {
                assert!(text.get(fault.at.clone()).is_some(), "{text:?}: {fault:?}");
            }
        }
    }
}

fn without_places(mut template: Template) -> Template {
    for part in &mut template.parts {
        if let Part::Value(value) = part {
            value.span = 0..0;
        }
    }
    template
}

#[cfg(test)]
mod tests;
