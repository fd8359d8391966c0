//! Registers: one at a time, adding and changing entries.

use super::areas::wrong;
use crate::body::{Fields, Form};
use crate::flash::Note;
use crate::office::{self, registers as r};
use crate::problem::Failure;
use crate::shell;
use crate::state::WebState;
use crate::visitor::SignedIn;
use actix_web::{HttpResponse, web};
use base::{Language, Said};
use domain::{Act, FieldFault, ItemDraft, ItemTraits, Register, RegisterItem, Registers};
use templates::routes;
use templates::views::{ItemForm, ItemRow, RegistersView};

fn number(language: Language, n: f64) -> String {
    let text = n.to_string();
    if language == Language::Vi { text.replace('.', ",") } else { text }
}

fn row(book: &Registers, item: &RegisterItem, language: Language) -> ItemRow {
    let t = &item.traits;
    let said = |vi: &str, en: &str| if language == Language::Vi { vi.to_owned() } else { en.to_owned() };
    let name = |register, code: &String| book.item_name(register, code, language).to_owned();
    let mut more: Vec<String> = Vec::new();
    match (t.from_m, t.below_m) {
        (Some(from), Some(below)) => more.push(format!("{}–<{} m", number(language, from), number(language, below))),
        (Some(from), None) => more.push(format!("≥ {} m", number(language, from))),
        (None, Some(below)) => more.push(format!("< {} m", number(language, below))),
        (None, None) => {}
    }
    if t.public {
        more.push(said("công cộng", "public"));
    }
    if t.consent {
        more.push(said("đồng ý (Điều 10.3)", "consent (article 10.3)"));
    }
    if t.second_view {
        more.push(said("thống nhất (Điều 5.4)", "agreement (article 5.4)"));
    }
    more.extend(t.purposes.iter().map(|p| name(Register::Purpose, p)));
    more.extend(t.told.iter().map(|s| format!("→ {}", name(Register::Sector, s))));
    more.extend(t.short.iter().cloned());
    ItemRow {
        code: item.code.clone(),
        name: item.name(language).to_owned(),
        other: item.name(if language == Language::Vi { Language::En } else { Language::Vi }).to_owned(),
        article: t.article.clone(),
        from: item.valid_from,
        to: item.valid_to,
        in_force: item.in_force(book.day()),
        more,
        words: t.words.clone(),
    }
}

fn form_of(item: &RegisterItem, language: Language) -> ItemForm {
    let t = &item.traits;
    let metres = |m: Option<f64>| m.map(|m| number(language, m)).unwrap_or_default();
    ItemForm {
        revision: item.revision,
        code: item.code.clone(),
        vi: item.vi.clone(),
        en: item.en.clone(),
        order: item.order.to_string(),
        valid_from: r::date_text(item.valid_from),
        valid_to: r::date_text(item.valid_to),
        from_m: metres(t.from_m),
        below_m: metres(t.below_m),
        purposes: t.purposes.clone(),
        public: t.public,
        told: t.told.clone(),
        consent: t.consent,
        second_view: t.second_view,
        short: t.short.join(", "),
        in_use_too: false,
    }
}

fn form_from(form: &Fields) -> ItemForm {
    let text = |name: &str| form.text(name).trim().to_owned();
    ItemForm {
        revision: form.number("revision").unwrap_or(0),
        code: text("code"),
        vi: text("vi"),
        en: text("en"),
        order: text("order"),
        valid_from: text("valid_from"),
        valid_to: text("valid_to"),
        from_m: text("from_m"),
        below_m: text("below_m"),
        purposes: form.ticked_with("purpose_"),
        public: form.ticked("public"),
        told: form.ticked_with("told_"),
        consent: form.ticked("consent"),
        second_view: form.ticked("second_view"),
        short: text("short"),
        in_use_too: form.ticked("in_use_too"),
    }
}

/// A number with comma or point; empty is none.
fn metres(field: &'static str, text: &str) -> Result<Option<f64>, FieldFault> {
    if text.is_empty() {
        return Ok(None);
    }
    let fault =
        || FieldFault::new(field, Said::new("Hãy ghi một số, như 3 hoặc 4,5.", "Give a number, such as 3 or 4.5."));
    text.replace(',', ".").parse::<f64>().ok().filter(|m| m.is_finite()).map(Some).ok_or_else(fault)
}

fn order(text: &str) -> Result<Option<i64>, FieldFault> {
    if text.is_empty() {
        return Ok(None);
    }
    let fault = || FieldFault::new("order", Said::new("Hãy ghi một số nguyên.", "Give a whole number."));
    text.parse().map(Some).map_err(|_| fault())
}

/// The draft that the form means; what no field shows (article, words) stays as it is.
fn draft(form: &ItemForm, old: Option<&RegisterItem>) -> Result<ItemDraft, Vec<FieldFault>> {
    let mut faults = Vec::new();
    fn take<T: Default>(result: Result<T, FieldFault>, faults: &mut Vec<FieldFault>) -> T {
        result.unwrap_or_else(|fault| {
            faults.push(fault);
            T::default()
        })
    }
    let draft = ItemDraft {
        code: form.code.clone(),
        vi: form.vi.clone(),
        en: form.en.clone(),
        order: take(order(&form.order), &mut faults),
        valid_from: take(r::date("valid_from", &form.valid_from), &mut faults),
        valid_to: take(r::date("valid_to", &form.valid_to), &mut faults),
        traits: ItemTraits {
            from_m: take(metres("from_m", &form.from_m), &mut faults),
            below_m: take(metres("below_m", &form.below_m), &mut faults),
            purposes: form.purposes.clone(),
            public: form.public,
            told: form.told.clone(),
            consent: form.consent,
            second_view: form.second_view,
            short: form.short.split(',').map(|s| s.trim().to_owned()).filter(|s| !s.is_empty()).collect(),
            ..old.map(|i| i.traits.clone()).unwrap_or_default()
        },
        in_use_too: form.in_use_too,
    };
    if faults.is_empty() { Ok(draft) } else { Err(faults) }
}

