//! The sentences of the screens: facts, categories and packages, details, savings, empty states. Texts of keys are in `keys`, reasons of disabled keys in
//! `bindings`. No colours, no cursor. Declarations only.

pub(in crate::ui) mod categories;
pub(in crate::ui) mod details;
pub(in crate::ui) mod empty;
pub(crate) mod facts;
pub(in crate::ui) mod find;
pub(in crate::ui) mod fleet;
pub(in crate::ui) mod header_text;
pub(in crate::ui) mod image_names;
pub(in crate::ui) mod legend;
pub(in crate::ui) mod loading;
pub(in crate::ui) mod outline;
pub(in crate::ui) mod overview;
pub(in crate::ui) mod programs;
pub(in crate::ui) mod query;
pub(in crate::ui) mod savings;
pub(in crate::ui) mod title;
