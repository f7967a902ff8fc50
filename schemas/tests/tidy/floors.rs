//! Imports inside a package: they point down the floors that its `lib.rs` lists, and no chain of
//! them comes back to its own file.

use std::collections::BTreeMap;

use crate::assert_tidy;
use crate::imports::Package;
use crate::tree::source;

/// Packages whose rooms have floors.
const PACKAGES: &[&str] = &[
    "compiler",
    "dataplane",
    "dataplane/control",
    "dataplane/core",
    "dataplane/routing",
    "dataplane/sim",
    "schemas",
];

/// How the list begins in the first comment of `lib.rs`; `>` stands between two floors.
const LIST: &str = "imports point down:";

/// The rooms of a package and their floors; 0 is the top.
type Floors = BTreeMap<String, usize>;

/// What a package's `lib.rs` says.
fn floors(package: &str) -> Result<Floors, String> {
    let lib = format!("{package}/src/lib.rs");
    let lines = source(&lib).text.lines().take_while(|line| line.starts_with("//!"));
    let comment = lines.map(|line| line[3..].trim()).collect::<Vec<_>>().join("\n");
    let list = comment.split_once(LIST).ok_or_else(|| format!("{lib}:1: no `{LIST}`"))?.1;
    let list = list.split("\n\n").next().unwrap_or_default();
    let mut floors = BTreeMap::new();
    for (floor, rooms) in list.split('>').enumerate() {
        // Only what stands in backquotes names a room.
        for quoted in rooms.split('`').skip(1).step_by(2) {
            for room in quoted.split(|letter: char| !letter.is_alphanumeric() && letter != '_') {
                floors.insert(room.to_owned(), floor);
            }
        }
    }
    Ok(floors)
}

/// The floor of a module: that of its innermost room which is on the list. A name that a room at
/// the top of the package has means that room, wherever else the name occurs.
fn floor_of(package: &Package, floors: &Floors, module: &[String]) -> Option<usize> {
    let rooms = module.iter().enumerate().rev();
    let mut listed = rooms.filter(|(depth, part)| *depth == 0 || !package.has_room(part));
    listed.find_map(|(_, part)| floors.get(part)).copied()
}

#[test]
fn rooms_are_all_on_a_floor() {
    let mut findings = Vec::new();
    for name in PACKAGES {
        let package = Package::open(name);
        match floors(name) {
            Err(finding) => findings.push(finding),
            Ok(floors) => findings.extend(
                package
                    .files()
                    .filter(|(module, _)| !module.is_empty())
                    .filter(|(module, _)| floor_of(&package, &floors, module).is_none())
                    .map(|(_, source)| source.finding(1, "its room is on no floor of lib.rs")),
            ),
        }
    }
    assert_tidy(findings);
}

#[test]
fn imports_point_down() {
    let mut findings = Vec::new();
    for name in PACKAGES {
        let Ok(floors) = floors(name) else { continue };
        let package = Package::open(name);
        for (from, to) in package.edges() {
            let floor = |module| floor_of(&package, &floors, module);
            if let (Some(above), Some(below)) = (floor(&from), floor(&to))
                && above > below
            {
                findings.push(format!("{name}: {} imports {}", from.join("::"), to.join("::")));
            }
        }
    }
    assert_tidy(findings);
}

#[test]
fn imports_form_no_ring() {
    let mut findings = Vec::new();
    for package in PACKAGES {
        let mut below: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (from, to) in Package::open(package).edges() {
            below.entry(from).or_default().push(to);
        }
        // What imports nothing that is left, or is imported by nothing that is left, is part of no
        // ring; and so on, until rings alone are left.
        loop {
            let before = below.values().map(Vec::len).sum::<usize>();
            let importers: Vec<_> = below.keys().cloned().collect();
            let imported: Vec<_> = below.values().flatten().cloned().collect();
            below.retain(|file, imports| {
                imports.retain(|import| importers.contains(import));
                !imports.is_empty() && imported.contains(file)
            });
            if below.values().map(Vec::len).sum::<usize>() == before {
                break;
            }
        }
        findings.extend(below.iter().flat_map(|(from, imports)| {
            imports.iter().map(move |to| {
                format!("{package}: a ring through {} > {}", from.join("::"), to.join("::"))
            })
        }));
    }
    assert_tidy(findings);
}
