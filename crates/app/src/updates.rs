//! Whether the machine under this house has its security updates: what its package manager says, read by the start and judged here
//! (SP-31). Nothing is fetched from anywhere: the lists are those that the machine fetched for itself.

use domain::time::Instant;
use std::sync::{Arc, PoisonError, RwLock};

/// What was found when somebody last looked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Updates {
    /// Updates that are pending, and how many of them are for security.
    pub pending: (usize, usize),
    /// When the machine last fetched the lists of what there is.
    pub listed_at: Instant,
}

/// How old the lists may be, in seconds.
const FRESH: i64 = 7 * 24 * 3600;

impl Updates {
    /// Reads what `apt-get --simulate upgrade` says it would install.
    pub fn of_apt(says: &str, listed_at: Instant) -> Self {
        let would: Vec<&str> = says.lines().filter(|line| line.starts_with("Inst ")).collect();
        let security = would.iter().filter(|line| line.to_lowercase().contains("security")).count();
        Self { pending: (would.len(), security), listed_at }
    }

    /// That it is well, or what is wrong and what to do.
    ///
    /// # Errors
    /// The same in words: security updates are pending, or nobody has looked for a week.
    pub fn judged(&self, now: Instant) -> Result<String, String> {
        let (all, security) = self.pending;
        let day = self.listed_at.timestamp().strftime("%Y-%m-%d");
        if now.seconds_since(self.listed_at) > FRESH {
            return Err(format!(
                "nobody has looked for updates since {day}: run apt-get update, and see to it that it runs daily"
            ));
        }
        match security {
            0 => Ok(format!("updates pending: {all}, none of them for security; last looked for on {day}.")),
            _ => Err(format!(
                "security updates pending: {security} of {all}; last looked for on {day}: run apt-get upgrade"
            )),
        }
    }
}

/// What was found last, shared between who looks and who asks.
#[derive(Clone, Debug, Default)]
pub struct Latest(Arc<RwLock<Option<Updates>>>);

impl Latest {
    /// This was found now.
    pub fn found(&self, updates: Updates) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some(updates);
    }

    /// What was found last; none where the machine cannot say.
    pub fn get(&self) -> Option<Updates> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_pending_is_counted_and_old_lists_say_nothing() {
        let day = |text| Instant::on_day(text).unwrap();
        let says = "NOTE: This is only a simulation!\nInst zip [3.0-13] (3.0-13+deb12u1 Debian-Security:12/oldstable-security [amd64])\nInst nano [7.2-1] (7.2-1+deb12u1 Debian:12.15/oldstable [amd64])\nConf zip (3.0-13+deb12u1 Debian-Security:12/oldstable-security [amd64])\n";
        let found = Updates::of_apt(says, day("2026-11-20"));
        assert_eq!(found.pending, (2, 1));
        let refused = found.judged(day("2026-11-22")).unwrap_err();
        assert!(
            refused.contains("security updates pending: 1 of 2") && refused.contains("2026-11-20"),
            "{refused}"
        );
        let quiet = Updates { pending: (1, 0), ..found };
        assert!(quiet.judged(day("2026-11-22")).unwrap().contains("none of them for security"));
        assert!(
            quiet
                .judged(day("2026-11-28"))
                .unwrap_err()
                .contains("nobody has looked for updates since 2026-11-20")
        );
    }
}
