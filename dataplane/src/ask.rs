//! The commands that ask a running process, and `check`, which asks nobody.

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use pointsman_control::client::{self, Verb};
use pointsman_control::counted;

use crate::options::{Ask, Check, DrainAsk, ExplainAsk};
use crate::supervisor::Stop;

/// Says why nothing could be done.
fn fail(stop: &Stop) -> ExitCode {
    complain(&format!("error: {}\n", stop.line));
    ExitCode::from(stop.exit)
}

/// Says why nothing is served, in the log, whose lines all begin with the name of the process.
pub fn fail_to_serve(stop: &Stop) -> ExitCode {
    complain(&format!("pointsmand: error: {}\n", stop.line));
    ExitCode::from(stop.exit)
}

/// `check`
pub fn check(options: &Check) -> ExitCode {
    let trust = match options.trust.read() {
        Ok(trust) => trust,
        Err(line) => return fail(&Stop::from(line)),
    };
    let checked = pointsman_control::check(&options.artifact, &trust, options.state.as_deref());
    let checked = match checked {
        Ok(checked) => checked,
        Err(refusal) => return fail(&Stop { line: refusal.lines(), exit: refusal.exit() }),
    };
    if let Some(note) = &checked.note {
        complain(&format!("note: {note}\n"));
    }
    if let Some(state) = &options.state {
        match pointsman_control::check_state(state, &trust) {
            Ok(None) => {}
            Ok(Some(note)) => complain(&format!("note: {note}\n")),
            Err(error) => return fail(&Stop { line: error.to_string(), exit: error.exit() }),
        }
    }
    let signed = checked.signer.map_or_else(String::new, |key| format!(", signed by {key}"));
    let line = format!(
        "ok: generation {}, content id {}{signed}, {}, {}\n",
        checked.generation,
        checked.content_id,
        counted(checked.artifact.route_count() as u64, "route"),
        counted(checked.artifact.target_count() as u64, "target"),
    );
    print(&line, 0)
}

/// `status`
pub fn status(options: &Ask) -> ExitCode {
    ask(&options.admin, &Verb::Status, options.json)
}

/// `reload`
pub fn reload(options: &Ask) -> ExitCode {
    ask(&options.admin, &Verb::Reload, options.json)
}

/// `drain`
pub fn drain(options: &DrainAsk) -> ExitCode {
    ask(&options.ask.admin, &Verb::Drain { wait: options.wait }, options.ask.json)
}

/// `routes`
pub fn routes(options: &Ask) -> ExitCode {
    ask(&options.admin, &Verb::Routes, options.json)
}

/// `targets`
pub fn targets(options: &Ask) -> ExitCode {
    ask(&options.admin, &Verb::Targets, options.json)
}

/// `explain`
pub fn explain(options: &ExplainAsk) -> ExitCode {
    let mut headers = options.headers.clone();
    if let Some(bad) = options.cookies.iter().find(|one| one.contains(';') || !one.contains('=')) {
        let line = format!("`-b {bad}` is no cookie; write `-b 'name=value'`");
        return fail(&Stop::from(line));
    }
    if !options.cookies.is_empty() {
        // All cookies are one field.
        headers.push(format!("cookie: {}", options.cookies.join("; ")));
    }
    let verb = Verb::Explain {
        request: options.request.clone(),
        headers,
        client_ip: options.client_ip.map(|ip| ip.to_string()),
        listener: options.listener.clone(),
        now: options.now.clone(),
    };
    ask(&options.ask.admin, &verb, options.ask.json)
}

fn ask(admin: &Path, verb: &Verb, json: bool) -> ExitCode {
    let spoken = client::run(admin, verb, json);
    let code = print(&spoken.stdout, spoken.exit);
    complain(&spoken.stderr);
    code
}

/// Writes an answer to standard output; the exit code is `exit` if it got there. Whoever reads may
/// have gone: a closed pipe is no fault of ours. An answer that is lost is one.
fn print(text: &str, exit: u8) -> ExitCode {
    let mut out = io::stdout();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            complain(&format!("error: standard output: {error}; the answer is lost\n"));
            ExitCode::from(2)
        }
        _ => ExitCode::from(exit),
    }
}

/// Writes to standard error. When that is gone as well, nobody can be told.
fn complain(text: &str) {
    let mut out = io::stderr();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}
