//! A-labels of names that people write in their own script. Maps only what has one meaning; what
//! would need the full tables of Unicode is refused, never guessed.

use std::ops::RangeInclusive;

use pointsman_schemas::limits::HOST_LABEL_BYTES_MAX;

use crate::grammar::punycode;
use crate::language::fault::{Fault, FaultKind};

/// Characters that every version of IDNA leaves as they are, and that no normalization changes
/// alone or beside each other.
///
/// Source: RFC 5892 (all are PVALID), UTS #46; left out are compatibility forms, combining marks
/// that compose, and scripts whose marks change places.
const STABLE: &[RangeInclusive<char>] = &[
    '\u{df}'..='\u{f6}',
    '\u{f8}'..='\u{131}',
    '\u{134}'..='\u{13e}',
    '\u{141}'..='\u{148}',
    '\u{14a}'..='\u{17e}',
    '\u{180}'..='\u{1c3}',
    '\u{1cd}'..='\u{1f0}',
    '\u{1f4}'..='\u{24f}',
    '\u{250}'..='\u{2af}',
    '\u{390}'..='\u{390}',
    '\u{3ac}'..='\u{3ce}',
    '\u{430}'..='\u{481}',
    '\u{48a}'..='\u{52f}',
    '\u{561}'..='\u{586}',
    '\u{5d0}'..='\u{5ea}',
    '\u{620}'..='\u{63f}',
    '\u{641}'..='\u{64a}',
    '\u{660}'..='\u{669}',
    '\u{671}'..='\u{674}',
    '\u{679}'..='\u{6d3}',
    '\u{6f0}'..='\u{6f9}',
    '\u{904}'..='\u{939}',
    '\u{966}'..='\u{96f}',
    '\u{e01}'..='\u{e30}',
    '\u{e40}'..='\u{e46}',
    '\u{e50}'..='\u{e59}',
    '\u{10d0}'..='\u{10fa}',
    '\u{1e00}'..='\u{1e99}',
    '\u{1ea0}'..='\u{1eff}',
    '\u{3005}'..='\u{3007}',
    '\u{3041}'..='\u{3096}',
    '\u{30a1}'..='\u{30fa}',
    '\u{30fc}'..='\u{30fc}',
    '\u{3400}'..='\u{4dbf}',
    '\u{4e00}'..='\u{9fff}',
    '\u{ac00}'..='\u{d7a3}',
];

/// Vowel signs of Devanagari: stable, but a label never begins with one.
const STABLE_MARKS: &[RangeInclusive<char>] = &['\u{901}'..='\u{903}', '\u{93e}'..='\u{94d}'];

/// Capital letters whose small one has a different mapping in some version of IDNA.
const UNSURE: &[char] = &['\u{1e9e}', '\u{130}'];

/// The A-label of a label with characters outside ASCII. Capitals become small.
///
/// Errors: characters without one sure mapping, with help to write the `xn--` form. Places count
/// from the start of `label`.
/// Source: RFC 5891 §5, RFC 5892, UTS #46.
pub(super) fn a_label(label: &str) -> Result<String, Fault> {
    let whole = 0..label.len();
    if let Some(at) = label.find('*') {
        return Err(Fault::new(FaultKind::Idn, at..at + 1)
            .found("`*` in a label with characters outside ASCII")
            .help("write `*` for the whole label"));
    }
    let mut mapped = String::with_capacity(label.len());
    for (at, character) in label.char_indices() {
        let small = small(character).filter(|small| is_stable(*small, mapped.is_empty()));
        mapped.push(small.ok_or_else(|| unsure(at, character))?);
    }
    let is_hyphen = |at: usize| mapped.chars().nth(at) == Some('-');
    //= RFC 5891 §4.2.3.1 no hyphen at either end, nor in the third and fourth place together
    if is_hyphen(0) || mapped.ends_with('-') || (is_hyphen(2) && is_hyphen(3)) {
        return Err(Fault::new(FaultKind::Idn, whole).found("its hyphens").help(XN_HELP));
    }
    let Some(code) = punycode::encode(&mapped) else {
        return Err(Fault::new(FaultKind::Idn, whole).help(XN_HELP));
    };
    let ascii = format!("xn--{code}");
    if ascii.len() > HOST_LABEL_BYTES_MAX {
        return Err(Fault::new(FaultKind::LabelTooLong, whole)
            .expected(format!("at most {HOST_LABEL_BYTES_MAX} bytes"))
            .found(format!("{} in `{ascii}`", ascii.len())));
    }
    Ok(ascii)
}

