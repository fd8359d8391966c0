//! The index of administration: one card for each page that the person may open.

use crate::layout::{Frame, Section, page};
use crate::parts::{count, empty, icon};
use crate::routes;
use crate::views::{AdminDoor, AdminView};
use crate::words::{PolicyWords, RegisterWords, fill};
use maud::html;

fn door(
    door: AdminDoor,
    t: &'static RegisterWords,
    p: &'static PolicyWords,
) -> (&'static str, &'static str, &'static str, &'static str) {
    match door {
        AdminDoor::Accounts => (routes::ACCOUNTS, "users", t.door_accounts, t.door_accounts_text),
        AdminDoor::Reviews => (routes::REVIEWS, "user-check", t.door_reviews, t.door_reviews_text),
        AdminDoor::Units => (routes::UNITS, "building-2", t.door_units, t.door_units_text),
        AdminDoor::Areas => (routes::AREAS, "map", t.door_areas, t.door_areas_text),
        AdminDoor::Registers => (routes::REGISTERS, "tags", t.door_registers, t.door_registers_text),
        AdminDoor::Assets => (routes::ASSETS, "map-pin", t.door_assets, t.door_assets_text),
        AdminDoor::Networks => (routes::SIGN_IN_NETWORKS, "network", t.door_networks, t.door_networks_text),
        AdminDoor::Sharing => (routes::SHARING, "share-2", p.sharing_title, p.sharing_text),
        AdminDoor::Policy => (routes::POLICY, "scroll-text", p.title, p.door_text),
        AdminDoor::Node => (routes::NODE, "server", t.door_node, t.door_node_text),
    }
}

/// The index of administration.
pub fn admin_page(view: &AdminView) -> String {
    let shell = &view.shell;
    let t = RegisterWords::of(shell.language);
    let frame = Frame { title: t.admin_title, section: Section::Admin, scripts: &[], body: "" };
    page(
        shell,
        &frame,
        html! {
            header.head { div { h1 { (t.admin_title) } p.head__sub { (t.admin_sub) } } }
            @if view.doors.is_empty() { (empty("settings", t.admin_title, t.admin_none, html! {})) } @else {
                ul.doors {
                    @for (which, attention) in &view.doors {
                        @let (href, picture, title, text) = door(*which, t, PolicyWords::of(shell.language));
                        li.doors__one {
                            (icon(picture))
                            h2 { a href=(href) { (title) } }
                            p.muted { (text) }
                            @if *attention > 0 {
                                p { span.state.state--connecting { (icon("bell")) (fill(t.attention, &[("n", &count(shell, *attention))])) } }
                            }
                        }
                    }
                }
            }
        },
    )
}
