//! The beginning of an absolute URL: scheme, host and port. Only what stands at the very front is
//! one; a URL inside of a path or query is text.

/// An absolute URL, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Absolute<'t> {
    /// Whether its scheme is `https`.
    pub(crate) is_tls: bool,
    /// Host and port as written.
    pub(crate) authority: &'t str,
    /// Path, query and fragment; empty, or begins with `/`, `?` or `#`.
    pub(crate) rest: &'t str,
}

/// Takes a URL apart that begins with `http://` or `https://`; none for any other text.
pub(crate) fn absolute(text: &str) -> Option<Absolute<'_>> {
    let (is_tls, behind) = match text.strip_prefix("https://") {
        Some(behind) => (true, behind),
        None => (false, text.strip_prefix("http://")?),
    };
    let (authority, rest) = behind.split_at(behind.find(['/', '?', '#']).unwrap_or(behind.len()));
    Some(Absolute { is_tls, authority, rest })
}

#[cfg(test)]
mod tests {
    use super::{Absolute, absolute};

    #[test]
    fn only_the_front_is_an_origin() {
        let all = |is_tls, authority, rest| Some(Absolute { is_tls, authority, rest });
        for (text, expected) in [
            ("https://a.tld:8443/x?y#z", all(true, "a.tld:8443", "/x?y#z")),
            ("http://a.tld", all(false, "a.tld", "")),
            ("http://a.tld?n=https://b.tld/", all(false, "a.tld", "?n=https://b.tld/")),
            ("/x?next=https://a.tld/", None),
            ("/a://b/", None),
            ("ftp://a.tld/", None),
            ("", None),
        ] {
            assert_eq!(absolute(text), expected, "{text}");
        }
    }
}
