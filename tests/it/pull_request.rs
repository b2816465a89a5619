//! The comment of a pull request and the baseline of the action: their shell steps as written, against a stand-in for GitHub's API on loopback, which
//! cannot run here. The step that checks is tested in `action`.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::{Value, json};

use crate::action::check_step;
use crate::command::{Ended, Shell};
use crate::dive_image;
use crate::engines::is_installed;
use crate::fixture_tar::{Docker, docker_save};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const SHA: &str = "5f70bf18a086007016e948b04aed3b82103a36be";

/// The comments of one repository, and its pull requests.
#[derive(Default)]
struct Repository {
    comments: Vec<Value>,
    pulls: Vec<Value>,
    /// The requests, in order.
    requests: Vec<String>,
    /// The user of the token; a job's token has none.
    user: Option<&'static str>,
    is_read_only: bool,
    /// How many requests for comments are answered with an error first.
    unavailable: usize,
}

/// The API of GitHub for one repository, on loopback.
struct GitHub {
    address: String,
    repository: Arc<Mutex<Repository>>,
}

impl GitHub {
    fn start(repository: Repository) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = format!("http://{}", listener.local_addr().expect("an address"));
        let repository = Arc::new(Mutex::new(repository));
        let shared = Arc::clone(&repository);
        // Ends with the test's process.
        thread::spawn(move || {
            for stream in listener.incoming() {
                answer(&stream.expect("a client"), &shared);
            }
        });
        Self {
            address,
            repository,
        }
    }

    fn run(&self, shell: &Shell, program: &str, args: &[&str], env: &[(&str, &str)]) -> Ended {
        let mut words = vec![
            format!("GITHUB_API_URL={}", self.address),
            "GITHUB_REPOSITORY=us/app".to_owned(),
            "GITHUB_TOKEN=secret-token".to_owned(),
        ];
        words.extend(env.iter().map(|(name, value)| format!("{name}={value}")));
        words.push(program.to_owned());
        words.extend(args.iter().map(|arg| (*arg).to_owned()));
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let ended = shell.program("env", &words);
        assert!(!ended.to_string().contains("secret-token"), "{ended}");
        ended
    }

    fn comment(&self, shell: &Shell, args: &[&str]) -> Ended {
        let script = format!("{ROOT}/.packaging/comment.sh");
        self.run(shell, &script, args, &[])
    }

    /// Returns the author and the text of each comment.
    fn comments(&self) -> Vec<(String, String)> {
        let repository = self.repository.lock().expect("no panic");
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let comment = |one: &Value| (text(&one["user"]["login"]), text(&one["body"]));
        repository.comments.iter().map(comment).collect()
    }

    fn requests(&self) -> Vec<String> {
        self.repository.lock().expect("no panic").requests.clone()
    }
}

/// Answers one request.
fn answer(stream: &TcpStream, repository: &Mutex<Repository>) {
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line).expect("a request");
    let (mut length, mut authorized) = (0, false);
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).expect("a header");
        let header = header.trim_end().to_ascii_lowercase();
        if let Some(value) = header.strip_prefix("content-length:") {
            length = value.trim().parse().expect("a length");
        }
        authorized |= header == "authorization: bearer secret-token";
        if header.is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).expect("a body");
    let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
    let mut words = line.split(' ');
    let (method, target) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
    let (status, value) = if authorized {
        respond(
            &mut repository.lock().expect("no panic"),
            method,
            target,
            &body,
        )
    } else {
        (401, json!({"message": "Bad credentials"}))
    };
    let text = value.to_string();
    let mut stream = stream;
    let _ = write!(
        stream,
        "HTTP/1.1 {status} -\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{text}",
        text.len()
    );
}

fn respond(repository: &mut Repository, method: &str, target: &str, body: &Value) -> (u16, Value) {
    repository.requests.push(format!("{method} {target}"));
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let author = repository.user.unwrap_or("github-actions[bot]");
    match (method, path) {
        ("GET", "/user") => match repository.user {
            Some(user) => (200, json!({"login": user})),
            None => (
                403,
                json!({"message": "Resource not accessible by integration"}),
            ),
        },
        ("GET", "/repos/us/app/pulls") => (200, json!(repository.pulls)),
        ("GET", "/repos/us/app/issues/7/comments") if repository.unavailable > 0 => {
            repository.unavailable -= 1;
            (502, json!({"message": "Bad Gateway"}))
        }
        ("GET", "/repos/us/app/issues/7/comments") => {
            let page = query.rsplit_once("page=").expect("a page").1;
            let page: usize = page.parse().expect("a number");
            let listed = repository.comments.chunks(100).nth(page - 1);
            (200, json!(listed.unwrap_or_default()))
        }
        (_, _) if repository.is_read_only => (
            403,
            json!({"message": "Resource not accessible by integration"}),
        ),
        ("POST", "/repos/us/app/issues/7/comments") => {
            let id = repository.comments.len();
            let comment = json!({
                "id": id, "user": {"login": author}, "body": body["body"], "html_url": "https://github.com/7"
            });
            repository.comments.push(comment.clone());
            (201, comment)
        }
        ("PATCH", path) => {
            let id = path.strip_prefix("/repos/us/app/issues/comments/");
            let id: usize = id.expect("a comment").parse().expect("an id");
            repository.comments[id]["body"] = body["body"].clone();
            (200, repository.comments[id].clone())
        }
        _ => (404, json!({"message": "Not Found"})),
    }
}

