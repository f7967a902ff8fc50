//! Texts with expressions. There a missing value is sent as a text such as `no-path-param-id`, and
//! anything of the host can be read; here a missing value has a written default, and values come
//! from the request and its route alone.

use std::collections::BTreeSet;

use crate::grammar::expression;

/// A text in the form of this language.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Translated {
    pub(super) text: String,
    /// What is another now, and why.
    pub(super) notes: Vec<String>,
}

/// Names that mean the same in both.
const SAME: &[&str] = &[
    "req.id",
    "req.path",
    "req.uri",
    "req.host",
    "req.domain",
    "req.method",
    "req.protocol",
    "req.ip",
    "req.secured",
    "req.version",
    "req.listener",
    "route.id",
    "now.epoch_ms",
];

/// Times as they are called there, and here.
const TIMES: &[(&str, &str)] = &[
    ("now.epoch_sec", "now.epoch"),
    ("date.epoch_sec", "now.epoch"),
    ("date.epoch_ms", "now.epoch_ms"),
];

/// Names with a name behind them, and the text that is sent there when the value is missing.
const NAMED: &[(&str, &str)] = &[
    ("req.headers.", "no-header-"),
    ("req.query.", "no-query-"),
    ("req.cookies.", "no-query-"),
    ("req.pathparams.", "no-path-param-"),
    ("route.metadata.", "no-meta-"),
];

/// Names whose value may be missing, with no name behind them.
const OPTIONAL: &[&str] =
    &["req.client_cert.dn", "req.client_cert.cn", "req.client_cert.issuer_dn"];

/// A name in this language, and what is sent where its value is missing.
struct Name {
    spelled: String,
    missing: Option<String>,
    note: Option<String>,
}

/// Translates a text. `captured` are the parameters that every route using it captures.
///
/// Errors: why it has no form here.
pub(super) fn translate(text: &str, captured: &BTreeSet<String>) -> Result<Translated, String> {
    let mut out = Translated::default();
    let mut rest = text;
    while let Some(start) = rest.find("${") {
        out.text.push_str(&rest[..start]);
        let Some(end) = rest[start..].find('}') else {
            return Err("an expression is not closed".to_owned());
        };
        let inner = &rest[start + 2..start + end];
        rest = &rest[start + end + 1..];
        one(inner, captured, &mut out)?;
    }
    out.text.push_str(rest);
    match expression::parse(&out.text) {
        Ok(_) => Ok(out),
        Err(faults) => {
            let fault = faults.first().map(ToString::to_string).unwrap_or_default();
            Err(format!("it has no form here: {}", super::text::shown(&fault)))
        }
    }
}

fn one(inner: &str, captured: &BTreeSet<String>, out: &mut Translated) -> Result<(), String> {
    if inner.trim() == "req.fullUrl" {
        out.text.push_str("${req.protocol}://${req.host}${req.uri}");
        return Ok(());
    }
    let (names, default) = match inner.rsplit_once("::") {
        Some((names, default)) => (names, Some(default.trim().to_owned())),
        None if inner.contains("||") => (inner, None),
        // There the text is split at its last `:`.
        None => match inner.rsplit_once(':') {
            Some((name, default)) => (name, Some(default.to_owned())),
            None => (inner, None),
        },
    };
    let mut spelled = Vec::new();
    let mut missing = None;
    for word in names.split("||") {
        let name = name(word.trim(), captured)?;
        out.notes.extend(name.note);
        spelled.push(name.spelled);
        missing = name.missing;
    }
    let default = default.or_else(|| {
        if let Some(text) = missing.as_ref().filter(|text| !text.is_empty()) {
            let note =
                format!("a missing value is sent as `{text}`, as before; choose a better one");
            out.notes.push(note);
        }
        missing.take()
    });
    out.text.push_str("${");
    out.text.push_str(&spelled.join(" || "));
    if let Some(default) = default {
        out.text.push_str(if default.trim() == default { " :: " } else { ":" });
        for c in default.chars() {
            if matches!(c, '}' | '|' | '\\') {
                out.text.push('\\');
            }
            out.text.push(c);
        }
    }
    out.text.push('}');
    Ok(())
}

