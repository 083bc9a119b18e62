//! Named places at which a test can kill the process, to prove that nothing is lost or doubled there.
//!
//! Without the feature `failpoints` this compiles to nothing.

/// Ends the process at once, as a power cut would, if the environment variable `PRINTKEEP_FAILPOINT` names this
/// place.
#[inline]
pub fn hit(name: &str) {
    #[cfg(feature = "failpoints")]
    if std::env::var("PRINTKEEP_FAILPOINT").is_ok_and(|wanted| wanted == name) {
        std::process::abort();
    }
    #[cfg(not(feature = "failpoints"))]
    let _ = name;
}
