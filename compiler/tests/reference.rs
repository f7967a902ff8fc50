//! The reference page, the JSON Schema and the examples against the table of keys they are made
//! from.

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use pointsman_compiler::document::keys::{Key, Kind, Need, ROOT, Table};
use pointsman_compiler::document::reference::{example, render, tables};
use pointsman_compiler::document::schema;
use pointsman_compiler::grammar::expression;
use toml::{Table as Toml, Value};

use crate::configuration::{assert_golden, compile_text};

/// What each example is put into.
const FRAME: &str = r#"
version = 1
[listeners.web]
address = "127.0.0.1:80"
[listeners.secure]
address = "127.0.0.1:443"
tls = { certificates = ["shop"] }
[listeners.services]
address = "127.0.0.1:81"
serve = "services"
[certificates.shop]
certificate = "file:/etc/ssl/shop.pem"
key = "env:SHOP_KEY"
[certificates.clients]
certificate = "file:/etc/ssl/clients.pem"
[[routes]]
id = "shop"
match = ["shop.example.org/api"]
backend = "shop"
[backends.shop]
targets = [{ id = "a", host = "10.0.0.7", port = 8080 }]
[services.shop]
backend = "shop"
[node]
geoip = "file:/var/lib/GeoLite2-City.mmdb"
"#;

