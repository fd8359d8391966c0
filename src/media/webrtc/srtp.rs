//! SRTP sealing (RFC 3711, RFC 7714), one packet at a time, straight into the sending buffer.
//!
//! AES-128-GCM is our own few lines on ring: a fifth of the cost of the library's path. Viewers that refuse GCM get
//! AES128_CM_HMAC_SHA1_80 through `rtc-srtp`. Control packets (SRTCP) go through `rtc-srtp` for all.

use super::dtls::Keys;
use base::limits;
use bytes::BytesMut;
use ring::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use rtc_crypto::{BlockCipherAlgorithm, RTCCrypto};
use rtc_srtp::context::Context;
use rtc_srtp::protection_profile::ProtectionProfile;

/// Bytes that sealing adds to a packet at most (GCM's tag; HMAC-SHA1-80 adds ten).
pub(super) const TAG_BYTES_MAX: usize = 16;

/// Seals what we send to one viewer and opens its control packets.
pub(super) struct Sealer {
    pictures: Pictures,
    control_out: Context,
    control_in: Context,
    reporters: Vec<Reporter>,
    /// Packets of unknown SSRCs that were not the viewer's: the library keeps a state for each SSRC that it is shown.
    strangers: usize,
}

/// A sender of control packets, and which of its packets have been seen (RFC 3711 §3.3.2).
///
/// The library's own replay check takes the first packet's number on trust before it is verified, so that one forged
/// packet would lock the viewer out; hence ours, which learns from verified packets only.
struct Reporter {
    ssrc: u32,
    highest: u32,
    /// Bit `i`: packet `highest - i`.
    seen: u64,
}

impl Reporter {
    fn is_new(&self, index: u32) -> bool {
        match self.highest.checked_sub(index) {
            None => true,
            Some(age) => age < 64 && self.seen & 1 << age == 0,
        }
    }
    fn note(&mut self, index: u32) {
        match index.checked_sub(self.highest) {
            Some(step) if step > 0 => {
                self.seen = self.seen.checked_shl(step).unwrap_or(0) | 1;
                self.highest = index;
            }
            _ => self.seen |= 1u64.checked_shl(self.highest - index).unwrap_or(0),
        }
    }
}

enum Pictures {
    Gcm { key: Box<LessSafeKey>, salt: [u8; 12] },
    CounterMode(Box<Context>),
}

/// Key derivation of RFC 3711 §4.3 for what fits one AES block.
fn derive<const N: usize>(crypto: &dyn RTCCrypto, key: &[u8], salt: &[u8], label: u8) -> Result<[u8; N], String> {
    let mut block = [0u8; 16];
    block.iter_mut().zip(salt).for_each(|(b, s)| *b = *s);
    block[7] ^= label;
    crypto.block_encrypt(BlockCipherAlgorithm::Aes128, key, &mut block).map_err(|e| e.to_string())?;
    block.get(..N).and_then(|b| b.try_into().ok()).ok_or_else(|| "a key longer than one block".to_owned())
}

impl Sealer {
    /// From the handshake's keys.
    ///
    /// # Errors
    /// The keys have the wrong size, or the library cannot use them.
    pub(super) fn new(keys: &Keys, crypto: &dyn RTCCrypto) -> Result<Sealer, String> {
        let k = &keys.session;
        let context = |key: &[u8], salt: &[u8]| {
            Context::new(key, salt, keys.profile, None, None, crypto).map_err(|e| e.to_string())
        };
        let pictures = match keys.profile {
            ProtectionProfile::AeadAes128Gcm => {
                let key: [u8; 16] = derive(crypto, &k.local_master_key, &k.local_master_salt, 0)?;
                let salt: [u8; 12] = derive(crypto, &k.local_master_key, &k.local_master_salt, 2)?;
                let key = UnboundKey::new(&AES_128_GCM, &key).map_err(|_| "a bad AES key")?;
                Pictures::Gcm { key: Box::new(LessSafeKey::new(key)), salt }
            }
            _ => Pictures::CounterMode(Box::new(context(&k.local_master_key, &k.local_master_salt)?)),
        };
        Ok(Sealer {
            pictures,
            control_out: context(&k.local_master_key, &k.local_master_salt)?,
            control_in: context(&k.remote_master_key, &k.remote_master_salt)?,
            reporters: Vec::new(),
            strangers: 0,
        })
    }

