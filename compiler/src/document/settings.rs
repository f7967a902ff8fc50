//! `[logs]`, `[limits]`, `[paths]`, `trusted_proxies` and `via` as written.

use super::keys::{LIMITS, LOGS, PATHS};
use super::reader::Reader;
use super::value::{Problem, shown};
use crate::diagnostic::{Code, Safety};
use crate::source::{Span, Spanned};

/// What a file says of the whole host.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Networks, as text.
    pub trusted_proxies: Option<Spanned<Vec<Spanned<String>>>>,
    /// `via`.
    pub via: Option<Spanned<bool>>,
    /// `logs.access`: `stdout`, `stderr`, `off` or `file:PATH`.
    pub access: Option<Spanned<String>>,
    /// `logs.format`.
    pub format: Option<Spanned<&'static str>>,
    /// `[limits]`.
    pub limits: Limits,
    /// `paths.dot_segments`.
    pub dot_segments: Option<Spanned<&'static str>>,
    /// `paths.merge_slashes`.
    pub merge_slashes: Option<Spanned<bool>>,
    /// `paths.underscores`.
    pub underscores: Option<Spanned<&'static str>>,
}

/// `[limits]` as written. Unit: as the name says; `_ms` milliseconds, the rest bytes and counts.
#[derive(Clone, Debug, Default)]
pub struct Limits {
    /// `head_bytes`.
    pub head_bytes: Option<Spanned<u64>>,
    /// `head_fields`.
    pub head_fields: Option<Spanned<i64>>,
    /// `target_bytes`.
    pub target_bytes: Option<Spanned<u64>>,
    /// `head_timeout`.
    pub head_timeout_ms: Option<Spanned<u64>>,
    /// `keep_alive_timeout`.
    pub keep_alive_timeout_ms: Option<Spanned<u64>>,
    /// `min_body_rate`.
    pub min_body_rate: Option<Spanned<u64>>,
    /// `body_bytes`.
    pub body_bytes: Option<Spanned<u64>>,
    /// `drain_timeout`.
    pub drain_timeout_ms: Option<Spanned<u64>>,
}

pub(super) fn read(top: &mut Reader<'_, '_>) -> Settings {
    let mut settings = Settings {
        trusted_proxies: top.texts("trusted_proxies"),
        via: top.flag("via"),
        ..Settings::default()
    };
    if let Some(table) = top.table("logs") {
        let mut logs = Reader::new(table, &LOGS, table.span(), top.findings());
        settings.access = read_access(&mut logs);
        settings.format = logs.choice("format");
    }
    if let Some(table) = top.table("limits") {
        let mut limits = Reader::new(table, &LIMITS, table.span(), top.findings());
        settings.limits = Limits {
            head_bytes: limits.size("head_bytes"),
            head_fields: limits.integer("head_fields"),
            target_bytes: limits.size("target_bytes"),
            head_timeout_ms: limits.duration("head_timeout"),
            keep_alive_timeout_ms: limits.duration("keep_alive_timeout"),
            min_body_rate: limits.size("min_body_rate"),
            body_bytes: limits.size("body_bytes"),
            drain_timeout_ms: limits.duration("drain_timeout"),
        };
    }
    if let Some(table) = top.table("paths") {
        let mut paths = Reader::new(table, &PATHS, table.span(), top.findings());
        settings.dot_segments = paths.choice("dot_segments");
        settings.merge_slashes = paths.flag("merge_slashes");
        settings.underscores = paths.choice("underscores");
    }
    settings
}

fn read_access(logs: &mut Reader<'_, '_>) -> Option<Spanned<String>> {
    let access = logs.text("access")?;
    let is_file = |text: &str| {
        text.strip_prefix("file:").is_some_and(|path| !path.is_empty() && !path.contains('\0'))
    };
    match access.value.as_str() {
        "stdout" | "stderr" | "off" => Some(access),
        text if is_file(text) => Some(access),
        text => {
            refuse_access(logs, text, access.span);
            None
        }
    }
}

