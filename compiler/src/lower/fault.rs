//! Why a model has no artifact: limits that only the whole of it shows.

use std::fmt;

use pointsman_schemas::limits::{
    CONSTRAINTS_MAX, CONSTRAINTS_PER_NODE_MAX, HOST_SUFFIX_DEPTH_MAX, LISTENERS_MAX,
    MATCH_BYTES_MAX, MATCH_STEPS_MAX, METHODS_MAX, PATTERNS_MAX, ROUTES_MAX,
};

use crate::document::value::show_size;

/// Why a model has no artifact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LowerFault {
    /// What is too much.
    pub cause: Cause,
    /// Indices into the model's routes: those that take part, some of them where they are many.
    pub routes: Vec<usize>,
}

/// What is too much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Some request would take more steps to match than the edge allows.
    Steps {
        /// A bound on the steps of the worst request.
        steps: u64,
    },
    /// Some request would have more bytes looked at than a look-up may.
    ReadBytes {
        /// A bound on the bytes of the worst request.
        bytes: u64,
    },
    /// More constraints beside each other at one place.
    ConstraintsAtOnePlace {
        /// How many.
        count: usize,
    },
    /// More wildcard hosts whose ends lie one inside the other.
    HostSuffixes {
        /// How many.
        count: usize,
    },
    /// More routes with one and the same pattern than an artifact holds.
    RoutesAtOnePlace {
        /// How many.
        count: usize,
    },
    /// More routes.
    Routes,
    /// More patterns.
    Patterns,
    /// More different methods.
    Methods,
    /// More listeners.
    Listeners,
    /// More different constraints.
    Constraints,
    /// The artifact would be too large.
    Bytes,
}

/// Routes with one pattern; their counts are 16 bits wide in an artifact.
pub(super) const ROUTES_PER_PLACE_MAX: usize = u16::MAX as usize;

impl fmt::Display for Cause {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Steps { steps } => write!(
                out,
                "a request could take {steps} steps to match, {MATCH_STEPS_MAX} are allowed"
            ),
            Self::ReadBytes { bytes } => write!(
                out,
                "to match a request, {} could be looked at, {} are allowed",
                show_size(*bytes),
                show_size(MATCH_BYTES_MAX)
            ),
            Self::ConstraintsAtOnePlace { count } => write!(
                out,
                "{count} different constraints stand at one place of a path, \
                 {CONSTRAINTS_PER_NODE_MAX} are allowed"
            ),
            Self::HostSuffixes { count } => write!(
                out,
                "the ends of {count} wildcard hosts lie one inside the other, \
                 {HOST_SUFFIX_DEPTH_MAX} are allowed"
            ),
            Self::RoutesAtOnePlace { count } => write!(
                out,
                "{count} routes have one and the same pattern, {ROUTES_PER_PLACE_MAX} are allowed"
            ),
            Self::Routes => write!(out, "more than {ROUTES_MAX} routes"),
            Self::Patterns => write!(out, "more than {PATTERNS_MAX} patterns"),
            Self::Methods => write!(out, "more than {METHODS_MAX} different methods"),
            Self::Listeners => write!(out, "more than {LISTENERS_MAX} listeners"),
            Self::Constraints => write!(out, "more than {CONSTRAINTS_MAX} different constraints"),
            Self::Bytes => out.write_str("the artifact would be larger than an artifact may be"),
        }
    }
}

impl fmt::Display for LowerFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.cause.fmt(out)
    }
}

impl std::error::Error for LowerFault {}
