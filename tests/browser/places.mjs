// Gives the demo's cameras places around the city's centre, so that a map has something to show.

/** Takes the places of these cameras away again. */
export const unplace = (node, codes) => write(node, codes, () => ({ position: null }));

/** Positions and views for these cameras: all within a few hundred metres. */
export const place = (node, codes) =>
  write(node, codes, (n) => ({
    position: { lat: 10.7745 + (n % 3) * 0.0012, lon: 106.7 + Math.floor(n / 3) * 0.0012 },
    height_m: 4 + n,
    direction_deg: n * 45,
    angle_deg: 80,
    range_m: 60,
  }));

async function write(node, codes, facts) {
  const headers = { Authorization: `Bearer ${node.token}`, "Content-Type": "application/json" };
  for (const [n, code] of codes.entries()) {
    const at = `${node.url}/api/v1/cameras/${code}`;
    const read = await fetch(at, { headers });
    const changed = await fetch(at, {
      method: "PATCH",
      headers: { ...headers, "If-Match": read.headers.get("etag") },
      body: JSON.stringify({ facts: facts(n) }),
    });
    if (!changed.ok) throw new Error(`${code} cannot be changed: ${changed.status} ${await changed.text()}`);
  }
}
