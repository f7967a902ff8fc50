//! One request's host, path and query in their one form; scratch of a worker, filled again and
//! again without allocation.

use super::path::{PathPolicy, Segments};
use super::percent::is_control;
use super::{Refusal, host, path};

/// Host, authority, path and query of one request.
#[derive(Clone, Debug)]
pub struct Canonical {
    host: Vec<u8>,
    authority: Vec<u8>,
    port: Option<u16>,
    path: Vec<u8>,
    segments: Segments,
    query: Vec<u8>,
    has_query: bool,
}

impl Default for Canonical {
    fn default() -> Self {
        Self::new()
    }
}

impl Canonical {
    /// Empty scratch.
    #[must_use]
    pub fn new() -> Self {
        Self {
            host: Vec::new(),
            authority: Vec::new(),
            port: None,
            path: Vec::new(),
            segments: Segments::new(),
            query: Vec::new(),
            has_query: false,
        }
    }

    /// Reads a request: `authority` is the `Host` field's value or that of an absolute target, none
    /// where neither is there; `target` is path and query. The target `*` is the caller's.
    ///
    /// Errors: what the client sent has no meaning; answered with 400. A part that was refused is
    /// empty then, and so is what follows it: half of it would look like another request's.
    pub fn set(
        &mut self,
        authority: Option<&[u8]>,
        target: &[u8],
        policy: PathPolicy,
    ) -> Result<(), Refusal> {
        self.clear();
        if let Some(value) = authority {
            match host::read(value, &mut self.host, &mut self.authority) {
                Ok(port) => self.port = port,
                Err(refusal) => {
                    self.clear();
                    return Err(refusal);
                }
            }
        }
        let read = self.set_target(target, policy);
        if read.is_err() {
            self.path.clear();
            self.query.clear();
        }
        read
    }

    fn clear(&mut self) {
        self.host.clear();
        self.authority.clear();
        self.path.clear();
        self.query.clear();
        self.port = None;
        self.has_query = false;
    }

    fn set_target(&mut self, target: &[u8], policy: PathPolicy) -> Result<(), Refusal> {
        // An absolute target may have no path: `http://a.tld?x`.
        let target_begins = target.first().is_none_or(|byte| *byte == b'?');
        let path_end = if target_begins {
            path::read(b"/", policy, &mut self.path, &mut self.segments)?;
            0
        } else {
            path::read(target, policy, &mut self.path, &mut self.segments)?
        };
        if let Some((_, query)) = target.get(path_end..).and_then(<[u8]>::split_first) {
            check_query(query)?;
            self.query.extend_from_slice(query);
            self.has_query = true;
        }
        Ok(())
    }

    /// The host: lower case, no port, no trailing dot; empty where the request names none.
    #[inline]
    #[must_use]
    pub fn host(&self) -> &[u8] {
        &self.host
    }

    /// Host and port as they are sent on; empty where the request names none.
    #[inline]
    #[must_use]
    pub fn authority(&self) -> &[u8] {
        &self.authority
    }

    /// The port that the request names.
    #[must_use]
    pub fn port(&self) -> Option<u16> {
        self.port
    }

    /// The path.
    #[inline]
    #[must_use]
    pub fn path(&self) -> &[u8] {
        &self.path
    }

    /// Where the path's segments stand.
    #[inline]
    #[must_use]
    pub fn segments(&self) -> &Segments {
        &self.segments
    }

    /// The query without its `?`, as it came; none where there is no `?`.
    #[inline]
    #[must_use]
    pub fn query(&self) -> Option<&[u8]> {
        self.has_query.then_some(self.query.as_slice())
    }
}

/// A query goes on as it came; only what could break a line or a reader is refused.
fn check_query(query: &[u8]) -> Result<(), Refusal> {
    for byte in query {
        match byte {
            b'#' => return Err(Refusal::BadDelimiter),
            b' ' | 0x80.. => return Err(Refusal::BadByte),
            byte if is_control(*byte) => return Err(Refusal::BadByte),
            _ => {}
        }
    }
    Ok(())
}

/// For a fuzz target: the first line of `data` as a host, the rest as path and query.
#[doc(hidden)]
pub fn fuzz_canonical(data: &[u8]) {
    let Some((flags, rest)) = data.split_first() else { return };
    let policy = PathPolicy {
        dot_segments: if flags & 1 == 0 {
            super::DotSegments::Reject
        } else {
            super::DotSegments::Normalize
        },
        merge_slashes: flags & 2 != 0,
    };
    let mut canonical = Canonical::new();
    if canonical.set(None, rest, policy).is_err() {
        return;
    }
    let mut target = canonical.path().to_vec();
    if let Some(query) = canonical.query() {
        target.push(b'?');
        target.extend_from_slice(query);
    }
    let mut again = Canonical::new();
    let result = again.set(None, &target, policy);
    assert!(result.is_ok(), "a canonical target is a valid one");
    assert_eq!((again.path(), again.query()), (canonical.path(), canonical.query()));
    for index in 0..canonical.segments().kept() {
        assert_eq!(canonical.segments().get(index), again.segments().get(index));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(target: &str, path: &str, query: Option<&str>) {
        let mut canonical = Canonical::new();
        canonical.set(Some(b"A.tld:80"), target.as_bytes(), PathPolicy::default()).expect(target);
        assert_eq!(canonical.path(), path.as_bytes());
        assert_eq!(canonical.query(), query.map(str::as_bytes));
        assert_eq!((canonical.host(), canonical.port()), (&b"a.tld"[..], Some(80)));
    }

    #[test]
    fn target_is_split_at_the_first_question_mark() {
        check("/a?b?c", "/a", Some("b?c"));
        check("/a?", "/a", Some(""));
        check("/a", "/a", None);
        check("", "/", None);
        check("?x=1", "/", Some("x=1"));
        check("/%61?x=%zz", "/a", Some("x=%zz"));
    }

    #[test]
    fn query_with_a_byte_that_breaks_is_refused() {
        for (query, refusal) in [
            ("/?a b", Refusal::BadByte),
            ("/?a\r", Refusal::BadByte),
            ("/?a\u{7f}", Refusal::BadByte),
            ("/?é", Refusal::BadByte),
            ("/?a#b", Refusal::BadDelimiter),
        ] {
            let mut canonical = Canonical::new();
            let found = canonical.set(None, query.as_bytes(), PathPolicy::default());
            assert_eq!(found, Err(refusal), "{query}");
        }
    }

    #[test]
    fn scratch_filled_again_keeps_nothing() {
        let mut canonical = Canonical::new();
        let policy = PathPolicy::default();
        assert_eq!(canonical.set(Some(b"a.tld:1"), b"/a/b?x", policy), Ok(()));
        assert_eq!(canonical.set(None, b"/", policy), Ok(()));
        assert_eq!((canonical.host(), canonical.authority()), (&b""[..], &b""[..]));
        assert_eq!((canonical.query(), canonical.port()), (None, None));
        assert_eq!(canonical.segments().total(), 0);
    }
}
