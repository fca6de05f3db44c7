//! Rust bindings of the Spin interfaces that the host offers, made from the WIT inside the spin-sdk
//! crate (build.rs).

/// Called once by the generated file, with the folder that build.rs found.
macro_rules! spin_interfaces {
    ($wit:literal) => {
        wasmtime::component::bindgen!({
            path: $wit,
            inline: "
                package patchbay:host;
                world interfaces {
                    import spin:sqlite/sqlite@3.1.0;
                    import spin:key-value/key-value@3.0.0;
                    import spin:variables/variables@3.0.0;
                }
            ",
            imports: {
                // Sync in WIT, yet they wait for a blocking thread.
                "spin:sqlite/sqlite.[method]connection.execute": async | trappable,
                "spin:sqlite/sqlite.[method]connection.last-insert-rowid": async | trappable,
                "spin:sqlite/sqlite.[method]connection.changes": async | trappable,
                // Async in WIT: they go on while the instance serves its other requests.
                "spin:sqlite/sqlite.[static]connection.open-async": store | trappable,
                "spin:sqlite/sqlite.[method]connection.execute-async": store | trappable,
                "spin:sqlite/sqlite.[method]connection.last-insert-rowid-async": store | trappable,
                "spin:sqlite/sqlite.[method]connection.changes-async": store | trappable,
                "spin:key-value/key-value.[static]store.open": store | trappable,
                "spin:key-value/key-value.[method]store.get": store | trappable,
                "spin:key-value/key-value.[method]store.set": store | trappable,
                "spin:key-value/key-value.[method]store.delete": store | trappable,
                "spin:key-value/key-value.[method]store.exists": store | trappable,
                "spin:key-value/key-value.[method]store.get-keys": store | trappable,
                "spin:variables/variables.get": store | trappable,
                default: trappable,
            },
            with: {
                "spin:sqlite/sqlite.connection": crate::database::Connection,
                "spin:key-value/key-value.store": crate::key_value_store::Store,
            },
        });
    };
}

include!(concat!(env!("OUT_DIR"), "/spin_interfaces.rs"));
