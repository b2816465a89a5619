//! The steps of BuildKit, which runs stages at the same time and names each step by stage and number: `[build 2/3] RUN make`. Collected from its progress in
//! either form and put in the order of a Dockerfile. No clock.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::Duration;

/// The vertices of the build graph so far.
#[derive(Default)]
pub(super) struct Graph {
    vertices: HashMap<String, Vertex>,
    /// How many have ended.
    ended: usize,
}

/// A vertex of the build graph (BuildKit's `client.Vertex`).
#[derive(Default)]
struct Vertex {
    /// Its name as the progress shows it.
    name: String,
    /// The ids of the vertices it needs; the plain progress does not have them.
    inputs: Vec<String>,
    time: Option<Duration>,
    /// When it ended among the others.
    ended: Option<usize>,
}

/// A step of a stage.
struct StageStep<'a> {
    text: &'a str,
    vertex: &'a Vertex,
}

impl Graph {
    /// Takes a line of the plain progress: `#5 [2/3] RUN make`, `#5 DONE 3.1s`, `#5 CACHED`.
    pub(super) fn line(&mut self, line: &str) {
        let Some((id, text)) = line.strip_prefix('#').and_then(|line| line.split_once(' ')) else {
            return;
        };
        if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_digit()) {
            return;
        }
        let done = text.strip_prefix("DONE ");
        if let Some(seconds) = done.and_then(|text| text.strip_suffix('s')) {
            let seconds = seconds.parse().ok();
            let time = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
            self.end(id, time);
        } else if text == "CACHED" {
            self.end(id, None);
        } else {
            self.name(id, text, &[]);
        }
    }

    /// Sets the name and the inputs of a vertex that has none.
    pub(super) fn name(&mut self, id: &str, name: &str, inputs: &[String]) {
        let vertex = self.vertices.entry(id.to_owned()).or_default();
        if vertex.name.is_empty() {
            name.clone_into(&mut vertex.name);
            vertex.inputs = inputs.to_vec();
        }
    }

    /// Sets the time of a vertex that ended; `None` for one from the cache.
    pub(super) fn end(&mut self, id: &str, time: Option<Duration>) {
        if let Some(vertex) = self.vertices.get_mut(id) {
            vertex.time = time;
            vertex.ended = Some(self.ended);
            self.ended += 1;
        }
    }

    /// Returns the steps of the final stage and of those it is built on as a Dockerfile of one stage, with their times.
    pub(super) fn finish(&self) -> Vec<(String, Option<Duration>)> {
        let mut stages: BTreeMap<&str, BTreeMap<u32, StageStep<'_>>> = BTreeMap::new();
        let mut stage_of: HashMap<&str, &str> = HashMap::new();
        for (id, vertex) in &self.vertices {
            if let Some((stage, number, text)) = step(&vertex.name) {
                stage_of.insert(id, stage);
                let steps = stages.entry(stage).or_default();
                steps.insert(number, StageStep { text, vertex });
            }
        }
        // Everything else is needed by the final step, so that one ends last.
        let ended = |steps: &BTreeMap<_, StageStep<'_>>| {
            let steps = steps.values();
            steps.filter_map(|step| step.vertex.ended).max()
        };
        let last = stages.iter().max_by_key(|(_, steps)| ended(steps));
        let mut next = last.map(|(stage, _)| *stage);
        let mut seen = HashSet::new();
        let mut all = Vec::new();
        while let Some(stage) = next.filter(|stage| seen.insert(*stage)) {
            let Some(steps) = stages.get(stage) else {
                break;
            };
            let written = steps.values().rev();
            all.extend(written.map(|step| (step.text.to_owned(), step.vertex.time)));
            next = steps.values().next().and_then(|first| {
                let inputs = first.vertex.inputs.iter();
                let below = inputs.filter_map(|id| stage_of.get(id.as_str()).copied());
                let below: HashSet<&str> = below.filter(|below| *below != stage).collect();
                // A first step that copies from other stages has no reference to the one it is built on.
                let only = (below.len() == 1).then(|| below.into_iter().next());
                only.flatten().filter(|_| !first.text.starts_with("FROM "))
            });
        }
        all.retain(|(text, _)| !text.starts_with("FROM "));
        all.push(("FROM scratch".to_owned(), None));
        all.reverse();
        all
    }
}

