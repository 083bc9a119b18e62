//! `printkeep demo`: a house to try, in a folder that goes when it is stopped.
//!
//! Everything in it is done as its people could do it, through `app`: there is no other way in.

mod fleet;
mod toolpath;

use crate::house::{SystemClock, children};
use crate::serve;
use anyhow::{Context as _, Result, bail};
use app::accounts::{self, Device, Joining, SignIn};
use app::{Context, SignedIn};
use clap::Args;
use domain::person::Role;
use domain::random::Random as _;
use privacy::{Personal, Sources};
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use store::{Database, Settings, Store, SystemRandom};
use web::Reach;

/// How to show it.
#[derive(Args)]
pub struct Options {
    /// The address to listen on, on this machine.
    #[arg(long, default_value = "127.0.0.1:8470")]
    listen: SocketAddr,
}

/// Somebody of the demonstration and how they sign in.
struct Someone {
    email: &'static str,
    password: String,
    me: SignedIn,
}

/// Serves until interrupted; then nothing of it is left.
#[allow(clippy::print_stdout, reason = "the address and how to sign in are what whoever tries it waits for")]
pub async fn run(options: Options) -> Result<ExitCode> {
    if !options.listen.ip().is_loopback() {
        bail!("a demonstration is for this machine alone: listen on 127.0.0.1");
    }
    let listener = serve::listen(options.listen).await?;
    let folder = tempfile::Builder::new().prefix("printkeep-demo-").tempdir()?;
    let ctx = Context::new(open(folder.path()).await?, children()?);
    let operator = operator(&ctx).await?;
    let member = member(&ctx, &operator.me).await?;
    let reach = Arc::new(Reach { public_url: format!("http://{}", listener.local_addr()?), proxies: vec![] });
    println!("Open {}", reach.public_url);
    println!("  operator: {}  {}", operator.email, operator.password);
    println!("  member:   {}  {}", member.email, member.password);
    println!("Six simulated printers are set up while you sign in. Ctrl-C ends it, and nothing of it stays.");
    let furnishing = tokio::spawn({
        let ctx = ctx.clone();
        async move {
            if let Err(error) = fleet::furnish(&ctx, &operator.me, &member.me).await {
                tracing::error!(fault = %error, "the demonstration could not be set up whole");
            }
        }
    });
    serve::until_told_to_stop(ctx, None, listener, reach).await?;
    furnishing.abort();
    folder.close().context("the folder of the demonstration could not be removed")?;
    Ok(ExitCode::SUCCESS)
}

/// The house's own policy, with somebody named who answers for it: nobody could be invited otherwise.
async fn open(folder: &std::path::Path) -> Result<Store> {
    let sources = Sources::built_in("house").context("the policy of the house is built in")?;
    let sources = sources.edited("profile", "names = [\"\"]", "names = [\"A demonstration\"]").edited(
        "profile",
        "contact = \"\"",
        "contact = \"demo@example.org\"",
    );
    let book = sources.compile().map_err(|_| anyhow::anyhow!("the policy does not hold together"))?;
    let settings =
        Settings { data: folder.join("data"), keys: folder.join("keys"), database: Database::Embedded };
    let store = Store::open(settings, Arc::new(book), Arc::new(SystemClock), Arc::new(SystemRandom)).await?;
    app::gate::clear_leftovers();
    Ok(store)
}

async fn operator(ctx: &Context) -> Result<Someone> {
    let (email, password) = ("olga@example.org", password());
    let code = accounts::begin_setup(ctx).await?;
    accounts::finish_setup(ctx, &code, joining("Olga", email, &password)).await?;
    sign_in(ctx, email, password).await
}

async fn member(ctx: &Context, operator: &SignedIn) -> Result<Someone> {
    let (email, password) = ("mia@example.org", password());
    let code = accounts::invite(ctx, operator, Role::Member).await?;
    accounts::accept(ctx, &code, "the demonstration", joining("Mia", email, &password)).await?;
    sign_in(ctx, email, password).await
}

async fn sign_in(ctx: &Context, email: &'static str, password: String) -> Result<Someone> {
    let device =
        Device { agent: "the demonstration".to_owned(), address: "127.0.0.1".to_owned(), shared: true };
    let typed = SignIn { email: email.to_owned(), password: Personal::new(password.clone()), code: None };
    let me = accounts::sign_in(ctx, typed, device).await?.who;
    Ok(Someone { email, password, me })
}

fn joining(name: &str, email: &str, password: &str) -> Joining {
    Joining {
        name: name.to_owned(),
        email: email.to_owned(),
        password: Personal::new(password.to_owned()),
        old_enough: true,
        accepts: true,
        extra: vec![],
    }
}

/// Made anew each time: a demonstration has no password that everybody knows.
fn password() -> String {
    let mut bytes = [0; 9];
    SystemRandom.fill(&mut bytes);
    let letters =
        bytes.chunks(3).map(|group| group.iter().fold(String::new(), |text, b| format!("{text}{b:02x}")));
    letters.collect::<Vec<_>>().join("-")
}
