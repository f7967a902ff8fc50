//! What became of each field of the input. Every value that holds no others has a line; how lines
//! look is not known here.

use std::borrow::Cow;

use pointsman_routing::explain::{secrets_in_text, shown_text};

use super::input::{Data, NodeId, Tree};

/// What became of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// It cannot be kept.
    Lost,
    /// It is kept in another form, or its effect is another one.
    Changed,
    /// It is kept.
    Kept,
    /// It has no effect on requests.
    Irrelevant,
}

impl Outcome {
    /// As written.
    pub fn word(self) -> &'static str {
        match self {
            Self::Lost => "lost",
            Self::Changed => "changed",
            Self::Kept => "kept",
            Self::Irrelevant => "irrelevant",
        }
    }
}

/// One field, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The field.
    pub node: NodeId,
    /// What became of it.
    pub outcome: Outcome,
    /// Whether something that protected is gone.
    pub security: bool,
    /// What and why.
    pub note: Cow<'static, str>,
}

/// What became of every field.
#[derive(Debug, Default)]
pub struct Report {
    lines: Vec<Line>,
    said: Vec<bool>,
}

impl Report {
    /// Says what became of a field.
    pub(super) fn say(
        &mut self,
        node: NodeId,
        outcome: Outcome,
        note: impl Into<Cow<'static, str>>,
    ) {
        self.push(Line { node, outcome, security: false, note: note.into() });
    }

    /// Says that a field is gone which protected something.
    pub(super) fn insecure(&mut self, node: NodeId, note: impl Into<Cow<'static, str>>) {
        self.push(Line { node, outcome: Outcome::Lost, security: true, note: note.into() });
    }

    /// Says the same of every field in a value of which nothing was said yet.
    pub(super) fn say_all(
        &mut self,
        tree: &Tree,
        node: NodeId,
        (outcome, security): (Outcome, bool),
        note: impl Into<Cow<'static, str>>,
    ) {
        let note = note.into();
        for leaf in tree.leaves(node) {
            if !self.is_said(leaf) {
                self.push(Line { node: leaf, outcome, security, note: note.clone() });
            }
        }
    }

    /// Says of all that is left that nobody knows it, and puts the lines in the order of the input.
    pub(super) fn close(&mut self, tree: &Tree, unknown: &'static str) {
        for root in tree.roots() {
            self.say_all(tree, *root, (Outcome::Lost, false), unknown);
        }
        // Lines of one field stay in the order in which they were said.
        self.lines.sort_by_key(|line| line.node);
    }

    fn push(&mut self, mut line: Line) {
        // Whatever was quoted.
        if !secrets_in_text(&line.note).is_empty() {
            line.note = shown_text(&line.note).into();
        }
        let at = line.node.index();
        if self.said.len() <= at {
            self.said.resize(at + 1, false);
        }
        if let Some(said) = self.said.get_mut(at) {
            *said = true;
        }
        self.lines.push(line);
    }

    /// Whether there is a line for exactly this value.
    pub fn is_said(&self, node: NodeId) -> bool {
        self.said.get(node.index()).copied().unwrap_or_default()
    }

    /// Every line.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// How many lines have an outcome.
    pub fn count(&self, outcome: Outcome) -> usize {
        self.lines.iter().filter(|line| line.outcome == outcome).count()
    }

    /// How many fields are gone that protected something.
    pub fn security_losses(&self) -> usize {
        self.lines.iter().filter(|line| line.security).count()
    }

    /// Whether a value is nothing, which is as good as absent.
    pub(super) fn is_nothing(tree: &Tree, node: NodeId) -> bool {
        *tree.data(node) == Data::Null
    }
}
