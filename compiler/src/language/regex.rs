//! From a regex, or a segment with `*`, to an automaton over the bytes of a segment. The only file
//! that knows the regex libraries; what it gives holds nothing of them.

use std::collections::HashMap;
use std::ops::Range;

use pointsman_schemas::limits::REGEX_BYTES_MAX;
use regex_automata::dfa::{Automaton as _, StartKind, dense};
use regex_automata::nfa::thompson::{self, WhichCaptures};
use regex_automata::util::{primitives::StateID, start};
use regex_automata::{Anchored, MatchKind};
use regex_syntax::ast::{self, Ast};
use regex_syntax::hir::{self, Hir, translate::TranslatorBuilder};

use crate::language::fault::{Fault, FaultKind};
use crate::language::hopcroft::{self, Automaton};
use crate::language::limits::{
    DETERMINIZE_BYTES_MAX, DFA_BYTES_MAX, NFA_BYTES_MAX, REGEX_DEPTH_MAX,
};
use crate::language::universe::{Prefix, segment_value};

/// What helps against every kind of too large.
pub(super) const SMALLER_HELP: &str =
    "shorten counted repetitions such as `{100}`, or check less in the constraint";

/// What helps against a mistake that its name explains.
const SYNTAX_HELP: &str = "the syntax is that of Rust's `regex` crate, ASCII, without names";

/// The automaton of the values that a regex fits as a whole.
pub(super) fn automaton_of_regex(source: &str, reading: Reading) -> Result<Automaton, Fault> {
    if source.len() > REGEX_BYTES_MAX {
        return Err(Fault::new(FaultKind::RegexTooLong, 0..source.len())
            .expected(format!("at most {REGEX_BYTES_MAX} bytes"))
            .found(source.len().to_string()));
    }
    let ast = ast::parse::ParserBuilder::new()
        .nest_limit(REGEX_DEPTH_MAX)
        .build()
        .parse(source)
        .map_err(|error| syntax_fault(source, error.kind(), error.span()))?;
    ast::visit(&ast, NoNames)?;
    let hir = TranslatorBuilder::new()
        .utf8(false)
        .unicode(false)
        .build()
        .translate(source, &ast)
        .map_err(|error| meaning_fault(source, error.kind(), error.span()))?;
    let hir = match reading {
        Reading::Contained => Hir::concat(vec![anything(0), hir, anything(0)]),
        Reading::Segment | Reading::Value => hir,
    };
    automaton_of(hir, source.len(), reading.universe())
}

/// How a text is read, and against what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// It must fit a whole segment of a path.
    Segment,
    /// It must fit a whole value of a field, a query or a cookie.
    Value,
    /// It must stand somewhere in a text.
    Contained,
}

impl Reading {
    fn universe(self) -> Prefix {
        match self {
            Self::Segment => Prefix::Empty,
            Self::Value | Self::Contained => Prefix::Value,
        }
    }
}

/// At least `min` bytes, whichever.
fn anything(min: u32) -> Hir {
    Hir::repetition(hir::Repetition {
        min,
        max: None,
        greedy: true,
        sub: Box::new(Hir::dot(hir::Dot::AnyByte)),
    })
}

/// The automaton of the values that a text with `*` fits.
pub(super) fn automaton_of_glob(source: &str, reading: Reading) -> Result<Automaton, Fault> {
    let mut parts = Vec::new();
    for (at, text) in source.split('*').enumerate() {
        if at > 0 {
            parts.push(anything(1));
        }
        parts.push(Hir::literal(match reading {
            Reading::Segment => segment_value(text.as_bytes()),
            Reading::Value | Reading::Contained => text.as_bytes().to_vec(),
        }));
    }
    automaton_of(Hir::concat(parts), source.len(), reading.universe())
}

/// Refuses names of groups: a constraint is one value, and a `>` would end it.
struct NoNames;

impl ast::Visitor for NoNames {
    type Output = ();
    type Err = Fault;

    fn finish(self) -> Result<(), Fault> {
        Ok(())
    }

    fn visit_pre(&mut self, ast: &Ast) -> Result<(), Fault> {
        let Ast::Group(group) = ast else { return Ok(()) };
        let ast::GroupKind::CaptureName { name, .. } = &group.kind else { return Ok(()) };
        Err(Fault::new(FaultKind::NamedGroup, range(&name.span))
            .found(format!("`{}`", name.name))
            .help("write `(…)`; the parameter holds the whole segment"))
    }
}

fn range(span: &ast::Span) -> Range<usize> {
    span.start.offset..span.end.offset
}

/// The range of a span; an empty one becomes the character behind it, or the last one.
fn seen(source: &str, span: &ast::Span) -> Range<usize> {
    let at = range(span);
    if !at.is_empty() {
        return at;
    }
    let len = |character: Option<char>| character.map_or(0, char::len_utf8);
    match len(source[at.start..].chars().next()) {
        0 => at.start - len(source[..at.start].chars().next_back())..at.start,
        next => at.start..at.start + next,
    }
}

