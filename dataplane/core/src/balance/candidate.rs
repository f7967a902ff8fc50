//! A target as a balancer sees it: plain data, so that no algorithm knows what a target is.

/// One target that might be picked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// Share of the picks, 0..=65535; 0 is never picked.
    pub weight: u16,
    /// It may be tried now.
    pub usable: bool,
}

impl Candidate {
    /// It can be picked at all.
    #[must_use]
    pub fn is_eligible(self) -> bool {
        self.usable && self.weight > 0
    }
}
