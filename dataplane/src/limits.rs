//! Maxima of the shell, each with its unit.

/// Idle connections that a worker keeps to one target.
pub const IDLE_PER_TARGET_MAX: usize = 1024;
/// Between two ticks, milliseconds: how coarse deadlines are.
pub const TICK_MS: u64 = 10;
/// Between two looks whether clients are still there, ticks.
pub const RESET_LOOK_TICKS: u64 = 10;
/// Between two looks at idle connections to targets, ticks.
pub const IDLE_LOOK_TICKS: u64 = 100;
/// Connections that wait to be accepted, per socket.
pub const BACKLOG: i32 = 4096;
/// Accepts that wait on one socket: a burst of connections is taken in one turn of the loop. On the
/// ring each wakes for one connection only.
pub const ACCEPTS_AT_ONCE: usize = 8;
/// How long a worker rests from accepting when descriptors have run out, milliseconds.
pub const ACCEPT_REST_MS: u64 = 50;
/// How long a client may go on sending, or take, after its last answer, microseconds (RFC 9112 §9.6).
pub const LINGER_US: u64 = 10_000_000;

/// The same from its last byte on while the process drains: a good client answers our end with its
/// own, and one that does not must not hold the process. Microseconds.
pub const DRAIN_LINGER_US: u64 = 1_000_000;
/// For a client to take what is owed to it where no limit is configured, microseconds.
pub const WRITE_US: u64 = 60_000_000;
/// Bytes of such a client that are read and thrown away at most.
pub const LINGER_BYTES_MAX: u64 = 4 * 1024 * 1024;
/// Rest of a body from which on it goes through a pipe instead of a buffer, bytes.
pub const SPLICE_FROM_BYTES: u64 = 32 * 1024;
/// Size of such a pipe, bytes.
pub const PIPE_BYTES: usize = 256 * 1024;
/// Idle pipes that a worker keeps.
pub const PIPES_KEPT_MAX: usize = 64;
/// Entries of a worker's submission queue.
pub const RING_ENTRIES: u32 = 4096;
/// Longest chunked body that is held for a target of HTTP/1.0, bytes.
pub const COLLECTED_BYTES_MAX: usize = 64 * 1024;
