use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use serde_json::Map;
use tracing::level_filters::LevelFilter;
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::Interest;
use tracing::{Event, Metadata, Subscriber};
use tracing_core::span::Current;

use super::out::out;
use super::told::{Gather, Kind, Thread, Told, name_of};
use super::{at_exit, settings, spans};
use crate::sys;

/// Listens to all spans and events of this library.
struct Tap;

/// Has it listen as the settings are now.
pub(super) fn install() {
    static BEGUN: AtomicBool = AtomicBool::new(false);

    if !BEGUN.swap(true, Ordering::AcqRel) && tracing::subscriber::set_global_default(Tap).is_ok() {
        sys::at_exit(at_exit);
    }
    tracing::callsite::rebuild_interest_cache();
}

impl Subscriber for Tap {
    fn register_callsite(&self, meta: &'static Metadata<'static>) -> Interest {
        if settings::current().wants(meta) { Interest::always() } else { Interest::never() }
    }

    fn enabled(&self, meta: &Metadata<'_>) -> bool {
        settings::current().wants(meta)
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(settings::current().most())
    }

    fn new_span(&self, new: &Attributes<'_>) -> Id {
        static NEXT: AtomicU64 = AtomicU64::new(1);

        let id = NEXT.fetch_add(1, Ordering::Relaxed);
        // What others' code writes is written before anything is locked.
        let mut fields = Map::new();
        new.record(&mut Gather(&mut fields));
        let parent = match new.parent() {
            Some(parent) => Some(parent.into_u64()),
            None if new.is_contextual() => spans::innermost(),
            None => None,
        };
        let (out, thread, now) = (out(), Thread::this(), sys::since_boot());
        let told = out.spans().open(id, new.metadata(), parent, fields, (thread, now));
        told.into_iter().for_each(|told| out.tell(told));
        Id::from_u64(id)
    }

    fn record(&self, id: &Id, values: &Record<'_>) {
        let mut fields = Map::new();
        values.record(&mut Gather(&mut fields));
        if let Some(open) = out().spans().get(id.into_u64()) {
            open.fields.extend(fields);
        }
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut fields = Map::new();
        event.record(&mut Gather(&mut fields));
        let parent = event.parent().map(Id::into_u64).or_else(spans::innermost);
        let out = out();
        let call = out.spans().call_of(parent);
        let (name, target, level) = name_of(event.metadata());
        let (thread, start) = (Thread::this(), sys::since_boot());
        out.tell(Told { name, target, level, kind: Kind::Event, call, thread, start, fields });
    }

    fn enter(&self, id: &Id) {
        let id = id.into_u64();
        spans::push(id);
        let (thread, now) = (Thread::this(), sys::since_boot());
        out().spans().enter(id, &thread, now);
    }

    fn exit(&self, id: &Id) {
        let (id, now) = (id.into_u64(), sys::since_boot());
        spans::pop(id);
        out().spans().exit(id, now);
    }

    fn clone_span(&self, id: &Id) -> Id {
        out().spans().share(id.into_u64());
        id.clone()
    }

    fn try_close(&self, id: Id) -> bool {
        let (out, now) = (out(), sys::since_boot());
        let (closed, told) = out.spans().close(id.into_u64(), now);
        told.into_iter().for_each(|told| out.tell(told));
        closed
    }

    fn current_span(&self) -> Current {
        let Some(id) = spans::innermost() else { return Current::none() };
        match out().spans().get(id) {
            Some(open) => Current::new(Id::from_u64(id), open.meta),
            None => Current::none(),
        }
    }
}
