//! The requests of a probe: the first, and those that redirects lead to. Each is checked before it
//! is sent, and each carries the secret only where it may be sent.

mod generated;
mod outgoing;

use std::fmt;

use http::{HeaderName, HeaderValue, Method};
use hub::secret::Clear;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

use crate::address::{Origin, Refusal, Scheme, Url};
use crate::definition::{AuthType, Endpoint, HttpProbe, Probe};
use crate::expression::canonical;
use crate::network::Network;
use crate::script::generate;
use crate::target::{ProbeTarget, Secret};
use crate::template;

/// How many redirects are followed, as by Go's client.
const REDIRECTS_MAX: u8 = 10;

/// What a path may hold as it stands; anything else is escaped, so that a parameter cannot end the
/// request line.
const ESCAPED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}')
    .add(b'#');

/// A request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// GET or POST.
    pub method: Method,
    /// Where to.
    pub url: Url,
    /// Names and values, in order. All can be sent.
    pub headers: Vec<(String, Clear)>,
    /// The body; empty for none.
    pub body: Clear,
}

/// A request, what it would be without the secret, and where it may lead.
#[derive(Clone, Debug)]
pub struct Exchange {
    request: Request,
    without_secret: Request,
    home: Origin,
    secret_hosts: Vec<String>,
    redirects: u8,
}

/// Why a request is not sent. It tells nothing that was filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsent {
    /// The connector has no address, and its class none either.
    NoAddress,
    /// The address is refused.
    Refused(Refusal),
    /// It would carry a secret to a host that may not have it.
    ForeignHost,
    /// A template or the generator cannot be used.
    Source(&'static str),
    /// A header has a value that cannot be sent.
    Header,
    /// The class has no API that could be asked.
    NoApi,
    /// There are more redirects than are followed.
    Redirects,
}

impl fmt::Display for Unsent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoAddress => f.write_str("the connector has no address"),
            Self::Refused(refusal) => refusal.fmt(f),
            Self::ForeignHost => f.write_str(
                "the probe goes to another host than the connector's, where its secret may not be sent: the class can name the host in probing.secretHosts",
            ),
            Self::Source(what) => f.write_str(what),
            Self::Header => f.write_str("a header of the class gets a value that cannot be sent"),
            Self::NoApi => f.write_str("the API of the class is not resolved"),
            Self::Redirects => write!(f, "there are more than {REDIRECTS_MAX} redirects"),
        }
    }
}

impl From<Refusal> for Unsent {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl Exchange {
    /// The first request of a probe. It is not checked yet whether the address may be reached.
    ///
    /// # Errors
    /// Why there is none.
    pub fn new(
        probe: &Probe,
        subject: ProbeTarget<'_>,
        secret: Option<&Secret>,
    ) -> Result<Self, Unsent> {
        match probe {
            Probe::Http(probe) => http_exchange(probe, subject, secret),
            Probe::Api(path) => api_exchange(path, subject, secret),
        }
    }

    /// The request that is to be sent now.
    ///
    /// # Errors
    /// [`Unsent::Refused`] when no probe may go there.
    pub fn request(&self, allowed: &[Network]) -> Result<&Request, Unsent> {
        let may_have_secret =
            may_have_secret(&self.request.url.origin, &self.home, &self.secret_hosts);
        let request = if may_have_secret {
            &self.request
        } else {
            &self.without_secret
        };
        request.url.check(allowed)?;
        Ok(request)
    }

