//! Each checker sees the transcript that it is there for: a good one, made wrong by hand.

use pointsman_core::exchange::{Action, After, Event};
use pointsman_core::fault::Fault;
use pointsman_core::time::Instant;
use pointsman_sim::checker::case::Case;
use pointsman_sim::checker::verdict::CHECKERS;
use pointsman_sim::draw::Draw;
use pointsman_sim::plan::{AnswerFault, BodyPlan, ConnectPlan, Plan, Shape, Stale};
use pointsman_sim::plot;
use pointsman_sim::transcript::{Author, Entry, ExchangeId, Fact, Mishap, Seen, Transcript};
use pointsman_sim::world::play;

const FIRST: ExchangeId = ExchangeId { client: 0, request: 0 };

/// The plainest plan, with a body either way.
fn plain() -> Plan {
    let mut plan = plot::plan(&mut Draw::Bytes(&[]));
    let request = &mut plan.clients[0].requests[0];
    request.body =
        BodyPlan { shape: Shape::Length, bytes: 100, piece: 100, pause_us: 0, fault: None };
    request.attempts[0].answer.bytes = 50;
    plan
}

/// Two requests, the second on the connection of the first, which dies under it.
fn stale() -> Plan {
    let mut plan = plot::plan(&mut Draw::Bytes(&[]));
    let client = &mut plan.clients[0];
    client.requests.push(client.requests[0].clone());
    client.requests[1].attempts[0].stale = Stale::Resets;
    plan
}

fn verdict(name: &str, plan: &Plan, entries: Vec<Entry>) -> Result<(), String> {
    let transcript = Transcript::of(entries);
    let (_, check) = CHECKERS.into_iter().find(|(known, _)| *known == name).expect("its name");
    check(&Case::new(plan, &transcript)).map_err(|wrong| wrong.what)
}

/// `spoil` makes a good transcript wrong; the checker of that name must say so.
#[track_caller]
fn check_of(plan: Plan, name: &str, spoil: impl FnOnce(&mut Vec<Entry>), expected: &str) {
    let (plan, transcript) = play(plan);
    let mut entries = transcript.entries();
    assert_eq!(verdict(name, &plan, entries.clone()), Ok(()), "{name} before");
    spoil(&mut entries);
    let what = verdict(name, &plan, entries).expect_err(name);
    assert!(what.contains(expected), "{name}: {what}");
}

#[track_caller]
fn check(name: &str, spoil: impl FnOnce(&mut Vec<Entry>), expected: &str) {
    check_of(plain(), name, spoil, expected);
}

fn position(entries: &[Entry], wanted: impl Fn(&Fact) -> bool) -> usize {
    entries.iter().position(|entry| wanted(&entry.fact)).expect("it happened")
}

fn asked(action: Action) -> impl Fn(&Fact) -> bool {
    move |fact| matches!(fact, Fact::Asked(seen) if *seen == action)
}

fn told(fits: impl Fn(&Event) -> bool) -> impl Fn(&Fact) -> bool {
    move |fact| matches!(fact, Fact::Told(_, event) if fits(event))
}

/// Puts a fact behind the first that fits.
fn after(entries: &mut Vec<Entry>, wanted: impl Fn(&Fact) -> bool, fact: Fact) {
    let at = position(entries, wanted);
    let at_us = entries[at].at_us;
    entries.insert(at + 1, Entry { at_us, exchange: Some(FIRST), fact });
}

/// Puts a fact before the first that fits.
fn before(entries: &mut Vec<Entry>, wanted: impl Fn(&Fact) -> bool, fact: Fact) {
    let at = position(entries, wanted);
    let at_us = entries[at].at_us;
    entries.insert(at, Entry { at_us, exchange: Some(FIRST), fact });
}

fn remove(entries: &mut Vec<Entry>, wanted: impl Fn(&Fact) -> bool) {
    let at = position(entries, wanted);
    entries.remove(at);
}

/// Moves all that comes after the first that fits by so many microseconds, the proxy's clock too.
fn delay(entries: &mut [Entry], wanted: impl Fn(&Fact) -> bool, us: u64) {
    let at = position(entries, wanted);
    for entry in &mut entries[at..] {
        entry.at_us += us;
        if let Fact::Told(now, _) | Fact::TimedOut(now, _) = &mut entry.fact {
            *now = now.plus_us(us);
        }
    }
}

