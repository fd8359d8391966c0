//! Codes of the second factor: those of an authenticator app (TOTP, RFC 6238: SHA-1, six digits, 30 seconds, as every app
//! takes them) and recovery codes.
//!
//! Not here: whose they are, and that each is taken once (`second_factor`).

use crate::{OpsError, secrets};
use base::{Secret, WallTime};
use totp_rs::{Builder, Totp};

const STEP_S: u64 = 30;
/// Bytes of a secret: 160 bits, as RFC 4226 §4 recommends.
const SECRET_BYTES: usize = 20;
/// Letters of a recovery code, of [`secrets::LETTERS`]: 80 bits.
const RECOVERY_LETTERS: usize = 16;
const GROUP: usize = 4;

fn totp(secret: &Secret) -> Result<Totp, OpsError> {
    let fault = |e: &dyn std::fmt::Display| OpsError::Inner(format!("totp: {e}"));
    let bytes = totp_rs::Secret::try_from_base32(secret.expose()).map_err(|e| fault(&e))?;
    Builder::new().with_secret(bytes).with_step_duration(STEP_S).build().map_err(|e| fault(&e))
}

/// A new secret, in base32 as apps read it.
pub(crate) fn new_secret() -> Result<Secret, OpsError> {
    let bytes: totp_rs::Secret = secrets::random::<SECRET_BYTES>()?.into();
    Ok(Secret::new(bytes.to_base32()))
}

/// What a person typed, without the spaces and hyphens that make it readable.
fn plain(typed: &str) -> String {
    typed.chars().filter(|c| !c.is_whitespace() && *c != '-').take(64).collect()
}

/// The step to which that code belongs, if it is one of the three around now. The work does not depend on the code.
pub(crate) fn step_of(secret: &Secret, typed: &str, now: WallTime) -> Result<Option<u64>, OpsError> {
    let totp = totp(secret)?;
    let typed = plain(typed);
    let step = u64::try_from(now.unix_ms()).unwrap_or(0) / 1000 / STEP_S;
    let mut found = None;
    for step in [step.saturating_sub(1), step, step.saturating_add(1)] {
        if secrets::same(&totp.generate(step.saturating_mul(STEP_S)).to_string(), &typed) {
            found = Some(step);
        }
    }
    Ok(found)
}

/// The code of a moment.
#[cfg(test)]
pub(crate) fn code_at(secret: &Secret, at: WallTime) -> String {
    let s = u64::try_from(at.unix_ms()).unwrap_or(0) / 1000;
    totp(secret).expect("secret").generate(s).to_string()
}

/// New recovery codes and their digests.
pub(crate) fn new_recovery(n: usize) -> Result<(Vec<Secret>, Vec<String>), OpsError> {
    let (mut codes, mut digests) = (Vec::with_capacity(n), Vec::with_capacity(n));
    for _ in 0..n {
        let letters = secrets::letters::<RECOVERY_LETTERS>()?;
        digests.push(secrets::digest(&letters));
        let groups: Vec<String> =
            letters.chars().collect::<Vec<_>>().chunks(GROUP).map(|c| c.iter().collect()).collect();
        codes.push(Secret::new(groups.join("-")));
    }
    Ok((codes, digests))
}

/// Which of the digests a typed recovery code belongs to. All are compared.
pub(crate) fn recovery_of(digests: &[String], typed: &str) -> Option<usize> {
    let wanted = secrets::digest(&plain(typed).to_lowercase());
    let mut found = None;
    for (n, digest) in digests.iter().enumerate() {
        if secrets::same(digest, &wanted) {
            found = Some(n);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    /// RFC 6238, appendix B (SHA-1), cut to six digits.
    #[test]
    fn the_rfcs_own_table() {
        let secret = Secret::new(totp_rs::Secret::from(*b"12345678901234567890").to_base32());
        for (s, code) in [
            (59u64, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let at = WallTime::EPOCH.plus(Duration::from_secs(s));
            assert_eq!(code_at(&secret, at), code);
            assert_eq!(step_of(&secret, code, at).expect("works"), Some(s / 30));
            assert_eq!(step_of(&secret, &format!(" {} {}", &code[..3], &code[3..]), at).expect("works"), Some(s / 30));
        }
    }

    #[test]
    fn a_code_is_good_for_its_own_step_and_its_neighbours() {
        let secret = new_secret().expect("random");
        let t = WallTime::EPOCH.plus(Duration::from_secs(1_000_000 * 30));
        let code = code_at(&secret, t);
        for (s, good) in
            [(0i64, true), (29, true), (30, true), (59, true), (60, false), (-1, true), (-30, true), (-31, false)]
        {
            let at = if s < 0 {
                t.minus(Duration::from_secs(s.unsigned_abs()))
            } else {
                t.plus(Duration::from_secs(s.unsigned_abs()))
            };
            assert_eq!(step_of(&secret, &code, at).expect("works").is_some(), good, "{s}");
        }
        for bad in ["", "1", "12345", "1234567", "abcdef", &"9".repeat(500)] {
            assert_eq!(step_of(&secret, bad, t).expect("works"), None, "{bad}");
        }
        assert!(step_of(&Secret::new("not base32!".into()), "123456", t).is_err());
    }

    #[test]
    fn recovery_codes_are_typed_as_people_type() {
        let (codes, digests) = new_recovery(10).expect("random");
        assert_eq!((codes.len(), digests.len(), codes[3].expose().len()), (10, 10, 19));
        assert_eq!(recovery_of(&digests, codes[3].expose()), Some(3));
        assert_eq!(
            recovery_of(&digests, &format!(" {} ", codes[3].expose().to_uppercase().replace('-', " "))),
            Some(3)
        );
        assert_eq!(recovery_of(&digests, "aaaa-aaaa-aaaa-aaaa"), None);
        assert_eq!(recovery_of(&[], codes[0].expose()), None);
    }
}