fn register_of(text: &str) -> Result<Register, Failure> {
    Register::parse(text).ok_or_else(Failure::not_found)
}

async fn view(
    state: &WebState,
    who: &SignedIn,
    register: Register,
    changed: Option<&str>,
    form: Option<ItemForm>,
) -> Result<RegistersView, Failure> {
    let language = who.visitor.language;
    let (caller, code) = (who.caller.clone(), changed.map(str::to_owned));
    let (book, item) = office::ask(state, move |ops| {
        let book = ops.book(&caller)?;
        let item = match code {
            None => None,
            Some(code) => {
                let item = ops.item(&caller, register, &code)?;
                let uses = ops.uses_of_item(&caller, &item)?.said();
                Some((item, uses))
            }
        };
        Ok((book, item))
    })
    .await?;
    let form = form.or_else(|| item.as_ref().map(|(i, _)| form_of(i, language))).unwrap_or_default();
    Ok(RegistersView {
        shell: shell::shell(state, &who.visitor),
        edits: office::may(&who.caller, Act::ManageRegisters),
        register,
        rows: book.all_items(register).iter().map(|i| row(&book, i, language)).collect(),
        form,
        changed: item.map(|(i, uses)| (row(&book, &i, language), uses.of(language).to_owned())),
        faults: Vec::new(),
        purposes: r::choices(&book, Register::Purpose, language),
        sectors: r::choices(&book, Register::Sector, language),
    })
}

/// `GET /registers`
pub async fn first() -> Result<HttpResponse, Failure> {
    let first = Register::ALL.first().map_or("", |r| r.as_str());
    Ok(crate::outer::see_other(&format!("{}/{first}", routes::REGISTERS)))
}

/// `GET /registers/{register}`
pub async fn list(
    state: web::Data<WebState>,
    who: SignedIn,
    register: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let view = view(&state, &who, register_of(&register)?, None, None).await?;
    Ok(shell::ok(&state, &who.visitor, templates::registers_page(&view)))
}

/// `GET /registers/{register}/{code}`
pub async fn one(
    state: web::Data<WebState>,
    who: SignedIn,
    place: web::Path<(String, String)>,
) -> Result<HttpResponse, Failure> {
    let view = view(&state, &who, register_of(&place.0)?, Some(&place.1), None).await?;
    Ok(shell::ok(&state, &who.visitor, templates::registers_page(&view)))
}

/// `POST /registers/{register}`
pub async fn add(
    state: web::Data<WebState>,
    who: SignedIn,
    register: web::Path<String>,
    form: Form,
) -> Result<HttpResponse, Failure> {
    let register = register_of(&register)?;
    let form = form_from(&form.0);
    let caller = who.caller.clone();
    let result = match draft(&form, None) {
        Ok(draft) => office::ask(&state, move |ops| ops.add_item(&caller, register, draft)).await,
        Err(faults) => Err(wrong(faults)),
    };
    match result {
        Ok(item) => {
            let place = format!("{}/{}", routes::REGISTERS, register.as_str());
            Ok(shell::done(&state, &place, Note::ItemAdded, item.name(who.visitor.language)))
        }
        Err(failure) => {
            let faults = shell::faults(failure, &who.visitor)?;
            let mut view = view(&state, &who, register, None, Some(form)).await?;
            view.faults = faults;
            Ok(shell::again(&state, &who.visitor, templates::registers_page(&view)))
        }
    }
}

/// `POST /registers/{register}/{code}`
pub async fn change(
    state: web::Data<WebState>,
    who: SignedIn,
    place: web::Path<(String, String)>,
    form: Form,
) -> Result<HttpResponse, Failure> {
    let (register, code) = (register_of(&place.0)?, place.1.clone());
    let form = form_from(&form.0);
    let (caller, named) = (who.caller.clone(), code.clone());
    let old = office::ask(&state, move |ops| ops.item(&caller, register, &named)).await?;
    let (caller, revision) = (who.caller.clone(), form.revision);
    let id = old.id;
    let result = match draft(&form, Some(&old)) {
        Ok(draft) => office::ask(&state, move |ops| ops.change_item(&caller, id, draft, revision)).await,
        Err(faults) => Err(wrong(faults)),
    };
    match result {
        Ok(item) => {
            let place = format!("{}/{}", routes::REGISTERS, register.as_str());
            Ok(shell::done(&state, &place, Note::ItemChanged, item.name(who.visitor.language)))
        }
        Err(failure) => {
            let faults = shell::faults(failure, &who.visitor)?;
            let mut view = view(&state, &who, register, Some(&code), Some(form)).await?;
            view.faults = faults;
            Ok(shell::again(&state, &who.visitor, templates::registers_page(&view)))
        }
    }
}
