//! The forms of rights: giving one, asking for one, deciding a request.

use crate::layout::{Frame, Section, page};
use crate::parts::{Field, csrf, fault_of, field, form_faults, icon, select, text_area};
use crate::routes;
use crate::views::{FieldFault, RequestView, RightsChoices, RightsForm, RightsFormView, Shell};
use crate::words::{ListWords, SharingWords, fill};
use maud::{Markup, html};

const FIELDS: [&str; 16] = [
    "holder",
    "for_unit",
    "acts",
    "scope",
    "named",
    "from",
    "until",
    "shifts",
    "purpose",
    "document",
    "paper_kind",
    "paper_number",
    "paper_date",
    "paper_issuer",
    "file",
    "why",
];

fn fault(faults: &[FieldFault], name: &str) -> Markup {
    html! { @if let Some(text) = fault_of(faults, name) { p.field__fault { (icon("triangle-alert")) span { (text) } } } }
}

/// Boxes to tick, named `{prefix}{value}`.
fn boxes(
    faults: &[FieldFault],
    name: &str,
    prefix: &str,
    legend: &str,
    all: &[(String, String)],
    on: &[String],
) -> Markup {
    html! {
        fieldset.choices.field--bad[fault_of(faults, name).is_some()] {
            legend.field__label { (legend) }
            div.ticks {
                @for (value, word) in all {
                    label.choices__one { input type="checkbox" name={ (prefix) (value) } value="1" checked[on.contains(value)]; span { (word) } }
                }
            }
            (fault(faults, name))
        }
    }
}

fn when(faults: &[FieldFault], form: &RightsForm, t: &SharingWords, optional: &str) -> Markup {
    html! {
        fieldset {
            legend { (t.when) }
            div.pair {
                (field(faults, Field { name: "from", label: t.from_day, value: &form.from, kind: "date", optional, ..Field::default() }))
                (field(faults, Field { name: "until", label: t.until_day, value: &form.until, kind: "date", optional, ..Field::default() }))
            }
            (text_area(faults, "shifts", t.shifts, &form.shifts, t.shifts_hint, 2))
        }
    }
}

fn paper(
    faults: &[FieldFault],
    form: &RightsForm,
    choices: &RightsChoices,
    t: &SharingWords,
    optional: &str,
) -> Markup {
    html! {
        fieldset {
            legend { (t.on_which) }
            p.field__hint { (t.paper_hint) }
            @if !choices.documents.is_empty() {
                (select(faults, "document", t.document_known, t.document_new, &form.document, &choices.documents))
            }
            div.pair {
                (select(faults, "paper_kind", t.paper_kind, t.paper_none, &form.paper_kind, &choices.papers))
                (field(faults, Field { name: "paper_number", label: t.paper_number, value: &form.paper_number, ..Field::default() }))
            }
            div.pair {
                (field(faults, Field { name: "paper_date", label: t.paper_date, value: &form.paper_date, kind: "date", ..Field::default() }))
                (field(faults, Field { name: "paper_issuer", label: t.paper_issuer, value: &form.paper_issuer, ..Field::default() }))
            }
            div.field.field--bad[fault_of(faults, "file").is_some()] {
                label.field__label for="paper-file" { (t.file) " " span.field__optional { "(" (optional) ")" } }
                input.input #paper-file type="file" name="file" accept=".pdf,.png,.jpg,.jpeg,.tif,.tiff,.webp,.docx,.doc,.xlsx,.xls,.odt,.ods" aria-describedby="paper-file-hint";
                (fault(faults, "file"))
                p.field__hint #paper-file-hint { (fill(t.file_hint, &[("n", &choices.file_mib_max.to_string())])) }
            }
        }
    }
}

fn cameras(
    faults: &[FieldFault],
    form: &RightsForm,
    choices: &RightsChoices,
    t: &SharingWords,
    language: base::Language,
) -> Markup {
    let l = ListWords::of(language);
    let named = if fault_of(faults, "named").is_some() { "named" } else { "scope" };
    let more = [&form.areas, &form.units].iter().any(|f| !f.is_empty())
        || !form.sectors.is_empty()
        || !form.purposes.is_empty();
    html! {
        fieldset {
            legend { (t.which_cameras) }
            p.field__hint { (t.which_hint) }
            div.field--bad[fault_of(faults, named).is_some()] {
                (text_area(&[], "cameras", t.part_cameras, &form.cameras, t.cameras_hint, 3))
                (fault(faults, named))
            }
            @if !choices.lists.is_empty() {
                div.lists-choice { (boxes(&[], "lists", "list_", l.part, &choices.lists, &form.lists)) p.field__hint { (l.part_hint) } }
            }
            details.fold open[more] {
                summary { span { (t.part_areas) ", " (t.part_units) ", " (t.part_sectors) ", " (t.part_purposes) } (icon("chevron-down")) }
                div.pair {
                    (text_area(&[], "areas", t.part_areas, &form.areas, t.areas_hint, 2))
                    (text_area(&[], "units", t.part_units, &form.units, t.units_hint, 2))
                }
                (boxes(&[], "sectors", "sector_", t.part_sectors, &choices.sectors, &form.sectors))
                (boxes(&[], "purposes", "purpose_", t.part_purposes, &choices.purposes, &form.purposes))
            }
        }
    }
}

