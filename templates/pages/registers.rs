//! Registers: one at a time, its entries and the form of one.

use crate::layout::{Frame, Section, page};
use crate::parts::{Field, back_to_admin, csrf, day, field, form_faults, icon};
use crate::routes;
use crate::views::{ItemRow, RegistersView};
use crate::words::{RegisterWords, fill};
use domain::Register;
use maud::{Markup, html};

/// The register's name.
pub(crate) fn register_name(register: Register, t: &RegisterWords) -> &'static str {
    match register {
        Register::Sector => t.register_sector,
        Register::Purpose => t.register_purpose,
        Register::Place => t.register_place,
        Register::Layer => t.register_layer,
        Register::DocumentType => t.register_document_type,
        Register::Tier => t.register_tier,
        Register::UnitKind => t.register_unit_kind,
        Register::Ownership => t.register_ownership,
        Register::Funding => t.register_funding,
        Register::AssetKind => t.register_asset_kind,
        Register::UpdateForm => t.register_update_form,
        Register::UpdateFrequency => t.register_update_frequency,
        Register::RecordingClass => t.register_recording_class,
        Register::SharingClass => t.register_sharing_class,
    }
}

fn place(register: Register) -> String {
    format!("{}/{}", routes::REGISTERS, register.as_str())
}

fn more(row: &ItemRow) -> Markup {
    html! {
        @if !row.more.is_empty() { div.chips { @for one in &row.more { span.chips__one { (one) } } } }
        @if let Some(words) = &row.words { p.muted.table__sub { "“" (words) "”" } }
    }
}

fn period(row: &ItemRow, t: &RegisterWords) -> Markup {
    html! {
        @if !row.in_force { span.state.state--waiting { (icon("circle-x")) (t.area_ended) } " " }
        @if let Some(from) = row.from { (fill(t.area_since, &[("t", &day(from))])) " " }
        @if let Some(to) = row.to { (fill(t.area_until, &[("t", &day(to))])) }
        @if row.from.is_none() && row.to.is_none() { span.muted { (t.area_always) } }
    }
}

fn form(view: &RegistersView) -> Markup {
    let shell = &view.shell;
    let (w, t) = (shell.words(), RegisterWords::of(shell.language));
    let (f, faults) = (&view.form, &view.faults);
    let fields =
        ["code", "vi", "en", "order", "valid_from", "valid_to", "from_m", "below_m", "purposes", "told", "short"];
    let action = match &view.changed {
        Some((row, _)) => format!("{}/{}", place(view.register), routes::segment(&row.code)),
        None => place(view.register),
    };
    let tick = |name: &str, label: &str, on: bool| html! { label.choices__one { input type="checkbox" name=(name) value="1" checked[on]; span { (label) } } };
    let ticks = |name: &str, label: &str, all: &[(String, String)], chosen: &[String]| {
        html! { fieldset.choices.choices--many { legend.field__label { (label) } @for (code, word) in all { (tick(&format!("{name}_{code}"), word, chosen.contains(code))) } } }
    };
    html! {
        form method="post" action=(action) {
            (form_faults(shell, faults, &fields))
            (csrf(shell))
            input type="hidden" name="revision" value=(f.revision);
            div.pair {
                (field(faults, Field { name: "vi", label: t.item_vi, value: &f.vi, required: true, ..Field::default() }))
                (field(faults, Field { name: "en", label: t.item_en, value: &f.en, optional: w.optional, ..Field::default() }))
            }
            div.pair {
                @if view.changed.is_none() { (field(faults, Field { name: "code", label: t.item_code, value: &f.code, hint: t.item_code_hint, required: true, code: true, ..Field::default() })) }
                (field(faults, Field { name: "order", label: t.item_order, value: &f.order, optional: w.optional, ..Field::default() }))
            }
            @if view.register == Register::Layer {
                div.pair {
                    (field(faults, Field { name: "from_m", label: t.item_from_m, value: &f.from_m, optional: w.optional, ..Field::default() }))
                    (field(faults, Field { name: "below_m", label: t.item_below_m, value: &f.below_m, optional: w.optional, ..Field::default() }))
                }
                (ticks("purpose", t.item_purposes, &view.purposes, &f.purposes))
            }
            @if view.register == Register::Sector { (ticks("purpose", t.item_sector_purposes, &view.purposes, &f.purposes)) }
            @if view.register == Register::Place {
                (tick("public", t.item_public, f.public))
                (ticks("told", t.item_told, &view.sectors, &f.told))
            }
            @if view.register == Register::DocumentType { (tick("consent", t.item_consent, f.consent)) (tick("second_view", t.item_second_view, f.second_view)) }
            @if view.register == Register::Tier { (field(faults, Field { name: "short", label: t.item_short, value: &f.short, hint: t.item_short_hint, optional: w.optional, ..Field::default() })) }
            div.pair {
                (field(faults, Field { name: "valid_from", label: t.area_from, value: &f.valid_from, kind: "date", optional: w.optional, ..Field::default() }))
                (field(faults, Field { name: "valid_to", label: t.area_to, value: &f.valid_to, kind: "date", hint: t.area_to_hint, optional: w.optional, ..Field::default() }))
            }
            // Ending what is in use asks twice: this is the second answer.
            @if faults.iter().any(|f| f.field == "valid_to") && view.changed.as_ref().is_some_and(|(_, uses)| !uses.is_empty()) {
                (tick("in_use_too", t.item_in_use_too, f.in_use_too))
            }
            button.btn.btn--primary { (if view.changed.is_some() { w.save } else { t.item_add }) }
        }
    }
}