fn silent() -> Plan {
    let mut plan = plain();
    plan.clients[0].requests[0].attempts[0].answer.fault = AnswerFault::Never;
    plan
}

/// A client that sends its body only once it was told to, which takes that long.
fn waiting(invites_us: Option<u64>) -> Plan {
    let mut plan = plain();
    let request = &mut plan.clients[0].requests[0];
    request.expects_us = Some(u64::MAX);
    request.attempts[0].answer.invites_us = invites_us;
    plan
}

fn refused() -> Plan {
    let mut plan = plain();
    plan.clients[0].requests[0].attempts[0].connect = ConnectPlan::Refused(100);
    plan
}

const IS_END: fn(&Fact) -> bool = |fact| matches!(fact, Fact::Ended(..));

#[test]
fn finish_end_twice_or_followed_is_seen() {
    let finish = Action::Finish(After::KeepAlive);
    check("finish", |all| after(all, asked(finish), Fact::Asked(finish)), "ends 2 times");
    check("finish", |all| remove(all, asked(finish)), "ends 0 times");
    let drop_target = Fact::Asked(Action::DropTarget);
    check("finish", |all| after(all, asked(finish), drop_target), "after its end");
    check(
        "finish",
        |all| remove(all, told(|event| matches!(event, Event::RequestEnd))),
        "not whole",
    );
}

#[test]
fn answer_second_head_or_wrong_order_is_seen() {
    let second = Fact::Asked(Action::Answer(Fault::Internal));
    check("answer", |all| after(all, asked(Action::SendResponse), second), "after an answer");
    let cut = |all: &mut Vec<Entry>| {
        let at = position(all, asked(Action::SendResponse));
        all[at].fact = Fact::Asked(Action::CutClient);
    };
    check("answer", cut, "no answer began");
    let again = Fact::Asked(Action::Connect { fresh: true });
    check("answer", |all| after(all, asked(Action::SendResponse), again), "after an answer began");
    let head = |fact: &Fact| matches!(fact, Fact::ClientGotHead(..));
    let twice = Fact::ClientGotHead(Author::Target(0), 200);
    check("answer", |all| after(all, head, twice), "2 heads");
    check_of(stale(), "answer", |all| all.reverse(), "after an answer");
}

#[test]
fn response_bytes_lost_swapped_or_made_up_are_seen() {
    let got = |fact: &Fact| matches!(fact, Fact::ClientGot(..));
    let done = |fact: &Fact| matches!(fact, Fact::ClientDone(_));
    let more = |all: &mut Vec<Entry>| before(all, done, Fact::ClientGot(50, 1));
    check("response", more, "51 bytes of an answer of 50");
    check("response", |all| before(all, done, Fact::ClientGot(60, 1)), "byte 60 after");
    check("response", |all| all.retain(|entry| !got(&entry.fact)), "0 bytes look whole");
    let said_whole = |fact: &Fact| matches!(fact, Fact::OriginSaidWhole(_));
    check("response", |all| remove(all, said_whole), "look whole");
    let head = |fact: &Fact| matches!(fact, Fact::ClientGotHead(..));
    check("response", |all| remove(all, head), "without a head");
    let wrong = |all: &mut Vec<Entry>| {
        let at = position(all, head);
        all[at].fact = Fact::ClientGotHead(Author::Target(0), 201);
    };
    check("response", wrong, "status 201");
}

#[test]
fn whole_answer_that_does_not_arrive_is_seen() {
    let done = |fact: &Fact| matches!(fact, Fact::ClientDone(_));
    check("whole", |all| remove(all, done), "the client saw None");
    let cut = |all: &mut Vec<Entry>| {
        let at = position(all, done);
        all[at].fact = Fact::ClientDone(Seen::Cut);
    };
    check("whole", cut, "Some(Cut)");
    let slow = |all: &mut Vec<Entry>| {
        let at = position(all, IS_END);
        if let Fact::Ended(outcome, _) = &mut all[at].fact {
            outcome.fault = Some(Fault::BodyTooSlow);
        }
    };
    check("whole", slow, "cut an answer that had begun");
    check_of(refused(), "whole", |all| remove(all, done), "answered ConnectRefused");
}

