//! The client sees exactly the bytes that its origin sent, in order, and takes an answer for whole
//! only if the origin sent it whole.

use super::case::{Case, Checked, History};
use crate::transcript::{Author, Fact, Seen};

/// Looks whether it holds.
///
/// # Errors
/// What does not.
pub fn check(case: &Case<'_>) -> Checked {
    case.histories.iter().try_for_each(check_one)
}

fn check_one(history: &History<'_>) -> Checked {
    let mut author = None;
    let mut got = 0;
    let mut said = [0_u64; 2];
    let mut said_whole = [false; 2];
    for fact in history.facts() {
        match fact {
            Fact::OriginSaid(attempt, from, bytes) => {
                said[usize::from(attempt).min(1)] = from + bytes;
            }
            Fact::OriginSaidWhole(attempt) => said_whole[usize::from(attempt).min(1)] = true,
            Fact::ClientGotHead(from, status) => {
                author = Some(from);
                let expected = match from {
                    Author::Target(attempt) => {
                        history.request.attempts[usize::from(attempt).min(1)].answer.status
                    }
                    Author::Own(fault) => fault.status(),
                };
                history
                    .ensure(status == expected, || format!("status {status}, not {expected}"))?;
            }
            Fact::ClientGot(from, bytes) => {
                history.ensure(author.is_some(), || "body without a head".to_owned())?;
                history.ensure(from == got, || format!("byte {from} after {got} bytes"))?;
                got += bytes;
            }
            Fact::ClientDone(seen) => {
                let Some(Author::Target(attempt)) = author else { continue };
                let attempt = usize::from(attempt).min(1);
                history.ensure(got <= said[attempt], || {
                    format!("{got} bytes of an answer of {}", said[attempt])
                })?;
                if seen == Seen::Whole {
                    history.ensure(said_whole[attempt] && got == said[attempt], || {
                        format!("{got} bytes look whole: the origin sent {}", said[attempt])
                    })?;
                }
            }
            _ => {}
        }
    }
    Ok(())
}
