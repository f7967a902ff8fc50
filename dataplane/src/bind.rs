//! Makes the sockets that clients connect to: one a worker and address, all on one port, so that
//! the kernel spreads connections and no worker waits for another.

use std::io;
use std::net::{SocketAddr, TcpListener};

use pointsman_control::command::{BoundListener, ListenerKey};
use socket2::{Domain, Protocol, Socket, Type};

use crate::limits::BACKLOG;

/// The sockets of one address.
#[derive(Debug)]
pub struct Bound {
    /// Which listener and address, as configured.
    pub key: ListenerKey,
    /// The address as bound: a port that was 0 is a number here.
    pub address: SocketAddr,
    /// It takes no IPv4, since another socket has the port there.
    only_v6: bool,
    /// One a worker.
    sockets: Vec<TcpListener>,
}

impl Bound {
    /// Makes the sockets for one address.
    ///
    /// # Errors
    /// In words for the operator: which listener, which address, what to do.
    pub fn new(key: ListenerKey, others: &[SocketAddr], workers: usize) -> Result<Self, String> {
        let explain = |error: io::Error| explain(&key, &error);
        let only_v6 = is_only_v6(key.address, others);
        // Another process that shares the port would silently take part of the traffic: a plain
        // bind fails where one listens, whatever it allows.
        let probe = socket(key.address, only_v6, Share::No).map_err(explain)?;
        drop(probe);
        let mut address = key.address;
        let mut sockets = Vec::with_capacity(workers);
        for _ in 0..workers.max(1) {
            let socket = socket(address, only_v6, Share::Yes).map_err(explain)?;
            address = socket.local_addr().map_err(explain)?;
            sockets.push(socket);
        }
        Ok(Self { key, address, only_v6, sockets })
    }

    /// Another handle of one worker's socket; the supervisor keeps its own, so that a restarted
    /// worker gets the same queue again.
    ///
    /// # Errors
    /// When descriptors have run out.
    pub fn for_worker(&self, worker: usize) -> io::Result<BoundListener> {
        let socket = self.sockets.get(worker).ok_or(io::ErrorKind::NotFound)?.try_clone()?;
        Ok(BoundListener { key: self.key.clone(), socket })
    }
}

