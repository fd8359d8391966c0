//! Addresses of pages and forms, and the names of the forms' fields: what the pages link to and `web` must answer.
//!
//! Every form also sends `csrf`. Every POST answers 303 to a page (with a flash) or the same page again with faults
//! (422). `{code}` is a camera's code, `{id}` an id from the view.
//!
//! | method | address | fields |
//! |---|---|---|
//! | GET/POST | `/setup` | `?token=`; `token account display_name password password_again node_name area language` |
//! | GET/POST | `/sign-in` | `?next=`; `name password next` |
//! | POST | `/sign-out` | |
//! | POST | `/language` | `language next` (also before signing in: a cookie) |
//! | POST | `/theme` | `theme next` |
//! | GET | `/live` | `?grid=1\|4\|9\|16&tiles=CODE,CODE,,CODE` |
//! | GET | `/cameras` | `?q=&area=&unit=&sector=&purpose=&layer=&place=&state=&list=&within=&sort=&dir=&cols=` and what paging needs |
//! | GET | `/map` | the same filter |
//! | GET | `/search` | `?q=` |
//! | GET | `/cameras/add` | optional `?main_url=&sub_url=&username=&udp=1` to go back from step 2 |
//! | GET/POST | `/cameras/import` | multipart: `file sheet reason` |
//! | GET | `/cameras/import/{id}` | `?show=VERDICT\|all&after=` |
//! | GET/POST | `/cameras/bulk` | GET the list's filter; POST `id` repeated |
//! | POST | `/cameras/bulk/prepare` | `ids filter fieldN howN valueN reason` |
//! | GET | `/cameras/export.csv`, `.xlsx` | the list's filter |
//! | POST | `/cameras/probe` | `main_url sub_url username password transport=tcp\|udp` |
//! | POST | `/cameras/add` | `draft name code area unit` |
//! | GET/POST | `/cameras/{code}` | `revision name code area unit main_url sub_url username password password_clear=1 transport` |
//! | POST | `/cameras/{code}/remove` | `confirm_name` |
//! | GET | `/audit` | `?who=&act=&from=yyyy-mm-dd&to=yyyy-mm-dd&q=` and what paging needs |
//! | POST | `/audit/verify` | the filter again, hidden |
//! | GET | `/account` | |
//! | POST | `/account/preferences` | `display_name language theme` |
//! | POST | `/account/password` | `password_old password password_again` |
//! | POST | `/account/sign-ins/{id}/end` | |
//! | POST | `/account/tokens` | `label days networks areas cameras act_{name}=1` |
//! | GET/POST | `/sign-in/code` | `code next` (the second step of signing in) |
//! | GET/POST | `/account/second-factor` | `password_old code` |
//! | POST | `/account/second-factor/codes`, `/remove` | `password_old code` |
//! | POST | `/account/sign-in-seen` | |
//! | POST | `/account/tokens/{id}/revoke` | |
//! | GET/POST | `/accounts` | `?q=&unit=&role=&kind=&state=&sort=&cursor=`; `name display_name role service=1 unit title phone email` |
//! | GET | `/accounts/export.csv` | the filter again |
//! | GET/POST | `/accounts/{id}` | `revision display_name unit title phone email` |
//! | POST | `/accounts/{id}/second-factor` | `reason` |
//! | POST | `/accounts/{id}/tokens` | as `/account/tokens` |
//! | POST | `/accounts/{id}/tokens/{token}/revoke` | |
//! | GET/POST | `/sign-in-networks` | `version everyone role_{name} reason`, `preview=1` |
//! | GET/POST | `/reviews` | `name due unit role services=1 unanswered=report\|disable` |
//! | GET | `/reviews/{id}`, `/print`, `/export.csv` | `?show=waiting\|answered` |
//! | POST | `/reviews/{id}/accounts/{account}` | `verdict=keep\|end reason show` |
//! | POST | `/reviews/{id}/close` | `revision remark` |
//! | POST | `/accounts/{id}/role` | `role` |
//! | POST | `/accounts/{id}/disable`, `/enable`, `/password` | |
//! | GET | `/admin` | |
//! | GET | `/areas` | `?q=&at={id}&show=now\|former\|all&page=` |
//! | GET/POST | `/areas/add`, `/areas/{id}` | `?parent=`; `revision name code kind parent valid_from valid_to former_names became` |
//! | GET/POST | `/areas/handover` | `?from=&former=1`; `act=preview\|carry_out from by_register units others by_area by_camera to_{id} end_on why` |
//! | GET | `/areas/handovers/{id}` | |
//! | POST | `/areas/handovers/{id}/undo`, `/confirm` | `revision` |
//! | GET | `/units` | `?q=&kind=&missing=1&page=` |
//! | GET/POST | `/units/add`, `/units/{id}` | `revision name code short_name kind parent area sector_{code} manages uses_data invests focal_… phone email ended_on` |
//! | GET/POST | `/registers/{register}`, `/registers/{register}/{code}` | `revision code vi en order valid_from valid_to` and what the list needs |
//! | POST | `/cameras/{code}` (a part) | `revision part=edit\|place\|class\|device` and that part's fields, `happened_on reason agreement_…` |
//! | POST | `/cameras/{code}/confirm` | `revision` |
//! | POST | `/cameras/{code}/device` | `revision maker model firmware serial conformity happened_on reason main_url sub_url username password` |
//! | POST | `/cameras/{code}/documents` | multipart: `kind number date issuer title file` |
//! | POST | `/cameras/{code}/documents/{id}/remove` | |
//! | GET | `/cameras/{code}/history` | `?field=&before=` |
//! | GET | `/cameras/overlaps` | `?unit=&purpose=&least=&open=1&cursor=` |
//! | GET | `/documents/{id}/file` | |
//! | GET/POST | `/mounting-assets`, `/mounting-assets/{id}`, `…/remove` | `?q=&cursor=`; `revision code kind name position owner` |
//! | GET/POST | `/node` | `name area language` |
//!
//! Scripts use `GET /api/v1/cameras`, `GET /api/v1/events`, `POST /whep/{code}?stream=` and `DELETE` on its `Location`,
//! each with the sign-in cookie and, when it changes something, the header `X-CSRF-Token`.

