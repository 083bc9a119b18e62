//! `printkeep serve`: opens the house and serves it until it is told to stop.

use crate::house::Place;
use crate::{chores, updates};
use anyhow::{Context as _, Result, bail};
use app::accounts::{self, Elsewhere, Passkeys};
use app::disclosures::{self, NotServed, Service};
use app::{Context, Mail};
use clap::Args;
use courier::{Courier, Provider};
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use web::{Face, Reach};

/// How to serve.
#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    place: Place,
    /// The address to listen on. Only this machine can reach the default.
    #[arg(long, default_value = "127.0.0.1:8470", env = "PRINTKEEP_LISTEN")]
    listen: SocketAddr,
    /// The address people type, if it is not the one listened on, such as https://print.example.org
    #[arg(long, env = "PRINTKEEP_PUBLIC_URL")]
    public_url: Option<String>,
    /// The address of a reverse proxy with a certificate that stands before this server; may be given several times.
    /// Needed to listen beyond this machine. What it says about whom a request comes from is believed.
    #[arg(long, env = "PRINTKEEP_TRUSTED_PROXY", value_delimiter = ',')]
    trusted_proxy: Vec<IpAddr>,
    /// The server that sends this house's letters: smtps://user:password@mail.example.org, or smtp:// with STARTTLS.
    /// Without it staff is shown what to send.
    #[arg(long, env = "PRINTKEEP_MAIL_SERVER", requires = "mail_from", hide_env_values = true)]
    mail_server: Option<String>,
    /// The mail server is this house's own, so that nobody else receives what letters hold. Otherwise the policy must name whoever
    /// runs it, as a [[recipient]] of class "mail" with its contract.
    #[arg(long, env = "PRINTKEEP_MAIL_OWN", requires = "mail_server")]
    mail_own: bool,
    /// The file into which a timer of this machine writes what `apt-get --simulate upgrade` says: which updates are pending is shown
    /// among the measures.
    #[arg(long, env = "PRINTKEEP_UPDATES")]
    updates: Option<PathBuf>,
    /// From whom letters come: "The house <privacy@example.org>"
    #[arg(long, env = "PRINTKEEP_MAIL_FROM", requires = "mail_server")]
    mail_from: Option<String>,
    #[command(flatten)]
    sign_in: SignInElsewhere,
}

/// A service by which people may sign in too.
#[derive(Args)]
struct SignInElsewhere {
    /// An OpenID provider by which people may sign in too, as it names itself: https://id.example.org. It sends them back to
    /// /sign-in/elsewhere/back below the public address.
    #[arg(long = "sign-in-provider", env = "PRINTKEEP_SIGN_IN_PROVIDER", requires_all = ["client", "secret", "name"])]
    provider: Option<String>,
    /// What it calls this house.
    #[arg(long = "sign-in-client", env = "PRINTKEEP_SIGN_IN_CLIENT", requires = "provider")]
    client: Option<String>,
    /// The secret that it gave this house. Better in the environment, where other users of this machine do not see it.
    #[arg(
        long = "sign-in-secret",
        env = "PRINTKEEP_SIGN_IN_SECRET",
        requires = "provider",
        hide_env_values = true
    )]
    secret: Option<String>,
    /// What people know it as: "Our school"
    #[arg(long = "sign-in-name", env = "PRINTKEEP_SIGN_IN_NAME", requires = "provider")]
    name: Option<String>,
    /// It is this house's own, so that nobody else learns who signs in. Otherwise the policy must name whoever runs it, as a
    /// [[recipient]] of class "identity" with its contract.
    #[arg(long = "sign-in-own", env = "PRINTKEEP_SIGN_IN_OWN", requires = "provider")]
    own: bool,
}

impl SignInElsewhere {
    /// The service, for a house at this address.
    fn at(&self, public_url: &str) -> Result<Option<Elsewhere>> {
        let (Some(issuer), Some(client), Some(secret), Some(name)) =
            (&self.provider, &self.client, &self.secret, &self.name)
        else {
            return Ok(None);
        };
        let back = format!("{}/sign-in/elsewhere/back", public_url.trim_end_matches('/'));
        let provider = Provider::new(issuer, client, secret, &back).context("--sign-in-provider")?;
        Ok(Some(Elsewhere { provider, name: name.clone(), own: self.own }))
    }
}

