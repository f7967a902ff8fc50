//! A path in its one form: what is matched, logged and sent. It is made once; making it again
//! changes nothing.

use pointsman_schemas::artifact::{DotSegments, Settings};
use pointsman_schemas::limits::PATTERN_SEGMENTS_MAX;

use super::Refusal;
use super::percent::{escape, is_control, is_segment_byte, is_unreserved, put_escape};

/// What the configuration says of unusual paths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PathPolicy {
    /// What happens to `.` and `..`.
    pub dot_segments: DotSegments,
    /// Whether `//` counts as `/`.
    pub merge_slashes: bool,
}

impl PathPolicy {
    /// What an artifact's settings say.
    #[must_use]
    pub fn of(settings: &Settings<'_>) -> Self {
        Self { dot_segments: settings.dot_segments, merge_slashes: settings.merge_slashes }
    }
}

/// Segments whose places are kept: one more than a pattern has.
const KEPT_MAX: usize = PATTERN_SEGMENTS_MAX + 1;

/// Where the segments of a canonical path begin.
///
/// Shape: one trailing `/` of the path is no segment; `/` has none, `//` an empty one.
#[derive(Clone, Debug)]
pub struct Segments {
    /// Of segment `i` the first byte; one entry more than segments, as if another followed.
    starts: [u32; KEPT_MAX + 1],
    kept: usize,
    total: usize,
}

impl Segments {
    pub(super) fn new() -> Self {
        Self { starts: [0; KEPT_MAX + 1], kept: 0, total: 0 }
    }

    #[inline]
    fn begin(&mut self) {
        self.kept = 0;
    }

    #[inline]
    fn slash(&mut self, at: usize) {
        if let Some(start) = self.starts.get_mut(self.kept) {
            *start = at as u32 + 1;
        }
        self.kept += 1;
    }

    #[inline]
    fn end(&mut self, path: &[u8]) {
        if path.last() != Some(&b'/') {
            self.slash(path.len());
        }
        self.total = self.kept.saturating_sub(1);
        self.kept = self.total.min(KEPT_MAX);
    }

    /// How many segments there are.
    #[inline]
    #[must_use]
    pub fn total(&self) -> usize {
        self.total
    }

    /// How many of them, from the left, have their places kept.
    #[inline]
    #[must_use]
    pub fn kept(&self) -> usize {
        self.kept
    }

    /// First byte and length of segment `index`, below [`Self::kept`].
    #[inline]
    #[must_use]
    pub fn get(&self, index: usize) -> Option<(usize, usize)> {
        if index >= self.kept {
            return None;
        }
        let (start, next) = (*self.starts.get(index)?, *self.starts.get(index + 1)?);
        Some((start as usize, (next - start) as usize - 1))
    }

    /// Bytes that the first `count` segments cover; 0 for none.
    #[inline]
    #[must_use]
    pub fn covered(&self, count: usize) -> usize {
        match count.checked_sub(1).and_then(|last| self.get(last)) {
            Some((start, len)) => start + len,
            None => 0,
        }
    }
}

/// Whether a segment in canonical form is one that a reader may resolve: `.` or `..`, with what
/// follows a `;` or without.
///
/// Servers that know path parameters (Tomcat and its kin) cut a segment at its `;` before they look
/// for dots, so that `..;x` leads upwards behind whoever took it for a name.
#[must_use]
pub fn is_dot_segment(segment: &[u8]) -> bool {
    let name = segment.split(|byte| *byte == b';').next().unwrap_or_default();
    matches!(name, b"." | b"..")
}

/// Whether a path in canonical form has such a segment.
#[must_use]
pub fn has_dot_segment(path: &[u8]) -> bool {
    path.split(|byte| *byte == b'/').any(is_dot_segment)
}

/// What a raw byte of a target is.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum Class {
    Plain,
    Slash,
    Query,
    /// `%`.
    Escape,
    /// Not allowed raw, but meant plainly: is encoded.
    Encode,
    /// `\` or `#`.
    Delimiter,
    /// Control, space, above 0x7F.
    Bad,
}

