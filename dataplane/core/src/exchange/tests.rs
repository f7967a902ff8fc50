//! Scripts for the exchange machine: what it is told, what it asks for then, and until when.

use super::event::{Action, After, Body, Event, Request, Response};
use super::machine::{Exchange, Outcome, Waits};
use super::{Timeouts, Timer};
use crate::fault::Fault;
use crate::limits::BODY_RATE_GRACE_US;
use crate::time::Instant;

/// One line of a script.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// Time goes on to that many milliseconds.
    At(u64),
    /// The machine is told.
    Tell(Event),
    /// It asks for this next.
    Ask(Action),
    /// It asks for nothing more.
    Quiet,
    /// Its next deadline is at that many milliseconds, and that is woken for it.
    Due(u64, Waits),
    /// It has no deadline.
    NeverDue,
    /// A limit has run out now.
    RunsOut,
    /// None has.
    HoldsOut,
    /// The answer says that the connection ends, or does not.
    IsLast(bool),
}

use Step::{Ask, At, Due, HoldsOut, IsLast, NeverDue, Quiet, RunsOut, Tell};

const TIMEOUTS: Timeouts = Timeouts {
    connection_us: 10_000_000,
    idle_us: 60_000_000,
    call_us: 30_000_000,
    call_and_stream_us: 120_000_000,
    global_us: 40_000_000,
    min_body_rate: 1_000,
};

const GET: Request = Request {
    body: Body::None,
    idempotent: true,
    replayable: true,
    persistent: true,
    waits_for_interim: false,
};
const POST: Request = Request { idempotent: false, ..GET };
/// Its body is still coming.
const UPLOAD: Request = Request {
    body: Body::Length(5_000),
    idempotent: false,
    replayable: false,
    persistent: true,
    waits_for_interim: false,
};
/// Its body came with its head.
const SMALL_PUT: Request = Request {
    body: Body::Length(10),
    idempotent: true,
    replayable: true,
    persistent: true,
    waits_for_interim: false,
};
const OK: Response =
    Response { status: 200, body: Body::Length(7), reusable: true, ends_with_connection: false };

const FRESH: Step = Tell(Event::Connected { reused: false });
const POOLED: Step = Tell(Event::Connected { reused: true });
const RESET: Step = Tell(Event::TargetFailed(Fault::TargetReset));
const CONNECT: Step = Ask(Action::Connect { fresh: false });
const SEND: Step = Ask(Action::SendRequest);
const DROP: Step = Ask(Action::DropTarget);
const CLEAN_END: Step = Tell(Event::ResponseEnd { clean: true });

#[track_caller]
fn check_with(timeouts: Timeouts, script: &[Step]) -> Outcome {
    let mut machine = Exchange::new(timeouts);
    let mut now = Instant::ZERO;
    for (line, step) in script.iter().enumerate() {
        let wrong = format!("line {line}: {step:?}");
        match *step {
            At(ms) => now = Instant::ZERO.plus_ms(ms),
            Tell(event) => machine.handle(now, event),
            Ask(action) => assert_eq!(machine.poll_action(), Some(action), "{wrong}"),
            Quiet => assert_eq!(machine.poll_action(), None, "{wrong}"),
            Due(ms, waits) => {
                let due = (Instant::ZERO.plus_ms(ms), waits);
                assert_eq!(machine.next_deadline(), due, "{wrong}");
            }
            NeverDue => assert_eq!(machine.next_deadline().0, Instant::NEVER, "{wrong}"),
            RunsOut => assert!(machine.handle_timeout(now), "{wrong}"),
            HoldsOut => assert!(!machine.handle_timeout(now), "{wrong}"),
            IsLast(is_last) => assert_eq!(machine.is_last(), is_last, "{wrong}"),
        }
    }
    assert_eq!(machine.poll_action(), None, "something is left");
    machine.outcome()
}

#[track_caller]
fn check(script: &[Step]) -> Outcome {
    check_with(TIMEOUTS, script)
}

#[track_caller]
fn ends(script: &[Step], status: u16, fault: Option<Fault>) {
    let outcome = check(script);
    assert_eq!((outcome.status, outcome.fault), (status, fault));
}

const fn asks(request: Request) -> Step {
    Tell(Event::Request(request))
}

const fn finishes(after: After) -> Step {
    Ask(Action::Finish(after))
}

const fn answers(fault: Fault) -> Step {
    Ask(Action::Answer(fault))
}

const fn data(bytes: u64) -> Step {
    Tell(Event::ResponseData(bytes))
}

