//! Sends the requests of probes through Spin.

use app::outbound::{End, Outbound, ProbeSettings, Received};
use bytes::{Bytes, BytesMut};
use http::header::CONTENT_LENGTH;
use http_body_util::BodyExt;
use hub::error::Result;
use prober::exchange::{Request, Unsent};
use prober::observation::ProbeFailure;
use spin_sdk::http::FullBody;
use spin_sdk::wasip3::http::types::ErrorCode;

use crate::platform::Spin;
use crate::probe_settings;

impl Outbound for Spin {
    async fn probe_settings(&self) -> Result<&'static ProbeSettings> {
        probe_settings::get().await
    }

    async fn send(
        &self,
        request: &Request,
        limit: usize,
    ) -> std::result::Result<Received, ProbeFailure> {
        let response = spin_sdk::http::send(outgoing(request)?)
            .await
            .map_err(|error| silence(&error))?;
        let (head, body) = response.into_parts();
        let (body, end) = read(body, limit).await;
        Ok(Received {
            status: head.status.as_u16(),
            headers: head.headers,
            body,
            end,
        })
    }
}

fn outgoing(
    request: &Request,
) -> std::result::Result<http::Request<FullBody<Bytes>>, ProbeFailure> {
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

/// What a host says of a connection that failed. That an address is blocked looks like any refused
/// connection from outside, except that it says how to allow it.
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
