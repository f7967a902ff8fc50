//! Constraints by number: each language once, in an order that no file order changes, and how
//! two of them stand to each other.

use std::collections::HashMap;
use std::sync::Arc;

use pointsman_schemas::artifact::write::{ConstraintTable, Writer};

use crate::grammar::pattern::Segment;
use crate::language::algebra::{Relation, Relations};
use crate::language::table::Table;
use crate::model::Route;

/// Every constraint of a model.
pub(super) struct Constraints {
    tables: Vec<Arc<Table>>,
    /// By address: patterns share tables, and to find one by its content would cost more.
    numbers: HashMap<*const Table, u32>,
    relations: Relations,
    /// By number; none yet, or the bytes that it reads at most, where that has a bound.
    runs: Vec<Option<Option<u64>>>,
}

/// How two languages stand to each other, as far as a tree cares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    Disjoint,
    Inside,
    Around,
    Overlap,
}

impl Constraints {
    /// Those of the routes, and others.
    pub(super) fn of(routes: &[Route], others: &[Arc<Table>]) -> Self {
        let mut seen: HashMap<*const Table, &Arc<Table>> = HashMap::new();
        for route in routes {
            for segment in route.patterns.iter().flat_map(|pattern| &pattern.path) {
                if let Segment::Constrained(own) = segment {
                    seen.entry(Arc::as_ptr(&own.table)).or_insert(&own.table);
                }
            }
        }
        for table in others {
            seen.entry(Arc::as_ptr(table)).or_insert(table);
        }
        let mut tables: Vec<Arc<Table>> = seen.values().map(|table| Arc::clone(table)).collect();
        tables.sort_unstable();
        tables.dedup();
        let numbers = seen
            .iter()
            .map(|(address, table)| {
                (*address, tables.partition_point(|other| other < *table) as u32)
            })
            .collect();
        let runs = vec![None; tables.len()];
        Self { tables, numbers, relations: Relations::new(), runs }
    }

    pub(super) fn len(&self) -> usize {
        self.tables.len()
    }

    pub(super) fn number(&self, table: &Arc<Table>) -> u32 {
        self.numbers.get(&Arc::as_ptr(table)).copied().unwrap_or_default()
    }

    /// Bytes of a segment that it reads before it says no; none where there is no bound.
    pub(super) fn longest_run(&mut self, number: u32) -> Option<u64> {
        let number = number as usize;
        let known = self.runs.get_mut(number)?;
        *known.get_or_insert_with(|| self.tables.get(number)?.longest_run())
    }

    /// How `a` stands to `b`, two different numbers.
    pub(super) fn standing(&mut self, a: u32, b: u32) -> Standing {
        match self.relations.relate(&self.tables[a as usize], &self.tables[b as usize]) {
            Relation::Disjoint => Standing::Disjoint,
            Relation::Subset => Standing::Inside,
            Relation::Superset => Standing::Around,
            Relation::Equal | Relation::Overlap { .. } => Standing::Overlap,
        }
    }

    /// Writes all tables, by number.
    pub(super) fn write(&self, writer: &mut Writer) {
        for table in &self.tables {
            let accepts: Vec<bool> =
                (0..table.state_count).map(|state| table.accepts_at(state)).collect();
            writer.constraint(&ConstraintTable {
                classes: &table.classes,
                class_count: table.class_count,
                next: &table.next,
                accepts: &accepts,
                start: table.start,
            });
        }
    }
}
