//! Runs the real `pointsman` on hostile configurations of full size, and prints what came of each:
//! "case | outcome | seconds | seconds of processors | peak MiB". Needs GNU time, for the last two.
//!
//! `cargo run --release -p pointsman-benches --example hostile -- target/release/pointsman [WORD…]`
//! runs all cases, or those with a word in their names. Ends with 1 when one of them took longer or
//! more than it may, ended with another code than 0, 1 or 2, or left a part of an artifact.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use pointsman_core::rng::Rng;

/// Seconds that any case may take.
const SECONDS_MAX: f64 = 10.0;
/// Memory that any case may take.
const PEAK_MIB_MAX: u64 = 2048;
/// Seconds after which a case is ended, for the table to go on.
const PATIENCE: &str = "60";

const MIB: usize = 1024 * 1024;
const FIRST: &str = "version = 1\n[listeners.web]\naddress = \"127.0.0.1:8080\"\n\
                     [backends.b]\ntargets = [{ id = \"t\", host = \"t.tld\", port = 80 }]\n";

/// Fills a folder.
type Fill = fn(&Path) -> io::Result<()>;

/// A name, what it writes into the folder, and the code that it must end with.
const CASES: &[(&str, Fill, i32)] = &[
    ("1 GiB of TOML in one file", |at| text(at, 1024 * MIB, ROUTE), 1),
    ("1 GiB of TOML in 8 files", |at| parts(at, 8, 128 * MIB), 1),
    ("1 GiB of TOML in 1024 files", |at| parts(at, 1024, MIB), 1),
    ("256 MiB of routes in one file", |at| text(at, 255 * MIB, ROUTE), 1),
    ("200 MiB of unknown keys", |at| text(at, 200 * MIB, "k{n} = 1\n"), 1),
    ("200 MiB of comments", |at| text(at, 200 * MIB, "# nothing {n}\n"), 1),
    ("200 MiB of empty lines", |at| text(at, 200 * MIB, "\n"), 1),
    ("200 MiB of garbage", garbage, 1),
    ("200 MiB of small values", |at| text(at, 200 * MIB, VALUES), 1),
    ("200 MiB of small tables", |at| text(at, 200 * MIB, "[[a{n}]]\n"), 1),
    ("one line of 100 MB", |at| around(at, "x = \"", 100_000_000, "y", "\"\n"), 1),
    ("one line of 100 MB of values", |at| around(at, "x = [", 50_000_000, "1,", "]\n"), 1),
    ("one line of 100 MB of brackets", |at| around(at, "x = ", 100_000_000, "[", "\n"), 1),
    (
        "text of several lines, 100 MB, unclosed",
        |at| around(at, "x = '''", 10_000_000, "yyyyyyyyy\n", ""),
        1,
    ),
    ("10,000 nested lists", |at| nested(at, "x = ", "[", "]"), 1),
    ("10,000 nested inline tables", |at| nested(at, "x = ", "{a=", "1"), 1),
    ("10,000 nested tables by dots", |at| around(at, "[a", 9_999, ".a", "]\n"), 1),
    ("10,000 headers, each one deeper", deeper, 1),
    ("a million duplicate keys", |at| repeat(at, 1_000_000, "via = true\n"), 1),
    ("a million duplicate tables", |at| repeat(at, 1_000_000, "[node]\n"), 1),
    ("a million unclosed lists", |at| repeat(at, 1_000_000, "a{n} = [1\n"), 1),
    ("a million unclosed texts", |at| repeat(at, 1_000_000, "a{n} = \"x\n"), 1),
    ("a million routes with one id", |at| repeat(at, 1_000_000, SAME), 1),
    ("a million routes with one id in 10 files", |at| spread(at, 10, 100_000, SAME), 1),
    ("8 files of 25 MiB of garbage", |at| scattered(at, 8, 25 * MIB), 1),
    ("250 files of 1 MiB of garbage", |at| scattered(at, 250, MIB), 1),
    ("20,000 files of 12 KiB of garbage", |at| scattered(at, 20_000, 12 * MIB / 1024), 1),
    ("36 million small values in 4 files", |at| spread(at, 4, 140_000, VALUES), 1),
    ("100,000 routes that tie", |at| repeat(at, 100_000, TIE), 1),
    ("a route with 100,000 patterns", patterns, 1),
    ("2,000 regexes that explode", |at| repeat(at, 2_000, EXPLODING), 1),
    ("20,000 regexes that nearly explode", |at| repeat(at, 20_000, NEARLY), 1),
    ("64 large regexes that overlap", |at| repeat(at, 64, OVERLAP), 1),
    ("100,000 regexes that overlap", |at| repeat(at, 100_000, OVERLAP), 1),
    ("20,000 globs in segments that overlap", |at| repeat(at, 20_000, GLOBS), 1),
    ("10,000 wildcard hosts that overlap", |at| repeat(at, 10_000, HOSTS), 1),
    ("patterns with 10,000 segments", |at| segments(at, 10_000), 1),
    ("a deep expression", expression, 1),
    (
        "10,000 nested includes, `**/` each",
        |at| include(at, &format!("{}*.toml", "**/".repeat(10_000))),
        1,
    ),
    ("an include of 100,000 `?`", |at| include(at, &"?".repeat(100_000)), 1),
    ("an include of 10,000 alternatives", |at| include(at, &"{a,b}".repeat(10_000)), 1),
    ("15 `**` in a deep folder", deep_folder, 0),
    ("100,000 includes of everything", includes, 1),
    ("an include cycle", |at| include(at, "pointsman.toml"), 1),
    ("a glob that leaves the folder", |at| include(at, "../**/*.toml"), 1),
    ("links: loop, outside, folder, device, pipe", links, 1),
    ("the first file is a pipe", |at| pipe(&at.join("pointsman.toml")), 2),
    (
        "the first file is a link to /dev/zero",
        |at| link("/dev/zero", &at.join("pointsman.toml")),
        2,
    ),
    ("the first file is a folder", |at| fs::create_dir(at.join("pointsman.toml")), 2),
    ("files that may not be read", unreadable, 1),
    ("not UTF-8, 200 MiB", |at| bytes(at, 200 * MIB, 0xff), 1),
    ("200 MiB of NUL", |at| bytes(at, 200 * MIB, 0), 1),
    ("UTF-16", utf16, 1),
    ("a byte order mark and CRLF", marks, 0),
    ("100,000 tiny files", |at| files(at, 99_999, ""), 0),
    ("100,001 tiny files", |at| files(at, 100_001, ""), 1),
    ("100,000 files with a mistake each", |at| files(at, 99_999, "x = \n"), 1),
    ("a folder with 300,000 other files", others, 0),
];

