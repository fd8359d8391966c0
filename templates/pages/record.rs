//! Parts of a camera's page: how complete its record is, place and view, classification, device, papers, history.

use crate::layout::{Frame, Section, page};
use crate::parts::{
    Field, choice, csrf, day, fault_of, field, form_faults, icon, moment, moment_ago, number, text_area,
};
use crate::routes;
use crate::views::{DocumentForm, FactField, FactInput, FieldFault, HistoryView, RecordChange, RecordView, Shell};
use crate::words::{RecordWords, fill};
use maud::{Markup, html};

/// Facts of each form, in order.
pub(crate) const PLACE: &[&str] = &["address", "height_m", "direction_deg", "angle_deg", "range_m", "asset"];
pub(crate) const CLASS: &[&str] = &[
    "purposes",
    "place",
    "ownership",
    "funding",
    "recording_class",
    "sharing_class",
    "police",
    "update_form",
    "update_frequency",
    "installed_on",
    "completed_on",
    "integrated_on",
];
pub(crate) const DEVICE: &[&str] = &["maker", "model", "firmware", "serial", "conformity", "device_from"];
const AGREEMENT: &[&str] =
    &["agreement_kind", "agreement_number", "agreement_date", "agreement_issuer", "agreement_title"];

/// A labelled list to choose from, with ids set apart by `form`.
fn pick(
    faults: &[FieldFault],
    form: &str,
    name: &str,
    label: &str,
    first: &str,
    chosen: &str,
    options: &[(String, String)],
) -> Markup {
    let fault = fault_of(faults, name);
    let (id, fault_id) = (format!("{form}-{name}"), format!("{form}-{name}-fault"));
    let known = chosen.is_empty() || options.iter().any(|(value, _)| value == chosen);
    html! {
        div.field.field--bad[fault.is_some()] {
            label.field__label for=(id) { (label) }
            select.input #(id) name=(name) aria-invalid=[fault.map(|_| "true")] aria-describedby=[fault.map(|_| &fault_id)] {
                @if !first.is_empty() { option value="" { (first) } }
                // What is stored stays visible although the list no longer offers it.
                @if !known { option value=(chosen) selected { (chosen) } }
                @for (value, word) in options { option value=(value) selected[value == chosen] { (word) } }
            }
            @if let Some(fault) = fault { p.field__fault #(fault_id) { (icon("triangle-alert")) span { (fault) } } }
        }
    }
}

/// A fact's field, with ids set apart by `form`.
fn input(shell: &Shell, faults: &[FieldFault], f: &FactField, form: &str, record: &RecordView) -> Markup {
    let (w, t) = (shell.words(), RecordWords::of(shell.language));
    let unit = if let FactInput::Number(unit) = f.input { format!("{} ({unit})", f.label) } else { f.label.clone() };
    let hint = match (f.name, &f.input) {
        ("direction_deg", _) => t.direction_hint,
        ("other_names", _) => t.other_names_hint,
        ("asset", _) => t.asset_hint,
        (_, FactInput::Day) => t.day_hint,
        _ => "",
    };
    // One list of suggestions a page: only the first form that has the field brings it.
    let list = (f.name == "asset" && !record.assets.is_empty() && matches!(form, "place" | "add"))
        .then_some(("asset-codes", record.assets.as_slice()));
    html! {
        @match &f.input {
            FactInput::Choice(options) => { (pick(faults, form, f.name, &f.label, t.choose, &f.value, options)) }
            FactInput::Ticks(options) => {
                fieldset.choices.choices--many {
                    legend.field__label { (f.label) }
                    input type="hidden" name={ (f.name) "_given" } value="1";
                    @for (code, name, on) in options {
                        label.choices__one { input type="checkbox" name={ (f.name) "." (code) } value="1" checked[*on]; span { (name) } }
                    }
                    @if let Some(fault) = fault_of(faults, f.name) { p.field__fault { (icon("triangle-alert")) span { (fault) } } }
                }
            }
            FactInput::Yes => {
                input type="hidden" name={ (f.name) "_given" } value="1";
                label.choices__one { input type="checkbox" name=(f.name) value="1" checked[f.value == "true"]; span { (f.label) } }
            }
            FactInput::Remark => { (text_area(faults, f.name, &f.label, &f.value, "", 3)) }
            FactInput::Apart => {}
            FactInput::Line | FactInput::Number(_) | FactInput::Day => {
                (field(faults, Field { name: f.name, label: &unit, value: &f.value, hint, optional: w.optional, list, form: &format!("{form}-"), ..Field::default() }))
            }
        }
    }
}