/// One register.
pub fn registers_page(view: &RegistersView) -> String {
    let shell = &view.shell;
    let (w, t) = (shell.words(), RegisterWords::of(shell.language));
    let name = register_name(view.register, t);
    let frame = Frame { title: name, section: Section::Admin, scripts: &[], body: "" };
    page(
        shell,
        &frame,
        html! {
            header.head { div {
                @if view.changed.is_some() { a.crumb href=(place(view.register)) { (icon("arrow-left")) (fill(t.back_to, &[("name", name)])) } }
                @else { (back_to_admin(shell)) }
                h1 { (view.changed.as_ref().map_or(t.registers_title, |(row, _)| row.name.as_str())) }
                p.head__sub { (t.registers_sub) }
            } }
            nav.lists aria-label=(t.registers_tabs) {
                @for register in Register::ALL { a.lists__one href=(place(register)) aria-current=[(register == view.register).then_some("page")] { (register_name(register, t)) } }
            }
            @if let Some((row, uses)) = &view.changed {
                div.card {
                    dl.facts {
                        div { dt { (t.item_code) } dd { span.code { (row.code) } } }
                        div { dt { (t.item_name) } dd { (row.name) div.muted { (row.other) } } }
                        div { dt { (t.area_period) } dd { (period(row, t)) } }
                        @if let Some(article) = &row.article { div { dt { (t.item_article) } dd { (article) } } }
                    }
                    (more(row))
                    p.muted { @if uses.is_empty() { (t.item_unused) } @else { (fill(t.item_uses, &[("what", uses)])) } }
                }
                @if view.edits { div.card.card--form.card--table { h2 { (t.item_edit) } (form(view)) } }
            } @else {
                div.sheet {
                    table.table {
                        thead { tr { th { (name) } th { (t.item_code) } th { (t.item_article) } th { (t.item_more) } th { (t.area_period) } @if view.edits { th { span.hidden { (w.actions) } } } } }
                        tbody {
                            @for row in &view.rows {
                                tr data-item=(row.code) {
                                    td.table__main data-label=(name) { (row.name) div.muted.table__sub { (row.other) } }
                                    td data-label=(t.item_code) { span.code { (row.code) } }
                                    td.nowrap data-label=(t.item_article) { @if let Some(article) = &row.article { (article) } @else { span.muted { "–" } } }
                                    td data-label=(t.item_more) { (more(row)) }
                                    td data-label=(t.area_period) { (period(row, t)) }
                                    @if view.edits {
                                        td.table__end { a.btn.btn--small href={ (place(view.register)) "/" (routes::segment(&row.code)) } { (icon("pencil")) span { (t.change) } span.hidden { " " (row.name) } } }
                                    }
                                }
                            }
                        }
                    }
                }
                @if view.edits {
                    details.card.fold #add open[!view.faults.is_empty()] {
                        summary { (icon("plus")) h2 { (t.item_add) } (icon("chevron-down")) }
                        (form(view))
                    }
                }
            }
        },
    )
}
