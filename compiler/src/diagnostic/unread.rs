//! Secrets in the text of a file, found without reading it as TOML: what cannot be read, or bears a
//! name that nobody knows, is as secret as what can. A guess, which hides rather too much.

use std::ops::Range;

use pointsman_routing::explain::{REFERENCES, is_hidden, is_sensitive, merged, secrets_assigned};

use super::key::{
    Key, Table, header, is_named, is_table_of_secrets, keys_before, may_be_named, whole_name,
};
use super::masked::is_hidden_beside;
use super::pem::pem;

/// How much of a file was understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Understood<'k> {
    /// It is no TOML: a value may end anywhere.
    Nothing,
    /// That it is TOML, and not what its keys are.
    Form,
    /// All but the keys that begin at these bytes, which are sorted.
    AllBut(&'k [usize]),
}

/// Where secrets stand, or may stand, in a text that is no TOML; everywhere, where nobody looked.
#[derive(Debug)]
pub struct UnreadSecrets(
    /// Sorted, apart from each other.
    Option<Vec<Range<usize>>>,
);

impl UnreadSecrets {
    /// Looks through a text once, for all who ask of it.
    pub fn of(text: &str) -> Self {
        Self(Some(merged(secrets(text, Understood::Nothing))))
    }

    /// Takes each byte for one of a secret.
    pub fn everywhere() -> Self {
        Self(None)
    }

    /// Whether a byte is in one.
    pub fn hold(&self, at: usize) -> bool {
        self.0.as_ref().is_none_or(|all| {
            let next = all.partition_point(|one| one.end <= at);
            all.get(next).is_some_and(|one| one.contains(&at))
        })
    }
}

/// Where secrets stand in the text of a whole file; in any order.
pub(super) fn secrets(text: &str, understood: Understood<'_>) -> Vec<Range<usize>> {
    let mut walk = Walk::new(text, understood);
    if walk.is_open {
        walk.found.extend(without_sign(text));
    }
    walk.all();
    walk.found
}

/// Where secrets stand in a comment.
fn in_comment(comment: &str) -> Vec<Range<usize>> {
    let mut walk = Walk::new(comment, Understood::Nothing);
    walk.all();
    let mut found = walk.found;
    // `# the old password was X`: what is said without a sign is known by its look.
    let is_part = |c: char| !c.is_whitespace() && !"\"'`,;()".contains(c);
    if comment.split(|c: char| !is_part(c)).any(is_named) {
        let mut at = 0;
        for word in comment.split_inclusive(|c: char| !is_part(c)) {
            let said = word.trim_end_matches(|c: char| !is_part(c) || ".:!?".contains(c));
            let has = |fits: fn(&u8) -> bool| said.as_bytes().iter().any(fits);
            if said.len() >= 6 && has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic) {
                found.push(at..at + said.len());
            }
            at += word.len();
        }
    }
    found
}

/// A walk through a text, from sign to sign.
struct Walk<'t> {
    text: &'t str,
    understood: Understood<'t>,
    is_open: bool,
    /// Whether nothing stands before on the line.
    begins_line: bool,
    /// The table that the walk is in.
    table: Table,
    /// Where the last value, or comment, ends that was taken as a whole: no header is before.
    passed: usize,
    /// Where the last key in quotes ends.
    quoted: usize,
    /// Where the last comment ends.
    commented: usize,
    /// Where the last value ends that is covered.
    covered: usize,
    /// Where the last list ends that was looked through.
    listed: usize,
    /// Where the last value ends whose key nobody knows.
    unknown: usize,
    found: Vec<Range<usize>>,
}

impl<'t> Walk<'t> {
    fn new(text: &'t str, understood: Understood<'t>) -> Self {
        Self {
            text,
            understood,
            is_open: understood == Understood::Nothing,
            begins_line: true,
            table: Table::default(),
            passed: 0,
            quoted: 0,
            commented: 0,
            covered: 0,
            listed: 0,
            unknown: 0,
            found: pem(text),
        }
    }

    /// Goes from sign to sign.
    fn all(&mut self) {
        let text = self.text;
        for (at, c) in text.char_indices() {
            // What stands between values of TOML: keys, headers and comments.
            let is_between = !self.is_open && at >= self.passed && at >= self.quoted;
            match c {
                '[' if self.begins_line && at >= self.passed => self.enter(at),
                '"' | '\'' if is_between => {
                    self.quoted = at + len_of_quoted(text.get(at..).unwrap_or_default());
                }
                '#' if is_between => self.comment(at),
                '=' => self.sign(at),
                ':' if self.is_open => self.sign(at),
                _ => {}
            }
            self.begins_line = c == '\n' || self.begins_line && c.is_whitespace();
        }
    }

