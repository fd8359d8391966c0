//! The index of administration.

use crate::office;
use crate::problem::Failure;
use crate::shell;
use crate::state::WebState;
use crate::visitor::SignedIn;
use actix_web::{HttpResponse, web};
use domain::{Act, misses_focal_point};
use templates::views::{AdminDoor, AdminView};

/// `GET /admin`
pub async fn page(state: web::Data<WebState>, who: SignedIn) -> Result<HttpResponse, Failure> {
    let caller = who.caller.clone();
    let (missing, old, waiting) = office::ask(&state, move |ops| {
        let book = ops.book(&caller)?;
        let counts = ops.camera_counts(&caller)?;
        let missing = book.units().filter(|u| misses_focal_point(u, book.day())).count();
        let waiting = ops.requests_waiting(&caller)? as u64;
        Ok((missing as u64, (counts.in_former_areas(&book) + counts.unplaced) as u64, waiting))
    })
    .await?;
    let may = |act| office::may(&who.caller, act);
    let registers = may(Act::ManageRegisters);
    let attention = |n: u64| if registers { n } else { 0 };
    let doors = [
        (AdminDoor::Accounts, may(Act::ManageAccounts), 0),
        (AdminDoor::Reviews, may(Act::ManageAccounts), 0),
        (AdminDoor::Sharing, may(Act::Share), waiting),
        (AdminDoor::Units, may(Act::SeeCatalogue), attention(missing)),
        (AdminDoor::Areas, may(Act::SeeCatalogue), attention(old)),
        (AdminDoor::Registers, may(Act::SeeCatalogue), 0),
        (AdminDoor::Assets, may(Act::SeeCatalogue), 0),
        (AdminDoor::Networks, may(Act::ManageAccounts), 0),
        (AdminDoor::Policy, may(Act::ManageNode), 0),
        (AdminDoor::Node, may(Act::ManageNode), 0),
    ];
    let view = AdminView {
        shell: shell::shell(&state, &who.visitor),
        doors: doors.into_iter().filter(|d| d.1).map(|(door, _, n)| (door, n)).collect(),
    };
    Ok(shell::ok(&state, &who.visitor, templates::admin_page(&view)))
}
