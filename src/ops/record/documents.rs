//! Documents of cameras: consents, reports, agreements, technical papers, each with its file.
//!
//! Whoever may edit a camera keeps its documents; whoever sees it reads them. A document may belong to several cameras and
//! goes when the last thing that rests on it lets it go. Not here: the files' bytes (`files`), what a document must have
//! (`domain::document`).

pub use super::files::Upload;
use crate::cameras::on_camera;
use crate::office::entry;
use crate::{Caller, Eyes, Ops, OpsError, secrets};
use base::{CameraId, DocumentId, Said, limits};
use domain::document::{DOCUMENT, DocumentFacts, decide_document};
use domain::{
    AccessRequest, Act, AuditDraft, Camera, Document, DocumentDraft, Extra, FieldFault, Grant, Holder, Register,
    RequestState, StoredFile, Subject, audit,
};
use sha2::{Digest, Sha256};
use store::{ReadTx, WriteTx};

/// A document for the record of acts.
pub(crate) fn subject(d: &Document) -> Subject {
    let name = if d.number.is_empty() { &d.title } else { &d.number };
    Subject::new("document", d.id, name.as_str())
}

/// In one line, for a camera's history.
fn line(d: &Document) -> String {
    [d.kind.as_str(), d.number.as_str(), d.title.as_str()]
        .into_iter()
        .filter(|t| !t.is_empty())
        .collect::<Vec<_>>()
        .join(" · ")
}

/// Writes a new document, on record.
pub(crate) fn write_new(
    w: &mut WriteTx<'_>,
    caller: &Caller,
    facts: DocumentFacts,
    file: Option<StoredFile>,
    camera: Option<&Camera>,
) -> Result<Document, OpsError> {
    if w.count::<Document>()? >= limits::DOCUMENTS_MAX as u64 {
        let max = limits::DOCUMENTS_MAX;
        return Err(OpsError::Full(Said::new(
            format!("Nút đã có {max} văn bản, là mức tối đa."),
            format!("The node has {max} documents, which is the most it takes."),
        )));
    }
    let (ms, random) = secrets::id_parts(w.now())?;
    let document = Document {
        id: DocumentId::from_parts(ms, random),
        kind: facts.kind,
        number: facts.number,
        date: facts.date,
        issuer: facts.issuer,
        title: facts.title,
        file,
        added_by: caller.account.id,
        added_at: w.now(),
        withdrawn: None,
        extra: Extra::new(),
    };
    let mut e = entry(caller, audit::DOCUMENT_ADDED).on(subject(&document)).differences(None, Some(&document));
    if let Some(c) = camera {
        e = e.also(Subject::new("camera", c.id, format!("{} {}", c.code, c.name)));
    }
    w.audit(e)?;
    w.put(&document)?;
    Ok(document)
}

/// An entry also concerns these cameras, those of the police first: it is for whoever sees them (`veil`).
pub(crate) fn concerning(mut e: AuditDraft, mut cameras: Vec<Camera>) -> AuditDraft {
    cameras.sort_by_key(|c| (!c.facts.police, c.id));
    cameras.dedup_by_key(|c| c.id);
    for c in cameras.into_iter().take(limits::AUDIT_SUBJECTS_MAX) {
        e = e.also(Subject::new("camera", c.id, format!("{} {}", c.code, c.name)));
    }
    e
}

/// Is it their own, or of a camera that they see? Then they may give it to those who see another camera, too.
fn of_a_camera(r: &ReadTx<'_>, eyes: &Eyes, document: &Document) -> Result<bool, OpsError> {
    let caller = eyes.caller();
    if caller.is_machine() || document.added_by == caller.account.id {
        return Ok(true);
    }
    Ok(r.all_by::<Camera>("document", &document.id.to_bytes())?.iter().any(|c| eyes.sees(c)))
}

/// Puts a camera's changed list of documents on record and into the store.
fn put_list(
    w: &mut WriteTx<'_>,
    caller: &Caller,
    camera: &mut Camera,
    old: Option<&str>,
    new: Option<&str>,
) -> Result<(), OpsError> {
    camera.revision = camera.revision.saturating_add(1);
    camera.changed_at = w.now();
    w.audit(on_camera(entry(caller, audit::CAMERA_CHANGED), camera).change("facts.documents", old, new))?;
    w.put(camera)?;
    Ok(())
}