/// These facts' fields.
pub(crate) fn inputs(shell: &Shell, faults: &[FieldFault], record: &RecordView, names: &[&str], form: &str) -> Markup {
    let all: Vec<&FactField> = names.iter().filter_map(|n| record.fact(n)).collect();
    let wide = |f: &FactField| {
        matches!(f.input, FactInput::Ticks(_) | FactInput::Yes | FactInput::Remark) || f.name == "address"
    };
    let mut rows: Vec<Vec<&FactField>> = Vec::new();
    for f in all {
        match rows.last_mut() {
            Some(row) if row.len() < 2 && !wide(f) && row.iter().all(|o| !wide(o)) => row.push(f),
            _ => rows.push(vec![f]),
        }
    }
    html! {
        @for row in &rows {
            @if row.len() > 1 { div.pair { @for f in row { (input(shell, faults, f, form, record)) } } }
            @else { @for f in row { (input(shell, faults, f, form, record)) } }
        }
    }
}

/// Position with the map, and the view's numbers.
pub(crate) fn place_fields(shell: &Shell, faults: &[FieldFault], record: &RecordView, form: &str) -> Markup {
    let (w, t) = (shell.words(), RecordWords::of(shell.language));
    let fault = fault_of(faults, "position");
    let [x, y, meridian, zone] = &record.plane;
    let plain = |name: &'static str, label: &'static str, value: &str| {
        field(faults, Field { name, label, value, optional: w.optional, form: &format!("{form}-"), ..Field::default() })
    };
    let zones = [("3".to_owned(), "3°".to_owned()), ("6".to_owned(), "6°".to_owned())];
    html! {
        camera-map.picker pick lat=(record.lat) lon=(record.lon) files=(record.map_files) { noscript { p.muted { (t.map_noscript) } } }
        @if let Some(fault) = fault { p.field__fault role="alert" { (icon("triangle-alert")) span { (fault) } } }
        div.pair {
            (field(faults, Field { name: "lat", label: t.lat, value: &record.lat, hint: t.lat_hint, optional: w.optional, form: &format!("{form}-"), ..Field::default() }))
            (field(faults, Field { name: "lon", label: t.lon, value: &record.lon, hint: t.lon_hint, optional: w.optional, form: &format!("{form}-"), ..Field::default() }))
        }
        details.inset open[!x.is_empty() || !y.is_empty()] {
            summary { (t.plane) }
            p.field__hint { (t.plane_hint) }
            div.pair { (plain("plane_x", t.plane_x, x)) (plain("plane_y", t.plane_y, y)) }
            div.pair { (plain("plane_meridian", t.plane_meridian, meridian)) (pick(faults, form, "plane_zone", t.plane_zone, "", zone, &zones)) }
        }
        (inputs(shell, faults, record, PLACE, form))
    }
}

/// The agreement to a further camera.
pub(crate) fn agreement_fields(shell: &Shell, faults: &[FieldFault], record: &RecordView, form: &str) -> Markup {
    let t = RecordWords::of(shell.language);
    let a = &record.agreement;
    let due = record.agreement_due || faults.iter().any(|f| AGREEMENT.contains(&f.field.as_str()));
    let plain = |name: &'static str, label: &'static str, value: &str, hint: &'static str| {
        field(faults, Field { name, label, value, hint, form: &format!("{form}-"), ..Field::default() })
    };
    html! {
        details.inset open[due] data-agreement=(if due { "due" } else { "" }) {
            summary { (t.agreement) }
            p.field__hint { (t.agreement_hint) }
            (pick(faults, form, "agreement_kind", t.paper_kind, "", &a.kind, &record.agreement_kinds))
            div.pair { (plain("agreement_number", t.paper_number, &a.number, "")) (plain("agreement_date", t.paper_date, &a.date, t.day_hint)) }
            div.pair { (plain("agreement_issuer", t.paper_issuer, &a.issuer, "")) (plain("agreement_title", t.paper_title, &a.title, "")) }
        }
    }
}

