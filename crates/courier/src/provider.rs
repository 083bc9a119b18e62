//! The service elsewhere by which people of this house may sign in: an OpenID Provider (OpenID Connect Core 1.0).
//!
//! It is asked who sits there, by the authorization code flow with PKCE, for the scope `openid` alone: it tells a number of its own
//! and no name, address or picture, and nothing of this house is told to it but that somebody wants to sign in. What it says is
//! believed only when it is signed by the keys that it publishes, for us, as the answer to this question, and in time.

use openidconnect::core::{CoreClient, CoreClientAuthMethod, CoreProviderMetadata, CoreResponseType};
use openidconnect::{
    AsyncHttpClient, AuthType, AuthenticationFlow, AuthorizationCode, ClientId, ClientSecret, CsrfToken,
    EndpointMaybeSet, EndpointNotSet, EndpointSet, HttpRequest, HttpResponse, IssuerUrl, Nonce,
    PkceCodeChallenge, PkceCodeVerifier, RedirectUrl, TokenResponse as _,
};
use privacy::{Outbound, Personal};
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use url::{Host, Url};

/// The field that comes back with the answer, by which it is known which question it answers.
pub const STATE: &str = "question.state";
/// The field that stands in the signed answer, so that it answers this question alone.
pub const NONCE: &str = "question.nonce";
/// The field that shows that whoever fetches the answer is who asked. A digest of it goes out with the question.
pub const VERIFIER: &str = "question.verifier";
/// The field that the answer is fetched with.
pub const CODE: &str = "answer.code";

/// The longest answer that is read, in bytes.
const LONGEST_ANSWER: usize = 1 << 20;
const CONNECT: Duration = Duration::from_secs(5);
const ANSWER: Duration = Duration::from_secs(10);

/// A provider, and our account there. Cheap to clone; says nothing when printed.
#[derive(Clone)]
pub struct Provider(Arc<Account>);

struct Account {
    issuer: IssuerUrl,
    client: ClientId,
    secret: ClientSecret,
    back: RedirectUrl,
    http: reqwest::Client,
}

/// What a provider says of itself, with our account there.
type Known = CoreClient<
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// Nobody can sign in by it as it was set up. Each says what to write instead, and none repeats what was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAProvider {
    /// The text is not where a provider can be.
    #[error(
        "this is not the address of an OpenID provider: the issuer was expected as the provider names itself, such as \
         `https://id.example.org`"
    )]
    NotAnIssuer,
    /// Answers would come in cleartext from another machine, or to one.
    #[error(
        "the provider and this house have to be reached by `https://`; only a provider on this machine may be \
         `http://127.0.0.1`"
    )]
    Cleartext,
    /// This machine cannot speak to anybody by HTTPS.
    #[error(
        "this machine has no list of trusted certificates: install it (on Debian `apt-get install ca-certificates`)"
    )]
    NoTrust,
}

/// The provider did not say who somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotSaid {
    /// Nothing answers there, or nothing that speaks the protocol.
    #[error("the provider does not answer as an OpenID provider does")]
    Unreachable,
    /// It does not know us, or the code.
    #[error("the provider refused the code, or this house's client and secret")]
    Refused,
    /// What it said cannot be believed: the signature, whom it is for, the question or the time does not fit.
    #[error("what the provider said does not fit what it was asked")]
    Unfit,
}

impl Provider {
    /// `issuer` is the provider as it names itself; `client` and `secret` are what it gave this house; `back` is where it sends
    /// people back to.
    ///
    /// # Errors
    /// [`NotAProvider`], which says what to write instead.
    pub fn new(issuer: &str, client: &str, secret: &str, back: &str) -> Result<Self, NotAProvider> {
        let url = Url::parse(issuer).map_err(|_| NotAProvider::NotAnIssuer)?;
        if url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() {
            return Err(NotAProvider::NotAnIssuer);
        }
        let back = RedirectUrl::new(back.to_owned()).map_err(|_| NotAProvider::Cleartext)?;
        if !is_private(&url) || !is_private(back.url()) {
            return Err(NotAProvider::Cleartext);
        }
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .connect_timeout(CONNECT)
            .timeout(ANSWER)
            .build()
            .map_err(|_| NotAProvider::NoTrust)?;
        let issuer = IssuerUrl::new(issuer.to_owned()).map_err(|_| NotAProvider::NotAnIssuer)?;
        let (client, secret) = (ClientId::new(client.to_owned()), ClientSecret::new(secret.to_owned()));
        Ok(Self(Arc::new(Account { issuer, client, secret, back, http })))
    }