    /// Seals the RTP packet in `packet[..plain_bytes]` (header of `header_bytes`, then payload) in place; `packet` has
    /// room for [`TAG_BYTES_MAX`] more. Returns the sealed length, or `None` if the library refuses.
    ///
    /// `index` is the packet's 48-bit index (roll-over counter and sequence number); its low 16 bits and `ssrc` stand in
    /// the header. The same index must never be used for two different packets.
    pub(super) fn seal(
        &mut self,
        packet: &mut [u8],
        header_bytes: usize,
        plain_bytes: usize,
        index: u64,
        ssrc: u32,
    ) -> Option<usize> {
        match &mut self.pictures {
            Pictures::Gcm { key, salt } => {
                let mut nonce = *salt;
                // RFC 7714 §8.1: two zero bytes, SSRC, roll-over counter, sequence number, all XOR salt.
                let own = u128::from(ssrc) << 48 | u128::from(index & 0xffff_ffff_ffff);
                nonce.iter_mut().zip(&own.to_be_bytes()[4..]).for_each(|(n, o)| *n ^= o);
                let (header, rest) = packet.split_at_mut_checked(header_bytes)?;
                let (body, rest) = rest.split_at_mut_checked(plain_bytes.checked_sub(header_bytes)?)?;
                let tag = key
                    .seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), Aad::from(&*header), body)
                    .ok()?;
                rest.get_mut(..TAG_BYTES_MAX)?.copy_from_slice(tag.as_ref());
                Some(plain_bytes + TAG_BYTES_MAX)
            }
            Pictures::CounterMode(context) => {
                let sealed = context.encrypt_rtp(packet.get(..plain_bytes)?).ok()?;
                packet.get_mut(..sealed.len())?.copy_from_slice(&sealed);
                Some(sealed.len())
            }
        }
    }

    /// Bytes that sealing adds to a picture packet.
    pub(super) fn tag_bytes(&self) -> usize {
        match self.pictures {
            Pictures::Gcm { .. } => TAG_BYTES_MAX,
            Pictures::CounterMode(_) => 10,
        }
    }

    /// Seals a control packet.
    pub(super) fn seal_control(&mut self, packet: &[u8]) -> Option<BytesMut> {
        self.control_out.encrypt_rtcp(packet).ok()
    }

    /// Opens a control packet; `None` if it is not the viewer's, or has been seen before.
    pub(super) fn open_control(&mut self, packet: &[u8]) -> Option<BytesMut> {
        let word = |at: usize| Some(u32::from_be_bytes(packet.get(at..at + 4)?.try_into().ok()?));
        let ssrc = word(4)?;
        // The index stands before HMAC's tag of ten bytes, and after GCM's tag (RFC 3711 §3.4, RFC 7714 §9).
        let after_index = if matches!(self.pictures, Pictures::Gcm { .. }) { 4 } else { 14 };
        let trailer = word(packet.len().checked_sub(after_index)?)?;
        // Not encrypted: the library takes such a packet in counter mode without looking at its tag.
        if trailer >> 31 == 0 {
            return None;
        }
        let index = trailer & 0x7fff_ffff;
        let known = self.reporters.iter().position(|r| r.ssrc == ssrc);
        let wanted = match known.and_then(|i| self.reporters.get(i)) {
            Some(reporter) => reporter.is_new(index),
            None => self.reporters.len() < limits::WHEP_REPORTERS_MAX && self.strangers < limits::WHEP_STRANGERS_MAX,
        };
        if !wanted {
            return None;
        }
        let opened = self.control_in.decrypt_rtcp(packet).ok();
        match (&opened, known.and_then(|i| self.reporters.get_mut(i))) {
            (Some(_), Some(reporter)) => reporter.note(index),
            (Some(_), None) => self.reporters.push(Reporter { ssrc, highest: index, seen: 1 }),
            (None, Some(_)) => {}
            (None, None) => self.strangers += 1,
        }
        opened
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rtc_srtp::config::SessionKeys;

    fn parties(profile: ProtectionProfile) -> (Sealer, Context) {
        let provider = rtc_crypto::default_provider().expect("a provider");
        let salt = profile.salt_len();
        let session = SessionKeys {
            local_master_key: vec![7; 16],
            local_master_salt: vec![9; salt],
            remote_master_key: vec![1; 16],
            remote_master_salt: vec![2; salt],
        };
        let receiver = Context::new(&[7; 16], &vec![9; salt], profile, None, None, provider.crypto()).expect("keys");
        (Sealer::new(&Keys { profile, session }, provider.crypto()).expect("keys"), receiver)
    }

    fn packet(index: u64, ssrc: u32, payload: &[u8]) -> Vec<u8> {
        let header = av::rtp::RtpHeader { marker: true, payload_type: 102, sequence: index as u16, timestamp: 5, ssrc }
            .to_bytes();
        let mut p = header.to_vec();
        p.extend(payload);
        p
    }

    #[test]
    fn a_receiver_of_the_library_opens_what_we_seal_across_a_wrap() {
        for profile in [ProtectionProfile::AeadAes128Gcm, ProtectionProfile::Aes128CmHmacSha1_80] {
            let (mut sealer, mut receiver) = parties(profile);
            for index in 65_530u64..65_550 {
                let plain = packet(index, 0xdead_beef, b"a picture");
                let mut buffer = plain.clone();
                buffer.resize(plain.len() + TAG_BYTES_MAX, 0);
                let n = sealer.seal(&mut buffer, 12, plain.len(), index, 0xdead_beef).expect("sealed");
                assert_ne!(&buffer[12..plain.len()], b"a picture");
                let opened = receiver.decrypt_rtp(&buffer[..n]).expect("opened");
                assert_eq!(opened, plain, "{profile:?} {index}");
                buffer[14] ^= 1;
                assert!(receiver.decrypt_rtp(&buffer[..n]).is_err());
            }
        }
    }

    /// The receiver's side of the keys in `parties`.
    fn reporter(profile: ProtectionProfile) -> Context {
        let provider = rtc_crypto::default_provider().expect("a provider");
        Context::new(&[1; 16], &vec![2; profile.salt_len()], profile, None, None, provider.crypto()).expect("keys")
    }

    fn report(ssrc: u32) -> Vec<u8> {
        [&[0x80, 201, 0, 1][..], &ssrc.to_be_bytes()].concat()
    }

    #[test]
    fn a_viewers_reports_are_opened_once_each_in_any_order() {
        for profile in [ProtectionProfile::AeadAes128Gcm, ProtectionProfile::Aes128CmHmacSha1_80] {
            let (mut sealer, _) = parties(profile);
            let mut theirs = reporter(profile);
            let mut sealed: Vec<_> = (0..200).map(|_| theirs.encrypt_rtcp(&report(7)).expect("sealed")).collect();
            sealed.chunks_mut(3).for_each(|c| c.reverse());
            for s in &sealed {
                assert_eq!(sealer.open_control(s).as_deref(), Some(&report(7)[..]));
                assert!(sealer.open_control(s).is_none(), "a replay");
            }
            assert!(sealer.open_control(&sealed[0]).is_none(), "an old replay");
        }
    }

    #[test]
    fn a_flood_of_forged_senders_is_bounded_and_does_not_shut_out_the_known_one() {
        let profile = ProtectionProfile::AeadAes128Gcm;
        let (mut sealer, _) = parties(profile);
        let mut theirs = reporter(profile);
        let forged = |ssrc| [&report(ssrc)[..], &[0; 16], &[0xff; 4]].concat();
        assert!(sealer.open_control(&forged(7)).is_none());
        assert!(sealer.open_control(&theirs.encrypt_rtcp(&report(7)).expect("sealed")).is_some());
        for ssrc in 0..10_000u32 {
            assert!(sealer.open_control(&forged(ssrc)).is_none());
        }
        assert!(sealer.strangers <= limits::WHEP_STRANGERS_MAX && sealer.reporters.len() == 1);
        assert!(sealer.open_control(&theirs.encrypt_rtcp(&report(7)).expect("sealed")).is_some());
    }

    proptest! {
        #[test]
        fn garbage_is_not_opened(data in proptest::collection::vec(any::<u8>(), 0..100)) {
            for profile in [ProtectionProfile::AeadAes128Gcm, ProtectionProfile::Aes128CmHmacSha1_80] {
                prop_assert!(parties(profile).0.open_control(&data).is_none());
            }
        }
    }
}
