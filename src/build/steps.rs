//! The steps of Podman and of Docker's classic builder, timed by the lines that announce them: `STEP 2/3: RUN make`, `Step 2/3 : RUN make`. No clock.

use std::time::Duration;

/// The steps so far.
#[derive(Default)]
pub(super) struct Steps {
    /// The instructions in the order of the Dockerfile, with their times.
    all: Vec<(String, Option<Duration>)>,
    open: Option<RunningStep>,
    /// Whether stages ran at the same time, so that steps cannot be timed.
    concurrent: bool,
}

/// The step that runs.
struct RunningStep {
    stage: String,
    number: u32,
    last: u32,
    start: Duration,
    /// Whether it was taken from the cache and did not run.
    cached: bool,
}

impl Steps {
    /// Adds a line of the output, with its time since the start of the build.
    pub(super) fn line(&mut self, line: &str, now: Duration) {
        if let Some((stage, number, last, text)) = announced(line)
            && self.follows(stage, number, last)
        {
            self.concurrent |= self
                .open
                .as_ref()
                .is_some_and(|open| open.stage != stage && open.number != open.last);
            self.close(now);
            self.all.push((text.to_owned(), None));
            self.open = Some(RunningStep {
                stage: stage.to_owned(),
                number,
                last,
                start: now,
                cached: false,
            });
        } else if let Some(open) = &mut self.open {
            let text = line.trim_start().trim_start_matches('-');
            open.cached |= text.starts_with("> Using cache");
        }
    }

    /// Returns the steps at the end of the build.
    pub(super) fn finish(mut self, now: Duration) -> Vec<(String, Option<Duration>)> {
        self.close(now);
        if self.concurrent {
            self.all.iter_mut().for_each(|(_, time)| *time = None);
        }
        self.all
    }

    /// Returns whether a step is the next one: what an instruction prints can look like a step.
    fn follows(&self, stage: &str, number: u32, last: u32) -> bool {
        number <= last
            && match &self.open {
                Some(open) if open.stage == stage => (number, last) == (open.number + 1, open.last),
                _ => number == 1 || self.concurrent,
            }
    }

    fn close(&mut self, now: Duration) {
        if let Some(open) = self.open.take()
            && let Some((_, time)) = self.all.last_mut()
            && !open.cached
        {
            *time = Some(now.saturating_sub(open.start));
        }
    }
}

/// Returns the stage, the number, the number of the stage's last step and the instruction that a line announces: `[1/2] STEP 2/3: RUN make`.
fn announced(line: &str) -> Option<(&str, u32, u32, &str)> {
    let (stage, rest) = match line.strip_prefix('[') {
        Some(rest) => rest.split_once("] ")?,
        None => ("", line),
    };
    let rest = rest.strip_prefix("STEP ").or(rest.strip_prefix("Step "))?;
    let (place, text) = rest.split_once(':')?;
    let (number, last) = place.trim_end().split_once('/')?;
    Some((stage, number.parse().ok()?, last.parse().ok()?, text.trim()))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Steps;

    /// Returns the steps of an output with one line a second, with their seconds.
    fn seconds(output: &str) -> Vec<(String, Option<u64>)> {
        let mut steps = Steps::default();
        let lines: Vec<&str> = output.lines().collect();
        for (at, line) in (0..).zip(&lines) {
            steps.line(line, Duration::from_secs(at));
        }
        let all = steps.finish(Duration::from_secs(lines.len() as u64));
        let seconds = |time: Option<Duration>| time.map(|time| time.as_secs());
        all.into_iter()
            .map(|(text, time)| (text, seconds(time)))
            .collect()
    }

    fn expected(steps: &[(&str, Option<u64>)]) -> Vec<(String, Option<u64>)> {
        let owned = |(text, time): &(&str, _)| ((*text).to_owned(), *time);
        steps.iter().map(owned).collect()
    }

    #[test]
    fn a_step_ends_where_the_next_one_starts() {
        let classic = "Sending build context to Docker daemon  1.9MB\nStep 1/3 : FROM scratch\n ---> \nStep 2/3 : RUN true\n ---> Running in 12\n ---> Removed intermediate container 12\n ---> 80\nStep 3/3 : ENV A=b\n ---> Using cache\n ---> 81\nSuccessfully built 81\nSuccessfully tagged a:1";
        let steps = [
            ("FROM scratch", Some(2)),
            ("RUN true", Some(4)),
            ("ENV A=b", None),
        ];
        assert_eq!(seconds(classic), expected(&steps));
        let podman = "[1/2] STEP 1/2: FROM a AS x\n[1/2] STEP 2/2: RUN make\nmaking\n--> 12\n[2/2] STEP 1/1: FROM x\nCOMMIT\n--> 13";
        let steps = [
            ("FROM a AS x", Some(1)),
            ("RUN make", Some(3)),
            ("FROM x", Some(3)),
        ];
        assert_eq!(seconds(podman), expected(&steps));
    }

    #[test]
    fn what_an_instruction_prints_is_no_step() {
        let output = "STEP 1/2: FROM a\nSTEP 2/2: RUN ./test\nStep 1/9 : one\nSTEP 7/2: seven\n[3/4] STEP 2/2: RUN it\nSTEP two";
        let steps = [("FROM a", Some(1)), ("RUN ./test", Some(5))];
        assert_eq!(seconds(output), expected(&steps));
    }

    #[test]
    fn stages_that_run_at_the_same_time_have_no_times() {
        let output = "[1/2] STEP 1/2: FROM a AS x\n[2/2] STEP 1/2: FROM b\n[1/2] STEP 2/2: RUN one\n[2/2] STEP 2/2: RUN two";
        assert!(seconds(output).iter().all(|(_, time)| time.is_none()));
    }
}
