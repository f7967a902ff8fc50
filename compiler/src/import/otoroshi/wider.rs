//! Which routes could take what another refuses. Otoroshi tries no shallower path and no wider host
//! once a path was chosen; here a request that a route does not take goes on to them.

use std::collections::{BTreeMap, BTreeSet};

use super::draft::Draft;
use super::tree::globs_may_meet;
use crate::grammar::pattern::{HostPattern, Segment, parse_with};
use crate::language::tables::Tables;

/// Patterns that are compared for one answer; with more it is yes, which is safe.
const COMPARED_MAX: usize = 1_000;

/// A segment without its name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Text(Vec<u8>),
    /// With a `*` in it.
    Glob(String),
    Open(String),
}

/// A pattern in the form in which it is compared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Shape {
    host: String,
    path: Vec<Part>,
}

impl Shape {
    /// Nothing where it is no pattern.
    pub(super) fn of(pattern: &str, tables: &mut Tables) -> Option<Self> {
        let (host, path) = parse_with(pattern, tables).ok()?;
        let part = |segment: &Segment| match segment {
            Segment::Static(text) => Part::Text(text.to_vec()),
            Segment::Constrained(constrained) if constrained.name.is_none() => {
                Part::Glob(constrained.source.to_string())
            }
            Segment::Constrained(constrained) => Part::Open(format!("${}", constrained.source)),
            Segment::Param { .. } => Part::Open(":".to_owned()),
            Segment::Star => Part::Open("*".to_owned()),
        };
        let host = match host {
            HostPattern::Any => "*".to_owned(),
            host => host.to_string(),
        };
        Some(Self { host, path: path.iter().map(part).collect() })
    }

    /// The same with any one segment behind it.
    pub(super) fn below(mut self) -> Self {
        self.path.push(Part::Open(":".to_owned()));
        self
    }

    /// Whether a request may fit both paths.
    fn may_meet(&self, other: &[Part]) -> bool {
        let is_apart = |(a, b): (&Part, &Part)| match (a, b) {
            (Part::Text(a), Part::Text(b)) => a != b,
            (Part::Glob(glob), Part::Text(text)) | (Part::Text(text), Part::Glob(glob)) => {
                let text = std::str::from_utf8(text).unwrap_or("%");
                // Here a `*` stands for one character at least.
                let is_short = text.len() < glob.len();
                let is_plain = !text.contains('%') && !glob.contains('%');
                is_plain && (is_short || !globs_may_meet(glob, text))
            }
            (Part::Glob(a), Part::Glob(b)) => !globs_may_meet(a, b),
            _ => false,
        };
        !self.path.iter().zip(other).any(is_apart)
    }
}

/// The paths of one host.
#[derive(Debug, Default)]
struct Paths {
    /// Those that are text alone.
    texts: BTreeSet<Vec<Part>>,
    open: BTreeSet<Vec<Part>>,
}

/// The patterns of all routes that are on.
#[derive(Debug, Default)]
pub(super) struct Wider {
    hosts: BTreeMap<String, Paths>,
    /// How many routes have a pattern.
    counts: BTreeMap<Shape, usize>,
    /// Patterns of routes that take whatever fits them, on every listener.
    whole: BTreeSet<Shape>,
}

impl Wider {
    /// Those of the routes.
    pub(super) fn new(drafts: &[Draft], tables: &mut Tables) -> Self {
        let mut out = Self::default();
        for draft in drafts.iter().filter(|draft| draft.is_enabled) {
            let shapes = draft.frontend.patterns.iter();
            let shapes: BTreeSet<Shape> =
                shapes.filter_map(|pattern| Shape::of(pattern, tables)).collect();
            for shape in shapes {
                let paths = out.hosts.entry(shape.host.clone()).or_default();
                let is_text = shape.path.iter().all(|part| matches!(part, Part::Text(_)));
                let list = if is_text { &mut paths.texts } else { &mut paths.open };
                list.insert(shape.path.clone());
                if draft.frontend.takes_all() && draft.listeners.is_empty() {
                    out.whole.insert(shape.clone());
                }
                *out.counts.entry(shape).or_default() += 1;
            }
        }
        out
    }

