//! The dated policy: `data/policy.toml`, read once and passed as a value.
//!
//! Not here: what the numbers mean (`domain`, `lockout`).

use domain::PasswordPolicy;
use serde::Deserialize;

/// The policy in force.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Since when.
    pub in_force_from: toml::value::Datetime,
    /// What camera codes begin with.
    pub code_prefix: String,
    /// Passwords.
    pub password: PasswordPolicy,
    /// Pauses after failed sign-ins.
    pub sign_in: SignInPolicy,
    /// Bearer tokens.
    pub tokens: TokenPolicy,
}

/// Growing pauses after failed sign-ins.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignInPolicy {
    /// Failures of one name before the first pause.
    pub name_failures_free: u32,
    /// Failures from one address before the first pause.
    pub address_failures_free: u32,
    /// First pause, in seconds; doubled with each further failure.
    pub pause_first_s: u32,
    /// Longest pause, in seconds.
    pub pause_max_s: u32,
    /// Without a failure for this long, in seconds, counting starts anew.
    pub forget_after_s: u32,
}

/// Bearer tokens.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenPolicy {
    /// Longest life, in days.
    pub days_max: u32,
}

impl Policy {
    /// Reads a policy file.
    ///
    /// # Errors
    /// What is wrong with it, in the words of the TOML reader.
    pub fn parse(text: &str) -> Result<Policy, String> {
        toml::from_str(text).map_err(|e| e.to_string())
    }

    /// The policy that ships with the program.
    #[expect(clippy::expect_used, reason = "the file is compiled in and a test reads it")]
    pub fn shipped() -> Policy {
        Self::parse(include_str!("../../data/policy.toml")).expect("the shipped policy can be read")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_policy_reads() {
        let p = Policy::shipped();
        assert_eq!((p.password.length_min, p.password.score_min), (10, 3));
        assert_eq!(p.code_prefix, "79");
        assert!(Policy::parse("code_prefix = 1").is_err());
    }
}
