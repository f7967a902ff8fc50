//! Route sets of any size, in the kinds that differ for a matcher: one host or many, paths that
//! tenants share or do not, parameters with or without a constraint.

use pointsman_core::rng::Rng;

use crate::shapes::PATHS;

/// What the routes are like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// One host with one REST interface; from 121 routes on, one a service, under `/svc-00000`.
    Interface,
    /// The same, with `[0-9]+` on every parameter.
    InterfaceConstrained,
    /// Ten routes a host, all below the tenant's name; what lies below it is alike. Six of ten have
    /// a parameter, two are prefixes, two are exact.
    Tenants,
    /// Twenty routes a host, which has one of three sets of paths: tenants of one product.
    Shared,
    /// Twenty routes a host, drawn from all paths: tenants that share parts, but hardly the whole.
    Drawn,
    /// Ten routes a host, each below a segment of its own, with names that few others have below it:
    /// hardly anything to share.
    Own,
}

impl Kind {
    /// All of them, with a short name each.
    pub const ALL: [(Self, &'static str); 6] = [
        (Self::Interface, "interface"),
        (Self::InterfaceConstrained, "interface-constrained"),
        (Self::Tenants, "tenants"),
        (Self::Shared, "shared"),
        (Self::Drawn, "drawn"),
        (Self::Own, "own"),
    ];
}

/// Routes of one host of [`Kind::Shared`] and [`Kind::Drawn`].
const ROUTES_PER_HOST: usize = 20;

/// One route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spec {
    /// Its id.
    pub id: String,
    /// Its host.
    pub host: String,
    /// Its path, parameters as `:name` or `$name<regex>`.
    pub path: String,
    /// Whether the path must end where the pattern does.
    pub exact: bool,
    /// Which of [`BACKENDS`] backends.
    pub backend: usize,
}

/// How many backends the routes are spread over.
pub const BACKENDS: usize = 2;

impl Spec {
    /// Host and path as they stand in `match`.
    #[must_use]
    pub fn pattern(&self) -> String {
        format!("{}{}", self.host, self.path)
    }

    /// A path that fits it, parameters drawn.
    #[must_use]
    pub fn request_path(&self, rng: &mut Rng) -> String {
        let mut path = String::new();
        for segment in self.path.split('/').skip(1) {
            path.push('/');
            if segment.starts_with([':', '$']) {
                path.push_str(&rng.below(100_000).to_string());
            } else {
                path.push_str(segment);
            }
        }
        if !self.exact {
            path.push_str("/css/site.css");
        }
        path
    }
}

/// The routes of a set, in order of their numbers.
pub fn routes(kind: Kind, count: usize) -> impl Iterator<Item = Spec> {
    let mut rng = Rng::from_seed(count as u64);
    let mut drawn = Vec::new();
    (0..count).map(move |number| match kind {
        Kind::Interface => interface(number, count, false),
        Kind::InterfaceConstrained => interface(number, count, true),
        Kind::Tenants => below_tenant(number),
        Kind::Shared => {
            let (host, at) = (number / ROUTES_PER_HOST, number % ROUTES_PER_HOST);
            let path = PATHS[(host % 3) * ROUTES_PER_HOST + at];
            tenant(host, at, path)
        }
        Kind::Drawn => {
            let (host, at) = (number / ROUTES_PER_HOST, number % ROUTES_PER_HOST);
            if at == 0 {
                drawn = draw(&mut rng);
            }
            tenant(host, at, PATHS[drawn[at]])
        }
        Kind::Own => {
            let word = rng.next_u64() >> 36;
            let path = format!("/{word:07x}-{number}/users/:id/{:x}-items", word >> 12);
            tenant(number / 10, number % 10, &path)
        }
    })
}

fn interface(number: usize, count: usize, constrained: bool) -> Spec {
    let (service, at) = (number / PATHS.len(), number % PATHS.len());
    let mut path = if count > PATHS.len() { format!("/svc-{service:05}") } else { String::new() };
    for segment in PATHS[at].split('/').skip(1) {
        path.push('/');
        match segment.strip_prefix(':') {
            Some(name) if constrained => path.push_str(&format!("${name}<[0-9]+>")),
            _ => path.push_str(segment),
        }
    }
    let host = "api.example.test".to_owned();
    Spec { id: format!("s{service}-{at}"), host, path, exact: true, backend: at % BACKENDS }
}

fn below_tenant(number: usize) -> Spec {
    let (tenant, at) = (number / 10, number % 10);
    let path = match at {
        0..=5 => format!("/t{tenant}/svc{at}/users/:id/items"),
        6..=7 => format!("/t{tenant}/svc{at}/files"),
        _ => format!("/t{tenant}/svc{at}/health"),
    };
    let exact = !matches!(at, 6 | 7);
    let host = format!("t{tenant}.example.test");
    Spec { id: format!("r{number}"), host, path, exact, backend: (tenant + at) % BACKENDS }
}

fn tenant(host: usize, at: usize, path: &str) -> Spec {
    let id = format!("t{host}-{at}");
    let (host, path) = (format!("t{host}.example.test"), path.to_owned());
    Spec { id, host, path, exact: true, backend: at % BACKENDS }
}

/// Twenty of all paths, each once.
fn draw(rng: &mut Rng) -> Vec<usize> {
    let mut all: Vec<usize> = (0..PATHS.len()).collect();
    for at in 0..ROUTES_PER_HOST {
        let other = at + rng.below((all.len() - at) as u64) as usize;
        all.swap(at, other);
    }
    all.truncate(ROUTES_PER_HOST);
    all
}

/// A request that fits a route of the set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// For `Host`.
    pub host: String,
    /// The path.
    pub path: String,
    /// The id of the route that takes it.
    pub id: String,
}

/// Requests for routes drawn from the whole set, all alike.
#[must_use]
pub fn requests(kind: Kind, count: usize, wanted: usize, seed: u64) -> Vec<Wanted> {
    let mut rng = Rng::from_seed(seed);
    let mut numbers: Vec<usize> = (0..wanted).map(|_| rng.below(count as u64) as usize).collect();
    numbers.sort_unstable();
    let mut requests = Vec::with_capacity(wanted);
    let mut next = numbers.into_iter().peekable();
    for (number, spec) in routes(kind, count).enumerate() {
        while next.next_if_eq(&number).is_some() {
            let path = spec.request_path(&mut rng);
            requests.push(Wanted { host: spec.host.clone(), path, id: spec.id.clone() });
        }
    }
    for at in (1..requests.len()).rev() {
        requests.swap(at, rng.below(at as u64 + 1) as usize);
    }
    requests
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn routes_of_each_kind_are_as_many_as_asked_and_all_different() {
        for (kind, name) in Kind::ALL {
            for count in [1, 10, 121, 1000] {
                let patterns: BTreeSet<_> =
                    routes(kind, count).map(|spec| spec.pattern()).collect();
                assert_eq!(patterns.len(), count, "{name}");
            }
        }
    }

    #[test]
    fn requests_of_one_seed_are_the_same() {
        let first = requests(Kind::Drawn, 1000, 50, 1);
        assert_eq!(first.len(), 50);
        assert_eq!(first, requests(Kind::Drawn, 1000, 50, 1));
        assert_ne!(first, requests(Kind::Drawn, 1000, 50, 2));
    }
}
