//! Every page, in both languages: safe with any text, nothing inline, every link of a part to its asset whole.

mod sample;

use base::Language;
use sample::{HOSTILE, Ink, pages};
use templates::views::Theme;

fn all(ink: Ink) -> Vec<(String, String)> {
    let mut out = Vec::new();
    for language in [Language::Vi, Language::En] {
        for (name, html) in pages(language, Theme::Auto, ink) {
            out.push((format!("{name}.{}", language.as_str()), html));
        }
    }
    out
}

/// The tags of a page with their attributes' names; enough of a reader for our own regular output.
fn tags(html: &str) -> Vec<(String, Vec<String>)> {
    let mut out = Vec::new();
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let mut attributes = Vec::new();
        let name_end = rest.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(rest.len());
        let name = rest[..name_end].to_owned();
        rest = &rest[name_end..];
        loop {
            rest = rest.trim_start();
            if rest.is_empty() || rest.starts_with('>') {
                break;
            }
            let end = rest.find(|c: char| c.is_whitespace() || c == '=' || c == '>').unwrap_or(rest.len());
            attributes.push(rest[..end].to_owned());
            rest = &rest[end..];
            if let Some(value) = rest.strip_prefix("=\"") {
                rest = value.split_once('"').expect("closed attribute").1;
            }
        }
        out.push((name, attributes));
    }
    out
}

#[test]
fn hostile_text_stays_text_in_every_place() {
    for (name, html) in all(Ink(true)) {
        assert!(!html.contains("<script>"), "{name}: a script got in");
        assert!(!html.contains("<img"), "{name}: a tag got in");
        assert!(!html.contains(HOSTILE), "{name}: raw text");
        assert!(html.contains("&lt;script&gt;"), "{name}: the text itself is missing");
        for (tag, attributes) in tags(&html) {
            for attribute in attributes {
                let plain = attribute == "viewBox" || attribute.chars().all(|c| c.is_ascii_lowercase() || c == '-');
                assert!(plain, "{name}: attribute {attribute:?} on <{tag}> came out of text");
            }
        }
    }
}

#[test]
fn nothing_is_inline_so_the_strict_policy_holds() {
    for (name, html) in all(Ink(false)) {
        for (tag, attributes) in tags(&html) {
            assert_ne!(tag, "style", "{name}");
            for attribute in &attributes {
                assert_ne!(attribute, "style", "{name}: <{tag} style>");
                assert!(!attribute.starts_with("on"), "{name}: <{tag} {attribute}>");
            }
            if tag == "script" {
                assert!(attributes.iter().any(|a| a == "src"), "{name}: a script without src");
            }
        }
        assert!(!html.contains("javascript:"), "{name}");
        assert!(!html.contains("http://") && !html.contains("https://"), "{name}: something from outside");
    }
}

#[test]
fn every_form_that_changes_something_carries_the_token() {
    for (name, html) in all(Ink(false)) {
        for form in html.split("<form").skip(1) {
            let form = form.split("</form>").next().unwrap_or("");
            if form.contains("method=\"post\"") {
                assert!(form.contains(r#"name="csrf" value="csrf-token""#), "{name}: {form}");
            }
        }
    }
}

#[test]
fn every_asset_that_a_page_names_is_there() {
    for (name, html) in all(Ink(false)) {
        for part in html.split("\"/assets/").skip(1) {
            let path = part.split(['"', '#']).next().expect("closed attribute");
            assert!(templates::asset(path).is_some(), "{name}: /assets/{path}");
        }
        for part in html.split("icons.svg#").skip(1) {
            let icon = part.split('"').next().expect("closed attribute");
            let sprite = templates::asset(templates::asset_href("vendor/icons.svg").trim_start_matches("/assets/"))
                .expect("sprite");
            let sprite = String::from_utf8_lossy(&sprite.bytes).into_owned();
            assert!(sprite.contains(&format!("id=\"{icon}\"")), "{name}: no icon {icon}");
        }
    }
}

#[test]
fn ids_are_unique_and_labels_find_their_fields() {
    for (name, html) in all(Ink(false)) {
        let ids: Vec<&str> = html.split(" id=\"").skip(1).filter_map(|p| p.split('"').next()).collect();
        let mut once = ids.clone();
        once.sort_unstable();
        once.dedup();
        // The same suggestions may be offered to two forms of a page; everything else is unique.
        let twice: Vec<_> = once.iter().filter(|id| ids.iter().filter(|i| i == id).count() > 1).collect();
        assert!(twice.is_empty(), "{name}: ids twice: {twice:?}");
        for label in html.split(" for=\"").skip(1).filter_map(|p| p.split('"').next()) {
            assert!(ids.contains(&label), "{name}: label for {label:?} finds nothing");
        }
    }
}

#[test]
fn no_secret_comes_back_into_a_page() {
    for (name, html) in all(Ink(false)) {
        for field in html.split("<input").skip(1).filter_map(|p| p.split('>').next()) {
            if field.contains(r#"type="password""#) {
                assert!(!field.contains("value="), "{name}: a password field is filled");
            }
        }
    }
}

#[test]
fn both_languages_have_their_own_words_and_way_to_the_other() {
    let of = |language| pages(language, Theme::Light, Ink(false));
    for ((name, vi), (_, en)) in of(Language::Vi).into_iter().zip(of(Language::En)) {
        assert!(vi.contains(r#"<html lang="vi" data-theme="light">"#) && en.contains(r#"<html lang="en""#), "{name}");
        assert!(vi.contains(">English<") && en.contains(">Tiếng Việt<"), "{name}: no switch");
        assert_ne!(vi, en.replace(r#"lang="en""#, r#"lang="vi""#), "{name}");
        assert!(vi.contains("Đến nội dung chính"), "{name}: no skip link");
    }
}

#[test]
fn a_code_of_odd_letters_is_one_segment_of_the_address() {
    let (_, html) = pages(Language::Vi, Theme::Auto, Ink(true)).into_iter().find(|p| p.0 == "cameras").expect("page");
    assert!(html.contains("/cameras/%3Cscript%3E"), "codes are percent-encoded in paths");
}

/// Writes every page to the folder named by `LOOK`, for looking at them in a browser without a node.
#[test]
#[ignore = "for looking at pages: LOOK=/tmp/pages cargo test -p matluoi-templates -- --ignored"]
fn write_pages_to_look_at() {
    let folder = std::path::PathBuf::from(std::env::var("LOOK").expect("LOOK names a folder"));
    std::fs::create_dir_all(&folder).expect("folder");
    for language in [Language::Vi, Language::En] {
        for theme in [Theme::Light, Theme::Dark] {
            for (name, html) in pages(language, theme, Ink(false)) {
                let file = folder.join(format!("{name}.{}.{}.html", language.as_str(), theme.as_str()));
                std::fs::write(file, html).expect("written");
            }
        }
    }
}
