//! Reads layers into the cache, each once, whatever the number of images with it: the images are read without their registry's blobs afterwards, by this
//! process or by others with the same cache. Writes no row.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::io;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::collect::{Collection, by_key, collect_from, sources};
use super::collected::Collected;
use super::fleet_error::{FailedName, FleetError};
use super::input::{FleetInput, Inputs};
use super::row::Depth;
use super::shard::Shard;
use super::survey::locked;
use crate::bytes::count;
use crate::load::{self, Cancel, LayerReading, Request};
use crate::threads;

/// In how many images a layer that cannot be read is tried.
const MOST_ATTEMPTS: usize = 3;

/// The result of reading the layers.
#[derive(Debug)]
pub(crate) struct LayersRead {
    /// How many are in the cache.
    pub(crate) kept: usize,
    /// What could not be read: names of images, and images with a layer.
    pub(crate) failed: Vec<FailedName>,
}

/// An image and its layers.
struct Holder {
    input: FleetInput,
    layers: Vec<Arc<str>>,
}

/// Reads the layers of the images, or a part of them. Images that are in no registry have none here. Passes what is done of how much to `progress`.
///
/// # Errors
/// [`io::Error`] when an image cannot be described.
pub(crate) fn read_layers(
    collection: Collection<'_>,
    shard: Option<Shard>,
    cancel: &Cancel,
    progress: impl Fn(&str) + Sync,
) -> io::Result<LayersRead> {
    let (template, parallel) = (collection.template, collection.parallel.1);
    let (holders, mut all_failed) = holders(collection, cancel, &progress)?;
    let mut by_layer: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, holder) in holders.iter().enumerate() {
        let own: HashSet<&str> = holder.layers.iter().map(|layer| &**layer).collect();
        let own = own
            .into_iter()
            .filter(|layer| shard.is_none_or(|shard| shard.has(layer)));
        for layer in own {
            let images = by_layer.entry(layer).or_default();
            if images.len() < MOST_ATTEMPTS {
                images.push(at);
            }
        }
    }
    let total = count(by_layer.len() as u64, "layer", "layers");
    let mut left: BTreeSet<&str> = by_layer.keys().copied().collect();
    let mut failed: BTreeMap<&str, FailedName> = BTreeMap::new();
    for attempt in 0..MOST_ATTEMPTS {
        let mut groups: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
        for layer in &left {
            if let Some(image) = by_layer[layer].get(attempt) {
                groups.entry(*image).or_default().push(layer);
            }
        }
        let groups: Vec<(usize, Vec<&str>)> = groups.into_iter().collect();
        let results = Mutex::new((&mut left, &mut failed));
        each(&groups, parallel, |(image, layers)| {
            let reader = LayerReader {
                input: &holders[*image].input,
                template,
                cancel,
            };
            for (layer, result) in reader.read(layers) {
                let (left, failed) = &mut *locked(&results);
                match result {
                    Ok(()) => {
                        left.remove(layer);
                        failed.remove(layer);
                        progress(&format!("{} of {total} read", by_layer.len() - left.len()));
                    }
                    Err(error) => {
                        failed.insert(layer, error);
                    }
                }
            }
        });
    }
    let kept = by_layer.len() - left.len();
    all_failed.extend(failed.into_values());
    let failed = all_failed;
    Ok(LayersRead { kept, failed })
}

/// Returns the images in registries with their layers, sorted, as a plan lists them, else as their manifests do.
fn holders(
    mut collection: Collection<'_>,
    cancel: &Cancel,
    progress: &(impl Fn(&str) + Sync),
) -> io::Result<(Vec<Holder>, Vec<FailedName>)> {
    let template = collection.template;
    let mut images = std::mem::take(&mut collection.inputs.images);
    images.retain(|input| input.request(template).is_in_registry());
    let mut holders: BTreeMap<String, Holder> = BTreeMap::new();
    let mut undescribed = Vec::new();
    for input in images {
        match &input.resolved {
            Some(resolved) => {
                let layers = resolved.layers.clone();
                let image = resolved.image.clone();
                holders.entry(image).or_insert(Holder { input, layers });
            }
            None => undescribed.push(input),
        }
    }
    let inputs = by_key(&undescribed, template);
    let described = Collection {
        inputs: Inputs {
            images: Vec::new(),
            ..collection.inputs
        },
        depth: Depth::Shallow,
        journal: None,
        ..collection
    };
    let Collected { tables, failed } =
        collect_from(&undescribed, &inputs, described, cancel, progress)?;
    let sources = sources(&tables, &inputs);
    for (row, layers) in tables.records() {
        if let Some(input) = sources.get(&*row.image) {
            let holder = Holder {
                input: (*input).clone(),
                layers: layers.into_iter().map(Arc::from).collect(),
            };
            holders.entry(holder.input.name.clone()).or_insert(holder);
        }
    }
    Ok((holders.into_values().collect(), failed))
}

/// Runs `work` on each item, several at a time.
fn each<T: Sync>(items: &[T], parallel: NonZeroUsize, work: impl Fn(&T) + Sync) {
    let next = AtomicUsize::new(0);
    let work = |_| {
        while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
            work(item);
        }
    };
    threads::each((0..parallel.get().min(items.len())).collect(), work);
}

/// Reads layers of one image.
struct LayerReader<'a> {
    input: &'a FleetInput,
    template: &'a Request,
    cancel: &'a Cancel,
}

impl LayerReader<'_> {
    /// Reads layers together, and alone if one of them cannot be read.
    fn read<'l>(&self, layers: &[&'l str]) -> Vec<(&'l str, Result<(), FailedName>)> {
        let unread: Vec<&str> = layers
            .iter()
            .copied()
            .filter(|layer| !self.is_kept(layer))
            .collect();
        let together = match unread.len() {
            0 => Ok(HashSet::new()),
            _ => self.load(&unread),
        };
        let is_one = unread.len() == 1;
        let result = |layer: &'l str| {
            if !unread.contains(&layer) || self.is_kept(layer) {
                return Ok(());
            }
            let loaded = match &together {
                Ok(missing) => Ok(missing.clone()),
                Err(error) if is_one => Err(error.clone()),
                Err(_) => self.load(&[layer]),
            };
            let missing = loaded?;
            if missing.contains(layer) || self.is_kept(layer) {
                return Ok(());
            }
            Err(self.failed(FleetError::NotKept(layer.to_owned())))
        };
        layers.iter().map(|&layer| (layer, result(layer))).collect()
    }

    /// Loads layers, and returns those that are stored elsewhere by design.
    fn load(&self, layers: &[&str]) -> Result<HashSet<String>, FailedName> {
        let digests = layers.iter().map(|&layer| layer.to_owned()).collect();
        let request = Request {
            layers: LayerReading::Only(Arc::new(digests)),
            ..self.input.request(self.template)
        };
        let failed = |error: load::Error| self.failed(error.into());
        let loaded = load::load(&request, self.cancel, |_| {}).map_err(failed)?;
        loaded.complete_layers(self.cancel).map_err(failed)?;
        Ok(loaded.missing_blobs().collect())
    }

    fn is_kept(&self, layer: &str) -> bool {
        let cache = self.template.cache.as_ref();
        cache.is_some_and(|cache| cache.is_complete(layer))
    }

    fn failed(&self, error: FleetError) -> FailedName {
        let platform = self.input.platform(self.template);
        FailedName::new(&*self.input.name, platform, error)
    }
}
