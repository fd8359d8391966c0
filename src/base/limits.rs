//! Bounds on everything that can grow, with what happens at the bound (invariant 5).
//!
//! These are limits of the machine, not rules of the office: working days, retention and the like are dated data.

use std::num::NonZeroU32;
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
/// Server-sent event listeners per account; further ones get 503. Pages that were left count until the next sign of life.
pub const EVENT_LISTENERS_PER_ACCOUNT_MAX: usize = 100;

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
/// A viewer of a camera that is being called waits this long for its first picture, then gets 503.
pub const WHEP_FIRST_PICTURE_MAX: Duration = Duration::from_secs(5);
/// Media lines of one WHEP offer; an offer with more is refused.
pub const WHEP_MEDIA_LINES_MAX: usize = 32;
/// Commands waiting for a WebRTC shard; beyond it new viewers get 503.
pub const WHEP_COMMANDS_MAX: usize = 1_024;
/// Ended views waiting to be recorded; further ones wait in the shard, where they count as viewers.
pub const WHEP_ENDS_QUEUED_MAX: usize = 1_024;
/// Network addresses of one viewer that have passed the connectivity check; the oldest goes.
pub const WHEP_REMOTES_MAX: usize = 8;
/// DTLS datagrams of one viewer before it is connected; further ones are ignored.
pub const WHEP_HANDSHAKE_DATAGRAMS_MAX: usize = 256;
/// Senders of control packets (RTCP SSRC) of one viewer; further ones are ignored.
pub const WHEP_REPORTERS_MAX: usize = 16;
/// Forged control packets from unknown senders of one viewer; beyond it only known senders are listened to.
pub const WHEP_STRANGERS_MAX: usize = 256;
/// Access units whose packets a viewer can ask for again; older ones are not sent again.
pub const WHEP_RESENDABLE_UNITS_MAX: usize = 256;
/// Packets sent again to one viewer per second; further requests in that second are ignored.
pub const WHEP_RESENT_PER_SECOND_MAX: u32 = 2_000;
/// Probing an address takes at most this long.
pub const PROBE_MAX: Duration = Duration::from_secs(5);
/// Probes at once per node; further ones wait their turn.
pub const PROBES_AT_ONCE_MAX: usize = 4;
/// No access unit for this long: the stream is lost and is connected anew.
pub const INGEST_SILENCE_MAX: Duration = Duration::from_secs(8);
/// Longest pause between two attempts to reach a camera.
pub const INGEST_BACKOFF_MAX: Duration = Duration::from_secs(30);
/// Longest pause while the camera was live less than [`INGEST_RECENT_MAX`] ago: it is probably restarting.
pub const INGEST_BACKOFF_RECENT_MAX: Duration = Duration::from_secs(3);
/// How long a lost camera is looked for at short pauses.
pub const INGEST_RECENT_MAX: Duration = Duration::from_secs(10 * 60);
/// From resolving the name to the answer to PLAY; then the attempt has failed with "no answer in time".
pub const INGEST_HANDSHAKE_MAX: Duration = Duration::from_secs(8);
/// Handshakes with cameras at once; further ones wait their turn.
pub const INGEST_HANDSHAKES_AT_ONCE_MAX: usize = 32;
/// Handshakes at once with cameras that did not answer last time: apart, so that they never hold up those that do.
pub const INGEST_DOUBTFUL_HANDSHAKES_AT_ONCE_MAX: usize = 16;
/// Unfinished TEARDOWNs of one source; beyond that no further ones are sent, the camera's own timeout must do.
pub const INGEST_TEARDOWNS_MAX: usize = 4;
/// Media descriptions of one SDP that are looked at; further ones are ignored.
pub const SDP_MEDIA_MAX: usize = 32;
/// Neighbouring addresses tried for a camera's small stream during one probe.
pub const PROBE_NEIGHBOURS_MAX: usize = 3;

/// RTSP viewers (connections) per server; further ones get 503 and are closed.
pub const RTSP_CONNECTIONS_MAX: usize = 2_000;
/// Bytes of one RTSP request's head, and of its body; larger ones get 400 and the connection is closed.
pub const RTSP_HEAD_BYTES_MAX: usize = 16 * 1024;
/// Header lines of one RTSP request.
pub const RTSP_HEADERS_MAX: usize = 64;
/// Tracks that one RTSP viewer may set up.
pub const RTSP_TRACKS_MAX: usize = 4;
/// An RTSP viewer that has not been heard for this long is gone; told in the `Session` header.
pub const RTSP_SILENCE_MAX: Duration = Duration::from_secs(60);
/// An RTSP viewer that takes nothing for this long is gone.
pub const RTSP_WRITE_MAX: Duration = Duration::from_secs(15);
/// DESCRIBE waits this long for a track's first picture, then answers 503.
pub const RTSP_FIRST_PICTURE_MAX: Duration = Duration::from_secs(3);
/// Simulated cameras in one simulation; further ones are refused with a sentence.
pub const SIMULATED_CAMERAS_MAX: usize = 1_000;

// ---- sign-in ----------------------------------------------------------------------------------------------------

