//! What is written beyond the matcher, as records: each key by its path, each value in its 64 bits.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

use pointsman_schemas::artifact::layout::{CustomTimeoutRecord, U16, U32, U64};
use pointsman_schemas::artifact::option::{
    AUTO, EMPTY, OptionKey, OptionKind, OptionRecord, Owner,
};
use pointsman_schemas::artifact::write::Writer;

use super::settings::address;
use crate::document::form;
use crate::document::record::{Record, Value};
use crate::document::value::network;
use crate::language::table::Table;
use crate::model::Model;

/// Writes options, and numbers what they name.
pub(super) struct Options {
    certificates: HashMap<String, u64>,
    networks: HashMap<(IpAddr, u8), u64>,
}

/// Whose options are written.
#[derive(Clone, Copy)]
pub(super) struct Of {
    pub(super) kind: Owner,
    pub(super) number: u32,
}

impl Options {
    pub(super) fn of(model: &Model) -> Self {
        let names = model.certificates.iter().zip(0..);
        let certificates =
            names.map(|(certificate, at)| (certificate.name.value.clone(), at)).collect();
        Self { certificates, networks: HashMap::new() }
    }

    /// Adds everything that a record says. `constraint` gives the number of a table that a text
    /// must fit.
    pub(super) fn record(
        &mut self,
        writer: &mut Writer,
        of: Of,
        record: &Record,
        constraint: &dyn Fn(&str) -> u32,
    ) {
        self.table(writer, of, "", record, constraint);
    }

    fn table(
        &mut self,
        writer: &mut Writer,
        of: Of,
        prefix: &str,
        record: &Record,
        constraint: &dyn Fn(&str) -> u32,
    ) {
        for field in &record.fields {
            let path = format!("{prefix}{}", field.key.name);
            match &field.value.value {
                Value::Table(inner) => {
                    // A table that is there says something, be it empty.
                    if let Some((key, OptionKind::Flag)) = OptionKey::find(&path) {
                        push(writer, of, key, 1);
                    }
                    self.table(writer, of, &format!("{path}."), inner, constraint);
                }
                Value::Tables(rows) => {
                    for row in rows {
                        self.custom_timeout(writer, of, row, constraint);
                    }
                }
                Value::Words(words) => {
                    let Some((key, _)) = OptionKey::find(&path) else { continue };
                    for (name, value) in words {
                        let name = u64::from(writer.string(&name.value).0);
                        let value = u64::from(writer.string(&value.value).0);
                        push(writer, of, key, name << 32 | value);
                    }
                }
                Value::List(items) => {
                    let Some((key, kind)) = OptionKey::find(&path) else { continue };
                    if items.is_empty() {
                        push(writer, of, key, EMPTY);
                    }
                    for item in items {
                        self.value(writer, of, (key, kind), &item.value, constraint);
                    }
                }
                value => {
                    if let Some(key) = OptionKey::find(&path) {
                        self.value(writer, of, key, value, constraint);
                    }
                }
            }
        }
    }

    fn custom_timeout(
        &mut self,
        writer: &mut Writer,
        of: Of,
        row: &Record,
        constraint: &dyn Fn(&str) -> u32,
    ) {
        let number = writer.custom_timeouts.len() as u32;
        let path = row.text("path").map_or("", |path| path.value);
        let path = U32::new(writer.string(path).0);
        let owner = U32::new(of.number);
        let record =
            CustomTimeoutRecord { owner_kind: of.kind as u8, reserved: [0; 3], owner, path };
        writer.custom_timeouts.push(record);
        let mut deadlines = row.clone();
        deadlines.fields.retain(|field| field.key.name != "path");
        self.table(writer, Of { kind: Owner::CustomTimeout, number }, "", &deadlines, constraint);
    }

    fn value(
        &mut self,
        writer: &mut Writer,
        of: Of,
        (key, kind): (OptionKey, OptionKind),
        value: &Value,
        constraint: &dyn Fn(&str) -> u32,
    ) {
        match (kind, value) {
            (_, Value::Flag(flag)) => push(writer, of, key, u64::from(*flag)),
            // Rows bound their numbers below.
            (_, Value::Integer(number)) => push(writer, of, key, (*number).max(0) as u64),
            (_, Value::Duration(amount) | Value::Size(amount)) => push(writer, of, key, *amount),
            (_, Value::Number(number)) => push(writer, of, key, number.to_bits()),
            (OptionKind::Number, Value::Text(text)) => {
                for number in form::circle(text).unwrap_or_default() {
                    push(writer, of, key, number.to_bits());
                }
            }
            (OptionKind::Word(words), Value::Text(text)) => {
                let at = words.iter().position(|word| word == text).unwrap_or_default();
                push(writer, of, key, at as u64);
            }
            (OptionKind::Certificate, Value::Text(text)) => {
                let number = self.certificates.get(text).copied();
                push(writer, of, key, number.unwrap_or(AUTO));
            }
            (OptionKind::Network, Value::Text(text)) => {
                let Ok(network) = network(text) else { return };
                let next = self.networks.len() as u64;
                let number = *self.networks.entry(network).or_insert_with(|| {
                    writer.networks.push(address(network.0, u16::from(network.1)));
                    next
                });
                push(writer, of, key, number);
            }
            (OptionKind::Statuses, Value::Text(text)) => {
                let (first, last) = form::statuses(text).unwrap_or_default();
                push(writer, of, key, u64::from(first) << 32 | u64::from(last));
            }
            (OptionKind::Constraint, Value::Text(text)) => {
                push(writer, of, key, u64::from(constraint(text)));
            }
            // A name that was resolved is written by its number.
            (OptionKind::Backend, _) => {}
            (_, Value::Text(text)) => {
                let text = u64::from(writer.string(text).0);
                push(writer, of, key, text);
            }
            _ => {}
        }
    }
}

/// Adds one value.
pub(super) fn push(writer: &mut Writer, of: Of, key: OptionKey, value: u64) {
    writer.options.push(OptionRecord {
        owner_kind: of.kind as u8,
        reserved: 0,
        key: U16::new(key.0),
        owner: U32::new(of.number),
        value: U64::new(value),
    });
}

/// The tables that texts of health checks must fit, by their texts.
pub(super) fn body_tables(model: &Model) -> Vec<(String, Arc<Table>)> {
    let backends = model.backends.iter().map(|backend| &backend.options);
    let services = model.services.iter().map(|service| &service.options);
    let mut texts: Vec<String> = backends
        .chain(services)
        .filter_map(|options| options.table("health_check")?.text("body_regex"))
        .map(|text| text.value.to_owned())
        .collect();
    texts.sort_unstable();
    texts.dedup();
    let table = |text: String| {
        let table = Arc::new(Table::containing_regex(&text).ok()?);
        Some((text, table))
    };
    texts.into_iter().filter_map(table).collect()
}
