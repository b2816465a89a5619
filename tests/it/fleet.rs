//! Many images at once: lists, rows, folders and resumption, on a real registry on loopback.

mod deep;
mod folder;
mod fresh_node;
mod jobs;
mod killed;
mod lists;
mod parquet;
mod report;
mod rows;
mod screen;
mod shards;
mod stages;
mod stock;

use serde_json::Value;

use crate::command::{Ended, Shell};

/// Runs `fleet` with plain HTTP allowed at a host.
fn fleet(shell: &Shell, host: &str, rest: &str, stdin: &str) -> Ended {
    let line = format!("fleet --insecure-registry {host} {rest}");
    let words: Vec<&str> = line.split_whitespace().collect();
    shell.run_args(&words, stdin.as_bytes())
}

/// Returns standard error without the warning of plain HTTP, which `registry::unchecked` tests.
fn other_messages(ended: &Ended) -> Vec<&str> {
    let lines = ended.stderr.lines();
    lines.filter(|line| !line.contains("plain HTTP")).collect()
}

/// Returns the rows of a table on standard output.
fn rows(ended: &Ended, table: &str) -> Vec<Value> {
    let row = |line: &str| -> Value {
        serde_json::from_str(line).unwrap_or_else(|why| panic!("{why}: {line}"))
    };
    let all = ended.stdout.lines().map(row);
    all.filter(|row| row["table"] == table).collect()
}

/// Returns a column of rows as text.
fn column(rows: &[Value], name: &str) -> Vec<String> {
    let text = |row: &Value| match &row[name] {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    rows.iter().map(text).collect()
}
