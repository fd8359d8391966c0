// @ts-check
// Fetches Leaflet and the base maps only on pages that show a map.

/** @param {string} name */
const here = (name) => new URL(`./${name}`, import.meta.url).href;

/** @param {string} name @returns {Promise<void>} */
function style(name) {
  const href = here(name);
  if ([...document.styleSheets].some((sheet) => sheet.href === href)) return Promise.resolve();
  return new Promise((done) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = href;
    // A map without its style is still better than none.
    link.onload = link.onerror = () => done();
    document.head.append(link);
  });
}

/** @type {Promise<any> | undefined} */ let loading;

/** Leaflet. @returns {Promise<any>} */
export function leaflet() {
  loading ??= (async () => {
    await Promise.all([style("vendor/leaflet.css"), import(here("vendor/leaflet.js"))]);
    // Ours after Leaflet's: it overrides.
    await style("map.css");
    return /** @type {any} */ (globalThis).L;
  })();
  return loading;
}

/**
 * The layer of a PMTiles file: pictures (PNG, JPEG, WebP, AVIF) or vectors in the scheme of Protomaps.
 * @param {string} url @param {boolean} dark
 * @returns {Promise<{layer: any, bounds: [[number, number], [number, number]], maxZoom: number}>}
 */
export async function baseMap(url, dark) {
  await leaflet();
  const { default: pmtiles } = await import(here("vendor/pmtiles.js"));
  const file = new pmtiles.PMTiles(url);
  const header = await file.getHeader();
  const options = { maxNativeZoom: header.maxZoom, maxZoom: 20, minZoom: header.minZoom, attribution: "" };
  const about = await file.getMetadata().catch(() => ({}));
  // Attribution comes from a file: text only, whatever markup stands in it.
  const plain = new DOMParser().parseFromString(String(about.attribution ?? ""), "text/html").body.textContent ?? "";
  options.attribution = plain.slice(0, 200).replace(/[<>&]/g, "");
  let layer;
  if (header.tileType === 1) {
    const { default: protomaps } = await import(here("vendor/protomaps-leaflet.js"));
    layer = protomaps.leafletLayer({ ...options, url: file, flavor: dark ? "dark" : "light", lang: document.documentElement.lang, maxDataZoom: header.maxZoom });
  } else {
    layer = pmtiles.leafletRasterLayer(file, options);
  }
  return { layer, bounds: [[header.minLat, header.minLon], [header.maxLat, header.maxLon]], maxZoom: header.maxZoom };
}

/** Do the colours stand on a dark ground? */
export function isDark() {
  const theme = document.documentElement.dataset.theme;
  return theme === "dark" || (theme !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
}
