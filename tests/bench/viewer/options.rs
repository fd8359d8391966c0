//! How a viewer behaves, and who it is.

use super::{Failure, SrtpProtectionProfile};
use rtc_crypto::RTCCryptoProvider;
use rtc_dtls::crypto::Certificate;
use std::net::SocketAddr;
use std::sync::Arc;

/// How a viewer behaves.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where to bind; the family must be that of the server's candidate.
    pub bind: SocketAddr,
    /// Go by TCP (RFC 6544) instead of UDP.
    pub tcp: bool,
    /// What is offered in `use_srtp`, in this order.
    pub profiles: Vec<SrtpProtectionProfile>,
    /// Offer retransmission (RTX) and ask for lost packets.
    pub resend: bool,
    /// Drop this share of the arriving picture packets, in percent, before looking at them.
    pub lose_percent: u8,
    /// Put packets together to pictures; otherwise they are only counted.
    pub pictures: bool,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            bind: SocketAddr::from(([127, 0, 0, 1], 0)),
            tcp: false,
            profiles: vec![
                SrtpProtectionProfile::Srtp_Aes128_Cm_Hmac_Sha1_80,
                SrtpProtectionProfile::Srtp_Aead_Aes_128_Gcm,
            ],
            resend: true,
            lose_percent: 0,
            pictures: true,
        }
    }
}

/// A certificate that many viewers can share, because making one takes long.
#[derive(Clone)]
pub struct Identity {
    pub(super) provider: Arc<dyn RTCCryptoProvider>,
    pub(super) certificate: Certificate,
    pub(super) fingerprint: String,
}

impl Identity {
    /// Makes one.
    ///
    /// # Errors
    /// No randomness.
    pub fn generate() -> Result<Self, Failure> {
        let provider = rtc_crypto::default_provider().map_err(|e| e.to_string())?;
        let certificate = Certificate::generate_self_signed(vec!["viewer".to_owned()], provider.crypto())?;
        let der = certificate.certificate.first().ok_or("no certificate")?;
        let digest = ring::digest::digest(&ring::digest::SHA256, der);
        let fingerprint = digest.as_ref().iter().map(|b| format!("{b:02x}")).collect::<Vec<_>>().join(":");
        Ok(Identity { provider, certificate, fingerprint })
    }
}
