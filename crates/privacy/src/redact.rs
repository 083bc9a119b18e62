//! The wrapper in which personal values travel outside storage: it neither prints nor serialises.

use core::fmt;
use zeroize::Zeroize;

/// A personal value on its way to the person or page it is for. It has no `Display` and no serialisation, and
/// its `Debug` says nothing, so that it cannot slip into a log line or an error.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Personal<T: Zeroize>(T);

impl<T: Zeroize> Personal<T> {
    /// Wraps a value.
    pub const fn new(value: T) -> Self {
        Self(value)
    }
    /// The value, for showing it to somebody who may see it.
    pub const fn reveal(&self) -> &T {
        &self.0
    }
}

impl<T: Zeroize> fmt::Debug for Personal<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("‹personal›")
    }
}

impl<T: Zeroize> Drop for Personal<T> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_nothing() {
        let name = Personal::new("Ada Lovelace".to_owned());
        assert_eq!(format!("{name:?}"), "‹personal›");
        assert_eq!(name.reveal(), "Ada Lovelace");
    }
}
