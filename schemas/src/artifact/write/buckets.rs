//! Write side of a bucket table.

use super::super::buckets::BITS_MAX;
use super::super::wire::{hash, put_number, width_of};

/// Seeds that are tried; one byte holds the best.
const SEEDS: u32 = 16;
/// A seed whose fullest bucket holds no more is taken at once.
const GOOD_BUCKET_LEN: u32 = 6;

/// Appends a table of `keys`, whose payloads `payload` writes; `payload_bytes` each.
///
/// Shape: see the read side. Keys are different and at most 255 bytes long; entries of a bucket
/// keep the order of `keys`.
pub(super) fn put<K: AsRef<[u8]>>(
    out: &mut Vec<u8>,
    keys: &[K],
    payload_bytes: usize,
    mut payload: impl FnMut(&mut Vec<u8>, usize),
) {
    let bits = bits_for(keys.len());
    let (seed, order) = best_seed(keys, bits);
    let buckets = 1_usize << bits;
    let mut starts = vec![0_u32; buckets + 1];
    for (bucket, index) in &order {
        let bytes = 1 + payload_bytes + keys[*index as usize].as_ref().len();
        starts[*bucket as usize + 1] += bytes as u32;
    }
    for bucket in 0..buckets {
        starts[bucket + 1] += starts[bucket];
    }
    let width = width_of(starts[buckets]);
    out.extend_from_slice(&[seed as u8, bits, width as u8]);
    for start in &starts {
        put_number(out, *start, width);
    }
    for (_, index) in &order {
        let key = keys[*index as usize].as_ref();
        out.push(key.len() as u8);
        payload(out, *index as usize);
        out.extend_from_slice(key);
    }
}

/// About two keys a bucket: one start then costs each key half of its bytes.
fn bits_for(keys: usize) -> u8 {
    let buckets = keys.div_ceil(2).max(1).next_power_of_two();
    (buckets.trailing_zeros() as u8).min(BITS_MAX)
}

/// Keys by bucket: the bucket, and the key's index.
type Order = Vec<(u32, u32)>;

/// The seed whose fullest bucket is smallest, and the keys sorted by bucket.
fn best_seed<K: AsRef<[u8]>>(keys: &[K], bits: u8) -> (u32, Order) {
    let mut best: Option<(u32, u32, Order)> = None;
    for seed in 0..SEEDS {
        let mut order: Order = keys
            .iter()
            .enumerate()
            .map(|(index, key)| {
                let hash = hash(key.as_ref(), seed);
                (hash.checked_shr(32 - u32::from(bits)).unwrap_or(0), index as u32)
            })
            .collect();
        order.sort_unstable();
        let fullest = order.chunk_by(|a, b| a.0 == b.0).map(<[_]>::len).max().unwrap_or(0) as u32;
        if best.as_ref().is_none_or(|(len, ..)| fullest < *len) {
            best = Some((fullest, seed, order));
        }
        // Of a large table no seed is much better than another.
        if fullest <= GOOD_BUCKET_LEN || keys.len() > 4096 {
            break;
        }
    }
    best.map_or_else(Default::default, |(_, seed, order)| (seed, order))
}
