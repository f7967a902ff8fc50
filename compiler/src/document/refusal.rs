//! What is said of a key or value that cannot stand where it stands. Decides nothing.

use std::collections::HashMap;

use super::keys::{self, Kind};
use super::meant::{self, Meant};
use super::mend::said_otherwise;
use super::parse::{Item, View};
use super::secret::is_sensitive;
use super::value::shown;
use crate::diagnostic::{Code, Diagnostic, Findings, Fix, Safety};
use crate::source::{Span, Spanned};

/// The finding for a list that must not be empty.
pub(super) fn empty(name: &str, span: Span) -> Diagnostic {
    let help = match name {
        "match" => "a route without a pattern takes no request; write one or more",
        "targets" => "a backend without targets answers nothing; write one or more",
        "address" => "write one or more addresses",
        _ => "leave the key out for all of them",
    };
    Diagnostic::new(Code::EmptyList, span, format!("`{name}` is empty")).help(help)
}

/// The finding for a value of another type.
pub(super) fn wrong_type(
    name: &str,
    expected: &str,
    item: Item<'_>,
    help: impl Into<String>,
) -> Diagnostic {
    let message = format!("`{name}` must be {expected}, not {}", item.view().name());
    Diagnostic::new(Code::WrongType, item.span(), message).help(help)
}

/// The finding for a value of another type, with what was meant by it.
pub(super) fn instead(
    name: &str,
    expected: &str,
    item: Item<'_>,
    (help, meant): (String, Option<Meant>),
) -> Diagnostic {
    let fix = meant.map(|(safety, text)| Fix::new(safety, help.as_str(), item.span(), text));
    wrong_type(name, expected, item, help).maybe_fix(fix)
}

/// The finding for a value where text belongs.
pub(super) fn no_text(name: &str, item: Item<'_>) -> Diagnostic {
    let mut finding = instead(name, "text", item, meant::text(item));
    if is_sensitive(name) {
        // No help may say it again.
        let help = "write it in quotes";
        finding.fixes.iter_mut().for_each(|fix| fix.message = help.to_owned());
        finding = finding.help(help);
    }
    finding
}

/// The finding for a value where a list belongs.
pub(super) fn no_list(name: &str, item: Item<'_>) -> Diagnostic {
    let View::Text(text) = item.view() else {
        return wrong_type(name, "a list", item, format!("write `{name} = [\"…\"]`"));
    };
    let Span { file, start, end } = item.span();
    let help = format!("write [\"{}\"]", shown(text));
    let fix = Fix::safe(help.as_str(), Span { file, start, end: start }, "[");
    let fix = fix.and(Span { file, start: end, end }, "]");
    wrong_type(name, "a list", item, help).fix(fix)
}

/// The finding for a value where a table belongs.
pub(super) fn no_table(name: &str, item: Item<'_>) -> Diagnostic {
    let help = match item.view() {
        View::List(_) => format!("write `{name} = {{ KEY = VALUE }}`, once"),
        _ => format!("write `{name} = {{ KEY = VALUE }}`, or a header of its own"),
    };
    wrong_type(name, "a table", item, help)
}

/// The finding for a value where a list of tables belongs, each of the kind `rows`.
pub(super) fn no_tables(name: &str, rows: &'static keys::Table, item: Item<'_>) -> Diagnostic {
    let (help, fix) = meant::tables(item, rows);
    wrong_type(name, "a list of tables", item, help).maybe_fix(fix)
}

/// The finding for a number that is too small or too large; `number` is `None` where it does not
/// even have 64 bits.
pub(super) fn number_out_of_range(
    name: &str,
    item: Item<'_>,
    number: Option<i64>,
    (min, max): (i64, i64),
) -> Diagnostic {
    let found = number.map_or_else(|| "this number".to_owned(), |number| number.to_string());
    let message = format!("`{name}` is {min} to {max}, not {found}");
    let finding = Diagnostic::new(Code::OutOfRange, item.span(), message);
    match (name, number) {
        // Names, for which a number near by is another name.
        ("port", _) => finding.help("write the port on which the target listens"),
        ("status", _) if (min, max) == (301, 308) => {
            finding.help("it is one of 301, 302, 303, 307, 308")
        }
        ("status", _) => finding.help("write the status that is meant, such as 404"),
        (_, Some(number)) => {
            let near = number.clamp(min, max).to_string();
            let help = format!("the nearest that is allowed: {near}");
            finding.fix(Fix::maybe(help, item.span(), near))
        }
        (_, None) => finding.help(format!("write a number of {min} to {max}")),
    }
}