/// Why, and on which day it happened.
fn why(shell: &Shell, faults: &[FieldFault], record: &RecordView, form: &str) -> Markup {
    let (w, t) = (shell.words(), RecordWords::of(shell.language));
    html! {
        div.pair {
            (field(faults, Field { name: "happened_on", label: t.happened_on, value: &record.happened_on, hint: t.happened_on_hint, optional: w.optional, form: &format!("{form}-"), ..Field::default() }))
            (field(faults, Field { name: "reason", label: t.reason, value: &record.reason, optional: w.optional, form: &format!("{form}-"), ..Field::default() }))
        }
    }
}

/// What a form of one part needs.
pub(crate) struct Part<'a> {
    pub(crate) shell: &'a Shell,
    pub(crate) faults: &'a [FieldFault],
    pub(crate) record: &'a RecordView,
    pub(crate) here: &'a str,
    pub(crate) revision: u64,
}

impl Part<'_> {
    fn fold(&self, part: &str, title: &str, names: &[&str], inside: Markup) -> Markup {
        let w = self.shell.words();
        let open = self.record.part == part;
        let faults = if open { self.faults } else { &[] };
        html! {
            details.inset #{ "edit-" (part) } open[open] {
                summary { (icon("pencil")) (fill(RecordWords::of(self.shell.language).edit_part, &[("name", title)])) }
                form method="post" action={ (self.here) "#part-" (part) } {
                    (form_faults(self.shell, faults, names))
                    (csrf(self.shell))
                    input type="hidden" name="revision" value=(self.revision);
                    input type="hidden" name="part" value=(part);
                    (inside)
                    (why(self.shell, faults, self.record, part))
                    div.acts { button.btn.btn--primary { (w.save) } a.btn.btn--quiet href={ (self.here) "#part-" (part) } { (w.cancel) } }
                }
            }
        }
    }

    /// Faults of this part's form.
    fn faults_of(&self, part: &str) -> &[FieldFault] {
        if self.record.part == part { self.faults } else { &[] }
    }

    /// How complete the record is, and the button that confirms it.
    pub(crate) fn standing(&self, edits: bool) -> Markup {
        let t = RecordWords::of(self.shell.language);
        let r = self.record;
        html! {
            section.card #part-overview aria-labelledby="complete-title" data-complete=(r.percent) {
                h2 #complete-title { (t.complete) }
                div.gauge {
                    meter.gauge__bar min="0" max="100" low="50" high="80" optimum="100" value=(r.percent) aria-label=(t.complete) {}
                    strong { (fill(t.complete_n, &[("n", &r.percent.to_string())])) }
                }
                @if r.missing.is_empty() { p.muted { (icon("circle-check")) " " (t.complete_all) } } @else {
                    details.inset open[r.missing.len() <= 4] {
                        summary { (t.missing) " (" (r.missing.len()) ")" }
                        ul.list { @for (field, words) in &r.missing { li data-missing=(field) { (words) } } }
                    }
                }
                dl.facts.facts--wide {
                    div { dt { (t.confirmed_at) } dd { @match r.confirmed_at { Some(at) => { (moment_ago(at)) } None => { span.muted { (t.never_confirmed) } } } } }
                }
                @if let Some(days) = r.stale_days { p.note.note--warn { (icon("clock")) span { (fill(t.stale, &[("n", &days.to_string())])) } } }
                @if edits {
                    form method="post" action={ (self.here) "/confirm#part-overview" } {
                        (csrf(self.shell)) input type="hidden" name="revision" value=(self.revision);
                        button.btn { (icon("check")) (t.confirm) }
                    }
                }
            }
        }
    }

    fn rows(&self, names: &[&str]) -> Markup {
        let t = RecordWords::of(self.shell.language);
        html! {
            @for f in names.iter().filter_map(|n| self.record.fact(n)) {
                @if !(f.name == "police" && f.shown.is_empty()) {
                    div { dt { (f.label) } dd data-fact=(f.name) {
                        @if f.shown.is_empty() { span.muted { (t.none_yet) } }
                        @else if f.name == "asset" { a href=(routes::asset(&f.shown)) { (f.shown) } }
                        @else { (f.shown) }
                    } }
                }
            }
        }
    }

    /// Place and view.
    pub(crate) fn place(&self, edits: bool) -> Markup {
        let t = RecordWords::of(self.shell.language);
        let r = self.record;
        html! {
            section.card #part-place aria-labelledby="place-title" {
                h2 #place-title { (t.place) }
                dl.facts.facts--wide {
                    (self.rows(&["address", "position", "height_m"]))
                    @if let Some(layer) = &r.layer { div { dt { (t.layer) } dd { (layer) } } }
                    (self.rows(&["direction_deg", "angle_deg", "range_m", "asset"]))
                }
                @if let Some(advice) = &r.advice { p.note.note--warn data-advice { (icon("triangle-alert")) span { (advice) } } }
                h3 { (t.overlaps) }
                @match &r.overlaps {
                    None => { p.muted { (t.overlaps_unknown) } }
                    Some(rows) if rows.is_empty() => { p.muted { (t.overlaps_none) } }
                    Some(rows) => {
                        ul.list { @for o in rows { li data-overlap=(o.code) {
                            a href=(routes::camera(&o.code)) { span.code { (o.code) } " " (o.name) }
                            " · " (fill(t.shared_n, &[("n", &o.percent.to_string())])) " · " span.muted { (o.purposes) }
                            @if o.over { " " span.state.state--warn { (icon("triangle-alert")) (t.over) } }
                        } } }
                    }
                }
                @if edits {
                    (self.fold("place", t.place, &[&["position", "lat", "lon", "happened_on", "reason"], PLACE, AGREEMENT].concat(), html! {
                        (place_fields(self.shell, self.faults_of("place"), r, "place"))
                        (agreement_fields(self.shell, self.faults_of("place"), r, "place"))
                    }))
                }
            }
        }
    }

    /// Purposes, place, owner, dates, classes.
    pub(crate) fn class(&self, edits: bool) -> Markup {
        let t = RecordWords::of(self.shell.language);
        html! {
            section.card #part-class aria-labelledby="class-title" {
                h2 #class-title { (t.class) }
                dl.facts.facts--wide { (self.rows(CLASS)) }
                @if !self.record.happenings.is_empty() {
                    h3 { (t.happenings) }
                    ul.list { @for (kind, on, entered) in self.record.happenings.iter().rev().take(5) {
                        li { (kind) ": " (t.happened) " " (day(*on)) " · " span.muted { (t.entered) " " (moment(*entered)) } }
                    } }
                }
                @if edits {
                    (self.fold("class", t.class, &[CLASS, AGREEMENT, &["happened_on", "reason"]].concat(), html! {
                        (inputs(self.shell, self.faults_of("class"), self.record, CLASS, "class"))
                        (agreement_fields(self.shell, self.faults_of("class"), self.record, "class"))
                    }))
                }
            }
        }
    }

    /// The device, those before it, and putting a new one in its place.
    pub(crate) fn device(&self, edits: bool) -> Markup {
        let (w, t) = (self.shell.words(), RecordWords::of(self.shell.language));
        let r = self.record;
        let none = DEVICE.iter().filter_map(|n| r.fact(n)).all(|f| f.shown.is_empty());
        let replacing = r.part == "replace";
        let faults = self.faults_of("replace");
        let empty = RecordView {
            facts: r
                .facts
                .iter()
                .filter(|f| f.name != "device_from")
                .map(|f| FactField { value: if replacing { f.value.clone() } else { String::new() }, ..f.clone() })
                .collect(),
            ..RecordView::default()
        };
        let plain = |name: &'static str, label: &'static str, kind: &'static str| {
            field(
                faults,
                Field {
                    name,
                    label,
                    kind,
                    form: "replace-",
                    optional: w.optional,
                    code: kind.is_empty(),
                    autocomplete: if kind == "password" { "new-password" } else { "" },
                    ..Field::default()
                },
            )
        };
        html! {
            section.card #part-device aria-labelledby="device-title" {
                h2 #device-title { (t.device) }
                @if none { p.muted { (t.device_none) } } @else { dl.facts.facts--wide { (self.rows(DEVICE)) } }
                @if !r.former_devices.is_empty() {
                    h3 { (t.former_devices) }
                    ul.list { @for d in &r.former_devices { li {
                        strong { @if d.name.is_empty() { (t.none_yet) } @else { (d.name) } } " · "
                        (fill(t.from_to, &[("a", &d.from.map_or_else(|| "?".to_owned(), day)), ("b", &d.until.map_or_else(|| "?".to_owned(), day))]))
                        @if let Some(why) = &d.reason { " · " span.muted { (why) } }
                    } } }
                }
                @if edits {
                    (self.fold("device", t.device, &[DEVICE, &["happened_on", "reason"]].concat(), inputs(self.shell, self.faults_of("device"), r, DEVICE, "device")))
                    details.inset #edit-replace open[replacing] {
                        summary { (icon("refresh-cw")) (t.device_replace) }
                        form method="post" action={ (self.here) "/device#part-device" } {
                            p.note { (icon("info")) span { (t.device_replace_what) } }
                            (form_faults(self.shell, faults, &[DEVICE, &["happened_on", "reason", "main_url", "sub_url", "username", "password"]].concat()))
                            (csrf(self.shell)) input type="hidden" name="revision" value=(self.revision);
                            (inputs(self.shell, faults, &empty, DEVICE, "replace"))
                            div.pair {
                                (field(faults, Field { name: "happened_on", label: t.device_on, value: if replacing { &r.happened_on } else { "" }, hint: t.day_hint, optional: w.optional, form: "replace-", ..Field::default() }))
                                (field(faults, Field { name: "reason", label: t.device_reason, value: if replacing { &r.reason } else { "" }, optional: w.optional, form: "replace-", ..Field::default() }))
                            }
                            details.inset open[faults.iter().any(|f| matches!(f.field.as_str(), "main_url" | "sub_url" | "username" | "password"))] {
                                summary { (t.device_address) }
                                (plain("main_url", w.main_url, "")) (plain("sub_url", w.sub_url, ""))
                                div.pair { (plain("username", w.camera_user, "")) (plain("password", w.camera_password, "password")) }
                            }
                            div.acts { button.btn.btn--primary { (t.device_replace) } }
                        }
                    }
                }
            }
        }
    }

    /// Documents.
    pub(crate) fn papers(&self, edits: bool) -> Markup {
        let (w, t) = (self.shell.words(), RecordWords::of(self.shell.language));
        let r = self.record;
        let faults = self.faults_of("papers");
        html! {
            section.card #part-papers aria-labelledby="papers-title" {
                h2 #papers-title { (t.papers) }
                @if r.documents.is_empty() { p.muted { (t.paper_none) } } @else {
                    ul.papers { @for d in &r.documents {
                        @let name = if d.number.is_empty() { &d.title } else { &d.number };
                        li.papers__one data-document=(d.id) {
                            div {
                                strong { (d.kind) } @if d.withdrawn { " " span.state.state--waiting { (icon("circle-x")) (t.paper_withdrawn) } }
                                p { (d.number) @if let Some(on) = d.date { " · " (day(on)) } @if !d.issuer.is_empty() { " · " (d.issuer) } }
                                @if !d.title.is_empty() && d.title != *name { p.muted { (d.title) } }
                                @match &d.file {
                                    Some((file, size)) => { p { a href=(routes::document_file(&d.id)) download aria-label=(fill(t.paper_download, &[("name", file)])) { (icon("download")) (file) } " " span.muted { "(" (number(self.shell, *size as f64 / 1024.0)) " KiB)" } } }
                                    None => { p.muted { (t.paper_no_file) } }
                                }
                            }
                            @if edits {
                                form method="post" action={ (self.here) "/documents/" (d.id) "/remove#part-papers" } {
                                    (csrf(self.shell))
                                    button.btn.btn--small.btn--quiet aria-label=(fill(t.paper_remove_one, &[("name", name)])) { (icon("trash-2")) (t.paper_remove) }
                                }
                            }
                        }
                    } }
                }
                @if edits {
                    details.inset #edit-papers open[r.part == "papers"] {
                        summary { (icon("plus")) (t.paper_add) }
                        form method="post" action={ (self.here) "/documents#part-papers" } enctype="multipart/form-data" {
                            (form_faults(self.shell, faults, &["kind", "number", "date", "issuer", "title", "file"]))
                            (csrf(self.shell))
                            (paper_fields(self.shell, faults, &r.document, &r.document_kinds))
                            div.field.field--bad[fault_of(faults, "file").is_some()] {
                                label.field__label for="paper-file" { (t.paper_file) " " span.field__optional { "(" (w.optional) ")" } }
                                input.input #paper-file type="file" name="file" accept=".pdf,.png,.jpg,.jpeg,.tif,.tiff,.webp,.docx,.doc,.xlsx,.xls,.odt,.ods" aria-describedby="paper-file-hint";
                                @if let Some(fault) = fault_of(faults, "file") { p.field__fault { (icon("triangle-alert")) span { (fault) } } }
                                p.field__hint #paper-file-hint { (fill(t.paper_file_hint, &[("n", &r.file_mib_max.to_string())])) }
                            }
                            div.acts { button.btn.btn--primary { (t.paper_add) } }
                        }
                    }
                }
            }
        }
    }

    /// The newest changes.
    pub(crate) fn history(&self) -> Markup {
        let t = RecordWords::of(self.shell.language);
        html! {
            section.card #part-history aria-labelledby="history-title" {
                h2 #history-title { (t.history) }
                (changes(self.shell, &self.record.history))
                p { a href={ (self.here) "/history" } { (t.history_all) } }
            }
        }
    }
}

