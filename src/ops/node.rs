//! The node itself: its name, area and language; its starts and stops on record.

use crate::leases::close_views;
use crate::office::{entry, entry_by};
use crate::{Caller, Ops, OpsError, Policy};
use base::{Language, WallTime};
use domain::{Act, Actor, Changes, NodeRecord, Subject, audit, node};

/// What the node calls itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeInfo {
    /// Its name; empty before set-up.
    pub name: String,
    /// Its area, if one is set.
    pub area: Option<String>,
    /// Its language.
    pub language: Language,
    /// When it was set up.
    pub set_up_at: Option<WallTime>,
}

impl Ops {
    /// What the node calls itself. From memory.
    pub fn node_info(&self) -> NodeInfo {
        let n = self.node_record();
        NodeInfo {
            name: n.name,
            area: Some(n.area).filter(|a| !a.is_empty()),
            language: n.language,
            set_up_at: n.set_up_at,
        }
    }

    /// Changes the node's name, area and language.
    ///
    /// # Errors
    /// [`OpsError::Invalid`], [`OpsError::Refused`].
    pub fn set_node(
        &self,
        caller: &Caller,
        name: String,
        area: Option<String>,
        language: Language,
    ) -> Result<NodeInfo, OpsError> {
        self.authorise(caller, Act::ManageNode)?;
        let (name, area) = node::decide_node(&name, area.as_deref().unwrap_or(""))?;
        let record = self.act(caller, Act::ManageNode, move |w, caller| {
            let old = w.find::<NodeRecord>(&())?.unwrap_or_default();
            let new = NodeRecord { name, area, language, ..old.clone() };
            let texts = [
                ("name", old.name.as_str(), new.name.as_str()),
                ("area", old.area.as_str(), new.area.as_str()),
                ("language", old.language.as_str(), new.language.as_str()),
            ];
            let e = texts.into_iter().fold(
                entry(&caller, audit::NODE_CHANGED).on(Subject::new("node", "", new.name.as_str())),
                |e, (field, a, b)| e.change(field, Some(a), Some(b)),
            );
            if e.changes.is_empty() {
                return Ok(old);
            }
            w.audit(e)?;
            w.put(&new.clone())?;
            Ok(new)
        })?;
        self.keep_node(record);
        self.tell();
        Ok(self.node_info())
    }

    /// As [`Ops::set_node`], keeping the language: for the demo.
    ///
    /// # Errors
    /// As [`Ops::set_node`].
    pub fn set_node_as(&self, caller: &Caller, name: &str, area: &str) -> Result<NodeInfo, OpsError> {
        self.set_node(caller, name.to_owned(), Some(area.to_owned()), self.node_info().language)
    }

    /// The node has started. Views that a crash left open get their end: "node_stopped"; a policy that is not that of the
    /// last start is on record, old and new.
    ///
    /// # Errors
    /// The store fails.
    pub fn record_started(&self) -> Result<(), OpsError> {
        let (policy, shipped) = (self.policy.whole.clone(), Policy::shipped().whole);
        let asks = !self.policy.second_factor.required_roles.is_empty();
        let record = self.write(move |w| {
            let left = close_views(w, "node_stopped")?;
            let mut node = w.find::<NodeRecord>(&())?.unwrap_or_default();
            if asks != node.second_factor_since.is_some() {
                node.second_factor_since = asks.then(|| w.now());
                w.put(&node.clone())?;
            }
            if node.policy != policy {
                // The first start is compared with the shipped policy, which is in the program.
                let before = if node.policy.is_null() { &shipped } else { &node.policy };
                let changes = Changes::between(Some(before), Some(&policy));
                if !changes.is_empty() {
                    let subject = Subject::new("node", "", node.name.as_str());
                    w.audit(entry_by(Actor::System, audit::POLICY_CHANGED, None).on(subject).changes(changes))?;
                }
                node.policy = policy;
                w.put(&node.clone())?;
            }
            let mut e = entry_by(Actor::System, audit::NODE_STARTED, None);
            if left > 0 {
                e = e.fact("views_left_open", left.to_string());
            }
            w.audit(e)?;
            Ok(node)
        })?;
        self.keep_node(record);
        Ok(())
    }

    /// The node stops, in order.
    ///
    /// # Errors
    /// The store fails.
    pub fn record_stopped(&self) -> Result<(), OpsError> {
        self.write(|w| {
            close_views(w, "node_stopped")?;
            w.audit(entry_by(Actor::System, audit::NODE_STOPPED, None))?;
            Ok(())
        })
    }
}
