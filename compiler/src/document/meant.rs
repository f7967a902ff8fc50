//! What was meant by a value of another type: as advice, and as the value that stands for it. Says
//! how sure that is, and judges nothing else.

use super::keys::{self, Form, Kind, Need};
use super::parse::{Item, View};
use super::spelling::is_bare_key;
use super::value::shown;
use crate::diagnostic::{Fix, Safety};
use crate::source::Span;

/// A value as it would be written, and how sure it is that it was meant.
pub(super) type Meant = (Safety, String);

/// Where `true` or `false` belongs.
pub(super) fn flag(found: &View<'_>) -> (String, Option<Meant>) {
    let word = |text: &str| text.to_ascii_lowercase();
    let (safety, meant) = match found {
        View::Text(text) => match word(text).as_str() {
            "true" => (Safety::Safe, true),
            "false" => (Safety::Safe, false),
            "yes" | "on" | "1" => (Safety::Maybe, true),
            "no" | "off" | "0" => (Safety::Maybe, false),
            _ => return ("write true or false, without quotes".to_owned(), None),
        },
        View::Integer(Some(1)) => (Safety::Maybe, true),
        View::Integer(Some(0)) => (Safety::Maybe, false),
        _ => return ("write true or false, without quotes".to_owned(), None),
    };
    let help = match safety {
        Safety::Safe => "write it without quotes".to_owned(),
        Safety::Maybe => format!("write {meant}"),
    };
    (help, Some((safety, meant.to_string())))
}

/// Where a whole number belongs.
pub(super) fn integer(found: &View<'_>, (min, max): (i64, i64)) -> (String, Option<Meant>) {
    if let View::Text(text) = found
        && let Ok(number) = text.parse::<i64>()
    {
        // `007` may be a name, and what is out of range is another mistake.
        let plain = number.to_string();
        let is_sure = plain == *text && (min..=max).contains(&number);
        let help = format!("write {plain} without quotes");
        return (help, Some((Safety::of(is_sure), plain)));
    }
    (format!("write a number of {min} to {max}, without a fraction"), None)
}

/// Where a duration or a size belongs; `shown` gives a number its likeliest unit.
pub(super) fn quantity(
    found: &View<'_>,
    expected: &str,
    shown: impl Fn(i64) -> String,
) -> (String, Option<Meant>) {
    match found {
        View::Integer(Some(number)) if *number >= 0 => {
            let meant = shown(*number);
            let help = format!("write it with its unit and in quotes: {meant}");
            (help, Some((Safety::Maybe, meant)))
        }
        _ => (format!("write {expected}"), None),
    }
}

/// Where a table of a list belongs.
pub(super) fn table_for(name: &str, item: &Item<'_>) -> String {
    if name == "targets"
        && let View::Text(text) = item.view()
        && let Some((host, port)) = text.rsplit_once(':')
        && !host.is_empty()
        && !host.contains(['/', '"', '\\'])
        && let Ok(port) = port.parse::<u16>()
    {
        let host = shown(host);
        return format!("write `{{ id = \"a\", host = \"{host}\", port = {port} }}`");
    }
    "write a table for it: `{ KEY = VALUE }`".to_owned()
}

/// Where a table belongs, and a value stands that one of its keys has: the table with that key.
pub(super) fn one_key(rows: &keys::Table, item: &Item<'_>) -> Option<String> {
    let found = item.view();
    let holds = |key: &&keys::Key| match (&key.kind, &found) {
        (Kind::Choice(choices), View::Text(text)) => choices.iter().any(|one| one.word == *text),
        (Kind::Text(Form::PathOrUrl), View::Text(text)) => text.starts_with('/'),
        (Kind::Integer { min, max }, View::Integer(Some(number))) => {
            key.name == "status" && (min..=max).contains(&number)
        }
        _ => false,
    };
    let key = rows.keys.iter().find(holds)?;
    let mut needed = rows.keys.iter().filter(|other| other.need == Need::Required);
    let is_alone = needed.all(|other| other.name == key.name);
    is_alone.then(|| format!("{{ {} = {} }}", key.name, item.written()))
}

/// Where tables by name belong, and a list of tables is written.
pub(super) fn named(rows: &'static keys::Table, item: &Item<'_>) -> String {
    let View::List(list) = item.view() else { return String::new() };
    let own = list.items().find_map(|item| match item.view() {
        View::Table(table) => ["id", "name"].into_iter().find_map(|key| {
            let View::Text(text) = table.get(key)?.view() else { return None };
            is_bare_key(text).then(|| (key, text.to_owned()))
        }),
        _ => None,
    });
    match own {
        Some((key, name)) => {
            let header = rows.header.replacen("NAME", &name, 1);
            format!("the name stands in the header, in one bracket: `{header}`, without `{key}`")
        }
        None => format!("the name stands in the header, in one bracket: `{}`", rows.header),
    }
}

/// Where text belongs.
pub(super) fn text(item: Item<'_>) -> (String, Option<Meant>) {
    match item.view() {
        View::Integer(Some(number)) => {
            // `0x10` and `1_000` are written as numbers are, so that their text is not sure.
            let is_plain = number.to_string() == item.written();
            let meant = format!("\"{number}\"");
            (format!("write {meant}"), Some((Safety::of(is_plain), meant)))
        }
        View::Flag(flag) => {
            let meant = format!("\"{flag}\"");
            (format!("write {meant}"), Some((Safety::Safe, meant)))
        }
        View::Number(_) | View::Date => {
            let meant = format!("\"{}\"", item.written());
            (format!("write it in quotes: {}", shown(&meant)), Some((Safety::Maybe, meant)))
        }
        View::Text(_) | View::Integer(None) => ("write it in quotes: \"…\"".to_owned(), None),
        View::List(list) if list.items().len() == 1 => {
            ("write the text alone, without brackets".to_owned(), None)
        }
        View::List(_) => ("write one text, in quotes: \"…\"".to_owned(), None),
        View::Table(_) => ("write text in quotes: \"…\"".to_owned(), None),
    }
}

/// Where a list of tables belongs, each of the kind `rows`.
pub(super) fn tables(item: Item<'_>, rows: &'static keys::Table) -> (String, Option<Fix>) {
    let header = rows.header;
    let View::Table(table) = item.view() else {
        return (format!("write a header for each: `{header}`"), None);
    };
    let mut help = format!("the header has two brackets: `{header}`");
    let is_named = table.entries().next().is_some_and(|(name, item)| {
        rows.key(name.value).is_none() && matches!(item.view(), View::Table(_))
    });
    if is_named && let Some(key) = ["id", "name"].into_iter().find(|key| rows.key(key).is_some()) {
        let name = table.entries().next().map_or_else(String::new, |(name, _)| shown(name.value));
        help.push_str(&format!(", and below it `{key} = \"{name}\"`"));
    }
    let Span { file, start, end } = item.span();
    let written = item.written();
    if !written.starts_with('[') || !written.ends_with(']') {
        return (help, None);
    }
    // A table of names would fall apart.
    let is_one = |name: &str| rows.key(name).is_some();
    let mut names = table.entries().map(|(name, _)| name.value).peekable();
    let is_sure = names.peek().is_some() && names.all(is_one);
    let fix = Fix::new(Safety::of(is_sure), &help, Span { file, start, end: start }, "[");
    (help, Some(fix.and(Span { file, start: end, end }, "]")))
}
