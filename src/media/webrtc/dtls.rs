//! One viewer's DTLS association (RFC 5764): we are the server, the certificate is our own for this run, and the viewer's
//! must have the fingerprint that its offer named.
//!
//! Works around `rtc-dtls` 0.21.1: a duplicate or partial flight clears its retransmission timer and does not set it
//! again, so that the handshake stays stuck for ever. Whenever the handshake is under way without a timer, we send the
//! last flight again ourselves. The library also takes the SRTP profile that the *client* likes best, and browsers name
//! the slow AES128_CM_HMAC_SHA1_80 first: we look into the ClientHello and offer the one profile that we want.

use base::limits;
use bytes::BytesMut;
use rtc_crypto::RTCCryptoProvider;
use rtc_dtls::config::{ClientAuthType, ConfigBuilder, HandshakeConfig};
use rtc_dtls::crypto::Certificate;
use rtc_dtls::endpoint::{Endpoint, EndpointEvent};
use rtc_dtls::extension::extension_use_srtp::SrtpProtectionProfile;
use rtc_shared::TransportProtocol;
use rtc_srtp::config::{Config as SrtpConfig, LABEL_EXTRACTOR_DTLS_SRTP, SessionKeys};
use rtc_srtp::protection_profile::ProtectionProfile;
use std::io;
use std::net::{Ipv6Addr, SocketAddr, SocketAddrV6};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Time between two sendings of a flight: flat, as the handshake is short.
const RESEND_AFTER: Duration = Duration::from_millis(450);
/// Times that we send a flight again ourselves.
const RESENDS_MAX: u32 = 7;
/// Associations per viewer: one that failed before it was done is begun anew.
const ASSOCIATIONS_MAX: u32 = 3;
/// The library keeps associations by address; ours outlives a change of the viewer's address, so it gets a constant.
const PEER: SocketAddr = SocketAddr::V6(SocketAddrV6::new(Ipv6Addr::LOCALHOST, 1, 0, 0));

/// Our certificate and what follows from it; shared by all viewers of a shard.
pub(super) struct Identity {
    provider: Arc<dyn RTCCryptoProvider>,
    gcm: Arc<HandshakeConfig>,
    counter_mode: Arc<HandshakeConfig>,
    fingerprint: String,
    /// The library counts in `Instant`s, the house in time since an arbitrary start: this is that start.
    epoch: Instant,
}

/// What came of a datagram or a timer.
#[derive(Debug)]
pub(super) enum Outcome {
    /// Nothing new.
    Pending,
    /// The handshake is done, with the right certificate.
    Connected(Box<Keys>),
    /// The viewer closed the association.
    Closed,
    /// It failed for good; says why.
    Failed(String),
}

/// SRTP master keys, for both directions.
pub(super) struct Keys {
    pub profile: ProtectionProfile,
    pub session: SessionKeys,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Keys({:?})", self.profile)
    }
}

fn other(e: impl std::fmt::Display) -> io::Error {
    io::Error::other(e.to_string())
}

pub(super) fn fingerprint_text(digest: &[u8]) -> String {
    digest.iter().map(|b| format!("{b:02X}")).collect::<Vec<_>>().join(":")
}

