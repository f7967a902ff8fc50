//! A transcript as checkers read it: by exchange, beside its plan. It judges nothing.

use std::collections::BTreeMap;

use pointsman_core::exchange::{Action, After, Event, Outcome, Response};
use pointsman_core::time::Instant;

use crate::plan::{Plan, RequestPlan, Shape};
use crate::transcript::{Entry, ExchangeId, Fact, Mishap, Transcript};

/// What is wrong, and with which exchange.
#[derive(Clone, Debug)]
pub struct Wrong {
    /// With which.
    pub exchange: Option<ExchangeId>,
    /// In words.
    pub what: String,
}

/// What a checker says.
pub type Checked = Result<(), Wrong>;

/// Says what is wrong unless `holds`.
///
/// # Errors
/// It does not hold.
pub fn ensure(holds: bool, exchange: Option<ExchangeId>, what: impl FnOnce() -> String) -> Checked {
    if holds { Ok(()) } else { Err(Wrong { exchange, what: what() }) }
}

/// A plan and what came of it.
pub struct Case<'a> {
    /// What was to happen.
    pub plan: &'a Plan,
    /// All that happened.
    pub entries: Vec<Entry>,
    /// The same of each exchange that began.
    pub histories: Vec<History<'a>>,
    /// Nothing was due any more at the end.
    pub came_to_rest: bool,
    /// When it ended, microseconds.
    pub ended_us: u64,
}

/// What happened in one exchange.
pub struct History<'a> {
    /// Which.
    pub id: ExchangeId,
    /// Its request's plan.
    pub request: &'a RequestPlan,
    /// What happened, in order.
    pub entries: Vec<Entry>,
}

impl<'a> Case<'a> {
    /// Sorts a transcript.
    #[must_use]
    pub fn new(plan: &'a Plan, transcript: &Transcript) -> Self {
        let entries = transcript.entries();
        let mut by_exchange: BTreeMap<ExchangeId, Vec<Entry>> = BTreeMap::new();
        for entry in &entries {
            if let Some(exchange) = entry.exchange {
                by_exchange.entry(exchange).or_default().push(*entry);
            }
        }
        let histories = by_exchange
            .into_iter()
            .filter(|(_, entries)| entries.iter().any(|entry| matches!(entry.fact, Fact::Began(_))))
            .map(|(id, entries)| History {
                id,
                request: &plan.clients[id.client].requests[id.request],
                entries,
            })
            .collect();
        Self {
            plan,
            entries,
            histories,
            came_to_rest: transcript.came_to_rest.get(),
            ended_us: transcript.ended_us.get(),
        }
    }

    /// When draining began and by when it ends, if it did.
    #[must_use]
    pub fn drain(&self) -> Option<(u64, Instant)> {
        self.entries.iter().find_map(|entry| match entry.fact {
            Fact::DrainBegan(deadline) => Some((entry.at_us, deadline)),
            _ => None,
        })
    }
}

impl History<'_> {
    /// All facts.
    pub fn facts(&self) -> impl Iterator<Item = Fact> + '_ {
        self.entries.iter().map(|entry| entry.fact)
    }

    /// What the machine asked for.
    pub fn actions(&self) -> impl Iterator<Item = Action> + '_ {
        self.facts().filter_map(|fact| match fact {
            Fact::Asked(action) => Some(action),
            _ => None,
        })
    }

    /// What the machine was told.
    pub fn events(&self) -> impl Iterator<Item = Event> + '_ {
        self.facts().filter_map(|fact| match fact {
            Fact::Told(_, event) => Some(event),
            _ => None,
        })
    }

    /// How it ended, if it did.
    #[must_use]
    pub fn end(&self) -> Option<(u64, Outcome, After)> {
        self.entries.iter().find_map(|entry| match entry.fact {
            Fact::Ended(outcome, after) => Some((entry.at_us, outcome, after)),
            _ => None,
        })
    }

    /// The head of the answer that the machine was told of.
    #[must_use]
    pub fn response(&self) -> Option<Response> {
        self.events().find_map(|event| match event {
            Event::Response(response) => Some(response),
            _ => None,
        })
    }

    /// Whether that went wrong on purpose.
    #[must_use]
    pub fn has(&self, mishap: Mishap) -> bool {
        self.facts().any(|fact| matches!(fact, Fact::Mishap(seen) if seen == mishap))
    }

    /// The machine was told that the request is whole, or it has no body.
    #[must_use]
    pub fn request_is_whole(&self) -> bool {
        self.request.body.shape == Shape::None
            || self.events().any(|event| matches!(event, Event::RequestEnd))
    }

    /// Its first use of a connection was of a pooled one.
    #[must_use]
    pub fn is_reused(&self) -> bool {
        self.facts().any(|fact| matches!(fact, Fact::Taken(..)))
    }

    /// Says what is wrong unless `holds`.
    ///
    /// # Errors
    /// It does not hold.
    pub fn ensure(&self, holds: bool, what: impl FnOnce() -> String) -> Checked {
        ensure(holds, Some(self.id), what)
    }
}
