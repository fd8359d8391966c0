//! The ICE-lite side of STUN (RFC 8489, RFC 8445 §2.5): answers connectivity checks, asks none.
//!
//! A request that is not for one of our viewers, or whose integrity fails, gets no answer at all: the port cannot be
//! used to reflect traffic, and a stranger costs one look into a map.

use rtc_crypto::RTCCrypto;
use rtc_stun::attributes::{ATTR_PRIORITY, ATTR_USE_CANDIDATE};
use rtc_stun::fingerprint::FINGERPRINT;
use rtc_stun::integrity::MessageIntegrity;
use rtc_stun::message::{BINDING_REQUEST, BINDING_SUCCESS, Message};
use rtc_stun::xoraddr::XorMappedAddress;
use std::net::SocketAddr;

const HEADER_BYTES: usize = 20;
const MAGIC_COOKIE: [u8; 4] = [0x21, 0x12, 0xa4, 0x42];
const USERNAME: u16 = 0x0006;
/// Largest check that is looked at; real ones have about 100 bytes.
const REQUEST_BYTES_MAX: usize = 1_024;

/// A connectivity check that came from the viewer.
#[derive(Debug)]
pub(super) struct Check {
    /// The viewer chose this pair of addresses.
    pub use_candidate: bool,
    /// Priority of the pair as the viewer sees it.
    pub priority: u32,
    /// The answer to send back.
    pub answer: Vec<u8>,
}

/// Our part of the user name in a binding request, without allocating or checking more than its form.
pub(super) fn requested_ufrag(datagram: &[u8]) -> Option<&str> {
    if datagram.len() > REQUEST_BYTES_MAX {
        return None;
    }
    let (header, mut rest) = datagram.split_first_chunk::<HEADER_BYTES>()?;
    let length = usize::from(u16::from_be_bytes([header[2], header[3]]));
    // Class request, method binding; the length is that of the rest and whole words (RFC 8489 §5).
    if header[..2] != [0, 1] || header[4..8] != MAGIC_COOKIE || length != rest.len() || !length.is_multiple_of(4) {
        return None;
    }
    while let Some((&[t0, t1, l0, l1], tail)) = rest.split_first_chunk::<4>() {
        let length = usize::from(u16::from_be_bytes([l0, l1]));
        let value = tail.get(..length)?;
        if u16::from_be_bytes([t0, t1]) == USERNAME {
            return std::str::from_utf8(value).ok()?.split(':').next();
        }
        rest = tail.get(length.next_multiple_of(4)..)?;
    }
    None
}

/// Checks the integrity of a binding request and prepares the answer; `None` if it is not the viewer's.
pub(super) fn check(datagram: &[u8], from: SocketAddr, password: &str, crypto: &dyn RTCCrypto) -> Option<Check> {
    let mut request = Message::new();
    request.unmarshal_binary(datagram).ok()?;
    if request.typ != BINDING_REQUEST {
        return None;
    }
    MessageIntegrity::check(&mut request, password.as_bytes(), crypto).ok()?;
    let priority = request.get(ATTR_PRIORITY).ok().and_then(|v| Some(u32::from_be_bytes(v.try_into().ok()?)));
    let mut answer = Message::new();
    let seen = XorMappedAddress { ip: from.ip().to_canonical(), port: from.port() };
    let integrity = MessageIntegrity::new_short_term_integrity_with_provider(password.to_owned(), crypto);
    answer
        .build(&[
            Box::new(BINDING_SUCCESS),
            Box::new(request.transaction_id),
            Box::new(seen),
            Box::new(integrity),
            Box::new(FINGERPRINT),
        ])
        .ok()?;
    Some(Check {
        use_candidate: request.contains(ATTR_USE_CANDIDATE),
        priority: priority.unwrap_or(0),
        answer: answer.raw,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rtc_stun::attributes::ATTR_USERNAME;
    use rtc_stun::textattrs::TextAttribute;

    fn request(user: &str, password: &str) -> Vec<u8> {
        let provider = rtc_crypto::default_provider().expect("a provider");
        let mut m = Message::new();
        let integrity = MessageIntegrity::new_short_term_integrity_with_provider(password.into(), provider.crypto());
        m.new_transaction_id().expect("randomness");
        m.build(&[Box::new(BINDING_REQUEST), Box::new(TextAttribute::new(ATTR_USERNAME, user.into()))]).expect("built");
        m.add(ATTR_USE_CANDIDATE, &[]);
        m.add(ATTR_PRIORITY, &77u32.to_be_bytes());
        rtc_stun::message::Setter::add_to(&integrity, &mut m).expect("integrity");
        rtc_stun::message::Setter::add_to(&FINGERPRINT, &mut m).expect("fingerprint");
        m.raw
    }

    #[test]
    fn only_the_right_password_gets_an_answer() {
        let provider = rtc_crypto::default_provider().expect("a provider");
        let from: SocketAddr = "[::ffff:10.0.0.9]:5000".parse().expect("address");
        let r = request("ours:theirs", "right-password-right-password");
        assert_eq!(requested_ufrag(&r), Some("ours"));
        let c = check(&r, from, "right-password-right-password", provider.crypto()).expect("the viewer's");
        assert!(c.use_candidate && c.priority == 77);
        let mut answer = Message::new();
        answer.unmarshal_binary(&c.answer).expect("an answer");
        let mut seen = XorMappedAddress::default();
        rtc_stun::message::Getter::get_from(&mut seen, &answer).expect("an address");
        assert_eq!((seen.ip.to_string().as_str(), seen.port), ("10.0.0.9", 5000), "IPv4 is told as IPv4");
        assert!(check(&r, from, "wrong-password-wrong-password", provider.crypto()).is_none());
    }

    proptest! {
        #[test]
        fn mangled_requests_never_panic_and_get_no_answer(at in 0usize..100, to: u8, cut in 0usize..120) {
            let provider = rtc_crypto::default_provider().expect("a provider");
            let from: SocketAddr = "10.0.0.9:5000".parse().expect("address");
            let good = request("ours:theirs", "right-password-right-password");
            let mut r = good.clone();
            let at = at % (r.len() - 8); // what lies after the integrity is not protected by it
            let changed = r[at] != to;
            r[at] = to;
            let answered = requested_ufrag(&r) == Some("ours") && check(&r, from, "right-password-right-password", provider.crypto()).is_some();
            prop_assert!(!(changed && answered));
            r.truncate(cut);
            let _ = (requested_ufrag(&r), check(&r, from, "right-password-right-password", provider.crypto()));
        }

        #[test]
        fn garbage_never_panics(data in proptest::collection::vec(any::<u8>(), 0..200)) {
            let provider = rtc_crypto::default_provider().expect("a provider");
            let from: SocketAddr = "10.0.0.9:5000".parse().expect("address");
            prop_assert!(check(&data, from, "right-password-right-password", provider.crypto()).is_none());
            let mut stun = vec![0, 1, 0, u8::try_from(data.len().min(252)).expect("small")];
            stun.extend(MAGIC_COOKIE);
            stun.extend([7; 12]);
            stun.extend(&data);
            let _ = requested_ufrag(&stun);
            prop_assert!(check(&stun, from, "right-password-right-password", provider.crypto()).is_none());
        }
    }
}
