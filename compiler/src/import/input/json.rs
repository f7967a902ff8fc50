//! JSON with the line of each value: one document after the other, so that lines of JSON are read
//! too. The brackets are followed here, since the reader of the house keeps no places; texts and
//! numbers are read by it.

use std::collections::HashSet;

use super::fault::{Fault, too_many};
use super::tree::{Data, NodeId, Step, Tree};
use crate::limits::IMPORT_LEVELS_MAX;

struct Reader<'a, 't> {
    text: &'a str,
    at: usize,
    line: u32,
    tree: &'t mut Tree,
}

/// Reads every document of a text.
pub(super) fn read(text: &str, file: u32, tree: &mut Tree) -> Result<(), Fault> {
    let mut reader = Reader { text, at: 0, line: 1, tree };
    let mut number = 0;
    loop {
        reader.space();
        if reader.at == text.len() {
            return Ok(());
        }
        let line = reader.line;
        let root = reader.tree.add_root(file, number, line).map_err(|_| too_many(line))?;
        reader.value(root, 0)?;
        number += 1;
    }
}

impl Reader<'_, '_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while let Some(byte) = self.peek().filter(|byte| b" \t\r\n".contains(byte)) {
            self.line += u32::from(byte == b'\n');
            self.at += 1;
        }
    }

    fn fault(&self, what: impl Into<String>) -> Fault {
        Fault { line: self.line, what: what.into() }
    }

    fn unexpected(&self, expected: &str) -> Fault {
        match self.text[self.at..].chars().next() {
            Some(found) => {
                self.fault(format!("expected {expected}, found `{}`", found.escape_debug()))
            }
            None => self.fault(format!("expected {expected}, found the end")),
        }
    }

    /// The value that begins here, with space behind it.
    fn value(&mut self, id: NodeId, level: usize) -> Result<(), Fault> {
        if level >= IMPORT_LEVELS_MAX {
            return Err(self.fault(format!("more than {IMPORT_LEVELS_MAX} levels")));
        }
        let data = match self.peek() {
            Some(b'{') => Data::Map(self.map(id, level)?),
            Some(b'[') => Data::List(self.list(id, level)?),
            Some(b'"') => Data::Text(self.string()?),
            Some(b'-' | b'0'..=b'9') => Data::Number(self.number()?),
            _ => self.word()?,
        };
        self.tree.set(id, data);
        self.space();
        Ok(())
    }

    fn word(&mut self) -> Result<Data, Fault> {
        let words =
            [("null", Data::Null), ("true", Data::Flag(true)), ("false", Data::Flag(false))];
        let rest = &self.text[self.at..];
        for (word, data) in words {
            let behind = rest.strip_prefix(word).map(|rest| rest.bytes().next());
            if behind.is_some_and(|next| next.is_none_or(|next| !next.is_ascii_alphanumeric())) {
                self.at += word.len();
                return Ok(data);
            }
        }
        Err(self.unexpected("a value"))
    }

    fn number(&mut self) -> Result<String, Fault> {
        let rest = &self.text[self.at..];
        let len = rest.bytes().take_while(|byte| b"+-.eE0123456789".contains(byte)).count();
        let number = &rest[..len];
        if len > 64 || serde_json::from_str::<serde_json::Number>(number).is_err() {
            return Err(self.fault("a number that is none"));
        }
        self.at += len;
        Ok(number.to_owned())
    }

    fn string(&mut self) -> Result<String, Fault> {
        let bytes = self.text.as_bytes();
        let mut end = self.at + 1;
        loop {
            match bytes.get(end) {
                None | Some(b'\n') => return Err(self.fault("a text that does not end")),
                Some(b'\\') => end += 2,
                Some(b'"') => break,
                Some(_) => end += 1,
            }
        }
        let quoted = &self.text[self.at..=end];
        let text = serde_json::from_str(quoted);
        let text =
            text.map_err(|_| self.fault("a text with a bad escape or a control character"))?;
        self.at = end + 1;
        Ok(text)
    }

    fn map(&mut self, id: NodeId, level: usize) -> Result<Vec<NodeId>, Fault> {
        let mut children = Vec::new();
        let mut names = HashSet::new();
        self.at += 1;
        self.space();
        while self.peek() != Some(b'}') {
            if !children.is_empty() {
                self.expect(b',', "`,` or `}`")?;
            }
            if self.peek() != Some(b'"') {
                return Err(self.unexpected("a name in quotes"));
            }
            let name = self.string()?;
            if !names.insert(name.clone()) {
                let what = format!("`{}` stands twice", crate::import::text::shown(&name));
                return Err(self.fault(what));
            }
            self.space();
            self.expect(b':', "`:`")?;
            children.push(self.child(id, Step::Key(name), level)?);
        }
        self.at += 1;
        Ok(children)
    }

    fn list(&mut self, id: NodeId, level: usize) -> Result<Vec<NodeId>, Fault> {
        let mut children = Vec::new();
        self.at += 1;
        self.space();
        while self.peek() != Some(b']') {
            if !children.is_empty() {
                self.expect(b',', "`,` or `]`")?;
            }
            let at = u32::try_from(children.len()).unwrap_or(u32::MAX);
            children.push(self.child(id, Step::Index(at), level)?);
        }
        self.at += 1;
        Ok(children)
    }

    fn child(&mut self, parent: NodeId, step: Step, level: usize) -> Result<NodeId, Fault> {
        let line = self.line;
        let child = self.tree.add(parent, step, line).map_err(|_| too_many(line))?;
        self.value(child, level + 1)?;
        Ok(child)
    }

    fn expect(&mut self, byte: u8, expected: &str) -> Result<(), Fault> {
        if self.peek() != Some(byte) {
            return Err(self.unexpected(expected));
        }
        self.at += 1;
        self.space();
        Ok(())
    }
}
