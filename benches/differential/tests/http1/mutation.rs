//! The inputs, damaged some hundred ways each by a seeded generator. No table holds what comes out;
//! one rule does: what we understand, the oracle understands alike. We may refuse more, never less.

use pointsman_core::rng::Rng;
use pointsman_differential::transcript::{Body, End, Transcript};
use pointsman_differential::{oracle, ours, requests, responses};

/// How many damaged copies are made of each input.
const COPIES: u64 = 300;
/// Larger inputs are left out: their limits are in the table.
const BYTES_MAX: usize = 500;

/// Bytes that mean something to a reader.
const MEANINGFUL: &[u8] = b"\r\n \t:;,/?#%\\\"0159aAfFxX\0\x0b\x7f\x80\xff-+.()[]@*";

fn damage(bytes: &[u8], rng: &mut Rng) -> Vec<u8> {
    let mut damaged = bytes.to_vec();
    for _ in 0..=rng.below(2) {
        let at = rng.below(damaged.len() as u64 + 1) as usize;
        let byte = MEANINGFUL[rng.below(MEANINGFUL.len() as u64) as usize];
        match rng.below(4) {
            0 => damaged.insert(at, byte),
            1 if at < damaged.len() => damaged[at] = byte,
            2 if at < damaged.len() => {
                damaged.remove(at);
            }
            _ => {
                // A piece said twice: lines, sizes, chunks.
                let end = (at + 1 + rng.below(30) as usize).min(damaged.len());
                let piece = damaged[at..end].to_vec();
                damaged.splice(at..at, piece);
            }
        }
    }
    damaged
}

/// Whether all that we understood is understood alike by the oracle.
fn is_within(ours: &Transcript, theirs: &Transcript) -> bool {
    // A head that is not whole yet is refused by the one sooner and by the other later.
    let sooner = ours.end == End::Waiting && matches!(theirs.end, End::Refused(_));
    let refused = matches!(ours.end, End::Refused(_))
        || sooner
        || ours.messages.last().is_some_and(|last| last.body == Body::Broken);
    if !refused {
        return ours.agrees_with(theirs);
    }
    let whole = ours.messages.iter().filter(|message| message.body != Body::Broken);
    let mut pairs = whole.clone().zip(&theirs.messages);
    theirs.messages.len() >= whole.count()
        && pairs.all(|(one, two)| {
            one.start == two.start && one.fields == two.fields && one.body == two.body
        })
}

/// The two readings we are alone with; rows of the table show them: a quotation mark in the query,
/// and a `Connection` with bytes above 0x7F, in which the oracle finds no `close`.
fn is_known(bytes: &[u8]) -> bool {
    bytes.split(|byte| *byte == b'\n').any(|line| {
        let quoted = line.contains(&b'"') && line.windows(7).any(|part| part == b"HTTP/1.");
        let name = line.get(..11).unwrap_or_default();
        quoted || name.eq_ignore_ascii_case(b"connection:") && !line.is_ascii()
    })
}

fn assert_within(found: &[String]) {
    assert!(found.is_empty(), "{} readings we are alone with\n{}", found.len(), found.join("\n"));
}

#[test]
fn damaged_requests_are_read_alike_or_refused() {
    let mut rng = Rng::from_seed(7);
    let (mut alone, mut whole) = (Vec::new(), 0);
    for input in requests::all().iter().filter(|input| input.bytes.len() < BYTES_MAX) {
        for _ in 0..COPIES {
            let bytes = damage(&input.bytes, &mut rng);
            let (ours, theirs) = (ours::read_requests(&bytes), oracle::read_requests(&bytes));
            whole += usize::from(ours.end == End::Idle);
            if !is_within(&ours, &theirs) && !is_known(&bytes) {
                alone.push(format!("{:?}\n  {ours}\n  {theirs}", bytes.escape_ascii().to_string()));
            }
        }
    }
    assert_within(&alone);
    assert!(whole > 500, "only {whole} were still right: too much was damaged");
}

#[test]
fn damaged_responses_are_read_alike_or_refused() {
    let mut rng = Rng::from_seed(7);
    let (mut alone, mut whole) = (Vec::new(), 0);
    for input in responses::all().iter().filter(|input| input.bytes.len() < BYTES_MAX) {
        for _ in 0..COPIES {
            let bytes = damage(&input.bytes, &mut rng);
            let ours = ours::read_response(input.method, &bytes);
            let theirs = oracle::read_response(input.method, &bytes);
            whole += usize::from(ours.end == End::Idle);
            if !is_within(&ours, &theirs) && !is_known(&bytes) {
                alone.push(format!("{:?}\n  {ours}\n  {theirs}", bytes.escape_ascii().to_string()));
            }
        }
    }
    assert_within(&alone);
    assert!(whole > 500, "only {whole} were still right: too much was damaged");
}
