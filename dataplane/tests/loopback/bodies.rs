//! Bodies of all sizes between a real client and a real target.

use std::fs;

use crate::harness::{Config, Driver, Edge, Nginx, Origin, curl, on_both_drivers};

on_both_drivers!(
    bodies_of_every_size_come_whole,
    bodies_of_every_size_go_whole,
    conditional_and_head_requests_work,
    many_chunks_stream_both_ways_at_once,
    old_clients_get_all_of_it,
    pool_is_used_by_a_real_target,
    slow_reader_is_waited_for,
);

/// Below, at and above what is sent with the head, copied and spliced.
const SIZES: [usize; 7] = [0, 1, 1000, 16 * 1024, 64 * 1024, 64 * 1024 + 1, 1024 * 1024];

fn bytes(count: usize) -> Vec<u8> {
    // No period of a power of two, so that a buffer out of place shows.
    (0..count).map(|at| (at % 251) as u8 ^ (at / 65_521) as u8).collect()
}

fn url(edge: &Edge, path: &str) -> String {
    format!("http://{}{path}", edge.address())
}

fn bodies_of_every_size_come_whole(driver: Driver) {
    let nginx = Nginx::start();
    let edge = Edge::serve(&Config::to(nginx.port()), driver);
    for size in SIZES {
        fs::write(nginx.files().join(size.to_string()), bytes(size)).expect("a file");
        let output =
            curl(&["-f", &url(&edge, &format!("/{size}")), &url(&edge, &format!("/{size}"))]);
        assert!(output.status.success(), "{size}: {output:?}");
        let twice = [bytes(size), bytes(size)].concat();
        assert!(output.stdout == twice, "{size}: {} bytes", output.stdout.len());
    }
}

fn bodies_of_every_size_go_whole(driver: Driver) {
    let nginx = Nginx::start();
    let edge = Edge::serve(&Config::to(nginx.port()), driver);
    let folder = tempfile::tempdir().expect("a folder");
    for size in SIZES {
        let file = folder.path().join(size.to_string());
        fs::write(&file, bytes(size)).expect("a file");
        let file = file.to_str().expect("a path that is text");
        for (way, header) in [("length", "X: y"), ("chunks", "Transfer-Encoding: chunked")] {
            if way == "chunks" && size == 0 {
                // curl never sends the last chunk of an empty file.
                continue;
            }
            let to = format!("/store/{way}/{size}");
            let output = curl(&["-f", "-T", file, "-H", header, &url(&edge, &to)]);
            assert!(output.status.success(), "{to}: {output:?}");
            let stored = fs::read(nginx.files().join(&to[1..])).expect("what was stored");
            assert!(stored == bytes(size), "{to}: {} bytes", stored.len());
        }
        let data = format!("@{file}");
        let output = curl(&["-f", "--data-binary", &data, "-H", "Expect:", &url(&edge, "/said")]);
        assert_eq!(
            String::from_utf8_lossy(&output.stdout),
            format!("POST {size} \n"),
            "{output:?}"
        );
    }
}

fn conditional_and_head_requests_work(driver: Driver) {
    let nginx = Nginx::start();
    fs::write(nginx.files().join("file"), bytes(70_000)).expect("a file");
    let edge = Edge::serve(&Config::to(nginx.port()), driver);
    let head = curl(&["-f", "-I", &url(&edge, "/file")]);
    let head = String::from_utf8_lossy(&head.stdout).to_ascii_lowercase();
    assert!(head.contains("content-length: 70000\r\n"), "{head}");
    let etag = head.lines().find_map(|line| line.strip_prefix("etag: ")).expect("an etag");
    let code = "%{http_code} %{size_download}\n";
    let condition = format!("If-None-Match: {etag}");
    let file = url(&edge, "/file");
    let output = curl(&["-o", "/dev/null", "-w", code, "-H", &condition, &file]);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "304 0\n");
    let output = curl(&["-f", "-r", "10-19", &file]);
    assert_eq!(output.stdout, bytes(20)[10..]);
}

fn old_clients_get_all_of_it(driver: Driver) {
    let nginx = Nginx::start();
    fs::write(nginx.files().join("file"), bytes(70_000)).expect("a file");
    let edge = Edge::serve(&Config::to(nginx.port()), driver);
    let output = curl(&["-f", "--http1.0", &url(&edge, "/file")]);
    assert!(output.stdout == bytes(70_000), "{} bytes", output.stdout.len());
}

fn pool_is_used_by_a_real_target(driver: Driver) {
    let nginx = Nginx::start();
    let edge = Edge::serve(&Config::to(nginx.port()), driver);
    let mut seen = Vec::new();
    for _ in 0..20 {
        let mut client = edge.client();
        seen.push(client.get("/connection", "").text().to_owned());
    }
    let connection = seen[0].split(' ').next().expect("a number").to_owned();
    for (number, line) in seen.iter().enumerate() {
        assert_eq!(*line, format!("{connection} {}\n", number + 1));
    }
}

fn slow_reader_is_waited_for(driver: Driver) {
    // More than all buffers on the way hold.
    const SIZE: usize = 24 * 1024 * 1024;
    let nginx = Nginx::start();
    fs::write(nginx.files().join("file"), bytes(SIZE)).expect("a file");
    let edge = Edge::serve(&Config::to(nginx.port()), driver);
    let mut slow = edge.client();
    slow.send("GET /file HTTP/1.1\r\nHost: edge.test\r\n\r\n");
    assert_eq!(slow.head().status(), 200);
    // Others are served meanwhile.
    assert_eq!(edge.client().get("/connection", "").status(), 200);
    assert!(slow.bytes(SIZE) == bytes(SIZE));
    assert_eq!(slow.get("/connection", "").status(), 200);
}

fn many_chunks_stream_both_ways_at_once(driver: Driver) {
    let origin = Origin::serving(|peer| {
        let Some(_) = peer.head() else { return };
        peer.say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
        // Says each chunk back before the next one comes.
        for number in 0..100 {
            let expected = format!("5\r\n{number:05}\r\n");
            assert_eq!(peer.bytes(expected.len()).as_deref(), Some(expected.as_bytes()));
            peer.say(expected);
        }
        assert_eq!(peer.bytes(5).as_deref(), Some(&b"0\r\n\r\n"[..]));
        peer.say("0\r\n\r\n");
        peer.until_end();
    });
    let edge = Edge::serve(&Config::to(origin.port()), driver);
    let mut client = edge.client();
    client.send("POST / HTTP/1.1\r\nHost: edge.test\r\nTransfer-Encoding: chunked\r\n\r\n");
    assert_eq!(client.head().field("transfer-encoding"), Some("chunked"));
    for number in 0..100 {
        let chunk = format!("5\r\n{number:05}\r\n");
        client.send(&chunk);
        assert_eq!(client.bytes(chunk.len()), chunk.as_bytes());
    }
    client.send("0\r\n\r\n");
    assert_eq!(client.bytes(5), b"0\r\n\r\n");
    client.expect_close();
}