#[test]
fn request_bytes_lost_or_doubled_are_seen() {
    let got = |fact: &Fact| matches!(fact, Fact::OriginGot(..));
    check("request", |all| all.retain(|entry| !got(&entry.fact)), "look whole");
    let whole = |fact: &Fact| matches!(fact, Fact::OriginGotWhole(_));
    check("request", |all| before(all, whole, Fact::OriginGot(0, 0, 1)), "byte 0 after");
    check("request", |all| before(all, whole, Fact::OriginGot(0, 100, 1)), "101 bytes of 100");
}

#[test]
fn resend_where_none_may_be_is_seen() {
    let head = |fact: &Fact| matches!(fact, Fact::OriginGotHead(..));
    let three = |all: &mut Vec<Entry>| {
        after(all, head, Fact::OriginGotHead(1, 9));
        after(all, head, Fact::OriginGotHead(1, 9));
    };
    check("resend", three, "reached origins 3 times");
    let mut never = plain();
    never.clients[0].requests[0].idempotent = false;
    check_of(never, "resend", |all| after(all, head, Fact::OriginGotHead(1, 9)), "2 times");
    let again = Fact::Asked(Action::Connect { fresh: true });
    check("resend", |all| after(all, asked(Action::SendRequest), again), "was reused false");
    let pooled = |all: &mut Vec<Entry>| {
        for entry in all {
            if let Fact::Asked(Action::Connect { fresh }) = &mut entry.fact {
                *fresh = false;
            }
        }
    };
    check_of(stale(), "resend", pooled, "fresh false");
    let begun = |all: &mut Vec<Entry>| {
        let at = position(all, |fact| matches!(fact, Fact::Taken(..)));
        let entry = all[at];
        let begun = Fact::Told(Instant::ZERO, Event::ResponseBegun);
        all.insert(at, Entry { fact: begun, ..entry });
    };
    check_of(stale(), "resend", begun, "begun true");
}

#[test]
fn resend_missing_after_a_stale_connection_is_seen() {
    let untried = |all: &mut Vec<Entry>| {
        let at = position(all, |fact| matches!(fact, Fact::Mishap(Mishap::Stale)));
        let exchange = all[at].exchange;
        let begun = told(|event| matches!(event, Event::ResponseBegun));
        all.retain(|entry| entry.exchange != exchange || !begun(&entry.fact));
        let again = all.iter().rposition(|entry| asked(Action::SendRequest)(&entry.fact));
        all.remove(again.expect("it was sent again"));
        if let Some(Entry { fact: Fact::Ended(outcome, _), .. }) =
            all.iter_mut().rfind(|entry| IS_END(&entry.fact))
        {
            outcome.fault = Some(Fault::TargetReset);
        }
    };
    check_of(stale(), "resend", untried, "not tried on a fresh one");
}

#[test]
fn connection_leaked_used_late_or_kept_dirty_is_seen() {
    let kept = |fact: &Fact| matches!(fact, Fact::Kept(..));
    check("connection", |all| remove(all, kept), "leaked");
    check("connection", |all| after(all, kept, Fact::Used(1)), "used late");
    check("connection", |all| after(all, kept, Fact::Dropped(1)), "dropped unasked");
    let drop_target = Fact::Asked(Action::DropTarget);
    check("connection", |all| after(all, kept, drop_target), "DropTarget of none");
    let again = Fact::Asked(Action::Connect { fresh: false });
    check("connection", |all| after(all, asked(Action::SendRequest), again), "connects beside");
    let opened = |fact: &Fact| matches!(fact, Fact::Opened(..));
    check("connection", |all| after(all, opened, Fact::Opened(7, 0)), "7 beside");
    check(
        "connection",
        |all| remove(all, told(|event| matches!(event, Event::RequestEnd))),
        "kept:",
    );
    let sent = told(|event| matches!(event, Event::RequestEnd));
    let deaf = Fact::Told(Instant::ZERO, Event::TargetStoppedReading);
    check("connection", |all| after(all, sent, deaf), "target reads false");
    let surplus = |all: &mut Vec<Entry>| {
        let at = position(all, told(|event| matches!(event, Event::ResponseEnd { .. })));
        all[at].fact = Fact::Told(Instant::ZERO, Event::ResponseEnd { clean: false });
    };
    check("connection", surplus, "clean false");
    let wasted = |all: &mut Vec<Entry>| {
        let at = position(all, asked(Action::KeepTarget));
        all[at].fact = Fact::Asked(Action::DropTarget);
        let at = position(all, kept);
        if let Fact::Kept(connection, _) = all[at].fact {
            all[at].fact = Fact::Dropped(connection);
        }
    };
    check("connection", wasted, "thrown away");
}

