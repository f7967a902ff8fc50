//! Files in memory, and the links among them: what a folder is when it does not lie on disk.

use std::collections::BTreeMap;
use std::ops::Bound;

use super::entry::{Entry, EntryKind, ReadFault};
use crate::limits::LINKS_FOLLOWED_MAX;

/// Files by name, and links by name with the path that each holds. Names are relative, with `/`.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    files: BTreeMap<String, Vec<u8>>,
    links: BTreeMap<String, String>,
}

impl Tree {
    /// A tree of these files, and links that hold these paths.
    pub fn new(files: BTreeMap<String, Vec<u8>>, links: BTreeMap<String, String>) -> Self {
        Self { files, links }
    }

    /// The same with other contents of some of its files.
    pub(super) fn extend(&mut self, changed: BTreeMap<String, Vec<u8>>) {
        self.files.extend(changed);
    }

    /// The bytes of a file, links followed.
    ///
    /// Errors: there is none, or it lies outside.
    pub(super) fn file(&self, name: &str) -> Result<(String, &[u8]), ReadFault> {
        let name = self.resolved(name)?;
        match self.files.get(&name) {
            Some(bytes) => Ok((name, bytes)),
            None => Err(ReadFault::Missing),
        }
    }

    /// Whether a folder lies outside, so that nobody can tell what it holds.
    pub(super) fn is_beyond(&self, folder: &str) -> bool {
        matches!(self.resolved(folder), Err(ReadFault::Outside))
    }

    /// The entries of a folder, sorted, and so many at most.
    pub(super) fn entries(&self, folder: &str, most: usize) -> Vec<Entry> {
        let Ok(folder) = self.resolved(folder) else { return Vec::new() };
        let prefix = if folder.is_empty() { folder } else { format!("{folder}/") };
        let mut entries = children(&self.files, &prefix, most);
        for mut entry in children(&self.links, &prefix, most) {
            if entry.kind == EntryKind::File {
                let name = entry.name.as_deref().unwrap_or_default();
                entry.kind = self.kind(&format!("{prefix}{name}"));
                entry.link = true;
            }
            entries.push(entry);
        }
        entries.sort();
        entries.dedup();
        entries.truncate(most);
        entries
    }

    /// What a link stands for.
    fn kind(&self, link: &str) -> EntryKind {
        let Ok(name) = self.resolved(link) else { return EntryKind::Other };
        if self.files.contains_key(&name) {
            return EntryKind::File;
        }
        let below = if name.is_empty() { name } else { format!("{name}/") };
        let holds = |keys: Vec<Entry>| !keys.is_empty();
        let is_folder =
            holds(children(&self.files, &below, 1)) || holds(children(&self.links, &below, 1));
        if is_folder { EntryKind::Folder } else { EntryKind::Other }
    }

    /// The one true name behind a name. A path from the root of the system is not in the tree.
    fn resolved(&self, name: &str) -> Result<String, ReadFault> {
        if self.links.is_empty() {
            return Ok(name.to_owned());
        }
        let mut left: Vec<&str> = name.split('/').rev().collect();
        let mut at = String::new();
        let mut followed = 0;
        while let Some(part) = left.pop() {
            match part {
                "" | "." => continue,
                ".." if at.is_empty() => return Err(ReadFault::Outside),
                ".." => at.truncate(at.rfind('/').unwrap_or(0)),
                part => {
                    let up = at.len();
                    if !at.is_empty() {
                        at.push('/');
                    }
                    at.push_str(part);
                    let Some(path) = self.links.get(&at) else { continue };
                    followed += 1;
                    if followed > LINKS_FOLLOWED_MAX {
                        let why = format!("more than {LINKS_FOLLOWED_MAX} links on the way");
                        return Err(ReadFault::System(why));
                    }
                    if path.starts_with('/') {
                        return Err(ReadFault::Outside);
                    }
                    at.truncate(up);
                    left.extend(path.split('/').rev());
                }
            }
        }
        Ok(at)
    }
}

