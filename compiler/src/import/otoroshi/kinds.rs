//! Kinds of entities besides routes, backends and certificates, and what their loss means.

/// What cannot be kept of a kind, and whether it protects something.
pub(super) struct Kind {
    /// Its name as a kind and as a list of an export, in lower case.
    names: &'static [&'static str],
    pub(super) note: &'static str,
    pub(super) security: bool,
}

const KINDS: &[Kind] = &[
    Kind {
        names: &["apikey", "apikeys"],
        note: "an API key: nothing here asks for one",
        security: true,
    },
    Kind {
        names: &["authmodule", "authconfig", "authconfigs", "auth-module"],
        note: "a way to log in: nobody is asked to log in here",
        security: true,
    },
    Kind {
        names: &["jwtverifier", "jwtverifiers", "globaljwtverifier", "jwt-verifier"],
        note: "a check of tokens: none is checked here",
        security: true,
    },
    Kind {
        names: &["clientvalidator", "clientvalidators", "validationauthority"],
        note: "a check of client certificates by a service: none is asked here",
        security: true,
    },
    Kind {
        names: &["globalconfig", "config"],
        note: "a setting of the whole system: look whether it protects something, such as a list \
               of addresses",
        security: true,
    },
    Kind {
        names: &["servicedescriptor", "servicedescriptors", "service-descriptor"],
        note: "an old service, with what protected it: a wider route may take its requests; turn it \
               into a route in Otoroshi, then export again",
        security: true,
    },
    Kind {
        names: &["routecomposition", "routecompositions", "routeservice", "routeservices"],
        note: "a composition, with what protected it: a wider route may take its requests; write its \
               parts as routes in Otoroshi, then export again",
        security: true,
    },
    Kind {
        names: &["api", "apis"],
        note: "an API, with what protected it: a wider route may take its requests; export the routes \
               that it makes",
        security: true,
    },
    Kind {
        names: &["tcpservice", "tcpservices"],
        note: "a TCP service: only HTTP is served here",
        security: false,
    },
];

/// What is said of an entity of a kind that has no form here.
pub(super) fn lost(kind: &str) -> (&'static str, bool) {
    let kind = kind.to_ascii_lowercase();
    let found = KINDS.iter().find(|known| known.names.contains(&kind.as_str()));
    found.map_or(("an entity of a kind that has no form here", false), |kind| {
        (kind.note, kind.security)
    })
}