/// What is always left to do.
const XN_HELP: &str = "write the form that begins with `xn--`, as name servers have it";

/// The small form of a character, if it is one character and sure.
fn small(character: char) -> Option<char> {
    let mut small = character.to_lowercase();
    let first = small.next()?;
    // A capital that becomes ASCII, like the Kelvin sign, looks like a letter that it is not.
    let is_sure = character.is_ascii() == first.is_ascii() && !UNSURE.contains(&character);
    (is_sure && small.next().is_none()).then_some(first)
}

fn is_stable(character: char, is_first: bool) -> bool {
    let within = |ranges: &[RangeInclusive<char>]| ranges.iter().any(|r| r.contains(&character));
    character.is_ascii_alphanumeric()
        || character == '-'
        || character == '_'
        || within(STABLE)
        || (!is_first && within(STABLE_MARKS))
}

fn unsure(at: usize, character: char) -> Fault {
    let here = at..at + character.len_utf8();
    if matches!(character, '\u{3002}' | '\u{ff0e}' | '\u{ff61}') {
        return Fault::new(FaultKind::HostCharacter, here)
            .found(format!("`{character}`"))
            .help("write `.` between labels");
    }
    let kind = if character.is_ascii() { FaultKind::HostCharacter } else { FaultKind::Idn };
    let fault = Fault::new(kind, here).found(format!("`{}`", character.escape_debug()));
    if character.is_ascii() { fault } else { fault.help(XN_HELP) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(label: &str, expected: &str) {
        assert_eq!(a_label(label).as_deref(), Ok(expected), "{label}");
    }

    fn refused(label: &str, kind: FaultKind, at: std::ops::Range<usize>) {
        let fault = a_label(label).expect_err(label);
        assert_eq!((fault.kind, fault.at), (kind, at), "{label}");
    }

    #[test]
    fn idn_label_with_one_meaning_becomes_its_a_label() {
        check("münchen", "xn--mnchen-3ya");
        check("MÜNCHEN", "xn--mnchen-3ya");
        check("bücher", "xn--bcher-kva");
        check("faß", "xn--fa-hia");
        check("ñandú", "xn--and-6ma2c");
        check("пример", "xn--e1afmkfd");
        check("ПРИМЕР", "xn--e1afmkfd");
        check("例え", "xn--r8jz45g");
        check("उदाहरण", "xn--p1b6ci4b4b3a");
        check("भारत", "xn--h2brj9c");
        check("中国", "xn--fiqs8s");
        check("한국", "xn--3e0b707e");
        check("مثال", "xn--mgbh0fb");
        check("παράδειγμα", "xn--hxajbheg2az3al");
    }

    #[test]
    fn idn_label_without_one_sure_form_is_refused() {
        refused("u\u{308}ber", FaultKind::Idn, 1..3);
        refused("\u{212a}öln", FaultKind::Idn, 0..3);
        refused("\u{130}ö", FaultKind::Idn, 0..2);
        refused("ﬁö", FaultKind::Idn, 0..3);
        refused("ａ", FaultKind::Idn, 0..3);
        refused("a\u{200d}b", FaultKind::Idn, 1..4);
        refused("\u{93e}ह", FaultKind::Idn, 0..3);
        refused("☃", FaultKind::Idn, 0..3);
        refused("-ö", FaultKind::Idn, 0..3);
        refused("ab--ö", FaultKind::Idn, 0..6);
        refused("*ö", FaultKind::Idn, 0..1);
        refused("a。b", FaultKind::HostCharacter, 1..4);
        refused("ö!", FaultKind::HostCharacter, 2..3);
        refused(&"ö".repeat(60), FaultKind::LabelTooLong, 0..120);
    }
}
