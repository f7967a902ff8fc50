//! How much work a comparison may be: its cost is bounded by what is written, whatever that is.

use crate::classes::Effort;
use crate::limits::{COMPARISONS_PER_REQUEST, DIFF_REQUESTS_MAX};

/// Work that may still be done, in plain requests put to both matchers.
#[derive(Debug)]
pub(crate) struct Budget {
    left: usize,
    /// What may still be spent on finding out classes of requests.
    pub(super) effort: Effort,
}

impl Budget {
    /// All of it.
    pub(crate) fn new() -> Self {
        Self { left: DIFF_REQUESTS_MAX, effort: Effort::new() }
    }

    /// Takes work off; `false` where none is left.
    pub(super) fn spend(&mut self, work: usize) -> bool {
        self.left = self.left.saturating_sub(work);
        self.left > 0
    }

    /// Takes off what a request costs that carries so much past so many entries.
    pub(super) fn spend_request(&mut self, entries: usize, weight: usize) -> bool {
        self.spend(1 + weight / 4 + entries * (1 + 2 * weight) / COMPARISONS_PER_REQUEST)
    }

    /// Whether nothing is left.
    pub(crate) fn is_spent(&self) -> bool {
        self.left == 0
    }
}

#[cfg(test)]
mod tests {
    use pointsman_schemas::artifact::Artifact;

    use super::Budget;
    use crate::compile::compile;
    use crate::diff::{Subject, diff_within};
    use crate::document::{Folder, load};

    fn subject(root: &str) -> Subject {
        let mut text = format!(
            "version = 1\n[listeners.web]\naddress = \"127.0.0.1:80\"\n[backends.b]\n\
             root = \"{root}\"\ntargets = [{{ id = \"t\", host = \"t.tld\", port = 80 }}]\n"
        );
        for at in 0..3 {
            text.push_str(&format!(
                "[[routes]]\nid = \"r{at}\"\nmatch = [\"h.tld/a\"]\nbackend = \"b\"\n\
                 priority = {at}\nheaders = {{ x-h{at} = \"v\" }}\n"
            ));
        }
        let folder = Folder::memory([("pointsman.toml", text.as_str())]);
        let outcome = compile(load(&folder, "pointsman.toml").expect("it is read"), 0);
        let artifact = Artifact::from_bytes(outcome.artifact.expect("an artifact"));
        Subject { artifact: artifact.expect("what was written"), sources: None }
    }

    #[test]
    fn comparison_ends_with_its_budget_and_says_so() {
        let (old, new) = (subject("/old"), subject("/new"));
        let mut ample = Budget::new();
        let whole = diff_within(&mut ample, &old, &new);
        assert!(whole.complete && !ample.is_spent());
        let mut scarce = Budget { left: 20, ..Budget::new() };
        let part = diff_within(&mut scarce, &old, &new);
        assert!(!part.complete && scarce.is_spent());
        // What differs beside requests is told in any case.
        assert_eq!(part.changes.len(), whole.changes.len());
        // A budget of several comparisons is one for all.
        let next = diff_within(&mut scarce, &old, &new);
        assert!(!next.complete && next.moved.is_empty());
    }

    #[test]
    fn request_past_many_routes_costs_as_many_plain_ones() {
        let cost = |entries, weight| {
            let mut budget = Budget::new();
            let before = budget.left;
            budget.spend_request(entries, weight);
            before - budget.left
        };
        assert_eq!(cost(1, 0), 1);
        assert!(cost(400, 64) > 200);
    }
}
