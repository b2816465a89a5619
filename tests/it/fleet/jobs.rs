//! The Jobs in assets/fleet: what their containers run, and whether Kubernetes reads them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::stock::{Stock, list};
use super::{column, fleet, other_messages, rows};
use crate::command::{Ended, Shell};
use crate::engines::skip;

const JOBS: [&str; 3] = [
    include_str!("../../../assets/fleet/1-plan.yaml"),
    include_str!("../../../assets/fleet/2-layers.yaml"),
    include_str!("../../../assets/fleet/3-images.yaml"),
];

/// Returns the Job of a file; a volume may stand before it.
fn job(text: &str) -> Value {
    let job = text.split("\n---\n").last().unwrap();
    serde_saphyr::from_str(job).unwrap()
}

/// Runs the container of a Job's pod with this index, which Kubernetes sets in its environment, with its paths below the shell's folder.
fn run(shell: &Shell, job: &Value, index: u64, host: &str) -> Ended {
    let container = &job["spec"]["template"]["spec"]["containers"][0];
    let root = shell.path().display().to_string();
    let args = container["args"].as_array().unwrap().iter();
    let mut words: Vec<String> = args
        .map(|arg| {
            let arg = arg.as_str().unwrap();
            let arg = arg.replace("/fleet/", &format!("{root}/fleet/"));
            arg.replace("/list/", &format!("{root}/list/"))
        })
        .collect();
    words.extend(["--insecure-registry".to_owned(), host.to_owned()]);
    let mut pod = Shell::new().env("JOB_COMPLETION_INDEX", &index.to_string());
    for variable in container["env"].as_array().into_iter().flatten() {
        let value = variable["value"].as_str().unwrap();
        let value = value.replace("/fleet/", &format!("{root}/fleet/"));
        pod = pod.env(variable["name"].as_str().unwrap(), &value);
    }
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let ended = pod.run_args(&words, b"");
    // The file system of the container is read-only.
    assert_eq!(fs::read_dir(pod.path()).unwrap().count(), 0);
    ended
}

#[test]
fn the_jobs_run_one_after_the_other() {
    let Some(stock) = Stock::with_images(12) else {
        return;
    };
    let host = stock.registry.host();
    let shell = Shell::new();
    for folder in ["list", "fleet"] {
        fs::create_dir(shell.path().join(folder)).unwrap();
    }
    let shell = shell.file("list/images.txt", list(&host, 12));
    for text in JOBS {
        let job = job(text);
        let spec = &job["spec"];
        let pods = spec["completions"].as_u64().unwrap_or(1);
        if pods > 1 {
            assert_eq!(
                (&spec["completionMode"], &spec["parallelism"]),
                (&"Indexed".into(), &pods.into())
            );
            assert!(text.contains(&format!("--shard=job/{pods}\n")), "{text}");
        }
        for index in 0..pods {
            let ended = run(&shell, &job, index, &host);
            assert_eq!(ended.code, Some(0), "{ended}");
            assert!(other_messages(&ended).is_empty(), "{ended}");
        }
    }
    let report = |folders: &str| -> Value {
        let ended = shell.run(&format!("fleet report {folders} --format json"));
        serde_json::from_str(&ended.stdout).unwrap_or_else(|why| panic!("{why}: {ended}"))
    };
    let parts = report("fleet/rows");
    let files = fs::read_dir(shell.path().join("fleet/rows/images/run=1")).unwrap();
    assert_eq!(files.count(), 4, "a file for each pod");
    let whole = fleet(&shell, &host, "list/images.txt --deep --out whole", "");
    assert_eq!(whole.code, Some(0), "{whole}");
    assert_eq!(parts, report("whole"));
    let run = fleet(&shell, &host, "-", &list(&host, 12));
    assert_eq!(parts["names"], column(&rows(&run, "names"), "name").len());
}

/// `kubectl apply` rejects an unknown field.
#[test]
fn kubernetes_reads_the_jobs() {
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/kubernetes");
    let folder = tempfile::tempdir().unwrap();
    let built = folder.path().join("decode");
    let built_with = Command::new("go")
        .args(["build", "-o"])
        .arg(&built)
        .arg(".")
        .current_dir(&program)
        .output();
    match built_with {
        Err(_) => return skip("go is not installed"),
        Ok(output) if !output.status.success() => {
            return skip(&format!(
                "k8s.io/api cannot be built: {}",
                String::from_utf8_lossy(&output.stderr)
            ));
        }
        Ok(_) => {}
    }
    let decode = |files: &[PathBuf]| {
        let output = Command::new(&built).args(files).output().unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (
            output.status.success(),
            text(output.stdout),
            text(output.stderr),
        )
    };
    let assets = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/fleet");
    let files: Vec<PathBuf> = ["1-plan.yaml", "2-layers.yaml", "3-images.yaml"]
        .iter()
        .map(|name| assets.join(name))
        .collect();
    let expected = "v1 PersistentVolumeClaim fleet\nbatch/v1 Job fleet-plan\nbatch/v1 Job fleet-layers\nbatch/v1 Job fleet-images\n";
    assert_eq!(decode(&files), (true, expected.to_owned(), String::new()));
    // The decoder is strict.
    let wrong = folder.path().join("wrong.yaml");
    fs::write(
        &wrong,
        JOBS[1].replace("backoffLimitPerIndex", "backoffLimitPerPod"),
    )
    .unwrap();
    let (is_read, _, why) = decode(&[wrong]);
    assert!(
        !is_read && why.contains("unknown field \"spec.backoffLimitPerPod\""),
        "{why}"
    );
}
