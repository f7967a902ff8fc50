//! What of a text with expressions is known while compiling, once its route is known: `route.id` is
//! a text then, and `route.name` is one or is not there.

use std::collections::BTreeMap;

use crate::grammar::expression::{Part, Template, Value};
use crate::grammar::names::Source;

/// What a route says of itself.
#[derive(Clone, Copy, Debug)]
pub struct RouteFacts<'a> {
    /// Its id.
    pub id: &'a str,
    /// Its name.
    pub name: Option<&'a str>,
    /// Its metadata.
    pub metadata: &'a BTreeMap<String, String>,
}

impl<'a> RouteFacts<'a> {
    /// What a name stands for; the outer `None` where only a request tells.
    pub fn value(&self, source: &Source) -> Option<Option<&'a str>> {
        match source {
            Source::RouteId => Some(Some(self.id)),
            Source::RouteName => Some(self.name),
            Source::RouteMetadata(name) => Some(self.metadata.get(name).map(String::as_str)),
            _ => None,
        }
    }
}

/// The text with all filled in that the route tells. What is there ends the alternatives behind it,
/// what is not there is left out. A value without alternatives is its default, and stays a value:
/// in its place it is encoded like one.
pub fn settle(template: &Template, route: &RouteFacts<'_>) -> Template {
    let parts = template.parts.iter().map(|part| match part {
        Part::Literal(_) => part.clone(),
        Part::Value(value) => Part::Value(settled(value, route)),
    });
    Template { parts: parts.collect() }
}

fn settled(value: &Value, route: &RouteFacts<'_>) -> Value {
    let mut alternatives = Vec::new();
    let mut default = value.default.clone();
    for source in &value.alternatives {
        match route.value(source) {
            None => alternatives.push(source.clone()),
            Some(None) => {}
            Some(Some(text)) => {
                default = Some(text.to_owned());
                break;
            }
        }
    }
    Value { alternatives, default, span: value.span.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grammar::expression::parse;

    fn check(text: &str, expected: &str) {
        let metadata = BTreeMap::from([("team".to_owned(), "a/b".to_owned())]);
        let route = RouteFacts { id: "r1", name: None, metadata: &metadata };
        let settled = settle(&parse(text).expect(text), &route);
        let seen: Vec<String> = settled
            .parts
            .iter()
            .map(|part| match part {
                Part::Literal(text) => String::from_utf8_lossy(text).into_owned(),
                Part::Value(value) if value.alternatives.is_empty() => {
                    format!("[{}]", value.default.clone().unwrap_or_default())
                }
                Part::Value(value) => value.to_string(),
            })
            .collect();
        assert_eq!(seen.concat(), expected, "{text}");
    }

    #[test]
    fn settled_text_holds_what_the_route_tells() {
        check("/${route.id}/x", "/[r1]/x");
        check("/${route.metadata.team:x}", "/[a/b]");
        check("/${route.name:none}", "/[none]");
        check("${route.name || route.metadata.no || route.id :: x}", "[r1]");
        check("${req.query.a || route.id || req.method}", "${req.query.a :: r1}");
        check("${route.name || req.query.a :: x}", "${req.query.a :: x}");
        check("${route.name || req.method}", "${req.method}");
        check("${req.method}${now}", "${req.method}${now}");
    }
}
