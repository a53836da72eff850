//! How the shared library is linked.

use std::env;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=UVFFI_PACKED_RELOCATIONS");
    match env::var("CARGO_CFG_TARGET_OS").as_deref() {
        Ok("linux") => {
            // What links against it asks for this name, not for the path it was linked by.
            println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,libuvffi.so");
            // A tenth of the file, and pages that stay clean. Needs glibc 2.36 or musl 1.2.4 where it is loaded; 0 is
            // for builds that must also load on older systems.
            if env::var("UVFFI_PACKED_RELOCATIONS").as_deref() != Ok("0") {
                println!("cargo:rustc-cdylib-link-arg=-Wl,-z,pack-relative-relocs");
            }
        }
        Ok("macos") => {
            println!("cargo:rustc-cdylib-link-arg=-Wl,-install_name,@rpath/libuvffi.dylib");
        }
        _ => {}
    }
}
