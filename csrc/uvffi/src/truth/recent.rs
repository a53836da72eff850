use std::sync::{Mutex, MutexGuard, PoisonError};

/// The few of a kind that were last asked for, by their keys.
pub(crate) struct Recent<K, V, const MOST: usize>(Mutex<Vec<(K, V)>>);

impl<K: PartialEq, V: Clone, const MOST: usize> Recent<K, V, MOST> {
    pub(crate) const fn new() -> Self {
        Self(Mutex::new(Vec::new()))
    }

    pub(crate) fn get(&self, key: &K) -> Option<V> {
        self.get_by(|known| known == key)
    }

    /// The one whose key is such.
    pub(crate) fn get_by(&self, is_it: impl Fn(&K) -> bool) -> Option<V> {
        let mut kept = self.lock();
        let at = kept.iter().position(|(known, _)| is_it(known))?;
        kept[..=at].rotate_right(1);
        Some(kept[0].1.clone())
    }

    /// In the place of what has the same key.
    pub(crate) fn put(&self, key: K, value: V) {
        let mut kept = self.lock();
        kept.retain(|(known, _)| *known != key);
        kept.insert(0, (key, value));
        kept.truncate(MOST);
    }

    pub(crate) fn clear(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> MutexGuard<'_, Vec<(K, V)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
