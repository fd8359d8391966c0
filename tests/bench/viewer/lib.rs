//! A WHEP viewer for tests and benches: what a browser does, in a few hundred lines that can be slowed down, made to lose
//! packets, and counted.
//!
//! It is a full ICE agent with one pair, a DTLS client, and an H.264 receiver that asks for lost packets again. It owns
//! a socket and no thread: the caller polls. HTTP and decoding are the caller's.

mod options;
mod receive;
mod sdp;
mod socket;

pub use options::{Identity, Options};
pub use receive::{Picture, Reception};

use bytes::BytesMut;
use receive::Receiver;
use rtc_dtls::config::{ConfigBuilder, HandshakeConfig};
use rtc_dtls::endpoint::{Endpoint, EndpointEvent};
pub use rtc_dtls::extension::extension_use_srtp::SrtpProtectionProfile;
use rtc_rtcp::packet::{Packet, marshal};
use rtc_rtcp::payload_feedbacks::picture_loss_indication::PictureLossIndication;
use rtc_rtcp::payload_feedbacks::receiver_estimated_maximum_bitrate::ReceiverEstimatedMaximumBitrate;
use rtc_rtcp::receiver_report::ReceiverReport;
use rtc_rtcp::reception_report::ReceptionReport;
use rtc_rtcp::transport_feedbacks::transport_layer_nack::{TransportLayerNack, nack_pairs_from_sequence_numbers};
use rtc_shared::TransportProtocol;
use rtc_srtp::config::{Config as SrtpConfig, LABEL_EXTRACTOR_DTLS_SRTP};
use rtc_srtp::context::Context;
use rtc_srtp::protection_profile::ProtectionProfile;
use rtc_stun::attributes::{ATTR_ICE_CONTROLLING, ATTR_PRIORITY, ATTR_USE_CANDIDATE, ATTR_USERNAME};
use rtc_stun::fingerprint::FINGERPRINT;
use rtc_stun::integrity::MessageIntegrity;
use rtc_stun::message::{BINDING_REQUEST, BINDING_SUCCESS, Message, Setter};
use rtc_stun::textattrs::TextAttribute;
use std::net::SocketAddr;
use std::os::fd::RawFd;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Anything that goes wrong, in words.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// What happened during a poll.
#[derive(Clone, Debug)]
pub enum Event {
    /// Connected and keyed.
    Connected,
    /// A picture is complete (only with [`Options::pictures`]).
    Picture(Picture),
    /// The server ended it.
    Closed,
}

enum Stage {
    /// The answer is awaited.
    Offered,
    /// Checks are sent.
    Checking,
    /// The DTLS handshake runs.
    Handshaking(Box<Endpoint>),
    Connected(Box<Connected>),
    Closed,
}

struct Connected {
    endpoint: Endpoint,
    incoming: Context,
    control_in: Context,
    control_out: Context,
}

/// One viewer.
pub struct Viewer {
    identity: Identity,
    options: Options,
    line: socket::Line,
    ufrag: String,
    server: Option<sdp::Server>,
    stage: Stage,
    check_at: Option<Instant>,
    report_at: Option<Instant>,
    receiver: Receiver,
    random: u64,
    ssrc: u32,
    /// Times the server's goodbye (RTCP BYE) came.
    goodbyes: u64,
    /// Answers to connectivity checks.
    answers: u64,
}

/// A peer's name for the library, which keeps associations by address.
const PEER: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 1);

impl Viewer {
    /// A viewer and its offer.
    ///
    /// # Errors
    /// No socket.
    pub fn offer(identity: &Identity, options: Options) -> Result<(Viewer, String), Failure> {
        let line = socket::Line::udp(options.bind)?;
        let mut bytes = [0u8; 28];
        identity.provider.random().fill(&mut bytes).map_err(|e| e.to_string())?;
        let hex = |b: &[u8]| b.iter().map(|x| format!("{x:02x}")).collect::<String>();
        let (ufrag, password) = (hex(&bytes[..4]), hex(&bytes[4..20]));
        let random = u64::from_be_bytes(bytes[20..].try_into()?) | 1;
        let offer = sdp::offer(&ufrag, &password, &identity.fingerprint, options.resend);
        let viewer = Viewer {
            identity: identity.clone(),
            receiver: Receiver::new(options.pictures, options.resend),
            options,
            line,
            ufrag,
            server: None,
            stage: Stage::Offered,
            check_at: None,
            report_at: None,
            random,
            ssrc: random as u32,
            goodbyes: 0,
            answers: 0,
        };
        Ok((viewer, offer))
    }

