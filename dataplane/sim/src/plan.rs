//! All that will happen, drawn before anything does: clients, origins, limits, faults. It holds
//! plain data and no behaviour.

use pointsman_core::exchange::Timeouts;

/// A whole simulation.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What the network draws its splits and delays from, and the order of what is due at once.
    pub seed: u64,
    /// Limits of each exchange.
    pub timeouts: Timeouts,
    /// How long a client's connection may wait for its next request, microseconds.
    pub keep_alive_us: u64,
    /// How long a head may take, microseconds.
    pub head_timeout_us: u64,
    /// Largest body of a request, bytes; 0: no limit.
    pub body_bytes_max: u64,
    /// How long a target's connection may lie idle in the pool, microseconds.
    pub pool_idle_us: u64,
    /// Most idle connections to one target.
    pub idle_per_target_max: usize,
    /// The backend's targets.
    pub targets: Vec<TargetPlan>,
    /// The clients, one connection each.
    pub clients: Vec<ClientPlan>,
    /// When draining begins, and for how long it may last, microseconds.
    pub drain: Option<(u64, u64)>,
    /// The network.
    pub network: NetworkPlan,
}

/// How bytes travel.
#[derive(Clone, Copy, Debug)]
pub struct NetworkPlan {
    /// Shortest way, microseconds.
    pub delay_min_us: u64,
    /// What is drawn on top of it, microseconds.
    pub delay_spread_us: u64,
    /// Bytes that may be under way or unread in one direction.
    pub window_bytes: u64,
}

/// One target.
#[derive(Clone, Copy, Debug)]
pub struct TargetPlan {
    /// Its share.
    pub weight: u16,
    /// It may be picked.
    pub usable: bool,
}

/// One client's connection.
#[derive(Clone, Debug)]
pub struct ClientPlan {
    /// When it connects, microseconds.
    pub start_us: u64,
    /// It speaks HTTP/1.0: no chunks to it, no interim answers.
    pub is_old: bool,
    /// It does not wait for an answer before it sends the next request.
    pub pipelines: bool,
    /// What it asks, in order.
    pub requests: Vec<RequestPlan>,
    /// How it reads answers.
    pub reads: Reads,
    /// What it does when it has sent all.
    pub ending: Ending,
    /// When it resets its connection, microseconds after its start.
    pub reset_us: Option<u64>,
}

/// How a side reads.
#[derive(Clone, Copy, Debug)]
pub enum Reads {
    /// All that is there, at once.
    Eagerly,
    /// That many bytes, then a pause in microseconds.
    Slowly(u64, u64),
    /// That many bytes, then never again.
    Until(u64),
}

/// What a client does after its last request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// Says at once that no more comes; still reads.
    HalfCloses,
    /// Closes when all was answered.
    Closes,
    /// Stays until it is sent away.
    Stays,
}

/// One request.
#[derive(Clone, Debug)]
pub struct RequestPlan {
    /// Sending it twice does no harm.
    pub idempotent: bool,
    /// The client wants to go on afterwards.
    pub persistent: bool,
    /// Pause before it, microseconds.
    pub pause_us: u64,
    /// Its head comes in two parts, with that pause between them, microseconds.
    pub head_pause_us: Option<u64>,
    /// Wait that long for an interim answer before the body is sent, microseconds.
    pub expects_us: Option<u64>,
    /// Its body.
    pub body: BodyPlan,
    /// What meets it at its first and second try.
    pub attempts: [AttemptPlan; 2],
}

/// How much body a message has and how its length shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// None.
    None,
    /// A length is told first.
    Length,
    /// Its last piece is told.
    Streamed,
    /// The connection ends with it; of answers only.
    UntilClose,
}

/// A request's body.
#[derive(Clone, Copy, Debug)]
pub struct BodyPlan {
    /// How its length shows.
    pub shape: Shape,
    /// How long it is, bytes.
    pub bytes: u64,
    /// Bytes sent at a time.
    pub piece: u64,
    /// Pause between two pieces, microseconds.
    pub pause_us: u64,
    /// Where it goes wrong.
    pub fault: Option<(u64, BodyFault)>,
}

/// What may go wrong within a request's body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyFault {
    /// Nothing more is sent, the connection stays.
    Stalls,
    /// The client says that no more comes.
    Ends,
    /// The connection is reset.
    Resets,
    /// Bytes that are no chunk; of streamed bodies only.
    Garbage,
}

/// What meets one try.
#[derive(Clone, Copy, Debug)]
pub struct AttemptPlan {
    /// How connecting goes.
    pub connect: ConnectPlan,
    /// What a pooled connection turns out to be.
    pub stale: Stale,
    /// The answer.
    pub answer: AnswerPlan,
}

/// How connecting goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectPlan {
    /// It succeeds after so many microseconds.
    After(u64),
    /// It is refused after so many microseconds.
    Refused(u64),
    /// It never ends by itself.
    Stalls,
}

/// What a pooled connection turns out to be once a request is sent on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stale {
    /// It works.
    Works,
    /// It is reset at the first byte.
    Resets,
    /// It is closed once the whole request was read.
    ClosesAfterRequest,
    /// It dies within the answer's head.
    DiesWithinHead,
}

/// An answer.
#[derive(Clone, Copy, Debug)]
pub struct AnswerPlan {
    /// After how many bytes of the request's body it begins; all of it for `None`.
    pub early_after: Option<u64>,
    /// What happens with the rest of the request's body once an early answer is out.
    pub reads_rest: bool,
    /// How the request's body is read.
    pub reads: Reads,
    /// The origin's thinking time, microseconds.
    pub delay_us: u64,
    /// How long it takes to tell a client that waits for it that its body may come, microseconds;
    /// it never does for `None`.
    pub invites_us: Option<u64>,
    /// Interim answers before it, with that pause each, microseconds.
    pub interims: (u8, u64),
    /// Its head comes in two parts, with that pause between them, microseconds.
    pub head_pause_us: Option<u64>,
    /// Its status.
    pub status: u16,
    /// How its length shows.
    pub shape: Shape,
    /// Length of its body, bytes.
    pub bytes: u64,
    /// Bytes sent at a time.
    pub piece: u64,
    /// Pause between two pieces, microseconds.
    pub pause_us: u64,
    /// The connection may carry another request.
    pub keeps: bool,
    /// How long the origin keeps an idle connection, microseconds.
    pub keeps_us: u64,
    /// What goes wrong.
    pub fault: AnswerFault,
}

/// What may go wrong with an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerFault {
    /// Nothing.
    None,
    /// It never comes.
    Never,
    /// The connection is closed instead.
    Closes,
    /// The connection is reset instead.
    Resets,
    /// The connection is reset within the head.
    ResetsWithinHead,
    /// The head is none.
    Garbage,
    /// Interim answers without end.
    InterimsForever,
    /// After that many bytes of the body the connection is closed.
    ClosesAt(u64),
    /// After that many bytes of the body the connection is reset.
    ResetsAt(u64),
    /// After that many bytes of the body nothing more comes.
    StallsAt(u64),
    /// After that many bytes of a streamed body there is no chunk.
    GarbageAt(u64),
    /// Bytes follow that belong to no answer.
    Surplus,
}
