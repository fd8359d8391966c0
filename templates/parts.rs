//! Parts that several pages are made of: icons, fields, states, moments, paging.
//!
//! Not here: anything that belongs to one page only.

use crate::views::{FieldFault, Paging, PasswordRules, Phase, PictureFacts, Shell, StreamStatus};
use crate::words::{Words, fill};
use base::{StreamKind, WallTime};
use maud::{Markup, html};

/// An icon of the sprite; decoration only, a word always stands beside it or in the label of its button.
pub(crate) fn icon(name: &str) -> Markup {
    html! { svg.icon aria-hidden="true" { use href={ (crate::asset_href("vendor/icons.svg")) "#" (name) } {} } }
}

/// The eye of a net.
pub(crate) fn logo() -> Markup {
    html! { svg.logo aria-hidden="true" viewBox="0 0 32 32" { use href={ (crate::asset_href("logo.svg")) "#logo" } {} } }
}

pub(crate) fn csrf(shell: &Shell) -> Markup {
    html! { input type="hidden" name="csrf" value=(shell.csrf); }
}

/// The way back to the index of administration, for those who may open it.
pub(crate) fn back_to_admin(shell: &Shell) -> Markup {
    let t = crate::words::RegisterWords::of(shell.language);
    html! {
        @if shell.person.as_ref().is_some_and(|p| p.manages_accounts) {
            a.crumb href=(crate::routes::ADMIN) { (icon("arrow-left")) (fill(t.back_to, &[("name", t.admin_title)])) }
        }
    }
}

/// A moment: `dd/mm/yyyy HH:MM:SS`, with how long ago as the script keeps it up to date.
pub(crate) fn moment(at: WallTime) -> Markup {
    html! { time datetime=(at.rfc3339()) { (at.office_text()) } }
}

/// A moment with "12 giây trước" beside it.
pub(crate) fn moment_ago(at: WallTime) -> Markup {
    html! { (moment(at)) " " span.ago data-ago=(at.unix_ms()) {} }
}

/// A day: `dd/mm/yyyy`.
pub(crate) fn day(day: base::CivilDate) -> String {
    day.strftime("%d/%m/%Y").to_string()
}

/// A number without noise: `25`, `24.97` → `25`, `12.5`. Vietnamese writes the decimal comma.
pub(crate) fn number(shell: &Shell, n: f64) -> String {
    let rounded = (n * 10.0).round() / 10.0;
    let text = if (rounded - rounded.round()).abs() < 0.05 { format!("{rounded:.0}") } else { format!("{rounded:.1}") };
    match shell.language {
        base::Language::Vi => text.replace('.', ","),
        base::Language::En => text,
    }
}

/// A count with thousands apart: `12.345` in Vietnamese, `12,345` in English.
pub(crate) fn count(shell: &Shell, n: u64) -> String {
    let digits = n.to_string();
    let gap = match shell.language {
        base::Language::Vi => '.',
        base::Language::En => ',',
    };
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(gap);
        }
        out.push(c);
    }
    out
}

pub(crate) fn phase_name(phase: Phase, t: &Words) -> &'static str {
    match phase {
        Phase::Live => t.phase_live,
        Phase::Connecting => t.phase_connecting,
        Phase::Waiting => t.phase_waiting,
        Phase::Unknown => t.phase_unknown,
    }
}

/// A state: icon, word and colour together.
pub(crate) fn phase_badge(phase: Phase, t: &Words) -> Markup {
    let picture = match phase {
        Phase::Live => "video",
        Phase::Connecting => "loader-circle",
        Phase::Waiting => "video-off",
        Phase::Unknown => "circle-help",
    };
    html! { span.state.{ "state--" (phase.as_str()) } { (icon(picture)) (phase_name(phase, t)) } }
}

pub(crate) fn stream_name(stream: StreamKind, t: &Words) -> &'static str {
    match stream {
        StreamKind::Main => t.stream_main,
        StreamKind::Sub => t.stream_sub,
    }
}

/// State in words with since when, why, and what happens next.
pub(crate) fn status(shell: &Shell, status: &StreamStatus) -> Markup {
    let t = shell.words();
    html! {
        div.status {
            (phase_badge(status.phase, t))
            @if let Some(since) = status.since {
                span.status__since { (fill(t.since, &[("t", &since.office_text())])) " " span.ago data-ago=(since.unix_ms()) {} }
            }
            @if status.phase != Phase::Live {
                @if let Some(reason) = &status.reason { p.status__why { (reason) } }
                @if let Some(next) = status.next_attempt {
                    p.status__next { (fill(t.next_attempt, &[("t", &next.office_time_text()), ("n", &status.attempts.to_string())])) }
                }
            }
        }
    }
}