impl Identity {
    /// A fresh certificate (ECDSA P-256).
    pub(super) fn generate() -> io::Result<Identity> {
        let provider = rtc_crypto::default_provider().map_err(other)?;
        let certificate =
            Certificate::generate_self_signed(vec!["matluoi".to_owned()], provider.crypto()).map_err(other)?;
        let der = certificate.certificate.first().ok_or_else(|| other("no certificate"))?;
        let fingerprint = fingerprint_text(ring::digest::digest(&ring::digest::SHA256, der).as_ref());
        let config = |profile| {
            ConfigBuilder::default()
                .with_crypto_provider(provider.clone())
                .with_certificates(vec![certificate.clone()])
                .with_srtp_protection_profiles(vec![profile])
                // Any certificate will do here: the fingerprint from the offer decides, below.
                .with_client_auth(ClientAuthType::RequireAnyClientCert)
                .with_insecure_skip_verify(true)
                .with_flight_interval(RESEND_AFTER)
                .build(false, None)
                .map(Arc::new)
                .map_err(other)
        };
        Ok(Identity {
            gcm: config(SrtpProtectionProfile::Srtp_Aead_Aes_128_Gcm)?,
            counter_mode: config(SrtpProtectionProfile::Srtp_Aes128_Cm_Hmac_Sha1_80)?,
            provider,
            fingerprint,
            epoch: tokio::time::Instant::now().into_std(),
        })
    }
    /// For the answer: SHA-256 as `AB:CD:…`.
    pub(super) fn fingerprint(&self) -> &str {
        &self.fingerprint
    }
    pub(super) fn provider(&self) -> &Arc<dyn RTCCryptoProvider> {
        &self.provider
    }
    fn instant(&self, now: Duration) -> Instant {
        self.epoch.checked_add(now).unwrap_or(self.epoch)
    }
}

/// The association of one viewer.
pub(super) struct Association {
    /// None until the viewer's hello is whole.
    endpoint: Option<Endpoint>,
    hello: Hello,
    fingerprint: [u8; 32],
    done: bool,
    datagrams: usize,
    begun: u32,
    last_flight: Vec<BytesMut>,
    resend_at: Option<Duration>,
    resends: u32,
}

impl Association {
    /// Has a datagram of the handshake come?
    pub(super) fn has_begun(&self) -> bool {
        self.datagrams > 0
    }
    /// Waits for the viewer's first datagram.
    pub(super) fn new(fingerprint: [u8; 32]) -> Self {
        Association {
            endpoint: None,
            hello: Hello::default(),
            fingerprint,
            done: false,
            datagrams: 0,
            begun: 0,
            last_flight: Vec::new(),
            resend_at: None,
            resends: 0,
        }
    }

    /// Takes a datagram; `send` gets what is to be sent.
    pub(super) fn handle(
        &mut self,
        us: &Identity,
        now: Duration,
        datagram: &[u8],
        mut send: impl FnMut(&[u8]),
    ) -> Outcome {
        if !self.done {
            self.datagrams += 1;
            if self.datagrams > limits::WHEP_HANDSHAKE_DATAGRAMS_MAX {
                return Outcome::Pending;
            }
        }
        let instant = us.instant(now);
        // Until the hello is whole, its datagrams wait; then the association gets all of them.
        let mut held = Vec::new();
        let endpoint = match &mut self.endpoint {
            Some(e) => e,
            none => {
                let Some(gcm) = self.hello.take_in(datagram) else { return Outcome::Pending };
                self.begun += 1;
                held = std::mem::take(&mut self.hello).datagrams;
                held.pop();
                let config = if gcm { us.gcm.clone() } else { us.counter_mode.clone() };
                none.insert(Endpoint::new(PEER, TransportProtocol::UDP, Some(config)))
            }
        };
        // The library reads what a stranger wrote: should it panic, that is this viewer's end and no one else's.
        let read = catch_unwind(AssertUnwindSafe(|| {
            for earlier in held {
                endpoint.read(instant, PEER, None, earlier)?;
            }
            endpoint.read(instant, PEER, None, BytesMut::from(datagram))
        }));
        let flight: Vec<BytesMut> = std::iter::from_fn(|| endpoint.poll_transmit()).map(|t| t.message).collect();
        flight.iter().for_each(|d| send(d));
        if !flight.is_empty() && !self.done {
            self.last_flight = flight;
            self.resends = 0;
            self.resend_at = Some(now + RESEND_AFTER);
        }
        let events = match read {
            Ok(Ok(events)) => events,
            Ok(Err(e)) if self.done => {
                // A stray or forged record; RFC 6347 §4.1.2.7 says to drop it.
                tracing::debug!(error = %e, "DTLS record dropped");
                return Outcome::Pending;
            }
            Ok(Err(e)) if self.begun < ASSOCIATIONS_MAX => {
                tracing::debug!(error = %e, "DTLS association begun anew");
                self.endpoint = None;
                self.last_flight.clear();
                return Outcome::Pending;
            }
            Ok(Err(e)) => return Outcome::Failed(e.to_string()),
            Err(_) => {
                self.endpoint = None;
                return Outcome::Failed("the DTLS library panicked".to_owned());
            }
        };
        for event in events {
            match event {
                EndpointEvent::HandshakeComplete if !self.done => {
                    self.done = true;
                    self.last_flight = Vec::new();
                    self.resend_at = None;
                    return self.keys().map_or_else(Outcome::Failed, |k| Outcome::Connected(Box::new(k)));
                }
                EndpointEvent::PeerClosed => return Outcome::Closed,
                _ => {}
            }
        }
        Outcome::Pending
    }