    /// Where to send somebody to say who they are. `question` holds [`STATE`], [`NONCE`] and [`VERIFIER`].
    ///
    /// # Errors
    /// [`NotSaid::Unreachable`].
    pub async fn ask(&self, question: &Outbound) -> Result<Url, NotSaid> {
        let field = |name| question.text(name).unwrap_or_default().to_owned();
        let verifier = PkceCodeVerifier::new(field(VERIFIER));
        let known = self.known().await?;
        let flow = AuthenticationFlow::<CoreResponseType>::AuthorizationCode;
        let (state, nonce) = (CsrfToken::new(field(STATE)), Nonce::new(field(NONCE)));
        let url = known.authorize_url(flow, move || state.clone(), move || nonce.clone());
        let (url, ..) = url.set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier)).url();
        if is_private(&url) { Ok(url) } else { Err(NotSaid::Unreachable) }
    }

    /// Whom the provider means, as one of its own numbers behind its own name. `answer` holds [`CODE`] and [`VERIFIER`]; `nonce` is
    /// what the question held.
    ///
    /// # Errors
    /// [`NotSaid`].
    pub async fn answered(
        &self,
        answer: &Outbound,
        nonce: &str,
        now: SystemTime,
    ) -> Result<Personal<String>, NotSaid> {
        let field = |name| answer.text(name).unwrap_or_default().to_owned();
        let known = self.known().await?;
        let request = known
            .exchange_code(AuthorizationCode::new(field(CODE)))
            .map_err(|_| NotSaid::Unreachable)?
            .set_pkce_verifier(PkceCodeVerifier::new(field(VERIFIER)));
        let token = request.request_async(&*self.0).await.map_err(|error| match error {
            openidconnect::RequestTokenError::ServerResponse(_) => NotSaid::Refused,
            _ => NotSaid::Unreachable,
        })?;
        let verifier = known.id_token_verifier().set_time_fn(move || now.into());
        let said = token.id_token().ok_or(NotSaid::Unfit)?;
        let said = said.claims(&verifier, &Nonce::new(nonce.to_owned())).map_err(|_| NotSaid::Unfit)?;
        Ok(Personal::new(format!("{}\n{}", said.issuer().as_str(), said.subject().as_str())))
    }

    /// Whether an answer that names this issuer is from this provider (RFC 9207).
    pub fn is_called(&self, issuer: &str) -> bool {
        self.0.issuer.as_str() == issuer
    }

    /// What the provider says of itself today: its keys change, and nothing of it is kept.
    async fn known(&self) -> Result<Known, NotSaid> {
        let issuer = self.0.issuer.clone();
        let says = CoreProviderMetadata::discover_async(issuer, &*self.0).await;
        let says = says.map_err(|_| NotSaid::Unreachable)?;
        let in_the_body = says.token_endpoint_auth_methods_supported().is_some_and(|methods| {
            methods.contains(&CoreClientAuthMethod::ClientSecretPost)
                && !methods.contains(&CoreClientAuthMethod::ClientSecretBasic)
        });
        let auth = if in_the_body { AuthType::RequestBody } else { AuthType::BasicAuth };
        let (client, secret) = (self.0.client.clone(), self.0.secret.clone());
        let known = CoreClient::from_provider_metadata(says, client, Some(secret));
        Ok(known.set_auth_type(auth).set_redirect_uri(self.0.back.clone()))
    }
}

impl Account {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, NotSaid> {
        let request = reqwest::Request::try_from(request).map_err(|_| NotSaid::Unreachable)?;
        // A provider may name other hosts of its own; none of them is spoken to in cleartext.
        if !is_private(request.url()) {
            return Err(NotSaid::Unreachable);
        }
        let mut response = self.http.execute(request).await.map_err(|_| NotSaid::Unreachable)?;
        let (status, headers) = (response.status(), response.headers().clone());
        let mut body = Vec::new();
        while let Some(part) = response.chunk().await.map_err(|_| NotSaid::Unreachable)? {
            body.extend_from_slice(&part);
            if body.len() > LONGEST_ANSWER {
                return Err(NotSaid::Unreachable);
            }
        }
        let mut read = HttpResponse::new(body);
        *read.status_mut() = status;
        *read.headers_mut() = headers;
        Ok(read)
    }
}

impl<'a> AsyncHttpClient<'a> for Account {
    type Error = NotSaid;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, NotSaid>> + Send + 'a>>;

    fn call(&'a self, request: HttpRequest) -> Self::Future {
        Box::pin(self.send(request))
    }
}

/// Whether nobody on the way reads what goes there.
fn is_private(url: &Url) -> bool {
    let here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => return false,
    };
    url.scheme() == "https" || (url.scheme() == "http" && here)
}

#[cfg(test)]
mod tests;
