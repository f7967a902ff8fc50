//! Which file of a package imports which: `use` lines and paths that begin with `crate`, `super`,
//! `self` or a module that the file declares. Re-exports are followed to where the name is made.

use std::collections::{BTreeMap, BTreeSet};

use crate::lexer::is_word;
use crate::tree::{Source, sources};

/// A re-export leads to a re-export at most this often.
const REEXPORTS_DEEP_MAX: usize = 8;

/// The files of one package's `src`, by module path.
pub(crate) struct Package {
    modules: BTreeMap<Vec<String>, Module>,
}

struct Module {
    source: &'static Source,
    imports: Vec<Import>,
}

impl Package {
    /// The package in a folder.
    pub(crate) fn open(folder: &str) -> Self {
        let src = format!("{folder}/src/");
        let files = sources().iter().filter(|source| source.is_product());
        let renamed = renamed(&src);
        let modules = files.filter_map(|source| {
            let path = source.path.strip_prefix(&src)?;
            let mut module = module_of(path);
            if let Some(first) = module.first_mut() {
                *first = renamed.get(first.as_str()).unwrap_or(first).clone();
            }
            let imports = paths(&module, source);
            (path != "main.rs").then_some((module, Module { source, imports }))
        });
        Self { modules: modules.collect() }
    }

    /// Its files and their module paths.
    pub(crate) fn files(&self) -> impl Iterator<Item = (&[String], &'static Source)> {
        self.modules.iter().map(|(module, source)| (module.as_slice(), source.source))
    }

    /// Whether a room at the top has this name.
    pub(crate) fn has_room(&self, name: &str) -> bool {
        self.modules.keys().any(|module| module.first().is_some_and(|first| first == name))
    }

    /// What each file imports from the others: pairs of module paths.
    pub(crate) fn edges(&self) -> BTreeSet<(Vec<String>, Vec<String>)> {
        let mut edges = BTreeSet::new();
        for (module, Module { imports, .. }) in &self.modules {
            for path in imports.iter().filter(|path| !path.is_reexport) {
                let target = self.resolve(&path.parts, REEXPORTS_DEEP_MAX);
                if target != *module && !is_list(self.modules.get(&target)) {
                    edges.insert((module.clone(), target));
                }
            }
        }
        edges
    }

    /// The module that makes the name at the end of a path.
    fn resolve(&self, path: &[String], deep: usize) -> Vec<String> {
        let known = (0..=path.len()).rev().find(|len| self.modules.contains_key(&path[..*len]));
        let (module, rest) = path.split_at(known.unwrap_or(0));
        let (Some(name), Some(Module { source, imports })) =
            (rest.first(), self.modules.get(module))
        else {
            return module.to_vec();
        };
        if deep == 0 || defines(source, name) {
            return module.to_vec();
        }
        for reexport in imports.iter().filter(|path| path.is_reexport) {
            match reexport.parts.split_last() {
                Some((last, folder)) if last == "*" => {
                    let found = self.resolve(&[folder, rest].concat(), deep - 1);
                    if self.modules.get(&found).is_some_and(|found| defines(found.source, name)) {
                        return found;
                    }
                }
                Some((last, _)) if last == name => return self.resolve(&reexport.parts, deep - 1),
                _ => {}
            }
        }
        module.to_vec()
    }
}

/// Folders that `lib.rs` gives another name, since theirs is a keyword: `match` to `matching`.
fn renamed(src: &str) -> BTreeMap<String, String> {
    let lib = sources().iter().find(|source| source.path == format!("{src}lib.rs"));
    let attributes = lib.map_or("", |lib| lib.text.as_str()).split("#[path = \"").skip(1);
    let pairs = attributes.filter_map(|rest| {
        let (folder, rest) = rest.split_once("/mod.rs\"]")?;
        let name = rest.split_once("mod ")?.1.split(';').next()?;
        Some((folder.to_owned(), name.to_owned()))
    });
    pairs.collect()
}

/// `mod.rs` and `lib.rs` only list: who imports through them imports what they list.
fn is_list(module: Option<&Module>) -> bool {
    module.is_none_or(|module| matches!(module.source.name(), "mod.rs" | "lib.rs"))
}

fn module_of(path: &str) -> Vec<String> {
    let stem = path.trim_end_matches(".rs");
    let parts = stem.split('/').map(str::to_owned).collect::<Vec<_>>();
    match parts.split_last() {
        Some((last, [])) if last == "lib" => Vec::new(),
        Some((last, folder)) if last == "mod" => folder.to_vec(),
        _ => parts,
    }
}

