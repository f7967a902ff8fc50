//! Files of a configuration as seen from where a command was called.

use std::path::{Component, Path};

/// The folder of a configuration as seen from the folder where the command was called, with `/` at
/// its end; empty where it is that folder. One outside is named by the way there.
pub(super) fn base(path: &Path) -> String {
    let folder = if path.is_dir() { Some(path) } else { path.parent() };
    let Some(folder) = folder else { return String::new() };
    let here = std::env::current_dir().ok();
    let below = here.as_deref().and_then(|here| folder.strip_prefix(here).ok()).unwrap_or(folder);
    let mut base = String::new();
    for part in below.components() {
        match (part, part.as_os_str().to_str()) {
            (Component::CurDir, _) => {}
            (Component::RootDir, _) => base.push('/'),
            (Component::ParentDir | Component::Normal(_), Some(name)) => {
                base.push_str(name);
                base.push('/');
            }
            _ => return String::new(),
        }
    }
    base
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_names_a_folder_as_it_is_reached_from_here() {
        let check = |path: &str, expected: &str| {
            assert_eq!(base(Path::new(path)), expected, "{path}");
        };
        check(".", "");
        check("src", "src/");
        check("./src/command/", "src/command/");
        check("src/main.rs", "src/");
        check("main.toml", "");
        check("../compiler", "../compiler/");
        check("/etc", "/etc/");
        let here = std::env::current_dir().expect("a folder");
        check(&here.join("src").to_string_lossy(), "src/");
    }
}
