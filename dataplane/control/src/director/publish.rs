//! A checked artifact becomes the one that serves: everything that can fail comes first, then one
//! step that cannot.

use std::sync::Arc;

use super::ask::ReloadAnswer;
use super::prepared::Prepared;
use super::settle::{Settling, settle};
use super::state::{Director, Waiters};
use crate::command::{BoundListener, Command, ListenerKey};
use crate::limits::{NAMES_TOLD_MAX, NEW_NAMES_PATIENCE};
use crate::live::Bound;
use crate::load::{Cause, Loaded, Refusal};
use crate::log::{Opened, Target};
use crate::notice::say;
use crate::snapshot::Snapshot;
use crate::view;

impl Director {
    /// Publishes what was loaded, or says why not.
    pub(super) async fn take(&mut self, loaded: Loaded, waiters: Waiters) {
        let current = self.live.current();
        let is_same_file = current.artifact.digest() == loaded.artifact.digest();
        let is_same_content = current.artifact.content_id() == loaded.artifact.content_id();
        let done = match (self.drain.is_some(), is_same_file, is_same_content) {
            (true, _, _) => Err(self.refusal(&loaded, Cause::Ending)),
            (_, true, _) => Ok(false),
            (_, _, true) => {
                self.replace_unchanged(&current, &loaded);
                Ok(false)
            }
            _ => self.publish(&loaded).await.map(|()| true),
        };
        match done {
            Err(refusal) => self.refuse(refusal, waiters),
            Ok(is_swap) => {
                self.live.facts().refused = None;
                if let Some(line) = loaded.not_newer() {
                    say(&line);
                }
                if !is_swap {
                    self.reopen_logs();
                }
                self.settle(is_swap, waiters);
            }
        }
    }

    /// Sees to it that every worker takes what is published, that it is kept, and that who waits
    /// is answered.
    pub(super) fn settle(&mut self, is_swap: bool, waiters: Waiters) {
        while self.settling.try_join_next().is_some() {}
        let snapshot = self.live.current();
        self.settling.spawn(settle(Settling {
            live: Arc::clone(&self.live),
            shelf: Arc::clone(&self.shelf),
            floor: self.floor.clone(),
            newest: self.gate.served(&snapshot.artifact),
            lock: self.lock.clone(),
            snapshot,
            is_swap,
            waiters,
        }));
    }

    /// The last good one keeps serving; `status` and the log say so.
    pub(super) fn refuse(&mut self, refusal: Refusal, waiters: Waiters) {
        let current = self.live.current();
        say(&format!(
            "refused {refusal}; generation {}, content id {} keeps serving",
            current.artifact.generation(),
            current.artifact.content_id()
        ));
        for waiter in waiters {
            // Who asked may be gone.
            let _ = waiter.send(ReloadAnswer::Refused(refusal.clone()));
        }
        self.live.facts().refused = Some(refusal);
    }

    async fn publish(&mut self, loaded: &Loaded) -> Result<(), Refusal> {
        let artifact = &loaded.artifact;
        let (target, format) = view::access_log(artifact);
        let log = Opened::open(&target, format).map_err(|error| {
            let path = match target {
                Target::File(path) => path,
                _ => std::path::PathBuf::new(),
            };
            self.refusal(loaded, Cause::Log { path, error: Arc::new(error) })
        })?;
        let prepared = match (self.prepare)(artifact) {
            Ok(prepared) => prepared,
            Err(line) => return Err(self.refusal(loaded, Cause::Listener(line))),
        };
        // Names of both are kept until the new one serves.
        self.resolution.want_also(&loaded.names);
        self.resolution.settle(NEW_NAMES_PATIENCE).await;
        self.resolution.want(&loaded.names);
        self.tell_unresolved();

        self.serial += 1;
        let addresses = Arc::new(self.resolution.addresses(view::places(artifact)));
        self.store(Snapshot {
            artifact: Arc::clone(artifact),
            serial: self.serial,
            addresses,
            loaded_at: loaded.at,
        });
        self.hand_out(prepared);
        self.live.log.switch(log);
        Ok(())
    }

    /// The same content with another generation or other places of its routes: streams, pools and
    /// counters stay, since for a worker nothing has changed.
    fn replace_unchanged(&mut self, current: &Snapshot, loaded: &Loaded) {
        self.store(Snapshot {
            artifact: Arc::clone(&loaded.artifact),
            serial: current.serial,
            addresses: Arc::clone(&current.addresses),
            loaded_at: current.loaded_at,
        });
        self.send_all(|| Command::Publish);
    }

    /// Publishes the same artifact with the addresses as they are known now.
    pub(super) fn publish_addresses(&mut self) {
        let current = self.live.current();
        let addresses = self.resolution.addresses(view::places(&current.artifact));
        if addresses.same_places(&current.addresses) {
            return;
        }
        self.store(Snapshot {
            artifact: Arc::clone(&current.artifact),
            serial: current.serial,
            addresses: Arc::new(addresses),
            loaded_at: current.loaded_at,
        });
        self.send_all(|| Command::Publish);
    }

    fn store(&mut self, snapshot: Snapshot) {
        self.retired.push(self.live.snapshot.swap(Arc::new(snapshot)));
    }

    fn hand_out(&mut self, prepared: Prepared) {
        let Prepared { add, remove, bound, commit } = prepared;
        commit();
        let mut add = add.into_iter();
        for at in 0..self.live.workers.len() {
            let add = add.next().unwrap_or_default();
            for command in steps(add, &remove) {
                self.send(at, command);
            }
        }
        let before = std::mem::replace(&mut self.live.facts().listeners, bound.clone());
        for line in moves(&before, &bound) {
            say(&line);
        }
    }

