//! Where many paths of keys of one configuration come from.

use std::collections::HashMap;

use super::effective::{Effective, Node, Origin, label};

/// Keys of a table that are found faster one by one than by an index.
const FEW: usize = 16;

/// Looks origins up, and remembers where the keys of great tables are.
#[derive(Debug)]
pub struct Origins<'e> {
    effective: &'e Effective,
    /// Numbers of keys in their table, by the path of the table.
    tables: HashMap<String, HashMap<String, usize>>,
}

impl<'e> Origins<'e> {
    /// Of a configuration.
    pub fn of(effective: &'e Effective) -> Self {
        Self { effective, tables: HashMap::new() }
    }

    /// Where the value behind a path of keys comes from: names of tables, ids of routes and
    /// targets, and at last the key. Where it is not there, the nearest table around it counts.
    ///
    /// Cost: linear in a table when something in it is asked for first, and then in the path.
    pub fn origin(&mut self, path: &[&str]) -> Option<&'e Origin> {
        let mut entries = &self.effective.entries;
        let mut nearest = None;
        let mut place = String::new();
        let mut path = path.iter();
        while let Some(key) = path.next() {
            let keys = || entries.iter().map(|entry| entry.key.clone());
            let at = match entries.len() {
                0..=FEW => entries.iter().position(|entry| entry.key == *key),
                _ => self.number(&place, key, keys),
            };
            let Some(entry) = at.and_then(|at| entries.get(at)) else { break };
            nearest = Some(&entry.origin);
            descend(&mut place, key);
            match &entry.node {
                Node::Value(_) => break,
                Node::Table(inner) => entries = inner,
                Node::Tables(all) => {
                    let Some(id) = path.next() else { break };
                    let labels = || (0..).zip(all).map(|(at, (_, one))| label(at, one));
                    let at = match all.len() {
                        0..=FEW => labels().position(|label| label == *id),
                        _ => self.number(&place, id, labels),
                    };
                    let Some((origin, inner)) = at.and_then(|at| all.get(at)) else { break };
                    nearest = Some(origin);
                    descend(&mut place, id);
                    entries = inner;
                }
            }
        }
        nearest
    }

    /// The number of a key in the table at a place; the first of those that are alike.
    fn number<I: Iterator<Item = String>>(
        &mut self,
        place: &str,
        key: &str,
        keys: impl Fn() -> I,
    ) -> Option<usize> {
        if !self.tables.contains_key(place) {
            let mut numbers = HashMap::new();
            for (at, key) in keys().enumerate() {
                numbers.entry(key).or_insert(at);
            }
            self.tables.insert(place.to_owned(), numbers);
        }
        self.tables.get(place)?.get(key).copied()
    }
}

/// No key and no name holds a line's end.
fn descend(place: &mut String, key: &str) {
    place.push('\n');
    place.push_str(key);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compile::compile;
    use crate::document::{Folder, load};

    #[test]
    fn great_tables_and_small_ones_say_the_same() {
        for count in [2, 40] {
            let mut text =
                String::from("version = 1\n[listeners.web]\naddress = \"127.0.0.1:80\"\n");
            for at in 0..count {
                text.push_str(&format!(
                    "[backends.b{at}]\ntargets = [{{ id = \"t\", host = \"h.tld\", port = 80 }}]\n"
                ));
            }
            for at in 0..count {
                text.push_str(&format!(
                    "[[routes]]\nid = \"r{at}\"\nmatch = [\"h{at}.tld\"]\nbackend = \"b{at}\"\n"
                ));
            }
            let folder = Folder::memory([("pointsman.toml", text.as_str())]);
            let outcome = compile(load(&folder, "pointsman.toml").expect("a file"), 0);
            let effective = Effective::written(&outcome.sources, |_| true);
            let mut origins = Origins::of(&effective);
            let mut line = |path: &[&str]| origins.origin(path).map(ToString::to_string);
            let last = format!("b{}", count - 1);
            let at = |line: usize| Some(format!("pointsman.toml:{line}"));
            assert_eq!(line(&["backends", &last]), at(2 + 2 * count));
            assert_eq!(line(&["backends", &last, "targets", "t", "port"]), at(3 + 2 * count));
            assert_eq!(line(&["backends", "b1", "targets", "t", "none"]), at(7));
            assert_eq!(line(&["routes", "r1", "backend"]), at(11 + 2 * count));
            assert_eq!(line(&["routes", "r1", "exact"]), at(8 + 2 * count));
            assert_eq!(line(&["nothing"]), None);
        }
    }
}
