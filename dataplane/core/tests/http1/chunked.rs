//! Chunked bodies: against a corpus, and against a decoder too simple to be wrong.

use pointsman_core::fault::{Fault, Reason, Side};
use pointsman_core::fields::name::Underscores;
use pointsman_core::http1::chunked::{
    CHUNK_END, ChunkHead, ChunkedDecoder, Step, write_chunk_head, write_last_chunk,
};
use pointsman_core::http1::fuzz_chunked;
use proptest::prelude::*;

use super::request::latin1;

/// What came of a body: its data, its trailers, and the bytes it took.
#[derive(Debug, PartialEq, Eq)]
struct Decoded {
    body: Vec<u8>,
    trailers: String,
    taken: usize,
}

/// Feeds a body in pieces of these lengths, the rest at once; `None` when it is not over.
fn decode(
    bytes: &[u8],
    pieces: impl Iterator<Item = usize>,
    side: Side,
) -> Result<Option<Decoded>, Fault> {
    let mut decoder = ChunkedDecoder::new(side, Underscores::Drop);
    let mut body = Vec::new();
    let mut at = 0;
    let mut have = 0_usize;
    for piece in pieces.chain([usize::MAX]) {
        have = bytes.len().min(have.saturating_add(piece));
        while at < have {
            match decoder.next(&bytes[at..have])? {
                Step::Data { skip, len } => {
                    assert!(len > 0);
                    body.extend_from_slice(&bytes[at + skip..at + skip + len]);
                    at += skip + len;
                }
                Step::NeedMore { consumed } => {
                    assert_eq!(consumed, have - at);
                    at = have;
                }
                Step::End { consumed } => {
                    assert!(decoder.is_ended());
                    let trailers = decoder
                        .trailers()
                        .iter()
                        .map(|(name, value)| {
                            format!(
                                "{}={};",
                                String::from_utf8_lossy(name),
                                String::from_utf8_lossy(value)
                            )
                        })
                        .collect();
                    return Ok(Some(Decoded { body, trailers, taken: at + consumed }));
                }
            }
        }
    }
    Ok(None)
}

fn decode_all_ways(bytes: &[u8]) -> Result<Option<Decoded>, Fault> {
    let whole = decode(bytes, std::iter::empty(), Side::Client);
    let single = decode(bytes, std::iter::repeat_n(1, bytes.len()), Side::Client);
    assert_eq!(single, whole, "byte by byte");
    for at in (0..bytes.len()).step_by(1 + bytes.len() / 2000) {
        assert_eq!(decode(bytes, std::iter::once(at), Side::Client), whole, "split at {at}");
    }
    let of_target = decode(bytes, std::iter::empty(), Side::Target);
    match of_target {
        Err(fault) => {
            assert!(whole.is_err());
            assert_eq!(fault.reason(), Reason::TargetGarbage);
        }
        taken => assert_eq!(taken, whole),
    }
    whole
}

/// `\n` stands for CR LF, `¶` for LF, `§` for CR. Behind each body stands another message.
fn check(text: &str, expected: Result<(&str, &str), Fault>) {
    let mut bytes = latin1(&text.replace('\n', "\r\n").replace('¶', "\n").replace('§', "\r"));
    let len = bytes.len();
    bytes.extend_from_slice(b"GET /next HTTP/1.1\r\n\r\n");
    let expected = expected.map(|(body, trailers)| {
        Some(Decoded { body: latin1(body), trailers: trailers.to_owned(), taken: len })
    });
    assert_eq!(decode_all_ways(&bytes), expected, "{text:?}");
}

#[test]
fn chunked_well_formed_is_decoded() {
    //= RFC 9112 §7.1
    check("0\n\n", Ok(("", "")));
    check("5\nhello\n0\n\n", Ok(("hello", "")));
    check("5\nhello\n6\n world\n0\n\n", Ok(("hello world", "")));
    check("00005\nhello\n000\n\n", Ok(("hello", "")));
    check("a\n0123456789\nA\n0123456789\n0\n\n", Ok(("01234567890123456789", "")));
    check("2\n\n\n0\n\n", Ok(("\r\n", "")));
    check("0000000000000001\nx\n0000000000000000\n\n", Ok(("x", "")));
    check(&format!("{}0\n\n", "1\nz\n".repeat(2000)), Ok((&"z".repeat(2000), "")));
}

