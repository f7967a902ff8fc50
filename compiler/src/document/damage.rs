//! Damaged TOML: one finding a damaged region, in our own words, sorted by place.
//!
//! The reader recovers from a mistake by reading on, and then takes what follows for more of the
//! same: one bracket that is never closed gives a finding a line. So the first fault is reported,
//! the statement around it is blanked out, and the text is read again.

mod format;
mod header;

use std::ops::Range;

use super::twice::twice;
use super::value::shown;
use format::other_format;
use header::odd_header;

use crate::diagnostic::{
    Code, Diagnostic, FINDINGS_SHOWN_MAX, Findings, Fix, Safety, UnreadSecrets,
};
use crate::limits::{DAMAGED_BYTES_SEARCHED_MAX, REPARSE_BYTES_MAX};
use crate::source::{FileId, Span};

/// One complaint of the reader.
pub(super) struct Fault {
    /// Bytes of the text.
    pub(super) at: Range<usize>,
    /// In the reader's words.
    pub(super) message: String,
}

/// What is kept of all complaints about one text.
pub(super) struct Faults {
    /// The first one in the text.
    first: Fault,
    /// Whether something was never closed, so that the reader ran to the end.
    runs_out: bool,
}

impl Faults {
    /// Of all complaints about a text; nothing where there is none.
    pub(super) fn of(faults: impl Iterator<Item = Fault>) -> Option<Self> {
        let mut runs_out = false;
        let faults = faults.inspect(|fault| runs_out |= fault.message.starts_with("unclosed"));
        let first = faults.min_by_key(|fault| (fault.at.start, fault.at.end))?;
        Some(Self { first, runs_out })
    }
}

/// What may still be spent on the damaged files of a configuration, all together. Unit: bytes.
pub(super) struct Effort {
    /// That are read again, to find further places.
    reread: usize,
    /// That are looked through for secrets; of what is not, no word is repeated.
    searched: usize,
}

impl Default for Effort {
    fn default() -> Self {
        Self { reread: REPARSE_BYTES_MAX, searched: DAMAGED_BYTES_SEARCHED_MAX }
    }
}

impl Effort {
    fn secrets(&mut self, text: &str) -> UnreadSecrets {
        match self.searched.checked_sub(text.len()) {
            Some(left) => {
                self.searched = left;
                UnreadSecrets::of(text)
            }
            None => UnreadSecrets::everywhere(),
        }
    }
}

/// Reports the faults of a text. `read` reads a text and gives its faults.
pub(super) fn report(
    file: FileId,
    text: &str,
    faults: Faults,
    (findings, effort): (&mut Findings, &mut Effort),
    read: impl Fn(&str) -> Option<Faults>,
) {
    if let Some((what, place)) = other_format(text) {
        let message = format!("this is no TOML; it looks like {what}");
        let help = "`pointsman init DIR` writes a configuration to begin with; `pointsman import` \
                    reads what Otoroshi and 1Backend export";
        findings.push(Diagnostic::new(Code::Syntax, Span::new(file, place), message).help(help));
        return;
    }
    let mut faults = Some(faults);
    let secrets = effort.secrets(text);
    let mut rest = text.to_owned();
    for _ in 0..FINDINGS_SHOWN_MAX {
        let Some(Faults { first, runs_out }) = faults else { return };
        let at = floor(&rest, first.at.start);
        let unclosed = if runs_out { unclosed_bracket(file, &rest, at) } else { None };
        let (finding, region) =
            unclosed.unwrap_or_else(|| describe((file, text, &secrets), &rest, &first));
        findings.push(finding);
        if effort.reread == 0 || findings.is_full() {
            return;
        }
        effort.reread = effort.reread.saturating_sub(text.len());
        blank(&mut rest, region);
        faults = read(&rest);
    }
}

