//! Writes a route set as TOML, for measuring the compiler's command.
//!
//! `cargo run --release -p pointsman-benches --example routes -- KIND ROUTES > pointsman.toml`
//! writes one file; with a folder's name instead of `>` it writes the set in several files there.

use std::fs;
use std::io::Write;
use std::path::Path;

use pointsman_benches::routes::Kind;
use pointsman_benches::text::toml;

fn main() -> std::io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (kind, routes, folder) = match arguments.as_slice() {
        [kind, routes] => (kind, routes, None),
        [kind, routes, folder] => (kind, routes, Some(Path::new(folder))),
        _ => {
            eprintln!("KIND ROUTES [FOLDER]");
            return Ok(());
        }
    };
    let kind = Kind::ALL.iter().find(|(_, name)| name == kind).map(|(kind, _)| *kind);
    let (Some(kind), Ok(routes)) = (kind, routes.parse()) else {
        eprintln!("KIND is one of {:?}, ROUTES a number", Kind::ALL.map(|(_, name)| name));
        return Ok(());
    };
    let text = toml(kind, routes);
    let Some(folder) = folder else { return std::io::stdout().write_all(text.as_bytes()) };
    write_files(folder, &text)
}

/// How many files a set is written in.
const FILES: usize = 100;

/// Writes what stands before the first route into the first file, the routes into many.
fn write_files(folder: &Path, text: &str) -> std::io::Result<()> {
    fs::create_dir_all(folder.join("routes"))?;
    let routes: Vec<&str> = text.split("\n[[routes]]\n").collect();
    let Some((first, routes)) = routes.split_first() else { return Ok(()) };
    let first = first.replace("version = 1\n", "version = 1\ninclude = [\"routes/*.toml\"]\n");
    fs::write(folder.join("pointsman.toml"), first)?;
    for (number, part) in routes.chunks(routes.len().div_ceil(FILES).max(1)).enumerate() {
        let text: String = part.iter().map(|route| format!("[[routes]]\n{route}\n")).collect();
        fs::write(folder.join(format!("routes/{number:03}.toml")), text)?;
    }
    Ok(())
}
