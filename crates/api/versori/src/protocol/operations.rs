//! Reads of protocols.

use hub::error::Result;
use hub::operation::{Computed, Reading, View};

use super::catalog::Protocol;
use crate::change::about_nothing;
use crate::page::{self, Page, PageBody};

/// The protocols that connectors can have.
#[derive(Debug)]
pub(crate) struct ListProtocols(pub Page);

impl Reading for ListProtocols {
    fn answer(&self, view: &dyn View) -> Result<Computed> {
        let all = Protocol::all(view)?;
        let protocols = all.iter();
        let protocols = protocols
            .map(|one| (page::by_name(&one.slug), one))
            .collect();
        about_nothing(self.0.print("protocols", protocols, |one| one.print()))
    }
}

/// The auth schemes of a protocol, in its own order.
#[derive(Debug)]
pub(crate) struct ListAuthSchemes {
    /// Which.
    pub protocol: String,
}

impl Reading for ListAuthSchemes {
    fn answer(&self, view: &dyn View) -> Result<Computed> {
        let protocol = Protocol::find(&self.protocol, view)?;
        let schemes = protocol.print_schemes();
        let total = schemes.len();
        about_nothing(PageBody::new(total, None, None, "authSchemes", schemes))
    }
}