/// Returns whether the programs that the scripts call are installed.
fn has_programs() -> bool {
    ["curl", "jq"].into_iter().all(is_installed)
}

fn comment_of(login: &str, id: usize, body: &str) -> Value {
    json!({"id": id, "user": {"login": login}, "body": body})
}

#[test]
fn a_pull_request_has_one_comment() {
    if !has_programs() {
        return;
    }
    let shell = Shell::new()
        .file("one.md", "<!-- dive-rs -->\n## 1\n")
        .file("two.md", "<!-- dive-rs -->\n## 2 \"quoted\" $x `y`\n");
    for user in [None, Some("bot")] {
        // A stranger's comment with the same first line is not ours, and ours may be on a later page.
        let mut comments = vec![comment_of("mallory", 0, "<!-- dive-rs -->\nnot ours")];
        comments.extend((1..150).map(|id| comment_of("alice", id, "text")));
        let github = GitHub::start(Repository {
            comments,
            user,
            ..Repository::default()
        });
        for (file, text) in [("one.md", "## 1"), ("two.md", "## 2 \"quoted\" $x `y`")] {
            // What an attempt that failed answered is not part of the list.
            github.repository.lock().expect("no panic").unavailable = 1;
            let ended = github.comment(&shell, &[file, "7"]);
            assert_eq!(ended.code, Some(0), "{ended}");
            assert_eq!(ended.stdout.trim(), "https://github.com/7", "{ended}");
            let comments = github.comments();
            assert_eq!(comments.len(), 151, "{user:?}");
            assert_eq!(comments[0].1, "<!-- dive-rs -->\nnot ours");
            let own = (
                user.unwrap_or("github-actions[bot]").to_owned(),
                format!("<!-- dive-rs -->\n{text}"),
            );
            assert_eq!(comments[150], own);
        }
        assert_eq!(
            github.comment(&shell, &["one.md", "7", "worker"]).code,
            Some(0)
        );
        let comments = github.comments();
        assert_eq!(comments.len(), 152);
        assert!(comments[151].1.starts_with("<!-- dive-rs worker -->\n"));
    }
}

#[test]
fn what_is_no_report_is_not_posted() {
    if !has_programs() {
        return;
    }
    let shell = Shell::new()
        .file("report.md", "<!-- dive-rs -->\n## 1\n")
        .file("other.md", "# notes\n")
        .file("empty.md", "")
        .file(
            "long.md",
            format!("<!-- dive-rs -->\n{}\n", "x".repeat(70_000)),
        );
    std::os::unix::fs::symlink("/etc/passwd", shell.path().join("link.md")).expect("a link");
    let github = GitHub::start(Repository::default());
    for args in [
        &["other.md", "7"][..],
        &["empty.md", "7"],
        &["long.md", "7"],
        &["link.md", "7"],
        &["absent.md", "7"],
        &["report.md", "7/../8"],
        &["report.md", "7", "a b"],
    ] {
        let ended = github.comment(&shell, args);
        assert_eq!(ended.code, Some(1), "{args:?} {ended}");
        assert!(
            ended.stdout.starts_with("::error title=dive-rs::"),
            "{ended}"
        );
    }
    assert_eq!(github.requests(), [""; 0]);
    let github = GitHub::start(Repository {
        is_read_only: true,
        ..Repository::default()
    });
    let ended = github.comment(&shell, &["report.md", "7"]);
    assert_eq!(ended.code, Some(1), "{ended}");
    let refused = "GitHub refuses to comment: Resource not accessible by integration";
    assert!(ended.stdout.contains(refused), "{ended}");
}

