//! Packets through real connections: cut anywhere, held up, handed on.

use super::*;
use proptest::prelude::*;

fn pair() -> (Connections, TcpStream) {
    let listener = listen("127.0.0.1:0".parse().expect("address")).expect("a listener");
    let to = listener.local_addr().expect("address");
    let connections = Connections::new(Some(listener)).expect("connections");
    (connections, TcpStream::connect(to).expect("connected"))
}

/// Turns until something has arrived that `done` wants.
fn turn(c: &mut Connections, mut done: impl FnMut(&[Arrival]) -> bool) -> Vec<Arrival> {
    let mut all = Vec::new();
    let start = tokio::time::Instant::now();
    while !done(&all) {
        c.turn(Duration::ZERO, |_, a| all.push(a));
        assert!(start.elapsed() < Duration::from_secs(20), "{all:?}");
    }
    all
}

fn packets(all: &[Arrival]) -> Vec<&[u8]> {
    all.iter().filter_map(|a| if let Arrival::Packet(_, p) = a { Some(p.as_slice()) } else { None }).collect()
}

fn framed(packet: &[u8]) -> Vec<u8> {
    [&(packet.len() as u16).to_be_bytes(), packet].concat()
}

#[test]
fn what_the_system_does_not_take_waits_and_room_is_told() {
    let (mut c, mut other) = pair();
    other.write_all(&framed(b"x")).expect("written");
    let all = turn(&mut c, |a| !packets(a).is_empty());
    let Some(Arrival::Packet(number, _)) = all.iter().find(|a| matches!(a, Arrival::Packet(..))) else { panic!() };
    let number = *number;
    let piece = framed(&[7; 1_200]).repeat(40);
    let mut sent = 0;
    while c.has_room(number) {
        assert!(c.send_framed(number, &piece));
        sent += piece.len();
    }
    assert!(c.send(number, b"control goes behind it"), "and is not lost");
    sent += 2 + 22;
    while c.send_framed(number, &piece) {
        sent += piece.len();
    }
    let reader = std::thread::spawn(move || {
        let mut got = vec![0; sent];
        other.read_exact(&mut got).expect("all of it");
        (other, got)
    });
    turn(&mut c, |a| a.contains(&Arrival::Room(number)));
    while !c.has_room(number) {
        turn(&mut c, |a| a.contains(&Arrival::Room(number)));
    }
    let (other, got) = reader.join().expect("read");
    assert_eq!(got[..piece.len()], piece);
    drop(other);
    assert_eq!(turn(&mut c, |a| a.contains(&Arrival::Closed(number))).last(), Some(&Arrival::Closed(number)));
    assert!(!c.has_room(number) && !c.send(number, b"x") && c.count() == 0);
}

#[test]
fn a_connection_that_is_handed_on_loses_nothing() {
    let (mut c, mut other) = pair();
    let mut elsewhere = Connections::new(None).expect("connections");
    other.write_all(&[framed(b"first"), framed(b"second"), framed(b"third")[..4].to_vec()].concat()).expect("written");
    let all = turn(&mut c, |a| packets(a).len() == 2);
    let Some(Arrival::Packet(number, _)) = all.into_iter().find(|a| matches!(a, Arrival::Packet(..))) else { panic!() };
    let (stream, rest) = c.release(number).expect("released");
    let input = [framed(b"second"), rest].concat();
    elsewhere.adopt(stream, input, None).expect("adopted");
    other.write_all(&framed(b"third")[4..]).expect("written");
    let all = turn(&mut elsewhere, |a| packets(a).len() == 2);
    assert_eq!(packets(&all), [&b"second"[..], b"third"]);
    assert_eq!(c.count(), 0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    /// However the stream is cut, the packets are the same.
    #[test]
    fn packets_come_out_as_they_went_in(
        sizes in proptest::collection::vec(0usize..1_500, 1..12),
        cuts in proptest::collection::vec(1usize..700, 1..40),
    ) {
        let (mut c, mut other) = pair();
        let sent: Vec<Vec<u8>> = sizes.iter().enumerate().map(|(i, n)| vec![i as u8; *n]).collect();
        let bytes: Vec<u8> = sent.iter().flat_map(|p| framed(p)).collect();
        let mut all = Vec::new();
        let (mut rest, mut cut) = (bytes.as_slice(), cuts.iter().cycle());
        while !rest.is_empty() {
            let (now, later) = rest.split_at((*cut.next().expect("a cut")).min(rest.len()));
            other.write_all(now).expect("written");
            rest = later;
            c.turn(Duration::ZERO, |_, a| all.push(a));
        }
        let wanted: Vec<&[u8]> = sent.iter().map(Vec::as_slice).filter(|p| !p.is_empty()).collect();
        let start = tokio::time::Instant::now();
        while packets(&all).len() < wanted.len() {
            c.turn(Duration::ZERO, |_, a| all.push(a));
            prop_assert!(start.elapsed() < Duration::from_secs(20));
        }
        prop_assert_eq!(packets(&all), wanted);
    }
}
