//! Every verb against a store in a temporary folder and a clock moved by hand.

mod accounts;
mod camera_lists;
mod entrance;
mod handed_over;
mod handover_undo;
mod handover_veil;
mod import;
mod layouts;
mod office;
mod papers;
mod pictures;
mod record;
mod registers;
mod reviews;
mod rights;
mod second_factor;
mod trail;
mod veil;

use crate::{
    AccountFilter, AccountSort, Caller, Entered, NewAccount, Ops, OpsConfig, OpsError, Origin, Policy, SetupForm,
    SignedIn, TokenInfo, TokenWish,
};
use base::{Language, ManualClock, Secret, WallTime};
use domain::{AuditEntry, AuditFilter, CameraDraft, Role};
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;
use store::Store;
use tempfile::TempDir;

pub(crate) const HOME: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 9));
pub(crate) const GOOD: &str = "mèo xanh bảy lá 42";
pub(crate) const OTHER: &str = "chín con thuyền giấy";

pub(crate) struct House {
    pub(crate) dir: TempDir,
    pub(crate) clock: ManualClock,
    pub(crate) ops: Ops,
}

pub(crate) fn secret(text: &str) -> Secret {
    Secret::new(text.to_owned())
}

fn start(dir: &TempDir, clock: &ManualClock) -> Ops {
    let store = Store::open(dir.path(), clock.clock().now()).expect("store");
    Ops::open(store, clock.clock(), Policy::shipped(), OpsConfig::default()).expect("office")
}

impl Ops {
    /// Signs in as a browser that is not known, to an account without a second factor.
    pub(crate) fn sign_in(&self, name: &str, secret: &Secret, from: IpAddr, agent: &str) -> Result<SignedIn, OpsError> {
        match self.enter(name, secret, &Origin::new(from, agent))? {
            Entered::SignedIn(signed_in) => Ok(*signed_in),
            Entered::CodeNeeded(_) => panic!("{name} has a second factor"),
        }
    }
    /// The sign-in names that the caller manages, in order.
    pub(crate) fn names(&self, caller: &Caller) -> Result<Vec<String>, OpsError> {
        let filter = AccountFilter { sort: AccountSort::SignInName, limit: 500, ..AccountFilter::default() };
        Ok(self.list_accounts(caller, &filter)?.items.into_iter().map(|i| i.account.name).collect())
    }
    /// A token of the caller's own, without a limit.
    pub(crate) fn token(&self, caller: &Caller, label: &str, days: u32) -> Result<(TokenInfo, Secret), OpsError> {
        let wish = TokenWish { label: label.into(), days: Some(days), ..TokenWish::default() };
        self.issue_token(caller, caller.account.id, wish)
    }
}

impl House {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().expect("folder");
        let clock = ManualClock::at(WallTime::parse_rfc3339("2026-11-24T02:00:00Z").expect("time"));
        let ops = start(&dir, &clock);
        Self { dir, clock, ops }
    }
    /// A node that is set up, and its administrator.
    pub(crate) fn set_up() -> (Self, SignedIn) {
        let house = Self::new();
        let token = house.ops.issue_setup_token().expect("token");
        let signed_in = house.ops.complete_setup(token.expose(), form(), HOME, "Firefox").expect("set up");
        (house, signed_in)
    }
    /// The same data after a restart.
    pub(crate) fn restarted(self) -> Self {
        let Self { dir, clock, ops } = self;
        drop(ops);
        let ops = start(&dir, &clock);
        Self { dir, clock, ops }
    }
    pub(crate) fn pass(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }
    /// An account that has chosen its own password, signed in.
    pub(crate) fn person(&self, admin: &Caller, name: &str, role: Role) -> SignedIn {
        let (_, first) = self.ops.add_account(admin, NewAccount::new(name, role)).expect("added");
        let first = first.expect("a person has a password");
        let in_ = self.ops.sign_in(name, &first, HOME, "Firefox").expect("first sign-in");
        self.ops.change_password(&in_.caller, &first, &secret(GOOD)).expect("own password");
        self.ops.sign_in(name, &secret(GOOD), HOME, "Firefox").expect("sign-in")
    }
    /// The whole record, oldest first.
    pub(crate) fn record(&self) -> Vec<AuditEntry> {
        let filter = AuditFilter { limit: Some(500), ..AuditFilter::default() };
        let page = self.ops.read(|r| Ok(r.audit_page(&filter)?)).expect("audit");
        page.entries.into_iter().rev().collect()
    }
    pub(crate) fn acts(&self) -> Vec<String> {
        self.record().into_iter().map(|e| e.act).collect()
    }
    pub(crate) fn last(&self, act: &str) -> AuditEntry {
        self.record().into_iter().rfind(|e| e.act == act).unwrap_or_else(|| panic!("{act} is not on record"))
    }
    /// The caller behind a cookie, as the next request finds it.
    pub(crate) fn again(&self, signed_in: &SignedIn) -> Option<Caller> {
        self.ops.caller_by_session(&signed_in.token).expect("store")
    }
}

pub(crate) fn form() -> SetupForm {
    SetupForm {
        account: "Lan".into(),
        display_name: "Nguyễn Thị Lan".into(),
        password: secret(GOOD),
        node_name: "Quận Bến Nghé".into(),
        area: Some("760".into()),
        language: Language::Vi,
    }
}

pub(crate) fn draft(name: &str) -> CameraDraft {
    CameraDraft {
        name: name.into(),
        main_url: "rtsp://admin:geheim-7@10.1.0.5/main".into(),
        sub_url: Some("rtsp://10.1.0.5/sub".into()),
        ..CameraDraft::default()
    }
}

pub(crate) fn fields(e: &OpsError) -> Vec<&'static str> {
    e.faults().iter().map(|f| f.field).collect()
}
