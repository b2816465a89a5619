//! Who may read: certificates, passwords, tokens, credential files and helpers, proxies. No secret appears in any output.

use std::path::Path;
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dive_rs::image::Compression;
use serde_json::json;

use super::proxy::{Answer, Proxy, RecordedRequest, tunnel};
use super::server::Registry;
use super::{NAME, Served, run};
use crate::command::{Ended, Shell};
use crate::engines::skip;
use crate::source::Scratch;

const PASSWORD: &str = "open sesame";
const TOKEN: &str = "t0ken-of-the-tests";

/// Fails where any output holds a secret.
fn guarded(ended: Ended) -> Ended {
    let packed = STANDARD.encode(format!("me:{PASSWORD}"));
    for secret in [PASSWORD, TOKEN, &packed, "identity-of-the-tests"] {
        let all = format!("{}{}", ended.stdout, ended.stderr);
        assert!(!all.contains(secret), "{secret}: {ended}");
    }
    ended
}

pub(super) fn refused(ended: Ended, cause: &str) -> Ended {
    assert_eq!(ended.code, Some(2), "{ended}");
    assert!(ended.stderr.contains(cause), "{cause}: {ended}");
    assert!(ended.stderr.contains("hint: "), "{ended}");
    ended
}

pub(super) fn accepted(ended: Ended) -> Ended {
    assert_eq!(ended.code, Some(0), "{ended}");
    ended
}

/// Makes an authority and a certificate for this machine with openssl; returns whether that worked.
pub(crate) fn certificates(folder: &Path) -> bool {
    let openssl = |line: &str| {
        let words = line.split(' ');
        let done = Command::new("openssl")
            .args(words)
            .current_dir(folder)
            .output();
        done.is_ok_and(|done| done.status.success())
    };
    std::fs::write(
        folder.join("names"),
        "subjectAltName=DNS:localhost,IP:127.0.0.1\n",
    )
    .unwrap();
    openssl(
        "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=authority -keyout ca.key -out ca.pem",
    ) && openssl("req -newkey rsa:2048 -nodes -subj /CN=server -keyout server.key -out server.csr")
        && openssl(
            "x509 -req -days 2 -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -extfile names -out server.pem",
        )
}

#[test]
fn without_tls_nothing_is_read_unless_that_is_allowed() {
    let Some(served) = Served::start(Compression::Gzip) else {
        return;
    };
    let host = served.registry.host();
    let shell = Shell::new();
    let ended = refused(
        shell.run(&format!("registry://{host}/{NAME}:1")),
        "does not use TLS",
    );
    assert!(
        ended.stderr.contains(&format!("error: {host}/{NAME}:1: ")),
        "{ended}"
    );
    assert!(
        ended
            .stderr
            .contains(&format!("--insecure-registry {host}")),
        "{ended}"
    );
    accepted(run(&shell, &host, "--quiet"));
    refused(
        shell.run(&format!(
            "--insecure-registry other.local registry://{host}/{NAME}:1"
        )),
        "does not use TLS",
    );
}

#[test]
fn a_certificate_is_checked_against_the_authorities_that_are_given() {
    let scratch = Scratch::new("registry-tls");
    if !certificates(scratch.path()) {
        return skip("openssl cannot make certificates");
    }
    for registry in Registry::each_with_tls(scratch.path()) {
        check_certificate(scratch.path(), &registry.host());
    }
}

