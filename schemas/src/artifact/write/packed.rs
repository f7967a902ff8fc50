//! Write side of packed tables and of the routes' ids.

use super::super::packed::TAIL_BYTES;
use super::super::route_ids::BLOCK;
use super::super::wire::{put_number, width_of};

/// A packed table of one column.
pub(super) fn column(rows: &[u32]) -> Vec<u8> {
    let width = width_of(rows.iter().copied().max().unwrap_or_default());
    let mut out = vec![width as u8, 0];
    for row in rows {
        put_number(&mut out, *row, width);
    }
    out.extend_from_slice(&[0; TAIL_BYTES]);
    out
}

/// A packed table of two columns.
pub(super) fn columns(rows: &[(u32, u32)]) -> Vec<u8> {
    let first = width_of(rows.iter().map(|row| row.0).max().unwrap_or_default());
    let second = width_of(rows.iter().map(|row| row.1).max().unwrap_or_default());
    let mut out = vec![first as u8, second as u8];
    for row in rows {
        put_number(&mut out, row.0, first);
        put_number(&mut out, row.1, second);
    }
    out.extend_from_slice(&[0; TAIL_BYTES]);
    out
}

/// The ids of the routes, at most 255 bytes each.
pub(super) fn route_ids(lengths: &[u8], text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(lengths.len() * 2 + text.len());
    put_number(&mut out, lengths.len() as u32, 4);
    let mut at = 0;
    for block in lengths.chunks(BLOCK) {
        put_number(&mut out, at, 4);
        at += block.iter().map(|len| u32::from(*len)).sum::<u32>();
    }
    out.extend_from_slice(lengths);
    out.extend_from_slice(text);
    out
}
