//! The screens: a model, an update, a view, and a shell that joins them to the terminal.
//!
//! ```text
//!  dive-rs  go-app:onbuild  linux/amd64        1.4 GB   4 layers   efficiency 99.8 %   reclaimable 2.2 MB    view/edge.rs
//! ┌ Layers ─────────────────── 2/4 ┐┌ Tree · layer 2 against 1 ─────────────────── by size ▾ · all ┐
//! │       Size  Hidden  Instruction││Permission Owner         Size          Name                   │   view/tree.rs
//! │ ░ 1  199 MB  2.1 MB  FROM …    ││drwxr-xr-x 0:0         1.1 GB ▇▇▇▇▇▇   ▾ usr                   │   pane/tree.rs
//! │▐█ 2  1.2 GB     0 B  RUN apt-… ││drwxr-xr-x 0:0       342.0 MB ▇▇     +   ▸ go-1.19             │   pane/rows.rs
//! ├ Layer ─────────────────────────┤│-rw-r--r-- 0:0         1.6 MB ▏      ~     templates.dat       │
//! │RUN apt-get update && …         ││                                                              │   view/details.rs
//! ├Image─Waste─Advice─Pkgs─Conf────┤│                                                              │   view/tabs.rs
//! │size        1.4 GB in 4 layers  ││ ~ modified: content, mode · layer 2   /usr/share/templates…  │
//! └────────────────────────────────┘└──────────────────────────────────────────────────────────────┘
//!  ⇥ pane   ↵ open   ␣ fold   / find   s sort   ? keys   q quit                                       keys.rs
//! ```
//!
//! A key becomes a [`Msg`](message::Msg) by the one table in [`keys`]; [`update`] applies it to the [`Model`](model::Model), purely, and perhaps
//! asks for an [`Effect`](message::Effect); the shell in [`run`](mod@run) performs it, with threads where it takes time; [`view`] draws. Only this
//! room knows ratatui and crossterm, and the model does not. Answers that come late carry the ticket of their question and are refused when
//! nobody waits any more. This file holds re-exports only.

pub mod bindings;
pub mod compare;
pub mod keys;
pub mod layout;
pub mod loaded;
pub mod model;
pub mod pane;
mod shell;
pub mod theme;
pub mod update;
pub mod view;
pub mod wording;

pub use loaded::extras::ExtrasRequest;
pub use model::Options;
pub use model::start::{SPLIT_RANGE, Start};
pub use shell::open::{pick, run, run_two, run_with};
pub use theme::ThemeName;
pub use theme::terminal_colours::{Depth, TerminalColours};