#[test]
fn pool_connection_expired_taken_twice_or_elsewhere_is_seen() {
    let kept = |fact: &Fact| matches!(fact, Fact::Kept(..));
    let expired = |all: &mut Vec<Entry>| {
        let at = position(all, kept);
        if let Fact::Kept(_, until) = &mut all[at].fact {
            *until = Instant::ZERO;
        }
    };
    check_of(stale(), "pool", expired, "taken, was");
    let taken = |fact: &Fact| matches!(fact, Fact::Taken(..));
    let elsewhere = |all: &mut Vec<Entry>| {
        let at = position(all, taken);
        if let Fact::Taken(_, target) = &mut all[at].fact {
            *target += 1;
        }
    };
    check_of(stale(), "pool", elsewhere, "taken, was");
    let twice = |all: &mut Vec<Entry>| {
        let at = position(all, taken);
        all.insert(at, all[at]);
    };
    check_of(stale(), "pool", twice, "taken, was");
    let gone = |all: &mut Vec<Entry>| {
        if let Fact::Kept(connection, _) = all[position(all, kept)].fact {
            after(all, kept, Fact::Discarded(connection));
        }
    };
    check_of(stale(), "pool", gone, "taken, was");
    let dropped = |all: &mut Vec<Entry>| {
        let at = position(all, kept);
        all.insert(at, all[at]);
    };
    check_of(stale(), "pool", dropped, "kept, was");
}

#[test]
fn timeout_early_overdue_or_unknown_is_seen() {
    let ran_out = |fact: &Fact| matches!(fact, Fact::TimedOut(..));
    check_of(silent(), "timeout", |all| delay(all, ran_out, 1_000_000), "nothing happened until");
    let early = |all: &mut Vec<Entry>| {
        let at = position(all, ran_out);
        all[at].fact = Fact::TimedOut(Instant::from_us(10_000), Fault::CallTimeout);
    };
    check_of(silent(), "timeout", early, "CallTimeout at 10000, when it was due at");
    let idle = |all: &mut Vec<Entry>| {
        let at = position(all, ran_out);
        if let Fact::TimedOut(_, fault) = &mut all[at].fact {
            *fault = Fault::IdleTimeout;
        }
    };
    check_of(silent(), "timeout", idle, "due at None");
    let ends = told(|event| matches!(event, Event::ResponseEnd { .. }));
    check("timeout", |all| delay(all, ends, 130_000_000), "ran out at");
}

#[test]
fn timeout_client_blamed_before_it_was_told_to_send_is_seen() {
    let blamed = |all: &mut Vec<Entry>| {
        let at = position(all, |fact| matches!(fact, Fact::TimedOut(..)));
        if let Fact::TimedOut(_, fault) = &mut all[at].fact {
            assert_eq!(*fault, Fault::CallTimeout, "the target owed the next word");
            *fault = Fault::BodyTooSlow;
        }
    };
    check_of(waiting(None), "timeout", blamed, "BodyTooSlow at 30000000, when it was due at None");
    let invited = |all: &mut Vec<Entry>| {
        let wanted = told(|event| matches!(event, Event::RequestWanted));
        after(all, wanted, Fact::Told(Instant::ZERO, Event::Interim));
    };
    check_of(waiting(None), "timeout", invited, "CallTimeout at 30000000, when it was due at None");
    let untold = |all: &mut Vec<Entry>| {
        let interim = position(all, told(|event| matches!(event, Event::Interim)));
        all.remove(interim);
        let data = told(|event| matches!(event, Event::RequestData(1..)));
        delay(all, data, 29_000_000);
    };
    check_of(waiting(Some(4_000_000)), "timeout", untold, "Call ran out at");
}