/// A regex that does not parse.
fn syntax_fault(source: &str, kind: &ast::ErrorKind, span: &ast::Span) -> Fault {
    use ast::ErrorKind as E;
    let at = seen(source, span);
    let found = format!("`{}`", &source[at.clone()]);
    let fault = |kind| Fault::new(kind, at.clone());
    match kind {
        E::ClassUnclosed => {
            fault(FaultKind::ClassUnclosed).help("close it with `]`, or write `\\[` for the text")
        }
        E::GroupUnclosed => {
            fault(FaultKind::GroupUnclosed).help("close it with `)`, or write `\\(` for the text")
        }
        E::GroupUnopened => {
            fault(FaultKind::GroupUnopened).help("leave it out, or write `\\)` for the text")
        }
        E::GroupNameDuplicate { .. }
        | E::GroupNameEmpty
        | E::GroupNameInvalid
        | E::GroupNameUnexpectedEof => {
            fault(FaultKind::NamedGroup).help("write `(…)`; the parameter holds the whole segment")
        }
        E::UnsupportedLookAround => fault(FaultKind::LookAround)
            .found(found)
            .help("list what is allowed instead, or use two routes"),
        E::UnsupportedBackreference => fault(FaultKind::BackReference)
            .found(found)
            .help("write the text again, or `\\x31` for the character 1"),
        E::NestLimitExceeded(limit) => {
            fault(FaultKind::RegexTooDeep).expected(format!("at most {limit} levels"))
        }
        E::RepetitionMissing | E::RepetitionCountUnclosed => {
            let first = source[at.start..].chars().next().unwrap_or('+');
            fault(FaultKind::RegexSyntax)
                .found(kind.to_string())
                .help(format!("write `\\{first}` for the character itself"))
        }
        other => fault(FaultKind::RegexSyntax).found(other.to_string()).help(SYNTAX_HELP),
    }
}

/// A regex that parses and means nothing.
fn meaning_fault(source: &str, kind: &hir::ErrorKind, span: &ast::Span) -> Fault {
    let at = range(span);
    let found = format!("`{}`", &source[at.clone()]);
    match kind {
        hir::ErrorKind::UnicodeNotAllowed => Fault::new(FaultKind::UnicodeClass, at)
            .found(found)
            .help("write `(?u)` in front of it, or list the class: `[A-Za-z]`"),
        other => Fault::new(FaultKind::RegexSyntax, at)
            .found(format!("{found}: {other}"))
            .help(SYNTAX_HELP),
    }
}

/// Determinizes an expression that must fit the whole of a value that a segment can have.
fn automaton_of(hir: Hir, source_len: usize, universe: Prefix) -> Result<Automaton, Fault> {
    if hir.properties().look_set().contains_word_unicode() {
        return Err(Fault::new(FaultKind::UnicodeBoundary, 0..source_len)
            .help("write `(?-u:\\b)` for the border of an ASCII word"));
    }
    let too_large =
        |_| Fault::new(FaultKind::RegexTooLarge, 0..source_len).help(SMALLER_HELP.to_owned());
    let whole = Hir::concat(vec![Hir::look(hir::Look::Start), hir, Hir::look(hir::Look::End)]);
    let nfa = thompson::Compiler::new()
        .configure(
            thompson::Config::new()
                .utf8(false)
                .which_captures(WhichCaptures::None)
                .nfa_size_limit(Some(NFA_BYTES_MAX)),
        )
        .build_from_hir(&whole)
        .map_err(|_| too_large(()))?;
    let dfa = dense::Builder::new()
        .configure(
            dense::Config::new()
                .accelerate(false)
                .match_kind(MatchKind::All)
                .start_kind(StartKind::Anchored)
                .dfa_size_limit(Some(DFA_BYTES_MAX))
                .determinize_size_limit(Some(DETERMINIZE_BYTES_MAX)),
        )
        .build_from_nfa(&nfa)
        .map_err(|_| too_large(()))?;
    let begin = dfa
        .start_state(&start::Config::new().anchored(Anchored::Yes))
        .map_err(|_| too_large(()))?;
    Ok(explored(&dfa, begin, universe))
}

/// Classes of bytes that neither the automaton nor the universe of segments tells apart: the class
/// of each byte, and a byte of each class.
fn classes_of(dfa: &dense::DFA<Vec<u32>>, universe: Prefix) -> ([u8; 256], Vec<u8>) {
    let mut classes = [0; 256];
    let mut bytes: Vec<u8> = Vec::new();
    let mut known = HashMap::new();
    for byte in 0..=u8::MAX {
        // Two prefixes tell all bytes apart that the universe tells apart.
        let key = (dfa.byte_classes().get(byte), universe.step(byte));
        classes[usize::from(byte)] = *known.entry(key).or_insert_with(|| {
            bytes.push(byte);
            // At most 256 classes for 256 bytes, so the last one is number 255.
            u8::try_from(bytes.len() - 1).unwrap_or(u8::MAX)
        });
    }
    (classes, bytes)
}

/// Walks the automaton together with the universe of segments. State 0 is dead.
fn explored(dfa: &dense::DFA<Vec<u32>>, begin: StateID, universe: Prefix) -> Automaton {
    let (classes, bytes) = classes_of(dfa, universe);
    let mut next = vec![0_u32; bytes.len()];
    let mut accept = vec![false];
    let mut order = vec![(begin, universe)];
    let mut number = HashMap::from([(order[0], 1_u32)]);
    let mut reached = 0;
    while let Some((state, prefix)) = order.get(reached).copied() {
        // A match is seen one step late, so that `$` can look at what follows.
        accept.push(prefix.may_end() && dfa.is_match_state(dfa.next_eoi_state(state)));
        for byte in &bytes {
            let target = dfa.next_state(state, *byte);
            let alive = !dfa.is_dead_state(target) && !dfa.is_quit_state(target);
            let Some(prefix) = prefix.step(*byte).filter(|_| alive) else {
                next.push(0);
                continue;
            };
            next.push(*number.entry((target, prefix)).or_insert_with(|| {
                order.push((target, prefix));
                u32::try_from(order.len()).unwrap_or(u32::MAX)
            }));
        }
        reached += 1;
    }
    debug_assert!(hopcroft::DEAD == 0 && next.len() == accept.len() * bytes.len());
    Automaton { classes, class_count: bytes.len(), next, accept, start: 1 }
}
