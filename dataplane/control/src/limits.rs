//! Maxima and patience of the control thread, each with its unit. What the compiler checks as well
//! stands in the contract's own limits.

use std::time::Duration;

/// Commands that may wait in one worker's mailbox. The control thread sends a handful a swap, so
/// a full mailbox means a worker that no longer runs.
pub const MAILBOX_COMMANDS_MAX: usize = 256;
/// Wishes that may wait for the control thread.
pub(crate) const ASKS_MAX: usize = 64;
/// How long a worker may take to take a snapshot before it is told of, seconds.
pub(crate) const WORKER_PATIENCE: Duration = Duration::from_secs(10);

/// Bytes of a batch of log records at which it is handed over.
pub const BATCH_BYTES: usize = 64 * 1024;
/// Batches that one worker may have on their way; more are dropped.
pub const BATCHES_PER_WORKER_MAX: usize = 8;
/// Batches of all workers that may wait for the log's writer.
pub(crate) const BATCHES_MAX: usize = 1024;
/// How often a worker hands over its batch at least while it is not empty, milliseconds.
pub const RECORDS_FLUSH_INTERVAL_MS: u64 = 100;
/// Longest line for the operator, bytes: a pipe that polls writable takes this much at once.
pub(crate) const LINE_BYTES_MAX: usize = 4096;
/// Names that one line about unresolved ones tells.
pub(crate) const NAMES_TOLD_MAX: usize = 5;

/// Questions to name servers that may be on their way at one time.
pub(crate) const QUESTIONS_MAX: usize = 32;
/// Addresses that are taken from one answer of a name server.
pub(crate) const ADDRESSES_PER_NAME_MAX: usize = 64;
/// Shortest time between two questions for one name, seconds: a TTL of 0 must not become a storm.
pub(crate) const TTL_FLOOR: Duration = Duration::from_secs(1);
/// Longest time that an answer counts, whatever its TTL, seconds.
pub(crate) const TTL_CEILING: Duration = Duration::from_secs(300);
/// Longest wait after failures in a row, seconds.
pub(crate) const RETRY_CEILING: Duration = Duration::from_secs(30);
/// How long the last good addresses count after the name's own servers said that it is gone,
/// seconds. With servers that do not answer they count for good.
pub(crate) const GONE_GRACE: Duration = Duration::from_secs(3600);
/// When one question ends, whatever `resolv.conf` says of timeouts and attempts, seconds.
pub(crate) const LOOKUP_TIMEOUT: Duration = Duration::from_secs(10);
/// How long the start waits for names, seconds: one that does not resolve must not keep the rest
/// away.
pub(crate) const FIRST_NAMES_PATIENCE: Duration = Duration::from_secs(2);
/// How long a swap waits for names that were never asked for before, seconds.
pub(crate) const NEW_NAMES_PATIENCE: Duration = Duration::from_secs(1);

/// Bytes of a socket's path: the system's 108 with the zero that ends it.
pub(crate) const SOCKET_PATH_BYTES_MAX: usize = 107;
/// Connections to the admin socket at once; more wait in its queue.
pub(crate) const ADMIN_CONNECTIONS_MAX: usize = 64;
/// How long a head may take to come whole there, and then its body, seconds.
pub(crate) const ADMIN_QUESTION_PATIENCE: Duration = Duration::from_secs(5);
/// How long who asked may take nothing of its answer, seconds.
pub(crate) const ADMIN_ANSWER_PATIENCE: Duration = Duration::from_secs(30);
/// Bytes of such a head.
pub(crate) const QUESTION_HEAD_BYTES_MAX: usize = 16 * 1024;
/// Bytes of a question to the admin socket: a request's head fits with all its fields.
pub(crate) const QUESTION_BYTES_MAX: usize = 128 * 1024;
/// Bytes of its answer that are taken: a million routes with their patterns fit.
pub(crate) const ANSWER_BYTES_MAX: u64 = 1 << 30;
/// Bytes of its answer's head that are looked at.
pub(crate) const ANSWER_HEAD_BYTES_MAX: usize = 16 * 1024;

/// Artifacts that are kept in the state folder, the one that serves included.
pub(crate) const ARTIFACTS_KEPT_MAX: usize = 3;
/// Bytes of the pointer to the last good one: a few names.
pub(crate) const POINTER_BYTES_MAX: u64 = 4096;
/// Bytes of the highest generation's file that are looked at: a number in decimal, a content id, and
/// some air.
pub(crate) const FLOOR_BYTES_MAX: u64 = 64;
/// Bytes of the lock's file: a process id in decimal, and some air.
pub(crate) const LOCK_BYTES_MAX: u64 = 32;
/// Symlinks that are followed on the way to the artifact; the system follows as many.
pub(crate) const SYMLINKS_MAX: usize = 40;
