//! The commands that ask a running process, and `check`, which asks nobody.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use pointsman_control::Cause;
use pointsman_control::client::{self, Verb};

use crate::options::{Ask, Check, DrainAsk, ExplainAsk};

/// Says why nothing could be done.
pub fn fail(line: &str) -> ExitCode {
    print(&mut std::io::stderr(), &format!("pointsmand: {line}\n"));
    ExitCode::from(2)
}

/// `check`
pub fn check(options: &Check) -> ExitCode {
    let options = pointsman_control::Options {
        artifact: options.artifact.clone(),
        state: options.state.clone(),
        admin: None,
        strict: true,
    };
    match pointsman_control::check(&options) {
        Ok(checked) => {
            let line = format!(
                "ok: generation {}, content id {}, {} routes, {} targets\n",
                checked.generation,
                checked.content_id,
                checked.artifact.route_count(),
                checked.artifact.target_count(),
            );
            print(&mut std::io::stdout(), &line);
            ExitCode::SUCCESS
        }
        Err(refusal) => {
            print(&mut std::io::stderr(), &format!("pointsmand: {refusal}\n"));
            ExitCode::from(match refusal.cause {
                Cause::Missing | Cause::Unreadable(_) | Cause::NotAFile => 2,
                _ => 1,
            })
        }
    }
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
    let verb = Verb::Explain {
        request: options.request.clone(),
        headers: options.headers.clone(),
        client_ip: options.client_ip.map(|ip| ip.to_string()),
        listener: options.listener.clone(),
    };
    ask(&options.ask.admin, &verb, options.ask.json)
}

fn ask(admin: &Path, verb: &Verb, json: bool) -> ExitCode {
    let spoken = client::run(admin, verb, json);
    print(&mut std::io::stdout(), &spoken.stdout);
    print(&mut std::io::stderr(), &spoken.stderr);
    ExitCode::from(spoken.exit)
}

/// Whoever reads may have gone: a closed pipe is no fault of ours.
fn print(out: &mut impl Write, text: &str) {
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}
