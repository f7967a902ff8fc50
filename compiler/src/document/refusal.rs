//! What is said of a key or value that cannot stand where it stands. Decides nothing.

use std::collections::HashMap;

use super::foreign::{Foreign, elsewhere, foreign};
use super::keys::{self, Kind, Need};
use super::meant::{self, Meant};
use super::mend::said_otherwise;
use super::nearest::{folded, nearest};
use super::parse::{Item, View};
use super::secret::is_sensitive;
use super::value::shown;
use crate::diagnostic::{Code, Diagnostic, Findings, Fix, Safety};
use crate::source::{Span, Spanned};

/// The finding for a list that must not be empty.
pub(super) fn empty(name: &str, span: Span) -> Diagnostic {
    let help = match name {
        "match" => "a route without a pattern takes no request; write one or more",
        "targets" => "a backend without targets answers nothing; write one or more",
        "address" => "write one or more addresses",
        _ => "leave the key out for all of them",
    };
    Diagnostic::new(Code::EmptyList, span, format!("`{name}` is empty")).help(help)
}

/// The finding for a value of another type.
pub(super) fn wrong_type(
    name: &str,
    expected: &str,
    item: Item<'_>,
    help: impl Into<String>,
) -> Diagnostic {
    let message = format!("`{name}` must be {expected}, not {}", item.view().name());
    Diagnostic::new(Code::WrongType, item.span(), message).help(help)
}

/// The finding for a value of another type, with what was meant by it.
pub(super) fn instead(
    name: &str,
    expected: &str,
    item: Item<'_>,
    (help, meant): (String, Option<Meant>),
) -> Diagnostic {
    let fix = meant.map(|(safety, text)| Fix::new(safety, help.as_str(), item.span(), text));
    wrong_type(name, expected, item, help).maybe_fix(fix)
}

/// The finding for a value where text belongs.
pub(super) fn no_text(name: &str, item: Item<'_>) -> Diagnostic {
    let mut finding = instead(name, "text", item, meant::text(item));
    if is_sensitive(name) {
        // No help may say it again.
        let help = "write it in quotes";
        finding.fixes.iter_mut().for_each(|fix| fix.message = help.to_owned());
        finding = finding.help(help);
    }
    finding
}

/// The finding for a value where a list belongs.
pub(super) fn no_list(name: &str, item: Item<'_>) -> Diagnostic {
    let View::Text(text) = item.view() else {
        return wrong_type(name, "a list", item, format!("write `{name} = [\"…\"]`"));
    };
    let Span { file, start, end } = item.span();
    let help = format!("write [\"{}\"]", shown(text));
    let fix = Fix::safe(help.as_str(), Span { file, start, end: start }, "[");
    let fix = fix.and(Span { file, start: end, end }, "]");
    wrong_type(name, "a list", item, help).fix(fix)
}

/// The finding for a value where a table of some kind belongs; the example is one, as TOML.
pub(super) fn no_table(name: &str, (kind, example): (&Kind, &str), item: Item<'_>) -> Diagnostic {
    if let Kind::Table(rows) = kind
        && let Some(table) = meant::one_key(rows, &item)
    {
        let help = format!("write `{name} = {}`", shown(&table));
        let fix = Fix::maybe(help.as_str(), item.span(), table);
        return wrong_type(name, "a table", item, help).fix(fix);
    }
    let example = if example.is_empty() { "{ KEY = VALUE }" } else { example };
    let help = match (item.view(), kind) {
        (View::List(_), Kind::Named(rows)) => meant::named(rows, &item),
        (View::List(_), _) => format!("write `{name} = {example}`, once"),
        (_, Kind::Table(rows)) if rows.keys.iter().any(|key| key.need == Need::Required) => {
            let needed = rows.keys.iter().filter(|key| key.need == Need::Required);
            let needed: Vec<String> =
                needed.map(|key| format!("{} = {}", key.name, key.example)).collect();
            format!("write `{name} = {{ {} }}`, or a header of its own", needed.join(", "))
        }
        _ => format!("write `{name} = {example}`, or a header of its own"),
    };
    wrong_type(name, "a table", item, help)
}

