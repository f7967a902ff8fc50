//! Every truncation and every flipped bit is refused; where the digest is made to fit again, the
//! structure behind it is refused or holds, and nothing panics.

use pointsman_schemas::artifact::layout::{
    CONTENT_ID_AT, DIGEST_AT, SECTION_MUST_UNDERSTAND, SectionEntry, SectionKind,
};
use pointsman_schemas::artifact::sections::{digest, list};
use pointsman_schemas::artifact::{Artifact, ReadErrorKind, exercise, fuzz_artifact};
use proptest::prelude::*;

use super::small::{PLACES, bytes, bytes_with_metadata};

#[test]
fn artifact_truncated_anywhere_is_refused() {
    let whole = bytes(7, PLACES);
    for len in 0..whole.len() {
        assert!(Artifact::from_bytes(whole[..len].to_vec()).is_err(), "{len} bytes");
    }
}

#[test]
fn artifact_with_any_bit_flipped_is_refused() {
    let whole = bytes(7, PLACES);
    for bit in 0..whole.len() * 8 {
        let mut damaged = whole.clone();
        damaged[bit / 8] ^= 1 << (bit % 8);
        assert!(Artifact::from_bytes(damaged).is_err(), "bit {bit}");
    }
}

#[test]
fn artifact_with_any_bit_flipped_and_sealed_again_never_panics() {
    for whole in [bytes(7, PLACES), bytes_with_metadata()] {
        for bit in 0..whole.len() * 8 {
            let mut damaged = whole.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            fuzz_artifact(&damaged);
        }
    }
}

#[test]
fn artifact_with_any_byte_changed_and_sealed_again_never_panics() {
    let whole = bytes(7, PLACES);
    for at in 128..whole.len() {
        for value in [0, 1, 0x7f, 0x80, 0xff] {
            let mut damaged = whole.clone();
            damaged[at] = value;
            fuzz_artifact(&damaged);
        }
    }
}

fn sealed(mut bytes: Vec<u8>) -> Vec<u8> {
    let len = bytes.len() as u64;
    bytes[16..24].copy_from_slice(&len.to_le_bytes());
    let digest = digest(&bytes);
    bytes[DIGEST_AT..DIGEST_AT + 32].copy_from_slice(&digest);
    bytes
}

/// Gives the last section, which is optional, another number and other flags.
fn renumbered(kind: u32, flags: u16) -> Vec<u8> {
    let mut bytes = bytes(7, PLACES);
    let last = list(&bytes).count() - 1;
    let at = 128 + last * size_of::<SectionEntry>();
    assert_eq!(bytes[at..at + 4], SectionKind::PROVENANCE.0.to_le_bytes());
    bytes[at..at + 4].copy_from_slice(&kind.to_le_bytes());
    bytes[at + 6..at + 8].copy_from_slice(&flags.to_le_bytes());
    sealed(bytes)
}

#[test]
fn section_unknown_and_optional_is_skipped() {
    for kind in [49, 76, 200, u32::MAX] {
        let artifact = Artifact::from_bytes(renumbered(kind, 0)).expect("an optional section");
        assert!(artifact.routes().all(|route| route.place().is_none()));
        assert!(exercise(&artifact) > 0);
    }
}

#[test]
fn section_unknown_that_must_be_understood_is_refused_by_name() {
    for (kind, name) in [(76, "section 76"), (200, "section 200")] {
        let bytes = renumbered(kind, SECTION_MUST_UNDERSTAND);
        let error = Artifact::from_bytes(bytes).expect_err("a section of a newer format");
        assert_eq!((error.kind, error.section), (ReadErrorKind::UnknownSection, SectionKind(kind)));
        assert!(error.to_string().contains(name), "{error}");
    }
}

#[test]
fn section_that_promises_more_entries_than_bytes_is_refused_where_it_says_so() {
    let whole = bytes_with_metadata();
    for (number, section) in list(&whole).enumerate() {
        let at = 128 + number * size_of::<SectionEntry>();
        for count in [section.bytes as u32 + 1, 1 << 28, u32::MAX] {
            let mut bytes = whole.clone();
            bytes[at + 24..at + 28].copy_from_slice(&count.to_le_bytes());
            let error = Artifact::from_bytes(sealed(bytes)).expect_err("entries without bytes");
            let place = (error.kind, error.section, error.offset);
            assert_eq!(place, (ReadErrorKind::WrongLength, section.kind, at as u64), "{error}");
        }
    }
}

#[test]
fn content_id_of_another_artifact_is_told() {
    let whole = bytes(7, PLACES);
    assert!(Artifact::from_bytes(whole.clone()).expect("whole").prove_content_id().is_ok());
    for at in [CONTENT_ID_AT, CONTENT_ID_AT + 15] {
        let mut false_one = whole.clone();
        false_one[at] ^= 1;
        let artifact = Artifact::from_bytes(sealed(false_one)).expect("whole but for that");
        let error = artifact.prove_content_id().expect_err("another id");
        assert_eq!(error.kind, ReadErrorKind::WrongContentId);
    }
}

#[test]
fn metadata_of_a_route_twice_or_out_of_range_is_refused() {
    let whole = bytes_with_metadata();
    let entry = list(&whole).find(|section| section.kind == SectionKind::ROUTE_METADATA);
    let entry = entry.expect("a section of metadata");
    assert!(entry.must_understand && entry.count == 2);
    let check = |at: usize, value: u32, expected: &dyn Fn(ReadErrorKind) -> bool| {
        let mut bytes = whole.clone();
        let at = entry.offset as usize + at;
        bytes[at..at + 4].copy_from_slice(&value.to_le_bytes());
        let error = Artifact::from_bytes(sealed(bytes)).expect_err("a record that is wrong");
        assert_eq!(error.section, SectionKind::ROUTE_METADATA);
        assert!(expected(error.kind), "{error}");
    };
    check(12, 0, &|kind| kind == ReadErrorKind::Unsorted);
    for at in [12, 16, 20] {
        check(at, 1 << 20, &|kind| kind != ReadErrorKind::Unsorted);
    }
}

proptest! {
    #[test]
    fn artifact_of_any_bytes_never_panics(data in prop::collection::vec(any::<u8>(), 0..512)) {
        fuzz_artifact(&data);
    }

    #[test]
    fn artifact_with_several_bytes_changed_never_panics(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        let mut damaged = bytes(7, PLACES);
        for (at, value) in changes {
            let at = 96 + at.index(damaged.len() - 96);
            damaged[at] = value;
        }
        fuzz_artifact(&damaged);
    }
}
