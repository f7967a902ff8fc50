//! Reads a table by its rows alone, whatever table it is: for the keys whose values are checked here
//! and go on as they are, and for whoever wants to see all that is written.

use super::form;
use super::keys::{self, Form, Key, Kind};
use super::parse::{Item, View};
use super::reader::Reader;
use super::record::{Field, Record, Value};
use super::refusal::{Inside, no_list, no_table, no_tables, warn_of_twice};
use super::scalar;
use crate::diagnostic::Findings;
use crate::source::Spanned;

/// Reads the keys that `which` chooses. What is unknown or missing was found before.
pub(super) fn read(reader: &mut Reader<'_, '_>, which: impl Fn(&Key) -> bool) -> Record {
    let (table, rows, inside, findings) = reader.parts();
    let mut record = Record::empty(rows, table.span());
    let places = || table.entries().map(|(name, _)| name);
    for key in rows.keys.iter().filter(|key| which(key)) {
        let Some(item) = table.get(key.name) else { continue };
        let place = places().find(|name| name.value == key.name).map(|name| name.span);
        if let Some(value) = read_value(&key.kind, Asked::of(key, inside), item, findings) {
            let place = place.unwrap_or(value.span);
            record.fields.push(Field { key, place, value });
        }
    }
    record.damaged = reader.is_damaged();
    record
}

/// The key whose value is read.
#[derive(Clone, Copy)]
struct Asked<'t> {
    name: &'t str,
    /// What may stand behind it, as TOML; empty where nobody knows.
    example: &'static str,
    /// What a table behind it stands in.
    inside: Inside<'t>,
}

impl<'t> Asked<'t> {
    fn of(key: &'static Key, inside: Inside<'t>) -> Self {
        Self { name: key.name, example: key.example, inside }
    }
}

/// Reads a value of any kind.
fn read_value<'t>(
    kind: &'static Kind,
    asked: Asked<'t>,
    item: Item<'t>,
    findings: &mut Findings,
) -> Option<Spanned<Value>> {
    let (span, name) = (item.span(), asked.name);
    let value = match kind {
        // A password of digits alone is one too, and no help may say it again.
        Kind::Text(Form::Secret) if is_bare(&item) => {
            let refused = form::check(Form::Secret, "").err();
            findings.push(refused?.finding(span));
            return None;
        }
        Kind::Text(form) => {
            let text = scalar::text(item, name, findings)?;
            if let Err(problem) = form::check(*form, &text.value) {
                findings.push(problem.finding(text.span));
                return None;
            }
            Value::Text(text.value)
        }
        Kind::Flag => Value::Flag(scalar::flag(item, name, findings)?.value),
        Kind::Integer { min, max } => {
            Value::Integer(scalar::integer(item, name, (*min, *max), findings)?.value)
        }
        Kind::Number { min, max } => {
            Value::Number(scalar::number(item, name, (*min, *max), findings)?.value)
        }
        Kind::Duration { zero, min_ms, max_ms } => {
            let range = (*zero, *min_ms, *max_ms);
            Value::Duration(scalar::duration(item, name, range, findings)?.value)
        }
        Kind::Size { zero, min_bytes, max_bytes } => {
            let range = (*zero, *min_bytes, *max_bytes);
            Value::Size(scalar::size(item, name, range, findings)?.value)
        }
        Kind::Choice(choices) => {
            Value::Text(scalar::choice(item, (name, choices), findings)?.value.to_owned())
        }
        Kind::OneOrMore(inner) if !matches!(item.view(), View::List(_)) => {
            Value::List(vec![read_value(inner, asked, item, findings)?])
        }
        Kind::List(inner) | Kind::OneOrMore(inner) => {
            Value::List(read_list(inner, asked, item, findings)?)
        }
        Kind::Table(rows) => Value::Table(read_table(rows, asked, item, findings)?),
        Kind::Tables(rows) => {
            let View::List(list) = item.view() else {
                findings.push(no_tables(name, rows, item));
                return None;
            };
            let each = list.items().map(|item| read_table(rows, asked, item, findings));
            Value::Tables(each.collect::<Option<Vec<Record>>>()?)
        }
        Kind::Named(rows) => Value::Named(read_named(rows, asked, item, findings)?),
        Kind::Words { keys, values } => {
            Value::Words(read_words((*keys, *values), asked, item, findings)?)
        }
        Kind::Either(kinds) => return read_value(fitting(kinds, &item), asked, item, findings),
    };
    Some(Spanned::new(value, span))
}

