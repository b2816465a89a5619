//! BuildKit's raw progress (`--progress=rawjson`): one JSON document per line, or an indented one as of buildx 0.13 and 0.14. Collects its vertices and returns
//! the lines that `--progress=plain` would show. No clock.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use super::buildkit::Graph;
use crate::image::nanoseconds_since_1970;

/// A document of the progress (BuildKit's `client.SolveStatus`).
#[derive(Default, Deserialize)]
#[serde(default)]
struct SolveStatus {
    vertexes: Vec<Vertex>,
    statuses: Vec<VertexStatus>,
    logs: Vec<Log>,
    warnings: Vec<VertexWarning>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Vertex {
    digest: String,
    inputs: Option<Vec<String>>,
    name: String,
    started: Option<String>,
    completed: Option<String>,
    cached: bool,
    error: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct VertexStatus {
    id: String,
    vertex: String,
    completed: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Log {
    vertex: String,
    /// base64.
    data: String,
    timestamp: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct VertexWarning {
    /// base64.
    short: String,
}

/// The progress so far, as it is shown.
#[derive(Default)]
pub(super) struct RawProgress {
    /// The number of each vertex that is shown, and when it started.
    shown: HashMap<String, (usize, Option<i128>)>,
    names: HashMap<String, String>,
    /// The vertex of the last line.
    current: Option<String>,
    /// The lines so far of an indented document.
    open: Vec<u8>,
}

/// The longest indented document, in bytes.
const LONGEST: usize = 4 << 20;

impl RawProgress {
    /// Takes a line, and returns the text to show; `None` for a line that is not progress.
    pub(super) fn line(&mut self, line: &[u8], graph: &mut Graph) -> Option<String> {
        if line == b"{" {
            self.open = line.to_vec();
            return Some(String::new());
        }
        let is_open = (1..LONGEST).contains(&self.open.len());
        if is_open && line.starts_with(b"  ") {
            self.open.extend_from_slice(line);
            return Some(String::new());
        }
        let mut document = std::mem::take(&mut self.open);
        if line != b"}" {
            document.clear();
        }
        document.extend_from_slice(line);
        self.document(&document, graph)
    }

    fn document(&mut self, document: &[u8], graph: &mut Graph) -> Option<String> {
        if !document.starts_with(b"{") {
            return None;
        }
        let status: SolveStatus = serde_json::from_slice(document).ok()?;
        let mut text = String::new();
        for vertex in &status.vertexes {
            self.start(vertex, graph, &mut text);
        }
        for done in status.statuses.iter().filter(|it| it.completed.is_some()) {
            self.show(&done.vertex, &format!("{} done", done.id), &mut text);
        }
        for log in &status.logs {
            self.log(log, &mut text);
        }
        for vertex in &status.vertexes {
            self.end(vertex, graph, &mut text);
        }
        for warning in &status.warnings {
            let _ = writeln!(text, "WARNING: {}", decoded(&warning.short));
        }
        Some(text)
    }

    fn start(&mut self, vertex: &Vertex, graph: &mut Graph, text: &mut String) {
        let id = &vertex.digest;
        let inputs = vertex.inputs.as_deref().unwrap_or_default();
        graph.name(id, &vertex.name, inputs);
        let name = || vertex.name.clone();
        self.names.entry(id.clone()).or_insert_with(name);
        let started = time(vertex.started.as_deref());
        if started.is_some() || vertex.cached {
            let next = self.shown.len() + 1;
            let known = self.shown.entry(id.clone()).or_insert((next, started));
            known.1 = known.1.or(started);
            self.show(id, "", text);
        }
    }

    fn end(&mut self, vertex: &Vertex, graph: &mut Graph, text: &mut String) {
        let [started, completed] =
            [&vertex.started, &vertex.completed].map(|at| time(at.as_deref()));
        let took = completed.zip(started).and_then(|(end, start)| {
            let nanoseconds = u64::try_from(end - start).ok()?;
            Some(Duration::from_nanos(nanoseconds))
        });
        let ended = match took {
            _ if !vertex.error.is_empty() => format!("ERROR: {}", vertex.error),
            _ if vertex.cached => "CACHED".to_owned(),
            Some(took) => format!("DONE {:.1}s", took.as_secs_f64()),
            None => return,
        };
        graph.end(&vertex.digest, took.filter(|_| !vertex.cached));
        self.show(&vertex.digest, &ended, text);
    }

    fn log(&mut self, log: &Log, text: &mut String) {
        let start = self.shown.get(&log.vertex).and_then(|shown| shown.1);
        let time = time(Some(&log.timestamp)).zip(start);
        #[expect(clippy::cast_precision_loss, reason = "shown to the millisecond")]
        let seconds = time.map_or(0.0, |(now, start)| (now - start) as f64 / 1e9);
        for line in decoded(&log.data).lines() {
            self.show(&log.vertex, &format!("{seconds:.3} {line}"), text);
        }
    }

    /// Adds a line of a vertex, below its name where the line before is another vertex's.
    fn show(&mut self, id: &str, line: &str, text: &mut String) {
        let next = self.shown.len() + 1;
        let number = self.shown.entry(id.to_owned()).or_insert((next, None)).0;
        if self.current.as_deref() != Some(id) {
            if self.current.is_some() {
                text.push('\n');
            }
            self.current = Some(id.to_owned());
            let name = self.names.get(id).map_or("", String::as_str);
            let _ = writeln!(text, "#{number} {name}");
        }
        if !line.is_empty() {
            let _ = writeln!(text, "#{number} {line}");
        }
    }
}

fn time(text: Option<&str>) -> Option<i128> {
    nanoseconds_since_1970(text?)
}

fn decoded(data: &str) -> String {
    let bytes = STANDARD.decode(data).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::RawProgress;
    use crate::build::buildkit::Graph;

    #[test]
    fn raw_progress_is_shown_as_plain_progress() {
        let output = r#"{"vertexes":[{"digest":"sha256:a","name":"[internal] load build definition from Dockerfile","started":"2026-01-01T00:00:00Z"}]}
{"vertexes":[{"digest":"sha256:a","name":"[internal] load build definition from Dockerfile","started":"2026-01-01T00:00:00Z","completed":"2026-01-01T00:00:00.1Z"}],"statuses":[{"id":"transferring dockerfile:","vertex":"sha256:a","current":30,"timestamp":"2026-01-01T00:00:00.1Z","started":"2026-01-01T00:00:00Z","completed":"2026-01-01T00:00:00.1Z"}]}
{"vertexes":[{"digest":"sha256:b","inputs":null,"name":"[1/3] FROM docker.io/library/alpine","started":"2026-01-01T00:00:01Z","completed":"2026-01-01T00:00:01Z","cached":true},{"digest":"sha256:c","inputs":["sha256:b"],"name":"[2/3] RUN sleep 3"},{"digest":"sha256:d","inputs":["sha256:c"],"name":"[3/3] RUN false"}]}
{"vertexes":[{"digest":"sha256:c","inputs":["sha256:b"],"name":"[2/3] RUN sleep 3","started":"2026-01-01T00:00:01Z"}]}
{"logs":[{"vertex":"sha256:c","stream":1,"data":"emVybwo=","timestamp":"2026-01-01T00:00:01.25Z"}]}
{"vertexes":[{"digest":"sha256:c","inputs":["sha256:b"],"name":"[2/3] RUN sleep 3","started":"2026-01-01T00:00:01Z","completed":"2026-01-01T00:00:04.125Z"}]}
{"vertexes":[{"digest":"sha256:d","inputs":["sha256:c"],"name":"[3/3] RUN false","started":"2026-01-01T00:00:05Z","completed":"2026-01-01T00:00:06Z","error":"exit code: 1"}],"warnings":[{"vertex":"sha256:a","short":"b2xk"}]}"#;
        let (mut progress, mut graph) = (RawProgress::default(), Graph::default());
        let shown = output.lines();
        let shown: String = shown
            .map(|line| {
                progress
                    .line(line.as_bytes(), &mut graph)
                    .expect("progress")
            })
            .collect();
        let expected = "\
#1 [internal] load build definition from Dockerfile
#1 transferring dockerfile: done
#1 DONE 0.1s

#2 [1/3] FROM docker.io/library/alpine
#2 CACHED

#3 [2/3] RUN sleep 3
#3 0.250 zero
#3 DONE 3.1s

#4 [3/3] RUN false
#4 ERROR: exit code: 1
WARNING: old
";
        assert_eq!(shown, expected);
        let indented = r#"{
  "vertexes": [
    {
      "digest": "sha256:e",
      "name": "late",
      "started": "2026-01-01T00:00:05Z"
    }
  ]
}"#;
        let shown = indented.lines();
        let shown: String = shown
            .map(|line| {
                progress
                    .line(line.as_bytes(), &mut graph)
                    .expect("progress")
            })
            .collect();
        assert_eq!(shown, "\n#5 late\n");
        for line in ["{", "  \"vertexes\": ["] {
            assert_eq!(
                progress.line(line.as_bytes(), &mut graph).as_deref(),
                Some("")
            );
        }
        for line in [
            "ERROR: failed to solve",
            "{\"a\": ",
            "{\"vertexes\": 1}",
            "",
        ] {
            assert_eq!(progress.line(line.as_bytes(), &mut graph), None, "{line}");
        }
        let sleep = ("RUN sleep 3".to_owned(), Some(Duration::from_millis(3125)));
        assert!(graph.finish().contains(&sleep));
    }
}
