use std::ffi::c_char;

/// `uvffi_buf`: an answer in the caller's hands. Freed by `uvffi_free` alone.
#[repr(C)]
pub(crate) struct Buffer {
    pub(crate) data: *mut c_char,
    /// Bytes before the terminating NUL.
    pub(crate) len: usize,
}

impl Buffer {
    /// What `uvffi_free` leaves behind.
    pub(crate) const EMPTY: Self = Self { data: std::ptr::null_mut(), len: 0 };

    /// Gives the text away; the allocation is exactly `len + 1` bytes, so that it can be taken back from the two
    /// fields.
    pub(crate) fn of(text: String) -> Self {
        let mut bytes = text.into_bytes();
        let len = bytes.len();
        bytes.push(0);
        Self { data: Box::into_raw(bytes.into_boxed_slice()).cast(), len }
    }
}