#[test]
fn chunked_extensions_are_ignored_and_bounded() {
    //= RFC 9112 §7.1.1
    for extension in
        [";a", ";a=b;c", " ;a", "\t; a = b ", ";a=\"I \\\"love\\\"; x\"", ";", ";\u{e9}"]
    {
        check(&format!("5{extension}\nhello\n0{extension}\n\n"), Ok(("hello", "")));
    }
    check(&format!("5;{}\nhello\n0\n\n", "x".repeat(1024)), Ok(("hello", "")));
    check(&format!("5;{}\nhello\n0\n\n", "x".repeat(1025)), Err(Fault::ChunkExtension));
    check(&format!("5{};x\nhello\n0\n\n", " ".repeat(1025)), Err(Fault::ChunkExtension));
    // One byte of data for each long extension is an attack, many for each are not.
    let long = format!("1;{}\nz\n", "x".repeat(1000));
    check(&format!("{}0\n\n", long.repeat(16)), Ok((&"z".repeat(16), "")));
    check(&format!("{}0\n\n", long.repeat(17)), Err(Fault::ChunkExtension));
    let data = "d".repeat(1000);
    let paid = format!("3e8;{}\n{data}\n", "x".repeat(1000));
    check(&format!("{}0\n\n", paid.repeat(40)), Ok((&data.repeat(40), "")));
    for text in [
        "5;a¶hello\n0\n\n",
        "5;a§hello\n0\n\n",
        "5;a§§\nhello\n0\n\n",
        "5;\0\nhello\n0\n\n",
        "5;\u{7f}\n",
        "5 ¶",
        "5 \nhello\n0\n\n",
        "5\t\nhello\n0\n\n",
        "5 x\n",
    ] {
        check(text, Err(Fault::ChunkLine));
    }
}

#[test]
fn chunked_size_malformed_is_refused() {
    //= RFC 9112 §7.1
    for size in [
        "",
        "0x5",
        "Z",
        "-1",
        "+5",
        " 5",
        "5_0",
        "0_2e",
        "5x",
        "5\u{b}",
        "\u{ef}\u{bc}\u{95}",
        "INVALID!!!",
        "5,",
        "5\"",
        "10000000000000005",
        "00000000000000000",
        "fffffffffffffffd",
        "8000000000000000",
        "de0b6b3a7640000",
    ] {
        check(&format!("{size}\nhello\n0\n\n"), Err(Fault::ChunkSize));
    }
    check("de0b6b3a763ffff", Err(Fault::ChunkSize));
    for text in ["5¶hello¶0¶¶", "5\nhello\n0¶\n", "5§hello\n0\n\n", "2\n§§\n5§§X\n"] {
        check(text, Err(Fault::ChunkLine));
    }
}

#[test]
fn chunked_data_without_line_end_is_refused() {
    //= RFC 9112 §7.1
    for text in [
        "5\nhello0\n\n",
        "5\nhelloXX0\n\n",
        "5\nhello¶0\n\n",
        "5\nhello§0\n\n",
        "5\nhello§§0\n\n",
        "2\n§§;a\n02\n41\n0\n\n",
    ] {
        check(text, Err(Fault::ChunkEnd));
    }
    // An empty line where a size belongs.
    check("5\nhello\n\n0\n\n", Err(Fault::ChunkSize));
    check("3\nfoo\n\n", Err(Fault::ChunkSize));
}

#[test]
fn chunked_unfinished_asks_for_more() {
    for text in
        ["", "5", "5\n", "5\nhel", "5\nhello\n", "5\nhello\n0\n", "5\nhello\n0\n§", "0\nX: 1\n"]
    {
        let bytes = latin1(&text.replace('\n', "\r\n").replace('§', "\r"));
        assert_eq!(decode_all_ways(&bytes), Ok(None), "{text:?}");
    }
}

