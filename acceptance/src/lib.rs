//! A whole house for stories over HTTP: a real server on a port of its own, folders of its own, a clock that stands
//! still until it is moved. It reaches inside no crate.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a story may stop where it stands"
)]

use app::Context;
use app::accounts::{self, Joining, Passkeys};
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use domain::person::Role;
use domain::time::Standing;
use privacy::{Book, Personal, Sources};
use reqwest::header::{CONTENT_TYPE, COOKIE, LOCATION, ORIGIN, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Client, RequestBuilder, StatusCode};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use store::{Database, Settings, Store, SystemRandom};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use web::{Face, Reach};

/// The password of everybody in stories.
pub const PASSWORD: &str = "correct horse battery";

/// A house that is being served.
pub struct House {
    /// Where it is, without a slash at the end.
    pub url: String,
    /// Its use cases, for what a story cannot reach over HTTP.
    pub ctx: Context,
    /// Its clock.
    pub clock: Arc<Standing>,
    settings: Settings,
    folder: Arc<TempDir>,
    tasks: Vec<JoinHandle<()>>,
    stop: CancellationToken,
}

impl House {
    /// A new house under this profile, with somebody named as its controller.
    pub async fn new(profile: &str) -> Self {
        Self::with(named(profile)).await
    }

    /// A new house over PostgreSQL.
    pub async fn on_postgres(profile: &str) -> Self {
        let (state, keys) = (witness::postgres::database().await, witness::postgres::database().await);
        Self::open(named(profile), Database::Postgres { state, keys }, children()).await
    }

    /// A new house on a machine without a slicer.
    pub async fn without_a_slicer(profile: &str) -> Self {
        let mut config = children();
        config.slicer_in.clear();
        Self::open(named(profile), Database::Embedded, config).await
    }

    /// A new house under this policy.
    pub async fn with(sources: Sources) -> Self {
        Self::open(sources, Database::Embedded, children()).await
    }

    async fn open(sources: Sources, database: Database, config: prepare::Config) -> Self {
        let folder = Arc::new(TempDir::new().unwrap());
        let clock = Arc::new(Standing::at_iso("2026-11-22T09:00:00Z"));
        let settings =
            Settings { data: folder.path().join("data"), keys: folder.path().join("keys"), database };
        let book = Arc::new(sources.compile().expect("a policy that holds together"));
        Self::served(book, settings, config, clock, folder).await
    }

    /// Another process that serves the same house, over the same PostgreSQL and the same files.
    pub async fn second(&self) -> Self {
        let book = Arc::clone(self.ctx.store.book());
        Self::served(book, self.settings.clone(), children(), self.clock.clone(), self.folder.clone()).await
    }

    async fn served(
        book: Arc<Book>,
        settings: Settings,
        config: prepare::Config,
        clock: Arc<Standing>,
        folder: Arc<TempDir>,
    ) -> Self {
        let opened = Store::open(settings.clone(), book, clock.clone(), Arc::new(SystemRandom)).await;
        let (mut ctx, stop) = (Context::new(opened.unwrap(), config), CancellationToken::new());
        ctx.passkeys = Passkeys::at("https://print.example.org").map(Arc::new);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let face =
            Face { ctx: ctx.clone(), reach: Arc::new(Reach { public_url: url.clone(), proxies: vec![] }) };
        let tasks = vec![
            tokio::spawn(app::work::run(ctx.clone(), stop.clone().cancelled_owned())),
            tokio::spawn(app::workshop::run(ctx.clone(), stop.clone())),
            tokio::spawn(web_ends_with(stop.clone(), listener, face)),
        ];
        Self { url, ctx, clock, settings, folder, tasks, stop }
    }

    /// The policy that it was opened with, for another version of it.
    pub fn sources(&self) -> Sources {
        let (core, text) = self.ctx.store.book().sources().texts();
        Sources::recorded("policy.toml", core, text)
    }

    /// The same house, whose process has ended, started again under this policy.
    pub async fn restarted(self, sources: &Sources) -> Self {
        let Self { ctx, clock, settings, folder, tasks, stop, .. } = self;
        stop.cancel();
        for task in tasks {
            // What serves ends by itself, with every connection; the rest is cut short.
            let aborted = task.abort_handle();
            if tokio::time::timeout(Duration::from_secs(5), task).await.is_err() {
                aborted.abort();
            }
        }
        ctx.store.clone().close().await;
        drop(ctx);
        let book = Arc::new(sources.compile().expect("a policy that holds together"));
        Self::served(book, settings, children(), clock, folder).await
    }

    /// The same house with a courier: letters wait for it, instead of for a hand.
    pub async fn with_mail(self) -> Self {
        self.with_mail_by(app::Mail::Own).await
    }

