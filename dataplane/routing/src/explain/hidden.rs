//! Secrets inside of texts: users and passwords in front of hosts, what some parameters of a query
//! say, keys, tokens. The names that say so are those of fields.

use std::ops::Range;

use super::secret::{MASK, REFERENCES, is_sensitive, is_token, must_hide};

/// Longest name, and longest user, that is looked for. Unit: bytes.
const NAME_BYTES_MAX: usize = 256;
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

/// Whether a value takes all that it says from the request: its expressions have no default, and
/// nothing stands beside them.
#[must_use]
pub fn is_of_request(value: &str) -> bool {
    let mut rest = value;
    while let Some((inside, behind)) =
        rest.strip_prefix("${").and_then(|inside| inside.split_once('}'))
    {
        let default = inside.split_once(':').map_or("", |(_, default)| default);
        if !default.trim_matches([':', ' ']).is_empty() {
            return false;
        }
        rest = behind;
    }
    rest.is_empty() && !value.is_empty()
}

/// Whether what is said of a free name, as a value or a condition, is shown to nobody.
#[must_use]
pub fn is_hidden(name: &str, value: &str) -> bool {
    let says_nothing = matches!(value, "" | "Exists()" | "NotDefined()");
    // An expression alone takes its value from the request.
    must_hide(name, value) && !says_nothing && !is_of_request(value)
}

fn covered(text: &str, found: Vec<Range<usize>>) -> String {
    let mut out = text.to_owned();
    for hidden in found.into_iter().rev() {
        out.replace_range(hidden, MASK);
    }
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

/// Whether a character ends whatever a text is made of.
fn is_border(c: char) -> bool {
    c.is_whitespace() || "\"'`".contains(c)
}

/// A part of a text, cut to the bytes that are looked at.
fn near(text: &str, from: usize) -> &str {
    let rest = text.get(from..).unwrap_or_default();
    let end = (0..=NAME_BYTES_MAX.min(rest.len())).rev().find(|at| rest.is_char_boundary(*at));
    rest.get(..end.unwrap_or_default()).unwrap_or_default()
}

/// Users and passwords between a scheme and a host.
fn users(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for (at, sign) in text.match_indices("://") {
        let start = at + sign.len();
        let rest = text.get(start..).unwrap_or_default();
        let end = rest.find(|c: char| is_border(c) || "/?#".contains(c)).unwrap_or(rest.len());
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

/// What parameters of a query, or behind a `#`, say of names that are sensitive.
fn parameters(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices(['?', '&', '#', ';']) {
        let name = near(text, at + 1);
        let Some(len) = name.find(|c: char| is_border(c) || "=?&#;/".contains(c)) else { continue };
        if !name.get(len..).is_some_and(|rest| rest.starts_with('=')) {
            continue;
        }
        let start = at + 1 + len + 1;
        let value = start..start + len_of_parameter(text.get(start..).unwrap_or_default());
        found.extend(name.get(..len).and_then(|name| judged(text, &decoded(name), value)));
    }
    found
}

/// A value that must be hidden, by what it is said of.
fn judged(text: &str, name: &str, place: Range<usize>) -> Option<Range<usize>> {
    let value = text.get(place.clone())?;
    (value != MASK && is_hidden(name, value)).then_some(place)
}

/// Length of the value of a parameter; expressions are parts of it.
fn len_of_parameter(text: &str) -> usize {
    let mut at = 0;
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let expression = rest.strip_prefix("${").and_then(|inside| inside.find('}'));
        if let Some(end) = expression {
            at += "${".len() + end + 1;
            continue;
        }
        match rest.chars().next() {
            Some(c) if !is_border(c) && c != '&' && c != '#' => at += c.len_utf8(),
            _ => break,
        }
    }
    at
}

/// A name without its percent-encoding, as far as it is ASCII.
fn decoded(name: &str) -> String {
    let mut parts = name.split('%');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let byte = part.get(..2).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match byte.filter(u8::is_ascii) {
            Some(byte) => {
                out.push(char::from(byte));
                out.push_str(part.get(2..).unwrap_or_default());
            }
            None => out.push_str(part),
        }
    }
    out
}

/// What stands behind an option of a command such as `--token`, be it another item of a list.
fn options(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for (start, word) in words(text, |c| c.is_ascii_alphanumeric() || "_-".contains(c)) {
        if !word.starts_with('-') || !is_sensitive(word) {
            continue;
        }
        let rest = text.get(start + word.len()..).unwrap_or_default();
        let behind = rest.trim_start_matches(|c: char| is_border(c) || c == ',');
        let len = behind.find(is_border).unwrap_or(behind.len());
        let at = text.len() - behind.len();
        if behind.len() < rest.len() && !behind.starts_with('-') {
            found.push(at..at + len);
        }
    }
    found
}

/// Tokens of well-known services, wherever they stand.
fn tokens(text: &str) -> Vec<Range<usize>> {
    let is_in = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
    let tokens = words(text, is_in).filter(|(_, word)| is_token(word));
    tokens.map(|(start, word)| start..start + word.len()).collect()
}

/// Keys and certificates, each up to its end, or to that of the text in quotes or of all.
fn pem(text: &str) -> Vec<Range<usize>> {
    let [begin, end] = PEM;
    let mut found: Vec<Range<usize>> = Vec::new();
    for (at, _) in text.match_indices(begin) {
        if found.last().is_some_and(|last| at < last.end) {
            continue;
        }
        let rest = text.get(at..).unwrap_or_default();
        let quote = || rest.find(['"', '\'', '`']).unwrap_or(rest.len());
        let last = rest.find(end).map_or_else(quote, |at| {
            let line = rest.get(at..).unwrap_or_default();
            at + line.find(|c: char| is_border(c) && c != ' ').unwrap_or(line.len())
        });
        found.push(at..at + last);
    }
    found
}

/// What stands behind `name=`, `name:` and `"name":`, where the name is sensitive.
fn assigned(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for (start, name) in words(text, |c| c.is_ascii_alphanumeric() || "_-".contains(c)) {
        let at = start + name.len();
        // Cookies have names of their own.
        let is_cookie = name.to_ascii_lowercase().ends_with("cookie");
        if name.is_empty() || is_cookie || found.last().is_some_and(|last| at < last.end) {
            continue;
        }
        let rest = text.get(at..).unwrap_or_default();
        let value = rest.trim_start_matches(['"', '\'', '\\']).trim_start_matches([' ', '\t']);
        let Some(value) = value.strip_prefix(['=', ':']) else { continue };
        let value = value.trim_start_matches([' ', '\t']).trim_start_matches('\\');
        let quote = value.chars().next().filter(|c| "\"'".contains(*c));
        let value = quote.map_or(value, |_| value.get(1..).unwrap_or_default());
        let start = text.len() - value.len();
        // A field has a line, what stands in quotes ends with them, and the rest is a word.
        let len = match quote {
            Some(quote) => value.find([quote, '\n']),
            None if rest.starts_with(':') => value.find(['\n', '\r', '"', '\'']),
            None => value.find(|c: char| is_border(c) || "&;,)}]<".contains(c)),
        };
        let value = start..start + len.unwrap_or(value.len());
        let said = text.get(value.clone()).unwrap_or_default();
        if !REFERENCES.iter().any(|reference| said.starts_with(reference)) {
            found.extend(judged(text, name, value));
        }
    }
    found
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
        ] {
            assert_eq!(shown_content(text), expected, "{text}");
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
            assert_eq!(is_of_request(value), expected, "{value}");
        }
    }
}
