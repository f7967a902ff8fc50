//! Listeners that send clients to https: which requests, and where to. What such a listener
//! redirects is never looked for among routes.

use pointsman_schemas::artifact::option::Owner;
use pointsman_schemas::artifact::{Artifact, ListenerId, OptionValue};

use crate::path_glob::fits;
use crate::request::{Refusal, Request};

/// Status of a redirect that says none.
const STATUS: u16 = 308;

/// What `redirect_to_https` of a listener says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToHttps<'a> {
    /// Status of the answer.
    pub status: u16,
    /// Paths that are served as they are.
    pub except: Vec<&'a str>,
}

impl<'a> ToHttps<'a> {
    /// Of a listener; none where it serves what comes in.
    ///
    /// Cost: goes through the listener's options.
    #[must_use]
    pub fn of(artifact: &'a Artifact, listener: ListenerId) -> Option<Self> {
        let mut is_on = false;
        let mut found = Self { status: STATUS, except: Vec::new() };
        for (key, value) in artifact.options(Owner::Listener, listener.0) {
            match (key.path(), value) {
                ("redirect_to_https", OptionValue::Flag(flag)) => is_on = flag,
                ("redirect_to_https.status", OptionValue::Integer(status)) => {
                    found.status = u16::try_from(status).unwrap_or(STATUS);
                }
                ("redirect_to_https.except", OptionValue::Text(glob)) => found.except.push(glob),
                _ => {}
            }
        }
        is_on.then_some(found)
    }

    /// Whether a request is redirected.
    #[must_use]
    pub fn takes(&self, request: &Request<'_>) -> bool {
        let path = request.canonical.path();
        !self.except.iter().any(|glob| fits(glob.as_bytes(), path))
    }

    /// Appends the value of `Location`: the same host at the port of https, path and query in the
    /// form in which they are matched.
    ///
    /// Errors: the request names no host; answered with 400.
    pub fn write_location(request: &Request<'_>, out: &mut Vec<u8>) -> Result<(), Refusal> {
        let canonical = request.canonical;
        if canonical.host().is_empty() {
            return Err(Refusal::BadHost);
        }
        out.extend_from_slice(b"https://");
        out.extend_from_slice(canonical.host());
        out.extend_from_slice(canonical.path());
        if let Some(query) = canonical.query() {
            out.push(b'?');
            out.extend_from_slice(query);
        }
        Ok(())
    }
}
