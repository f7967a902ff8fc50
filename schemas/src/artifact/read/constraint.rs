//! Constraints: automata over the decoded bytes of one segment.

use super::super::id::ConstraintId;
use super::super::layout::{ConstraintRecord, SectionKind};
use super::super::wire::byte;
use super::artifact::Artifact;

/// A constraint on one segment.
#[derive(Clone, Copy, Debug)]
pub struct Constraint<'a> {
    classes: &'a [u8],
    table: &'a [u8],
    accepting: &'a [u8],
    class_count: usize,
    start: u16,
    dead: u16,
    wide: bool,
}

impl Artifact {
    /// How many constraints there are.
    #[must_use]
    pub fn constraint_count(&self) -> usize {
        self.records::<ConstraintRecord>(SectionKind::CONSTRAINTS).len()
    }

    /// One constraint.
    #[inline]
    #[must_use]
    pub fn constraint(&self, id: ConstraintId) -> Constraint<'_> {
        let records = self.records::<ConstraintRecord>(SectionKind::CONSTRAINTS);
        let Some(record) = records.get(id.index()) else {
            return Constraint {
                classes: &[],
                table: &[],
                accepting: &[],
                class_count: 1,
                start: 0,
                dead: 0,
                wide: false,
            };
        };
        let classes_at = record.classes.get() as usize * 256;
        let classes = self.section(SectionKind::CONSTRAINT_CLASSES);
        let tables = self.section(SectionKind::CONSTRAINT_TABLES);
        let table_at = record.table_at.get() as usize;
        let states = usize::from(record.states.get());
        let class_count = usize::from(record.class_count.get());
        let accepting_at = table_at + states * class_count * usize::from(record.width);
        Constraint {
            classes: classes.get(classes_at..classes_at + 256).unwrap_or_default(),
            table: tables.get(table_at..accepting_at).unwrap_or_default(),
            accepting: tables
                .get(accepting_at..accepting_at + states.div_ceil(8))
                .unwrap_or_default(),
            class_count,
            start: record.start.get(),
            dead: record.dead.get(),
            wide: record.width == 2,
        }
    }
}

impl<'a> Constraint<'a> {
    /// Its class of each byte, its transitions and its accepting states: two constraints whose
    /// parts and starts are the same accept the same.
    #[must_use]
    pub fn parts(&self) -> [&'a [u8]; 3] {
        [self.classes, self.table, self.accepting]
    }
}

impl Constraint<'_> {
    /// Where it starts.
    #[inline]
    #[must_use]
    pub fn start(&self) -> u16 {
        self.start
    }

    /// Whether nothing that follows can make it fit.
    #[inline]
    #[must_use]
    pub fn is_dead(&self, state: u16) -> bool {
        state == self.dead
    }

    /// The state after one more decoded byte.
    #[inline]
    #[must_use]
    pub fn step(&self, state: u16, input: u8) -> u16 {
        let class = usize::from(byte(self.classes, usize::from(input)));
        let index = usize::from(state) * self.class_count + class;
        if self.wide {
            u16::from_le_bytes([byte(self.table, 2 * index), byte(self.table, 2 * index + 1)])
        } else {
            u16::from(byte(self.table, index))
        }
    }

    /// Whether the bytes so far fit.
    #[inline]
    #[must_use]
    pub fn accepts(&self, state: u16) -> bool {
        byte(self.accepting, usize::from(state / 8)) & 1 << (state % 8) != 0
    }
}
