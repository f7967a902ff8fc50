//! One file of the configuration as written.

use super::backend::{self, Backend};
use super::fields;
use super::keys::ROOT;
use super::listener::{self, Listener};
use super::parse::{Item, Table, Tree, View};
use super::reader::Reader;
use super::record::Record;
use super::route::{self, Route};
use super::settings::{self, Settings};
use super::test::{self, Test};
use super::value;
use crate::diagnostic::{Code, Diagnostic, Findings, Fix};
use crate::source::Spanned;

/// Everything that one file says, or several together.
#[derive(Clone, Debug, Default)]
pub struct Document {
    /// `include` of the first file.
    pub include: Vec<Spanned<String>>,
    /// What holds for the whole host.
    pub settings: Settings,
    /// `[listeners]`.
    pub listeners: Vec<Listener>,
    /// `[backends]`.
    pub backends: Vec<(Spanned<String>, Backend)>,
    /// `[[routes]]`.
    pub routes: Vec<Route>,
    /// `[[tests]]`.
    pub tests: Vec<Test>,
    /// Tables at the top that go on as they are written: `[defaults]`, `[node]`, `[acme]`,
    /// `[registry]`, `[certificates]`, `[services]`.
    pub tables: Option<Record>,
    /// Whether a key at the top was found wrong: then what it was meant to bring is missing.
    pub damaged: bool,
    /// Whether anything in `tables` was found wrong, and left out.
    pub tables_damaged: bool,
}

/// Which file it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// The one that was named, or `pointsman.toml`.
    First,
    /// One that the first includes.
    Included,
}

impl Document {
    pub(super) fn read(tree: &Tree<'_>, role: Role, findings: &mut Findings) -> Self {
        let table = tree.top();
        let mut top = match role {
            Role::First => Reader::new(table, &ROOT, table.span(), findings),
            Role::Included => Reader::part(table, &ROOT, findings),
        };
        let mut document = Self { damaged: top.is_damaged(), ..Self::default() };
        match role {
            Role::First => {
                read_version(table, top.findings());
                document.include = top.texts("include").map(|list| list.value).unwrap_or_default();
            }
            Role::Included => refuse_first_keys(table, top.findings()),
        }
        document.settings = settings::read(&mut top);
        let errors_before = top.findings().errors();
        let tables = fields::read(&mut top, |key| key.name == "defaults" || key.feature.is_some());
        document.tables_damaged = top.findings().errors() > errors_before;
        document.tables = Some(tables).filter(|record| !record.is_empty());
        let errors_before = top.findings().errors();
        let listeners = top.by_name("listeners");
        document.damaged |= top.findings().errors() > errors_before;
        for (name, table) in listeners {
            document.listeners.push(listener::read(name, table, top.findings()));
        }
        for (name, table) in top.by_name("backends") {
            if let Err(problem) = value::name(&name.value) {
                top.problem(Code::BadName, name.span, problem);
            }
            let backend = backend::read(Some(&name.value), table, name.span, top.findings());
            document.backends.push((name, backend));
        }
        if let Some(tables) = top.tables("routes") {
            document.routes.reserve_exact(tables.value.len());
            for table in tables.value {
                document.routes.push(route::read(table, top.findings()));
            }
        } else if table.get("routes").is_some() {
            document.damaged = true;
        }
        if let Some(tables) = top.tables("tests") {
            for table in tables.value {
                document.tests.extend(test::read(table, top.findings()));
            }
        }
        document
    }
}

fn read_version(table: Table<'_>, findings: &mut Findings) {
    let Some(item) = table.get("version") else { return };
    let refuse = |code, message: String, item: Item<'_>, findings: &mut Findings| {
        let is_sure = matches!(item.view(), View::Text("1"));
        let fix = is_sure.then(|| Fix::safe("write version = 1", item.span(), "1"));
        let finding = Diagnostic::new(code, item.span(), message);
        findings.push(finding.help("write version = 1").maybe_fix(fix));
    };
    match item.view() {
        View::Integer(Some(1)) => {}
        View::Integer(number) => {
            let number = number.map_or_else(|| "this".to_owned(), |number| number.to_string());
            let message = format!("version {number} of the language is not known here");
            refuse(Code::BadVersion, message, item, findings);
        }
        found => {
            let message = format!("`version` must be a whole number, not {}", found.name());
            refuse(Code::WrongType, message, item, findings);
        }
    }
}

fn refuse_first_keys(table: Table<'_>, findings: &mut Findings) {
    for (name, _) in table.entries() {
        if matches!(name.value, "version" | "include") {
            let message = format!("`{}` stands in the first file alone", name.value);
            findings.push(
                Diagnostic::new(Code::FirstFileOnly, name.span, message)
                    .help("remove it here; an included file may hold everything else"),
            );
        }
    }
}
