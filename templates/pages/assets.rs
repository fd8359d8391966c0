//! Mounting assets: the list, one with the cameras on it; and the report of common views.

use crate::layout::{Frame, Section, page};
use crate::parts::{Field, choice, count, csrf, empty, field, form_faults, icon, pager, select};
use crate::routes;
use crate::views::{AssetForm, AssetView, AssetsView, FieldFault, OverlapsView, Shell};
use crate::words::{RecordWords, fill};
use maud::{Markup, html};

const FIELDS: &[&str] = &["code", "kind", "name", "position", "owner"];

fn form(
    shell: &Shell,
    faults: &[FieldFault],
    f: &AssetForm,
    kinds: &[(String, String)],
    action: &str,
    submit: &str,
) -> Markup {
    let (w, t) = (shell.words(), RecordWords::of(shell.language));
    html! {
        form method="post" action=(action) {
            (form_faults(shell, faults, FIELDS))
            (csrf(shell))
            input type="hidden" name="revision" value=(f.revision);
            div.pair {
                (field(faults, Field { name: "code", label: t.asset_code, value: &f.code, required: true, code: true, ..Field::default() }))
                (select(faults, "kind", t.asset_kind, t.choose, &f.kind, kinds))
            }
            div.pair {
                (field(faults, Field { name: "name", label: t.asset_name, value: &f.name, optional: w.optional, ..Field::default() }))
                (field(faults, Field { name: "owner", label: t.asset_owner, value: &f.owner, optional: w.optional, ..Field::default() }))
            }
            (field(faults, Field { name: "position", label: t.asset_position, value: &f.position, hint: t.asset_position_hint, optional: w.optional, ..Field::default() }))
            div.acts { button.btn.btn--primary { (submit) } }
        }
    }
}

/// All mounting assets.
pub fn assets_page(view: &AssetsView) -> String {
    let shell = &view.shell;
    let (w, t) = (shell.words(), RecordWords::of(shell.language));
    let frame = Frame { title: t.assets_title, section: Section::Cameras, scripts: &[], body: "" };
    let none_at_all = view.rows.is_empty() && view.q.is_empty();
    page(
        shell,
        &frame,
        html! {
            header.head { div {
                a.crumb href=(routes::CAMERAS) { (icon("arrow-left")) (w.cameras_title) }
                h1 { (t.assets_title) } p.head__sub { (t.assets_sub) }
            } }
            @if none_at_all { (empty("cctv", t.assets_empty_title, t.assets_empty, html! {})) } @else {
                form.filter method="get" action=(routes::ASSETS) role="search" {
                    div.search.filter__search {
                        (icon("search"))
                        input.input type="search" name="q" value=(view.q) data-search placeholder=(t.assets_search) aria-label=(w.search) title=(w.search_hint) aria-keyshortcuts="/";
                        kbd aria-hidden="true" { "/" }
                    }
                    div.filter__end { button.btn { (w.filter) } @if !view.q.is_empty() { a.btn.btn--quiet href=(routes::ASSETS) { (w.filter_clear) } } }
                }
                @if view.rows.is_empty() { p.muted { (t.assets_none) } } @else {
                    div.sheet { table.table {
                        thead { tr { th { (t.asset_code) } th { (t.asset_kind) } th { (t.asset_name) } th { (t.asset_owner) } th.table__number { (t.asset_cameras_n) } } }
                        tbody { @for row in &view.rows { tr data-asset=(row.code) {
                            td.table__main data-label=(t.asset_code) { a href=(routes::asset(&row.id)) { span.code { (row.code) } } }
                            td data-label=(t.asset_kind) { (row.kind) }
                            td data-label=(t.asset_name) { @if row.name.is_empty() { span.muted { "–" } } @else { (row.name) } }
                            td data-label=(t.asset_owner) { @if row.owner.is_empty() { span.muted { "–" } } @else { (row.owner) } }
                            td.table__number data-label=(t.asset_cameras_n) { (count(shell, row.cameras)) }
                        } } }
                    } }
                    (pager(shell, &view.paging, view.rows.len()))
                }
            }
            @if let Some(add) = &view.add {
                details.card.fold #add open[!view.faults.is_empty() || none_at_all] {
                    summary { (icon("plus")) h2 { (t.assets_add) } (icon("chevron-down")) }
                    (form(shell, &view.faults, add, &view.kinds, routes::ASSETS, t.assets_add))
                }
            }
        },
    )
}

