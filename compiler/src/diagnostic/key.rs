//! Keys in front of their values, found in a text that may be no TOML, and which of them are names
//! of secrets.

use pointsman_routing::explain::{beginning, is_sensitive, words_of_name};

/// Names whose values are secrets, and how many letters may be wrong in them.
const NAMES: [(&str, usize); 6] =
    [("password", 2), ("passphrase", 2), ("passwd", 1), ("secret", 2), ("token", 1), ("pwd", 0)];
/// Names of tables with a secret in them: what stands there instead of a table is one.
const TABLES: [&str; 1] = ["externalaccount"];
/// Names that are near to those, and none.
const OTHERS: [&str; 2] = ["secure", "secured"];
/// Parts of names that are held for secrets where nothing was understood.
const PARTS: [&str; 7] = ["pass", "pwd", "secret", "token", "key", "auth", "hmac"];
/// Whole names that are held for secrets there too.
const WHOLE: [&str; 5] = ["api", "hash", "login", "logins", "pw"];
/// Words that hold one of those parts, and are none.
const PLAIN: [&str; 16] = [
    "author",
    "authority",
    "authors",
    "bypass",
    "compass",
    "donkey",
    "hockey",
    "keyboard",
    "keyword",
    "keywords",
    "monkey",
    "passage",
    "passenger",
    "passengers",
    "passive",
    "turkey",
];
/// Tables of people, where the name is the user and the value the password.
const PEOPLE: [&str; 4] = ["accounts", "htpasswd", "logins", "users"];
/// Longest name that is judged. Unit: bytes.
const NAME_BYTES_MAX: usize = 256;
/// Most names in front of one value that are judged.
const KEYS_MAX: usize = 16;

/// One name of a dotted key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Key {
    /// Where it begins, its quote included.
    pub(super) at: usize,
    /// What it says.
    pub(super) name: String,
}

/// Tables in which people choose the names.
const FREE: [&str; 4] = ["backends", "certificates", "listeners", "services"];

/// What the header of a table says of all that is in it, judged once.
#[derive(Debug, Default)]
pub(super) struct Table {
    /// The outermost name.
    top: String,
    depth: usize,
    /// Whether nobody knows one of its names.
    is_unknown: bool,
    /// Whether one of its names says that all in it is a secret.
    is_named: bool,
    /// Whether one may say so, where nobody knows it.
    may_be_named: bool,
}

impl Table {
    /// Of the names of a header; `is_unknown` says of one whether nobody knows it.
    pub(super) fn new(keys: &[Key], is_unknown: impl Fn(&Key) -> bool) -> Self {
        let top = keys.first().map_or("", |key| key.name.as_str());
        let judged = || keys.iter().enumerate().filter(|(at, _)| !is_free(top, *at));
        Self {
            top: top.to_owned(),
            depth: keys.len(),
            is_unknown: keys.iter().any(is_unknown),
            is_named: judged().any(|(_, key)| is_named(&key.name) || is_sensitive(&key.name)),
            may_be_named: judged().any(|(_, key)| may_be_table(&key.name)),
        }
    }

    /// Whether nobody knows one of its names.
    pub(super) fn is_unknown(&self) -> bool {
        self.is_unknown
    }

    /// Whether one of the names says that the value is a secret: of the table, or of the keys in
    /// it. `is_unknown` is whether nobody knows one of them, `is_field` whether a name is one of
    /// the fields whose values are judged by their names.
    pub(super) fn says_secret(
        &self,
        keys: &[Key],
        is_unknown: bool,
        is_field: impl Fn(&str) -> bool,
    ) -> bool {
        if self.is_named || is_unknown && self.may_be_named {
            return true;
        }
        let first = keys.first().map_or("", |key| key.name.as_str());
        let top = if self.depth == 0 { first } else { self.top.as_str() };
        keys.iter().enumerate().any(|(at, Key { name, .. })| {
            let may_be = match at + 1 == keys.len() {
                // Cookies have names of their own.
                true => is_unknown && is_field(name) && may_be_named(name),
                false => is_unknown && may_be_table(name) || is_sensitive(name),
            };
            !is_free(top, self.depth + at) && (may_be || is_named(name))
        })
    }
}

/// Whether the name at a depth is one that people choose.
fn is_free(top: &str, depth: usize) -> bool {
    depth == 1 && FREE.contains(&top)
}