    /// Takes the answer; from now on poll.
    ///
    /// # Errors
    /// The answer lacks something.
    pub fn accept(&mut self, answer: &str, now: Instant) -> Result<(), Failure> {
        let server = sdp::read_answer(answer, self.line.is_v4()?, self.options.tcp)?;
        if self.options.tcp {
            self.line = socket::Line::tcp(server.address)?;
        }
        self.server = Some(server);
        self.stage = Stage::Checking;
        self.check_at = Some(now);
        Ok(())
    }

    /// For waiting.
    pub fn fd(&self) -> RawFd {
        self.line.fd()
    }
    /// Is it connected?
    pub fn is_connected(&self) -> bool {
        matches!(self.stage, Stage::Connected(_))
    }
    /// Has the server ended it?
    pub fn is_closed(&self) -> bool {
        matches!(self.stage, Stage::Closed)
    }
    /// What has been received so far.
    pub fn reception(&self) -> &Reception {
        self.receiver.reception()
    }
    /// Times the server said goodbye (RTCP).
    pub fn goodbyes(&self) -> u64 {
        self.goodbyes
    }
    /// Answers to connectivity checks so far.
    pub fn answers(&self) -> u64 {
        self.answers
    }
    /// Sends a connectivity check at the next poll.
    pub fn check(&mut self, now: Instant) {
        self.check_at = Some(now);
    }
    /// Moves to another port or connection, as a viewer behind a NAT does.
    ///
    /// # Errors
    /// No socket.
    pub fn rebind(&mut self, now: Instant) -> Result<(), Failure> {
        self.line = match (&self.server, self.options.tcp) {
            (Some(server), true) => socket::Line::tcp(server.address)?,
            _ => socket::Line::udp(self.options.bind)?,
        };
        self.check_at = Some(now);
        Ok(())
    }

    /// When the next poll is due even if nothing arrives.
    pub fn poll_timeout(&self, now: Instant) -> Duration {
        let dtls = match &self.stage {
            Stage::Handshaking(e) => e.poll_timeout(&PEER),
            _ => None,
        };
        let next = [self.check_at, self.report_at, dtls, self.receiver.poll_timeout()].into_iter().flatten().min();
        next.map_or(Duration::from_millis(500), |t| t.saturating_duration_since(now))
    }

    /// Reads what has arrived and does what is due.
    ///
    /// # Errors
    /// The handshake failed.
    pub fn poll(&mut self, now: Instant) -> Result<Vec<Event>, Failure> {
        let mut events = Vec::new();
        let mut buffer = [0u8; 2_048];
        while let Some(n) = self.line.receive(&mut buffer) {
            self.handle(&buffer[..n], now, &mut events)?;
        }
        self.due(now)?;
        events.extend(self.receiver.take_pictures(now).into_iter().map(Event::Picture));
        Ok(events)
    }

    /// Asks for a key frame.
    pub fn ask_for_key_frame(&mut self) {
        let Some(server) = &self.server else { return };
        let p = PictureLossIndication { sender_ssrc: self.ssrc, media_ssrc: server.ssrc };
        self.send_control(Box::new(p));
    }

    /// Tells what the network carries, in bit/s (REMB).
    pub fn tell_bandwidth(&mut self, bits: u32) {
        let Some(server) = &self.server else { return };
        let p =
            ReceiverEstimatedMaximumBitrate { sender_ssrc: self.ssrc, bitrate: bits as f32, ssrcs: vec![server.ssrc] };
        self.send_control(Box::new(p));
    }

    /// Says goodbye over DTLS.
    pub fn close(&mut self, now: Instant) {
        if let Stage::Connected(c) = &mut self.stage {
            c.endpoint.stop(now, PEER);
            let out: Vec<_> = std::iter::from_fn(|| c.endpoint.poll_transmit()).collect();
            out.iter().for_each(|t| self.send(&t.message));
        }
        self.stage = Stage::Closed;
    }

    /// Sends any datagram from the viewer's own address, for tests with hostile content.
    pub fn send(&self, datagram: &[u8]) {
        if let Some(s) = &self.server {
            self.line.send(datagram, s.address);
        }
    }

