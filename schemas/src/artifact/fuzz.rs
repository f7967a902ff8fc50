//! Any bytes as an artifact: refused, or every getter answers. For fuzz targets and tests.

use super::id::{ConstraintId, PatternId, ProgramId, RouteId};
use super::layout::{DIGEST_AT, SectionKind};
use super::read::{Artifact, FilterTest, Source};
use super::seal;
use super::sections::digest;
use super::wire::MAGIC;
use crate::key::SecretKey;

/// Offset and length of the header's number of bytes.
const FILE_BYTES: std::ops::Range<usize> = 16..24;

/// For a fuzz target: once as it is, once with length and digest made to fit, so that the
/// structure behind them is reached.
#[doc(hidden)]
pub fn fuzz_artifact(data: &[u8]) {
    if let Ok(artifact) = Artifact::from_bytes(data.to_vec()) {
        let _ = exercise(&artifact);
    }
    let mut sealed = data.to_vec();
    seal(&mut sealed);
    if let Ok(artifact) = Artifact::from_bytes(sealed) {
        let _ = exercise(&artifact);
    }
}

/// Makes mark, length and digest fit.
fn seal(bytes: &mut [u8]) {
    if bytes.len() < DIGEST_AT + 32 {
        return;
    }
    bytes[..MAGIC.len()].copy_from_slice(&MAGIC);
    let len = bytes.len() as u64;
    bytes[FILE_BYTES].copy_from_slice(&len.to_le_bytes());
    let digest = digest(bytes);
    bytes[DIGEST_AT..DIGEST_AT + 32].copy_from_slice(&digest);
}

/// Asks an artifact everything; returns a number that depends on all answers.
#[doc(hidden)]
#[must_use]
pub fn exercise(artifact: &Artifact) -> usize {
    let mut sum = artifact.settings().head_bytes as usize;
    sum = sum.wrapping_add(artifact.trusted_proxies().count() + artifact.section_list().count());
    for listener in artifact.listeners() {
        sum = sum.wrapping_add(listener.name().len() + listener.addresses().count());
    }
    for route in artifact.routes() {
        let (name, place) = (route.name(), route.place());
        sum = sum.wrapping_add(route.id().len() + name.map_or(0, str::len));
        sum = sum.wrapping_add(place.map_or(0, |place| place.file.len()));
        sum = sum.wrapping_add(route.methods().map(str::len).sum::<usize>());
        if let Some(backend) = route.backend() {
            sum = sum.wrapping_add(artifact.backend(backend).label().len());
        }
        if let Some(answer) = route.answer() {
            sum = sum.wrapping_add(usize::from(answer.status()) + answer.fields().count());
        }
        sum = sum.wrapping_add(artifact.request_changes(route.route_id()).count());
        sum = sum.wrapping_add(artifact.response_changes(route.route_id()).count());
    }
    for program in 0..artifact.program_count() {
        sum = sum.wrapping_add(operations(artifact, ProgramId(program as u32)));
    }
    for backend in artifact.backends() {
        for target in backend.targets() {
            sum = sum.wrapping_add(target.id().len() + target.host().len());
            sum = sum.wrapping_add(usize::from(target.port()) + usize::from(target.ip().is_some()));
        }
    }
    for test in artifact.self_tests() {
        sum = sum.wrapping_add(test.target().len() + test.fields().count() + test.params().count());
        sum = sum.wrapping_add(usize::from(matches!(
            test.expect(),
            super::read::SelfTestExpect::Status(_)
        )));
    }
    sum = sum.wrapping_add(signatures(artifact));
    sum.wrapping_add(matching(artifact))
}

/// Asks for signatures by a key that some of the corpus is signed with, and signs what is not.
fn signatures(artifact: &Artifact) -> usize {
    let key = SecretKey::from_seed(&[7; 32]);
    let trusted = [key.public()];
    let found = seal::verify(artifact, &trusted);
    let signed = seal::sign(artifact, &[key]).map(Artifact::from_bytes);
    if let Ok(signed) = signed {
        let holds = signed.is_ok_and(|signed| seal::verify(&signed, &trusted).is_ok());
        assert!(holds, "what is signed is an artifact, and is signed");
    }
    artifact.signers().len() + usize::from(found.is_ok())
}

fn operations(artifact: &Artifact, program: ProgramId) -> usize {
    let program = artifact.program(program);
    let all = (0..program.len()).filter_map(|index| program.operation(index));
    all.map(|one| {
        let text = one.source.argument().map_or(0, |text| artifact.string(text).len());
        let route = RouteId(artifact.route_count().saturating_sub(1) as u32);
        let found = match one.source {
            Source::RouteMetadata(name) => {
                artifact.route_metadata(route, name).map_or(0, <[u8]>::len)
            }
            _ => 0,
        };
        one.skip + text + found
    })
    .fold(0, usize::wrapping_add)
}

fn matching(artifact: &Artifact) -> usize {
    let mut sum = artifact.section(SectionKind::PATHS).len();
    let exact = artifact.exact_hosts().map(|(name, host)| (name.to_vec(), host));
    let wild = artifact.wildcards().map(|wildcard| (wildcard.text.to_vec(), wildcard.host));
    for (name, host) in exact.chain(wild) {
        sum = sum.wrapping_add(name.len() + host.base as usize);
        sum = sum.wrapping_add(artifact.exact_host(&name).map_or(0, |found| found.base as usize));
    }
    for pattern in 0..artifact.pattern_count() {
        sum = sum.wrapping_add(artifact.pattern_route(PatternId(pattern as u32)).index());
    }
    for constraint in 0..artifact.constraint_count() {
        let constraint = artifact.constraint(ConstraintId(constraint as u32));
        let state = (0..=255).fold(constraint.start(), |state, byte| constraint.step(state, byte));
        sum = sum.wrapping_add(usize::from(constraint.accepts(state)));
    }
    for filter in (0..artifact.filter_set_count()).flat_map(|set| artifact.filters(set as u32)) {
        sum = sum.wrapping_add(filter.name.len() + usize::from(filter.place as u8));
        sum = sum.wrapping_add(match filter.test {
            FilterTest::Exact(text) => text.len(),
            FilterTest::Language { constraint, source } => source.len() + constraint.index(),
            FilterTest::Exists | FilterTest::NotDefined => 1,
        });
    }
    sum
}
