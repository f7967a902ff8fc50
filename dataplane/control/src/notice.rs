//! Lines for the operator, on stderr, one line each; it never panics and never waits for whoever
//! reads stderr.

use std::io::Write;

use crate::limits::LINE_BYTES_MAX;
use rustix::event::{PollFd, PollFlags, Timespec, poll};

/// Says one line on stderr. A line that stderr cannot take now is lost: a stuck reader of the
/// log must not hold up a drain.
pub fn say(line: &str) {
    let stderr = std::io::stderr();
    let mut fds = [PollFd::new(&stderr, PollFlags::OUT)];
    let now = Timespec { tv_sec: 0, tv_nsec: 0 };
    if matches!(poll(&mut fds, Some(&now)), Ok(ready) if ready > 0) {
        // A broken stderr is nobody's fault that could still be told.
        let _ = stderr.lock().write_all(&one_line(line));
    }
}

/// A count and what is counted: `1 worker`, `2 workers`.
pub fn counted(count: u64, thing: &str) -> String {
    format!("{count} {thing}{}", if count == 1 { "" } else { "s" })
}

/// The line as it is written: named, on one line, bounded, without control characters.
fn one_line(text: &str) -> Vec<u8> {
    let mut line = String::from("pointsmand: ");
    for c in text.trim_end().chars() {
        // Controls could repaint a terminal, direction marks could reorder what is read.
        let turns = matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}')
            || matches!(c, '\u{2066}'..='\u{2069}');
        let hidden = c.is_control() || turns;
        let shown = match c {
            '\n' | '\t' => ' ',
            _ if hidden => '?',
            _ => c,
        };
        if line.len() + shown.len_utf8() + 1 > LINE_BYTES_MAX {
            break;
        }
        line.push(shown);
    }
    line.push('\n');
    line.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(String::from_utf8_lossy(&one_line(text)), expected);
    }

    #[test]
    fn line_is_one_line_without_controls() {
        check("port in use\n", "pointsmand: port in use\n");
        check("a\nb\tc", "pointsmand: a b c\n");
        check("a\x1b[2Jb\u{202e}c", "pointsmand: a?[2Jb?c\n");
    }

    #[test]
    fn one_is_no_plural() {
        assert_eq!(counted(0, "worker"), "0 workers");
        assert_eq!(counted(1, "worker"), "1 worker");
        assert_eq!(counted(2, "worker"), "2 workers");
    }

    #[test]
    fn line_too_long_is_cut() {
        let line = one_line(&"ü".repeat(LINE_BYTES_MAX));
        assert!(line.len() <= LINE_BYTES_MAX && line.ends_with(b"\n"));
        assert!(String::from_utf8(line).is_ok());
    }
}
