//! Makes the folder of built islands if there is none, so that the program builds without them.

fn main() {
    let dist = std::path::Path::new("../../ui/dist");
    if !dist.exists() {
        // If this fails, the compiler says so better than we could.
        let _ = std::fs::create_dir_all(dist);
    }
    println!("cargo:rerun-if-changed=../../ui/dist");
    println!("cargo:rerun-if-changed=../../ui/src/styles");
}
