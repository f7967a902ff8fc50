//! The command `pointsman`, which belongs to another package: it stands beside `pointsmand` when the
//! whole workspace is tested, and is built here when it does not, or is older than its source.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::SystemTime;

/// Where it is.
pub(crate) fn pointsman() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let path = Path::new(env!("CARGO_BIN_EXE_pointsmand")).with_file_name("pointsman");
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let newest = ["compiler/src", "dataplane/routing/src", "schemas/src"]
            .iter()
            .filter_map(|folder| newest(&root.join(folder)))
            .max();
        if modified(&path) < newest {
            let mut cargo = Command::new(env!("CARGO"));
            cargo.args(["build", "--offline", "--locked", "--quiet", "--profile", "test"]);
            cargo.args(["--package", "pointsman-compiler", "--bin", "pointsman"]);
            cargo.args(["--target-dir"]).arg(target_folder(&path)).current_dir(root);
            assert!(cargo.status().expect("cargo").success(), "pointsman does not build");
        }
        path
    })
}

/// The folder above that of the profile.
fn target_folder(path: &Path) -> &Path {
    path.ancestors().nth(2).expect("a folder of targets")
}

fn modified(path: &Path) -> Option<SystemTime> {
    path.metadata().and_then(|about| about.modified()).ok()
}

/// When the newest file of a folder was written.
fn newest(folder: &Path) -> Option<SystemTime> {
    let entries = std::fs::read_dir(folder).expect("a folder of source").flatten();
    let time = |path: PathBuf| if path.is_dir() { newest(&path) } else { modified(&path) };
    entries.filter_map(|entry| time(entry.path())).max()
}
