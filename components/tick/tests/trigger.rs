//! The built component, called as Spin's cron trigger calls it (spin-trigger-cron's cron.wit): by
//! WASI 0.2, with variables and HTTP. It is built by `cargo xtask test`; without it there is
//! nothing to test.

#![cfg(not(target_family = "wasm"))]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::Path;
use std::sync::mpsc;

use bindings::Tick;
use bindings::fermyon::spin::variables;
use bindings::fermyon::spin_cron::cron_types;
use wasmtime::component::{Component, HasSelf, Linker, ResourceTable};
use wasmtime::{Engine, Store};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::p2::add_only_http_to_linker_async;
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView, default_hooks};

mod bindings {
    wasmtime::component::bindgen!({
        path: "wit",
        world: "tick",
        exports: { default: async },
    });
}

const COMPONENT: &str = "../../target/wasm32-wasip2/release/tick.wasm";

struct Host {
    address: String,
    wasi: WasiCtx,
    http: WasiHttpCtx,
    table: ResourceTable,
}

impl variables::Host for Host {
    fn get(&mut self, name: String) -> Result<String, variables::Error> {
        match name.as_str() {
            "address" => Ok(self.address.clone()),
            "key" => Ok("adm".to_owned()),
            _ => Err(variables::Error::Undefined(name)),
        }
    }
}

impl cron_types::Host for Host {}

impl WasiView for Host {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        WasiCtxView {
            ctx: &mut self.wasi,
            table: &mut self.table,
        }
    }
}

impl WasiHttpView for Host {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView {
            hooks: default_hooks(),
            table: &mut self.table,
            ctx: &mut self.http,
        }
    }
}

/// A Patchbay that answers every call with a status, and tells of each: its first line, and whether
/// the key was sent.
fn stand_in(status: &'static str) -> (String, mpsc::Receiver<(String, bool)>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (sender, calls) = mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let head: Vec<String> = lines
                .map(Result::unwrap)
                .take_while(|line| !line.is_empty())
                .collect();
            let has_key = head
                .iter()
                .any(|line| line.eq_ignore_ascii_case("authorization: Bearer adm"));
            sender
                .send((head.first().cloned().unwrap_or_default(), has_key))
                .unwrap();
            write!(
                stream,
                "HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
            )
            .unwrap();
        }
    });
    (address, calls)
}

async fn tick(address: String) -> Option<Result<(), String>> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(COMPONENT);
    if !file.exists() {
        eprintln!("{} is not built", file.display());
        return None;
    }
    let engine = Engine::default();
    let component = Component::from_file(&engine, file).unwrap();
    let mut linker = Linker::new(&engine);
    wasmtime_wasi::p2::add_to_linker_async(&mut linker).unwrap();
    add_only_http_to_linker_async(&mut linker).unwrap();
    Tick::add_to_linker::<_, HasSelf<Host>>(&mut linker, |host| host).unwrap();
    let host = Host {
        address,
        wasi: WasiCtx::builder().build(),
        http: WasiHttpCtx::new(),
        table: ResourceTable::new(),
    };
    let mut store = Store::new(&engine, host);
    let tick = Tick::instantiate_async(&mut store, &component, &linker)
        .await
        .unwrap();
    let metadata = cron_types::Metadata { timestamp: 1 };
    let answer = tick
        .call_handle_cron_event(&mut store, metadata)
        .await
        .unwrap();
    Some(answer.map_err(|error| format!("{error:?}")))
}

#[tokio::test]
async fn both_are_called_with_the_key() {
    let (address, calls) = stand_in("204 No Content");
    let Some(answer) = tick(format!("{address}/")).await else {
        return;
    };
    assert_eq!(answer, Ok(()));
    let calls: Vec<_> = calls.try_iter().collect();
    let expected =
        ["/v1/jobs/tick", "/v1/sweep"].map(|path| (format!("POST {path} HTTP/1.1"), true));
    assert_eq!(calls, expected);
}

#[tokio::test]
async fn one_that_fails_is_told_and_the_other_is_called() {
    let (address, calls) = stand_in("503 Service Unavailable");
    let Some(answer) = tick(address).await else {
        return;
    };
    let error = answer.unwrap_err();
    assert!(
        error.contains("/v1/jobs/tick answered 503") && error.contains("/v1/sweep answered 503"),
        "{error}"
    );
    assert_eq!(calls.try_iter().count(), 2);
}
