//! Named places at which a test can kill the process, or let it stand still while it kills something else, to prove that
//! nothing is lost or doubled there.
//!
//! Without the feature `failpoints` this compiles to nothing.

/// If the environment variable `PRINTKEEP_FAILPOINT` names this place, ends the process at once, as a power cut would. If it
/// says `stop@` and the name, lets the process stand still the first time it comes here, until it is told to go on.
#[inline]
pub fn hit(name: &str) {
    #[cfg(feature = "failpoints")]
    if let Ok(wanted) = std::env::var("PRINTKEEP_FAILPOINT") {
        match wanted.strip_prefix("stop@") {
            None if wanted == name => std::process::abort(),
            Some(wanted) if wanted == name => stand_still(),
            _ => {}
        }
    }
    #[cfg(not(feature = "failpoints"))]
    let _ = name;
}

#[cfg(feature = "failpoints")]
fn stand_still() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::STOP);
    });
}