const CLASSES: [Class; 256] = {
    let mut classes = [Class::Bad; 256];
    let mut byte = 0_usize;
    while byte < 256 {
        let value = byte as u8;
        classes[byte] = match value {
            b'/' => Class::Slash,
            b'?' => Class::Query,
            b'%' => Class::Escape,
            b'"' | b'<' | b'>' | b'[' | b']' | b'^' | b'{' | b'|' | b'}' | b'`' => Class::Encode,
            b'\\' | b'#' => Class::Delimiter,
            _ if is_segment_byte(value) => Class::Plain,
            _ => Class::Bad,
        };
        byte += 1;
    }
    classes
};

/// Reads the path at the start of `raw` into `out`, which is empty; returns where it ends: at `?`
/// or at the end of `raw`.
///
/// Cost: one pass and one copy for a path that is canonical already.
pub(super) fn read(
    raw: &[u8],
    policy: PathPolicy,
    out: &mut Vec<u8>,
    segments: &mut Segments,
) -> Result<usize, Refusal> {
    if raw.first() != Some(&b'/') {
        return Err(Refusal::BadPath);
    }
    segments.begin();
    let mut at = 0;
    loop {
        let run = raw.get(at..).unwrap_or_default().iter();
        at += run.take_while(|byte| CLASSES[usize::from(**byte)] == Class::Plain).count();
        let Some(byte) = raw.get(at) else { break };
        match CLASSES[usize::from(*byte)] {
            Class::Plain => {}
            Class::Slash => {
                let rest = raw.get(at + 1..).unwrap_or_default();
                match rest.first() {
                    Some(b'.') if is_raw_dot_segment(rest) => {
                        if policy.dot_segments == DotSegments::Reject {
                            return Err(Refusal::DotSegment);
                        }
                        return rewrite(raw, policy, out, segments);
                    }
                    Some(b'/') if policy.merge_slashes => {
                        return rewrite(raw, policy, out, segments);
                    }
                    _ => segments.slash(at),
                }
            }
            Class::Query => break,
            Class::Escape | Class::Encode => return rewrite(raw, policy, out, segments),
            Class::Delimiter => return Err(Refusal::BadDelimiter),
            Class::Bad => return Err(Refusal::BadByte),
        }
        at += 1;
    }
    let path = raw.get(..at).unwrap_or_default();
    out.extend_from_slice(path);
    segments.end(path);
    Ok(at)
}

/// Whether a raw segment, up to `/`, `;`, `?` or the end, is `.` or `..`.
fn is_raw_dot_segment(rest: &[u8]) -> bool {
    let ends = |byte: Option<&u8>| matches!(byte, None | Some(b'/' | b';' | b'?'));
    match rest {
        [b'.', b'.', ..] => ends(rest.get(2)),
        [b'.', ..] => ends(rest.get(1)),
        _ => false,
    }
}

/// The slow way: byte by byte, escapes read and written, segments resolved.
fn rewrite(
    raw: &[u8],
    policy: PathPolicy,
    out: &mut Vec<u8>,
    segments: &mut Segments,
) -> Result<usize, Refusal> {
    out.clear();
    out.push(b'/');
    let (mut at, mut segment_at) = (1, 1);
    while let Some(byte) = raw.get(at) {
        match CLASSES[usize::from(*byte)] {
            Class::Plain => out.push(*byte),
            Class::Slash => {
                end_segment(out, &mut segment_at, policy, Ending::Slash)?;
            }
            Class::Query => break,
            Class::Escape => {
                let rest = raw.get(at..).unwrap_or_default();
                let value = escape(rest).ok_or(Refusal::BadEscape)?;
                if is_control(value) {
                    return Err(Refusal::BadByte);
                }
                if is_unreserved(value) {
                    out.push(value);
                } else {
                    put_escape(out, value);
                }
                at += 2;
            }
            Class::Encode => put_escape(out, *byte),
            Class::Delimiter => return Err(Refusal::BadDelimiter),
            Class::Bad => return Err(Refusal::BadByte),
        }
        at += 1;
    }
    end_segment(out, &mut segment_at, policy, Ending::Path)?;
    segments.begin();
    for (at, _) in out.iter().enumerate().filter(|(_, byte)| **byte == b'/') {
        segments.slash(at);
    }
    segments.end(out);
    Ok(at)
}

/// What ends a segment.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    Slash,
    Path,
}

