//! A message from one request of an instance to another.
//!
//! A task of a component must not wake another task's future by itself: each is woken by the host,
//! on what it waits for. So the receiver waits for the end of a stream that the sender holds.
//! wit-bindgen's feature `inter-task-wakeup` would let any future be woken, but its 0.57 traps on
//! Wasmtime 48.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// A sender and its receiver.
pub(crate) fn channel<T>() -> (Sender<T>, Receiver<T>) {
    let (waker, woken) = signal::pair();
    let slot = Rc::new(Slot {
        message: RefCell::new(None),
        is_awaited: Cell::new(true),
    });
    let sender = Sender {
        slot: slot.clone(),
        _waker: waker,
    };
    (sender, Receiver { slot, woken })
}

struct Slot<T> {
    message: RefCell<Option<T>>,
    is_awaited: Cell<bool>,
}

/// Sends one message. Dropped without one, it lets the receiver know.
pub(crate) struct Sender<T> {
    slot: Rc<Slot<T>>,
    _waker: signal::Waker,
}

impl<T> Sender<T> {
    /// Sends the message, which is dropped when nobody waits for it.
    pub(crate) fn send(self, message: T) {
        if self.is_awaited() {
            self.slot.message.replace(Some(message));
        }
    }

    /// Whether somebody waits for the message.
    pub(crate) fn is_awaited(&self) -> bool {
        self.slot.is_awaited.get()
    }
}

/// Waits for one message.
pub(crate) struct Receiver<T> {
    slot: Rc<Slot<T>>,
    woken: signal::Woken,
}

impl<T> Receiver<T> {
    /// The message, or nothing when the sender is gone without one.
    pub(crate) async fn receive(mut self) -> Option<T> {
        signal::wait(&mut self.woken).await;
        self.slot.message.take()
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        self.slot.is_awaited.set(false);
        // A message that was not read is dropped here, not with the sender's last reference.
        drop(self.slot.message.take());
    }
}

/// In a component: nothing is ever written to the stream, it only ends.
#[cfg(target_family = "wasm")]
mod signal {
    use spin_sdk::wasip3::wit_stream;
    use spin_sdk::wit_bindgen::{StreamReader, StreamWriter};

    pub(super) type Waker = StreamWriter<u8>;
    pub(super) type Woken = StreamReader<u8>;

    pub(super) fn pair() -> (Waker, Woken) {
        wit_stream::new()
    }

    pub(super) async fn wait(woken: &mut Woken) {
        woken.read(Vec::with_capacity(1)).await;
    }
}

#[cfg(not(target_family = "wasm"))]
mod signal {
    use futures::channel::oneshot;

    pub(super) type Waker = oneshot::Sender<()>;
    pub(super) type Woken = oneshot::Receiver<()>;

    pub(super) fn pair() -> (Waker, Woken) {
        oneshot::channel()
    }

    pub(super) async fn wait(woken: &mut Woken) {
        // Both a signal and its sender's end are a signal.
        let _ = woken.await;
    }
}
