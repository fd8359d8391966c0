//! Units: the list, one unit with its form.

use crate::layout::{Frame, Section, page};
use crate::parts::{Field, back_to_admin, choice, count, csrf, day, empty, field, form_faults, icon, pager, select};
use crate::routes;
use crate::views::{UnitRow, UnitView, UnitsView};
use crate::words::{RegisterWords, fill};
use maud::{Markup, html};

fn at(id: &str) -> String {
    format!("{}/{}", routes::UNITS, routes::segment(id))
}

fn flags(row: &UnitRow, t: &RegisterWords) -> String {
    let all =
        [(row.manages, t.unit_manages_short), (row.uses_data, t.unit_uses_short), (row.invests, t.unit_invests_short)];
    all.iter().filter(|f| f.0).map(|f| f.1).collect::<Vec<_>>().join(", ")
}

fn focal(row: &UnitRow, t: &RegisterWords) -> Markup {
    html! {
        @match &row.focal {
            Some(name) => { (name) }
            None if row.misses_focal => { span.state.state--connecting { (icon("triangle-alert")) (t.unit_focal_missing) } }
            None => { span.muted { "–" } }
        }
    }
}

/// All units.
pub fn units_page(view: &UnitsView) -> String {
    let shell = &view.shell;
    let (w, t) = (shell.words(), RegisterWords::of(shell.language));
    let frame = Frame { title: t.units_title, section: Section::Admin, scripts: &[], body: "" };
    let kinds: Vec<(&str, &str)> = view.kinds.iter().map(|(c, n)| (c.as_str(), n.as_str())).collect();
    let add = html! { @if view.edits { a.btn.btn--primary href=(routes::UNIT_ADD) { (icon("plus")) span { (t.units_add) } } } };
    page(
        shell,
        &frame,
        html! {
            header.head {
                div {
                    (back_to_admin(shell))
                    h1 { (t.units_title) } p.head__sub { (t.units_sub) }
                }
                @if !view.none_at_all { div.acts { (add) } }
            }
            @if view.none_at_all { (empty("building-2", t.units_empty_title, t.units_empty, add)) } @else {
                @if view.missing_n > 0 && !view.missing {
                    div.flash.flash--warn { (icon("user-check")) div {
                        p { @if view.missing_n == 1 { (t.units_missing_one) } @else { (fill(t.units_missing_n, &[("n", &count(shell, view.missing_n))])) } }
                        a.btn.btn--small href=(routes::with_query(routes::UNITS, &[("missing", "1")])) { (t.units_missing_see) }
                    } }
                }
                form.filter method="get" action=(routes::UNITS) role="search" {
                    div.search.filter__search {
                        (icon("search"))
                        input.input type="search" name="q" value=(view.q) data-search placeholder=(t.units_search) aria-label=(w.search) title=(w.search_hint) aria-keyshortcuts="/";
                        kbd aria-hidden="true" { "/" }
                    }
                    (choice("kind", t.unit_kind, w.all, &view.kind, &kinds))
                    label.choices__one { input type="checkbox" name="missing" value="1" checked[view.missing]; span { (t.units_missing) } }
                    div.filter__end {
                        button.btn { (w.filter) }
                        @if !view.q.is_empty() || !view.kind.is_empty() || view.missing { a.btn.btn--quiet href=(routes::UNITS) { (w.filter_clear) } }
                    }
                }
                @if view.rows.is_empty() { p.muted { (t.units_none) } } @else {
                    div.sheet {
                        table.table {
                            thead { tr { th { (t.unit) } th { (t.unit_code) } th { (t.unit_kind) } th { (t.unit_area) } th { (t.unit_flags) } th { (t.unit_focal) } th.table__number { (t.unit_cameras) } } }
                            tbody {
                                @for row in &view.rows {
                                    tr data-unit=(row.code) {
                                        td.table__main data-label=(t.unit) {
                                            a href=(at(&row.id)) { (row.name) }
                                            @if let Some(on) = row.ended_on { " " span.state.state--waiting title=(day(on)) { (icon("circle-x")) (t.unit_ended) } }
                                        }
                                        td data-label=(t.unit_code) { span.code { (row.code) } }
                                        td data-label=(t.unit_kind) { (row.kind) }
                                        td data-label=(t.unit_area) { @if row.area.is_empty() { span.muted { "–" } } @else { (row.area) } }
                                        td data-label=(t.unit_flags) { (flags(row, t)) }
                                        td data-label=(t.unit_focal) { (focal(row, t)) }
                                        td.table__number data-label=(t.unit_cameras) { (count(shell, row.cameras)) }
                                    }
                                }
                            }
                        }
                    }
                    (pager(shell, &view.paging, view.rows.len()))
                }
            }
        },
    )
}

