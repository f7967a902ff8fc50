//! Why an artifact is refused. It holds no text of the artifact and never allocates.

use std::fmt;

use super::layout::SectionKind;

/// Why an artifact is refused, and where in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReadError {
    /// The section that is wrong; [`SectionKind::HEADER`] for header and section table.
    pub section: SectionKind,
    /// Bytes from the start of the section (of the file, for the header).
    pub offset: u64,
    /// What is wrong there.
    pub kind: ReadErrorKind,
}

/// What is wrong with an artifact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadErrorKind {
    /// Fewer bytes than a header has.
    TooShort,
    /// More bytes than `ARTIFACT_BYTES_MAX`.
    TooLong,
    /// Not an artifact at all.
    NotAnArtifact,
    /// Written for another major version of the format.
    OtherVersion {
        /// Major version found.
        major: u16,
        /// Minor version found.
        minor: u16,
    },
    /// The header's size is not the file's.
    WrongSize {
        /// Bytes the header speaks of.
        expected: u64,
        /// Bytes there are.
        found: u64,
    },
    /// The digest does not fit the bytes.
    WrongDigest,
    /// The content id is not that of the content.
    WrongContentId,
    /// A reserved byte or one of padding is not zero.
    NotZero,
    /// Sections overlap, are out of order, not aligned or out of the file.
    BadSectionTable,
    /// A section that must be understood is not known here.
    UnknownSection,
    /// A section of a newer version.
    NewerSection {
        /// Version found.
        version: u16,
    },
    /// A section that every artifact has is not there.
    MissingSection,
    /// The section's length does not fit its count or its records.
    WrongLength,
    /// More entries than the limit.
    TooMany {
        /// The limit.
        max: u64,
    },
    /// A number points past the end of what it counts.
    OutOfRange {
        /// The number.
        value: u64,
        /// One past the largest allowed.
        len: u64,
    },
    /// A value that the format does not know.
    BadValue {
        /// The value.
        value: u64,
    },
    /// Bytes that must be text are not UTF-8.
    NotText,
    /// Entries that must be sorted are not.
    Unsorted,
    /// An edge of a tree does not lead strictly backwards to the start of a node.
    BadEdge,
    /// A tree is deeper than `PATTERN_SEGMENTS_MAX`.
    TooDeep,
}

impl ReadError {
    pub(super) fn new(section: SectionKind, offset: usize, kind: ReadErrorKind) -> Self {
        Self { section, offset: offset as u64, kind }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use ReadErrorKind as Kind;
        match self.kind {
            Kind::TooShort => return f.write_str("not an artifact: shorter than a header"),
            Kind::NotAnArtifact => {
                return f.write_str("not an artifact: the file does not begin with its mark");
            }
            Kind::TooLong => return f.write_str("larger than an artifact may be"),
            Kind::OtherVersion { major, minor } => {
                let ours = super::layout::VERSION;
                return write!(
                    f,
                    "format {major}.{minor}, this binary reads {}.0 to {}.{}",
                    ours.0, ours.0, ours.1
                );
            }
            Kind::WrongSize { expected, found } => {
                return write!(f, "truncated or padded: {expected} bytes expected, {found} found");
            }
            Kind::WrongDigest => {
                return f.write_str("damaged: the digest in the header does not fit the bytes");
            }
            Kind::WrongContentId => {
                return f.write_str("false: its content id is not that of its content");
            }
            Kind::UnknownSection => {
                return write!(
                    f,
                    "needs {}, which this binary does not know (must be understood)",
                    self.section
                );
            }
            _ => {}
        }
        write!(f, "{} is malformed at byte {}: ", self.section, self.offset)?;
        self.kind.structure(f)
    }
}

impl ReadErrorKind {
    fn structure(self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotZero => f.write_str("a reserved byte is not zero"),
            Self::BadSectionTable => {
                f.write_str("sections overlap, are out of order or out of the file")
            }
            Self::NewerSection { version } => write!(f, "version {version} is too new"),
            Self::MissingSection => f.write_str("it is missing"),
            Self::WrongLength => f.write_str("its length does not fit its entries"),
            Self::TooMany { max } => write!(f, "more than {max} entries"),
            Self::OutOfRange { value, len } => write!(f, "{value} is not below {len}"),
            Self::BadValue { value } => write!(f, "{value} is no value the format knows"),
            Self::NotText => f.write_str("bytes that are not UTF-8"),
            Self::Unsorted => f.write_str("entries out of order"),
            Self::BadEdge => f.write_str("an edge that does not lead back to a node"),
            Self::TooDeep => f.write_str("a tree that is too deep"),
            _ => f.write_str("wrong"),
        }
    }
}

impl std::error::Error for ReadError {}
