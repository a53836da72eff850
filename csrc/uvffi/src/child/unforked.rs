use std::os::fd::{AsRawFd, BorrowedFd, IntoRawFd, OwnedFd, RawFd};

use crate::sys;

/// A descriptor that a forked child of the host closes.
pub(super) struct Unforked(Option<OwnedFd>);

impl Unforked {
    pub(super) fn new(descriptor: OwnedFd) -> Self {
        sys::close_in_children(descriptor.as_raw_fd());
        Self(Some(descriptor))
    }

    pub(super) fn number(&self) -> RawFd {
        self.0.as_ref().map_or(-1, AsRawFd::as_raw_fd)
    }

    pub(super) fn as_fd(&self) -> BorrowedFd<'_> {
        sys::borrowed(self.number())
    }

    /// The number alone, which children go on closing.
    pub(super) fn into_number(mut self) -> RawFd {
        self.0.take().map_or(-1, IntoRawFd::into_raw_fd)
    }
}

impl Drop for Unforked {
    fn drop(&mut self) {
        sys::keep_in_children(self.number());
        self.0.take();
    }
}
