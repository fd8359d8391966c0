//! The frame around every page: head, top bar, side navigation, flash, and the few switches that stand on each page.
//!
//! Not here: parts used inside pages (`parts`), the pages themselves.

use crate::parts::{csrf, icon, logo};
use crate::routes;
use crate::views::{Role, Shell, Theme};
use crate::words::{FindingWords, ScriptWords, SharingWords, Words};
use base::Language;
use maud::{DOCTYPE, Markup, html};

/// Which door of the navigation a page stands behind.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Section {
    Live,
    Map,
    Cameras,
    Sharing,
    Audit,
    /// The index of administration, areas, units, registers.
    Admin,
    Accounts,
    Node,
    Me,
    None,
}

/// What a page tells the frame.
pub(crate) struct Frame<'a> {
    pub(crate) title: &'a str,
    pub(crate) section: Section,
    /// Modules beside `app.js`.
    pub(crate) scripts: &'a [&'a str],
    /// A class for the body: `live`, `gate` (before signing in), or empty.
    pub(crate) body: &'a str,
}

impl Shell {
    pub(crate) fn words(&self) -> &'static Words {
        Words::of(self.language)
    }
}

fn script_words(language: Language) -> String {
    let all: std::collections::BTreeMap<_, _> = ScriptWords::of(language).all().into_iter().collect();
    serde_json::to_string(&all).unwrap_or_else(|_| "{}".into())
}

fn head(shell: &Shell, frame: &Frame<'_>) -> Markup {
    let t = shell.words();
    html! {
        head {
            meta charset="utf-8";
            title {
                (frame.title) " · "
                @if shell.node_name.is_empty() { (t.product) } @else { (shell.node_name) }
            }
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="csrf" content=(shell.csrf);
            meta name="words" content=(script_words(shell.language));
            @if let Some(who) = &shell.watermark { meta name="watermark" content=(who); }
            meta name="color-scheme" content="light dark";
            link rel="icon" type="image/svg+xml" href=(crate::asset_href("logo.svg"));
            link rel="preload" as="font" type="font/woff2" crossorigin="anonymous"
                href=(crate::asset_href("vendor/be-vietnam-pro-latin-400-normal.woff2"));
            link rel="stylesheet" href=(crate::asset_href("app.css"));
            script type="module" src=(crate::asset_href("app.js")) {}
            @for script in frame.scripts {
                script type="module" src=(crate::asset_href(script)) {}
            }
        }
    }
}

/// The language switch: one button that names the other language in that language.
fn language_switch(shell: &Shell) -> Markup {
    let t = shell.words();
    let other = match shell.language {
        Language::Vi => Language::En,
        Language::En => Language::Vi,
    };
    html! {
        form.switch method="post" action=(routes::LANGUAGE) {
            (csrf(shell))
            input type="hidden" name="next" value=(shell.here);
            button.btn.btn--quiet.btn--small name="language" value=(other.as_str()) lang=(other.as_str()) {
                (icon("languages")) span { (t.switch_language) }
            }
        }
    }
}

pub(crate) fn theme_name(theme: Theme, t: &Words) -> &'static str {
    match theme {
        Theme::Auto => t.theme_auto,
        Theme::Light => t.theme_light,
        Theme::Dark => t.theme_dark,
    }
}

pub(crate) fn role_name(role: Role, t: &Words) -> &'static str {
    match role {
        Role::Administrator => t.role_administrator,
        Role::Operator => t.role_operator,
        Role::Viewer => t.role_viewer,
        Role::CityCentre => t.role_city_centre,
        Role::SectorCentre => t.role_sector_centre,
        Role::DistrictCentre => t.role_district_centre,
        Role::Unit => t.role_unit,
        Role::UnitAdministrator => t.role_unit_administrator,
        Role::Investor => t.role_investor,
        Role::Inspector => t.role_inspector,
        Role::Citizen => t.role_citizen,
    }
}

fn theme_switch(shell: &Shell) -> Markup {
    let t = shell.words();
    html! {
        form.themes method="post" action=(routes::THEME) aria-label=(t.theme) data-theme-switch {
            (csrf(shell))
            input type="hidden" name="next" value=(shell.here);
            @for theme in Theme::ALL {
                button.themes__one name="theme" value=(theme.as_str()) aria-pressed=(if theme == shell.theme { "true" } else { "false" }) {
                    (theme_name(theme, t))
                }
            }
        }
    }
}

fn person_menu(shell: &Shell) -> Markup {
    let t = shell.words();
    html! {
        @if let Some(person) = &shell.person {
            details.menu data-menu {
                summary.btn.btn--quiet.btn--small {
                    (icon("circle-user-round")) span.menu__name { (person.display_name) } (icon("chevron-down"))
                }
                div.menu__sheet {
                    p.menu__who { strong { (person.display_name) } span { (person.name) " · " (role_name(person.role, t)) } }
                    a.menu__item href=(routes::ACCOUNT) { (icon("circle-user-round")) (t.menu_me) }
                    div.menu__theme { span { (icon("sun-moon")) (t.theme) } (theme_switch(shell)) }
                    form method="post" action=(routes::SIGN_OUT) {
                        (csrf(shell))
                        button.menu__item { (icon("log-out")) (t.sign_out) }
                    }
                }
            }
        }
    }
}

