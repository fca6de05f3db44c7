//! Plugs a component's dependencies into its imports, so that one component with everything inside
//! is left to run.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail, ensure};
use wac_graph::{
    CompositionGraph, EncodeOptions, NodeId, PackageId,
    types::{ItemKind, Package, WorldId},
};

/// Interfaces that give a dependency nothing of the component's configuration: the host has no
/// environment, arguments or files to pass on, and what is left is clocks, randomness and the two
/// output streams.
const HARMLESS: [&str; 5] = [
    "wasi:cli/",
    "wasi:clocks/",
    "wasi:filesystem/",
    "wasi:io/",
    "wasi:random/",
];

/// A dependency as the manifest names it: the import that it satisfies, and the component that
/// does.
pub(crate) struct Dependency {
    /// The import, such as `patchbay:core/merge@0.1.0`.
    pub import: String,
    /// The component's id.
    pub component: String,
    /// Its bytes.
    pub wasm: Vec<u8>,
}

/// Composes a component with its dependencies.
pub(crate) fn compose(wasm: Vec<u8>, dependencies: Vec<Dependency>) -> Result<Vec<u8>> {
    if dependencies.is_empty() {
        return Ok(wasm);
    }
    let mut graph = CompositionGraph::new();
    let root = register(&mut graph, "root", wasm)?;
    let root_instance = graph.instantiate(root);

    // One instance of each dependency, however many imports it satisfies.
    let mut instances: BTreeMap<String, NodeId> = BTreeMap::new();
    for Dependency {
        import,
        component,
        wasm,
    } in dependencies
    {
        let imported = graph.types()[graph[root].ty()]
            .imports
            .contains_key(&import);
        ensure!(
            imported,
            "it does not import its dependency {import} (the name of an interface, with its version)"
        );
        let instance = match instances.get(&component) {
            Some(instance) => *instance,
            None => {
                let package = register(&mut graph, &format!("dependency:{component}"), wasm)?;
                isolated(&graph, graph[package].ty())
                    .with_context(|| format!("dependency {component}"))?;
                *instances
                    .entry(component.clone())
                    .or_insert(graph.instantiate(package))
            }
        };
        let export = graph
            .alias_instance_export(instance, &import)
            .with_context(|| format!("{component} does not export {import}"))?;
        graph
            .set_instantiation_argument(root_instance, &import, export)
            .with_context(|| {
                format!("the {import} of {component} is not the one that is imported")
            })?;
    }
    export_all(&mut graph, root, root_instance)?;
    Ok(graph.encode(EncodeOptions::default())?)
}

fn register(graph: &mut CompositionGraph, name: &str, wasm: Vec<u8>) -> Result<PackageId> {
    let package = Package::from_bytes(name, None, wasm, graph.types_mut())?;
    Ok(graph.register_package(package)?)
}

/// A dependency inherits nothing. Spin gives it interfaces that fail when they are called; here it
/// may not ask for them.
fn isolated(graph: &CompositionGraph, world: WorldId) -> Result<()> {
    let types = graph.types();
    for (name, kind) in &types[world].imports {
        let only_types = match kind {
            ItemKind::Instance(interface) => types[*interface]
                .exports
                .values()
                .all(|item| matches!(item, ItemKind::Type(_))),
            _ => false,
        };
        if !only_types && !HARMLESS.iter().any(|prefix| name.starts_with(prefix)) {
            bail!("it imports {name}, but a dependency inherits no configuration");
        }
    }
    Ok(())
}

fn export_all(graph: &mut CompositionGraph, package: PackageId, instance: NodeId) -> Result<()> {
    let names: Vec<String> = graph.types()[graph[package].ty()]
        .exports
        .keys()
        .cloned()
        .collect();
    for name in names {
        let export = graph.alias_instance_export(instance, &name)?;
        graph.export(export, &name)?;
    }
    Ok(())
}
