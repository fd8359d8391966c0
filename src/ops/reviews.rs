//! Reviews of accounts (A19.4): starting one, answering, reminding, closing; who still owes answers.
//!
//! Who owes how many answers is kept in memory ([`OpenReview`]), so that every page can say so without asking the store.
//! Not here: the rules (`domain::review`), pages and print.

use crate::accounts::{disable, may_step_down};
use crate::office::{entry, entry_by};
use crate::own::Ended;
use crate::{Caller, Ops, OpsError, secrets};
use base::{AccountId, CivilDate, Language, ReviewId, Said, WallTime, limits};
use domain::review::{
    self, Answer, Answerer, Progress, Reminder, Review, ReviewClosed, ReviewLine, ReviewScope, Unanswered, Verdict,
};
use domain::{Account, Act, Actor, Extra, FieldFault, Subject, audit};
use sheets::CsvRows;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, PoisonError};
use store::ReadTx;

/// What a review is started with.
#[derive(Clone, Debug)]
pub struct ReviewWish {
    /// What it is called.
    pub name: String,
    /// Last day for answers.
    pub due: CivilDate,
    /// Which accounts.
    pub scope: ReviewScope,
    /// What becomes of those without an answer.
    pub unanswered: Unanswered,
}

/// A review that runs, and who owes answers.
#[derive(Clone, Debug)]
pub(crate) struct OpenReview {
    id: ReviewId,
    name: String,
    due: CivilDate,
    /// By who answers; `None`: the administrators.
    waiting: HashMap<Option<AccountId>, u32>,
}

/// A review in which somebody owes answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewDuty {
    /// Which.
    pub id: ReviewId,
    /// What it is called.
    pub name: String,
    /// Last day for answers.
    pub due: CivilDate,
    /// Days left; negative: overdue.
    pub days_left: i64,
    /// Accounts that wait for this person's answer.
    pub waiting: u32,
}

/// A review with how far it is.
#[derive(Clone, Debug)]
pub struct ReviewInfo {
    /// The review.
    pub review: Review,
    /// All of it.
    pub progress: Progress,
    /// The caller's own part.
    pub own: Progress,
    /// Days left; negative: overdue.
    pub days_left: i64,
}

fn lines_of(r: &ReadTx<'_>, id: ReviewId) -> Result<Vec<ReviewLine>, OpsError> {
    let (first, last) = (AccountId::from_bytes([0; 16]), AccountId::from_bytes([255; 16]));
    Ok(r.range::<ReviewLine>(ReviewLine::key_of(id, first)..=ReviewLine::key_of(id, last))?)
}

fn subject(review: &Review) -> Subject {
    Subject::new("review", review.id, review.name.as_str())
}

impl Ops {
    fn administers_reviews(&self, caller: &Caller) -> bool {
        caller.is_machine()
            || caller.decide(Act::ManageAccounts).allowed()
                && domain::presets::of(caller.account.role).home == domain::presets::Home::Node
    }

    /// Is the line the caller's to answer in the first place?
    fn is_own(caller: &Caller, administers: bool, line: &ReviewLine) -> bool {
        match line.reviewer {
            Some(reviewer) => reviewer == caller.account.id,
            None => administers,
        }
    }

    pub(crate) fn load_open_reviews(&self) -> Result<(), OpsError> {
        let open = self.read(|r| {
            let mut open = Vec::new();
            for review in r.range::<Review>(..)?.into_iter().filter(|r| r.closed.is_none()) {
                let mut one = OpenReview { id: review.id, name: review.name, due: review.due, waiting: HashMap::new() };
                for line in lines_of(r, review.id)?.into_iter().filter(|l| l.answer.is_none()) {
                    *one.waiting.entry(line.reviewer).or_default() += 1;
                }
                open.push(one);
            }
            Ok(open)
        })?;
        *self.open_reviews.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(open);
        Ok(())
    }

    /// The reviews in which the caller owes answers, the most urgent first. From memory.
    pub fn review_duties(&self, caller: &Caller) -> Vec<ReviewDuty> {
        let open = self.open_reviews.read().unwrap_or_else(PoisonError::into_inner).clone();
        if open.is_empty() || caller.duty.is_some() || caller.hindrance(Act::OwnAccount).is_some() {
            return Vec::new();
        }
        let (me, administers, today) =
            (caller.account.id, self.administers_reviews(caller), self.clock.now().office_date());
        let mut duties: Vec<ReviewDuty> = open
            .iter()
            .filter_map(|r| {
                let mine = r.waiting.get(&Some(me)).copied().unwrap_or(0);
                let office = if administers { r.waiting.get(&None).copied().unwrap_or(0) } else { 0 };
                let days_left = review::days_left(r.due, today);
                let waiting = mine + office;
                (waiting > 0).then(|| ReviewDuty { id: r.id, name: r.name.clone(), due: r.due, days_left, waiting })
            })
            .collect();
        duties.sort_by_key(|d| d.due);
        duties
    }

