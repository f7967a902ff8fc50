//! `pointsman schema`.

use clap::Args;

use super::console::{Output, Status};
use crate::document::schema;

/// Options of `pointsman schema`.
#[derive(Debug, Args)]
#[command(after_help = "Example: pointsman schema > pointsman.schema.json\n\n\
                        An editor uses it where the first line of a file says\n\
                        #:schema ./pointsman.schema.json\n\n\
                        Exit codes: 0 ok, 2 wrong use or I/O")]
pub(super) struct Options {}

pub(super) fn run(_options: &Options, output: &mut Output) -> Status {
    output.out(&schema::render());
    Status::Done
}