/// Its API takes TLS only: nothing is pushed there.
fn check_certificate(certificates: &Path, host: &str) {
    let named = host.replace("127.0.0.1", "localhost");
    let authority = certificates.join("ca.pem").display().to_string();
    let shell = Shell::new();
    let ask =
        |options: &str, host: &str| shell.run(&format!("{options} registry://{host}/{NAME}:1"));
    refused(
        ask("", host),
        "the certificate's authority is not trusted here",
    );
    let missing = "is not in the registry";
    refused(ask(&format!("--registry-ca {authority}"), host), missing);
    refused(ask(&format!("--registry-ca {authority}"), &named), missing);
    refused(ask(&format!("--insecure-registry {host}"), host), missing);
    refused(
        ask("--registry-ca nothing.pem", host),
        "--registry-ca: nothing.pem: ",
    );
    let folder = shell.path().join(".config/containers/certs.d").join(host);
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::copy(&authority, folder.join("ca.crt")).unwrap();
    refused(ask("", host), missing);
    refused(ask("", &named), "not trusted");

    // A proxy's tunnel leads to the same host; NO_PROXY leads past it.
    let (address, requested) = tunnel();
    let proxied = |exception: &str| {
        let shell = Shell::new()
            .env("HTTPS_PROXY", &format!("http://{address}"))
            .env("NO_PROXY", exception);
        shell.run(&format!(
            "--registry-ca {authority} registry://{host}/{NAME}:1"
        ))
    };
    refused(proxied("example.com"), missing);
    assert_eq!(*requested.lock().unwrap(), [host]);
    refused(proxied("example.com,127.0.0.1"), missing);
    assert_eq!(requested.lock().unwrap().len(), 1);
    let broken = Shell::new()
        .env("HTTPS_PROXY", "http://127.0.0.1:9")
        .env("NO_PROXY", "");
    refused(
        broken.run(&format!("registry://{host}/{NAME}:1")),
        "the proxy 127.0.0.1:9",
    );
}

/// Returns a shell with this text in Docker's configuration.
pub(super) fn with_config(text: &serde_json::Value) -> Shell {
    let shell = Shell::new();
    std::fs::create_dir(shell.path().join(".docker")).unwrap();
    shell.file(".docker/config.json", text.to_string())
}

#[test]
fn a_password_is_found_in_files_and_helpers() {
    for registry in Registry::each_locked() {
        check_password(&registry.host());
    }
}

