//! The hosts of an artifact that are most like one that it does not know: somebody mistyped it.

use pointsman_schemas::artifact::Artifact;

/// Hosts that are named.
const HOSTS_NAMED_MAX: usize = 3;
/// Hosts that are looked at, so that no explanation takes long.
const HOSTS_LOOKED_AT_MAX: usize = 10_000;
/// Slips above which two hosts are no longer like each other.
const SLIPS_MAX: usize = 5;

/// Hosts with the fewest slips, the nearest first; those of equal rank by name.
pub(super) fn nearest_hosts(artifact: &Artifact, host: &[u8]) -> Vec<String> {
    let exact = artifact.exact_hosts().map(|(name, _)| name);
    let wildcards = artifact.wildcards().map(|wildcard| wildcard.text);
    let most = SLIPS_MAX.min(host.len() / 2);
    let mut near: Vec<(usize, &[u8])> = exact
        .chain(wildcards)
        .take(HOSTS_LOOKED_AT_MAX)
        .filter(|known| known.len().abs_diff(host.len()) <= most)
        .map(|known| (slips(known, host), known))
        .filter(|(slips, _)| *slips <= most)
        .collect();
    near.sort_unstable();
    near.truncate(HOSTS_NAMED_MAX);
    near.into_iter().map(|(_, name)| String::from_utf8_lossy(name).into_owned()).collect()
}

/// Letters to put in, leave out or replace: Levenshtein's distance, a row at a time.
fn slips(from: &[u8], to: &[u8]) -> usize {
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (index, letter) in from.iter().enumerate() {
        let mut before = index;
        let mut left = index + 1;
        for (other, above) in to.iter().zip(row.iter_mut().skip(1)) {
            let replaced = before + usize::from(letter != other);
            before = *above;
            left = replaced.min(*above + 1).min(left + 1);
            *above = left;
        }
        if let Some(first) = row.first_mut() {
            *first = index + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_counted() {
        for (from, to, expected) in [
            ("", "", 0),
            ("a", "", 1),
            ("", "abc", 3),
            ("shop.tld", "shop.tld", 0),
            ("shpo.tld", "shop.tld", 2),
            ("hop.tld", "shop.tld", 1),
            ("shop.tld", "shoq.tl", 2),
            ("kitten", "sitting", 3),
        ] {
            assert_eq!(slips(from.as_bytes(), to.as_bytes()), expected, "{from} {to}");
            assert_eq!(slips(to.as_bytes(), from.as_bytes()), expected, "{to} {from}");
        }
    }
}
