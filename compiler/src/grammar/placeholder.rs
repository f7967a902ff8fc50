//! Placeholders of other proxies in a text: `{host}`, `$remote_addr`, `{{ .Path }}`, `%[src]`. They
//! are plain text here. Finds them, and names the expression that says the same.

use std::ops::Range;

use crate::language::limits::FAULTS_MAX;

/// What a text is for: how sure it is that a word in braces was meant as a placeholder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A path or URL with expressions: names in braces belong in no path.
    Place,
    /// The value of a field, with expressions.
    Field,
    /// Text that goes out as it is, where `${…}` says nothing either.
    Plain,
}

/// A placeholder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placeholder {
    /// Bytes of the text.
    pub at: Range<usize>,
    /// The expression that is meant; none where only a person can tell.
    pub meant: Option<String>,
}

/// Names that other proxies have, without `.`, `-` and `_`, and what they are here.
const NAMES: &[(&str, &str)] = &[
    ("host", "req.host"),
    ("httphost", "req.host"),
    ("hostport", "req.host"),
    ("requesthost", "req.host"),
    ("httprequesthost", "req.host"),
    ("httprequesthostport", "req.host"),
    ("authority", "req.host"),
    ("hdrhost", "req.host"),
    ("reqhdrhost", "req.host"),
    ("reqauthority", "req.host"),
    ("hostname", "req.domain"),
    ("servername", "req.domain"),
    ("domain", "req.domain"),
    ("remoteaddr", "req.ip"),
    ("remotehost", "req.ip"),
    ("remoteip", "req.ip"),
    ("remote", "req.ip"),
    ("clientip", "req.ip"),
    ("realipremoteaddr", "req.ip"),
    ("httprequestremotehost", "req.ip"),
    ("downstreamremoteaddresswithoutport", "req.ip"),
    ("downstreamremoteaddress", "req.ip"),
    ("src", "req.ip"),
    ("requesturi", "req.uri"),
    ("httprequesturi", "req.uri"),
    ("uri", "req.uri"),
    ("path", "req.path"),
    ("documenturi", "req.path"),
    ("requestpath", "req.path"),
    ("httprequesturipath", "req.path"),
    ("reqpath", "req.path"),
    ("scheme", "req.protocol"),
    ("proto", "req.protocol"),
    ("protocol", "req.protocol"),
    ("httprequestscheme", "req.protocol"),
    ("requestmethod", "req.method"),
    ("method", "req.method"),
    ("httprequestmethod", "req.method"),
    ("reqmethod", "req.method"),
    ("requestid", "req.id"),
    ("reqid", "req.id"),
    ("uniqueid", "req.id"),
    ("httprequestuuid", "req.id"),
    ("serverprotocol", "req.version"),
    ("timeiso8601", "now"),
    ("starttime", "now"),
    ("sslclientsdn", "req.client_cert.dn:"),
];

/// Beginnings of names, and the value of that name here, which a request may lack.
const BEGINNINGS: &[(&str, &str)] = &[
    ("http.request.header.", "req.headers"),
    ("http.request.cookie.", "req.cookies"),
    ("http.request.uri.query.", "req.query"),
    ("header.", "req.headers"),
    ("headers.", "req.headers"),
    ("cookie.", "req.cookies"),
    ("query.", "req.query"),
    ("http_", "req.headers"),
    ("cookie_", "req.cookies"),
    ("arg_", "req.query"),
];

/// What a name of another proxy is called here: what stands in `${…}`.
pub(super) fn known(name: &str) -> Option<String> {
    let name = name.trim().trim_start_matches('.').to_ascii_lowercase();
    if name.len() > 64 {
        return None;
    }
    let letters: String = name.chars().filter(|c| c.is_ascii_alphanumeric()).collect();
    if let Some((_, meant)) = NAMES.iter().find(|(known, _)| *known == letters) {
        return Some((*meant).to_owned());
    }
    BEGINNINGS.iter().find_map(|(start, here)| {
        let field = name.strip_prefix(start).filter(|field| is_identifier(field))?;
        let field = if *here == "req.headers" { field.replace('_', "-") } else { field.to_owned() };
        Some(format!("{here}.{field}:"))
    })
}

