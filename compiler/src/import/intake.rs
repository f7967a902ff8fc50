//! Reads fields as Otoroshi does: a value of another kind is as good as absent, and its default
//! holds. Each such case is reported; nothing is ever skipped in silence.

use std::borrow::Cow;

use super::input::{Data, NodeId, Tree};
use super::report::{Outcome, Report};

/// A field that was asked for.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Field<T> {
    /// Where it stands, if it says something that counts.
    pub(super) node: Option<NodeId>,
    /// What holds.
    pub(super) value: T,
}

/// The input, and the report on it.
pub(super) struct Intake<'t> {
    pub(super) tree: &'t Tree,
    pub(super) report: Report,
}

impl<'t> Intake<'t> {
    pub(super) fn new(tree: &'t Tree) -> Self {
        Self { tree, report: Report::default() }
    }

    /// Says what became of a field, if there is one.
    pub(super) fn say(
        &mut self,
        node: impl Into<Option<NodeId>>,
        outcome: Outcome,
        note: impl Into<Cow<'static, str>>,
    ) {
        if let Some(node) = node.into() {
            self.report.say(node, outcome, note);
        }
    }

    /// Says it of every field in a value, if there is one.
    pub(super) fn say_all(
        &mut self,
        node: impl Into<Option<NodeId>>,
        outcome: Outcome,
        note: impl Into<Cow<'static, str>>,
    ) {
        if let Some(node) = node.into() {
            self.report.say_all(self.tree, node, (outcome, false), note);
        }
    }

    /// A field of a map; nothing where it is absent or null.
    pub(super) fn get(&mut self, map: NodeId, name: &str) -> Option<NodeId> {
        let node = self.tree.get(map, name)?;
        if Report::is_nothing(self.tree, node) {
            self.say(node, Outcome::Kept, "null: as good as absent");
            return None;
        }
        Some(node)
    }

    fn field<T>(
        &mut self,
        map: NodeId,
        name: &str,
        (kind, default): (&str, T),
        read: impl Fn(&Data) -> Option<T>,
    ) -> Field<T> {
        let Some(node) = self.get(map, name) else { return Field { node: None, value: default } };
        match read(self.tree.data(node)) {
            Some(value) => Field { node: Some(node), value },
            None => {
                let note = format!("is no {kind}: Otoroshi takes its default, and so it is here");
                self.say_all(node, Outcome::Changed, note);
                Field { node: None, value: default }
            }
        }
    }

    /// `true` or `false`.
    pub(super) fn flag(&mut self, map: NodeId, name: &str, default: bool) -> Field<bool> {
        let Some(node) = self.get(map, name) else { return Field { node: None, value: default } };
        match self.tree.flag(node) {
            Some(value) => Field { node: Some(node), value },
            None => {
                let note = "is no flag: Otoroshi takes its default, and so it is here";
                self.say_all(node, Outcome::Changed, note);
                Field { node: None, value: default }
            }
        }
    }

    /// The same, of a flag whose default lets more in than what was perhaps meant.
    pub(super) fn guard_flag(&mut self, map: NodeId, name: &str, default: bool) -> Field<bool> {
        if let Some(node) = self.get(map, name).filter(|node| self.tree.flag(*node).is_none()) {
            let note = format!(
                "is no flag: Otoroshi takes its default, {default}, and so it is here; it lets in \
                 more than the other, so write `true` or `false`"
            );
            self.report.say_all(self.tree, node, (Outcome::Lost, true), note);
        }
        self.flag(map, name, default)
    }

    /// A whole number.
    pub(super) fn integer(&mut self, map: NodeId, name: &str, default: i64) -> Field<i64> {
        self.field(map, name, ("whole number", default), whole)
    }

    /// A number.
    pub(super) fn number(&mut self, map: NodeId, name: &str, default: f64) -> Field<f64> {
        self.field(map, name, ("number", default), |data| match data {
            Data::Number(text) => text.parse().ok().filter(|value: &f64| value.is_finite()),
            _ => None,
        })
    }

    /// Text; empty where there is none.
    pub(super) fn text(&mut self, map: NodeId, name: &str) -> Field<String> {
        self.field(map, name, ("text", String::new()), |data| match data {
            Data::Text(text) => Some(text.clone()),
            _ => None,
        })
    }

    /// A map, if it is one.
    pub(super) fn map(&mut self, map: NodeId, name: &str) -> Option<NodeId> {
        let found = self.field(map, name, ("object", ()), |data| match data {
            Data::Map(_) => Some(()),
            _ => None,
        });
        found.node
    }

    /// The entries of a list; an empty list is kept as such.
    pub(super) fn list(&mut self, map: NodeId, name: &str) -> Vec<NodeId> {
        let found = self.field(map, name, ("list", ()), |data| match data {
            Data::List(_) => Some(()),
            _ => None,
        });
        let Some(node) = found.node else { return Vec::new() };
        let entries = self.tree.children(node).to_vec();
        if entries.is_empty() {
            self.say(node, Outcome::Kept, "empty: as good as absent");
        }
        entries
    }

    /// The texts of a list, with their places. Where one entry is none, Otoroshi reads no list at all.
    pub(super) fn texts(&mut self, map: NodeId, name: &str) -> Vec<(NodeId, String)> {
        self.read_texts(map, name, false)
    }

    /// The same, of a list without which more may come in.
    pub(super) fn guard_texts(&mut self, map: NodeId, name: &str) -> Vec<(NodeId, String)> {
        self.read_texts(map, name, true)
    }

    fn read_texts(&mut self, map: NodeId, name: &str, guards: bool) -> Vec<(NodeId, String)> {
        let tree = self.tree;
        let entries = self.list(map, name);
        let texts =
            entries.iter().filter_map(|entry| Some((*entry, tree.text(*entry)?.to_owned())));
        let texts: Vec<_> = texts.collect();
        if texts.len() == entries.len() {
            return texts;
        }
        let note =
            "an entry of the list is no text: Otoroshi reads none of them, and so it is here";
        for entry in entries {
            self.report.say_all(tree, entry, (Outcome::Lost, guards), note);
        }
        Vec::new()
    }

    /// The texts of a map, with their names and places; nothing of them counts where an entry is no
    /// text, as in Otoroshi. `guards` says whether more may come in without them.
    pub(super) fn words(
        &mut self,
        map: NodeId,
        name: &str,
        guards: bool,
    ) -> Vec<(NodeId, String, String)> {
        let Some(map) = self.map(map, name) else { return Vec::new() };
        let tree = self.tree;
        let entries = tree.children(map);
        if entries.is_empty() {
            self.say(map, Outcome::Kept, "empty: as good as absent");
        }
        let word = |entry: &NodeId| {
            let text = tree.text(*entry)?;
            Some((*entry, tree.key(*entry).to_owned(), text.to_owned()))
        };
        let words: Vec<_> = entries.iter().filter_map(word).collect();
        if words.len() == entries.len() {
            return words;
        }
        let note = "an entry of the object is no text: Otoroshi reads none of them, and so it \
                    is here";
        self.report.say_all(tree, map, (Outcome::Lost, guards), note);
        Vec::new()
    }
}

/// A whole number, as Otoroshi takes it: `3.0` is one.
pub(super) fn whole(data: &Data) -> Option<i64> {
    let Data::Number(text) = data else { return None };
    text.parse().ok().or_else(|| {
        let value: f64 = text.parse().ok()?;
        // Up to there every whole number has a form of its own.
        let is_whole = value.fract() == 0.0 && value.abs() <= 9_007_199_254_740_992.0;
        is_whole.then_some(value as i64)
    })
}
