//! Our HTTP/1 held against hyper, and the faults of monoio-http replayed beside it.

mod agreement;
mod explained;
mod faults;
mod mutation;