/// One-time set-up.
pub const SETUP: &str = "/setup";
/// Sign-in.
pub const SIGN_IN: &str = "/sign-in";
/// Sign-out (POST).
pub const SIGN_OUT: &str = "/sign-out";
/// Switching the language (POST).
pub const LANGUAGE: &str = "/language";
/// Switching the theme (POST).
pub const THEME: &str = "/theme";
/// Rights on cameras: the register of grants.
pub const SHARING: &str = "/sharing";
/// Giving a right.
pub const SHARING_NEW: &str = "/sharing/new";
/// The table of presets, acts and kinds of camera.
pub const SHARING_TABLE: &str = "/sharing/table";
/// Saved lists of cameras.
pub const CAMERA_LISTS: &str = "/sharing/lists";
/// Saving a new one.
pub const CAMERA_LIST_NEW: &str = "/sharing/lists/new";
/// Saving ticked cameras (POST with their ids).
pub const CAMERA_LIST_TICKED: &str = "/sharing/lists/ticked";
/// One list of cameras.
pub fn camera_list(id: &str) -> String {
    format!("{CAMERA_LISTS}/{}", segment(id))
}
/// Requests for rights.
pub const REQUESTS: &str = "/requests";
/// Asking for a right: `?camera=&act=`.
pub const REQUEST_NEW: &str = "/requests/new";
/// Live.
pub const LIVE: &str = "/live";
/// Cameras.
pub const CAMERAS: &str = "/cameras";
/// Map.
pub const MAP: &str = "/map";
/// Search.
pub const SEARCH: &str = "/search";
/// Importing a list of cameras (GET, POST with a file), and the works so far.
pub const IMPORT: &str = "/cameras/import";
/// The template.
pub const IMPORT_TEMPLATE_XLSX: &str = "/cameras/import/template.xlsx";
/// The template.
pub const IMPORT_TEMPLATE_CSV: &str = "/cameras/import/template.csv";
/// Changing many cameras: GET with the list's filter, POST with ticked ids.
pub const BULK: &str = "/cameras/bulk";
/// Preparing that change (POST).
pub const BULK_PREPARE: &str = "/cameras/bulk/prepare";
/// The list as a file, with the list's filter.
pub const EXPORT_CSV: &str = "/cameras/export.csv";
/// The list as a file, with the list's filter.
pub const EXPORT_XLSX: &str = "/cameras/export.xlsx";
/// Adding a camera (GET step 1, POST step 2).
pub const CAMERA_ADD: &str = "/cameras/add";
/// Probing an address (POST).
pub const CAMERA_PROBE: &str = "/cameras/probe";
/// Audit.
pub const AUDIT: &str = "/audit";
/// Checking the chain (POST).
pub const AUDIT_VERIFY: &str = "/audit/verify";
/// Checkpoints, keeping, archive.
pub const AUDIT_CHECKPOINTS: &str = "/audit/checkpoints";
/// The audit as JSON Lines: the whole, or an excerpt with the filter's query.
pub const AUDIT_JSONL: &str = "/audit/export.jsonl";
/// The audit as CSV, with the filter's query.
pub const AUDIT_CSV: &str = "/audit/export.csv";
/// A file of the archive.
pub fn audit_archive(name: &str) -> String {
    format!("/audit/archive/{}", segment(name))
}
/// My account.
pub const ACCOUNT: &str = "/account";
/// Display name, language, theme (POST).
pub const ACCOUNT_PREFERENCES: &str = "/account/preferences";
/// Changing the password (POST).
pub const ACCOUNT_PASSWORD: &str = "/account/password";
/// Issuing a token (POST).
pub const ACCOUNT_TOKENS: &str = "/account/tokens";
/// The second step of signing in.
pub const SIGN_IN_CODE: &str = "/sign-in/code";
/// One's own second factor.
pub const SECOND_FACTOR: &str = "/account/second-factor";
/// The notice of a sign-in from a new network was seen (POST).
pub const SIGN_IN_SEEN: &str = "/account/sign-in-seen";
/// Networks for signing in.
pub const SIGN_IN_NETWORKS: &str = "/sign-in-networks";
/// Reviews of accounts.
pub const REVIEWS: &str = "/reviews";
/// Accounts.
pub const ACCOUNTS: &str = "/accounts";
/// Node settings.
pub const NODE: &str = "/node";
/// The policy in force.
pub const POLICY: &str = "/policy";

