//! Running components: how many requests an instance takes, and when it goes.

use std::{
    collections::HashMap,
    future::Future,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
    time::{Duration, Instant},
};

use http::StatusCode;
use tokio::{
    sync::{Notify, watch},
    time::Sleep,
};
use wasmtime::{Engine, Store, StoreContextMut, UpdateDeadline, component::GuestTaskId};
use wasmtime_wasi_http::{
    handler::{
        HandlerState, Instance, Proxy, ProxyHandler, Request, ShouldAccept, WorkerExpiration,
        WorkerState, WorkerStatus,
    },
    p3::bindings::ServicePre,
};

use crate::engine::EPOCHS_MAX;
use crate::guest::{Files, Guest, Rights};
use crate::outbound::{Callees, Calling, Outbound};
use crate::response::empty_response;

/// Spin's defaults.
const MAX_REQUESTS: usize = 128;
const MAX_CONCURRENT_REQUESTS: usize = 16;
const IDLE: Duration = Duration::from_secs(1);

/// The components that answer requests, by id.
pub(crate) struct Components(HashMap<String, ProxyHandler<Instances>>);

impl Components {
    /// Starts no instance yet; requests do.
    pub(crate) fn new(components: impl IntoIterator<Item = Instances>) -> Self {
        let handler = |instances: Instances| {
            (
                instances.rights.component.clone(),
                ProxyHandler::new(instances),
            )
        };
        Self(components.into_iter().map(handler).collect())
    }
}

impl Callees for Components {
    fn call<'a>(&'a self, component: &'a str, request: Request) -> Calling<'a> {
        Box::pin(async move {
            let response = self.0.get(component)?.handle((), request).await;
            Some(response.unwrap_or_else(|error| {
                eprintln!("component {component}: {error:#}");
                empty_response(StatusCode::INTERNAL_SERVER_ERROR)
            }))
        })
    }
}

/// How to make instances of one component.
pub(crate) struct Instances {
    /// The engine that compiled it.
    pub engine: Engine,
    /// The linked component.
    pub component: ServicePre<Guest>,
    /// What it may use.
    pub rights: Arc<Rights>,
    /// Where the application's state is.
    pub files: Files,
    /// Its way out.
    pub outbound: Outbound,
    /// All instances of the host.
    pub lives: Lives,
}

impl HandlerState for Instances {
    type StoreData = Guest;
    type WorkerExpiration = Idle;
    type WorkerState = Life;

    async fn instantiate(&self) -> wasmtime::Result<Instance<Guest, Idle, Life>> {
        let guest = Guest::new(
            Arc::clone(&self.rights),
            self.files.clone(),
            self.outbound.clone(),
        );
        let mut store = Store::new(&self.engine, guest);
        store.set_epoch_deadline(1);
        store.epoch_deadline_callback(|mut store| end_of_epoch(&mut store.data_mut().epochs));
        let service = self.component.instantiate_async(&mut store).await?;
        Ok(Instance {
            store,
            proxy: Proxy::P3(service),
            view: Guest::http_view,
            expiration: Idle {
                sleep: Box::pin(tokio::time::sleep(IDLE)),
                stop: Box::pin(self.lives.stopped()),
            },
            state: Life {
                component: self.rights.component.clone(),
                _counted: self.lives.begin(),
            },
        })
    }
}

/// Lets others have the thread, and ends what computes for too long without asking for anything.
fn end_of_epoch(epochs: &mut u32) -> wasmtime::Result<UpdateDeadline> {
    *epochs = epochs.saturating_add(1);
    if *epochs > EPOCHS_MAX {
        return Err(wasmtime::Error::msg(
            "it computed for too long without asking for anything",
        ));
    }
    Ok(UpdateDeadline::Yield(1))
}

/// Ends an instance that has had nothing to do for a while, or at once when the host stops. An
/// instance with work is never ended, also when its responses are all sent.
pub(crate) struct Idle {
    sleep: Pin<Box<Sleep>>,
    stop: Pin<Box<dyn Future<Output = ()> + Send + Sync>>,
}

impl WorkerExpiration for Idle {
    fn poll(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        status: WorkerStatus,
        start: Instant,
    ) -> Poll<()> {
        if !matches!(status, WorkerStatus::Idle) {
            return Poll::Pending;
        }
        if self.stop.as_mut().poll(context).is_ready() {
            return Poll::Ready(());
        }
        let end = tokio::time::Instant::from_std(start + IDLE);
        if self.sleep.deadline() != end {
            self.sleep.as_mut().reset(end);
        }
        self.sleep.as_mut().poll(context)
    }
}

