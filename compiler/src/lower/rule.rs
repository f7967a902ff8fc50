//! What stands at the end of a pattern: when its route takes a request, and what its segments are.

use std::collections::HashMap;

use pointsman_schemas::artifact::layout::{
    FilterRecord, I32, NONE, POLICY_EXACT, POLICY_STRIP_PATH, PolicyRecord, RuleRecord,
    SegmentRecord, U16, U32, U64,
};
use pointsman_schemas::artifact::write::Writer;

use super::constraint::Constraints;
use crate::document::route::Place;
use crate::grammar::condition::Test;
use crate::grammar::pattern::Segment;
use crate::model::{Condition, Pattern, Route};

/// Bits of methods, and of listeners in the order of their names.
pub(super) struct Bits {
    pub(super) methods: HashMap<String, u32>,
    /// From the model's listener to its number.
    pub(super) listeners: Vec<u32>,
}

impl Bits {
    fn methods(&self, route: &Route) -> u64 {
        let bit = |name: &String| 1 << self.methods.get(name).copied().unwrap_or_default();
        route.methods.iter().map(bit).fold(0, |all, bit: u64| all | bit)
    }

    fn listeners(&self, route: &Route) -> u64 {
        let bit = |number: &u32| 1_u64 << number;
        let own = route.listeners.iter().filter_map(|index| self.listeners.get(*index));
        if route.listeners.is_empty() {
            // Those too that only an earlier artifact had: their connections may live on.
            u64::MAX
        } else {
            own.map(bit).fold(0, |all, bit| all | bit)
        }
    }
}

/// The number of a route's policy.
pub(super) fn policy(
    writer: &mut Writer,
    constraints: &Constraints,
    bits: &Bits,
    route: &Route,
) -> u32 {
    let filters: Vec<FilterRecord> =
        route.conditions.iter().map(|condition| filter(writer, constraints, condition)).collect();
    let filters = writer.filters(&filters);
    let flag = |set: bool, bit: u8| if set { bit } else { 0 };
    writer.policies.number(PolicyRecord {
        methods: U64::new(bits.methods(route)),
        listeners: U64::new(bits.listeners(route)),
        priority: I32::new(route.priority),
        flags: flag(route.exact, POLICY_EXACT) | flag(route.strip_path, POLICY_STRIP_PATH),
        filters,
    })
}

fn filter(writer: &mut Writer, constraints: &Constraints, condition: &Condition) -> FilterRecord {
    let (test, value, source) = match &condition.test {
        Test::Exact(text) => (0, writer.string(text).0, NONE),
        Test::Language { source, table } => (1, constraints.number(table), writer.string(source).0),
        Test::Exists => (2, NONE, NONE),
        Test::NotDefined => (3, NONE, NONE),
    };
    FilterRecord {
        place: match condition.place {
            Place::Header => 0,
            Place::Query => 1,
            Place::Cookie => 2,
        },
        test,
        reserved: U16::ZERO,
        name: U32::new(writer.string(&condition.name).0),
        value: U32::new(value),
        source: U32::new(source),
    }
}

/// The number of a pattern's rule.
pub(super) fn rule(
    writer: &mut Writer,
    constraints: &Constraints,
    policy: u32,
    pattern: &Pattern,
) -> u32 {
    let segments: Vec<SegmentRecord> =
        pattern.path.iter().map(|segment| record(writer, constraints, segment)).collect();
    let shape = writer.shape(&segments);
    writer.rules.number(RuleRecord { policy: U32::new(policy), shape: U32::new(shape) })
}

fn record(writer: &mut Writer, constraints: &Constraints, segment: &Segment) -> SegmentRecord {
    let (kind, constraint, source) = match segment {
        Segment::Static(_) => (0, NONE, NONE),
        Segment::Constrained(own) => {
            (1, constraints.number(&own.table), writer.string(&own.source).0)
        }
        Segment::Param { .. } => (2, NONE, NONE),
        Segment::Star => (3, NONE, NONE),
    };
    let name = segment.parameter().map_or(NONE, |name| writer.string(name).0);
    SegmentRecord {
        kind,
        reserved: [0; 3],
        constraint: U32::new(constraint),
        name: U32::new(name),
        source: U32::new(source),
    }
}
