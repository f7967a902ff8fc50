//! What holds without being written: `[defaults]`, and the defaults of the rows.

use std::collections::HashMap;

use crate::document::keys::{Key, Kind, Need, Table};
use crate::document::record::{Field, Record, Value};
use crate::document::whole::{DEFAULT_FILE, default_of, said_by_row};
use crate::source::{Span, Spanned};

/// Tables that hold whether they are written or not, by the name of the table they stand in.
const ALWAYS: &[(&str, &str)] = &[
    ("configuration", "logs"),
    ("configuration", "limits"),
    ("configuration", "paths"),
    ("backend", "client"),
];

/// Gives listeners, routes and backends what `[defaults]` say, as compiling does.
pub(super) fn inherit(whole: &mut Record) {
    let Some(defaults) = whole.table("defaults").cloned() else { return };
    let take = |record: &mut Record| {
        let empty = Record::empty(record.rows, record.span);
        *record = std::mem::replace(record, empty).or(&defaults);
    };
    for field in &mut whole.fields {
        match &mut field.value.value {
            Value::Named(named) if field.key.name == "backends" => {
                named.iter_mut().for_each(|(_, backend)| take(backend));
            }
            Value::Named(named) if field.key.name == "listeners" => {
                for (_, listener) in named {
                    // A listener is plain unless it says otherwise.
                    let is_plain = listener.field("tls").is_none();
                    take(listener);
                    listener.fields.retain(|field| !(is_plain && field.key.name == "tls"));
                }
            }
            Value::Tables(routes) if field.key.name == "routes" => {
                for route in routes {
                    take(route);
                    let inline = route.fields.iter_mut().filter(|own| own.key.name == "backend");
                    for own in inline {
                        if let Value::Table(backend) = &mut own.value.value {
                            take(backend);
                        }
                    }
                }
            }
            _ => {}
        }
    }
}

/// Adds what the rows name as default, in this table and in all tables in it.
pub(super) fn fill(record: &mut Record, known: &mut Known) {
    loop {
        let before = record.fields.len();
        for key in record.rows.keys {
            if record.field(key.name).is_none()
                && let Some(field) = missing(record, key, known)
            {
                record.fields.push(field);
            }
        }
        if record.fields.len() == before {
            break;
        }
    }
    let rows = record.rows;
    record
        .fields
        .sort_by_key(|field| rows.keys.iter().position(|key| std::ptr::eq(key, field.key)));
    for field in &mut record.fields {
        // What is said for many says nothing of what it leaves out.
        if field.key.name == "defaults" {
            continue;
        }
        match &mut field.value.value {
            Value::Table(inner) => fill(inner, known),
            Value::Tables(all) => all.iter_mut().for_each(|one| fill(one, known)),
            Value::Named(all) => all.iter_mut().for_each(|(_, inner)| fill(inner, known)),
            _ => {}
        }
    }
}

/// What rows say, read once each: by table and key.
#[derive(Default)]
pub(super) struct Known(HashMap<(&'static str, &'static str), Said>);

/// What a row says by itself, and what must stand beside it.
struct Said {
    default: Option<Field>,
    beside: Vec<Field>,
}

/// What a key says that is not there.
fn missing(record: &Record, key: &'static Key, known: &mut Known) -> Option<Field> {
    let rows = record.rows;
    if key.need == Need::Required {
        return None;
    }
    let said = known.0.entry((rows.name, key.name)).or_insert_with(|| Said {
        default: match &key.kind {
            Kind::Table(inner) if ALWAYS.contains(&(rows.name, key.name)) => {
                Some(empty(key, inner))
            }
            _ => default_of(rows, key),
        },
        beside: said_by_row(rows, key.beside),
    });
    said.default.clone().filter(|_| makes_sense(record, &said.beside))
}

fn empty(key: &'static Key, rows: &'static Table) -> Field {
    let place = Span::new(DEFAULT_FILE, 0..0);
    let value = Spanned::new(Value::Table(Record::empty(rows, place)), place);
    Field { key, place, value }
}

/// Whether what must stand beside a key does: the keys, and of a choice the same word.
fn makes_sense(record: &Record, beside: &[Field]) -> bool {
    beside.iter().all(|needed| {
        let Some(own) = record.field(needed.key.name) else { return false };
        !matches!(needed.key.kind, Kind::Choice(_)) || own.value.value == needed.value.value
    })
}