/// Serves until interrupted.
#[allow(clippy::print_stdout, reason = "the line with address and code is what the operator waits for")]
pub async fn run(options: Options) -> Result<ExitCode> {
    let by_https = options.public_url.as_ref().is_some_and(|url| url.starts_with("https://"));
    if !options.listen.ip().is_loopback() && (options.trusted_proxy.is_empty() || !by_https) {
        bail!(
            "{} can be reached by others, and passwords would travel in the clear: put a reverse proxy with a certificate before the server and say --trusted-proxy ITS-ADDRESS --public-url https://…, or listen on 127.0.0.1",
            options.listen
        );
    }
    let courier = match (&options.mail_server, &options.mail_from) {
        (Some(server), Some(from)) => {
            Some(Courier::new(server, from).context("--mail-server or --mail-from")?)
        }
        _ => None,
    };
    let store = options.place.open().await?;
    for note in store.book().notes() {
        // For the terminal: the log holds fixed words and declared fields alone.
        eprintln!("policy: {note}");
    }
    if let Some(version) = store.versions().all().last() {
        let (id, number, since) = (&version.policy, version.number, version.since);
        eprintln!("policy: version {number} of {id} is in force since {since}");
    }
    app::gate::clear_leftovers();
    let mut ctx = Context::new(store.clone(), crate::house::children()?);
    if let Some(file) = &options.updates {
        tokio::spawn(updates::watch(file.clone(), ctx.updates.clone()));
    }
    ctx.mail = match &courier {
        None => Mail::Nobody,
        Some(_) if options.mail_own => Mail::Own,
        Some(_) => Mail::Registered,
    };
    if let Some(denied) = disclosures::denied(&ctx).await? {
        eprintln!("policy: {denied}");
    }
    let listener = listen(options.listen).await?;
    let local = listener.local_addr()?;
    let public_url = options.public_url.unwrap_or_else(|| format!("http://{local}"));
    ctx.passkeys = Passkeys::at(&public_url).map(Arc::new);
    ctx.elsewhere = options.sign_in.at(&public_url)?.map(Arc::new);
    others_are_registered(&ctx)?;
    let reach = Arc::new(Reach {
        public_url: public_url.trim_end_matches('/').to_owned(),
        proxies: options.trusted_proxy,
    });

    let setup_file = store.data().join("setup-code");
    if accounts::needs_setup(&ctx).await? {
        let code = accounts::begin_setup(&ctx).await?;
        write_for_me_alone(&setup_file, &code)?;
        println!("Open {} and set this house up with the code {code} (good for one hour)", reach.public_url);
    } else {
        let _ = std::fs::remove_file(&setup_file); // there may be none
        println!("Open {}", reach.public_url);
    }

    until_told_to_stop(ctx, courier, listener, reach).await?;
    Ok(ExitCode::SUCCESS)
}

/// Whoever else does something for this house stands in its policy; if they may not today, the terminal says why.
fn others_are_registered(ctx: &Context) -> Result<()> {
    let by_others = [
        ("--mail-server", Service::Mail, ctx.mail == Mail::Registered),
        ("--sign-in-provider", Service::SignIn, ctx.elsewhere.as_ref().is_some_and(|e| !e.own)),
    ];
    for (option, service, _) in by_others.into_iter().filter(|(.., by_others)| *by_others) {
        if let Err(why @ NotServed::NotRegistered(_)) = disclosures::serves(ctx, service) {
            bail!("{option}: {why}");
        }
    }
    for why in disclosures::silent(ctx).into_iter().chain(disclosures::unsaid(ctx)) {
        eprintln!("policy: {why}");
    }
    Ok(())
}

/// Listens on this address.
pub async fn listen(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address)
        .await
        .with_context(|| format!("{address} cannot be listened on: is another server running?"))
}

/// Serves an open house with everything that works in it, and closes it when it is told to stop.
pub async fn until_told_to_stop(
    ctx: Context,
    courier: Option<Courier>,
    listener: TcpListener,
    reach: Arc<Reach>,
) -> Result<()> {
    let store = ctx.store.clone();
    let stop = CancellationToken::new();
    let chores = tokio::spawn(chores::run(ctx.clone(), courier, reach.public_url.clone(), stop.clone()));
    let dispatcher = tokio::spawn(app::work::run(ctx.clone(), stop.clone().cancelled_owned()));
    let workshop = tokio::spawn(app::workshop::run(ctx.clone(), stop.clone()));
    let stopping = stop.clone();
    web::serve(listener, web::router(Face { ctx, reach }), async move {
        wait_for_signal().await;
        stopping.cancel();
    })
    .await?;
    stop.cancel();
    dispatcher.await.context("the dispatcher ended badly")?;
    chores.await.context("the chores ended badly")?;
    workshop.await.context("the workshop ended badly")?;
    store.close().await;
    Ok(())
}

async fn wait_for_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut terminate), Ok(mut hang_up)) =
        (signal(SignalKind::terminate()), signal(SignalKind::hangup()))
    else {
        return;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
        _ = hang_up.recv() => {}
    }
}

fn write_for_me_alone(file: &Path, text: &str) -> Result<()> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let _ = std::fs::remove_file(file); // an older one may have other permissions
    let mut handle = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)?;
    Ok(handle.write_all(format!("{text}\n").as_bytes())?)
}