fn check_password(host: &str) {
    let missing = "is not in the registry";
    let ask = |shell: &Shell| guarded(run(shell, host, "-vvvv"));
    refused(ask(&Shell::new()), "requires a login");
    let auth = |password: &str| {
        let packed = STANDARD.encode(format!("me:{password}"));
        json!({ "auths": { host: { "auth": packed } } })
    };
    refused(ask(&with_config(&auth(PASSWORD))), missing);
    refused(ask(&with_config(&auth("wrong"))), "refused the credentials");

    let shell = Shell::new().file("auth.json", auth(PASSWORD).to_string());
    let file = shell.path().join("auth.json").display().to_string();
    refused(ask(&shell.env("REGISTRY_AUTH_FILE", &file)), missing);
    let runtime = Shell::new();
    std::fs::create_dir(runtime.path().join("containers")).unwrap();
    let runtime = runtime.file("containers/auth.json", auth(PASSWORD).to_string());
    let folder = runtime.path().display().to_string();
    refused(ask(&runtime.env("XDG_RUNTIME_DIR", &folder)), missing);

    let helped = |script: &str| {
        use std::os::unix::fs::PermissionsExt;
        let shell = with_config(&json!({ "credHelpers": { host: "tests" } }));
        let shell = shell.file("docker-credential-tests", script);
        let program = shell.path().join("docker-credential-tests");
        std::fs::set_permissions(&program, PermissionsExt::from_mode(0o755)).unwrap();
        let path = format!("{}:/usr/bin:/bin", shell.path().display());
        ask(&shell.env("PATH", &path))
    };
    let answer = format!(r#"{{"Username":"me","Secret":"{PASSWORD}"}}"#);
    refused(
        helped(&format!("#!/bin/sh\ncat >/dev/null\necho '{answer}'\n")),
        missing,
    );
    // An answer without an end is none.
    refused(helped("#!/bin/sh\nexec yes\n"), "requires a login");
}

/// A token server and a registry that takes nothing but its tokens, in front of a real one.
fn behind_tokens(
    served: &Served,
    tokens: impl Fn(&RecordedRequest) -> Answer + Send + Sync + 'static,
) -> (Proxy, Proxy) {
    let issuer = Proxy::start(String::new(), move |requested, _| tokens(requested));
    let realm = format!("http://{}/token", issuer.host());
    let registry = served.before(move |requested, _| {
        if requested.header("authorization") == Some(&format!("Bearer {TOKEN}")) {
            return Answer::Pass;
        }
        let challenge =
            format!(r#"Bearer realm="{realm}",service="tests",scope="repository:{NAME}:pull""#);
        let body = r#"{"errors":[{"code":"UNAUTHORIZED","message":"no token"}]}"#.to_owned();
        Answer::Own(
            "401 Unauthorized",
            vec![("WWW-Authenticate", challenge)],
            body,
        )
    });
    (registry, issuer)
}

fn granted() -> Answer {
    Answer::Own(
        "200 OK",
        Vec::new(),
        format!(r#"{{"token":"{TOKEN}","expires_in":60}}"#),
    )
}

#[test]
fn a_token_is_got_once_and_goes_nowhere_else() {
    let Some(served) = Served::start(Compression::Gzip) else {
        return;
    };
    let (registry, tokens) = behind_tokens(&served, |_| granted());
    accepted(guarded(run(&Shell::new(), &registry.host(), "-vvvv")));
    let requested = tokens.requested();
    assert_eq!(requested.len(), 1, "{requested:#?}");
    assert_eq!(
        requested[0].path,
        format!("/token?service=tests&scope=repository:{NAME}:pull")
    );
    assert_eq!(requested[0].header("authorization"), None);

    let packed = STANDARD.encode(format!("me:{PASSWORD}"));
    let (registry, tokens) = behind_tokens(&served, |_| granted());
    let config = json!({ "auths": { registry.host(): { "auth": packed } } });
    accepted(guarded(run(
        &with_config(&config),
        &registry.host(),
        "-vvvv",
    )));
    assert_eq!(
        tokens.requested()[0].header("authorization"),
        Some(&*format!("Basic {packed}"))
    );
    assert!(registry.requested().iter().all(|requested| {
        requested
            .header("authorization")
            .is_none_or(|value| value.starts_with("Bearer"))
    }));

    let (registry, tokens) = behind_tokens(&served, |_| granted());
    let config =
        json!({ "auths": { registry.host(): { "identitytoken": "identity-of-the-tests" } } });
    accepted(guarded(run(
        &with_config(&config),
        &registry.host(),
        "-vvvv",
    )));
    let requested = &tokens.requested()[0];
    assert_eq!(
        (requested.method.as_str(), requested.header("authorization")),
        ("POST", None)
    );
    assert!(
        requested.body.contains("grant_type=refresh_token"),
        "{}",
        requested.body
    );
    assert!(
        requested
            .body
            .ends_with("refresh_token=identity-of-the-tests"),
        "{}",
        requested.body
    );

    // A refusal repeats no secret, even where the server does.
    let (registry, _) = behind_tokens(&served, |requested| {
        let sent = requested
            .header("authorization")
            .unwrap_or_default()
            .replace("Basic ", "");
        let body = format!(r#"{{"errors":[{{"message":"no user of {sent}"}}]}}"#);
        Answer::Own("401 Unauthorized", Vec::new(), body)
    });
    let config = json!({ "auths": { registry.host(): { "auth": packed } } });
    refused(
        guarded(run(&with_config(&config), &registry.host(), "-vvvv")),
        "refused the credentials",
    );
}

#[test]
fn a_redirect_is_followed_without_credentials() {
    let Some(served) = Served::start(Compression::Gzip) else {
        return;
    };
    let store = served.before(|_, _| Answer::Pass);
    let to = store.host();
    let (tokens_host, tokens) = {
        let issuer = Proxy::start(String::new(), |_, _| granted());
        (issuer.host(), issuer)
    };
    let registry = served.before(move |requested, _| {
        if requested.header("authorization").is_none() {
            let challenge = format!(r#"Bearer realm="http://{tokens_host}/token""#);
            return Answer::Own(
                "401 Unauthorized",
                vec![("WWW-Authenticate", challenge)],
                String::new(),
            );
        }
        if requested.is_blob() {
            let location = format!("http://{to}{}", requested.path);
            return Answer::Own(
                "307 Temporary Redirect",
                vec![("Location", location)],
                String::new(),
            );
        }
        Answer::Pass
    });
    accepted(guarded(run(&Shell::new(), &registry.host(), "-vvvv")));
    assert_eq!(tokens.requested().len(), 1);
    let requested = store.requested();
    assert_eq!(requested.len(), 1 + 3, "the config and the layers");
    assert!(
        requested
            .iter()
            .all(|requested| requested.header("authorization").is_none()),
        "{requested:#?}"
    );
}

#[test]
fn an_address_with_a_password_is_refused_and_not_shown() {
    let Some(served) = Served::start(Compression::Gzip) else {
        return;
    };
    let address = format!("http://me:{PASSWORD}@127.0.0.1:9/x").replace(' ', "+");
    let location = address.clone();
    let redirecting = served.before(move |requested, _| {
        let headers = vec![("Location", location.clone())];
        if requested.is_blob() {
            Answer::Own("307 Temporary Redirect", headers, String::new())
        } else {
            Answer::Pass
        }
    });
    let challenging = served.before(move |_, _| {
        let challenge = format!("Bearer realm=\"{address}\"");
        let headers = vec![("WWW-Authenticate", challenge)];
        Answer::Own("401 Unauthorized", headers, String::new())
    });
    for (registry, cause) in [
        (
            redirecting,
            "a redirect to an address with a user or a password",
        ),
        (
            challenging,
            "token server: its address has a user or a password",
        ),
    ] {
        let ended = refused(run(&Shell::new(), &registry.host(), "-vvvv"), cause);
        assert!(!format!("{ended}").contains("sesame"), "{ended}");
    }
}

/// A login is required: what is wrong with the files and helpers is the cause.
#[test]
fn a_login_that_cannot_be_read_is_named() {
    let Some(served) = Served::start(Compression::Gzip) else {
        return;
    };
    let locked = served.before(|requested, _| {
        if requested.header("authorization").is_some() {
            return Answer::Pass;
        }
        let headers = vec![("WWW-Authenticate", "Basic".to_owned())];
        Answer::Own("401 Unauthorized", headers, String::new())
    });
    let host = locked.host();
    let packed = STANDARD.encode(format!("me:{PASSWORD}"));
    let broken = Shell::new();
    std::fs::create_dir(broken.path().join(".docker")).unwrap();
    let text = format!(r#"{{"auths": {{"{host}": {{"auth": "{packed}""#);
    let broken = broken.file(".docker/config.json", text);
    let ended = refused(guarded(run(&broken, &host, "-vvvv")), "requires a login");
    assert!(
        ended
            .stderr
            .contains(".docker/config.json: not valid in line 1"),
        "{ended}"
    );
    let helped = with_config(&json!({ "credHelpers": { &host: "absent-here" } }));
    let ended = refused(run(&helped, &host, ""), "requires a login");
    assert!(
        ended.stderr.contains("docker-credential-absent-here: "),
        "{ended}"
    );
    // An entry that is none does not break the others.
    let auths = json!({ "auths": { "other.example": 5, &host: { "auth": packed } } });
    accepted(guarded(run(&with_config(&auths), &host, "-vvvv")));
}

/// Such a host would never be the registry's.
#[test]
fn an_insecure_host_that_is_none_is_refused() {
    for host in [
        "http://127.0.0.1:5000",
        "127.0.0.1:5000/team",
        "127.0.0.1:",
        "127.0.0.1:port",
        "*.example.com",
        "",
    ] {
        let line = ["--insecure-registry", host, "registry://127.0.0.1:9/a"];
        let ended = refused(
            Shell::new().run_args(&line, b""),
            &format!("--insecure-registry: `{host}` is not a registry's host"),
        );
        assert!(ended.stderr.contains("HOST or HOST:PORT"), "{ended}");
    }
}
