//! From a file to a checked artifact, or to one line that says why not. It publishes nothing.

use std::fmt;
use std::fs::OpenOptions;
use std::io::{self, Read};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use pointsman_routing::self_test;
use pointsman_schemas::artifact::error::{ReadError, ReadErrorKind};
use pointsman_schemas::artifact::id::ContentId;
use pointsman_schemas::artifact::layout::VERSION;
use pointsman_schemas::artifact::read::Artifact;
use pointsman_schemas::limits::ARTIFACT_BYTES_MAX;

use crate::identity::FileIdentity;
use crate::resolve::{Names, names};
use crate::trust::{Admission, Distrust, Gate};
use crate::view;

/// Well below the workers: verifying must not make a request wait. Not the lowest: on a host that is
/// busy to the last, a reload would then take seconds.
const NICE: i32 = 10;

/// The version of this binary, for whoever asks what it cannot do.
const OURS: &str = env!("CARGO_PKG_VERSION");

/// An artifact that passed every check.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub(crate) artifact: Arc<Artifact>,
    /// Names that its targets have; found here, at low priority, since there may be many targets.
    pub(crate) names: Names,
    /// Why it was let in.
    pub(crate) admission: Admission,
    pub(crate) at: SystemTime,
}

impl Loaded {
    /// What is said where it serves and is not newer than what served before.
    pub(crate) fn not_newer(&self) -> Option<String> {
        Some(self.admission.not_newer_than?.line(&self.artifact))
    }
}

/// What came of reading a file, and which state of the file it was.
#[derive(Debug)]
pub(crate) struct Reading {
    pub(crate) identity: Option<FileIdentity>,
    pub(crate) result: Result<Loaded, Refusal>,
}

/// An artifact that will not serve. `status` shows it until a later one does.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// Generation of the artifact, when that much of it could be trusted.
    pub generation: Option<u64>,
    /// Content id of the artifact, when that much of it could be trusted.
    pub content_id: Option<ContentId>,
    /// Why.
    pub cause: Cause,
    /// The file.
    pub file: PathBuf,
    /// When it was refused.
    pub at: SystemTime,
}

/// Why an artifact is refused.
#[derive(Clone, Debug)]
pub enum Cause {
    /// The file is not there.
    Missing,
    /// The system does not let us read it.
    Unreadable(Arc<io::Error>),
    /// A folder, a device, a pipe.
    NotAFile,
    /// More bytes than an artifact may have.
    TooLarge {
        /// Its size.
        bytes: u64,
    },
    /// It is damaged or of another format.
    Malformed(ReadError),
    /// It is not signed as it must be, or older than one that served.
    Distrusted(Distrust),
    /// Nothing would listen.
    NoListener,
    /// It needs things that this binary does not serve.
    Feature(Vec<String>),
    /// One of the requests embedded in it goes elsewhere than it should.
    SelfTest(String),
    /// A socket could not be opened for one of its listeners.
    Listener(String),
    /// The access log could not be opened.
    Log {
        /// The log.
        path: PathBuf,
        /// What the system said.
        error: Arc<io::Error>,
    },
    /// The process is ending.
    Ending,
    /// Checking failed in a way that is a fault of ours.
    Internal,
}

impl Cause {
    /// What is wrong, without what to do about it.
    fn what(&self) -> String {
        match self {
            Self::Missing => "no such file".to_owned(),
            Self::Unreadable(error) => system_words(error),
            Self::NotAFile => "not a regular file".to_owned(),
            Self::TooLarge { bytes } => {
                format!("{bytes} bytes, an artifact has {ARTIFACT_BYTES_MAX} at most")
            }
            Self::Malformed(error) => error.to_string(),
            Self::Distrusted(why) => why.to_string(),
            Self::NoListener => "it has no listener, so nobody could reach it".to_owned(),
            Self::Feature(names) => {
                format!(
                    "needs {}; this pointsmand ({OURS}) does not serve it yet",
                    names.join(", ")
                )
            }
            Self::SelfTest(what) => format!("its own test fails here: {what}"),
            Self::Listener(what) => what.clone(),
            Self::Log { path, error } => {
                let error = system_words(error);
                format!("the access log {} cannot be opened ({error})", path.display())
            }
            Self::Ending => "this process is draining".to_owned(),
            Self::Internal => "checking it failed unexpectedly".to_owned(),
        }
    }