/// The kind that was probably meant by what is written.
fn fitting(kinds: &'static [Kind], item: &Item<'_>) -> &'static Kind {
    let fits = |kind: &&Kind| match (item.view(), kind) {
        (View::Table(_), Kind::Table(_)) | (View::Flag(_), Kind::Flag) => true,
        (View::Text(text), Kind::Choice(choices)) => choices.iter().any(|one| one.word == text),
        (View::Text(_), Kind::Text(_)) => true,
        _ => false,
    };
    kinds.iter().find(fits).or_else(|| kinds.first()).unwrap_or(&Kind::Flag)
}

/// Whether a value is one of those that stand without quotes.
fn is_bare(item: &Item<'_>) -> bool {
    !matches!(item.view(), View::Text(_) | View::List(_) | View::Table(_))
}

fn read_list<'t>(
    inner: &'static Kind,
    asked: Asked<'t>,
    item: Item<'t>,
    findings: &mut Findings,
) -> Option<Vec<Spanned<Value>>> {
    let View::List(list) = item.view() else {
        findings.push(no_list(asked.name, item));
        return None;
    };
    let mut values = Vec::with_capacity(list.items().len());
    for item in list.items() {
        values.extend(read_value(inner, asked, item, findings));
    }
    // The arguments of a command are no set.
    if values.len() < 2 || matches!(inner, Kind::Text(Form::Any)) {
        return Some(values);
    }
    let texts = values.iter().filter_map(|value| match &value.value {
        Value::Text(text) => Some((text.as_str(), value.span)),
        _ => None,
    });
    warn_of_twice(asked.name, texts, findings);
    Some(values)
}

fn read_table<'t>(
    rows: &'static keys::Table,
    asked: Asked<'t>,
    item: Item<'t>,
    findings: &mut Findings,
) -> Option<Record> {
    let View::Table(table) = item.view() else {
        findings.push(no_table(asked.name, (&Kind::Table(rows), asked.example), item));
        return None;
    };
    let mut reader = Reader::within(asked.inside, table, rows, table.span(), findings);
    Some(read(&mut reader, |_| true))
}

fn read_named<'t>(
    rows: &'static keys::Table,
    asked: Asked<'t>,
    item: Item<'t>,
    findings: &mut Findings,
) -> Option<Vec<(Spanned<String>, Record)>> {
    let View::Table(table) = item.view() else {
        findings.push(no_table(asked.name, (&Kind::Named(rows), asked.example), item));
        return None;
    };
    let mut named = Vec::new();
    for (key, item) in table.entries() {
        let asked = Asked { name: key.value, example: "", inside: Inside::Named(key.value) };
        if let Some(record) = read_table(rows, asked, item, findings) {
            named.push((key.map(str::to_owned), record));
        }
    }
    Some(named)
}

fn read_words(
    (keys, values): (Form, Form),
    asked: Asked<'_>,
    item: Item<'_>,
    findings: &mut Findings,
) -> Option<Vec<(Spanned<String>, Spanned<String>)>> {
    let View::Table(table) = item.view() else {
        findings.push(no_table(asked.name, (&Kind::Words { keys, values }, asked.example), item));
        return None;
    };
    let mut words = Vec::new();
    for (key, item) in table.entries() {
        let mut sound = true;
        let mut check = |form, text: &str, span, findings: &mut Findings| {
            if let Err(problem) = form::check(form, text) {
                findings.push(problem.finding(span));
                sound = false;
            }
        };
        check(keys, key.value, key.span, findings);
        let Some(value) = scalar::text(item, key.value, findings) else { continue };
        check(values, &value.value, value.span, findings);
        if sound {
            words.push((key.map(str::to_owned), value));
        }
    }
    words.sort_by_key(|(key, _)| key.span);
    Some(words)
}
