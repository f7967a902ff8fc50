//! Names that stand for one thing each: the second use of a name is a finding, an unknown one gets
//! "did you mean".

use std::collections::HashMap;

use crate::diagnostic::{Code, Diagnostic, Findings, Safety};
use crate::document::mend::said_otherwise;
use crate::document::nearest;
use crate::document::value::shown;
use crate::source::{Span, Spanned};

/// Names that are looked at to find similar ones, over all unknown names of a kind: each unknown
/// name costs a look at every known one, and nobody reads suggestions by the thousand.
const NAMES_LOOKED_AT_MAX: usize = 2_000_000;

/// Names that are listed where none is like the unknown one.
const NAMES_LISTED_MAX: usize = 8;

/// Names of one kind of thing.
pub(super) struct Names {
    kind: &'static str,
    unknown: Code,
    /// Narrow numbers and texts without room to grow: there may be millions.
    places: HashMap<Box<str>, (u32, Span)>,
    looks_left: usize,
    /// What there is, once somebody asked.
    listed: Option<String>,
}

/// Whether a text is the place of a file, and no name.
fn is_place(text: &str) -> bool {
    let ends = [".pem", ".crt", ".cer", ".key"];
    text.contains(['/', ':']) || ends.iter().any(|end| text.ends_with(end))
}

impl Names {
    /// No names yet. `kind` is the word for the thing.
    pub(super) fn new(kind: &'static str, unknown: Code) -> Self {
        Self {
            kind,
            unknown,
            places: HashMap::new(),
            looks_left: NAMES_LOOKED_AT_MAX,
            listed: None,
        }
    }

    /// Makes room for so many more.
    pub(super) fn expect(&mut self, count: usize) {
        self.places.reserve(count);
    }

    /// Takes a name in for the thing at `index`; a second use is a finding, and `false`.
    pub(super) fn add(
        &mut self,
        name: &Spanned<String>,
        index: usize,
        findings: &mut Findings,
    ) -> bool {
        if let Some((_, first)) = self.places.get(name.value.as_str()) {
            let message = format!("two {}s are called `{}`", self.kind, shown(&name.value));
            findings.push(
                Diagnostic::new(Code::DefinedTwice, name.span, message)
                    .label("used again")
                    .other(*first, "used here first")
                    .help("give one of them another name; a name stands once over all files"),
            );
            return false;
        }
        let index = u32::try_from(index).unwrap_or(u32::MAX);
        self.places.insert(name.value.as_str().into(), (index, name.span));
        self.listed = None;
        true
    }

    /// The thing with a name.
    pub(super) fn get(&self, name: &str) -> Option<usize> {
        self.places.get(name).map(|(index, _)| *index as usize)
    }

    /// The thing with a name; an unknown one is a finding.
    pub(super) fn find(
        &mut self,
        name: &Spanned<String>,
        findings: &mut Findings,
    ) -> Option<usize> {
        self.find_or_near(name, findings).ok()
    }

    /// The thing with a name; an unknown one is a finding, and the error the thing that was
    /// probably meant.
    pub(super) fn find_or_near(
        &mut self,
        name: &Spanned<String>,
        findings: &mut Findings,
    ) -> Result<usize, Option<usize>> {
        if let Some(index) = self.get(&name.value) {
            return Ok(index);
        }
        let message = format!("unknown {} `{}`", self.kind, shown(&name.value));
        let mut finding = Diagnostic::new(self.unknown, name.span, message)
            .label(format!("no such {}", self.kind));
        let mut near = None;
        if self.looks_left >= self.places.len() {
            self.looks_left -= self.places.len();
            let names = self.places.keys().map(|name| &**name);
            near = nearest(&name.value, names).map(str::to_owned);
        }
        let mut meant = None;
        if let Some(near) = near {
            if let Some((index, place)) = self.places.get(near.as_str()) {
                meant = Some(*index as usize);
                finding = finding.other(*place, "a similar name");
            }
            let help = format!("did you mean `{near}`?");
            let typed = (name.span, name.value.as_str());
            let fix = said_otherwise(Safety::Maybe, help.as_str(), typed, &near);
            finding = finding.help(help).maybe_fix(fix);
        } else if self.kind == "certificate" && is_place(&name.value) {
            finding = finding.help(
                "name a certificate here, and say where its files are in [certificates.NAME]: \
                 `certificate = \"file:/etc/ssl/shop.pem\"`, `key = \"file:/etc/ssl/shop.key\"`",
            );
        } else {
            // All who ask are told the same, so that one look at all names is enough.
            let listed = self.listed.take().unwrap_or_else(|| self.list());
            finding = finding.help(listed.as_str());
            self.listed = Some(listed);
        }
        findings.push(finding);
        Err(meant)
    }

    /// The names that there are, the first few of them.
    fn list(&self) -> String {
        // A backend that is written in its route has no name to be called by.
        let names = self.places.keys().filter(|name| !name.starts_with("route:"));
        let mut names: Vec<&str> = names.map(|name| &**name).collect();
        if names.is_empty() {
            return format!("there is no {} at all", self.kind);
        }
        // Only the smallest are shown, so that only they need an order.
        if names.len() > NAMES_LISTED_MAX {
            names.select_nth_unstable(NAMES_LISTED_MAX);
        }
        let more = names.len().saturating_sub(NAMES_LISTED_MAX);
        names.truncate(NAMES_LISTED_MAX);
        names.sort_unstable();
        let names: Vec<String> = names.iter().map(|name| format!("`{}`", shown(name))).collect();
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        format!("there is {}{more}", names.join(", "))
    }

    /// Moves every thing to a new index.
    pub(super) fn renumber(&mut self, new_index: &[usize]) {
        for (index, _) in self.places.values_mut() {
            let new = new_index.get(*index as usize).and_then(|new| u32::try_from(*new).ok());
            *index = new.unwrap_or(*index);
        }
    }
}
