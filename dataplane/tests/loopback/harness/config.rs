//! A configuration in TOML and its artifact, made by the compiler's library.

use std::fmt::Write;

use pointsman_compiler::compile::compile;
use pointsman_compiler::diagnostic::{Colour, render_human};
use pointsman_compiler::document::{Folder, Loaded, load};

/// A configuration: one listener, one route for everything and one backend unless told otherwise.
#[derive(Clone, Debug, Default)]
pub(crate) struct Config {
    top: String,
    routes: String,
    backend: String,
    client: String,
    targets: Vec<String>,
    listeners: Vec<String>,
}

impl Config {
    /// Everything goes to the target on this port of 127.0.0.1.
    pub(crate) fn to(port: u16) -> Self {
        Self::default().target(&format!("id = \"a\", host = \"127.0.0.1\", port = {port}"))
    }

    /// Keys of the first file's top.
    pub(crate) fn top(mut self, line: &str) -> Self {
        self.top += &format!("{line}\n");
        self
    }

    /// Keys of `[limits]`, comma between them.
    pub(crate) fn limits(self, keys: &str) -> Self {
        self.top(&format!("limits = {{ {keys} }}"))
    }

    /// Keys of `[paths]`.
    pub(crate) fn paths(self, keys: &str) -> Self {
        self.top(&format!("paths = {{ {keys} }}"))
    }

    /// Keys of `[logs]`.
    pub(crate) fn logs(self, keys: &str) -> Self {
        self.top(&format!("logs = {{ {keys} }}"))
    }

    /// Routes in place of the one for everything.
    pub(crate) fn routes(mut self, text: &str) -> Self {
        self.routes += text;
        self
    }

    /// A key of the backend.
    pub(crate) fn backend(mut self, line: &str) -> Self {
        self.backend += &format!("{line}\n");
        self
    }

    /// Keys of the backend's `client`.
    pub(crate) fn client(mut self, keys: &str) -> Self {
        self.client = keys.to_owned();
        self
    }

    /// One more target of the backend.
    pub(crate) fn target(mut self, keys: &str) -> Self {
        self.targets.push(format!("{{ {keys} }}"));
        self
    }

    /// A listener in place of the one on an ephemeral port.
    pub(crate) fn listener(mut self, name: &str, address: &str) -> Self {
        self.listeners.push(format!("[listeners.{name}]\naddress = \"{address}\"\n"));
        self
    }

    /// The text.
    pub(crate) fn text(&self) -> String {
        let mut text = format!("version = 1\n{}", self.top);
        if self.listeners.is_empty() {
            text += "[listeners.web]\naddress = \"127.0.0.1:0\"\n";
        }
        text.extend(self.listeners.iter().map(String::as_str));
        if self.routes.is_empty() {
            text += "[[routes]]\nid = \"all\"\nmatch = [\"*\"]\nbackend = \"origin\"\n";
        }
        text += &self.routes;
        if !self.targets.is_empty() {
            let targets = self.targets.join(", ");
            let _ = write!(text, "[backends.origin]\n{}targets = [{targets}]\n", self.backend);
            if !self.client.is_empty() {
                let _ = writeln!(text, "client = {{ {} }}", self.client);
            }
        }
        text
    }

    /// Its artifact.
    pub(crate) fn artifact(&self, generation: u64) -> Vec<u8> {
        let text = self.text();
        let folder = Folder::memory([("pointsman.toml", text.as_bytes())]);
        artifact(load(&folder, "pointsman.toml").expect("the file"), generation)
    }
}

/// Compiles what was loaded; a finding fails the test.
pub(crate) fn artifact(loaded: Loaded, generation: u64) -> Vec<u8> {
    let outcome = compile(loaded, generation);
    let shown = || render_human(&outcome.findings, &outcome.sources, Colour::Off);
    outcome.artifact.clone().unwrap_or_else(|| panic!("{}", shown()))
}
