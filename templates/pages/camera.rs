//! One camera: its picture, its streams' states, its record, edit form, danger zone.

use super::camera_add::address_fields;
use super::record::{Part, inputs};
use crate::layout::{Frame, Section, page};
use crate::parts::{Field, csrf, fault_of, field, form_faults, icon, moment_ago, picture_rows, status, stream_name};
use crate::routes;
use crate::views::{CameraView, EditCameraForm};
use crate::words::{RecordWords, fill};
use maud::{Markup, html};

const EDIT_FIELDS: [&str; 13] = [
    "name",
    "code",
    "area",
    "unit",
    "main_url",
    "sub_url",
    "username",
    "password",
    "transport",
    "revision",
    "other_names",
    "note",
    "reason",
];

fn record(view: &CameraView) -> Markup {
    let t = view.shell.words();
    let text = |value: &Option<String>| html! { @if let Some(v) = value { (v) } @else { span.muted { "–" } } };
    html! {
        section.card aria-labelledby="record-title" {
            h2 #record-title { (t.camera_record) }
            dl.facts.facts--wide {
                div { dt { (t.code) } dd { span.code { (view.code) } } }
                div { dt { (t.area) } dd { (text(&view.area)) } }
                div { dt { (t.unit) } dd { (text(&view.unit)) } }
                @if let Some(url) = &view.main_url { div { dt { (t.stream_main) } dd { span.code { (url) } } } }
                @if let Some(url) = &view.sub_url { div { dt { (t.stream_sub) } dd { span.code { (url) } } } }
                @if view.main_url.is_some() {
                    div { dt { (t.transport) } dd { (if view.udp { "UDP" } else { "TCP" }) } }
                    div { dt { (t.camera_password_kept) } dd { @if view.password_kept { (icon("lock")) (t.kept_sealed) } @else { (t.none) } } }
                }
                @for f in ["other_names", "note"].iter().filter_map(|n| view.record.fact(n)).filter(|f| !f.shown.is_empty()) {
                    div { dt { (f.label) } dd data-fact=(f.name) { (f.shown) } }
                }
                div { dt { (t.camera_added) } dd { (moment_ago(view.created_at)) } }
                div { dt { (t.camera_changed) } dd { (moment_ago(view.changed_at)) } }
            }
        }
    }
}

fn edit(view: &CameraView, form: &EditCameraForm) -> Markup {
    let (t, r) = (view.shell.words(), RecordWords::of(view.shell.language));
    let here = routes::camera(&view.code);
    // Faults belong to the form that was sent.
    let refused = view.record.part == "edit";
    let none = Vec::new();
    let faults = if refused { &view.faults } else { &none };
    let confirm = fault_of(&view.faults, "confirm_name");
    html! {
        details.card.fold #edit open[refused] {
            summary { (icon("pencil")) h2 { (r.general) } (icon("chevron-down")) }
            form method="post" action=(here) {
                (form_faults(&view.shell, faults, &EDIT_FIELDS))
                (csrf(&view.shell))
                input type="hidden" name="revision" value=(form.revision);
                input type="hidden" name="part" value="edit";
                div.pair {
                    (field(faults, Field { name: "name", label: t.camera_name, value: &form.details.name, required: true, ..Field::default() }))
                    (field(faults, Field { name: "code", label: t.code, value: &form.details.code, required: true, code: true, ..Field::default() }))
                }
                div.pair {
                    (field(faults, Field { name: "area", label: t.area, value: &form.details.area, optional: t.optional, list: Some(("areas", &form.areas)), ..Field::default() }))
                    (field(faults, Field { name: "unit", label: t.unit, value: &form.details.unit, optional: t.optional, list: Some(("units", &form.units)), ..Field::default() }))
                }
                (address_fields(t, faults, &form.address, if view.password_kept { t.camera_password_keep } else { t.camera_password_hint }, false))
                @if view.password_kept {
                    label.choices__one { input type="checkbox" name="password_clear" value="1"; span { (t.camera_password_clear) } }
                }
                (inputs(&view.shell, faults, &view.record, &["other_names", "note"], "edit"))
                (field(faults, Field { name: "reason", label: r.reason, value: &view.record.reason, optional: t.optional, form: "edit-", ..Field::default() }))
                p.note { (icon("info")) span { (t.camera_edit_hint) } }
                div.acts { button.btn.btn--primary { (t.save) } a.btn.btn--quiet href=(here) { (t.cancel) } }
            }
        }
        details.card.fold.fold--danger open[confirm.is_some()] {
            summary { (icon("triangle-alert")) h2 { (t.danger) } (icon("chevron-down")) }
            form method="post" action={ (here) "/remove" } data-confirm-name=(view.name) {
                h3 { (t.remove_title) }
                p { (t.remove_what) }
                (csrf(&view.shell))
                p.confirm-name { strong { (view.name) } }
                (field(&view.faults, Field { name: "confirm_name", label: t.remove_confirm, required: true, ..Field::default() }))
                button.btn.btn--danger { (icon("trash-2")) (t.remove_submit) }
            }
        }
    }
}

