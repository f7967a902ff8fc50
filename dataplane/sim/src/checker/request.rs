//! An origin gets exactly the bytes of the request's body, in order, and takes a request for whole
//! only if the client sent it whole.

use super::case::{Case, Checked};
use crate::transcript::Fact;

/// Looks whether it holds.
///
/// # Errors
/// What does not.
pub fn check(case: &Case<'_>) -> Checked {
    for history in &case.histories {
        let body = history.request.body;
        let mut got = [0_u64; 2];
        for fact in history.facts() {
            match fact {
                Fact::OriginGot(attempt, from, bytes) => {
                    let got = &mut got[usize::from(attempt).min(1)];
                    history.ensure(from == *got, || format!("byte {from} after {got} bytes"))?;
                    *got += bytes;
                    history
                        .ensure(*got <= body.bytes, || format!("{got} bytes of {}", body.bytes))?;
                }
                Fact::OriginGotWhole(attempt) => {
                    let got = got[usize::from(attempt).min(1)];
                    history.ensure(got == body.bytes && body.fault.is_none(), || {
                        format!("{got} bytes of {} look whole: {:?}", body.bytes, body.fault)
                    })?;
                }
                _ => {}
            }
        }
    }
    Ok(())
}
