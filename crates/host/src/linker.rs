//! What components can import.

use wasmtime::{
    Engine,
    component::{Accessor, Linker},
};

use crate::{
    bindings,
    bindings::spin::variables::variables::{Error as VariableError, Host, HostWithStore},
    guest::{Guest, Interfaces},
};

/// Everything that a component can import.
pub(crate) fn linker(engine: &Engine) -> wasmtime::Result<Linker<Guest>> {
    let mut linker = Linker::new(engine);
    wasmtime_wasi::p2::add_to_linker_async(&mut linker)?;
    wasmtime_wasi::p3::add_to_linker(&mut linker)?;
    wasmtime_wasi_http::p3::add_to_linker(&mut linker)?;
    bindings::Interfaces::add_to_linker::<_, Interfaces>(&mut linker, |guest: &mut Guest| {
        guest.asks()
    })?;
    Ok(linker)
}

impl Host for Guest {}

impl<T: 'static> HostWithStore<T> for Interfaces {
    async fn get(
        store: &Accessor<T, Self>,
        name: String,
    ) -> wasmtime::Result<Result<String, VariableError>> {
        Ok(store.with(
            |mut access| match access.get().rights.variables.get(&name) {
                Some(value) => Ok(value.clone()),
                None => Err(VariableError::Undefined(format!(
                    "no variable {name:?} for this component"
                ))),
            },
        ))
    }
}
