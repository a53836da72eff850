use std::io;

use crate::sys::Descriptor;
use crate::truth::{Identity, identity_of_descriptor, same_object};

/// A descriptor with what it showed at first: the host may close any, and open another file under its number.
pub(crate) struct Sentinel {
    descriptor: Descriptor,
    seen: Identity,
}

impl Sentinel {
    /// One for nothing, opened right before others that nobody here can name: as long as it is there, the host has not
    /// closed what it does not know.
    pub(crate) fn new() -> io::Result<Self> {
        Self::on(Descriptor::nothing()?)
    }

    /// One that was just opened.
    pub(crate) fn on(descriptor: Descriptor) -> io::Result<Self> {
        Ok(Self { seen: identity_of_descriptor(descriptor.0)?, descriptor })
    }

    pub(crate) fn descriptor(&self) -> Descriptor {
        self.descriptor
    }

    /// Whether it still shows the same object.
    pub(crate) fn is_there(&self) -> bool {
        identity_of_descriptor(self.descriptor.0).is_ok_and(|now| same_object(&now, &self.seen))
    }

    /// Closes it, if it is still ours.
    pub(crate) fn close(self) {
        if self.is_there() {
            self.descriptor.close();
        }
    }
}
