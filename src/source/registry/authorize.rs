//! Answers the challenges of a registry: looks a login up, and gets tokens from the server that the registry names.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::uri::Authority;
use http::{HeaderValue, Method, Request, Uri};
use http_body_util::{BodyExt as _, Full, Limited};

use super::challenge::Challenge;
use super::client::{ANSWER, Client};
use super::endpoint_state::EndpointState;
use super::error::{Cause, RegistryError};
use super::login::{login, secrets};
use super::protocol_error::{ProtocolError, TokenError};
use super::redirect::has_login;
use super::refusal::{Requested, refusal};
use super::settings::RegistryEndpoint;
use super::token::{Answer, TokenRequest, answer, bearer};
use crate::archive::SharedError;

/// The largest answer of a token server, in bytes.
const LARGEST_TOKEN: usize = 1 << 20;

impl Client {
    /// Answers a challenge, unless another request has answered it meanwhile.
    pub(super) async fn authorize(
        &self,
        endpoint: &EndpointState,
        challenges: &[Challenge],
        used: Option<HeaderValue>,
    ) -> Result<(), RegistryError> {
        let mut current = endpoint.access.authorization.lock().await;
        if *current != used {
            return Ok(());
        }
        let RegistryEndpoint {
            host, repository, ..
        } = &endpoint.address;
        let found = endpoint
            .access
            .login
            .get_or_init(|| login(&self.shared.environment, host, repository))
            .await;
        let none = || String::new();
        *current = Some(match answer(challenges, found.login.as_ref(), repository) {
            // The same header again would be refused again.
            Answer::Header(header) if used.as_ref() == Some(&header) => {
                return Err(self.error(Cause::Credentials { message: none() }));
            }
            Answer::Header(header) => header,
            Answer::Token(request) => self.token(endpoint, request).await?,
            Answer::NeedsLogin => {
                return Err(self.error(Cause::Login {
                    message: none(),
                    faults: found.faults.clone(),
                }));
            }
            Answer::Unknown(schemes) => {
                let error = ProtocolError::Scheme(schemes);
                return Err(self.error(Cause::Protocol(error)));
            }
        });
        Ok(())
    }

    /// Gets a token. Credentials go to the realm over TLS only, unless the registry itself is without.
    async fn token(
        &self,
        endpoint: &EndpointState,
        ask: TokenRequest,
    ) -> Result<HeaderValue, RegistryError> {
        let wrong = |error| self.error(Cause::Protocol(ProtocolError::Token(error)));
        let url: Uri = ask.url.parse().map_err(|_| wrong(TokenError::Url))?;
        if has_login(&url) {
            return Err(wrong(TokenError::Login));
        }
        let is_plain = endpoint.host.is_plain.load(Ordering::Relaxed);
        if url.scheme_str() != Some("https") && !is_plain {
            return Err(wrong(TokenError::Plain));
        }
        // What is set for the registry's host is set for its token server too.
        let own = Authority::try_from(endpoint.address.api_host.as_str()).ok();
        let is_same_host = own.is_some_and(|own| url.host() == Some(own.host()));
        let insecure = endpoint.address.insecure && is_same_host;
        let (method, form) = match ask.form {
            Some(form) => (Method::POST, form),
            None => (Method::GET, String::new()),
        };
        let mut request = Request::builder().method(&method).uri(url);
        if method == Method::POST {
            request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        if let Some(header) = &ask.header {
            request = request.header(AUTHORIZATION, header);
        }
        let request = request
            .body(Full::from(form))
            .map_err(|error| wrong(TokenError::Request(Arc::new(error))))?;
        let response = self.request(request, insecure, "the token", ANSWER).await?;
        let login = endpoint.access.login.get();
        if !response.status().is_success() {
            let secrets = secrets(login, ask.header.as_ref());
            let cause = refusal(response, Requested::Token, login, &secrets).await;
            return Err(self.error(cause));
        }
        let body = Limited::new(response.into_body(), LARGEST_TOKEN)
            .collect()
            .await;
        let body = body.map_err(|error| wrong(TokenError::Body(SharedError::new(error))))?;
        bearer(&body.to_bytes()).ok_or_else(|| wrong(TokenError::NoToken))
    }
}
