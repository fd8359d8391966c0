//! `/maps/{file}`: base maps and outlines that a district has put into the folder `maps` of the data folder.
//!
//! A PMTiles file is read by browsers piece by piece (byte ranges, RFC 9110 §14). Only names that the listing offers are
//! answered: nothing outside the folder, nothing hidden, no other kind of file.

use crate::problem::Failure;
use crate::state::WebState;
use crate::visitor::SignedIn;
use actix_files::NamedFile;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpRequest, HttpResponse, web};
use base::limits;
use std::path::Path;

/// Address of the folder.
const PLACE: &str = "/maps/";
/// Outlines of areas have one name.
const OUTLINES: &str = "areas.geojson";

/// What the folder offers.
#[derive(Clone, Debug, Default)]
pub struct Maps {
    /// Base maps: address and name, by name.
    pub bases: Vec<(String, String)>,
    /// Address of the areas' outlines, if there are any.
    pub outlines: Option<String>,
}

/// A name of a file in the folder: one segment, not hidden, of a kind that is shown.
fn fits(name: &str) -> bool {
    let plain = |c: char| !c.is_control() && !matches!(c, '/' | '\\' | ':');
    name.len() <= limits::NAME_BYTES_MAX
        && !name.starts_with('.')
        && name.chars().all(plain)
        && (name.ends_with(".pmtiles") || name == OUTLINES)
}

fn look(folder: &Path) -> Maps {
    let mut maps = Maps::default();
    let Ok(entries) = std::fs::read_dir(folder) else { return maps };
    for entry in entries.flatten() {
        let Ok(name) = entry.file_name().into_string() else { continue };
        let Ok(about) = entry.metadata() else { continue };
        if !fits(&name) || !about.is_file() {
            continue;
        }
        let place = format!("{PLACE}{}", templates::routes::segment(&name));
        if name == OUTLINES {
            maps.outlines = (about.len() <= limits::MAP_OUTLINES_BYTES_MAX).then_some(place);
        } else if maps.bases.len() < limits::MAP_FILES_MAX {
            maps.bases.push((place, name.trim_end_matches(".pmtiles").to_owned()));
        }
    }
    maps.bases.sort_by(|a, b| a.1.cmp(&b.1));
    maps
}

/// What the folder offers now.
pub async fn offered(state: &WebState) -> Maps {
    let Some(folder) = state.config.maps.clone() else { return Maps::default() };
    web::block(move || look(&folder)).await.unwrap_or_default()
}

/// `GET /maps/{file}`, whole or in ranges.
pub async fn file(
    state: web::Data<WebState>,
    _who: SignedIn,
    req: HttpRequest,
    name: web::Path<String>,
) -> Result<HttpResponse, Failure> {
    let folder = state.config.maps.as_deref().filter(|_| fits(&name)).ok_or_else(Failure::not_found)?;
    let path = folder.join(name.as_str());
    // A link that leads out of the folder is followed only as far as the administrator who made it wanted.
    let file = NamedFile::open_async(&path).await.map_err(|_| Failure::not_found())?;
    let kind = if name.as_str() == OUTLINES { "application/geo+json" } else { "application/vnd.pmtiles" };
    let mut response = file.use_last_modified(true).into_response(&req);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.remove(header::CONTENT_DISPOSITION);
    // The tag of the file says whether what a browser kept is still good.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_maps_of_the_folder_itself() {
        for good in ["quan-1.pmtiles", "Bản đồ Quận 1.pmtiles", OUTLINES] {
            assert!(fits(good), "{good}");
        }
        for bad in [
            "",
            ".pmtiles",
            ".x.pmtiles",
            "../node.redb",
            "a/b.pmtiles",
            "..\\x.pmtiles",
            "node.redb",
            "x.geojson",
            "C:x.pmtiles",
            "a\0.pmtiles",
        ] {
            assert!(!fits(bad), "{bad:?}");
        }
    }

    #[test]
    fn the_listing_is_by_name_and_of_files_only() {
        let dir = tempfile::tempdir().expect("folder");
        for name in ["b.pmtiles", "a.pmtiles", ".hidden.pmtiles", "readme.txt", OUTLINES] {
            std::fs::write(dir.path().join(name), b"x").expect("written");
        }
        std::fs::create_dir(dir.path().join("folder.pmtiles")).expect("folder");
        let maps = look(dir.path());
        assert_eq!(
            maps.bases,
            [("/maps/a.pmtiles".to_owned(), "a".to_owned()), ("/maps/b.pmtiles".to_owned(), "b".to_owned())]
        );
        assert_eq!(maps.outlines.as_deref(), Some("/maps/areas.geojson"));
        assert!(look(&dir.path().join("nothing")).bases.is_empty());
    }
}
