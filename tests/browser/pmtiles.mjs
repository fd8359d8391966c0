// A small raster PMTiles file (specification 3): one picture for every tile of the first zoom levels, one run.
import { deflateSync, gzipSync } from "node:zlib";

const crcs = Array.from({ length: 256 }, (_, n) => {
  for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  return n >>> 0;
});
const crc = (bytes) => (bytes.reduce((c, b) => crcs[(c ^ b) & 255] ^ (c >>> 8), 0xffffffff) ^ 0xffffffff) >>> 0;

/** A PNG of one colour, 256 × 256. */
export function picture([red, green, blue]) {
  const chunk = (name, data) => {
    const body = Buffer.concat([Buffer.from(name), data]);
    const frame = Buffer.alloc(8);
    frame.writeUInt32BE(data.length, 0);
    frame.writeUInt32BE(crc(body), 4);
    return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(256, 0);
  head.writeUInt32BE(256, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const row = Buffer.concat([Buffer.from([0]), Buffer.alloc(768, Buffer.from([red, green, blue]))]);
  const rows = deflateSync(Buffer.concat(Array.from({ length: 256 }, () => row)));
  return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), chunk("IHDR", head), chunk("IDAT", rows), chunk("IEND", Buffer.alloc(0))]);
}

function varint(n) {
  const bytes = [];
  for (; n > 127; n = Math.floor(n / 128)) bytes.push((n % 128) | 128);
  return Buffer.from([...bytes, n]);
}

/** Every tile from zoom 0 to `zoom` shows that colour. */
export function raster(colour, zoom = 10) {
  const tile = picture(colour);
  const tiles = (4 ** (zoom + 1) - 1) / 3;
  const root = gzipSync(Buffer.concat([varint(1), varint(0), varint(tiles), varint(tile.length), varint(1)]));
  const about = gzipSync(Buffer.from(JSON.stringify({ name: "test", attribution: "<b>© Bản đồ thử</b>" })));
  const head = Buffer.alloc(127);
  head.write("PMTiles", 0, "latin1");
  head[7] = 3;
  const at = { root: 127, about: 127 + root.length, tile: 127 + root.length + about.length };
  const put = (value, offset) => head.writeBigUInt64LE(BigInt(value), offset);
  [at.root, root.length, at.about, about.length, at.tile, 0, at.tile, tile.length, tiles, 1, 1].forEach((value, n) => put(value, 8 + 8 * n));
  // Clustered; directories packed with gzip, tiles not; PNG.
  head.set([1, 2, 1, 2, 0, zoom], 96);
  [-1800000000, -850000000, 1800000000, 850000000].forEach((value, n) => head.writeInt32LE(value, 102 + 4 * n));
  head[118] = 2;
  return Buffer.concat([head, root, about, tile]);
}
