//! What an import leaves out, replaces or cannot read never opens a door in silence.

use std::fs;

use serde_json::{Value, json};

use crate::import_guards::{Written, route, with};

#[test]
fn words_of_yaml_are_flags_as_otoroshi_reads_them() {
    let yaml = |fields: &str, target: &str| {
        let text = format!(
            "- id: all\n  frontend: {{domains: [a.tld]}}\n  backend: {{targets: [{{hostname: h, port: 80}}]}}\n\
             - id: r\n  frontend: {{domains: [a.tld/r/]{fields}}}\n  backend: {{targets: [{{hostname: h, \
             port: 8443{target}}}]}}\n"
        );
        text
    };
    let import = |text: &str| Written::of("otoroshi", "export.yaml", text, &[]);
    for off in ["no", "No", "NO", "off", "Off", "OFF", "n", "N", "false", "&x FALSE"] {
        let edge = import(&yaml("", "").replace("id: r", &format!("id: r\n  enabled: {off}")));
        assert_eq!(edge.code, 0, "{off}: {}", edge.err);
        assert!(edge.file("r").contains("enabled = false"), "{off}");
    }
    for on in ["yes", "Yes", "YES", "on", "On", "ON", "y", "Y", "true"] {
        let edge = import(&yaml(&format!(", exact: {on}"), &format!(", tls: {on}")));
        assert_eq!(edge.code, 0, "{on}: {}", edge.err);
        let file = edge.file("r");
        assert!(file.contains("exact = true") && file.contains("tls = true"), "{on}: {file}");
    }
    // Quoted words are texts, and a flag that cannot be read lets nobody in unsaid.
    for fields in [", exact: \"yes\"", ", exact: 1", ", exact: oui"] {
        assert_eq!(import(&yaml(fields, "")).code, 1, "{fields}");
    }
    assert_eq!(import(&yaml("", ", tls: \"true\"")).code, 1);
    // A letter is a text where one is asked for, a word is none.
    let edge = import(&yaml(", headers: {x-a: y}", ""));
    assert_eq!(edge.code, 0, "{}", edge.err);
    assert!(edge.file("r").contains("x-a = \"y\""), "{}", edge.file("r"));
    assert_eq!(import(&yaml(", headers: {x-a: yes}", "")).code, 1);
    // No number is another one than it is there.
    for number in ["010", "0o10", "1:30", "0b11", "8_080"] {
        let edge = import(&yaml("", "").replace("8443", number));
        let file = edge.file("r");
        assert!(!file.contains("port = "), "{number}: {file}");
    }
    let edge = import(&yaml("", "").replace("8443", "0x50"));
    assert!(edge.file("r").contains("port = 80"));
}

#[test]
fn list_with_an_entry_that_is_no_text_is_none() {
    let mut odd = route("odd", "a.tld", &[]);
    odd["frontend"]["domains"] = json!(["a.tld", 5]);
    let edge = Written::new(&[odd, route("all", "b.tld", &[])], &[]);
    assert_eq!(edge.code, 1);
    assert!(!edge.edge.join("routes/odd.toml").exists());
    let odd = with(route("odd", "a.tld", &[]), "methods", json!(["GET", 5]));
    let edge = Written::new(&[odd], &[]);
    assert_eq!(edge.code, 1);
    assert!(!edge.file("odd").contains("methods"));
}

#[test]
fn entity_that_is_left_out_may_have_protected_something() {
    let guard = json!([{"plugin": "cp:otoroshi.next.plugins.ApikeyCalls"}]);
    for left_out in [
        json!({"id": "c", "name": "c", "routes": [{"frontend": {"domains": ["a.tld/admin"]}}], "plugins": guard}),
        json!({"id": "s", "name": "s", "hosts": ["a.tld/admin"], "privateApp": true}),
        json!({"id": "a", "name": "a", "domain": "a.tld", "contextPath": "/admin", "flows": []}),
        json!({"apis": [{"id": "x"}], "routeCompositions": [{"id": "y"}]}),
        json!({"kind": "Something", "id": "x"}),
        json!({"id": "x", "name": "x"}),
    ] {
        let edge = Written::new(&[left_out.clone(), route("all", "a.tld", &[])], &[]);
        assert_eq!(edge.code, 1, "{left_out}");
    }
    let harmless = json!({"tenants": [{"id": "default"}], "tcpServices": [{"id": "x"}]});
    assert_eq!(Written::new(&[harmless, route("all", "a.tld", &[])], &[]).code, 0);
    // The style of Kubernetes is known without its version.
    let spec = json!({"frontend": {"domains": ["a.tld/admin"]}, "plugins": guard});
    let admin = json!({"kind": "Route", "metadata": {"name": "admin"}, "spec": spec});
    let edge = Written::new(&[admin, route("all", "a.tld", &[])], &[]);
    assert_eq!(edge.code, 1);
    assert_eq!(edge.route("GET http://a.tld/admin", &[]), "admin-closed");
}

