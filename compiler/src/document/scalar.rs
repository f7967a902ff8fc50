//! Reads one value of a plain kind: text, flags, numbers, durations, sizes, words. Each takes what
//! it is called and what it may be, and finds what is wrong with it.

use super::keys::{Choice, Zero};
use super::parse::{Item, View};
use super::refusal::{nearest, wrong_type};
use super::value::{self, Problem, shown};
use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::source::Spanned;

/// Whether zero may stand, the smallest above it, the greatest.
type Range = (Zero, u64, u64);

pub(super) fn text(item: Item<'_>, name: &str, findings: &mut Findings) -> Option<Spanned<String>> {
    match item.view() {
        View::Text(text) => Some(Spanned::new(text.to_owned(), item.span())),
        found => {
            let help = match found {
                View::Integer(Some(number)) => Some(format!("write \"{number}\"")),
                View::Flag(flag) => Some(format!("write \"{flag}\"")),
                _ => None,
            };
            findings.push(wrong_type(name, "text", &found, item, help));
            None
        }
    }
}

pub(super) fn flag(item: Item<'_>, name: &str, findings: &mut Findings) -> Option<Spanned<bool>> {
    match item.view() {
        View::Flag(flag) => Some(Spanned::new(flag, item.span())),
        found => {
            let help = match found {
                View::Text("true" | "false") => "write it without quotes",
                View::Text("yes" | "on" | "1") | View::Integer(Some(1)) => "write true",
                View::Text("no" | "off" | "0") | View::Integer(Some(0)) => "write false",
                _ => "write true or false, without quotes",
            };
            let help = Some(help.to_owned());
            findings.push(wrong_type(name, "`true` or `false`", &found, item, help));
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
            let help = match name {
                // Names, for which a number near by is another name.
                "port" => Some("write the port on which the target listens".to_owned()),
                "status" => Some("write the status that is meant, such as 404".to_owned()),
                _ => number.map(|number| {
                    format!("the nearest that is allowed: {}", number.clamp(min, max))
                }),
            };
            let number = number.map_or_else(|| "this number".to_owned(), |n| n.to_string());
            let message = format!("`{name}` is {min} to {max}, not {number}");
            let finding = Diagnostic::new(Code::OutOfRange, item.span(), message);
            findings.push(finding.maybe_help(help));
            None
        }
        found => {
            let help = match found {
                View::Text(text) if text.parse::<i64>().is_ok() => {
                    Some(format!("write {text} without quotes"))
                }
                _ => Some(format!("write a number of {min} to {max}, without a fraction")),
            };
            findings.push(wrong_type(name, "a whole number", &found, item, help));
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
            let help = Some(format!("write a number of {min} to {max}, without quotes"));
            findings.push(wrong_type(name, "a number", &found, item, help));
            return None;
        }
    };
    match number {
        Some(number) if (min..=max).contains(&number) => Some(Spanned::new(number, item.span())),
        number => {
            let shown = number.map_or_else(|| "this".to_owned(), |number| number.to_string());
            let message = format!("`{name}` is {min} to {max}, not {shown}");
            let help = number
                .map(|number| format!("the nearest that is allowed: {}", number.clamp(min, max)));
            let finding = Diagnostic::new(Code::OutOfRange, item.span(), message);
            findings.push(finding.maybe_help(help));
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
    let read = value::duration_ms(&text).map_err(|problem| (Code::BadDuration, problem));
    in_range(item, name, read, range, value::show_duration, findings)
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
    let read = value::size_bytes(&text).map_err(|problem| (Code::BadSize, problem));
    in_range(item, name, read, range, value::show_size, findings)
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
            let help = match found {
                View::Integer(Some(number)) if number >= 0 => {
                    Some(format!("write it with its unit and in quotes: {}", meant(number)))
                }
                _ => None,
            };
            findings.push(wrong_type(name, expected, &found, item, help));
            None
        }
    }
}

fn in_range(
    item: Item<'_>,
    name: &str,
    read: Result<u64, (Code, Problem)>,
    (zero, min, max): Range,
    show: impl Fn(u64) -> String,
    findings: &mut Findings,
) -> Option<Spanned<u64>> {
    let span = item.span();
    match read {
        Ok(0) if zero == Zero::Off => Some(Spanned::new(0, span)),
        Ok(value) if (min..=max).contains(&value) => Some(Spanned::new(value, span)),
        Ok(value) => {
            let message = match value {
                0 => format!("`{name}` cannot be zero"),
                _ => format!("`{name}` is {} to {}, not {}", show(min), show(max), show(value)),
            };
            let near = value.clamp(min, max);
            let help = format!("the nearest that is allowed: \"{}\"", show(near));
            findings.push(Diagnostic::new(Code::OutOfRange, span, message).help(help));
            None
        }
        Err((code, Problem { message, help })) => {
            findings.push(Diagnostic::new(code, span, message).maybe_help(help));
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
    let help = match nearest(&word.value, choices.iter().map(|choice| choice.word)) {
        Some(near) => format!("did you mean \"{near}\"?"),
        None => {
            let all: Vec<String> =
                choices.iter().map(|choice| format!("\"{}\"", choice.word)).collect();
            format!("it is one of {}", all.join(", "))
        }
    };
    findings.push(Diagnostic::new(Code::UnknownChoice, word.span, message).help(help));
    None
}
