//! Randomness and digests: ids, tokens, hashes of tokens.

use crate::OpsError;
use base::{Secret, WallTime};
use domain::token::RTSP_REALM;
use md5::Md5;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// Prefix of bearer tokens, so that scanners for leaked secrets can know them.
pub(crate) const BEARER_PREFIX: &str = "mlt_";

pub(crate) fn random<const N: usize>() -> Result<[u8; N], OpsError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|e| OpsError::Inner(format!("no random numbers: {e}")))?;
    Ok(bytes)
}

/// Milliseconds and random bytes for an id.
pub(crate) fn id_parts(now: WallTime) -> Result<(u64, [u8; 10]), OpsError> {
    Ok((u64::try_from(now.unix_ms()).unwrap_or(0), random()?))
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|b| [b >> 4, b & 15]).map(|d| char::from(DIGITS[usize::from(d)])).collect()
}

/// `prefix` and `N` random bytes in hex.
pub(crate) fn token<const N: usize>(prefix: &str) -> Result<Secret, OpsError> {
    Ok(Secret::new(format!("{prefix}{}", hex(&random::<N>()?))))
}

/// Letters and digits without look-alikes, 32 so that each carries five bits. All small: typed in capitals they mean the same.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// `N` random ones of [`LETTERS`].
pub(crate) fn letters<const N: usize>() -> Result<String, OpsError> {
    Ok(random::<N>()?.iter().map(|b| char::from(LETTERS[usize::from(b & 31)])).collect())
}

/// SHA-256 in hex: enough for tokens, which are random.
pub(crate) fn digest(text: &str) -> String {
    hex(&Sha256::digest(text.as_bytes()))
}

/// What a node must know to check a token that is shown by Digest (RFC 7616 §3.4.2, there H(A1)): the hashes of name, realm
/// and token. Whoever has one can sign in by Digest with it, so it is sealed at rest; the token cannot be had from it.
#[derive(Clone, Debug)]
pub struct DigestKeys {
    /// With MD5, hex.
    pub md5: Secret,
    /// With SHA-256, hex.
    pub sha256: Secret,
}

impl DigestKeys {
    pub(crate) fn of(account: &str, token: &Secret) -> Self {
        let a1 = format!("{account}:{RTSP_REALM}:{}", token.expose());
        Self { md5: Secret::new(hex(&Md5::digest(a1.as_bytes()))), sha256: Secret::new(digest(&a1)) }
    }
    /// As one text, for sealing.
    pub(crate) fn joined(&self) -> Secret {
        Secret::new(format!("{}:{}", self.md5.expose(), self.sha256.expose()))
    }
    /// What [`DigestKeys::joined`] made.
    pub(crate) fn split(text: &Secret) -> Option<Self> {
        let (md5, sha256) = text.expose().split_once(':')?;
        Some(Self { md5: Secret::new(md5.to_owned()), sha256: Secret::new(sha256.to_owned()) })
    }
}

/// Compares in time that does not depend on where they differ.
pub(crate) fn same(a: &str, b: &str) -> bool {
    a.as_bytes().ct_eq(b.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_long_and_differ() {
        let (a, b) = (token::<32>(BEARER_PREFIX).expect("random"), token::<32>(BEARER_PREFIX).expect("random"));
        assert_eq!(a.expose().len(), 4 + 64);
        assert_ne!(a.expose(), b.expose());
        assert_eq!(digest("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert!(same("a", "a") && !same("a", "b") && !same("a", "aa"));
    }
}
