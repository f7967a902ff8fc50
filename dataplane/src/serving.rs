//! One snapshot as one worker serves it: decoded settings, and the state of the backends that were
//! asked for so far. A swap costs a worker nothing for routes and backends that nobody asks for.

use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;
use std::sync::Arc;

use pointsman_control::command::{ListenerKey, TargetUse};
use pointsman_control::snapshot::Snapshot;
use pointsman_core::balance::{Candidate, RoundRobin};
use pointsman_core::exchange::Timeouts;
use pointsman_core::fault::Fault;
use pointsman_core::fields::forwarded::TrustedProxies;
use pointsman_core::fields::name::Underscores;
use pointsman_core::http1::head::HeadLimits;
use pointsman_core::time::Instant;
use pointsman_routing::PathPolicy;
use pointsman_schemas::artifact::id::{BackendId, ListenerId, TargetId};
use pointsman_schemas::artifact::read::{AccessLog, Artifact, LogFormat};

use crate::idle::{Idle, Target};

/// Identities are digests already: hashing them again would add nothing.
#[derive(Default)]
pub struct Digested(u64);

impl Hasher for Digested {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.0 = (self.0 ^ u64::from_le_bytes(word)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        }
    }
}

type ByIdentity<T> = RefCell<HashMap<u128, Rc<T>, BuildHasherDefault<Digested>>>;

/// What outlives a swap, as long as it is the same in both artifacts.
#[derive(Default)]
pub struct Targets {
    targets: ByIdentity<Target>,
    backends: ByIdentity<Backend>,
}

impl Targets {
    /// Closes idle connections past their time, and forgets what no snapshot and no exchange uses.
    pub fn expire_idle(&self, idle: &Idle, now: Instant) {
        self.backends.borrow_mut().retain(|_, backend| Rc::strong_count(backend) > 1);
        self.targets.borrow_mut().retain(|_, target| {
            idle.expire(target, now);
            Rc::strong_count(target) > 1 || target.idle_count() > 0
        });
    }
}

/// A backend's state on one worker.
pub struct Backend {
    /// Its targets, in the order of the artifact.
    pub targets: Vec<Rc<Target>>,
    weights: Vec<u16>,
    balancer: RefCell<RoundRobin>,
}

/// A target that was picked.
pub struct Pick {
    /// Its place in its backend.
    pub index: usize,
    /// Its id in the artifact.
    pub id: TargetId,
    /// Its state.
    pub target: Rc<Target>,
}

/// One address of a listener.
struct Entrance {
    id: ListenerId,
    name: Rc<str>,
    key: ListenerKey,
}

/// What new exchanges are served from.
pub struct Serving {
    /// The artifact and the addresses.
    pub snapshot: Arc<Snapshot>,
    /// What a request's head may be.
    pub head_limits: HeadLimits,
    /// What a field name with `_` becomes.
    pub underscores: Underscores,
    /// How a path is read.
    pub paths: PathPolicy,
    /// `via`.
    pub via: bool,
    /// Largest body of a request, bytes; 0: no limit.
    pub body_bytes: u64,
    /// Least rate of a request's body, bytes a second; 0: none.
    pub min_body_rate: u64,
    /// For a head to come whole, microseconds.
    pub head_timeout_us: u64,
    /// Between two requests, microseconds; 0: no limit.
    pub keep_alive_timeout_us: u64,
    /// There is an access log.
    pub log_is_on: bool,
    /// It is in the text format, which knows more fields.
    pub log_is_text: bool,
    /// Whose forwarding fields are believed.
    pub trusted: TrustedProxies,
    /// Backends by id: 0 for one that nobody asked for yet, else one more than the place.
    places: RefCell<Vec<u32>>,
    backends: RefCell<Vec<(BackendId, Rc<Backend>)>>,
    listeners: Vec<Entrance>,
}

impl Serving {
    /// Decodes what every exchange needs.
    pub fn new(snapshot: Arc<Snapshot>) -> Self {
        let artifact = &snapshot.artifact;
        let settings = artifact.settings();
        let underscores = Underscores::of(&settings);
        let size = |bytes: u64| usize::try_from(bytes).unwrap_or(usize::MAX);
        let us = |ms: u64| ms.saturating_mul(1000);
        let listeners = artifact.listeners().flat_map(|listener| {
            let (id, name) = (listener.id(), Rc::<str>::from(listener.name()));
            listener.addresses().map(move |address| Entrance {
                id,
                key: ListenerKey { name: name.to_string(), address },
                name: Rc::clone(&name),
            })
        });
        Self {
            head_limits: HeadLimits::request(
                size(settings.head_bytes),
                size(settings.head_fields),
                size(settings.target_bytes),
                underscores,
            ),
            underscores,
            paths: PathPolicy {
                dot_segments: settings.dot_segments,
                merge_slashes: settings.merge_slashes,
            },
            via: settings.via,
            body_bytes: settings.body_bytes,
            min_body_rate: settings.min_body_rate,
            head_timeout_us: us(settings.head_timeout_ms),
            keep_alive_timeout_us: us(settings.keep_alive_timeout_ms),
            log_is_on: settings.access_log != AccessLog::Off,
            log_is_text: settings.log_format == LogFormat::Text,
            trusted: TrustedProxies::new(artifact.trusted_proxies()),
            listeners: listeners.collect(),
            // Zeroed pages cost nothing until a backend is asked for.
            places: RefCell::new(vec![0; artifact.backend_count()]),
            backends: RefCell::default(),
            snapshot,
        }
    }

