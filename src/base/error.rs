//! Kinds of errors: each room has its own error enum and maps it to one of these; `web` maps kinds to HTTP status in
//! one function. A refusal is not an error but a value (`domain::Refusal`).

use crate::Said;

/// What sort of failure it is, for whoever must answer it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// The input is wrong; the sender can mend it.
    Invalid,
    /// Not signed in, or the sign-in has ended.
    Unauthenticated,
    /// There is no such thing, or none for these eyes.
    NotFound,
    /// Somebody else changed it first, or a name is taken.
    Conflict,
    /// A bound of [`crate::limits`] or a rate was reached.
    Exhausted,
    /// A part that is needed is away now (camera, disk, link); trying again later may help.
    Unavailable,
    /// A bug or a broken store.
    Internal,
}

/// An error that can speak to a person and be sorted by a program.
pub trait Fault: std::error::Error {
    /// Its kind.
    fn kind(&self) -> ErrorKind;
    /// What is wrong and what to do, in both languages. Holds no secret and no inner detail.
    fn said(&self) -> Said;
    /// The input field at fault, if one is.
    fn field(&self) -> Option<&str> {
        None
    }
}