/// One instance while it lives.
pub(crate) struct Life {
    component: String,
    _counted: Counted,
}

impl WorkerState for Life {
    type StoreData = Guest;
    type RequestData = ();

    fn should_accept_request(&self, concurrent: usize, total: usize) -> ShouldAccept {
        if total >= MAX_REQUESTS {
            ShouldAccept::Never
        } else if concurrent >= MAX_CONCURRENT_REQUESTS {
            ShouldAccept::No
        } else {
            ShouldAccept::Yes
        }
    }

    fn on_request_start(
        &self,
        _: StoreContextMut<'_, Guest>,
        (): (),
        _: GuestTaskId,
    ) -> Pin<Box<dyn Future<Output = ()> + Send + Sync>> {
        // No time limit, as in Spin.
        Box::pin(std::future::pending())
    }

    fn drop(&self, _: Store<Guest>, result: wasmtime::Result<()>) {
        if let Err(error) = result {
            eprintln!(
                "component {}: an instance failed: {error:#}",
                self.component
            );
        }
    }
}

/// Counts the instances, so that the host can wait for the work that goes on after responses.
#[derive(Clone)]
pub(crate) struct Lives {
    count: Arc<(AtomicUsize, Notify)>,
    stop: watch::Sender<bool>,
}

impl Lives {
    /// None yet.
    pub(crate) fn new() -> Self {
        Self {
            count: Arc::default(),
            stop: watch::Sender::new(false),
        }
    }

    fn begin(&self) -> Counted {
        self.count.0.fetch_add(1, Ordering::SeqCst);
        Counted(self.clone())
    }

    fn stopped(&self) -> impl Future<Output = ()> + use<> {
        let mut stop = self.stop.subscribe();
        async move {
            // An error means that the host is gone, which is a stop as well.
            let _ = stop.wait_for(|stop| *stop).await;
        }
    }

    /// Ends idle instances and waits until the others have nothing left to do.
    pub(crate) async fn finish(&self) {
        self.stop.send_replace(true);
        loop {
            let ended = self.count.1.notified();
            if self.count.0.load(Ordering::SeqCst) == 0 {
                return;
            }
            ended.await;
        }
    }
}

struct Counted(Lives);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.count.0.fetch_sub(1, Ordering::SeqCst);
        // A permit is stored when nobody waits yet, so the last end is never missed.
        self.0.count.1.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasmtime::{Config, Instance, Module};

    /// `(module (func (export "f") (loop (br 0))))`
    const ENDLESS: [u8; 40] = [
        0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x01, 0x04, 0x01, 0x60, 0x00, 0x00, 0x03,
        0x02, 0x01, 0x00, 0x07, 0x05, 0x01, 0x01, 0x66, 0x00, 0x00, 0x0a, 0x09, 0x01, 0x07, 0x00,
        0x03, 0x40, 0x0c, 0x00, 0x0b, 0x0b, 0x00, 0x02, 0x01, 0x78,
    ];

    #[tokio::test]
    async fn what_computes_without_end_lets_others_work_and_is_ended() {
        let mut config = Config::new();
        config.epoch_interruption(true);
        let engine = Engine::new(&config).unwrap();
        let epochs = engine.clone();
        let (stop, stopped) = std::sync::mpsc::channel::<()>();
        std::thread::spawn(move || {
            while stopped.try_recv() == Err(std::sync::mpsc::TryRecvError::Empty) {
                epochs.increment_epoch();
                std::thread::yield_now();
            }
        });
        let mut store = Store::new(&engine, 0_u32);
        store.set_epoch_deadline(1);
        store.epoch_deadline_callback(|mut store| end_of_epoch(store.data_mut()));
        let module = Module::new(&engine, ENDLESS).unwrap();
        let instance = Instance::new_async(&mut store, &module, &[]).await.unwrap();
        let function = instance.get_typed_func::<(), ()>(&mut store, "f").unwrap();
        // The other task has the same thread.
        let other = tokio::spawn(async { 1 });
        let ended = function.call_async(&mut store, ()).await;
        assert!(format!("{:?}", ended.unwrap_err()).contains("computed for too long"));
        assert!(other.is_finished());
        assert_eq!(*store.data(), EPOCHS_MAX + 1);
        drop(stop);
    }
}
