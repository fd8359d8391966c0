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
/// Longest telephone number or e-mail address, in bytes.
pub const CONTACT_BYTES_MAX: usize = 200;
/// Longest JSON or form body, in bytes; answered with 413.
pub const BODY_BYTES_MAX: usize = 256 * 1024;
/// Longest SDP offer, in bytes; answered with 413.
pub const SDP_BYTES_MAX: usize = 64 * 1024;
/// Longest search text, in bytes; the rest is ignored.
pub const QUERY_BYTES_MAX: usize = 200;
/// Longest free text in an audit entry's facts, in bytes; cut with "…".
pub const AUDIT_FACT_BYTES_MAX: usize = 1_000;

// ---- areas, units, registers: further ones are refused with a sentence ------------------------------------------

/// Areas on one node, former ones included.
pub const AREAS_MAX: usize = 20_000;
/// Units on one node, ended ones included.
pub const UNITS_MAX: usize = 20_000;
/// Entries of all registers together, ended ones included.
pub const REGISTER_ITEMS_MAX: usize = 5_000;
/// Former names of one area, and areas that one became.
pub const AREA_NAMES_MAX: usize = 64;
/// Longest code of an area, unit or entry of a register, in bytes.
pub const REGISTER_CODE_BYTES_MAX: usize = 40;
/// Cameras that one handover moves in one transaction; more are moved in several, behind one job.
pub const HANDOVER_CHUNK: usize = 1_000;
/// Things that the undo of a handover leaves as they are and that are named one by one; further ones are counted.
pub const HANDOVER_KEPT_NAMED_MAX: usize = 200;

// ---- catalogue and pages ----------------------------------------------------------------------------------------

/// Cameras on one node; further ones are refused with a sentence.
pub const CAMERAS_MAX: usize = 100_000;
/// Accounts on one node.
pub const ACCOUNTS_MAX: usize = 10_000;
/// Sign-ins at once per account; the oldest ends.
pub const LOGIN_SESSIONS_PER_ACCOUNT_MAX: usize = 20;
/// Bearer tokens per account; further ones are refused.
pub const TOKENS_PER_ACCOUNT_MAX: usize = 20;
/// Networks in one list of a rule about sign-ins, or of one token.
pub const NETWORKS_MAX: usize = 200;
/// Networks, and browsers, that are remembered of one account; the one used longest ago is forgotten.
pub const KNOWN_ORIGINS_MAX: usize = 50;
/// Sign-ins and failures of one account that are kept for its history; the oldest go.
pub const SIGN_IN_HISTORY_MAX: usize = 500;
/// Sign-ins that have given the password and still owe the code; at the bound the oldest begin anew.
pub const HALF_SIGN_INS_MAX: usize = 5_000;
/// Wrong codes in one sign-in; then it begins anew with the password.
pub const CODE_TRIES_MAX: u32 = 5;
/// Reviews of accounts that run at once; further ones are refused.
pub const REVIEWS_OPEN_MAX: usize = 20;
/// Longest reason or remark, in bytes of UTF-8.
pub const REMARK_BYTES_MAX: usize = 1_000;
/// Mounting assets (poles, cabinets) on one node; further ones are refused with a sentence.
pub const ASSETS_MAX: usize = 100_000;
/// Documents on one node; further ones are refused with a sentence.
pub const DOCUMENTS_MAX: usize = 300_000;
/// Largest file kept with a document, in bytes; larger ones are refused.
pub const FILE_BYTES_MAX: usize = 20 * 1024 * 1024;
/// A file that no document names is removed after this long: an upload may still be on its way to its document.
pub const FILE_ORPHAN_LIFE: Duration = Duration::from_secs(24 * 60 * 60);
/// Cameras near a view that are measured for a common view; of more, those that come first are.
pub const OVERLAP_NEIGHBOURS_MAX: usize = 2_000;
/// Pairs of cameras with a common view that a report holds; beyond it, those that share least are left out.
pub const OVERLAP_PAIRS_MAX: usize = 50_000;
/// Entries of one list in a camera's record (other names, purposes, documents, former devices); further ones are refused.
pub const LIST_ITEMS_MAX: usize = 50;
/// Rows of one page of a list when the caller does not say.
pub const PAGE_ROWS_DEFAULT: usize = 50;
/// Rows of one page of a list at most; larger wishes are cut to it.
pub const PAGE_ROWS_MAX: usize = 500;
/// Server-sent event listeners per node; further ones get 503.
pub const EVENT_LISTENERS_MAX: usize = 2_000;
/// Server-sent event listeners per account; further ones get 503. Pages that were left count until the next sign of life.
pub const EVENT_LISTENERS_PER_ACCOUNT_MAX: usize = 100;

