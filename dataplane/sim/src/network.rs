//! Connections in virtual time: pieces of messages that travel with delay, in order, split at will,
//! through bounded windows; half-close, reset, shutdown. It knows no proxy and no protocol.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::task::Poll;

use pointsman_core::rng::Rng;

use crate::engine::{Engine, TaskId};
use crate::plan::{NetworkPlan, Shape};
use crate::transcript::{Author, ExchangeId};

/// A connection's number.
pub type ConnectionId = u32;

/// The two ends of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The proxy.
    Proxy,
    /// A client or an origin.
    Peer,
}

impl Side {
    /// The other end.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Proxy => Self::Peer,
            Self::Peer => Self::Proxy,
        }
    }
}

/// An answer's head.
#[derive(Clone, Copy, Debug)]
pub struct AnswerHead {
    /// To which request.
    pub exchange: ExchangeId,
    /// Who wrote it.
    pub author: Author,
    /// Its status.
    pub status: u16,
    /// How its length shows.
    pub shape: Shape,
    /// Length of its body, where it shows at once.
    pub bytes: u64,
    /// No other message follows on this connection.
    pub is_last: bool,
}

/// What travels.
#[derive(Clone, Copy, Debug)]
pub enum Piece {
    /// A part of a head, not its last.
    HeadPart,
    /// The rest of a request's head; at which try the proxy sends it.
    Request(ExchangeId, u8),
    /// An interim answer.
    Interim(ExchangeId),
    /// The rest of an answer's head.
    Answer(AnswerHead),
    /// A part of a body: whose, from which byte, how many.
    Data(ExchangeId, u64, u64),
    /// What shows the end of a streamed body.
    Last(ExchangeId),
    /// What no message has.
    Garbage,
    /// What belongs to no message.
    Surplus,
}

impl Piece {
    fn bytes(self) -> u64 {
        match self {
            Self::HeadPart | Self::Interim(_) => 30,
            Self::Request(..) | Self::Answer(_) => 150,
            Self::Data(_, _, bytes) => bytes,
            Self::Last(_) => 5,
            Self::Garbage | Self::Surplus => 7,
        }
    }
}

/// What reading came to.
#[derive(Clone, Debug)]
pub enum Read {
    /// These, at least one.
    Pieces(Vec<Piece>),
    /// No more comes.
    End,
    /// The connection failed.
    Failed,
}

/// The receiver, or the connection, is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Broken;

/// Which directions are shut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Half {
    /// Nothing is read any more.
    Read,
    /// Nothing is written any more: the other end is told.
    Write,
    /// Both.
    Both,
}

/// How a connect ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// It stands from then on.
    At(u64),
    /// It is refused then.
    RefusedAt(u64),
    /// It does not end by itself.
    Never,
}

/// What one end knows and receives.
#[derive(Default)]
struct End {
    /// What comes in, and when it is there.
    queue: VecDeque<(u64, Piece)>,
    /// Bytes in the queue.
    queued: u64,
    /// When the last of it is there.
    last_us: u64,
    /// When it is known that no more comes.
    end_us: Option<u64>,
    /// When it is known that the connection was reset.
    reset_us: Option<u64>,
    shut_read: bool,
    shut_write: bool,
    closed: bool,
    reader: Option<TaskId>,
    writer: Option<TaskId>,
}

struct Connection {
    ends: [End; 2],
    opening: Opening,
}

/// All connections.
pub struct Network {
    connections: RefCell<Vec<Connection>>,
    rng: RefCell<Rng>,
    plan: NetworkPlan,
    /// Who looks after resets that the proxy learns of, and how often, microseconds.
    watcher: Cell<Option<(TaskId, u64)>>,
}

impl Network {
    /// None yet.
    #[must_use]
    pub fn new(plan: NetworkPlan, seed: u64) -> Self {
        Self {
            connections: RefCell::default(),
            rng: RefCell::new(Rng::from_seed(seed)),
            plan,
            watcher: Cell::new(None),
        }
    }

    /// Has a task look after resets of the proxy's connections, at multiples of `every_us`.
    pub fn watch(&self, task: TaskId, every_us: u64) {
        self.watcher.set(Some((task, every_us)));
    }

    /// A connection that begins to open.
    pub fn open(&self, opening: Opening) -> ConnectionId {
        let mut connections = self.connections.borrow_mut();
        connections.push(Connection { ends: Default::default(), opening });
        u32::try_from(connections.len() - 1).unwrap_or(u32::MAX)
    }

    fn with<T>(&self, id: ConnectionId, change: impl FnOnce(&mut Connection) -> T) -> T {
        change(&mut self.connections.borrow_mut()[id as usize])
    }

    fn delay_us(&self) -> u64 {
        self.plan.delay_min_us + self.rng.borrow_mut().below(self.plan.delay_spread_us + 1)
    }

