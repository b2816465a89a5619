//! One binary for all integration tests: properties, archives, screens, the program, the terminal, engines and registries. `fixture` builds images in code. A test
//! that needs an engine or another program is skipped where that is missing, and fails when `CI` is set. Modules that run shell scripts or use sockets,
//! permissions or links are compiled on Unix, those that limit memory or read `/proc` on Linux.

#![expect(
    unreachable_pub,
    reason = "the modules of one binary share what they need"
)]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what is wrong by failing"
)]

#[cfg(unix)]
mod action;
mod archive;
#[cfg(unix)]
mod base;
#[cfg(target_os = "linux")]
mod bombs;
#[cfg(unix)]
mod build;
mod build_times;
mod bundle;
mod categories;
#[cfg(unix)]
mod changes;
mod choosing;
mod choosing_commands;
mod ci;
mod cli;
mod command;
mod compare;
mod compare_keys;
mod compare_report;
mod compare_rows;
mod compare_sums;
mod compare_ways;
#[cfg(unix)]
mod completion;
mod config;
mod cycles;
mod demo;
mod disabled_keys;
mod dive_image;
#[cfg(unix)]
mod engines;
mod every_view;
#[cfg(unix)]
mod exit_codes;
mod explained;
mod explore;
#[cfg(unix)]
mod exports;
#[cfg(unix)]
mod extracting;
#[cfg(target_os = "linux")]
mod failing_calls;
#[cfg(unix)]
mod failing_io;
mod few_keys;
mod files;
mod findings;
mod fixture;
mod fixture_tar;
#[cfg(unix)]
mod fleet;
mod formats;
mod gate;
mod hostile;
mod html;
mod imports;
#[cfg(target_os = "linux")]
mod installer;
#[cfg(unix)]
mod instructions;
mod interrupt;
mod linked_gate;
#[cfg(target_os = "linux")]
mod manifests;
#[cfg(unix)]
mod manual;
mod missing;
mod mouse;
mod names;
mod oracle;
mod packages;
mod picking;
#[cfg(unix)]
mod plugin;
mod programs;
mod prompts;
mod properties;
mod properties_compare;
mod properties_ui;
mod provenance;
#[cfg(unix)]
mod pty;
#[cfg(unix)]
mod pty_picker;
#[cfg(target_os = "linux")]
mod pty_signals;
#[cfg(unix)]
mod pull_request;
mod query;
mod raw_tar;
mod reading;
#[cfg(unix)]
mod recipes;
#[cfg(unix)]
mod registry;
#[cfg(target_os = "linux")]
mod reopening;
mod report;
#[cfg(unix)]
mod rpm;
mod sample_image;
mod scan;
mod screens;
mod screens_commands;
mod screens_compare;
mod screens_explore;
mod screens_extras;
mod screens_fleet;
mod screens_overview;
mod screens_packages;
mod screens_query;
mod screens_savings;
mod screens_syntax;
#[cfg(unix)]
mod selected_reports;
mod shallow;
mod source;
#[cfg(unix)]
mod ssh;
#[cfg(target_os = "linux")]
mod static_binary;
#[cfg(unix)]
mod tape;
mod tar_dialects;
mod transfer;
#[cfg(unix)]
mod truncation;
mod trust;
mod verdict;
mod viewer;
#[cfg(windows)]
mod windows;
#[cfg(unix)]
mod ztoc;
