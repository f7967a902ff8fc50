//! Check of the signatures' form: what they are worth needs keys, which a reader may not have.

use super::super::error::{ReadError, ReadErrorKind as Kind};
use super::super::layout::{SectionKind, SignatureRecord};
use super::check::{At, Check, refuse};
use crate::limits::SIGNATURES_MAX;

/// At least one, not too many, of each key one, in the order of the keys.
pub(super) fn signatures(check: &Check<'_>) -> Result<(), ReadError> {
    let section = SectionKind::SIGNATURES;
    let records = check.records::<SignatureRecord>(section, SIGNATURES_MAX)?;
    if check.sections.has(section) && records.is_empty() {
        return refuse(section, 0, Kind::WrongLength);
    }
    match records.windows(2).position(|pair| pair[0].key_id >= pair[1].key_id) {
        Some(before) => {
            let at = At::record::<SignatureRecord>(section, before + 1);
            refuse(section, at.offset, Kind::Unsorted)
        }
        None => Ok(()),
    }
}