// ---- search and map --------------------------------------------------------------------------------------------

/// Words of one search; the rest is ignored.
pub const QUERY_WORDS_MAX: usize = 12;
/// Hits of one kind in one answer of the search; larger wishes are cut to it.
pub const SEARCH_HITS_MAX: usize = 50;
/// Corners of a polygon drawn on the map; one with more is refused.
pub const SHAPE_CORNERS_MAX: usize = 200;
/// Cameras of one answer for the map; where more match, they are counted by cells of a grid instead.
pub const MAP_CAMERAS_MAX: usize = 20_000;
/// Cells along each side of that grid.
pub const MAP_CELLS_PER_SIDE: usize = 48;
/// Files in the folder of maps that are offered; further ones are not listed.
pub const MAP_FILES_MAX: usize = 50;
/// Largest file of outlines that is sent to a browser, in bytes; a larger one is not offered.
pub const MAP_OUTLINES_BYTES_MAX: u64 = 32 * 1024 * 1024;
/// What an account may see is kept for so many accounts; the one not asked for longest goes.
pub const SIGHTS_KEPT_MAX: usize = 256;

// ---- import, export, long work ---------------------------------------------------------------------------------

/// Largest file that is imported, in bytes; larger ones are refused.
pub const IMPORT_BYTES_MAX: usize = FILE_BYTES_MAX;
/// What such a file may unpack to, in bytes; beyond it the file is refused.
pub const IMPORT_EXPANDED_BYTES_MAX: usize = 256 * 1024 * 1024;
/// Cells of one imported file; a file with more is refused.
pub const IMPORT_CELLS_MAX: usize = 4_000_000;
/// Text of one imported file, in bytes; a file with more is refused.
pub const IMPORT_TEXT_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Longest text of one cell, in bytes; a file with a longer one is refused, naming the cell.
pub const IMPORT_CELL_BYTES_MAX: usize = 16 * 1024;
/// Rows of an import that share one transaction: other changes come between.
pub const IMPORT_BATCH_ROWS: usize = 100;
/// Faults of one row that are kept; further ones are found when these are mended.
pub const IMPORT_FAULTS_PER_ROW_MAX: usize = 20;
/// Names that a list has and no register knows, remembered while it is read; further ones are looked for each time.
pub const UNKNOWN_NAMES_MAX: usize = 10_000;
/// Files in the folder `inbox` that are looked at in one go; further ones are found when these are done.
pub const INBOX_FILES_MAX: usize = 1_000;
/// Files, each with its report, that are kept in `inbox/done` and in `inbox/failed`; the oldest go.
pub const INBOX_KEPT_MAX: usize = 200;
/// Long works (imports, bulk changes) that are kept with their rows; the oldest finished ones go.
pub const JOBS_KEPT_MAX: usize = 100;
/// Long works that run at once; further ones are refused with a sentence.
pub const JOBS_RUNNING_MAX: usize = 4;

/// Choices of one list of a filter bar; further ones are found by search.
pub const CHOICES_MAX: usize = 600;

// ---- media ------------------------------------------------------------------------------------------------------

