//! What holds for the whole host.

use super::super::layout::{SectionKind, SettingsRecord};
use super::artifact::Artifact;

/// What holds for the whole host. Unit: as the names say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings<'a> {
    /// `limits.head_bytes`.
    pub head_bytes: u64,
    /// `limits.head_fields`.
    pub head_fields: u64,
    /// `limits.target_bytes`.
    pub target_bytes: u64,
    /// `limits.head_timeout`.
    pub head_timeout_ms: u64,
    /// `limits.keep_alive_timeout`.
    pub keep_alive_timeout_ms: u64,
    /// `limits.min_body_rate`, bytes a second; 0 bears any.
    pub min_body_rate: u64,
    /// `limits.body_bytes`; 0 is no limit.
    pub body_bytes: u64,
    /// `limits.drain_timeout`.
    pub drain_timeout_ms: u64,
    /// `paths.dot_segments`.
    pub dot_segments: DotSegments,
    /// `paths.merge_slashes`.
    pub merge_slashes: bool,
    /// `paths.underscores`.
    pub underscores: Underscores,
    /// `via`.
    pub via: bool,
    /// `logs.access`.
    pub access_log: AccessLog<'a>,
    /// `logs.format`.
    pub log_format: LogFormat,
}

/// What happens to `.` and `..` in a request's path.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DotSegments {
    /// 400.
    #[default]
    Reject,
    /// Resolved.
    Normalize,
}

/// What happens to field names with `_`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Underscores {
    /// Removed.
    #[default]
    Drop,
    /// Sent on.
    Pass,
}

/// Where the access log goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccessLog<'a> {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
    /// Nowhere.
    Off,
    /// A file.
    File(&'a str),
}

/// What a line of the access log looks like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// One JSON object.
    #[default]
    Json,
    /// NCSA combined.
    Text,
}

impl Artifact {
    /// What holds for the whole host.
    #[must_use]
    pub fn settings(&self) -> Settings<'_> {
        let record = self.records::<SettingsRecord>(SectionKind::SETTINGS).first();
        let record = record.copied().unwrap_or_else(zerocopy::FromZeros::new_zeroed);
        Settings {
            head_bytes: record.head_bytes.get(),
            head_fields: record.head_fields.get(),
            target_bytes: record.target_bytes.get(),
            head_timeout_ms: record.head_timeout_ms.get(),
            keep_alive_timeout_ms: record.keep_alive_timeout_ms.get(),
            min_body_rate: record.min_body_rate.get(),
            body_bytes: record.body_bytes.get(),
            drain_timeout_ms: record.drain_timeout_ms.get(),
            dot_segments: if record.normalize_dot_segments == 0 {
                DotSegments::Reject
            } else {
                DotSegments::Normalize
            },
            merge_slashes: record.merge_slashes != 0,
            underscores: if record.pass_underscores == 0 {
                Underscores::Drop
            } else {
                Underscores::Pass
            },
            via: record.via != 0,
            access_log: match record.access_log {
                0 => AccessLog::Stdout,
                1 => AccessLog::Stderr,
                3 => {
                    AccessLog::File(self.optional_string(record.log_file.get()).unwrap_or_default())
                }
                _ => AccessLog::Off,
            },
            log_format: if record.log_format == 0 { LogFormat::Json } else { LogFormat::Text },
        }
    }
}