fn form(view: &UnitView, action: &str) -> Markup {
    let shell = &view.shell;
    let (w, t) = (shell.words(), RegisterWords::of(shell.language));
    let (f, faults) = (&view.form, &view.faults);
    let fields = [
        "code",
        "name",
        "short_name",
        "kind",
        "parent",
        "area",
        "sectors",
        "focal_name",
        "focal_title",
        "focal_phone",
        "focal_email",
        "phone",
        "email",
        "ended_on",
    ];
    let plain = |name: &'static str, label: &'static str, value: &str| {
        field(faults, Field { name, label, value, optional: w.optional, ..Field::default() })
    };
    let tick = |name: &str, label: &str, on: bool| html! { label.choices__one { input type="checkbox" name=(name) value="1" checked[on]; span { (label) } } };
    html! {
        form method="post" action=(action) {
            (form_faults(shell, faults, &fields))
            (csrf(shell))
            input type="hidden" name="revision" value=(f.revision);
            div.pair {
                (field(faults, Field { name: "name", label: t.unit_name, value: &f.name, required: true, ..Field::default() }))
                (field(faults, Field { name: "code", label: t.unit_code, value: &f.code, hint: t.unit_code_hint, required: true, code: true, ..Field::default() }))
            }
            div.pair { (plain("short_name", t.unit_short_name, &f.short_name)) (select(faults, "kind", t.unit_kind, t.handover_choose, &f.kind, &view.kinds)) }
            div.pair {
                (field(faults, Field { name: "parent", label: t.unit_parent, value: &f.parent, hint: t.unit_parent_hint, optional: w.optional, list: Some(("units", &view.units)), ..Field::default() }))
                (field(faults, Field { name: "area", label: t.unit_area, value: &f.area, hint: t.unit_area_hint, optional: w.optional, list: Some(("areas", &view.areas)), ..Field::default() }))
            }
            div.pair {
                fieldset.choices { legend.field__label { (t.unit_flags) } (tick("manages", t.unit_manages, f.manages)) (tick("uses_data", t.unit_uses, f.uses_data)) (tick("invests", t.unit_invests, f.invests)) }
                fieldset.choices { legend.field__label { (t.unit_sectors) }
                    @for (code, name) in &view.sectors { (tick(&format!("sector_{code}"), name, f.sectors.contains(code))) }
                }
            }
            fieldset.choices {
                legend.field__label { (t.unit_focal) }
                div.pair { (plain("focal_name", t.unit_focal_name, &f.focal_name)) (plain("focal_title", t.unit_focal_title, &f.focal_title)) }
                div.pair { (plain("focal_phone", t.unit_phone, &f.focal_phone)) (plain("focal_email", t.unit_email, &f.focal_email)) }
            }
            fieldset.choices {
                legend.field__label { (t.unit) }
                div.pair { (plain("phone", t.unit_phone, &f.phone)) (plain("email", t.unit_email, &f.email)) }
                @if f.revision > 0 { (field(faults, Field { name: "ended_on", label: t.unit_ended_on, value: &f.ended_on, kind: "date", optional: w.optional, ..Field::default() })) }
            }
            button.btn.btn--primary { (if f.revision == 0 { t.units_add } else { w.save }) }
        }
    }
}

/// One unit, or the form of a new one.
pub fn unit_page(view: &UnitView) -> String {
    let shell = &view.shell;
    let t = RegisterWords::of(shell.language);
    let title = view.row.as_ref().map_or(t.units_add, |r| r.name.as_str());
    let frame = Frame { title, section: Section::Admin, scripts: &[], body: "" };
    page(
        shell,
        &frame,
        html! {
            header.head {
                div {
                    nav.path aria-label=(t.unit_parent) {
                        a href=(routes::UNITS) { (t.units_title) }
                        @for unit in &view.line { (icon("chevron-right")) a href=(at(&unit.id)) { (unit.name) } }
                    }
                    h1 { (title) }
                }
                @if let Some(row) = &view.row {
                    div.acts { a.btn href=(routes::with_query(routes::CAMERAS, &[("unit", &row.id)])) { (icon("cctv")) span { (t.area_cameras_see) } } }
                }
            }
            @if let Some(row) = &view.row {
                div.card {
                    dl.facts {
                        div { dt { (t.unit_code) } dd { span.code { (row.code) } } }
                        div { dt { (t.unit_kind) } dd { (row.kind) } }
                        @if !row.area.is_empty() { div { dt { (t.unit_area) } dd { (row.area) } } }
                        div { dt { (t.unit_flags) } dd { (flags(row, t)) } }
                        div { dt { (t.unit_focal) } dd { (focal(row, t)) @if !view.focal_contact.is_empty() { div.muted { (view.focal_contact) } } } }
                        div { dt { (t.unit_cameras) } dd { (count(shell, row.cameras)) } }
                        div { dt { (t.unit_accounts) } dd { (count(shell, view.accounts)) } }
                        @if let Some(on) = row.ended_on { div { dt { (t.unit_ended_on) } dd { (day(on)) } } }
                        @if !view.children.is_empty() {
                            div { dt { (t.unit_children) } dd { @for (n, unit) in view.children.iter().enumerate() { @if n > 0 { ", " } a href=(at(&unit.id)) { (unit.name) } } } }
                        }
                    }
                }
                @if view.edits {
                    details.card.fold #edit open[!view.faults.is_empty()] {
                        summary { (icon("pencil")) h2 { (t.unit_edit) } (icon("chevron-down")) }
                        (form(view, &at(&row.id)))
                    }
                }
            } @else { div.card.card--form { (form(view, routes::UNIT_ADD)) } }
        },
    )
}
