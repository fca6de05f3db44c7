//! The application: its components, composed, compiled and linked, behind its routes.

use std::{
    collections::{HashMap, HashSet},
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context, Result};
use http::StatusCode;
use wasmtime::{
    Engine,
    component::{Component as Wasm, Linker},
};
use wasmtime_wasi_http::{
    handler::{Request, Response},
    p3::bindings::ServicePre,
};

use crate::{
    allowed_hosts::AllowedHosts,
    blocked_networks::BlockedNetworks,
    compose::{Dependency, compose},
    guest::{Files, Guest, Rights},
    instances::{Components, Instances, Lives},
    linker::linker,
    manifest::{Component, Manifest, RouteSpec},
    outbound::{Network, Outbound},
    response::empty_response,
    routes::Router,
    variables::Variables,
};

/// The running application.
pub(crate) struct App {
    router: Router,
    network: Arc<Network>,
    lives: Lives,
}

/// What an application is loaded from.
pub(crate) struct AppSource {
    pub manifest: Manifest,
    /// Its folder, which sources are relative to.
    pub folder: PathBuf,
    /// The values of its variables.
    pub variables: Variables,
    /// The state's files.
    pub files: Files,
    /// What the runtime configuration blocks.
    pub blocked: BlockedNetworks,
}

impl App {
    /// Loads every component that a trigger names. An error here is meant for the person who starts
    /// the host.
    pub(crate) fn load(engine: &Engine, source: &AppSource) -> Result<Self> {
        let triggers = &source.manifest.trigger.http;
        let router = Router::new(triggers.iter().filter_map(|trigger| match &trigger.route {
            RouteSpec::Public(route) => Some((route.as_str(), trigger.component.as_str())),
            RouteSpec::Private { .. } => None,
        }))?;
        let network = Arc::new(Network::new(BlockedNetworks::clone(&source.blocked))?);
        let loader = Loader {
            engine,
            source,
            linker: linker(engine)?,
            network: &network,
            lives: Lives::new(),
        };

        let served: HashSet<&str> = triggers
            .iter()
            .map(|trigger| trigger.component.as_str())
            .collect();
        let components = (source.manifest.component.iter())
            .filter(|(id, _)| served.contains(id.as_str()))
            .map(|(id, component)| {
                loader
                    .load(id, component)
                    .with_context(|| format!("component {id}"))
            })
            .collect::<Result<Vec<_>>>()?;
        let lives = loader.lives;
        network.connect(Arc::new(Components::new(components)));
        Ok(Self {
            router,
            network,
            lives,
        })
    }

    /// Answers a client.
    pub(crate) async fn respond(&self, request: Request) -> Response {
        match self.router.component(request.uri().path()) {
            Some(component) => self.network.respond(component, request).await,
            None => empty_response(StatusCode::NOT_FOUND),
        }
    }

    /// Waits for the work that goes on after responses.
    pub(crate) async fn finish(&self) {
        self.lives.finish().await;
    }
}

struct Loader<'a> {
    engine: &'a Engine,
    source: &'a AppSource,
    linker: Linker<Guest>,
    network: &'a Arc<Network>,
    lives: Lives,
}

impl Loader<'_> {
    fn load(&self, id: &str, component: &Component) -> Result<Instances> {
        let variables = (component.variables.iter())
            .map(|(name, template)| Ok((name.clone(), self.source.variables.expand(template)?)))
            .collect::<Result<HashMap<_, _>>>()?;
        let hosts = (component.allowed_outbound_hosts.iter())
            .map(|host| self.source.variables.expand(host))
            .collect::<Result<Vec<_>>>()?;
        let rights = Rights {
            component: id.to_owned(),
            sqlite: component.sqlite_databases.iter().cloned().collect(),
            key_value: component.key_value_stores.iter().cloned().collect(),
            variables,
        };
        Ok(Instances {
            engine: self.engine.clone(),
            component: self.compile(component)?,
            rights: Arc::new(rights),
            files: self.source.files.clone(),
            outbound: Outbound::new(Arc::clone(self.network), id, AllowedHosts::parse(hosts)?),
            lives: self.lives.clone(),
        })
    }

    fn compile(&self, component: &Component) -> Result<ServicePre<Guest>> {
        let wasm = compose(self.read(&component.source)?, self.dependencies(component)?)?;
        let compiled = Wasm::new(self.engine, wasm)?;
        let linked = self
            .linker
            .instantiate_pre(&compiled)
            .map_err(anyhow::Error::from);
        let linked = linked.context("it imports what this host does not have")?;
        let service = ServicePre::new(linked).map_err(anyhow::Error::from);
        service.context(
            "it does not export wasi:http/handler@0.3 (an #[http_service] of spin-sdk 7 does)",
        )
    }

    fn dependencies(&self, component: &Component) -> Result<Vec<Dependency>> {
        let dependency = |(import, dependency): (&String, &crate::manifest::Dependency)| {
            let id = &dependency.component;
            let target = self
                .source
                .manifest
                .component
                .get(id)
                .with_context(|| format!("no component {id}"))?;
            Ok(Dependency {
                import: import.clone(),
                component: id.clone(),
                wasm: self.read(&target.source)?,
            })
        };
        component.dependencies.iter().map(dependency).collect()
    }

    fn read(&self, source: &str) -> Result<Vec<u8>> {
        let path = self.source.folder.join(Path::new(source));
        fs::read(&path).with_context(|| format!("reading {}; is it built?", path.display()))
    }
}
