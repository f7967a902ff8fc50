//! What holds for the whole host: one value a key, whichever file says it, and the defaults.

use pointsman_schemas::limits;

use super::trust;
use crate::diagnostic::{Code, Diagnostic, Findings};
use crate::document::settings::Settings as Written;
use crate::document::value;
use crate::model::{AccessLog, DotSegments, Limits, LogFormat, Logs, Paths, Settings, Underscores};
use crate::source::Spanned;

/// Settings of all files together. A key that two files say is a finding.
pub(super) fn merge(parts: Vec<Written>, findings: &mut Findings) -> Written {
    let mut merged = Written::default();
    for part in parts {
        for ((name, first), (_, again)) in merged.each_place().into_iter().zip(part.each_place()) {
            if let (Some(first), Some(again)) = (first, again) {
                let message = format!("`{name}` is set in two files");
                findings.push(
                    Diagnostic::new(Code::DefinedTwice, again, message)
                        .label("set again")
                        .other(first, "set here first")
                        .help("leave one of them out; it holds for all files"),
                );
            }
        }
        merged = merged.or(part);
    }
    merged
}

/// Settings with their defaults.
pub(super) fn resolve(written: Written, findings: &mut Findings) -> Settings {
    let mut trusted_proxies = Vec::new();
    for text in written.trusted_proxies.map(|list| list.value).unwrap_or_default() {
        match value::network(&text.value) {
            Ok(network) => {
                let text = Spanned::new(text.value.as_str(), text.span);
                trust::warn_of_width("trusted_proxies", &text, findings);
                trusted_proxies.push(network);
            }
            Err(problem) => findings.push(problem.finding(Code::BadIp, text.span)),
        }
    }
    trusted_proxies.sort_unstable();
    trusted_proxies.dedup();
    let limits = resolve_limits(&written.limits);
    if let Some(target) = &written.limits.target_bytes
        && target.value > limits.head_bytes
    {
        let head = value::show_size(limits.head_bytes);
        let message = format!("`target_bytes` is above `head_bytes`, {head}");
        let finding = Diagnostic::new(Code::OutOfRange, target.span, message)
            .help("a target is a part of a head; lower the one or raise the other");
        findings.push(finding);
    }
    let or = |word: &Option<Spanned<&'static str>>, is: &str| {
        word.as_ref().is_some_and(|word| word.value == is)
    };
    Settings {
        trusted_proxies,
        via: written.via.is_none_or(|via| via.value),
        logs: Logs {
            access: access_log(written.access.as_ref().map(|access| access.value.as_str())),
            format: if or(&written.format, "text") { LogFormat::Text } else { LogFormat::Json },
        },
        limits,
        paths: Paths {
            dot_segments: if or(&written.dot_segments, "normalize") {
                DotSegments::Normalize
            } else {
                DotSegments::Reject
            },
            merge_slashes: written.merge_slashes.is_some_and(|merge| merge.value),
            underscores: if or(&written.underscores, "pass") {
                Underscores::Pass
            } else {
                Underscores::Drop
            },
        },
    }
}

/// Text that was checked where it was read.
fn access_log(written: Option<&str>) -> AccessLog {
    match written {
        None | Some("stdout") => AccessLog::Stdout,
        Some("stderr") => AccessLog::Stderr,
        Some("off") => AccessLog::Off,
        Some(file) => AccessLog::File(file.strip_prefix("file:").unwrap_or(file).to_owned()),
    }
}

fn resolve_limits(written: &crate::document::settings::Limits) -> Limits {
    let or = |value: &Option<Spanned<u64>>, default: u64| {
        value.as_ref().map_or(default, |value| value.value)
    };
    let fields = written.head_fields.as_ref().and_then(|fields| u64::try_from(fields.value).ok());
    Limits {
        head_bytes: or(&written.head_bytes, limits::HEAD_BYTES_DEFAULT),
        head_fields: fields.unwrap_or(limits::HEAD_FIELDS_DEFAULT),
        target_bytes: or(&written.target_bytes, limits::TARGET_BYTES_DEFAULT),
        head_timeout_ms: or(&written.head_timeout_ms, limits::HEAD_TIMEOUT_DEFAULT_MS),
        keep_alive_timeout_ms: or(
            &written.keep_alive_timeout_ms,
            limits::KEEP_ALIVE_TIMEOUT_DEFAULT_MS,
        ),
        min_body_rate: or(&written.min_body_rate, limits::BODY_RATE_DEFAULT_BYTES),
        body_bytes: or(&written.body_bytes, 0),
        drain_timeout_ms: or(&written.drain_timeout_ms, limits::DRAIN_TIMEOUT_DEFAULT_MS),
    }
}