/// Bytes held by one track's ring; older groups of pictures go first. A single group larger than this is cut: the
/// ring then has no random access point until the next one.
pub const RING_BYTES_MAX: usize = 32 * 1024 * 1024;
/// Access units held by one track's ring.
pub const RING_UNITS_MAX: usize = 2_048;
/// Largest access unit that is accepted from a camera; larger ones are dropped and counted.
pub const ACCESS_UNIT_BYTES_MAX: usize = 8 * 1024 * 1024;
/// NAL units of one access unit; with more it is dropped and counted. Each costs memory beyond its bytes.
pub const ACCESS_UNIT_NALS_MAX: usize = 2_048;
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
/// Threads that send pictures, whatever the number of cores.
pub const WEBRTC_SHARDS_MAX: usize = 16;
/// TCP connections of viewers per node; further ones are closed at once.
pub const WEBRTC_TCP_MAX: usize = 4_096;
/// Of these, connections that have not shown whose they are …
pub const WEBRTC_TCP_STRANGERS_MAX: usize = 256;
/// … and how long they may take to do so.
pub const WEBRTC_TCP_STRANGER_MAX: Duration = Duration::from_secs(5);
/// Addresses that a shard remembers to belong to another one's viewers.
pub const WEBRTC_ELSEWHERE_MAX: usize = 8_192;
/// A player of fragmented MP4 is asked for a sign of life this often …
pub const MSE_PING: Duration = Duration::from_secs(10);
/// … and given up after this long without one …
pub const MSE_SILENCE_MAX: Duration = Duration::from_secs(35);
/// … or when it takes no message for this long.
pub const MSE_SEND_MAX: Duration = Duration::from_secs(15);
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
pub const INGEST_BACKOFF_RECENT_MAX: Duration = Duration::from_secs(2);
/// How long a lost camera is looked for at short pauses.
pub const INGEST_RECENT_MAX: Duration = Duration::from_secs(10 * 60);
/// A TCP connection to a camera is there after so long, or is tried anew: long enough for three tries of the system and for
/// its word that nobody has this address, short enough to notice soon that the camera is back.
pub const INGEST_CONNECT_MAX: Duration = Duration::from_millis(3_500);
/// From resolving the name to the answer to PLAY; then the attempt has failed with "no answer in time".
pub const INGEST_HANDSHAKE_MAX: Duration = Duration::from_secs(8);
/// Bytes of the head of one RTSP message of a camera (first line and header lines, complete or not); with more the
/// camera is left, with a fault that says so, and tried again at growing pauses. The same holds for the next five.
pub const INGEST_HEAD_BYTES_MAX: usize = 16 * 1024;
/// Header lines of one RTSP message of a camera.
pub const INGEST_HEADER_LINES_MAX: usize = 128;
/// Bytes of the body of one RTSP message of a camera, as soon as it is announced; real session descriptions have some
/// thousands.
pub const INGEST_BODY_BYTES_MAX: usize = 64 * 1024;
/// Bytes in a row that nobody asked for: channels that were not set up, requests, empty lines.
pub const INGEST_UNASKED_BYTES_MAX: u64 = 4 * 1024 * 1024;
/// Bytes a second of one camera stream, on average over two seconds; 268 Mbit/s, more than any camera's picture needs.
pub const INGEST_BYTES_PER_SECOND_MAX: u64 = 32 * 1024 * 1024;
/// Bytes of one picture that has not ended, after which no end is waited for; see [`ACCESS_UNIT_BYTES_MAX`].
pub const INGEST_PICTURE_BYTES_MAX: usize = 2 * ACCESS_UNIT_BYTES_MAX;
/// A handshake that fails after more than this counts as one with a camera that does not answer: the next one waits its
/// turn among those.
pub const INGEST_HANDSHAKE_SLOW: Duration = Duration::from_secs(3);
/// Handshakes with cameras at once; further ones wait their turn.
pub const INGEST_HANDSHAKES_AT_ONCE_MAX: usize = 32;
/// Handshakes at once with cameras that did not answer last time: apart, so that they never hold up those that do. Many,
/// because waiting for a dead camera costs a socket only, and hundreds of them should not wait long for each other; not more,
/// because sockets count, too (1,024 for a process started by hand).
pub const INGEST_DOUBTFUL_HANDSHAKES_AT_ONCE_MAX: usize = 256;
/// Unfinished TEARDOWNs of one source; beyond that no further ones are sent, the camera's own timeout must do.
pub const INGEST_TEARDOWNS_MAX: usize = 4;
/// TEARDOWN of a session is tried this long at most, however long the camera says it keeps the session.
pub const INGEST_TEARDOWN_MAX: Duration = Duration::from_secs(120);
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
/// RTSP connections from one network address; further ones get 503 and are closed.
pub const RTSP_CONNECTIONS_PER_ADDRESS_MAX: usize = 1_000;
/// A connection to the node's RTSP server that has not shown a right to anything after this long is closed; a TLS
/// handshake takes no longer either.
pub const RTSP_SIGN_IN_MAX: Duration = Duration::from_secs(20);
/// Wrong secrets on one RTSP connection; then it is closed.
pub const RTSP_WRONG_SECRETS_MAX: u32 = 8;
/// Wrong secrets from one network address: this many at once, then one per period; what is beyond gets 503.
pub const RTSP_WRONG_SECRETS_RATE: (NonZeroU32, Duration) =
    (NonZeroU32::MIN.saturating_add(29), Duration::from_secs(2));
