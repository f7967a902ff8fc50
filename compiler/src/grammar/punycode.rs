//! The ASCII form of a label with other characters. Encodes only; it maps and checks nothing.

const BASE: u32 = 36;
const T_MIN: u32 = 1;
const T_MAX: u32 = 26;
const SKEW: u32 = 38;
const DAMP: u32 = 700;
const INITIAL_BIAS: u32 = 72;
const INITIAL_N: u32 = 0x80;

/// The Punycode of a label, without the `xn--` in front; `None` where its numbers would overflow.
///
/// Source: RFC 3492 §6.3.
pub(super) fn encode(label: &str) -> Option<String> {
    let mut out: String = label.chars().filter(char::is_ascii).collect();
    let basic = u32::try_from(out.len()).ok()?;
    if basic > 0 {
        out.push('-');
    }
    let total = u32::try_from(label.chars().count()).ok()?;
    let (mut n, mut delta, mut bias, mut handled) = (INITIAL_N, 0_u32, INITIAL_BIAS, basic);
    while handled < total {
        let least = label.chars().map(u32::from).filter(|code| *code >= n).min()?;
        delta = delta.checked_add((least - n).checked_mul(handled + 1)?)?;
        n = least;
        for code in label.chars().map(u32::from) {
            if code < n {
                delta = delta.checked_add(1)?;
            }
            if code == n {
                push_number(delta, bias, &mut out);
                bias = adapted(delta, handled + 1, handled == basic);
                delta = 0;
                handled += 1;
            }
        }
        delta = delta.checked_add(1)?;
        n += 1;
    }
    Some(out)
}

/// One number, the least significant digit first.
fn push_number(number: u32, bias: u32, out: &mut String) {
    let mut rest = number;
    // A number of 32 bits has at most 32 digits.
    for k in (BASE..).step_by(BASE as usize) {
        let threshold = k.saturating_sub(bias).clamp(T_MIN, T_MAX);
        if rest < threshold {
            break;
        }
        out.push(digit(threshold + (rest - threshold) % (BASE - threshold)));
        rest = (rest - threshold) / (BASE - threshold);
    }
    out.push(digit(rest));
}

/// `a` to `z`, then `0` to `9`.
fn digit(value: u32) -> char {
    char::from_digit((value + 10) % BASE, BASE).unwrap_or('?')
}

/// Source: RFC 3492 §6.1.
fn adapted(delta: u32, handled: u32, is_first: bool) -> u32 {
    let mut delta = if is_first { delta / DAMP } else { delta / 2 };
    delta += delta / handled;
    let mut k = 0;
    while delta > (BASE - T_MIN) * T_MAX / 2 {
        delta /= BASE - T_MIN;
        k += BASE;
    }
    k + (BASE - T_MIN + 1) * delta / (delta + SKEW)
}

#[cfg(test)]
mod tests {
    use super::encode;

    fn check(label: &str, expected: &str) {
        assert_eq!(encode(label).as_deref(), Some(expected), "{label}");
    }

    //= RFC 3492 §7.1 the sample strings, less their mixed-case annotation
    #[test]
    fn punycode_sample_strings_of_the_rfc_are_encoded() {
        check("ليهمابتكلموشعربي؟", "egbpdaj6bu4bxfgehfvwxn");
        check("他们为什么不说中文", "ihqwcrb4cv8a8dqg056pqjye");
        check("他們爲什麽不說中文", "ihqwctvzc91f659drss3x8bo0yb");
        check("Pročprostěnemluvíčesky", "Proprostnemluvesky-uyb24dma41a");
        check("למההםפשוטלאמדבריםעברית", "4dbcagdahymbxekheh6e0a7fei0b");
        check("यहलोगहिन्दीक्योंनहींबोलसकतेहैं", "i1baa7eci9glrd9b2ae1bj0hfcgg6iyaf8o0a1dig0cd");
        check("なぜみんな日本語を話してくれないのか", "n8jok5ay5dzabd5bym9f0cm5685rrjetr6pdxa");
        check(
            "세계의모든사람들이한국어를이해한다면얼마나좋을까",
            "989aomsvi5e83db1d2a355cv1e0vak1dwrv93d5xbh15a0dt30a5jpsd879ccm6fea98c",
        );
        check("почемужеонинеговорятпорусски", "b1abfaaepdrnnbgefbadotcwatmq2g4l");
        check(
            "PorquénopuedensimplementehablarenEspañol",
            "PorqunopuedensimplementehablarenEspaol-fmd56a",
        );
        check("TạisaohọkhôngthểchỉnóitiếngViệt", "TisaohkhngthchnitingVit-kjcr8268qyxafd2f1b9g");
        check("3年B組金八先生", "3B-ww4c5e180e575a65lsy2b");
        check("安室奈美恵-with-SUPER-MONKEYS", "-with-SUPER-MONKEYS-pc58ag80a8qai00g7n9n");
        check("Hello-Another-Way-それぞれの場所", "Hello-Another-Way--fc4qua05auwb3674vfr0b");
        check("ひとつ屋根の下2", "2-u9tlzr9756bt3uc0v");
        check("MajiでKoiする5秒前", "MajiKoi5-783gue6qz075azm5e");
        check("パフィーdeルンバ", "de-jg4avhby1noc0d");
        check("そのスピードで", "d9juau41awczczp");
        check("-> $1.00 <-", "-> $1.00 <--");
    }
}
