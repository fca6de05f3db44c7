//! The Wasmtime engine: asynchronous components, pooled memory, compiled code kept on disk.

use std::{path::Path, thread, time::Duration};

use anyhow::{Context, Result};
use wasmtime::{
    Cache, CacheConfig, Config, Engine, InstanceAllocationStrategy, PoolingAllocationConfig,
};

/// Spin's pool: as many instances' memories; a component with a dependency takes two.
const POOL: u32 = 1_000;
const INSTANCE_BYTES: usize = 10 << 20;
/// What a finished instance's memory keeps for the next one, so that it is cleared instead of
/// mapped again.
const RESIDENT_BYTES: usize = 2 << 20;

/// How often it is looked how long a component computes.
const EPOCH: Duration = Duration::from_millis(100);
/// How long a component may compute without asking the host for anything, in epochs: 30 s, far more
/// than the largest request takes.
pub(crate) const EPOCHS_MAX: u32 = 300;

/// An engine with its cache in the given folder.
pub(crate) fn engine(cache: &Path) -> Result<Engine> {
    let mut config = Config::new();
    config
        .wasm_component_model(true)
        .wasm_component_model_async(true)
        .epoch_interruption(true);
    match open_cache(cache) {
        Ok(cache) => drop(config.cache(Some(cache))),
        Err(error) => eprintln!("components are compiled anew at each start: {error:#}"),
    }
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool()));
    let engine = match Engine::new(&config) {
        Ok(engine) => engine,
        // The pool reserves terabytes of addresses, which some machines do not give.
        Err(_) => {
            config.allocation_strategy(InstanceAllocationStrategy::OnDemand);
            Engine::new(&config)?
        }
    };
    let epochs = engine.weak();
    // A thread of its own: components may have all of the others.
    thread::Builder::new()
        .name("epochs".to_owned())
        .spawn(move || {
            while let Some(engine) = epochs.upgrade() {
                engine.increment_epoch();
                drop(engine);
                thread::sleep(EPOCH);
            }
        })?;
    Ok(engine)
}

fn open_cache(folder: &Path) -> Result<Cache> {
    let folder = std::path::absolute(folder)?;
    let mut config = CacheConfig::new();
    config.with_directory(folder.clone());
    Cache::new(config)
        .map_err(anyhow::Error::from)
        .with_context(|| format!("no cache in {}", folder.display()))
}

fn pool() -> PoolingAllocationConfig {
    let mut pool = PoolingAllocationConfig::default();
    pool.total_component_instances(POOL)
        .total_memories(POOL)
        .total_stacks(POOL)
        .total_tables(4 * POOL)
        .total_core_instances(8 * POOL)
        .max_core_instances_per_component(200)
        .max_memories_per_component(32)
        .max_tables_per_component(64)
        .max_component_instance_size(INSTANCE_BYTES)
        .max_core_instance_size(INSTANCE_BYTES)
        .table_elements(100_000)
        .linear_memory_keep_resident(RESIDENT_BYTES)
        .table_keep_resident(RESIDENT_BYTES / 4);
    pool
}
