//! `[listeners.NAME]` as written.

use std::net::SocketAddr;

use super::keys::LISTENER;
use super::parse::Table;
use super::reader::Reader;
use super::refusal::{empty, not_available};
use super::value;
use crate::diagnostic::{Code, Findings};
use crate::source::{Span, Spanned};

/// A listener.
#[derive(Clone, Debug)]
pub struct Listener {
    /// Its name.
    pub name: Spanned<String>,
    /// Its addresses; those that could not be read are left out.
    pub addresses: Vec<Spanned<SocketAddr>>,
    /// Where it is written.
    pub span: Span,
}

pub(super) fn read(name: Spanned<String>, table: Table<'_>, findings: &mut Findings) -> Listener {
    let span = table.span();
    let mut reader = Reader::named(Some(&name.value), table, &LISTENER, name.span, findings);
    if let Err(problem) = value::name(&name.value) {
        reader.problem(Code::BadName, name.span, problem);
    }
    reader.choice("serve");
    if let Some(protocols) = reader.choices("protocols")
        && protocols.value.is_empty()
        && !reader.is_damaged()
    {
        reader.findings().push(empty("protocols", protocols.span));
    }
    let mut addresses = Vec::new();
    if let Some(texts) = reader.one_or_more("address") {
        for text in texts.value {
            addresses.extend(read_address(&mut reader, &text));
        }
    }
    Listener { name, addresses, span }
}

fn read_address(
    reader: &mut Reader<'_, '_>,
    text: &Spanned<String>,
) -> Option<Spanned<SocketAddr>> {
    if text.value.starts_with("fd:") {
        let what = format!("address = \"{}\"", value::shown(&text.value));
        reader.findings().push(not_available(&what, "address", &LISTENER, text.span));
        return None;
    }
    match value::listen_address(&text.value) {
        Ok(address) => Some(Spanned::new(address, text.span)),
        Err(problem) => {
            reader.problem(Code::BadListenAddress, text.span, problem);
            None
        }
    }
}
