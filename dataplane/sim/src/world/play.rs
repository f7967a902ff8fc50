//! Plays a plan from its beginning until nothing is due any more.

use std::rc::Rc;

use super::session::serve;
use super::worker::Worker;
use crate::client;
use crate::plan::Plan;
use crate::stage::Stage;
use crate::transcript::Transcript;

/// Steps after which a simulation is taken for one that does not come to rest.
const STEPS_MAX: u64 = 2_000_000;

/// Plays a plan; the transcript says what happened.
#[must_use]
pub fn play(plan: Plan) -> (Plan, Transcript) {
    let stage = Rc::new(Stage::new(plan));
    let worker = Worker::new(&stage);
    for number in 0..stage.plan.clients.len() {
        let worker = Rc::clone(&worker);
        let accepting = Rc::clone(&stage);
        stage.engine.spawn(client::play(Rc::clone(&stage), number, move |connection| {
            if worker.is_draining() {
                // Nobody accepts any more.
                let (engine, network) = (&accepting.engine, &accepting.network);
                network.close(engine, connection, crate::network::Side::Proxy);
            } else {
                accepting.engine.spawn(serve(worker, number, connection));
            }
        }));
    }
    let came_to_rest = stage.engine.run(STEPS_MAX);
    stage.transcript.came_to_rest.set(came_to_rest);
    stage.transcript.ended_us.set(stage.engine.now_us());
    (stage.plan.clone(), stage.transcript.taken())
}
