//! All tables of an artifact, and the file that they make.

use std::collections::HashMap;

use zerocopy::little_endian::{U16, U32};
use zerocopy::{FromZeros, IntoBytes};

use super::super::feature::Features;
use super::super::id::StrId;
use super::super::layout::{
    AddressRecord, AnswerRecord, BackendRecord, ConstraintRecord, CustomTimeoutRecord,
    FieldOperationRecord, FilterRecord, FilterSetRecord, HOST_PAYLOAD_BYTES, InclusionRecord,
    ListenerRecord, OPERATION_ROUTE_NAME, OperationRecord, PairRecord, PolicyRecord, ProgramRecord,
    RouteChangesRecord, RouteMetadataRecord, RouteNameRecord, RuleRecord, SectionKind,
    SegmentRecord, SelfTestRecord, SettingsRecord, ShapeRecord, TargetRecord, WildcardRecord,
};
use super::super::option::OptionRecord;
use super::super::wire::{SLACK_BYTES, put_number};
use super::file::{Draft, PlaceDraft, WriteError, assemble, provenance, records};
use super::intern::{Interner, Strings};
use super::tree::TreeWriter;
use super::{buckets, packed};

/// All tables of an artifact. Numbers in the records are the writer's business only where a method
/// gives them out; the caller keeps the others in range, which the reader proves.
#[derive(Debug)]
pub struct Writer {
    strings: Strings,
    id_lengths: Vec<u8>,
    id_text: Vec<u8>,
    /// What holds for the whole host.
    pub settings: SettingsRecord,
    /// Listeners, sorted by name.
    pub listeners: Vec<ListenerRecord>,
    /// Their addresses.
    pub addresses: Vec<AddressRecord>,
    /// Networks whose forwarding fields are believed.
    pub trusted_proxies: Vec<AddressRecord>,
    /// Names of methods, sorted.
    pub methods: Vec<U32>,
    /// Policies.
    pub policies: Interner<PolicyRecord>,
    /// Rules.
    pub rules: Interner<RuleRecord>,
    shapes: HashMap<Vec<u8>, u32>,
    shape_records: Vec<ShapeRecord>,
    segments: Vec<SegmentRecord>,
    /// Exact hosts, sorted by name.
    pub hosts: Vec<HostDraft>,
    /// Wildcard hosts, in any order.
    pub wildcards: Vec<WildcardDraft>,
    /// The trees.
    pub paths: TreeWriter,
    /// Route of each pattern.
    pub patterns: Vec<u32>,
    /// Backend and policy of each route, in the order of the ids.
    pub routes: Vec<(u32, u32)>,
    /// Names of routes, sorted by route.
    pub route_names: Vec<RouteNameRecord>,
    /// Backends, sorted by name.
    pub backends: Vec<BackendRecord>,
    /// Their targets.
    pub targets: Vec<TargetRecord>,
    programs: Vec<ProgramRecord>,
    operations: Vec<OperationRecord>,
    known_programs: HashMap<Vec<u8>, u32>,
    constraints: Vec<ConstraintRecord>,
    class_maps: Interner<[u8; 256]>,
    constraint_tables: Vec<u8>,
    /// Pairs of constraints, the first strictly inside the second; sorted when written.
    pub inclusions: Vec<(u32, u32)>,
    filters: Vec<FilterRecord>,
    filter_sets: Vec<FilterSetRecord>,
    known_filter_sets: HashMap<Vec<u8>, u32>,
    /// Answers of routes.
    pub answers: Vec<AnswerRecord>,
    /// Changes of fields.
    pub field_operations: Vec<FieldOperationRecord>,
    /// Routes that change fields, sorted.
    pub route_changes: Vec<RouteChangesRecord>,
    /// Metadata that programs look up, in any order, each once.
    pub route_metadata: Vec<RouteMetadataRecord>,
    /// Names of certificates, sorted.
    pub certificates: Vec<U32>,
    /// Names of services, sorted.
    pub services: Vec<U32>,
    /// Rows of `custom_timeouts`, by owner.
    pub custom_timeouts: Vec<CustomTimeoutRecord>,
    /// What is said beyond the matcher, in any order; items of a list in theirs.
    pub options: Vec<OptionRecord>,
    /// Networks that options name.
    pub networks: Vec<AddressRecord>,
    /// What whoever serves it must have.
    pub features: Features,
    /// Embedded requests.
    pub self_tests: Vec<SelfTestRecord>,
    /// Their fields and parameters.
    pub self_test_pairs: Vec<PairRecord>,
}