    fn keys(&self) -> Result<Keys, String> {
        let state = self.endpoint.as_ref().and_then(|e| e.get_connection_state(PEER)).ok_or("no association")?;
        let certificate = state.peer_certificates.first().ok_or("the viewer showed no certificate")?;
        if ring::digest::digest(&ring::digest::SHA256, certificate).as_ref() != self.fingerprint {
            return Err("the viewer's certificate is not the one of its offer".to_owned());
        }
        let profile = match state.srtp_protection_profile() {
            SrtpProtectionProfile::Srtp_Aead_Aes_128_Gcm => ProtectionProfile::AeadAes128Gcm,
            SrtpProtectionProfile::Srtp_Aes128_Cm_Hmac_Sha1_80 => ProtectionProfile::Aes128CmHmacSha1_80,
            other => return Err(format!("no SRTP profile in common ({other:?})")),
        };
        let mut config = SrtpConfig { profile, ..Default::default() };
        let material = state
            .export_keying_material(LABEL_EXTRACTOR_DTLS_SRTP, &[], config.keying_material_len())
            .map_err(|e| e.to_string())?;
        config
            .set_session_keys_from_keying_material(material.as_ref(), state.is_client())
            .map_err(|e| e.to_string())?;
        Ok(Keys { profile, session: config.keys })
    }

    /// When [`Association::handle_timeout`] wants to be called; none once the handshake is done.
    pub(super) fn poll_timeout(&self, us: &Identity) -> Option<Duration> {
        let endpoint = self.endpoint.as_ref().filter(|_| !self.done)?;
        let library = endpoint.poll_timeout(&PEER).map(|t| t.saturating_duration_since(us.epoch));
        library.or(self.resend_at)
    }

    /// Sends the last flight again when its time has come.
    pub(super) fn handle_timeout(&mut self, us: &Identity, now: Duration, mut send: impl FnMut(&[u8])) {
        let Some(endpoint) = self.endpoint.as_mut().filter(|_| !self.done) else { return };
        if endpoint.poll_timeout(&PEER).is_some() {
            let instant = us.instant(now);
            let advanced = catch_unwind(AssertUnwindSafe(|| endpoint.handle_timeout(PEER, instant)));
            if !matches!(advanced, Ok(Ok(()))) {
                tracing::debug!("DTLS flight given up");
            }
            while let Some(t) = endpoint.poll_transmit() {
                send(&t.message);
            }
        } else if self.resend_at.is_some_and(|t| now >= t) {
            self.resends += 1;
            self.resend_at = (self.resends < RESENDS_MAX).then(|| now + RESEND_AFTER);
            self.last_flight.iter().for_each(|d| send(d));
        }
    }

    /// Says goodbye (`close_notify`).
    pub(super) fn close(&mut self, us: &Identity, now: Duration, mut send: impl FnMut(&[u8])) {
        if let Some(endpoint) = &mut self.endpoint {
            endpoint.stop(us.instant(now), PEER);
            while let Some(t) = endpoint.poll_transmit() {
                send(&t.message);
            }
        }
    }
}

