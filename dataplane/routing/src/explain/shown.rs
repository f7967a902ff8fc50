//! Values of fields, fit to be shown.

use pointsman_schemas::artifact::FieldOperationKind;

use super::hidden::shown_content;
use super::secret::{MASK, must_hide};
use crate::decision::FieldChange;

/// The value of a field of a request, fit to be shown. Of cookies those are shown that let nobody in.
#[must_use]
pub fn shown_header(name: &str, value: &str) -> String {
    if name.eq_ignore_ascii_case("cookie") {
        let one = |pair: &str| match pair.split_once('=') {
            Some((name, value)) if must_hide(name.trim(), value) => format!("{name}={MASK}"),
            _ => pair.to_owned(),
        };
        return value.split(';').map(one).collect::<Vec<_>>().join(";");
    }
    if must_hide(name, value) { MASK.to_owned() } else { shown_content(value) }
}

/// The value of a field that is changed, fit to be shown; none where it is removed.
pub(super) fn shown_field(change: &FieldChange) -> Option<String> {
    match change.kind {
        FieldOperationKind::Remove => None,
        FieldOperationKind::Set | FieldOperationKind::Add => {
            Some(shown_header(&change.name, &change.value))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn header_that_lets_somebody_in_is_not_shown() {
        for (name, value, expected) in [
            ("x-api-key", "hunter2", MASK),
            ("x-thing", "ghp_abcdefghijklmnopqrst", MASK),
            ("x-env", "prod", "prod"),
            ("referer", "https://a.tld/?token=abc", "https://a.tld/?token=***"),
            ("x-api-key", "", ""),
            ("x-up", "password=abc", "password=***"),
            ("access-control-allow-credentials", "true", "true"),
            ("x-auth", "true", "true"),
            ("Cookie", "lang=en; session=abc", "lang=en; session=***"),
        ] {
            assert_eq!(shown_header(name, value), expected, "{name}: {value}");
        }
    }
}
