//! Virtual time: tasks that run when something was due, one at a time, in an order that a seed
//! draws. It knows no clock, no thread and nothing of what the tasks do.

use std::cell::{Cell, RefCell};
use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use pointsman_core::rng::Rng;
use pointsman_core::time::Instant;

/// Between two ticks, microseconds: the proxy's clock is as coarse as that.
pub const TICK_US: u64 = 10_000;

/// One task's number.
pub type TaskId = usize;

type Task = Pin<Box<dyn Future<Output = ()>>>;

/// When, a drawn number that orders what is due at once, and which task.
type Due = (u64, u64, TaskId);

/// The clock and the queue of what is due.
pub struct Engine {
    now_us: Cell<u64>,
    current: Cell<TaskId>,
    tasks: Cell<TaskId>,
    queue: RefCell<BinaryHeap<Reverse<Due>>>,
    /// What stands in the queue: a task need not run twice at one time.
    pending: RefCell<BTreeSet<(u64, TaskId)>>,
    spawned: RefCell<Vec<(TaskId, Task)>>,
    order: RefCell<Rng>,
}

impl Engine {
    /// At time zero; `seed` draws the order of what is due at once.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self {
            now_us: Cell::new(0),
            current: Cell::new(0),
            tasks: Cell::new(0),
            queue: RefCell::default(),
            pending: RefCell::default(),
            spawned: RefCell::default(),
            order: RefCell::new(Rng::from_seed(seed)),
        }
    }

    /// Virtual time, microseconds.
    #[must_use]
    pub fn now_us(&self) -> u64 {
        self.now_us.get()
    }

    /// The proxy's clock: read once a tick.
    #[must_use]
    pub fn coarse(&self) -> Instant {
        Instant::from_us(self.now_us() - self.now_us() % TICK_US)
    }

    /// The task that runs now.
    #[must_use]
    pub fn current(&self) -> TaskId {
        self.current.get()
    }

    /// Has a task run again at `at_us`, or at once when that is past.
    pub fn wake_at(&self, at_us: u64, task: TaskId) {
        let at_us = at_us.max(self.now_us());
        if self.pending.borrow_mut().insert((at_us, task)) {
            let drawn = self.order.borrow_mut().next_u64();
            self.queue.borrow_mut().push(Reverse((at_us, drawn, task)));
        }
    }

    /// Has a task run again at once.
    pub fn wake(&self, task: TaskId) {
        self.wake_at(self.now_us(), task);
    }

    /// Wakes who waits, if anybody does.
    pub fn wake_waiting(&self, waiting: &mut Option<TaskId>) {
        if let Some(task) = waiting.take() {
            self.wake(task);
        }
    }

    /// Adds a task; it runs at once.
    pub fn spawn(&self, task: impl Future<Output = ()> + 'static) -> TaskId {
        let number = self.tasks.get();
        self.tasks.set(number + 1);
        self.spawned.borrow_mut().push((number, Box::pin(task)));
        self.wake(number);
        number
    }

    /// Waits until `at_us`.
    pub async fn sleep_until(&self, at_us: u64) {
        if self.now_us() < at_us {
            self.wake_at(at_us, self.current());
        }
        std::future::poll_fn(
            |_| {
                if self.now_us() < at_us { Poll::Pending } else { Poll::Ready(()) }
            },
        )
        .await;
    }

    /// Waits that long.
    pub async fn sleep(&self, us: u64) {
        self.sleep_until(self.now_us().saturating_add(us)).await;
    }

    /// What `work` comes to, or none when it takes until `at_us`.
    pub async fn by<T>(&self, at_us: u64, work: impl Future<Output = T>) -> Option<T> {
        let mut work = std::pin::pin!(work);
        if at_us != u64::MAX {
            self.wake_at(at_us, self.current());
        }
        std::future::poll_fn(|task| match work.as_mut().poll(task) {
            Poll::Ready(value) => Poll::Ready(Some(value)),
            Poll::Pending if self.now_us() >= at_us => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        })
        .await
    }

    /// Runs until nothing is due any more. Returns whether that was so after `steps_max` steps at
    /// most.
    pub fn run(&self, steps_max: u64) -> bool {
        let mut tasks: Vec<Option<Task>> = Vec::new();
        for _ in 0..steps_max {
            for (number, task) in self.spawned.take() {
                tasks.resize_with(tasks.len().max(number + 1), || None);
                tasks[number] = Some(task);
            }
            let next = self.queue.borrow_mut().pop();
            let Some(Reverse((at_us, _, number))) = next else { return true };
            self.pending.borrow_mut().remove(&(at_us, number));
            self.now_us.set(at_us);
            self.current.set(number);
            let Some(Some(task)) = tasks.get_mut(number) else { continue };
            if task.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready() {
                tasks[number] = None;
            }
        }
        false
    }
}

/// Both at once, until both are done.
pub async fn both(first: impl Future<Output = ()>, second: impl Future<Output = ()>) {
    let mut first = std::pin::pin!(first);
    let mut second = std::pin::pin!(second);
    let (mut first_runs, mut second_runs) = (true, true);
    std::future::poll_fn(|task| {
        first_runs = first_runs && first.as_mut().poll(task).is_pending();
        second_runs = second_runs && second.as_mut().poll(task).is_pending();
        if first_runs || second_runs { Poll::Pending } else { Poll::Ready(()) }
    })
    .await;
}
