//! My account: profile, password, sign-ins, API tokens.

use crate::layout::{Frame, Section, page, role_name, theme_name};
use crate::pages::account_one::{history, tokens};
use crate::parts::{Field, csrf, field, form_faults, icon, moment, moment_ago, new_password};
use crate::routes;
use crate::views::{AccountView, Theme};
use crate::words::{AccessWords, fill};
use base::Language;
use maud::{Markup, html};

/// "Firefox 145 · Linux" out of what a browser calls itself; the whole text where it is none of the known ones.
pub(crate) fn browser(agent: &str) -> String {
    let version = |mark: &str| {
        let (_, after) = agent.split_once(mark)?;
        let digits: String = after.chars().take_while(char::is_ascii_digit).collect();
        (!digits.is_empty()).then_some(digits)
    };
    // The order matters: each of them also calls itself all those below it.
    let marks =
        [("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Version/", "Safari")];
    let Some((name, number)) = marks.iter().find_map(|(mark, name)| version(mark).map(|v| (name, v))) else {
        return agent.to_owned();
    };
    let systems = [
        ("Windows", "Windows"),
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ];
    match systems.iter().find(|(mark, _)| agent.contains(mark)) {
        Some((_, system)) => format!("{name} {number} · {system}"),
        None => format!("{name} {number}"),
    }
}

fn profile(view: &AccountView) -> Markup {
    let t = view.shell.words();
    html! {
        form.card method="post" action=(routes::ACCOUNT_PREFERENCES) {
            h2 { (t.account_profile) }
            (form_faults(&view.shell, &view.faults, &["display_name", "language", "theme"]))
            (csrf(&view.shell))
            (field(&view.faults, Field { name: "display_name", label: t.display_name, value: &view.display_name, hint: t.display_name_hint, required: true, autocomplete: "name", ..Field::default() }))
            div.pair {
                div.field {
                    label.field__label for="language" { (t.language) }
                    select.input #language name="language" {
                        option value="vi" lang="vi" selected[view.language == Language::Vi] { "Tiếng Việt" }
                        option value="en" lang="en" selected[view.language == Language::En] { "English" }
                    }
                }
                div.field {
                    label.field__label for="theme" { (t.theme) }
                    select.input #theme name="theme" {
                        @for theme in Theme::ALL { option value=(theme.as_str()) selected[theme == view.theme] { (theme_name(theme, t)) } }
                    }
                }
            }
            button.btn.btn--primary { (t.save) }
        }
    }
}

fn password(view: &AccountView) -> Markup {
    let t = view.shell.words();
    let name = view.shell.person.as_ref().map(|p| p.name.as_str()).unwrap_or("");
    html! {
        form.card method="post" action=(routes::ACCOUNT_PASSWORD) {
            h2 { (t.account_password) }
            @if view.must_change_password { div.flash.flash--bad role="alert" { (icon("key-round")) p { (t.account_must_change) @if let Some(why) = &view.due { " " (why) } } } }
            p.muted { (fill(t.account_password_since, &[("t", &view.password_changed_at.office_text())])) }
            (form_faults(&view.shell, &view.faults, &["password_old", "password", "password_again"]))
            (csrf(&view.shell))
            // For password stores: whose password this is.
            input type="text" name="username" value=(name) autocomplete="username" hidden readonly;
            (field(&view.faults, Field { name: "password_old", label: t.password_old, kind: "password", autocomplete: "current-password", required: true, autofocus: view.must_change_password, ..Field::default() }))
            (new_password(&view.shell, &view.faults, t.password_new, &view.password, "username"))
            p.note { (icon("info")) span { (t.account_password_effect) } }
            button.btn.btn--primary { (t.account_password) }
        }
    }
}

fn sign_ins(view: &AccountView) -> Markup {
    let t = view.shell.words();
    html! {
        section.card.card--table aria-labelledby="sign-ins-title" {
            h2 #sign-ins-title { (t.sign_ins) }
            table.table {
                thead { tr { th { (t.sign_in_browser) } th { (t.audit_address) } th { (t.sign_in_began) } th { (t.sign_in_used) } th { span.hidden { (t.actions) } } } }
                tbody {
                    @for row in &view.sign_ins {
                        tr {
                            td.table__main data-label=(t.sign_in_browser) { span.clip title=(row.agent) { (browser(&row.agent)) } }
                            td data-label=(t.audit_address) { span.code { (row.address) } }
                            td data-label=(t.sign_in_began) { (moment(row.began_at)) }
                            td data-label=(t.sign_in_used) { (moment_ago(row.used_at)) }
                            td.table__end {
                                @if row.current { span.state.state--live { (icon("check")) (t.sign_in_current) } }
                                @else {
                                    form method="post" action={ "/account/sign-ins/" (routes::segment(&row.id)) "/end" } {
                                        (csrf(&view.shell))
                                        button.btn.btn--small { (icon("log-out")) (t.sign_in_end) span.hidden { " " (browser(&row.agent)) " " (row.address) } }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn second_factor(view: &AccountView) -> Markup {
    let a = AccessWords::of(view.shell.language);
    html! {
        section.card.card--table aria-labelledby="factor-title" {
            header.head {
                div { h2 #factor-title { (a.factor_title) } p.muted { (a.factor_lead) } }
                a.btn href=(routes::SECOND_FACTOR) { (icon("shield-check")) (a.factor_manage) }
            }
            p {
                @if let Some(since) = view.second_factor_since { span.state.state--live { (icon("check")) (fill(a.factor_on, &[("t", &since.office_text())])) } }
                @else { span.state.state--connecting { (icon("shield-alert")) (a.factor_off) } @if view.second_factor_required { " " (a.factor_required) } }
            }
        }
    }
}

/// My account.
pub fn account_page(view: &AccountView) -> String {
    let shell = &view.shell;
    let t = shell.words();
    let frame = Frame { title: t.account_title, section: Section::Me, scripts: &[], body: "" };
    page(
        shell,
        &frame,
        html! {
            header.head { div {
                h1 { (t.account_title) }
                @if let Some(person) = &shell.person { p.head__sub { (person.display_name) " · " span.code { (person.name) } " · " (role_name(person.role, t)) } }
            } }
            div.columns.columns--even { (if view.must_change_password { password(view) } else { profile(view) }) (if view.must_change_password { profile(view) } else { password(view) }) }
            (second_factor(view))
            (sign_ins(view))
            (history(shell, &view.history, view.history_days))
            (tokens(shell, routes::ACCOUNT, &view.tokens, view.token_once.as_deref(), view.may_issue_tokens.then_some(&view.token_form), &view.faults, t.tokens_lead))
        },
    )
}

#[cfg(test)]
mod tests {
    use super::browser;

    #[test]
    fn browsers_are_known_by_their_own_name() {
        let chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";
        assert_eq!(browser(chrome), "Chrome 142 · Windows");
        assert_eq!(browser(&format!("{chrome} Edg/142.0.0.0")), "Edge 142 · Windows");
        assert_eq!(
            browser("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"),
            "Firefox 145 · Linux"
        );
        assert_eq!(browser("curl/8.5.0"), "curl/8.5.0");
        assert_eq!(browser("Chrome/"), "Chrome/");
    }
}