const ROUTE: &str = "[[routes]]\nid = \"r{n}\"\nmatch = [\"h{n}.tld/a/:id\"]\nbackend = \"b\"\n";
const VALUES: &str = "v{n} = [1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]\n";
const SAME: &str = "[[routes]]\nid = \"r\"\nmatch = [\"h{n}.tld\"]\nbackend = \"b\"\n";
const TIE: &str = "[[routes]]\nid = \"r{n}\"\nmatch = [\"h.tld/a/:id\"]\nbackend = \"b\"\n";
const EXPLODING: &str = "[[routes]]\nid = \"r{n}\"\nmatch = [\"h{n}.tld/$x<((a{1,90}){1,90}){1,{n}}>\"]\nbackend = \"b\"\n";
const NEARLY: &str =
    "[[routes]]\nid = \"r{n}\"\nmatch = [\"h{n}.tld/$x<(.*a.......)|b{{n}}>\"]\nbackend = \"b\"\n";
const OVERLAP: &str =
    "[[routes]]\nid = \"r{n}\"\nmatch = [\"h.tld/$x<(.*a.......)|b+{n}>\"]\nbackend = \"b\"\n";
const GLOBS: &str = "[[routes]]\nid = \"r{n}\"\nmatch = [\"h.tld/*{n}*\"]\nbackend = \"b\"\n";
const HOSTS: &str = "[[routes]]\nid = \"r{n}\"\nmatch = [\"*{n}*.tld/a\"]\nbackend = \"b\"\n";

