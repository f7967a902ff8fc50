//! Values with their places: file, document, line and path. Knows no format.

use std::collections::HashMap;

use crate::import::text::{line, shown};
use crate::limits::{IMPORT_TEXT_BYTES_MAX, IMPORT_VALUES_MAX};

/// Number of a value in its tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(u32);

/// What stands at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Data {
    /// Nothing.
    Null,
    /// `true` or `false`.
    Flag(bool),
    /// A number, as written.
    Number(String),
    /// Text.
    Text(String),
    /// A list.
    List(Vec<NodeId>),
    /// Named values.
    Map(Vec<NodeId>),
}

/// How a value is reached from the one around it.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// A document of a file, both counted from 0.
    Document { file: u32, number: u32 },
    /// A name.
    Key(String),
    /// A place in a list, counted from 0.
    Index(u32),
}

#[derive(Debug)]
struct Node {
    parent: NodeId,
    step: Step,
    line: u32,
    data: Data,
}

/// All values of a run.
#[derive(Debug, Default)]
pub struct Tree {
    nodes: Vec<Node>,
    files: Vec<String>,
    roots: Vec<NodeId>,
    text_bytes: usize,
    /// Texts that are flags to some readers: a `y` or `n` without quotes.
    letters: HashMap<NodeId, bool>,
}

/// There are more values than are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TooMany;

impl Tree {
    /// None yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes note of a file.
    pub(super) fn add_file(&mut self, name: &str) -> u32 {
        self.files.push(line(name));
        index(self.files.len() - 1)
    }

    /// A new document.
    pub(super) fn add_root(
        &mut self,
        file: u32,
        number: u32,
        line: u32,
    ) -> Result<NodeId, TooMany> {
        let id = NodeId(index(self.nodes.len()));
        self.push(Node {
            parent: id,
            step: Step::Document { file, number },
            line,
            data: Data::Null,
        })?;
        self.roots.push(id);
        Ok(id)
    }

    /// A new value inside another, without what it says.
    pub(super) fn add(&mut self, parent: NodeId, step: Step, line: u32) -> Result<NodeId, TooMany> {
        if let Step::Key(name) = &step {
            self.text_bytes += name.len();
        }
        self.push(Node { parent, step, line, data: Data::Null })
    }

    fn push(&mut self, node: Node) -> Result<NodeId, TooMany> {
        let id = NodeId(index(self.nodes.len()));
        if self.nodes.len() >= IMPORT_VALUES_MAX || self.text_bytes > IMPORT_TEXT_BYTES_MAX {
            return Err(TooMany);
        }
        self.nodes.push(node);
        Ok(id)
    }

    /// What a value says.
    pub(super) fn set(&mut self, id: NodeId, data: Data) {
        if let Data::Text(text) | Data::Number(text) = &data {
            self.text_bytes += text.len();
        }
        if let Some(node) = self.nodes.get_mut(id.0 as usize) {
            node.data = data;
        }
    }

    /// Copies what a value says to another place.
    ///
    /// Errors: as for any new value, so that aliases of aliases end.
    pub(super) fn copy(&mut self, from: NodeId, to: NodeId) -> Result<(), TooMany> {
        // Parents come before children, so nothing is copied into itself.
        let mut todo = vec![(from, to)];
        while let Some((from, to)) = todo.pop() {
            let data = self.data(from).clone();
            let line = self.line(to);
            let data = match data {
                Data::List(children) | Data::Map(children) => {
                    let is_map = matches!(self.data(from), Data::Map(_));
                    let mut copies = Vec::new();
                    for child in children {
                        let step = self.nodes[child.0 as usize].step.clone();
                        let copy = self.add(to, step, line)?;
                        todo.push((child, copy));
                        copies.push(copy);
                    }
                    if is_map { Data::Map(copies) } else { Data::List(copies) }
                }
                plain => plain,
            };
            if let Some(flag) = self.letters.get(&from).copied() {
                self.letters.insert(to, flag);
            }
            self.set(to, data);
        }
        Ok(())
    }

    /// Says that a text is a flag to some readers.
    pub(super) fn mark_letter(&mut self, id: NodeId, flag: bool) {
        self.letters.insert(id, flag);
    }

