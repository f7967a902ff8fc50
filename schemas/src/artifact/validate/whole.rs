//! The whole check of an artifact, once, in this order: digest, section table, strings, records
//! and their numbers, hosts, trees. Every pass is linear; nothing is decided by what was not yet
//! proved.

use super::super::error::{ReadError, ReadErrorKind as Kind};
use super::super::layout::{DIGEST_AT, Header, SectionKind};
use super::super::sections::{Sections, digest};
use super::check::Check;
use super::{answers, host_wide, hosts, options, paths, signatures, tables};

/// What a check leaves behind.
pub(in super::super) struct Proof {
    /// Which bytes belong to which section.
    pub(in super::super) sections: Sections,
    /// Whether some node needs all its constraints compared.
    pub(in super::super) contended: bool,
}

/// Files above this are hashed on a second thread while the structure is checked: both take about
/// as long, and neither needs the other's result.
const HASH_APART_BYTES: usize = 4 << 20;

/// Checks a file whose `header` fits its size, mark and version.
pub(in super::super) fn check(file: &[u8], header: &Header) -> Result<Proof, ReadError> {
    let wrong_digest = ReadError::new(SectionKind::HEADER, DIGEST_AT, Kind::WrongDigest);
    if file.len() < HASH_APART_BYTES {
        if digest(file) != header.digest {
            return Err(wrong_digest);
        }
        return structure(file, header);
    }
    std::thread::scope(|scope| {
        let hashing = std::thread::Builder::new().spawn_scoped(scope, || digest(file));
        let proof = structure(file, header);
        // A host that cannot start a thread now still can load an artifact.
        let found = match hashing {
            Ok(thread) => thread.join().unwrap_or_default(),
            Err(_) => digest(file),
        };
        if found == header.digest { proof } else { Err(wrong_digest) }
    })
}

fn structure(file: &[u8], header: &Header) -> Result<Proof, ReadError> {
    let sections = Sections::parse(file, header)?;
    let check = Check { file, sections: &sections };
    host_wide::strings(&check)?;
    host_wide::host_wide(&check)?;
    host_wide::rules(&check)?;
    tables::routes(&check)?;
    tables::backends(&check)?;
    tables::programs(&check)?;
    tables::constraints(&check)?;
    answers::answers(&check)?;
    options::options(&check)?;
    tables::self_tests(&check)?;
    tables::provenance(&check)?;
    signatures::signatures(&check)?;
    let trees = paths::check(&check)?;
    hosts::check(&check, &trees)?;
    let contended = trees.contended();
    Ok(Proof { sections, contended })
}
