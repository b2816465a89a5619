//! Files that have logins or settings and cannot be used: each is named, with the cause, where the image can be read without and where it cannot.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dive_rs::image::Compression;
use serde_json::{Value, json};

use super::access::{accepted, certificates, refused, with_config};
use super::proxy::{Answer, Proxy};
use super::server::Registry;
use super::{NAME, Served, run};
use crate::command::{Ended, Shell};
use crate::engines::skip;
use crate::source::Scratch;

/// A registry for everybody with a token, and one for everybody with a password.
fn registries(served: &Served) -> [Proxy; 2] {
    let issuer = Proxy::start(String::new(), |_, _| {
        Answer::Own("200 OK", Vec::new(), r#"{"token":"anonymous"}"#.to_owned())
    });
    let challenges = [
        format!(r#"Bearer realm="http://{}/token""#, issuer.host()),
        "Basic realm=tests".to_owned(),
    ];
    challenges.map(|challenge| {
        served.before(move |requested, _| {
            if requested.header("authorization").is_some() {
                return Answer::Pass;
            }
            let headers = vec![("WWW-Authenticate", challenge.clone())];
            Answer::Own("401 Unauthorized", headers, String::new())
        })
    })
}

/// Runs where anybody may read, which is a warning, and where nobody may without a login, which is an error; both name the cause.
fn both(shell: impl Fn(&str) -> Shell, cause: &str) {
    let Some(served) = Served::start(Compression::Gzip) else {
        return;
    };
    let [open, locked] = registries(&served);
    let ended = accepted(run(&shell(&open.host()), &open.host(), ""));
    assert!(ended.stdout.contains(cause), "{cause}: {ended}");
    let ended = refused(
        run(&shell(&locked.host()), &locked.host(), ""),
        "requires a login",
    );
    assert!(ended.stderr.contains(cause), "{cause}: {ended}");
}

#[test]
fn a_login_of_the_host_that_is_none_is_named() {
    let entries: [Value; 5] = [
        json!(5),
        json!({ "auth": "%%%" }),
        json!({ "auth": STANDARD.encode("no colon") }),
        json!({ "auth": 5 }),
        json!({ "password": "alone" }),
    ];
    for entry in entries {
        let shell = |host: &str| with_config(&json!({ "auths": { host: entry } }));
        both(shell, ".docker/config.json: the entry of 127.0.0.1:");
    }
}

/// The tables of a survey have no place for it.
#[test]
fn a_survey_names_it_once() {
    let Some(served) = Served::start(Compression::Gzip) else {
        return;
    };
    let [open, _] = registries(&served);
    let host = open.host();
    let shell = with_config(&json!({ "auths": { &host: { "auth": "%%%" } } }));
    let image = format!("registry://{host}/{NAME}:1");
    let ended = accepted(shell.run(&format!("fleet --insecure-registry {host} {image} {image}")));
    let lines = ended.stderr.lines();
    let named = lines.filter(|line| line.contains("was read without a login: "));
    assert_eq!(named.count(), 1, "{ended}");
}

/// Docker writes such an entry where a helper has the login.
#[test]
fn an_entry_without_a_login_is_no_fault() {
    let Some(served) = Served::start(Compression::Gzip) else {
        return;
    };
    let [open, _] = registries(&served);
    let shell = with_config(&json!({ "auths": { open.host(): {}, "other.example": 5 } }));
    let ended = accepted(run(&shell, &open.host(), ""));
    assert!(!ended.stdout.contains("config.json"), "{ended}");
}

#[test]
fn a_missing_file_of_logins_is_named() {
    let shell = |_: &str| Shell::new().env("REGISTRY_AUTH_FILE", "/nowhere/auth.json");
    both(
        shell,
        "REGISTRY_AUTH_FILE: /nowhere/auth.json does not exist",
    );
}

#[test]
fn a_broken_file_of_logins_is_named() {
    both(
        |_| {
            Shell::new()
                .file("auth.json", "{")
                .env("REGISTRY_AUTH_FILE", "auth.json")
        },
        "auth.json: not valid in line 1",
    );
}

#[test]
fn a_missing_file_of_registries_is_an_error() {
    let Some(served) = Served::start(Compression::Gzip) else {
        return;
    };
    let shell = Shell::new().env("CONTAINERS_REGISTRIES_CONF", "/nowhere/registries.conf");
    let ended = refused(
        run(&shell, &served.registry.host(), ""),
        "CONTAINERS_REGISTRIES_CONF: /nowhere/registries.conf: ",
    );
    assert!(
        ended.stderr.contains("hint: correct the setting"),
        "{ended}"
    );
}

fn sent_login(proxy: &Proxy) -> bool {
    let requested = proxy.requested();
    let mut requested = requested.iter();
    requested.any(|one| one.header("authorization").is_some())
}

/// Docker's older clients wrote such keys.
#[test]
fn a_key_may_be_an_address() {
    let Some(served) = Served::start(Compression::Gzip) else {
        return;
    };
    let packed = STANDARD.encode("me:open sesame");
    for key in [
        "http://HOST/v1/",
        "https://HOST/v1/",
        "https://HOST",
        "https://HOST/v2/",
        "HOST",
    ] {
        let [_, locked] = registries(&served);
        let key = key.replace("HOST", &locked.host());
        let shell = with_config(&json!({ "auths": { &key: { "auth": packed } } }));
        let ended: Ended = accepted(run(&shell, &locked.host(), ""));
        assert!(sent_login(&locked), "{key}: {ended}");
    }
    // The key of a repository is not the host's.
    let [_, locked] = registries(&served);
    let key = format!("{}/other", locked.host());
    let shell = with_config(&json!({ "auths": { &key: { "auth": packed } } }));
    refused(run(&shell, &locked.host(), ""), "requires a login");
}

/// Tokens are as good as passwords: a registry with TLS gets none from a server without.
#[test]
fn a_token_server_without_tls_is_refused() {
    let scratch = Scratch::new("registry-tokens");
    if !certificates(scratch.path()) {
        return skip("openssl cannot make certificates");
    }
    let issuer = Proxy::start(String::new(), |_, _| {
        Answer::Own("200 OK", Vec::new(), r#"{"token":"anonymous"}"#.to_owned())
    });
    let realm = format!("http://{}/token", issuer.host());
    let Some(registry) = Registry::with_tokens(scratch.path(), &realm) else {
        return;
    };
    let host = registry.host();
    let authority = scratch.path().join("ca.pem").display().to_string();
    for options in [
        format!("--registry-ca {authority}"),
        format!("--insecure-registry {host}"),
    ] {
        let ended = Shell::new().run(&format!("{options} registry://{host}/app:1"));
        refused(ended, "token server: it does not use TLS");
    }
    assert!(issuer.requested().is_empty(), "nothing was sent there");
}

/// The certificate of a token server on the registry's host is as unchecked as the registry's; on another host it is checked.
#[cfg(target_os = "linux")]
#[test]
fn a_token_server_is_as_insecure_as_the_registry_on_its_host() {
    let scratch = Scratch::new("registry-insecure-tokens");
    if !certificates(scratch.path()) {
        return skip("openssl cannot make certificates");
    }
    let Some(issuer) = Registry::with_tls(scratch.path()) else {
        return;
    };
    let issuer = issuer.host();
    for (realm, cause) in [
        // It is no token server, but it was reached.
        (issuer.clone(), "token server: HTTP status 404"),
        (issuer.replace("127.0.0.1", "localhost"), "TLS: "),
    ] {
        let realm = format!("https://{realm}/token");
        let Some(registry) = Registry::with_tokens(scratch.path(), &realm) else {
            return;
        };
        let host = registry.host();
        let conf = format!("[[registry]]\nlocation = \"{host}\"\ninsecure = true\n");
        let option = Shell::new().run(&format!("--insecure-registry {host} registry://{host}/a"));
        let of_file = Shell::new()
            .file("registries.conf", conf)
            .env("CONTAINERS_REGISTRIES_CONF", "registries.conf")
            .run(&format!("registry://{host}/a"));
        for ended in [option, of_file] {
            refused(ended, cause);
        }
    }
}

/// As after `su`, which may keep the home folder of another user.
#[test]
fn settings_in_the_home_folder_that_cannot_be_read_are_named() {
    use std::fs::{create_dir_all, set_permissions, write};
    use std::os::unix::fs::PermissionsExt;
    let Some(served) = Served::start(Compression::Gzip) else {
        return;
    };
    let shell = Shell::new();
    let folder = shell.path().join(".config/containers/registries.conf.d");
    create_dir_all(&folder).unwrap();
    let drop_in = folder.join("own.conf");
    write(&drop_in, "").unwrap();
    let file = folder.with_extension("");
    write(&file, "").unwrap();
    let host = served.registry.host();
    let line = format!("--insecure-registry {host} registry://{host}/{NAME}:1");
    for path in [&drop_in, &file, &folder] {
        set_permissions(path, PermissionsExt::from_mode(0o000)).unwrap();
        let Some(ended) = shell.run_unprivileged(&line) else {
            return;
        };
        let ended = accepted(ended);
        let name = path.strip_prefix(shell.path()).unwrap();
        let warning = format!("{}: Permission denied", name.display());
        assert!(ended.stdout.contains(&warning), "{ended}");
        let ended = shell.run_unprivileged(&format!("fleet {line}"));
        let ended = accepted(ended.expect("the first one ran"));
        assert!(ended.stderr.contains(&warning), "{ended}");
        set_permissions(path, PermissionsExt::from_mode(0o755)).unwrap();
    }
}