/// A step from a table to one inside.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// The table behind a key.
    Table(&'static Key),
    /// The first of the tables behind a key.
    First(&'static Key),
    /// A table by name behind a key.
    Named(&'static Key),
}

/// The shortest way from the top to each table.
fn ways() -> HashMap<&'static str, (&'static Table, Vec<Step>)> {
    let mut ways: HashMap<&'static str, (&'static Table, Vec<Step>)> = HashMap::new();
    let mut todo: Vec<(&'static Table, Vec<Step>)> = vec![(&ROOT, Vec::new())];
    let mut at = 0;
    while at < todo.len() {
        let (table, way) = todo[at].clone();
        at += 1;
        if ways.contains_key(table.name) {
            continue;
        }
        ways.insert(table.name, (table, way.clone()));
        // What stands in `[defaults]` stands elsewhere too, and there for itself.
        for key in table.keys.iter().filter(|key| key.name != "defaults") {
            inner(key, &key.kind, &way, &mut todo);
        }
        if table.name == ROOT.name {
            let defaults = ROOT.keys.iter().filter(|key| key.name == "defaults");
            defaults.for_each(|key| inner(key, &key.kind, &way, &mut todo));
        }
    }
    ways
}

fn inner(
    key: &'static Key,
    kind: &'static Kind,
    way: &[Step],
    todo: &mut Vec<(&'static Table, Vec<Step>)>,
) {
    let mut push = |table, step| {
        let mut way = way.to_vec();
        way.push(step);
        todo.push((table, way));
    };
    match kind {
        Kind::Table(table) => push(table, Step::Table(key)),
        Kind::Tables(table) => push(table, Step::First(key)),
        Kind::Named(table) => push(table, Step::Named(key)),
        Kind::Either(kinds) => kinds.iter().for_each(|kind| inner(key, kind, way, todo)),
        _ => {}
    }
}

/// The table at the end of a way; what is missing on it is filled in with examples.
fn enter<'t>(mut table: &'t mut Toml, way: &[Step], rows: &mut &'static Table) -> &'t mut Toml {
    for step in way {
        let (key, rows_inside, many) = match step {
            Step::Table(key) => (key, inside(&key.kind), false),
            Step::First(key) => (key, inside(&key.kind), true),
            Step::Named(key) => (key, inside(&key.kind), false),
        };
        if key.name == "redirect" || key.name == "respond" {
            table.remove("backend");
        }
        let fresh = filled(rows_inside);
        let beside: Toml = toml::from_str(key.beside).expect(key.name);
        beside.into_iter().for_each(|(name, value)| drop(table.insert(name, value)));
        let name = match step {
            Step::Named(key) if key.name == "services" => "one",
            _ => "shop",
        };
        let entry = table.entry(key.name.to_owned()).or_insert_with(|| match step {
            _ if many => Value::Array(vec![Value::Table(fresh.clone())]),
            Step::Named(_) => Value::Table(Toml::new()),
            _ => Value::Table(fresh.clone()),
        });
        table = match (step, entry) {
            (Step::First(_), Value::Array(list)) => list[0].as_table_mut().expect("a table"),
            (Step::Named(_), Value::Table(named)) => {
                let one = named.entry(name.to_owned()).or_insert_with(|| Value::Table(fresh));
                one.as_table_mut().expect("a table")
            }
            (_, entry) => {
                if !entry.is_table() {
                    *entry = Value::Table(fresh);
                }
                entry.as_table_mut().expect("a table")
            }
        };
        *rows = rows_inside;
    }
    table
}

fn inside(kind: &'static Kind) -> &'static Table {
    match kind {
        Kind::Table(table) | Kind::Tables(table) | Kind::Named(table) => table,
        Kind::Either(kinds) => kinds
            .iter()
            .find_map(|kind| match kind {
                Kind::Table(table) => Some(*table),
                _ => None,
            })
            .expect("a table"),
        _ => panic!("no table inside"),
    }
}

fn filled(rows: &'static Table) -> Toml {
    let needed = rows.keys.iter().filter(|key| key.need == Need::Required);
    let lines: Vec<String> = needed.map(|key| format!("{} = {}", key.name, example(key))).collect();
    toml::from_str(&lines.join("\n")).expect(rows.name)
}

/// The configuration that shows a key's example.
fn shown(table: &'static Table, way: &[Step], key: &'static Key) -> String {
    let mut all: Toml = toml::from_str(FRAME).expect("the frame");
    let mut rows = &ROOT;
    let place = enter(&mut all, way, &mut rows);
    assert_eq!(rows.name, table.name);
    match (table.name, key.name) {
        // One of several: the example alone.
        ("expect" | "service", _) => place.clear(),
        ("route", "redirect" | "respond") => drop(place.remove("backend")),
        _ => {}
    }
    if table.name == "route" && key.name == "match" {
        place.remove("exact");
    }
    let text = format!("{}\n{} = {}", key.beside, key.name, example(key));
    let written: Toml = toml::from_str(&text).unwrap_or_else(|why| panic!("{text}: {why}"));
    place.extend(written);
    toml::to_string(&all).expect("what was read")
}

#[test]
fn reference_is_the_one_that_is_checked_in() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../schemas/config/REFERENCE.md");
    assert_golden(&path, &render());
}

#[test]
fn every_name_of_the_reference_is_an_expression() {
    let mut count = 0;
    for (name, doc, may_lack) in expression::known_names() {
        count += 1;
        let name = name.replace("NAME", "a");
        assert!(expression::parse(&format!("${{{name}:x}}")).is_ok(), "{name}");
        let alone = expression::parse(&format!("${{{name}}}"));
        assert_eq!(alone.is_err(), may_lack, "{name}");
        assert!(doc.ends_with('.') && !doc.contains('|'), "{name}: {doc}");
    }
    assert!(count > 20, "{count} names");
}

#[test]
fn every_example_of_a_key_compiles() {
    let ways = ways();
    assert_eq!(ways.len(), tables().len(), "every table has a way to it");
    let (mut failed, mut count) = (Vec::new(), 0);
    for (table, way) in ways.values() {
        for key in table.keys {
            count += 1;
            let text = shown(table, way, key);
            let outcome = compile_text(&text);
            let errors: Vec<String> = outcome
                .findings
                .iter()
                .filter(|finding| finding.code.id().starts_with('E'))
                .map(|finding| format!("{}: {}", finding.code, finding.message))
                .collect();
            if !errors.is_empty() {
                failed.push(format!("{}.{}: {}\n{text}", table.name, key.name, errors.join("; ")));
            }
        }
    }
    assert!(failed.is_empty(), "{} of {count}:\n{}", failed.len(), failed.join("\n\n"));
    assert!(count > 150, "{count} keys");
}

fn validator() -> jsonschema::Validator {
    let schema: serde_json::Value = serde_json::from_str(&schema::render()).expect("JSON");
    jsonschema::validator_for(&schema).expect("a schema")
}

fn as_json(text: &str) -> serde_json::Value {
    toml::from_str(text).expect("TOML")
}

#[test]
fn schema_takes_the_examples() {
    let validator = validator();
    for name in ["every-key", "quickstart"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples").join(name);
        let mut files = vec![folder.join("pointsman.toml")];
        let routes = fs::read_dir(folder.join("routes")).expect("routes");
        files.extend(routes.map(|entry| entry.expect("a file").path()));
        for file in files {
            let text = fs::read_to_string(&file).expect("a file");
            let faults: Vec<String> = validator
                .iter_errors(&as_json(&text))
                .map(|fault| format!("{}: {fault}", fault.instance_path()))
                .collect();
            assert!(faults.is_empty(), "{}: {faults:?}", file.display());
        }
    }
    // And every example of the reference.
    for (table, way) in ways().values() {
        for key in table.keys {
            let text = shown(table, way, key);
            assert!(validator.is_valid(&as_json(&text)), "{}.{}\n{text}", table.name, key.name);
        }
    }
}

/// What no configuration says, one mistake each.
const BROKEN: [&str; 24] = [
    "version = 2",
    "version = \"1\"",
    "verison = 1",
    "via = \"yes\"",
    "include = \"routes/*.toml\"",
    "[listeners.web]\nadress = \"[::]:80\"",
    "[listeners.web]\naddress = []",
    "[listeners.web]\naddress = \"[::]:80\"\nprotocols = [\"http/2\"]",
    "[listeners.web]\naddress = \"[::]:80\"\nserve = \"files\"",
    "[listeners.web]\naddress = \"[::]:80\"\ntls = {}",
    "[limits]\nhead_bytes = 1024",
    "[limits]\nhead_timeout = \"10\"",
    "[logs]\naccess = \"/var/log/a.log\"",
    "[[routes]]\nid = \"a b\"\nmatch = [\"a\"]",
    "[[routes]]\nmatch = [\"a\"]",
    "[[routes]]\nid = \"a\"\nmatch = \"a\"",
    "[[routes]]\nid = \"a\"\nmatch = [\"a\"]\npriority = 1.5",
    "[backends.b]\nroot = \"/\"",
    "[backends.b]\ntargets = [{ id = \"a\", host = \"h\", port = 0 }]",
    "[backends.b]\ntargets = [{ id = \"a\", host = \"h\", port = 80, weight = -1 }]",
    "[backends.b]\ntargets = []\nload_balancing = { type = \"fastest\" }",
    "[backends.b]\ntargets = []\nproxy = { host = \"p\", port = 1, password = \"hunter2\" }",
    "[certificates.c]\ncertificate = \"-----BEGIN CERTIFICATE-----\"",
    "[acme]\npreferred_challenge = \"dns\"",
];

#[test]
fn schema_refuses_what_is_broken_and_so_does_the_compiler() {
    let validator = validator();
    for text in BROKEN {
        assert!(!validator.is_valid(&as_json(text)), "{text}");
        let whole =
            if text.contains("version") { text.to_owned() } else { format!("version = 1\n{text}") };
        assert!(compile_text(&whole).findings.has_errors(), "{text}");
    }
}

/// The top of a file as a kind.
static TOP: Kind = Kind::Table(&ROOT);

/// Keys of each table that a configuration writes.
fn written(value: &Value, kind: &'static Kind, seen: &mut Vec<(&'static str, &'static str)>) {
    match (kind, value) {
        (Kind::Table(rows), Value::Table(table)) => {
            for key in rows.keys {
                if let Some(value) = table.get(key.name) {
                    seen.push((rows.name, key.name));
                    written(value, &key.kind, seen);
                }
            }
        }
        (Kind::Tables(rows), Value::Array(list)) => {
            let kind: &'static Kind = Box::leak(Box::new(Kind::Table(rows)));
            list.iter().for_each(|one| written(one, kind, seen));
        }
        (Kind::Named(rows), Value::Table(named)) => {
            let kind: &'static Kind = Box::leak(Box::new(Kind::Table(rows)));
            named.values().for_each(|one| written(one, kind, seen));
        }
        (Kind::Either(kinds), value) => kinds.iter().for_each(|kind| written(value, kind, seen)),
        _ => {}
    }
}

#[test]
fn example_of_every_key_has_every_key() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/every-key");
    let mut seen = Vec::new();
    for file in ["pointsman.toml", "routes/others.toml"] {
        let text = fs::read_to_string(folder.join(file)).expect("a file");
        let all: Toml = toml::from_str(&text).expect("TOML");
        written(&Value::Table(all), &TOP, &mut seen);
    }
    let missing: Vec<String> = tables()
        .into_iter()
        // Its keys are those of other tables.
        .filter(|table| table.name != "defaults")
        .flat_map(|table| table.keys.iter().map(move |key| (table.name, key.name)))
        .filter(|key| !seen.contains(key))
        .map(|(table, key)| format!("{table}.{key}"))
        .collect();
    assert!(missing.is_empty(), "{}", missing.join(", "));
}
