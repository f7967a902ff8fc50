//! `pointsman keys`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use pointsman_schemas::key::{PublicKey, SecretKey};
use serde_json::json;
use zeroize::Zeroizing;

use super::console::{self, Output, Reader, Status};
use super::keyfile::{self, Held};

/// Options of `pointsman keys`.
#[derive(Debug, Args)]
#[command(
    arg_required_else_help = true,
    after_help = "Example: pointsman keys new -o deploy && pointsman compile edge -o edge.artifact --sign deploy.key --generation \"$(date +%s)\"\n\n\
                  Exit codes: 0 ok, 2 wrong use or I/O"
)]
pub(super) struct Options {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Makes a key: NAME.key signs and is a secret, NAME.pub is for `pointsmand serve --trust`.
    #[command(after_help = "Example: pointsman keys new -o deploy\n\n\
                            Neither file is ever overwritten. NAME.key is for its owner alone.\n\n\
                            Exit codes: 0 written, 2 wrong use or I/O, or a file is there already")]
    New(New),
    /// Shows the id and the public key of a key's file, whichever half it holds.
    #[command(after_help = "Example: pointsman keys show deploy.pub\n\n\
                            Exit codes: 0 ok, 2 wrong use, or this is no file of a key")]
    Show(Show),
}

#[derive(Debug, Args)]
struct New {
    /// The two files without their endings.
    #[arg(short, long, value_name = "NAME", default_value = "pointsman")]
    output: PathBuf,
    /// One JSON object instead of text.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Args)]
struct Show {
    /// A file that `pointsman keys new` wrote.
    file: PathBuf,
    /// One JSON object instead of text.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(options: &Options, output: &mut Output) -> Status {
    match &options.verb {
        Verb::New(options) => new(options, output),
        Verb::Show(options) => show(options, output),
    }
}

fn new(options: &New, output: &mut Output) -> Status {
    let ending = |ending: &str| {
        let mut name = OsString::from(options.output.as_os_str());
        name.push(ending);
        PathBuf::from(name)
    };
    let (secret_path, public_path) = (ending(".key"), ending(".pub"));
    let mut seed = Zeroizing::new([0; 32]);
    if let Err(error) = getrandom::fill(seed.as_mut_slice()) {
        return console::refuse(&format!("this system gives no random bytes: {error}"));
    }
    let key = SecretKey::from_seed(&seed);
    if let Err(why) = keyfile::write_new((&secret_path, &public_path), &key) {
        return console::refuse(&why);
    }
    let (public, secret) = (public_path.display().to_string(), secret_path.display().to_string());
    match Reader::of(options.json) {
        Reader::Json => {
            let mut all = described(&key.public());
            all["secret_file"] = secret.into();
            all["public_file"] = public.into();
            output.out(&format!("{all}\n"));
        }
        Reader::Human => {
            output.out(&format!(
                "wrote {secret}: it signs; keep it where artifacts are compiled, and nowhere else\n\
                 wrote {public}: for the hosts\n"
            ));
            output.out(&words(&key.public()));
            output.out(&format!(
                "next: pointsman compile --sign {secret} --generation \"$(date +%s)\" …, then pointsmand serve --trust {public} …\n"
            ));
        }
    }
    Status::Done
}

fn show(options: &Show, output: &mut Output) -> Status {
    let held = match keyfile::either(&options.file) {
        Ok(held) => held,
        Err(why) => return console::refuse(&why),
    };
    let key = held.public();
    let text = match Reader::of(options.json) {
        Reader::Json => {
            let mut all = described(&key);
            all["secret"] = matches!(held, Held::Secret(_)).into();
            format!("{all}\n")
        }
        Reader::Human => words(&key),
    };
    output.out(&text);
    Status::Done
}

fn described(key: &PublicKey) -> serde_json::Value {
    json!({ "key_id": key.id().to_string(), "public_key": key.text() })
}

fn words(key: &PublicKey) -> String {
    format!("key id      {}\npublic key  {}\n", key.id(), key.text())
}