#[test]
fn chunked_trailers_are_judged_and_bounded() {
    //= RFC 9112 §7.1.2
    check("0\nX-Sum: 1\nx-sum:\t2 \n\n", Ok(("", "X-Sum=1;x-sum=2;")));
    check(
        "5;a\nhello\n0;b\ngrpc-status: 0\nContent-Length: 9\nX-Forwarded-For: a\nx_y: 1\n\n",
        Ok(("hello", "grpc-status=0;")),
    );
    check("0\nTransfer-Encoding: chunked\nHost: b\nSet-Cookie: c\nCookie: d\n\n", Ok(("", "")));
    for section in [
        "A: 1¶B: 2\n\n",
        "A: 1\n 2\n\n",
        " A: 1\n\n",
        "A : 1\n\n",
        "A\n\n",
        ": 1\n\n",
        "A: \0\n\n",
        "A: 1\n¶",
        "¶",
        "§§\n",
        "A: 1§§\n\n",
        "\u{e9}: 1\n\n",
    ] {
        check(&format!("0\n{section}"), Err(Fault::Trailer));
    }
    let lines = |count: usize| "X: v\n".repeat(count);
    check(&format!("0\n{}\n", lines(50)), Ok(("", &"X=v;".repeat(50))));
    check(&format!("0\n{}\n", lines(51)), Err(Fault::TrailerTooLarge));
    let value = "v".repeat(8 * 1024 - "X: \r\n\r\n".len());
    check(&format!("0\nX: {value}\n\n"), Ok(("", &format!("X={value};"))));
    check(&format!("0\nX: {value}v\n\n"), Err(Fault::TrailerTooLarge));
}

#[test]
fn chunked_decoder_reset_forgets_the_body_before() {
    let mut decoder = ChunkedDecoder::new(Side::Client, Underscores::Drop);
    assert_eq!(decoder.next(b"0\r\nA: 1\r\n\r\n"), Ok(Step::End { consumed: 11 }));
    assert_eq!(decoder.trailers().len(), 1);
    assert_eq!(decoder.next(b"x"), Ok(Step::End { consumed: 0 }));
    decoder.reset();
    assert_eq!(decoder.trailers().len(), 0);
    assert_eq!(decoder.next(b"1\r\nx\r\n"), Ok(Step::Data { skip: 3, len: 1 }));
}

#[test]
fn chunk_head_is_the_shortest_hex() {
    for (len, expected) in [(1, "1\r\n"), (15, "f\r\n"), (16, "10\r\n"), (65_536, "10000\r\n")] {
        assert_eq!(ChunkHead::new(len).as_bytes(), expected.as_bytes());
    }
    assert_eq!(ChunkHead::new(usize::MAX).as_bytes(), format!("{:x}\r\n", usize::MAX).as_bytes());
}

/// Decodes what our writer could have written, in the plainest way there is.
fn naive(mut bytes: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let end = bytes.windows(2).position(|pair| pair == b"\r\n")?;
        let size = usize::from_str_radix(std::str::from_utf8(&bytes[..end]).ok()?, 16).ok()?;
        bytes = &bytes[end + 2..];
        if size == 0 {
            return (bytes == b"\r\n").then_some(body);
        }
        body.extend_from_slice(bytes.get(..size)?);
        bytes = bytes.get(size..)?.strip_prefix(b"\r\n")?;
    }
}

proptest! {
    #[test]
    fn chunked_written_is_read_back_by_us_and_by_the_naive(
        chunks in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..40), 0..8),
        pieces in prop::collection::vec(1_usize..20, 0..40),
    ) {
        let mut bytes = Vec::new();
        for chunk in &chunks {
            write_chunk_head(chunk.len(), &mut bytes);
            bytes.extend_from_slice(chunk);
            bytes.extend_from_slice(CHUNK_END);
        }
        let empty = ChunkedDecoder::new(Side::Own, Underscores::Drop);
        write_last_chunk(empty.trailers(), &mut bytes);
        let body = chunks.concat();
        prop_assert_eq!(naive(&bytes), Some(body.clone()));
        let taken = bytes.len();
        let found = decode(&bytes, pieces.into_iter(), Side::Target);
        prop_assert_eq!(found, Ok(Some(Decoded { body, trailers: String::new(), taken })));
    }

    #[test]
    fn chunked_of_any_bytes_hangs_on_no_split(bytes: Vec<u8>) {
        fuzz_chunked(&bytes);
    }

    #[test]
    fn chunked_nearly_right_hangs_on_no_split(text in "([0-3]{1,2}(;[a=\" ]{0,3})?[\r\n]{1,2}[xyz]{0,3}[\r\n]{1,2}){0,3}0?[\r\nA:]{0,6}") {
        fuzz_chunked(text.as_bytes());
    }

    #[test]
    fn chunked_taken_by_the_naive_is_taken_by_us(text in "([1-3]\r\n[xyz]{1,3}\r\n){0,4}0\r\n\r\n") {
        if let Some(body) = naive(text.as_bytes()) {
            let found = decode(text.as_bytes(), std::iter::empty(), Side::Client);
            prop_assert_eq!(found.map(|end| end.map(|end| end.body)), Ok(Some(body)));
        }
    }
}