fn purpose(faults: &[FieldFault], form: &RightsForm, t: &SharingWords) -> Markup {
    field(
        faults,
        Field {
            name: "purpose",
            label: t.what_for,
            value: &form.purpose,
            hint: t.purpose_hint,
            required: true,
            ..Field::default()
        },
    )
}

/// Giving a right, or asking for one.
pub fn rights_form_page(view: &RightsFormView) -> String {
    let shell = &view.shell;
    let (w, t) = (shell.words(), SharingWords::of(shell.language));
    let (form, choices, faults) = (&view.form, &view.choices, &view.faults);
    let (title, sub, action, submit) = if view.asks {
        (t.ask_title, t.ask_sub, routes::REQUESTS, t.ask_do)
    } else {
        (t.new_title, t.new_sub, routes::SHARING, t.give_do)
    };
    let frame = Frame { title, section: Section::Sharing, scripts: &[], body: "" };
    page(
        shell,
        &frame,
        html! {
            header.head { div { a.crumb href=(routes::SHARING) { (icon("arrow-left")) (t.back) } h1 { (title) } p.head__sub { (sub) } } }
            form.card.rights-form method="post" action=(action) enctype="multipart/form-data" {
                (form_faults(shell, faults, &FIELDS))
                (csrf(shell))
                @if view.asks {
                    @if let Some(unit) = &choices.own_unit {
                        label.choices__one { input type="checkbox" name="for_unit" value="1" checked[form.for_unit]; span { (fill(t.for_unit, &[("name", unit)])) } }
                    }
                } @else {
                    (field(faults, Field { name: "holder", label: t.holder, value: &form.holder, hint: t.holder_hint, required: true, list: Some(("holders", &choices.holders)), ..Field::default() }))
                }
                (boxes(faults, "acts", "act_", t.which_acts, &choices.acts, &form.acts))
                (cameras(faults, form, choices, t, shell.language))
                (purpose(faults, form, t))
                (when(faults, form, t, w.optional))
                (paper(faults, form, choices, t, w.optional))
                button.btn.btn--primary { (icon(if view.asks { "key-round" } else { "share-2" })) (submit) }
            }
        },
    )
}

/// The decision of a request: approve with what is still needed, or refuse with a reason.
pub(crate) fn decision(view: &RequestView, at: &str) -> Markup {
    let shell: &Shell = &view.shell;
    let (w, t) = (shell.words(), SharingWords::of(shell.language));
    let faults = &view.faults;
    html! {
        section.card {
            h2 { (t.decide_title) }
            @if view.beyond { p.note { (icon("info")) span { (t.beyond) } } }
            form.rights-form method="post" action={ (at) "/decide" } enctype="multipart/form-data" {
                (form_faults(shell, faults, &FIELDS))
                (csrf(shell))
                input type="hidden" name="revision" value=(view.revision);
                input type="hidden" name="verdict" value="approve";
                (boxes(faults, "acts", "act_", t.which_acts, &view.asked_acts, &view.form.acts))
                (fault(faults, "named")) (fault(faults, "scope"))
                (when(faults, &view.form, t, w.optional))
                @if view.row.document.is_none() || view.beyond { (paper(faults, &view.form, &view.choices, t, w.optional)) }
                button.btn.btn--primary { (icon("check")) (t.approve_do) }
            }
        }
        details.card.fold open[fault_of(faults, "why").is_some()] {
            summary { h2 { (t.refuse_title) } (icon("chevron-down")) }
            form method="post" action={ (at) "/decide" } enctype="multipart/form-data" {
                (csrf(shell))
                input type="hidden" name="revision" value=(view.revision);
                input type="hidden" name="verdict" value="refuse";
                (text_area(faults, "why", t.refuse_why, &view.why, "", 2))
                button.btn.btn--danger { (icon("circle-x")) (t.refuse_do) }
            }
        }
    }
}
