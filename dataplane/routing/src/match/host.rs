//! Which host patterns a host fits: the exact one, then wildcards, those with more literal labels
//! first. Only wildcards whose literal end is an end of the host are looked at.

use pointsman_schemas::artifact::{Artifact, Wildcard};
use pointsman_schemas::limits::HOST_SUFFIX_DEPTH_MAX;

/// Whether `host` fits `pattern`, in which a `*` stands for one byte or more, dots included.
///
/// Cost: at most the product of both lengths, no allocation.
#[must_use]
pub fn glob(pattern: &[u8], host: &[u8]) -> bool {
    let (mut p, mut h) = (0, 0);
    // After the last `*`: where the pattern goes on, and the least that the `*` took.
    let mut star: Option<(usize, usize)> = None;
    loop {
        match (pattern.get(p), host.get(h)) {
            (None, None) => return true,
            (Some(b'*'), Some(_)) => {
                p += 1;
                h += 1;
                star = Some((p, h));
            }
            (Some(expected), Some(found)) if expected == found => {
                p += 1;
                h += 1;
            }
            (_, None) => return false,
            _ => {
                let Some((after, taken)) = star else { return false };
                p = after;
                h = taken + 1;
                star = Some((after, h));
            }
        }
    }
}

/// The wildcards whose literal end is an end of one host, by falling rank.
pub(super) struct Wildcards<'a> {
    artifact: &'a Artifact,
    /// Of each list what is left: offset of the next wildcard, and the list's end.
    lists: [(u32, u32); HOST_SUFFIX_DEPTH_MAX],
    len: usize,
}

impl<'a> Wildcards<'a> {
    pub(super) fn of(artifact: &'a Artifact, host: &[u8]) -> Self {
        let mut wildcards = Self { artifact, lists: [(0, 0); HOST_SUFFIX_DEPTH_MAX], len: 0 };
        for (at, byte) in host.iter().enumerate() {
            if *byte == b'.' {
                wildcards.add(host.get(at + 1..).unwrap_or_default());
            }
        }
        wildcards.add(&[]);
        wildcards
    }

    fn add(&mut self, suffix: &[u8]) {
        // The compiler refuses more lists than there is room for.
        if let Some(list) = self.artifact.wildcards_ending(suffix)
            && let Some(slot) = self.lists.get_mut(self.len)
        {
            *slot = list;
            self.len += 1;
        }
    }
}

impl<'a> Iterator for Wildcards<'a> {
    type Item = Wildcard<'a>;

    /// The next one of highest rank.
    fn next(&mut self) -> Option<Wildcard<'a>> {
        let lists = self.lists.get_mut(..self.len)?;
        let mut best: Option<(usize, Wildcard<'a>)> = None;
        for (index, (next, end)) in lists.iter().enumerate() {
            if next < end {
                let wildcard = self.artifact.wildcard(*next);
                if best.is_none_or(|(_, best)| wildcard.rank > best.rank) {
                    best = Some((index, wildcard));
                }
            }
        }
        let (index, wildcard) = best?;
        lists[index].0 = wildcard.next_at;
        Some(wildcard)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn glob_star_takes_one_byte_or_more() {
        for (pattern, host, expected) in [
            ("*", "a.b", true),
            ("*", "", false),
            ("*.tld", "a.tld", true),
            ("*.tld", "a.b.tld", true),
            ("*.tld", ".tld", false),
            ("*.tld", "tld", false),
            ("a*b", "ab", false),
            ("a*b", "axb", true),
            ("a*b", "axbyb", true),
            ("a*b", "axby", false),
            ("a.*.tld", "a.b.c.tld", true),
            ("*a*", "xay", true),
            ("*a*", "ay", false),
            ("*a*a*", "xaaay", true),
            ("*-x.tld", "foo-bar-x.tld", true),
            ("foo-*", "foo-", false),
        ] {
            assert_eq!(glob(pattern.as_bytes(), host.as_bytes()), expected, "{pattern} {host}");
        }
    }
}
