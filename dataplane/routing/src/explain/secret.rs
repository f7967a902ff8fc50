//! Which fields let somebody in, so that nobody shows their values.

use pointsman_schemas::artifact::FieldOperationKind;

use crate::decision::FieldChange;

/// What stands in the place of a secret.
const MASK: &str = "***";

/// Fields whose values let somebody in.
const FIELDS: &[&str] =
    &["authorization", "proxy-authorization", "cookie", "set-cookie", "x-api-key"];
/// Parts of names of which the same is true.
const PARTS: &[&str] = &[
    "token",
    "secret",
    "passwd",
    "password",
    "api-key",
    "api_key",
    "apikey",
    "session",
    "credential",
];

/// Whether what is said of a name lets somebody in.
#[must_use]
pub fn is_sensitive(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    FIELDS.contains(&name.as_str()) || PARTS.iter().any(|part| name.contains(part))
}

/// The value of a field that is changed, fit to be shown; none where it is removed.
pub(super) fn shown_field(change: &FieldChange) -> Option<&str> {
    match change.kind {
        FieldOperationKind::Remove => None,
        _ if is_sensitive(&change.name) && !change.value.is_empty() => Some(MASK),
        FieldOperationKind::Set | FieldOperationKind::Add => Some(&change.value),
    }
}