    fn send_control(&mut self, packet: Box<dyn Packet>) {
        if let Stage::Connected(c) = &mut self.stage
            && let Ok(plain) = marshal(&[packet])
            && let Ok(sealed) = c.control_out.encrypt_rtcp(&plain)
        {
            self.send(&sealed);
        }
    }

    fn due(&mut self, now: Instant) -> Result<(), Failure> {
        if self.check_at.is_some_and(|t| now >= t) {
            self.send_check()?;
            let pause = if matches!(self.stage, Stage::Checking) { 50 } else { 2_500 };
            self.check_at = (!self.is_closed()).then(|| now + Duration::from_millis(pause));
        }
        if let Stage::Handshaking(e) = &mut self.stage
            && e.poll_timeout(&PEER).is_some_and(|t| now >= t)
        {
            e.handle_timeout(PEER, now)?;
        }
        self.flush_handshake();
        let (Some(server), true) = (&self.server, self.is_connected()) else { return Ok(()) };
        let media_ssrc = server.ssrc;
        let lost = self.receiver.poll_lost(now);
        if !lost.is_empty() {
            let nacks = nack_pairs_from_sequence_numbers(&lost);
            self.send_control(Box::new(TransportLayerNack { sender_ssrc: self.ssrc, media_ssrc, nacks }));
        }
        if self.report_at.is_some_and(|t| now >= t) {
            self.report_at = Some(now + Duration::from_secs(1));
            let report = ReceptionReport {
                ssrc: media_ssrc,
                last_sequence_number: self.receiver.highest() as u32,
                ..Default::default()
            };
            let report = ReceiverReport { ssrc: self.ssrc, reports: vec![report], ..Default::default() };
            self.send_control(Box::new(report));
        }
        Ok(())
    }

    fn send_check(&mut self) -> Result<(), Failure> {
        let Some(server) = &self.server else { return Ok(()) };
        let mut m = Message::new();
        m.new_transaction_id()?;
        let user = format!("{}:{}", server.ufrag, self.ufrag);
        m.build(&[Box::new(BINDING_REQUEST), Box::new(TextAttribute::new(ATTR_USERNAME, user))])?;
        m.add(ATTR_ICE_CONTROLLING, &self.random.to_be_bytes());
        m.add(ATTR_PRIORITY, &1_853_824_767u32.to_be_bytes());
        m.add(ATTR_USE_CANDIDATE, &[]);
        let crypto = self.identity.provider.crypto();
        MessageIntegrity::new_short_term_integrity_with_provider(server.password.clone(), crypto).add_to(&mut m)?;
        FINGERPRINT.add_to(&mut m)?;
        self.send(&m.raw);
        Ok(())
    }

