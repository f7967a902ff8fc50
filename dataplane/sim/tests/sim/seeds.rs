//! Every seed holds every invariant. `SEED=n` replays one, `SEEDS=n` plays that many.

use pointsman_core::rng::Rng;
use pointsman_sim::draw::Draw;
use pointsman_sim::world::play;
use pointsman_sim::{Report, fuzz_exchange, plot, run};

/// Seeds that each run of the tests plays.
const SEEDS: u64 = 200;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().expect("SEED and SEEDS are numbers"))
}

#[test]
fn seeds_any_plan_every_invariant_holds() {
    let seeds = match number("SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("SEEDS").unwrap_or(SEEDS),
    };
    let mut sum = Report::default();
    for seed in seeds.clone() {
        match run(seed) {
            Ok(report) => {
                sum.exchanges += report.exchanges;
                sum.whole += report.whole;
                sum.tried_again += report.tried_again;
                sum.reused += report.reused;
                sum.timed_out += report.timed_out;
                sum.ended_us += report.ended_us;
            }
            Err(violation) => {
                panic!("{violation}\nreplay: SEED={seed} cargo test -p pointsman-sim")
            }
        }
    }
    println!("{} seeds: {sum:?}", seeds.end - seeds.start);
}

#[test]
fn seeds_same_seed_same_transcript() {
    let transcript = |seed| {
        let (_, transcript) = play(plot::plan(&mut Draw::Seed(Rng::from_seed(seed))));
        format!("{:?}", transcript.entries())
    };
    for seed in 0..20 {
        assert!(transcript(seed) == transcript(seed), "SEED={seed}");
    }
    assert!(transcript(0) != transcript(1), "a seed changes nothing");
}

#[test]
fn seeds_reach_every_kind_of_end() {
    let mut sum = Report::default();
    for report in (0..SEEDS).filter_map(|seed| run(seed).ok()) {
        sum.whole += report.whole;
        sum.tried_again += report.tried_again;
        sum.reused += report.reused;
        sum.timed_out += report.timed_out;
    }
    assert!(sum.whole > 100 && sum.timed_out > 50, "{sum:?}");
    assert!(sum.reused > 10 && sum.tried_again > 0, "{sum:?}");
}

#[test]
fn fuzz_any_bytes_every_invariant_holds() {
    fuzz_exchange(&[]);
    let mut rng = Rng::from_seed(1);
    for length in 0..100 {
        let bytes: Vec<u8> = (0..length * 8).flat_map(|_| rng.next_u64().to_le_bytes()).collect();
        fuzz_exchange(&bytes);
        fuzz_exchange(&vec![0xff; length * 64]);
    }
}