fn paper_fields(shell: &Shell, faults: &[FieldFault], form: &DocumentForm, kinds: &[(String, String)]) -> Markup {
    let t = RecordWords::of(shell.language);
    let plain = |name: &'static str, label: &'static str, value: &str, hint: &'static str| {
        field(faults, Field { name, label, value, hint, form: "paper-", ..Field::default() })
    };
    html! {
        (pick(faults, "paper", "kind", t.paper_kind, t.choose, &form.kind, kinds))
        div.pair { (plain("number", t.paper_number, &form.number, "")) (plain("date", t.paper_date, &form.date, t.day_hint)) }
        div.pair { (plain("issuer", t.paper_issuer, &form.issuer, "")) (plain("title", t.paper_title, &form.title, "")) }
    }
}

/// Changes, each with its fields.
fn changes(shell: &Shell, rows: &[RecordChange]) -> Markup {
    let t = RecordWords::of(shell.language);
    html! {
        @if rows.is_empty() { p.muted { (t.history_none) } }
        ol.history {
            @for row in rows {
                li.history__one {
                    p.history__head { strong { (row.act) } " · " (row.who) " · " (moment(row.at)) }
                    @if !row.changes.is_empty() {
                        dl.history__changes { @for (label, old, new) in &row.changes { div data-field=(label) {
                            dt { (label) }
                            dd {
                                @if old.is_none() && new.is_none() { span.muted { (t.history_secret) } } @else {
                                    @if let Some(old) = old { del { (old) } " " }
                                    @if let Some(new) = new { ins { (new) } }
                                }
                            }
                        } } }
                    }
                    @if let Some(on) = &row.happened_on { p.muted { (t.happened) ": " (on) } }
                    @if let Some(why) = &row.reason { p.muted { (t.why) ": " (why) } }
                }
            }
        }
    }
}