/// An exact host.
#[derive(Debug)]
pub struct HostDraft {
    /// Its name, in lower case.
    pub name: String,
    /// Root of its paths.
    pub root: u32,
    /// First of its patterns.
    pub base: u32,
}

/// A wildcard host.
#[derive(Debug)]
pub struct WildcardDraft {
    /// Its text, in lower case.
    pub text: String,
    /// The labels at its end that have no `*`.
    pub suffix: String,
    /// Labels without `*`.
    pub rank: u8,
    /// Root of its paths.
    pub root: u32,
    /// First of its patterns.
    pub base: u32,
}

/// A constraint's automaton.
#[derive(Debug)]
pub struct ConstraintTable<'a> {
    /// From byte to class.
    pub classes: &'a [u8; 256],
    /// How many classes.
    pub class_count: u16,
    /// Next states, `state * class_count + class`.
    pub next: &'a [u16],
    /// Whether a state accepts.
    pub accepts: &'a [bool],
    /// Where it starts.
    pub start: u16,
}

impl Writer {
    /// No tables yet but the ids of the routes, which are sorted and at most
    /// `ROUTE_ID_BYTES_MAX` long.
    #[must_use]
    pub fn new<'a>(route_ids: impl Iterator<Item = &'a str>) -> Self {
        let (mut id_lengths, mut id_text) = (Vec::new(), Vec::new());
        for id in route_ids {
            id_lengths.push(id.len() as u8);
            id_text.extend_from_slice(id.as_bytes());
        }
        Self {
            strings: Strings::new(),
            id_lengths,
            id_text,
            settings: SettingsRecord::new_zeroed(),
            listeners: Vec::new(),
            addresses: Vec::new(),
            trusted_proxies: Vec::new(),
            methods: Vec::new(),
            policies: Interner::new(),
            rules: Interner::new(),
            shapes: HashMap::new(),
            shape_records: Vec::new(),
            segments: Vec::new(),
            hosts: Vec::new(),
            wildcards: Vec::new(),
            paths: TreeWriter::default(),
            patterns: Vec::new(),
            routes: Vec::new(),
            route_names: Vec::new(),
            backends: Vec::new(),
            targets: Vec::new(),
            programs: Vec::new(),
            operations: Vec::new(),
            known_programs: HashMap::new(),
            constraints: Vec::new(),
            class_maps: Interner::new(),
            constraint_tables: Vec::new(),
            inclusions: Vec::new(),
            filters: Vec::new(),
            filter_sets: Vec::new(),
            known_filter_sets: HashMap::new(),
            answers: Vec::new(),
            field_operations: Vec::new(),
            route_changes: Vec::new(),
            route_metadata: Vec::new(),
            certificates: Vec::new(),
            services: Vec::new(),
            custom_timeouts: Vec::new(),
            options: Vec::new(),
            networks: Vec::new(),
            features: Features::NONE,
            self_tests: Vec::new(),
            self_test_pairs: Vec::new(),
        }
    }

    /// The number of a string, which is added where it is new.
    pub fn string(&mut self, text: &str) -> StrId {
        StrId(self.strings.number(text))
    }

    /// The number of a shape, which is added where it is new.
    pub fn shape(&mut self, segments: &[SegmentRecord]) -> u32 {
        let key = segments.as_bytes();
        if let Some(number) = self.shapes.get(key) {
            return *number;
        }
        let number = self.shape_records.len() as u32;
        self.shapes.insert(key.to_vec(), number);
        self.shape_records.push(ShapeRecord {
            first: U32::new(self.segments.len() as u32),
            count: U32::new(segments.len() as u32),
        });
        self.segments.extend_from_slice(segments);
        number
    }

    /// What a policy says of its conditions: nothing for none, else the number of their set plus 1.
    pub fn filters(&mut self, filters: &[FilterRecord]) -> [u8; 3] {
        if filters.is_empty() {
            return [0; 3];
        }
        let key = filters.as_bytes();
        let next = self.filter_sets.len() as u32;
        let number = *self.known_filter_sets.entry(key.to_vec()).or_insert(next);
        if number == next {
            self.filter_sets.push(FilterSetRecord {
                first: U32::new(self.filters.len() as u32),
                count: U32::new(filters.len() as u32),
            });
            self.filters.extend_from_slice(filters);
        }
        let [low, middle, high, _] = (number + 1).to_le_bytes();
        [low, middle, high]
    }

    /// The number of a program, which is added where it is new.
    pub fn program(&mut self, operations: &[OperationRecord]) -> u32 {
        let key = operations.as_bytes();
        if let Some(number) = self.known_programs.get(key) {
            return *number;
        }
        let number = self.programs.len() as u32;
        self.known_programs.insert(key.to_vec(), number);
        self.programs.push(ProgramRecord {
            first: U32::new(self.operations.len() as u32),
            count: U32::new(operations.len() as u32),
        });
        self.operations.extend_from_slice(operations);
        number
    }

    /// Adds a constraint; the caller gives each language once.
    pub fn constraint(&mut self, table: &ConstraintTable<'_>) -> u32 {
        let states = table.accepts.len();
        let width = if states <= 256 { 1 } else { 2 };
        let classes = usize::from(table.class_count);
        let dead = (0..states).find(|state| {
            let row = &table.next[state * classes..(state + 1) * classes];
            !table.accepts[*state] && row.iter().all(|next| usize::from(*next) == *state)
        });
        let number = self.constraints.len() as u32;
        self.constraints.push(ConstraintRecord {
            classes: U32::new(self.class_maps.number(*table.classes)),
            table_at: U32::new(self.constraint_tables.len() as u32),
            states: U16::new(states as u16),
            class_count: U16::new(table.class_count),
            start: U16::new(table.start),
            dead: U16::new(dead.map_or(u16::MAX, |state| state as u16)),
            width: width as u8,
            reserved: [0; 3],
        });
        for next in table.next {
            put_number(&mut self.constraint_tables, u32::from(*next), width);
        }
        for eight in table.accepts.chunks(8) {
            let bit = |(at, accepts): (usize, &bool)| u8::from(*accepts) << at;
            self.constraint_tables.push(eight.iter().enumerate().map(bit).sum());
        }
        number
    }

    /// The file.
    ///
    /// Errors: too many bytes; the caller did what the user asked.
    pub fn finish(
        mut self,
        generation: u64,
        places: Option<&[PlaceDraft<'_>]>,
    ) -> Result<Vec<u8>, WriteError> {
        let mut sections = self.tables();
        self.matching(&mut sections);
        if let Some(places) = places {
            sections.push(provenance(places));
        }
        sections.sort_by_key(|section| section.kind);
        let names = |operation: &OperationRecord| operation.kind == OPERATION_ROUTE_NAME;
        let names_are_read = self.operations.iter().any(names);
        assemble(&sections, generation, self.features, names_are_read)
    }

    /// Sections of plain records.
    fn tables(&mut self) -> Vec<Draft> {
        let offsets: Vec<U32> = self.strings.offsets.iter().map(|at| U32::new(*at)).collect();
        self.inclusions.sort_unstable();
        self.inclusions.dedup();
        let inclusions: Vec<InclusionRecord> = self
            .inclusions
            .iter()
            .map(|(smaller, larger)| InclusionRecord {
                smaller: U32::new(*smaller),
                larger: U32::new(*larger),
            })
            .collect();
        self.route_metadata.sort_by_key(|record| (record.route.get(), record.name.get()));
        // Stable, so that the items of a list keep their order.
        self.options
            .sort_by_key(|option| (option.owner_kind, option.owner.get(), option.key.get()));
        let strings = std::mem::take(&mut self.strings.bytes);
        let tables = std::mem::take(&mut self.constraint_tables);
        let mut all = vec![
            records(SectionKind::SETTINGS, &[self.settings]),
            records(SectionKind::STRING_OFFSETS, &offsets),
            Draft { kind: SectionKind::STRING_BYTES, count: 1, bytes: strings },
            records(SectionKind::LISTENERS, &self.listeners),
            records(SectionKind::ADDRESSES, &self.addresses),
            records(SectionKind::TRUSTED_PROXIES, &self.trusted_proxies),
            records(SectionKind::METHODS, &self.methods),
            records(SectionKind::POLICIES, self.policies.records()),
            records(SectionKind::SHAPES, &self.shape_records),
            records(SectionKind::SEGMENTS, &self.segments),
            records(SectionKind::RULES, self.rules.records()),
            Draft {
                kind: SectionKind::PATTERNS,
                count: self.patterns.len(),
                bytes: packed::column(&self.patterns),
            },
            Draft {
                kind: SectionKind::ROUTES,
                count: self.routes.len(),
                bytes: packed::columns(&self.routes),
            },
            Draft {
                kind: SectionKind::ROUTE_IDS,
                count: self.id_lengths.len(),
                bytes: packed::route_ids(&self.id_lengths, &self.id_text),
            },
            records(SectionKind::BACKENDS, &self.backends),
            records(SectionKind::TARGETS, &self.targets),
            records(SectionKind::PROGRAMS, &self.programs),
            records(SectionKind::OPERATIONS, &self.operations),
            records(SectionKind::CONSTRAINTS, &self.constraints),
            records(SectionKind::CONSTRAINT_CLASSES, self.class_maps.records()),
            Draft { kind: SectionKind::CONSTRAINT_TABLES, count: 1, bytes: tables },
            records(SectionKind::INCLUSIONS, &inclusions),
            records(SectionKind::ROUTE_NAMES, &self.route_names),
            records(SectionKind::ANSWERS, &self.answers),
            records(SectionKind::FILTERS, &self.filters),
            records(SectionKind::FILTER_SETS, &self.filter_sets),
            records(SectionKind::FIELD_OPERATIONS, &self.field_operations),
            records(SectionKind::ROUTE_CHANGES, &self.route_changes),
            records(SectionKind::ROUTE_METADATA, &self.route_metadata),
            records(SectionKind::CERTIFICATES, &self.certificates),
            records(SectionKind::SERVICES, &self.services),
            records(SectionKind::OPTIONS, &self.options),
            records(SectionKind::NETWORKS, &self.networks),
            records(SectionKind::CUSTOM_TIMEOUTS, &self.custom_timeouts),
            records(SectionKind::SELF_TESTS, &self.self_tests),
            records(SectionKind::SELF_TEST_PAIRS, &self.self_test_pairs),
        ];
        let needed = |kind| matches!(kind, SectionKind::STRING_OFFSETS | SectionKind::SETTINGS);
        all.retain(|section| !section.bytes.is_empty() || needed(section.kind));
        all
    }

    /// Sections of hosts and paths.
    fn matching(&mut self, sections: &mut Vec<Draft>) {
        let count = self.paths.node_count();
        let bytes = std::mem::take(&mut self.paths).finish();
        sections.push(Draft { kind: SectionKind::PATHS, count, bytes });
        let names: Vec<&str> = self.hosts.iter().map(|host| host.name.as_str()).collect();
        let mut bytes = Vec::new();
        buckets::put(&mut bytes, &names, HOST_PAYLOAD_BYTES, |out, index| {
            put_number(out, self.hosts[index].root, 4);
            put_number(out, self.hosts[index].base, 4);
        });
        bytes.extend_from_slice(&[0; SLACK_BYTES]);
        sections.push(Draft { kind: SectionKind::HOSTS, count: names.len(), bytes });
        self.wildcards.sort_by(|a, b| {
            (&a.suffix, std::cmp::Reverse(a.rank), &a.text).cmp(&(
                &b.suffix,
                std::cmp::Reverse(b.rank),
                &b.text,
            ))
        });
        let (mut hosts, mut suffixes, mut ranges) = (Vec::new(), Vec::new(), Vec::new());
        for same in self.wildcards.chunk_by(|a, b| a.suffix == b.suffix) {
            let first = hosts.len() as u32;
            for wildcard in same {
                let record = WildcardRecord {
                    root: U32::new(wildcard.root),
                    base: U32::new(wildcard.base),
                    rank: wildcard.rank,
                    text_bytes: wildcard.text.len() as u8,
                };
                hosts.extend_from_slice(record.as_bytes());
                hosts.extend_from_slice(wildcard.text.as_bytes());
            }
            suffixes.push(same[0].suffix.as_str());
            ranges.push((first, hosts.len() as u32));
        }
        let mut bytes = Vec::new();
        buckets::put(&mut bytes, &suffixes, HOST_PAYLOAD_BYTES, |out, index| {
            put_number(out, ranges[index].0, 4);
            put_number(out, ranges[index].1, 4);
        });
        bytes.extend_from_slice(&[0; SLACK_BYTES]);
        sections.push(Draft { kind: SectionKind::WILDCARDS, count: suffixes.len(), bytes });
        let count = self.wildcards.len();
        if count > 0 {
            sections.push(Draft { kind: SectionKind::WILDCARD_HOSTS, count, bytes: hosts });
        }
    }
}
