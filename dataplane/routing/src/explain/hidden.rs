//! Secrets inside of texts: users and passwords in front of hosts, what some parameters of a query
//! say, keys, tokens. The names that say so are those of fields.
//!
//! Texts may be megabytes on one line, and signs their every second byte. So a search that begins at
//! a sign ends within a bound, or where it ends no search begins again before.

use std::ops::Range;

use super::parameter::parameters;
use super::piece::{NAME_BYTES_MAX, is_border, is_hidden, near};
use super::secret::{
    LOOK_BYTES_MAX, MASK, REFERENCES, beginning, has_both, is_everyday, is_secret_argument,
    is_sensitive, is_token, looks_secret,
};

/// How a key or certificate begins and ends.
const PEM: [&str; 2] = ["-----BEGIN", "-----END"];

/// Where secrets stand in a text; sorted, apart from each other. A guess, which hides rather too
/// much.
#[must_use]
pub fn secrets_in_text(text: &str) -> Vec<Range<usize>> {
    let mut found = users(text);
    found.extend(users_without_scheme(text));
    found.extend(parameters(text));
    found.extend(options(text));
    found.extend(tokens(text));
    found.extend(pem(text));
    merged(found)
}

/// A text, fit to be shown.
#[must_use]
pub fn shown_text(text: &str) -> String {
    covered(text, secrets_in_text(text))
}

/// The same of a text that somebody sends or runs: what stands behind `token=` and `"token":` in it
/// is hidden too.
#[must_use]
pub fn shown_content(text: &str) -> String {
    let mut found = secrets_in_text(text);
    found.extend(assigned(text));
    covered(text, merged(found))
}

/// What stands behind `name=`, `name:` and `"name":` in a text, where the name is sensitive.
#[must_use]
pub fn secrets_assigned(text: &str) -> Vec<Range<usize>> {
    merged(assigned(text))
}

