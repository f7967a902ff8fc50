//! `pointsman explain`.

use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;

use clap::Args;
use pointsman_routing::{Probe, explain};
use pointsman_schemas::artifact::{Artifact, ListenerId};

use super::console::{self, Output, Reader, Status};
use super::subject;
use crate::diagnostic::Code;
use crate::document::{moment, value};
use crate::resolve::request::{self, RequestLine};

/// Options of `pointsman explain`.
#[derive(Debug, Args)]
#[command(
    override_usage = "pointsman explain [PATH|ARTIFACT] 'METHOD URL' [OPTIONS]\n       \
                      pointsman explain CODE",
    after_help = "Examples:\n  \
                  pointsman explain edge 'GET http://shop.example.org/api/42?x=1'\n  \
                  pointsman explain edge.artifact 'GET http://shop.example.org/' -H 'x-env: prod' \
                  -b beta=1\n  \
                  pointsman explain E0201\n\n\
                  Exit codes: 0 explained, whatever becomes of the request; 1 the configuration or\n\
                  the artifact has errors; 2 wrong use or I/O"
)]
pub(super) struct Options {
    /// A folder, a first file or an artifact, and a request; a request alone is about the folder
    /// here; a code alone, such as E0201, is explained at length.
    #[arg(num_args = 1..=3, required = true, value_name = "WHAT")]
    what: Vec<String>,
    /// A field of the request, `name: value`.
    #[arg(short = 'H', long = "header", value_name = "FIELD")]
    headers: Vec<String>,
    /// A cookie of the request, `name=value`.
    #[arg(short = 'b', long = "cookie", value_name = "COOKIE")]
    cookies: Vec<String>,
    /// Address of the client.
    #[arg(long, value_name = "IP")]
    client_ip: Option<String>,
    /// Listener by which the request comes in; the one of its scheme without.
    #[arg(long, value_name = "NAME")]
    listener: Option<String>,
    /// When the request comes, for `${now}`; 1970-01-01T00:00:00Z without.
    #[arg(long, value_name = "TIME")]
    now: Option<String>,
    /// One JSON object instead of text.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(options: &Options, output: &mut Output) -> Status {
    if let Some(why) = torn(&options.what) {
        return console::refuse(&why);
    }
    match options.what.as_slice() {
        [path, request] => explain_request(options, Path::new(path), request, output),
        [request] if request.contains(' ') => {
            explain_request(options, Path::new("."), request, output)
        }
        [code] => explain_code(code, output),
        _ => console::refuse("say what is to be explained: a request, or a code"),
    }
}

/// What to type where a request came as two words, since its quotes were left out.
fn torn(what: &[String]) -> Option<String> {
    let (path, request) = match what {
        [path, method, url] => (format!("{path} "), [method, url]),
        [method, url] => (String::new(), [method, url]),
        _ => return None,
    };
    let [method, url] = request;
    let is_method = method.bytes().all(|byte| byte.is_ascii_alphabetic());
    let is_url = url.contains("://") || url.starts_with('/');
    if what.len() == 2 && !(is_method && is_url && !url.contains(' ')) {
        return None;
    }
    if method.contains(' ') {
        return Some("a folder and a request are taken, and no third word".to_owned());
    }
    let said = value::shown(&format!("{path}'{method} {url}'"));
    Some(format!("method and URL stand in one pair of quotes: pointsman explain {said}"))
}

fn explain_code(id: &str, output: &mut Output) -> Status {
    if let Some(code) = Code::parse(id) {
        output.out(code.explanation());
        return Status::Done;
    }
    if looks_like_code(id) {
        let known: Vec<&str> = Code::all().map(Code::id).collect();
        return console::refuse(&format!("there is no code `{id}`; known: {}", known.join(" ")));
    }
    if Path::new(id).exists() {
        let why = format!("a request is missing: pointsman explain {id} 'GET http://host/path'");
        return console::refuse(&why);
    }
    console::refuse(&format!(
        "`{id}` is neither a code (`E0201`) nor a request (`GET http://host/path`)"
    ))
}

fn looks_like_code(id: &str) -> bool {
    let mut chars = id.chars();
    let letter = chars.next().is_some_and(|c| "EeWw".contains(c));
    letter && id.len() == 5 && chars.all(|c| c.is_ascii_digit())
}

