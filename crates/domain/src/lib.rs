//! The vocabulary of the house: what the nouns are and which moves are legal.
//!
//! Pure: no I/O, no clock, no randomness of its own, nothing serialisable. Everything above may use it; it
//! knows nothing of anything above.
//!
//! | noun | in one sentence |
//! |---|---|
//! | person | somebody whose data the house holds; has one key, and is gone when the key is gone |
//! | actor | who acts now: a person in a role, an outsider, or the house itself |
//! | printer | a machine that makes parts; known by what it last reported and how long ago |
//! | model | a file with a shape that a person stored on purpose |
//! | mesh facts | what was measured on a model's surface: size, volume, shells, defects; numbers only |
//! | machine limits | what a printer can do at most: bed, height, temperatures |
//! | job | one print of one file, with one immutable id and legal moves only |
//! | state | of a printer: what a person is shown; *no contact* is one, and is neither idle nor failed |
//! | report | one reading of a printer, with the instant at which it was true |
//! | reference | the random name of a print on a machine; leads to no job and no person without the house |
//! | command | one thing asked of one printer; never carried out twice under one id |
//! | outcome | how a print ended, in the words of the person who looked at the part |
//! | bed | clear only when a person has said so since the last print |
//! | queue | the jobs that wait, and the reason why each still waits |

pub mod ids;
pub mod job;
pub mod machine;
pub mod model;
pub mod person;
pub mod printer;
pub mod queue;
pub mod random;
pub mod time;
pub mod units;

/// Marks the promises (`policy/promises.toml`) that the test around it proves.
///
/// It only marks: `cargo xtask promises` joins the mark with the register and the test's result. Use it where
/// the test goes red if the promise breaks, and name the function whose removal breaks it:
/// `proves!("AF-027", by = "app::history::record")`.
#[macro_export]
macro_rules! proves {
    ($($id:literal),+ , by = $by:literal) => {
        const _: (&[&str], &str) = (&[$($id),+], $by);
    };
}
