//! Paths with `*` in them, as `except` and `custom_timeouts` write them.

/// Whether a glob is a whole path; `*` stands for one or more bytes, `/` included.
///
/// Cost: bytes of the path times bytes of the glob, in the worst case.
#[must_use]
pub fn fits(glob: &[u8], path: &[u8]) -> bool {
    let (mut in_glob, mut in_path) = (0, 0);
    // Where the last star stands, and how far its text goes.
    let mut star: Option<(usize, usize)> = None;
    loop {
        match (glob.get(in_glob), path.get(in_path)) {
            (None, None) => return true,
            (Some(b'*'), Some(_)) => {
                star = Some((in_glob, in_path + 1));
                (in_glob, in_path) = (in_glob + 1, in_path + 1);
                continue;
            }
            (Some(wanted), Some(found)) if wanted == found => {
                (in_glob, in_path) = (in_glob + 1, in_path + 1);
                continue;
            }
            _ => {}
        }
        // The last star takes one byte more; what an earlier one takes is then of no matter.
        let Some((at, end)) = star.filter(|(_, end)| *end < path.len()) else { return false };
        star = Some((at, end + 1));
        (in_glob, in_path) = (at + 1, end + 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Tries every length of every star.
    fn naive(glob: &[u8], path: &[u8]) -> bool {
        match glob.split_first() {
            None => path.is_empty(),
            Some((b'*', rest)) => (1..=path.len()).any(|len| naive(rest, &path[len..])),
            Some((byte, rest)) => path.first() == Some(byte) && naive(rest, &path[1..]),
        }
    }

    #[test]
    fn star_stands_for_one_byte_or_more() {
        for (glob, path, expected) in [
            ("/health", "/health", true),
            ("/health", "/health/", false),
            ("/a/*", "/a/", false),
            ("/a/*", "/a/b/c", true),
            ("*.png", "/x/y.png", true),
            ("*.png", ".png", false),
            ("/a*b*c", "/a1b2bc", true),
            ("/a*b*c", "/abc", false),
            ("", "", true),
        ] {
            assert_eq!(fits(glob.as_bytes(), path.as_bytes()), expected, "{glob} {path}");
        }
    }

    proptest! {
        #[test]
        fn fits_as_trying_everything_does(glob in "[/a*]{0,8}", path in "[/ab]{0,10}") {
            prop_assert_eq!(
                fits(glob.as_bytes(), path.as_bytes()),
                naive(glob.as_bytes(), path.as_bytes())
            );
        }
    }
}