/// A nonce of Digest sign-in is good for this long; then the player is given another (`stale`).
pub const RTSP_NONCE_LIFE: Duration = Duration::from_secs(5 * 60);
/// How soon a running RTSP picture notices that its right has ended, at the latest; see [`RIGHTS_SWEEP`].
pub const RTSP_LEASE_LOOK: Duration = Duration::from_millis(250);
/// Ended RTSP views waiting to be recorded; what is beyond is put on record a minute later, without its bytes.
pub const RTSP_ENDS_QUEUED_MAX: usize = 4_000;

/// Pixels across of a snapshot that may be asked for.
pub const SNAPSHOT_WIDTH: (u32, u32) = (16, 4_096);
/// Pixels of a key frame that is decoded for a snapshot (12 million); larger ones are refused before anything is decoded.
pub const SNAPSHOT_PIXELS_MAX: u32 = 4_096 * 3_072;
/// Key frames decoded at once for snapshots; further askers wait their turn.
pub const SNAPSHOTS_AT_ONCE_MAX: usize = 2;
/// Askers that wait for a snapshot at once; further ones get 503.
pub const SNAPSHOTS_WAITING_MAX: usize = 256;
/// An asker waits this long for its turn and the decoder, then gets 503.
pub const SNAPSHOT_WAIT_MAX: Duration = Duration::from_secs(8);
/// Bytes of decoded pictures and JPEGs that are kept for the next asker; those longest unused go first.
pub const SNAPSHOT_HELD_BYTES_MAX: usize = 48 * 1024 * 1024;
/// Sizes of one picture that are kept; the oldest goes first.
pub const SNAPSHOT_SIZES_MAX: usize = 4;
/// Snapshots of one camera by the same sign-in or token within this time are one on record.
pub const SNAPSHOT_RECORD_PERIOD: Duration = Duration::from_secs(5 * 60);
/// Simulated cameras in one simulation; further ones are refused with a sentence.
pub const SIMULATED_CAMERAS_MAX: usize = 1_000;

// ---- sign-in ----------------------------------------------------------------------------------------------------

/// How long the one-time set-up address is good.
pub const SETUP_TOKEN_LIFE: Duration = Duration::from_secs(60 * 60);
/// The code of the second factor is given within this time after the password.
pub const HALF_SIGN_IN_LIFE: Duration = Duration::from_secs(5 * 60);
/// A second factor that was shown is confirmed within this time.
pub const ENROLMENT_LIFE: Duration = Duration::from_secs(15 * 60);
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

// ---- rights -----------------------------------------------------------------------------------------------------

