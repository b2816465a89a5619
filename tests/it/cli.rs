//! The command line through the binary: refused arguments and their messages, output streams, exit codes.

use insta::assert_snapshot;

use crate::command::Shell;
use crate::dive_image;
use crate::fixture_tar::{Docker, docker_save};

fn with_image() -> Shell {
    Shell::new().file("save.tar", docker_save(&dive_image::image(), Docker::Old))
}

/// Joins several runs into one text.
fn runs(shell: &Shell, lines: &[&str]) -> String {
    lines
        .iter()
        .map(|line| format!("$ dive-rs {line}\n{}", shell.run(line)))
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn invalid_arguments_are_refused_with_a_hint() {
    let shell = Shell::new();
    assert_snapshot!(runs(
        &shell,
        &[
            "",
            "- -",
            "--ci - -",
            "--ci --base - -",
            "one two three",
            "--demo one",
            "--nonsense",
            "--source nowhere one",
            "--platform linux one",
            "--report nothing --demo",
            "--report text= --demo",
            "--report text --json - --demo",
            "--base a --base-layers 2 --demo",
            "--base-layers x --demo",
            "missing/folder/save.tar",
            ".",
        ]
    ));
}

/// A command with one wrong letter is no image to look up; a name that may be an image's is.
#[test]
fn a_mistyped_command_names_the_nearest_one() {
    let shell = with_image();
    for (line, near) in [
        ("lss save.tar", "ls"),
        ("l save.tar /etc", "ls"),
        ("sl save.tar", "ls"),
        ("exrtact save.tar", "extract"),
        ("versoin", "version"),
        ("du_ save.tar -d 2", "du"),
    ] {
        let ended = shell.run(line);
        let word = line.split(' ').next().unwrap();
        let error = format!("error: `{word}` is not a command; did you mean `{near}`?\n");
        assert_eq!(ended.code, Some(2), "{ended}");
        assert!(ended.stderr.starts_with(&error), "{ended}");
        assert!(
            ended.stderr.contains(&format!("docker://{word}")),
            "{ended}"
        );
    }
    let shell = shell.file("lss", docker_save(&dive_image::image(), Docker::Old));
    let ended = shell.run("lss save.tar --report text=out.txt");
    assert_eq!(ended.code, Some(0), "{ended}");
}

/// Exit code 0 is not a verdict when no rule was checked.
#[test]
fn rules_without_ci_are_a_warning() {
    let shell = with_image();
    for line in [
        "--lowestEfficiency 1 save.tar",
        "--rule highestImageSize=1 save.tar save.tar",
        "--ci-config rules.yaml save.tar",
    ] {
        let ended = shell.run(line);
        assert_eq!(ended.code, Some(0), "{ended}");
        let printed = "warning: rules have no effect without --ci\n";
        assert_eq!(ended.stderr, printed, "{line}");
    }
    let ended = shell.run("--ci --lowestEfficiency 0.1 --highestUserWastedPercent off save.tar");
    assert_eq!((ended.code, &*ended.stderr), (Some(0), ""), "{ended}");
}

#[test]
fn a_report_never_replaces_an_input() {
    let image = docker_save(&dive_image::image(), Docker::New);
    let shell = Shell::new()
        .file("a.tar", &image)
        .file("b.tar", &image)
        .file(".dive-ci", "rules: {highestUserWastedPercent: off}\n")
        .file("ca.pem", "")
        .file("Dockerfile", "FROM scratch\n");
    for line in [
        "--json a.tar a.tar",
        "--json ./a.tar docker-archive://a.tar",
        "a.tar b.tar --report markdown=b.tar",
        "--ci a.tar --report junit=.dive-ci",
        "--ci a.tar --dockerfile Dockerfile --report sarif=Dockerfile",
        "--ci a.tar b.tar --report baseline=a.tar",
        "--ci a.tar --base b.tar --report text=b.tar",
        "--registry-ca ca.pem --report text=ca.pem a.tar",
    ] {
        let ended = shell.run(line);
        assert_eq!(ended.code, Some(2), "{line}: {ended}");
        assert!(
            ended.stderr.contains("which this run reads"),
            "{line}: {ended}"
        );
    }
    let two = shell.run("--ci a.tar --report junit=x --report sarif=./x");
    assert!(
        two.stderr.contains("two reports have the destination ./x"),
        "{two}"
    );
    assert_eq!(
        std::fs::read(shell.path().join("a.tar")).expect("it is there"),
        image
    );
    // A baseline of an earlier run may be replaced.
    for line in ["a.tar", "numbers.json a.tar"] {
        let ended = shell.run(&format!("--ci {line} --report baseline=numbers.json"));
        assert_eq!(ended.code, Some(0), "{line}: {ended}");
    }
}

#[test]
fn a_folder_instead_of_a_file_is_an_error() {
    let error = std::io::ErrorKind::IsADirectory.into();
    let failure = dive_rs::failure::Failure::writing("/", error).to_string();
    assert!(
        failure.contains("hint: that is a folder: name a file in it"),
        "{failure}"
    );
}

#[test]
fn bad_rules_are_reported_before_the_image_is_loaded() {
    let shell = Shell::new();
    assert_snapshot!(runs(
        &shell,
        &[
            "--ci missing.tar --lowestEfficiency 1.1",
            "--ci missing.tar --lowestEfficiency -9",
            "--ci missing.tar --highestWastedBytes 1BB",
            "--ci missing.tar --highest-wasted-bytes -1BB",
            "--ci missing.tar --highestUserWastedPercent 10",
            "--ci missing.tar --highest-user-wasted-percent=-0.1",
            "--ci missing.tar --ci-config not-there.yaml",
            "--ci missing.tar --rule budget=much",
        ]
    ));
}

#[test]
fn a_rules_file_is_read_as_dive_reads_it() {
    let files = [
        // dive's own file, with keys that dive no longer reads.
        "plugins:\n  - plugin1\n\nrules:\n  lowestEfficiency: 0.95\n  highestWastedBytes: 20Mb\n  highestUserWastedPercent: 0.50\n  plugin1/rule1: error\n",
        "rules:\n  LOWEST_EFFICIENCY: off\n  highest-wasted-bytes: 1KiB\n  highestUserWastedPercent:\n",
        "RULES:\n  highestUserWastedPercent: 0.5\n  highestWastedBytes: 1kB\nLayers: own\nACCEPT:\n  - id: setuid\n    reason: none\n",
        "rules:\n  lowestEficiency: 0.9\nrule: 1\n",
        "rules:\n  lowestEfficiency: 0.9\n  highestWastedBytes: 20 parsecs\n",
        "rules:\n  lowestEfficiency: [0.9]\n",
        "rules: [\n",
        "# nothing\n",
    ];
    let all = files
        .map(|text| {
            let ended = with_image().file(".dive-ci", text).run("save.tar --ci");
            let rules = ended
                .stdout
                .split_once("Rules\n")
                .map_or("", |(_, rules)| rules);
            format!("{text}→ exit {:?}\n{}{rules}", ended.code, ended.stderr)
        })
        .join("\n");
    assert_snapshot!(all);
}

#[test]
fn a_flag_beats_the_file() {
    let shell = with_image().file("rules.yaml", "rules:\n  highestUserWastedPercent: 0.1\n");
    assert_eq!(
        shell.run("--ci save.tar --ci-config rules.yaml").code,
        Some(1)
    );
    let line = "--ci save.tar --ci-config rules.yaml --highestUserWastedPercent 0.5";
    assert_eq!(shell.run(line).code, Some(0));
}

#[test]
fn ci_comes_from_the_environment_too() {
    for (word, code) in [
        ("true", 1),
        ("1", 1),
        ("T", 1),
        ("Yes", 1),
        ("false", 0),
        ("", 0),
        ("on", 0),
    ] {
        let shell = with_image().env("CI", word);
        assert_eq!(shell.run("save.tar").code, Some(code), "CI={word}");
    }
    let shell = with_image().env("CI", "true");
    assert_eq!(shell.run("--ci=false save.tar").code, Some(0));
}

#[test]
fn a_report_never_disables_the_rules() {
    let shell = with_image();
    let ended = shell.run("--ci save.tar --json out.json --report dive=out.txt");
    assert_eq!(ended.code, Some(1));
    assert!(ended.stdout.contains("FAIL"), "the log still says why");
    assert!(shell.read("out.json").ends_with("}\n"));
    assert!(shell.read("out.txt").contains("Result:FAIL"));
    // And a report does not enable --ci.
    assert_eq!(shell.run("save.tar --report dive").code, Some(0));
    assert_eq!(shell.run("save.tar --json only.json").stdout, "");
}

#[test]
fn a_report_is_written_completely_or_not_at_all() {
    let shell = with_image().file("out.json", "x".repeat(1_000_000));
    assert_eq!(shell.run("save.tar --json out.json").code, Some(0));
    let text = shell.read("out.json");
    assert!(
        serde_json::from_str::<serde_json::Value>(&text).is_ok(),
        "no stale tail"
    );
    let left = std::fs::read_dir(shell.path()).expect("a folder").count();
    assert_eq!(left, 2, "nothing temporary is left");
    assert_snapshot!(runs(&shell, &["save.tar --json no/such/folder.json"]));
}

#[cfg(target_os = "linux")]
#[test]
fn devices_are_written_to_and_never_replaced() {
    let shell = with_image();
    let ended = shell.run("save.tar --json /dev/stderr");
    assert!(ended.stderr.starts_with('{'), "{}", ended.stderr);
    let ended = shell.run("save.tar --json /dev/full");
    assert_snapshot!(ended);
}

/// System errors are followed by a hint.
#[cfg(target_os = "linux")]
#[test]
fn a_full_system_is_an_error_with_a_hint() {
    let shell = with_image();
    for (most, image, hint) in [
        (
            "--nofile=5",
            "docker://x",
            "hint: the system allows no more",
        ),
        (
            "--nofile=4096",
            &*format!("./{}", "x".repeat(300)),
            "hint: check the path",
        ),
    ] {
        let binary = env!("CARGO_BIN_EXE_dive-rs");
        let ended = shell.program("prlimit", &[most, binary, "--report", "text", image]);
        assert_eq!(ended.code, Some(2), "{ended}");
        assert!(ended.stderr.starts_with("error: "), "{ended}");
        assert!(ended.stderr.contains(hint), "{ended}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn few_open_files_suffice_or_are_an_error() {
    let shell = with_image();
    for most in 3..16 {
        let binary = env!("CARGO_BIN_EXE_dive-rs");
        let most = format!("--nofile={most}");
        let of = |image| [&*most, binary, "--report", "text", image];
        let ended = shell.program("prlimit", &of("save.tar"));
        let named = ended.code == Some(2) && ended.stderr.contains("ulimit -n");
        // Without any file descriptor the program does not start.
        assert!(
            named || ended.code == Some(0) || most == "--nofile=3",
            "{most}: {ended}"
        );
        if most == "--nofile=3" || most == "--nofile=4" {
            continue;
        }
        let ended = shell.program("prlimit", &of("docker://x"));
        assert_eq!(ended.code, Some(2), "{most}: {ended}");
        assert!(ended.stderr.starts_with("error: "), "{most}: {ended}");
        assert!(ended.stderr.contains("hint: "), "{most}: {ended}");
    }
}

/// Links are followed like a shell's `>`, but no partial file is left.
#[cfg(unix)]
#[test]
fn a_report_follows_links_and_respects_permissions() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    let shell = with_image();
    let path = |name: &str| shell.path().join(name);
    std::fs::create_dir(path("folder")).expect("writable");
    symlink("folder/second", path("first")).expect("writable");
    symlink("report.json", path("folder/second")).expect("writable");
    let ended = shell.run("save.tar --report json=first");
    assert_eq!(ended.code, Some(0), "{ended}");
    assert!(shell.read("folder/report.json").starts_with('{'));
    assert!(path("first").is_symlink() && path("folder/second").is_symlink());
    // Two paths to one file, before it exists and after.
    symlink("new", path("link")).expect("writable");
    let ended = shell.run("save.tar --report json=link --report text=new");
    assert!(
        ended
            .stderr
            .starts_with("error: two reports have the destination new\n"),
        "{ended}"
    );
    symlink("round", path("round")).expect("writable");
    let ended = shell.run("save.tar --report json=round");
    assert!(
        ended.stderr.starts_with("error: cannot write round\n"),
        "{ended}"
    );
    assert!(path("round").is_symlink());

    let may = |name: &str, mode| {
        let mode = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(path(name), mode).expect("our own");
    };
    std::fs::write(path("kept"), "as it was").expect("writable");
    may("kept", 0o444);
    let Some(ended) = shell.run_unprivileged("save.tar --report json=kept") else {
        return;
    };
    assert_eq!(ended.code, Some(2), "{ended}");
    let printed = "error: cannot write kept\n  caused by: Permission denied (os error 13)\nhint: ";
    assert!(ended.stderr.starts_with(printed), "{ended}");
    assert_eq!(shell.read("kept"), "as it was");

    // Where the file cannot be replaced, it is written in place.
    std::fs::create_dir(path("closed")).expect("writable");
    std::fs::write(path("closed/open"), "x".repeat(1 << 20)).expect("writable");
    may("closed/open", 0o666);
    may("closed", 0o555);
    let Some(ended) = shell.run_unprivileged("save.tar --report json=closed/open") else {
        return;
    };
    assert_eq!(ended.code, Some(0), "{ended}");
    let whole: serde_json::Result<serde_json::Value> =
        serde_json::from_str(&shell.read("closed/open"));
    assert!(whole.is_ok(), "nothing of what was there is left");
}

/// A user and a password in an image's name are shown nowhere, wherever the image is named.
#[test]
fn a_login_in_an_images_name_is_refused_and_masked() {
    let shell = Shell::new().file("save.tar", docker_save(&dive_image::image(), Docker::New));
    let digest = format!("sha256:{}", "0a".repeat(32));
    for (login, host, name) in [
        ("me:s3cret@", "127.0.0.1:9", "127.0.0.1:9/app:1".to_owned()),
        ("s3cret@", "host", "host/team/app".to_owned()),
        ("me:s3/cr@et@", "[::1]:9", "[::1]:9/app".to_owned()),
        ("me:s3cret@", "host.io", format!("host.io/app@{digest}")),
    ] {
        for scheme in ["", "registry://", "docker://", "docker-daemon:", "https://"] {
            let image = format!("{scheme}{login}{name}");
            for line in [
                format!("{image} -vv"),
                format!("--ci {image}"),
                format!("{image} --json - --base save.tar"),
                format!("save.tar {image} --report text"),
                format!("--ci {image} save.tar"),
                format!("save.tar --base {image} -vv"),
                format!("save.tar --transfer --have {image}"),
                format!("ls {image}"),
                format!("extract {image} / -"),
            ] {
                let ended = shell.run(&line);
                assert_eq!(ended.code, Some(2), "{line}: {ended}");
                assert!(
                    ended.stderr.contains(&format!(
                        "***@{name}: an image name cannot contain a user or password\nhint: `docker login {host}`"
                    )),
                    "{line}: {ended}"
                );
                for part in ["s3", "cr@", "et@"] {
                    let shown = format!("{}{}", ended.stdout, ended.stderr);
                    assert!(!shown.contains(part), "{line}: {ended}");
                }
            }
        }
    }
    let ended = shell.run("--source registry me:s3cret@host");
    assert!(
        ended.stderr.starts_with("error: ***@host: "),
        "without a path it is refused, too: {ended}"
    );
    assert!(!ended.stderr.contains("s3cret"), "{ended}");
    // An `@` in a path is one of the path.
    std::fs::create_dir(shell.path().join("me:a@b")).expect("a folder");
    std::fs::copy(
        shell.path().join("save.tar"),
        shell.path().join("me:a@b/c.tar"),
    )
    .expect("room");
    for path in [
        "me:a@b/c.tar",
        "./me:a@b/c.tar",
        "docker-archive:me:a@b/c.tar",
    ] {
        let ended = shell.run(&format!("ls {path}"));
        assert_eq!(ended.code, Some(0), "{path}: {ended}");
    }
}

#[cfg(unix)]
#[test]
fn an_endless_device_is_not_read() {
    for image in ["/dev/zero", "docker-archive:///dev/zero"] {
        let ended = Shell::new().run(&format!("--ci {image}"));
        assert_eq!(ended.code, Some(2), "{ended}");
        assert_eq!(
            ended.stderr,
            "error: /dev/zero: a device, not an archive\n\
             hint: if it contains an archive, use standard input: `dive-rs - <DEVICE`\n"
        );
    }
}

#[test]
fn standard_input_is_named_in_errors() {
    let ended = Shell::new().run_args(&["-"], b"hello");
    assert_eq!(ended.code, Some(2), "{ended}");
    let printed = "error: standard input: not a tar archive (it starts with \"hello\")\nhint: ";
    assert!(ended.stderr.starts_with(printed), "{ended}");
}

/// For one image and for two, at every level that reports it: the system's error names the image as well.
#[cfg(unix)]
#[test]
fn an_error_names_its_image_once() {
    let shell = with_image();
    let index = shell.path().join("folder/index.json");
    std::fs::create_dir(shell.path().join("folder")).expect("writable");
    std::os::unix::fs::symlink("index.json", &index).expect("writable");
    for (line, begins) in [
        ("./folder", "error: ./folder/index.json: "),
        ("save.tar ./folder", "error: after: ./folder/index.json: "),
    ] {
        let printed = shell.run(line).stderr;
        assert!(printed.starts_with(begins), "{printed}");
        assert_eq!(printed.matches("folder").count(), 1, "{printed}");
    }
}

/// Linux allows any bytes in a name. Such names are shown as text and opened as bytes, wherever an image is named.
#[cfg(target_os = "linux")]
#[test]
fn a_file_with_a_name_that_is_not_utf8_is_opened() {
    use std::os::unix::ffi::OsStrExt as _;
    let shell = Shell::new();
    let name = |before: &[u8]| {
        std::ffi::OsStr::from_bytes(&[before, b"caf\xe9.tar".as_slice()].concat()).to_owned()
    };
    let archive = docker_save(&dive_image::image(), Docker::Old);
    std::fs::write(shell.path().join(name(b"")), archive).expect("any bytes");
    let run = |args: &[&std::ffi::OsStr]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_dive-rs"));
        let output = command.args(args).current_dir(shell.path()).env_clear();
        let output = output.output().expect("the binary was built");
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        (output.status.code(), stderr)
    };
    let (base, have) = ("--base".as_ref(), "--have".as_ref());
    let read = (Some(0), String::new());
    assert_eq!(run(&[&name(b"")]), read);
    assert_eq!(run(&[&name(b"docker-archive://")]), read);
    assert_eq!(run(&[&name(b""), &name(b"./")]), read);
    assert_eq!(run(&[base, &name(b""), have, &name(b""), &name(b"")]), read);
    let refused = "error: a report would replace caf\u{fffd}.tar, which this run reads\nhint: name another file\n";
    let report = ["--report".as_ref(), &*name(b"json=")];
    assert_eq!(
        run(&[report[0], report[1], &name(b"")]),
        (Some(2), refused.to_owned())
    );
    let image = name(b"docker-archive://");
    assert_eq!(
        run(&[report[0], report[1], &image]),
        (Some(2), refused.to_owned())
    );
    let report = ["--report".as_ref(), &*name(b"json=new-")];
    assert_eq!(run(&[report[0], report[1], &name(b"")]), read);
    let json = std::fs::read(shell.path().join(name(b"new-"))).expect("written");
    assert_eq!(json.first(), Some(&b'{'));
    let (code, printed) = run(&[&name(b"no-")]);
    assert_eq!(code, Some(2));
    let begins = "error: no-caf\u{fffd}.tar: No such file";
    assert!(printed.starts_with(begins), "{printed}");
}

#[test]
fn standard_input_can_require_a_kind() {
    let docker = docker_save(&dive_image::image(), Docker::Old);
    for args in [&["oci-archive://-"][..], &["--source", "oci-archive", "-"]] {
        let ended = Shell::new().run_args(args, &docker);
        assert_eq!(ended.code, Some(2), "{ended}");
        let printed = "error: standard input: no OCI archive: it has manifest.json instead\nhint: ";
        assert!(ended.stderr.starts_with(printed), "{ended}");
    }
    for args in [
        &["docker-archive://-"][..],
        &["--source", "docker-archive", "-"],
    ] {
        assert_eq!(Shell::new().run_args(args, &docker).code, Some(0));
    }
    let twice = Shell::new().run_args(&["docker-archive://-", "-"], &docker);
    let printed = "error: two images from standard input\n";
    assert!(twice.stderr.starts_with(printed), "{twice}");
}

#[test]
fn too_many_base_layers_are_a_warning() {
    let printed = "warning: save.tar: --base-layers 99: the image has 14 layers, all of them count as base layers\n";
    let ended = with_image().run("--base-layers 99 --json - save.tar");
    assert_eq!((ended.code, ended.stderr.as_str()), (Some(0), printed));
    let observed: serde_json::Value = serde_json::from_str(&ended.stdout).expect("JSON");
    assert_eq!(
        observed["warnings"][0]["text"],
        "--base-layers 99: the image has 14 layers, all of them count as base layers"
    );
    let ended = with_image().run("--base-layers 99 --report json save.tar save.tar");
    assert_eq!(ended.stderr, printed.repeat(2));
    let text = with_image().run("--base-layers 99 save.tar").stdout;
    assert!(text.contains("14 layers (99 set by the user)"), "{text}");
    for layers in ["0", "14"] {
        let ended = with_image().run(&format!("--base-layers {layers} --json - save.tar"));
        assert_eq!(ended.stderr, "");
    }
}

/// Runs the line with a closed standard output.
pub(crate) fn unheard(shell: &Shell, line: &str) -> std::process::Output {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    std::process::Command::new(env!("CARGO_BIN_EXE_dive-rs"))
        .args(line.split(' '))
        .current_dir(shell.path())
        .env_clear()
        .stdout(writer)
        .output()
        .expect("the binary was built")
}

#[test]
fn a_closed_pipe_is_silent() {
    let output = unheard(&with_image(), "--json - save.tar");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn a_closed_pipe_leaves_the_verdict_and_the_other_reports() {
    let shell = with_image();
    for line in [
        "--ci save.tar",
        "--ci --report dive save.tar",
        "--ci --json - --report junit=later.xml save.tar",
    ] {
        let output = unheard(&shell, line);
        assert_eq!(output.status.code(), Some(1), "{line}");
    }
    assert!(shell.path().join("later.xml").exists());
}

#[test]
fn quiet_prints_only_requested_reports() {
    let shell = with_image();
    assert_eq!(shell.run("-q --ci save.tar").to_string(), "exit 1\n");
    assert!(
        shell
            .run("-q --report text save.tar")
            .stdout
            .contains("efficiency")
    );
}

#[test]
fn colours_need_a_terminal_or_force() {
    let coloured = |shell: Shell| shell.run("--ci save.tar").stdout.contains('\x1b');
    assert!(!coloured(with_image()));
    assert!(coloured(with_image().env("CLICOLOR_FORCE", "1")));
    assert!(!coloured(
        with_image().env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1")
    ));
}

#[test]
fn the_base_can_be_set() {
    let shell = with_image();
    let base = |line: &str| {
        let ended = shell.run(line);
        let line = ended
            .stdout
            .lines()
            .find(|line| line.contains("  base "))
            .map(str::to_owned);
        line.unwrap_or(ended.stderr)
    };
    assert_snapshot!(format!(
        "{}\n{}\n{}",
        base("save.tar"),
        base("save.tar --base-layers 3"),
        base("save.tar --base save.tar")
    ));
}

#[test]
fn every_shell_has_a_completion_script() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let ended = Shell::new().run(&format!("completion {shell}"));
        assert!(ended.stdout.contains("DIVE_RS_COMPLETE"), "{shell}");
        assert_eq!(ended.code, Some(0));
    }
}

#[test]
fn help_lists_every_option_and_version_is_one_line() {
    let shell = Shell::new();
    assert_snapshot!(shell.run("--help"));
    assert_eq!(
        shell.run("--version").stdout,
        concat!("dive-rs ", env!("CARGO_PKG_VERSION"), "\n")
    );
}

#[test]
fn a_log_is_written_only_on_request() {
    let shell = with_image();
    let printed = |line: &str| shell.run(line).stderr;
    assert_eq!(printed("save.tar --report json"), "");
    let once = printed("-v save.tar --report json");
    assert!(once.contains(" INFO  save.tar: 14 layers, "), "{once}");
    assert!(!once.contains("DEBUG"), "{once}");
    let twice = printed("-vv save.tar --report json");
    assert!(twice.contains(" DEBUG layer 14: "), "{twice}");
    assert_eq!(printed("-q -vv save.tar --report json"), "");
}
