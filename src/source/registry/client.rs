//! Requests to one repository: logs in where challenged, follows redirects without credentials, tries mirrors in order. Answers are returned unchanged.
//! Callers check the bodies.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, LOCATION, RANGE, USER_AGENT, WWW_AUTHENTICATE};
use http::{HeaderValue, Request, Response, StatusCode, Uri};
use http_body_util::Full;
use hyper::body::Incoming;

use super::challenge::{Challenge, challenges};
use super::connection::cause;
use super::connections::ConnectionState;
use super::endpoint_state::EndpointState;
use super::error::{Cause, RegistryError};
use super::login::secrets;
use super::protocol_error::ProtocolError;
use super::redirect::{redirected, shown_host};
use super::reference::RegistryReference;
use super::refusal::{Requested, refusal};
use super::retry::LONGEST_PAUSE;
use super::setting_error::SettingError;
use super::settings::{RegistryEndpoint, endpoints};
use super::transport::Http;

/// How long an answer may take to begin.
pub(super) const ANSWER: Duration = Duration::from_secs(30);
/// How long a registry that may be without TLS has to answer with TLS.
const PROBE: Duration = Duration::from_secs(10);
/// How often a request may be redirected or challenged.
const MOST_HOPS: usize = 10;
/// The start of a blob's path.
const BLOBS: &str = "blobs/";

/// Sends requests for one image.
pub(super) struct Client {
    pub(super) reference: RegistryReference,
    pub(super) shared: Arc<ConnectionState>,
    /// Mirrors first, the registry last.
    endpoints: Vec<EndpointState>,
    /// The one that had the manifest.
    chosen: AtomicUsize,
}

/// A GET request to an endpoint.
pub(super) struct GetRequest<'a> {
    /// Behind the repository's name: `manifests/latest`; behind `/v2/` where there is no repository.
    pub(super) path: String,
    /// What errors call it.
    pub(super) what: &'a str,
    pub(super) accept: &'a str,
    /// `bytes=0-99`.
    pub(super) range: Option<String>,
}

impl Client {
    /// Reads what is set for the image's registry.
    pub(super) fn new(
        reference: RegistryReference,
        shared: &Arc<ConnectionState>,
    ) -> Result<Self, RegistryError> {
        let registries = shared.registries();
        let found = registries.and_then(|all| endpoints(&reference, &shared.options, all));
        let found = found.map_err(|why| RegistryError::new(&reference, Cause::setting(why)))?;
        let last = found.len().saturating_sub(1);
        let endpoints = found.into_iter().enumerate();
        let endpoints = endpoints.map(|(at, address)| EndpointState {
            host: shared.host(&address),
            access: shared.access(&address),
            served: Mutex::default(),
            patience: if at < last {
                Duration::ZERO
            } else {
                LONGEST_PAUSE
            },
            address,
        });
        Ok(Self {
            endpoints: endpoints.collect(),
            reference,
            shared: Arc::clone(shared),
            chosen: AtomicUsize::new(0),
        })
    }

    pub(super) fn error(&self, cause: Cause) -> RegistryError {
        RegistryError::new(&self.reference, cause)
    }

    /// Returns warnings about the settings, and about the hosts that the image was read from.
    pub(super) fn warnings(&self) -> Vec<String> {
        let of_endpoints = self.endpoints.iter().flat_map(EndpointState::warnings);
        self.shared.setting_warnings().chain(of_endpoints).collect()
    }

    /// Notes that the bytes at a path do not have their digest. The mirrors that sent some of them are not used any more; returns whether there are any, so
    /// that another host may have the right ones.
    pub(super) fn reject(&self, path: &str, digest: &str) -> bool {
        let mirrors = self
            .endpoints
            .split_last()
            .map_or(&[][..], |(_, mirrors)| mirrors);
        let mut is_any = false;
        for mirror in mirrors.iter().filter(|mirror| mirror.served().remove(path)) {
            is_any = true;
            if mirror.access.rejected.set(digest.to_owned()).is_ok() {
                let host = &mirror.address.host;
                log::warn!("{host}: other bytes than {digest} names; not used any more");
            }
        }
        is_any
    }

