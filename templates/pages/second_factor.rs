//! One's own second factor: the QR code, recovery codes, turning it off. The code is drawn here, as SVG; nothing is fetched.

use crate::layout::{Frame, Section, page};
use crate::parts::{Field, csrf, field, form_faults, icon};
use crate::routes;
use crate::views::SecondFactorView;
use crate::words::{AccessWords, fill};
use maud::{Markup, html};
use qrcodegen::{QrCode, QrCodeEcc};
use std::fmt::Write;

/// Light modules around the code (ISO/IEC 18004 asks for four).
const QUIET: i32 = 4;

/// A text as a QR code; nothing if it is too long for one.
fn qr(text: &str, label: &str) -> Markup {
    let Ok(code) = QrCode::encode_text(text, QrCodeEcc::Medium) else { return html! {} };
    let size = code.size();
    let mut path = String::new();
    for y in 0..size {
        for x in (0..size).filter(|x| code.get_module(*x, y)) {
            // Writing to a String cannot fail.
            let _ = write!(path, "M{},{}h1v1h-1z", x + QUIET, y + QUIET);
        }
    }
    let side = size + 2 * QUIET;
    html! {
        svg.qr viewBox={ "0 0 " (side) " " (side) } role="img" aria-label=(label) shape-rendering="crispEdges" {
            rect width=(side) height=(side) fill="#fff" {}
            path d=(path) fill="#000" {}
        }
    }
}

fn password_and_code(view: &SecondFactorView, form: &str) -> Markup {
    let (t, a) = (view.shell.words(), AccessWords::of(view.shell.language));
    html! {
        (field(&view.faults, Field { name: "password_old", label: t.password_old, kind: "password", autocomplete: "current-password", required: true, form, ..Field::default() }))
        (field(&view.faults, Field { name: "code", label: a.code, hint: a.code_hint, autocomplete: "one-time-code", required: true, code: true, form, ..Field::default() }))
    }
}

fn codes_once(view: &SecondFactorView) -> Markup {
    let a = AccessWords::of(view.shell.language);
    html! {
        @if !view.codes_once.is_empty() {
            section.once role="status" aria-labelledby="codes-title" {
                h2 #codes-title { (icon("key-round")) (a.factor_codes) }
                p { (a.factor_codes_once) }
                ol.codes data-codes { @for code in &view.codes_once { li.code { (code) } } }
                a.btn.btn--primary href=(routes::ACCOUNT) { (a.factor_print) }
            }
        }
    }
}

/// One's own second factor.
pub fn second_factor_page(view: &SecondFactorView) -> String {
    let shell = &view.shell;
    let a = AccessWords::of(shell.language);
    let frame = Frame { title: a.factor_title, section: Section::Me, scripts: &[], body: "" };
    let fields = ["password_old", "code"];
    page(
        shell,
        &frame,
        html! {
            header.head { div { h1 { (a.factor_title) } p.head__sub { (a.factor_lead) } } }
            @if view.overdue { div.flash.flash--bad role="alert" { (icon("lock")) p { (a.factor_required) " " (a.factor_overdue) } } }
            @else if let Some(at) = view.due_from { div.flash.flash--warn { (icon("info")) p { (a.factor_required) " " (fill(a.factor_due, &[("t", &at.office_text())])) } } }
            (codes_once(view))
            @if let Some(enrolment) = &view.enrolment {
                form.card.card--form method="post" action=(routes::SECOND_FACTOR) {
                    (form_faults(shell, &view.faults, &fields))
                    (csrf(shell))
                    h2 { (a.factor_step_1) }
                    div.enrol {
                        (qr(&enrolment.uri, a.factor_qr))
                        div.field {
                            label.field__label for="secret" { (a.factor_secret) }
                            input.input.input--code #secret readonly value=(enrolment.secret);
                        }
                    }
                    h2 { (a.factor_step_2) }
                    (password_and_code(view, ""))
                    p.note { (icon("info")) span { (a.factor_ends) } }
                    button.btn.btn--primary { (icon("shield-check")) (a.factor_confirm) }
                }
            }
            @if let Some(since) = view.since {
                section.card.card--form {
                    p { span.state.state--live { (icon("shield-check")) (fill(a.factor_on, &[("t", &since.office_text())])) } }
                    @if view.required { p.muted { (a.factor_required) } }
                    p.muted { (fill(a.factor_codes_left, &[("n", &view.recovery_left.to_string())])) }
                    @if view.codes_once.is_empty() { (form_faults(shell, &view.faults, &fields)) }
                }
                details.card.fold open[!view.faults.is_empty()] {
                    summary { (icon("refresh-cw")) h2 { (a.factor_codes_renew) } (icon("chevron-down")) }
                    form method="post" action={ (routes::SECOND_FACTOR) "/codes" } {
                        (csrf(shell))
                        p.note { (icon("info")) span { (a.factor_codes_renew_hint) } }
                        (password_and_code(view, "codes-"))
                        button.btn { (a.factor_codes_renew) }
                    }
                }
                @if !view.required {
                    details.card.fold.fold--danger {
                        summary { (icon("shield-alert")) h2 { (a.factor_remove) } (icon("chevron-down")) }
                        form method="post" action={ (routes::SECOND_FACTOR) "/remove" } {
                            (csrf(shell))
                            (password_and_code(view, "remove-"))
                            button.btn.btn--danger { (a.factor_remove) }
                        }
                    }
                }
            }
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_drawn_with_its_quiet_zone_and_nothing_inline() {
        let svg = qr("otpauth://totp/Qu%E1%BA%ADn%201:lan?secret=JBSWY3DPEHPK3PXP&issuer=Qu%E1%BA%ADn%201", "QR")
            .into_string();
        assert!(
            svg.contains("viewBox=\"0 0 ") && svg.contains("M4,4h1v1h-1z"),
            "the finder pattern begins after the quiet zone"
        );
        assert!(!svg.contains("style=") && !svg.contains("<script"));
        assert_eq!(qr(&"x".repeat(10_000), "QR").into_string(), "", "too long for any code");
    }
}
