//! What `dev` does when something happens: no file, no process and no clock. Time passes in looks,
//! which come at an even pace.

/// Looks that a change may go on before it is compiled all the same.
const UNSTEADY_LOOKS_MAX: u32 = 10;

/// Times that an edge which died is started again, with nothing changed between.
const RESTARTS_MAX: u32 = 5;

/// Looks after which a running edge counts as sound, and its restarts are forgotten.
const SOUND_LOOKS: u32 = 60;

/// Looks that an edge may take to finish what it serves before it is ended by force.
const ENDING_LOOKS_MAX: u32 = 60;

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Event<S> {
    /// The files were looked at, and look like this.
    Looked(S),
    /// A compile ended that began when the files looked like this; whether an artifact was written.
    Built(S, bool),
    /// The edge ended.
    Ended(Ended),
    /// The user wants to leave.
    Stop,
}

/// How an edge ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// It said that it cannot serve this: only a change helps.
    Refused,
    /// It died.
    Crashed,
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    /// Compile the files.
    Build,
    /// Start the edge.
    Start,
    /// Say that the edge is not started again before something changes.
    GiveUp,
    /// Ask the edge to end.
    Terminate,
    /// End the edge by force.
    Kill,
    /// Leave.
    Leave,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Edge {
    /// Not started, or ended and not to be started before a change.
    Down,
    /// Started so many looks ago.
    Up(u32),
    /// To be started after so many looks.
    Soon(u32),
}

/// The state of `dev`.
#[derive(Debug)]
pub(super) struct Machine<S> {
    /// How the files looked when the last compile began.
    built: Option<S>,
    /// How they look since they changed, and for how many looks they have been changing.
    changed: Option<(S, u32)>,
    is_building: bool,
    edge: Edge,
    restarts: u32,
    /// Looks since the user wanted to leave.
    leaving: Option<u32>,
}

impl<S: PartialEq> Machine<S> {
    pub(super) fn new() -> Self {
        Self {
            built: None,
            changed: None,
            is_building: false,
            edge: Edge::Down,
            restarts: 0,
            leaving: None,
        }
    }

    /// Whether the user wants to leave.
    pub(super) fn is_leaving(&self) -> bool {
        self.leaving.is_some()
    }

    /// Takes an event in, and says what is to be done, in order.
    pub(super) fn on(&mut self, event: Event<S>) -> Vec<Action> {
        match event {
            Event::Looked(_) if self.leaving.is_some() => self.leave_in_time(),
            Event::Looked(files) => {
                let mut actions = self.pass_time();
                actions.extend(self.look(files));
                actions
            }
            Event::Built(files, is_good) => {
                self.is_building = false;
                self.built = Some(files);
                if !is_good || self.leaving.is_some() {
                    return Vec::new();
                }
                self.restarts = 0;
                // One that runs sees the new artifact by itself.
                if matches!(self.edge, Edge::Up(_)) { Vec::new() } else { self.start() }
            }
            Event::Ended(_) if self.leaving.is_some() => vec![Action::Leave],
            Event::Ended(Ended::Refused) => {
                self.edge = Edge::Down;
                Vec::new()
            }
            Event::Ended(Ended::Crashed) => {
                self.restarts += 1;
                if self.restarts > RESTARTS_MAX {
                    self.edge = Edge::Down;
                    return vec![Action::GiveUp];
                }
                self.edge = Edge::Soon(1 << self.restarts);
                Vec::new()
            }
            Event::Stop if !matches!(self.edge, Edge::Up(_)) => vec![Action::Leave],
            Event::Stop if self.leaving.is_some() => vec![Action::Kill],
            Event::Stop => {
                self.leaving = Some(0);
                vec![Action::Terminate]
            }
        }
    }

    fn start(&mut self) -> Vec<Action> {
        self.edge = Edge::Up(0);
        vec![Action::Start]
    }

    fn leave_in_time(&mut self) -> Vec<Action> {
        let looks = self.leaving.unwrap_or_default() + 1;
        self.leaving = Some(looks);
        if looks == ENDING_LOOKS_MAX { vec![Action::Kill] } else { Vec::new() }
    }

    fn pass_time(&mut self) -> Vec<Action> {
        match &mut self.edge {
            Edge::Down => {}
            Edge::Up(looks) => {
                *looks = looks.saturating_add(1);
                if *looks == SOUND_LOOKS {
                    self.restarts = 0;
                }
            }
            Edge::Soon(0 | 1) => return self.start(),
            Edge::Soon(looks) => *looks -= 1,
        }
        Vec::new()
    }

