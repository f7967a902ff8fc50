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
    Kind {
        names: &[
            "admin",
            "admins",
            "dataexporter",
            "dataexporters",
            "errortemplate",
            "errortemplates",
            "servicegroup",
            "servicegroups",
            "simpleadmin",
            "simpleadmins",
            "team",
            "teams",
            "tenant",
            "tenants",
        ],
        note: "for people and their rights, or for what they see: no request is let in by it",
        security: false,
    },
];

/// Whether a list of this name holds entities.
pub(super) fn is_list(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let is_known = KINDS.iter().any(|kind| kind.names.contains(&name.as_str()));
    is_known && name.ends_with('s') || ["routes", "backends", "certificates"].contains(&&*name)
}

/// What is said of an entity of a kind that has no form here.
pub(super) fn lost(kind: &str) -> (&'static str, bool) {
    let kind = kind.to_ascii_lowercase();
    let found = KINDS.iter().find(|known| known.names.contains(&kind.as_str()));
    let unknown = "an entity of a kind that has no form here, and that may have protected something: a \
                   wider route may take its requests";
    found.map_or((unknown, true), |kind| (kind.note, kind.security))
}
