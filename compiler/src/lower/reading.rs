//! How many bytes of a request a constraint or a condition looks at, at most.

use crate::document::route::Place;
use crate::grammar::condition::Test;
use crate::model::{Condition, Limits};

/// How much of a request there can be. Unit: bytes, and a count.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading {
    /// Path and query.
    pub(super) target: u64,
    head: u64,
    fields: u64,
}

impl Reading {
    pub(super) fn of(limits: &Limits) -> Self {
        Self { target: limits.target_bytes, head: limits.head_bytes, fields: limits.head_fields }
    }

    /// A constraint that is run over a segment, and stops where nothing can fit any more.
    pub(super) fn run(&self, longest: Option<u64>) -> u64 {
        longest.map_or(self.target, |longest| longest.min(self.target))
    }

    /// All conditions of a route.
    pub(super) fn conditions(&self, all: &[Condition]) -> u64 {
        all.iter().map(|condition| self.condition(condition)).sum()
    }

    /// A condition: a query and cookies are looked through from end to end, of fields the names
    /// are compared, and values as far as they may fit.
    fn condition(&self, condition: &Condition) -> u64 {
        match condition.place {
            Place::Query => self.target,
            Place::Cookie => self.head,
            Place::Header => {
                let value = match &condition.test {
                    Test::Exact(text) => Some(text.len() as u64),
                    Test::Language { table, .. } => table.longest_run(),
                    Test::Exists | Test::NotDefined => Some(0),
                };
                let name = condition.name.len() as u64;
                let each = value.map(|value| self.fields.saturating_mul(name + value));
                each.map_or(self.head, |bytes| bytes.min(self.head))
            }
        }
    }
}