/// What stands directly below `prefix`. What a folder holds is stepped over, not looked through.
fn children<T>(of: &BTreeMap<String, T>, prefix: &str, most: usize) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut from = Bound::Included(prefix.to_owned());
    while entries.len() < most {
        let start = from.as_ref().map(String::as_str);
        let Some((name, _)) = of.range::<str, _>((start, Bound::Unbounded)).next() else { break };
        let Some(rest) = name.strip_prefix(prefix) else { break };
        let (own, kind) = match rest.split_once('/') {
            Some((folder, _)) => {
                // `0` is what comes behind `/`.
                from = Bound::Included(format!("{prefix}{folder}0"));
                (folder, EntryKind::Folder)
            }
            None => {
                from = Bound::Excluded(name.clone());
                (rest, EntryKind::File)
            }
        };
        entries.push(Entry { name: Some(own.to_owned()), kind, link: false });
    }
    entries
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn tree(files: &[&str], links: &[(&str, &str)]) -> Tree {
        let files = files.iter().map(|name| ((*name).to_owned(), name.as_bytes().to_vec()));
        let links = links.iter().map(|(name, path)| ((*name).to_owned(), (*path).to_owned()));
        Tree::new(files.collect(), links.collect())
    }

    fn named(entries: &[Entry]) -> Vec<(&str, EntryKind, bool)> {
        let named = |one: &Entry| (one.kind, one.link);
        let row = |one| {
            let (kind, link) = named(one);
            (one.name.as_deref().unwrap_or_default(), kind, link)
        };
        entries.iter().map(row).collect()
    }

    #[test]
    fn entries_are_what_stands_directly_below() {
        use EntryKind::{File, Folder, Other};
        let tree = tree(
            &["a.toml", "a-b", "a/x", "a/y/z", "a0", "b/c/d"],
            &[("a/l", "../b"), ("m", "a/x"), ("n", "/etc"), ("o", ".."), ("p/q", "gone")],
        );
        let all = tree.entries("", 99);
        assert_eq!(
            named(&all),
            [
                ("a", Folder, false),
                ("a-b", File, false),
                ("a.toml", File, false),
                ("a0", File, false),
                ("b", Folder, false),
                ("m", File, true),
                ("n", Other, true),
                ("o", Other, true),
                ("p", Folder, false),
            ]
        );
        assert_eq!(tree.entries("", 3).len(), 3);
        let a = tree.entries("a", 99);
        assert_eq!(named(&a), [("l", Folder, true), ("x", File, false), ("y", Folder, false)]);
        assert_eq!(named(&tree.entries("a/l", 99)), [("c", Folder, false)]);
        assert!(tree.entries("n", 99).is_empty() && tree.entries("nowhere", 99).is_empty());
        assert!(tree.is_beyond("n") && tree.is_beyond("o/x") && !tree.is_beyond("a/l"));
    }

    #[test]
    fn links_are_followed_inside_and_never_round_and_round() {
        let tree = tree(
            &["real/x.toml"],
            &[("routes", "real"), ("a", "b"), ("b", "a"), ("up", "../edge/real"), ("r", "./real/")],
        );
        for name in ["real/x.toml", "routes/x.toml", "r/x.toml"] {
            let (known, bytes) = tree.file(name).expect(name);
            assert_eq!((known.as_str(), bytes), ("real/x.toml", &b"real/x.toml"[..]));
        }
        assert!(matches!(tree.file("a/x"), Err(ReadFault::System(_))));
        assert_eq!(tree.file("up/x.toml").err(), Some(ReadFault::Outside));
        assert_eq!(tree.file("routes").err(), Some(ReadFault::Missing));
    }

    proptest! {
        #[test]
        fn any_links_end(
            files in proptest::collection::vec("[ab./]{1,6}", 0..6),
            links in proptest::collection::btree_map("[ab./]{1,5}", "[ab./]{0,6}", 0..6),
            name in "[ab./]{0,8}",
        ) {
            let files = files.into_iter().map(|name| (name, Vec::new())).collect();
            let tree = Tree::new(files, links);
            let _ = tree.file(&name);
            prop_assert!(tree.entries(&name, 5).len() <= 5);
        }
    }
}
