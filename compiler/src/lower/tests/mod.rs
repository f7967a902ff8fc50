//! Whole models, lowered, read back and asked: the compiler's tables and the data plane's matcher
//! together.

mod artifact;
mod explain;
mod expressions;
mod matching;
mod outgoing;
mod reference;
mod scale;
mod world;