/// Whether a file makes an item with this name.
fn defines(source: &Source, name: &str) -> bool {
    ["struct", "enum", "trait", "type", "fn", "const", "static", "union", "macro_rules!"]
        .iter()
        .any(|kind| {
            let item = format!("{kind} {name}");
            source
                .code
                .match_indices(&item)
                .any(|(at, _)| !source.code[at + item.len()..].bytes().next().is_some_and(is_word))
        })
}

struct Import {
    parts: Vec<String>,
    is_reexport: bool,
}

/// Every path of a file that leads into its own package, from the package's root.
fn paths(module: &[String], source: &Source) -> Vec<Import> {
    let code = source.code.as_str();
    let declared = declared(code);
    let mut found = Vec::new();
    let mut at = 0;
    while at < code.len() {
        let word = code[at..].bytes().take_while(|byte| is_word(*byte)).count();
        if word == 0 {
            at += code[at..].chars().next().map_or(1, char::len_utf8);
            continue;
        }
        let name = &code[at..at + word];
        let before = code[..at].trim_end();
        let starts = !before.ends_with("::") || before.ends_with(" ::");
        let leads = matches!(name, "crate" | "super" | "self") || declared.contains(name);
        if starts && leads && code[at + word..].starts_with("::") {
            let statement = code[..at].rsplit([';', '}']).next().unwrap_or_default();
            let is_reexport =
                statement.contains("pub use ") || statement.contains("pub(crate) use ");
            let mut parts = Vec::new();
            let end = tree(&code[at..], &mut Vec::new(), &mut parts);
            found.extend(
                parts.into_iter().map(|parts| Import {
                    parts: absolute(module, &parts, &declared),
                    is_reexport,
                }),
            );
            at += end.max(word);
        } else {
            at += word;
        }
    }
    found
}

/// The modules that a file declares.
fn declared(code: &str) -> BTreeSet<&str> {
    let lines = code.lines().filter_map(|line| line.trim().strip_suffix(';'));
    let names = lines.filter_map(|line| {
        let line = line.trim_start_matches("pub(crate) ").trim_start_matches("pub ");
        line.trim_start_matches("pub(super) ").strip_prefix("mod ")
    });
    names.collect()
}

/// Reads `a::{b::c, d}` into its paths; gives back how long it is.
fn tree(code: &str, prefix: &mut Vec<String>, out: &mut Vec<Vec<String>>) -> usize {
    let depth = prefix.len();
    let mut at = 0;
    loop {
        let rest = &code[at..];
        at += rest.len() - rest.trim_start().len();
        let rest = &code[at..];
        if rest.starts_with('{') {
            at += 1;
            loop {
                at += code[at..].bytes().take_while(|byte| b", \n\r\t".contains(byte)).count();
                if code[at..].starts_with('}') || at >= code.len() {
                    at = (at + 1).min(code.len());
                    break;
                }
                let len = tree(&code[at..], prefix, out);
                at += len;
                if len == 0 {
                    break;
                }
                // `as name` after a path names it anew and leads nowhere.
                if let Some(alias) = code[at..].strip_prefix(" as ") {
                    at += 4 + alias.bytes().take_while(|byte| is_word(*byte)).count();
                }
            }
            break;
        }
        let len = match rest.as_bytes().first() {
            Some(b'*') => 1,
            _ => rest.bytes().take_while(|byte| is_word(*byte)).count(),
        };
        if len == 0 {
            break;
        }
        prefix.push(rest[..len].to_owned());
        at += len;
        if !code[at..].starts_with("::") {
            out.push(prefix.clone());
            break;
        }
        at += 2;
    }
    prefix.truncate(depth);
    at
}

fn absolute(module: &[String], path: &[String], declared: &BTreeSet<&str>) -> Vec<String> {
    let mut base = module.to_vec();
    let mut rest = path;
    match rest.first().map(String::as_str) {
        Some("crate") => {
            base.clear();
            rest = &rest[1..];
        }
        Some(name) if declared.contains(name) => {}
        _ => {
            while let Some(("super" | "self", tail)) =
                rest.split_first().map(|(first, tail)| (first.as_str(), tail))
            {
                if rest[0] == "super" {
                    base.pop();
                }
                rest = tail;
            }
        }
    }
    // `use a::b::{self}` means `a::b`.
    let rest = rest.iter().filter(|part| part.as_str() != "self").cloned();
    base.into_iter().chain(rest).collect()
}

#[test]
fn tree_braces_become_paths() {
    let mut out = Vec::new();
    tree("crate::{a::B, c::{self, D as E}, f::*};", &mut Vec::new(), &mut out);
    let paths: Vec<_> = out.iter().map(|parts| parts.join("::")).collect();
    assert_eq!(paths, ["crate::a::B", "crate::c::self", "crate::c::D", "crate::f::*"]);
}
