//! Signatures: what a key signed is known, and nothing else passes for it.

use pointsman_schemas::artifact::layout::{
    DIGEST_AT, Header, SectionEntry, SectionKind, SignatureRecord,
};
use pointsman_schemas::artifact::seal::{SealError, SignError, sign, verify};
use pointsman_schemas::artifact::sections::{SectionView, digest, list};
use pointsman_schemas::artifact::{Artifact, ReadErrorKind, exercise, fuzz_artifact};
use pointsman_schemas::key::{KeyId, PublicKey, SecretKey};
use pointsman_schemas::limits::SIGNATURES_MAX;
use proptest::prelude::*;

use super::small::{PLACES, bytes};

/// A key that is no secret.
pub(super) fn key(number: u8) -> SecretKey {
    SecretKey::from_seed(&[number; 32])
}

fn public(number: u8) -> PublicKey {
    key(number).public()
}

fn unsigned() -> Artifact {
    Artifact::from_bytes(bytes(7, PLACES)).expect("what was just written")
}

/// The small artifact, signed by each of these keys.
pub(super) fn signed(numbers: &[u8]) -> Vec<u8> {
    let keys: Vec<SecretKey> = numbers.iter().map(|number| key(*number)).collect();
    sign(&unsigned(), &keys).expect("good keys")
}

fn opened(bytes: Vec<u8>) -> Artifact {
    Artifact::from_bytes(bytes).expect("an artifact")
}

/// Makes length and digest fit, as one can who has no key.
fn sealed(mut bytes: Vec<u8>) -> Vec<u8> {
    let len = bytes.len() as u64;
    bytes[16..24].copy_from_slice(&len.to_le_bytes());
    let digest = digest(&bytes);
    bytes[DIGEST_AT..DIGEST_AT + 32].copy_from_slice(&digest);
    bytes
}

fn signatures(bytes: &[u8]) -> SectionView {
    list(bytes).find(|view| view.kind == SectionKind::SIGNATURES).expect("signatures")
}

#[test]
fn signed_artifact_is_known_by_its_key_and_means_the_same() {
    let (plain, artifact) = (unsigned(), opened(signed(&[1])));
    assert_eq!(verify(&artifact, &[public(1)]), Ok(public(1).id()));
    assert_eq!(artifact.signers().collect::<Vec<_>>(), [public(1).id()]);
    assert_eq!((artifact.content_id(), artifact.generation()), (plain.content_id(), 7));
    assert_ne!(artifact.digest(), plain.digest());
    assert_eq!(plain.signers().len(), 0);
    assert_eq!(
        exercise(&artifact) - exercise(&plain),
        2,
        "the section and its one record are all that it has more"
    );
    assert!(!signatures(artifact.as_bytes()).must_understand);
}

#[test]
fn one_trusted_key_of_several_suffices() {
    let artifact = opened(signed(&[3, 1, 2]));
    for (trusted, expected) in [(&[2, 9][..], 2), (&[9, 3], 3), (&[1], 1)] {
        let keys: Vec<PublicKey> = trusted.iter().map(|number| public(*number)).collect();
        assert_eq!(verify(&artifact, &keys), Ok(public(expected).id()));
    }
}

#[test]
fn same_keys_in_any_order_give_the_same_bytes() {
    assert_eq!(signed(&[1, 2, 3]), signed(&[3, 1, 2]));
    assert_ne!(signed(&[1]), signed(&[2]));
}

#[test]
fn artifact_without_a_trusted_signature_is_refused_by_cause() {
    assert_eq!(verify(&unsigned(), &[public(1)]), Err(SealError::Unsigned));
    let refused = |signers: &[u8], trusted: &[PublicKey]| {
        verify(&opened(signed(signers)), trusted).expect_err("not trusted")
    };
    let one = SealError::NotTrusted { signer: public(1).id(), others: 0 };
    assert_eq!(refused(&[1], &[public(2)]), one);
    assert_eq!(refused(&[1], &[]), one);
    assert!(one.to_string().contains(&public(1).id().to_string()));
    let several = refused(&[1, 2, 3], &[public(9)]);
    assert!(matches!(several, SealError::NotTrusted { others: 2, .. }), "{several}");
}

#[test]
fn keys_that_cannot_sign_together_are_refused() {
    let refuse = |numbers: &[u8]| {
        let keys: Vec<SecretKey> = numbers.iter().map(|number| key(*number)).collect();
        sign(&unsigned(), &keys).expect_err("no signatures")
    };
    assert_eq!(refuse(&[]), SignError::NoKey);
    assert_eq!(refuse(&[1, 2, 1]), SignError::SameKey { key: public(1).id() });
    let many: Vec<u8> = (0..=SIGNATURES_MAX as u8).collect();
    assert_eq!(refuse(&many), SignError::TooManyKeys);
    let most = opened(signed(&many[..SIGNATURES_MAX]));
    assert_eq!(most.signers().len(), SIGNATURES_MAX);
    assert!(most.signers().is_sorted());
    assert_eq!(sign(&most, &[key(99)]), Err(SignError::AlreadySigned));
}

