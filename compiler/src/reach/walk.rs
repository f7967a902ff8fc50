//! Whether a pattern can win: all classes of requests that fit it, one of each put to the matcher,
//! until it wins one, or none is left, or too many were.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::rc::Rc;

use pointsman_routing::matching::{Candidate, Verdict, fits};
use pointsman_routing::{Contest, Found};
use pointsman_schemas::artifact::{
    Constraint, ConstraintId, Filter, FilterTest, HostRoot, PatternId, Policy, RouteId,
    SectionKind, Segment, SegmentKind,
};

use super::ask::{Asker, COMMON, Door, Request};
use super::cover::covers;
use super::place::Place;
use super::quick::Doubt;
use crate::classes::{Condition, SegmentClass, Wants, Ways};
use crate::limits::{COMPARISONS_PER_REQUEST, REACH_REQUESTS_PER_PATTERN_MAX};

/// Work for each class of requests in any case, so that one who takes all of it is found.
const WORK_OF_ONE_CLASS: usize = 64;

/// Work for a pattern of which it cannot be proved any more that it never wins.
const WORK_WHERE_INCOMPLETE: usize = 200;

/// A pattern, the host it is tried under, and the trees that are asked there.
#[derive(Debug)]
pub(super) struct Subject<'s> {
    /// A host that fits as few other patterns as any that fits this one.
    pub(super) host: &'s str,
    /// The pattern's own tree, then those of hosts of equal rank.
    pub(super) roots: &'s [HostRoot],
    pub(super) doubt: &'s Doubt,
    pub(super) pattern: PatternId,
    pub(super) route: RouteId,
}

/// What became of a pattern.
#[derive(Debug)]
pub(super) enum Proved {
    /// It wins a request.
    Wins,
    /// It wins none.
    Never {
        /// Routes that take what fits it, in the order in which they were met.
        by: Vec<RouteId>,
        /// A request that fits it and is taken by the first of them.
        request: Box<Request>,
    },
    /// It was not found out.
    Open,
}

/// Where all trees stand after some segments of a path.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct State<'a> {
    alive: Vec<Place<'a>>,
    /// Patterns and rules of prefixes that the path has passed.
    passed: Vec<(PatternId, u32)>,
    depth: usize,
}

