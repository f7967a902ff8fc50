//! What is known of each name and when it is asked for again. It reads no clock and asks nobody.

use crate::limits::{ADDRESSES_PER_NAME_MAX, GONE_GRACE, RETRY_CEILING, TTL_CEILING, TTL_FLOOR};
use std::collections::{BTreeSet, HashMap, HashSet};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What came of one question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// Addresses, and how long they count.
    Found { addresses: Vec<IpAddr>, ttl: Duration },
    /// The name does not exist, or has no address.
    Gone,
    /// Nobody answered, or not usefully.
    Failed,
}

#[derive(Debug)]
struct Entry {
    addresses: Vec<IpAddr>,
    /// None while it is being asked for.
    due: Option<Instant>,
    failures: u32,
    gone_since: Option<Instant>,
    is_answered: bool,
}

/// All names that the artifact's targets have.
#[derive(Debug, Default)]
pub(crate) struct Table {
    entries: HashMap<Arc<str>, Entry>,
    queue: BTreeSet<(Instant, Arc<str>)>,
}

impl Table {
    /// These names are wanted, and no others. New ones are due at once.
    pub(crate) fn want(&mut self, names: &HashSet<Arc<str>>, now: Instant) {
        self.entries.retain(|name, _| names.contains(name));
        self.queue.retain(|(_, name)| names.contains(name));
        self.want_also(names, now);
    }

    /// These names are wanted as well; new ones are due at once.
    pub(crate) fn want_also(&mut self, names: &HashSet<Arc<str>>, now: Instant) {
        for name in names {
            if self.entries.contains_key(name) {
                continue;
            }
            let entry = Entry {
                addresses: Vec::new(),
                due: Some(now),
                failures: 0,
                gone_since: None,
                is_answered: false,
            };
            self.entries.insert(Arc::clone(name), entry);
            self.queue.insert((now, Arc::clone(name)));
        }
    }

    /// Addresses of a name; none when it is not known or not resolved.
    pub(crate) fn addresses(&self, name: &str) -> &[IpAddr] {
        self.entries.get(name).map(|entry| &*entry.addresses).unwrap_or_default()
    }

    /// True when no name is wanted.
    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// True when every name was asked for once, whatever the answer.
    pub(crate) fn is_settled(&self) -> bool {
        self.entries.values().all(|entry| entry.is_answered)
    }

    /// Names without an address, sorted.
    pub(crate) fn unresolved(&self) -> Vec<&str> {
        let bare = self.entries.iter().filter(|(_, entry)| entry.addresses.is_empty());
        let mut names: Vec<&str> = bare.map(|(name, _)| &**name).collect();
        names.sort_unstable();
        names
    }

    /// When the next name is due.
    pub(crate) fn next_due(&self) -> Option<Instant> {
        self.queue.first().map(|(due, _)| *due)
    }

    /// Takes one name that is due; it is being asked for until it is answered.
    pub(crate) fn take_due(&mut self, now: Instant) -> Option<Arc<str>> {
        if self.next_due()? > now {
            return None;
        }
        let (_, name) = self.queue.pop_first()?;
        if let Some(entry) = self.entries.get_mut(&name) {
            entry.due = None;
        }
        Some(name)
    }

    /// All that is not being asked for is due now: the system's settings changed.
    pub(crate) fn ask_all(&mut self, now: Instant) {
        self.queue.clear();
        for (name, entry) in &mut self.entries {
            if entry.due.is_some() {
                entry.due = Some(now);
                self.queue.insert((now, Arc::clone(name)));
            }
        }
    }

    /// Takes an answer. `jitter` is any random number. True when the addresses changed.
    pub(crate) fn answered(
        &mut self,
        name: &Arc<str>,
        answer: Answer,
        now: Instant,
        jitter: u64,
    ) -> bool {
        // A name that is not wanted any more.
        let Some(entry) = self.entries.get_mut(name) else { return false };
        if entry.due.is_some() {
            return false;
        }
        entry.is_answered = true;
        let (wait, is_changed) = entry.take(answer, now);
        let due = now + wait + spread(wait, jitter);
        entry.due = Some(due);
        self.queue.insert((due, Arc::clone(name)));
        is_changed
    }
}