    /// Sends a request to the endpoints in order, the one that had the manifest first, until one has it.
    ///
    /// # Errors
    /// The [`RegistryError`] of the registry itself; it has the first temporary one of a mirror beside it.
    pub(super) async fn get(
        &self,
        ask: &GetRequest<'_>,
    ) -> Result<Response<Incoming>, RegistryError> {
        let first = self.chosen.load(Ordering::Relaxed);
        let order = (first..self.endpoints.len()).chain(0..first);
        // The registry may be a mirror of another one.
        let is_last = |at: usize| at + 1 == self.endpoints.len();
        let order =
            order.filter(|&at| is_last(at) || self.endpoints[at].access.rejected.get().is_none());
        let (mut failed, mut of_mirror) = (None, None);
        for at in order {
            match self.get_at(&self.endpoints[at], ask).await {
                Ok(response) => {
                    self.endpoints[at].served().insert(ask.path.clone());
                    self.endpoints[at]
                        .access
                        .is_read
                        .store(true, Ordering::Relaxed);
                    self.chosen.store(at, Ordering::Relaxed);
                    return Ok(response);
                }
                Err(error) => {
                    log::info!("{}: {}", self.endpoints[at].address.host, error.cause);
                    if is_last(at) {
                        failed = Some(error);
                    } else if of_mirror.is_none() && error.cause.is_temporary() {
                        of_mirror = Some(Box::new(error.cause));
                    }
                }
            }
        }
        let none = || self.error(Cause::setting(SettingError::NoEndpoint));
        let failed = failed.unwrap_or_else(none);
        Err(RegistryError {
            of_mirror,
            ..failed
        })
    }

    async fn get_at(
        &self,
        endpoint: &EndpointState,
        ask: &GetRequest<'_>,
    ) -> Result<Response<Incoming>, RegistryError> {
        // Another request may find out meanwhile that the host has no TLS.
        let mut own = self.url(endpoint, ask)?;
        let mut url = own.clone();
        let mut answered = false;
        for _ in 0..MOST_HOPS {
            let is_own = is_same_origin(&url, &own);
            let authorization = if is_own {
                endpoint.access.authorization.lock().await.clone()
            } else {
                None
            };
            let response = match self
                .send(
                    &url,
                    is_own.then_some(endpoint),
                    authorization.as_ref(),
                    ask,
                )
                .await
            {
                Ok(response) => {
                    if is_own {
                        endpoint.host.answered.store(true, Ordering::Relaxed);
                    }
                    response
                }
                Err(error) if is_own && falls_back(endpoint, &url, &error.cause) => {
                    own = self.url(endpoint, ask)?;
                    url = own.clone();
                    continue;
                }
                Err(error) => return Err(error),
            };
            let status = response.status();
            if status.is_redirection() {
                url = self.redirected(endpoint, &url, &response)?;
            } else if status == StatusCode::UNAUTHORIZED && is_own && !answered {
                answered = true;
                self.authorize(endpoint, &challenges_of(&response), authorization)
                    .await?;
            } else if status.is_success() {
                return Ok(response);
            } else {
                return Err(self.refused(endpoint, ask, response, authorization).await);
            }
        }
        Err(self.error(Cause::Protocol(ProtocolError::Redirects(MOST_HOPS))))
    }

    /// Returns where a response redirects to.
    fn redirected(
        &self,
        endpoint: &EndpointState,
        from: &Uri,
        response: &Response<Incoming>,
    ) -> Result<Uri, RegistryError> {
        let location = response.headers().get(LOCATION);
        let location = location.and_then(|location| location.to_str().ok());
        let to = redirected(from, location, endpoint.address.insecure)
            .map_err(|error| self.error(Cause::Protocol(ProtocolError::Redirect(error))))?;
        log::debug!("redirected to {}", shown_host(&to));
        Ok(to)
    }

    /// Returns the error of a response that is a refusal. A host that wants no requests for a time gets none.
    async fn refused(
        &self,
        endpoint: &EndpointState,
        ask: &GetRequest<'_>,
        response: Response<Incoming>,
        authorization: Option<HeaderValue>,
    ) -> RegistryError {
        let login = endpoint.access.login.get();
        let secrets = secrets(login, authorization.as_ref());
        let requested = if ask.path.starts_with(BLOBS) {
            Requested::Blob(ask.what)
        } else {
            Requested::Document(ask.what)
        };
        let cause = refusal(response, requested, login, &secrets).await;
        if let Cause::Limited {
            wait: Some(wait), ..
        } = &cause
        {
            endpoint.host.pace.hold(Instant::now(), *wait);
        }
        self.error(cause)
    }

    fn url(&self, endpoint: &EndpointState, ask: &GetRequest<'_>) -> Result<Uri, RegistryError> {
        let scheme = if endpoint.host.is_plain.load(Ordering::Relaxed) {
            "http"
        } else {
            "https"
        };
        let RegistryEndpoint {
            api_host,
            repository,
            ..
        } = &endpoint.address;
        let slash = if repository.is_empty() { "" } else { "/" };
        let text = format!("{scheme}://{api_host}/v2/{repository}{slash}{}", ask.path);
        text.parse()
            .map_err(|_| self.error(Cause::Protocol(ProtocolError::Url(text))))
    }

