//! A real target and a real client, where what they do matters more than single bytes.

use std::io::Read;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use tempfile::TempDir;

use super::until;

const MISSING: &str = "the loopback tests need the Debian packages nginx-light and curl: \
                       apt-get install nginx-light curl";

/// A running nginx; it ends when dropped.
pub(crate) struct Nginx {
    child: Child,
    folder: TempDir,
    port: u16,
}

fn configuration(port: u16) -> String {
    format!(
        "daemon off; master_process off; pid nginx.pid; error_log stderr warn;
events {{ worker_connections 512; }}
http {{
  access_log off; client_max_body_size 0; client_body_buffer_size 16k;
  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
  uwsgi_temp_path uwsgi; scgi_temp_path scgi;
  keepalive_requests 1000000; default_type application/octet-stream; etag on;
  server {{
    listen 127.0.0.1:{port};
    root files;
    location /store/ {{ dav_methods PUT DELETE; create_full_put_path on; }}
    location /said {{ return 200 \"$request_method $content_length $http_transfer_encoding\\n\"; }}
    location /connection {{ return 200 \"$connection $connection_requests\\n\"; }}
  }}
}}
"
    )
}

impl Nginx {
    /// Starts it with an empty folder to serve.
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir_all(folder.path().join("files/store")).expect("a folder");
        // The port is free when it is looked up, and may be taken when nginx asks for it.
        let (child, port) =
            (0..20).find_map(|_| Self::try_start(folder.path())).expect("an nginx that starts");
        Self { child, folder, port }
    }

    fn try_start(folder: &Path) -> Option<(Child, u16)> {
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let port = free.local_addr().expect("an address").port();
        drop(free);
        std::fs::write(folder.join("nginx.conf"), configuration(port)).expect("a file");
        let mut command = Command::new(program("/usr/sbin/nginx", "nginx"));
        command.arg("-p").arg(folder).args(["-c", "nginx.conf", "-e", "stderr"]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap_or_else(|error| panic!("nginx: {error}; {MISSING}"));
        let is_up = until("nginx", || {
            if child.try_wait().expect("a child of ours").is_some() {
                return Some(false);
            }
            TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok().then_some(true)
        });
        if is_up {
            return Some((child, port));
        }
        let mut words = String::new();
        child.stderr.take()?.read_to_string(&mut words).expect("words");
        assert!(words.contains("Address already in use"), "{words}");
        None
    }

    /// Its port.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// The folder that it serves.
    pub(crate) fn files(&self) -> PathBuf {
        self.folder.path().join("files")
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Where Debian has it, else wherever the path has it.
fn program(place: &str, name: &str) -> PathBuf {
    let place = PathBuf::from(place);
    if place.exists() { place } else { PathBuf::from(name) }
}

/// Runs curl, silent but for errors, without the settings of whoever runs the test.
pub(crate) fn curl(arguments: &[&str]) -> Output {
    let mut command = Command::new(program("/usr/bin/curl", "curl"));
    command.args(["-q", "-sS", "--max-time", "20"]).args(arguments);
    command.output().unwrap_or_else(|error| panic!("curl: {error}; {MISSING}"))
}