/// Every place of a file, by the section that it is in, or what lies between.
fn places(bytes: &[u8]) -> Vec<(String, std::ops::Range<usize>)> {
    let table_at = size_of::<Header>();
    let mut end = table_at + list(bytes).count() * size_of::<SectionEntry>();
    let mut places = vec![("header".to_owned(), 0..table_at), ("table".to_owned(), table_at..end)];
    for view in list(bytes) {
        let (start, len) = (view.offset as usize, view.bytes as usize);
        let name = view.kind.name().expect("a name").to_owned();
        places.push((format!("padding before {name}"), end..start));
        places.push((name, start..start + len));
        end = start + len;
    }
    assert_eq!(end, bytes.len());
    places
}

#[test]
fn bit_flipped_in_any_place_is_refused_with_keys_and_without() {
    let whole = signed(&[1]);
    let mut seen = 0;
    for (name, range) in places(&whole) {
        for at in range {
            seen += 1;
            for bit in 0..8 {
                let mut damaged = whole.clone();
                damaged[at] ^= 1 << bit;
                assert!(Artifact::from_bytes(damaged.clone()).is_err(), "{name}: {at}");
                // One who makes the digest fit again still has no key.
                let Ok(artifact) = Artifact::from_bytes(sealed(damaged)) else { continue };
                let is_same = artifact.as_bytes() == whole.as_slice();
                let verified = verify(&artifact, &[public(1)]);
                assert_eq!(verified.is_ok(), is_same, "{name}: {at}");
            }
        }
    }
    assert_eq!(seen, whole.len(), "every byte has its place");
}

#[test]
fn only_length_and_digest_come_back_when_they_are_made_to_fit() {
    let whole = signed(&[1]);
    let mut passed = Vec::new();
    for at in 0..whole.len() {
        let mut damaged = whole.clone();
        damaged[at] ^= 1;
        let opened = Artifact::from_bytes(sealed(damaged));
        if opened.is_ok_and(|artifact| verify(&artifact, &[public(1)]).is_ok()) {
            passed.push(at);
        }
    }
    let fields = (16..24).chain(DIGEST_AT..DIGEST_AT + 32);
    assert_eq!(passed, fields.collect::<Vec<_>>());
}

#[test]
fn generation_is_signed() {
    let older = opened(signed(&[1]));
    let newer = Artifact::from_bytes(bytes(8, PLACES)).expect("an artifact");
    let newer = opened(sign(&newer, &[key(1)]).expect("a good key"));
    assert_eq!(newer.content_id(), older.content_id());
    let mut raised = older.as_bytes().to_vec();
    raised[24..32].copy_from_slice(&9_u64.to_le_bytes());
    let raised = opened(sealed(raised));
    assert_eq!(raised.generation(), 9);
    let expected = SealError::WrongSignature { key: public(1).id() };
    assert_eq!(verify(&raised, &[public(1)]), Err(expected));
    // Nor does the signature of another file of the same key help.
    let mut moved = newer.as_bytes().to_vec();
    let (from, to) = (signatures(older.as_bytes()), signatures(&moved));
    assert_eq!(from, to);
    let range = from.offset as usize..(from.offset + from.bytes) as usize;
    moved[range.clone()].copy_from_slice(&older.as_bytes()[range]);
    assert_eq!(verify(&opened(sealed(moved)), &[public(1)]), Err(expected));
}

#[test]
fn signature_under_the_name_of_a_trusted_key_must_be_its_own() {
    let mut bytes = signed(&[1]);
    let at = signatures(&bytes).offset as usize;
    bytes[at..at + 8].copy_from_slice(&public(2).id().0);
    let artifact = opened(sealed(bytes));
    let expected = SealError::WrongSignature { key: public(2).id() };
    assert_eq!(verify(&artifact, &[public(2)]), Err(expected));
    assert_eq!(
        verify(&artifact, &[public(1)]),
        Err(SealError::NotTrusted { signer: public(2).id(), others: 0 })
    );
}

/// Leaves the last signature out of the two that there are, everywhere but in what was signed.
#[test]
fn signature_left_out_breaks_the_other() {
    let two = signed(&[1, 2]);
    let (view, record) = (signatures(&two), size_of::<SignatureRecord>());
    let last = list(&two).last().expect("a section");
    assert_eq!(last, view, "nothing moves behind it");
    let mut one = two.clone();
    one.truncate(two.len() - record);
    let at = size_of::<Header>() + (list(&two).count() - 1) * size_of::<SectionEntry>();
    one[at + 16..at + 24].copy_from_slice(&(record as u64).to_le_bytes());
    one[at + 24..at + 28].copy_from_slice(&1_u32.to_le_bytes());
    let one = opened(sealed(one));
    let left: Vec<KeyId> = one.signers().collect();
    assert_eq!(left.len(), 1);
    let keys = [public(1), public(2)];
    assert_eq!(verify(&one, &keys), Err(SealError::WrongSignature { key: left[0] }));
}