/// The finding for a fault, and the region that it spoils.
fn describe(
    (file, text, secrets): (FileId, &str, &UnreadSecrets),
    rest: &str,
    fault: &Fault,
) -> (Diagnostic, Range<usize>) {
    let at = floor(rest, fault.at.start);
    if let Some(open) = unclosed_block(rest, at, &fault.message) {
        let span = Span::new(file, open..open + 3);
        let quotes = &text[open..open + 3];
        let message = format!("this text is never closed: `{quotes}` is missing");
        return (
            Diagnostic::new(Code::Syntax, span, message)
                .label("opened here")
                .help(format!("write {quotes} where the text ends")),
            statement(rest, open..open + 3).start..rest.len(),
        );
    }
    let region = if stands_alone(&fault.message) {
        line(rest, at)
    } else {
        statement(rest, at..floor(rest, fault.at.end))
    };
    let found = text.get(fault.at.clone()).filter(|_| !secrets.hold(floor(text, at)));
    let (code, message, help) = words(&fault.message, found.unwrap_or("…"));
    let place = if fault.message.starts_with("invalid basic string, expected `\"`")
        || fault.message.starts_with("invalid literal string, expected `'`")
    {
        open_quote(rest, at)..at
    } else {
        visible(text, at..floor(rest, fault.at.end))
    };
    let fix = found.and_then(|_| mended(file, text, fault, help.as_deref()));
    let own = rest.get(line(rest, at)).filter(|_| found.is_some());
    let header = own.and_then(|own| odd_header(own, &fault.message));
    let (message, help) = header.unwrap_or((message, help));
    let finding = Diagnostic::new(code, Span::new(file, place), message).maybe_help(help);
    if code == Code::DuplicateKey {
        let twice = twice(rest, at);
        let finding = finding.help(twice.help);
        let finding = match twice.first {
            Some(first) => finding.label("again").other(Span::new(file, first), "here first"),
            None => finding,
        };
        return (finding, region);
    }
    (finding.maybe_fix(fix), region)
}

/// The change that mends a fault of a single place, where there is one.
fn mended(file: FileId, text: &str, fault: &Fault, help: Option<&str>) -> Option<Fix> {
    let begins = |start: &str| fault.message.starts_with(start);
    let found = text.get(fault.at.clone())?;
    let (before, behind) = (text.get(..fault.at.start)?, text.get(fault.at.end..)?);
    let rest = behind.lines().next().unwrap_or_default().trim_start();
    let is_last = rest.is_empty() || rest.starts_with('#');
    let (safety, new) = if begins("string values must be quoted") || begins("invalid boolean") {
        let word = found.to_ascii_lowercase();
        match word.as_str() {
            "true" | "false" => (Safety::Safe, word),
            _ if found.starts_with(|c: char| c.is_alphabetic())
                && !found.contains(|c: char| c.is_control() || "\"\\#".contains(c)) =>
            {
                (Safety::Maybe, format!("\"{found}\""))
            }
            _ => return None,
        }
    } else if begins("unclosed table") && found.is_empty() && is_last {
        (Safety::Safe, "]".to_owned())
    } else if begins("unclosed array table") && found.is_empty() && is_last {
        // One bracket too many in front is as likely.
        let missing = if before.ends_with(']') { "]" } else { "]]" };
        (Safety::Maybe, missing.to_owned())
    } else if begins("missing comma between array elements")
        && rest.starts_with(char::is_alphabetic)
    {
        // A quote is missing somewhere in front; a comma here would mend nothing.
        return None;
    } else if begins("missing comma between array elements") && found.is_empty() {
        (Safety::of(rest.starts_with(['"', '\''])), ",".to_owned())
    } else if begins("missing escaped value") && before.ends_with('\\') && found.is_empty() {
        (Safety::Maybe, "\\".to_owned())
    } else {
        return None;
    };
    let message = help.filter(|_| found.is_empty() || safety == Safety::Maybe);
    let message = message.map_or_else(|| format!("write {new}"), str::to_owned);
    Some(Fix::new(safety, message, Span::new(file, fault.at.clone()), new))
}