/// A number that tells one state of a document from every other: papers have no count of their changes.
pub fn document_mark(document: &Document) -> u64 {
    let text = serde_json::to_vec(document).unwrap_or_default();
    Sha256::digest(text).iter().take(8).fold(0, |n, byte| n << 8 | u64::from(*byte))
}

/// A paper in one line, and its file with the id of the paper, if it may be opened.
pub(crate) type PaperTold = (Option<String>, Option<(DocumentId, StoredFile)>);

fn no_such() -> OpsError {
    OpsError::NotFound("document")
}

impl Ops {
    /// A camera's documents, in the order in which they were added.
    ///
    /// # Errors
    /// [`OpsError::Refused`], [`OpsError::NotFound`].
    pub fn documents_of(&self, caller: &Caller, camera: &Camera) -> Result<Vec<Document>, OpsError> {
        self.authorise(caller, Act::SeeCatalogue)?;
        if !self.eyes(caller).sees(camera) {
            return Err(OpsError::NotFound("camera"));
        }
        self.read(|r| {
            let mut all = Vec::new();
            for id in &camera.facts.documents {
                all.extend(r.find::<Document>(id)?);
            }
            Ok(all)
        })
    }

    /// May these eyes read that document? A paper behind a grant (A10.3): those who gave it, confirmed it or have it; one
    /// behind a request: those who decide or decided it. Nobody else, whatever they may do with the cameras.
    pub(crate) fn may_read(&self, r: &ReadTx<'_>, eyes: &Eyes, document: &Document) -> Result<bool, OpsError> {
        self.readable(r, eyes, document, &mut None)
    }