    /// Compiles at the first look, and later when a change has come to rest: editors write a file
    /// in several steps.
    fn look(&mut self, files: S) -> Option<Action> {
        if self.is_building {
            return None;
        }
        if self.built.as_ref() == Some(&files) {
            self.changed = None;
            return None;
        }
        let is_first = self.built.is_none();
        let (is_steady, looks) = match &self.changed {
            Some((before, looks)) => (*before == files, looks + 1),
            None => (false, 1),
        };
        if is_first || is_steady || looks >= UNSTEADY_LOOKS_MAX {
            self.changed = None;
            self.is_building = true;
            return Some(Action::Build);
        }
        self.changed = Some((files, looks));
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Action::{Build, GiveUp, Kill, Leave, Start, Terminate};

    /// Feeds events and compares what is to be done after each.
    fn check(machine: &mut Machine<u32>, steps: &[(Event<u32>, &[Action])]) {
        for (at, (event, expected)) in steps.iter().enumerate() {
            assert_eq!(machine.on(event.clone()), *expected, "step {at}: {event:?}");
        }
    }

    fn serving() -> Machine<u32> {
        let mut machine = Machine::new();
        let steps: [(Event<u32>, &[Action]); 3] = [
            (Event::Looked(1), &[Build]),
            (Event::Looked(1), &[]),
            (Event::Built(1, true), &[Start]),
        ];
        check(&mut machine, &steps);
        machine
    }

    #[test]
    fn change_is_compiled_once_it_has_come_to_rest() {
        let mut machine = serving();
        check(
            &mut machine,
            &[
                (Event::Looked(1), &[]),
                (Event::Looked(2), &[]),
                (Event::Looked(3), &[]),
                (Event::Looked(3), &[Build]),
                (Event::Looked(4), &[]),
                (Event::Built(3, true), &[]),
                (Event::Looked(4), &[]),
                (Event::Looked(4), &[Build]),
                (Event::Built(4, true), &[]),
            ],
        );
        // What is undone before it came to rest was no change.
        check(&mut machine, &[(Event::Looked(5), &[]), (Event::Looked(4), &[])]);
        check(&mut machine, &[(Event::Looked(5), &[]), (Event::Looked(5), &[Build])]);
    }

    #[test]
    fn change_that_never_rests_is_compiled_all_the_same() {
        let mut machine = serving();
        let builds = (2..42).filter(|files| {
            let actions = machine.on(Event::Looked(*files));
            if actions == [Build] {
                machine.on(Event::Built(*files, true));
            }
            !actions.is_empty()
        });
        assert_eq!(builds.count(), 4);
    }

    #[test]
    fn findings_leave_the_edge_alone() {
        let mut machine = serving();
        check(
            &mut machine,
            &[
                (Event::Looked(2), &[]),
                (Event::Looked(2), &[Build]),
                (Event::Built(2, false), &[]),
                (Event::Looked(2), &[]),
            ],
        );
        let mut machine = Machine::new();
        check(&mut machine, &[(Event::Looked(1), &[Build]), (Event::Built(1, false), &[])]);
        check(&mut machine, &[(Event::Looked(2), &[]), (Event::Looked(2), &[Build])]);
        check(&mut machine, &[(Event::Built(2, true), &[Start])]);
    }

    #[test]
    fn edge_that_refuses_waits_for_a_change() {
        let mut machine = serving();
        check(&mut machine, &[(Event::Ended(Ended::Refused), &[])]);
        for _ in 0..500 {
            check(&mut machine, &[(Event::Looked(1), &[])]);
        }
        check(
            &mut machine,
            &[
                (Event::Looked(2), &[]),
                (Event::Looked(2), &[Build]),
                (Event::Built(2, true), &[Start]),
            ],
        );
    }

    /// Lets an edge crash as soon as it is started; returns how often it was started.
    fn crash(machine: &mut Machine<u32>) -> u32 {
        let mut starts = 0;
        let mut actions = machine.on(Event::Ended(Ended::Crashed));
        for _ in 0..1_000 {
            if actions == [GiveUp] {
                return starts;
            }
            actions = machine.on(Event::Looked(1));
            if actions == [Start] {
                starts += 1;
                actions = machine.on(Event::Ended(Ended::Crashed));
            }
        }
        panic!("it never gives up");
    }

    #[test]
    fn edge_that_crashes_is_started_again_within_a_bound() {
        let mut machine = serving();
        assert_eq!(crash(&mut machine), RESTARTS_MAX);
        // Nothing more, until a good artifact comes.
        for _ in 0..500 {
            check(&mut machine, &[(Event::Looked(1), &[])]);
        }
        check(&mut machine, &[(Event::Built(1, true), &[Start])]);
        // One that ran well for a while has all its restarts again.
        check(&mut machine, &[(Event::Ended(Ended::Crashed), &[]), (Event::Looked(1), &[])]);
        check(&mut machine, &[(Event::Looked(1), &[Start])]);
        for _ in 0..SOUND_LOOKS {
            check(&mut machine, &[(Event::Looked(1), &[])]);
        }
        assert_eq!(crash(&mut machine), RESTARTS_MAX);
    }

    #[test]
    fn stop_ends_the_edge_in_order_and_then_by_force() {
        let mut machine = serving();
        check(&mut machine, &[(Event::Stop, &[Terminate]), (Event::Looked(2), &[])]);
        check(&mut machine, &[(Event::Ended(Ended::Refused), &[Leave])]);

        let mut machine = serving();
        check(&mut machine, &[(Event::Stop, &[Terminate]), (Event::Stop, &[Kill])]);
        check(&mut machine, &[(Event::Ended(Ended::Crashed), &[Leave])]);

        let mut machine = serving();
        check(&mut machine, &[(Event::Stop, &[Terminate])]);
        for _ in 1..ENDING_LOOKS_MAX {
            check(&mut machine, &[(Event::Looked(1), &[])]);
        }
        check(&mut machine, &[(Event::Looked(1), &[Kill]), (Event::Looked(1), &[])]);

        let mut machine = Machine::new();
        check(&mut machine, &[(Event::Looked(1), &[Build]), (Event::Stop, &[Leave])]);
    }
}