/// The search of everything, on every page of someone who is signed in; by the key `/`.
fn find(shell: &Shell) -> Markup {
    let t = FindingWords::of(shell.language);
    html! {
        @if shell.person.is_some() {
            form.find method="get" action=(routes::SEARCH) role="search" aria-label=(t.find_open) data-find {
                div.search {
                    (icon("search"))
                    input.input type="search" name="q" placeholder=(t.find_short) aria-label=(t.find) title=(t.find)
                        autocomplete="off" spellcheck="false" maxlength="200" aria-keyshortcuts="/";
                    kbd aria-hidden="true" { "/" }
                }
            }
            a.btn.btn--quiet.btn--small.find__open href=(routes::SEARCH) { (icon("search")) span.hidden { (t.find_open) } }
        }
    }
}

fn navigation(shell: &Shell, section: Section) -> Markup {
    let t = shell.words();
    let person = shell.person.as_ref();
    let administers = person.is_some_and(|p| p.manages_accounts);
    // Accounts and the node stand behind the door of administration.
    let section = if matches!(section, Section::Accounts | Section::Node) { Section::Admin } else { section };
    let doors = [
        (Section::Live, routes::LIVE, "layout-grid", t.nav_live, true),
        (Section::Map, routes::MAP, "map", FindingWords::of(shell.language).nav_map, true),
        (Section::Cameras, routes::CAMERAS, "cctv", t.nav_cameras, true),
        (Section::Sharing, routes::SHARING, "share-2", SharingWords::of(shell.language).nav, true),
        (Section::Audit, routes::AUDIT, "scroll-text", t.nav_audit, person.is_some_and(|p| p.reads_audit)),
        (Section::Admin, routes::ADMIN, "settings", t.nav_admin, administers),
        (Section::Me, routes::ACCOUNT, "circle-user-round", t.nav_me, true),
    ];
    html! {
        nav.nav aria-label=(t.nav_main) {
            @for (door, href, picture, name, open) in doors {
                @if open {
                    a.nav__door href=(href) aria-current=[(door == section).then_some("page")] title=(name) {
                        (icon(picture)) span { (name) }
                    }
                }
            }
        }
    }
}

fn flash(shell: &Shell) -> Markup {
    html! {
        @if let Some(flash) = &shell.flash {
            div.flash.(if flash.good { "flash--good" } else { "flash--bad" }) role=(if flash.good { "status" } else { "alert" }) {
                (icon(if flash.good { "circle-check" } else { "triangle-alert" })) p { (flash.text) }
            }
        }
    }
}

/// What the person should see to.
fn notices(shell: &Shell) -> Markup {
    html! {
        @for notice in &shell.notices {
            div.flash.notice.(if notice.urgent { "flash--bad" } else { "flash--warn" }) role="status" {
                (icon(if notice.urgent { "triangle-alert" } else { "info" }))
                p { (notice.text) }
                @if let Some((href, words)) = &notice.link { a.btn.btn--small href=(href) { (words) } }
                @if let Some((action, words)) = &notice.seen {
                    form method="post" action=(action) { (csrf(shell)) button.btn.btn--small { (words) } }
                }
            }
        }
    }
}

/// A page of someone who is signed in (or of an error met before).
pub(crate) fn page(shell: &Shell, frame: &Frame<'_>, content: Markup) -> String {
    let t = shell.words();
    html! {
        (DOCTYPE)
        html lang=(shell.language.as_str()) data-theme=(shell.theme.as_str()) {
            (head(shell, frame))
            body.(frame.body) {
                a.skip href="#main" { (t.skip) }
                header.top {
                    a.top__brand href="/" { (logo()) span.top__product { (t.product) } }
                    @if !shell.node_name.is_empty() { p.top__node { (shell.node_name) } }
                    (find(shell))
                    div.top__end { (language_switch(shell)) (person_menu(shell)) }
                }
                @if shell.person.is_some() { (navigation(shell, frame.section)) }
                main.main #main tabindex="-1" {
                    (flash(shell))
                    (notices(shell))
                    (content)
                }
            }
        }
    }
    .into_string()
}

/// A page before signing in: one card on the net.
pub(crate) fn gate(shell: &Shell, title: &str, scripts: &[&str], content: Markup) -> String {
    let t = shell.words();
    let frame = Frame { title, section: Section::None, scripts, body: "gate" };
    html! {
        (DOCTYPE)
        html lang=(shell.language.as_str()) data-theme=(shell.theme.as_str()) {
            (head(shell, &frame))
            body.gate {
                a.skip href="#main" { (t.skip) }
                header.gate__top { (language_switch(shell)) }
                main.gate__main #main tabindex="-1" {
                    div.gate__brand {
                        (logo())
                        p.gate__product { (t.product) }
                        p.gate__node { @if shell.node_name.is_empty() { (t.tagline) } @else { (shell.node_name) } }
                    }
                    (flash(shell))
                    (content)
                }
            }
        }
    }
    .into_string()
}