    /// Starts a review: each account in its scope becomes a line, with who answers for it.
    ///
    /// # Errors
    /// [`OpsError::Refused`], [`OpsError::Invalid`] for `name`, `due` or `scope`, [`OpsError::Full`].
    pub fn start_review(&self, caller: &Caller, wish: ReviewWish) -> Result<Review, OpsError> {
        self.authorise_review(caller)?;
        let now = self.clock.now();
        let name = review::decide_start(&wish.name, wish.due, now.office_date())?;
        let book = self.registers();
        let mut units = HashSet::new();
        for unit in &wish.scope.units {
            if book.unit(*unit).is_none() {
                let said = Said::new("Không có đơn vị này trong danh mục.", "There is no such unit in the register.");
                return Err(FieldFault::new("unit", said).into());
            }
            units.extend(book.unit_subtree(*unit).iter().copied());
        }
        let units: Vec<_> = units.into_iter().collect();
        let (ms, random) = secrets::id_parts(now)?;
        let review = Review {
            id: ReviewId::from_parts(ms, random),
            name,
            due: wish.due,
            scope: wish.scope,
            unanswered: wish.unanswered,
            started_at: now,
            started_by: caller.account.name.clone(),
            reminders: Vec::new(),
            closed: None,
            revision: 1,
            extra: Extra::new(),
        };
        let review = self.act(caller, Act::ManageAccounts, move |w, caller| {
            let running = w.range::<Review>(..)?.iter().filter(|r| r.closed.is_none()).count();
            if running >= limits::REVIEWS_OPEN_MAX {
                return Err(OpsError::Full(Said::new(
                    format!("Đã có {running} đợt rà soát đang mở. Hãy đóng bớt trước."),
                    format!("{running} reviews are running already. Close some first."),
                )));
            }
            let accounts = w.range::<Account>(..)?;
            let standing: HashMap<AccountId, &Account> =
                accounts.iter().filter(|a| a.enabled() && !a.is_service()).map(|a| (a.id, a)).collect();
            let mut n = 0u32;
            for account in accounts.iter().filter(|a| review::is_in_scope(&review.scope, &units, a)) {
                let reviewer = review::reviewer_of(account, |u| book.unit(u).cloned(), |a| standing.contains_key(&a));
                let line = ReviewLine {
                    review: review.id,
                    account: account.id,
                    name: account.name.clone(),
                    display_name: account.display_name.clone(),
                    role: account.role,
                    kind: account.kind,
                    title: account.title.clone().unwrap_or_default(),
                    unit: account.unit_id,
                    unit_name: match account.unit_id {
                        Some(id) => book.unit_name(id).to_owned(),
                        None => account.unit.clone().unwrap_or_default(),
                    },
                    last_sign_in_at: account.last_sign_in_at,
                    reviewer,
                    reviewer_name: reviewer
                        .and_then(|r| standing.get(&r))
                        .map(|a| a.display_name.clone())
                        .unwrap_or_default(),
                    answer: None,
                    disabled_at_close: false,
                    extra: Extra::new(),
                };
                w.put(&line)?;
                n += 1;
            }
            if n == 0 {
                let said = Said::new(
                    "Không có tài khoản nào đang hoạt động trong phạm vi này.",
                    "There is no enabled account in this scope.",
                );
                return Err(FieldFault::new("scope", said).into());
            }
            w.audit(
                entry(&caller, audit::REVIEW_STARTED)
                    .on(subject(&review))
                    .fact("due", review.due.to_string())
                    .fact("accounts", n.to_string())
                    .fact("unanswered", review.unanswered.as_str()),
            )?;
            w.put(&review)?;
            Ok(review)
        })?;
        self.load_open_reviews()?;
        self.tell_accounts();
        Ok(review)
    }

