//! Draws a plan: what is likely to break something is drawn often. It decides no outcome.

use pointsman_core::exchange::Timeouts;

use crate::draw::Draw;
use crate::plan::{
    AnswerFault, AnswerPlan, AttemptPlan, BodyFault, BodyPlan, ClientPlan, ConnectPlan, Ending,
    NetworkPlan, Plan, Reads, RequestPlan, Shape, Stale, TargetPlan,
};

/// A millisecond, in microseconds.
const MS: u64 = 1_000;
/// A second, in microseconds.
const S: u64 = 1_000_000;
/// Least rates of a request's body that are drawn, bytes a second.
const BODY_RATES: [u64; 4] = [0, 256, 1024, 4096];

/// Draws a whole plan.
#[must_use]
pub fn plan(draw: &mut Draw<'_>) -> Plan {
    let timeouts = timeouts(draw);
    let clients = draw.between(1, 4);
    Plan {
        seed: draw.below(u64::MAX),
        timeouts,
        keep_alive_us: draw.one_of(&[60 * S, 5 * S, S]),
        head_timeout_us: draw.one_of(&[10 * S, 2 * S]),
        body_bytes_max: draw.one_of(&[0, 0, 0, 20_000]),
        pool_idle_us: draw.one_of(&[60 * S, 0, 3 * S, 200 * MS]),
        idle_per_target_max: draw.one_of(&[16, 2, 1]),
        targets: targets(draw),
        clients: (0..clients).map(|_| client(draw, &timeouts)).collect(),
        drain: draw
            .one_in(4)
            .then(|| (draw.between(0, 20 * S), draw.one_of(&[30 * S, 5 * S, 500 * MS, 0]))),
        network: NetworkPlan {
            delay_min_us: draw.one_of(&[50, MS, 20 * MS]),
            delay_spread_us: draw.one_of(&[10, MS, 50 * MS]),
            window_bytes: draw.one_of(&[64 * 1024, 8 * 1024, 1024]),
        },
    }
}

fn timeouts(draw: &mut Draw<'_>) -> Timeouts {
    // Half of the time all limits are on and as the defaults are, or shorter.
    let plain = draw.one_in(2);
    let mut pick = |choices: &[u64]| if plain { choices[0] } else { draw.one_of(choices) };
    Timeouts {
        connection_us: pick(&[10 * S, S, 300 * MS, 0]),
        idle_us: pick(&[60 * S, 12 * S, 3 * S, 0]),
        call_us: pick(&[30 * S, 5 * S, S, 0]),
        call_and_stream_us: pick(&[120 * S, 20 * S, 4 * S, 0]),
        global_us: pick(&[30 * S, 6 * S, 900 * MS, 0]),
        min_body_rate: pick(&[BODY_RATES[2], BODY_RATES[1], BODY_RATES[3], BODY_RATES[0]]),
    }
}

fn targets(draw: &mut Draw<'_>) -> Vec<TargetPlan> {
    let count = draw.between(1, 4);
    let mut targets: Vec<TargetPlan> = (0..count)
        .map(|_| TargetPlan { weight: draw.one_of(&[1, 1, 2, 3, 5, 0]), usable: !draw.one_in(6) })
        .collect();
    // At least one can be picked: what happens without one is no exchange.
    targets[0] = TargetPlan { weight: targets[0].weight.max(1), usable: true };
    targets
}

fn client(draw: &mut Draw<'_>, timeouts: &Timeouts) -> ClientPlan {
    let requests = draw.between(1, 5);
    let is_old = draw.one_in(8);
    ClientPlan {
        start_us: draw.one_of(&[0, 0, 100 * MS, 2 * S]),
        is_old,
        pipelines: draw.one_in(3),
        requests: (0..requests).map(|_| request(draw, timeouts, is_old)).collect(),
        reads: match draw.below(8) {
            0..=5 => Reads::Eagerly,
            6 => Reads::Slowly(draw.between(500, 5_000), draw.between(MS, 3 * S)),
            _ => Reads::Until(draw.below(30_000)),
        },
        ending: draw.one_of(&[Ending::Closes, Ending::HalfCloses, Ending::Stays]),
        reset_us: draw.one_in(6).then(|| draw.one_of(&[100 * MS, S, 10 * S]) + draw.below(S)),
    }
}

fn request(draw: &mut Draw<'_>, timeouts: &Timeouts, is_old: bool) -> RequestPlan {
    let body = body(draw, timeouts, is_old);
    let expects = body.shape != Shape::None && !is_old && draw.one_in(5);
    RequestPlan {
        idempotent: !draw.one_in(3),
        persistent: !is_old && !draw.one_in(6),
        pause_us: draw.one_of(&[0, 0, 10 * MS, 500 * MS, 4 * S]),
        head_pause_us: draw.one_in(6).then(|| draw.one_of(&[MS, S, 5 * S])),
        expects_us: expects.then(|| draw.one_of(&[S, 30 * S, u64::MAX])),
        body,
        attempts: [attempt(draw, &body), attempt(draw, &body)],
    }
}