/// What a table stands in: how its header reads.
#[derive(Clone, Copy, Debug)]
pub(super) enum Inside<'t> {
    /// A table of the file itself, or one without a name.
    File,
    /// A table with this name, or one in it.
    Named(&'t str),
    /// A table of `[defaults]`.
    Defaults,
}

impl<'t> Inside<'t> {
    /// What the tables stand in that stand in a table of these rows.
    pub(super) fn inner(self, rows: &keys::Table) -> Self {
        if rows.name == keys::DEFAULTS.name { Inside::Defaults } else { self }
    }

    /// The header of a table that stands here, as it is written.
    pub(super) fn header(self, rows: &keys::Table) -> String {
        match self {
            Inside::File => rows.header.to_owned(),
            Inside::Named(name) => rows.header.replacen("NAME", &shown(name), 1),
            Inside::Defaults => ["backends.NAME", "listeners.NAME"]
                .into_iter()
                .fold(rows.header.to_owned(), |header, own| header.replacen(own, "defaults", 1)),
        }
    }

    /// The header of a table that stands in the same one, or around it; of another where none does.
    fn beside(self, own: &keys::Table, other: &keys::Table) -> String {
        let owner = |rows: &keys::Table| {
            let header = rows.header.trim_start_matches('[');
            header.split_once(".NAME").map(|(owner, _)| owner)
        };
        match self {
            _ if own.name == keys::DEFAULTS.name => format!("[defaults.{}]", other.name),
            Inside::Defaults => self.header(other),
            _ if owner(own).is_some() && owner(own) == owner(other) => self.header(other),
            _ => other.header.to_owned(),
        }
    }
}

/// The finding for a value where a list of tables belongs, each of the kind `rows`.
pub(super) fn no_tables(name: &str, rows: &'static keys::Table, item: Item<'_>) -> Diagnostic {
    let (help, fix) = meant::tables(item, rows);
    wrong_type(name, "a list of tables", item, help).maybe_fix(fix)
}

/// The finding for a number that is too small or too large; `number` is `None` where it does not
/// even have 64 bits.
pub(super) fn number_out_of_range(
    name: &str,
    item: Item<'_>,
    number: Option<i64>,
    (min, max): (i64, i64),
) -> Diagnostic {
    let found = number.map_or_else(|| "this number".to_owned(), |number| number.to_string());
    let message = format!("`{name}` is {min} to {max}, not {found}");
    let finding = Diagnostic::new(Code::OutOfRange, item.span(), message);
    match (name, number) {
        // Names, for which a number near by is another name.
        ("port", _) => finding.help("write the port on which the target listens"),
        ("status", _) if (min, max) == (301, 308) => {
            finding.help("it is one of 301, 302, 303, 307, 308")
        }
        ("status", _) => finding.help("write the status that is meant, such as 404"),
        (_, Some(number)) => {
            let near = number.clamp(min, max).to_string();
            let help = format!("the nearest that is allowed: {near}");
            finding.fix(Fix::maybe(help, item.span(), near))
        }
        (_, None) => finding.help(format!("write a number of {min} to {max}")),
    }
}

