use std::io;

use crate::sys::Descriptor;
use crate::truth::{Identity, identity_of_descriptor, same_object};

/// A descriptor for nothing, opened right before others that nobody here can name: as long as it is there, the host
/// has not closed what it does not know.
pub(crate) struct Sentinel {
    descriptor: Descriptor,
    seen: Identity,
}

impl Sentinel {
    pub(crate) fn new() -> io::Result<Self> {
        let descriptor = Descriptor::nothing()?;
        Ok(Self { seen: identity_of_descriptor(descriptor.0)?, descriptor })
    }

    pub(crate) fn is_there(&self) -> bool {
        identity_of_descriptor(self.descriptor.0).is_ok_and(|now| same_object(&now, &self.seen))
    }

    pub(crate) fn close(self) {
        if self.is_there() {
            self.descriptor.close();
        }
    }
}