const fn head(response: Response) -> Step {
    Tell(Event::Response(response))
}

#[test]
fn exchange_plain_answer_keeps_both_connections() {
    let outcome = check(&[
        asks(GET),
        CONNECT,
        Quiet,
        FRESH,
        SEND,
        Quiet,
        Tell(Event::ResponseBegun),
        head(OK),
        Ask(Action::SendResponse),
        data(3),
        data(4),
        Quiet,
        IsLast(false),
        CLEAN_END,
        Ask(Action::KeepTarget),
        finishes(After::KeepAlive),
        NeverDue,
    ]);
    let expected =
        Outcome { status: 200, fault: None, attempts: 1, request_bytes: 0, response_bytes: 7 };
    assert_eq!(outcome, expected);
}

#[test]
fn exchange_target_connection_not_clean_is_dropped() {
    let dirty = [
        (OK, Event::ResponseEnd { clean: false }),
        (Response { reusable: false, ..OK }, Event::ResponseEnd { clean: true }),
        (Response { ends_with_connection: true, ..OK }, Event::ResponseEnd { clean: true }),
    ];
    for (response, end) in dirty {
        check(&[
            asks(GET),
            CONNECT,
            FRESH,
            SEND,
            head(response),
            Ask(Action::SendResponse),
            data(7),
            Tell(end),
            DROP,
            finishes(After::KeepAlive),
        ]);
    }
}

#[test]
fn exchange_target_that_stopped_reading_is_dropped_and_its_answer_goes_through() {
    check(&[
        asks(UPLOAD),
        CONNECT,
        FRESH,
        SEND,
        Tell(Event::TargetStoppedReading),
        head(OK),
        Ask(Action::SendResponse),
        data(7),
        CLEAN_END,
        DROP,
        finishes(After::Linger),
    ]);
}

#[test]
fn exchange_early_answer_ends_with_lingering() {
    ends(
        &[
            asks(UPLOAD),
            CONNECT,
            FRESH,
            SEND,
            Tell(Event::RequestData(10)),
            head(OK),
            Ask(Action::SendResponse),
            data(7),
            CLEAN_END,
            DROP,
            finishes(After::Linger),
        ],
        200,
        None,
    );
}

#[test]
fn exchange_early_answer_then_whole_request_keeps_the_target() {
    check(&[
        asks(UPLOAD),
        CONNECT,
        FRESH,
        SEND,
        head(OK),
        Ask(Action::SendResponse),
        Tell(Event::RequestData(5_000)),
        Tell(Event::RequestEnd),
        data(7),
        CLEAN_END,
        Ask(Action::KeepTarget),
        finishes(After::KeepAlive),
    ]);
}

//= RFC 9110 §9.2.2
// Only what is idempotent is sent again without the client's knowing.
#[test]
fn exchange_stale_connection_is_tried_once_on_a_fresh_one() {
    for request in [GET, SMALL_PUT] {
        let outcome = check(&[
            asks(request),
            Tell(Event::RequestData(10)),
            Tell(Event::RequestEnd),
            CONNECT,
            POOLED,
            SEND,
            RESET,
            DROP,
            Ask(Action::Connect { fresh: true }),
            FRESH,
            SEND,
            RESET,
            DROP,
            answers(Fault::TargetReset),
            finishes(After::KeepAlive),
        ]);
        assert_eq!((outcome.status, outcome.attempts), (502, 1));
    }
}

#[test]
fn exchange_fresh_connection_that_was_none_is_not_tried_again() {
    let script = [
        asks(GET),
        CONNECT,
        POOLED,
        SEND,
        RESET,
        DROP,
        Ask(Action::Connect { fresh: true }),
        POOLED,
        SEND,
        RESET,
        DROP,
        answers(Fault::TargetReset),
        finishes(After::KeepAlive),
    ];
    ends(&script, 502, Some(Fault::TargetReset));
}

#[test]
fn exchange_stale_connection_is_not_tried_again_where_it_may_not_be() {
    let begun: &[Step] = &[Tell(Event::ResponseBegun)];
    let unread: &[Step] = &[];
    let cases: [(Request, Step, &[Step]); 5] = [
        (POST, POOLED, unread),
        (GET, FRESH, unread),
        (GET, POOLED, begun),
        (Request { replayable: false, ..SMALL_PUT }, POOLED, unread),
        (Request { idempotent: false, ..SMALL_PUT }, POOLED, unread),
    ];
    for (request, connected, before) in cases {
        let mut script = vec![asks(request)];
        if request.body != Body::None {
            script.extend([Tell(Event::RequestData(10)), Tell(Event::RequestEnd)]);
        }
        script.extend([CONNECT, connected, SEND]);
        script.extend(before);
        script.extend([RESET, DROP, answers(Fault::TargetReset), finishes(After::KeepAlive)]);
        ends(&script, 502, Some(Fault::TargetReset));
    }
}