/// Index of administration.
pub const ADMIN: &str = "/admin";
/// Areas.
pub const AREAS: &str = "/areas";
/// Adding an area.
pub const AREA_ADD: &str = "/areas/add";
/// Merging, splitting, handing over areas.
pub const AREA_HANDOVER: &str = "/areas/handover";
/// Handovers on record.
pub const AREA_HANDOVERS: &str = "/areas/handovers";
/// Units.
pub const UNITS: &str = "/units";
/// Adding a unit.
pub const UNIT_ADD: &str = "/units/add";
/// Registers.
pub const REGISTERS: &str = "/registers";

/// One segment of a path, percent-encoded (RFC 3986 §3.3): everything but unreserved characters.
pub fn segment(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for &b in text.as_bytes() {
        if b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(b));
        } else {
            const HEX: &[u8; 16] = b"0123456789ABCDEF";
            out.push('%');
            out.push(char::from(HEX[usize::from(b >> 4)]));
            out.push(char::from(HEX[usize::from(b & 15)]));
        }
    }
    out
}

/// The page of a camera.
pub fn camera(code: &str) -> String {
    format!("{CAMERAS}/{}", segment(code))
}

/// Mounting assets.
pub const ASSETS: &str = "/mounting-assets";
/// The report of common views.
pub const CAMERA_OVERLAPS: &str = "/cameras/overlaps";

/// One mounting asset, by id or code.
pub fn asset(named: &str) -> String {
    format!("{ASSETS}/{}", segment(named))
}
/// A document's file.
pub fn document_file(id: &str) -> String {
    format!("/documents/{}/file", segment(id))
}

/// The page of a list at work.
pub fn import(id: &str) -> String {
    format!("{IMPORT}/{}", segment(id))
}

/// An act on it: `apply`, `cancel`, `undo`, `check` (POST); `failed.xlsx` (GET).
pub fn import_act(id: &str, act: &str) -> String {
    format!("{IMPORT}/{}/{act}", segment(id))
}

/// Mending one of its rows (POST: `act=mend|leave|take`, `cell-FIELD`, `show`).
pub fn import_row(id: &str, n: u32) -> String {
    format!("{IMPORT}/{}/rows/{n}", segment(id))
}

/// An address with a query; empty values are left out.
pub fn with_query(path: &str, pairs: &[(&str, &str)]) -> String {
    let mut out = path.to_owned();
    for (i, (name, value)) in pairs.iter().filter(|(_, v)| !v.is_empty()).enumerate() {
        out.push(if i == 0 { '?' } else { '&' });
        out.push_str(name);
        out.push('=');
        out.push_str(&segment(value));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_carry_any_text() {
        assert_eq!(camera("79.760-0001"), "/cameras/79.760-0001");
        assert_eq!(camera("a/b?c"), "/cameras/a%2Fb%3Fc");
        assert_eq!(
            with_query("/cameras", &[("q", "chợ & bến"), ("area", "")]),
            "/cameras?q=ch%E1%BB%A3%20%26%20b%E1%BA%BFn"
        );
    }
}
