//! Running totals of the outlet, written by the shards and read by `/metrics`.

use std::sync::atomic::{AtomicU64, Ordering};

macro_rules! figures {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {
        /// A reading of the outlet's totals; all only grow except `viewers`, `tcp_viewers`,
        /// `tcp_connections` and `slowed`.
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct WebRtcFigures { $($(#[$doc])* pub $name: u64),+ }

        impl WebRtcFigures {
            /// The sum of two readings.
            #[must_use]
            pub fn plus(&self, other: &Self) -> Self {
                WebRtcFigures { $($name: self.$name.saturating_add(other.$name)),+ }
            }
        }

        /// The totals themselves. Relaxed: they are counted, never decided upon.
        #[derive(Debug, Default)]
        pub(super) struct Totals { $(pub(super) $name: AtomicU64),+ }

        impl Totals {
            pub(super) fn read(&self) -> WebRtcFigures {
                WebRtcFigures { $($name: self.$name.load(Ordering::Relaxed)),+ }
            }
        }
    };
}

figures! {
    /// Viewers now, connected or connecting.
    viewers,
    /// Bytes of UDP payload sent as pictures, retransmissions included.
    bytes,
    /// RTP packets sent, retransmissions included.
    packets,
    /// Packets that viewers reported as lost.
    nacked,
    /// Packets sent again.
    retransmitted,
    /// Requests for a key frame (PLI, FIR).
    key_frame_requests,
    /// Packets that the system did not take.
    send_errors,
    /// DTLS handshakes that failed or were never finished.
    handshakes_failed,
    /// Times a viewer fell so far behind that it had to jump to a newer key frame.
    lapped,
    /// Receiver reports that told of loss.
    lossy_reports,
    /// Datagrams that were none of a viewer's.
    stray_datagrams,
    /// Viewers now that get their pictures by TCP.
    tcp_viewers,
    /// TCP connections now, strangers' included.
    tcp_connections,
    /// Datagrams that arrived at another shard's socket and were passed on.
    passed_on,
    /// Viewers now that are sent less than was asked for, because their network carries no more.
    slowed,
    /// Times that a viewer was sent less or more for that.
    level_changes,
    /// CPU time of the shards, microseconds.
    cpu_us,
}

/// Counts one up.
pub(super) fn count(total: &AtomicU64) {
    add(total, 1);
}
/// Counts several up.
pub(super) fn add(total: &AtomicU64, n: u64) {
    total.fetch_add(n, Ordering::Relaxed);
}
