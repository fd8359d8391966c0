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
use rtc_srtp::option::srtcp_replay_protection;
use rtc_srtp::protection_profile::ProtectionProfile;

/// Bytes that sealing adds to a packet at most (GCM's tag; HMAC-SHA1-80 adds ten).
pub(super) const TAG_BYTES_MAX: usize = 16;

/// Seals what we send to one viewer and opens its control packets.
pub(super) struct Sealer {
    pictures: Pictures,
    control_out: Context,
    control_in: Context,
    /// SSRCs heard in control packets: the library keeps a state for each.
    reporters: Vec<u32>,
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
        let context = |key: &[u8], salt: &[u8], replay: bool| {
            let window = replay.then(|| srtcp_replay_protection(64));
            Context::new(key, salt, keys.profile, None, window, crypto).map_err(|e| e.to_string())
        };
        let pictures = match keys.profile {
            ProtectionProfile::AeadAes128Gcm => {
                let key: [u8; 16] = derive(crypto, &k.local_master_key, &k.local_master_salt, 0)?;
                let salt: [u8; 12] = derive(crypto, &k.local_master_key, &k.local_master_salt, 2)?;
                let key = UnboundKey::new(&AES_128_GCM, &key).map_err(|_| "a bad AES key")?;
                Pictures::Gcm { key: Box::new(LessSafeKey::new(key)), salt }
            }
            _ => Pictures::CounterMode(Box::new(context(&k.local_master_key, &k.local_master_salt, false)?)),
        };
        Ok(Sealer {
            pictures,
            control_out: context(&k.local_master_key, &k.local_master_salt, false)?,
            control_in: context(&k.remote_master_key, &k.remote_master_salt, true)?,
            reporters: Vec::new(),
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
        let ssrc = u32::from_be_bytes(packet.get(4..8)?.try_into().ok()?);
        let known = self.reporters.contains(&ssrc);
        if !known && self.reporters.len() >= limits::WHEP_REPORTERS_MAX {
            return None;
        }
        if !known {
            self.reporters.push(ssrc);
        }
        self.control_in.decrypt_rtcp(packet).ok()
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

    #[test]
    fn a_flood_of_control_senders_is_bounded() {
        let (mut sealer, _) = parties(ProtectionProfile::AeadAes128Gcm);
        for ssrc in 0..1_000u32 {
            let mut p = vec![0x80, 201, 0, 1];
            p.extend(ssrc.to_be_bytes());
            p.extend([0; 24]);
            assert!(sealer.open_control(&p).is_none());
        }
        assert_eq!(sealer.reporters.len(), limits::WHEP_REPORTERS_MAX);
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
