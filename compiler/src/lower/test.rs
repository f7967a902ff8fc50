//! `[[tests]]` as the requests that an artifact proves itself with.

use pointsman_schemas::artifact::layout::{NONE, PairRecord, SelfTestRecord, U16, U32};
use pointsman_schemas::artifact::write::Writer;
use pointsman_schemas::limits::SELF_TESTS_MAX;

use super::settings::ip_bytes;
use crate::model::{Expect, Test};

/// Adds the first tests, as many as an artifact holds; `listeners` leads from the model's listener
/// to its number.
pub(super) fn tests(writer: &mut Writer, tests: &[Test], listeners: &[u32]) {
    for test in tests.iter().take(SELF_TESTS_MAX) {
        let Some(listener) = listeners.get(test.listener.unwrap_or_default()) else { continue };
        let record = record(writer, test, *listener);
        writer.self_tests.push(record);
    }
}

fn record(writer: &mut Writer, test: &Test, listener: u32) -> SelfTestRecord {
    let pair_first = writer.self_test_pairs.len() as u32;
    for (name, value) in &test.headers {
        pair(writer, name, value);
    }
    let (client, family) = ip_bytes(test.client_ip);
    let name = test.name.as_ref().map_or(NONE, |name| writer.string(name).0);
    let mut record = SelfTestRecord {
        name: U32::new(name),
        method: U32::new(writer.string(&test.method).0),
        authority: U32::new(writer.string(&test.authority).0),
        target: U32::new(writer.string(&test.target).0),
        listener: U32::new(listener),
        pair_first: U32::new(pair_first),
        field_count: U16::new(test.headers.len() as u16),
        param_count: U16::ZERO,
        client,
        family,
        secured: u8::from(test.scheme == "https"),
        outcome: 0,
        answer_count: 0,
        status: U16::ZERO,
        header_count: U16::ZERO,
        route: U32::new(NONE),
        backend: U32::new(NONE),
        path: U32::new(NONE),
        reason: U32::new(NONE),
    };
    match &test.expect {
        Expect::Route { route, backend, path, params, headers, status, response_headers } => {
            record.route = U32::new(writer.string(route).0);
            record.backend = optional(writer, backend.as_deref());
            record.path = optional(writer, path.as_deref());
            record.param_count = U16::new(params.len() as u16);
            record.header_count = U16::new(headers.len() as u16);
            record.status = U16::new(status.unwrap_or_default());
            record.answer_count = response_headers.len() as u8;
            for (name, value) in params.iter().chain(headers).chain(response_headers) {
                pair(writer, name, value);
            }
        }
        Expect::Redirect(place) => {
            record.outcome = 3;
            record.path = U32::new(writer.string(place).0);
        }
        Expect::Refused(reason) => {
            record.outcome = 2;
            record.reason = U32::new(writer.string(reason).0);
        }
        Expect::Status(status) => {
            record.outcome = 1;
            record.status = U16::new(*status);
        }
    }
    record
}

fn pair(writer: &mut Writer, name: &str, value: &str) {
    let record = PairRecord {
        name: U32::new(writer.string(name).0),
        value: U32::new(writer.string(value).0),
    };
    writer.self_test_pairs.push(record);
}

fn optional(writer: &mut Writer, text: Option<&str>) -> U32 {
    U32::new(text.map_or(NONE, |text| writer.string(text).0))
}