    async fn send(
        &self,
        url: &Uri,
        endpoint: Option<&EndpointState>,
        authorization: Option<&HeaderValue>,
        ask: &GetRequest<'_>,
    ) -> Result<Response<Incoming>, RegistryError> {
        let mut request = Request::get(url)
            .header(ACCEPT, ask.accept)
            .body(Full::default())
            .map_err(|error| {
                self.error(Cause::Protocol(ProtocolError::Request(Arc::new(error))))
            })?;
        if let Some(range) = ask.range.as_ref().and_then(|range| range.parse().ok()) {
            request.headers_mut().insert(RANGE, range);
        }
        if let Some(value) = authorization {
            request.headers_mut().insert(AUTHORIZATION, value.clone());
        }
        if let Some(endpoint) = endpoint {
            self.wait_for_turn(endpoint).await?;
        }
        let insecure = endpoint.is_some_and(|endpoint| endpoint.address.insecure);
        let answered =
            endpoint.is_none_or(|endpoint| endpoint.host.answered.load(Ordering::Relaxed));
        let limit = if insecure && !answered { PROBE } else { ANSWER };
        self.request(request, insecure, ask.what, limit).await
    }

    /// Waits until an endpoint's host may be sent the next request.
    ///
    /// # Errors
    /// [`RegistryError`] when the registry allows no request for too long, or a mirror allows none now: the registry may have what is requested.
    async fn wait_for_turn(&self, endpoint: &EndpointState) -> Result<(), RegistryError> {
        let turn = endpoint.host.pace.turn(Instant::now(), endpoint.patience);
        let pause = turn.map_err(|wait| {
            self.error(Cause::Limited {
                wait: Some(wait),
                message: String::new(),
            })
        })?;
        if !pause.is_zero() {
            tokio::time::sleep(pause).await;
        }
        Ok(())
    }

    pub(super) async fn request(
        &self,
        mut request: Request<Full<Bytes>>,
        insecure: bool,
        what: &str,
        limit: Duration,
    ) -> Result<Response<Incoming>, RegistryError> {
        let agent = HeaderValue::from_static(concat!("dive-rs/", env!("CARGO_PKG_VERSION")));
        request.headers_mut().insert(USER_AGENT, agent);
        let host = shown_host(request.uri());
        let http = self.http(&host, insecure)?;
        // Queries may hold signatures: neither they nor headers are logged.
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let scheme = request.uri().scheme_str().unwrap_or_default().to_owned();
        let answer = tokio::time::timeout(limit, http.request(request)).await;
        let response = answer
            .map_err(|_| self.error(Cause::Timeout(limit)))?
            .map_err(|error| self.error(cause(error, &host, what, &self.shared.environment)))?;
        log::debug!("{method} {scheme}://{host}{path}: {}", response.status());
        Ok(response)
    }

    fn http(&self, host: &str, insecure: bool) -> Result<Http, RegistryError> {
        // The files of a registry's folder are named by the host the user writes.
        let named = self
            .endpoints
            .iter()
            .find(|endpoint| endpoint.address.api_host == host);
        let named = named.map_or(host, |endpoint| &endpoint.address.host);
        let insecure = insecure || self.shared.options.insecure.iter().any(|own| own == named);
        let http = self.shared.http(named, host, insecure);
        http.map_err(|why| self.error(Cause::setting(why)))
    }
}

/// Returns the challenges of a response.
fn challenges_of(response: &Response<Incoming>) -> Vec<Challenge> {
    let all = response.headers().get_all(WWW_AUTHENTICATE).iter();
    all.filter_map(|value| value.to_str().ok())
        .flat_map(challenges)
        .collect()
}

/// Returns whether an insecure registry is to be tried without TLS: it never answered over TLS, or another request found out meanwhile that it has none.
fn falls_back(endpoint: &EndpointState, url: &Uri, cause: &Cause) -> bool {
    let host = &endpoint.host;
    let may = endpoint.address.insecure
        && url.scheme_str() == Some("https")
        && matches!(
            cause,
            Cause::Plain | Cause::Connection { .. } | Cause::Certificate(_) | Cause::Timeout(_)
        );
    if !may {
        return false;
    }
    let is_plain = !host.answered.load(Ordering::Relaxed);
    host.is_plain.fetch_or(is_plain, Ordering::Relaxed) || is_plain
}

/// Returns whether two addresses have the same scheme, host and port.
fn is_same_origin(one: &Uri, other: &Uri) -> bool {
    one.scheme() == other.scheme() && one.authority() == other.authority()
}
