//! A request as people write it in tests and on the command line: `METHOD URL`.

use crate::document::value::{self, Problem, shown};

/// A request line taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestLine {
    /// As written.
    pub method: String,
    /// `http` or `https`.
    pub scheme: String,
    /// Host and port, as written.
    pub authority: String,
    /// Path and query, as written; `/` where none is.
    pub target: String,
}

/// Takes `METHOD URL` apart. What the edge itself refuses (a bad path, a bad host) is no mistake
/// here: a test may expect just that.
///
/// Errors: it is no method and URL at all.
pub fn parse(text: &str) -> Result<RequestLine, Problem> {
    let refuse = |help: String| Problem::new(format!("`{}` is no request", shown(text))).help(help);
    let form = "a method and a URL: `GET http://shop.example.org/api/42?x=1`";
    let Some((method, url)) = text.split_once(' ') else {
        let help = if text.contains("://") {
            format!("the method is missing: `GET {}`", shown(text))
        } else {
            form.to_owned()
        };
        return Err(refuse(help));
    };
    if method.is_empty() || !method.bytes().all(value::is_token) {
        return Err(refuse(form.to_owned()));
    }
    if url.contains(|c: char| c == ' ' || c.is_control()) || url.is_empty() {
        return Err(refuse("a URL holds no space; write `%20` for it".to_owned()));
    }
    let Some((scheme, rest)) = url.split_once("://") else {
        let help = if url.starts_with('/') {
            format!("scheme and host are missing: `{method} http://HOST{}`", shown(url))
        } else {
            format!("the scheme is missing: `{method} http://{}`", shown(url))
        };
        return Err(refuse(help));
    };
    let scheme = scheme.to_ascii_lowercase();
    if scheme != "http" && scheme != "https" {
        return Err(refuse("the scheme is `http` or `https`".to_owned()));
    }
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, target) = rest.split_at(end);
    if authority.is_empty() {
        return Err(refuse("the host is missing".to_owned()));
    }
    if target.contains('#') {
        return Err(refuse("a fragment (`#…`) is never sent; leave it out".to_owned()));
    }
    let slash = if target.starts_with('/') { "" } else { "/" };
    Ok(RequestLine {
        method: method.to_owned(),
        scheme,
        authority: authority.to_owned(),
        target: format!("{slash}{target}"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, expected: Result<(&str, &str, &str, &str), &str>) {
        match (parse(text), expected) {
            (Ok(line), Ok((method, scheme, authority, target))) => {
                let expected = RequestLine {
                    method: method.to_owned(),
                    scheme: scheme.to_owned(),
                    authority: authority.to_owned(),
                    target: target.to_owned(),
                };
                assert_eq!(line, expected, "{text}");
            }
            (Err(problem), Err(expected)) => {
                let help = problem.help.unwrap_or_default();
                assert!(help.contains(expected), "{text}: {help}");
            }
            (found, expected) => panic!("{text}: {found:?}, not {expected:?}"),
        }
    }

    #[test]
    fn parse_takes_method_and_url_apart() {
        check("GET http://a.b/c?d=1", Ok(("GET", "http", "a.b", "/c?d=1")));
        check("GET HTTPS://A.b:8443", Ok(("GET", "https", "A.b:8443", "/")));
        check("GET http://a.b?x", Ok(("GET", "http", "a.b", "/?x")));
        check("GET http://[::1]:80/", Ok(("GET", "http", "[::1]:80", "/")));
        check("GET http://a/../%zz", Ok(("GET", "http", "a", "/../%zz")));
        check("http://a.b/", Err("`GET http://a.b/`"));
        check("GET", Err("a method and a URL"));
        check("", Err("a method and a URL"));
        check("GET /x", Err("http://HOST/x"));
        check("GET a.b/x", Err("http://a.b/x"));
        check("GET ftp://a.b/x", Err("`http` or `https`"));
        check("GET http:///x", Err("the host is missing"));
        check("GET http://a/x#y", Err("never sent"));
        check("GET http://a/x y", Err("%20"));
    }

    proptest! {
        #[test]
        fn parse_any_text_never_panics(text in "\\PC{0,30}") {
            let _ = parse(&text);
        }
    }
}
