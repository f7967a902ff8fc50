//! Deadlines that lie inside each other, and rows of `custom_timeouts` that no path comes to.

use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::document::backend::Client;
use crate::document::record::Record;
use crate::document::value::show_duration;
use crate::language::algebra::{Relation, relate};
use crate::language::table::Table;
use crate::model;
use crate::source::{Span, Spanned};

/// Deadlines where a backend says nothing. Unit: milliseconds.
pub(super) const CLIENT_DEFAULT: model::Client = model::Client {
    connection_timeout_ms: 10_000,
    idle_timeout_ms: 60_000,
    call_timeout_ms: 30_000,
    call_and_stream_timeout_ms: 120_000,
    global_timeout_ms: 30_000,
    cache_connection: true,
};

/// Rows that are compared with each other: above that nobody reads them either.
const ROWS_COMPARED_MAX: usize = 64;

/// The deadlines of a table. Unit: milliseconds, 0 is off; in the order of [`NAMES`].
#[derive(Clone, Copy)]
pub(super) struct Deadlines([Option<(u64, Span)>; 4]);

const NAMES: [&str; 4] =
    ["connection_timeout", "call_timeout", "global_timeout", "call_and_stream_timeout"];
const WITHOUT: [u64; 4] = [
    CLIENT_DEFAULT.connection_timeout_ms,
    CLIENT_DEFAULT.call_timeout_ms,
    CLIENT_DEFAULT.global_timeout_ms,
    CLIENT_DEFAULT.call_and_stream_timeout_ms,
];
/// Which lies inside which, by their places in [`NAMES`], and what the outer one is of.
const NESTED: [(usize, usize, &str); 3] =
    [(0, 1, "one attempt"), (1, 2, "all attempts together"), (1, 3, "one attempt and its body")];

impl Deadlines {
    /// What a backend's `client` says.
    pub(super) fn of_client(client: &Client) -> Self {
        let one = |value: &Option<Spanned<u64>>| value.as_ref().map(|one| (one.value, one.span));
        Self([
            one(&client.connection_timeout_ms),
            one(&client.call_timeout_ms),
            one(&client.global_timeout_ms),
            one(&client.call_and_stream_timeout_ms),
        ])
    }

    /// What a table says that has them among its keys.
    pub(super) fn of_record(record: &Record) -> Self {
        Self(NAMES.map(|name| record.amount(name).map(|one| (one.value, one.span))))
    }

    /// What is written here, and in the place of what is not, what `others` say.
    pub(super) fn or(self, others: Self) -> Self {
        let mut at = others.0.into_iter();
        Self(self.0.map(|own| {
            let other = at.next().flatten();
            own.or(other)
        }))
    }
}

/// Warns of deadlines that are never reached, since one comes first that holds them. Only what is
/// written in `own` can be wrong: a low outer one alone is meant.
pub(super) fn warn(own: Deadlines, whole: Deadlines, findings: &mut Findings) {
    for (inner, outer, what) in NESTED {
        let Some((inner_ms, place)) = own.0[inner] else { continue };
        let outer_ms = whole.0[outer].map_or(WITHOUT[outer], |(ms, _)| ms);
        // 0 is off: then the other one rules alone, which may well be meant.
        if outer_ms == 0 || inner_ms <= outer_ms {
            continue;
        }
        let (inner, outer_name) = (NAMES[inner], NAMES[outer]);
        let message = format!(
            "`{inner}` ({}) is above `{outer_name}` ({}), which comes first",
            show_duration(inner_ms),
            show_duration(outer_ms)
        );
        let mut finding = Diagnostic::new(Code::TimeoutsDisagree, place, message)
            .help(format!("raise `{outer_name}`, or lower `{inner}`"));
        if let Some((_, place)) = whole.0[outer] {
            finding = finding.other(place, what);
        }
        findings.push(finding);
    }
}

/// The same for rows of `custom_timeouts`, which inherit from `whole`; and rows that come too late.
pub(super) fn warn_of_rows(rows: &[Record], whole: Deadlines, findings: &mut Findings) {
    for row in rows {
        let own = Deadlines::of_record(row);
        warn(own, own.or(whole), findings);
    }
    let globs = rows.iter().take(ROWS_COMPARED_MAX).filter_map(|row| {
        let path = row.text("path")?;
        Some((path.value, path.span, Table::value_from_glob(path.value).ok()?))
    });
    let globs: Vec<_> = globs.collect();
    for (at, (path, place, table)) in globs.iter().enumerate() {
        let covers = |earlier: &&(&str, Span, Table)| {
            matches!(relate(table, &earlier.2), Relation::Equal | Relation::Subset)
        };
        let Some((first, earlier, _)) = globs[..at].iter().find(covers) else { continue };
        let message = format!("no path comes to this row: `{first}` stands before `{path}`");
        findings.push(
            Diagnostic::new(Code::RowNeverReached, *place, message)
                .label("is never asked")
                .other(*earlier, "takes each of its paths")
                .help("the first row that fits counts: put the narrow one first, or leave it out"),
        );
    }
}
