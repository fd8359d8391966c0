//! Hashing and checking passwords: argon2id, 46 MiB, one pass (OWASP), at most two at once.
//!
//! Not here: which passwords are good (`domain::password`).

use crate::{OpsError, secrets};
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use base::{Secret, limits};
use std::sync::{Condvar, Mutex, PoisonError};

const MEMORY_KIB: u32 = 46 * 1024;
const PASSES: u32 = 1;

/// Takes turns, so that hashing never needs more than twice its memory.
pub(crate) struct Passwords {
    free: Mutex<usize>,
    freed: Condvar,
    argon2: Argon2<'static>,
    /// The hash of nobody's password: checking it takes as long as checking a real one.
    nobody: String,
}

struct Turn<'a>(&'a Passwords);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        *self.0.free.lock().unwrap_or_else(PoisonError::into_inner) += 1;
        self.0.freed.notify_one();
    }
}

impl Passwords {
    pub(crate) fn new() -> Result<Self, OpsError> {
        let params = Params::new(MEMORY_KIB, PASSES, 1, None).map_err(|e| OpsError::Inner(format!("argon2: {e}")))?;
        let mut new = Self {
            free: Mutex::new(limits::PASSWORD_HASHES_AT_ONCE_MAX),
            freed: Condvar::new(),
            argon2: Argon2::new(Algorithm::Argon2id, Version::V0x13, params),
            nobody: String::new(),
        };
        new.nobody = new.hash(&secrets::token::<32>("")?)?;
        Ok(new)
    }

    fn turn(&self) -> Turn<'_> {
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let mut free = self.freed.wait_while(free, |free| *free == 0).unwrap_or_else(PoisonError::into_inner);
        *free -= 1;
        Turn(self)
    }

    /// A PHC string.
    pub(crate) fn hash(&self, password: &Secret) -> Result<String, OpsError> {
        let salt = secrets::random::<16>()?;
        let _turn = self.turn();
        let hash = self.argon2.hash_password_with_salt(password.expose().as_bytes(), &salt);
        hash.map(|h: PasswordHash| h.to_string()).map_err(|e| OpsError::Inner(format!("argon2: {e}")))
    }

    /// Is it the password of that hash? Without a hash the same work is done and the answer is no.
    pub(crate) fn check(&self, password: &Secret, hash: Option<&str>) -> bool {
        let _turn = self.turn();
        let fits = password.expose().len() <= limits::PASSWORD_BYTES_MAX;
        let text = if fits { password.expose() } else { "" };
        let right = PasswordHash::new(hash.unwrap_or(&self.nobody))
            .is_ok_and(|h| self.argon2.verify_password(text.as_bytes(), &h).is_ok());
        right && fits && hash.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn right_wrong_and_nobody() {
        let p = Passwords::new().expect("argon2");
        let secret = |s: &str| Secret::new(s.to_owned());
        let hash = p.hash(&secret("đúng")).expect("hash");
        assert!(hash.starts_with("$argon2id$v=19$m=47104,t=1,p=1$"));
        assert!(p.check(&secret("đúng"), Some(&hash)) && !p.check(&secret("sai"), Some(&hash)));
        assert!(!p.check(&secret("đúng"), None) && !p.check(&secret("đúng"), Some("damaged")));
    }
}
