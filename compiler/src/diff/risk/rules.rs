//! The table: each key, what of it is riskier, and in which words that is told. A test asks that
//! every key stands here, be it as one that can widen no trust.

use super::sides::{Sides, longer};
use super::timeouts::{ROWS, is_row};
use super::{conditions, fields, health, tls};

/// What of a key is riskier.
pub(super) enum Riskier {
    /// That a flag becomes this; then what holds where it is not said.
    Flag(bool, bool),
    /// More, and nothing at all, as zero is; then the default, if there is one.
    Limit(Option<u64>),
    /// More; then the default.
    More(u64),
    /// Less.
    Less,
    /// What stands earlier here; what stands first holds where nothing is said.
    Earlier(&'static [&'static str]),
    /// One of these words.
    Word(&'static [&'static str]),
    /// More texts than there were; then those that hold where nothing is said.
    Texts(&'static [&'static str]),
    /// More texts than there were, of what is there on both sides.
    OwnTexts,
    /// More texts than there were, or none, which is all of them.
    TextsOrAll,
    /// Addresses that are in none of the old networks.
    Networks,
    /// Addresses at which nobody came in.
    Addresses,
    /// Anything else, of what is there on both sides.
    Other,
    /// Nothing said any more, of what is there on both sides.
    Nothing,
    /// What this finds, in words of its own.
    Own(fn(&Sides<'_, '_>) -> Option<&'static str>),
    /// Nothing.
    Never,
}

/// A row of the table.
pub(super) struct Rule {
    pub(super) key: &'static str,
    riskier: Riskier,
    words: &'static str,
}

impl Rule {
    /// The words, where the new side is riskier.
    pub(super) fn judged(&self, sides: &Sides<'_, '_>) -> Option<&'static str> {
        let rank = |words: &'static [&'static str]| {
            let (old, new) = sides.words(words.first().copied().unwrap_or_default());
            let rank = |word| words.iter().position(|known| *known == word);
            (rank(old), rank(new))
        };
        let is_said = |fact: Option<&super::super::fact::Fact<'_>>| {
            fact.is_some_and(|fact| !fact.items.is_empty())
        };
        let is_riskier = match &self.riskier {
            Riskier::Flag(risky, default) => sides.becomes(*risky, *default),
            Riskier::Limit(default) => {
                sides.numbers(*default).is_some_and(|(old, new)| longer(old, new))
            }
            Riskier::More(default) => {
                sides.numbers(Some(*default)).is_some_and(|(old, new)| new > old)
            }
            Riskier::Less => sides.numbers(None).is_some_and(|(old, new)| new < old),
            Riskier::Earlier(words) => {
                let (old, new) = rank(words);
                new < old
            }
            Riskier::Word(words) => {
                let (old, new) = sides.words("");
                old != new && words.contains(&new)
            }
            Riskier::Texts(default) => sides.adds(default),
            Riskier::OwnTexts => sides.is_kept() && sides.adds(&[]),
            Riskier::TextsOrAll => {
                is_said(sides.was()) && (!is_said(sides.is()) || sides.adds(&[]))
            }
            Riskier::Networks => sides.widens_networks(),
            Riskier::Addresses => sides.opens(),
            Riskier::Other => sides.is_kept() && sides.was() != sides.is(),
            Riskier::Nothing => sides.is_kept() && is_said(sides.was()) && !is_said(sides.is()),
            Riskier::Own(own) => return own(sides),
            Riskier::Never => false,
        };
        is_riskier.then_some(self.words)
    }
}

/// The rule of a key, and of a key whose end is a free name.
pub(super) fn rule(key: &str) -> Option<&'static Rule> {
    let key = if is_row(key) { ROWS } else { key };
    let exact = RULES.iter().chain(HARMLESS).find(|rule| rule.key == key);
    exact.or_else(|| RULES.iter().find(|rule| rule.key.ends_with('.') && key.starts_with(rule.key)))
}