    /// What to do about it; none where the cause says that itself.
    fn advice(&self) -> Option<&'static str> {
        Some(match self {
            Self::Missing => "compile one with `pointsman compile -o`",
            Self::Unreadable(_) => "let this user read the file and its folder",
            Self::NotAFile => "name the compiled artifact itself",
            Self::TooLarge { .. } => "is it the right file?",
            Self::Malformed(error) if is_newer(error) => {
                "update pointsmand, or compile with the pointsman of this version"
            }
            Self::Malformed(_) => "compile it again, or copy it again and rename it into place",
            Self::Distrusted(why) => why.advice(),
            Self::NoListener => "write one ([listeners.web]) and compile it again",
            Self::Feature(_) => "leave it out until one does",
            Self::SelfTest(_) => "compile it with the pointsman of this version",
            Self::Listener(_) => return None,
            Self::Log { .. } => "make its folder and let this user write",
            Self::Ending => "start the next one with it",
            Self::Internal => "please report this",
        })
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what())?;
        self.advice().map_or(Ok(()), |advice| write!(f, "; {advice}"))
    }
}

/// What the system says, without its number for it.
fn system_words(error: &io::Error) -> String {
    let mut words = error.to_string();
    if let Some(at) = words.find(" (os error ") {
        words.truncate(at);
    }
    words
}

/// Whether an update of this binary could read it.
fn is_newer(error: &ReadError) -> bool {
    match error.kind {
        ReadErrorKind::OtherVersion { major, minor } => (major, minor) > VERSION,
        ReadErrorKind::NewerSection { .. } | ReadErrorKind::UnknownSection => true,
        _ => false,
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "artifact {}: {}", self.file.display(), self.cause)
    }
}

impl std::error::Error for Refusal {}

impl Refusal {
    /// How a command that was refused exits: 2 when the file could not be read at all, 1 when what
    /// it holds will not serve.
    pub fn exit(&self) -> u8 {
        if self.is_unread() { 2 } else { 1 }
    }

    /// What is wrong and what to do, for people who asked: where several things are missing, a line
    /// each. What a log gets is one line.
    pub fn lines(&self) -> String {
        match &self.cause {
            Cause::Feature(names) if names.len() > 1 => format!(
                "artifact {}: this pointsmand ({OURS}) does not serve yet what it needs; leave out \
                 until one does:\n  {}",
                self.file.display(),
                names.join("\n  ")
            ),
            _ => self.to_string(),
        }
    }

    /// What is wrong with the file, without what to do about it.
    pub(crate) fn fault(&self) -> String {
        format!("artifact {}: {}", self.file.display(), self.cause.what())
    }

    pub(crate) fn is_unread(&self) -> bool {
        matches!(self.cause, Cause::Missing | Cause::Unreadable(_) | Cause::NotAFile)
    }

    /// A refusal of which nothing but the file is known.
    pub(crate) fn of_file(file: &Path, cause: Cause) -> Self {
        let at = SystemTime::now();
        Self { generation: None, content_id: None, cause, file: file.to_owned(), at }
    }

    /// A refusal of an artifact that is whole.
    pub(crate) fn of_artifact(file: &Path, artifact: &Artifact, cause: Cause) -> Self {
        Self {
            generation: Some(artifact.generation()),
            content_id: Some(artifact.content_id()),
            ..Self::of_file(file, cause)
        }
    }
}

/// Reads and checks on this thread: the size first, then every byte, then who signed it, then its
/// own tests. The file
/// is copied, never mapped: whoever truncates it later must not kill this process.
pub(crate) fn read(file: &Path, gate: &Gate) -> Reading {
    let (identity, bytes) = match bytes_of(file) {
        Ok(whole) => whole,
        Err(cause) => {
            let result = Err(Refusal::of_file(file, cause));
            return Reading { identity: FileIdentity::of(file), result };
        }
    };
    Reading { identity: Some(identity), result: check(file, bytes, gate) }
}

fn check(file: &Path, bytes: Vec<u8>, gate: &Gate) -> Result<Loaded, Refusal> {
    let artifact = Artifact::from_bytes(bytes)
        .map_err(|error| Refusal::of_file(file, Cause::Malformed(error)))?;
    let refuse = |cause| Refusal::of_artifact(file, &artifact, cause);
    let admission = gate.admit(&artifact).map_err(|why| refuse(Cause::Distrusted(why)))?;
    // It decides whether this one is taken for what serves already.
    artifact.prove_content_id().map_err(|error| refuse(Cause::Malformed(error)))?;
    let missing = view::missing_features(&artifact);
    if !missing.is_empty() {
        return Err(refuse(Cause::Feature(missing)));
    }
    if artifact.listeners().next().is_none() {
        return Err(refuse(Cause::NoListener));
    }
    self_test(&artifact).map_err(|failure| refuse(Cause::SelfTest(failure.to_string())))?;
    let names = names(view::places(&artifact));
    Ok(Loaded { artifact: Arc::new(artifact), names, admission, at: SystemTime::now() })
}

