//! Quantities with their unit in the type's name, so that nobody multiplies grams by seconds unnoticed.

use core::fmt;

macro_rules! quantities {
    ($($(#[$doc:meta])* $name:ident($inner:ty, $unit:literal);)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Default)]
        pub struct $name(pub $inner);
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)?;
                f.write_str($unit)
            }
        }
    )+};
}

quantities! {
    /// A length in millimetres.
    Millimetres(f64, " mm");
    /// A mass in grams.
    Grams(f64, " g");
    /// A span of time in seconds.
    Seconds(f64, " s");
    /// A temperature in degrees Celsius.
    Celsius(f64, " °C");
    /// A size in bytes.
    Bytes(u64, " bytes");
}