/// All rows.
#[cfg(test)]
pub(super) fn all_rules() -> impl Iterator<Item = &'static Rule> {
    RULES.iter().chain(HARMLESS)
}

const fn rule_of(key: &'static str, riskier: Riskier, words: &'static str) -> Rule {
    Rule { key, riskier, words }
}

const fn harmless(key: &'static str) -> Rule {
    rule_of(key, Riskier::Never, "")
}

/// What a listener serves that it did not.
fn serves(sides: &Sides<'_, '_>) -> Option<&'static str> {
    match sides.words("") {
        (old, new) if old == new => None,
        (_, "services") => Some("serves services"),
        (_, "routes") if sides.is_kept() => Some("serves routes"),
        _ => None,
    }
}

/// Whether clients that name no host, or one without a certificate, see another certificate.
fn serves_unknown(sides: &Sides<'_, '_>) -> Option<&'static str> {
    match sides.words("") {
        (old, new) if old == new || new.is_empty() => None,
        ("", _) => Some("unknown hosts served"),
        _ => Some("certificate's reference changed"),
    }
}

const RULES: &[Rule] = &[
    // Of host.
    rule_of("trusted_proxies", Riskier::Networks, "trust widened"),
    rule_of("limits.head_bytes", Riskier::Limit(None), "limit loosened"),
    rule_of("limits.head_fields", Riskier::Limit(None), "limit loosened"),
    rule_of("limits.target_bytes", Riskier::Limit(None), "limit loosened"),
    rule_of("limits.body_bytes", Riskier::Limit(None), "limit loosened"),
    rule_of("limits.min_body_rate", Riskier::Less, "limit loosened"),
    rule_of("limits.head_timeout", Riskier::Limit(None), "timeout loosened"),
    rule_of("limits.keep_alive_timeout", Riskier::Limit(None), "timeout loosened"),
    rule_of("limits.drain_timeout", Riskier::Limit(None), "timeout loosened"),
    rule_of("paths.dot_segments", Riskier::Word(&["normalize"]), "limit loosened"),
    rule_of("paths.merge_slashes", Riskier::Flag(true, false), "limit loosened"),
    rule_of("paths.underscores", Riskier::Word(&["pass"]), "limit loosened"),
    rule_of("logs.access", Riskier::Word(&["Off"]), "requests no longer logged"),
    rule_of("acme.directory", Riskier::Other, "trust changed"),
    rule_of("acme.directory_ca", Riskier::Other, "trust changed"),
    rule_of("acme.external_account.key", Riskier::Other, "secret's reference changed"),
    rule_of("acme.dns_hook.command", Riskier::Other, "another command on the edge"),
    rule_of("acme.dns_hook.timeout", Riskier::Limit(None), "timeout loosened"),
    rule_of("acme.export_dir", Riskier::Other, "keys written elsewhere"),
    rule_of("registry.address", Riskier::Addresses, "opened to more"),
    rule_of("registry.allow", Riskier::Networks, "trust widened"),
    rule_of("registry.certificate", Riskier::Nothing, "verification weakened"),
    // Of listeners.
    rule_of("address", Riskier::Addresses, "opened to more"),
    rule_of("serve", Riskier::Own(serves), ""),
    rule_of("redirect_to_https", Riskier::Flag(false, false), "plain requests served"),
    rule_of("redirect_to_https.except", Riskier::Texts(&[]), "plain requests served"),
    rule_of("proxy_protocol.from", Riskier::Networks, "trust widened"),
    rule_of("max_connections", Riskier::Limit(Some(0)), "limit loosened"),
    rule_of("per_client", Riskier::Limit(Some(0)), "limit loosened"),
    rule_of("max_requests", Riskier::Limit(Some(0)), "limit loosened"),
    rule_of("tls", Riskier::Own(tls::of_target), ""),
    rule_of("tls.default_certificate", Riskier::Own(serves_unknown), ""),
    rule_of("tls.min_version", Riskier::Earlier(&["1.2", "1.3"]), "verification weakened"),
    rule_of(
        "tls.client_auth.mode",
        Riskier::Earlier(&["none", "request", "require"]),
        "verification weakened",
    ),
    rule_of("tls.client_auth.ca", Riskier::Other, "trust changed"),
    rule_of("tls.client_auth.crl", Riskier::Other, "trust changed"),
    rule_of("tls.client_auth.hosts", Riskier::Other, "trust changed"),
    // Of routes.
    rule_of("listeners", Riskier::OwnTexts, "open by more listeners"),
    rule_of("methods", Riskier::TextsOrAll, "takes more methods"),
    rule_of("exact", Riskier::Flag(false, false), "takes longer paths"),
    rule_of("headers.", Riskier::Own(conditions::judged), ""),
    rule_of("query.", Riskier::Own(conditions::judged), ""),
    rule_of("cookies.", Riskier::Own(conditions::judged), ""),
    rule_of("request_headers", Riskier::Own(fields::of_requests), ""),
    rule_of("response_headers", Riskier::Own(fields::of_responses), ""),
    rule_of("answer", Riskier::Own(fields::of_answers), ""),
    rule_of("upgrade", Riskier::Texts(&["websocket"]), "takes more upgrades"),
    rule_of("hsts", Riskier::Flag(false, false), "HSTS loosened"),
    rule_of("hsts.max_age", Riskier::Less, "HSTS loosened"),
    rule_of("hsts.include_subdomains", Riskier::Flag(false, false), "HSTS loosened"),
    rule_of("hsts.preload", Riskier::Flag(false, false), "HSTS loosened"),
    // Of backends, targets, services and certificates.
    rule_of("client.global_timeout", Riskier::Limit(Some(30_000)), "timeout loosened"),
    rule_of("client.connection_timeout", Riskier::Limit(Some(10_000)), "timeout loosened"),
    rule_of("client.idle_timeout", Riskier::Limit(Some(60_000)), "timeout loosened"),
    rule_of("client.call_timeout", Riskier::Limit(Some(30_000)), "timeout loosened"),
    rule_of("client.call_and_stream_timeout", Riskier::Limit(Some(120_000)), "timeout loosened"),
    rule_of("client.retries", Riskier::More(1), "retries loosened"),
    rule_of(
        "client.retry_on",
        Riskier::Texts(&["connect_failure", "reset", "timeout"]),
        "retries loosened",
    ),
    rule_of("client.retry_body_bytes", Riskier::More(65_536), "limit loosened"),
    rule_of("client.max_errors", Riskier::Limit(Some(20)), "breaker loosened"),
    rule_of("client.breaker_on_5xx", Riskier::Flag(false, false), "breaker loosened"),
    rule_of("outlier", Riskier::Flag(false, false), "outlier detection dropped"),
    rule_of("outlier.consecutive_failures", Riskier::More(5), "outlier detection loosened"),
    rule_of("health_check", Riskier::Flag(false, false), "health check dropped"),
    rule_of("health_check.enabled", Riskier::Flag(false, true), "health check dropped"),
    rule_of("health_check.type", Riskier::Word(&["tcp"]), "health check weakened"),
    rule_of("health_check.healthy_statuses", Riskier::Own(health::judged), ""),
    rule_of("health_check.unhealthy_statuses", Riskier::Own(health::judged), ""),
    rule_of("health_check.body_regex", Riskier::Nothing, "health check weakened"),
    rule_of("load_balancing.secret", Riskier::Other, "secret's reference changed"),
    rule_of("proxy.host", Riskier::Other, "trust changed"),
    rule_of("proxy.port", Riskier::Own(tls::of_way), ""),
    rule_of("proxy.principal", Riskier::Own(tls::of_way), ""),
    rule_of("proxy.no_proxy", Riskier::Own(tls::of_way), ""),
    rule_of("proxy.protocol", Riskier::Own(tls::of_proxy), ""),
    rule_of("proxy.password", Riskier::Other, "secret's reference changed"),
    rule_of("proxy.tls_settings.enabled", Riskier::Own(tls::of_proxy), ""),
    rule_of("proxy.tls_settings.verify", Riskier::Own(tls::of_proxy), ""),
    rule_of("proxy.tls_settings.client_certificates", Riskier::Other, "trust changed"),
    rule_of("proxy.tls_settings.trusted_certificates", Riskier::Other, "trust changed"),
    rule_of("tls_settings.enabled", Riskier::Own(tls::of_target), ""),
    rule_of("tls_settings.verify", Riskier::Own(tls::of_target), ""),
    rule_of("tls_settings.client_certificates", Riskier::Other, "trust changed"),
    rule_of("tls_settings.trusted_certificates", Riskier::Other, "trust changed"),
    rule_of("certificate", Riskier::Other, "certificate's reference changed"),
    rule_of("key", Riskier::Other, "secret's reference changed"),
    rule_of("builtin", Riskier::Word(&["status", "metrics"]), "shows the state of the edge"),
    rule_of("registry", Riskier::Flag(true, false), "trust widened"),
];

