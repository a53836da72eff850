//! By what uv knows that it has a wheel: a pointer in the directory of its name and index, to the unpacked archive.

use std::path::PathBuf;

use uv_cache::{CacheBucket, WheelCache};
use uv_distribution_types::{CachedDist, IndexLocations};

use super::Flow;

impl Flow<'_> {
    /// Notes that uv's cache has a wheel, as the planner found it there.
    pub(super) fn note_cached(&self, dist: &CachedDist, locations: &IndexLocations) {
        let pointers = self.pointers(dist, locations);
        if pointers.is_empty() {
            return self.notes.spoil("a wheel of the cache was built, or is known by its URL");
        }
        pointers.iter().for_each(|directory| self.notes.has_read(directory));
        self.notes.has_read(dist.path());
    }

    /// The directories of those indexes that have a pointer to it: another one's comes and goes without effect.
    fn pointers(&self, dist: &CachedDist, locations: &IndexLocations) -> Vec<PathBuf> {
        let CachedDist::Registry(dist) = dist else { return Vec::new() };
        let key = dist.filename.cache_key();
        let directories = locations.allowed_indexes().into_iter().map(|index| {
            let place = WheelCache::Index(index.url()).wheel_dir(dist.filename.name.as_ref());
            self.cache.shard(CacheBucket::Wheels, place).to_path_buf()
        });
        let has_one = |at: &PathBuf| ["http", "rev"].iter().any(|kind| at.join(format!("{key}.{kind}")).is_file());
        directories.filter(has_one).collect()
    }
}