impl Entry {
    fn take(&mut self, answer: Answer, now: Instant) -> (Duration, bool) {
        let (fresh, wait) = match answer {
            Answer::Found { addresses, ttl } if !addresses.is_empty() => {
                self.failures = 0;
                self.gone_since = None;
                (Some(in_order(addresses)), ttl.clamp(TTL_FLOOR, TTL_CEILING))
            }
            Answer::Found { .. } | Answer::Gone => {
                let since = *self.gone_since.get_or_insert(now);
                let is_over = now.saturating_duration_since(since) >= GONE_GRACE;
                (is_over.then(Vec::new), self.next_retry())
            }
            Answer::Failed => (None, self.next_retry()),
        };
        match fresh {
            Some(fresh) if fresh != self.addresses => {
                self.addresses = fresh;
                (wait, true)
            }
            _ => (wait, false),
        }
    }

    fn next_retry(&mut self) -> Duration {
        let wait = TTL_FLOOR.saturating_mul(1 << self.failures.min(10)).min(RETRY_CEILING);
        self.failures = self.failures.saturating_add(1);
        wait
    }
}

/// One order for one set, so that a server that turns its answers round is no change; IPv4 first,
/// since a host without IPv6 would otherwise lose its first try.
fn in_order(mut addresses: Vec<IpAddr>) -> Vec<IpAddr> {
    addresses.sort_unstable();
    addresses.dedup();
    addresses.truncate(ADDRESSES_PER_NAME_MAX);
    addresses
}