/// The finding for a key that no table of this kind has.
pub(super) fn unknown_key(
    name: &Spanned<&str>,
    item: Item<'_>,
    (header, rows): (&str, &keys::Table),
    near: Option<&str>,
) -> Diagnostic {
    let message = format!("unknown key `{}` in {}", shown(name.value), header);
    let place = if name.span.end > name.span.start { name.span } else { item.span() };
    let mut fix = None;
    let help = match (misplaced(name.value), near) {
        (Some(help), _) => help,
        (None, Some(near)) => {
            // The same word in another spelling; another word may be another thing.
            let safety = Safety::of(folded(name.value) == near);
            let help = match safety {
                Safety::Safe => format!("write `{near}`"),
                Safety::Maybe => format!("did you mean `{near}`?"),
            };
            fix = said_otherwise(safety, help.as_str(), (name.span, name.value), near);
            help
        }
        (None, None) => {
            let known: Vec<String> =
                rows.keys.iter().map(|key| format!("`{}`", key.name)).collect();
            format!("known here: {}", known.join(", "))
        }
    };
    Diagnostic::new(Code::UnknownKey, place, message).help(help).maybe_fix(fix)
}

/// What to do with a key that no table has, and the whole configuration does: TOML put it into the
/// table whose header stands above it.
pub(super) fn misplaced(name: &str) -> Option<String> {
    let key = keys::ROOT.key(name)?;
    let is_table = matches!(key.kind, Kind::Table(_) | Kind::Tables(_) | Kind::Named(_));
    let help = || format!("`{name}` belongs at the top of the file, before the first `[table]`");
    (!is_table).then(help)
}

/// A name as it is compared with others: in lower case, with `_` for `-`.
pub(super) fn folded(name: &str) -> String {
    name.to_lowercase().replace('-', "_")
}

/// The name that was probably meant: close by letters, or the same but for case, `-` and `_`. Of
/// names that are equally close always the same, whatever their order.
pub(crate) fn nearest<'n>(
    typed: &str,
    names: impl IntoIterator<Item = &'n str>,
) -> Option<&'n str> {
    // Comparing is quadratic in the length; nobody means a short name by a long one.
    if typed.len() > 256 {
        return None;
    }
    let typed_as = folded(typed);
    let allowed = match typed.chars().count() {
        0..=2 => 1,
        3..=5 => 2,
        _ => 3,
    };
    let candidates = names.into_iter().filter_map(|name| {
        if name.len().abs_diff(typed.len()) > allowed {
            return None;
        }
        let other = folded(name);
        let distance = strsim::damerau_levenshtein(&typed_as, &other);
        // Two slips in a short word are another word, unless it begins alike.
        let alike = typed_as.chars().next() == other.chars().next() || typed_as.len() > 5;
        let close = distance <= 1 || (alike && distance < other.chars().count());
        let close = close && distance <= allowed;
        close.then_some((distance, name))
    });
    candidates.min().map(|(_, name)| name)
}

/// Warns of a text that stands twice in a list: one of the two was meant to be another.
pub(super) fn warn_of_twice<'t>(
    name: &str,
    texts: impl Iterator<Item = (&'t str, Span)>,
    findings: &mut Findings,
) {
    let mut first: HashMap<&str, Span> = HashMap::new();
    for (text, span) in texts {
        let Some(earlier) = first.get(text) else {
            first.insert(text, span);
            continue;
        };
        let message = format!("`{}` stands twice in `{name}`", shown(text));
        findings.push(
            Diagnostic::new(Code::TwiceInList, span, message)
                .label("again")
                .other(*earlier, "here first")
                .help("leave one of them out"),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_finds_what_was_meant() {
        let names = ["match", "methods", "metadata", "backend", "id", "strip_path"];
        let check = |typed: &str, expected: Option<&str>| {
            assert_eq!(nearest(typed, names), expected, "{typed}");
        };
        check("mathc", Some("match"));
        check("bakend", Some("backend"));
        check("strip-path", Some("strip_path"));
        check("Methods", Some("methods"));
        check("method", Some("methods"));
        check("host", None);
        check("x", None);
        check("", None);
        check(&"m".repeat(10_000), None);
    }
}
