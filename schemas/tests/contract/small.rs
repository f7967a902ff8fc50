//! A small artifact with something in every section, made by hand.

use pointsman_schemas::artifact::layout::{
    AddressRecord, BACKEND_KEEP_QUERY, BackendRecord, I32, ListenerRecord, NONE, OPERATION_LITERAL,
    OPERATION_PATH_PARAM, OPERATION_ROUTE_METADATA, OPERATION_ROUTE_NAME, OperationRecord,
    PairRecord, PolicyRecord, RouteMetadataRecord, RouteNameRecord, RuleRecord, SegmentRecord,
    SelfTestRecord, TargetRecord, U16, U32, U64,
};
use pointsman_schemas::artifact::node::Entry;
use pointsman_schemas::artifact::write::{
    Built, ConstraintTable, HostDraft, NodeDraft, PlaceDraft, StaticDraft, WildcardDraft, Writer,
    identity,
};

/// Where the two routes stand, unless a test says otherwise.
pub(super) const PLACES: &[(&str, u32)] = &[("routes/a.toml", 3), ("pointsman.toml", 9)];

/// The artifact's bytes.
pub(super) fn bytes(generation: u64, places: &[(&str, u32)]) -> Vec<u8> {
    let places: Vec<PlaceDraft<'_>> =
        places.iter().map(|(file, line)| PlaceDraft { file, line: *line }).collect();
    writer().finish(generation, Some(&places)).expect("a small artifact")
}

/// The bytes of one whose program asks for name and metadata of the route.
pub(super) fn bytes_with_metadata() -> Vec<u8> {
    let mut writer = writer();
    let (team, value) = (writer.string("team").0, writer.string("billing").0);
    let operation = |kind, argument| OperationRecord {
        kind,
        skip: 0,
        reserved: U16::ZERO,
        argument: U32::new(argument),
    };
    let program = writer.program(&[
        operation(OPERATION_ROUTE_METADATA, team),
        operation(OPERATION_ROUTE_NAME, NONE),
    ]);
    writer.backends[0].root_path = U32::new(program);
    // In any order: the writer sorts.
    for route in [1, 0] {
        let (route, name, value) = (U32::new(route), U32::new(team), U32::new(value));
        writer.route_metadata.push(RouteMetadataRecord { route, name, value });
    }
    writer.finish(7, None).expect("a small artifact")
}

fn writer() -> Writer {
    let mut writer = Writer::new(["digits", "words"].into_iter());
    host_wide(&mut writer);
    backends(&mut writer);
    let digits = digits(&mut writer);
    let rules = rules(&mut writer, digits);
    paths(&mut writer, digits, rules);
    self_test(&mut writer);
    writer
}

fn host_wide(writer: &mut Writer) {
    writer.settings.head_bytes = U64::new(32 * 1024);
    writer.settings.via = 1;
    writer.settings.access_log = 3;
    writer.settings.log_file = U32::new(writer.string("access.log").0);
    let mut ip = [0; 16];
    ip[..4].copy_from_slice(&[127, 0, 0, 1]);
    writer.addresses.push(AddressRecord { ip, port: U16::new(80), family: 4, reserved: 0 });
    writer.trusted_proxies.push(AddressRecord {
        ip: [0xfd; 16],
        port: U16::new(64),
        family: 6,
        reserved: 0,
    });
    let name = writer.string("web").0;
    writer.listeners.push(ListenerRecord {
        name: U32::new(name),
        address_first: U32::ZERO,
        address_count: U16::new(1),
        protocols: 1,
        flags: 0,
    });
    let method = writer.string("GET").0;
    writer.methods.push(U32::new(method));
}

fn backends(writer: &mut Writer) {
    let (root, param) = (writer.string("/api/").0, writer.string("id").0);
    let operation = |kind, argument| OperationRecord {
        kind,
        skip: 0,
        reserved: U16::ZERO,
        argument: U32::new(argument),
    };
    let program = writer
        .program(&[operation(OPERATION_LITERAL, root), operation(OPERATION_PATH_PARAM, param)]);
    let name = writer.string("users").0;
    writer.backends.push(BackendRecord {
        name: U32::new(name),
        flags: BACKEND_KEEP_QUERY,
        host_header: 0,
        reserved: U16::ZERO,
        host_name: U32::new(NONE),
        root_path: U32::new(program),
        root_query: U32::new(NONE),
        target_first: U32::ZERO,
        target_count: U32::new(1),
        connection_timeout_ms: U64::new(10_000),
        idle_timeout_ms: U64::new(60_000),
        call_timeout_ms: U64::new(30_000),
        call_and_stream_timeout_ms: U64::new(120_000),
        global_timeout_ms: U64::new(30_000),
        identity: identity(&[b"users"]),
    });
    let (id, host) = (writer.string("a").0, writer.string("target.tld").0);
    writer.targets.push(TargetRecord {
        id: U32::new(id),
        host: U32::new(host),
        backend: U32::ZERO,
        port: U16::new(8080),
        weight: U16::new(2),
        protocol: 1,
        family: 0,
        flags: U16::ZERO,
        ip: [0; 16],
        identity: identity(&[b"users", b"a"]),
    });
}