#[test]
fn exchange_garbage_from_a_pooled_connection_is_not_tried_again() {
    ends(
        &[
            asks(GET),
            CONNECT,
            POOLED,
            SEND,
            Tell(Event::TargetFailed(Fault::TargetHead)),
            DROP,
            answers(Fault::TargetHead),
            finishes(After::KeepAlive),
        ],
        502,
        Some(Fault::TargetHead),
    );
}

#[test]
fn exchange_connect_failed_is_answered() {
    for (fault, status) in [(Fault::ConnectRefused, 502), (Fault::NotResolved, 502)] {
        let script = [
            asks(GET),
            CONNECT,
            Tell(Event::ConnectFailed(fault)),
            answers(fault),
            finishes(After::KeepAlive),
        ];
        ends(&script, status, Some(fault));
        assert_eq!(check(&script).attempts, 1, "one that was refused counts");
    }
}

#[test]
fn exchange_cut_by_drain_tells_what_the_client_got() {
    let cut = Tell(Event::TargetFailed(Fault::Drained));
    let fault = Some(Fault::Drained);
    ends(&[asks(GET), CONNECT, cut, finishes(After::Cut)], 0, fault);
    ends(&[asks(GET), CONNECT, FRESH, SEND, cut, DROP, finishes(After::Cut)], 0, fault);
    let answering = [asks(GET), CONNECT, FRESH, SEND, head(OK), Ask(Action::SendResponse), cut];
    ends(&[&answering[..], &[DROP, finishes(After::Cut)]].concat(), 200, fault);
}

#[test]
fn exchange_answer_cut_short_cuts_the_client() {
    let cuts = [
        (Event::TargetFailed(Fault::TargetReset), Fault::Truncated),
        (Event::TargetFailed(Fault::TargetBody), Fault::TargetBody),
        (Event::ResponseEnd { clean: true }, Fault::Truncated),
    ];
    for (event, fault) in cuts {
        let script = [
            asks(GET),
            CONNECT,
            FRESH,
            SEND,
            head(OK),
            Ask(Action::SendResponse),
            data(6),
            Tell(event),
            DROP,
            Ask(Action::CutClient),
            finishes(After::Cut),
        ];
        ends(&script, 200, Some(fault));
    }
}

#[test]
fn exchange_client_gone_frees_the_target_at_once() {
    let gone = Tell(Event::ClientGone(Fault::ClientReset));
    check(&[asks(GET), CONNECT, gone, finishes(After::Cut), NeverDue]);
    check(&[asks(GET), CONNECT, FRESH, SEND, gone, DROP, finishes(After::Cut)]);
    let answering =
        [asks(GET), CONNECT, FRESH, SEND, head(OK), Ask(Action::SendResponse), gone, DROP];
    check(&[&answering[..], &[finishes(After::Cut)]].concat());
}

#[test]
fn exchange_over_hears_nothing_more() {
    check(&[
        asks(GET),
        CONNECT,
        Tell(Event::ClientGone(Fault::ClientReset)),
        finishes(After::Cut),
        FRESH,
        Tell(Event::ResponseBegun),
        head(OK),
        data(7),
        CLEAN_END,
        RESET,
        Tell(Event::Drain),
        At(1_000_000),
        HoldsOut,
        Quiet,
    ]);
}

#[test]
fn exchange_request_fault_is_answered_and_lingers() {
    for (fault, status) in
        [(Fault::BodyIncomplete, 400), (Fault::ChunkSize, 400), (Fault::BodyTooLarge, 413)]
    {
        let script = [
            asks(UPLOAD),
            CONNECT,
            FRESH,
            SEND,
            Tell(Event::RequestFault(fault)),
            DROP,
            answers(fault),
            finishes(After::Linger),
        ];
        ends(&script, status, Some(fault));
    }
}