    fn handle(&mut self, datagram: &[u8], now: Instant, events: &mut Vec<Event>) -> Result<(), Failure> {
        match datagram.first() {
            Some(0..=3) => self.handle_stun(datagram, now),
            Some(20..=63) => self.handle_dtls(datagram, now, events),
            Some(128..=191) => {
                let is_control = datagram.get(1).is_some_and(|b| (192..=223).contains(b));
                self.handle_srtp(datagram, is_control, now);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn handle_stun(&mut self, datagram: &[u8], now: Instant) -> Result<(), Failure> {
        let Some(server) = &self.server else { return Ok(()) };
        let mut m = Message::new();
        m.unmarshal_binary(datagram)?;
        MessageIntegrity::check(&mut m, server.password.as_bytes(), self.identity.provider.crypto())?;
        self.answers += u64::from(m.typ == BINDING_SUCCESS);
        if m.typ == BINDING_SUCCESS && matches!(self.stage, Stage::Checking) {
            let mut endpoint = Endpoint::new(PEER, TransportProtocol::UDP, None);
            endpoint.connect(now, PEER, self.dtls_config()?, None)?;
            self.stage = Stage::Handshaking(Box::new(endpoint));
            self.flush_handshake();
        }
        Ok(())
    }

    fn dtls_config(&self) -> Result<Arc<HandshakeConfig>, Failure> {
        Ok(Arc::new(
            ConfigBuilder::default()
                .with_crypto_provider(self.identity.provider.clone())
                .with_certificates(vec![self.identity.certificate.clone()])
                .with_srtp_protection_profiles(self.options.profiles.clone())
                .with_insecure_skip_verify(true)
                .with_flight_interval(Duration::from_millis(300))
                .build(true, None)?,
        ))
    }

    fn flush_handshake(&mut self) {
        if let Stage::Handshaking(endpoint) = &mut self.stage {
            let out: Vec<_> = std::iter::from_fn(|| endpoint.poll_transmit()).collect();
            out.iter().for_each(|t| self.send(&t.message));
        }
    }

    fn handle_dtls(&mut self, datagram: &[u8], now: Instant, events: &mut Vec<Event>) -> Result<(), Failure> {
        let endpoint = match &mut self.stage {
            Stage::Handshaking(e) => e.as_mut(),
            Stage::Connected(c) => &mut c.endpoint,
            _ => return Ok(()),
        };
        let read = endpoint.read(now, PEER, None, BytesMut::from(datagram))?;
        let out: Vec<_> = std::iter::from_fn(|| endpoint.poll_transmit()).collect();
        out.iter().for_each(|t| self.send(&t.message));
        for event in read {
            match event {
                EndpointEvent::HandshakeComplete => {
                    self.connect(now)?;
                    events.push(Event::Connected);
                }
                EndpointEvent::PeerClosed => {
                    self.stage = Stage::Closed;
                    self.check_at = None;
                    self.report_at = None;
                    events.push(Event::Closed);
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn connect(&mut self, now: Instant) -> Result<(), Failure> {
        let Stage::Handshaking(endpoint) = std::mem::replace(&mut self.stage, Stage::Closed) else { return Ok(()) };
        let state = endpoint.get_connection_state(PEER).ok_or("no association")?;
        let shown = state.peer_certificates.first().ok_or("the server showed no certificate")?;
        let digest = ring::digest::digest(&ring::digest::SHA256, shown);
        let wanted = self.server.as_ref().map(|s| s.fingerprint.clone()).unwrap_or_default();
        if digest.as_ref() != wanted {
            return Err("the server's certificate is not the one of its answer".into());
        }
        let profile = match state.srtp_protection_profile() {
            SrtpProtectionProfile::Srtp_Aead_Aes_128_Gcm => ProtectionProfile::AeadAes128Gcm,
            _ => ProtectionProfile::Aes128CmHmacSha1_80,
        };
        let mut config = SrtpConfig { profile, ..Default::default() };
        let material = state.export_keying_material(LABEL_EXTRACTOR_DTLS_SRTP, &[], config.keying_material_len())?;
        config.set_session_keys_from_keying_material(material.as_ref(), state.is_client())?;
        let k = &config.keys;
        let crypto = self.identity.provider.crypto();
        let context = |key: &[u8], salt: &[u8]| Context::new(key, salt, profile, None, None, crypto);
        self.stage = Stage::Connected(Box::new(Connected {
            incoming: context(&k.remote_master_key, &k.remote_master_salt)?,
            control_in: context(&k.remote_master_key, &k.remote_master_salt)?,
            control_out: context(&k.local_master_key, &k.local_master_salt)?,
            endpoint: *endpoint,
        }));
        self.receiver.gcm = matches!(profile, ProtectionProfile::AeadAes128Gcm);
        self.report_at = Some(now + Duration::from_secs(1));
        self.check_at = Some(now + Duration::from_millis(2_500));
        Ok(())
    }

    fn handle_srtp(&mut self, datagram: &[u8], is_control: bool, now: Instant) {
        let (Stage::Connected(c), Some(server)) = (&mut self.stage, &self.server) else { return };
        if is_control {
            if let Ok(plain) = c.control_in.decrypt_rtcp(datagram)
                && let Ok(list) = rtc_rtcp::packet::unmarshal(&mut &plain[..])
            {
                self.goodbyes += list.iter().filter(|p| p.as_any().is::<rtc_rtcp::goodbye::Goodbye>()).count() as u64;
                self.receiver.count_reports(&list);
            }
            return;
        }
        if self.options.lose_percent > 0 {
            self.random ^= self.random << 13;
            self.random ^= self.random >> 7;
            self.random ^= self.random << 17;
            if self.random % 100 < u64::from(self.options.lose_percent) {
                return;
            }
        }
        match c.incoming.decrypt_rtp(datagram) {
            Ok(plain) => self.receiver.handle(plain.freeze(), server, now),
            Err(_) => self.receiver.count_bad(),
        }
    }
}