    /// The same, with a courier of this kind.
    pub async fn with_mail_by(self, mail: app::Mail) -> Self {
        let mut ctx = self.ctx.clone();
        ctx.mail = mail;
        self.with_context(ctx).await
    }

    /// The same house, where people may also sign in by a service elsewhere.
    pub async fn with_elsewhere(self, elsewhere: accounts::Elsewhere) -> Self {
        let mut ctx = self.ctx.clone();
        ctx.elsewhere = Some(Arc::new(elsewhere));
        self.with_context(ctx).await
    }

    /// The same house at another address, with these use cases.
    async fn with_context(self, ctx: Context) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let face =
            Face { ctx: ctx.clone(), reach: Arc::new(Reach { public_url: url.clone(), proxies: vec![] }) };
        let mut tasks = self.tasks;
        tasks.push(tokio::spawn(web_ends_with(self.stop.clone(), listener, face)));
        Self { url, ctx, tasks, ..self }
    }

    /// Its process falls silent in the middle of whatever it was doing.
    pub fn falls_silent(self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }

    /// Lets its clock go as fast as that of machines outside.
    pub fn let_time_pass(&self) {
        let clock = self.clock.clone();
        tokio::spawn(async move {
            let mut seconds = tokio::time::interval(Duration::from_secs(1));
            loop {
                seconds.tick().await;
                clock.advance(1);
            }
        });
    }

    /// The folder with data and keys in it.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Does this while the house's clock goes on, five seconds at a time.
    pub async fn while_time_passes<T>(&self, work: impl Future<Output = T>) -> T {
        let passing = async {
            loop {
                self.clock.advance(5);
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::select! {
            () = passing => unreachable!("time never ends"),
            done = work => done,
        }
    }

    /// The databases that it keeps outside its folder.
    pub fn addresses(&self) -> Vec<&str> {
        match &self.settings.database {
            Database::Embedded => Vec::new(),
            Database::Postgres { state, keys } => vec![state, keys],
        }
    }

    /// Somebody who has not signed in.
    pub fn outsider(&self) -> Browser {
        Browser::at(&self.url)
    }

    /// The operator, set up by the code of the terminal and signed in.
    pub async fn operator(&self, name: &str) -> Browser {
        let code = accounts::begin_setup(&self.ctx).await.unwrap();
        accounts::finish_setup(&self.ctx, &code, joining(name)).await.unwrap();
        self.signed_in(name).await
    }

    /// Somebody invited in this role by the operator, and signed in.
    pub async fn invited(&self, operator: &Browser, name: &str, role: Role) -> Browser {
        let page = operator.proven_post("/console/people/invite", &[("role", role.name())]).await;
        let code = page.body.split("/invite/").nth(1).and_then(|rest| rest.split(['<', '"']).next()).unwrap();
        // Not over HTTP, where everybody in a story comes from one address and would be slowed down.
        accounts::accept(&self.ctx, code.trim(), name, joining(name)).await.unwrap();
        self.signed_in(name).await
    }

    /// Signs somebody in.
    pub async fn signed_in(&self, name: &str) -> Browser {
        let mut browser = self.outsider();
        let answer = browser.sign_in(&email(name), PASSWORD, None).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
        browser
    }
}

async fn web_ends_with(stop: CancellationToken, listener: TcpListener, face: Face) {
    web::serve(listener, web::router(face), stop.cancelled_owned()).await.unwrap();
}

/// How the house of a story reads strangers' files.
fn children() -> prepare::Config {
    prepare::Config::new(child(), ["child"])
}

/// A built-in profile, or the one in force, with its controller filled in.
pub fn named(profile: &str) -> Sources {
    let sources = Sources::built_in(&witness::policy::or_in_force(profile)).expect("a built-in profile");
    let sources = sources.edited("profile", "contact = \"\"", "contact = \"privacy@example.org\"");
    let sources = sources.edited("profile", "phone = \"\"", "phone = \"+49 30 000000\"");
    let sources =
        sources.edited("profile", "\naddress = \"\"", "\naddress = \"Main Street 1, 10115 Berlin, Germany\"");
    sources.edited("profile", "names = [\"\"]", "names = [\"The house of tests\"]")
}

/// The program that stories use as the confined child; Cargo builds it beside the tests.
fn child() -> PathBuf {
    let mut folder = std::env::current_exe().unwrap();
    while folder.pop() {
        let program = folder.join("confined-child");
        if program.is_file() {
            return program;
        }
    }
    panic!("the confined child of stories was not built");
}

/// What somebody says about themselves when they join.
pub fn joining(name: &str) -> Joining {
    Joining {
        name: name.to_owned(),
        email: email(name),
        password: Personal::new(PASSWORD.to_owned()),
        old_enough: true,
        accepts: true,
        extra: vec![],
    }
}

/// Everybody's address in stories.
pub fn email(name: &str) -> String {
    format!("{}@example.org", name.to_lowercase())
}

/// A browser without scripts.
#[derive(Clone)]
pub struct Browser {
    http: Client,
    url: String,
    /// The session's cookie, once signed in.
    pub cookie: Option<String>,
}

/// A program that uses the JSON interface with a key.
pub struct Program {
    http: Client,
    url: String,
    key: String,
}

impl Program {
    /// The header by which it is known.
    pub fn authorization(&self) -> String {
        format!("authorization: Bearer {}", self.key)
    }

    /// Calls; the status and what came back, which is null where that is not JSON.
    pub async fn call(&self, method: &str, path: &str, body: impl Into<reqwest::Body>) -> (StatusCode, Json) {
        let request = self.http.request(method.parse().unwrap(), format!("{}{path}", self.url));
        let request = request.bearer_auth(&self.key).header(CONTENT_TYPE, "application/json").body(body);
        let response = request.send().await.unwrap();
        (response.status(), serde_json::from_str(&response.text().await.unwrap()).unwrap_or_default())
    }

    /// Looks until `good` says so of what came back, for at most a minute.
    pub async fn until(&self, path: &str, good: impl Fn(&Json) -> bool) -> Json {
        for _ in 0..600 {
            let (_, found) = self.call("GET", path, "").await;
            if good(&found) {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("{path} never was as wanted: {:#}", self.call("GET", path, "").await.1);
    }
}

/// What the server answered.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// Where it leads, if it leads elsewhere.
    pub location: Option<String>,
    /// Every cookie it set.
    pub cookies: Vec<String>,
    /// The headers, by name.
    pub headers: reqwest::header::HeaderMap,
    /// The page.
    pub body: String,
}

impl Browser {
    /// One that has not signed in, at a server of this address.
    pub fn at(url: &str) -> Self {
        let http = Client::builder().redirect(Policy::none()).build().unwrap();
        Self { http, url: url.to_owned(), cookie: None }
    }

    /// Makes a key with these scopes for a program.
    pub async fn key(&self, scopes: &[&str]) -> String {
        let mut form = vec![("key_name", "a program")];
        form.extend(scopes.iter().map(|scope| (*scope, "1")));
        let page = self.proven_post("/settings/keys", &form).await.body;
        let key = page.split("pk_").nth(1).expect("the key, shown once");
        let end = key.find(|c: char| !(c.is_ascii_alphanumeric() || "-_".contains(c))).unwrap();
        format!("pk_{}", &key[..end])
    }

    /// Opens a page.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.http.get(format!("{}{path}", self.url))).await
    }

    /// Sends a form, as a page of the house would.
    pub async fn post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        let request = self.http.post(format!("{}{path}", self.url)).header(ORIGIN, &self.url);
        self.send(request.form(form)).await
    }

    /// Sends a form, and proves first who sits there if the house wants that.
    pub async fn proven_post(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        let answer = self.post(path, form).await;
        if answer.location.as_deref().is_none_or(|led| !led.starts_with("/prove")) {
            return answer;
        }
        self.proves_who_it_is().await;
        self.post(path, form).await
    }

    /// Sends what a script of a page would.
    pub async fn post_json(&self, path: &str, body: &Json) -> Answer {
        let request = self.http.post(format!("{}{path}", self.url)).header(ORIGIN, &self.url);
        self.send(request.json(body)).await
    }

    /// Takes the archive: its files, by path. None if it broke off on the way.
    pub async fn archive(&self) -> Option<BTreeMap<String, Vec<u8>>> {
        self.taken("/privacy/take").await
    }

    /// Takes what a button answers as a ZIP: its files, by path. None if it broke off on the way.
    pub async fn taken(&self, path: &str) -> Option<BTreeMap<String, Vec<u8>>> {
        let request = self.http.post(format!("{}{path}", self.url)).header(ORIGIN, &self.url);
        let request = request.header(COOKIE, self.cookie.as_deref().unwrap_or_default());
        let response = request.send().await.ok()?;
        assert_eq!(response.headers()[CONTENT_TYPE], "application/zip");
        let mut zip = zip::ZipArchive::new(Cursor::new(response.bytes().await.ok()?)).unwrap();
        let paths: Vec<String> = zip.file_names().map(|path| path.unwrap().into_owned()).collect();
        let mut files = BTreeMap::new();
        for path in paths {
            let mut bytes = Vec::new();
            zip.by_name(&path).unwrap().read_to_end(&mut bytes).unwrap();
            files.insert(path, bytes);
        }
        Some(files)
    }

    /// Everything in the archive, as one text.
    pub async fn archive_text(&self) -> String {
        let files = self.archive().await.expect("a whole archive");
        files.values().map(|bytes| String::from_utf8_lossy(bytes)).collect()
    }

    /// Who has signed in here, for what can be asked of the use cases alone.
    pub async fn who(&self, house: &House) -> app::SignedIn {
        let token = self.cookie.as_deref().and_then(|cookie| cookie.split_once('=')).unwrap().1;
        let token = BASE64_URL_SAFE_NO_PAD.decode(token).unwrap();
        accounts::authenticate(&house.ctx, &token).await.unwrap().unwrap()
    }

    /// A program with this key; it has no cookie.
    pub fn program(&self, key: &str) -> Program {
        Program { http: self.http.clone(), url: self.url.clone(), key: key.to_owned() }
    }

    /// Sends a request of another kind, without a body.
    pub async fn send_as(&self, method: &str, path: &str) -> Answer {
        let method = method.parse().unwrap();
        let request = self.http.request(method, format!("{}{path}", self.url)).header(ORIGIN, &self.url);
        let tus = [("tus-resumable", "1.0.0"), ("upload-offset", "0")];
        let request = tus.into_iter().fold(request, |request, (name, value)| request.header(name, value));
        self.send(request.header("content-type", "application/offset+octet-stream")).await
    }

    /// Announces a file of this name and size, of which parts follow.
    pub async fn announce(&self, name: &str, size: u64) -> Answer {
        let request = self.http.post(format!("{}/uploads", self.url)).header(ORIGIN, &self.url);
        let name = format!("filename {}", BASE64_STANDARD.encode(name));
        let request = request.header("tus-resumable", "1.0.0").header("upload-length", size);
        self.send(request.header("upload-metadata", name)).await
    }

    /// Sends a form with a file, as a page of the house would.
    pub async fn post_file(&self, path: &str, form: &[(&str, &str)], name: &str, bytes: Vec<u8>) -> Answer {
        let mut parts = reqwest::multipart::Form::new();
        for (field, value) in form {
            parts = parts.text((*field).to_owned(), (*value).to_owned());
        }
        let file = reqwest::multipart::Part::bytes(bytes).file_name(name.to_owned());
        let request = self.http.post(format!("{}{path}", self.url)).header(ORIGIN, &self.url);
        self.send(request.multipart(parts.part("file", file))).await
    }

    /// Opens a page until it shows `text`, for at most a minute.
    pub async fn until(&self, path: &str, text: &str) -> Answer {
        for _ in 0..600 {
            let answer = self.get(path).await;
            if answer.body.contains(text) {
                return answer;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        panic!("{path} never showed «{text}»: {}", self.get(path).await.body);
    }

    /// Sends a form as a page of another site would.
    pub async fn post_from_elsewhere(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        let request = self.http.post(format!("{}{path}", self.url)).header(ORIGIN, "https://evil.example");
        self.send(request.form(form)).await
    }

    /// Signs in, and keeps the cookie if that works.
    pub async fn sign_in(&mut self, email: &str, password: &str, code: Option<&str>) -> Answer {
        let mut form = vec![("email", email), ("password", password), ("next", "/")];
        form.extend(code.map(|code| ("code", code)));
        let answer = self.post("/sign-in", &form).await;
        if answer.status == StatusCode::SEE_OTHER {
            self.keep(&answer);
        }
        answer
    }

    /// Proves again who sits there, a while after the sign-in.
    pub async fn proves_who_it_is(&self) {
        let proved = self.post("/prove", &[("password", PASSWORD)]).await;
        assert_eq!(proved.status, StatusCode::SEE_OTHER, "{}", proved.body);
    }

    /// Keeps the session's cookie of an answer.
    pub fn keep(&mut self, answer: &Answer) {
        let cookie = answer.cookies.first().expect("a session's cookie");
        self.cookie = cookie.split(';').next().map(str::to_owned);
    }

    async fn send(&self, mut request: RequestBuilder) -> Answer {
        if let Some(cookie) = &self.cookie {
            request = request.header(COOKIE, cookie);
        }
        let response = request.send().await.unwrap();
        let headers = response.headers().clone();
        let text = |value: &reqwest::header::HeaderValue| value.to_str().unwrap().to_owned();
        Answer {
            status: response.status(),
            location: headers.get(LOCATION).map(text),
            cookies: headers.get_all(SET_COOKIE).iter().map(text).collect(),
            headers,
            body: response.text().await.unwrap(),
        }
    }
}