    fn authorise_review(&self, caller: &Caller) -> Result<(), OpsError> {
        self.authorise(caller, Act::ManageAccounts)?;
        if self.administers_reviews(caller) {
            return Ok(());
        }
        // A unit's administrator answers, but does not run the campaign of the node.
        let refusal = domain::Refusal {
            article: Some("19.4"),
            said: Said::new(
                "Chỉ quản trị viên của nút mở và đóng đợt rà soát tài khoản.",
                "Only the node's administrators start and close reviews of accounts.",
            ),
            who_can_help: domain::rights::ask_administrator(),
        };
        Err(self.refuse(caller, Act::ManageAccounts, refusal))
    }

    /// The reviews that the caller may see, newest first: administrators all, others those in which they answer.
    ///
    /// # Errors
    /// [`OpsError::Refused`].
    pub fn reviews(&self, caller: &Caller) -> Result<Vec<ReviewInfo>, OpsError> {
        self.authorise(caller, Act::OwnAccount)?;
        self.open_to(caller)?;
        let administers = self.administers_reviews(caller);
        let today = self.clock.now().office_date();
        let mut all = self.read(|r| {
            let mut all = Vec::new();
            for review in r.range::<Review>(..)? {
                let lines = lines_of(r, review.id)?;
                let own = Progress::of(lines.iter().filter(|l| Self::is_own(caller, administers, l)));
                if administers || own.all > 0 {
                    let days_left = review::days_left(review.due, today);
                    all.push(ReviewInfo { progress: Progress::of(&lines), own, days_left, review });
                }
            }
            Ok(all)
        })?;
        all.reverse();
        Ok(all)
    }

    /// Duties come first: whoever owes a password or a second factor sees no review.
    fn open_to(&self, caller: &Caller) -> Result<(), OpsError> {
        match caller.duty {
            Some(duty) => Err(self.refuse(caller, Act::OwnAccount, duty.refusal())),
            None => Ok(()),
        }
    }

    /// One review with its lines: administrators see all, others their own.
    ///
    /// # Errors
    /// [`OpsError::NotFound`] also for a review in which the caller has no part.
    pub fn review(&self, caller: &Caller, id: ReviewId) -> Result<(ReviewInfo, Vec<ReviewLine>), OpsError> {
        self.authorise(caller, Act::OwnAccount)?;
        self.open_to(caller)?;
        let administers = self.administers_reviews(caller);
        let today = self.clock.now().office_date();
        self.read(|r| {
            let Some(review) = r.find::<Review>(&id)? else { return Err(OpsError::NotFound("review")) };
            let mut lines = lines_of(r, id)?;
            let progress = Progress::of(&lines);
            let own = Progress::of(lines.iter().filter(|l| Self::is_own(caller, administers, l)));
            if !administers {
                lines.retain(|l| Self::is_own(caller, administers, l));
                if lines.is_empty() {
                    return Err(OpsError::NotFound("review"));
                }
            }
            // By unit, those without one last; then by name.
            lines.sort_by_cached_key(|l| {
                let unit = domain::text::fold(&l.unit_name);
                (unit.is_empty(), unit, domain::text::fold(&l.display_name), l.account)
            });
            let days_left = review::days_left(review.due, today);
            Ok((ReviewInfo { review, progress, own, days_left }, lines))
        })
    }

    /// Is the caller one who administers reviews, or the one who answers for that line? For what is shown.
    pub fn answers_for(&self, caller: &Caller, line: &ReviewLine) -> bool {
        self.administers_reviews(caller) || line.reviewer == Some(caller.account.id)
    }

    /// May the caller start and close reviews? For what is shown.
    pub fn runs_reviews(&self, caller: &Caller) -> bool {
        self.administers_reviews(caller)
    }

