//! Every known name, and what is said about the others.

use super::*;
use crate::language::fault::FaultKind as K;

fn check(word: &str, expected: Source) {
    assert_eq!(resolve(word).as_ref(), Ok(&expected), "{word}");
    assert!(word.eq_ignore_ascii_case(&expected.spelled()));
}

fn refused(word: &str, kind: K, at: &str) -> String {
    let fault = resolve(word).expect_err(word);
    assert_eq!((fault.kind, &word[fault.at.clone()]), (kind, at), "{word}");
    fault.help.unwrap_or_default()
}

#[test]
fn name_of_the_request_is_resolved() {
    check("req.pathparams.id", Source::PathParam("id".to_owned()));
    check("req.pathparams.user-id", Source::PathParam("user-id".to_owned()));
    check("req.method", Source::Method);
    check("req.host", Source::Host);
    check("req.path", Source::Path);
    check("req.query.page[size]", Source::Query("page[size]".to_owned()));
    check("req.query.Page", Source::Query("Page".to_owned()));
    check("req.query.a.b", Source::Query("a.b".to_owned()));
    check("req.headers.X-Env", Source::Header("x-env".to_owned()));
    check("req.cookies.Session", Source::Cookie("Session".to_owned()));
    check("req.uri", Source::Uri);
    check("req.domain", Source::Domain);
    check("req.protocol", Source::Protocol);
    check("req.secured", Source::Secured);
    check("req.ip", Source::Ip);
    check("req.version", Source::Version);
    check("req.listener", Source::Listener);
    check("req.id", Source::Id);
}

#[test]
fn name_of_route_certificate_or_time_is_resolved() {
    check("req.client_cert.dn", Source::ClientCert(CertPart::Dn));
    check("req.client_cert.cn", Source::ClientCert(CertPart::Cn));
    check("req.client_cert.issuer_dn", Source::ClientCert(CertPart::IssuerDn));
    check("route.id", Source::RouteId);
    check("route.name", Source::RouteName);
    check("route.metadata.team", Source::RouteMetadata("team".to_owned()));
    check("route.metadata.Team.a", Source::RouteMetadata("Team.a".to_owned()));
    check("route.metadata.\u{e9}quipe", Source::RouteMetadata("\u{e9}quipe".to_owned()));
    check("now", Source::Now(TimeFormat::Rfc3339));
    check("now.epoch", Source::Now(TimeFormat::Epoch));
    check("now.epoch_ms", Source::Now(TimeFormat::EpochMs));
    check("now.http", Source::Now(TimeFormat::Http));
    check("now.date", Source::Now(TimeFormat::Date));
}

#[test]
fn format_of_the_time_that_is_unknown_is_told_the_others() {
    for word in ["now.epoch_sec", "now.format('yyyy-MM-dd HH:mm')", "now.", "now.plus_ms(1)"] {
        assert!(refused(word, K::UnknownName, word).contains("`now.epoch_ms`"), "{word}");
    }
}

#[test]
fn name_without_its_last_part_is_refused() {
    for word in [
        "req.pathparams",
        "req.pathparams.",
        "req.query",
        "req.headers.",
        "req.cookies",
        "route.metadata",
    ] {
        let name = word.trim_end_matches('.');
        assert_eq!(refused(word, K::FieldNameMissing, word), format!("write `{name}.NAME`"));
    }
    refused("route.metadata.a'b'", K::FieldName, "a'b'");
    refused("req.pathparams.1", K::FieldName, "1");
    refused("req.pathparams.a.b", K::FieldName, "a.b");
    refused("req.headers.x@y", K::FieldName, "x@y");
    refused("req.query.\u{e9}", K::FieldName, "\u{e9}");
    let long = "a".repeat(129);
    refused(&format!("req.headers.{long}"), K::FieldName, &long);
}

#[test]
fn name_that_is_unknown_is_told_what_was_meant() {
    let meant = |word: &str, near: &str| {
        assert_eq!(refused(word, K::UnknownName, word), format!("did you mean `{near}`?"));
    };
    meant("req.pathparam.id", "req.pathparams.id");
    meant("req.path_params.id", "req.pathparams.id");
    meant("req.pathParams.id", "req.pathparams.id");
    meant("req.header.x-env", "req.headers.x-env");
    meant("req.qeury.page", "req.query.page");
    meant("req.metod", "req.method");
    meant("req.Method", "req.method");
    meant("request.path", "req.path");
    meant("pathparams.id", "req.pathparams.id");
    meant("headers.Host", "req.headers.Host");
    meant("method", "req.method");
    meant("route.metdata.team", "route.metadata.team");
    meant("client_cert.dn", "req.client_cert.dn");
    meant("req.client_cert.cm", "req.client_cert.cn");
    meant("routes.name", "route.name");
    assert!(refused("id", K::UnknownName, "id").contains("req.pathparams.id"));
    for word in ["env.HOME", "config.x", "vault"] {
        assert!(refused(word, K::UnknownName, word).contains("never from the host"));
    }
    assert!(refused("token.sub", K::UnknownName, "token.sub").contains("known are"));
    assert!(refused("\u{e9}", K::UnknownName, "\u{e9}").contains("known are"));
}
