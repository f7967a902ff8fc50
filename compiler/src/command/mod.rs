//! The verbs of the command line, one file a verb. They read and write files and print; what is
//! right and wrong is decided below.

mod compile;
mod console;
mod explain;
mod fix;
mod init;
mod inspect;
mod options;
mod progress;
mod replace;
mod routes;
mod schema;
mod subject;
mod test;
mod validate;

pub use options::run;
