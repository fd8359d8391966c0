//! Assets (styles, scripts, fonts, icons), compiled into the binary and served under a name that changes with their
//! content, so that browsers may keep them for ever.
//!
//! One hash stands for all of them: modules import each other by relative address.

use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::sync::LazyLock;

#[derive(RustEmbed)]
#[folder = "assets/"]
#[include = "*.css"]
#[include = "*.js"]
#[include = "*.svg"]
#[include = "*.woff2"]
#[include = "*.lock.toml"]
#[exclude = "*.d.ts"]
struct Files;

/// One asset.
#[derive(Clone, Debug)]
pub struct Asset {
    /// Its bytes.
    pub bytes: Cow<'static, [u8]>,
    /// Its media type.
    pub content_type: &'static str,
}

/// First twelve hex digits of the SHA-256 of all names and contents.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let mut names: Vec<_> = Files::iter().collect();
    names.sort();
    let mut hash = Sha256::new();
    for name in names {
        hash.update(name.as_bytes());
        if let Some(file) = Files::get(&name) {
            hash.update((file.data.len() as u64).to_le_bytes());
            hash.update(&file.data);
        }
    }
    hash.finalize().iter().take(6).map(|b| format!("{b:02x}")).collect()
});

/// The address of an asset: `/assets/{hash}/{name}`.
pub fn asset_href(name: &str) -> String {
    format!("/assets/{}/{name}", VERSION.as_str())
}

/// The asset at `path` = `{hash}/{name}` (what follows `/assets/`). An old hash finds nothing: the page that asked for it
/// is older than this binary and is loaded anew. Answers may be cached for ever (`public, max-age=31536000, immutable`).
pub fn asset(path: &str) -> Option<Asset> {
    let (version, name) = path.split_once('/')?;
    if version != VERSION.as_str() {
        return None;
    }
    let content_type = content_type(name)?;
    Files::get(name).map(|file| Asset { bytes: file.data, content_type })
}

fn content_type(name: &str) -> Option<&'static str> {
    Some(match name.rsplit_once('.')?.1 {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "woff2" => "font/woff2",
        _ => return None,
    })
}