#[test]
fn reset_target_that_is_not_freed_is_seen() {
    let sent = |fact: &Fact| matches!(fact, Fact::OriginGotWhole(_));
    let gone = Fact::Mishap(Mishap::ClientReset);
    check_of(silent(), "reset", |all| after(all, sent, gone), "its target is free at");
    let found = Fact::Told(Instant::ZERO, Event::ClientGone(Fault::ClientReset));
    let lingers = |all: &mut Vec<Entry>| {
        after(all, sent, gone);
        after(all, sent, found);
    };
    check("reset", lingers, "for a client that is gone");
}

#[test]
fn drain_that_carries_on_or_is_late_is_seen() {
    let begins = |at_us: u64, left_us: u64| {
        let deadline = Instant::from_us(at_us + left_us);
        Entry { at_us, exchange: None, fact: Fact::DrainBegan(deadline) }
    };
    let ends = |at_us| Entry { at_us, exchange: None, fact: Fact::DrainEnded(0) };
    check("drain", |all| all.insert(0, begins(0, 60_000_000)), "not over");
    let late = |all: &mut Vec<Entry>| {
        all.insert(0, begins(0, 10));
        all.push(ends(10));
        delay(all, IS_END, 1_000_000);
    };
    check("drain", late, "after the drain's end");
    let carries = |all: &mut Vec<Entry>| {
        all.insert(0, begins(0, 60_000_000));
        all.push(ends(60_000_000));
    };
    check_of(stale(), "drain", carries, "carried another exchange");
    let request = told(|event| matches!(event, Event::Request(_)));
    let last = Fact::Told(Instant::ZERO, Event::Drain);
    check("drain", |all| after(all, request, last), "told to be the last");
}

#[test]
fn cause_wrong_status_reason_or_count_is_seen() {
    type Change = fn(&mut pointsman_core::exchange::Outcome);
    let outcome = |change: Change| {
        move |all: &mut Vec<Entry>| {
            let at = position(all, IS_END);
            if let Fact::Ended(outcome, _) = &mut all[at].fact {
                change(outcome);
            }
        }
    };
    check("cause", outcome(|outcome| outcome.fault = Some(Fault::Truncated)), "not None");
    check("cause", outcome(|outcome| outcome.response_bytes += 1), "counts");
    check("cause", outcome(|outcome| outcome.attempts = 2), "counts");
    check_of(refused(), "cause", outcome(|outcome| outcome.status = 504), "gave status 504");
    check_of(silent(), "cause", outcome(|outcome| outcome.status = 502), "gave status 502");
    check_of(refused(), "cause", outcome(|outcome| outcome.fault = None), "makes None");
    let innocent = |all: &mut Vec<Entry>| {
        remove(all, |fact| matches!(fact, Fact::Mishap(Mishap::Refused)));
    };
    check_of(refused(), "cause", innocent, "nothing caused it");
    let answer = asked(Action::Answer(Fault::ConnectRefused));
    check_of(refused(), "cause", |all| remove(all, answer), "answers None");
}

#[test]
fn rest_exchange_without_end_is_seen() {
    check("rest", |all| remove(all, IS_END), "hangs while answering");
    let awaited = |all: &mut Vec<Entry>| {
        let at = position(all, |fact| matches!(fact, Fact::TimedOut(..)));
        all.truncate(at);
    };
    check_of(silent(), "rest", awaited, "head is awaited");
    let connecting = |all: &mut Vec<Entry>| {
        let at = position(all, |fact| matches!(fact, Fact::Opened(..)));
        all.truncate(at);
    };
    check("rest", connecting, "connecting");
    check_of(waiting(None), "rest", awaited, "not told to send");
}

#[test]
fn share_picks_beside_the_weights_are_seen() {
    let mut plan = plain();
    plan.targets.push(plan.targets[0]);
    plan.targets[1].usable = false;
    let began = |fact: &Fact| matches!(fact, Fact::Began(_));
    let unusable = |all: &mut Vec<Entry>| {
        let at = position(all, began);
        all[at].fact = Fact::Began(1);
    };
    check_of(plan.clone(), "share", unusable, "may not be");
    plan.targets[1].usable = true;
    let twice = |all: &mut Vec<Entry>| {
        let at = position(all, began);
        all.insert(at, all[at]);
    };
    check_of(plan, "share", twice, "of weight");
}