/// Returns the stage, the number and the instruction in the name of a vertex; `None` for a step of one platform among several, whose times are not the
/// image's.
fn step(name: &str) -> Option<(&str, u32, &str)> {
    let (place, text) = name.strip_prefix('[')?.split_once("] ")?;
    let (stage, place) = place.rsplit_once(' ').unwrap_or(("", place));
    let (number, last) = place.split_once('/')?;
    let _: u32 = last.parse().ok()?;
    let number = number.parse().ok()?;
    (!stage.contains('/')).then_some((stage, number, text.trim()))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Graph;

    fn steps(graph: &Graph) -> Vec<(String, Option<u128>)> {
        let milliseconds = |time: Option<Duration>| time.map(|time| time.as_millis());
        let steps = graph.finish().into_iter();
        steps
            .map(|(text, time)| (text, milliseconds(time)))
            .collect()
    }

    fn expected(steps: &[(&str, Option<u128>)]) -> Vec<(String, Option<u128>)> {
        let owned = |(text, time): &(&str, _)| ((*text).to_owned(), *time);
        steps.iter().map(owned).collect()
    }

    #[test]
    fn plain_progress_has_a_time_for_each_step() {
        let mut graph = Graph::default();
        let output = "#1 [internal] load build definition from Dockerfile\n#1 transferring dockerfile: 116B done\n#1 DONE 0.1s\n\n#4 [1/4] FROM docker.io/library/alpine\n#4 DONE 0.0s\n\n#5 [2/4] RUN true\n#5 CACHED\n\n#6 [3/4] RUN make\n#6 0.512 #7 DONE 9.9s\n#6 DONE 63.5s\n\n#7 [4/4] RUN echo x > /x\n#7 DONE 0.3s\n\n#8 exporting to image\n#8 DONE 0.2s\nnot a line of BuildKit";
        output.lines().for_each(|line| graph.line(line));
        let all = [
            ("FROM scratch", None),
            ("RUN true", None),
            ("RUN make", Some(63_500)),
            ("RUN echo x > /x", Some(300)),
        ];
        assert_eq!(steps(&graph), expected(&all));
    }

    #[test]
    fn only_the_final_stage_and_those_below_it_count() {
        let mut graph = Graph::default();
        let vertices: [(&str, &str, &[&str]); 6] = [
            ("a", "[base 1/2] FROM docker.io/library/alpine", &[]),
            ("b", "[base 2/2] RUN base", &["a"]),
            ("c", "[tools 1/2] FROM docker.io/library/go", &[]),
            ("d", "[tools 2/2] RUN tools", &["c"]),
            ("e", "[stage-2 1/2] RUN own", &["b"]),
            ("f", "[stage-2 2/2] COPY --from=tools /a /a", &["e", "d"]),
        ];
        for (at, (id, name, inputs)) in (0..).zip(&vertices) {
            let inputs: Vec<String> = inputs.iter().map(|&id| id.to_owned()).collect();
            graph.name(id, name, &inputs);
            graph.end(id, Some(Duration::from_millis(at)));
        }
        let all = [
            ("FROM scratch", None),
            ("RUN base", Some(1)),
            ("RUN own", Some(4)),
            ("COPY --from=tools /a /a", Some(5)),
        ];
        assert_eq!(steps(&graph), expected(&all));
    }

    #[test]
    fn steps_of_several_platforms_have_no_times() {
        let mut graph = Graph::default();
        graph.line("#5 [linux/arm64 2/2] RUN true");
        graph.line("#5 DONE 1.0s");
        graph.line("#6 [linux/amd64->arm64 build 2/2] RUN true");
        graph.line("#6 DONE 1.0s");
        assert_eq!(steps(&graph), expected(&[("FROM scratch", None)]));
    }
}