/// The second workflow of a pull request of a fork takes a report that the code of the fork wrote.
#[test]
fn the_report_of_a_fork_is_text() {
    if !has_programs() {
        return;
    }
    let action: Value =
        serde_saphyr::from_str(include_str!("../../comment/action.yml")).expect("it is YAML");
    let step = action["runs"]["steps"][0]["run"].as_str().expect("text");
    let long = format!("<!-- dive-rs -->\n{}", "@everybody ä\n".repeat(9_000));
    let shell = Shell::new()
        .file("report.md", "<!-- dive-rs -->\n@everybody, see $(id)\n")
        .file("long.md", long)
        .file("other.md", "# notes\n");
    let pulls = vec![
        json!({"number": 6, "head": {"sha": SHA.replace('5', "6")}}),
        json!({"number": 7, "head": {"sha": SHA}}),
    ];
    let github = GitHub::start(Repository {
        pulls,
        ..Repository::default()
    });
    let action_path = Path::new(ROOT).join("comment");
    let run = |file: &str, sha: &str| {
        let env = [
            ("FILE", file),
            ("NAME", ""),
            ("ACTION_PATH", &*action_path.to_string_lossy()),
            ("SHA", sha),
            ("OWNER", "them"),
            ("BRANCH", "a&b #1"),
        ];
        let args = ["--noprofile", "--norc", "-eo", "pipefail", "-c", step];
        github.run(&shell, "bash", &args, &env)
    };
    let ended = run("report.md", SHA);
    assert_eq!(ended.code, Some(0), "{ended}");
    assert!(
        github.requests()[0].ends_with("&head=them%3Aa%26b%20%231"),
        "{:?}",
        github.requests()
    );
    let comments = github.comments();
    assert!(
        comments[0]
            .1
            .starts_with("<!-- dive-rs -->\n&#64;everybody, see $(id)\n"),
        "{comments:?}"
    );
    assert_eq!(run("long.md", SHA).code, Some(0));
    let comments = github.comments();
    assert_eq!(comments.len(), 1);
    assert!(comments[0].1.len() < 65_536 && !comments[0].1.contains('@'));
    // A newer commit was pushed since, or the first workflow wrote nothing.
    let ended = run("report.md", &SHA.replace('5', "4"));
    assert_eq!(ended.code, Some(0), "{ended}");
    assert!(ended.stdout.starts_with("::notice "), "{ended}");
    assert!(run("absent.md", SHA).stdout.starts_with("::notice "));
    assert_eq!(run("report.md", "$(id)").code, Some(1));
    assert_eq!(run("other.md", SHA).code, Some(1));
    assert_eq!(github.comments().len(), 1);
}

#[test]
fn a_baseline_that_does_not_exist_is_left_out() {
    let shell = Shell::new()
        .file("save.tar", docker_save(&dive_image::image(), Docker::New))
        .file(
            "rules",
            "rules: {highestGrowthBytes: 0, highestUserWastedPercent: off}\n",
        );
    let optional = shell
        .run("--ci --ci-config rules --optional-baseline ./absent.tar save.tar --report markdown");
    assert_eq!(optional.code, Some(0), "{optional}");
    assert!(
        optional
            .stderr
            .contains("warning: no baseline: ./absent.tar"),
        "{optional}"
    );
    assert!(!optional.stdout.contains("Running total"), "{optional}");
    // A file of numbers is no name of an image.
    let numbers = shell.run("--ci --ci-config rules --optional-baseline absent.json save.tar");
    assert_eq!(numbers.code, Some(0), "{numbers}");
    assert!(
        numbers
            .stderr
            .contains("no baseline: absent.json does not exist"),
        "{numbers}"
    );
    let numbers = shell.run("--ci --ci-config rules absent.json save.tar");
    assert_eq!(numbers.code, Some(2), "{numbers}");
    assert!(
        numbers
            .stderr
            .contains("cannot read the baseline absent.json"),
        "{numbers}"
    );
    let required = shell.run("--ci --ci-config rules ./absent.tar save.tar");
    assert_eq!(required.code, Some(2), "{required}");
    for line in [
        "--ci --optional-baseline save.tar",
        "--optional-baseline save.tar save.tar",
    ] {
        let ended = shell.run(line);
        assert_eq!(ended.code, Some(2), "{ended}");
        assert!(
            ended.stderr.contains("--optional-baseline needs"),
            "{ended}"
        );
    }
    // What is there, and is no image, is an error.
    let ended = shell.run("--ci --optional-baseline rules save.tar");
    assert_eq!(ended.code, Some(2), "{ended}");
    let compared =
        shell.run("--ci --ci-config rules --optional-baseline save.tar save.tar --report markdown");
    assert_eq!(compared.code, Some(0), "{compared}");
    assert!(
        compared.stdout.starts_with("<!-- dive-rs -->\n## ✅"),
        "{compared}"
    );
    assert!(compared.stdout.contains("Running total"), "{compared}");
}

