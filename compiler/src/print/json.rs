//! The effective configuration for machines: plain values, and beside them where each comes from.

use serde_json::{Map, Value as Json, json};

use super::effective::{Effective, Entry, Node, Origin};

impl Effective {
    /// `{"config": …, "origins": {"/backends/shop/rewrite": "pointsman.toml:12"}}`: values nested
    /// as in TOML, and a flat map from the JSON pointer (RFC 6901) of each of them to its origin.
    /// Without `origins` the configuration alone.
    pub fn to_json(&self, origins: bool) -> Json {
        let mut places = Map::new();
        let config = table("", &self.entries, &mut places);
        if origins {
            json!({ "config": config, "origins": places })
        } else {
            json!({ "config": config })
        }
    }
}

fn table(pointer: &str, entries: &[Entry], places: &mut Map<String, Json>) -> Json {
    let mut map = Map::new();
    for Entry { key, origin, node } in entries {
        let pointer = format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"));
        let value = match node {
            Node::Value(value) => {
                place(&pointer, origin, places);
                value.clone()
            }
            Node::Table(inner) => {
                if inner.is_empty() {
                    place(&pointer, origin, places);
                }
                table(&pointer, inner, places)
            }
            Node::Tables(all) => {
                let each = (0..).zip(all).map(|(at, (origin, inner)): (usize, _)| {
                    let pointer = format!("{pointer}/{at}");
                    place(&pointer, origin, places);
                    table(&pointer, inner, places)
                });
                Json::Array(each.collect())
            }
        };
        map.insert(key.clone(), value);
    }
    Json::Object(map)
}

fn place(pointer: &str, origin: &Origin, places: &mut Map<String, Json>) {
    places.insert(pointer.to_owned(), json!(origin.to_string()));
}
