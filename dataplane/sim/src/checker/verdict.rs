//! All checkers over one transcript, and what is shown of a violation.

use std::fmt;

use super::case::{Case, Checked};
use super::{
    answer, cause, connection, drain, finish, pool, request, resend, reset, response, rest, share,
    timeout, whole,
};
use crate::plan::Plan;
use crate::transcript::Transcript;

/// An invariant that was broken.
#[derive(Clone, Debug)]
pub struct Violation {
    /// The seed that shows it; none for a plan of other origin.
    pub seed: Option<u64>,
    /// The checker that saw it.
    pub checker: &'static str,
    /// What is wrong.
    pub what: String,
    /// What happened in the exchange.
    pub history: String,
}

/// A checker's name and itself.
type Checker = (&'static str, fn(&Case<'_>) -> Checked);

/// Each of them.
pub const CHECKERS: [Checker; 14] = [
    ("rest", rest::check),
    ("finish", finish::check),
    ("answer", answer::check),
    ("response", response::check),
    ("whole", whole::check),
    ("request", request::check),
    ("resend", resend::check),
    ("connection", connection::check),
    ("pool", pool::check),
    ("timeout", timeout::check),
    ("reset", reset::check),
    ("drain", drain::check),
    ("cause", cause::check),
    ("share", share::check),
];

/// Looks whether all holds.
///
/// # Errors
/// The first invariant that does not.
pub fn check(plan: &Plan, transcript: &Transcript) -> Result<(), Box<Violation>> {
    let case = Case::new(plan, transcript);
    for (checker, check) in CHECKERS {
        let Err(wrong) = check(&case) else { continue };
        let history = case
            .entries
            .iter()
            .filter(|entry| wrong.exchange.is_none() || entry.exchange == wrong.exchange)
            .map(|entry| format!("{:>12} us  {:?}\n", entry.at_us, entry.fact))
            .collect();
        let what = match wrong.exchange {
            Some(exchange) => format!("{exchange:?}: {}", wrong.what),
            None => wrong.what,
        };
        return Err(Box::new(Violation { seed: None, checker, what, history }));
    }
    Ok(())
}

impl fmt::Display for Violation {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(seed) = self.seed {
            writeln!(out, "SEED={seed}")?;
        }
        write!(out, "{}: {}\n{}", self.checker, self.what, self.history)
    }
}

impl std::error::Error for Violation {}
