//! The reference page of the language, made from the table of keys alone.

use std::fmt::Write as _;

use super::keys::{Form, Key, Kind, Need, ROOT, Table, Zero};
use super::value::{show_duration, show_size};
use crate::grammar::expression::known_names;

/// The page as Markdown.
pub fn render() -> String {
    let mut out = String::from(
        "# Every key of the configuration\n\n\
         Made from the table of keys, and checked against it. `pointsman schema` prints the same as a\n\
         JSON Schema for editors, and `examples/every-key` has all of it in one folder.\n\n\
         A key without a default may be left out. *Needs* names what an edge must have: an edge that\n\
         lacks it refuses the artifact by that name. Durations are a whole number and one of `ms`,\n\
         `s`, `m`, `h`, `d`; sizes one of `B`, `KiB`, `MiB`, `GiB`. What stands in `${…}` is told at the\n\
         [end](#expressions).\n",
    );
    let tables = tables();
    out.push_str("\n## Tables\n\n");
    for table in &tables {
        let _ = writeln!(out, "- [{}](#{})", title(table), anchor(table));
    }
    for table in &tables {
        let _ =
            write!(out, "\n## {}\n\n<a id=\"{}\"></a>{}\n", title(table), anchor(table), table.doc);
        for key in table.keys {
            write_key(&mut out, key);
        }
    }
    write_expressions(&mut out);
    out
}

fn write_expressions(out: &mut String) {
    out.push_str(
        "\n## Expressions\n\n\
         <a id=\"expressions\"></a>In texts with expressions `${NAME}` is replaced by a value, once, and \
         encoded for where it stands. `${A || B}` is the first that is there, be it empty; \
         `${A || B :: DEFAULT}` and `${A:DEFAULT}` say what stands there where none is. A value that a \
         request may lack needs a default, or an alternative that is always there. In `[[tests]]` and \
         `explain` the clock stands at 1970-01-01T00:00:00Z; `explain --now` says another time.\n\n\
         | name | value | needs a default |\n|---|---|---|\n",
    );
    for (name, doc, may_lack) in known_names() {
        let needs = if may_lack { "yes" } else { "" };
        let _ = writeln!(out, "| `{name}` | {doc} | {needs} |");
    }
}

fn title(table: &Table) -> String {
    if table.header.starts_with('[') {
        format!("`{}`", table.header)
    } else {
        table.name.to_owned()
    }
}

fn anchor(table: &Table) -> String {
    format!("table-{}", table.name)
}

/// Every table that can be reached from the top, each once.
pub fn tables() -> Vec<&'static Table> {
    let mut found = vec![&ROOT];
    let mut at = 0;
    while let Some(table) = found.get(at).copied() {
        for key in table.keys {
            each_table(&key.kind, &mut |inner| {
                if !found.iter().any(|known| std::ptr::eq(*known, inner)) {
                    found.push(inner);
                }
            });
        }
        at += 1;
    }
    found
}

fn each_table(kind: &'static Kind, take: &mut impl FnMut(&'static Table)) {
    match kind {
        Kind::Table(inner) | Kind::Tables(inner) | Kind::Named(inner) => take(inner),
        Kind::List(inner) | Kind::OneOrMore(inner) => each_table(inner, take),
        Kind::Either(kinds) => kinds.iter().for_each(|kind| each_table(kind, take)),
        _ => {}
    }
}

fn write_key(out: &mut String, key: &Key) {
    let _ = write!(out, "\n### `{}`\n\n{}\n\n", key.name, key.doc);
    let _ = write!(out, "- Type: {}", kind(&key.kind));
    if key.need == Need::Required {
        out.push_str("; must be there");
    }
    if let Some(default) = key.default {
        let _ = write!(out, "\n- Default: `{default}`");
    }
    if let Some(range) = range(&key.kind) {
        let _ = write!(out, "\n- Range: {range}");
    }
    let _ = write!(out, "\n- Since: {}", key.since);
    if let Some(feature) = key.feature {
        let _ = write!(out, "\n- Needs: {feature}");
    }
    let example = example(key);
    let beside = if key.beside.is_empty() { String::new() } else { format!("{}\n", key.beside) };
    let _ = write!(out, "\n\n```toml\n{beside}{} = {example}\n```\n", key.name);
}

/// What may stand behind a key: its example, else its default.
pub fn example(key: &Key) -> &'static str {
    if key.example.is_empty() { key.default.unwrap_or("\"text\"") } else { key.example }
}

fn kind(of: &Kind) -> String {
    match of {
        Kind::Text(form) => form.noun().to_owned(),
        Kind::Flag => "`true` or `false`".to_owned(),
        Kind::Integer { .. } => "whole number".to_owned(),
        Kind::Number { .. } => "number".to_owned(),
        Kind::Duration { .. } => "duration".to_owned(),
        Kind::Size { .. } => "size".to_owned(),
        Kind::Choice(choices) => {
            let words: Vec<String> = choices
                .iter()
                .map(|choice| match choice.feature {
                    Some(feature) => format!("`\"{}\"` (needs {feature})", choice.word),
                    None => format!("`\"{}\"`", choice.word),
                })
                .collect();
            format!("one of {}", words.join(", "))
        }
        Kind::List(inner) => format!("list of: {}", kind(inner)),
        Kind::OneOrMore(inner) => format!("{}, or a list of such", kind(inner)),
        Kind::Table(inner) => format!("table [{}](#{})", title(inner), anchor(inner)),
        Kind::Tables(inner) => format!("list of tables [{}](#{})", title(inner), anchor(inner)),
        Kind::Named(inner) => format!("tables by name [{}](#{})", title(inner), anchor(inner)),
        Kind::Words { keys, values } => {
            let keys = if *keys == Form::Any { "free keys" } else { keys.noun() };
            format!("table: {keys} to {}", values.noun())
        }
        Kind::Either(kinds) => {
            let kinds: Vec<String> = kinds.iter().map(kind).collect();
            kinds.join(", or ")
        }
    }
}

fn range(of: &Kind) -> Option<String> {
    let zero = |zero: Zero| if zero == Zero::Off { "; 0: off" } else { "" };
    match of {
        Kind::Integer { min, max } => Some(format!("{min} to {max}")),
        Kind::Number { min, max } => Some(format!("{min} to {max}")),
        Kind::Duration { zero: off, min_ms, max_ms } => {
            Some(format!("{} to {}{}", show_duration(*min_ms), show_duration(*max_ms), zero(*off)))
        }
        Kind::Size { zero: off, min_bytes, max_bytes } if *max_bytes < 1 << 40 => {
            Some(format!("{} to {}{}", show_size(*min_bytes), show_size(*max_bytes), zero(*off)))
        }
        Kind::Size { zero: off, min_bytes, .. } => {
            Some(format!("from {}{}", show_size(*min_bytes), zero(*off)))
        }
        Kind::List(inner) | Kind::OneOrMore(inner) => range(inner),
        _ => None,
    }
}
