//! Password digests: argon2id, a few at a time, away from the threads that serve.

use crate::{Context, Error};
use argon2::{Argon2, PasswordHasher as _, PasswordVerifier as _};
use privacy::Personal;
use std::sync::Arc;
use store::Fault;

/// The digest of nobody's password. Checking against it takes as long as against a real one, so that the time of an
/// answer does not tell whether an account exists.
const NOBODYS: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$cHJpbnRrZWVwIG5vYm9keQ$4v8S0QhF6cB1pQ6vQYk5r7m2gq3H1xWm8E0p5mJm0Jc";

/// Digests a password.
pub(crate) async fn digest(ctx: &Context, password: &Personal<String>) -> Result<Personal<String>, Error> {
    let mut salt = [0; 16];
    ctx.store.random().fill(&mut salt);
    let password = password.clone();
    let digest = on_the_side(ctx, move || {
        Argon2::default().hash_password_with_salt(password.reveal().as_bytes(), &salt).map(|h| h.to_string())
    });
    let digest = digest.await?.map_err(|_| Fault::Corrupt("a password could not be digested".to_owned()))?;
    Ok(Personal::new(digest))
}

/// Whether a password is the one digested; `None` stands for an account that does not exist.
pub(crate) async fn is_right(
    ctx: &Context,
    password: &Personal<String>,
    digest: Option<Personal<String>>,
) -> Result<bool, Error> {
    let exists = digest.is_some();
    let digest = digest.unwrap_or_else(|| Personal::new(NOBODYS.to_owned()));
    let password = password.clone();
    let matches = on_the_side(ctx, move || {
        Argon2::default().verify_password(password.reveal().as_bytes(), digest.reveal().as_str()).is_ok()
    });
    Ok(matches.await? && exists)
}

async fn on_the_side<T: Send + 'static>(
    ctx: &Context,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Error> {
    let turn = Arc::clone(&ctx.digests).acquire_owned().await;
    let done = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        work()
    });
    Ok(done.await.map_err(|_| Fault::Corrupt("the digest task ended".to_owned()))?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use argon2::PasswordHash;

    #[test]
    fn nobodys_digest_costs_what_a_real_one_costs() {
        let nobodys = PasswordHash::new(NOBODYS).unwrap();
        let real = Argon2::default().hash_password_with_salt(b"x", &[7; 16]).unwrap();
        assert_eq!((nobodys.params, nobodys.algorithm), (real.params, real.algorithm));
        assert_eq!(nobodys.hash.map(|h| h.len()), real.hash.map(|h| h.len()));
    }
}
