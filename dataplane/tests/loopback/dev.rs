//! `pointsman dev` with the real `pointsmand` beside it.

use std::net::SocketAddr;
use std::process::{Child, Command, ExitStatus, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;

use crate::harness::{Client, Config, Origin, Said, pointsman, until};

/// A running `dev`, with folders of its own.
struct Dev {
    child: Child,
    folder: TempDir,
    out: Said,
    err: Said,
}

impl Dev {
    /// Runs it on a configuration, with these options.
    fn start(config: &Config, options: &[&str]) -> Self {
        Self::of_text(&config.text(), options)
    }

    fn of_text(text: &str, options: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["edge", "tmp"] {
            std::fs::create_dir(folder.path().join(name)).expect("a folder");
        }
        std::fs::write(folder.path().join("edge/pointsman.toml"), text).expect("a file");
        let mut command = Command::new(pointsman());
        command.arg("dev").arg(folder.path().join("edge")).args(options);
        command.args(["--", "--workers", "1", "--driver", "epoll"]);
        command.env("TMPDIR", folder.path().join("tmp")).stdin(Stdio::null());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("dev");
        let out = Said::of(child.stdout.take().expect("its standard output"));
        let err = Said::of(child.stderr.take().expect("its standard error"));
        Self { child, folder, out, err }
    }

    /// Saves the configuration as an editor does: another file, then a rename.
    fn save(&self, text: &str) {
        let path = self.folder.path().join("edge/pointsman.toml");
        std::fs::write(path.with_extension("swp"), text).expect("a file");
        std::fs::rename(path.with_extension("swp"), path).expect("a rename");
    }

    fn signal(&self) {
        kill_process(Pid::from_child(&self.child), Signal::INT).expect("a process that runs");
    }

    fn wait(&mut self) -> ExitStatus {
        until("the end of dev", || self.child.try_wait().expect("a child of ours"))
    }

    /// Entries of its place for temporary files.
    fn left(&self) -> usize {
        std::fs::read_dir(self.folder.path().join("tmp")).expect("a folder").count()
    }
}

impl Drop for Dev {
    fn drop(&mut self) {
        if self.child.try_wait().is_ok_and(|ended| ended.is_none()) {
            // In order first, so that its own child ends too.
            self.signal();
            self.wait();
        }
        if std::thread::panicking() {
            eprintln!("dev said: {:#?} {:#?}", self.out.lines(), self.err.lines());
        }
    }
}

/// The address behind `listening on`, the last one that was said.
fn address(line: &str) -> SocketAddr {
    let rest = line.split("listening on ").nth(1).unwrap_or_else(|| panic!("{line}"));
    rest.split([' ', '"']).next().unwrap_or_default().parse().expect("an address")
}

fn ask(address: SocketAddr, path: &str) -> u16 {
    let mut client = Client::to(address);
    client.send(format!("GET {path} HTTP/1.1\r\nHost: shop.tld\r\n\r\n"));
    client.answer().status()
}

fn route(path: &str) -> String {
    format!(
        "[[routes]]\nid = \"r\"\nmatch = [\"shop.tld{path}\"]\nbackend = \"origin\"\nexact = true\n"
    )
}

#[test]
fn dev_serves_shows_requests_and_takes_changes_and_leaves_nothing() {
    let origin = Origin::ok();
    let config = Config::to(origin.port()).routes(&route("/one"));
    let mut dev = Dev::start(&config, &[]);
    let edge = address(&dev.out.wait_for("listening on"));
    dev.out.wait_for("serving generation 1,");
    assert_eq!(ask(edge, "/one"), 200);
    let line = dev.out.wait_for("GET shop.tld/one 200 r > origin/");
    assert!(line.ends_with(" us") || line.ends_with(" ms"), "{line}");
    assert_eq!(ask(edge, "/two"), 404);
    dev.out.wait_for("GET shop.tld/two 404 no_route ");

    // Something wrong: it is shown, and what was good keeps serving.
    dev.save(&config.text().replace("\"origin\"\nexact", "\"orign\"\nexact"));
    dev.out.wait_for("error[E0201]");
    dev.out.wait_for("the last good artifact keeps serving");
    assert_eq!(ask(edge, "/one"), 200);

    // Mended, and changed: the same edge takes it.
    dev.save(&config.text().replace("/one", "/two"));
    dev.out.wait_for("serving generation 3,");
    assert_eq!((ask(edge, "/one"), ask(edge, "/two")), (404, 200));
    dev.out.wait_for("GET shop.tld/two 200 r > origin/");

    assert_eq!(dev.left(), 1);
    dev.signal();
    assert_eq!(dev.wait().code(), Some(0));
    assert_eq!(dev.left(), 0, "its folder is gone");
    assert!(std::net::TcpStream::connect(edge).is_err(), "the edge has ended");
    assert_eq!(dev.err.lines(), Vec::<String>::new());
}

#[test]
fn dev_starts_an_edge_again_that_died() {
    let origin = Origin::ok();
    let config = Config::to(origin.port()).routes(&route("/one"));
    let dev = Dev::start(&config, &["--json"]);
    let events = |name: &str| {
        let of = |line: &String| serde_json::from_str::<Value>(line).expect("JSON, a line each");
        let events: Vec<Value> = dev.out.lines().iter().map(of).collect();
        events.into_iter().filter(|event| event["event"] == name).collect::<Vec<_>>()
    };
    dev.out.wait_for("serving generation 1,");
    let pid = |event: &Value| event["pid"].as_i64().and_then(|pid| Pid::from_raw(pid as i32));
    let first = pid(&events("started")[0]).expect("a process");
    kill_process(first, Signal::KILL).expect("a process that runs");
    until("a second edge", || Some(events("started")).filter(|started| started.len() == 2));
    assert!(events("ended")[0]["message"].as_str().is_some_and(|said| said.contains("died")));
    until("it serves", || {
        let said = events("edge");
        let serves = |event: &&Value| event["line"].as_str().unwrap_or("").contains("serving gen");
        (said.iter().filter(serves).count() == 2).then_some(())
    });
    let listening = dev.out.lines().into_iter().rfind(|line| line.contains("listening on"));
    assert_eq!(ask(address(&listening.expect("a listener")), "/one"), 200);
    let requests = until("a request", || Some(events("request")).filter(|seen| !seen.is_empty()));
    assert_eq!(requests[0]["request"]["path"], "/one");
    assert_eq!(events("compiled").len(), 1, "nothing was compiled again");
}

#[test]
fn dev_says_why_a_listener_cannot_be_bound_and_watches_on() {
    let socket = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let taken = socket.local_addr().expect("an address").to_string();
    let origin = Origin::ok();
    let text = Config::to(origin.port()).routes(&route("/one")).text();
    let mut dev = Dev::of_text(&text.replace("127.0.0.1:0", &taken), &[]);
    dev.out.wait_for("pointsmand ended: exit status: 2");
    let said = dev.out.wait_for(&taken);
    assert!(said.starts_with("pointsmand: ") && said.contains("cannot listen on"), "{said}");
    dev.save(&text);
    dev.out.wait_for("serving generation 2,");
    dev.signal();
    assert_eq!(dev.wait().code(), Some(0));
}

#[test]
fn dev_without_a_pointsmand_says_what_to_do() {
    let config = Config::to(1).routes(&route("/one"));
    let mut dev = Dev::start(&config, &["--pointsmand", "no/such/pointsmand"]);
    assert_eq!(dev.wait().code(), Some(2));
    dev.err.wait_for("no/such/pointsmand");
    assert!(dev.err.wait_for("--pointsmand BIN").starts_with("error: "));
    assert_eq!((dev.out.lines().len(), dev.left()), (0, 0));
}
