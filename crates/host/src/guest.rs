//! What one instance of a component has on the host's side, and the interfaces that it is linked
//! with.

use std::{
    collections::{HashMap, HashSet},
    fs,
    path::Path,
    sync::Arc,
};

use anyhow::{Context, Result};
use wasmtime::component::{HasData, ResourceTable};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView};

use crate::{database, key_value_store, outbound::Outbound};

/// What a component may use, from the manifest.
#[derive(Debug)]
pub(crate) struct Rights {
    /// The component's id.
    pub component: String,
    /// The databases that it may open.
    pub sqlite: HashSet<String>,
    /// The key-value stores that it may open.
    pub key_value: HashSet<String>,
    /// Its variables and their values.
    pub variables: HashMap<String, String>,
}

/// The files of the application's state, shared by all instances.
#[derive(Clone)]
pub(crate) struct Files {
    /// The database.
    pub sqlite: Arc<Path>,
    /// The key-value store.
    pub key_value: Arc<key_value_store::Database>,
}

impl Files {
    /// Spin's file names in the given folder, which is made if need be.
    pub(crate) fn new(state_dir: &Path) -> Result<Self> {
        fs::create_dir_all(state_dir)
            .with_context(|| format!("creating {}", state_dir.display()))?;
        Ok(Self {
            sqlite: database::file(state_dir).into(),
            key_value: Arc::new(key_value_store::Database::new(state_dir)),
        })
    }
}

/// The host's data of one instance.
pub(crate) struct Guest {
    /// What its component may use.
    pub rights: Arc<Rights>,
    /// Where the application's state is.
    pub files: Files,
    /// How many database connections it has open.
    pub sqlite_connections: usize,
    /// For how many epochs it has computed without asking the host for anything.
    pub epochs: u32,
    /// The resources that it holds.
    pub table: ResourceTable,
    wasi: WasiCtx,
    http: WasiHttpCtx,
    outbound: Outbound,
}

impl Guest {
    /// A fresh instance's data: no environment, no arguments, no files, no sockets.
    pub(crate) fn new(rights: Arc<Rights>, files: Files, outbound: Outbound) -> Self {
        Self {
            rights,
            files,
            sqlite_connections: 0,
            epochs: 0,
            table: ResourceTable::new(),
            wasi: WasiCtx::builder()
                .inherit_stdout()
                .inherit_stderr()
                .allow_tcp(false)
                .allow_udp(false)
                .build(),
            http: WasiHttpCtx::new(),
            outbound,
        }
    }

    /// Called whenever it asks the host for something.
    pub(crate) fn asks(&mut self) -> &mut Self {
        self.epochs = 0;
        self
    }

    /// What wasmtime-wasi-http works on.
    pub(crate) fn http_view(&mut self) -> WasiHttpCtxView<'_> {
        self.epochs = 0;
        WasiHttpCtxView {
            hooks: &mut self.outbound,
            table: &mut self.table,
            ctx: &mut self.http,
        }
    }
}

impl WasiView for Guest {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        self.epochs = 0;
        WasiCtxView {
            ctx: &mut self.wasi,
            table: &mut self.table,
        }
    }
}

impl WasiHttpView for Guest {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        self.http_view()
    }
}

/// Names [`Guest`] to the generated bindings.
pub(crate) struct Interfaces;

impl HasData for Interfaces {
    type Data<'a> = &'a mut Guest;
}