fn create(at: &Path) -> io::Result<BufWriter<File>> {
    let mut file = BufWriter::with_capacity(MIB, File::create(at)?);
    file.write_all(if at.ends_with("pointsman.toml") { FIRST.as_bytes() } else { b"" })?;
    Ok(file)
}

/// A text again and again, `{n}` in it for its number, until a file has so many bytes.
fn fill(file: &mut impl Write, bytes: usize, text: &str, from: usize) -> io::Result<usize> {
    let (mut written, mut number) = (0, from);
    while written < bytes {
        let text = text.replace("{n}", &number.to_string());
        file.write_all(text.as_bytes())?;
        written += text.len();
        number += 1;
    }
    Ok(number)
}

fn text(at: &Path, bytes: usize, text: &str) -> io::Result<()> {
    fill(&mut create(&at.join("pointsman.toml"))?, bytes, text, 0).map(drop)
}

fn repeat(at: &Path, count: usize, text: &str) -> io::Result<()> {
    let mut file = create(&at.join("pointsman.toml"))?;
    (1..=count).try_for_each(|n| file.write_all(text.replace("{n}", &n.to_string()).as_bytes()))
}

/// `before`, then a part so many times, then `after`, in front of all else.
fn around(at: &Path, before: &str, count: usize, part: &str, after: &str) -> io::Result<()> {
    let mut file = BufWriter::new(File::create(at.join("pointsman.toml"))?);
    file.write_all(before.as_bytes())?;
    for _ in 0..count {
        file.write_all(part.as_bytes())?;
    }
    file.write_all(after.as_bytes())?;
    file.write_all(FIRST.as_bytes())
}

fn nested(at: &Path, before: &str, open: &str, close: &str) -> io::Result<()> {
    around(at, &format!("{before}{}", open.repeat(10_000)), 10_000, close, "\n")
}

fn deeper(at: &Path) -> io::Result<()> {
    let mut file = create(&at.join("pointsman.toml"))?;
    (1..=10_000).try_for_each(|depth| writeln!(file, "[a{}]", ".a".repeat(depth % 1_000)))
}

fn parts(at: &Path, count: usize, bytes: usize) -> io::Result<()> {
    include(at, "parts/*.toml")?;
    fs::create_dir(at.join("parts"))?;
    let mut next = 0;
    for part in 0..count {
        let mut file = create(&at.join(format!("parts/{part:04}.toml")))?;
        next = fill(&mut file, bytes, ROUTE, next)?;
    }
    Ok(())
}

fn garbage(at: &Path) -> io::Result<()> {
    trash(&mut create(&at.join("pointsman.toml"))?, 7, 200 * MIB)
}

fn scattered(at: &Path, count: u64, bytes: usize) -> io::Result<()> {
    include(at, "parts/*.toml")?;
    fs::create_dir(at.join("parts"))?;
    (0..count).try_for_each(|part| {
        trash(&mut create(&at.join(format!("parts/{part}.toml")))?, part, bytes)
    })
}

fn spread(at: &Path, files: usize, count: usize, text: &str) -> io::Result<()> {
    include(at, "parts/*.toml")?;
    fs::create_dir(at.join("parts"))?;
    (0..files).try_for_each(|part| {
        let mut file = create(&at.join(format!("parts/{part}.toml")))?;
        let mut numbers = part * count..(part + 1) * count;
        numbers.try_for_each(|n| file.write_all(text.replace("{n}", &n.to_string()).as_bytes()))
    })
}

fn trash(file: &mut impl Write, seed: u64, bytes: usize) -> io::Result<()> {
    let mut rng = Rng::from_seed(seed);
    let letters = b"[]{}=\"'\\,.#\n\t abc0189";
    for _ in 0..bytes / 8 {
        let draw = rng.next_u64();
        let eight: [u8; 8] =
            std::array::from_fn(|i| letters[(draw >> (8 * i)) as usize % letters.len()]);
        file.write_all(&eight)?;
    }
    Ok(())
}

