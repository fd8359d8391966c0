//! The networks from which people sign in (A12.4): the rule in force, its history, changing it.
//!
//! Every version is kept with who set it and why. Not here: asking at each request (`recognise`, `sign_in`).

use crate::caller::By;
use crate::office::{entry, lock};
use crate::own::Ended;
use crate::{Caller, Ops, OpsError};
use domain::network::{self, RoleNetworks};
use domain::{Account, Act, FieldFault, LoginSession, Role, SignInNetworks, SignInZones, Subject, audit, review};
use std::net::IpAddr;
use std::sync::{Arc, PoisonError};
use store::ReadTx;

/// A wish for another rule; texts as people write them.
#[derive(Clone, Debug, Default)]
pub struct NetworksWish {
    /// For everybody whose role has no list of its own; empty: from anywhere.
    pub everyone: Vec<String>,
    /// For single roles; an empty list is none.
    pub roles: Vec<(Role, Vec<String>)>,
    /// Why.
    pub reason: String,
    /// The version that the wish was made on; a newer one refuses it.
    pub version: Option<u64>,
}

fn newest(r: &ReadTx<'_>) -> Result<SignInNetworks, OpsError> {
    Ok(r.range::<SignInNetworks>(..)?.pop().unwrap_or_default())
}

/// Reads a wish.
fn read(wish: &NetworksWish) -> Result<SignInNetworks, OpsError> {
    let mut faults: Vec<FieldFault> = Vec::new();
    let mut list = |texts: &[String]| {
        network::decide_networks("networks", texts).unwrap_or_else(|f| {
            faults.push(f);
            Vec::new()
        })
    };
    let everyone = list(&wish.everyone);
    let roles = wish
        .roles
        .iter()
        .map(|(role, texts)| RoleNetworks { role: *role, networks: list(texts) })
        .filter(|r| !r.networks.is_empty())
        .collect();
    let reason = review::remark("reason", &wish.reason, true).unwrap_or_else(|f| {
        faults.push(f);
        String::new()
    });
    if faults.is_empty() {
        Ok(SignInNetworks { everyone, roles, reason, ..SignInNetworks::default() })
    } else {
        Err(faults.into())
    }
}

fn lists(rule: &SignInNetworks) -> Vec<(String, String)> {
    let roles = rule.roles.iter().map(|r| (format!("networks.{}", r.role.as_str()), r.networks.join(", ")));
    std::iter::once(("networks".to_owned(), rule.everyone.join(", "))).chain(roles).collect()
}

impl Ops {
    /// The rule in force, from memory.
    pub(crate) fn zones(&self) -> Arc<SignInZones> {
        self.zones.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn load_zones(&self) -> Result<(), OpsError> {
        let rule = self.read(newest)?;
        *self.zones.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(SignInZones::of(&rule));
        Ok(())
    }

    /// All versions of the rule, newest first; none: people sign in from anywhere.
    ///
    /// # Errors
    /// [`OpsError::Refused`].
    pub fn sign_in_networks(&self, caller: &Caller) -> Result<Vec<SignInNetworks>, OpsError> {
        self.authorise(caller, Act::ManageNode)?;
        let mut all = self.read(|r| Ok(r.range::<SignInNetworks>(..)?))?;
        all.reverse();
        Ok(all)
    }

    /// What a wish would mean, without setting it: the rule as it would stand, and whether the caller's own address would
    /// be inside.
    ///
    /// # Errors
    /// [`OpsError::Invalid`] for `networks` or `reason`.
    pub fn preview_sign_in_networks(
        &self,
        caller: &Caller,
        wish: &NetworksWish,
    ) -> Result<(SignInNetworks, bool), OpsError> {
        self.authorise(caller, Act::ManageNode)?;
        let rule = read(wish)?;
        let inside = own_address_inside(&rule, caller.account.role, caller.address);
        Ok((rule, inside))
    }

    /// Sets the rule. It counts at once, for sign-ins in force too.
    ///
    /// # Errors
    /// [`OpsError::Refused`] if the caller's own address would be outside: nobody locks the last door from outside.
    /// [`OpsError::Changed`], [`OpsError::Invalid`].
    pub fn set_sign_in_networks(&self, caller: &Caller, wish: &NetworksWish) -> Result<SignInNetworks, OpsError> {
        self.authorise(caller, Act::ManageNode)?;
        let rule = read(wish)?;
        if !caller.is_machine() && !own_address_inside(&rule, caller.account.role, caller.address) {
            return Err(self.refuse(caller, Act::ManageNode, network::own_address_outside()));
        }
        let (expected, own) = (wish.version, caller.session);
        let (kept, ended) = self.act(caller, Act::ManageNode, move |w, caller| {
            let old = newest(w)?;
            if let Some(expected) = expected.filter(|e| *e != old.version) {
                return Err(OpsError::Changed { expected, found: old.version });
            }
            let new =
                SignInNetworks { version: old.version + 1, since: w.now(), by: caller.account.name.clone(), ..rule };
            let mut e = entry(&caller, audit::SIGN_IN_NETWORKS_CHANGED)
                .on(Subject::new("sign_in_networks", new.version, "A12.4"))
                .fact("reason", new.reason.as_str());
            let (before, after) = (lists(&old), lists(&new));
            for (field, now) in &after {
                let was = before.iter().find(|(f, _)| f == field).map(|(_, v)| v.as_str());
                e = e.change(field, was, Some(now));
            }
            for (field, was) in before.iter().filter(|(f, _)| !after.iter().any(|(n, _)| n == f)) {
                e = e.change(field, Some(was), None);
            }
            // Whoever signed in from what is now outside is out, pictures and all.
            let zones = SignInZones::of(&new);
            let mut ended = Ended::default();
            for session in w.range::<LoginSession>(..)?.into_iter().filter(|s| Some(s.id) != own) {
                let role = w.find::<Account>(&session.account)?.map(|a| a.role);
                let address = session.address.as_deref().and_then(|a| a.parse::<IpAddr>().ok());
                if role.zip(address).is_some_and(|(role, address)| !zones.admits(role, address)) {
                    w.remove::<LoginSession>(&session.id)?;
                    ended.by.push(By::Session(session.id));
                }
            }
            w.audit(e.fact("sign_ins_ended", ended.by.len().to_string()))?;
            w.put(&new)?;
            Ok((new, ended))
        })?;
        self.load_zones()?;
        self.end_uses(&ended);
        // From where programs watch is not remembered: they ask for their pictures anew, and are asked where they are.
        lock(&self.leases).withdraw(|held| matches!(held.by, By::Token(_)));
        self.tell_accounts();
        Ok(kept)
    }
}

fn own_address_inside(rule: &SignInNetworks, role: Role, address: Option<IpAddr>) -> bool {
    address.is_some_and(|a| SignInZones::of(rule).admits(role, a))
}