/// One mounting asset.
pub fn asset_page(view: &AssetView) -> String {
    let shell = &view.shell;
    let (w, t) = (shell.words(), RecordWords::of(shell.language));
    let here = routes::asset(&view.row.id);
    let frame = Frame { title: &view.row.code, section: Section::Cameras, scripts: &[], body: "" };
    page(
        shell,
        &frame,
        html! {
            header.head { div {
                a.crumb href=(routes::ASSETS) { (icon("arrow-left")) (t.assets_title) }
                h1 { (view.row.code) }
                p.head__sub { (view.row.kind) @if !view.row.name.is_empty() { " · " (view.row.name) } @if !view.row.owner.is_empty() { " · " (view.row.owner) } @if !view.position.is_empty() { " · " span.code { (view.position) } } }
            } }
            section.card aria-labelledby="on-title" {
                h2 #on-title { (t.asset_cameras) }
                @if view.cameras.is_empty() { p.muted { (t.asset_cameras_none) } } @else {
                    ul.list { @for (code, name, unit) in &view.cameras { li data-camera=(code) {
                        a href=(routes::camera(code)) { span.code { (code) } " " (name) } @if !unit.is_empty() { " · " span.muted { (unit) } }
                    } } }
                }
            }
            @if let Some(f) = &view.form {
                section.card aria-labelledby="edit-title" {
                    h2 #edit-title { (fill(t.edit_part, &[("name", &view.row.code)])) }
                    (form(shell, &view.faults, f, &view.kinds, &here, w.save))
                }
                details.card.fold.fold--danger {
                    summary { (icon("triangle-alert")) h2 { (w.danger) } (icon("chevron-down")) }
                    form method="post" action={ (here) "/remove" } {
                        p { (t.asset_remove_what) }
                        (csrf(shell)) input type="hidden" name="revision" value=(f.revision);
                        button.btn.btn--danger { (icon("trash-2")) (t.asset_remove) }
                    }
                }
            }
        },
    )
}

/// The report of common views.
pub fn overlaps_page(view: &OverlapsView) -> String {
    let shell = &view.shell;
    let (w, t) = (shell.words(), RecordWords::of(shell.language));
    let frame = Frame { title: t.report_title, section: Section::Cameras, scripts: &[], body: "" };
    let borrow = |all: &[(String, String)]| -> Vec<(String, String)> { all.to_vec() };
    let (units, purposes) = (borrow(&view.units), borrow(&view.purposes));
    let units: Vec<(&str, &str)> = units.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    let purposes: Vec<(&str, &str)> = purposes.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
    let steps: Vec<String> = [10_u8, 25, 50, 75, 90].iter().map(u8::to_string).collect();
    let words: Vec<String> = steps.iter().map(|s| fill(t.shared_n, &[("n", s)])).collect();
    let least: Vec<(&str, &str)> = steps.iter().zip(&words).map(|(s, w)| (s.as_str(), w.as_str())).collect();
    let camera = |c: &(String, String, String)| {
        html! {
            a href=(routes::camera(&c.0)) { span.code { (c.0) } " " (c.1) } @if !c.2.is_empty() { " " span.muted { (c.2) } }
        }
    };
    page(
        shell,
        &frame,
        html! {
            header.head { div {
                a.crumb href=(routes::CAMERAS) { (icon("arrow-left")) (w.cameras_title) }
                h1 { (t.report_title) }
                p.head__sub { (fill(t.report_sub, &[("n", &view.least.to_string())])) }
            } }
            form.filter method="get" action=(routes::CAMERA_OVERLAPS) {
                (choice("unit", t.unit, w.all, &view.unit, &units))
                (choice("purpose", t.purposes, w.all, &view.purpose, &purposes))
                (choice("least", t.least, "", &view.least.to_string(), &least))
                label.choices__one { input type="checkbox" name="open" value="1" checked[view.without_agreement]; span { (t.only_not_agreed) } }
                div.filter__end { button.btn { (w.filter) } }
            }
            @if view.rows.is_empty() { (empty("circle-check", t.report_none, t.report_none_hint, html! {})) } @else {
                div.sheet { table.table {
                    thead { tr { th colspan="2" { (t.pair) } th.table__number { (t.shared) } th { (t.purposes) } th { (t.agreement) } } }
                    tbody { @for row in &view.rows { tr data-pair={ (row.one.0) "+" (row.other.0) } {
                        td.table__main data-label=(t.pair) { (camera(&row.one)) }
                        td data-label="" { (camera(&row.other)) }
                        td.table__number data-label=(t.shared) { (fill(t.shared_n, &[("n", &row.percent.to_string())])) }
                        td data-label=(t.purposes) { (row.purposes) }
                        td data-label=(t.agreement) {
                            @if row.agreed { span.state.state--live { (icon("circle-check")) (t.agreed) } } @else { span.state.state--warn { (icon("triangle-alert")) (t.not_agreed) } }
                        }
                    } } }
                } }
                (pager(shell, &view.paging, view.rows.len()))
            }
        },
    )
}