fn patterns(at: &Path) -> io::Result<()> {
    let all: Vec<String> = (0..100_000).map(|n| format!("  \"h.tld/{n}\",\n")).collect();
    let route = format!("[[routes]]\nid = \"r\"\nbackend = \"b\"\nmatch = [\n{}]\n", all.concat());
    repeat(at, 1, &route)
}

fn segments(at: &Path, count: usize) -> io::Result<()> {
    let pattern = format!("h.tld{}", "/:a".repeat(count));
    repeat(
        at,
        100,
        &format!("[[routes]]\nid = \"r{{n}}\"\nmatch = [\"{pattern}\"]\nbackend = \"b\"\n"),
    )
}

fn expression(at: &Path) -> io::Result<()> {
    let root = format!("/{}", "${req.path:".repeat(300));
    let backend = format!("[backends.c{{n}}]\nroot = \"{root}\"\n");
    repeat(at, 1_000, &backend)
}

fn include(at: &Path, include: &str) -> io::Result<()> {
    let text = format!("include = [\"{include}\"]\n{FIRST}");
    fs::write(at.join("pointsman.toml"), text)
}

fn includes(at: &Path) -> io::Result<()> {
    let all: Vec<String> = (0..100_000).map(|n| format!("  \"*/*{n}*.toml\",\n")).collect();
    fs::write(at.join("pointsman.toml"), format!("include = [\n{}]\n{FIRST}", all.concat()))?;
    fs::create_dir(at.join("parts"))?;
    (0..1_000).try_for_each(|n| File::create(at.join(format!("parts/{n}.toml"))).map(drop))
}

fn deep_folder(at: &Path) -> io::Result<()> {
    include(at, &format!("{}x.toml", "**/a/".repeat(15)))?;
    let mut folder = at.to_owned();
    for _ in 0..40 {
        folder.push("a");
        fs::create_dir(&folder)?;
        File::create(folder.join("y.toml"))?;
    }
    Ok(())
}

#[cfg(unix)]
fn link(to: &str, at: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(to, at)
}

fn pipe(at: &Path) -> io::Result<()> {
    Command::new("mkfifo").arg(at).status().map(drop)
}

fn links(at: &Path) -> io::Result<()> {
    include(at, "**/*.toml")?;
    fs::create_dir(at.join("folder.toml"))?;
    for (to, name) in [
        ("a.toml", "b.toml"),
        ("b.toml", "a.toml"),
        ("/etc/passwd", "c.toml"),
        ("folder.toml", "d.toml"),
        ("/dev/zero", "e.toml"),
        ("..", "up"),
        (".", "self"),
        ("nothing", "g.toml"),
    ] {
        link(to, &at.join(name))?;
    }
    pipe(&at.join("f.toml"))
}

#[cfg(unix)]
fn unreadable(at: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    // What not even the superuser can read: a file of the kernel that answers with an error.
    include(at, "a*.toml")?;
    link("/proc/self/mem", &at.join("a1.toml"))?;
    fs::write(at.join("a2.toml"), "x")?;
    fs::set_permissions(at.join("a2.toml"), fs::Permissions::from_mode(0o000))
}

fn bytes(at: &Path, count: usize, byte: u8) -> io::Result<()> {
    let mut file = create(&at.join("pointsman.toml"))?;
    (0..count / MIB).try_for_each(|_| file.write_all(&vec![byte; MIB]))
}

fn utf16(at: &Path) -> io::Result<()> {
    let wide = FIRST.encode_utf16().flat_map(u16::to_le_bytes);
    fs::write(at.join("pointsman.toml"), [0xff, 0xfe].into_iter().chain(wide).collect::<Vec<_>>())
}

fn marks(at: &Path) -> io::Result<()> {
    fs::write(at.join("pointsman.toml"), format!("\u{feff}{}", FIRST.replace('\n', "\r\n")))
}

