//! Bounds on everything that can grow, with what happens at the bound (invariant 5).
//!
//! These are limits of the machine, not rules of the office: working days, retention and the like are dated data.

use std::time::Duration;

// ---- text from outside: refused with a sentence naming the field -------------------------------------------------

/// Longest name of a camera, unit, area or person, in bytes of UTF-8.
pub const NAME_BYTES_MAX: usize = 400;
/// Longest camera code, in bytes.
pub const CODE_BYTES_MAX: usize = 64;
/// Longest camera address (RTSP URL), in bytes.
pub const URL_BYTES_MAX: usize = 2_048;
/// Longest camera user name or password, in bytes.
pub const CREDENTIAL_BYTES_MAX: usize = 256;
/// Longest password of an account, in bytes (argon2 hashes all of it; longer input would be a way to burn CPU).
pub const PASSWORD_BYTES_MAX: usize = 512;
/// Longest JSON or form body, in bytes; answered with 413.
pub const BODY_BYTES_MAX: usize = 256 * 1024;
/// Longest SDP offer, in bytes; answered with 413.
pub const SDP_BYTES_MAX: usize = 64 * 1024;
/// Longest search text, in bytes; the rest is ignored.
pub const QUERY_BYTES_MAX: usize = 200;
/// Longest free text in an audit entry's facts, in bytes; cut with "…".
pub const AUDIT_FACT_BYTES_MAX: usize = 1_000;

// ---- catalogue and pages ----------------------------------------------------------------------------------------

/// Cameras on one node; further ones are refused with a sentence.
pub const CAMERAS_MAX: usize = 100_000;
/// Accounts on one node.
pub const ACCOUNTS_MAX: usize = 10_000;
/// Sign-ins at once per account; the oldest ends.
pub const LOGIN_SESSIONS_PER_ACCOUNT_MAX: usize = 20;
/// Bearer tokens per account; further ones are refused.
pub const TOKENS_PER_ACCOUNT_MAX: usize = 20;
/// Rows of one page of a list when the caller does not say.
pub const PAGE_ROWS_DEFAULT: usize = 50;
/// Rows of one page of a list at most; larger wishes are cut to it.
pub const PAGE_ROWS_MAX: usize = 500;
/// Server-sent event listeners per node; further ones get 503.
pub const EVENT_LISTENERS_MAX: usize = 2_000;

// ---- media ------------------------------------------------------------------------------------------------------

/// Bytes held by one track's ring; older groups of pictures go first. A single group larger than this is cut: the
/// ring then has no random access point until the next one.
pub const RING_BYTES_MAX: usize = 32 * 1024 * 1024;
/// Access units held by one track's ring.
pub const RING_UNITS_MAX: usize = 2_048;
/// Largest access unit that is accepted from a camera; larger ones are dropped and counted.
pub const ACCESS_UNIT_BYTES_MAX: usize = 8 * 1024 * 1024;
/// WHEP viewers per node; further ones get 503 with a sentence.
pub const WHEP_VIEWERS_MAX: usize = 4_000;
/// WHEP viewers per account.
pub const WHEP_VIEWERS_PER_ACCOUNT_MAX: usize = 200;
/// A viewer that has not been heard (STUN consent, RFC 7675) for this long is gone.
pub const WHEP_SILENCE_MAX: Duration = Duration::from_secs(25);
/// A viewer that has not finished connecting after this long is gone.
pub const WHEP_CONNECT_MAX: Duration = Duration::from_secs(15);
/// Probing an address takes at most this long.
pub const PROBE_MAX: Duration = Duration::from_secs(5);
/// Probes at once per node; further ones wait their turn.
pub const PROBES_AT_ONCE_MAX: usize = 4;
/// No access unit for this long: the stream is lost and is connected anew.
pub const INGEST_SILENCE_MAX: Duration = Duration::from_secs(8);
/// Longest pause between two attempts to reach a camera.
pub const INGEST_BACKOFF_MAX: Duration = Duration::from_secs(30);

// ---- sign-in ----------------------------------------------------------------------------------------------------

/// How long the one-time set-up address is good.
pub const SETUP_TOKEN_LIFE: Duration = Duration::from_secs(60 * 60);
/// A sign-in ends after this long without use.
pub const LOGIN_IDLE_MAX: Duration = Duration::from_secs(12 * 60 * 60);
/// A sign-in ends after this long in any case.
pub const LOGIN_LIFE_MAX: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// A live lease ends after this long; the player asks for the next one by itself.
pub const LIVE_LEASE_LIFE: Duration = Duration::from_secs(12 * 60 * 60);
/// Password hashings at once (46 MiB each); others wait.
pub const PASSWORD_HASHES_AT_ONCE_MAX: usize = 2;
