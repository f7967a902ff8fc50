//! YAML with the line of each value. The library gives events; depth, aliases and names that stand
//! twice are bounded and refused here.

use std::collections::{HashMap, HashSet};

use saphyr_parser::{Event, Parser, ScalarStyle, Span, Tag};

use super::fault::{Fault, too_many};
use super::tree::{Data, NodeId, Step, Tree};
use crate::import::text::shown;
use crate::limits::IMPORT_LEVELS_MAX;

/// A list or map that is not over yet.
struct Open {
    id: NodeId,
    children: Vec<NodeId>,
    /// Of a map: names that were there.
    names: Option<HashSet<String>>,
    /// Of a map: the name whose value comes next.
    name: Option<String>,
}

struct Reader<'t> {
    tree: &'t mut Tree,
    file: u32,
    documents: u32,
    open: Vec<Open>,
    anchors: HashMap<usize, NodeId>,
}

/// Reads every document of a text.
pub(super) fn read(text: &str, file: u32, tree: &mut Tree) -> Result<(), Fault> {
    let mut reader = Reader { tree, file, documents: 0, open: Vec::new(), anchors: HashMap::new() };
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| Fault {
            line: narrow(error.marker().line()),
            what: error.info().to_owned(),
        })?;
        reader.take(event, span)?;
    }
    Ok(())
}

impl Reader<'_> {
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), Fault> {
        let line = narrow(span.start.line());
        match event {
            Event::DocumentStart(_) => self.anchors.clear(),
            Event::DocumentEnd => self.documents += 1,
            Event::Scalar(text, style, anchor, tag) => {
                if self.takes_name() {
                    return self.take_name(text.into_owned(), line);
                }
                let id = self.place(line)?;
                let is_plain = style == ScalarStyle::Plain && !is_text(tag.as_deref());
                let data = if is_plain { plain(&text) } else { Data::Text(text.to_string()) };
                if is_plain && let Some(flag) = letter(&text) {
                    self.tree.mark_letter(id, flag);
                }
                if self.open.is_empty() && data == Data::Null {
                    self.tree.forget_root(id);
                }
                self.tree.set(id, data);
                self.anchor(anchor, id);
            }
            Event::SequenceStart(anchor, _) => self.begin(anchor, line, None)?,
            Event::MappingStart(anchor, _) => self.begin(anchor, line, Some(HashSet::new()))?,
            Event::SequenceEnd | Event::MappingEnd => {
                if let Some(open) = self.open.pop() {
                    let is_map = open.names.is_some();
                    let children = open.children;
                    let data = if is_map { Data::Map(children) } else { Data::List(children) };
                    self.tree.set(open.id, data);
                }
            }
            Event::Alias(anchor) => self.alias(anchor, line)?,
            Event::Nothing | Event::StreamStart | Event::StreamEnd => {}
        }
        Ok(())
    }

    fn takes_name(&self) -> bool {
        self.open.last().is_some_and(|open| open.names.is_some() && open.name.is_none())
    }

    fn take_name(&mut self, name: String, line: u32) -> Result<(), Fault> {
        let Some(open) = self.open.last_mut() else { return Ok(()) };
        if name == "<<" {
            let what = "`<<` merges another map: write its names out".to_owned();
            return Err(Fault { line, what });
        }
        if open.names.as_mut().is_some_and(|names| !names.insert(name.clone())) {
            return Err(Fault { line, what: format!("`{}` stands twice", shown(&name)) });
        }
        open.name = Some(name);
        Ok(())
    }

    /// A new value where one comes next.
    fn place(&mut self, line: u32) -> Result<NodeId, Fault> {
        let Some(open) = self.open.last_mut() else {
            let root = self.tree.add_root(self.file, self.documents, line);
            return root.map_err(|_| too_many(line));
        };
        let step = match &open.names {
            Some(_) => Step::Key(open.name.take().unwrap_or_default()),
            None => Step::Index(narrow(open.children.len())),
        };
        let id = self.tree.add(open.id, step, line).map_err(|_| too_many(line))?;
        open.children.push(id);
        Ok(id)
    }

    fn begin(
        &mut self,
        anchor: usize,
        line: u32,
        names: Option<HashSet<String>>,
    ) -> Result<(), Fault> {
        if self.takes_name() {
            let what = "a name that is a list or a map".to_owned();
            return Err(Fault { line, what });
        }
        if self.open.len() >= IMPORT_LEVELS_MAX {
            return Err(Fault { line, what: format!("more than {IMPORT_LEVELS_MAX} levels") });
        }
        let id = self.place(line)?;
        self.anchor(anchor, id);
        self.open.push(Open { id, children: Vec::new(), names, name: None });
        Ok(())
    }

    fn anchor(&mut self, anchor: usize, id: NodeId) {
        if anchor > 0 {
            self.anchors.insert(anchor, id);
        }
    }

    fn alias(&mut self, anchor: usize, line: u32) -> Result<(), Fault> {
        let Some(from) = self.anchors.get(&anchor).copied() else {
            return Err(Fault { line, what: "an alias without its anchor".to_owned() });
        };
        if self.takes_name() {
            return Err(Fault { line, what: "a name that is an alias".to_owned() });
        }
        if self.open.iter().any(|open| open.id == from) {
            return Err(Fault { line, what: "an alias of what it stands in".to_owned() });
        }
        let to = self.place(line)?;
        self.tree.copy(from, to).map_err(|_| too_many(line))
    }
}

/// Whether a tag says that a scalar is text.
fn is_text(tag: Option<&Tag>) -> bool {
    tag.is_some_and(|tag| tag.suffix == "str" || tag.handle == "!")
}

/// What a scalar without quotes says, by YAML 1.1, as the other proxy reads it.
fn plain(text: &str) -> Data {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Data::Null,
        "true" | "True" | "TRUE" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => Data::Flag(true),
        "false" | "False" | "FALSE" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => {
            Data::Flag(false)
        }
        _ => number(text).map_or_else(|| Data::Text(text.to_owned()), Data::Number),
    }
}

/// The flag that a letter is to some readers of YAML 1.1, and text to others.
fn letter(text: &str) -> Option<bool> {
    match text {
        "y" | "Y" => Some(true),
        "n" | "N" => Some(false),
        _ => None,
    }
}

/// A number as JSON writes it. What is one number in YAML 1.1 and another in 1.2, such as `010`, is
/// none, so that nobody takes it for either.
fn number(text: &str) -> Option<String> {
    if text.len() > 64 {
        return None;
    }
    if let Some(digits) = text.strip_prefix("0x") {
        return u32::from_str_radix(digits, 16).ok().map(|value| value.to_string());
    }
    let plain = text.strip_prefix('+').unwrap_or(text);
    let digits = plain.strip_prefix('-').unwrap_or(plain).as_bytes();
    if digits.len() > 1 && digits[0] == b'0' && digits[1].is_ascii_digit() {
        return None;
    }
    if let Ok(value) = plain.parse::<i64>() {
        return Some(value.to_string());
    }
    let is_digits = plain.bytes().all(|byte| b"+-.eE0123456789".contains(&byte));
    let value = plain.parse::<f64>().ok().filter(|value| is_digits && value.is_finite())?;
    Some(value.to_string())
}

fn narrow(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