fn files(at: &Path, count: usize, text: &str) -> io::Result<()> {
    include(at, "parts/*/*.toml")?;
    for number in 0..count {
        let folder = at.join(format!("parts/{}", number / 1_000));
        if number % 1_000 == 0 {
            fs::create_dir_all(&folder)?;
        }
        fs::write(folder.join(format!("{number}.toml")), text)?;
    }
    Ok(())
}

fn others(at: &Path) -> io::Result<()> {
    include(at, "parts/*.toml")?;
    fs::create_dir(at.join("parts"))?;
    (0..300_000).try_for_each(|n| File::create(at.join(format!("parts/{n}.txt"))).map(drop))
}

/// What became of a run.
struct Seen {
    code: Option<i32>,
    seconds: f64,
    /// Seconds of all processors together.
    cpu: f64,
    peak_mib: u64,
    said: String,
}

fn run(program: &Path, at: &Path) -> io::Result<Seen> {
    let report = at.with_extension("time");
    let begun = std::time::Instant::now();
    let output = Command::new("timeout")
        .args(["--signal=KILL", PATIENCE, "time", "-f", "%U %S %M", "-o"])
        .arg(&report)
        .arg(program)
        .arg("compile")
        .arg(at)
        .arg("-o")
        .arg(at.with_extension("artifact"))
        .stdin(Stdio::null())
        .output()?;
    let seconds = begun.elapsed().as_secs_f64();
    let peak = fs::read_to_string(&report).unwrap_or_default();
    let numbers: Vec<f64> =
        peak.lines().last().unwrap_or_default().split(' ').filter_map(|n| n.parse().ok()).collect();
    let is_killed = output.status.code().is_none_or(|code| code == 137);
    let [user, system, kib] = (if is_killed { &[0.0; 3] } else { &numbers[..] }) else {
        return Err(io::Error::other(format!("what GNU time says is not understood: {peak}")));
    };
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    Ok(Seen {
        code: output.status.code().filter(|_| !is_killed),
        seconds,
        cpu: user + system,
        peak_mib: *kib as u64 / 1024,
        said,
    })
}

/// The last line that says something, cut.
fn outcome(seen: &Seen) -> String {
    let lines = seen.said.lines();
    let first = lines.clone().find(|line| line.starts_with("error")).unwrap_or("ok");
    let first: String = first.chars().take(90).collect();
    match seen.code {
        Some(code) => format!("{code}: {first}"),
        None => "ended by force".to_owned(),
    }
}

fn main() -> io::Result<ExitCode> {
    let mut arguments = std::env::args().skip(1);
    let program = arguments.next().map(PathBuf::from);
    let Some(program) = program.filter(|program| program.is_file()) else {
        eprintln!("PROGRAM [WORD…]: the program is `pointsman`");
        return Ok(ExitCode::from(2));
    };
    let words: Vec<String> = arguments.collect();
    let folder = std::env::temp_dir().join(format!("hostile-{}", std::process::id()));
    let mut is_bounded = true;
    println!("| case | outcome | seconds | of processors | peak MiB |\n|---|---|---|---|---|");
    for (name, make, expected) in CASES {
        if !words.is_empty() && !words.iter().any(|word| name.contains(word.as_str())) {
            continue;
        }
        let at = folder.join("edge");
        fs::create_dir_all(&at)?;
        make(&at)?;
        let seen = run(&program, &at)?;
        let is_whole = folder.join("edge.artifact").exists() == (seen.code == Some(0));
        let fits = seen.code == Some(*expected)
            && seen.seconds <= SECONDS_MAX
            && seen.peak_mib <= PEAK_MIB_MAX
            && is_whole
            && !seen.said.contains("panicked");
        is_bounded &= fits;
        let mark = if fits { "" } else { " **" };
        let Seen { seconds, cpu, peak_mib, .. } = &seen;
        println!("| {name} | {} | {seconds:.2} | {cpu:.2} | {peak_mib}{mark} |", outcome(&seen));
        io::stdout().flush()?;
        fs::remove_dir_all(&folder)?;
    }
    Ok(if is_bounded { ExitCode::SUCCESS } else { ExitCode::from(1) })
}