#[test]
fn plugin_that_is_not_known_by_its_whole_name_closes_its_route() {
    for name in [
        "HttpSignatureVerifyRequest",
        "ZipFileBackend",
        "ZipBombBackend",
        "OtoroshiMetricsEndpoint",
        "RemoteCatalogDeployWebhook",
        "OtoroshiOCSPResponderEndpoint",
        "JweSigner",
    ] {
        let edge = Written::new(&[route("r", "a.tld", &[(name, json!({}))])], &[]);
        assert_eq!(edge.code, 1, "{name}");
        assert_eq!(edge.route("GET http://a.tld/", &[]), "r-closed", "{name}");
    }
    for name in ["GzipResponseCompressor", "XForwardedHeaders"] {
        assert_eq!(
            Written::new(&[route("r", "a.tld", &[(name, json!({}))])], &[]).code,
            0,
            "{name}"
        );
    }
}

#[test]
fn last_entity_of_an_id_is_the_one_that_counts() {
    let mut off = route("r", "a.tld/x", &[]);
    off["enabled"] = json!(false);
    let edge = Written::new(&[route("r", "a.tld/x", &[]), off, route("all", "b.tld", &[])], &[]);
    assert_eq!(edge.code, 0, "{}", edge.err);
    assert_eq!(edge.route("GET http://a.tld/x", &[]), "404");
    let backend = |host: &str| json!({"kind": "Backend", "id": "b", "name": "b", "backend": {"targets": [{"hostname": host, "port": 80}]}});
    let mut user = route("r", "a.tld", &[]);
    user["backend_ref"] = json!("b");
    let edge = Written::new(&[user, backend("first"), backend("last")], &[]);
    let files = fs::read_dir(edge.edge.join("backends")).expect("a folder");
    let texts: Vec<String> = files
        .map(|file| fs::read_to_string(file.expect("a file").path()).expect("a text"))
        .collect();
    assert!(texts.len() == 1 && texts[0].contains("\"last\""), "{texts:?}");
}

#[test]
fn route_of_onebackend_that_is_left_out_is_said_to_open_a_door() {
    let import = |routes: Value| Written::of("1backend", "routes.json", &routes.to_string(), &[]);
    let one = |id: &str, target: &str| json!({"id": id, "target": target});
    for left_out in [
        one("x.com/a b", "http://p:1"),
        one("x.com/:id", "http://p:1"),
        one("x.com/q", "http://p:1/?k=v"),
        one("x.com/f", "ftp://p"),
        one("x.com/app/", "http://p:1"),
    ] {
        let edge = import(json!([one("x.com", "http://open:1"), left_out]));
        assert_eq!(edge.code, 1, "{left_out}: {}", edge.err);
    }
    let edge = import(json!([one("x.com", "http://first:1"), one("x.com", "http://last:1")]));
    assert_eq!(edge.code, 0, "{}", edge.err);
    assert!(edge.file("x.com").contains("\"last\""), "{}", edge.file("x.com"));
    // An id that ends with `/` is one path there.
    let edge = import(json!([one("x.com/app/", "http://slash:1")]));
    assert_eq!(edge.route("GET https://x.com/app/x", &[]), "404");
    let edge = import(json!([one("X.com", "http://upper:1"), one("x.com", "http://lower:1")]));
    assert_eq!(edge.code, 1);
    assert_eq!(edge.route("GET https://x.com/", &[]), "x.com");
}