fn refuse_access(logs: &mut Reader<'_, '_>, text: &str, span: Span) {
    let problem = Problem::new(format!("`access` cannot be \"{}\"", shown(text)));
    let problem = if matches!(text, "json" | "text" | "combined" | "common") {
        let format = if text == "json" { "json" } else { "text" };
        problem.help(format!(
            "`access` says where the log goes: \"stdout\", \"stderr\", \"off\", \"file:PATH\"; how a \
             line looks is `format = \"{format}\"`"
        ))
    } else if text.contains('/') {
        problem.help(format!("write \"file:{}\" if a file is meant", shown(text))).instead(
            Safety::Maybe,
            text,
            format!("file:{text}"),
        )
    } else {
        problem.help("it is one of \"stdout\", \"stderr\", \"off\", \"file:PATH\"")
    };
    logs.problem(Code::UnknownChoice, span, problem);
}

impl Settings {
    /// Whether nothing is said at all; then a file has no part in the settings.
    pub(crate) fn each_place(&self) -> [(&'static str, Option<Span>); 15] {
        let Limits {
            head_bytes,
            head_fields,
            target_bytes,
            head_timeout_ms,
            keep_alive_timeout_ms,
            min_body_rate,
            body_bytes,
            drain_timeout_ms,
        } = &self.limits;
        [
            ("trusted_proxies", self.trusted_proxies.as_ref().map(|value| value.span)),
            ("via", self.via.as_ref().map(|value| value.span)),
            ("logs.access", self.access.as_ref().map(|value| value.span)),
            ("logs.format", self.format.as_ref().map(|value| value.span)),
            ("limits.head_bytes", head_bytes.as_ref().map(|value| value.span)),
            ("limits.head_fields", head_fields.as_ref().map(|value| value.span)),
            ("limits.target_bytes", target_bytes.as_ref().map(|value| value.span)),
            ("limits.head_timeout", head_timeout_ms.as_ref().map(|value| value.span)),
            ("limits.keep_alive_timeout", keep_alive_timeout_ms.as_ref().map(|value| value.span)),
            ("limits.min_body_rate", min_body_rate.as_ref().map(|value| value.span)),
            ("limits.body_bytes", body_bytes.as_ref().map(|value| value.span)),
            ("limits.drain_timeout", drain_timeout_ms.as_ref().map(|value| value.span)),
            ("paths.dot_segments", self.dot_segments.as_ref().map(|value| value.span)),
            ("paths.merge_slashes", self.merge_slashes.as_ref().map(|value| value.span)),
            ("paths.underscores", self.underscores.as_ref().map(|value| value.span)),
        ]
    }

    /// The settings of two files together; the other's are taken where this one says nothing.
    pub(crate) fn or(self, other: Self) -> Self {
        let (a, b) = (self.limits, other.limits);
        Self {
            trusted_proxies: self.trusted_proxies.or(other.trusted_proxies),
            via: self.via.or(other.via),
            access: self.access.or(other.access),
            format: self.format.or(other.format),
            limits: Limits {
                head_bytes: a.head_bytes.or(b.head_bytes),
                head_fields: a.head_fields.or(b.head_fields),
                target_bytes: a.target_bytes.or(b.target_bytes),
                head_timeout_ms: a.head_timeout_ms.or(b.head_timeout_ms),
                keep_alive_timeout_ms: a.keep_alive_timeout_ms.or(b.keep_alive_timeout_ms),
                min_body_rate: a.min_body_rate.or(b.min_body_rate),
                body_bytes: a.body_bytes.or(b.body_bytes),
                drain_timeout_ms: a.drain_timeout_ms.or(b.drain_timeout_ms),
            },
            dot_segments: self.dot_segments.or(other.dot_segments),
            merge_slashes: self.merge_slashes.or(other.merge_slashes),
            underscores: self.underscores.or(other.underscores),
        }
    }
}