    /// The flag at a place, if it is one where one is asked for.
    pub fn flag(&self, id: NodeId) -> Option<bool> {
        match self.data(id) {
            Data::Flag(flag) => Some(*flag),
            _ => self.letters.get(&id).copied(),
        }
    }

    /// Takes a document out again that says nothing.
    pub(super) fn forget_root(&mut self, id: NodeId) {
        self.roots.retain(|root| *root != id);
    }

    /// The documents, in the order of their files.
    pub fn roots(&self) -> &[NodeId] {
        &self.roots
    }

    /// What a value says.
    pub fn data(&self, id: NodeId) -> &Data {
        self.nodes.get(id.0 as usize).map_or(&Data::Null, |node| &node.data)
    }

    /// The values inside a list or map.
    pub fn children(&self, id: NodeId) -> &[NodeId] {
        match self.data(id) {
            Data::List(children) | Data::Map(children) => children,
            _ => &[],
        }
    }

    /// The name by which a value is reached.
    pub fn key(&self, id: NodeId) -> &str {
        match self.nodes.get(id.0 as usize).map(|node| &node.step) {
            Some(Step::Key(name)) => name,
            _ => "",
        }
    }

    /// The value of a name in a map.
    pub fn get(&self, map: NodeId, name: &str) -> Option<NodeId> {
        let Data::Map(children) = self.data(map) else { return None };
        children.iter().copied().find(|child| self.key(*child) == name)
    }

    /// The text at a place, if it is one.
    pub fn text(&self, id: NodeId) -> Option<&str> {
        match self.data(id) {
            Data::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Line of a value in its file, counted from 1.
    pub fn line(&self, id: NodeId) -> u32 {
        self.nodes.get(id.0 as usize).map_or(1, |node| node.line)
    }

    /// File and document of a value; the document is counted from 1.
    pub fn origin(&self, id: NodeId) -> (&str, u32) {
        let root = self.trail(id).last().copied().unwrap_or(id);
        match self.nodes.get(root.0 as usize).map(|node| &node.step) {
            Some(Step::Document { file, number }) => {
                (self.files.get(*file as usize).map_or("?", String::as_str), number + 1)
            }
            _ => ("?", 1),
        }
    }

    /// How a value is reached from its document: `routes[3].backend.targets[0].tls`.
    pub fn path(&self, id: NodeId) -> String {
        let mut path = String::new();
        for id in self.trail(id).iter().rev() {
            match &self.nodes[id.0 as usize].step {
                Step::Document { .. } => {}
                Step::Index(at) => path.push_str(&format!("[{at}]")),
                Step::Key(name) if is_plain(name) => {
                    if !path.is_empty() {
                        path.push('.');
                    }
                    path.push_str(name);
                }
                Step::Key(name) => path.push_str(&format!("[\"{}\"]", shown(name))),
            }
        }
        path
    }

    /// File, line and document of a value, for people.
    pub fn place(&self, id: NodeId) -> String {
        let (file, document) = self.origin(id);
        match document {
            1 => format!("{file}:{}", self.line(id)),
            _ => format!("{file}:{} (document {document})", self.line(id)),
        }
    }

    /// The values that hold no others below a value, in order; itself, where it is one.
    pub fn leaves(&self, id: NodeId) -> Vec<NodeId> {
        let mut leaves = Vec::new();
        let mut todo = vec![id];
        while let Some(id) = todo.pop() {
            match self.children(id) {
                [] => leaves.push(id),
                children => todo.extend(children.iter().rev()),
            }
        }
        leaves
    }

    /// How many values there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// A value and all around it, itself first.
    fn trail(&self, id: NodeId) -> Vec<NodeId> {
        let mut trail = vec![id];
        let mut at = id;
        while let Some(node) = self.nodes.get(at.0 as usize)
            && node.parent != at
        {
            at = node.parent;
            trail.push(at);
        }
        trail
    }
}

impl NodeId {
    /// As an index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

fn index(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

fn is_plain(name: &str) -> bool {
    !name.is_empty()
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte))
}