/// Keys that can widen no trust: what they move is told by requests or as going elsewhere, or moves
/// only load. Rows of timeouts are judged all at once, in `timeouts`.
const HARMLESS: &[Rule] = &[
    harmless("via"),
    harmless("logs.format"),
    harmless("tests"),
    harmless("node.provider"),
    harmless("node.region"),
    harmless("node.zone"),
    harmless("node.dc"),
    harmless("node.rack"),
    harmless("node.geoip"),
    harmless("acme"),
    harmless("acme.contact"),
    harmless("acme.external_account.id"),
    harmless("acme.key_type"),
    harmless("acme.profile"),
    harmless("acme.preferred_challenge"),
    harmless("registry.listens"),
    harmless("protocols"),
    harmless("redirect_to_https.status"),
    harmless("tls.certificates"),
    harmless("name"),
    harmless("match"),
    harmless("strip_path"),
    harmless("priority"),
    harmless("backend"),
    harmless("root"),
    harmless("rewrite"),
    harmless("keep_query"),
    harmless("host_header"),
    harmless("client.cache_connection"),
    harmless("client.custom_timeouts"),
    harmless("client.cache_connection_queue_size"),
    harmless("client.retry_budget"),
    harmless("client.backoff_factor"),
    harmless("client.initial_delay"),
    harmless("client.sample_interval"),
    harmless("client.open_for"),
    harmless("load_balancing.type"),
    harmless("load_balancing.slow_start"),
    harmless("load_balancing.header_name"),
    harmless("load_balancing.cookie_name"),
    harmless("load_balancing.query_name"),
    harmless("load_balancing.ratio"),
    harmless("load_balancing.cookie_lifetime"),
    harmless("health_check.url"),
    harmless("health_check.method"),
    harmless("health_check.headers"),
    harmless("health_check.interval"),
    harmless("health_check.timeout"),
    harmless("health_check.rise"),
    harmless("health_check.fall"),
    harmless("outlier.base_ejection"),
    harmless("outlier.max_ejected"),
    harmless("host"),
    harmless("port"),
    harmless("ip"),
    harmless("weight"),
    harmless("backup"),
    harmless("protocol"),
    harmless("predicate.type"),
    harmless("predicate.provider"),
    harmless("predicate.region"),
    harmless("predicate.zone"),
    harmless("predicate.dc"),
    harmless("predicate.rack"),
    harmless("predicate.positions"),
    harmless("strip_slug"),
    harmless("path"),
    harmless("connection_timeout"),
    harmless("idle_timeout"),
    harmless("call_and_stream_timeout"),
    harmless("call_timeout"),
    harmless("global_timeout"),
];