    /// Whether another route has the same pattern.
    pub(super) fn is_shared(&self, shape: &Shape) -> bool {
        self.counts.get(shape).is_some_and(|count| *count > 1)
    }

    /// Whether a route takes whatever fits this very pattern.
    pub(super) fn is_whole(&self, shape: &Shape) -> bool {
        self.whole.contains(shape)
    }

    /// Says that something takes whatever fits a pattern from now on.
    pub(super) fn fill(&mut self, shape: Shape) {
        self.whole.insert(shape);
    }

    /// Whether a route of another pattern may take what fits this one and is refused. Routes below
    /// it are none: they come first, there as here.
    pub(super) fn may_take(&self, shape: &Shape) -> bool {
        let mut left = COMPARED_MAX;
        self.in_host(shape, &mut left) || self.in_wild_hosts(shape, &mut left)
    }

    fn in_host(&self, shape: &Shape, left: &mut usize) -> bool {
        let Some(paths) = self.hosts.get(&shape.host) else { return false };
        let is_below = |path: &Vec<Part>| path.starts_with(&shape.path);
        (0..shape.path.len()).any(|length| paths.texts.contains(&shape.path[..length]))
            || paths
                .open
                .iter()
                .any(|path| spend(left) || (!is_below(path) && shape.may_meet(path)))
    }

    fn in_wild_hosts(&self, shape: &Shape, left: &mut usize) -> bool {
        let wild = self.hosts.iter().filter(|(host, _)| host.contains('*') && **host != shape.host);
        for (host, paths) in wild {
            if spend(left) {
                return true;
            }
            let meets = |path: &Vec<Part>, left: &mut usize| spend(left) || shape.may_meet(path);
            if globs_may_meet(host, &shape.host)
                && paths.texts.iter().chain(&paths.open).any(|path| meets(path, left))
            {
                return true;
            }
        }
        false
    }
}

/// Counts a comparison; whether there were too many.
fn spend(left: &mut usize) -> bool {
    *left = left.saturating_sub(1);
    *left == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(pattern: &str) -> Shape {
        Shape::of(pattern, &mut Tables::new()).expect("a pattern")
    }

    fn check(patterns: &[&str], pattern: &str, expected: bool) {
        let mut wider = Wider::default();
        for one in patterns {
            let shape = shape(one);
            let paths = wider.hosts.entry(shape.host).or_default();
            let is_text = shape.path.iter().all(|part| matches!(part, Part::Text(_)));
            if is_text { &mut paths.texts } else { &mut paths.open }.insert(shape.path);
        }
        assert_eq!(wider.may_take(&shape(pattern)), expected, "{patterns:?}: {pattern}");
    }

    #[test]
    fn routes_that_could_take_a_request_are_known() {
        check(&["p.tld", "p.tld/a"], "p.tld/a", true);
        check(&["p.tld/a", "p.tld/b", "q.tld", "p.tld/a/b"], "p.tld/a", false);
        check(&["p.tld/a", "*.tld"], "p.tld/a", true);
        check(&["p.tld/a", "*.tld/a/b"], "p.tld/a", true);
        check(&["p.tld/a", "*.tld/b", "*.org", "q*.tld"], "p.tld/a", false);
        check(&["p.tld/a", "*"], "p.tld/a", true);
        check(&["p.tld/a", "p.tld/:x"], "p.tld/a", true);
        check(&["p.tld/:y", "p.tld/:x/b", "p.tld/a"], "p.tld/:x", false);
        check(&["p.tld/*", "p.tld/:x"], "p.tld/:x", true);
        check(&["*.p.tld", "*.tld"], "*.p.tld", true);
        check(&["*.p.tld", "a.p.tld"], "*.p.tld", false);
    }

    #[test]
    fn answer_is_yes_where_too_much_would_have_to_be_compared() {
        let many: Vec<String> = (0..COMPARED_MAX).map(|at| format!("p.tld/{at}/:x")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        check(&many, "p.tld/a", true);
        check(&many[..100], "p.tld/a", false);
    }
}