/// What was meant by a key that its table does not have.
pub(super) enum Guess {
    /// A key of the whole configuration: what to do.
    Misplaced(String),
    /// The same key but for a slip of the pen.
    Near(&'static str),
    /// What another proxy calls like that.
    Foreign(&'static Foreign),
    /// A key of another table.
    Elsewhere(&'static keys::Table),
    /// Nothing that is known.
    Nothing,
}

impl Guess {
    /// What was meant by `name` in a table of that kind.
    pub(super) fn of(rows: &'static keys::Table, name: &str) -> Self {
        if let Some(help) = misplaced(name) {
            return Self::Misplaced(help);
        }
        let near = nearest(name, rows.keys.iter().map(|key| key.name));
        let word = folded(name);
        match (near, foreign(rows, &word), elsewhere(rows, &word)) {
            // The same word in another spelling.
            (Some(near), _, _) if near == word => Self::Near(near),
            (_, Some(foreign), _) => Self::Foreign(foreign),
            // One of what is a list here.
            (Some(near), _, _) if near.strip_suffix('s') == Some(&word) => Self::Near(near),
            (_, _, Some(table)) => Self::Elsewhere(table),
            (Some(near), _, _) => Self::Near(near),
            (None, None, None) => Self::Nothing,
        }
    }

    /// Keys of the table itself that were meant: they are not missing too.
    pub(super) fn keys(&self) -> Vec<&'static str> {
        match self {
            Self::Near(near) => vec![near],
            Self::Foreign(foreign) => foreign.keys.to_vec(),
            Self::Misplaced(_) | Self::Elsewhere(_) | Self::Nothing => Vec::new(),
        }
    }
}

/// The finding for a key that no table of this kind has.
pub(super) fn unknown_key(
    name: &Spanned<&str>,
    item: Item<'_>,
    (inside, rows): (Inside<'_>, &keys::Table),
    guess: &Guess,
) -> Diagnostic {
    let message = format!("unknown key `{}` in {}", shown(name.value), inside.header(rows));
    let place = if name.span.end > name.span.start { name.span } else { item.span() };
    let mut fix = None;
    let help = match guess {
        Guess::Misplaced(help) => help.clone(),
        Guess::Foreign(foreign) => foreign.help.to_owned(),
        Guess::Elsewhere(table) => {
            format!("`{}` belongs in {}", shown(name.value), inside.beside(rows, table))
        }
        Guess::Near(near) => {
            // The same word in another spelling; another word may be another thing.
            let safety = Safety::of(folded(name.value) == *near);
            let one = one_of_a_list(rows, near, &item);
            let meant = match one {
                Some(_) => format!("{near} = [{}]", shown(item.written())),
                None => (*near).to_owned(),
            };
            let help = match safety {
                Safety::Safe => format!("write `{meant}`"),
                Safety::Maybe => format!("did you mean `{meant}`?"),
            };
            fix = said_otherwise(safety, help.as_str(), (name.span, name.value), near);
            if let Some([before, behind]) = one {
                fix = fix.map(|fix| fix.and(before, "[").and(behind, "]"));
            }
            help
        }
        Guess::Nothing => {
            let known: Vec<String> =
                rows.keys.iter().map(|key| format!("`{}`", key.name)).collect();
            format!("known here: {}", known.join(", "))
        }
    };
    Diagnostic::new(Code::UnknownKey, place, message).help(help).maybe_fix(fix)
}

/// Where the brackets belong around a text that stands alone where the key has a list of such. A
/// secret is never said again.
fn one_of_a_list(rows: &keys::Table, key: &str, item: &Item<'_>) -> Option<[Span; 2]> {
    let is_list = rows.key(key).is_some_and(|key| matches!(key.kind, Kind::List(_)));
    let View::Text(_) = item.view() else { return None };
    let Span { file, start, end } = item.span();
    let places = [Span { file, start, end: start }, Span { file, start: end, end }];
    (is_list && !is_sensitive(key) && !item.written().contains('\n')).then_some(places)
}

/// What to do with a key that no table has, and the whole configuration does: TOML put it into the
/// table whose header stands above it.
pub(super) fn misplaced(name: &str) -> Option<String> {
    let key = keys::ROOT.key(name)?;
    let is_table = matches!(key.kind, Kind::Table(_) | Kind::Tables(_) | Kind::Named(_));
    let help = || format!("`{name}` belongs at the top of the file, before the first `[table]`");
    (!is_table).then(help)
}

/// Warns of a text that stands twice in a list: one of the two was meant to be another.
pub(super) fn warn_of_twice<'t>(
    name: &str,
    texts: impl Iterator<Item = (&'t str, Span)>,
    findings: &mut Findings,
) {
    let mut first: HashMap<&str, Span> = HashMap::new();
    for (text, span) in texts {
        let Some(earlier) = first.get(text) else {
            first.insert(text, span);
            continue;
        };
        let message = format!("`{}` stands twice in `{name}`", shown(text));
        findings.push(
            Diagnostic::new(Code::TwiceInList, span, message)
                .label("again")
                .other(*earlier, "here first")
                .help("leave one of them out"),
        );
    }
}
