//! What another function asks an address. Where it leads is checked as the requests of a probe are.

use http::Method;
use hub::fetch::FetchTarget;
use hub::secret::Clear;

use super::{Exchange, Request, Unsent, check_headers};
use crate::address::Url;

impl Exchange {
    /// The first request. There is nothing secret about a document; a form is posted to no other
    /// host.
    ///
    /// # Errors
    /// [`Unsent::Refused`] when there is no such URL, [`Unsent::Header`] when the authorization
    /// cannot be sent.
    pub fn outgoing(outgoing: &FetchTarget) -> Result<Self, Unsent> {
        let header = |name: &str, value: &str| (name.to_owned(), Clear::new(value));
        let without_secret = Request {
            method: Method::GET,
            url: Url::parse(&outgoing.url)?,
            headers: vec![header("User-Agent", "patchbay"), header("Accept", "*/*")],
            body: Clear::new(""),
        };
        let mut request = without_secret.clone();
        if let Some(form) = &outgoing.form {
            request.method = Method::POST;
            request.body = form.body.clone();
            request.headers = vec![
                header("User-Agent", "patchbay"),
                header("Accept", "application/json"),
                header("Content-Type", "application/x-www-form-urlencoded"),
            ];
            let authorization = form.authorization.as_ref();
            let authorization = authorization.map(|value| header("Authorization", value.expose()));
            request.headers.extend(authorization);
        }
        Ok(Self {
            home: request.url.origin.clone(),
            request: check_headers(request)?,
            without_secret,
            secret_hosts: Vec::new(),
            redirects: 0,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hub::fetch::Form;

    fn outgoing(url: &str, form: Option<Form>) -> Result<Exchange, Unsent> {
        let url = url.to_owned();
        Exchange::outgoing(&FetchTarget { url, form })
    }

    #[test]
    fn a_document_is_asked_for_where_it_may_be() {
        let exchange = outgoing("https://a.example/openapi.json", None).unwrap();
        assert_eq!(exchange.request(&[]).unwrap().method, Method::GET);
        for url in [
            "http://127.0.0.1/",
            "http://169.254.169.254/latest",
            "http://probe.spin.internal/",
        ] {
            assert!(outgoing(url, None).unwrap().request(&[]).is_err(), "{url}");
        }
        assert!(outgoing("file:///etc/passwd", None).is_err());
        let moved = exchange.redirected(302, "http://10.0.0.1/").unwrap();
        assert!(moved.request(&[]).is_err());
    }

    #[test]
    fn a_form_goes_to_its_own_host_only() {
        let form = |authorization: &str| Form {
            authorization: Some(Clear::new(authorization)),
            body: Clear::new("code=1"),
        };
        let exchange = outgoing("https://a.example/token", Some(form("Basic x"))).unwrap();
        let request = exchange.request(&[]).unwrap();
        assert_eq!(
            (request.method.as_str(), request.body.expose()),
            ("POST", "code=1")
        );
        let moved = exchange.redirected(307, "https://b.example/token").unwrap();
        let request = moved.request(&[]).unwrap();
        assert_eq!(
            (request.method.as_str(), request.body.expose()),
            ("GET", "")
        );
        assert_eq!(
            outgoing("https://a.example", Some(form("a\nb"))).err(),
            Some(Unsent::Header)
        );
    }
}
