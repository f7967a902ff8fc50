//! The command line of `pointsmand`.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use pointsman_control::{Older, Trust};

/// The edge proxy: takes a routing artifact, checks it and serves it.
#[derive(Debug, Parser)]
#[command(
    name = "pointsmand",
    version,
    arg_required_else_help = true,
    after_help = "Example: pointsmand serve --artifact edge.artifact --state /var/lib/pointsman\n\n\
                  Exit codes: 0 ok, 1 refused or cut, 2 usage, I/O or nobody to ask"
)]
pub struct Options {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What `pointsmand` does.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serves an artifact until it is told to stop.
    #[command(
        after_help = "Exits with 0 when all was finished, 1 when exchanges were cut, or when FILE is bad under \
                      --strict, 2 when it cannot start for another reason.\n\n\
                      Example:\n  pointsmand serve --artifact edge.artifact --state /var/lib/pointsman --trust deploy.pub"
    )]
    Serve(Serve),
    /// Looks for all that `serve` would refuse at its start, all but whether the addresses are free;
    /// binds nothing, changes nothing.
    #[command(
        after_help = "Exits with 0 when FILE would be served, 1 when it is bad (damaged, no artifact, too new, \
                      not signed as --trust asks, its own tests fail) or its access log cannot be opened (no such folder, rights), \
                      2 when it cannot be read (missing, rights) or the state folder cannot be used.\n\nExample:\n  pointsmand check --artifact edge.artifact"
    )]
    Check(Check),
    /// Says what the running one serves and how it is.
    #[command(
        after_help = "Example:\n  pointsmand status --admin /var/lib/pointsman/admin.sock --json"
    )]
    Status(Ask),
    /// Reads the artifact's path again; returns when every worker has it, or says why not.
    #[command(
        after_help = "Exits with 0 when it serves, 1 when it is refused, 2 when it cannot be read (missing, \
                      rights) or nobody answers.\n\nExample:\n  pointsmand reload"
    )]
    Reload(Ask),
    /// Stops accepting, finishes what runs, then ends the process.
    #[command(after_help = "Example:\n  pointsmand drain --wait")]
    Drain(DrainAsk),
    /// Lists routes, their matches and targets.
    #[command(after_help = "Example:\n  pointsmand routes --json")]
    Routes(Ask),
    /// Lists targets with their state.
    #[command(after_help = "Example:\n  pointsmand targets")]
    Targets(Ask),
    /// Says who would answer a request, and why.
    #[command(
        after_help = "Example:\n  pointsmand explain 'GET http://shop.example/cart' -H 'accept: text/html'"
    )]
    Explain(ExplainAsk),
}

/// How input and output are done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DriverChoice {
    /// io_uring where it is to be had, else epoll, said aloud.
    Auto,
    /// io_uring or nothing.
    IoUring,
    /// epoll.
    Epoll,
}

/// Options of `serve`.
#[derive(Debug, Args)]
pub struct Serve {
    /// The artifact that `pointsman compile` made.
    #[arg(long, value_name = "FILE")]
    pub artifact: PathBuf,
    /// Where what must survive a restart is kept.
    #[arg(long, value_name = "DIR", default_value = "./pointsman-state")]
    pub state: PathBuf,
    /// The admin socket [default: STATE/admin.sock].
    #[arg(long, value_name = "SOCKET")]
    pub admin: Option<PathBuf>,
    /// How many workers [default: as many as the CPUs we may use].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub workers: Option<u16>,
    /// How input and output are done.
    #[arg(long, value_enum, default_value_t = DriverChoice::Auto)]
    pub driver: DriverChoice,
    /// Refuse to start when FILE is refused, instead of serving the last good artifact.
    #[arg(long)]
    pub strict: bool,
    /// Whose artifacts may serve.
    #[command(flatten)]
    pub trust: Trusted,
}

/// Options that say whose artifacts may serve.
#[derive(Debug, Args)]
pub struct Trusted {
    /// Serve only what this key signed (`pointsman compile --sign`), and nothing older than what
    /// served before: a public key, or the file that holds it. Several may be given; one of them is
    /// enough.
    #[arg(long, value_name = "PUBKEY")]
    pub trust: Vec<OsString>,
    /// Let older generations in all the same, and say so.
    #[arg(long, requires = "trust")]
    pub allow_rollback: bool,
}

impl Trusted {
    /// Reads the keys.
    ///
    /// # Errors
    /// One line for the operator: which is no key, why, what to do.
    pub fn read(&self) -> Result<Trust, String> {
        let older = if self.allow_rollback { Older::Admitted } else { Older::Refused };
        Trust::of(&self.trust, older).map_err(|error| error.to_string())
    }
}

/// Options of `check`.
#[derive(Debug, Args)]
pub struct Check {
    /// The artifact that `pointsman compile` made.
    #[arg(long, value_name = "FILE")]
    pub artifact: PathBuf,
    /// Look at the state folder that `serve` will use as well; one in use is only noted. It tells which
    /// generations are too old.
    #[arg(long, value_name = "DIR")]
    pub state: Option<PathBuf>,
    /// Whose artifacts may serve.
    #[command(flatten)]
    pub trust: Trusted,
}

/// Options of what asks the running one.
#[derive(Debug, Args)]
pub struct Ask {
    /// Its admin socket.
    #[arg(long, value_name = "SOCKET", default_value = "./pointsman-state/admin.sock")]
    pub admin: PathBuf,
    /// As JSON, for machines.
    #[arg(long)]
    pub json: bool,
}

/// Options of `drain`.
#[derive(Debug, Args)]
pub struct DrainAsk {
    /// Whom to ask.
    #[command(flatten)]
    pub ask: Ask,
    /// Return when it has ended, not at once.
    #[arg(long)]
    pub wait: bool,
}

/// Options of `explain`.
#[derive(Debug, Args)]
pub struct ExplainAsk {
    /// Whom to ask.
    #[command(flatten)]
    pub ask: Ask,
    /// The request: method and URL.
    #[arg(value_name = "METHOD URL")]
    pub request: String,
    /// A field of the request, such as `accept: text/html`.
    #[arg(short = 'H', long = "header", value_name = "NAME: VALUE")]
    pub headers: Vec<String>,
    /// A cookie of the request, `name=value`.
    #[arg(short = 'b', long = "cookie", value_name = "COOKIE")]
    pub cookies: Vec<String>,
    /// The client's address.
    #[arg(long, value_name = "IP")]
    pub client_ip: Option<std::net::IpAddr>,
    /// The listener that it enters by [default: the one of its scheme].
    #[arg(long, value_name = "NAME")]
    pub listener: Option<String>,
    /// When the request comes, for `${now}` [default: now].
    #[arg(long, value_name = "TIME")]
    pub now: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn options_are_consistent() {
        Options::command().debug_assert();
    }

    #[test]
    fn options_help_ends_with_the_exit_codes() {
        let help = Options::command().get_after_help().map(ToString::to_string);
        let last = help.as_deref().and_then(|help| help.lines().last()).unwrap_or_default();
        assert!(last.starts_with("Exit codes: 0 "), "{last}");
    }

    #[test]
    fn options_every_command_has_an_example() {
        for command in Options::command().get_subcommands() {
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            assert!(help.contains("Example:"), "{}", command.get_name());
        }
    }
}