/// The finding for a bracket that an earlier statement opened and never closed, so that the reader
/// took the statement at `at` for a part of it.
fn unclosed_bracket(file: FileId, text: &str, at: usize) -> Option<(Diagnostic, Range<usize>)> {
    let here = text[..at].rfind('\n').map_or(0, |end| end + 1);
    if here == 0 || !begins_statement(&text[here..]) {
        return None;
    }
    let start = statement(text, here - 1..here).start;
    let (open, bracket) = first_open(text.get(start..here)?)?;
    let (what, close) = if bracket == '{' { ("table", '}') } else { ("list", ']') };
    let place = Span::new(file, start + open..start + open + 1);
    let message = format!("this {what} is never closed: `{close}` is missing");
    let finding = Diagnostic::new(Code::Syntax, place, message)
        .label("opened here")
        .help(format!("write `{close}` behind its last part"));
    Some((finding, start..here))
}

/// The first bracket of a value that nothing closes. A header's own brackets are no value.
fn first_open(text: &str) -> Option<(usize, char)> {
    let mut open: Vec<(usize, char)> = Vec::new();
    let (mut quote, mut is_comment, mut is_escaped, mut is_value) = (None, false, false, false);
    for (at, c) in text.char_indices() {
        if c == '\n' {
            (quote, is_comment, is_escaped) = (None, false, false);
        } else if is_escaped {
            is_escaped = false;
        } else if let Some(opened) = quote {
            is_escaped = opened == '"' && c == '\\';
            quote = Some(opened).filter(|opened| *opened != c);
        } else if !is_comment {
            match c {
                '"' | '\'' => quote = Some(c),
                '#' => is_comment = true,
                '=' => is_value = true,
                '[' | '{' if is_value => open.push((at, c)),
                ']' | '}' if is_value => drop(open.pop()),
                _ => {}
            }
        }
    }
    open.first().copied()
}

/// Our words for the reader's.
fn words(message: &str, found: &str) -> (Code, String, Option<String>) {
    let syntax =
        |message: &str, help: &str| (Code::Syntax, message.to_owned(), Some(help.to_owned()));
    let begins = |start: &str| message.starts_with(start);
    if begins("duplicate key") || begins("cannot extend value of type") {
        let message = format!("`{}` is written twice", shown(found));
        return (Code::DuplicateKey, message, None);
    }
    if begins("string values must be quoted") || begins("invalid boolean") {
        let help = match found.to_ascii_lowercase().as_str() {
            word @ ("true" | "false") => format!("write {word}"),
            _ => format!("write \"{}\" if text is meant", shown(found)),
        };
        return (Code::Syntax, format!("`{}` is no value", shown(found)), Some(help));
    }
    if begins("invalid basic string, expected `\"`") {
        return syntax(
            "this text is never closed: `\"` is missing",
            "close it in its line; text of several lines stands between `\"\"\"`",
        );
    }
    if begins("invalid literal string, expected `'`") {
        return syntax(
            "this text is never closed: `'` is missing",
            "close it in its line; text of several lines stands between `'''`",
        );
    }
    if begins("unclosed array table") {
        return syntax("this header is never closed: `]]` is missing", "write `[[NAME]]`");
    }
    if begins("unclosed table") {
        return syntax("this header is never closed: `]` is missing", "write `[NAME]`");
    }
    if begins("missing comma between array elements") || begins("unclosed array") {
        return syntax(
            "this list goes wrong: `,`, `]` or a quote in front is missing",
            "write `[\"a\", \"b\"]`",
        );
    }
    if begins("missing comma between key-value pairs") || begins("unclosed inline table") {
        return syntax("this table goes wrong: `,` or `}` is missing", "write `{ a = 1, b = 2 }`");
    }
    if begins("key with no value") {
        return syntax("a key without a value: `=` is missing", "write `KEY = VALUE`");
    }
    if begins("cannot recurse further") || begins("recursion limit") {
        return syntax("tables and lists lie too deep in each other", "no key of ours needs it");
    }
    if begins("missing escaped value") {
        return syntax("`\\` begins an escape", "write `\\\\`, or put the text between `'`");
    }
    let help = "a file holds `KEY = VALUE` and `[TABLE]`, a line each: TOML 1.0".to_owned();
    (Code::Syntax, message.trim_end_matches(", expected nothing").to_owned(), Some(help))
}

