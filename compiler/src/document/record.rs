//! What stands in a table, by its rows alone, whatever table it is: keys, values, places.

use pointsman_schemas::artifact::Features;

use super::keys::{self, Key, Kind};
use crate::source::{Span, Spanned};

/// Keys of one table, and what stands behind them. What could not be read is left out.
#[derive(Clone, Debug)]
pub struct Record {
    /// The table's rows.
    pub rows: &'static keys::Table,
    /// In the order of the rows.
    pub fields: Vec<Field>,
    /// Where the table is written.
    pub span: Span,
    /// Whether anything in it was found wrong: then what it lacks may be written.
    pub damaged: bool,
}

/// One key, and what stands behind it.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its row.
    pub key: &'static Key,
    /// Where the key is written.
    pub place: Span,
    /// The value, and where it is written.
    pub value: Spanned<Value>,
}

/// A value of any kind.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Text, or one of the words of its row.
    Text(String),
    /// `true` or `false`.
    Flag(bool),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction.
    Number(f64),
    /// Unit: milliseconds.
    Duration(u64),
    /// Unit: bytes.
    Size(u64),
    /// A list.
    List(Vec<Spanned<Self>>),
    /// Free keys, in the order in which they are written.
    Words(Vec<(Spanned<String>, Spanned<String>)>),
    /// A table.
    Table(Record),
    /// A list of tables.
    Tables(Vec<Record>),
    /// Tables by name, in the order of the names.
    Named(Vec<(Spanned<String>, Record)>),
}

/// By what they say, wherever it is written.
impl PartialEq for Record {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.rows, other.rows)
            && self.fields.len() == other.fields.len()
            && self
                .fields
                .iter()
                .zip(&other.fields)
                .all(|(a, b)| std::ptr::eq(a.key, b.key) && a.value.value == b.value.value)
    }
}

impl Record {
    /// A table that says nothing.
    pub fn empty(rows: &'static keys::Table, span: Span) -> Self {
        Self { rows, fields: Vec::new(), span, damaged: false }
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// What stands behind a key.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.key.name == name)
    }

    /// The value behind a key.
    pub fn value(&self, name: &str) -> Option<&Spanned<Value>> {
        self.field(name).map(|field| &field.value)
    }

    /// The text behind a key.
    pub fn text(&self, name: &str) -> Option<Spanned<&str>> {
        let value = self.value(name)?;
        match &value.value {
            Value::Text(text) => Some(Spanned::new(text, value.span)),
            _ => None,
        }
    }

    /// The flag behind a key.
    pub fn flag(&self, name: &str) -> Option<Spanned<bool>> {
        let value = self.value(name)?;
        match value.value {
            Value::Flag(flag) => Some(Spanned::new(flag, value.span)),
            _ => None,
        }
    }

    /// The whole number, duration or size behind a key.
    pub fn amount(&self, name: &str) -> Option<Spanned<u64>> {
        let value = self.value(name)?;
        let amount = match value.value {
            Value::Integer(number) => u64::try_from(number).ok()?,
            Value::Duration(amount) | Value::Size(amount) => amount,
            _ => return None,
        };
        Some(Spanned::new(amount, value.span))
    }

    /// The texts of the list behind a key.
    pub fn texts(&self, name: &str) -> impl Iterator<Item = Spanned<&str>> {
        let list = self.value(name).and_then(|value| match &value.value {
            Value::List(list) => Some(list),
            _ => None,
        });
        list.into_iter().flatten().filter_map(|item| match &item.value {
            Value::Text(text) => Some(Spanned::new(text.as_str(), item.span)),
            _ => None,
        })
    }

    /// The table behind a key.
    pub fn table(&self, name: &str) -> Option<&Self> {
        match &self.value(name)?.value {
            Value::Table(record) => Some(record),
            _ => None,
        }
    }

    /// The tables behind a key.
    pub fn tables(&self, name: &str) -> &[Self] {
        match self.value(name).map(|value| &value.value) {
            Some(Value::Tables(records)) => records,
            _ => &[],
        }
    }

    /// The free keys behind a key.
    pub fn words(&self, name: &str) -> &[(Spanned<String>, Spanned<String>)] {
        match self.value(name).map(|value| &value.value) {
            Some(Value::Words(words)) => words,
            _ => &[],
        }
    }

    /// What is written here, and in the place of what is not, what `defaults` say. Tables are taken
    /// key by key.
    #[must_use]
    pub fn or(mut self, defaults: &Self) -> Self {
        self.damaged |= defaults.damaged;
        for theirs in &defaults.fields {
            let Some(row) = self.rows.key(theirs.key.name) else { continue };
            let own = self.fields.iter_mut().find(|own| own.key.name == row.name);
            match (own, &theirs.value.value) {
                (None, _) => self.fields.push(Field { key: row, ..theirs.clone() }),
                (Some(own), Value::Table(defaults)) => {
                    if let Value::Table(table) = &mut own.value.value {
                        *table = table.clone().or(defaults);
                    }
                }
                (Some(_), _) => {}
            }
        }
        let at = |key: &Key| self.rows.keys.iter().position(|row| row.name == key.name);
        self.fields.sort_by_key(|field| at(field.key));
        self
    }

    /// Everything that it says, wherever it is written: equal where it says the same.
    pub fn said(&self) -> String {
        let mut out = String::from("{");
        for field in &self.fields {
            out.push_str(field.key.name);
            out.push('=');
            say(&field.value.value, &mut out);
            out.push(';');
        }
        out.push('}');
        out
    }

    /// What an edge must have to serve the keys that are written.
    pub fn features(&self) -> Features {
        let mut all = Features::NONE;
        for field in &self.fields {
            field.key.feature.into_iter().for_each(|feature| all.add(feature));
            value_features(&field.key.kind, &field.value.value, &mut all);
        }
        all
    }
}

fn say(value: &Value, out: &mut String) {
    match value {
        Value::List(items) => items.iter().for_each(|item| {
            say(&item.value, out);
            out.push(',');
        }),
        Value::Words(words) => words.iter().for_each(|(name, text)| {
            out.push_str(&format!("{:?}:{:?},", name.value, text.value));
        }),
        Value::Table(record) => out.push_str(&record.said()),
        Value::Tables(records) => records.iter().for_each(|one| out.push_str(&one.said())),
        Value::Named(named) => named.iter().for_each(|(name, one)| {
            out.push_str(&format!("{:?}:{}", name.value, one.said()));
        }),
        Value::Text(text) => out.push_str(&format!("{text:?}")),
        Value::Flag(flag) => out.push_str(&flag.to_string()),
        Value::Integer(number) => out.push_str(&number.to_string()),
        Value::Number(number) => out.push_str(&number.to_string()),
        Value::Duration(amount) | Value::Size(amount) => out.push_str(&amount.to_string()),
    }
}

fn value_features(kind: &Kind, value: &Value, all: &mut Features) {
    match (kind, value) {
        (Kind::Choice(choices), Value::Text(word)) => {
            let choice = choices.iter().find(|choice| choice.word == *word);
            choice.and_then(|choice| choice.feature).into_iter().for_each(|one| all.add(one));
        }
        (Kind::List(inner) | Kind::OneOrMore(inner), Value::List(items)) => {
            items.iter().for_each(|item| value_features(inner, &item.value, all));
        }
        (_, Value::Table(record)) => all.0 |= record.features().0,
        (_, Value::Tables(records)) => records.iter().for_each(|one| all.0 |= one.features().0),
        (_, Value::Named(named)) => named.iter().for_each(|(_, one)| all.0 |= one.features().0),
        _ => {}
    }
}