fn bytes_of(file: &Path) -> Result<(FileIdentity, Vec<u8>), Cause> {
    // Not blocking, since opening a FIFO would otherwise wait for its writer.
    let flags = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();
    let unreadable = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => Cause::Missing,
        _ => Cause::Unreadable(Arc::new(error)),
    };
    let open = OpenOptions::new().read(true).custom_flags(flags).open(file).map_err(unreadable)?;
    let meta = open.metadata().map_err(unreadable)?;
    if !meta.is_file() {
        return Err(Cause::NotAFile);
    }
    if meta.len() > ARTIFACT_BYTES_MAX {
        return Err(Cause::TooLarge { bytes: meta.len() });
    }
    let mut bytes = Vec::with_capacity(usize::try_from(meta.len()).unwrap_or(0));
    // A file that grows meanwhile is cut there, and then fails its digest.
    open.take(meta.len()).read_to_end(&mut bytes).map_err(unreadable)?;
    Ok((FileIdentity::from(&meta), bytes))
}

/// Runs `work` on a thread of its own at low priority; `done` gets what came of it.
///
/// Errors: the system has no thread to give; `done` is dropped.
pub(crate) fn in_background<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
    done: tokio::sync::oneshot::Sender<T>,
) -> io::Result<()> {
    let run = move || {
        // Without it the work is right all the same. On Linux it holds for this thread alone.
        let _ = rustix::process::setpriority_process(None, NICE);
        // Nobody waits any more: that is no fault.
        let _ = done.send(work());
    };
    std::thread::Builder::new().name("pointsman-load".into()).spawn(run).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn refusal(file: &Path) -> String {
        read(file, &Gate::default()).result.expect_err("a refusal").to_string()
    }

    #[test]
    fn file_that_is_no_artifact_is_refused_in_one_line() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("edge.artifact");
        let check = |expected: &str| {
            let line = refusal(&file);
            assert!(line.contains(expected), "{line}");
            assert!(line.contains("edge.artifact") && !line.contains('\n'), "{line}");
        };
        check("no such file");
        for bytes in [&b""[..], b"short", &[0; 4096], b"[listeners.web]\naddress = 1\n"] {
            fs::write(&file, bytes).expect("a file");
            check("not an artifact");
        }
        fs::File::create(&file)
            .and_then(|sparse| sparse.set_len(ARTIFACT_BYTES_MAX + 1))
            .expect("a sparse file");
        check("2147483649 bytes");
        fs::remove_file(&file).expect("the file");
        fs::create_dir(&file).expect("a folder");
        check("not a regular file");
    }

    #[test]
    fn needs_are_a_line_each_for_who_asks_and_one_line_in_a_log() {
        let refusal = |names: &[&str]| {
            let names = names.iter().map(|name| (*name).to_owned()).collect();
            Refusal::of_file("edge".as_ref(), Cause::Feature(names))
        };
        let one = format!(
            "artifact edge: needs a, b; this pointsmand ({OURS}) does not serve it yet; leave it out \
             until one does"
        );
        assert_eq!(refusal(&["a", "b"]).to_string(), one);
        assert_eq!(refusal(&["a"]).lines(), one.replace("a, b", "a"));
        let lines = refusal(&["a", "b"]).lines();
        assert!(lines.ends_with("until one does:\n  a\n  b"), "{lines}");
        assert!(lines.contains(OURS) && lines.contains("does not serve yet"), "{lines}");
    }

    #[test]
    fn refusal_says_what_the_system_says() {
        let error = Arc::new(io::Error::from(rustix::io::Errno::ACCESS));
        let refusal = Refusal::of_file("edge".as_ref(), Cause::Unreadable(Arc::clone(&error)));
        let what = "artifact edge: Permission denied";
        assert_eq!(refusal.fault(), what);
        let advice = "let this user read the file and its folder";
        assert_eq!(refusal.to_string(), format!("{what}; {advice}"));
        let log = Cause::Log { path: "a.log".into(), error };
        let expected = "the access log a.log cannot be opened (Permission denied); make";
        assert!(log.to_string().starts_with(expected), "{log}");
    }

    #[test]
    fn pipe_in_the_way_is_refused_without_waiting() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("pipe");
        rustix::fs::mknodat(
            rustix::fs::CWD,
            &file,
            rustix::fs::FileType::Fifo,
            rustix::fs::Mode::RUSR,
            0,
        )
        .expect("a pipe");
        assert!(refusal(&file).contains("not a regular file"));
    }

    #[test]
    fn background_work_gives_its_result() {
        let (done, mut result) = tokio::sync::oneshot::channel();
        in_background(|| 7, done).expect("a thread");
        let got = std::iter::repeat_with(|| result.try_recv())
            .inspect(|_| std::thread::yield_now())
            .find(|got| !matches!(got, Err(tokio::sync::oneshot::error::TryRecvError::Empty)));
        assert_eq!(got, Some(Ok(7)));
    }
}
