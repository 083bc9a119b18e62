//! The shell around every page: title, navigation, look, and a word about what was just done.

use crate::words::when;
use app::SignedIn;
use app::accounts;
use app::restrictions::{self, Restriction};
use askama::Template;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _, Response};
use domain::person::Role;
use std::borrow::Cow;

/// A version of the policy that was announced.
#[derive(Clone, Debug)]
pub struct News {
    /// Since when it is in force.
    pub since: String,
    /// Why the policy changed.
    pub reason: String,
    /// Whether it waits for a yes.
    pub waits: bool,
}

impl From<app::policy::News> for News {
    fn from(news: app::policy::News) -> Self {
        Self { since: when(news.since), reason: news.reason, waits: news.waits }
    }
}

/// What the shell shows.
#[derive(Clone, Debug, Default)]
pub struct Shell {
    /// The page's title.
    pub title: String,
    /// The entry of the navigation that is open.
    pub here: &'static str,
    /// `light`, `dark`, or empty for the system's choice.
    pub look: String,
    /// Whether somebody has signed in.
    pub signed_in: bool,
    /// Whether they run the house or answer for its data.
    pub console: bool,
    /// Whether a review of the access log is overdue, told to those who can do it.
    pub review_overdue: bool,
    /// Whether all of their data is kept and not used.
    pub restricted: bool,
    /// The day on which that ends, once they are told so.
    pub restricted_until: Option<String>,
    /// What changed in the rules, as long as they have not read it.
    pub news: Option<News>,
    /// The version of the policy in force, the same on every page (FL-01); none where a page could not be made.
    pub version: Option<u32>,
    /// A word about what was just done.
    pub done: Option<Cow<'static, str>>,
    /// Seconds after which a page with scripts fetches itself again, while something is going on.
    pub again: Option<u32>,
}

impl Shell {
    /// The shell of a page that says what went wrong.
    pub fn plain(title: &str) -> Self {
        Self { title: title.to_owned(), ..Self::default() }
    }

    /// The shell for nobody in particular.
    pub fn outside(face: &crate::Face, title: &str) -> Self {
        Self { version: Some(face.ctx.store.book().version()), ..Self::plain(title) }
    }

    /// The shell for somebody.
    pub async fn of(
        face: &crate::Face,
        me: &SignedIn,
        title: &str,
        here: &'static str,
    ) -> Result<Self, app::Error> {
        let account = accounts::account(&face.ctx, me).await?;
        let in_force = if account.restricted { restrictions::in_force(&face.ctx, me).await? } else { None };
        let console = matches!(me.role, Role::Operator | Role::PrivacyOfficer);
        Ok(Self {
            title: title.to_owned(),
            here,
            news: app::policy::news(&face.ctx, &account).map(News::from),
            look: account.look.unwrap_or_default(),
            signed_in: true,
            console,
            review_overdue: console && app::console::review(&face.ctx, me).await?.overdue,
            restricted: account.restricted,
            restricted_until: in_force.as_ref().and_then(ends),
            version: Some(face.ctx.store.book().version()),
            done: None,
            again: None,
        })
    }

    /// Fetched again after so many seconds while something is going on.
    #[must_use]
    pub const fn again_in(mut self, seconds: u32, going_on: bool) -> Self {
        self.again = if going_on { Some(seconds) } else { None };
        self
    }

    /// The shell of the door: it tells of a version of the policy that was announced not long ago.
    pub fn of_the_door(face: &crate::Face, title: &str) -> Self {
        let news = app::policy::news_at_the_door(&face.ctx).map(News::from);
        Self { news, ..Self::outside(face, title) }
    }

    /// With a word about what was just done.
    #[must_use]
    pub fn saying(mut self, done: Option<impl Into<Cow<'static, str>>>) -> Self {
        self.done = done.map(Into::into);
        self
    }
}

/// The day on which a restriction ends, once its owner is told so.
pub fn ends(restriction: &Restriction) -> Option<String> {
    let (ends_at, told_at) = restriction.ends_at.zip(restriction.told_at)?;
    Some(when(privacy::restriction::last_day(ends_at, told_at)))
}

/// A page.
pub fn render(page: &impl Template) -> Response {
    match page.render() {
        Ok(html) => Html(html).into_response(),
        Err(_) => (StatusCode::INTERNAL_SERVER_ERROR, "a page could not be rendered\n").into_response(),
    }
}
