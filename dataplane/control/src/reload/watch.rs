//! Hears from the kernel when one of the names that lead to the artifact changes; it reads no file.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rustix::fs::inotify::{self, CreateFlags, ReadFlags, Reader, WatchFlags};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;

use super::folders::{Step, steps};

/// Bytes for events: one with the longest name takes 272.
const EVENT_BYTES: usize = 4096;

/// How soon the file is to be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Haste {
    /// Nothing of ours changed.
    None,
    /// Something was made or written: more may follow at once.
    Soon,
    /// Something was renamed into place, so it is whole.
    Now,
}

/// The watch over one path. Lives on the control thread.
pub(crate) struct Watch {
    path: PathBuf,
    queue: AsyncFd<OwnedFd>,
    watched: HashMap<i32, PathBuf>,
    steps: Vec<Step>,
}

impl Watch {
    /// Begins to watch. Needs a tokio runtime.
    ///
    /// Errors: the system has no descriptor or no inotify instance to give. A folder that is
    /// missing is none: [`Watch::renew`] looks for it again.
    pub(crate) fn over(path: &Path) -> io::Result<Self> {
        let fd = inotify::init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK)?;
        let queue = registered(fd)?;
        let mut watch =
            Self { path: path.to_owned(), queue, watched: HashMap::new(), steps: Vec::new() };
        watch.renew();
        Ok(watch)
    }

    /// Follows the path anew: symlinks may have been turned, folders made or replaced.
    pub(crate) fn renew(&mut self) {
        self.steps = steps(&self.path);
        let mut watched = HashMap::new();
        for step in &self.steps {
            let flags = WatchFlags::MOVED_TO
                | WatchFlags::CREATE
                | WatchFlags::CLOSE_WRITE
                | WatchFlags::ONLYDIR;
            // Adding a folder that is watched already gives the same number again.
            if let Ok(number) = inotify::add_watch(self.queue.get_ref(), &step.folder, flags) {
                watched.insert(number, step.folder.clone());
            }
        }
        for number in self.watched.keys().filter(|number| !watched.contains_key(number)) {
            // A folder that is gone took its watch along.
            let _ = inotify::remove_watch(self.queue.get_ref(), *number);
        }
        self.watched = watched;
    }

    /// Waits for events and says how soon the file is to be looked at. May be dropped at any await.
    pub(crate) async fn changed(&mut self) -> io::Result<Haste> {
        let mut ready = self.queue.readable().await?;
        let mut haste = Haste::None;
        let mut buffer = [MaybeUninit::<u8>::uninit(); EVENT_BYTES];
        let mut events = Reader::new(self.queue.get_ref(), &mut buffer);
        loop {
            match events.next() {
                Ok(event) => {
                    let folder = self.watched.get(&event.wd());
                    let name = event.file_name().map(|name| OsStr::from_bytes(name.to_bytes()));
                    haste = haste.max(self.weigh(folder, name, event.events()));
                }
                Err(rustix::io::Errno::WOULDBLOCK) => {
                    ready.clear_ready();
                    return Ok(haste);
                }
                Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn weigh(&self, folder: Option<&PathBuf>, name: Option<&OsStr>, what: ReadFlags) -> Haste {
        if what.intersects(ReadFlags::QUEUE_OVERFLOW | ReadFlags::IGNORED) {
            return Haste::Soon;
        }
        let (Some(folder), Some(name)) = (folder, name) else { return Haste::None };
        let is_step = |step: &&Step| step.folder == *folder && step.name == name;
        if self.steps.iter().find(is_step).is_none() {
            return Haste::None;
        }
        if what.contains(ReadFlags::MOVED_TO) {
            Haste::Now
        } else if what.contains(ReadFlags::CREATE) && is_being_written(&folder.join(name)) {
            // Half a file is no artifact: the end of writing is heard as well.
            Haste::None
        } else {
            Haste::Soon
        }
    }
}

#[allow(
    deprecated,
    reason = "its successor is unsafe because a type may lie about its descriptor; OwnedFd cannot"
)]
fn registered(fd: OwnedFd) -> io::Result<AsyncFd<OwnedFd>> {
    AsyncFd::with_interest(fd, Interest::READABLE)
}

/// A new plain file is about to be written; a new symlink, hard link or folder is whole.
fn is_being_written(path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::symlink_metadata(path).is_ok_and(|meta| meta.is_file() && meta.nlink() == 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::symlink;

    /// Does something to a watched path and says how soon the file would be looked at.
    fn heard(prepare: impl FnOnce(&Path), act: impl FnOnce(&Path)) -> Haste {
        let outer = tempfile::tempdir().expect("a folder");
        let root = fs::canonicalize(outer.path()).expect("the folder");
        prepare(&root);
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let mut watch = Watch::over(&root.join("edge")).expect("inotify");
            act(&root);
            // Ends the wait in any case; being a step of no path it weighs nothing.
            fs::rename(root.join("end-from"), root.join("end")).expect("a rename");
            watch.changed().await.expect("events")
        })
    }

    fn with_end(root: &Path) {
        fs::write(root.join("end-from"), "").expect("a file");
    }

    #[test]
    fn rename_into_place_is_heard_at_once() {
        let prepare = |root: &Path| {
            with_end(root);
            fs::write(root.join("new"), "1").expect("a file");
        };
        let act = |root: &Path| fs::rename(root.join("new"), root.join("edge")).expect("a rename");
        assert_eq!(heard(prepare, act), Haste::Now);
    }

    #[test]
    fn written_file_is_heard_soon() {
        let act = |root: &Path| fs::write(root.join("edge"), "1").expect("a file");
        assert_eq!(heard(with_end, act), Haste::Soon);
    }

    #[test]
    fn file_that_is_being_written_is_not_looked_at() {
        let mut open = None;
        let act = |root: &Path| open = Some(fs::File::create(root.join("edge")).expect("a file"));
        assert_eq!(heard(with_end, act), Haste::None);
    }

    #[test]
    fn link_made_in_place_is_heard_soon() {
        let prepare = |root: &Path| {
            with_end(root);
            fs::write(root.join("other"), "1").expect("a file");
        };
        let hard =
            |root: &Path| fs::hard_link(root.join("other"), root.join("edge")).expect("a link");
        let soft = |root: &Path| symlink("other", root.join("edge")).expect("a link");
        assert_eq!(heard(prepare, hard), Haste::Soon);
        assert_eq!(heard(prepare, soft), Haste::Soon);
    }

    #[test]
    fn symlinked_folder_that_is_turned_is_heard_at_once() {
        // As a ConfigMap is mounted: edge -> ..data/edge, ..data -> ..1.
        let prepare = |root: &Path| {
            with_end(root);
            for version in ["..1", "..2"] {
                fs::create_dir(root.join(version)).expect("a folder");
                fs::write(root.join(version).join("edge"), version).expect("a file");
            }
            symlink("..1", root.join("..data")).expect("a symlink");
            symlink("..data/edge", root.join("edge")).expect("a symlink");
            symlink("..2", root.join("..data_new")).expect("a symlink");
        };
        let act = |root: &Path| {
            fs::rename(root.join("..data_new"), root.join("..data")).expect("a rename")
        };
        assert_eq!(heard(prepare, act), Haste::Now);
    }

    #[test]
    fn neighbours_are_not_heard() {
        let act = |root: &Path| fs::write(root.join("neighbour"), "1").expect("a file");
        assert_eq!(heard(with_end, act), Haste::None);
    }
}
