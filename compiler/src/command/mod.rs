//! The verbs of the command line, one file a verb. They read and write files and print; what is
//! right and wrong is decided below.

mod base;
mod compile;
mod completions;
mod console;
mod dev;
mod diff;
mod explain;
mod fix;
mod git;
mod import;
mod init;
mod inspect;
mod keyfile;
mod keys;
mod man;
mod options;
mod print;
mod progress;
mod replace;
mod revision;
mod routes;
mod schema;
mod subject;
mod test;
mod validate;
mod written;

pub use options::run;