/// Codec, size, frames, rate and key frames as rows of a definition list.
pub(crate) fn picture_rows(shell: &Shell, facts: &PictureFacts, key_frame_s_min: Option<f64>) -> Markup {
    let t = shell.words();
    html! {
        div { dt { (t.codec) } dd { (facts.codec) } }
        @if facts.width > 0 && facts.height > 0 {
            div { dt { (t.resolution) } dd { (facts.width) " × " (facts.height) } }
        }
        @if let Some(fps) = facts.fps { div { dt { (t.fps) } dd { (number(shell, fps)) } } }
        @if let Some(rate) = facts.kbit_s {
            div { dt { (t.bitrate) } dd {
                @if rate >= 1000.0 { (number(shell, rate / 1000.0)) " Mbit/s" } @else { (count(shell, rate.round() as u64)) " kbit/s" }
            } }
        }
        @if let Some(gap) = facts.key_frame_s {
            div { dt { (t.key_frame) } dd { (fill(t.seconds, &[("n", &number(shell, gap))])) } }
        } @else if let Some(gap) = key_frame_s_min {
            div { dt { (t.key_frame) } dd { (fill(t.at_least_seconds, &[("n", &number(shell, gap))])) } }
        }
    }
}

/// The fault of one field, if it has one.
pub(crate) fn fault_of<'a>(faults: &'a [FieldFault], field: &str) -> Option<&'a str> {
    faults.iter().find(|f| f.field == field).map(|f| f.text.as_str())
}

/// The sentence above a form that was refused: its own faults, or that fields below are marked.
pub(crate) fn form_faults(shell: &Shell, faults: &[FieldFault], fields: &[&str]) -> Markup {
    let whole: Vec<_> = faults.iter().filter(|f| f.field.is_empty()).collect();
    let marked = faults.iter().any(|f| fields.contains(&f.field.as_str()));
    html! {
        @if marked || !whole.is_empty() {
            div.flash.flash--bad role="alert" {
                (icon("triangle-alert"))
                div {
                    @for fault in &whole { p { (fault.text) } }
                    @if whole.is_empty() { p { (shell.words().form_refused) } }
                }
            }
        }
    }
}

/// A labelled input.
#[derive(Clone, Copy, Default)]
pub(crate) struct Field<'a> {
    pub(crate) name: &'a str,
    pub(crate) label: &'a str,
    pub(crate) value: &'a str,
    pub(crate) hint: &'a str,
    /// `text` when empty.
    pub(crate) kind: &'a str,
    pub(crate) autocomplete: &'a str,
    pub(crate) required: bool,
    /// Word for "not required", shown beside the label.
    pub(crate) optional: &'a str,
    /// Suggestions while typing: id of the datalist and its values.
    pub(crate) list: Option<(&'a str, &'a [String])>,
    /// Sets ids apart when a page has the same field twice.
    pub(crate) form: &'a str,
    /// For codes and addresses: fixed width, no spelling.
    pub(crate) code: bool,
    pub(crate) autofocus: bool,
}