/// What is left to be looked at.
enum Todo<'a> {
    /// A class, and the path that leads to it.
    Class(State<'a>, String),
    /// What comes after the classes of a segment from this one on, one by one: they may be many.
    Classes(Rc<State<'a>>, Rc<str>, Rc<[SegmentClass]>, usize),
    /// What comes after the texts that stand behind a class: many, so that they come last.
    Texts(Rc<State<'a>>, Rc<str>),
}

struct Walk<'r, 'a> {
    asker: &'r mut Asker<'a>,
    automata: &'r [Constraint<'a>],
    subject: &'r Subject<'r>,
    segments: Vec<Segment>,
    is_exact: bool,
    /// What is left to the proofs once the pattern's share is spent.
    floor: usize,
    complete: bool,
    by: Vec<RouteId>,
    first: Option<Box<Request>>,
}

/// Whether a pattern can win.
pub(super) fn prove<'a>(
    asker: &mut Asker<'a>,
    automata: &[Constraint<'a>],
    subject: &Subject<'_>,
) -> Proved {
    let rule = asker.artifact.rule(subject.doubt.rule);
    let floor = asker.left().saturating_sub(REACH_REQUESTS_PER_PATTERN_MAX);
    let mut walk = Walk {
        segments: asker.artifact.shape(rule.shape).segments().collect(),
        is_exact: asker.artifact.policy(rule.policy).exact(),
        asker,
        automata,
        subject,
        floor,
        complete: true,
        by: Vec::new(),
        first: None,
    };
    walk.run()
}

impl<'a> Walk<'_, 'a> {
    fn run(&mut self) -> Proved {
        let places = self.subject.roots.iter().map(|root| Place::root(root.base, root.root));
        let start = State { alive: places.collect(), ..State::default() };
        let mut todo = vec![Todo::Class(start, String::new())];
        let mut seen = HashSet::new();
        while let Some(next) = todo.pop() {
            // One request at least is asked about, so that one who takes all is found.
            if self.asker.is_exhausted() || (self.is_spent() && self.first.is_some()) {
                return Proved::Open;
            }
            match next {
                Todo::Texts(state, path) => self.texts(&state, &path, &mut todo),
                Todo::Classes(state, path, classes, at) => {
                    self.class(&state, &path, (&classes, at), &mut todo);
                    continue;
                }
                Todo::Class(state, path) => {
                    if !seen.insert(state.clone()) {
                        continue;
                    }
                    if state.depth >= self.segments.len()
                        && let Some(proved) =
                            self.put(&state, if path.is_empty() { "/" } else { &path })
                    {
                        return proved;
                    }
                    if state.depth < self.segments.len() || !self.is_exact {
                        self.onward(state, path, &mut todo);
                    }
                }
            }
            self.asker.spend(1);
        }
        match self.first.take() {
            Some(request) if self.complete => {
                Proved::Never { by: std::mem::take(&mut self.by), request }
            }
            _ => Proved::Open,
        }
    }

    /// Puts all requests of a class to the matcher whose path ends here.
    fn put(&mut self, state: &State<'a>, path: &str) -> Option<Proved> {
        let artifact = self.asker.artifact;
        let nodes = artifact.section(SectionKind::PATHS);
        let mut rules: BTreeSet<u32> = state.passed.iter().map(|(_, rule)| *rule).collect();
        for place in &state.alive {
            let ends = place.ends(nodes);
            rules.extend(ends.exact.iter().chain(&ends.prefix).map(|(_, rule)| *rule));
        }
        let policies: BTreeSet<u32> =
            rules.iter().map(|rule| artifact.rule(*rule).policy).collect();
        let policies: Vec<Policy<'a>> = policies.iter().map(|id| artifact.policy(*id)).collect();
        let own = artifact.policy(artifact.rule(self.subject.doubt.rule).policy);
        let sets = policies.iter().filter_map(|policy| policy.filter_set());
        let conditions: Vec<Condition> =
            sets.flat_map(|set| artifact.filters(set)).map(|filter| condition(&filter)).collect();
        // What is collected, compared and cloned here costs work too.
        let languages = conditions.iter().filter(|one| matches!(one.wants, Wants::Language(_)));
        self.asker.spend((rules.len() + conditions.len()) / 8 + languages.count());
        let ways = self.carried(&conditions);
        let (methods, doors) = (self.methods(own, &policies), self.doors(own, &policies));
        self.asker.spend(self.asker.doors.len() * policies.len() / COMPARISONS_PER_REQUEST);
        if !ways.complete {
            // It can still be found to win, and surely not that it never does: first by what it asks
            // for itself, and with little of its share after that.
            self.complete = false;
            let set = own.filter_set();
            let filters = set.into_iter().flat_map(|set| artifact.filters(set));
            let asked: Vec<Condition> = filters.map(|filter| condition(&filter)).collect();
            let own = self.carried(&asked);
            if let Some(proved) = self.put_all(&own, path, (&methods, &doors)) {
                return Some(proved);
            }
            let rest = self.asker.left().saturating_sub(WORK_WHERE_INCOMPLETE);
            self.floor = self.floor.max(rest);
        }
        self.put_all(&ways, path, (&methods, &doors))
    }

    /// Whether the pattern's share of the work is spent.
    fn is_spent(&self) -> bool {
        self.asker.left() <= self.floor
    }

    /// Puts all requests to the matcher that carry one of these ways, as long as there is work left.
    fn put_all(
        &mut self,
        ways: &Ways<'_>,
        path: &str,
        (methods, doors): (&[String], &[Door]),
    ) -> Option<Proved> {
        let floor = self.floor.min(self.asker.left().saturating_sub(WORK_OF_ONE_CLASS));
        for carried in ways.each() {
            for door in doors {
                for method in methods {
                    if self.asker.left() <= floor {
                        self.complete = false;
                        return None;
                    }
                    let request = Request {
                        method: method.clone(),
                        host: self.subject.host.to_owned(),
                        path: path.to_owned(),
                        carried: carried.clone(),
                        door: *door,
                    };
                    if let Some(proved) = self.judge(request) {
                        return Some(proved);
                    }
                }
            }
        }
        None
    }

    /// Asks about one request; none where more must be asked.
    fn judge(&mut self, request: Request) -> Option<Proved> {
        let Some(Contest { found, tried, .. }) = self.asker.ask(&request) else {
            self.complete = false;
            return None;
        };
        let own = tried.iter().find(|one| one.candidate.pattern == self.subject.pattern);
        if own.is_none_or(|own| own.verdict != Verdict::Fits) {
            return None;
        }
        let Found::Route(hit) = found else { return Some(Proved::Open) };
        if hit.route == self.subject.route {
            return Some(Proved::Wins);
        }
        let is_first = self.first.is_none();
        if !self.by.contains(&hit.route) {
            self.by.push(hit.route);
        }
        if is_first {
            let winner = Candidate { pattern: hit.pattern, rule: hit.rule, depth: 0 };
            if covers(self.asker, &winner, self.subject.doubt.rule) {
                return Some(Proved::Never { by: vec![hit.route], request: Box::new(request) });
            }
            self.first = Some(Box::new(request));
        }
        None
    }

    /// Methods that the class tells apart, among those that the pattern's route takes.
    fn methods(&self, own: Policy<'_>, policies: &[Policy<'_>]) -> Vec<String> {
        let mut named = self.asker.methods(own);
        if named.is_empty() {
            named = policies.iter().flat_map(|policy| self.asker.methods(*policy)).collect();
            named.sort_unstable();
            named.dedup();
            let unnamed = COMMON.into_iter().find(|method| !named.contains(method));
            named.insert(0, unnamed.unwrap_or("QUERY"));
            named.dedup();
        }
        named.into_iter().map(str::to_owned).collect()
    }

    /// Listeners that the class tells apart, among those that the pattern's route is behind.
    fn doors(&self, own: Policy<'_>, policies: &[Policy<'_>]) -> Vec<Door> {
        let mut known = HashSet::new();
        let mut doors = self.asker.doors.clone();
        doors.retain(|door| {
            let leads: Vec<bool> = policies.iter().map(|policy| door.leads_to(*policy)).collect();
            door.leads_to(own) && known.insert(leads)
        });
        doors
    }

    /// Adds what comes after one more segment, that which fits the fewest last, so that it is next.
    fn onward(&mut self, state: State<'a>, path: String, todo: &mut Vec<Todo<'a>>) {
        if state.alive.is_empty() {
            return;
        }
        let nodes = self.nodes();
        let own = self.segments.get(state.depth).copied();
        let constraints = self.constraints(&state);
        if own.is_some_and(|own| own.kind == SegmentKind::Static) {
            let text = self.subject.doubt.statics.get(state.depth).map_or(&[][..], Vec::as_slice);
            let next = next(&state, nodes, Some(text), &fitting(&constraints, text));
            todo.push(Todo::Class(next, format!("{path}/{}", String::from_utf8_lossy(text))));
            return;
        }
        let found = self.classes(&state, &constraints);
        // Past the pattern's end an empty segment leaves all that fits one behind.
        let mut passed = None;
        if own.is_none()
            && !self.asker.artifact.settings().merge_slashes
            && state.alive.iter().any(|place| place.has_ways(nodes))
        {
            passed = Some(Todo::Class(passing(&state, nodes), format!("{path}//x")));
        }
        let (state, path) = (Rc::new(state), Rc::from(path));
        todo.push(Todo::Texts(Rc::clone(&state), Rc::clone(&path)));
        todo.push(Todo::Classes(state, path, found, 0));
        todo.extend(passed);
    }

    /// Adds what comes after one class of segments, and then the rest of them.
    fn class(
        &mut self,
        state: &Rc<State<'a>>,
        path: &Rc<str>,
        (classes, at): (&Rc<[SegmentClass]>, usize),
        todo: &mut Vec<Todo<'a>>,
    ) {
        let own = self.segments.get(state.depth).and_then(|own| own.constraint);
        let fits =
            |class: &SegmentClass| own.is_none_or(|ConstraintId(id)| class.fits.contains(&id));
        let rest = classes.get(at..).unwrap_or_default();
        let found = rest.iter().position(fits);
        self.asker.spend(found.unwrap_or(rest.len()) / 32);
        let Some((at, class)) = found.and_then(|found| Some((at + found, rest.get(found)?))) else {
            return;
        };
        todo.push(Todo::Classes(Rc::clone(state), Rc::clone(path), Rc::clone(classes), at + 1));
        let next = next(state, self.nodes(), None, &class.fits);
        todo.push(Todo::Class(next, format!("{path}/{}", class.segment)));
    }

    /// Adds what comes after the texts that some place names.
    fn texts(&mut self, state: &State<'a>, path: &str, todo: &mut Vec<Todo<'a>>) {
        let own = self.segments.get(state.depth).and_then(|own| own.constraint);
        let constraints = self.constraints(state);
        let words = self.words(state);
        self.asker.spend(words.len() / 8);
        for text in &words {
            let fits = fitting(&constraints, text);
            if own.is_none_or(|ConstraintId(own)| fits.contains(&own)) {
                let next = next(state, self.nodes(), Some(text), &fits);
                todo.push(Todo::Class(next, format!("{path}/{}", String::from_utf8_lossy(text))));
            }
        }
    }

    /// The classes of segments that are none of the texts.
    fn classes(
        &mut self,
        state: &State<'a>,
        constraints: &BTreeMap<u32, Constraint<'a>>,
    ) -> Rc<[SegmentClass]> {
        let nodes = self.nodes();
        if constraints.is_empty() {
            // All of them are one class; to find one there is no need to list the texts.
            let is_free = |word: &String| {
                state.alive.iter().all(|place| place.behind(nodes, word.as_bytes()).is_none())
            };
            let mut words = (0..u32::MAX).map(|number| match number {
                0 => "x".to_owned(),
                number => format!("x{number}"),
            });
            let word = words.find(is_free).unwrap_or_default();
            return Rc::new([SegmentClass { fits: BTreeSet::new(), segment: word }]);
        }
        let words = self.words(state);
        self.asker.spend(words.len() / 8);
        let (classes, effort) = (&mut self.asker.classes, &mut self.asker.effort);
        let (found, complete) = classes.segments(constraints, &words, effort);
        self.complete &= complete;
        found
    }

    /// All that requests may carry which conditions tell apart.
    fn carried<'c>(&mut self, conditions: &'c [Condition]) -> Ways<'c> {
        let (classes, effort) = (&mut self.asker.classes, &mut self.asker.effort);
        classes.carried(conditions.iter(), self.automata, effort)
    }

    fn nodes(&self) -> &'a [u8] {
        self.asker.artifact.section(SectionKind::PATHS)
    }

    /// The constraints that the next segment is put to.
    fn constraints(&self, state: &State<'a>) -> BTreeMap<u32, Constraint<'a>> {
        let ways = state.alive.iter().map(|place| place.dynamic_ways(self.nodes()));
        let ids = ways.flat_map(|ways| ways.constrained.into_iter().map(|(id, _)| id));
        ids.filter_map(|id| Some((id, *self.automata.get(id as usize)?))).collect()
    }

    /// The texts that some place names next.
    fn words(&self, state: &State<'a>) -> BTreeSet<Vec<u8>> {
        let ways = state.alive.iter().map(|place| place.ways(self.nodes()));
        ways.flat_map(|ways| ways.statics.into_iter().map(|(text, _)| text.to_vec())).collect()
    }
}

