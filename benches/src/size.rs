//! How large the inputs are: whole when figures are wanted, small when the benches only have to run.

/// Whether `cargo bench` runs this, and not `cargo test`.
#[must_use]
pub fn is_measured() -> bool {
    std::env::args().any(|argument| argument == "--bench")
}

/// The sizes, without those that take long to prepare when nothing is measured.
#[must_use]
pub fn sizes(all: &'static [usize]) -> &'static [usize] {
    const LARGE: usize = 1_000;
    if is_measured() {
        return all;
    }
    let small = all.partition_point(|size| *size <= LARGE);
    &all[..small.max(1)]
}
