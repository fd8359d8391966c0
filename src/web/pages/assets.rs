//! Mounting assets, and the report of common views.

use crate::body::{Asked, Fields, Form};
use crate::flash::Note;
use crate::problem::Failure;
use crate::state::WebState;
use crate::visitor::SignedIn;
use crate::{office, shell};
use actix_web::{HttpResponse, web};
use base::{Language, limits};
use domain::{Act, AssetDraft, Camera, MountingAsset, Register, Registers};
use ops::OverlapFilter;
use templates::routes;
use templates::views::{AssetForm, AssetRow, AssetView, AssetsView, FieldFault, OverlapsView, Paging, PairRow};

fn draft(form: &Fields) -> AssetDraft {
    let text = |name: &str| form.text(name).to_owned();
    AssetDraft {
        code: text("code"),
        kind: text("kind"),
        name: text("name"),
        position: text("position"),
        owner: text("owner"),
    }
}

fn typed(form: &Fields) -> AssetForm {
    let d = draft(form);
    let revision = form.number("revision").unwrap_or(0);
    AssetForm { code: d.code, kind: d.kind, name: d.name, position: d.position, owner: d.owner, revision }
}

fn row(a: &MountingAsset, cameras: usize, registers: &Registers, language: Language) -> AssetRow {
    AssetRow {
        id: a.id.to_string(),
        code: a.code.clone(),
        kind: registers.item_name(Register::AssetKind, &a.kind, language).to_owned(),
        name: a.name.clone(),
        owner: a.owner.clone(),
        cameras: cameras as u64,
    }
}

fn position(a: &MountingAsset) -> String {
    a.position.map(|p| format!("{}, {}", p.lat, p.lon)).unwrap_or_default()
}

async fn listed(state: &WebState, who: &SignedIn, asked: &Fields) -> Result<AssetsView, Failure> {
    let (caller, q, cursor) = (who.caller.clone(), asked.text("q").trim().to_owned(), asked.optional("cursor"));
    let (wanted, after) = (q.clone(), cursor.clone());
    let (list, registers) = office::ask(state, move |ops| {
        Ok((ops.list_assets(&caller, &wanted, after.as_deref(), limits::PAGE_ROWS_DEFAULT)?, ops.registers()))
    })
    .await?;
    let language = who.visitor.language;
    let to = |cursor: &str| routes::with_query(routes::ASSETS, &[("q", &q), ("cursor", cursor)]);
    Ok(AssetsView {
        shell: shell::shell(state, &who.visitor),
        rows: list.items.iter().map(|i| row(&i.asset, i.cameras, &registers, language)).collect(),
        paging: Paging {
            total: Some(list.total as u64),
            from: cursor.is_none().then_some(1),
            first: cursor.map(|_| to("")),
            previous: None,
            next: list.next.as_deref().map(to),
        },
        q,
        kinds: office::options(&registers, Register::AssetKind, language),
        add: office::may(&who.caller, Act::EditCameras).then(AssetForm::default),
        faults: Vec::new(),
    })
}

/// `GET /mounting-assets`
pub async fn list(state: web::Data<WebState>, who: SignedIn, asked: Asked) -> Result<HttpResponse, Failure> {
    let view = listed(&state, &who, &asked.0).await?;
    Ok(shell::ok(&state, &who.visitor, templates::assets_page(&view)))
}

/// `POST /mounting-assets`
pub async fn add(state: web::Data<WebState>, who: SignedIn, form: Form) -> Result<HttpResponse, Failure> {
    let (caller, wish) = (who.caller.clone(), draft(&form.0));
    match office::ask(&state, move |ops| ops.add_asset(&caller, &wish)).await {
        Ok(asset) => Ok(shell::done(&state, &routes::asset(&asset.id.to_string()), Note::AssetSaved, &asset.code)),
        Err(failure) => {
            let faults = shell::faults(failure, &who.visitor)?;
            let mut view = listed(&state, &who, &Fields::default()).await?;
            view.add = Some(typed(&form.0));
            view.faults = faults;
            Ok(shell::again(&state, &who.visitor, templates::assets_page(&view)))
        }
    }
}

async fn found(state: &WebState, who: &SignedIn, named: &str) -> Result<(MountingAsset, AssetView), Failure> {
    let (caller, named) = (who.caller.clone(), named.to_owned());
    let (asset, cameras, registers, edits) = office::ask(state, move |ops| {
        let (asset, cameras) = ops.asset(&caller, &named)?;
        let edits = ops.may_change_asset(&caller, &asset, &cameras);
        Ok((asset, cameras, ops.registers(), edits))
    })
    .await?;
    let language = who.visitor.language;
    let form = edits.then(|| AssetForm {
        code: asset.code.clone(),
        kind: asset.kind.clone(),
        name: asset.name.clone(),
        position: position(&asset),
        owner: asset.owner.clone(),
        revision: asset.revision,
    });
    let view = AssetView {
        shell: shell::shell(state, &who.visitor),
        row: row(&asset, cameras.len(), &registers, language),
        position: position(&asset),
        cameras: cameras.iter().map(|c| place(c, &registers)).collect(),
        kinds: office::options(&registers, Register::AssetKind, language),
        form,
        faults: Vec::new(),
    };
    Ok((asset, view))
}