/// The constraints that a text fits.
fn fitting(constraints: &BTreeMap<u32, Constraint<'_>>, text: &[u8]) -> BTreeSet<u32> {
    constraints.iter().filter(|(_, one)| fits(**one, text)).map(|(id, _)| *id).collect()
}

/// What a state has passed once its path goes on.
fn passing<'a>(state: &State<'a>, nodes: &'a [u8]) -> State<'a> {
    let mut passed = state.passed.clone();
    for place in &state.alive {
        let ends = place.ends(nodes).prefix.into_iter();
        passed.extend(ends.map(|(pattern, rule)| (PatternId(place.base + pattern), rule)));
    }
    passed.sort_unstable();
    State { alive: Vec::new(), passed, depth: state.depth + 1 }
}

fn next<'a>(
    state: &State<'a>,
    nodes: &'a [u8],
    text: Option<&[u8]>,
    fits: &BTreeSet<u32>,
) -> State<'a> {
    let mut next = passing(state, nodes);
    for place in &state.alive {
        next.alive.extend(text.and_then(|text| place.behind(nodes, text)));
        let ways = place.dynamic_ways(nodes);
        let constrained = ways.constrained.iter().filter(|(id, _)| fits.contains(id));
        next.alive.extend(constrained.map(|(_, below)| *below));
        next.alive.extend(ways.param);
        next.alive.extend(ways.star);
    }
    next.alive.sort_unstable();
    next
}

/// A condition as classes know it.
fn condition(filter: &Filter<'_>) -> Condition {
    let wants = match filter.test {
        FilterTest::Exact(text) => Wants::Text(text.to_vec()),
        FilterTest::Language { constraint, .. } => Wants::Language(constraint.0),
        FilterTest::Exists => Wants::Any,
        FilterTest::NotDefined => Wants::None,
    };
    Condition { place: filter.place, name: filter.name.to_owned(), wants }
}