/// Steps up a tree of areas or units that a decision takes; what lies deeper is not within the upper ones.
pub const TREE_DEPTH_MAX: usize = 32;
/// Grants on the node; further ones are refused until old ones are cleared away.
pub const GRANTS_MAX: usize = 200_000;
/// Grants of one holder that are in force or to come; further ones are refused.
pub const GRANTS_PER_HOLDER_MAX: usize = 2_000;
/// Entries of one scope, over all its parts.
pub const SCOPE_PARTS_MAX: usize = 500;
/// Saved lists of cameras on the node; further ones are refused.
pub const CAMERA_LISTS_MAX: usize = 2_000;
/// Cameras of one saved list; further ones are refused.
pub const LIST_CAMERAS_MAX: usize = 2_000;
/// Saved layouts of live pictures on the node; further ones are refused.
pub const LAYOUTS_MAX: u64 = 20_000;
/// Layouts of one person, and of one unit; further ones are refused.
pub const LAYOUTS_PER_OWNER_MAX: usize = 50;
/// Longest name of a layout, in bytes.
pub const LAYOUT_NAME_BYTES_MAX: usize = 120;
/// Tiles of one layout over all its pages (ten of the largest grid), and favourite cameras of one person.
pub const LAYOUT_CAMERAS_MAX: usize = 250;
/// Seconds that a page of a tour may stay.
pub const LAYOUT_TOUR_SECONDS: std::ops::RangeInclusive<u32> = 5..=3_600;
/// Layouts of one tour.
pub const LAYOUT_TOUR_STOPS_MAX: usize = 24;
/// Weekly shifts of one grant.
pub const SHIFTS_MAX: usize = 21;
/// How often a right may be handed on, each time within the one before.
pub const GRANT_CHAIN_MAX: usize = 4;
/// Requests of one account that wait for a decision; further ones are refused.
pub const OPEN_REQUESTS_PER_ACCOUNT_MAX: usize = 50;
/// Compiled rights kept in memory, one for each account; at the bound all are compiled anew as they are asked for.
pub const STANDINGS_MAX: usize = 20_000;
/// Accounts for which it is kept in memory which cameras they see (one bit for each camera); at the bound all are found out
/// anew as they ask.
pub const SIGHTS_MAX: usize = 2_000;
/// How often it is put on record which grants end soon or have run out. Their end itself waits for nothing.
pub const GRANT_NOTES_PERIOD: Duration = Duration::from_secs(60);
/// How soon a running picture stops after its right has ended, at the latest.
pub const RIGHTS_SWEEP: Duration = Duration::from_millis(500);

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
/// A body with a file has come after this long, or it is answered with 408.
pub const UPLOAD_BODY_MAX: Duration = Duration::from_secs(5 * 60);
/// Bodies with a file under way at once (each in memory); further ones get 503.
pub const UPLOADS_AT_ONCE_MAX: usize = 8;
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
/// Other subjects of one audit entry; further ones are left out.
pub const AUDIT_SUBJECTS_MAX: usize = 32;
/// Audit entries looked at for one page; then the page ends, with a cursor to go on from.
pub const AUDIT_SCAN_MAX: usize = 4_000;
/// Different persons or acts that are looked through to find those a filter means; with more, the audit is walked entry
/// by entry.
pub const AUDIT_TEXTS_MAX: usize = 1_000;
/// Persons, or subjects, whose entries are walked side by side for one filter; with more, as above.
pub const AUDIT_RUNS_MAX: usize = 500;
/// Signatures of other nodes on one checkpoint of the audit; further ones are refused.
pub const COUNTERSIGNATURES_MAX: usize = 8;
/// Checkpoints of one archive of old entries; what is beyond goes into the next.
pub const ARCHIVE_CHECKPOINTS_MAX: usize = 50_000;
/// Old entries that are taken away at once, so that other writes get their turn.
pub const AUDIT_PRUNED_AT_ONCE: u64 = 500;
/// Longest line of an audit export that is read, in bytes; a longer one is not an entry. Above what the bounds of an
/// entry's texts allow, escaped sixfold.
pub const AUDIT_LINE_BYTES_MAX: u64 = 4 * 1024 * 1024;
/// Daily copies of the store that are kept; older ones are removed.
pub const DAILY_BACKUPS_MAX: usize = 14;