#[test]
fn exchange_drain_or_a_client_that_leaves_closes() {
    let last = Request { persistent: false, ..GET };
    let tail = |after| {
        [
            CONNECT,
            FRESH,
            SEND,
            head(OK),
            Ask(Action::SendResponse),
            IsLast(true),
            data(7),
            CLEAN_END,
            Ask(Action::KeepTarget),
            finishes(after),
        ]
    };
    check(&[&[asks(last)], &tail(After::Close)[..]].concat());
    // This client was not told in time: its next request may destroy the answer if we just close.
    check(&[&[asks(GET), Tell(Event::Drain)], &tail(After::Linger)[..]].concat());
    check(&[&[asks(last), Tell(Event::Drain)], &tail(After::Close)[..]].concat());
}

#[test]
fn timeout_each_limit_runs_out_in_its_phase() {
    let expired = |until: &[Step], ms: u64, fault: Fault| {
        let mut script = until.to_vec();
        script.extend([At(ms - 1), HoldsOut, At(ms), RunsOut]);
        script.extend([DROP, answers(fault), finishes(After::KeepAlive)]);
        ends(&script, 504, Some(fault));
    };
    let sent = [asks(GET), CONNECT, FRESH, SEND];
    expired(&sent, 30_000, Fault::CallTimeout);
    ends(
        &[
            asks(GET),
            CONNECT,
            Due(10_000, Waits::Target),
            At(10_000),
            RunsOut,
            answers(Fault::ConnectTimeout),
            finishes(After::KeepAlive),
        ],
        504,
        Some(Fault::ConnectTimeout),
    );
}

#[test]
fn timeout_after_the_head_idle_and_stream_rule() {
    let answering = [
        asks(GET),
        CONNECT,
        FRESH,
        SEND,
        At(20_000),
        head(OK),
        Ask(Action::SendResponse),
        Due(80_000, Waits::Both),
        At(70_000),
        data(1),
        Due(120_000, Waits::Both),
    ];
    let cut = [RunsOut, DROP, Ask(Action::CutClient), finishes(After::Cut)];
    let idle = [&answering[..8], &[At(80_000)], &cut].concat();
    ends(&idle, 200, Some(Fault::IdleTimeout));
    let stream = [&answering[..], &[At(120_000)], &cut].concat();
    ends(&stream, 200, Some(Fault::StreamTimeout));
}

#[test]
fn timeout_all_off_is_never_due() {
    let off = Timeouts {
        connection_us: 0,
        idle_us: 0,
        call_us: 0,
        call_and_stream_us: 0,
        global_us: 0,
        min_body_rate: 0,
    };
    let script = [
        asks(UPLOAD),
        CONNECT,
        NeverDue,
        FRESH,
        SEND,
        Tell(Event::RequestWanted),
        NeverDue,
        Tell(Event::RequestData(5_000)),
        Tell(Event::RequestEnd),
        NeverDue,
        head(OK),
        Ask(Action::SendResponse),
        NeverDue,
        At(u64::MAX / 1_000),
        HoldsOut,
        data(7),
        CLEAN_END,
        Ask(Action::KeepTarget),
        finishes(After::KeepAlive),
    ];
    check_with(off, &script);
}

#[test]
fn timeout_call_and_global_stand_still_while_the_body_comes() {
    check(&[
        asks(UPLOAD),
        CONNECT,
        FRESH,
        SEND,
        Due(60_000, Waits::Target),
        At(50_000),
        Tell(Event::RequestData(1_000)),
        Due(110_000, Waits::Target),
        At(100_000),
        Tell(Event::RequestData(4_000)),
        Tell(Event::RequestEnd),
        At(129_000),
        HoldsOut,
        At(130_000),
        RunsOut,
        DROP,
        answers(Fault::CallTimeout),
        finishes(After::KeepAlive),
    ]);
}

#[test]
fn timeout_idle_does_not_rule_while_the_answers_head_is_awaited() {
    let patient = Timeouts { idle_us: 5_000_000, ..TIMEOUTS };
    for request in [GET, SMALL_PUT] {
        let mut script = vec![asks(request)];
        if request.body != Body::None {
            script.extend([Tell(Event::RequestData(10)), Tell(Event::RequestEnd)]);
        }
        script.extend([CONNECT, FRESH, SEND, Due(30_000, Waits::Target), At(29_999), HoldsOut]);
        check_with(patient, &script);
    }
}

#[test]
fn timeout_body_rate_runs_out_after_grace_and_what_was_earned() {
    let slow = [
        asks(UPLOAD),
        CONNECT,
        FRESH,
        SEND,
        Tell(Event::RequestWanted),
        Due(10_000, Waits::ClientReading),
        At(4_000),
        Tell(Event::RequestData(2_000)),
        Tell(Event::RequestWanted),
        // Ten seconds of grace and two that were earned, less the four that were waited for.
        Due(12_000, Waits::ClientReading),
        At(12_000),
        RunsOut,
        DROP,
        answers(Fault::BodyTooSlow),
        finishes(After::Linger),
    ];
    ends(&slow, 408, Some(Fault::BodyTooSlow));
}