fn body(draw: &mut Draw<'_>, timeouts: &Timeouts, is_old: bool) -> BodyPlan {
    let shape = match draw.below(4) {
        0 | 1 => Shape::None,
        2 => Shape::Length,
        _ if is_old => Shape::Length,
        _ => Shape::Streamed,
    };
    let bytes = match shape {
        Shape::None => 0,
        _ => draw.one_of(&[1, 200, 3_000, 40_000]) + draw.below(200) - draw.below(2),
    };
    let pause_us = draw.one_of(&[0, 0, MS, S, 3 * S]);
    // Around the least rate, where that can be; else a few pieces.
    let rate = timeouts.min_body_rate.max(100) * draw.between(5, 16) / 10;
    let piece = match pause_us {
        0 | MS => draw.one_of(&[1_500, 40_000, 400]),
        _ => rate * pause_us / S,
    };
    let fault = draw.one_in(5).then(|| {
        let kinds = [BodyFault::Stalls, BodyFault::Ends, BodyFault::Resets, BodyFault::Garbage];
        let kind = draw.one_of(&kinds[..if shape == Shape::Streamed { 4 } else { 3 }]);
        (draw.below(bytes.max(1)), kind)
    });
    BodyPlan { shape, bytes, piece, pause_us, fault: fault.filter(|_| bytes > 0) }
}

fn attempt(draw: &mut Draw<'_>, body: &BodyPlan) -> AttemptPlan {
    AttemptPlan {
        connect: match draw.below(12) {
            0..=9 => ConnectPlan::After(draw.one_of(&[100, MS, 200 * MS])),
            10 => ConnectPlan::Refused(draw.one_of(&[100, 500 * MS])),
            _ => ConnectPlan::Stalls,
        },
        stale: draw.one_of(&[
            Stale::Works,
            Stale::Works,
            Stale::Works,
            Stale::Resets,
            Stale::ClosesAfterRequest,
            Stale::DiesWithinHead,
        ]),
        answer: answer(draw, body),
    }
}

fn answer(draw: &mut Draw<'_>, body: &BodyPlan) -> AnswerPlan {
    let shape = draw.one_of(&[
        Shape::Length,
        Shape::Length,
        Shape::None,
        Shape::Streamed,
        Shape::UntilClose,
    ]);
    let bytes = match shape {
        Shape::None => 0,
        _ => draw.one_of(&[1, 300, 5_000, 60_000]) + draw.below(500) - draw.below(2),
    };
    let is_early = body.shape != Shape::None && draw.one_in(3);
    AnswerPlan {
        early_after: is_early.then(|| draw.below(body.bytes.max(1))),
        reads_rest: draw.one_in(2),
        reads: match draw.below(10) {
            0..=7 => Reads::Eagerly,
            8 => Reads::Slowly(draw.between(500, 5_000), draw.between(MS, 2 * S)),
            _ => Reads::Until(draw.below(body.bytes.max(1))),
        },
        delay_us: draw.one_of(&[0, 0, MS, 300 * MS, 4 * S, 29 * S, 45 * S]),
        invites_us: (!draw.one_in(3)).then(|| draw.one_of(&[0, 300 * MS, 4 * S, 29 * S])),
        interims: match draw.below(6) {
            0..=4 => (0, 0),
            _ => {
                (u8::try_from(draw.between(1, 3)).unwrap_or(1), draw.one_of(&[0, 500 * MS, 20 * S]))
            }
        },
        head_pause_us: draw.one_in(8).then(|| draw.one_of(&[MS, 2 * S, 35 * S])),
        status: draw.one_of(&[200, 200, 304, 404, 500]),
        shape,
        bytes,
        piece: draw.one_of(&[60_000, 16_000, 1_000]),
        pause_us: draw.one_of(&[0, 0, MS, S, 11 * S]),
        keeps: shape != Shape::UntilClose && !draw.one_in(5),
        keeps_us: draw.one_of(&[60 * S, u64::MAX, S, 20 * MS]),
        // An empty body cannot be cut.
        fault: answer_fault(draw, if bytes == 0 { Shape::None } else { shape }, bytes),
    }
}

fn answer_fault(draw: &mut Draw<'_>, shape: Shape, bytes: u64) -> AnswerFault {
    if !draw.one_in(3) {
        return AnswerFault::None;
    }
    let at = draw.below(bytes.max(1));
    let before = [
        AnswerFault::Never,
        AnswerFault::Closes,
        AnswerFault::Resets,
        AnswerFault::ResetsWithinHead,
        AnswerFault::Garbage,
        AnswerFault::InterimsForever,
    ];
    let within = match shape {
        Shape::None => [AnswerFault::Surplus, AnswerFault::None, AnswerFault::Surplus],
        Shape::Length => {
            [AnswerFault::ClosesAt(at), AnswerFault::Surplus, AnswerFault::StallsAt(at)]
        }
        Shape::Streamed => {
            [AnswerFault::ClosesAt(at), AnswerFault::GarbageAt(at), AnswerFault::Surplus]
        }
        Shape::UntilClose => {
            [AnswerFault::ResetsAt(at), AnswerFault::StallsAt(at), AnswerFault::None]
        }
    };
    match draw.below(3) {
        0 => draw.one_of(&before),
        1 if shape == Shape::Length => {
            draw.one_of(&[AnswerFault::ResetsAt(at), within[0], within[1], within[2]])
        }
        _ => draw.one_of(&within),
    }
}
