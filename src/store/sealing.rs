//! Secrets at rest.
//!
//! Here: the sealing key file and XChaCha20-Poly1305 (RFC 8439 with the extended nonce) with the secret's place as
//! associated data, so that a sealed secret moved to another record does not open. Not here: which secrets there are.

use crate::encoding::joined;
use crate::record::{Record, RecordKey};
use crate::{StoreError, disk};
use base::Secret;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 24;
/// Version of a sealed secret: this byte, the nonce, the ciphertext with its tag.
const SEAL_FORMAT: u8 = 1;

/// The place of a secret: part of what is authenticated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretKey {
    pub(crate) table: &'static str,
    pub(crate) id: Vec<u8>,
    pub(crate) field: &'static str,
    /// Of a record that may change without an audit entry.
    pub(crate) quiet: bool,
}

impl SecretKey {
    /// The secret `field` of the record of `T` with this key. Goes when the record is removed.
    pub fn of<T: Record>(key: &T::Key, field: &'static str) -> Self {
        Self { table: T::TABLE, id: key.key_bytes(), field, quiet: T::HOUSEKEEPING }
    }
    /// Its stored key, which is also what is authenticated.
    pub(crate) fn place(&self) -> Result<Vec<u8>, StoreError> {
        joined(self.table, &[self.table.as_bytes(), &self.id, self.field.as_bytes()])
    }
}

/// The node's sealing key.
pub(crate) struct Sealing(XChaCha20Poly1305);

/// Where the sealing key of a data folder is.
pub(crate) fn key_path(dir: &Path) -> PathBuf {
    dir.join("keys").join("sealing.key")
}

impl Sealing {
    /// Reads the key file; `None` if there is none.
    pub(crate) fn read(path: &Path) -> Result<Option<Self>, StoreError> {
        use std::os::unix::fs::PermissionsExt;
        let bytes = match fs::read(path) {
            Ok(bytes) => Zeroizing::new(bytes),
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(StoreError::at(path, e)),
        };
        if fs::metadata(path).is_ok_and(|m| m.permissions().mode() & 0o077 != 0) {
            tracing::warn!(path = %path.display(), "others can read the sealing key; set its mode to 0600");
        }
        match XChaCha20Poly1305::new_from_slice(&bytes) {
            Ok(cipher) => Ok(Some(Self(cipher))),
            Err(_) => Err(StoreError::KeyDamaged(path.into())),
        }
    }

    /// Makes a new key and writes it; refuses to overwrite.
    pub(crate) fn create(path: &Path) -> Result<Self, StoreError> {
        let mut key = Zeroizing::new([0; KEY_BYTES]);
        random(key.as_mut())?;
        if let Some(folder) = path.parent() {
            disk::folder(folder)?;
        }
        disk::write_new(path, key.as_ref())?;
        if let Some(folder) = path.parent() {
            disk::sync_folder_of(folder)?;
        }
        XChaCha20Poly1305::new_from_slice(key.as_ref()).map(Self).map_err(|_| StoreError::KeyDamaged(path.into()))
    }

    /// Seals `plain` for `place`.
    pub(crate) fn seal(&self, place: &[u8], plain: &[u8]) -> Result<Vec<u8>, StoreError> {
        let mut nonce = [0; NONCE_BYTES];
        random(&mut nonce)?;
        let sealed = self
            .0
            .encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: place })
            .map_err(|_| StoreError::TooLarge { table: "_sealed", bytes: plain.len() })?;
        let mut out = Vec::with_capacity(1 + NONCE_BYTES + sealed.len());
        out.push(SEAL_FORMAT);
        out.extend_from_slice(&nonce);
        out.extend_from_slice(&sealed);
        Ok(out)
    }

    /// Opens what was sealed for `place`; `None` if it was altered or is another place's or key's.
    pub(crate) fn open(&self, place: &[u8], stored: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (&SEAL_FORMAT, rest) = stored.split_first()? else { return None };
        let (nonce, sealed) = rest.split_at_checked(NONCE_BYTES)?;
        let nonce: [u8; NONCE_BYTES] = nonce.try_into().ok()?;
        self.0.decrypt(&XNonce::from(nonce), Payload { msg: sealed, aad: place }).ok().map(Zeroizing::new)
    }

    /// Opens a secret text.
    pub(crate) fn open_text(&self, key: &SecretKey, stored: &[u8]) -> Result<Secret, StoreError> {
        let broken = || StoreError::SealBroken { table: key.table, field: key.field };
        let plain = self.open(&key.place()?, stored).ok_or_else(broken)?;
        std::str::from_utf8(&plain).map(|text| Secret::new(text.to_owned())).map_err(|_| broken())
    }
}

fn random(out: &mut [u8]) -> Result<(), StoreError> {
    getrandom::fill(out).map_err(|e| StoreError::NoRandom(e.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_secret_opens_only_at_its_place_and_unaltered() {
        let dir = tempfile::tempdir().expect("folder");
        let path = key_path(dir.path());
        let sealing = Sealing::create(&path).expect("created");
        let stored = sealing.seal(b"camera/1/password", "mật khẩu".as_bytes()).expect("sealed");
        assert!(!stored.windows(5).any(|w| w == &"mật khẩu".as_bytes()[..5]));
        let again = Sealing::read(&path).expect("read").expect("there");
        assert_eq!(again.open(b"camera/1/password", &stored).expect("opens").as_slice(), "mật khẩu".as_bytes());
        assert!(again.open(b"camera/2/password", &stored).is_none());
        for at in 0..stored.len() {
            let mut altered = stored.clone();
            altered[at] ^= 1;
            assert!(again.open(b"camera/1/password", &altered).is_none(), "byte {at}");
            assert!(again.open(b"camera/1/password", &stored[..at]).is_none(), "cut at {at}");
        }
    }

    #[test]
    fn a_short_key_is_damaged_and_kept() {
        let dir = tempfile::tempdir().expect("folder");
        let path = key_path(dir.path());
        assert!(Sealing::read(&path).expect("no error").is_none());
        Sealing::create(&path).expect("created");
        fs::write(&path, [1; 31]).expect("cut");
        assert!(matches!(Sealing::read(&path), Err(StoreError::KeyDamaged(_))));
        assert!(matches!(Sealing::create(&path), Err(StoreError::Exists(_))));
    }
}
