//! Files of a configuration and places in them; knows nothing of what the text means.

use std::fmt;

/// Number of a source file within one run, in the order in which files were added.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// A range of bytes in one file.
///
/// Shape: `start <= end <= length of the file`; both stand on the border of a character.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The file.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// A range of a file. Files over 4 GiB are refused before a span is made, so the offsets fit.
    pub fn new(file: FileId, range: std::ops::Range<usize>) -> Self {
        let narrow = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Self { file, start: narrow(range.start), end: narrow(range.end.max(range.start)) }
    }

    /// The range as indices.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A value and the place where it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spanned<T> {
    /// What was written.
    pub value: T,
    /// Where.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// A value with its place.
    pub fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }

    /// The same place, another value.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Spanned<U> {
        Spanned { value: change(self.value), span: self.span }
    }
}

/// A place as people and editors count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1, in Unicode scalars; a byte order mark is not counted.
    pub column: u32,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// One file of the configuration.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Path relative to the configuration's folder, with `/`.
    pub name: String,
    /// The text as read, byte order mark and line ends included.
    pub text: String,
    line_starts: Vec<u32>,
}

impl SourceFile {
    /// A file and the index of its lines.
    pub fn new(name: String, text: String) -> Self {
        let mut line_starts = vec![0];
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        line_starts.extend(ends.map(|(at, _)| u32::try_from(at + 1).unwrap_or(u32::MAX)));
        Self { name, text, line_starts }
    }

    /// Line and column of a byte. An offset past the end counts as the end.
    ///
    /// Cost: a binary search and the characters of one line.
    pub fn position(&self, offset: u32) -> Position {
        let mut offset = (offset as usize).min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.line_starts.partition_point(|start| *start as usize <= offset).max(1);
        let start = self.line_starts.get(line - 1).map_or(0, |start| *start as usize);
        let before = self.text.get(start..offset).unwrap_or_default();
        let before = if start == 0 { before.trim_start_matches(BOM) } else { before };
        let column = before.chars().count() + 1;
        Position {
            line: u32::try_from(line).unwrap_or(u32::MAX),
            column: u32::try_from(column).unwrap_or(u32::MAX),
        }
    }

    /// The bytes of a line, counted from 1, without its end; empty past the last line.
    pub fn line_bytes(&self, line: u32) -> std::ops::Range<usize> {
        let index = (line as usize).saturating_sub(1);
        let end_of_text = self.text.len();
        let start = self.line_starts.get(index).map_or(end_of_text, |start| *start as usize);
        let next = self.line_starts.get(index + 1).map_or(end_of_text, |start| *start as usize);
        let line = self.text.get(start..next).unwrap_or_default();
        let line = line.strip_suffix('\n').unwrap_or(line);
        let line = line.strip_suffix('\r').unwrap_or(line);
        start..start + line.len()
    }
}

/// The byte order mark some editors put in front of a text.
pub const BOM: char = '\u{feff}';

/// All files of one run.
#[derive(Clone, Debug, Default)]
pub struct SourceMap {
    files: Vec<SourceFile>,
}

impl SourceMap {
    /// No files.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a file in and numbers it.
    pub fn add(&mut self, file: SourceFile) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.files.push(file);
        id
    }

    /// The file of a number.
    pub fn file(&self, id: FileId) -> Option<&SourceFile> {
        self.files.get(id.0 as usize)
    }

    /// Every file with its number, in the order of the numbers.
    pub fn files(&self) -> impl Iterator<Item = (FileId, &SourceFile)> {
        (0..).map(FileId).zip(&self.files)
    }

    /// The number of the file with a name.
    pub fn find(&self, name: &str) -> Option<FileId> {
        self.files().find(|(_, file)| file.name == name).map(|(id, _)| id)
    }

    /// Name of a file, or `?` for a number that was never given.
    pub fn name(&self, id: FileId) -> &str {
        self.file(id).map_or("?", |file| file.name.as_str())
    }

    /// Line and column where a span starts.
    pub fn position(&self, span: Span) -> Position {
        self.file(span.file)
            .map_or(Position { line: 1, column: 1 }, |file| file.position(span.start))
    }

    /// The text a span covers; empty where the span is not one of this map.
    pub fn text(&self, span: Span) -> &str {
        self.file(span.file).and_then(|file| file.text.get(span.range())).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, offset: u32, line: u32, column: u32) {
        let file = SourceFile::new("a.toml".to_owned(), text.to_owned());
        assert_eq!(file.position(offset), Position { line, column }, "{text:?} at {offset}");
    }

    #[test]
    fn position_counts_scalars_from_one() {
        check("", 0, 1, 1);
        check("abc", 2, 1, 3);
        check("a\nb", 2, 2, 1);
        check("a\r\nb", 3, 2, 1);
        check("é = 1", 2, 1, 2);
        check("é = 1", 1, 1, 1);
        check("\u{feff}a", 3, 1, 1);
        check("\u{feff}a", 4, 1, 2);
        check("a\n", 99, 2, 1);
    }

    #[test]
    fn map_finds_files_by_name_and_number() {
        let mut map = SourceMap::new();
        let a = map.add(SourceFile::new("a".to_owned(), "xyz".to_owned()));
        let b = map.add(SourceFile::new("b".to_owned(), "uvw".to_owned()));
        assert_eq!(map.find("b"), Some(b));
        assert_eq!(map.text(Span::new(a, 1..2)), "y");
        assert_eq!(map.text(Span::new(FileId(9), 1..2)), "");
        assert_eq!(map.name(FileId(9)), "?");
    }
}