#[test]
fn timeout_body_rate_counts_only_what_is_waited_for() {
    check(&[
        asks(UPLOAD),
        CONNECT,
        FRESH,
        SEND,
        Tell(Event::RequestWanted),
        At(9_000),
        Tell(Event::RequestData(1_000)),
        // The target takes its time: that is not the client's.
        At(40_000),
        Tell(Event::RequestWanted),
        Due(42_000, Waits::ClientReading),
    ]);
}

#[test]
fn timeout_early_answer_is_ruled_by_the_stream_limit() {
    let trickle = Timeouts { call_and_stream_us: 20_000_000, ..TIMEOUTS };
    let script = [
        asks(UPLOAD),
        CONNECT,
        FRESH,
        SEND,
        At(5_000),
        head(OK),
        Ask(Action::SendResponse),
        At(24_000),
        data(1),
        Due(25_000, Waits::Both),
        At(25_000),
        RunsOut,
        DROP,
        Ask(Action::CutClient),
        finishes(After::Cut),
    ];
    let outcome = check_with(trickle, &script);
    assert_eq!(outcome.fault, Some(Fault::StreamTimeout));
}

#[test]
fn exchange_answer_that_began_is_not_cut_for_the_requests_body() {
    let began = [
        asks(UPLOAD),
        CONNECT,
        FRESH,
        SEND,
        Tell(Event::RequestWanted),
        head(OK),
        Ask(Action::SendResponse),
    ];
    let ends_well = [At(30_000), HoldsOut, data(7), CLEAN_END, DROP, finishes(After::Linger)];
    // The client stops sending, as it may once it has its answer, or says so.
    ends(&[&began[..], &ends_well].concat(), 200, None);
    let half_closed = [Tell(Event::RequestFault(Fault::BodyIncomplete)), Quiet];
    ends(&[&began[..], &half_closed, &ends_well].concat(), 200, None);
}

#[test]
fn timeout_call_runs_once_the_target_takes_no_more_of_the_body() {
    let lone = Timeouts { idle_us: 0, ..TIMEOUTS };
    check_with(
        lone,
        &[
            asks(UPLOAD),
            CONNECT,
            FRESH,
            SEND,
            At(1_000),
            Tell(Event::TargetStoppedReading),
            Due(31_000, Waits::Target),
        ],
    );
}

#[test]
fn timer_reason_names_its_limit() {
    for (timer, reason) in [
        (Timer::Connection, "connect_timeout"),
        (Timer::Call, "call_timeout"),
        (Timer::Global, "global_timeout"),
        (Timer::Stream, "stream_timeout"),
        (Timer::Idle, "idle_timeout"),
        (Timer::BodyRate, "body_too_slow"),
    ] {
        assert_eq!(timer.fault().reason().as_str(), reason);
    }
}

/// Waits for `100 Continue` before it sends its body.
const WAITING: Request = Request { waits_for_interim: true, ..UPLOAD };

#[test]
fn timeout_of_the_body_waits_until_the_client_was_told_to_send_it() {
    check(&[
        asks(WAITING),
        CONNECT,
        FRESH,
        SEND,
        // The target owes the next word: its limits run, the client's do not.
        Tell(Event::RequestWanted),
        Due(TIMEOUTS.call_us / 1000, Waits::Target),
        At(500),
        Tell(Event::ResponseBegun),
        Tell(Event::Interim),
        // Now the client is waited for: its grace runs, the call's limits stand still.
        Due(500 + BODY_RATE_GRACE_US / 1000, Waits::ClientReading),
        Tell(Event::RequestData(5_000)),
        Tell(Event::RequestEnd),
        Due(500 + TIMEOUTS.call_us / 1000, Waits::Target),
    ]);
}

#[test]
fn timeout_target_that_never_says_continue_is_the_targets_fault() {
    ends(
        &[
            asks(WAITING),
            CONNECT,
            FRESH,
            SEND,
            Tell(Event::RequestWanted),
            At(TIMEOUTS.call_us / 1000),
            RunsOut,
            DROP,
            answers(Fault::CallTimeout),
            finishes(After::Linger),
        ],
        504,
        Some(Fault::CallTimeout),
    );
}