pub(crate) fn field(faults: &[FieldFault], f: Field<'_>) -> Markup {
    let id = format!("{}{}", f.form, f.name);
    let fault = fault_of(faults, f.name);
    let hint_id = format!("{id}-hint");
    let fault_id = format!("{id}-fault");
    let described = match (f.hint.is_empty(), fault.is_some()) {
        (true, false) => None,
        (false, false) => Some(hint_id.clone()),
        (true, true) => Some(fault_id.clone()),
        (false, true) => Some(format!("{fault_id} {hint_id}")),
    };
    html! {
        div.field.field--bad[fault.is_some()] {
            label.field__label for=(id) {
                (f.label) @if !f.optional.is_empty() { " " span.field__optional { "(" (f.optional) ")" } }
            }
            input.input.input--code[f.code] #(id) name=(f.name) type=(if f.kind.is_empty() { "text" } else { f.kind })
                value=[(f.kind != "password").then_some(f.value)]
                autocomplete=(if f.autocomplete.is_empty() { "off" } else { f.autocomplete })
                autocapitalize=[f.code.then_some("none")]
                spellcheck=[f.code.then_some("false")] required[f.required] autofocus[f.autofocus]
                list=[f.list.map(|l| l.0)]
                aria-invalid=[fault.map(|_| "true")]
                aria-describedby=[described];
            @if let Some(fault) = fault { p.field__fault #(fault_id) { (icon("triangle-alert")) span { (fault) } } }
            @if !f.hint.is_empty() { p.field__hint #(hint_id) { (f.hint) } }
            @if let Some((list, values)) = f.list {
                datalist #(list) { @for value in values { option value=(value) {} } }
            }
        }
    }
}

/// A labelled list to choose from: value and word; `first` stands for nothing chosen, if it is not empty.
pub(crate) fn select(
    faults: &[FieldFault],
    name: &str,
    label: &str,
    first: &str,
    chosen: &str,
    options: &[(String, String)],
) -> Markup {
    let fault = fault_of(faults, name);
    let fault_id = format!("{name}-fault");
    // What is stored stays visible although the list no longer offers it.
    let known = chosen.is_empty() || options.iter().any(|(value, _)| value == chosen);
    html! {
        div.field.field--bad[fault.is_some()] {
            label.field__label for=(name) { (label) }
            select.input #(name) name=(name) aria-invalid=[fault.map(|_| "true")] aria-describedby=[fault.map(|_| &fault_id)] {
                @if !first.is_empty() { option value="" { (first) } }
                @if !known { option value=(chosen) selected { (chosen) } }
                @for (value, word) in options { option value=(value) selected[value == chosen] { (word) } }
            }
            @if let Some(fault) = fault { p.field__fault #(fault_id) { (icon("triangle-alert")) span { (fault) } } }
        }
    }
}

/// A labelled field of several lines.
pub(crate) fn text_area(faults: &[FieldFault], name: &str, label: &str, value: &str, hint: &str, rows: u8) -> Markup {
    let fault = fault_of(faults, name);
    let (fault_id, hint_id) = (format!("{name}-fault"), format!("{name}-hint"));
    let described = if fault.is_some() { format!("{fault_id} {hint_id}") } else { hint_id.clone() };
    html! {
        div.field.field--bad[fault.is_some()] {
            label.field__label for=(name) { (label) }
            textarea.input #(name) name=(name) rows=(rows) autocomplete="off" aria-invalid=[fault.map(|_| "true")] aria-describedby=(described) { (value) }
            @if let Some(fault) = fault { p.field__fault #(fault_id) { (icon("triangle-alert")) span { (fault) } } }
            p.field__hint #(hint_id) { (hint) }
        }
    }
}

/// A new password twice, with the rules, and the places where the script says how strong it is.
pub(crate) fn new_password(
    shell: &Shell,
    faults: &[FieldFault],
    label: &str,
    rules: &PasswordRules,
    name_field: &str,
) -> Markup {
    let t = shell.words();
    let rule = fill(t.password_rule, &[("n", &rules.length_min.to_string())]);
    let rule = match rules.age_days_max {
        Some(days) => format!("{rule} {}", fill(t.password_rule_age, &[("n", &days.to_string())])),
        None => rule,
    };
    html! {
        div.passwords data-password-min=(rules.length_min) data-password-name=(name_field) {
            (field(faults, Field { name: "password", label, kind: "password", autocomplete: "new-password", hint: &rule, required: true, ..Field::default() }))
            div.strength data-strength hidden {
                meter.strength__meter min="0" max="4" low="2" high="3" optimum="4" value="0" aria-hidden="true" {}
                p.strength__text role="status" {}
            }
            (field(faults, Field { name: "password_again", label: t.password_again, kind: "password", autocomplete: "new-password", required: true, ..Field::default() }))
            p.strength__again data-again role="status" {}
        }
    }
}

/// First, previous, where, next.
pub(crate) fn pager(shell: &Shell, paging: &Paging, rows: usize) -> Markup {
    let t = shell.words();
    let from = paging.from.unwrap_or(0);
    let to = from.saturating_add(rows as u64).saturating_sub(1);
    html! {
        @if rows > 0 {
            nav.pager aria-label=(t.paging) {
                @if paging.from.is_some() {
                    p.pager__where {
                        @let (from, to) = (count(shell, from), count(shell, to));
                        @if let Some(total) = paging.total {
                            (fill(t.shown_of, &[("from", &from), ("to", &to), ("total", &count(shell, total))]))
                        } @else {
                            (fill(t.shown, &[("from", &from), ("to", &to)]))
                        }
                    }
                }
                div.pager__doors {
                    @if let Some(href) = &paging.first { a.btn.btn--small href=(href) { (icon("chevrons-left")) (t.page_first) } }
                    @if let Some(href) = &paging.previous { a.btn.btn--small rel="prev" href=(href) { (icon("chevron-left")) (t.page_previous) } }
                    @if let Some(href) = &paging.next { a.btn.btn--small rel="next" href=(href) { (t.page_next) (icon("chevron-right")) } }
                }
            }
        }
    }
}

/// An empty list that says what to do.
pub(crate) fn empty(picture: &str, title: &str, text: &str, act: Markup) -> Markup {
    html! { div.empty { (icon(picture)) h2 { (title) } p { (text) } (act) } }
}

/// A choice list of a filter: the first entry is "all".
pub(crate) fn choice(name: &str, label: &str, all: &str, chosen: &str, options: &[(&str, &str)]) -> Markup {
    let known = chosen.is_empty() || options.iter().any(|(value, _)| *value == chosen);
    html! {
        div.field.field--inline {
            label.field__label for={ "f-" (name) } { (label) }
            select.input #{ "f-" (name) } name=(name) {
                @if !all.is_empty() { option value="" { (all) } }
                // A filter from an old address stays visible although nothing has that value any more.
                @if !known { option value=(chosen) selected { (chosen) } }
                @for (value, word) in options { option value=(value) selected[*value == chosen] { (word) } }
            }
        }
    }
}
