//! What a file that is no TOML probably is: the configuration of another proxy, or another format.

use std::ops::Range;

/// What the text is instead, and its first line that shows it.
///
/// Shape: asked of damaged texts alone; what a sound one says is never looked at.
pub(super) fn other_format(text: &str) -> Option<(&'static str, Range<usize>)> {
    let mut start = 0;
    let mut lines = text.split_inclusive('\n').map(|raw| {
        let line = raw.trim();
        let at = start + raw.len() - raw.trim_start().len();
        start += raw.len();
        (line, at)
    });
    let (line, at) = lines.find(|(line, _)| !line.is_empty() && !line.starts_with('#'))?;
    let place = at..at + line.len();
    let word = |c: char| c.is_ascii_alphanumeric() || "_-".contains(c);
    let name = line.len() - line.trim_start_matches(word).len();
    let (name, behind) = line.split_at(name);
    if let Some(behind) = line.strip_prefix('{') {
        // Some put blocks of options at the top.
        let is_alone = behind.is_empty() && text.contains("\":");
        let is_json = is_alone || behind.trim_start().starts_with(['"', '}']);
        return Some((if is_json { "JSON" } else { "blocks in braces" }, place));
    }
    if line == "---" || (!name.is_empty() && (behind == ":" || behind.starts_with(": "))) {
        return Some(("YAML", place));
    }
    (line.ends_with('{') && !line.contains(['=', '"']) && !line.starts_with('['))
        .then_some(("blocks in braces", place))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn other_format_is_told_by_its_first_line() {
        let check = |text: &str, expected: Option<(&str, &str)>| {
            let found = other_format(text).map(|(what, at)| (what, &text[at]));
            assert_eq!(found, expected, "{text}");
        };
        check("{\"version\": 1}", Some(("JSON", "{\"version\": 1}")));
        check("{\n  \"a\": 1\n}\n", Some(("JSON", "{")));
        check("# c\n\n  server {\n", Some(("blocks in braces", "server {")));
        check("shop.example {\n", Some(("blocks in braces", "shop.example {")));
        check("{\n\tadmin off\n}\n", Some(("blocks in braces", "{")));
        check("version: 1\n", Some(("YAML", "version: 1")));
        check("---\na: 1\n", Some(("YAML", "---")));
        check("listeners:\r\n  web:\r\n", Some(("YAML", "listeners:")));
        check("version = 1\nserver {\n", None);
        check("a = {\n", None);
        check("[x {\n", None);
        check("version 1\n", None);
        check("", None);
    }

    proptest! {
        #[test]
        fn other_format_of_any_text_stays_inside(text in "[{}\":a-cé# \r\n-]{0,30}") {
            if let Some((_, at)) = other_format(&text) {
                prop_assert!(text.get(at).is_some());
            }
        }
    }
}