fn is_identifier(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
        && chars.all(|c| c.is_ascii_alphanumeric() || "_-".contains(c))
}

/// The placeholders of a text, in its order; at most `FAULTS_MAX`.
///
/// Cost: linear in the text.
pub fn placeholders(text: &str, kind: Kind) -> Vec<Placeholder> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(next) = text[at..].find(['$', '{', '%', '/']) {
        at += next;
        let rest = &text[at..];
        let one = if rest.starts_with("${") {
            expression(rest, kind)
        } else {
            [double, braces, dollar, percent, segment].iter().find_map(|read| read(rest, kind))
        };
        let Some((len, meant)) = one else {
            at += 1;
            continue;
        };
        if let Some(meant) = meant {
            found.push(Placeholder {
                at: at..at + len,
                meant: Some(meant).filter(|m| !m.is_empty()),
            });
            if found.len() >= FAULTS_MAX {
                break;
            }
        }
        at += len;
    }
    found
}

/// Length of what was read, and what it means: nothing where it is none, empty where nobody knows.
type Read = Option<(usize, Option<String>)>;

fn in_dollar(name: &str) -> String {
    format!("${{{name}}}")
}

/// One of ours: passed over, and found where none is filled in.
fn expression(rest: &str, kind: Kind) -> Read {
    let len = rest.find('}')? + 1;
    let inner = &rest[2..len - 1];
    let is_ours = inner.starts_with("req.") || inner.starts_with("route.");
    let is_meant = kind == Kind::Plain && (is_ours || known(inner).is_some());
    Some((len, is_meant.then(String::new)))
}

/// `{{ name }}`.
fn double(rest: &str, kind: Kind) -> Read {
    let inner = rest.strip_prefix("{{")?;
    let end = inner.find("}}").filter(|end| *end <= 80)?;
    let name = &inner[..end];
    let meant = known(name).map(|name| in_dollar(&name));
    // A page may have templates of its own.
    let meant = if kind == Kind::Plain { meant } else { meant.or(Some(String::new())) };
    Some((end + 4, meant))
}

/// `{name}`.
fn braces(rest: &str, kind: Kind) -> Read {
    let inner = rest.strip_prefix('{')?;
    let end = inner.find('}').filter(|end| *end <= 80)?;
    let name = &inner[..end];
    let dotted = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
    if name.is_empty() || !name.chars().all(dotted) {
        return None;
    }
    let parameter = || {
        let is_one = kind == Kind::Place && is_identifier(name);
        is_one.then(|| in_dollar(&format!("req.pathparams.{name}")))
    };
    let meant = known(name).map(|name| in_dollar(&name)).or_else(parameter);
    Some((end + 2, meant))
}

/// `$name`, `$1`.
fn dollar(rest: &str, kind: Kind) -> Read {
    let inner = rest.strip_prefix('$')?;
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let end = inner.find(|c| !is_word(c)).unwrap_or(inner.len());
    let name = &inner[..end];
    if name.is_empty() {
        return None;
    }
    if kind == Kind::Place && name.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some((end + 1, Some(String::new())));
    }
    // There `$uri` is a path.
    let here = if name == "uri" { Some("req.path".to_owned()) } else { known(name) };
    let parameter = || {
        let is_one = kind == Kind::Place && is_identifier(name);
        is_one.then(|| format!("req.pathparams.{name}"))
    };
    Some((end + 1, here.or_else(parameter).map(|name| in_dollar(&name))))
}