    /// Answers for an account: it stays, or it ends at once.
    ///
    /// # Errors
    /// [`OpsError::Refused`] (A19.4; the last administrator), [`OpsError::Invalid`] for `reason`, [`OpsError::NotFound`].
    pub fn answer_review(
        &self,
        caller: &Caller,
        id: ReviewId,
        account: AccountId,
        verdict: Verdict,
        reason: &str,
    ) -> Result<ReviewLine, OpsError> {
        self.open_to(caller)?;
        let (ops, reason) = (self.clone(), reason.to_owned());
        let done = self.act(caller, Act::OwnAccount, move |w, caller| {
            let found = (w.find::<Review>(&id)?, w.find::<ReviewLine>(&ReviewLine::key_of(id, account))?);
            let (Some(review), Some(mut line)) = found else { return Err(OpsError::NotFound("review")) };
            let administers = ops.administers_reviews(&caller);
            if !administers && line.reviewer != Some(caller.account.id) {
                return Err(OpsError::NotFound("review"));
            }
            let me = caller.account.id;
            let others_administer = w
                .range::<Account>(..)?
                .iter()
                .any(|a| a.id != me && a.enabled() && a.role == domain::Role::Administrator);
            let who = Answerer { account: &caller.account, administers, others_administer };
            let reason = match review::decide_answer(&review, &line, who, verdict, &reason) {
                Err(refusal) => return Ok(Err(refusal)),
                Ok(reason) => reason?,
            };
            let mut ended = Ended::default();
            if verdict == Verdict::End
                && let Some(target) = w.find::<Account>(&account)?.filter(Account::enabled)
            {
                if let Err(refusal) = may_step_down(w, &target)? {
                    return Ok(Err(refusal));
                }
                let e = entry(&caller, audit::ACCOUNT_DISABLED)
                    .also(subject(&review))
                    .fact("reason", reason.as_str())
                    .fact("article", "19.4");
                ended = disable(w, target, e)?.1;
            }
            let in_place = line.reviewer.is_some_and(|r| r != me);
            let mut e = entry(&caller, audit::REVIEW_ANSWERED)
                .on(Subject::new("account", account, line.name.as_str()))
                .also(subject(&review))
                .fact("verdict", verdict.as_str())
                .fact("reason", reason.as_str());
            if in_place {
                e = e.fact("in_place_of", line.reviewer_name.as_str());
            }
            w.audit(e)?;
            let (at, by) = (w.now(), caller.account.display_name.clone());
            line.answer = Some(Answer { verdict, reason, at, by, in_place });
            w.put(&line)?;
            Ok(Ok((line, ended)))
        })?;
        let (line, ended) = done.map_err(|refusal| self.refuse(caller, Act::OwnAccount, refusal))?;
        self.end_uses(&ended);
        self.load_open_reviews()?;
        self.tell_accounts();
        Ok(line)
    }

    /// Closes a review: its result stands for ever. Accounts without an answer are disabled, if it was started so; never
    /// the closing person's own, nor the last administrator.
    ///
    /// # Errors
    /// [`OpsError::Refused`], [`OpsError::NotFound`], [`OpsError::Changed`] if it is closed already or changed meanwhile.
    pub fn close_review(
        &self,
        caller: &Caller,
        id: ReviewId,
        remark: &str,
        revision: Option<u64>,
    ) -> Result<Review, OpsError> {
        self.authorise_review(caller)?;
        let remark = review::remark("remark", remark, false)?;
        let (review, ended) = self.act(caller, Act::ManageAccounts, move |w, caller| {
            let Some(mut review) = w.find::<Review>(&id)? else { return Err(OpsError::NotFound("review")) };
            let expected = revision.unwrap_or(review.revision);
            if review.closed.is_some() || review.revision != expected {
                return Err(OpsError::Changed { expected, found: review.revision });
            }
            let lines = lines_of(w, id)?;
            let progress = Progress::of(&lines);
            let (mut ended, mut disabled) = (Vec::new(), 0u32);
            if review.unanswered == Unanswered::Disable {
                for mut line in lines.into_iter().filter(|l| l.answer.is_none()) {
                    let target = w.find::<Account>(&line.account)?.filter(Account::enabled);
                    let Some(target) = target.filter(|a| a.id != caller.account.id) else { continue };
                    if may_step_down(w, &target)?.is_err() {
                        continue;
                    }
                    let e = entry(&caller, audit::ACCOUNT_DISABLED)
                        .also(subject(&review))
                        .fact("reason", "review_unanswered")
                        .fact("article", "19.4");
                    ended.push(disable(w, target, e)?.1);
                    line.disabled_at_close = true;
                    disabled += 1;
                    w.put(&line)?;
                }
            }
            let (at, by) = (w.now(), caller.account.name.clone());
            review.closed = Some(ReviewClosed { at, by, remark });
            review.revision += 1;
            w.audit(
                entry(&caller, audit::REVIEW_CLOSED)
                    .on(subject(&review))
                    .fact("accounts", progress.all.to_string())
                    .fact("kept", progress.kept.to_string())
                    .fact("ended", progress.ended.to_string())
                    .fact("unanswered", progress.waiting().to_string())
                    .fact("disabled", disabled.to_string()),
            )?;
            w.put(&review)?;
            Ok((review, ended))
        })?;
        ended.iter().for_each(|e| self.end_uses(e));
        self.load_open_reviews()?;
        self.tell_accounts();
        Ok(review)
    }