    /// What follows when the answer is a redirect (RFC 9110, section 15.4) that the probe follows.
    ///
    /// # Errors
    /// [`Unsent::Redirects`] after too many, [`Unsent::Refused`] when it leads nowhere.
    pub fn redirected(mut self, status: u16, location: &str) -> Result<Self, Unsent> {
        self.redirects = self.redirects.saturating_add(1);
        if self.redirects > REDIRECTS_MAX {
            return Err(Unsent::Redirects);
        }
        let url = self.request.url.join(location)?;
        for request in [&mut self.request, &mut self.without_secret] {
            request.url = url.clone();
            if matches!(status, 301..=303) {
                request.method = Method::GET;
                request.body = Clear::new("");
                request
                    .headers
                    .retain(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
            }
        }
        Ok(self)
    }

    /// Where the request goes, without what was filled in.
    pub fn origin(&self) -> &Origin {
        &self.request.url.origin
    }
}

/// Whether an answer is a redirect.
pub fn is_redirect(status: u16) -> bool {
    matches!(status, 301 | 302 | 303 | 307 | 308)
}

/// A secret goes to the host and port of the connector's address, to the same over TLS, and to the
/// hosts that the class names; never from TLS to none.
fn may_have_secret(to: &Origin, home: &Origin, secret_hosts: &[String]) -> bool {
    let is_downgrade = home.scheme == Scheme::Https && to.scheme == Scheme::Http;
    let is_upgrade = home.scheme == Scheme::Http
        && to.scheme == Scheme::Https
        && home.port == 80
        && to.port == 443;
    let is_home = to.host == home.host && (to.port == home.port || is_upgrade);
    let host = to.host.to_string();
    let with_port = format!("{host}:{}", to.port);
    let is_named = secret_hosts
        .iter()
        .any(|named| *named == host || *named == with_port);
    !is_downgrade && (is_home || is_named)
}

fn http_exchange(
    probe: &HttpProbe,
    subject: ProbeTarget<'_>,
    secret: Option<&Secret>,
) -> Result<Exchange, Unsent> {
    if subject.address().is_empty() {
        return Err(Unsent::NoAddress);
    }
    let home = Url::parse(subject.address())?.origin;
    let origin = origin(probe, &home)?;
    let secret_hosts = &subject.definition.secret_hosts;
    if secret.is_some() && !may_have_secret(&origin, &home, secret_hosts) {
        return Err(Unsent::ForeignHost);
    }
    let without_secret = http_request(probe, subject, None, origin.clone());
    let request = match secret {
        None => without_secret.clone()?,
        Some(_) => http_request(probe, subject, secret, origin)?,
    };
    Ok(Exchange {
        // What cannot be made without the secret is not sent where the secret may not go.
        without_secret: without_secret.unwrap_or_else(|_| bare(&request)),
        request,
        home,
        secret_hosts: secret_hosts.clone(),
        redirects: 0,
    })
}

fn bare(request: &Request) -> Request {
    Request {
        method: Method::GET,
        url: request.url.clone(),
        headers: Vec::new(),
        body: Clear::new(""),
    }
}

/// The rules of host and scheme.
fn origin(probe: &HttpProbe, home: &Origin) -> Result<Origin, Refusal> {
    let host = probe.host.trim();
    if host.is_empty() {
        return match probe.scheme {
            None => Ok(home.clone()),
            Some(scheme) if scheme == home.scheme => Ok(home.clone()),
            // Another scheme keeps a port that was given, and has its own where none was.
            Some(scheme) => {
                let written = home.to_string();
                let (_, authority) = written.split_once("://").unwrap_or_default();
                Origin::parse(scheme, authority)
            }
        };
    }
    let same_scheme = Origin::parse(home.scheme, host)?;
    match probe.scheme {
        None if same_scheme.host == home.host => Ok(same_scheme),
        scheme => Origin::parse(scheme.unwrap_or(Scheme::Http), host),
    }
}

fn http_request(
    probe: &HttpProbe,
    subject: ProbeTarget<'_>,
    secret: Option<&Secret>,
    origin: Origin,
) -> Result<Request, Unsent> {
    let data = subject.template_data(secret);
    let budget = subject.budget;
    let render = |source: &str| template::render(source, &data, budget).map_err(Unsent::Source);
    budget.enter_part("http.path");
    let path = render(&probe.path)?;
    let mut headers = vec![
        ("User-Agent".to_owned(), Clear::new("patchbay-probe")),
        ("Accept".to_owned(), Clear::new("*/*")),
    ];
    for (index, (name, source)) in probe.headers.iter().enumerate() {
        budget.enter_part(format!("http.httpHeaders[{index}].value"));
        let value = render(source)?;
        let value = Clear::new(value.expose().trim());
        if !value.expose().is_empty() {
            headers.retain(|(known, own)| !known.eq_ignore_ascii_case(name) || !is_own(own));
            headers.push((canonical(name), value));
        }
    }
    let mut request = Request {
        method: if probe.is_post {
            Method::POST
        } else {
            Method::GET
        },
        url: Url {
            origin,
            target: target(path.expose()),
        },
        headers,
        body: Clear::new(""),
    };
    if let Some(secret) = secret {
        authenticate(&mut request, subject, secret)?;
    }
    check_headers(request)
}

/// Runs the generator of the class, if it has one.
fn authenticate(
    request: &mut Request,
    subject: ProbeTarget<'_>,
    secret: &Secret,
) -> Result<(), Unsent> {
    let generator = subject
        .auth_type()
        .and_then(|auth_type| auth_type.generator.as_deref());
    let Some(generator) = generator else {
        return Ok(());
    };
    let types = &subject.definition.auth_types;
    let of_name = |known: &AuthType| known.name == subject.auth_name();
    let index = types.iter().position(of_name).unwrap_or_default();
    subject.budget.enter(format!("auth.types[{index}]"));
    subject.budget.enter_part("generator.rego");
    let input = generated::input(request, secret);
    let injection = generate(generator, &input, subject.budget).map_err(Unsent::Source)?;
    generated::inject(request, injection);
    Ok(())
}

fn is_own(value: &Clear) -> bool {
    ["patchbay-probe", "*/*"].contains(&value.expose())
}

/// A path that begins with a slash, and only with characters that a request line may have.
fn target(path: &str) -> String {
    let path = path.trim();
    let slash = if path.starts_with('/') { "" } else { "/" };
    format!("{slash}{}", utf8_percent_encode(path, ESCAPED))
}

fn api_exchange(
    path: &str,
    subject: ProbeTarget<'_>,
    secret: Option<&Secret>,
) -> Result<Exchange, Unsent> {
    let Endpoint::At(address) = &subject.definition.api else {
        return Err(Unsent::NoApi);
    };
    subject.budget.enter_part("api.path");
    let path = template::render(path, &subject.template_data(secret), subject.budget)
        .map_err(Unsent::Source)?;
    // The path is appended to the host of the address, as that of an HTTP probe is.
    let url = Url {
        target: target(path.expose()),
        ..Url::parse(address)?
    };
    let request = |secret| {
        let headers = subject.plugin_headers(secret);
        check_headers(Request {
            method: Method::GET,
            url: url.clone(),
            headers,
            body: Clear::new(""),
        })
    };
    // The API is the class's own: by naming it, the class says that it may have the secret.
    Ok(Exchange {
        home: url.origin.clone(),
        request: request(secret)?,
        without_secret: request(None)?,
        secret_hosts: subject.definition.secret_hosts.clone(),
        redirects: 0,
    })
}

fn check_headers(request: Request) -> Result<Request, Unsent> {
    let can_be_sent = |(name, value): &(String, Clear)| {
        HeaderName::from_bytes(name.as_bytes()).is_ok()
            && HeaderValue::from_str(value.expose()).is_ok()
    };
    if request.headers.iter().all(can_be_sent) {
        Ok(request)
    } else {
        Err(Unsent::Header)
    }
}

#[cfg(test)]
#[path = "exchange_tests.rs"]
mod tests;
