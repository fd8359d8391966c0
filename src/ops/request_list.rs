//! What has been asked for, as far as it concerns a caller: one's own requests, those that wait for one's decision.
//!
//! Not here: making and deciding them (`requests`).

use crate::catalogue::Page;
use crate::grants::{holder_side, named};
use crate::requests::whole_scope;
use crate::sharing::foreign_cursor;
use crate::{Caller, Eyes, Ops, OpsError};
use base::{CameraId, DocumentId, RequestId, limits};
use domain::{AccessRequest, Act, RequestState, StoredFile};

/// Whose requests are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RequestsOf {
    /// The caller's own.
    #[default]
    Mine,
    /// Those that wait for the caller's decision.
    ToDecide,
    /// Those that the caller could have decided, decided ones too.
    All,
}

/// A request with what is told of it.
#[derive(Clone, Debug)]
pub struct RequestInfo {
    /// The record.
    pub request: AccessRequest,
    /// Name of whoever asks.
    pub who: String,
    /// For whom, by name.
    pub holder: String,
    /// Name of whoever decided.
    pub decided_by: Option<String>,
    /// The paper, in one line.
    pub document: Option<String>,
    /// The paper's file, if the caller may open it.
    pub file: Option<(DocumentId, StoredFile)>,
    /// The cameras that were found for the codes, for those who decide: id, code, name.
    pub cameras: Vec<(CameraId, String, String)>,
    /// Would the grant reach beyond the holder's own scope? For those who decide.
    pub beyond_own_scope: bool,
    /// May the caller decide it?
    pub may_decide: bool,
}

impl Ops {
    /// Requests, newest first.
    ///
    /// # Errors
    /// [`OpsError::Refused`], [`OpsError::Invalid`] for a foreign cursor.
    pub fn list_requests(
        &self,
        caller: &Caller,
        of: RequestsOf,
        cursor: Option<&str>,
        limit: usize,
    ) -> Result<Page<RequestInfo>, OpsError> {
        self.authorise(caller, if of == RequestsOf::Mine { Act::RequestRights } else { Act::Share })?;
        let eyes = self.eyes(caller);
        let after = cursor.map(str::parse::<RequestId>).transpose().map_err(|()| foreign_cursor())?;
        let mut all: Vec<AccessRequest> = self.read(|r| {
            let me = caller.account.id;
            let mut all = match of {
                RequestsOf::Mine => r.all_by::<AccessRequest>("account", &me.to_bytes())?,
                RequestsOf::ToDecide | RequestsOf::All => r.range::<AccessRequest>(..)?,
            };
            if of == RequestsOf::ToDecide {
                all.retain(|q| q.state == RequestState::Open && q.account != me);
            }
            let mut seen = Vec::new();
            for q in all {
                if of == RequestsOf::Mine || self.is_theirs_to_decide(r, &eyes, &q)? {
                    seen.push(q);
                }
            }
            Ok::<_, OpsError>(seen)
        })?;
        all.sort_by_key(|q| std::cmp::Reverse((q.made_at, q.id)));
        let total = all.len();
        let start = match after {
            Some(id) => all.iter().position(|q| q.id == id).map(|n| n + 1).ok_or_else(foreign_cursor)?,
            None => 0,
        };
        let limit = limit.clamp(1, limits::PAGE_ROWS_MAX);
        let rows: Vec<_> = all.into_iter().skip(start).take(limit).collect();
        let next = rows.last().filter(|_| start + rows.len() < total).map(|q| q.id.to_string());
        let from = if rows.is_empty() { 0 } else { start + 1 };
        let items = rows.into_iter().map(|q| self.told_of_request(&eyes, q)).collect::<Result<Vec<_>, _>>()?;
        Ok(Page { items, next, total, from, facets: None })
    }

    /// How many requests wait for the caller's decision.
    ///
    /// # Errors
    /// The store fails.
    pub fn requests_waiting(&self, caller: &Caller) -> Result<usize, OpsError> {
        if !caller.decide(Act::Share).allowed() {
            return Ok(0);
        }
        self.list_requests(caller, RequestsOf::ToDecide, None, 1).map(|p| p.total)
    }

    /// One request: one's own, or one that is one's to decide.
    ///
    /// # Errors
    /// [`OpsError::NotFound`].
    pub fn request(&self, caller: &Caller, id: RequestId) -> Result<RequestInfo, OpsError> {
        self.authorise(caller, Act::RequestRights)?;
        let eyes = self.eyes(caller);
        let found = self.read(|r| {
            let Some(q) = r.find::<AccessRequest>(&id)? else { return Ok(None) };
            let mine = q.account == caller.account.id;
            let theirs = caller.decide(Act::Share).allowed() && self.is_theirs_to_decide(r, &eyes, &q)?;
            Ok::<_, OpsError>((mine || theirs).then_some(q))
        })?;
        self.told_of_request(&eyes, found.ok_or(OpsError::NotFound("request"))?)
    }

    fn told_of_request(&self, eyes: &Eyes, request: AccessRequest) -> Result<RequestInfo, OpsError> {
        let me = eyes.caller();
        let open = request.state == RequestState::Open;
        let mine = request.account == me.account.id;
        let theirs = me.decide(Act::Share).allowed() && self.read(|r| self.is_theirs_to_decide(r, eyes, &request))?;
        let (mut cameras, mut beyond) = (Vec::new(), false);
        if theirs {
            let book = self.registers();
            (cameras, beyond) = self.read(|r| {
                let scope = whole_scope(r, eyes, &request).unwrap_or_else(|_| request.scope.clone());
                let found = named(r, eyes, &scope.cameras)?;
                let side = holder_side(r, &book, eyes, request.holder).ok();
                let trees = eyes.standing().trees();
                let beyond = side.is_some_and(|(s, _)| !s.own.covers(&scope, &found, trees));
                Ok::<_, OpsError>((found, beyond))
            })?;
        }
        let decided_by = match &request.state {
            RequestState::Approved { by, .. } | RequestState::Refused { by, .. } => Some(self.account_name(*by)?),
            RequestState::Open | RequestState::Withdrawn { .. } => None,
        };
        let (document, file) = self.paper_told(eyes, request.document)?;
        Ok(RequestInfo {
            who: self.account_name(request.account)?,
            holder: self.holder_name(request.holder)?,
            decided_by,
            document,
            file,
            cameras: cameras.into_iter().map(|c| (c.id, c.code, c.name)).collect(),
            beyond_own_scope: beyond,
            may_decide: open && theirs && !mine,
            request,
        })
    }
}