fn explain_request(options: &Options, path: &Path, text: &str, output: &mut Output) -> Status {
    let refuse = |problem: value::Problem| {
        let help = problem.help.map(|help| format!("; {help}")).unwrap_or_default();
        console::refuse(&format!("{}{help}", problem.message))
    };
    let line = match request::parse(text) {
        Ok(line) => line,
        Err(problem) => return refuse(problem),
    };
    let fields = match fields(options) {
        Ok(fields) => fields,
        Err(problem) => return refuse(problem),
    };
    let client = match options.client_ip.as_deref().map(value::ip) {
        None => IpAddr::V4(Ipv4Addr::LOCALHOST),
        Some(Ok(client)) => client,
        Some(Err(problem)) => return refuse(problem),
    };
    let now_ms = match options.now.as_deref().map(moment::unix_ms) {
        None => Probe::NOW_MS,
        Some(Ok(now_ms)) => now_ms,
        Some(Err(problem)) => return refuse(problem),
    };
    let artifact = match subject::open(path, Reader::of(options.json), output) {
        Ok(artifact) => artifact,
        Err(status) => return status,
    };
    let listener = match listener(&artifact, &line, options.listener.as_deref()) {
        Ok(listener) => listener,
        Err(why) => return console::refuse(&why),
    };
    let probe = Probe {
        method: line.method,
        authority: Some(line.authority),
        target: line.target,
        fields,
        client,
        listener,
        secured: line.scheme == "https",
        now_ms,
    };
    let explanation = explain(&artifact, &probe);
    if options.json {
        output.out(&format!("{}\n", explanation.to_json()));
    } else {
        output.out(&explanation.to_text());
    }
    Status::Done
}

/// Fields of the request; all cookies are one.
fn fields(options: &Options) -> Result<Vec<(String, String)>, value::Problem> {
    let refuse = |message: String| value::Problem { message, help: None, instead: None };
    let mut fields = Vec::new();
    for header in &options.headers {
        let Some((name, value)) = header.split_once(':') else {
            let name = value::shown(header.split_whitespace().next().unwrap_or_default());
            return Err(refuse(format!("`-H {name}` has no `:`; write `-H 'name: value'`")));
        };
        if name.trim().eq_ignore_ascii_case("host") {
            let why = "`-H host` is not taken: the host stands in the URL, `GET http://HOST/path`";
            return Err(refuse(why.to_owned()));
        }
        fields.push((name.trim().to_owned(), value.trim().to_owned()));
    }
    // What is no cookie may be the value of one, and is not said again.
    if options.cookies.iter().any(|one| one.contains(';') || !one.contains('=')) {
        let why = "what follows `-b` is no cookie; write `-b 'name=value'`, once for each";
        return Err(refuse(why.to_owned()));
    }
    if !options.cookies.is_empty() {
        fields.push(("cookie".to_owned(), options.cookies.join("; ")));
    }
    fields.iter().try_for_each(|(name, value)| value::field(name, value))?;
    Ok(fields)
}

/// The listener by which a request comes in.
fn listener(
    artifact: &Artifact,
    line: &RequestLine,
    name: Option<&str>,
) -> Result<ListenerId, String> {
    let names = || {
        let names: Vec<&str> = artifact.listeners().map(|listener| listener.name()).collect();
        names.join(", ")
    };
    if let Some(name) = name {
        let found = artifact.listener_named(name).map(|listener| listener.id());
        return found.ok_or_else(|| format!("there is no listener `{name}`; known: {}", names()));
    }
    let secured = line.scheme == "https";
    let mut fitting = artifact.listeners().filter(|listener| listener.is_secured() == secured);
    match (fitting.next(), fitting.next()) {
        (Some(one), None) => Ok(one.id()),
        (None, _) if artifact.listeners().len() == 0 => Err("there is no listener".to_owned()),
        (None, _) => Err(format!(
            "no listener takes {}{} say by which one it comes in: --listener NAME ({})",
            line.scheme,
            // Where TLS ends in front, the request that comes in is a plain one.
            if secured { ": none speaks TLS; ask with http://, or" } else { ";" },
            names()
        )),
        (Some(_), Some(_)) => Err(format!(
            "several listeners take {}; say by which one it comes in: --listener NAME ({})",
            line.scheme,
            names()
        )),
    }
}