/// Code, name and unit of a camera.
fn place(c: &Camera, registers: &Registers) -> (String, String, String) {
    let unit = c.unit_id.map(|u| registers.unit_name(u).to_owned()).filter(|n| !n.is_empty());
    (c.code.clone(), c.name.clone(), unit.or_else(|| c.unit.clone()).unwrap_or_default())
}

/// `GET /mounting-assets/{asset}`
pub async fn page(
    state: web::Data<WebState>,
    who: SignedIn,
    named: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let (_, view) = found(&state, &who, &named).await?;
    Ok(shell::ok(&state, &who.visitor, templates::asset_page(&view)))
}

async fn refused(
    state: &WebState,
    who: &SignedIn,
    named: &str,
    faults: Vec<FieldFault>,
    form: Option<AssetForm>,
) -> Result<HttpResponse, Failure> {
    let (_, mut view) = found(state, who, named).await?;
    view.faults = faults;
    view.form = form.or(view.form);
    Ok(shell::again(state, &who.visitor, templates::asset_page(&view)))
}

/// `POST /mounting-assets/{asset}`
pub async fn change(
    state: web::Data<WebState>,
    who: SignedIn,
    named: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, Failure> {
    let (asset, _) = found(&state, &who, &named).await?;
    let (caller, wish, revision) = (who.caller.clone(), draft(&form.0), form.0.number("revision").unwrap_or(0));
    match office::ask(&state, move |ops| ops.change_asset(&caller, asset.id, &wish, revision)).await {
        Ok(asset) => Ok(shell::done(&state, &routes::asset(&asset.id.to_string()), Note::AssetSaved, &asset.code)),
        Err(failure) => {
            let faults = shell::faults(failure, &who.visitor)?;
            refused(&state, &who, &named, faults, Some(typed(&form.0))).await
        }
    }
}

/// `POST /mounting-assets/{asset}/remove`
pub async fn remove(
    state: web::Data<WebState>,
    who: SignedIn,
    named: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, Failure> {
    let (asset, _) = found(&state, &who, &named).await?;
    let (caller, revision) = (who.caller.clone(), form.0.number("revision").unwrap_or(0));
    match office::ask(&state, move |ops| ops.remove_asset(&caller, asset.id, revision)).await {
        Ok(()) => Ok(shell::done(&state, routes::ASSETS, Note::AssetRemoved, &asset.code)),
        Err(failure) => {
            let faults = shell::faults(failure, &who.visitor)?;
            refused(&state, &who, &named, faults, None).await
        }
    }
}

/// `GET /cameras/overlaps`
pub async fn overlaps(state: web::Data<WebState>, who: SignedIn, asked: Asked) -> Result<HttpResponse, Failure> {
    let asked = asked.0;
    let percent: Option<u8> = asked.number("least").filter(|n| (1..=100).contains(n));
    let filter = OverlapFilter {
        unit: asked.optional("unit").and_then(|u| u.parse().ok()),
        purpose: asked.optional("purpose"),
        least: percent.map(|n| f64::from(n) / 100.0),
        without_agreement: asked.ticked("open"),
        cursor: asked.optional("cursor"),
        limit: limits::PAGE_ROWS_DEFAULT,
    };
    let (caller, wanted) = (who.caller.clone(), filter.clone());
    let (page, registers, threshold) = office::ask(&state, move |ops| {
        Ok((ops.overlap_report(&caller, &wanted)?, ops.registers(), ops.policy().duplicate_view.threshold))
    })
    .await?;
    let language = who.visitor.language;
    let mut units: Vec<(String, String)> =
        registers.units().filter(|u| u.manages).map(|u| (u.id.to_string(), u.name.clone())).collect();
    units.sort_by(|a, b| a.1.cmp(&b.1));
    let rows = page.items.iter().map(|p| {
        let (percent, purposes) = office::shared_words(p.share, &p.purposes, &registers, language);
        PairRow {
            one: place(&p.one, &registers),
            other: place(&p.other, &registers),
            percent,
            purposes,
            agreed: p.agreed,
        }
    });
    let text = |name: &str| asked.text(name).to_owned();
    let to = |cursor: &str| {
        let pairs =
            [("unit", text("unit")), ("purpose", text("purpose")), ("least", text("least")), ("open", text("open"))];
        let mut pairs: Vec<(&str, &str)> = pairs.iter().map(|(n, v)| (*n, v.as_str())).collect();
        pairs.push(("cursor", cursor));
        routes::with_query(routes::CAMERA_OVERLAPS, &pairs)
    };
    let start: u64 = asked.number("cursor").unwrap_or(0);
    let view = OverlapsView {
        shell: shell::shell(&state, &who.visitor),
        units,
        unit: text("unit"),
        purposes: office::options(&registers, Register::Purpose, language),
        purpose: text("purpose"),
        least: percent.unwrap_or((threshold * 100.0).round().clamp(1.0, 100.0) as u8),
        without_agreement: filter.without_agreement,
        rows: rows.collect(),
        paging: Paging {
            total: Some(page.total as u64),
            from: Some(start.saturating_add(1)),
            first: (start > 0).then(|| to("")),
            previous: None,
            next: page.next.as_deref().map(to),
        },
    };
    Ok(shell::ok(&state, &who.visitor, templates::overlaps_page(&view)))
}
