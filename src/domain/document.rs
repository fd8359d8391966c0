//! Documents (văn bản): the papers that consents, agreements, reports and grants rest on, and the files kept with records.
//!
//! Not here: the files' bytes (`ops` keeps them in the data folder, named by their hash).

use crate::facts_fields::day;
use crate::facts_patch::take;
use crate::text::{self, FieldFault};
use crate::{Extra, Lexicon, Register};
use base::{AccountId, CivilDate, DocumentId, Said, WallTime};
use serde::{Deserialize, Serialize};

/// A paper that something rests on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Document {
    /// For life.
    pub id: DocumentId,
    /// Code of an entry of [`crate::register::Register::DocumentType`].
    pub kind: String,
    /// Number and symbol, for example `123/UBND-VX`.
    pub number: String,
    /// Its date.
    pub date: Option<CivilDate>,
    /// Who issued it (cơ quan ban hành).
    #[serde(default)]
    pub issuer: String,
    /// What it is about (trích yếu).
    #[serde(default)]
    pub title: String,
    /// Its file, if one was given.
    #[serde(default)]
    pub file: Option<StoredFile>,
    /// Who entered it.
    pub added_by: AccountId,
    /// When.
    pub added_at: WallTime,
    /// Since when it is no longer good (thu hồi), and why; what rests on it has ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withdrawn: Option<(WallTime, String)>,
    /// Fields of a newer program.
    #[serde(flatten)]
    pub extra: Extra,
}

/// A file in the data folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredFile {
    /// Its name as it was given, for people; never a path.
    pub name: String,
    /// Media type, from the content and not from the name.
    pub media_type: String,
    /// Bytes.
    pub size: u64,
    /// SHA-256 of the bytes, hex; also where they are kept.
    pub sha256: String,
}

/// A document as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DocumentDraft {
    /// Type: code or name.
    pub kind: String,
    /// Number and symbol.
    pub number: String,
    /// Its date.
    pub date: String,
    /// Who issued it.
    pub issuer: String,
    /// What it is about.
    pub title: String,
}

/// A document that fits the rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentFacts {
    /// Type: code.
    pub kind: String,
    /// Number and symbol.
    pub number: String,
    /// Its date.
    pub date: Option<CivilDate>,
    /// Who issued it.
    pub issuer: String,
    /// What it is about.
    pub title: String,
}

/// What a form calls the fields of a document.
#[derive(Clone, Copy, Debug)]
pub struct DocumentFields {
    /// Type.
    pub kind: &'static str,
    /// Number.
    pub number: &'static str,
    /// Date.
    pub date: &'static str,
    /// Issuer.
    pub issuer: &'static str,
    /// Title.
    pub title: &'static str,
}

/// A document by itself.
pub const DOCUMENT: DocumentFields =
    DocumentFields { kind: "kind", number: "number", date: "date", issuer: "issuer", title: "title" };
/// The agreement to a second camera, within a camera's form.
pub const AGREEMENT: DocumentFields = DocumentFields {
    kind: "agreement_kind",
    number: "agreement_number",
    date: "agreement_date",
    issuer: "agreement_issuer",
    title: "agreement_title",
};

impl DocumentDraft {
    /// Is nothing typed?
    pub fn is_empty(&self) -> bool {
        [&self.number, &self.date, &self.issuer, &self.title].iter().all(|t| t.trim().is_empty())
    }
}

/// Reads a document by the rules: it has a type, and a number or a title. One that a consent or an agreement rests on
/// (`founds`) has number, date and issuer.
///
/// # Errors
/// Every field that is wrong, by its name in `fields`.
pub fn decide_document(
    draft: &DocumentDraft,
    fields: &DocumentFields,
    founds: bool,
    lexicon: &dyn Lexicon,
) -> Result<DocumentFacts, Vec<FieldFault>> {
    let mut faults = Vec::new();
    let f = &mut faults;
    let line = |field, text: &str, needed: bool, f: &mut Vec<FieldFault>| {
        let read = if needed { text::name(field, text).map(Some) } else { text::optional_name(field, text) };
        take(read, f).flatten().unwrap_or_default()
    };
    let kind = match draft.kind.trim() {
        "" => take(text::name(fields.kind, ""), f).unwrap_or_default(),
        typed => take(lexicon.item(Register::DocumentType, fields.kind, typed), f).unwrap_or_default(),
    };
    let number = line(fields.number, &draft.number, founds, f);
    let issuer = line(fields.issuer, &draft.issuer, founds, f);
    let title = line(fields.title, &draft.title, false, f);
    let date = match draft.date.trim() {
        "" if founds => take(text::name(fields.date, ""), f).and(None),
        "" => None,
        typed => take(day(fields.date, typed), f),
    };
    if number.is_empty() && title.is_empty() && !founds && f.is_empty() {
        let said = Said::new("Hãy ghi số, ký hiệu hoặc trích yếu.", "Give the number or what it is about.");
        f.push(FieldFault::new(fields.number, said));
    }
    if faults.is_empty() { Ok(DocumentFacts { kind, number, date, issuer, title }) } else { Err(faults) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::AsWritten;

    fn fields(faults: Vec<FieldFault>) -> Vec<&'static str> {
        faults.into_iter().map(|f| f.field).collect()
    }

    #[test]
    fn what_a_document_must_have() {
        let full = DocumentDraft {
            kind: "second_view".into(),
            number: " 12/UBND-VX ".into(),
            date: "24/11/2026".into(),
            issuer: "UBND Quận 1".into(),
            title: String::new(),
        };
        let read = decide_document(&full, &AGREEMENT, true, &AsWritten).expect("fits");
        assert_eq!((read.number.as_str(), read.date.map(|d| d.day())), ("12/UBND-VX", Some(24)));
        let nothing = DocumentDraft::default();
        assert!(nothing.is_empty() && !full.is_empty());
        assert_eq!(
            fields(decide_document(&nothing, &AGREEMENT, true, &AsWritten).expect_err("empty")),
            ["agreement_kind", "agreement_number", "agreement_issuer", "agreement_date"]
        );
        let titled = DocumentDraft { kind: "technical".into(), title: "Sơ đồ".into(), ..nothing.clone() };
        assert!(decide_document(&titled, &DOCUMENT, false, &AsWritten).is_ok());
        let bare = DocumentDraft { kind: "technical".into(), ..nothing };
        assert_eq!(fields(decide_document(&bare, &DOCUMENT, false, &AsWritten).expect_err("bare")), ["number"]);
        let odd = DocumentDraft { kind: "???".into(), date: "32/1/2026".into(), ..titled };
        assert_eq!(fields(decide_document(&odd, &DOCUMENT, false, &AsWritten).expect_err("odd")), ["kind", "date"]);
    }
}
