//! The assets: small, whole, and what others made is what the lock file says.

use sha2::{Digest, Sha256};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/assets"))
}

fn served(name: &str) -> templates::Asset {
    let href = templates::asset_href(name);
    templates::asset(href.strip_prefix("/assets/").expect("under /assets/")).expect("served")
}

#[test]
fn what_others_made_is_what_the_lock_file_says() {
    let lock = std::fs::read_to_string(folder().join("vendor.lock.toml")).expect("lock file");
    let lock: toml::Table = lock.parse().expect("TOML");
    let mut known = Vec::new();
    for package in lock["package"].as_array().expect("packages") {
        let name = package["name"].as_str().expect("name");
        for key in ["version", "licence", "licence_file"] {
            assert!(!package[key].as_str().expect(key).is_empty(), "{name}: {key}");
        }
        assert!(package["integrity"].as_str().expect("integrity").starts_with("sha512-"), "{name}");
        known.push(package["licence_file"].as_str().expect("licence_file").to_owned());
        for file in package["file"].as_array().expect("files") {
            let file_name = file["name"].as_str().expect("file name");
            let bytes = std::fs::read(folder().join("vendor").join(file_name)).expect("vendored file");
            let sum: String = Sha256::digest(&bytes).iter().map(|b| format!("{b:02x}")).collect();
            assert_eq!(sum, file["sha256"].as_str().expect("sha256"), "{file_name} is not the locked one");
            assert_eq!(served(&format!("vendor/{file_name}")).bytes, bytes, "{file_name} as compiled in");
            known.push(file_name.to_owned());
        }
    }
    for entry in std::fs::read_dir(folder().join("vendor")).expect("vendor") {
        let name = entry.expect("entry").file_name().into_string().expect("UTF-8 name");
        assert!(known.contains(&name), "vendor/{name} is not in the lock file");
    }
}

#[test]
fn the_style_sheet_stays_small() {
    let css = served("app.css");
    let mut gzip =
        Command::new("gzip").args(["-9", "-c"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("gzip");
    let mut stdin = gzip.stdin.take().expect("stdin");
    // 60 KB of text fit a pipe only in parts: gzip reads while this writes, its few KB of output wait in the other pipe.
    stdin.write_all(&css.bytes).expect("gzip reads");
    drop(stdin);
    let packed = gzip.wait_with_output().expect("gzip ends").stdout.len();
    assert!((1_000..=25 * 1024).contains(&packed), "{packed} bytes packed");
}

#[test]
fn styles_and_scripts_name_only_what_is_there() {
    let css = String::from_utf8(served("app.css").bytes.into_owned()).expect("UTF-8");
    for url in css.split("url(\"").skip(1).filter_map(|p| p.split('"').next()) {
        served(url);
    }
    let sprite = String::from_utf8(served("vendor/icons.svg").bytes.into_owned()).expect("UTF-8");
    for script in [
        "app.js",
        "words.js",
        "whep.js",
        "live-view.js",
        "live.js",
        "tree.js",
        "catalogue.js",
        "search.js",
        "list.js",
        "camera-map.js",
        "map-canvas.js",
        "map-data.js",
        "map-draw.js",
        "map-leaflet.js",
        "map-page.js",
        "map-pick.js",
        "map-words.js",
        "api.js",
        "layouts.js",
        "tour.js",
        "favourites.js",
        "wall-link.js",
        "keys.js",
        "near.js",
        "next-page.js",
        "tree-extras.js",
        "watermark.js",
    ] {
        let text = String::from_utf8(served(script).bytes.into_owned()).expect("UTF-8");
        assert!(text.starts_with("// @ts-check"), "{script} is not type-checked");
        for module in text.split("from \"./").skip(1).filter_map(|p| p.split('"').next()) {
            served(module);
        }
        for icon in text.split("icon(\"").skip(1).filter_map(|p| p.split('"').next()) {
            assert!(sprite.contains(&format!("id=\"{icon}\"")), "{script}: no icon {icon}");
        }
        for word in [
            ".innerHTML",
            ".outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            ".style.",
            "setAttribute(\"style",
        ] {
            assert!(!text.contains(word), "{script}: {word}");
        }
    }
}

#[test]
fn words_that_scripts_say_exist() {
    let page = templates::sign_in_page(&templates::views::SignInView {
        shell: templates::views::Shell {
            language: base::Language::En,
            theme: templates::views::Theme::Auto,
            csrf: String::new(),
            node_name: String::new(),
            person: None,
            here: "/".into(),
            flash: None,
            notices: vec![],
            watermark: None,
            now: base::WallTime::EPOCH,
        },
        name: String::new(),
        next: String::new(),
        fault: None,
        wait_s: None,
    });
    for script in [
        "app.js",
        "whep.js",
        "live-view.js",
        "live.js",
        "tree.js",
        "catalogue.js",
        "search.js",
        "layouts.js",
        "tour.js",
        "favourites.js",
        "wall-link.js",
        "keys.js",
        "near.js",
    ] {
        let text = String::from_utf8(served(script).bytes.into_owned()).expect("UTF-8");
        for key in text.split("say(\"").skip(1).filter_map(|p| p.split('"').next()) {
            assert!(page.contains(&format!("&quot;{key}&quot;:")), "{script} says {key:?}, which has no words");
        }
    }
}

#[test]
fn old_and_foreign_addresses_find_nothing() {
    let href = templates::asset_href("app.css");
    let path = href.strip_prefix("/assets/").expect("under /assets/");
    assert_eq!(templates::asset(path).map(|a| a.content_type), Some("text/css; charset=utf-8"));
    let hash = path.split('/').next().expect("hash");
    for foreign in [
        "",
        "app.css",
        "000000000000/app.css",
        &format!("{hash}/../lib.rs"),
        &format!("{hash}/vendor.lock.toml"),
        &format!("{hash}/"),
    ] {
        assert!(templates::asset(foreign).is_none(), "{foreign}");
    }
}