/// One camera.
pub fn camera_page(view: &CameraView) -> String {
    let shell = &view.shell;
    let (t, r) = (shell.words(), RecordWords::of(shell.language));
    let (here, edits) = (routes::camera(&view.code), view.edit.is_some());
    let revision = view.edit.as_ref().map_or(0, |e| e.revision);
    let part = Part { shell, faults: &view.faults, record: &view.record, here: &here, revision };
    let frame =
        Frame { title: &view.name, section: Section::Cameras, scripts: &["live-view.js", "camera-map.js"], body: "" };
    page(
        shell,
        &frame,
        html! {
            header.head {
                div {
                    a.crumb href=(routes::CAMERAS) { (icon("arrow-left")) (t.cameras_title) }
                    h1 { (view.name) }
                    p.head__sub { span.code { (view.code) } @if let Some(area) = &view.area { " · " (area) } @if let Some(unit) = &view.unit { " · " (unit) } }
                }
                @if view.may_watch {
                    a.btn href=(routes::with_query(routes::LIVE, &[("grid", "1"), ("tiles", &view.code)])) { (icon("maximize")) (t.open_live) }
                }
            }
            nav.parts aria-label=(r.parts) {
                @for (part, word) in [("overview", r.overview), ("place", r.place), ("class", r.class), ("device", r.device), ("papers", r.papers), ("history", r.history)] {
                    a href={ "#part-" (part) } { (word) }
                }
            }
            div.columns.columns--camera {
                div.stack {
                    @if view.may_watch {
                        div.screen { live-view camera=(view.code) name=(view.name) stream="auto" ask="press" {
                            noscript { p { (t.live_noscript) } }
                        } }
                    } @else {
                        div.flash.flash--bad { (icon("lock")) p { (t.not_watch) } }
                    }
                    (part.place(edits))
                    (part.class(edits))
                    (part.device(edits))
                    (part.papers(edits))
                    @if let Some(form) = &view.edit { (edit(view, form)) }
                }
                div.stack {
                    (part.standing(edits))
                    section.card aria-labelledby="streams-title" {
                        h2 #streams-title { (t.camera_streams) }
                        @for stream in &view.streams {
                            div.stream data-stream=(stream.stream.as_str()) data-phase=(stream.phase.as_str()) {
                                div.stream__head { h3 { (stream_name(stream.stream, t)) } span.muted { (fill(t.viewers_n, &[("n", &stream.viewers.to_string())])) } }
                                (status(shell, stream))
                                @if let Some(facts) = &stream.facts { dl.facts { (picture_rows(shell, facts, None)) } }
                            }
                        }
                    }
                    (record(view))
                    (super::camera_rights::camera_rights(&view.rights, shell.language))
                    (part.history())
                }
            }
        },
    )
}