/// Whether the reader stood at the beginning of a statement, so that its line alone is spoilt.
fn stands_alone(message: &str) -> bool {
    ["key with no value", "unexpected key or value", "missing table open", "invalid key-value pair"]
        .iter()
        .any(|start| message.starts_with(start))
}

/// The line around an offset, with its end.
fn line(text: &str, at: usize) -> Range<usize> {
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    start..text[at..].find('\n').map_or(text.len(), |end| at + end + 1)
}

/// The nearest border of a character at or before an offset.
fn floor(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

/// A fault that the reader found behind a line's end is shown at the end of what it is about.
fn visible(text: &str, place: Range<usize>) -> Range<usize> {
    let before = text[..place.start].trim_end();
    if place.is_empty() && before.len() < place.start && !before.is_empty() {
        return before.len()..before.len();
    }
    place
}

/// Where the quote stands that a line never closes.
fn open_quote(text: &str, at: usize) -> usize {
    let line = text[..at].rfind('\n').map_or(0, |end| end + 1);
    let mut open = None;
    let mut escaped = false;
    for (offset, c) in text[line..at].char_indices() {
        match open {
            _ if escaped => escaped = false,
            None if c == '"' || c == '\'' => open = Some((offset, c)),
            Some((_, '"')) if c == '\\' => escaped = true,
            Some((_, quote)) if c == quote => open = None,
            _ => {}
        }
    }
    line + open.map_or(at - line, |(offset, _)| offset)
}

/// Where a text of several lines was opened that runs to the end of the file.
fn unclosed_block(text: &str, at: usize, message: &str) -> Option<usize> {
    let quotes = if message.starts_with("invalid multi-line basic string, expected") {
        "\"\"\""
    } else if message.starts_with("invalid multi-line literal string, expected") {
        "'''"
    } else {
        return None;
    };
    if at < text.trim_end().len() {
        return None;
    }
    text[..at].rfind(quotes)
}

/// The statement around an offset: from the line that begins it to the line that begins the next.
/// A header takes its whole table along, since its keys would fall to the table before it.
fn statement(text: &str, fault: Range<usize>) -> Range<usize> {
    let line_of = |at: usize| text[..at].rfind('\n').map_or(0, |end| end + 1);
    let at = fault.start;
    let mut start = line_of(at);
    // A fault without width in front of a line is about the end of an earlier one.
    if fault.is_empty() && start > 0 && text[start..at].trim().is_empty() {
        start = line_of(start - 1);
    }
    while start > 0 && !begins_statement(&text[start..]) {
        start = line_of(start - 1);
    }
    let header = text[start..].trim_start().starts_with('[');
    let mut end = start;
    loop {
        end = text[end..].find('\n').map_or(text.len(), |found| end + found + 1);
        if end >= text.len() {
            return start..text.len();
        }
        let line = &text[end..];
        let next_header = line.trim_start_matches([' ', '\t']).starts_with('[');
        if next_header || (!header && begins_statement(line)) {
            // A line that only closes what was open belongs to the statement.
            if end > at || begins_statement(line) {
                return start..end;
            }
        }
    }
}

/// Whether a line looks like a header or `key =`.
fn begins_statement(line: &str) -> bool {
    let line = line.lines().next().unwrap_or_default().trim_start();
    if let Some(header) = line.strip_prefix('[') {
        let name = header.trim_start_matches('[').trim_start();
        return name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    }
    let is_key = |c: char| c.is_ascii_alphanumeric() || "_-.\"'* \t".contains(c);
    let key_len = line.find(|c: char| !is_key(c)).unwrap_or(line.len());
    key_len > 0 && line[key_len..].starts_with('=')
}

/// Replaces a region by spaces; line ends stay.
fn blank(text: &mut String, region: Range<usize>) {
    let blanked: String = text[region.clone()]
        .bytes()
        .map(|byte| if byte == b'\n' || byte == b'\r' { char::from(byte) } else { ' ' })
        .collect();
    text.replace_range(region, &blanked);
}

#[cfg(test)]
mod tests {
    use super::super::parse::Tree;
    use super::*;
    use crate::source::SourceFile;
    use proptest::prelude::*;

    fn found(text: &str) -> Findings {
        let mut findings = Findings::new();
        if let Err(faults) = Tree::read(FileId(0), text) {
            let to = (&mut findings, &mut Effort::default());
            report(FileId(0), text, faults, to, |text| Tree::read(FileId(0), text).err());
            assert!(findings.has_errors(), "{text:?}");
        }
        findings
    }

    /// Lines of the findings, with their codes.
    fn check(text: &str, expected: &[(u32, Code)]) {
        let findings = found(text);
        let file = SourceFile::new("a.toml".to_owned(), text.to_owned());
        let found: Vec<(u32, Code)> = findings
            .shown()
            .iter()
            .map(|finding| (file.position(finding.primary.span.start).line, finding.code))
            .collect();
        assert_eq!(found, expected, "{text:?}: {findings:#?}");
    }

    #[test]
    fn report_gives_one_finding_a_region() {
        use Code::{DuplicateKey, Syntax};
        check("a = 1\n", &[]);
        check("a = [\"x\"\nb = [\"GET\"]\nc = 3\n[[routes]]\nid = \"b\"\n", &[(1, Syntax)]);
        check("a = [\n  \"x\",\n  \"y\"\nb = 1\n[c]\nd = tru\n", &[(1, Syntax), (6, Syntax)]);
        check(
            "m = [\"a/$id<[0-9]+>/b]\nbackend = \"x\"\n[b]\nz = q\n",
            &[(1, Syntax), (4, Syntax)],
        );
        check("id = \"a\nmatch = 3\nb = 'c\n", &[(1, Syntax), (3, Syntax)]);
        check("[[routes]\nid = \"a\"\n[[routes]]\nid = b\n", &[(1, Syntax), (4, Syntax)]);
        check("a = foo\nb = 3\na = 4\nc = { d = 1\n", &[(1, Syntax), (4, Syntax)]);
        check("b = 3\na = 3\na = 4\n[c]\n[c]\n", &[(3, DuplicateKey), (5, DuplicateKey)]);
        check("a b = 3\nc\nd = \n", &[(1, Syntax), (2, Syntax), (3, Syntax)]);
        check("x = 1\na = '''\nabc\nb = foo\n", &[(2, Syntax)]);
        check("a = \"\\q\"\n", &[(1, Syntax)]);
        check("a = { b = 1, c = 2\nd = 3\n[x]\ne = 4\n", &[(1, Syntax)]);
        check(&format!("a = {}", "[".repeat(3000)), &[(1, Syntax)]);
        check(&format!("{} = 1", vec!["a"; 3000].join(".")), &[(1, Syntax)]);
    }

    #[test]
    fn effort_ends_and_each_file_is_still_found_damaged() {
        let text = "a = tru\nb = fals\n";
        let mut findings = Findings::new();
        let mut effort = Effort { reread: 1, searched: text.len() };
        let mut report = || {
            let faults = Tree::read(FileId(0), text).err().expect("damage");
            report(FileId(0), text, faults, (&mut findings, &mut effort), |text| {
                Tree::read(FileId(0), text).err()
            });
            let words: Vec<String> = findings.iter().map(|one| one.message.clone()).collect();
            words
        };
        let whole = ["`tru` is no value", "`fals` is no value"];
        assert_eq!(report(), whole);
        // Nothing is read again, and nothing is repeated of what was not looked through.
        assert_eq!(report(), [&whole[..], &["`…` is no value"]].concat());
    }

    #[test]
    fn read_takes_marks_and_line_ends_of_other_systems() {
        check("\u{feff}a = 1\r\nb = 2\r\n", &[]);
        check("\u{feff}a = 1\r\nb = tru\r\n", &[(2, Code::Syntax)]);
    }

    proptest! {
        #[test]
        fn read_any_text_never_panics(text in "[\\[\\]{}=\"'a-c0-9.,#\\\\\n\r\té \u{feff}]{0,80}") {
            for finding in found(&text).iter() {
                let span = finding.primary.span.range();
                prop_assert!(text.get(span.clone()).is_some(), "{:?}", span);
            }
        }
    }
}