    /// Takes a header.
    fn enter(&mut self, at: usize) {
        if let Some(keys) = header(self.text, at, self.is_open) {
            self.table = Table::new(&keys, |key| self.is_unknown_key(key));
        }
    }

    /// Takes a comment, which may say what was said before.
    fn comment(&mut self, at: usize) {
        self.commented = line_end(self.text, at);
        self.passed = self.commented;
        let comment = self.text.get(at..self.commented).unwrap_or_default();
        let found = in_comment(comment).into_iter();
        self.found.extend(found.map(|one| at + one.start..at + one.end));
    }

    /// Whether nobody knows a key.
    fn is_unknown_key(&self, key: &Key) -> bool {
        match self.understood {
            Understood::Nothing | Understood::Form => true,
            Understood::AllBut(unknown) => unknown.binary_search(&key.at).is_ok(),
        }
    }

    /// Whether nobody knows one of the keys in front of a sign, or one that they stand below.
    fn is_unknown(&self, keys: &[Key], sign: usize) -> bool {
        let is_whole = !matches!(self.understood, Understood::AllBut(_));
        is_whole
            || sign < self.unknown
            || self.table.is_unknown()
            || keys.iter().any(|key| self.is_unknown_key(key))
    }

    /// Looks at the value behind a sign.
    fn sign(&mut self, sign: usize) {
        let text = self.text;
        if sign < self.covered.max(self.commented) {
            return;
        }
        let keys = keys_before(text, sign, self.is_open);
        let Some(last) = keys.last() else { return };
        let is_unknown = self.is_unknown(&keys, sign);
        let is_field = |name: &str| self.is_open || !is_cookie(name);
        let mut by_name = self.table.says_secret(&keys, is_unknown, is_field);
        by_name =
            by_name || self.is_open && whole_name(text, sign).is_some_and(|name| is_named(&name));
        let start = value_start(text, sign + 1);
        let rest = text.get(start..).unwrap_or_default();
        let is_quoted = rest.starts_with(['"', '\'']);
        let is_inner = sign < self.passed;
        by_name |= !rest.starts_with('{') && is_table_of_secrets(&last.name);
        let is_list = rest.starts_with('[') && start >= self.listed;
        // Tables in tables, and lists that nobody closes, would be read again for each.
        let is_read = is_inner || self.is_open;
        if is_read && !by_name && !is_list && !is_quoted && !is_sensitive(&last.name) {
            return;
        }
        let value = start..start + len_of_value(rest);
        let Some(said) = text.get(value.clone()).filter(|said| !said.is_empty()) else { return };
        if !self.is_open && !is_inner {
            self.passed = value.end;
            if is_unknown {
                self.unknown = value.end;
            }
        }
        let inner = said.trim_matches(['"', '\'']);
        if is_quoted && REFERENCES.iter().any(|reference| inner.starts_with(reference)) {
            return;
        }
        if by_name || self.is_secret(&last.name, said, inner) {
            let end =
                if self.is_open { end_of_statement(text, start, value.end) } else { value.end };
            self.found.push(value.start..end);
            self.covered = end;
        } else if is_quoted || is_list {
            self.listed = self.listed.max(value.end);
            let parts = secrets_assigned(said).into_iter();
            self.found.extend(parts.map(|part| start + part.start..start + part.end));
        }
    }

    /// Whether a value is a secret by what it is said of, or by its look.
    fn is_secret(&self, name: &str, said: &str, inner: &str) -> bool {
        let is_field = !is_cookie(name) || self.is_open;
        if !said.starts_with(['"', '\'']) {
            return is_field && is_sensitive(name) && !matches!(said, "true" | "false");
        }
        if inner.contains("${") {
            return is_hidden_beside(name, inner);
        }
        is_field && is_hidden(name, inner) || name.eq_ignore_ascii_case("key")
    }
}