    /// A review's result for a file or the printer; that it was taken out is on record.
    ///
    /// # Errors
    /// As [`Ops::review`].
    pub fn export_review(&self, caller: &Caller, id: ReviewId) -> Result<(ReviewInfo, Vec<ReviewLine>), OpsError> {
        let found = self.review(caller, id)?;
        let e = entry(caller, audit::REVIEW_EXPORTED).on(subject(&found.0.review));
        self.write(move |w| Ok(w.audit(e)?))?;
        Ok(found)
    }

    /// A review's result as CSV; on record.
    ///
    /// # Errors
    /// As [`Ops::review`].
    pub fn review_csv(&self, caller: &Caller, id: ReviewId, language: Language) -> Result<(Review, Vec<u8>), OpsError> {
        let (info, lines) = self.export_review(caller, id)?;
        Ok((info.review, csv(&lines, language).map_err(OpsError::Export)?))
    }

    /// Duty: reminders that are due today go on record; pages show who owes what anyway. Gives how many reviews.
    ///
    /// # Errors
    /// The store fails.
    pub fn remind_reviewers(&self) -> Result<usize, OpsError> {
        let (policy, today) = (self.policy.review.clone(), self.clock.now().office_date());
        let running = !self.open_reviews.read().unwrap_or_else(PoisonError::into_inner).is_empty();
        if !running {
            return Ok(0);
        }
        self.write(move |w| {
            let mut n = 0;
            for mut review in w.range::<Review>(..)? {
                let progress = Progress::of(&lines_of(w, review.id)?);
                if progress.waiting() == 0 || !review::is_reminder_due(&policy, &review, today) {
                    continue;
                }
                let days_left = review::days_left(review.due, today);
                let mut names: Vec<String> = lines_of(w, review.id)?
                    .into_iter()
                    .filter(|l| l.answer.is_none())
                    .map(|l| if l.reviewer_name.is_empty() { "quản trị".to_owned() } else { l.reviewer_name })
                    .collect();
                names.sort();
                names.dedup();
                review.reminders.push(Reminder { on: today, days_left, waiting: progress.waiting() });
                w.audit(
                    entry_by(Actor::System, audit::REVIEW_REMINDED, None)
                        .on(subject(&review))
                        .fact("days_left", days_left.to_string())
                        .fact("waiting", progress.waiting().to_string())
                        .fact("reviewers", names.join(", ")),
                )?;
                w.put(&review)?;
                n += 1;
            }
            Ok(n)
        })
    }
}

/// Headings of the file.
const COLUMNS: [(&str, &str); 11] = [
    ("Đơn vị", "Unit"),
    ("Tên đăng nhập", "Sign-in name"),
    ("Tên hiển thị", "Display name"),
    ("Chức vụ", "Position"),
    ("Vai trò", "Role"),
    ("Đăng nhập cuối", "Last sign-in"),
    ("Người rà soát", "Reviewer"),
    ("Kết quả", "Answer"),
    ("Lý do", "Reason"),
    ("Trả lời lúc", "Answered"),
    ("Người trả lời", "Answered by"),
];

fn csv(lines: &[ReviewLine], language: Language) -> std::io::Result<Vec<u8>> {
    let moment = |t: Option<WallTime>| t.map(WallTime::office_text).unwrap_or_default();
    let mut out = Vec::new();
    let mut file = CsvRows::new(&mut out, COLUMNS.map(|(vi, en)| if language == Language::Vi { vi } else { en }))?;
    for line in lines {
        let answer = line.answer.as_ref();
        let said = match answer.map(|a| a.verdict) {
            Some(Verdict::Keep) => Said::new("giữ", "kept"),
            Some(Verdict::End) => Said::new("kết thúc", "ended"),
            None if line.disabled_at_close => {
                Said::new("bị khóa khi đóng đợt (chưa trả lời)", "disabled at the close (no answer)")
            }
            None => Said::new("chưa trả lời", "without an answer"),
        };
        let admins = Said::new("quản trị viên", "administrators");
        let reviewer = if line.reviewer_name.is_empty() { admins.of(language) } else { &line.reviewer_name };
        file.row([
            line.unit_name.as_str(),
            &line.name,
            &line.display_name,
            &line.title,
            line.role.said().of(language),
            &moment(line.last_sign_in_at),
            reviewer,
            said.of(language),
            answer.map_or("", |a| a.reason.as_str()),
            &moment(answer.map(|a| a.at)),
            answer.map_or("", |a| a.by.as_str()),
        ])?;
    }
    file.finish()?;
    Ok(out)
}