/// The viewer's ClientHello while it is coming in. Chromium's is larger than one datagram (it carries a post-quantum key
/// share) and has its extensions in random order, so `use_srtp` may stand in any fragment (RFC 6347 §4.2.3).
#[derive(Default)]
struct Hello {
    body: Vec<u8>,
    filled: Vec<bool>,
    datagrams: Vec<BytesMut>,
}

/// Longest ClientHello body that is taken, in bytes; a longer one is ignored.
const HELLO_BYTES_MAX: usize = 8_192;
/// Datagrams of one ClientHello, repetitions included; at the bound the collection begins anew.
const HELLO_DATAGRAMS_MAX: usize = 16;

fn take<'a>(b: &mut &'a [u8], n: usize) -> Option<&'a [u8]> {
    let (head, tail) = b.split_at_checked(n)?;
    *b = tail;
    Some(head)
}

fn number(b: &mut &[u8], bytes: usize) -> Option<usize> {
    Some(take(b, bytes)?.iter().fold(0, |n, b| n << 8 | usize::from(*b)))
}

impl Hello {
    /// Takes a datagram. Once the hello is whole: does it offer AEAD_AES_128_GCM ([`offers_gcm`])?
    fn take_in(&mut self, datagram: &[u8]) -> Option<bool> {
        if self.datagrams.len() >= HELLO_DATAGRAMS_MAX {
            *self = Hello::default();
        }
        let mut rest = datagram;
        let mut fits = false;
        while let Some(fragment) = client_hello_fragment(&mut rest) {
            if self.body.len() != fragment.total {
                self.datagrams.clear();
                self.body = vec![0; fragment.total];
                self.filled = vec![false; fragment.total];
            }
            let end = fragment.offset + fragment.bytes.len();
            let (Some(body), Some(filled)) =
                (self.body.get_mut(fragment.offset..end), self.filled.get_mut(fragment.offset..end))
            else {
                break;
            };
            body.copy_from_slice(fragment.bytes);
            filled.fill(true);
            fits = true;
        }
        if !fits {
            return None;
        }
        self.datagrams.push(BytesMut::from(datagram));
        if self.filled.iter().all(|f| *f) { offers_gcm(&self.body) } else { None }
    }
}

struct Fragment<'a> {
    total: usize,
    offset: usize,
    bytes: &'a [u8],
}

/// The next record of a datagram, if it is a piece of a ClientHello (RFC 6347 §4.1 and §4.2.2).
fn client_hello_fragment<'a>(datagram: &mut &'a [u8]) -> Option<Fragment<'a>> {
    let header = take(datagram, 11)?;
    let length = number(datagram, 2)?;
    let mut record = take(datagram, length)?;
    let kind = number(&mut record, 1)?;
    let total = number(&mut record, 3)?;
    number(&mut record, 2)?;
    let offset = number(&mut record, 3)?;
    let bytes = number(&mut record, 3)?;
    let bytes = take(&mut record, bytes)?;
    let hello = header.first() == Some(&22) && kind == 1 && (1..=HELLO_BYTES_MAX).contains(&total);
    (hello && offset + bytes.len() <= total).then_some(Fragment { total, offset, bytes })
}

/// Does this ClientHello offer AEAD_AES_128_GCM in `use_srtp` (RFC 5764 §4.1.1, RFC 7714 §14.2)? `None` if it offers no
/// SRTP at all.
fn offers_gcm(hello: &[u8]) -> Option<bool> {
    let b = &mut &*hello;
    take(b, 2 + 32)?; // version, random
    for length_bytes in [1, 1, 2, 1] {
        // session id, cookie, cipher suites, compression methods
        let n = number(b, length_bytes)?;
        take(b, n)?;
    }
    number(b, 2)?;
    while !b.is_empty() {
        let kind = number(b, 2)?;
        let n = number(b, 2)?;
        let mut content = take(b, n)?;
        if kind == 14 {
            let n = number(&mut content, 2)?;
            return Some(take(&mut content, n)?.chunks_exact(2).any(|p| p == [0, 7]));
        }
    }
    None
}

#[cfg(test)]
mod tests;