/// A name without case and signs.
fn folded(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whether a name says that its value is a secret, be it with a slip.
pub(super) fn is_named(name: &str) -> bool {
    let name = folded(name);
    if OTHERS.contains(&name.as_str()) || PLAIN.contains(&name.as_str()) {
        return false;
    }
    let len = name.chars().count();
    // Each letter more or less is a slip, so that most names need not be compared.
    let is_near = |(one, slips): &(&str, usize)| {
        len.abs_diff(one.len()) <= *slips && strsim::damerau_levenshtein(&name, one) <= *slips
    };
    name.starts_with("pass") || NAMES.iter().any(is_near)
}

/// Whether a name that nobody knows may say so.
pub(super) fn may_be_named(name: &str) -> bool {
    let words = words_of_name(name);
    let said: String = words.split('-').filter(|word| !PLAIN.contains(word)).collect();
    is_sensitive(name)
        || PARTS.iter().any(|part| said.contains(part))
        || WHOLE.contains(&words.as_str())
}

/// Whether a name is that of a table with a secret in it.
pub(super) fn is_table_of_secrets(name: &str) -> bool {
    TABLES.contains(&folded(name).as_str())
}

/// Whether the name of a table that nobody knows may say so of all that is in it.
pub(super) fn may_be_table(name: &str) -> bool {
    let one = name.strip_suffix(['s', 'S']).unwrap_or(name);
    let parts = ["_key", "-key", "Key"];
    let has_key = one.eq_ignore_ascii_case("key") || parts.iter().any(|part| one.ends_with(part));
    has_key || is_sensitive(name) || PEOPLE.contains(&folded(name).as_str())
}

/// The names of a dotted key in front of a sign, on its line, the outermost first.
pub(super) fn keys_before(text: &str, sign: usize, is_open: bool) -> Vec<Key> {
    let mut keys = Vec::new();
    let mut end = sign;
    while keys.len() < KEYS_MAX {
        let Some(key) = key_before(text, end, is_open) else { break };
        end = key.at;
        keys.push(key);
        let before = text.get(..end).unwrap_or_default().trim_end_matches([' ', '\t']);
        if !before.ends_with('.') {
            break;
        }
        end = before.len() - 1;
    }
    keys.reverse();
    keys
}

/// The name that ends before a byte, but for space.
fn key_before(text: &str, end: usize, is_open: bool) -> Option<Key> {
    let mut before = text.get(..end)?.trim_end_matches([' ', '\t']);
    if let Some(quote) = before.chars().next_back().filter(|c| "\"'".contains(*c)) {
        let inner = before.get(..before.len() - 1)?;
        let near = inner.char_indices().rev().take(NAME_BYTES_MAX);
        let open = near.take_while(|(_, c)| *c != '\n').find(|(_, c)| *c == quote);
        match open {
            Some((at, _)) => return Some(Key { at, name: unescaped(inner.get(at + 1..)?) }),
            // A quote that nothing opens.
            None if is_open => before = inner,
            None => return None,
        }
    }
    let near = before.char_indices().rev().take(NAME_BYTES_MAX);
    let name = near.take_while(|(_, c)| c.is_alphanumeric() || "-_".contains(*c));
    let at = name.last()?.0;
    Some(Key { at, name: before.get(at..)?.to_owned() })
}

/// All that stands in front of a sign and may be one name, with space and quotes in it.
pub(super) fn whole_name(text: &str, sign: usize) -> Option<String> {
    let before = text.get(..sign)?;
    let near = before.char_indices().rev().take(NAME_BYTES_MAX);
    let at = near.take_while(|(_, c)| !"\n{,[#=:".contains(*c)).last()?.0;
    Some(before.get(at..)?.to_owned())
}

/// The names in a header that begins at a byte; nothing where it is none. One that is never closed
/// counts where nothing was understood.
pub(super) fn header(text: &str, at: usize, is_open: bool) -> Option<Vec<Key>> {
    let line = text.get(at..)?.lines().next()?;
    let inner = line.trim_start_matches('[');
    let mut from = at + line.len() - inner.len();
    let mut keys = Vec::new();
    while keys.len() < KEYS_MAX {
        let rest = text.get(from..at + line.len())?;
        let name = rest.trim_start_matches([' ', '\t']);
        let start = from + rest.len() - name.len();
        let quote = name.chars().next().filter(|c| "\"'".contains(*c));
        let len = match quote {
            Some(quote) => name.get(1..)?.find(quote).map(|len| len + 2),
            None => name.find(|c: char| !c.is_alphanumeric() && !"-_".contains(c)),
        };
        let len = len.unwrap_or(name.len());
        // Of a name that is too long the beginning is judged.
        let said = beginning(name.get(..len)?.trim_matches(['"', '\'']), NAME_BYTES_MAX);
        keys.push(Key { at: start, name: unescaped(said) });
        let behind = name.get(len..)?.trim_start_matches([' ', '\t']);
        if let Some(next) = behind.strip_prefix('.') {
            from = at + line.len() - next.len();
            continue;
        }
        let is_closed = behind.starts_with(']') && !said.is_empty();
        return (is_closed || is_open).then_some(keys);
    }
    Some(keys)
}

/// A name with the characters that `\u0061` and the like stand for.
fn unescaped(name: &str) -> String {
    let mut parts = name.split('\\');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let len = if part.starts_with('U') { 9 } else { 5 };
        let code = part.strip_prefix(['u', 'U']).and_then(|_| part.get(1..len));
        let c = code.and_then(|code| u32::from_str_radix(code, 16).ok()).and_then(char::from_u32);
        match c {
            Some(c) => {
                out.push(c);
                out.push_str(part.get(len..).unwrap_or_default());
            }
            None => out.push_str(part),
        }
    }
    out
}