/// `%[src]`, `%{Host}i`, `%REQ(:authority)%`.
fn percent(rest: &str, _: Kind) -> Read {
    let inner = rest.strip_prefix('%')?;
    let (name, len) = if let Some(inner) = inner.strip_prefix('[') {
        let end = inner.find(']').filter(|end| *end <= 80)?;
        (&inner[..end], end + 3)
    } else if let Some(inner) = inner.strip_prefix('{') {
        let end = inner.find('}').filter(|end| *end <= 80)?;
        (&inner[..end], end + 3)
    } else {
        let end = inner.find('%').filter(|end| (4..=80).contains(end))?;
        let upper = inner[..end].find('(').unwrap_or(end);
        let is_upper = |byte: u8| byte.is_ascii_uppercase() || byte == b'_';
        if upper < 3 || !inner[..upper].bytes().all(is_upper) {
            return None;
        }
        (&inner[..end], end + 2)
    };
    Some((len, Some(known(name).map_or_else(String::new, |name| in_dollar(&name)))))
}

/// `/:name`, as patterns have it.
fn segment(rest: &str, kind: Kind) -> Read {
    let inner = rest.strip_prefix("/:").filter(|_| kind == Kind::Place)?;
    let end = inner.find(['/', '?', '#']).unwrap_or(inner.len());
    let name = inner.get(..end).filter(|name| is_identifier(name))?;
    Some((end + 2, Some(format!("/{}", in_dollar(&format!("req.pathparams.{name}"))))))
}

/// The segment of a pattern that is a parameter elsewhere: `{id}`, `<int:id>`, `[id]`; its bytes in
/// the pattern, and its name.
pub fn foreign_parameter(pattern: &str) -> Option<(Range<usize>, &str)> {
    let mut start = pattern.find('/')? + 1;
    loop {
        let end = pattern[start..].find('/').map_or(pattern.len(), |at| start + at);
        let segment = &pattern[start..end];
        let inner = [('{', '}'), ('<', '>'), ('[', ']')]
            .iter()
            .find_map(|(open, close)| segment.strip_prefix(*open)?.strip_suffix(*close));
        // `{id:[0-9]+}`, `{*rest}`, `<int:id>`.
        let name = inner.map(|inner| match inner.split_once(':') {
            Some((_, name)) if segment.starts_with('<') => name,
            Some((name, _)) => name,
            None => inner.trim_matches(['*', '.']),
        });
        if let Some(name) = name.filter(|name| is_identifier(name)) {
            return Some((start..end, name));
        }
        if end == pattern.len() {
            return None;
        }
        start = end + 1;
    }
}