/// How long the one-time set-up address is good.
pub const SETUP_TOKEN_LIFE: Duration = Duration::from_secs(60 * 60);
/// A sign-in ends after this long without use.
pub const LOGIN_IDLE_MAX: Duration = Duration::from_secs(12 * 60 * 60);
/// A sign-in ends after this long in any case.
pub const LOGIN_LIFE_MAX: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// A live lease ends after this long; the player asks for the next one by itself.
pub const LIVE_LEASE_LIFE: Duration = Duration::from_secs(12 * 60 * 60);
/// A lease that nobody has in hands any more and whose view's end nobody told is ended after this long.
pub const LEASE_UNHELD_MAX: Duration = Duration::from_secs(60);
/// Names, and addresses, whose failed sign-ins are remembered; at the bound the oldest are forgotten.
pub const LOCKOUT_ENTRIES_MAX: usize = 20_000;
/// Leases in force per node; further ones are refused with a sentence.
pub const LEASES_MAX: usize = 8_000;
/// Entries of the small tables in memory that spare the audit repeats (who read it this hour, who was refused this
/// minute) and that know when sign-ins and tokens were last used; at the bound the oldest are forgotten.
pub const RECENT_ENTRIES_MAX: usize = 200_000;
/// Password hashings at once (46 MiB each); others wait.
pub const PASSWORD_HASHES_AT_ONCE_MAX: usize = 2;

// ---- the web's doors --------------------------------------------------------------------------------------------

/// Sign-in attempts per address: this many at once, then one per period; further ones get 429 with `Retry-After`.
pub const SIGN_IN_RATE: (NonZeroU32, Duration) = (NonZeroU32::MIN.saturating_add(29), Duration::from_secs(2));
/// Requests for the set-up page per address: as [`SIGN_IN_RATE`].
pub const SET_UP_RATE: (NonZeroU32, Duration) = (NonZeroU32::MIN.saturating_add(19), Duration::from_secs(3));
/// Probes of camera addresses per address: as [`SIGN_IN_RATE`].
pub const PROBE_RATE: (NonZeroU32, Duration) = (NonZeroU32::MIN.saturating_add(19), Duration::from_secs(1));
/// Addresses that one brake remembers; at the bound those that are free again are forgotten, and if none is, new
/// addresses get 429.
pub const BRAKED_ADDRESSES_MAX: usize = 20_000;
/// Sign-ins, set-ups and password changes under way at once; further ones get 503 (each waits for its hashing).
pub const PASSWORD_REQUESTS_AT_ONCE_MAX: usize = 16;
/// A request's head has come after this long, or the connection is closed with 408.
pub const REQUEST_HEAD_MAX: Duration = Duration::from_secs(10);
/// A request's body has come after this long, or it is answered with 408.
pub const REQUEST_BODY_MAX: Duration = Duration::from_secs(20);
/// Fields of one form; further ones are refused.
pub const FORM_FIELDS_MAX: usize = 100;
/// HTTP connections per listening worker; further ones wait in the system's queue.
pub const CONNECTIONS_PER_WORKER_MAX: usize = 5_000;
/// Events that a slow listener may be behind; beyond that it is told to read everything anew.
pub const EVENTS_BEHIND_MAX: usize = 1_024;
/// Time between two signs of life of an event stream; also how soon it notices an ended sign-in at the latest.
pub const EVENT_HEARTBEAT: Duration = Duration::from_secs(15);

// ---- the store --------------------------------------------------------------------------------------------------

/// Writes that wait for the writer thread; further ones are refused at once ("try again in a moment").
pub const STORE_QUEUE_MAX: usize = 1_024;
/// Writes that share one commit; further ones wait for the next.
pub const STORE_BATCH_MAX: usize = 256;
/// Bytes after which a commit takes no further write along.
pub const STORE_BATCH_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Pages of the store kept in memory, in bytes; older ones are read from the file again.
pub const STORE_CACHE_BYTES: usize = 32 * 1024 * 1024;
/// Largest stored record, in bytes of JSON; larger ones are refused.
pub const RECORD_BYTES_MAX: usize = 256 * 1024;
/// Longest primary key of a record, in bytes; records with longer ones are refused.
pub const KEY_BYTES_MAX: usize = 1_024;
/// Facts of one audit entry; further ones are left out.
pub const AUDIT_FACTS_MAX: usize = 64;
/// Audit entries looked at for one page; then the page ends, with a cursor to go on from.
pub const AUDIT_SCAN_MAX: usize = 5_000;
/// Different persons or acts that are looked through to find those a filter means; with more, the audit is walked entry
/// by entry.
pub const AUDIT_TEXTS_MAX: usize = 1_000;
/// Longest line of an audit export that is read, in bytes; a longer one is not an entry. Above what the bounds of an
/// entry's texts allow, escaped sixfold.
pub const AUDIT_LINE_BYTES_MAX: u64 = 1024 * 1024;
/// Daily copies of the store that are kept; older ones are removed.
pub const DAILY_BACKUPS_MAX: usize = 14;
