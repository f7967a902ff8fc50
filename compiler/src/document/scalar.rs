//! Reads one value of a plain kind: text, flags, numbers, durations, sizes, words. Each takes what
//! it is called and what it may be, and finds what is wrong with it.

use super::foreign::values;
use super::keys::{Choice, Zero};
use super::meant;
use super::nearest::folded;
use super::parse::{Item, View};
use super::refusal::{instead, no_text, number_out_of_range, wrong_type};
use super::value::{self, Problem, shown};
use crate::diagnostic::{Code, Diagnostic, Findings, Fix, Safety};
use crate::source::Spanned;

/// Whether zero may stand, the smallest above it, the greatest.
type Range = (Zero, u64, u64);

/// How a quantity is read, and how it is shown.
type Read = fn(&str) -> Result<u64, Problem>;
type Show = fn(u64) -> String;

pub(super) fn text(item: Item<'_>, name: &str, findings: &mut Findings) -> Option<Spanned<String>> {
    match item.view() {
        View::Text(text) => Some(Spanned::new(text.to_owned(), item.span())),
        _ => {
            findings.push(no_text(name, item));
            None
        }
    }
}

pub(super) fn flag(item: Item<'_>, name: &str, findings: &mut Findings) -> Option<Spanned<bool>> {
    match item.view() {
        View::Flag(flag) => Some(Spanned::new(flag, item.span())),
        found => {
            findings.push(instead(name, "`true` or `false`", item, meant::flag(&found)));
            None
        }
    }
}

pub(super) fn integer(
    item: Item<'_>,
    name: &str,
    (min, max): (i64, i64),
    findings: &mut Findings,
) -> Option<Spanned<i64>> {
    match item.view() {
        View::Integer(Some(number)) if (min..=max).contains(&number) => {
            Some(Spanned::new(number, item.span()))
        }
        View::Integer(number) => {
            findings.push(number_out_of_range(name, item, number, (min, max)));
            None
        }
        found => {
            let meant = meant::integer(&found, (min, max));
            findings.push(instead(name, "a whole number", item, meant));
            None
        }
    }
}

pub(super) fn number(
    item: Item<'_>,
    name: &str,
    (min, max): (f64, f64),
    findings: &mut Findings,
) -> Option<Spanned<f64>> {
    let found = item.view();
    let number = match found {
        View::Number(number) => number,
        View::Integer(number) => number.map(|number| number as f64),
        _ => {
            let help = format!("write a number of {min} to {max}, without quotes");
            findings.push(wrong_type(name, "a number", item, help));
            return None;
        }
    };
    match number {
        Some(number) if (min..=max).contains(&number) => Some(Spanned::new(number, item.span())),
        number => {
            let shown = number.map_or_else(|| "this".to_owned(), |number| number.to_string());
            let message = format!("`{name}` is {min} to {max}, not {shown}");
            let fix =
                number.map(|number| nearest_allowed(item, &number.clamp(min, max).to_string()));
            findings.push(Diagnostic::new(Code::OutOfRange, item.span(), message).maybe_fix(fix));
            None
        }
    }
}

/// Unit: milliseconds.
pub(super) fn duration(
    item: Item<'_>,
    name: &str,
    range: Range,
    findings: &mut Findings,
) -> Option<Spanned<u64>> {
    let expected = "a duration such as \"30s\"";
    let text = quantity(item, name, expected, |n| format!("\"{n}s\""), findings)?;
    let kind = (Code::BadDuration, value::duration_ms as Read, value::show_duration as Show);
    in_range(item, (name, &text), kind, range, findings)
}

/// Unit: bytes.
pub(super) fn size(
    item: Item<'_>,
    name: &str,
    range: Range,
    findings: &mut Findings,
) -> Option<Spanned<u64>> {
    let expected = "a size such as \"64KiB\"";
    let text = quantity(item, name, expected, |n| format!("\"{n}B\""), findings)?;
    let kind = (Code::BadSize, value::size_bytes as Read, value::show_size as Show);
    in_range(item, (name, &text), kind, range, findings)
}

fn quantity(
    item: Item<'_>,
    name: &str,
    expected: &str,
    meant: impl Fn(i64) -> String,
    findings: &mut Findings,
) -> Option<String> {
    match item.view() {
        View::Text(text) => Some(text.to_owned()),
        found => {
            let meant = meant::quantity(&found, expected, meant);
            findings.push(instead(name, expected, item, meant));
            None
        }
    }
}

fn in_range(
    item: Item<'_>,
    (name, text): (&str, &str),
    (code, read, show): (Code, Read, Show),
    (zero, min, max): Range,
    findings: &mut Findings,
) -> Option<Spanned<u64>> {
    let span = item.span();
    let fits = |value: &u64| *value == 0 && zero == Zero::Off || (min..=max).contains(value);
    match read(text) {
        Ok(0) if zero == Zero::Off => Some(Spanned::new(0, span)),
        Ok(value) if (min..=max).contains(&value) => Some(Spanned::new(value, span)),
        Ok(value) => {
            let message = match value {
                0 => format!("`{name}` cannot be zero"),
                _ => format!("`{name}` is {} to {}, not {}", show(min), show(max), show(value)),
            };
            let fix = nearest_allowed(item, &format!("\"{}\"", show(value.clamp(min, max))));
            findings.push(Diagnostic::new(Code::OutOfRange, span, message).fix(fix));
            None
        }
        Err(mut problem) => {
            // What would be refused again is no help.
            let meant = problem.instead.as_ref().map(|instead| read(&instead.text));
            if meant.is_some_and(|meant| !meant.is_ok_and(|meant| fits(&meant))) {
                problem.instead = None;
                problem.help = Some(format!("`{name}` is {} to {}", show(min), show(max)));
            }
            findings.push(problem.finding(code, span));
            None
        }
    }
}

pub(super) fn choice(
    item: Item<'_>,
    (name, choices): (&str, &'static [Choice]),
    findings: &mut Findings,
) -> Option<Spanned<&'static str>> {
    let word = text(item, name, findings)?;
    if let Some(choice) = choices.iter().find(|choice| choice.word == word.value) {
        return Some(Spanned::new(choice.word, word.span));
    }
    let message = format!("`{name}` cannot be \"{}\"", shown(&word.value));
    let problem = Problem::new(message);
    let problem = match values::meant(&word.value, choices) {
        Some(near) => {
            // The same word in another spelling: nothing else can be meant.
            let safety = Safety::of(folded(near) == folded(&word.value));
            let help = match safety {
                Safety::Safe => format!("write \"{near}\""),
                Safety::Maybe => format!("did you mean \"{near}\"?"),
            };
            problem.help(help).instead(safety, &word.value, near)
        }
        None => {
            let all: Vec<String> =
                choices.iter().map(|choice| format!("\"{}\"", choice.word)).collect();
            problem.help(format!("it is one of {}", all.join(", ")))
        }
    };
    findings.push(problem.finding(Code::UnknownChoice, word.span));
    None
}

fn nearest_allowed(item: Item<'_>, near: &str) -> Fix {
    Fix::maybe(format!("the nearest that is allowed: {near}"), item.span(), near)
}
