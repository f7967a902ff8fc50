//! How long each phase of compiling a folder takes, and how much memory the process had at its most.
//!
//! `cargo run --release -p pointsman-benches --example phases -- FOLDER`

use std::path::Path;
use std::time::Instant;

use pointsman_compiler::check;
use pointsman_compiler::document::load::load_path;
use pointsman_compiler::lower::lower;
use pointsman_compiler::reach::reach;
use pointsman_compiler::resolve::{Resolved, resolve};
use pointsman_schemas::artifact::Artifact;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let Some(folder) = std::env::args().nth(1) else {
        eprintln!("FOLDER");
        return;
    };
    let mut began = Instant::now();
    let mut phase = |name: &str| {
        println!(
            "{name:<8} {:>8.1} ms   peak {:>6} MiB",
            began.elapsed().as_secs_f64() * 1e3,
            peak_mib()
        );
        began = Instant::now();
    };
    let loaded = load_path(Path::new(&folder)).expect("a configuration");
    phase("load");
    let mut findings = loaded.findings;
    let Resolved { model, .. } =
        resolve(loaded.documents, loaded.is_partial, &loaded.sources, &mut findings);
    phase("resolve");
    check::sound(&model, &mut findings);
    phase("check");
    let lowered = lower(&model, &loaded.sources, 0).expect("what compiles");
    phase("lower");
    let artifact = Artifact::from_bytes(lowered.bytes).expect("what was written");
    phase("open");
    let left = reach(&model, &artifact, &mut findings);
    phase("reach");
    println!("{} warnings, {} patterns not proved", findings.warnings(), left.open);
    let bytes = artifact.as_bytes().len();
    println!(
        "{} routes, {bytes} bytes, {:.1} a route",
        artifact.route_count(),
        bytes as f64 / artifact.route_count() as f64
    );
}

/// The most memory that the process had. Unit: MiB; 0 where the system does not tell.
fn peak_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kib.unwrap_or_default() / 1024
}