/// Where the value begins whose sign ends at a byte.
fn value_start(text: &str, from: usize) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    let value = rest.trim_start_matches([' ', '\t', '\r']);
    let Some(next) = value.strip_prefix('\n') else { return text.len() - value.len() };
    // Nobody may write so; somebody does.
    let line = next.lines().next().unwrap_or_default();
    let is_statement = line.contains('=') || line.trim_start().starts_with('[');
    let value = if is_statement { value } else { next.trim_start_matches([' ', '\t']) };
    text.len() - value.len()
}

/// Length of the value at the beginning of a text; up to its end where it is never closed.
fn len_of_value(text: &str) -> usize {
    if text.starts_with(['[', '{']) {
        return len_of_brackets(text);
    }
    if text.starts_with(['"', '\'']) {
        return len_of_quoted(text);
    }
    let end = text.find([',', '}', ']', '\n', '\r', '#', '"', '\'', '&']).unwrap_or(text.len());
    text.get(..end).map_or(end, |value| value.trim_end().len())
}

/// Length of a text in quotes of any kind, quotes included.
fn len_of_quoted(text: &str) -> usize {
    let (quotes, is_long) = match text.get(..3) {
        Some(three @ ("\"\"\"" | "'''")) => (three, true),
        _ => (text.get(..1).unwrap_or_default(), false),
    };
    let mut is_escaped = false;
    for (at, c) in text.char_indices().skip(quotes.len()) {
        if c == '\n' && !is_long {
            return at;
        } else if is_escaped {
            is_escaped = false;
        } else if c == '\\' && quotes.starts_with('"') {
            is_escaped = true;
        } else if text.get(at..).is_some_and(|rest| rest.starts_with(quotes)) {
            return at + quotes.len();
        }
    }
    text.len()
}

/// Length of a list or table, brackets included.
fn len_of_brackets(text: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(c) = text.get(at..).and_then(|rest| rest.chars().next()) {
        match c {
            '[' | '{' => depth += 1,
            ']' | '}' => depth -= 1,
            '"' | '\'' => {
                at += len_of_quoted(text.get(at..).unwrap_or_default());
                continue;
            }
            _ => {}
        }
        at += c.len_utf8();
        if depth == 0 {
            return at;
        }
    }
    text.len()
}

fn line_end(text: &str, at: usize) -> usize {
    text.get(at..).and_then(|rest| rest.find(['\n', '\r'])).map_or(text.len(), |end| at + end)
}

/// Whether a name is that of a field of cookies.
fn is_cookie(name: &str) -> bool {
    name.to_ascii_lowercase().ends_with("cookie")
}

/// Where a statement ends whose value ends at a byte: with the line, but for a text that nobody
/// closed, which may go on.
fn end_of_statement(text: &str, start: usize, end: usize) -> usize {
    let mut end = line_end(text, end);
    let value = text.get(start..end).unwrap_or_default();
    let quote = value.chars().next().filter(|c| "\"'".contains(*c));
    let Some(quote) = quote.filter(|quote| value.matches(*quote).count() % 2 == 1) else {
        return end;
    };
    while let Some(next) = text.get(end..).and_then(|rest| rest.split_inclusive('\n').nth(1)) {
        let line = next.trim();
        if line.is_empty() || line.starts_with(['[', '#']) || line.contains('=') {
            break;
        }
        let begin = end + text.get(end..).and_then(|rest| rest.find('\n')).map_or(0, |at| at + 1);
        end = begin + next.trim_end_matches(['\n', '\r']).len();
        if line.contains(quote) {
            break;
        }
    }
    end
}

/// What stands behind a name that has no sign, or in a table of secrets.
fn without_sign(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut is_in_secret = false;
    for line in text.split_inclusive('\n') {
        let content = line.trim_end();
        let said = content.trim_start();
        if said.starts_with('[') {
            let keys = header(text, start + content.len() - said.len(), true);
            let table = keys.map(|keys| Table::new(&keys, |_| true));
            is_in_secret = table.is_some_and(|table| table.says_secret(&[], true, |_| true));
        }
        let is_bare = is_in_secret && !said.starts_with(['[', '#']) && !said.contains(['=', ':']);
        let second =
            || said.find(char::is_whitespace).map(|at| content.len() - said.len() + at + 1);
        let place = unsigned_value(content).or_else(|| second().filter(|_| is_bare));
        found.extend(place.map(|at| start + at..start + content.len()));
        start += line.len();
    }
    found
}

