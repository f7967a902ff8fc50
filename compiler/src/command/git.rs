//! Runs git on a repository that a stranger made: nothing that its settings name is run, nothing is
//! fetched, what it prints is taken piece by piece, and its silence is not borne for ever.

use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender};
use std::thread;
use std::time::Duration;

use crate::document::value::shown;

/// Variables by which a caller leads git to another repository than that of the folder.
const LEADING: [&str; 7] = [
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
];

/// What keeps git from running anything of the repository's, and from the network: objects that a
/// partial clone lacks are fetched by a command that its settings name.
const CLOSED: [(&str, &str); 5] = [
    ("GIT_NO_LAZY_FETCH", "1"),
    ("GIT_ALLOW_PROTOCOL", ""),
    ("GIT_TERMINAL_PROMPT", "0"),
    ("GIT_NO_REPLACE_OBJECTS", "1"),
    ("GIT_OPTIONAL_LOCKS", "0"),
];

/// Bytes that are taken at once, and bytes of complaints that are kept.
const PIECE_BYTES: usize = 64 * 1024;
/// Pieces that may wait to be looked at.
const PIECES_MAX: usize = 4;

/// Git in a folder.
#[derive(Clone, Copy, Debug)]
pub(super) struct Git<'f> {
    pub(super) folder: &'f Path,
    /// How long it may say nothing.
    pub(super) silence: Duration,
}

impl Git<'_> {
    /// All that git prints, so many bytes at most.
    ///
    /// Errors: as [`Self::read`]; more bytes.
    pub(super) fn all(
        self,
        arguments: &[&str],
        input: Vec<u8>,
        most: usize,
    ) -> Result<Vec<u8>, String> {
        let mut all = Vec::new();
        self.read(arguments, input, |piece| {
            if piece.len() > most.saturating_sub(all.len()) {
                return Err("git prints more than it was asked for".to_owned());
            }
            all.extend_from_slice(piece);
            Ok(())
        })?;
        Ok(all)
    }

    /// Hands on what git prints, piece by piece, until `take` has had enough.
    ///
    /// Errors: git cannot be run, fails (empty where it says nothing), or is silent for too long;
    /// what `take` says. Git runs no longer when this returns.
    pub(super) fn read(
        self,
        arguments: &[&str],
        input: Vec<u8>,
        mut take: impl FnMut(&[u8]) -> Result<(), String>,
    ) -> Result<(), String> {
        let mut child = self.start(arguments).map_err(|error| cannot(&error))?;
        let pieces = follow(&mut child, input);
        let taken = loop {
            match pieces.recv_timeout(self.silence) {
                Ok(Piece::Said(piece)) => {
                    if let Err(why) = take(&piece) {
                        break Err(why);
                    }
                }
                Ok(Piece::Ended(complaint)) => break Ok(complaint),
                Err(RecvTimeoutError::Timeout) => {
                    break Err(format!(
                        "git said nothing for {} s and was ended; look whether something in its \
                         repository is no file, such as objects/info/alternates",
                        self.silence.as_secs()
                    ));
                }
                Err(RecvTimeoutError::Disconnected) => break Ok(String::new()),
            }
        };
        if taken.is_err() {
            // One that has ended already needs no end.
            let _ = child.kill();
        }
        let status = child.wait().map_err(|error| cannot(&error))?;
        let complaint = taken?;
        if status.success() { Ok(()) } else { Err(complaint) }
    }

    fn start(self, arguments: &[&str]) -> std::io::Result<Child> {
        let mut command = Command::new("git");
        command.arg("-C").arg(self.folder).args(arguments).envs(CLOSED);
        LEADING.iter().for_each(|name| {
            command.env_remove(name);
        });
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()
    }
}

fn cannot(error: &std::io::Error) -> String {
    format!("git cannot be run: {error}")
}

/// What git prints, or its first complaint once it has printed all.
enum Piece {
    Said(Vec<u8>),
    Ended(String),
}

/// Reads and writes beside whoever waits. The threads end with git, and nobody waits for them.
fn follow(child: &mut Child, input: Vec<u8>) -> Receiver<Piece> {
    let (sender, pieces) = mpsc::sync_channel(PIECES_MAX);
    let (complaints, complaint) = mpsc::sync_channel(1);
    let stdin = child.stdin.take();
    // What it did not take shows in its answer.
    thread::spawn(move || stdin.map(|mut stdin: ChildStdin| stdin.write_all(&input)));
    if let Some(mut stderr) = child.stderr.take() {
        thread::spawn(move || {
            let mut said = Vec::new();
            let _ = stderr.by_ref().take(PIECE_BYTES as u64).read_to_end(&mut said);
            let _ = complaints.send(said);
            let _ = std::io::copy(&mut stderr, &mut std::io::sink());
        });
    }
    if let Some(stdout) = child.stdout.take() {
        thread::spawn(move || hand_on(stdout, &sender, &complaint));
    }
    pieces
}

fn hand_on(
    mut stdout: std::process::ChildStdout,
    sender: &SyncSender<Piece>,
    complaint: &Receiver<Vec<u8>>,
) {
    let mut room = vec![0; PIECE_BYTES];
    loop {
        let read = stdout.read(&mut room).unwrap_or(0);
        let piece = room.get(..read).unwrap_or_default();
        if piece.is_empty() {
            break;
        }
        // Nobody wants more.
        if sender.send(Piece::Said(piece.to_vec())).is_err() {
            return;
        }
    }
    let said = complaint.recv().unwrap_or_default();
    let said = String::from_utf8_lossy(&said).lines().next().map(shown).unwrap_or_default();
    let _ = sender.send(Piece::Ended(said));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn git(folder: &Path) -> Git<'_> {
        Git { folder, silence: Duration::from_millis(500) }
    }

    #[test]
    fn answer_is_bounded_and_a_fault_is_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let git = git(folder.path());
        git.all(&["init", "--quiet"], Vec::new(), 0).expect("a repository");
        let version = git.all(&["version"], Vec::new(), 200).expect("a version");
        assert!(version.starts_with(b"git version"));
        let long = git.all(&["version"], Vec::new(), 5).expect_err("more than 5 bytes");
        assert!(long.contains("more than it was asked for"), "{long}");
        let fault = git.all(&["rev-parse", "nothing"], Vec::new(), 200).expect_err("no revision");
        assert!(fault.contains("nothing"), "{fault}");
    }

    #[cfg(unix)]
    #[test]
    fn pipe_in_a_repository_is_not_waited_for() {
        let folder = tempfile::tempdir().expect("a folder");
        let git = git(folder.path());
        git.all(&["init", "--quiet"], Vec::new(), 0).expect("a repository");
        let pipe = folder.path().join(".git/objects/info/alternates");
        rustix::fs::mkfifoat(rustix::fs::CWD, &pipe, rustix::fs::Mode::RUSR).expect("a pipe");
        let hung = git.all(&["cat-file", "-t", &"1".repeat(40)], Vec::new(), 200);
        assert!(hung.is_err_and(|why| why.contains("said nothing for")));
    }
}
