//! A rule of matchers in the place of a pattern, such as "Host(`a`) && PathPrefix(`/b`)": other
//! proxies choose by such. Finds one, and says how it is written here.

use crate::language::fault::{Fault, FaultKind};

/// Matchers by their names, and whether a pattern says the same: as a host, or as a path.
const MATCHERS: [(&str, Option<Part>); 12] = [
    ("Host", Some(Part::Host)),
    ("HostSNI", Some(Part::Host)),
    ("Path", Some(Part::Path)),
    ("PathPrefix", Some(Part::Path)),
    ("HostRegexp", None),
    ("PathRegexp", None),
    ("Header", None),
    ("Headers", None),
    ("HeaderRegexp", None),
    ("Method", None),
    ("Query", None),
    ("ClientIP", None),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Host,
    Path,
}

/// The one fault of a text that is such a rule; none where it is not.
pub(super) fn fault(text: &str) -> Option<Fault> {
    // Nearly every pattern has no parenthesis, and there may be a million.
    if !text.contains('(') {
        return None;
    }
    let first = text.trim_start().trim_start_matches(['!', '(']);
    calls(first).next().filter(|call| first.starts_with(call.name))?;
    let fault = Fault::new(FaultKind::Rule, 0..text.len());
    let form = "host and path are one pattern, `shop.example.org/api`, each alternative one of the list \
                `match`; methods, headers and query are keys of the route";
    Some(match meant(text) {
        Some(pattern) => {
            let help = format!("host and path are one pattern: `{pattern}`");
            fault.help(help).maybe_rewrite(0..text.len(), pattern)
        }
        None => fault.help(form),
    })
}

/// A matcher, and the text in its quotes.
struct Call<'t> {
    name: &'t str,
    part: Option<Part>,
    argument: Option<&'t str>,
}

fn calls(text: &str) -> impl Iterator<Item = Call<'_>> {
    text.match_indices('(').filter_map(move |(open, _)| {
        let before = text.get(..open)?;
        let is_letter = |c: char| c.is_ascii_alphanumeric();
        let start = before.trim_end_matches(is_letter).len();
        let name = before.get(start..)?;
        let (_, part) = MATCHERS.iter().find(|(known, _)| *known == name)?;
        let inner = text.get(open + 1..)?.trim_start();
        let quote = inner.chars().next().filter(|c| "`'\"".contains(*c));
        let argument = quote.and_then(|quote| {
            let (argument, behind) = inner.get(1..)?.split_once(quote)?;
            behind.trim_start().starts_with(')').then_some(argument)
        });
        Some(Call { name, part: *part, argument })
    })
}

/// The pattern that says the same as a rule of a host, a path, or both.
fn meant(text: &str) -> Option<String> {
    if text.contains("||") || text.contains('!') {
        return None;
    }
    let (mut host, mut path) = (None, None);
    for call in calls(text) {
        let of = match call.part? {
            Part::Host => &mut host,
            Part::Path => &mut path,
        };
        let argument =
            call.argument.filter(|text| !text.is_empty() && !text.contains(['{', ' ']))?;
        if of.replace(argument).is_some() {
            return None;
        }
    }
    let path = path.unwrap_or_default();
    (path.is_empty() || path.starts_with('/')).then(|| format!("{}{path}", host.unwrap_or("*")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rule_of_matchers_is_said_as_a_pattern() {
        let check = |text: &str, expected: Option<&str>| {
            let help = fault(text).map(|fault| fault.help.unwrap_or_default());
            match (help, expected) {
                (None, None) => {}
                (Some(help), Some(expected)) => assert!(help.contains(expected), "{text}: {help}"),
                (found, expected) => panic!("{text}: {found:?}, not {expected:?}"),
            }
        };
        check("PathPrefix(`/api`) && Host(`x.tld`)", Some("`x.tld/api`"));
        check("Host(`x.tld`)", Some("`x.tld`"));
        check("PathPrefix(`/api`)", Some("`*/api`"));
        check("(Host(`a.tld`) || Host(`b.tld`)) && Path(`/x`)", Some("the list"));
        check("Host(`a.tld`) && Method(`GET`)", Some("keys of the route"));
        check("HostRegexp(`.*`)", Some("one pattern"));
        check("Host(", Some("one pattern"));
        check("a.tld/Path(x)", None);
        check("a.tld/(foo|bar)", None);
        check("a.tld/x", None);
    }
}
