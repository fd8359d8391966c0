//! The pages, one module each; the functions are re-exported at the crate's root.

pub(crate) mod account;
pub(crate) mod accounts;
pub(crate) mod audit;
pub(crate) mod camera;
pub(crate) mod camera_add;
pub(crate) mod cameras;
pub(crate) mod gate;
pub(crate) mod live;
pub(crate) mod node;
pub(crate) mod refusal;
