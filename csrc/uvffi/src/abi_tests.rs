use serde_json::Value;

use super::*;

type Entry = unsafe extern "C" fn(*const c_char, usize, *mut Buffer) -> i32;

/// Calls an entry as C would; the answer is taken over and freed.
fn call(entry: Entry, req: *const c_char, n: usize) -> (i32, Value) {
    // Whatever the struct held before is not looked at.
    let mut out = Buffer { data: std::ptr::without_provenance_mut(1), len: usize::MAX };
    let status = unsafe { entry(req, n, &raw mut out) };
    let bytes = unsafe { slice::from_raw_parts(out.data.cast::<u8>(), out.len + 1) };
    assert_eq!(bytes.last(), Some(&0));
    let value = serde_json::from_slice(&bytes[..out.len]).unwrap();
    unsafe {
        uvffi_free(&raw mut out);
        assert!(out.data.is_null() && out.len == 0);
        uvffi_free(&raw mut out);
    }
    (status, value)
}

fn code(entry: Entry, bytes: &[u8]) -> String {
    let (status, value) = call(entry, bytes.as_ptr().cast(), bytes.len());
    assert_eq!(status, FAULT);
    assert_eq!(value["schema"], 1);
    value["error"]["code"].as_str().unwrap().to_owned()
}

#[test]
fn bad_input_is_an_error_result() {
    for entry in [uvffi_run as Entry, uvffi_query as Entry] {
        assert_eq!(code(entry, b""), "bad-length");
        assert_eq!(code(entry, b"pip \xff"), "bad-utf8");
        assert_eq!(code(entry, b"{\"argv\": ["), "bad-json");
        let text = b"pip list".as_ptr().cast();
        for n in [0, LONGEST + 1, isize::MAX as usize + 1, usize::MAX] {
            assert_eq!(call(entry, text, n).1["error"]["code"], "bad-length", "{n}");
        }
        assert_eq!(call(entry, std::ptr::null(), 3).1["error"]["code"], "null-pointer");
        assert_eq!(unsafe { entry(text, 8, std::ptr::null_mut()) }, NOWHERE);
    }
    assert_eq!(code(uvffi_run, b"pip install 'a"), "bad-quoting");
    assert_eq!(code(uvffi_run, b"{\"argv\": 1}"), "bad-request");
    assert_eq!(code(uvffi_query, b"{\"query\": 1}"), "bad-request");
    unsafe { uvffi_free(std::ptr::null_mut()) };
}

#[test]
fn a_panic_is_an_error_result() {
    let mut out = Buffer::EMPTY;
    let status = unsafe { answer(b"a".as_ptr().cast(), 1, &raw mut out, |_| panic!("on purpose")) };
    let json = unsafe { CStr::from_ptr(out.data) }.to_str().unwrap().to_owned();
    unsafe { uvffi_free(&raw mut out) };
    let value: Value = serde_json::from_str(&json).unwrap();
    assert_eq!((status, &value["error"]["code"]), (FAULT, &"internal".into()));
    let message = value["error"]["message"].as_str().unwrap();
    assert!(message.starts_with("uvffi panicked: on purpose (at ") && message.contains("abi_tests.rs:"), "{message}");
}

#[test]
fn versions() {
    let header = include_str!("../../include/uvffi.h");
    assert!(header.contains(&format!("#define UVFFI_ABI {}\n", uvffi_abi())));
    let version = unsafe { CStr::from_ptr(uvffi_version()) }.to_str().unwrap();
    assert_eq!(version, format!("uvffi {} (uv {})", env!("CARGO_PKG_VERSION"), uv_version::version()));
    assert!(header.contains(&format!("\"{version}\"")), "the header's example is of another version");
}
