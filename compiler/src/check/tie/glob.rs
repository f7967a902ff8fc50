//! Two wildcard hosts: whether one host fits both. Each `*` stands for one or more characters.

/// The shortest host that fits both, readable where there is a choice; `None` where none does.
///
/// Cost: the product of the lengths, which hosts bound.
pub(in crate::check) fn both(a: &str, b: &str) -> Option<String> {
    let (a, b) = (steps(a), steps(b));
    let width = b.len() + 1;
    // For each pair of places the pair it was reached from, and the character between.
    let mut from: Vec<Option<(usize, char)>> = vec![None; (a.len() + 1) * width];
    let mut queue = std::collections::VecDeque::from([0_usize]);
    let goal = a.len() * width + b.len();
    let mut seen = vec![false; from.len()];
    seen[0] = true;
    while let Some(at) = queue.pop_front() {
        if at == goal {
            return Some(read_back(&from, at));
        }
        let (in_a, in_b) = (at / width, at % width);
        for (next_a, char_a) in moves(&a, in_a) {
            for (next_b, char_b) in moves(&b, in_b) {
                let Some(c) = agree(char_a, char_b) else { continue };
                let next = next_a * width + next_b;
                if !seen[next] {
                    seen[next] = true;
                    from[next] = Some((at, c));
                    queue.push_back(next);
                }
            }
        }
    }
    None
}

/// One character of a pattern: itself, or any one; any one can be had again and again.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    One(char),
    Any,
}

fn steps(pattern: &str) -> Vec<Step> {
    pattern.chars().map(|c| if c == '*' { Step::Any } else { Step::One(c) }).collect()
}

/// From a place: the next places, with the character that leads there; `None` is any.
fn moves(steps: &[Step], at: usize) -> impl Iterator<Item = (usize, Option<char>)> {
    let onward = steps.get(at).map(|step| match step {
        Step::One(c) => (at + 1, Some(*c)),
        Step::Any => (at + 1, None),
    });
    let again = at.checked_sub(1).and_then(|before| steps.get(before));
    let again = again.filter(|step| **step == Step::Any).map(|_| (at, None));
    onward.into_iter().chain(again)
}

fn agree(a: Option<char>, b: Option<char>) -> Option<char> {
    match (a, b) {
        (Some(a), Some(b)) => (a == b).then_some(a),
        (Some(c), None) | (None, Some(c)) => Some(c),
        (None, None) => Some('x'),
    }
}

fn read_back(from: &[Option<(usize, char)>], mut at: usize) -> String {
    let mut text = Vec::new();
    while let Some((before, c)) = from[at] {
        text.push(c);
        at = before;
    }
    text.iter().rev().collect()
}

/// Whether a host fits a pattern.
#[cfg(test)]
fn fits(pattern: &str, host: &str) -> bool {
    !host.contains('*') && both(pattern, host).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn both_finds_the_shortest_host() {
        let check = |a: &str, b: &str, expected: Option<&str>| {
            assert_eq!(both(a, b).as_deref(), expected, "{a} {b}");
            assert_eq!(both(b, a).as_deref(), expected, "{b} {a}");
        };
        check("*.a.com", "b.*.com", Some("b.a.com"));
        check("*.a.com", "*.b.com", None);
        check("*.com", "*.a.com", Some("x.a.com"));
        check("a*.com", "*b.com", Some("ab.com"));
        check("*a*.com", "b*.com", Some("bax.com"));
        check("a*.com", "b*.com", None);
        check("a.*", "a.*.b", Some("a.x.b"));
        check("*", "a", Some("a"));
        check("*a", "a", None);
    }

    proptest! {
        #[test]
        fn both_is_what_trying_hosts_says(a in "[ab.*]{1,5}", b in "[ab.*]{1,5}") {
            let found = both(&a, &b);
            if let Some(host) = &found {
                prop_assert!(fits(&a, host) && fits(&b, host), "{} {} {}", a, b, host);
            }
            // Every host of up to six letters.
            let letters = ['a', 'b', '.', 'x'];
            let mut any = false;
            for number in 0..4_usize.pow(6) {
                let word: Vec<char> = (0..6).map(|at| letters[number / 4_usize.pow(at) % 4]).collect();
                for len in 1..=6 {
                    let host: String = word[..len as usize].iter().collect();
                    any |= slow(&a, &host) && slow(&b, &host);
                }
            }
            prop_assert!(!any || found.is_some(), "{} {}", a, b);
        }
    }

    /// As the rule says: each `*` takes one or more characters.
    fn slow(pattern: &str, host: &str) -> bool {
        match (pattern.chars().next(), host.chars().next()) {
            (None, None) => true,
            (Some('*'), Some(_)) => {
                (1..=host.len()).any(|taken| slow(&pattern[1..], &host[taken..]))
            }
            (Some(p), Some(h)) => p == h && slow(&pattern[1..], &host[1..]),
            _ => false,
        }
    }
}
