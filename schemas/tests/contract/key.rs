//! Keys as text: what is written is read again, and what is wrong is told without repeating it.

use pointsman_schemas::key::{KeyKind, KeyTextError, PublicKey, SecretKey, fuzz_key_text, kind_of};
use pointsman_schemas::limits::KEY_TEXT_BYTES_MAX;
use proptest::prelude::*;

/// RFC 8032 §7.1, the first two vectors: seed, public key, message, signature.
const VECTORS: [(&str, &str, &str, &str); 2] = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
];

fn bytes<const N: usize>(hex: &str) -> [u8; N] {
    let byte = |at: usize| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).expect("two digits");
    std::array::from_fn(byte)
}

//= RFC 8032 §7.1
#[test]
fn signatures_are_those_of_the_standard() {
    for (seed, public, message, signature) in VECTORS {
        let key = SecretKey::from_seed(&bytes(seed));
        let message: Vec<u8> = message.bytes().next().map(|_| 0x72).into_iter().collect();
        let expected = PublicKey::from_bytes(&bytes(public)).expect("a good key");
        assert_eq!(key.public(), expected);
        assert_eq!(key.sign(&message), bytes::<64>(signature));
        assert!(expected.signed(&message, &bytes(signature)));
        assert!(!expected.signed(b"other", &bytes(signature)));
    }
}

fn secret() -> SecretKey {
    SecretKey::from_seed(&[7; 32])
}

#[test]
fn text_of_a_key_never_changes() {
    let key = secret();
    assert_eq!(
        key.text().as_str(),
        "pointsman-secret-key-v1:BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc="
    );
    assert_eq!(
        key.public().text(),
        "pointsman-public-key-v1:6kpsY+KcUgq+9VB7Ey7F+ZVHdq6+vnuSQh7qaRRG0iw="
    );
    assert_eq!(key.public().id().to_string(), "595dbcaf6452fba2");
}

#[test]
fn secret_key_shows_itself_to_no_debugger() {
    let (key, shown) = (secret(), format!("{:?}", secret()));
    assert_eq!(shown, format!("SecretKey({})", key.public().id()));
    assert_eq!(format!("{:?}", key.public()), format!("PublicKey({})", key.public().id()));
}

#[test]
fn text_with_comments_empty_lines_and_line_ends_is_read() {
    let key = secret().public();
    let text = key.text();
    for form in [
        text.clone(),
        format!("{text}\n"),
        format!("# of the team\n\n  {text}\t\r\n# end"),
        format!("{text}\r\n\r\n"),
    ] {
        assert_eq!(PublicKey::parse(form.as_bytes()).as_ref(), Ok(&key), "{form}");
    }
    let secret = SecretKey::parse(format!("# mine\n{}\n", *secret().text()).as_bytes());
    assert_eq!(secret.expect("a key").public(), key);
}

#[test]
fn text_that_is_no_key_says_why_and_where() {
    let (public, secret) = (secret().public().text(), secret().text());
    let check = |text: &str, expected: KeyTextError| {
        assert_eq!(PublicKey::parse(text.as_bytes()), Err(expected), "{text}");
        let line = expected.to_string();
        assert!(!line.contains('\n') && !line.contains(&secret[30..]), "{line}");
    };
    use KeyTextError as E;
    let wanted = KeyKind::Public;
    check("", E::NoKey { wanted });
    check("# only a comment\n", E::NoKey { wanted });
    check("ssh-ed25519 AAAA", E::Strange { line: 1, wanted });
    check(&format!("{public}\nsomething"), E::Strange { line: 2, wanted });
    check(&format!("{}x", &public[24..]), E::Strange { line: 1, wanted });
    check(&secret, E::OtherKind { line: 1, wanted });
    check(&format!("#\n{public}\n{public}\n"), E::Several { line: 3 });
    check(&public.replace("v1", "v2"), E::OtherVersion { line: 1 });
    check(&public[..public.len() - 1], E::Damaged { line: 1 });
    check(&format!("{public} x"), E::Damaged { line: 1 });
    check(&public.replace('+', "-"), E::Damaged { line: 1 });
    check(&"\u{e9}".repeat(KEY_TEXT_BYTES_MAX), E::TooLong);
    let weak = "pointsman-public-key-v1:AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    check(weak, E::Weak { line: 1 });
    let wanted = KeyKind::Secret;
    let refused = SecretKey::parse(public.as_bytes()).expect_err("the other half");
    assert_eq!(refused, E::OtherKind { line: 1, wanted });
    assert_eq!(kind_of(secret.as_bytes()), Some(KeyKind::Secret));
    assert_eq!(kind_of(b"keys/edge.pub"), None);
}

proptest! {
    #[test]
    fn text_of_any_bytes_never_panics(data in prop::collection::vec(any::<u8>(), 0..256)) {
        fuzz_key_text(&data);
    }

    #[test]
    fn text_of_a_key_with_bytes_changed_never_panics(
        seed in any::<[u8; 32]>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        is_secret in any::<bool>(),
    ) {
        let key = SecretKey::from_seed(&seed);
        let text = if is_secret { key.text().to_string() } else { key.public().text() };
        let mut bytes = text.into_bytes();
        for (at, value) in changes {
            let at = at.index(bytes.len());
            bytes[at] = value;
        }
        fuzz_key_text(&bytes);
    }
}
