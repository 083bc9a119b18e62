//! Which company's policy a run of tests stands under.
//!
//! A promise is kept only if its test passes in a house under the policy of the company that made it: the same tests run once
//! more for each company (`cargo xtask promises --run`).

/// The profile's name: `house`, unless the run says otherwise in `PRINTKEEP_TEST_POLICY`.
pub fn in_force() -> String {
    std::env::var("PRINTKEEP_TEST_POLICY").unwrap_or_else(|_| "house".to_owned())
}

/// The profile that a test asks for: its own, or the one of the run where it asks for the house's.
pub fn or_in_force(profile: &str) -> String {
    if profile == "house" { in_force() } else { profile.to_owned() }
}
