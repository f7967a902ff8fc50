//! One route: `id` is `host[/path]`, the longest wins; `target` is a base URL.

use crate::document::value;
use crate::grammar::pattern::{HostPattern, Segment, parse};
use crate::import::text::shown;
use crate::import::url::{Url, url};

/// What an `id` takes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Taken {
    pub(super) pattern: String,
    /// It ended with `/`, and so takes that one path there.
    pub(super) is_exact: bool,
    /// What is another now, and why.
    pub(super) note: Option<&'static str>,
}

/// Converts an id; nothing in it is more than text there.
///
/// Errors: why it has no form here.
pub(super) fn pattern(id: &str) -> Result<Taken, String> {
    let (host, path) = id.split_once('/').map_or((id, None), |(host, path)| (host, Some(path)));
    let mut note = None;
    if host != host.to_ascii_lowercase() {
        note = Some("hosts are compared without regard to case here");
    }
    let is_exact = path.is_some_and(|path| path.is_empty() || path.ends_with('/'));
    // The root has no form without its `/`.
    if path.is_some_and(|path| path.ends_with('/')) {
        note =
            Some("exact: there it takes that one path, and here the one without the last `/` too");
    }
    let pattern = format!("{}/{}", host.to_ascii_lowercase(), path.unwrap_or_default());
    let pattern = pattern.trim_end_matches('/').to_owned();
    let (host, segments) = parse(&pattern).map_err(|faults| {
        let fault = faults.first().map(ToString::to_string).unwrap_or_default();
        format!("no request fits it here: {}", shown(&fault))
    })?;
    let is_text = matches!(host, HostPattern::Exact(_))
        && segments.iter().all(|segment| matches!(segment, Segment::Static(_)));
    if !is_text {
        return Err(
            "`*`, `:name` and `$name` are text there, and no request has such a host or path"
                .to_owned(),
        );
    }
    Ok(Taken { pattern, is_exact, note })
}

/// Where a target is.
///
/// Errors: why it has no form here.
pub(super) fn target(text: &str) -> Result<(Url, Option<&'static str>), String> {
    let (text, note) = match text.contains("://") {
        true => (text.to_owned(), None),
        false => {
            let note = "`http://` stands in front now: without a scheme each request there ends \
                        with 500";
            (format!("http://{text}"), Some(note))
        }
    };
    let url = url(&text).ok_or("the target is no URL of http or https with a host")?;
    if url.path.contains(['?', '#']) {
        return Err("the target has a query or a fragment".to_owned());
    }
    match value::target_host(&url.host) {
        Ok(_) => Ok((url, note)),
        Err(_) => Err("the target's host is none".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn ids_are_text_and_prefixes() {
        let pattern = |id| super::pattern(id).map(|taken| taken.pattern).ok();
        assert_eq!(pattern("x.com").as_deref(), Some("x.com"));
        assert_eq!(pattern("X.com/app/").as_deref(), Some("x.com/app"));
        for id in ["*.x.com", "x.com/:id", "x.com/a*", "x.com:80", "", "x.com//a"] {
            assert_eq!(pattern(id), None, "{id}");
        }
    }

    #[test]
    fn targets_need_no_scheme() {
        let target = |text| super::target(text).map(|(url, _)| (url.host, url.port, url.path)).ok();
        let found = |host: &str, port, path: &str| Some((host.to_owned(), port, path.to_owned()));
        assert_eq!(target("http://frontend:8080"), found("frontend", 8080, "/"));
        assert_eq!(target("127.0.0.1:4200"), found("127.0.0.1", 4200, "/"));
        assert_eq!(target("https://a.tld/base/"), found("a.tld", 443, "/base/"));
        for text in ["ftp://a", "http://", "http://a:x", "http://a/?b", "http://a b"] {
            assert_eq!(target(text), None, "{text}");
        }
    }
}