/// Up to a tenth more, so that names with one TTL are not asked for in one moment for ever.
fn spread(wait: Duration, jitter: u64) -> Duration {
    let most = u64::try_from((wait / 10).as_micros()).unwrap_or(0);
    Duration::from_micros(jitter % (most + 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("a literal address")
    }

    fn found(addresses: &[&str], ttl: u64) -> Answer {
        let addresses = addresses.iter().map(|text| ip(text)).collect();
        Answer::Found { addresses, ttl: Duration::from_secs(ttl) }
    }

    fn table(names: &[&str], now: Instant) -> Table {
        let mut table = Table::default();
        want(&mut table, names, now);
        table
    }

    fn want(table: &mut Table, names: &[&str], now: Instant) {
        let names: HashSet<Arc<str>> = names.iter().map(|name| Arc::from(*name)).collect();
        table.want(&names, now);
    }

    /// Asks for "a" at `now`, answers, and says whether that was a change and when it is due next.
    fn ask(table: &mut Table, answer: Answer, now: Instant) -> (bool, Duration) {
        let name = table.take_due(now).expect("a name is due");
        let is_changed = table.answered(&name, answer, now, 0);
        (is_changed, table.next_due().expect("a next time") - now)
    }

    #[test]
    fn ttl_is_respected_within_floor_and_ceiling() {
        let start = Instant::now();
        let check = |ttl, expected| {
            let got = ask(&mut table(&["a"], start), found(&["192.0.2.1"], ttl), start);
            assert_eq!(got, (true, Duration::from_secs(expected)), "TTL {ttl}");
        };
        check(0, 1);
        check(1, 1);
        check(60, 60);
        check(86_400, 300);
    }

    #[test]
    fn same_set_in_another_order_is_no_change() {
        let start = Instant::now();
        let mut table = table(&["a"], start);
        assert!(ask(&mut table, found(&["2001:db8::1", "192.0.2.2", "192.0.2.1"], 1), start).0);
        assert_eq!(table.addresses("a"), [ip("192.0.2.1"), ip("192.0.2.2"), ip("2001:db8::1")]);
        let later = start + Duration::from_secs(1);
        let turned = found(&["192.0.2.1", "192.0.2.1", "2001:db8::1", "192.0.2.2"], 1);
        assert!(!ask(&mut table, turned, later).0);
        assert!(ask(&mut table, found(&["192.0.2.9"], 1), later + TTL_FLOOR).0);
    }

    #[test]
    fn failure_keeps_the_last_good_and_waits_longer() {
        let start = Instant::now();
        let mut table = table(&["a"], start);
        ask(&mut table, found(&["192.0.2.1"], 1), start);
        let mut now = start + TTL_FLOOR;
        let mut waits = Vec::new();
        for _ in 0..7 {
            let (is_changed, wait) = ask(&mut table, Answer::Failed, now);
            assert!(!is_changed);
            waits.push(wait.as_secs());
            now += wait;
        }
        assert_eq!(waits, [1, 2, 4, 8, 16, 30, 30]);
        assert_eq!(table.addresses("a"), [ip("192.0.2.1")]);
        let (is_changed, wait) = ask(&mut table, found(&["192.0.2.1"], 10), now);
        assert_eq!((is_changed, wait.as_secs()), (false, 10));
    }

    #[test]
    fn name_that_is_gone_keeps_its_addresses_for_a_bounded_time() {
        let start = Instant::now();
        let mut table = table(&["a"], start);
        ask(&mut table, found(&["192.0.2.1"], 1), start);
        let gone = start + TTL_FLOOR;
        assert!(!ask(&mut table, Answer::Gone, gone).0);
        assert!(!ask(&mut table, found(&[], 5), gone + GONE_GRACE / 2).0);
        assert_eq!(table.addresses("a").len(), 1);
        assert!(ask(&mut table, Answer::Gone, gone + GONE_GRACE).0);
        assert!(table.addresses("a").is_empty());
        assert_eq!(table.unresolved(), ["a"]);
        assert!(ask(&mut table, found(&["192.0.2.1"], 5), gone + GONE_GRACE * 2).0);
    }

    #[test]
    fn wanted_names_come_and_go() {
        let start = Instant::now();
        let mut table = table(&["a", "b"], start);
        let asked = [table.take_due(start), table.take_due(start)];
        assert!(table.take_due(start).is_none() && !table.is_settled());
        want(&mut table, &["b", "c"], start);
        for name in asked.into_iter().flatten() {
            table.answered(&name, found(&["192.0.2.1"], 9), start, 0);
        }
        assert!(table.addresses("a").is_empty());
        assert_eq!(table.addresses("b").len(), 1);
        assert!(!table.is_settled(), "c was not asked for yet");
        assert_eq!(table.take_due(start).as_deref(), Some("c"));
        want(&mut table, &[], start);
        assert!(table.is_empty() && table.is_settled() && table.next_due().is_none());
    }

    #[test]
    fn late_answer_to_a_name_wanted_again_is_left_out() {
        let start = Instant::now();
        let mut table = table(&["a"], start);
        let name = table.take_due(start).expect("a");
        want(&mut table, &[], start);
        want(&mut table, &["a"], start);
        assert!(!table.answered(&name, found(&["192.0.2.1"], 9), start, 0));
        assert_eq!(table.take_due(start).as_deref(), Some("a"));
    }

    #[test]
    fn changed_settings_make_all_due() {
        let start = Instant::now();
        let mut table = table(&["a"], start);
        ask(&mut table, found(&["192.0.2.1"], 300), start);
        table.ask_all(start);
        assert_eq!(table.take_due(start).as_deref(), Some("a"));
    }

    #[test]
    fn answer_too_long_is_cut() {
        let start = Instant::now();
        let mut table = table(&["a"], start);
        let addresses = (0..10_000u32).map(|n| IpAddr::from(n.to_be_bytes())).collect();
        ask(&mut table, Answer::Found { addresses, ttl: TTL_FLOOR }, start);
        assert_eq!(table.addresses("a").len(), ADDRESSES_PER_NAME_MAX);
    }

    proptest! {
        #[test]
        fn spread_is_at_most_a_tenth(seconds in 0u64..400, jitter in any::<u64>()) {
            let wait = Duration::from_secs(seconds);
            prop_assert!(spread(wait, jitter) <= wait / 10);
        }
    }
}
