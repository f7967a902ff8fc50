//! The JSON Schema of a configuration, for editors; made from the table of keys alone.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::keys::{Form, Key, Kind, Need, ROOT, Table, Zero};
use super::value::{show_duration, show_size};

/// The schema as text, with a line end.
pub fn render() -> String {
    let mut definitions = BTreeMap::new();
    let top = table(&ROOT, &mut definitions);
    let mut schema = Map::new();
    schema.insert("$schema".to_owned(), json!("http://json-schema.org/draft-07/schema#"));
    schema.insert("title".to_owned(), json!("Pointsman configuration, version 1"));
    // An included file has no version of its own, and one schema serves both.
    for (key, value) in top {
        if key != "required" {
            schema.insert(key, value);
        }
    }
    let definitions: Map<String, Value> =
        definitions.into_iter().map(|(name, map)| (name.to_owned(), Value::Object(map))).collect();
    schema.insert("definitions".to_owned(), Value::Object(definitions));
    // Text and numbers alone: there is nothing in it that cannot be written.
    let mut text = serde_json::to_string_pretty(&Value::Object(schema)).unwrap_or_default();
    text.push('\n');
    text
}

type Definitions = BTreeMap<&'static str, Map<String, Value>>;

fn table(table: &'static Table, definitions: &mut Definitions) -> Map<String, Value> {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for key in table.keys {
        properties.insert(key.name.to_owned(), property(key, definitions));
        if key.need == Need::Required {
            required.push(json!(key.name));
        }
    }
    let mut map = Map::new();
    map.insert("type".to_owned(), json!("object"));
    map.insert("description".to_owned(), json!(table.doc));
    map.insert("additionalProperties".to_owned(), json!(false));
    map.insert("properties".to_owned(), Value::Object(properties));
    if !required.is_empty() {
        map.insert("required".to_owned(), Value::Array(required));
    }
    map
}

fn property(key: &'static Key, definitions: &mut Definitions) -> Value {
    let mut value = kind(&key.kind, definitions);
    if let Value::Object(map) = &mut value {
        let doc = match key.default {
            Some(default) => format!("{} Default: {default}.", key.doc),
            None => key.doc.to_owned(),
        };
        map.insert("description".to_owned(), json!(doc));
    }
    value
}

fn kind(kind_of: &'static Kind, definitions: &mut Definitions) -> Value {
    match kind_of {
        Kind::Text(form) => text(*form),
        Kind::Flag => json!({ "type": "boolean" }),
        Kind::Integer { min, max } => json!({ "type": "integer", "minimum": min, "maximum": max }),
        Kind::Number { min, max } => json!({ "type": "number", "minimum": min, "maximum": max }),
        Kind::Duration { zero, min_ms, max_ms } => quantity(
            "^[0-9]+(ms|s|m|h|d)$",
            *zero,
            &show_duration(*min_ms),
            &show_duration(*max_ms),
        ),
        Kind::Size { zero, min_bytes, max_bytes } => quantity(
            "^[0-9]+(B|KiB|MiB|GiB)$",
            *zero,
            &show_size(*min_bytes),
            &show_size(*max_bytes),
        ),
        Kind::Choice(choices) => {
            let words: Vec<&str> = choices.iter().map(|choice| choice.word).collect();
            json!({ "type": "string", "enum": words })
        }
        Kind::List(inner) => json!({ "type": "array", "items": kind(inner, definitions) }),
        Kind::OneOrMore(inner) => {
            let one = kind(inner, definitions);
            json!({ "anyOf": [one, { "type": "array", "items": one, "minItems": 1 }] })
        }
        Kind::Table(inner) => reference(inner, definitions),
        Kind::Tables(inner) => {
            json!({ "type": "array", "items": reference(inner, definitions) })
        }
        Kind::Named(inner) => {
            json!({ "type": "object", "additionalProperties": reference(inner, definitions) })
        }
        Kind::Words { keys, values } => {
            let mut words = json!({ "type": "object", "additionalProperties": text(*values) });
            if !keys.pattern().is_empty()
                && let Value::Object(map) = &mut words
            {
                map.insert("propertyNames".to_owned(), json!({ "pattern": keys.pattern() }));
            }
            words
        }
        Kind::Either(kinds) => {
            let kinds: Vec<Value> = kinds.iter().map(|each| kind(each, definitions)).collect();
            json!({ "anyOf": kinds })
        }
    }
}

fn text(form: Form) -> Value {
    match form.pattern() {
        "" => json!({ "type": "string" }),
        pattern => json!({ "type": "string", "pattern": pattern }),
    }
}

fn quantity(pattern: &str, zero: Zero, min: &str, max: &str) -> Value {
    let range = match zero {
        Zero::Off => format!("{min} to {max}, or 0 for no limit"),
        Zero::Refused => format!("{min} to {max}"),
    };
    json!({ "type": "string", "pattern": pattern, "title": range })
}

/// Each table is defined once; tables may lie in each other in more than one way.
fn reference(inner: &'static Table, definitions: &mut Definitions) -> Value {
    if !definitions.contains_key(inner.name) {
        definitions.insert(inner.name, Map::new());
        let map = table(inner, definitions);
        definitions.insert(inner.name, map);
    }
    json!({ "allOf": [{ "$ref": format!("#/definitions/{}", inner.name) }] })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schema_describes_every_key() {
        let schema: Value = serde_json::from_str(&render()).expect("JSON");
        let route = &schema["definitions"]["route"];
        assert_eq!(route["required"], json!(["id", "match"]));
        assert_eq!(route["properties"]["exact"]["type"], json!("boolean"));
        let address = &schema["definitions"]["listener"]["properties"]["address"];
        assert!(address["anyOf"].is_array());
        let every = |value: &Value| value["description"].is_string();
        assert!(route["properties"].as_object().expect("keys").values().all(every));
    }
}
