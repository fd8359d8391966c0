//! Settings of the node.

use crate::body::Form;
use crate::flash::Note;
use crate::problem::Failure;
use crate::state::WebState;
use crate::visitor::SignedIn;
use crate::{metrics, office, shell};
use actix_web::{HttpResponse, web};
use base::Language;
use templates::routes;
use templates::views::NodeView;

async fn view(state: &WebState, who: &SignedIn) -> Result<NodeView, Failure> {
    let node = office::node(state).await?;
    Ok(NodeView {
        shell: shell::shell(state, &who.visitor),
        name: node.name,
        area: node.area.unwrap_or_default(),
        language: node.language,
        networks: state.config.camera_networks.clone(),
        config_file: state.config.config_file.clone(),
        facts: facts(state, who).await?,
        faults: Vec::new(),
    })
}

async fn facts(state: &WebState, who: &SignedIn) -> Result<Vec<(String, String)>, Failure> {
    let vi = who.visitor.language == Language::Vi;
    let say = |v: &str, e: &str| if vi { v } else { e }.to_owned();
    let up_s = metrics::up_s(state, &state.config.clock);
    let (days, hours, minutes) = (up_s / 86_400, up_s / 3_600 % 24, up_s / 60 % 60);
    let mut facts = vec![
        (say("Phiên bản", "Version"), state.config.version.clone()),
        (say("Khởi động lúc", "Started at"), state.started.office_text()),
        (
            say("Đã chạy", "Up for"),
            say(
                &format!("{days} ngày {hours} giờ {minutes} phút"),
                &format!("{days} days {hours} hours {minutes} minutes"),
            ),
        ),
        (say("Số camera", "Cameras"), office::cameras_total(state, who).await?.to_string()),
    ];
    let own = web::block(metrics::Process::read).await.map_err(Failure::internal)?;
    if let Some(bytes) = own.resident_bytes {
        facts.push((say("Bộ nhớ đang dùng", "Memory in use"), format!("{} MiB", bytes / (1024 * 1024))));
    }
    facts.push((say("Nơi đang theo dõi sự kiện", "Event listeners"), state.hub.listeners().to_string()));
    Ok(facts)
}

/// `GET /node`
pub async fn page(state: web::Data<WebState>, who: SignedIn) -> Result<HttpResponse, Failure> {
    let view = view(&state, &who).await?;
    Ok(shell::ok(&state, &who.visitor, templates::node_page(&view)))
}

/// `POST /node`
pub async fn submit(state: web::Data<WebState>, who: SignedIn, form: Form) -> Result<HttpResponse, Failure> {
    let form = form.0;
    let language = Language::parse(form.text("language")).unwrap_or_default();
    match office::set_node(&state, &who, form.text("name").to_owned(), form.optional("area"), language).await {
        Ok(()) => Ok(shell::done(&state, routes::NODE, Note::NodeSaved, "")),
        Err(failure) => {
            let faults = shell::faults(failure, &who.visitor)?;
            let mut view = view(&state, &who).await?;
            view.name = form.text("name").to_owned();
            view.area = form.text("area").to_owned();
            view.language = language;
            view.faults = faults;
            Ok(shell::again(&state, &who.visitor, templates::node_page(&view)))
        }
    }
}
