// SPDX-License-Identifier: MIT OR Apache-2.0

//! Bounds on what a server can make the client hold in memory, and how far it
//! can keep it busy. Not part of upstream Retina; see `README.md`.

use std::time::{Duration, Instant};

/// What a server may ask the client to put up with.
///
/// Specify via [`crate::client::SessionOptions::limits`]. Everything that is
/// read from a connection is bounded by these, whatever state the session is
/// in and including the connections which are opened for a `TEARDOWN`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a message's head: the first line, all header lines, and
    /// whatever of them is still incomplete.
    pub head_bytes_max: usize,

    /// Header lines of one message.
    pub header_lines_max: usize,

    /// Bytes of a message's body. A larger one is refused as soon as it is
    /// announced. (Interleaved data can't exceed 64 KiB by its framing.)
    pub body_bytes_max: usize,

    /// Bytes in a row which are neither the awaited response nor data on an
    /// assigned channel: interleaved data that nobody asked for, requests,
    /// empty lines.
    pub idle_bytes_max: u64,

    /// Bytes per second on one RTSP connection or one UDP stream, on average
    /// over some seconds. Small messages count as more than they are, for the
    /// work that each of them makes.
    pub bytes_per_sec_max: u64,

    /// Media descriptions of one presentation; further ones are ignored.
    pub streams_max: usize,

    /// Seconds for which a dropped session is tried to be torn down, if the
    /// server says that it would keep the session longer.
    pub teardown_secs_max: u32,
}

impl Default for Limits {
    /// Far above what cameras send.
    fn default() -> Self {
        Limits {
            head_bytes_max: 64 * 1024,
            header_lines_max: 256,
            body_bytes_max: 1024 * 1024,
            idle_bytes_max: 16 * 1024 * 1024,
            bytes_per_sec_max: 128 * 1024 * 1024,
            streams_max: 64,
            teardown_secs_max: 600,
        }
    }
}

