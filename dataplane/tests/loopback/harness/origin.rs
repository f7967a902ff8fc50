//! A target that says exactly the bytes it is told to, and remembers what it was asked.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use super::until;
use super::wire::{Asked, End, Wire};

/// A target; it ends when dropped.
pub(crate) struct Origin {
    address: SocketAddr,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    opened: AtomicUsize,
    ended: AtomicUsize,
    asked: Mutex<Vec<Asked>>,
    is_over: AtomicBool,
}

impl Shared {
    fn asked(&self) -> MutexGuard<'_, Vec<Asked>> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The edge, as a target sees it.
pub(crate) struct Peer {
    wire: Wire,
    shared: Arc<Shared>,
    /// How many connections there were before this one.
    pub(crate) number: usize,
}

impl Origin {
    /// Serves each connection with `serve` on a thread of its own.
    pub(crate) fn serving(serve: impl Fn(&mut Peer) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = listener.local_addr().expect("an address");
        let shared = Arc::<Shared>::default();
        let of_thread = Arc::clone(&shared);
        let serve = Arc::new(serve);
        thread::spawn(move || {
            for stream in listener.incoming() {
                if of_thread.is_over.load(Ordering::Acquire) {
                    return;
                }
                let Ok(stream) = stream else { continue };
                let number = of_thread.opened.fetch_add(1, Ordering::AcqRel);
                let shared = Arc::clone(&of_thread);
                let serve = Arc::clone(&serve);
                thread::spawn(move || {
                    let ended = Arc::clone(&shared);
                    // Its patience is the edge's: the connection ends with it.
                    let mut peer = Peer { wire: Wire::new(stream, None), shared, number };
                    serve(&mut peer);
                    drop(peer);
                    ended.ended.fetch_add(1, Ordering::AcqRel);
                });
            }
        });
        Self { address, shared }
    }

    /// Says the same to every request.
    pub(crate) fn saying(answer: impl Into<Vec<u8>>) -> Self {
        let answer = answer.into();
        Self::serving(move |peer| while peer.request().is_some() && peer.say(&answer) {})
    }

    /// Says `ok` to every request.
    pub(crate) fn ok() -> Self {
        Self::saying("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    }

    /// Says the same to the first request of each connection, then closes.
    pub(crate) fn saying_once(answer: impl Into<Vec<u8>>) -> Self {
        let answer = answer.into();
        Self::serving(move |peer| {
            if peer.request().is_some() {
                peer.say(&answer);
            }
        })
    }

    /// Takes requests and never answers.
    pub(crate) fn silent() -> Self {
        Self::serving(|peer| while peer.request().is_some() {})
    }

    /// Its port.
    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// How many connections were made to it.
    pub(crate) fn opened(&self) -> usize {
        self.shared.opened.load(Ordering::Acquire)
    }

    /// What it was asked so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.shared.asked().clone()
    }

    /// The only thing it was asked.
    pub(crate) fn asked_once(&self) -> Asked {
        let mut asked = self.asked();
        assert_eq!(asked.len(), 1, "{asked:?}");
        asked.remove(0)
    }

    /// The last thing it was asked.
    pub(crate) fn asked_last(&self) -> Asked {
        self.asked().pop().expect("a request")
    }

    /// Waits until it was asked that often.
    pub(crate) fn wait_asked(&self, count: usize) {
        until("a request at the target", || (self.shared.asked().len() >= count).then_some(()));
    }

    /// Waits until all connections to it were given up.
    pub(crate) fn wait_abandoned(&self) {
        until("the end of all connections to the target", || {
            (self.shared.ended.load(Ordering::Acquire) == self.opened()).then_some(())
        });
    }
}

/// Lets a test say when a target goes on.
pub(crate) fn cue() -> (Cue, Wait) {
    let (give, wait) = std::sync::mpsc::channel();
    (Cue(give), Wait(Mutex::new(wait)))
}

/// The test's end.
pub(crate) struct Cue(std::sync::mpsc::Sender<()>);

/// The target's end.
pub(crate) struct Wait(Mutex<std::sync::mpsc::Receiver<()>>);

impl Cue {
    /// One wait ends.
    pub(crate) fn give(&self) {
        self.0.send(()).expect("a target that waits");
    }
}

impl Wait {
    /// Until the test gives its cue, or has ended.
    pub(crate) fn wait(&self) {
        // A test that has ended gives no more cues, and nobody waits for any.
        let _ = self.0.lock().unwrap_or_else(PoisonError::into_inner).recv();
    }
}

impl Drop for Origin {
    fn drop(&mut self) {
        self.shared.is_over.store(true, Ordering::Release);
        // Wakes the thread that accepts; if it is gone already, so much the better.
        drop(TcpStream::connect(self.address));
    }
}

impl Peer {
    /// One whole request.
    pub(crate) fn request(&mut self) -> Option<Asked> {
        let asked = self.wire.request()?;
        self.shared.asked().push(asked.clone());
        Some(asked)
    }

    /// A request's head alone.
    pub(crate) fn head(&mut self) -> Option<Asked> {
        let asked = self.wire.request_head()?;
        self.shared.asked().push(asked.clone());
        Some(asked)
    }

    /// That many bytes of a body.
    pub(crate) fn bytes(&mut self, count: usize) -> Option<Vec<u8>> {
        self.wire.exactly(count)
    }

    /// Says it. Returns whether the edge still heard.
    pub(crate) fn say(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        self.wire.try_send(bytes.as_ref()).is_ok()
    }

    /// Waits until the edge gives the connection up.
    pub(crate) fn until_end(&mut self) -> End {
        self.wire.rest().1
    }

    /// When this connection closes now, it resets.
    pub(crate) fn reset_at_end(&self) {
        socket2::SockRef::from(self.wire.stream())
            .set_linger(Some(std::time::Duration::ZERO))
            .expect("a socket that may linger");
    }
}