    /// As [`Ops::may_read`], for many documents: the requests are read once.
    pub(crate) fn readable(
        &self,
        r: &ReadTx<'_>,
        eyes: &Eyes,
        document: &Document,
        requests: &mut Option<Vec<AccessRequest>>,
    ) -> Result<bool, OpsError> {
        if of_a_camera(r, eyes, document)? {
            return Ok(true);
        }
        let (me, id) = (&eyes.caller().account, Some(document.id));
        let has = |g: &Grant| {
            g.ended.is_none()
                && !g.awaits_second
                && !g.times.over(eyes.now())
                && match g.holder {
                    Holder::Account(account) => account == me.id,
                    Holder::Unit(unit) => me.unit_id == Some(unit),
                }
        };
        let resting = |g: &Grant| g.given_by == me.id || g.confirmed_by == Some(me.id) || has(g);
        let waiting: Vec<_> = self.rights.grants(|all| {
            all.all().filter(|g| g.document == id).map(|g| (resting(g), g.awaits_second.then(|| g.clone()))).collect()
        });
        if waiting.iter().any(|(rests, _)| *rests) {
            return Ok(true);
        }
        let shares = eyes.caller().decide(Act::Share).allowed();
        for grant in waiting.into_iter().filter_map(|(_, grant)| grant).filter(|_| shares) {
            let cameras = crate::grants::named_by(r, eyes, &grant.scope)?;
            if domain::giving::decide_confirm(&grant, (me.id, me.unit_id), eyes.standing(), &cameras, eyes.now())
                .is_ok()
            {
                return Ok(true);
            }
        }
        let requests = match requests {
            Some(requests) => requests,
            None => requests.insert(r.range::<AccessRequest>(..)?),
        };
        for request in requests.iter().filter(|q| q.document == id) {
            let theirs = match &request.state {
                RequestState::Open => shares && self.is_theirs_to_decide(r, eyes, request)?,
                RequestState::Approved { by, .. } | RequestState::Refused { by, .. } => *by == me.id,
                RequestState::Withdrawn { .. } => false,
            };
            if theirs {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Keeps the file of a paper that is about to be entered with a grant or a request.
    ///
    /// # Errors
    /// [`OpsError::Invalid`] for one that is too large, empty or of another type; [`OpsError::Refused`].
    pub fn keep_paper_file(&self, caller: &Caller, upload: &Upload) -> Result<StoredFile, OpsError> {
        self.authorise(caller, Act::RequestRights)?;
        self.keep_file(upload)
    }

    /// Adds the file to a paper that the caller entered and that has none yet.
    ///
    /// # Errors
    /// [`OpsError::NotFound`], [`OpsError::Invalid`] as [`Ops::keep_paper_file`], or for one that has its file.
    pub fn attach_file(&self, caller: &Caller, id: DocumentId, upload: &Upload) -> Result<Document, OpsError> {
        let own = |d: &Document, caller: &Caller| d.added_by == caller.account.id && d.withdrawn.is_none();
        if !own(&self.document(caller, id)?, caller) {
            return Err(no_such());
        }
        let file = self.keep_paper_file(caller, upload)?;
        self.act(caller, Act::RequestRights, move |w, caller| {
            let old = w.find::<Document>(&id)?.filter(|d| own(d, &caller)).ok_or_else(no_such)?;
            if old.file.is_some() {
                let said = Said::new("Văn bản này đã có tệp.", "This paper has its file already.");
                return Err(FieldFault::new("file", said).into());
            }
            let new = Document { file: Some(file), ..old.clone() };
            w.audit(entry(&caller, audit::DOCUMENT_CHANGED).on(subject(&new)).differences(Some(&old), Some(&new)))?;
            w.put(&new)?;
            Ok(new)
        })
    }

    /// The paper behind something, in one line, and its file if these eyes may open it.
    pub(crate) fn paper_told(&self, eyes: &Eyes, id: Option<DocumentId>) -> Result<PaperTold, OpsError> {
        let Some(document) = self.paper(id)? else { return Ok((None, None)) };
        let file = match &document.file {
            Some(file) if self.read(|r| self.may_read(r, eyes, &document))? => Some((document.id, file.clone())),
            _ => None,
        };
        Ok((Some(crate::grants::paper_text(&document)), file))
    }

    /// A document that the caller may read.
    ///
    /// # Errors
    /// [`OpsError::NotFound`].
    pub fn document(&self, caller: &Caller, id: DocumentId) -> Result<Document, OpsError> {
        self.authorise(caller, Act::SeeCatalogue)?;
        let eyes = self.eyes(caller);
        self.read(|r| match r.find::<Document>(&id)? {
            Some(d) if self.may_read(r, &eyes, &d)? => Ok(d),
            _ => Err(no_such()),
        })
    }

    /// A document's file, taken out: on record.
    ///
    /// # Errors
    /// [`OpsError::NotFound`].
    pub fn document_file(&self, caller: &Caller, id: DocumentId) -> Result<(StoredFile, Vec<u8>), OpsError> {
        let document = self.document(caller, id)?;
        let file = document.file.clone().ok_or_else(no_such)?;
        let bytes = self.file_bytes(&file)?;
        let e = entry(caller, audit::DOCUMENT_READ)
            .on(subject(&document))
            .fact("file", &file.name)
            .fact("sha256", &file.sha256);
        let e = concerning(e, self.read(|r| Ok(r.all_by::<Camera>("document", &id.to_bytes())?))?);
        self.write(move |w| Ok(w.audit(e)?))?;
        Ok((file, bytes))
    }

    /// Adds a document to a camera.
    ///
    /// # Errors
    /// [`OpsError::Invalid`] with every field at fault, [`OpsError::NotFound`], [`OpsError::Full`].
    pub fn add_document(
        &self,
        caller: &Caller,
        id: CameraId,
        draft: &DocumentDraft,
        upload: Option<&Upload>,
    ) -> Result<Document, OpsError> {
        self.authorise(caller, Act::EditCameras)?;
        let facts = self.decided(draft)?;
        let file = upload.map(|u| self.keep_file(u)).transpose()?;
        let document = self.act_on(caller, Act::EditCameras, id, move |w, eyes, mut camera| {
            if camera.facts.documents.len() >= limits::LIST_ITEMS_MAX {
                let max = limits::LIST_ITEMS_MAX;
                return Err(OpsError::Full(Said::new(
                    format!("Camera đã có {max} văn bản, là mức tối đa."),
                    format!("The camera has {max} documents, which is the most it takes."),
                )));
            }
            let document = write_new(w, eyes.caller(), facts, file, Some(&camera))?;
            camera.facts.documents.push(document.id);
            put_list(w, eyes.caller(), &mut camera, None, Some(&line(&document)))?;
            Ok(document)
        })?;
        self.note_document(document.id, Some(&document.kind));
        self.refresh_camera(id, false)?;
        Ok(document)
    }

    fn decided(&self, draft: &DocumentDraft) -> Result<DocumentFacts, OpsError> {
        let registers = self.registers();
        let founds = registers.item_by(Register::DocumentType, "kind", draft.kind.trim()).ok().and_then(|code| {
            registers.item(Register::DocumentType, &code).map(|i| i.traits.second_view || i.traits.consent)
        });
        Ok(decide_document(draft, &DOCUMENT, founds.unwrap_or(false), &self.lexicon())?)
    }

    /// Changes what a camera's document says, and its file if one is given; if `seen`, the document's [`document_mark`], is
    /// given, only if nobody else has since.
    ///
    /// # Errors
    /// As [`Ops::add_document`]; [`OpsError::Changed`].
    pub fn change_document(
        &self,
        caller: &Caller,
        camera: CameraId,
        id: DocumentId,
        draft: &DocumentDraft,
        upload: Option<&Upload>,
        seen: Option<u64>,
    ) -> Result<Document, OpsError> {
        self.authorise(caller, Act::EditCameras)?;
        let facts = self.decided(draft)?;
        let file = upload.map(|u| self.keep_file(u)).transpose()?;
        let (document, cameras) = self.act_on(caller, Act::EditCameras, camera, move |w, eyes, camera| {
            let old = w.find::<Document>(&id)?.filter(|_| camera.facts.documents.contains(&id)).ok_or_else(no_such)?;
            let all = w.all_by::<Camera>("document", &id.to_bytes())?;
            for other in &all {
                eyes.must(Act::EditCameras, other)?;
            }
            let found = document_mark(&old);
            if let Some(expected) = seen.filter(|seen| *seen != found) {
                return Err(OpsError::Changed { expected, found });
            }
            let file = file.or_else(|| old.file.clone());
            let DocumentFacts { kind, number, date, issuer, title } = facts;
            let new = Document { kind, number, date, issuer, title, file, ..old.clone() };
            if new == old {
                return Ok((new, Vec::new()));
            }
            w.audit(
                entry(eyes.caller(), audit::DOCUMENT_CHANGED)
                    .on(subject(&new))
                    .also(Subject::new("camera", camera.id, format!("{} {}", camera.code, camera.name)))
                    .differences(Some(&old), Some(&new)),
            )?;
            w.put(&new)?;
            Ok((new, all.iter().map(|c| c.id).collect::<Vec<_>>()))
        })?;
        self.note_document(document.id, Some(&document.kind));
        self.refresh_cameras(&cameras, false)?;
        Ok(document)
    }

    /// Takes a document away from a camera; it goes altogether when nothing else rests on it.
    ///
    /// # Errors
    /// [`OpsError::NotFound`].
    pub fn remove_document(&self, caller: &Caller, camera: CameraId, id: DocumentId) -> Result<(), OpsError> {
        let gone = self.act_on(caller, Act::EditCameras, camera, move |w, eyes, mut camera| {
            let at = camera.facts.documents.iter().position(|d| *d == id).ok_or_else(no_such)?;
            camera.facts.documents.remove(at);
            let document = w.find::<Document>(&id)?;
            let told = document.as_ref().map_or_else(|| id.to_string(), line);
            put_list(w, eyes.caller(), &mut camera, Some(&told), None)?;
            let Some(document) = document else { return Ok(true) };
            let kept = !w.all_by::<Camera>("document", &id.to_bytes())?.is_empty()
                || w.range::<Grant>(..)?.iter().any(|g| g.document == Some(id))
                || w.range::<AccessRequest>(..)?.iter().any(|r| r.document == Some(id));
            if !kept {
                w.remove::<Document>(&id)?;
                w.audit(
                    entry(eyes.caller(), audit::DOCUMENT_REMOVED)
                        .on(subject(&document))
                        .also(Subject::new("camera", camera.id, format!("{} {}", camera.code, camera.name)))
                        .differences(Some(&document), None),
                )?;
            }
            Ok(!kept)
        })?;
        if gone {
            self.note_document(id, None);
        }
        self.refresh_camera(camera, false)
    }
}

/// Documents that a camera's record names anew must be there and readable for these eyes: naming one gives it to all who see
/// the camera.
pub(crate) fn check_named(r: &ReadTx<'_>, eyes: &Eyes, old: &[DocumentId], new: &[DocumentId]) -> Result<(), OpsError> {
    for id in new.iter().filter(|d| !old.contains(d)) {
        let fits = match r.find::<Document>(id)? {
            Some(d) => of_a_camera(r, eyes, &d)?,
            None => false,
        };
        if !fits {
            let said = Said::new("Không có văn bản này.", "There is no such document.");
            return Err(FieldFault::new("documents", said).into());
        }
    }
    Ok(())
}