/// Where the first value stands on a line whose name has no sign.
fn unsigned_value(line: &str) -> Option<usize> {
    let (mut quote, mut word, mut is_below) = (None, 0, false);
    for (at, c) in line.char_indices() {
        let is_closed = quote == Some(c);
        if !is_closed && (quote.is_some() || c.is_alphanumeric() || "-_".contains(c)) {
            continue;
        }
        let name = line.get(word..at).unwrap_or_default();
        // A sign behind a sign: nothing ends here, and space is not walked over again for each.
        if name.is_empty() && !is_closed {
            quote = Some(c).filter(|c| "\"'".contains(*c));
            word = at + c.len_utf8();
            continue;
        }
        let behind = line.get(at + usize::from(is_closed)..).unwrap_or_default().trim_start();
        let before = line.get(..word - usize::from(is_closed)).unwrap_or_default().trim_end();
        // What is quoted behind a sign is a value.
        let is_value = is_closed && before.ends_with(['=', ':']);
        let is_name = !name.is_empty() && !is_value;
        let is_whole = is_table_of_secrets(name) && !behind.starts_with('{');
        let is_secret = is_named(name) || may_be_named(name) || is_whole;
        let is_one = is_name && (is_below || is_secret);
        let has_sign = behind.starts_with(['=', ':', '.', ',', ']', '}', '#', ')']);
        if is_one && !has_sign {
            return Some(line.len() - behind.len());
        }
        is_below = is_one && behind.starts_with('.') || is_below && name.is_empty();
        quote = Some(c).filter(|c| !is_closed && "\"'".contains(*c));
        word = at + c.len_utf8();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Each of these was read to its end, or judged with all names of its table, at every sign.
    #[test]
    fn text_of_signs_is_looked_through() {
        let of = |part: &str| part.repeat(400_000 / part.len());
        let long = "a".repeat(200_000);
        let names = vec!["a".repeat(250); 16].join(".");
        for text in [
            format!("[{long}]\n{}", of("a=\n")),
            format!("[{names}]\n{}", of("a=\n")),
            of("a=[b=\"c=d\"\n"),
            of("a=[password="),
            of("a:"),
            of("a:b@"),
            of("a = 1 # b = [c=\n"),
            of("-----BEGIN\"\"\"") + "-----END",
            of("-----BEGIN\n"),
            format!("token{}x", of(" ")),
            of("password = \"x\n"),
            of("x=\"a='b=\\\"c="),
        ] {
            for understood in [Understood::Nothing, Understood::Form, Understood::AllBut(&[])] {
                let places = secrets(&text, understood);
                assert!(places.iter().all(|place| text.get(place.clone()).is_some()));
            }
        }
    }

    #[test]
    fn comment_shows_no_secret() {
        for (text, hidden) in [
            ("prot = 1 # password: hunter2", "hunter2"),
            ("prot = 1 # password = \"hunter2\"", "\"hunter2\""),
            ("# the old password was hunter2, of Ada", "hunter2"),
            ("a = \"#\" # x-auth-key: hunter2", "hunter2"),
            ("\"a#b\" = 1 # pw: hunter2", "hunter2"),
            ("a = [1, # x\n 2] # pw: hunter2", "hunter2"),
            ("\"x#api_key\" = \"hunter2\"", "\"hunter2\""),
            ("# x = {\n[password]\na = \"hunter2\"", "\"hunter2\""),
        ] {
            let found = merged(secrets(text, Understood::AllBut(&[])));
            let found: Vec<&str> = found.iter().filter_map(|one| text.get(one.clone())).collect();
            assert_eq!(found, [hidden], "{text}");
        }
        for text in
            ["# a token bucket of 24 seats a client", "a = \"# password: x\"", "# it is 1.2.3"]
        {
            assert_eq!(
                secrets(text, Understood::AllBut(&[])).len(),
                usize::from(text.starts_with('a'))
            );
        }
    }

    proptest! {
        #[test]
        fn secret_of_a_table_is_covered_wherever_the_table_is_damaged(
            damage in "([\\[\\]{}.,=\"'#a ]|\n){0,12}",
            value in "[a-z]{1,4}[0-9]{6,8}",
        ) {
            let text = format!("{damage}\n[proxy.password]\nvalue = \"{value}\"\n");
            let places = secrets(&text, Understood::Nothing);
            let at = text.rfind(&value).unwrap_or_default();
            let is_covered = places.iter().any(|place| place.start <= at && at < place.end);
            prop_assert!(is_covered, "{}", text);
        }
    }
}
