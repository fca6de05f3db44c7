//! Sends requests, within limits of time, size and redirects. Nothing that a probe reads here leaves this function other
//! than as a verdict.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures::future::{Either, select};
use http::HeaderMap;
use http::header::{CONTENT_LENGTH, LOCATION, RETRY_AFTER};
use http_body_util::BodyExt;
use prober::definition::Probe;
use prober::exchange::{Exchange, Request, Unsent, is_redirect};
use prober::expression::Seen;
use prober::findings::Sent;
use prober::network::Network;
use prober::observation::{Answer, ProbeFailure};
use spin_sdk::http::FullBody;
use spin_sdk::wasip3::http::types::ErrorCode;

/// How long an answer may take, with all its redirects.
const TIME_MAX: Duration = Duration::from_secs(10);
/// How much of a body is read for a probe, in bytes. An expression sees no more of it.
const BODY_MAX: usize = 256 << 10;
/// How many headers of an answer are looked at.
const HEADERS_MAX: usize = 200;

/// What is done of an exchange.
pub struct Limits {
    /// Whether redirects are followed.
    pub follows_redirects: bool,
    /// How much of the body is read, in bytes.
    pub body: usize,
}

/// A response, read within limits.
pub struct Received {
    /// Its status.
    pub status: u16,
    headers: HeaderMap,
    body: Bytes,
    /// How the reading of the body ended.
    pub end: End,
}

/// How the reading of a body ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It was read as far as it was wanted.
    Whole,
    /// There is more of it.
    Cut,
    /// The connection broke off. A probe judges by what came.
    Broken,
}

impl Received {
    /// Its body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// Asks, follows redirects where the probe does, and reads the answer.
pub async fn ask(probe: &Probe, exchange: Result<Exchange, Unsent>, allowed: &[Network]) -> Sent {
    let exchange = match exchange {
        Ok(exchange) => exchange,
        Err(why) => return silent(String::new(), ProbeFailure::Unsent(why)),
    };
    let (follows_redirects, wants_body) = match probe {
        Probe::Http(http) => (http.follows_redirects, http.expression.is_some()),
        Probe::Api(_) => (true, false),
    };
    let limits = Limits {
        follows_redirects,
        body: if wants_body { BODY_MAX } else { 0 },
    };
    let origin = exchange.origin().to_string();
    match self::exchange(exchange, &limits, allowed).await {
        Ok(received) => sent(&received),
        Err(silence) => silent(origin, silence),
    }
}

fn silent(origin: String, silence: ProbeFailure) -> Sent {
    Sent {
        answer: Answer::Failure(origin, silence),
        retry_after: None,
    }
}

fn sent(received: &Received) -> Sent {
    let retry_after = received
        .headers
        .get(RETRY_AFTER)
        .and_then(|value| value.to_str().ok()?.parse().ok());
    let seen = Seen {
        status: received.status,
        headers: headers(&received.headers),
        text: received.text(),
    };
    Sent {
        answer: Answer::Response(seen),
        retry_after: retry_after.filter(|_| matches!(received.status, 429 | 503)),
    }
}

/// Sends the request and those that redirects lead to, and reads the answer, all of it in [`TIME_MAX`].
///
/// # Errors
/// Why there is no answer.
pub async fn exchange(
    exchange: Exchange,
    limits: &Limits,
    allowed: &[Network],
) -> Result<Received, ProbeFailure> {
    let asking = std::pin::pin!(follow(exchange, limits, allowed));
    let waiting = std::pin::pin!(spin_sdk::time::sleep(TIME_MAX));
    match select(asking, waiting).await {
        Either::Left((received, _)) => received,
        Either::Right(_) => Err(ProbeFailure::Timeout),
    }
}

async fn follow(
    mut exchange: Exchange,
    limits: &Limits,
    allowed: &[Network],
) -> Result<Received, ProbeFailure> {
    loop {
        let request = exchange.request(allowed).map_err(ProbeFailure::Unsent)?;
        let response = spin_sdk::http::send(outgoing(request)?)
            .await
            .map_err(|error| silence(&error))?;
        let (head, body) = response.into_parts();
        let status = head.status.as_u16();
        let location = head
            .headers
            .get(LOCATION)
            .and_then(|value| value.to_str().ok());
        if let Some(location) = location.filter(|_| limits.follows_redirects && is_redirect(status))
        {
            exchange = exchange
                .redirected(status, location)
                .map_err(ProbeFailure::Unsent)?;
            continue;
        }
        let (body, end) = read(body, limits.body).await;
        return Ok(Received {
            status,
            headers: head.headers,
            body,
            end,
        });
    }
}

fn outgoing(request: &Request) -> Result<http::Request<FullBody<Bytes>>, ProbeFailure> {
    let body = Bytes::copy_from_slice(request.body.expose().as_bytes());
    let mut builder = http::Request::builder()
        .method(request.method.clone())
        .uri(request.url.to_string());
    for (name, value) in &request.headers {
        builder = builder.header(name, value.expose());
    }
    if !body.is_empty() || request.method == http::Method::POST {
        builder = builder.header(CONTENT_LENGTH, body.len());
    }
    builder
        .body(FullBody::new(body))
        .map_err(|_| ProbeFailure::Unsent(Unsent::Header))
}

/// The beginning of a body.
async fn read<B>(body: B, limit: usize) -> (Bytes, End)
where
    B: http_body::Body<Data = Bytes>,
{
    let mut body = std::pin::pin!(body);
    let mut whole = BytesMut::new();
    let mut end = End::Whole;
    while limit > 0 && end == End::Whole {
        match body.frame().await {
            None => break,
            Some(Err(_)) => end = End::Broken,
            Some(Ok(frame)) => {
                let data = frame.into_data().unwrap_or_default();
                let room = limit.saturating_sub(whole.len());
                if data.len() > room {
                    end = End::Cut;
                }
                whole.extend_from_slice(data.get(..room).unwrap_or(&data));
            }
        }
    }
    (whole.freeze(), end)
}

fn headers(headers: &HeaderMap) -> Vec<(String, String)> {
    let texts = headers.iter().take(HEADERS_MAX);
    texts
        .map(|(name, value)| {
            (
                name.as_str().to_owned(),
                String::from_utf8_lossy(value.as_bytes()).into_owned(),
            )
        })
        .collect()
}

/// What a host says of a connection that failed. That an address is blocked looks like any refused connection from
/// outside, except that it says how to allow it.
fn silence(error: &ErrorCode) -> ProbeFailure {
    match error {
        ErrorCode::DnsError(_) | ErrorCode::DnsTimeout | ErrorCode::DestinationNotFound => {
            ProbeFailure::NoSuchHost
        }
        ErrorCode::DestinationIpProhibited | ErrorCode::HttpRequestDenied => {
            ProbeFailure::Unsent(Unsent::Refused(prober::address::Refusal::Network))
        }
        ErrorCode::ConnectionRefused
        | ErrorCode::DestinationUnavailable
        | ErrorCode::DestinationIpUnroutable
        | ErrorCode::ConnectionLimitReached => ProbeFailure::Refused,
        ErrorCode::ConnectionTimeout
        | ErrorCode::ConnectionReadTimeout
        | ErrorCode::ConnectionWriteTimeout
        | ErrorCode::HttpResponseTimeout => ProbeFailure::Timeout,
        ErrorCode::TlsProtocolError
        | ErrorCode::TlsCertificateError
        | ErrorCode::TlsAlertReceived(_) => ProbeFailure::Tls,
        _ => ProbeFailure::Broken,
    }
}
