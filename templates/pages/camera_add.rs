//! Adding a camera: address, what was found there, name.

use super::record::{CLASS, DEVICE, agreement_fields, inputs, place_fields};
use crate::layout::{Frame, Section, page};
use crate::parts::{Field, csrf, field, form_faults, icon, number, picture_rows};
use crate::routes;
use crate::views::{AddCameraView, AddressForm, FieldFault, ProbeView, ProbedStreamView, Shell};
use crate::words::{RecordWords, Words, fill};
use maud::{Markup, html};

/// The fields of an address; also used by the edit form, where an empty password keeps the stored one.
pub(super) fn address_fields(
    t: &Words,
    faults: &[FieldFault],
    form: &AddressForm,
    password_hint: &str,
    focus: bool,
) -> Markup {
    html! {
        (field(faults, Field { name: "main_url", label: t.main_url, value: &form.main_url, hint: t.main_url_hint, required: true, code: true, autofocus: focus, ..Field::default() }))
        (field(faults, Field { name: "sub_url", label: t.sub_url, value: &form.sub_url, hint: t.sub_url_hint, optional: t.optional, code: true, ..Field::default() }))
        div.pair {
            (field(faults, Field { name: "username", label: t.camera_user, value: &form.username, optional: t.optional, code: true, ..Field::default() }))
            (field(faults, Field { name: "password", label: t.camera_password, kind: "password", hint: password_hint, optional: t.optional, autocomplete: "new-password", ..Field::default() }))
        }
        fieldset.choices {
            legend.field__label { (t.transport) }
            label.choices__one { input type="radio" name="transport" value="tcp" checked[!form.udp]; span { (t.transport_tcp) } }
            label.choices__one { input type="radio" name="transport" value="udp" checked[form.udp]; span { (t.transport_udp) } }
        }
    }
}

fn found(shell: &Shell, name: &str, stream: &ProbedStreamView) -> Markup {
    let t = shell.words();
    let far = stream.facts.key_frame_s.or(stream.key_frame_s_min).is_some_and(|s| s > 4.05);
    html! {
        section.found {
            h3 { (icon(if stream.supported { "circle-check" } else { "triangle-alert" })) (name) }
            p.code.found__url { (stream.url) }
            @if !stream.supported { p.note.note--bad { (fill(t.probe_unsupported, &[("codec", &stream.facts.codec)])) } }
            dl.facts {
                (picture_rows(shell, &stream.facts, stream.key_frame_s_min))
                div { dt { (t.audio) } dd { @if stream.audio.is_empty() { (t.none) } @else { (stream.audio.join(", ")) } } }
                @if let Some(ms) = stream.clock_difference_ms {
                    @let s = number(shell, ms.unsigned_abs() as f64 / 1000.0);
                    div { dt { (t.clock_difference) } dd {
                        @if ms.unsigned_abs() < 1000 { (t.clock_right) }
                        @else if ms > 0 { (fill(t.clock_ahead, &[("n", &s)])) }
                        @else { (fill(t.clock_behind, &[("n", &s)])) }
                    } }
                }
            }
            @if far { p.note { (icon("info")) span { (t.probe_long_gop) } } }
            @if stream.clock_difference_ms.is_some_and(|ms| ms.unsigned_abs() > 5_000) { p.note { (icon("clock")) span { (t.probe_clock_off) } } }
        }
    }
}

fn missing(name: &str, why: &str) -> Markup {
    html! { section.found.found--bad { h3 { (icon("circle-x")) (name) } p { (why) } } }
}

fn probe(shell: &Shell, probe: &ProbeView) -> Markup {
    let t = shell.words();
    let good = probe.main.as_ref().is_ok_and(|s| s.supported);
    html! {
        section.card.probe data-probe=(if good { "good" } else { "bad" }) aria-labelledby="probe-title" {
            header.probe__head.(if good { "probe__head--good" } else { "probe__head--bad" }) {
                (icon(if good { "circle-check" } else { "triangle-alert" }))
                div {
                    h2 #probe-title { (if good { t.probe_good } else { t.probe_bad }) }
                    p { (fill(t.probe_took, &[("n", &number(shell, probe.took_ms as f64 / 1000.0))]))
                        @if let Some(server) = &probe.server { " · " (t.device_calls) ": " span.code { (server) } } }
                }
            }
            div.probe__streams {
                @match &probe.main { Ok(stream) => { (found(shell, t.stream_main, stream)) } Err(why) => { (missing(t.stream_main, why)) } }
                @match &probe.sub {
                    Some(Ok(stream)) => { (found(shell, t.stream_sub, stream)) }
                    Some(Err(why)) => { (missing(t.stream_sub, why)) }
                    None => { @if probe.main.is_ok() { section.found { h3 { (icon("info")) (t.stream_sub) } p.muted { (t.probe_no_sub) } } } }
                }
            }
        }
    }
}

