//! `[listeners.NAME]` as written.

use std::net::SocketAddr;

use pointsman_schemas::artifact::{Feature, Features};

use super::fields;
use super::keys::LISTENER;
use super::parse::Table;
use super::reader::Reader;
use super::record::Record;
use super::refusal::empty;
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
    /// Names of sockets that are handed over.
    pub handed_over: Vec<Spanned<String>>,
    /// `serve`.
    pub serve: Option<Spanned<&'static str>>,
    /// `protocols`.
    pub protocols: Option<Spanned<Vec<&'static str>>>,
    /// Every other key.
    pub options: Record,
    /// Where it is written.
    pub span: Span,
    /// Whether anything in it was found wrong.
    pub damaged: bool,
}

impl Listener {
    /// What an edge must have to serve it.
    pub fn features(&self) -> Features {
        let mut all = self.options.features();
        let words = [("serve", self.serve.iter().map(|word| word.value).collect::<Vec<_>>())];
        let protocols = self.protocols.iter().flat_map(|words| words.value.iter().copied());
        for (key, words) in words.into_iter().chain([("protocols", protocols.collect())]) {
            words.iter().for_each(|word| all.0 |= LISTENER.word_features(key, word).0);
        }
        if !self.handed_over.is_empty() {
            all.add(Feature::SOCKET_ACTIVATION);
        }
        all
    }
}

pub(super) fn read(name: Spanned<String>, table: Table<'_>, findings: &mut Findings) -> Listener {
    let span = table.span();
    let mut reader = Reader::named(Some(&name.value), table, &LISTENER, name.span, findings);
    if let Err(problem) = value::name(&name.value) {
        reader.problem(Code::BadName, name.span, problem);
    }
    let serve = reader.choice("serve");
    let protocols = reader.choices("protocols");
    if let Some(protocols) = &protocols
        && protocols.value.is_empty()
        && !reader.is_damaged()
    {
        reader.findings().push(empty("protocols", protocols.span));
    }
    let (mut addresses, mut handed_over) = (Vec::new(), Vec::new());
    if let Some(texts) = reader.one_or_more("address") {
        for text in texts.value {
            match text.value.strip_prefix("fd:") {
                Some(socket) => handed_over.extend(read_socket(&mut reader, socket, text.span)),
                None => addresses.extend(read_address(&mut reader, &text)),
            }
        }
    }
    let options = fields::read(&mut reader, |key| key.feature.is_some());
    let damaged = reader.is_damaged();
    Listener { name, addresses, handed_over, serve, protocols, options, span, damaged }
}

/// The name of a socket that is handed over: what systemd calls `FileDescriptorName`.
fn read_socket(reader: &mut Reader<'_, '_>, name: &str, span: Span) -> Option<Spanned<String>> {
    match value::name(name) {
        Ok(()) => Some(Spanned::new(name.to_owned(), span)),
        Err(problem) => {
            reader.problem(Code::BadListenAddress, span, problem);
            None
        }
    }
}

fn read_address(
    reader: &mut Reader<'_, '_>,
    text: &Spanned<String>,
) -> Option<Spanned<SocketAddr>> {
    match value::listen_address(&text.value) {
        Ok(address) => Some(Spanned::new(address, text.span)),
        Err(problem) => {
            reader.problem(Code::BadListenAddress, text.span, problem);
            None
        }
    }
}