/// `[::]` takes IPv4 too, unless a listener has the same port there.
fn is_only_v6(address: SocketAddr, others: &[SocketAddr]) -> bool {
    address.is_ipv6()
        && address.ip().is_unspecified()
        && others.iter().any(|other| other.is_ipv4() && other.port() == address.port())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Share {
    No,
    Yes,
}

fn socket(address: SocketAddr, only_v6: bool, share: Share) -> io::Result<TcpListener> {
    let socket =
        Socket::new(Domain::for_address(address), Type::STREAM.cloexec(), Some(Protocol::TCP))?;
    if address.is_ipv6() {
        socket.set_only_v6(only_v6)?;
    }
    socket.set_reuse_address(true)?;
    socket.set_reuse_port(share == Share::Yes)?;
    // Accepted sockets inherit it: one call less for each of them.
    socket.set_tcp_nodelay(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

fn explain(key: &ListenerKey, error: &io::Error) -> String {
    let ListenerKey { name, address } = key;
    let advice = match error.kind() {
        io::ErrorKind::AddrInUse => {
            "another process listens there, or this one as another listener, whose place is free \
             only after a restart; stop it or change `address`"
                .to_owned()
        }
        io::ErrorKind::PermissionDenied if address.port() < 1024 => {
            "ports below 1024 need CAP_NET_BIND_SERVICE (systemd: AmbientCapabilities)".to_owned()
        }
        io::ErrorKind::AddrNotAvailable => "no interface of this host has that address".to_owned(),
        _ => "see `address` of the listener".to_owned(),
    };
    format!("listener `{name}`: cannot listen on {address}: {error}; {advice}")
}

/// All sockets that are open now, at most one set a place.
#[derive(Debug, Default)]
pub struct Sockets {
    bound: Vec<Bound>,
}

/// The difference between what is open and what is wanted.
#[derive(Debug)]
pub struct Change {
    /// What was opened for it.
    pub added: Vec<Bound>,
    /// What is no longer wanted.
    pub removed: Vec<ListenerKey>,
    /// What is wanted, under the names that hold from then on.
    wanted: Vec<ListenerKey>,
}

impl Sockets {
    /// Opens what `wanted` has and we have not. Sockets stay with their address: a listener that has
    /// another name now, or two that changed places, close and open nothing. Nothing is in use before
    /// [`Self::take`]; dropping the change closes what was opened.
    ///
    /// # Errors
    /// As [`Bound::new`].
    pub fn prepare(&self, wanted: &[ListenerKey], workers: usize) -> Result<Change, String> {
        let addresses: Vec<SocketAddr> = wanted.iter().map(|key| key.address).collect();
        for bound in &self.bound {
            let address = bound.key.address;
            let stays = wanted.iter().any(|key| key.is_same_place(&bound.key));
            // One of only IPv6 that should take IPv4 as well from now on: silence would mislead.
            if stays && bound.only_v6 != is_only_v6(address, &addresses) {
                let ListenerKey { name, .. } = &bound.key;
                return Err(format!(
                    "listener `{name}`: whether {address} takes IPv4 as well can change only with a \
                     restart of pointsmand; restart it, or leave the IPv4 listeners of that port as \
                     they are"
                ));
            }
        }
        let added = wanted
            .iter()
            .filter(|key| !self.bound.iter().any(|bound| bound.key.is_same_place(key)))
            .map(|key| Bound::new(key.clone(), &addresses, workers))
            .collect::<Result<_, _>>()?;
        let is_wanted = |key: &ListenerKey| wanted.iter().any(|other| other.is_same_place(key));
        let removed = self.bound.iter().map(|bound| &bound.key);
        let removed = removed.filter(|key| !is_wanted(key)).cloned().collect();
        Ok(Change { added, removed, wanted: wanted.to_vec() })
    }

    /// Makes a change hold.
    pub fn take(&mut self, change: Change) {
        let Change { added, removed, wanted } = change;
        self.bound.retain(|bound| !removed.contains(&bound.key));
        self.bound.extend(added);
        for bound in &mut self.bound {
            if let Some(key) = wanted.iter().find(|key| key.is_same_place(&bound.key)) {
                bound.key.clone_from(key);
            }
        }
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &Bound> {
        self.bound.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(address: &str) -> ListenerKey {
        ListenerKey { name: "web".to_owned(), address: address.parse().expect("an address") }
    }

    #[test]
    fn bound_port_zero_gives_all_workers_one_port() {
        let bound = Bound::new(key("127.0.0.1:0"), &[], 3).expect("a free port");
        assert_ne!(bound.address.port(), 0);
        for worker in 0..3 {
            let socket = bound.for_worker(worker).expect("a descriptor").socket;
            assert_eq!(socket.local_addr().expect("an address"), bound.address);
        }
        assert!(bound.for_worker(3).is_err());
    }

    #[test]
    fn bound_twice_is_refused_although_the_port_is_shared() {
        let first = Bound::new(key("127.0.0.1:0"), &[], 2).expect("a free port");
        let again = Bound::new(key(&first.address.to_string()), &[], 2);
        let error = again.expect_err("the port is taken");
        assert!(error.contains("another process listens there"), "{error}");
    }

    #[test]
    fn sockets_swap_keeps_equal_ones_and_names_those_gone() {
        let mut sockets = Sockets::default();
        let (old, new) = (key("127.0.0.1:0"), key("127.0.0.2:0"));
        let change = sockets.prepare(std::slice::from_ref(&old), 1).expect("a free port");
        sockets.take(change);
        let change = sockets.prepare(&[old.clone(), new.clone()], 1).expect("a free port");
        assert_eq!((change.added.len(), change.removed.len()), (1, 0));
        sockets.take(change);
        let change = sockets.prepare(std::slice::from_ref(&new), 1).expect("nothing to open");
        assert_eq!((change.added.len(), &change.removed[..]), (0, &[old][..]));
        sockets.take(change);
        assert_eq!(sockets.iter().count(), 1);
    }

    #[test]
    fn sockets_of_both_families_do_not_become_of_one_in_silence() {
        let free = Bound::new(key("[::]:0"), &[], 1).expect("a free port").address.port();
        let (six, four) = (key(&format!("[::]:{free}")), key(&format!("127.0.0.1:{free}")));
        let mut sockets = Sockets::default();
        let change = sockets.prepare(&[six.clone(), four], 1).expect("a free port");
        sockets.take(change);
        let error = sockets.prepare(&[six], 1).expect_err("IPv4 would find nobody");
        assert!(error.contains("only with a restart"), "{error}");
    }

    #[test]
    fn sockets_stay_with_their_address_under_another_name() {
        let named =
            |name: &str, address: SocketAddr| ListenerKey { name: name.to_owned(), address };
        let free = |ip: &str| {
            let address = key(&format!("{ip}:0"));
            Bound::new(address, &[], 1).expect("a free port").address
        };
        let (one, two) = (free("127.0.0.1"), free("127.0.0.2"));
        let mut sockets = Sockets::default();
        let change = sockets.prepare(&[named("a", one), named("b", two)], 1).expect("free ports");
        sockets.take(change);
        for names in [["b", "a"], ["c", "a"], ["a", "c"]] {
            let wanted = [named(names[0], one), named(names[1], two)];
            let change = sockets.prepare(&wanted, 1).expect("nothing to open");
            assert!(change.added.is_empty() && change.removed.is_empty(), "{names:?}: {change:?}");
            sockets.take(change);
            let keys: Vec<_> = sockets.iter().map(|bound| bound.key.clone()).collect();
            assert_eq!(keys, wanted);
        }
    }
}
