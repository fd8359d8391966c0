//! Handshakes between the library's client and our association, in one thread, with losses.

use super::*;
use proptest::prelude::*;

/// Two parties in one thread; `lose` says which datagrams (numbered in order of sending) are lost.
fn handshake(profiles: Vec<SrtpProtectionProfile>, lose: impl Fn(usize, bool) -> bool) -> Outcome {
    let us = Identity::generate().expect("an identity");
    let provider = us.provider().clone();
    let certificate = Certificate::generate_self_signed(vec!["viewer".to_owned()], provider.crypto()).expect("cert");
    let digest = ring::digest::digest(&ring::digest::SHA256, &certificate.certificate[0]);
    let config = ConfigBuilder::default()
        .with_crypto_provider(provider)
        .with_certificates(vec![certificate])
        .with_srtp_protection_profiles(profiles)
        .with_insecure_skip_verify(true)
        .with_flight_interval(Duration::from_millis(300))
        .build(true, None)
        .expect("a configuration");
    let mut client = Endpoint::new(PEER, TransportProtocol::UDP, None);
    let mut ours = Association::new(digest.as_ref().try_into().expect("32 bytes"));
    client.connect(us.epoch, PEER, Arc::new(config), None).expect("begun");
    let (mut now, mut number) = (Duration::ZERO, 0);
    let mut result = Outcome::Pending;
    for _ in 0..200 {
        let mut to_client: Vec<Vec<u8>> = Vec::new();
        while let Some(t) = client.poll_transmit() {
            number += 1;
            if !lose(number, true) {
                let outcome = ours.handle(&us, now, &t.message, |d| to_client.push(d.to_vec()));
                if !matches!(outcome, Outcome::Pending) {
                    result = outcome;
                }
            }
        }
        if ours.poll_timeout(&us).is_some_and(|t| now >= t) {
            ours.handle_timeout(&us, now, |d| to_client.push(d.to_vec()));
        }
        for d in to_client {
            number += 1;
            if !lose(number, false) {
                let _ = client.read(us.instant(now), PEER, None, BytesMut::from(&d[..]));
            }
        }
        if !matches!(result, Outcome::Pending) {
            return result;
        }
        now += Duration::from_millis(50);
        if client.poll_timeout(&PEER).is_some_and(|t| us.instant(now) >= t) {
            let _ = client.handle_timeout(PEER, us.instant(now));
        }
    }
    result
}

use SrtpProtectionProfile::{Srtp_Aead_Aes_128_Gcm as Gcm, Srtp_Aes128_Cm_Hmac_Sha1_80 as CounterMode};

#[test]
fn gcm_is_taken_wherever_the_viewer_names_it_and_counter_mode_otherwise() {
    for (offered, gcm) in [(vec![CounterMode, Gcm], true), (vec![Gcm], true), (vec![CounterMode], false)] {
        let outcome = handshake(offered, |_, _| false);
        let is_gcm = |k: &Keys| matches!(k.profile, ProtectionProfile::AeadAes128Gcm);
        assert!(matches!(&outcome, Outcome::Connected(k) if is_gcm(k) == gcm), "{outcome:?}");
    }
}

#[test]
fn a_lost_server_flight_does_not_stick() {
    // The server's second answer (its certificate flight) is lost twice: the client repeats its hello, which is the
    // duplicate that makes the library forget its timer.
    let losses = std::cell::Cell::new(0);
    let outcome = handshake(vec![Gcm], |n, from_client| {
        let lost = !from_client && n > 3 && losses.get() < 2;
        losses.set(losses.get() + usize::from(lost));
        lost
    });
    assert!(matches!(outcome, Outcome::Connected(_)), "{outcome:?}");
}

#[test]
fn handshakes_survive_a_lossy_network() {
    for seed in 1..40u64 {
        let state = std::cell::Cell::new(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        let outcome = handshake(vec![Gcm], |_, _| {
            let mut x = state.get();
            x ^= x << 13;
            x ^= x >> 7;
            x ^= x << 17;
            state.set(x);
            x % 100 < 10
        });
        assert!(matches!(outcome, Outcome::Connected(_)), "seed {seed}: {outcome:?}");
    }
}

#[test]
fn another_certificate_than_the_offers_is_refused() {
    let us = Identity::generate().expect("an identity");
    let mut a = Association::new([0; 32]);
    assert!(matches!(a.handle(&us, Duration::ZERO, &[22, 254, 253], |_| ()), Outcome::Pending));
    assert!(a.keys().is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn garbage_never_panics(data in proptest::collection::vec(any::<u8>(), 0..300), kind in 20u8..64) {
        let us = Identity::generate().expect("an identity");
        let mut a = Association::new([0; 32]);
        let mut d = vec![kind, 254, 253];
        d.extend(&data);
        let _ = (offers_gcm(&d), Hello::default().take_in(&d));
        prop_assert!(!matches!(a.handle(&us, Duration::ZERO, &d, |_| ()), Outcome::Connected(_)));
    }
}

/// Chromium's ClientHello comes in pieces, its extensions in any order.
#[test]
fn a_hello_in_pieces_is_put_together_whatever_their_order() {
    let us = Identity::generate().expect("an identity");
    let config = ConfigBuilder::default()
        .with_crypto_provider(us.provider().clone())
        .with_srtp_protection_profiles(vec![SrtpProtectionProfile::Srtp_Aead_Aes_128_Gcm])
        .with_insecure_skip_verify(true)
        .build(true, None)
        .expect("a configuration");
    let mut client = Endpoint::new(PEER, TransportProtocol::UDP, None);
    client.connect(us.epoch, PEER, Arc::new(config), None).expect("begun");
    let whole = client.poll_transmit().expect("a hello").message;
    let body = &whole[25..];
    let piece = |from: usize, to: usize| {
        let mut d = whole[..11].to_vec();
        d[10] += u8::from(from > 0); // a record number of its own, or it counts as replayed
        d.extend_from_slice(&u16::try_from(to - from + 12).expect("small").to_be_bytes());
        d.extend_from_slice(&whole[13..19]);
        d.extend_from_slice(&u32::try_from(from).expect("small").to_be_bytes()[1..]);
        d.extend_from_slice(&u32::try_from(to - from).expect("small").to_be_bytes()[1..]);
        d.extend_from_slice(&body[from..to]);
        d
    };
    for cut in 1..body.len() {
        let (a, b) = (piece(0, cut), piece(cut, body.len()));
        for [first, second] in [[&a, &b], [&b, &a]] {
            let mut ours = Association::new([0; 32]);
            let mut sent = 0;
            let mut take = |d: &[u8]| {
                let outcome = ours.handle(&us, Duration::ZERO, d, |_| sent += 1);
                assert!(matches!(outcome, Outcome::Pending));
            };
            take(first);
            take(second);
            assert!(sent > 0, "no answer to a hello cut at {cut}");
        }
    }
}