    /// Sends a command to every worker.
    pub(super) fn send_all(&self, command: impl Fn() -> Command) {
        for at in 0..self.live.workers.len() {
            self.send(at, command());
        }
    }

    fn send(&self, at: usize, command: Command) {
        let Some(worker) = self.live.workers.get(at) else { return };
        if let Err(command) = worker.send(command) {
            say(&format!("worker {at} takes no commands; not sent: {command:?}"));
        }
    }

    /// Opens the log's files anew, as after a rotation.
    pub(super) fn reopen_logs(&self) {
        self.send_all(|| Command::ReopenLogs);
        let current = self.live.current();
        let (target, format) = view::access_log(&current.artifact);
        match Opened::open(&target, format) {
            Ok(log) => self.live.log.switch(log),
            Err(error) => say(&format!(
                "the access log could not be opened anew ({error}); lines still go to the old file"
            )),
        }
    }

    /// Frees the snapshots that no worker holds any more.
    pub(super) fn free_retired(&mut self) {
        self.retired.retain(|snapshot| Arc::strong_count(snapshot) > 1);
    }

    pub(super) fn tell_unresolved(&self) {
        if let Some(line) = unresolved_line(&self.resolution.unresolved()) {
            say(&line);
        }
    }

    fn refusal(&self, loaded: &Loaded, cause: Cause) -> Refusal {
        Refusal::of_artifact(&self.file, &loaded.artifact, cause)
    }
}

/// What a worker is told of a swap, in order: what queued on an old socket may still be asked of the
/// old snapshot, but nothing that comes by a new one, for the old one knows no such listener.
fn steps(add: Vec<BoundListener>, remove: &[ListenerKey]) -> Vec<Command> {
    let mut steps = Vec::new();
    if !remove.is_empty() {
        steps.push(Command::Listeners { add: Vec::new(), remove: remove.to_vec() });
    }
    steps.push(Command::Publish);
    if !add.is_empty() {
        steps.push(Command::Listeners { add, remove: Vec::new() });
    }
    steps
}

/// One line for each address that is listened on from now on, and for each that is no longer.
fn moves(before: &[Bound], after: &[Bound]) -> Vec<String> {
    let lines = |word: &'static str, these: &[Bound], those: &[Bound]| {
        let is_there = |one: &Bound| those.iter().any(|other| one.key.is_same_place(&other.key));
        let alone = these.iter().filter(|one| !is_there(one));
        let line = |one: &Bound| format!("{word} {} ({})", one.address, one.key.name);
        alone.map(line).collect::<Vec<String>>()
    };
    [lines("listening on", after, before), lines("no longer listening on", before, after)].concat()
}

fn unresolved_line(names: &[&str]) -> Option<String> {
    let told = names.get(..NAMES_TOLD_MAX).unwrap_or(names);
    let more = match names.len() - told.len() {
        _ if names.is_empty() => return None,
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    Some(format!(
        "not resolved yet: {}{more}; requests to these targets get 502 (not_resolved) until they are",
        told.join(", ")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    fn key(name: &str, address: &str) -> ListenerKey {
        ListenerKey { name: name.to_owned(), address: address.parse().expect("an address") }
    }

    #[test]
    fn worker_closes_then_publishes_then_opens() {
        let check = |added: usize, removed: usize, expected: &[(usize, usize)]| {
            let key = key("web", "127.0.0.1:0");
            let bound = |_| BoundListener {
                key: key.clone(),
                socket: TcpListener::bind(key.address).expect("a socket"),
            };
            let remove = vec![key.clone(); removed];
            let steps = steps((0..added).map(bound).collect(), &remove);
            let told: Vec<(usize, usize)> = steps
                .iter()
                .map(|step| match step {
                    Command::Listeners { add, remove } => (add.len(), remove.len()),
                    _ => (0, 0),
                })
                .collect();
            assert_eq!(told, expected);
        };
        let publish = (0, 0);
        check(0, 0, &[publish]);
        check(1, 0, &[publish, (1, 0)]);
        check(0, 2, &[(0, 2), publish]);
        check(2, 1, &[(0, 1), publish, (2, 0)]);
    }

    #[test]
    fn address_that_comes_or_goes_is_told() {
        let bound = |name: &str, address: &str| Bound {
            key: key(name, address),
            address: address.replace(":0", ":4711").parse().expect("an address"),
            protocols: vec!["http/1.1"],
        };
        let before = [bound("web", "127.0.0.1:80"), bound("old", "127.0.0.1:0")];
        let after = [bound("renamed", "127.0.0.1:80"), bound("new", "[::1]:81")];
        let expected =
            ["listening on [::1]:81 (new)", "no longer listening on 127.0.0.1:4711 (old)"];
        assert_eq!(moves(&before, &after), expected);
        assert!(moves(&after, &after).is_empty());
    }

    #[test]
    fn unresolved_names_are_told_in_one_bounded_line() {
        assert_eq!(unresolved_line(&[]), None);
        let check = |names: &[&str], expected: &str| {
            let line = unresolved_line(names).expect("a line");
            assert!(line.starts_with(&format!("not resolved yet: {expected}; ")), "{line}");
        };
        check(&["a"], "a");
        check(&["a", "b", "c", "d", "e"], "a, b, c, d, e");
        check(&["a", "b", "c", "d", "e", "f", "g"], "a, b, c, d, e and 2 more");
    }
}
