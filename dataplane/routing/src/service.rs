//! Which service a request names: the first segment of its path, on listeners that serve services.

use pointsman_schemas::artifact::option::Owner;
use pointsman_schemas::artifact::{Artifact, BackendId, OptionValue};

use crate::request::Canonical;

/// The name of the service that is every name without a table of its own.
const ANY: &str = "*";

/// A service that a request names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServiceHit<'a> {
    /// As its table is named; `*` where it has none of its own.
    pub name: &'a str,
    /// Who answers.
    pub kind: ServiceKind<'a>,
    /// Whether the first segment is removed.
    pub strip_slug: bool,
    /// Length of the first segment with its slash. Unit: bytes.
    pub matched_len: usize,
}

/// Who answers what a service is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServiceKind<'a> {
    /// A target of a backend.
    Backend(BackendId),
    /// An instance that registered.
    Registry,
    /// The edge itself: `health`, `status` or `metrics`.
    Builtin(&'a str),
}

/// The service that a path names; none where it names none.
///
/// Cost: linear in the services; no allocation.
#[must_use]
pub fn find_service<'a>(artifact: &'a Artifact, canonical: &Canonical) -> Option<ServiceHit<'a>> {
    let (at, len) = canonical.segments().get(0)?;
    let slug = canonical.path().get(at..at + len).filter(|slug| !slug.is_empty())?;
    let named = |wanted: &[u8]| {
        let mut all = (0_u32..).zip(artifact.services());
        all.find(|(_, name)| name.as_bytes() == wanted)
    };
    // A star is a name that no client may call.
    let own = if slug == ANY.as_bytes() { None } else { named(slug) };
    let (number, name) = own.or_else(|| named(ANY.as_bytes()))?;
    let mut kind = None;
    let mut strip_slug = false;
    for (key, value) in artifact.options(Owner::Service, number) {
        match (key.path(), value) {
            ("backend", OptionValue::Backend(id)) => kind = Some(ServiceKind::Backend(id)),
            ("registry", OptionValue::Flag(true)) => kind = kind.or(Some(ServiceKind::Registry)),
            ("builtin", OptionValue::Word(word)) => kind = Some(ServiceKind::Builtin(word)),
            ("strip_slug", OptionValue::Flag(flag)) => strip_slug = flag,
            _ => {}
        }
    }
    Some(ServiceHit { name, kind: kind?, strip_slug, matched_len: at + len })
}