#[test]
fn a_badge_has_the_size_and_the_verdict() {
    let shell = Shell::new().file("save.tar", docker_save(&dive_image::image(), Docker::New));
    let badge = |line: &str| -> Value {
        let ended = shell.run(line);
        serde_json::from_str(&ended.stdout).unwrap_or_else(|error| panic!("{error}: {ended}"))
    };
    let plain = badge("--report badge save.tar");
    assert_eq!(plain["schemaVersion"], 1);
    assert_eq!(
        (&plain["color"], &plain["isError"]),
        (&json!("blue"), &json!(false))
    );
    let failed = badge("--ci --report badge save.tar");
    assert_eq!(plain["message"], failed["message"]);
    assert_eq!(
        (&failed["color"], &failed["isError"]),
        (&json!("red"), &json!(true))
    );
    let passed = badge("--ci --highestUserWastedPercent off --report badge save.tar");
    assert_eq!(passed["color"], "brightgreen");
    insta::assert_snapshot!(plain["message"].as_str().expect("text"));
}

/// Only a name with a registry or an owner has a default baseline.
#[test]
fn the_default_baseline_is_the_latest_of_the_repository() {
    let shell = Shell::new()
        .file(
            "dive-rs",
            "#!/bin/sh\nwhile [ \"$1\" != -- ]; do shift; done\nshift; echo \"$*\"\n",
        )
        .file("app.tar", "");
    shell.program("chmod", &["+x", "dive-rs"]);
    let words = |image: &str, baseline: &str| {
        let env = check_step(&[("IMAGE", image), ("BASELINE", baseline)]);
        let env: Vec<&str> = env.iter().map(String::as_str).collect();
        shell.program("env", &env).stdout.trim_end().to_owned()
    };
    for (image, expected) in [
        ("app", "app"),
        ("app:1", "app:1"),
        ("us/app:1", "registry://us/app:latest us/app:1"),
        (
            "ghcr.io/us/app",
            "registry://ghcr.io/us/app:latest ghcr.io/us/app",
        ),
        (
            "localhost:5000/app:pr-1",
            "registry://localhost:5000/app:latest localhost:5000/app:pr-1",
        ),
        (
            "docker://ghcr.io/us/app:1",
            "registry://ghcr.io/us/app:latest docker://ghcr.io/us/app:1",
        ),
        ("docker://app", "docker://app"),
        ("ghcr.io/us/app@sha256:00", "ghcr.io/us/app@sha256:00"),
        ("./dist/app", "./dist/app"),
        ("dist/app.tar", "dist/app.tar"),
        ("docker-archive://dist/app", "docker-archive://dist/app"),
    ] {
        assert_eq!(words(image, ""), expected);
        assert_eq!(words(image, "none"), image);
        assert_eq!(words(image, "old.json"), format!("old.json {image}"));
    }
}

/// The workflows for pull requests of forks set inputs that the actions have, and the second reads what the first uploads.
#[test]
fn the_workflows_for_forks_fit_the_actions() {
    let docs = include_str!("../../docs/ci.md");
    let section = docs.split("#### Pull requests of forks").nth(1);
    let blocks: Vec<Value> = section
        .expect("the section")
        .split("```yaml\n")
        .skip(1)
        .take(2)
        .map(|block| serde_saphyr::from_str(block.split("```").next().unwrap()).expect("YAML"))
        .collect();
    let step = |block: &Value, job: &str, prefix: &str| {
        let steps = block["jobs"][job]["steps"].as_array().expect("steps");
        let uses = |step: &&Value| {
            step["uses"]
                .as_str()
                .is_some_and(|uses| uses.starts_with(prefix))
        };
        steps.iter().find(uses).expect(prefix)["with"].clone()
    };
    let check = step(&blocks[0], "image", "dive-rs/dive-rs@");
    let download = step(&blocks[1], "comment", "actions/download-artifact@");
    let comment = step(&blocks[1], "comment", "dive-rs/dive-rs/comment@");
    for (action, with) in [
        (include_str!("../../action.yml"), &check),
        (include_str!("../../comment/action.yml"), &comment),
    ] {
        let action: Value = serde_saphyr::from_str(action).expect("it is YAML");
        for name in with.as_object().expect("inputs").keys() {
            assert!(action["inputs"].get(name).is_some(), "{name}");
        }
    }
    assert_eq!(download["name"], check["artifact"]);
    let file = format!(
        "{}/{}",
        download["path"].as_str().unwrap(),
        check["markdown"].as_str().unwrap()
    );
    assert_eq!(comment["file"], file);
}
