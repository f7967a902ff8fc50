//! The two sides, and one thing that differs between them.

use pointsman_routing::explain::shown_text;
use pointsman_schemas::artifact::Artifact;

use crate::source::SourceMap;

/// One of the two sides.
#[derive(Debug)]
pub struct Subject {
    /// What is served.
    pub artifact: Artifact,
    /// The files that say it, if they are here.
    pub sources: Option<SourceMap>,
}

/// One thing that differs.
#[derive(Clone, Debug)]
pub struct Change {
    /// Names of the thing, such as `backends` and `shop`; none for the host itself.
    pub path: Vec<String>,
    /// Its names on the old side, where it was called otherwise.
    pub was: Option<Vec<String>>,
    /// Key in it, such as `client.call_timeout`; empty where the whole thing is meant.
    pub key: String,
    /// What was said; none where it was not there.
    pub old: Option<String>,
    /// What is said; none where it is no longer there.
    pub new: Option<String>,
    /// What makes it risky.
    pub risk: Option<&'static str>,
    /// Whether requests go elsewhere by it.
    pub goes_elsewhere: bool,
    /// Whether it differs in what nobody is shown.
    pub is_hidden: bool,
    /// Whether the thing is there, on the old side and on the new one.
    pub is_there: [bool; 2],
    /// Where the old side says it, and the new one.
    pub origins: [Option<String>; 2],
}

impl Change {
    /// Of a key of a thing, of which nothing is said yet; and whether the thing is there, on the
    /// old side and on the new one.
    pub(super) fn of(path: &[String], key: &str, is_there: [bool; 2]) -> Self {
        Self {
            path: path.to_vec(),
            was: None,
            key: key.to_owned(),
            old: None,
            new: None,
            risk: None,
            goes_elsewhere: false,
            is_hidden: false,
            is_there,
            origins: [None, None],
        }
    }

    /// Names and key as one, such as `backends.shop.client.call_timeout`, fit to
    /// be shown.
    #[must_use]
    pub fn name(&self) -> String {
        let key = std::iter::once(&self.key).filter(|key| !key.is_empty());
        let words: Vec<&str> = self.path.iter().chain(key).map(String::as_str).collect();
        shown_text(&words.join("."))
    }

    /// What the thing was called, where it was called otherwise, fit to be shown.
    #[must_use]
    pub fn former_name(&self) -> Option<String> {
        self.was.as_ref().map(|was| shown_text(&was.join(".")))
    }
}