/// The whole history of a camera.
pub fn history_page(view: &HistoryView) -> String {
    let shell = &view.shell;
    let (w, t) = (shell.words(), RecordWords::of(shell.language));
    let here = format!("{}/history", routes::camera(&view.code));
    let fields: Vec<(&str, &str)> = view.fields.iter().map(|(n, l)| (n.as_str(), l.as_str())).collect();
    let frame = Frame { title: t.history, section: Section::Cameras, scripts: &[], body: "" };
    page(
        shell,
        &frame,
        html! {
            header.head { div {
                a.crumb href=(routes::camera(&view.code)) { (icon("arrow-left")) (view.name) }
                h1 { (t.history) }
                p.head__sub { span.code { (view.code) } " · " (t.history_sub) }
            } }
            form.filter method="get" action=(here) {
                (choice("field", t.history_field, w.all, &view.field, &fields))
                div.filter__end { button.btn { (w.filter) } }
            }
            section.card { (changes(shell, &view.rows)) }
            nav.pager aria-label=(w.paging) { div.pager__doors {
                @if view.later { a.btn.btn--small href=(routes::with_query(&here, &[("field", &view.field)])) { (icon("chevrons-left")) (t.history_newest) } }
                @if let Some(older) = &view.older { a.btn.btn--small rel="next" href=(older) { (t.history_older) (icon("chevron-right")) } }
            } }
        },
    )
}