fn covered(text: &str, found: Vec<Range<usize>>) -> String {
    let (mut out, mut at) = (String::with_capacity(text.len()), 0);
    for hidden in found {
        out.push_str(text.get(at..hidden.start).unwrap_or_default());
        out.push_str(MASK);
        at = hidden.end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

/// Places without empty ones and without those that lie over each other; sorted.
#[must_use]
pub fn merged(mut found: Vec<Range<usize>>) -> Vec<Range<usize>> {
    found.retain(|one| !one.is_empty());
    found.sort_by_key(|one| (one.start, one.end));
    let mut apart: Vec<Range<usize>> = Vec::with_capacity(found.len());
    for one in found {
        match apart.last_mut() {
            Some(last) if one.start < last.end => last.end = last.end.max(one.end),
            _ => apart.push(one),
        }
    }
    apart
}

/// Whether a character is one of names of fields, variables and options.
fn is_in_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-')
}

/// Users and passwords between a scheme and a host.
fn users(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for (at, sign) in text.match_indices("://") {
        let start = at + sign.len();
        let rest = text.get(start..).unwrap_or_default();
        let end =
            rest.find(|c: char| matches!(c, '/' | '?' | '#') || is_border(c)).unwrap_or(rest.len());
        let authority = rest.get(..end).unwrap_or_default();
        // A password with a sign that should have been encoded; a port has digits alone.
        let port = authority.rsplit_once(':').map_or("", |(_, port)| port);
        let is_cut = !port.is_empty() && !port.bytes().all(|byte| byte.is_ascii_digit());
        let whole = match is_cut {
            true => near(text, start).split(is_border).next().unwrap_or_default(),
            false => authority,
        };
        let user = authority.rfind('@').or_else(|| whole.rfind('@'));
        found.extend(user.map(|user| start..start + user));
    }
    found
}

/// `user:password@` where no scheme stands in front.
fn users_without_scheme(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for (start, word) in words(text, |c| !is_border(c) && c != '/') {
        let Some((user, _)) = word.rsplit_once('@') else { continue };
        let has_password = user.split_once(':').is_some_and(|(name, password)| {
            !name.is_empty() && !password.is_empty() && name != "mailto"
        });
        if has_password && !user.contains(['<', '[', ']']) {
            found.push(start..start + user.len());
        }
    }
    found
}

/// Words of a text, and where they begin.
fn words(text: &str, is_in: impl Fn(char) -> bool) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split(move |c| !is_in(c)).map(move |word| {
        let start = at;
        at = start + word.len();
        at += text.get(at..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
        (start, word)
    })
}

/// What stands behind an option of a command such as `--token`, be it another item of a list.
fn options(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut passed = 0;
    for (start, word) in words(text, is_in_name) {
        if !word.starts_with('-') || start < passed || word.len() > NAME_BYTES_MAX {
            continue;
        }
        let before = text.get(..start).and_then(|before| before.chars().next_back());
        let is_short = word.len() == 2;
        if is_short && before.is_some_and(|c| !is_border(c) && !"[,(".contains(c)) {
            continue;
        }
        let rest = text.get(start + word.len()..).unwrap_or_default();
        let behind = rest.trim_start_matches(|c: char| is_border(c) || c == ',');
        // An option that prose names in quotes of code is none that is given.
        let is_named = before == Some('`') && rest.starts_with('`');
        if behind.len() == rest.len() || behind.starts_with('-') || is_named {
            continue;
        }
        // What is judged needs no more than this; what is hidden is all.
        let argument = near(behind, 0).split(is_border).next().unwrap_or_default();
        if is_secret_argument(word, argument) {
            let at = text.len() - behind.len();
            let item = behind.split(is_border).next().unwrap_or_default();
            passed = at + item.strip_suffix(',').unwrap_or(item).len();
            found.push(at..passed);
        }
    }
    found
}

/// Tokens of well-known services, wherever they stand.
fn tokens(text: &str) -> Vec<Range<usize>> {
    let tokens = words(text, |c| is_in_name(c) || c == '.').filter(|(_, word)| is_token(word));
    tokens.map(|(start, word)| start..start + word.len()).collect()
}

/// Keys and certificates, each up to its end, or to that of the text in quotes or of all.
fn pem(text: &str) -> Vec<Range<usize>> {
    let [begin, end] = PEM;
    let mut found: Vec<Range<usize>> = Vec::new();
    let mut has_end = true;
    for (at, _) in text.match_indices(begin) {
        if found.last().is_some_and(|last| at < last.end) {
            continue;
        }
        let rest = text.get(at..).unwrap_or_default();
        let quote = || rest.find(['"', '\'', '`']).unwrap_or(rest.len());
        // Where one has no end, no later one has.
        let close = if has_end { rest.find(end) } else { None };
        has_end = close.is_some();
        let last = close.map_or_else(quote, |at| {
            let line = rest.get(at..).unwrap_or_default();
            at + line.find(|c: char| is_border(c) && c != ' ').unwrap_or(line.len())
        });
        found.push(at..at + last);
    }
    found
}

/// What stands behind `name=`, `name:` and `"name":`, where the name is sensitive, or where it looks
/// like a secret.
fn assigned(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    // Up to here all is judged.
    let mut passed = 0;
    for (start, name) in words(text, is_in_name) {
        let at = start + name.len();
        // Cookies have names of their own.
        let is_cookie = name.to_ascii_lowercase().ends_with("cookie");
        if name.is_empty() || is_cookie || at < passed {
            continue;
        }
        let Some(said) = Said::behind(text, at) else { continue };
        let rest = text.get(said.start..).unwrap_or_default();
        if REFERENCES.iter().any(|reference| rest.starts_with(reference)) {
            continue;
        }
        let near = beginning(rest, LOOK_BYTES_MAX);
        let value = near.get(..said.len(near)).unwrap_or_default();
        let is_everyday = is_everyday(name);
        let by_name = !is_everyday && is_sensitive(name);
        let by_look = || is_everyday && is_code(value) || looks_secret(name, value);
        if !by_name && !by_look() {
            continue;
        }
        // The name is judged, so that the end may be far.
        let place = said.start..said.start + said.len(rest);
        passed = place.end;
        let value = text.get(place.clone()).unwrap_or_default();
        found.extend(Some(place).filter(|_| value != MASK && (!by_name || is_hidden(name, value))));
    }
    found
}

/// Whether a value is no word: it has digits, letters and no other sign than keys have.
fn is_code(value: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=_-.".contains(&byte);
    value.len() >= 6 && has_both(value) && value.bytes().all(fits)
}

/// A value behind a name and its sign.
struct Said {
    start: usize,
    quote: Option<char>,
    /// Whether it is said as a field is: `name: value`.
    is_field: bool,
}

impl Said {
    /// What stands behind the name that ends at a byte.
    fn behind(text: &str, at: usize) -> Option<Self> {
        let rest = text.get(at..)?;
        let value = rest.trim_start_matches(['"', '\'', '\\']).trim_start_matches([' ', '\t']);
        let value = value.strip_prefix(['=', ':'])?;
        let value = value.trim_start_matches([' ', '\t']).trim_start_matches('\\');
        let quote = value.chars().next().filter(|c| "\"'".contains(*c));
        let start = text.len() - value.len() + usize::from(quote.is_some());
        Some(Self { start, quote, is_field: rest.starts_with(':') })
    }

    /// Length of the value at the beginning of a text.
    fn len(&self, text: &str) -> usize {
        // A field has a line, what stands in quotes ends with them, and the rest is a word.
        let end = match self.quote {
            Some(quote) => text.find([quote, '\n']),
            None if self.is_field => text.find(['\n', '\r', '"', '\'']),
            None => text.find(|c: char| {
                matches!(c, '&' | ';' | ',' | ')' | '}' | ']' | '<') || is_border(c)
            }),
        };
        end.unwrap_or(text.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_have_no_users_and_no_sensitive_parameters() {
        for (text, expected) in [
            ("GET https://u:p@h/a?token=abc&x=1#y", "GET https://***@h/a?token=***&x=1#y"),
            ("`h/?x=1&api_key=a;b`", "`h/?x=1&api_key=***`"),
            ("/?%74oken=abc", "/?%74oken=***"),
            ("/a#access_token=abc&state=1", "/a#access_token=***&state=1"),
            ("/a?TOKEN=", "/a?TOKEN="),
            ("/a?token=${req.query.token}&x", "/a?token=${req.query.token}&x"),
            ("/a?token=${req.query.t :: hunter2}", "/a?token=***"),
            ("/a?token=x${req.path}y&z=1", "/a?token=***&z=1"),
            ("https://u:p/w?x@h/a", "https://***@h/a"),
            ("https://h:80/b@c", "https://h:80/b@c"),
            ("u:hunter2@h", "***@h"),
            ("//u:hunter2@h/a", "//***@h/a"),
            ("git@h:a mailto:ops@h", "git@h:a mailto:ops@h"),
            ("h/$a<[^:]+@x>", "h/$a<[^:]+@x>"),
            ("?next=https://u:p@h?token=abc", "?next=https://***@h?token=***"),
            ("[\"hook\", \"--token\", \"abc\", \"x\"]", "[\"hook\", \"--token\", \"***\", \"x\"]"),
            ("hook --api-key abc --x", "hook --api-key *** --x"),
            ("https://h/%23token=abc", "https://h/%23token=***"),
            ("https://h/a?x=1%26token=abc", "https://h/a?x=1%26token=***"),
            ("https://h/a?x=1%25token=abc", "https://h/a?x=1%25token=abc"),
            ("https://h/dir?key=abc", "https://h/dir?key=***"),
            ("[\"/h\", \"-p\", \"abc\"]", "[\"/h\", \"-p\", \"***\"]"),
            ("/h, -p, abc, -x", "/h, -p, ***, -x"),
            ("/h -p 8080 -u a:abc -u www-data", "/h -p 8080 -u *** -u www-data"),
            ("write `--key` and a file", "write `--key` and a file"),
            ("a token is needed: token=x", "a token is needed: token=x"),
            ("x ghp_0bcdefghijklmnopqrsT.", "x ***"),
            ("-----BEGIN A-----\nb\n-----END A-----\nx", "***\nx"),
            ("-----BEGIN A-----\nb", "***"),
        ] {
            assert_eq!(shown_text(text), expected, "{text}");
            assert_eq!(shown_text(expected), expected, "{text}");
        }
    }

    #[test]
    fn contents_have_no_values_of_sensitive_names() {
        for (text, expected) in [
            ("--token=abc", "--token=***"),
            ("--name=abc", "--name=abc"),
            ("Authorization: Bearer a b\nx: y", "Authorization: ***\nx: y"),
            ("{\"token\": \"abc\", \"a\": 1}", "{\"token\": \"***\", \"a\": 1}"),
            ("{\\\"token\\\":\\\"abc", "{\\\"token\\\":\\\"***"),
            ("<a token=abc>", "<a token=***"),
            ("password=env:NAME", "password=env:NAME"),
            ("Cookie: beta=1; session=abc", "Cookie: beta=1; session=***"),
            ("session = \"NotDefined()\"", "session = \"NotDefined()\""),
            ("no session here", "no session here"),
            ("PASS=abc /bin/h", "PASS=*** /bin/h"),
            ("{\"code\":404,\"key\":\"name\"}", "{\"code\":404,\"key\":\"name\"}"),
            ("{\"key\":\"hunter2abc\"}", "{\"key\":\"***\"}"),
            ("x: ghp_0bcdefghijklmnopqrst\ny", "x: ***\ny"),
            (".a{color:#fff;margin:0px}", ".a{color:#fff;margin:0px}"),
        ] {
            assert_eq!(shown_content(text), expected, "{text}");
        }
    }

    /// Each of these was read to its end at every sign.
    #[test]
    fn long_line_of_signs_is_looked_through() {
        for (part, expected) in [
            (".c1{color:#fff;margin:1px}", ""),
            ("a:b@", "***"),
            ("a:b@c ", "***@c ***@c "),
            ("://a:b@", "://***@"),
            ("?a=", ""),
            ("?token=", "?token=***"),
            ("?token=${", "?token=***"),
            ("?a=${a}&", ""),
            ("--token,.", "--token,***"),
            ("token:", "token:***"),
            ("token:env:", ""),
            ("a=${", ""),
            ("-----BEGIN\"", "***\"***\""),
            ("a\" ", ""),
            ("#%23;", ""),
        ] {
            let text = part.repeat(200_000 / part.len());
            let shown = shown_content(&text);
            match expected {
                "" => assert!(shown == text, "{part}"),
                _ => assert!(shown.starts_with(expected) && shown != text, "{part}"),
            }
        }
    }

    #[test]
    fn value_of_a_request_has_no_text_of_its_own() {
        for (value, expected) in [
            ("${req.headers.a}", true),
            ("${req.headers.a :: }", true),
            ("${req.headers.a}${req.path}", true),
            ("${req.headers.a:b}", false),
            ("Bearer ${req.headers.a}", false),
            ("${a}b}", false),
            ("", false),
        ] {
            assert_eq!(crate::explain::is_of_request(value), expected, "{value}");
        }
    }
}