/// The segment of a pattern that is a regex elsewhere: `(a|b)`, `^x$`, `[a-z]+`; its bytes in the
/// pattern, and the regex without its anchors.
pub fn foreign_regex(pattern: &str) -> Option<(Range<usize>, &str)> {
    let mut start = pattern.find('/')? + 1;
    loop {
        let end = pattern[start..].find('/').map_or(pattern.len(), |at| start + at);
        let segment = &pattern[start..end];
        // None of these signs stands in a path that a client sends, unless it is encoded.
        let is_choice = segment.contains('(') && segment.contains('|') && segment.contains(')');
        let is_regex = is_choice
            || segment.starts_with('^')
            || ["]+", "\\d", "\\w"].iter().any(|sign| segment.contains(sign));
        if is_regex && !segment.contains(['<', '>', '$']) | segment.starts_with('^') {
            let inner = segment.trim_start_matches('^').trim_end_matches('$');
            return Some((start..end, inner)).filter(|_| !inner.is_empty());
        }
        if end == pattern.len() {
            return None;
        }
        start = end + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Placeholders, each with what is meant by it.
    fn check(text: &str, kind: Kind, expected: &[(&str, &str)]) {
        let found = placeholders(text, kind);
        let found: Vec<(&str, &str)> = found
            .iter()
            .map(|one| (&text[one.at.clone()], one.meant.as_deref().unwrap_or("")))
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn placeholders_of_other_proxies_are_named() {
        use Kind::{Field, Place, Plain};
        check("/v1/{id}/x", Place, &[("{id}", "${req.pathparams.id}")]);
        check("/v1/$id", Place, &[("$id", "${req.pathparams.id}")]);
        check("/v1/:id/x", Place, &[("/:id", "/${req.pathparams.id}")]);
        check("/v1/$1", Place, &[("$1", "")]);
        check("https://a.b$request_uri", Place, &[("$request_uri", "${req.uri}")]);
        check("https://a.b{uri}", Place, &[("{uri}", "${req.uri}")]);
        check("$remote_addr", Field, &[("$remote_addr", "${req.ip}")]);
        check(
            "{http.request.header.X-A}",
            Field,
            &[("{http.request.header.X-A}", "${req.headers.x-a:}")],
        );
        check(
            "$http_x_env, $uri",
            Field,
            &[("$http_x_env", "${req.headers.x-env:}"), ("$uri", "${req.path}")],
        );
        check("{{ .Host }} {{ x }}", Field, &[("{{ .Host }}", "${req.host}"), ("{{ x }}", "")]);
        check("{{ .Host }} {{ x }}", Plain, &[("{{ .Host }}", "${req.host}")]);
        check(
            "%[src] %REQ(:authority)%",
            Field,
            &[("%[src]", "${req.ip}"), ("%REQ(:authority)%", "${req.host}")],
        );
        check("from ${req.ip}", Plain, &[("${req.ip}", "")]);
    }

    #[test]
    fn text_that_is_no_placeholder_is_left_alone() {
        use Kind::{Field, Place, Plain};
        check("/v1/${req.pathparams.id}/${req.query.x:{y}", Place, &[]);
        check("/a%20b%2Fc/v1:cancel/$", Place, &[]);
        check("price: 5$, {\"a\": {\"b\": 1}}, 100% {x}", Field, &[]);
        check("$5 and $custom", Field, &[]);
        check("body { color: red } p{margin} {{name}} ${x}", Plain, &[]);
        check("max-age=60; report=\"%41%42\"", Field, &[]);
    }

    #[test]
    fn foreign_parameter_is_a_whole_segment() {
        let check = |pattern: &str, expected: Option<(&str, &str)>| {
            let found = foreign_parameter(pattern);
            assert_eq!(found.map(|(at, name)| (&pattern[at], name)), expected, "{pattern}");
        };
        check("a.tld/{id}/x", Some(("{id}", "id")));
        check("a.tld/x/{id:[0-9]+}", Some(("{id:[0-9]+}", "id")));
        check("a.tld/<int:id>", Some(("<int:id>", "id")));
        check("a.tld/x/[slug]", Some(("[slug]", "slug")));
        check("a.tld/x/{*rest}", Some(("{*rest}", "rest")));
        check("a.tld/$id<[0-9]+>/:x/*", None);
        check("{host}.tld/x", None);
        check("a.tld/{}/{a b}", None);
    }

    #[test]
    fn foreign_regex_is_told_from_text_and_constraints() {
        let check = |pattern: &str, expected: Option<(&str, &str)>| {
            let found = foreign_regex(pattern);
            assert_eq!(found.map(|(at, regex)| (&pattern[at], regex)), expected, "{pattern}");
        };
        check("a.tld/(foo|bar)/x", Some(("(foo|bar)", "(foo|bar)")));
        check("a.tld/x/^v[0-9]$", Some(("^v[0-9]$", "v[0-9]")));
        check("a.tld/[a-z]+", Some(("[a-z]+", "[a-z]+")));
        check("a.tld/$id<[0-9]+>/$x<(a|b)>", None);
        check("a.tld/x.*/(a)/*", None);
        check("a.tld", None);
    }

    proptest! {
        #[test]
        fn placeholders_of_any_text_stay_inside(text in "[${}%\\[\\]/:a-z1.é(A-C)_ ]{0,40}") {
            for kind in [Kind::Place, Kind::Field, Kind::Plain] {
                let mut end = 0;
                for one in placeholders(&text, kind) {
                    prop_assert!(text.get(one.at.clone()).is_some() && one.at.start >= end);
                    end = one.at.end;
                }
            }
            if let Some((at, _)) = foreign_parameter(&text) {
                prop_assert!(text.get(at).is_some());
            }
            if let Some((at, _)) = foreign_regex(&text) {
                prop_assert!(text.get(at).is_some());
            }
        }
    }
}