fn name(word: &str, captured: &BTreeSet<String>) -> Result<Name, String> {
    let plain = |spelled: &str| Name { spelled: spelled.to_owned(), missing: None, note: None };
    if SAME.contains(&word) {
        return Ok(plain(word));
    }
    if let Some((_, spelled)) = TIMES.iter().find(|(known, _)| *known == word) {
        return Ok(plain(spelled));
    }
    if matches!(word, "now" | "date") {
        let note = Some("the time is written in UTC and whole seconds here".to_owned());
        return Ok(Name { note, ..plain("now") });
    }
    if word.starts_with("now.") || word.starts_with("date.") {
        let shown = super::text::shown(word.split('(').next().unwrap_or(word));
        return Err(format!(
            "`{shown}` has no form here; a time is `now`, `now.epoch`, `now.epoch_ms`, `now.http` \
             or `now.date`, in UTC and without an offset"
        ));
    }
    // There a route without a name has the empty one.
    if word == "route.name" {
        return Ok(Name { missing: Some(String::new()), ..plain(word) });
    }
    if word == "req.ip_address" {
        let note = Some("`req.ip_address` is `req.ip` here".to_owned());
        return Ok(Name { note, ..plain("req.ip") });
    }
    if OPTIONAL.contains(&word) {
        return Ok(Name { missing: Some("bad-expr".to_owned()), ..plain(word) });
    }
    for (prefix, marker) in NAMED {
        let Some(name) = word.strip_prefix(prefix) else { continue };
        let is_sure = *prefix == "req.pathparams." && captured.contains(name);
        let missing = (!is_sure).then(|| format!("{marker}{name}"));
        return Ok(Name { missing, ..plain(word) });
    }
    let shown = super::text::shown(word);
    Err(match word.split('.').next().unwrap_or_default() {
        "env" | "config" | "vault" | "global_config" => {
            format!("`{shown}` reads the host; values come from the request and its route alone")
        }
        "apikey" | "user" | "consumer" | "in_jwt" | "out_jwt" | "in_raw_jwt" | "out_raw_jwt"
        | "apikeyjwt" | "token" => {
            format!("`{shown}` needs who is calling, which is not known here")
        }
        _ => format!("`{shown}` is no value that is known here"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let captured = BTreeSet::from(["id".to_owned()]);
        let found = translate(text, &captured).map(|translated| translated.text);
        assert_eq!(found.as_deref(), Ok(expected), "{text}");
    }

    #[test]
    fn expressions_keep_what_is_sent_for_a_missing_value() {
        check("/users/${req.pathparams.id}/all", "/users/${req.pathparams.id}/all");
        check("/${req.pathparams.x}", "/${req.pathparams.x :: no-path-param-x}");
        check("${req.headers.a}", "${req.headers.a :: no-header-a}");
        check("${req.query.a:b}", "${req.query.a :: b}");
        check("${req.query.a || req.headers.b :: c d}", "${req.query.a || req.headers.b :: c d}");
        check("${req.query.a: b}", "${req.query.a: b}");
        check("$x {y}", "$x {y}");
    }

    #[test]
    fn expressions_of_route_time_and_certificate_are_called_what_they_are_here() {
        check("${route.id}/${route.name}", "${route.id}/${route.name :: }");
        check("${route.metadata.team}", "${route.metadata.team :: no-meta-team}");
        check("${now}${date}", "${now}${now}");
        check("${now.epoch_sec} ${now.epoch_ms}", "${now.epoch} ${now.epoch_ms}");
        check("${date.epoch_sec}", "${now.epoch}");
        check("${req.client_cert.dn}", "${req.client_cert.dn :: bad-expr}");
        for text in ["${now.format('HH:mm')}", "${now.plus_ms(5)}", "${date.minus_ms(5)}"] {
            let why = translate(text, &BTreeSet::new()).expect_err(text);
            assert!(why.contains("`now.epoch`"), "{why}");
        }
    }

    #[test]
    fn expressions_that_read_the_host_are_refused() {
        for text in ["${env.SECRET}", "${vault://a}", "${user.email}", "${nonsense}", "${req.path"]
        {
            assert!(translate(text, &BTreeSet::new()).is_err(), "{text}");
        }
    }
}
