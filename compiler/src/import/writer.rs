//! Writes TOML for people: sections in order, comments where something was decided. What comes from
//! outside stays inside its quotes or its comment.

use super::text::line;
use crate::document::spelling::{basic_string, is_bare_key};

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Text(String),
    Integer(i64),
    Number(f64),
    Flag(bool),
    List(Vec<Self>),
    Table(Vec<(String, Self)>),
}

impl Value {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub(super) fn texts<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Self {
        Self::List(texts.into_iter().map(Self::text).collect())
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Item {
    Comment(String),
    Pair(String, Value),
}

/// A table with its header.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Section {
    path: Vec<String>,
    is_list: bool,
    items: Vec<Item>,
}

impl Section {
    /// The top of a file.
    pub(super) fn top() -> Self {
        Self { path: Vec::new(), is_list: false, items: Vec::new() }
    }

    /// `[path]`
    pub(super) fn table<T: Into<String>>(path: impl IntoIterator<Item = T>) -> Self {
        Self { path: path.into_iter().map(Into::into).collect(), ..Self::top() }
    }

    /// `[[path]]`
    pub(super) fn entry<T: Into<String>>(path: impl IntoIterator<Item = T>) -> Self {
        Self { is_list: true, ..Self::table(path) }
    }

    pub(super) fn comment(&mut self, text: impl Into<String>) {
        self.items.push(Item::Comment(text.into()));
    }

    pub(super) fn pair(&mut self, key: &str, value: Value) {
        self.items.push(Item::Pair(key.to_owned(), value));
    }

    /// Adds several pairs.
    pub(super) fn extend(&mut self, pairs: Vec<(String, Value)>) {
        self.items.extend(pairs.into_iter().map(|(key, value)| Item::Pair(key, value)));
    }

    /// The same with one comment and other pairs in the place of those of the same names. The first of
    /// them stands there already.
    pub(super) fn with(
        &self,
        comment: String,
        names: &[&str],
        pairs: Vec<(String, Value)>,
    ) -> Self {
        let mut new = Self { items: vec![Item::Comment(comment)], ..self.clone() };
        let mut pairs = Some(pairs);
        for item in &self.items {
            match item {
                Item::Comment(_) => {}
                Item::Pair(name, _) if names.contains(&name.as_str()) => {
                    new.extend(pairs.take().unwrap_or_default());
                }
                pair => new.items.push(pair.clone()),
            }
        }
        new
    }

    /// The same with another `id`.
    pub(super) fn with_id(mut self, id: &str) -> Self {
        for item in &mut self.items {
            if let Item::Pair(name, value) = item
                && name == "id"
            {
                *value = Value::text(id);
            }
        }
        self
    }

    pub(super) fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
}

/// The text of a file.
pub(super) fn render(sections: &[Section]) -> String {
    let mut out = String::new();
    for section in sections {
        if !out.is_empty() {
            out.push('\n');
        }
        if !section.path.is_empty() {
            let path: Vec<String> = section.path.iter().map(|part| key(part)).collect();
            let (open, close) = if section.is_list { ("[[", "]]") } else { ("[", "]") };
            out.push_str(&format!("{open}{}{close}\n", path.join(".")));
        }
        for item in &section.items {
            match item {
                Item::Comment(text) => out.push_str(&format!("# {}\n", line(text))),
                Item::Pair(name, shown) => {
                    out.push_str(&format!("{} = {}\n", key(name), value(shown)));
                }
            }
        }
    }
    out
}

fn key(name: &str) -> String {
    if is_bare_key(name) { name.to_owned() } else { quoted(name) }
}

fn value(shown: &Value) -> String {
    match shown {
        Value::Text(text) => quoted(text),
        Value::Integer(number) => number.to_string(),
        Value::Number(number) => format!("{number:?}"),
        Value::Flag(flag) => flag.to_string(),
        Value::List(values) => {
            let values: Vec<String> = values.iter().map(value).collect();
            format!("[{}]", values.join(", "))
        }
        Value::Table(pairs) => {
            let pair =
                |(name, shown): &(String, Value)| format!("{} = {}", key(name), value(shown));
            let pairs: Vec<String> = pairs.iter().map(pair).collect();
            if pairs.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", pairs.join(", ")) }
        }
    }
}

/// A text in its quotes; single ones where a backslash would have to be doubled.
fn quoted(text: &str) -> String {
    let is_plain = |c: char| !c.is_control() && c != '\'';
    if text.contains('\\') && text.chars().all(is_plain) {
        return format!("'{text}'");
    }
    basic_string(text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn sections_are_written_in_order_with_their_comments() {
        let mut first = Section::top();
        first.pair("version", Value::Integer(1));
        let mut second = Section::entry(["backends", "a b", "targets"]);
        second.comment("decided\nhere");
        second.pair("re", Value::text("\\d+"));
        second.pair("list", Value::texts(["x", "it's \\"]));
        let table = Value::Table(vec![("ratio".to_owned(), Value::Number(0.5))]);
        second.pair("table", table);
        assert_eq!(
            render(&[first, second]),
            "version = 1\n\n[[backends.\"a b\".targets]]\n# decided\u{fffd}here\nre = '\\d+'\n\
             list = [\"x\", \"it's \\\\\"]\ntable = { ratio = 0.5 }\n"
        );
    }

    proptest! {
        #[test]
        fn texts_are_read_as_they_were_given(name in "\\PC*|.*", text in "(?s).*") {
            let mut section = Section::table([name.clone()]);
            section.comment(text.clone());
            section.pair(&name, Value::text(text.clone()));
            let read: toml::Table = render(&[section]).parse().expect("TOML");
            prop_assert_eq!(read[&name][&name].as_str(), Some(text.as_str()));
        }
    }
}