/// Adding a camera.
pub fn add_camera_page(view: &AddCameraView) -> String {
    let shell = &view.shell;
    let t = shell.words();
    let faults = &view.faults;
    let second = view.draft.is_some();
    let a = &view.address;
    let back = routes::with_query(
        routes::CAMERA_ADD,
        &[
            ("main_url", &a.main_url),
            ("sub_url", &a.sub_url),
            ("username", &a.username),
            ("udp", if a.udp { "1" } else { "" }),
        ],
    );
    let frame = Frame { title: t.add_title, section: Section::Cameras, scripts: &["camera-map.js"], body: "" };
    page(
        shell,
        &frame,
        html! {
            header.head { div {
                a.crumb href=(routes::CAMERAS) { (icon("arrow-left")) (t.cameras_title) }
                h1 { (t.add_title) }
            } }
            ol.steps {
                li.steps__one.steps__one--done[second] aria-current=[(!second).then_some("step")] { span.steps__n { @if second { (icon("check")) } @else { "1" } } (t.step_1) }
                li.steps__one aria-current=[second.then_some("step")] { span.steps__n { "2" } (t.step_2) }
            }
            @if let Some(draft) = &view.draft {
                div.columns {
                    @if let Some(found) = &view.probe { (probe(shell, found)) }
                    form.card method="post" action=(routes::CAMERA_ADD) {
                        h2 { (t.step_2) }
                        (form_faults(shell, faults, &["name", "code", "area", "unit"]))
                        (csrf(shell))
                        input type="hidden" name="draft" value=(draft);
                        (field(faults, Field { name: "name", label: t.camera_name, value: &view.details.name, hint: t.camera_name_hint, required: true, autofocus: true, ..Field::default() }))
                        (field(faults, Field { name: "area", label: t.area, value: &view.details.area, optional: t.optional, list: Some(("areas", &view.areas)), ..Field::default() }))
                        (field(faults, Field { name: "unit", label: t.unit, value: &view.details.unit, optional: t.optional, list: Some(("units", &view.units)), ..Field::default() }))
                        (field(faults, Field { name: "code", label: t.code, value: &view.details.code, hint: &fill(t.camera_code_hint, &[("code", &view.code_suggestion)]), optional: t.optional, code: true, ..Field::default() }))
                        @let r = RecordWords::of(shell.language);
                        @let more = view.record.agreement_due || faults.iter().any(|f| !matches!(f.field.as_str(), "" | "name" | "code" | "area" | "unit"));
                        details.inset #more open[more] {
                            summary { (r.more_facts) }
                            p.field__hint { (r.more_facts_hint) }
                            h3 { (r.place) } (place_fields(shell, faults, &view.record, "add"))
                            (agreement_fields(shell, faults, &view.record, "add"))
                            h3 { (r.class) } (inputs(shell, faults, &view.record, CLASS, "add"))
                            h3 { (r.device) } (inputs(shell, faults, &view.record, DEVICE, "add"))
                        }
                        div.acts {
                            button.btn.btn--primary { (icon("plus")) (t.add_submit) }
                            a.btn.btn--quiet href=(back) { (t.address_change) }
                        }
                    }
                }
            } @else {
                @if let Some(found) = &view.probe { (probe(shell, found)) p.muted { (t.add_anyway_not) } }
                form.card.card--form method="post" action=(routes::CAMERA_PROBE) data-busy {
                    h2 { (t.step_1) }
                    (form_faults(shell, faults, &["main_url", "sub_url", "username", "password", "transport"]))
                    (csrf(shell))
                    (address_fields(t, faults, a, t.camera_password_hint, view.probe.is_none()))
                    @if !view.networks.is_empty() {
                        p.note { (icon("network")) span { (fill(t.networks_allowed, &[("list", &view.networks.join(", "))])) } }
                    }
                    div.acts {
                        button.btn.btn--primary { (icon("search")) @if view.probe.is_some() { (t.probe_again) } @else { (t.probe) } }
                        span.muted { (t.probe_wait) }
                    }
                }
            }
        },
    )
}
