//! `pointsman compile`.

use std::fs;
use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};

use clap::Args;
use pointsman_schemas::artifact::wire::MAGIC;
use pointsman_schemas::artifact::{Artifact, seal};
use pointsman_schemas::key::SecretKey;

use super::console::{self, Output, Reader, Status, Stream};
use super::keyfile;
use super::replace;
use super::subject::{self, Compiled};
use super::validate::{self, Deny};
use crate::compile::Outcome;
use crate::document::load::claim::{Claim, Claimed};

/// Options of `pointsman compile`.
#[derive(Debug, Args)]
#[command(after_help = "Example: pointsman compile edge -o edge.artifact --generation 42\n\n\
                        Validates, runs [[tests]], and writes the artifact in one step: under\n\
                        another name first, then renamed, so that a running pointsmand never\n\
                        sees a part of it.\n\n\
                        Exit codes: 0 written, 1 findings or a test that fails, 2 wrong use or I/O;\n\
                        nothing is written but with 0")]
pub(super) struct Options {
    /// A folder with pointsman.toml, or a first file of any name.
    #[arg(default_value = ".")]
    path: PathBuf,
    /// Where the artifact is written; `-` is standard output.
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// Number of the artifact; `pointsmand status` shows it. 0 without; `--sign` asks for one that
    /// grows, such as the number of the build or `$(date +%s)`.
    #[arg(long, value_name = "N")]
    generation: Option<u64>,
    /// Signs the artifact with the secret key in a file that `pointsman keys new` wrote; several may
    /// be given. The key itself never gets into the artifact.
    #[arg(long, value_name = "KEY")]
    sign: Vec<PathBuf>,
    /// Makes findings of a kind end with exit code 1, and writes nothing.
    #[arg(long, value_enum, value_name = "KIND")]
    deny: Vec<Deny>,
}

pub(super) fn run(options: &Options, output: &mut Output) -> Status {
    if options.generation.is_none() && !options.sign.is_empty() {
        return console::refuse(
            "--sign needs --generation: a host refuses what is older than what served, and tells it \
             by this number alone; give one that grows, such as --generation \"$(date +%s)\" or the \
             number of the build",
        );
    }
    // Before anything that takes long. Without `--sign` no key is touched.
    let keys = match keyfile::signing(&options.sign) {
        Ok(keys) => keys,
        Err(why) => return console::refuse(&why),
    };
    let is_piped = options.output.as_os_str() == "-";
    if is_piped && io::stdout().is_terminal() {
        return console::refuse("an artifact is not for a terminal; lead it to a file or a pipe");
    }
    let place = fs::canonicalize(&options.output).ok();
    if place.is_some() && options.sign.iter().any(|key| fs::canonicalize(key).ok() == place) {
        let output = options.output.display();
        return console::refuse(&format!("{output} is the key to sign with; name another file"));
    }
    let subject = (options.path.as_path(), options.generation.unwrap_or_default());
    let compiled = subject::compiled(subject, "compiling", Reader::Human, output);
    let Compiled { mut outcome, artifact, claim } = match compiled {
        Ok(compiled) => compiled,
        Err(status) => return status,
    };
    subject::prove(&mut outcome, &artifact, &options.path);
    output.findings(&outcome, Stream::Err);
    if outcome.findings.has_errors() {
        return Status::Findings;
    }
    if validate::denied(&options.deny, &outcome.findings) {
        console::err("error: warnings are denied; no artifact was written\n");
        return Status::Findings;
    }
    let artifact = match signed(artifact, &keys) {
        Ok(artifact) => artifact,
        Err(why) => return console::refuse(&why),
    };
    let tests = outcome.model.as_ref().map_or(0, |model| model.tests.len());
    if is_piped {
        console::err(&summary(Path::new("to standard output"), &artifact, tests));
        output.bytes(artifact.as_bytes());
        return Status::Done;
    }
    if let Err(why) = check_place(&options.output, &claim, &outcome) {
        return console::refuse(&why);
    }
    if let Err(error) = replace::write(&options.output, artifact.as_bytes()) {
        return console::refuse(&format!("{}: {error}", options.output.display()));
    }
    output.out(&summary(&options.output, &artifact, tests));
    subject::leave(outcome);
    Status::Done
}

/// Refuses to write where something else than an artifact belongs.
fn check_place(path: &Path, claim: &Claim, outcome: &Outcome) -> Result<(), String> {
    let why = match claim.of(path, &outcome.sources) {
        Some(Claimed::Read) => {
            "the configuration reads that file; name another one for the artifact"
        }
        Some(Claimed::Named) => {
            "an include fits that name, and the configuration would read the artifact; name another \
             file"
        }
        None => return replace::check_ours(path, "artifact", |head| head.starts_with(&MAGIC)),
    };
    Err(format!("{}: {why}", path.display()))
}

/// The artifact with a signature by each key, which was checked as a host checks it.
fn signed(artifact: Artifact, keys: &[SecretKey]) -> Result<Artifact, String> {
    if keys.is_empty() {
        return Ok(artifact);
    }
    let bytes = seal::sign(&artifact, keys).map_err(|error| error.to_string())?;
    let signed = Artifact::from_bytes(bytes)
        .map_err(|error| format!("the signed artifact does not load: {error}"))?;
    let mut each = keys.iter().map(SecretKey::public);
    each.try_for_each(|key| seal::verify(&signed, &[key]).map(|_| ()))
        .map_err(|error| format!("the signed artifact is not: {error}"))?;
    Ok(signed)
}

fn summary(path: &Path, artifact: &Artifact, tests: usize) -> String {
    let signers: Vec<String> = artifact.signers().map(|key| key.to_string()).collect();
    let signed = match signers.len() {
        0 => String::new(),
        _ => format!("signed by {}\n", signers.join(", ")),
    };
    format!(
        "wrote {}: {} bytes, content {}, generation {}\n{signed}{}, {}, {}, {}, {} passed\n{}",
        path.display(),
        artifact.as_bytes().len(),
        artifact.content_id(),
        artifact.generation(),
        console::counted(artifact.route_count(), "route"),
        console::counted(artifact.backend_count(), "backend"),
        console::counted(artifact.target_count(), "target"),
        console::counted(artifact.listeners().len(), "listener"),
        console::counted(tests, "test"),
        console::needs(artifact.required_features()),
    )
}
