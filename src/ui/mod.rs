//! The screens: a model, an update, a view, and a shell that joins them to the terminal.
//!
//! ```text
//!  dive-rs  go-app:onbuild  linux/amd64     1.4 GB → 4.7 MB after all fixes   −99.7 %   hidden 2.0 MB       view/explore_header.rs
//! ┌ Layers ─────────────────── 2/4 ┐┌ Tree · layer 2 vs 1 ──────────────────────── by size ▾ · all ┐
//! │       Size  Hidden  Instruction││Permission Owner         Size          Name                   │   view/tree/columns.rs
//! │ ▒ 1  199 MB  2.1 MB  FROM …    ││drwxr-xr-x 0:0         1.1 GB ▇▇▇▇▇▇   ▾ usr                   │   pane/tree.rs
//! │▐█ 2  1.2 GB     0 B  RUN apt-… ││drwxr-xr-x 0:0       342.0 MB ▇▇     +   ▸ go-1.19             │   pane/rows.rs
//! ├ Layer ─────────────────────────┤│-rw-r--r-- 0:0         1.6 MB ▏      ~     templates.dat       │
//! │RUN apt-get update && …         ││                                                              │   view/layer_details.rs
//! ├‹Hidden─Config─Image────────────┤│                                                              │   view/tabs.rs
//! │size        1.4 GB, 4 layers    ││ ~ modified: content, mode · layer 2   /usr/share/templates…  │
//! └────────────────────────────────┘└──────────────────────────────────────────────────────────────┘
//!  ↵ open   ␣ fold   H history   e extract   ⇥ pane   / find   f files   ? keys   q quit                view/footer.rs
//! ```
//!
//! A key becomes a [`Msg`](model::message::Msg) by the one table in [`keys`]; [`update`] applies it to the [`Model`](model::Model), purely, and may
//! return an [`Effect`](model::effect::Effect); the shell performs it, on a thread where it takes time; [`view`] draws. Only this module uses ratatui and
//! crossterm; the model only keeps the areas that `layout` computes, once per message. A result carries the ticket of its request and is ignored once
//! the request is stale.
//!
//! Folders import only folders before them: theme, loaded, pane, keys, layout, compare, fleet, model, wording, bindings, update, view, shell.
//!
//! CONTRIBUTING.md, "An action", lists the places of a new key. Re-exports only.

pub mod bindings;
pub mod compare;
pub mod fleet;
pub mod keys;
pub mod layout;
pub mod loaded;
pub mod model;
pub mod pane;
mod shell;
pub(crate) mod theme;
pub mod update;
pub mod view;
pub(crate) mod wording;

pub use loaded::extras::ExtrasRequest;
pub use model::ScreenOptions;
pub use model::picker::CommandImage;
pub(crate) use model::start::SPLIT_RANGE;
pub use model::start::Start;
pub use shell::open::{pick, run, run_with};
pub(crate) use shell::open::{pick_one, run_two, show_fleet};
pub(crate) use shell::terminal::close as close_terminal;
pub use theme::ThemeName;
pub use theme::terminal_colours::{ColourDepth, TerminalColours};