/// The signed artifact with other bytes and count of its last section, the signatures.
fn with_records(count: u32, records: &[u8]) -> Vec<u8> {
    let mut bytes = signed(&[1]);
    let view = signatures(&bytes);
    let at = size_of::<Header>() + (list(&bytes).count() - 1) * size_of::<SectionEntry>();
    bytes.truncate(view.offset as usize);
    bytes.extend_from_slice(records);
    bytes[at + 16..at + 24].copy_from_slice(&(records.len() as u64).to_le_bytes());
    bytes[at + 24..at + 28].copy_from_slice(&count.to_le_bytes());
    sealed(bytes)
}

#[test]
fn signatures_section_of_another_form_is_refused_without_keys() {
    let record = |id: u8| {
        let mut record = [0; 72];
        record[7] = id;
        record
    };
    let many = |ids: &[u8]| ids.iter().flat_map(|id| record(*id)).collect::<Vec<u8>>();
    let check = |count: u32, records: &[u8], expected: Option<ReadErrorKind>| {
        let read = Artifact::from_bytes(with_records(count, records));
        assert_eq!(read.as_ref().err().map(|error| error.kind), expected);
        if let Err(error) = read {
            assert_eq!(error.section, SectionKind::SIGNATURES, "{error}");
        }
    };
    check(1, &many(&[1]), None);
    check(2, &many(&[1, 2]), None);
    check(8, &many(&[1, 2, 3, 4, 5, 6, 7, 8]), None);
    check(0, &[], Some(ReadErrorKind::WrongLength));
    check(1, &many(&[1])[..71], Some(ReadErrorKind::WrongLength));
    check(1, &many(&[1, 2]), Some(ReadErrorKind::WrongLength));
    check(2, &many(&[1]), Some(ReadErrorKind::WrongLength));
    check(2, &many(&[2, 1]), Some(ReadErrorKind::Unsorted));
    check(2, &many(&[1, 1]), Some(ReadErrorKind::Unsorted));
    let nine = Some(ReadErrorKind::TooMany { max: 8 });
    check(9, &many(&[1, 2, 3, 4, 5, 6, 7, 8, 9]), nine);
}

#[test]
fn signed_artifact_truncated_anywhere_is_refused() {
    let whole = signed(&[1, 2]);
    for len in 0..whole.len() {
        assert!(Artifact::from_bytes(whole[..len].to_vec()).is_err(), "{len} bytes");
    }
}

/// The key of order one: with it, zeros pass for a signature of any message where nobody looks.
#[test]
fn key_that_anyone_can_sign_with_is_no_key() {
    let mut identity = [0; 32];
    identity[0] = 1;
    assert!(PublicKey::from_bytes(&identity).is_none());
    assert!(PublicKey::from_bytes(&[0; 32]).is_none());
    // Of all numbers about half are no point of the curve.
    let points = (0..=u8::MAX).filter(|byte| PublicKey::from_bytes(&[*byte; 32]).is_some());
    assert!((90..170).contains(&points.count()));
}

/// L, the order of the group: with it added, a signature of another form passes where nobody looks.
const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

#[test]
fn second_form_of_a_signature_is_refused() {
    let mut bytes = signed(&[1]);
    let half = signatures(&bytes).offset as usize + 8 + 32;
    let mut carry = 0;
    for (byte, order) in bytes[half..half + 32].iter_mut().zip(ORDER) {
        let sum = u16::from(*byte) + u16::from(order) + carry;
        *byte = sum as u8;
        carry = sum >> 8;
    }
    assert_eq!(carry, 0);
    let expected = SealError::WrongSignature { key: public(1).id() };
    assert_eq!(verify(&opened(sealed(bytes)), &[public(1)]), Err(expected));
}

proptest! {
    #[test]
    fn signed_artifact_with_several_bytes_changed_never_verifies(
        changes in prop::collection::vec((any::<prop::sample::Index>(), 1..=u8::MAX), 1..6),
    ) {
        let whole = signed(&[7, 8]);
        let mut damaged = whole.clone();
        for (at, change) in changes {
            let at = DIGEST_AT + 32 + at.index(whole.len() - DIGEST_AT - 32);
            damaged[at] ^= change;
        }
        fuzz_artifact(&damaged);
        if damaged != whole && let Ok(artifact) = Artifact::from_bytes(sealed(damaged)) {
            let first = verify(&artifact, &[public(7)]);
            let second = verify(&artifact, &[public(8)]);
            // Damage in one signature alone leaves the other as it is.
            prop_assert!(first.is_err() || second.is_err());
        }
    }
}