    /// Waits until a connection stands.
    ///
    /// # Errors
    /// It was refused, or shut meanwhile.
    pub async fn opened(&self, engine: &Engine, id: ConnectionId) -> Result<(), Broken> {
        std::future::poll_fn(|_| {
            self.with(id, |connection| {
                let end = &mut connection.ends[Side::Proxy as usize];
                if end.shut_write {
                    return Poll::Ready(Err(Broken));
                }
                end.reader = Some(engine.current());
                let (at_us, result) = match connection.opening {
                    Opening::At(at_us) => (at_us, Ok(())),
                    Opening::RefusedAt(at_us) => (at_us, Err(Broken)),
                    Opening::Never => return Poll::Pending,
                };
                if engine.now_us() >= at_us {
                    return Poll::Ready(result);
                }
                engine.wake_at(at_us, engine.current());
                Poll::Pending
            })
        })
        .await
    }

    /// Reads what is there, `most` bytes at most but one piece at least, or waits for it.
    pub async fn read(&self, engine: &Engine, id: ConnectionId, side: Side, most: u64) -> Read {
        std::future::poll_fn(|_| self.poll_read(engine, id, side, most)).await
    }

    fn poll_read(&self, engine: &Engine, id: ConnectionId, side: Side, most: u64) -> Poll<Read> {
        let now_us = engine.now_us();
        let split = self.rng.borrow_mut().next_u64();
        self.with(id, |connection| {
            let end = &mut connection.ends[side as usize];
            if end.closed {
                return Poll::Ready(Read::Failed);
            }
            if end.shut_read {
                return Poll::Ready(Read::End);
            }
            if end.reset_us.is_some_and(|at_us| at_us <= now_us) {
                return Poll::Ready(Read::Failed);
            }
            let pieces = end.take(now_us, most, split, side);
            if !pieces.is_empty() {
                engine.wake_waiting(&mut connection.ends[side.other() as usize].writer);
                return Poll::Ready(Read::Pieces(pieces));
            }
            if end.queue.is_empty() && end.end_us.is_some_and(|at_us| at_us <= now_us) {
                return Poll::Ready(Read::End);
            }
            end.reader = Some(engine.current());
            let next_us = end.queue.front().map(|(at_us, _)| *at_us);
            for at_us in [next_us, end.end_us, end.reset_us].into_iter().flatten() {
                engine.wake_at(at_us, engine.current());
            }
            Poll::Pending
        })
    }

    /// Writes all of `pieces`, waiting for room where there is none.
    ///
    /// # Errors
    /// The connection is gone, or was shut.
    pub async fn send_all(
        &self,
        engine: &Engine,
        id: ConnectionId,
        side: Side,
        pieces: &mut VecDeque<Piece>,
    ) -> Result<(), Broken> {
        std::future::poll_fn(|_| {
            while !pieces.is_empty() {
                match self.poll_write(engine, id, side, pieces) {
                    Poll::Ready(Ok(())) => {}
                    other => return other,
                }
            }
            Poll::Ready(Ok(()))
        })
        .await
    }

    fn poll_write(
        &self,
        engine: &Engine,
        id: ConnectionId,
        side: Side,
        pieces: &mut VecDeque<Piece>,
    ) -> Poll<Result<(), Broken>> {
        let now_us = engine.now_us();
        let (delay_us, back_us) = (self.delay_us(), self.delay_us());
        let window = self.plan.window_bytes;
        self.with(id, |connection| {
            let own = &mut connection.ends[side as usize];
            let is_reset = own.reset_us.is_some_and(|at_us| at_us <= now_us);
            if own.closed || own.shut_write || is_reset {
                return Poll::Ready(Err(Broken));
            }
            let reset_us = own.reset_us;
            if connection.ends[side.other() as usize].closed {
                // It vanishes, and its receiver's host says so.
                pieces.clear();
                connection.reset(engine, side, now_us + delay_us + back_us);
                return Poll::Ready(Ok(()));
            }
            let far = &mut connection.ends[side.other() as usize];
            let room = window.saturating_sub(far.queued);
            if room == 0 {
                connection.ends[side as usize].writer = Some(engine.current());
                if let Some(at_us) = reset_us {
                    engine.wake_at(at_us, engine.current());
                }
                return Poll::Pending;
            }
            let Some(piece) = take_front(pieces, room) else { return Poll::Ready(Ok(())) };
            let arrives_us = far.last_us.max(now_us + delay_us);
            far.last_us = arrives_us;
            far.queued += piece.bytes();
            far.queue.push_back((arrives_us, piece));
            if let Some(reader) = far.reader {
                engine.wake_at(arrives_us, reader);
            }
            Poll::Ready(Ok(()))
        })
    }

    /// Shuts one or both directions of one end.
    pub fn shutdown(&self, engine: &Engine, id: ConnectionId, side: Side, half: Half) {
        let now_us = engine.now_us();
        let delay_us = self.delay_us();
        self.with(id, |connection| {
            let own = &mut connection.ends[side as usize];
            if half != Half::Write {
                own.shut_read = true;
            }
            let tells = half != Half::Read && !own.shut_write;
            if half != Half::Read {
                own.shut_write = true;
            }
            engine.wake_waiting(&mut own.reader);
            engine.wake_waiting(&mut own.writer);
            if tells {
                connection.ends[side.other() as usize].ends(engine, now_us + delay_us);
            }
        });
    }