/// Ends the segment that began at `segment_at`; `out[..segment_at]` ends with `/`.
fn end_segment(
    out: &mut Vec<u8>,
    segment_at: &mut usize,
    policy: PathPolicy,
    ending: Ending,
) -> Result<(), Refusal> {
    let dots = match out.get(*segment_at..).unwrap_or_default() {
        b"." => 1,
        b".." => 2,
        // Resolved or kept, it would mean one thing here and another to who knows no parameters.
        segment if is_dot_segment(segment) => return Err(Refusal::DotSegment),
        _ => 0,
    };
    if dots > 0 && policy.dot_segments == DotSegments::Reject {
        return Err(Refusal::DotSegment);
    }
    let empty = out.len() == *segment_at;
    match dots {
        0 if ending == Ending::Slash && !(empty && policy.merge_slashes) => out.push(b'/'),
        0 => {}
        1 => out.truncate(*segment_at),
        _ => {
            // Without this segment's `/` and the segment before it; never above the root.
            let before = out.get(..*segment_at - 1).unwrap_or_default();
            let keep = before.iter().rposition(|byte| *byte == b'/').map_or(1, |slash| slash + 1);
            out.truncate(keep);
        }
    }
    *segment_at = out.len();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NORMALIZE: PathPolicy =
        PathPolicy { dot_segments: DotSegments::Normalize, merge_slashes: false };
    const MERGE: PathPolicy = PathPolicy { dot_segments: DotSegments::Reject, merge_slashes: true };
    const BOTH: PathPolicy =
        PathPolicy { dot_segments: DotSegments::Normalize, merge_slashes: true };

    fn canonical(raw: &[u8], policy: PathPolicy) -> Result<(Vec<u8>, Segments), Refusal> {
        let (mut out, mut segments) = (Vec::new(), Segments::new());
        read(raw, policy, &mut out, &mut segments)?;
        Ok((out, segments))
    }

    fn check(raw: &str, policy: PathPolicy, expected: Result<&str, Refusal>) {
        let found = canonical(raw.as_bytes(), policy)
            .map(|(path, _)| String::from_utf8(path).unwrap_or_default());
        assert_eq!(found.as_deref(), expected.as_ref().copied(), "{raw}");
    }

    #[test]
    fn path_each_kind_of_byte_has_one_form() {
        let plain = PathPolicy::default();
        for (raw, expected) in [
            ("/", Ok("/")),
            ("/a/b", Ok("/a/b")),
            ("/a/b?x=%zz", Ok("/a/b")),
            ("/%61%2d%7E", Ok("/a-~")),
            ("/%2f%5c%3a", Ok("/%2F%5C%3A")),
            ("/a:b@c", Ok("/a:b@c")),
            ("/\"<>[]^{|}`", Ok("/%22%3C%3E%5B%5D%5E%7B%7C%7D%60")),
            ("/%c3%a9", Ok("/%C3%A9")),
            ("/%252e", Ok("/%252e")),
            ("//a//", Ok("//a//")),
            ("/.a/..b/...", Ok("/.a/..b/...")),
            ("", Err(Refusal::BadPath)),
            ("a", Err(Refusal::BadPath)),
            ("?x", Err(Refusal::BadPath)),
            ("/%", Err(Refusal::BadEscape)),
            ("/%4", Err(Refusal::BadEscape)),
            ("/%4g", Err(Refusal::BadEscape)),
            ("/%00", Err(Refusal::BadByte)),
            ("/%1f", Err(Refusal::BadByte)),
            ("/%7f", Err(Refusal::BadByte)),
            ("/a b", Err(Refusal::BadByte)),
            ("/\t", Err(Refusal::BadByte)),
            ("/é", Err(Refusal::BadByte)),
            ("/a\\b", Err(Refusal::BadDelimiter)),
            ("/a#b", Err(Refusal::BadDelimiter)),
            ("/%41#b", Err(Refusal::BadDelimiter)),
            ("/.", Err(Refusal::DotSegment)),
            ("/a/..", Err(Refusal::DotSegment)),
            ("/../a", Err(Refusal::DotSegment)),
            ("/..?x", Err(Refusal::DotSegment)),
            ("/%2e", Err(Refusal::DotSegment)),
            ("/a/.%2E/b", Err(Refusal::DotSegment)),
            ("/a/..;/b", Err(Refusal::DotSegment)),
            ("/a/..;x=1/b", Err(Refusal::DotSegment)),
            ("/.;x", Err(Refusal::DotSegment)),
            ("/a/%2e%2E;x", Err(Refusal::DotSegment)),
            ("/a/..;%2f", Err(Refusal::DotSegment)),
            ("/a/...;x/.a;x/a;..", Ok("/a/...;x/.a;x/a;..")),
            ("/a/..%3bx", Ok("/a/..%3Bx")),
        ] {
            check(raw, plain, expected);
        }
    }

    #[test]
    fn path_dot_segments_normalized_are_resolved() {
        for (raw, expected) in [
            ("/a/./b", "/a/b"),
            ("/a/../b", "/b"),
            ("/a/b/..", "/a/"),
            ("/a/.", "/a/"),
            ("/..", "/"),
            ("/../../a", "/a"),
            ("/a/%2e%2e/b", "/b"),
            ("/a//../b", "/a/b"),
            ("/a/..?q", "/"),
            ("/..a/.b", "/..a/.b"),
        ] {
            check(raw, NORMALIZE, Ok(expected));
        }
        for raw in ["/a/..;", "/a/..;x/b", "/.;", "/a/%2e%2e;x", "/%61/.;x"] {
            check(raw, NORMALIZE, Err(Refusal::DotSegment));
        }
    }

    #[test]
    fn path_slashes_merged_are_one() {
        check("//a///b//", MERGE, Ok("/a/b/"));
        check("/a/%2F/b", MERGE, Ok("/a/%2F/b"));
        check("///", MERGE, Ok("/"));
        check("/a//../b", BOTH, Ok("/b"));
        check("//..//a", BOTH, Ok("/a"));
    }

    #[test]
    fn segments_trailing_slash_is_none() {
        for (raw, expected) in [
            ("/", vec![]),
            ("//", vec![""]),
            ("/a", vec!["a"]),
            ("/a/", vec!["a"]),
            ("/a//", vec!["a", ""]),
            ("//a", vec!["", "a"]),
            ("/a/%2Fb/c", vec!["a", "%2Fb", "c"]),
        ] {
            let (path, segments) = canonical(raw.as_bytes(), PathPolicy::default()).expect(raw);
            let found: Vec<&str> = (0..segments.kept())
                .filter_map(|index| segments.get(index))
                .map(|(at, len)| std::str::from_utf8(&path[at..at + len]).unwrap_or("?"))
                .collect();
            assert_eq!(found, expected, "{raw}");
            assert_eq!(segments.total(), expected.len(), "{raw}");
        }
    }

    #[test]
    fn segments_many_are_counted_and_the_first_kept() {
        let raw = "/x".repeat(100);
        let (_, segments) = canonical(raw.as_bytes(), PathPolicy::default()).expect("plain");
        assert_eq!((segments.total(), segments.kept()), (100, KEPT_MAX));
        assert_eq!(segments.get(KEPT_MAX - 1), Some((2 * KEPT_MAX - 1, 1)));
        assert_eq!(segments.covered(2), 4);
    }

    fn policies() -> impl Strategy<Value = PathPolicy> {
        prop::sample::select(vec![PathPolicy::default(), NORMALIZE, MERGE, BOTH])
    }

    proptest! {
        #[test]
        fn path_canonical_is_its_own_form(
            raw in "/([a-c./%2eEfF5c\"\\[{|:@;,!]|/[.]{1,2};?){0,24}(\\?[a-z]{0,3})?",
            policy in policies(),
        ) {
            if let Ok((path, segments)) = canonical(raw.as_bytes(), policy) {
                let (again, segments_again) = canonical(&path, policy).expect("canonical");
                prop_assert_eq!(&again, &path);
                prop_assert_eq!(segments.total(), segments_again.total());
                for index in 0..segments.kept() {
                    prop_assert_eq!(segments.get(index), segments_again.get(index));
                }
            }
        }

        #[test]
        fn path_any_bytes_end_in_a_result(raw in prop::collection::vec(any::<u8>(), 0..64)) {
            let _ = canonical(&raw, BOTH);
        }
    }
}