    /// The artifact.
    pub fn artifact(&self) -> &Artifact {
        &self.snapshot.artifact
    }

    /// How a head from this peer is read.
    pub fn limits_for(&self, peer: IpAddr) -> HeadLimits {
        if self.trusted.contains(peer) {
            self.head_limits
        } else {
            self.head_limits.without_forwarding()
        }
    }

    /// What a request enters by, and the name of it: the listener that has the socket's address now,
    /// whatever it was called when the connection came. Where none has it any more, the one of that
    /// name: it moved. A connection may outlive its listener; what it asks then enters by none, and
    /// fits no route.
    pub fn listener(&self, socket: &ListenerKey) -> (ListenerId, Rc<str>) {
        let there = self.listeners.iter().find(|listener| listener.key.is_same_place(socket));
        let named = || self.listeners.iter().find(|listener| listener.key.name == socket.name);
        match there.or_else(named) {
            Some(listener) => (listener.id, Rc::clone(&listener.name)),
            None => (ListenerId(u32::MAX), Rc::from(socket.name.as_str())),
        }
    }

    /// A backend's state, made or found again at its first use.
    pub fn backend(&self, id: BackendId, targets: &Targets) -> Rc<Backend> {
        let place = self.places.borrow().get(id.0 as usize).copied().unwrap_or_default();
        if place > 0
            && let Some((_, backend)) = self.backends.borrow().get(place as usize - 1)
        {
            return Rc::clone(backend);
        }
        let backend = targets.backend(self.artifact(), id);
        let mut backends = self.backends.borrow_mut();
        backends.push((id, Rc::clone(&backend)));
        if let Some(place) = self.places.borrow_mut().get_mut(id.0 as usize) {
            *place = u32::try_from(backends.len()).unwrap_or_default();
        }
        backend
    }

    /// Picks the target for an attempt.
    ///
    /// # Errors
    /// [`Fault::NotResolved`] when targets stand there and none has an address, else
    /// [`Fault::NoTarget`].
    pub fn pick(&self, id: BackendId, backend: &Backend) -> Result<Pick, Fault> {
        let first = self.artifact().backend(id).target_ids().start;
        let target_id = |index: usize| TargetId(first + u32::try_from(index).unwrap_or(0));
        let mut unresolved = false;
        let candidates = backend.weights.iter().enumerate().map(|(index, &weight)| {
            let usable = !self.addresses(target_id(index)).is_empty();
            unresolved |= !usable && weight > 0;
            Candidate { weight, usable }
        });
        let picked = backend.balancer.borrow_mut().pick(candidates);
        match picked {
            Some(index) => {
                Ok(Pick { index, id: target_id(index), target: Rc::clone(&backend.targets[index]) })
            }
            None if unresolved => Err(Fault::NotResolved),
            None => Err(Fault::NoTarget),
        }
    }

    /// Where a target is reached now.
    pub fn addresses(&self, target: TargetId) -> &[SocketAddr] {
        self.snapshot.addresses.of(target)
    }

    /// A backend's limits on time.
    pub fn timeouts(&self, id: BackendId) -> Timeouts {
        let backend = self.artifact().backend(id);
        let us = |ms: u64| ms.saturating_mul(1000);
        Timeouts {
            connection_us: us(backend.connection_timeout_ms()),
            idle_us: us(backend.idle_timeout_ms()),
            call_us: us(backend.call_timeout_ms()),
            call_and_stream_us: us(backend.call_and_stream_timeout_ms()),
            global_us: us(backend.global_timeout_ms()),
            min_body_rate: self.min_body_rate,
        }
    }

    /// What its targets are busy with.
    pub fn uses(&self) -> Vec<TargetUse> {
        let mut uses = Vec::new();
        for (id, backend) in self.backends.borrow().iter() {
            let ids = self.artifact().backend(*id).target_ids();
            for (target, number) in backend.targets.iter().zip(ids) {
                uses.push(TargetUse {
                    target: TargetId(number),
                    in_flight: target.in_flight.get(),
                    connections: target.connections.get(),
                });
            }
        }
        uses
    }
}

impl Targets {
    fn backend(&self, artifact: &Artifact, id: BackendId) -> Rc<Backend> {
        let backend = artifact.backend(id);
        let make = || {
            let targets = backend.targets().map(|target| self.target(target.identity())).collect();
            let weights: Vec<u16> = backend.targets().map(|target| target.weight()).collect();
            let balancer = RefCell::new(RoundRobin::new(weights.len()));
            Rc::new(Backend { targets, weights, balancer })
        };
        Rc::clone(self.backends.borrow_mut().entry(backend.identity()).or_insert_with(make))
    }

    fn target(&self, identity: u128) -> Rc<Target> {
        Rc::clone(self.targets.borrow_mut().entry(identity).or_default())
    }
}