/// `[0-9]+`: state 0 is dead, 1 the start, 2 accepts.
fn digits(writer: &mut Writer) -> u32 {
    let mut classes = [0; 256];
    classes[usize::from(b'0')..=usize::from(b'9')].fill(1);
    writer.constraint(&ConstraintTable {
        classes: &classes,
        class_count: 2,
        next: &[0, 0, 0, 2, 0, 2],
        accepts: &[false, false, true],
        start: 1,
    })
}

/// Rules of `users/$id<[0-9]+>` for one method, and of a lone `:id`.
fn rules(writer: &mut Writer, digits: u32) -> [u32; 2] {
    let (name, source) = (writer.string("id").0, writer.string("[0-9]+").0);
    let segment = |kind, constraint, name, source| SegmentRecord {
        kind,
        reserved: [0; 3],
        constraint: U32::new(constraint),
        name: U32::new(name),
        source: U32::new(source),
    };
    let shapes = [
        writer.shape(&[segment(0, NONE, NONE, NONE), segment(1, digits, name, source)]),
        writer.shape(&[segment(2, NONE, name, NONE)]),
    ];
    let policy = |methods, flags| PolicyRecord {
        methods: U64::new(methods),
        listeners: U64::new(1),
        priority: I32::new(-1),
        flags,
        filters: [0; 3],
    };
    let policies = [writer.policies.number(policy(1, 1)), writer.policies.number(policy(0, 0))];
    for policy in policies {
        writer.routes.push((0, policy));
    }
    let name = writer.string("Only digits").0;
    writer.route_names.push(RouteNameRecord { route: U32::ZERO, name: U32::new(name) });
    [0, 1].map(|at| {
        writer
            .rules
            .number(RuleRecord { policy: U32::new(policies[at]), shape: U32::new(shapes[at]) })
    })
}

/// `h.tld/users/$id<[0-9]+>`, six more static children, and `*.tld/:id`.
fn paths(writer: &mut Writer, digits: u32, rules: [u32; 2]) {
    let leaf = |writer: &mut Writer, exact: bool, rule| {
        let entry = vec![Entry { pattern: 0, rule }];
        let (exact, prefix) = if exact { (entry, Vec::new()) } else { (Vec::new(), entry) };
        writer.paths.add(NodeDraft { exact, prefix, ..NodeDraft::default() })
    };
    let first = leaf(writer, true, rules[0]);
    let users = writer
        .paths
        .add(NodeDraft { constrained: vec![(digits, first.clone())], ..NodeDraft::default() });
    let mut statics = vec![StaticDraft { label: b"users".to_vec(), child: users }];
    for index in 0..6 {
        let label = format!("v{index}").into_bytes();
        statics.push(StaticDraft { label, child: first.clone() });
    }
    let root = writer.paths.add(NodeDraft { statics, ..NodeDraft::default() });
    let root = writer.paths.settle(root);
    writer.hosts.push(HostDraft { name: "h.tld".to_owned(), root, base: 0 });
    let second = leaf(writer, false, rules[1]);
    let chain = writer.paths.add(NodeDraft {
        statics: vec![StaticDraft { label: b"deep".to_vec(), child: second.clone() }],
        ..NodeDraft::default()
    });
    let child = Built::Node(writer.paths.settle(second));
    let root = writer.paths.add(NodeDraft {
        param: Some(child),
        statics: vec![StaticDraft { label: b"very".to_vec(), child: chain }],
        ..NodeDraft::default()
    });
    let root = writer.paths.settle(root);
    writer.wildcards.push(WildcardDraft {
        text: "*.tld".to_owned(),
        suffix: "tld".to_owned(),
        rank: 1,
        root,
        base: 1,
    });
    writer.patterns.extend([0, 1]);
    writer.inclusions.push((0, 0));
}

fn self_test(writer: &mut Writer) {
    let mut string = |text: &str| U32::new(writer.string(text).0);
    let record = SelfTestRecord {
        name: U32::new(NONE),
        method: string("GET"),
        authority: string("h.tld"),
        target: string("/users/42"),
        listener: U32::ZERO,
        pair_first: U32::ZERO,
        field_count: U16::ZERO,
        param_count: U16::new(1),
        client: [0; 16],
        family: 0,
        secured: 0,
        outcome: 0,
        reserved: 0,
        status: U16::ZERO,
        header_count: U16::ZERO,
        route: string("digits"),
        backend: U32::new(NONE),
        path: U32::new(NONE),
        reason: U32::new(NONE),
    };
    let pair = PairRecord { name: string("id"), value: string("42") };
    writer.self_tests.push(record);
    writer.self_test_pairs.push(pair);
}
