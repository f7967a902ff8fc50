//! Every seed holds every invariant.

use pointsman_sim::{Report, run};

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
            Err(violation) => panic!("{violation}\nreplay: SEED={seed} cargo test -p pointsman-sim"),
        }
    }
    println!("{} seeds: {sum:?}", seeds.end - seeds.start);
}
