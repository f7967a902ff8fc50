//! Keeps the table of names up to date: asks what is due, some at a time, and takes the answers.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::{Id, JoinError, JoinSet};

use super::lookup::Lookup;
use super::places::{self, Names, Place};
use super::table::{Answer, Table};
use crate::limits::QUESTIONS_MAX;
use crate::snapshot::Addresses;

/// Names, their addresses and the questions on their way. Lives on the control thread.
pub(crate) struct Resolution {
    lookup: Lookup,
    table: Table,
    questions: JoinSet<Answer>,
    /// Whom each question is about, so that one that panicked is asked again.
    about: HashMap<Id, Arc<str>>,
    random: RandomState,
    asked: u64,
    version: u64,
}

impl Resolution {
    /// Reads the system's settings; asks nothing yet.
    pub(crate) fn from_system() -> Self {
        Self {
            lookup: Lookup::from_system(),
            table: Table::default(),
            questions: JoinSet::new(),
            about: HashMap::new(),
            random: RandomState::new(),
            asked: 0,
            version: 0,
        }
    }

    /// These names are wanted from now on; all others are forgotten.
    pub(crate) fn want(&mut self, names: &Names) {
        self.table.want(names, Instant::now());
    }

    /// These names are wanted as well.
    pub(crate) fn want_also(&mut self, names: &Names) {
        self.table.want_also(names, Instant::now());
    }

    /// Waits until every name was asked for once, but not longer than `patience`: a name that
    /// does not resolve must not keep an artifact from being served.
    pub(crate) async fn settle(&mut self, patience: Duration) {
        let until = Instant::now() + patience;
        while !self.table.is_settled() {
            tokio::select! {
                _ = self.step() => {}
                () = tokio::time::sleep_until(until.into()) => return,
            }
        }
    }

    /// Names that have no address now, sorted.
    pub(crate) fn unresolved(&self) -> Vec<&str> {
        self.table.unresolved()
    }

    /// A table of the addresses as they are known now, with a version of its own.
    pub(crate) fn addresses<'a>(
        &mut self,
        places: impl ExactSizeIterator<Item = Place<'a>>,
    ) -> Addresses {
        self.version += 1;
        places::addresses(places, &self.table, self.version)
    }

    /// Waits for the next answer or the next name that is due. True when addresses changed.
    ///
    /// May be dropped at any await without losing an answer. Never ends while nothing is wanted.
    pub(crate) async fn step(&mut self) -> bool {
        self.ask_what_is_due();
        let due = match self.table.next_due() {
            Some(due) if self.questions.len() < QUESTIONS_MAX => Some(due),
            _ => None,
        };
        tokio::select! {
            Some(done) = self.questions.join_next_with_id() => self.take(done),
            () = until(due) => false,
        }
    }

    /// Looks whether the system's settings changed, and asks for everything anew if so.
    pub(crate) fn refresh_settings(&mut self) {
        if !self.table.is_empty() && self.lookup.is_outdated() {
            self.lookup = Lookup::from_system();
            self.table.ask_all(Instant::now());
        }
    }

    fn take(&mut self, done: Result<(Id, Answer), JoinError>) -> bool {
        let (id, answer) = done.unwrap_or_else(|error| (error.id(), Answer::Failed));
        let Some(name) = self.about.remove(&id) else { return false };
        self.asked = self.asked.wrapping_add(1);
        let jitter = self.random.hash_one(self.asked);
        self.table.answered(&name, answer, Instant::now(), jitter)
    }

    fn ask_what_is_due(&mut self) {
        let now = Instant::now();
        while self.questions.len() < QUESTIONS_MAX
            && let Some(name) = self.table.take_due(now)
        {
            let (lookup, asked) = (self.lookup.clone(), Arc::clone(&name));
            let question = self.questions.spawn(async move { lookup.ask(&asked).await });
            self.about.insert(question.id(), name);
        }
    }
}

async fn until(due: Option<Instant>) {
    match due {
        Some(due) => tokio::time::sleep_until(due.into()).await,
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pointsman_schemas::artifact::id::TargetId;

    fn runtime() -> tokio::runtime::Runtime {
        tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
    }

    #[test]
    fn name_of_the_hosts_file_is_resolved_without_a_server() {
        runtime().block_on(async {
            let place = Place { host: "localhost", port: 80, ip: None };
            let mut resolution = Resolution::from_system();
            resolution.want(&places::names([place].into_iter()));
            resolution.settle(Duration::from_secs(20)).await;
            assert!(resolution.unresolved().is_empty());
            let made = resolution.addresses([place].into_iter());
            assert!(made.of(TargetId(0)).iter().all(|at| at.ip().is_loopback()));
            assert!(!made.of(TargetId(0)).is_empty());
        });
    }

    #[test]
    fn no_names_settle_at_once() {
        runtime().block_on(async {
            let mut resolution = Resolution::from_system();
            let place = Place { host: "127.0.0.1", port: 80, ip: None };
            resolution.want(&places::names([place].into_iter()));
            resolution.settle(Duration::ZERO).await;
            assert_eq!(resolution.addresses([place].into_iter()).version(), 1);
            assert_eq!(resolution.addresses([place].into_iter()).version(), 2);
        });
    }
}
