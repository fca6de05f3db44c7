//! A long result on its way to a component.

use std::{
    mem,
    pin::Pin,
    task::{Context, Poll},
};

use tokio::sync::{mpsc, oneshot};
use wasmtime::{
    StoreContextMut,
    component::{Destination, StreamProducer, StreamResult, VecBuffer},
};

use super::statement::Chunk;
use crate::bindings::spin::sqlite::sqlite::{Error, RowResult};

/// The rest of a result that did not fit into one chunk.
pub(super) struct Rows {
    pub ready: Vec<RowResult>,
    pub chunks: mpsc::Receiver<Chunk>,
    pub end: Option<oneshot::Sender<Result<(), Error>>>,
}

impl<D> StreamProducer<D> for Rows {
    type Item = RowResult;
    type Buffer = VecBuffer<RowResult>;

    fn poll_produce<'a>(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        mut store: StoreContextMut<'a, D>,
        mut destination: Destination<'a, Self::Item, Self::Buffer>,
        finish: bool,
    ) -> Poll<wasmtime::Result<StreamResult>> {
        if destination.remaining(&mut store) == Some(0) {
            return Poll::Ready(Ok(StreamResult::Completed));
        }
        if !self.ready.is_empty() {
            destination.set_buffer(mem::take(&mut self.ready).into());
            return Poll::Ready(Ok(StreamResult::Completed));
        }
        let chunk = match self.chunks.poll_recv(context) {
            Poll::Ready(chunk) => chunk.unwrap_or_default(),
            Poll::Pending if finish => return Poll::Ready(Ok(StreamResult::Cancelled)),
            Poll::Pending => return Poll::Pending,
        };
        let last = chunk.end.is_some() || chunk.rows.is_empty();
        destination.set_buffer(chunk.rows.into());
        if let (Some(sender), Some(end)) = (self.end.take_if(|_| last), chunk.end) {
            // Nobody may be waiting for it.
            let _ = sender.send(end);
        }
        Poll::Ready(Ok(if last {
            StreamResult::Dropped
        } else {
            StreamResult::Completed
        }))
    }
}