/// Which of the [`Limits`] a server went beyond; see
/// [`crate::Error::exceeded_limit`].
#[derive(Copy, Clone, Debug, PartialEq, Eq, derive_more::Display, derive_more::Error)]
pub enum ExceededLimit {
    #[display("message head is longer than {_0} bytes")]
    HeadBytes(#[error(not(source))] usize),

    #[display("message has more than {_0} header lines")]
    HeaderLines(#[error(not(source))] usize),

    #[display("message announces a body of {announced} bytes; at most {max} are taken")]
    BodyBytes { announced: u64, max: usize },

    #[display("more than {_0} bytes in a row that nobody asked for")]
    IdleBytes(#[error(not(source))] u64),

    #[display("more than {_0} bytes per second")]
    BytesPerSec(#[error(not(source))] u64),
}

/// Over how long [`Limits::bytes_per_sec_max`] is an average.
const RATE_WINDOW: Duration = Duration::from_secs(2);

/// What a message costs beyond its bytes.
pub(crate) const MESSAGE_OVERHEAD: usize = 256;

/// Watches over [`Limits::bytes_per_sec_max`]. Looks at the clock only when as
/// much has come as may come in one window.
#[derive(Debug)]
pub(crate) struct RateMeter {
    max: u64,
    since: Instant,
    bytes: u64,
}

impl RateMeter {
    pub(crate) fn new(limits: &Limits) -> Self {
        RateMeter {
            max: limits.bytes_per_sec_max,
            since: Instant::now(),
            bytes: 0,
        }
    }

    pub(crate) fn add(&mut self, bytes: usize) -> Result<(), ExceededLimit> {
        self.bytes += bytes as u64;
        if self.bytes <= self.max.saturating_mul(RATE_WINDOW.as_secs()) {
            return Ok(());
        }
        let now = Instant::now();
        if now.duration_since(self.since) < RATE_WINDOW {
            return Err(ExceededLimit::BytesPerSec(self.max));
        }
        (self.since, self.bytes) = (now, 0);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::SessionOptions;
    use crate::rtsp::parse::{FeedError, Parser};
    use futures::StreamExt;
    use proptest::prelude::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU64, Ordering};
    use tokio::io::AsyncWriteExt;

    fn small() -> Limits {
        Limits {
            head_bytes_max: 1_000,
            header_lines_max: 20,
            body_bytes_max: 2_000,
            idle_bytes_max: 300_000,
            bytes_per_sec_max: 1_000_000_000,
            ..Limits::default()
        }
    }

    /// Feeds `data` as a connection would: in pieces, what wasn't consumed
    /// being kept. Returns the most that was ever kept, and how it ended.
    fn feed(limits: Limits, data: &[u8], piece: usize) -> (usize, Option<FeedError>) {
        let mut parser = Parser::builder().limits(limits).build();
        let (mut kept, mut most) = (Vec::new(), 0);
        for piece in data.chunks(piece) {
            kept.extend_from_slice(piece);
            most = most.max(kept.len());
            loop {
                let mut input = kept.as_slice();
                let fed = parser.feed(&mut input);
                let consumed = kept.len() - input.len();
                let more = match fed {
                    Ok(Some(_)) => true,
                    Ok(None) | Err(FeedError::Incomplete(_)) => false,
                    Err(e) => return (most, Some(e)),
                };
                kept.drain(..consumed);
                if !more {
                    break;
                }
            }
        }
        (most, None)
    }

    fn exceeded(data: &[u8], piece: usize) -> (usize, ExceededLimit) {
        match feed(small(), data, piece) {
            (most, Some(FeedError::Exceeded(limit))) => (most, limit),
            (_, other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn heads_without_end_are_given_up() {
        let ok = "RTSP/1.0 200 OK\r\nCSeq: 1\r\n";
        let cases = [
            ("status line", format!("RTSP/1.0 200 {}", "a".repeat(5_000))),
            ("request line", "R".repeat(5_000)),
            ("one header line", format!("{ok}X: {}", "a".repeat(5_000))),
            ("header name", format!("{ok}{}", "a".repeat(5_000))),
            ("spaces", format!("{ok}X:{}", " ".repeat(5_000))),
            (
                "long header lines",
                format!("{ok}{}", format!("X: {}\r\n", "a".repeat(300)).repeat(9)),
            ),
        ];
        for (what, data) in cases {
            for piece in [1, 7, 100, 10_000] {
                let (most, limit) = exceeded(data.as_bytes(), piece);
                assert_eq!(limit, ExceededLimit::HeadBytes(1_000), "{what}");
                assert!(most <= 1_000 + piece, "{what}: {most} bytes kept");
            }
        }
        let lines = format!("{ok}{}", "X: y\r\n".repeat(100));
        assert_eq!(
            exceeded(lines.as_bytes(), 9).1,
            ExceededLimit::HeaderLines(20)
        );
        // Empty lines between messages are eaten, however the pieces fall.
        for piece in [1, 2, 3, 64] {
            let (most, end) = feed(small(), "\r\n".repeat(5_000).as_bytes(), piece);
            assert!(most <= 1_000 + piece && end.is_none(), "{most} {end:?}");
        }
    }

    #[test]
    fn large_bodies_are_refused_when_they_are_announced() {
        for length in [2_001, 4_000_000_000, u64::MAX] {
            let head = format!("RTSP/1.0 200 OK\r\nContent-Length: {length}\r\n\r\n");
            let limit = ExceededLimit::BodyBytes {
                announced: length,
                max: 2_000,
            };
            let (most, exceeded) = exceeded(head.as_bytes(), 5);
            assert!(
                exceeded == limit && most <= head.len(),
                "{exceeded:?} {most}"
            );
        }
        let most = format!(
            "RTSP/1.0 200 OK\r\nContent-Length: 2000\r\n\r\n{}",
            "x".repeat(2_000)
        );
        assert!(matches!(
            feed(small(), most.as_bytes(), 100),
            (..=2_200, None)
        ));
    }

    #[test]
    fn a_rate_is_an_average_over_some_seconds() {
        let limits = Limits {
            bytes_per_sec_max: 1_000,
            ..Limits::default()
        };
        let mut meter = RateMeter::new(&limits);
        assert_eq!(meter.add(2_000), Ok(()));
        assert_eq!(meter.add(1), Err(ExceededLimit::BytesPerSec(1_000)));
        meter.since -= RATE_WINDOW;
        assert_eq!(meter.add(1), Ok(()));
        assert_eq!(meter.add(2_000), Ok(()));
    }

    async fn connection(
        limits: Limits,
    ) -> (
        crate::tokio::Connection,
        tokio::net::TcpStream,
        Arc<AtomicU64>,
    ) {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let client = tokio::net::TcpStream::connect(listener.local_addr().unwrap());
        let (client, server) = tokio::join!(client, listener.accept());
        let unfinished = Arc::new(AtomicU64::new(0));
        let options = SessionOptions::default()
            .limits(limits)
            .unfinished_bytes(unfinished.clone());
        let conn = crate::tokio::Connection::from_stream(client.unwrap(), &options).unwrap();
        (conn, server.unwrap().0, unfinished)
    }

    /// Reads messages, taking those for useful which `useful` likes, until the
    /// connection fails.
    async fn ends(conn: &mut crate::tokio::Connection, useful: bool) -> Option<ExceededLimit> {
        loop {
            match conn.next().await? {
                Ok(_) if useful => conn.note_useful(),
                Ok(_) => {}
                Err(e) => return e.exceeded_limit(),
            }
        }
    }

    #[tokio::test]
    async fn what_nobody_asked_for_ends_the_connection() {
        let data = [&b"$\x08\xff\x00"[..], &[7; 0xff00]].concat();
        for (noise, useful, end) in [
            (
                data.as_slice(),
                false,
                Some(ExceededLimit::IdleBytes(300_000)),
            ),
            (data.as_slice(), true, None),
            (
                b"\r\n".as_slice(),
                true,
                Some(ExceededLimit::IdleBytes(300_000)),
            ),
            (
                b"OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n".as_slice(),
                false,
                Some(ExceededLimit::IdleBytes(300_000)),
            ),
        ] {
            let (mut conn, mut server, _) = connection(small()).await;
            let noise = noise.repeat(600_000 / noise.len());
            let sent = tokio::spawn(async move { server.write_all(&noise).await });
            assert_eq!(ends(&mut conn, useful).await, end);
            drop(conn);
            let _ = sent.await;
        }
    }

    #[tokio::test]
    async fn a_flood_of_useful_data_ends_the_connection() {
        let limits = Limits {
            bytes_per_sec_max: 100_000,
            ..small()
        };
        let (mut conn, mut server, _) = connection(limits).await;
        let flood = b"$\x00\x00\x01x".repeat(20_000);
        let sent = tokio::spawn(async move { server.write_all(&flood).await });
        assert_eq!(
            ends(&mut conn, true).await,
            Some(ExceededLimit::BytesPerSec(100_000))
        );
        drop(conn);
        let _ = sent.await;
    }

    #[tokio::test]
    async fn slow_is_told_from_silent() {
        let (mut conn, mut server, unfinished) = connection(small()).await;
        let told = |n: u64| {
            let unfinished = unfinished.clone();
            async move {
                while unfinished.load(Ordering::Relaxed) != n {
                    tokio::task::yield_now().await;
                }
            }
        };
        let reader = tokio::spawn(async move { ends(&mut conn, true).await });
        server.write_all(b"RTSP/1.0 2").await.unwrap();
        told(10).await;
        server.write_all(b"00 OK\r\nCSeq: 1\r\nX:").await.unwrap();
        told(28).await;
        server.write_all(b" y\r\n\r\n").await.unwrap();
        told(0).await;
        drop(server);
        assert_eq!(reader.await.unwrap(), None);
    }

    /// Pieces of which hostile and good streams are made.
    fn part() -> impl Strategy<Value = Vec<u8>> {
        let text = |t: &'static str| Just(t.as_bytes().to_vec());
        prop_oneof![
            text("RTSP/1.0 200 OK\r\n"),
            text("OPTIONS * RTSP/1.0\r\n"),
            text("CSeq: 1\r\n"),
            text("\r\n"),
            text("\r"),
            text("X:"),
            (0u64..3_000).prop_map(|n| format!("Content-Length: {n}\r\n").into_bytes()),
            any::<u64>().prop_map(|n| format!("Content-Length: {n}\r\n").into_bytes()),
            (any::<u8>(), 0usize..70_000).prop_map(|(c, n)| {
                let length = u16::try_from(n).unwrap_or(u16::MAX);
                let mut data = vec![b'$', c];
                data.extend(length.to_be_bytes());
                data.resize(n, c);
                data
            }),
            (any::<u8>(), 0usize..3_000).prop_map(|(b, n)| vec![b; n]),
            proptest::collection::vec(any::<u8>(), 0..40),
        ]
    }

    proptest! {
        #[test]
        fn whatever_comes_little_is_kept(parts in proptest::collection::vec(part(), 0..40), piece in 1usize..9_000) {
            let limits = small();
            let (most, _) = feed(limits.clone(), &parts.concat(), piece);
            // Interleaved data is the largest thing there is.
            let bound = limits.head_bytes_max.max(limits.body_bytes_max).max(4 + usize::from(u16::MAX));
            prop_assert!(most <= bound + piece, "{most} bytes kept");
        }
    }
}
