//! Typed identifiers: a camera's id cannot be given where an account's is wanted.
//!
//! All are UUIDs. Randomness and time come in as arguments ([`CameraId::from_parts`]), so that pure rooms stay pure.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A time-ordered id (UUID version 7, RFC 9562 §5.7) from milliseconds since 1970 and ten random bytes.
            pub fn from_parts(unix_ms: u64, random: [u8; 10]) -> Self {
                Self(uuid::Builder::from_unix_timestamp_millis(unix_ms, &random).into_uuid())
            }
            /// From sixteen stored bytes.
            pub fn from_bytes(bytes: [u8; 16]) -> Self { Self(Uuid::from_bytes(bytes)) }
            /// As sixteen bytes, for storing; byte order equals creation order.
            pub fn to_bytes(self) -> [u8; 16] { self.0.into_bytes() }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { self.0.hyphenated().fmt(f) }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { write!(f, "{}({})", stringify!($name), self.0) }
        }
        impl FromStr for $name {
            type Err = ();
            fn from_str(s: &str) -> Result<Self, ()> { Uuid::try_parse(s).map(Self).map_err(|_| ()) }
        }
    )+};
}

id! {
    /// A camera; stays with it for life, also when the device is replaced (A22.6).
    CameraId,
    /// A person's or a service's account.
    AccountId,
    /// A unit (đơn vị) that manages cameras or uses their data.
    UnitId,
    /// An area (địa bàn).
    AreaId,
    /// An entry of a register: a sector, a purpose, a place category …
    ItemId,
    /// A paper that something rests on (consent, agreement, decision), or a file kept with a record.
    DocumentId,
    /// A mounting asset shared by cameras: a pole, a cabinet (A15.2).
    AssetId,
    /// A right that was given (quyền được cấp).
    GrantId,
    /// A saved list of cameras (danh sách camera) that rights are given by.
    CameraListId,
    /// A saved layout of live pictures (bố cục).
    LayoutId,
    /// A request for a right.
    RequestId,
    /// A review of accounts (rà soát tài khoản, A19.4).
    ReviewId,
    /// Long work in the background: an import, a bulk change.
    JobId,
    /// One right in force.
    LeaseId,
    /// One sign-in of one browser.
    LoginSessionId,
    /// One bearer token of an account.
    TokenId,
    /// One WHEP playback (draft-ietf-wish-whep), named in its `Location`.
    WhepSessionId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_ids_sort_later_and_round_trip() {
        let a = CameraId::from_parts(1, [255; 10]);
        let b = CameraId::from_parts(2, [0; 10]);
        assert!(a < b && a.to_bytes() < b.to_bytes());
        assert_eq!(a.to_string().parse(), Ok(a));
        assert_eq!(CameraId::from_bytes(b.to_bytes()), b);
        assert!("not-an-id".parse::<CameraId>().is_err());
    }
}
