//! From an entry of `domains` to patterns: the same hosts and paths, where the language can say them.

use std::collections::BTreeSet;

use crate::grammar::pattern::{Segment, parse_with};
use crate::import::condition::{collapsed, is_live, regex_fault, variants};
use crate::language::tables::Tables;

/// Patterns that one entry may become.
const PATTERNS_MAX: usize = 16;

/// What an entry became.
#[derive(Debug, Default)]
pub(super) struct Converted {
    pub(super) patterns: Vec<String>,
    pub(super) captured: BTreeSet<String>,
    /// What is another now, and why.
    pub(super) notes: Vec<String>,
}

/// Converts one entry.
///
/// Errors: why it has no form here.
pub(super) fn convert(entry: &str, tables: &mut Tables) -> Result<Converted, String> {
    let (host, path) = entry.split_once('/').unwrap_or((entry, ""));
    let mut out = Converted::default();
    let host = host.to_lowercase();
    if host.contains('*') && host.contains(is_live) {
        return Err("its host holds characters that are a regex there".to_owned());
    }
    if host.contains(':') {
        return Err("its host holds a port, which no request's host does there".to_owned());
    }
    let mut heads = hosts(&host, &mut out.notes);
    let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    for segment in &segments {
        let forms = forms(segment, tables, &mut out.notes)?;
        if heads.len() * forms.len() > PATTERNS_MAX {
            out.notes.push(format!("`*` in `{segment}` stands for at least one character here"));
            heads.iter_mut().for_each(|head| *head = format!("{head}/{}", forms[0]));
            continue;
        }
        let joined =
            heads.iter().flat_map(|head| forms.iter().map(move |form| format!("{head}/{form}")));
        heads = joined.collect();
    }
    for pattern in heads {
        let (_, read) = parse_with(&pattern, tables).map_err(|faults| {
            let fault = faults.first().map(ToString::to_string).unwrap_or_default();
            format!("it has no form here: {fault}")
        })?;
        out.captured.extend(read.iter().filter_map(Segment::parameter).map(str::to_owned));
        out.patterns.push(pattern);
    }
    Ok(out)
}

/// The hosts that together fit what one host there fits.
pub(super) fn hosts(host: &str, notes: &mut Vec<String>) -> Vec<String> {
    if !host.contains('*') {
        return vec![host.to_owned()];
    }
    let Some(variants) = variants(host) else {
        notes.push("each `*` of the host stands for at least one character here".to_owned());
        return vec![collapsed(host)];
    };
    // A label is never empty in a request.
    let is_whole = |host: &String| host.split('.').all(|label| !label.is_empty());
    let hosts: Vec<String> = variants.into_iter().filter(is_whole).collect();
    if hosts.len() > 1 {
        notes.push("a `*` that stands for nothing is written as a host of its own".to_owned());
    }
    hosts
}

/// The segments that together fit what one segment there fits; at least one.
fn forms(
    segment: &str,
    tables: &mut Tables,
    notes: &mut Vec<String>,
) -> Result<Vec<String>, String> {
    if let Some(named) = segment.strip_prefix('$') {
        if let Some((_, regex)) = named.strip_suffix('>').and_then(|named| named.split_once('<'))
            && let Some(why) = regex_fault(regex, tables)
        {
            return Err(why.into_owned());
        }
        return Ok(vec![segment.to_owned()]);
    }
    if !segment.contains('*') || segment.starts_with(':') {
        return Ok(vec![segment.to_owned()]);
    }
    if segment.contains(is_live) {
        return Err(format!("`{segment}` holds characters that are a regex there"));
    }
    let Some(variants) = variants(segment) else {
        notes.push(format!("`*` in `{segment}` stands for at least one character here"));
        return Ok(vec![collapsed(segment)]);
    };
    let forms: Vec<String> = variants.into_iter().filter(|form| !form.is_empty()).collect();
    if forms.len() > 1 {
        notes.push(format!("a `*` of `{segment}` may stand for nothing: written out"));
    }
    Ok(forms)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(entry: &str, expected: &[&str]) {
        let found = convert(entry, &mut Tables::new()).map(|converted| converted.patterns);
        assert_eq!(found, Ok(expected.iter().map(|text| (*text).to_owned()).collect()), "{entry}");
    }

    #[test]
    fn entries_keep_hosts_and_paths() {
        check("API.Shop.tld", &["api.shop.tld"]);
        check("a.tld/", &["a.tld"]);
        check("a.tld//x//:id/", &["a.tld/x/:id"]);
        check("a.tld/users/$id<[0-9]+>/bills", &["a.tld/users/$id<[0-9]+>/bills"]);
        check("*.a.tld/*", &["*.a.tld/*"]);
        check("*", &["*"]);
        check("*shop.tld/v*", &["*shop.tld/v*", "*shop.tld/v", "shop.tld/v*", "shop.tld/v"]);
        check("a.tld/**", &["a.tld/*"]);
    }

    #[test]
    fn entries_without_a_form_say_why() {
        for entry in ["a.tld:80/x", "a.tld/$id<(?=a)b>", "a.tld/$id<a/b>", "", "a.tld/[a]*", "/x"] {
            assert!(convert(entry, &mut Tables::new()).is_err(), "{entry}");
        }
    }
}
