//! What a text must look like, and what it names. What is checked here needs the text alone.

/// A form of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Anything.
    Any,
    /// A name that a definition brings: of a backend, listener, service, certificate, target.
    Name,
    /// A name of a backend.
    Backend,
    /// A name of a listener.
    Listener,
    /// A name of a certificate with a key.
    Certificate,
    /// The same, or `auto`.
    CertificateOrAuto,
    /// A name of a certificate that is an authority.
    Authority,
    /// The id of a route.
    RouteId,
    /// Where a secret is: `env:NAME`, `file:PATH`, `credential:NAME`.
    Secret,
    /// Where a file is on the edge: `file:PATH`, `credential:NAME`.
    Source,
    /// Where a file is on the edge: `file:PATH`.
    File,
    /// An absolute URL of http or https.
    Url,
    /// A path on a target, or an absolute URL.
    PathOrUrl,
    /// An address of a listener, `IP:PORT`, or `fd:NAME`.
    ListenAddress,
    /// Where the registry listens, `IP:PORT`.
    SocketAddress,
    /// A host name or IP address.
    Host,
    /// A host, or one with `*`.
    HostGlob,
    /// `client`, `target`, or a host.
    HostHeader,
    /// A host glob or a network.
    NoProxy,
    /// An IP address.
    Ip,
    /// A network: address and length.
    Network,
    /// A method.
    Method,
    /// Host and path of a route.
    Pattern,
    /// A path in which `*` stands for anything.
    PathGlob,
    /// Text in which `*` stands for anything.
    Glob,
    /// A regular expression.
    Regex,
    /// Text with expressions.
    Template,
    /// A text in a field's value.
    FieldValue,
    /// The name of a field.
    FieldName,
    /// The name of a cookie.
    CookieName,
    /// A condition on a value: text, `Regex()`, `Wildcard()`, `Exists()`, `NotDefined()`.
    Condition,
    /// Statuses: `200` or `200-399`.
    Statuses,
    /// What is tried again: `connect_failure`, `5xx`, `502`.
    RetryOn,
    /// A circle: `lat;lng;radius_km`.
    Circle,
    /// A protocol a connection may change to.
    Upgrade,
    /// Where the access log goes.
    AccessLog,
    /// Method and URL.
    Request,
    /// A mail address as `mailto:`.
    Contact,
}

impl Form {
    /// A regular expression for editors; empty where any text will do.
    pub fn pattern(self) -> &'static str {
        match self {
            Self::Name | Self::Backend | Self::Listener | Self::Certificate | Self::Authority => {
                "^[A-Za-z0-9._-]{1,128}$"
            }
            Self::CertificateOrAuto => "^(auto|[A-Za-z0-9._-]{1,128})$",
            Self::RouteId => "^[!-~]{1,253}$",
            Self::Secret => "^(env|file|credential):.+$",
            Self::Source => "^(file|credential):.+$",
            Self::File => "^file:.+$",
            Self::Url => "^https?://[^ ]+$",
            Self::PathOrUrl => "^(/|https?://)[^ ]*$",
            Self::ListenAddress => "^(fd:.+|.*:[0-9]{1,5})$",
            Self::SocketAddress => "^.*:[0-9]{1,5}$",
            Self::Network => "^[0-9A-Fa-f.:]+(/[0-9]{1,3})?$",
            Self::PathGlob => "^[/*]",
            Self::Statuses => "^[1-5][0-9][0-9](-[1-5][0-9][0-9])?$",
            Self::RetryOn => "^(connect_failure|reset|timeout|5xx|[45][0-9][0-9]|non_idempotent)$",
            Self::Circle => "^-?[0-9.]+;-?[0-9.]+;[0-9.]+$",
            Self::AccessLog => "^(stdout|stderr|off|file:.+)$",
            Self::Request => "^[^ ]+ https?://[^ ]+$",
            Self::Contact => "^mailto:.+@.+$",
            Self::FieldName | Self::CookieName | Self::Method | Self::Upgrade => {
                "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$"
            }
            Self::Any
            | Self::Host
            | Self::HostGlob
            | Self::HostHeader
            | Self::NoProxy
            | Self::Ip
            | Self::Pattern
            | Self::Glob
            | Self::Regex
            | Self::Template
            | Self::FieldValue
            | Self::Condition => "",
        }
    }

    /// What it is, for the reference.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Any => "text",
            Self::Name => "name",
            Self::Backend => "name of a backend",
            Self::Listener => "name of a listener",
            Self::Certificate => "name of a certificate",
            Self::CertificateOrAuto => "name of a certificate, or `auto`",
            Self::Authority => "name of an authority in `[certificates]`",
            Self::RouteId => "id of a route",
            Self::Secret => "reference: `env:NAME`, `file:PATH`, `credential:NAME`",
            Self::Source => "reference: `file:PATH`, `credential:NAME`",
            Self::File => "`file:PATH`",
            Self::Url => "URL",
            Self::PathOrUrl => "path or URL",
            Self::ListenAddress => "`IP:PORT`, or `fd:NAME`",
            Self::SocketAddress => "`IP:PORT`",
            Self::Host => "host name or IP address",
            Self::HostGlob => "host; `*` stands for one or more characters",
            Self::HostHeader => "`client`, `target`, or a host",
            Self::NoProxy => "host, `*` included, or network",
            Self::Ip => "IP address",
            Self::Network => "network",
            Self::Method => "method",
            Self::Pattern => "pattern: host[/path]",
            Self::PathGlob => "path; `*` stands for one or more characters, `/` included",
            Self::Glob => "text; `*` stands for one or more characters",
            Self::Regex => "regular expression",
            Self::Template => "text with expressions",
            Self::FieldValue => "value of a field",
            Self::FieldName => "name of a field",
            Self::CookieName => "name of a cookie",
            Self::Condition => {
                "condition: text, `Regex()`, `Wildcard()`, `Exists()`, `NotDefined()`"
            }
            Self::Statuses => "status, or range of such",
            Self::RetryOn => {
                "`connect_failure`, `reset`, `timeout`, `5xx`, a status, `non_idempotent`"
            }
            Self::Circle => "circle: `lat;lng;radius_km`",
            Self::Upgrade => "token of Upgrade",
            Self::AccessLog => "`stdout`, `stderr`, `off`, or `file:PATH`",
            Self::Request => "method and URL",
            Self::Contact => "`mailto:` address",
        }
    }
}