    /// Closes one end. What it has not read destroys what it has sent.
    pub fn close(&self, engine: &Engine, id: ConnectionId, side: Side) {
        let now_us = engine.now_us();
        let delay_us = self.delay_us();
        self.with(id, |connection| {
            let own = &mut connection.ends[side as usize];
            if own.closed {
                return;
            }
            own.closed = true;
            engine.wake_waiting(&mut connection.ends[side.other() as usize].writer);
            let own = &connection.ends[side as usize];
            if own.queue.is_empty() {
                if !own.shut_write {
                    connection.ends[side.other() as usize].ends(engine, now_us + delay_us);
                }
            } else {
                connection.reset(engine, side.other(), now_us + delay_us);
            }
        });
    }

    /// Resets the connection from one end.
    pub fn reset(&self, engine: &Engine, id: ConnectionId, side: Side) {
        let at_us = engine.now_us() + self.delay_us();
        if let Some((task, every_us)) = self.watcher.get()
            && side == Side::Peer
        {
            engine.wake_at((at_us / every_us + 1) * every_us, task);
        }
        self.with(id, |connection| {
            let own = &mut connection.ends[side as usize];
            own.closed = true;
            engine.wake_waiting(&mut own.reader);
            engine.wake_waiting(&mut own.writer);
            connection.reset(engine, side.other(), at_us);
        });
    }

    /// Nothing stands in the connection: no byte, no end, no reset.
    pub fn is_quiet(&self, engine: &Engine, id: ConnectionId, side: Side) -> bool {
        let is_past = |at_us: Option<u64>| at_us.is_some_and(|at_us| at_us <= engine.now_us());
        self.with(id, |connection| {
            let end = &connection.ends[side as usize];
            let next_us = end.queue.front().map(|(at_us, _)| *at_us);
            !(is_past(next_us) || is_past(end.end_us) || is_past(end.reset_us))
        })
    }

    /// When one end learned, or will learn, of a reset.
    pub fn reset_us(&self, id: ConnectionId, side: Side) -> Option<u64> {
        self.with(id, |connection| connection.ends[side as usize].reset_us)
    }
}

impl Connection {
    fn reset(&mut self, engine: &Engine, learns: Side, at_us: u64) {
        let end = &mut self.ends[learns as usize];
        end.reset_us = Some(end.reset_us.unwrap_or(u64::MAX).min(at_us));
        for task in [end.reader, end.writer].into_iter().flatten() {
            engine.wake_at(at_us, task);
        }
    }
}

impl End {
    fn ends(&mut self, engine: &Engine, at_us: u64) {
        let at_us = at_us.max(self.last_us);
        self.end_us = Some(at_us);
        if let Some(reader) = self.reader {
            engine.wake_at(at_us, reader);
        }
    }

    /// Takes what is there: all of it half of the times, else as much as `split` says.
    fn take(&mut self, now_us: u64, most: u64, split: u64, side: Side) -> Vec<Piece> {
        let there: u64 =
            self.queue.iter().filter(|(at, _)| *at <= now_us).map(|(_, piece)| piece.bytes()).sum();
        let drawn = if split & 1 == 0 { there } else { (split >> 1) % there.max(1) + 1 };
        let mut left = drawn.min(most);
        let mut pieces = Vec::new();
        while left > 0 || pieces.is_empty() {
            let Some((at_us, piece)) = self.queue.front_mut() else { break };
            if *at_us > now_us {
                break;
            }
            match piece {
                Piece::Data(exchange, from, bytes) if *bytes > left.max(1) => {
                    let part = left.max(1);
                    pieces.push(Piece::Data(*exchange, *from, part));
                    *from += part;
                    *bytes -= part;
                    self.queued -= part;
                    break;
                }
                piece if piece.bytes() > left && !pieces.is_empty() => break,
                piece => {
                    pieces.push(*piece);
                    self.queued -= piece.bytes();
                    left = left.saturating_sub(piece.bytes());
                    self.queue.pop_front();
                }
            }
            // Peers keep nothing between two messages; the proxy has to.
            if side == Side::Peer && matches!(pieces.last(), Some(Piece::Last(_))) {
                break;
            }
        }
        pieces
    }
}

/// Takes the first piece, or as much of it as there is room for.
fn take_front(pieces: &mut VecDeque<Piece>, room: u64) -> Option<Piece> {
    match pieces.front_mut()? {
        Piece::Data(exchange, from, bytes) if *bytes > room => {
            let part = Piece::Data(*exchange, *from, room);
            *from += room;
            *bytes -= room;
            Some(part)
        }
        _ => pieces.pop_front(),
    }
}
