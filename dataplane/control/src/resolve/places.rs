//! From targets to names and back to addresses; an address that is written needs no question.

use std::collections::HashSet;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use super::table::Table;
use crate::snapshot::Addresses;

/// Where a target says it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place<'a> {
    pub(crate) host: &'a str,
    pub(crate) port: u16,
    pub(crate) ip: Option<IpAddr>,
}

impl Place<'_> {
    /// The address when it is written: as `ip`, or as the host itself.
    fn written(&self) -> Option<IpAddr> {
        self.ip.or_else(|| {
            let bare = self.host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
            bare.unwrap_or(self.host).parse().ok()
        })
    }
}

/// Names of targets, each once.
pub(crate) type Names = HashSet<Arc<str>>;

/// The names that must be asked for.
pub(crate) fn names<'a>(places: impl Iterator<Item = Place<'a>>) -> Names {
    let mut names = Names::new();
    for place in places {
        if place.written().is_none() && !names.contains(place.host) {
            names.insert(Arc::from(place.host));
        }
    }
    names
}

/// The addresses of all targets, in the order of their ids.
pub(crate) fn addresses<'a>(
    places: impl ExactSizeIterator<Item = Place<'a>>,
    table: &Table,
    version: u64,
) -> Addresses {
    let mut builder = Addresses::builder(version, places.len());
    let mut several: Vec<SocketAddr> = Vec::new();
    for place in places {
        match place.written() {
            Some(ip) => builder.push(&[SocketAddr::new(ip, place.port)]),
            None => {
                several.clear();
                let resolved = table.addresses(place.host).iter();
                several.extend(resolved.map(|ip| SocketAddr::new(*ip, place.port)));
                builder.push(&several);
            }
        }
    }
    builder.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::TTL_FLOOR;
    use crate::resolve::table::Answer;
    use pointsman_schemas::artifact::id::TargetId;
    use std::time::Instant;

    fn place<'a>(host: &'a str, port: u16, ip: Option<&str>) -> Place<'a> {
        Place { host, port, ip: ip.and_then(|text| text.parse().ok()) }
    }

    #[test]
    fn only_names_are_asked_for_and_each_once() {
        let places = [
            place("a.tld", 80, None),
            place("a.tld", 81, None),
            place("b.tld", 80, Some("192.0.2.1")),
            place("192.0.2.2", 80, None),
            place("2001:db8::1", 80, None),
            place("[2001:db8::2]", 80, None),
        ];
        let expected: HashSet<Arc<str>> = HashSet::from([Arc::from("a.tld")]);
        assert_eq!(names(places.into_iter()), expected);
    }

    #[test]
    fn target_is_reached_where_it_says() {
        let places = [
            place("a.tld", 80, None),
            place("unknown.tld", 80, None),
            place("b.tld", 8080, Some("192.0.2.1")),
            place("[2001:db8::2]", 81, None),
        ];
        let now = Instant::now();
        let mut table = Table::default();
        table.want(&names(places.into_iter()), now);
        while let Some(name) = table.take_due(now) {
            let answer = match &*name {
                "a.tld" => {
                    let addresses =
                        vec![IpAddr::from([192, 0, 2, 7]), IpAddr::from([192, 0, 2, 6])];
                    Answer::Found { addresses, ttl: TTL_FLOOR }
                }
                _ => Answer::Failed,
            };
            table.answered(&name, answer, now, 0);
        }
        let made = addresses(places.into_iter(), &table, 7);
        let got: Vec<String> = (0..4)
            .map(|id| made.of(TargetId(id)).iter().map(|at| format!("{at} ")).collect())
            .collect();
        assert_eq!(got, ["192.0.2.6:80 192.0.2.7:80 ", "", "192.0.2.1:8080 ", "[2001:db8::2]:81 "]);
        assert_eq!(made.version(), 7);
    }
}
