// Something to see on the pages of rights, accounts and reviews: a request that waits, one that was refused, a grant by area
// that a handover has touched, a handover that was undone but for one camera, a review under way.
import { signIn } from "./harness.mjs";

/** Makes all of it on a demo and gives the ids. */
export async function affairs(stage, node) {
  const call = async (method, path, body, headers = {}) => {
    const answer = await fetch(`${node.url}${path}`, {
      method,
      headers: { Authorization: `Bearer ${node.token}`, "Content-Type": "application/json", ...headers },
      body: body && JSON.stringify(body),
    });
    const told = await answer.json();
    if (!answer.ok) throw new Error(`${method} ${path}: ${JSON.stringify(told)}`);
    return told;
  };
  await call("POST", "/api/v1/units", { code: "TT-BD", name: "Trung tâm Bình Dương", kind: "district_centre", area: "25760" });
  const an = await call("POST", "/api/v1/accounts", { name: "an", display_name: "Nguyễn Văn An", role: "district_centre", unit: "TT-BD" });
  const page = await stage.page(await stage.browser(), node.url, [/./]);
  await signIn(page, node, { account: "an", password: an.password_once });
  const ask = (codes) =>
    page.evaluate(
      async (codes) => {
        const answer = await fetch("/api/v1/requests", {
          method: "POST",
          headers: { "Content-Type": "application/json", "X-CSRF-Token": document.querySelector("meta[name=csrf]").content },
          body: JSON.stringify({
            acts: ["see_catalogue", "watch_live"],
            scope: { cameras: codes },
            purpose: "Theo dõi ngập liên phường",
            paper: { kind: "consent", number: "123/UBND-VX", date: "2026-11-20", issuer: "UBND Thành phố" },
          }),
        });
        return answer.json();
      },
      codes,
    );
  const refused = await ask(node.codes.slice(2, 4));
  await call("POST", `/api/v1/requests/${refused.id}/decision`, { verdict: "refuse", why: "Chưa nêu rõ thời gian" }, { "If-Match": `"r${refused.revision}"` });
  const request = await ask(node.codes.slice(0, 2));
  await page.context().close();
  const [from, to] = [...new Set((await call("GET", "/api/v1/cameras?limit=50")).items.map((c) => c.area).filter(Boolean))];
  const grant = await call("POST", "/api/v1/grants", {
    account: "an",
    acts: ["see_catalogue", "watch_live"],
    scope: { areas: [from] },
    times: { until: new Date(Date.now() + 30 * 86_400_000).toISOString(), shifts: ["Mon-Fri 07:30-17:00"] },
    purpose: "Điều phối giao thông",
    paper: { kind: "consent", number: "124/UBND-VX", date: "2026-11-20", issuer: "UBND Thành phố" },
  });
  const due = new Date(Date.now() + 20 * 86_400_000).toISOString().slice(0, 10);
  const review = await call("POST", "/api/v1/reviews", { name: "Rà soát quý IV/2026", due });
  const done = await call("POST", "/api/v1/areas/handovers", { from: [from], others: to, why: "NQ 1685 (thử)" });
  // A further handover, of which something was moved on before it was undone.
  const [back, away] = (await call("GET", "/api/v1/cameras?limit=50")).items.filter((c) => c.area === to).map((c) => c.code);
  const further = { from: [to], by_camera: { [back]: from, [away]: from }, why: "Bàn giao thử, đã hoàn tác" };
  const undone = await call("POST", "/api/v1/areas/handovers", further);
  const { revision } = await call("GET", `/api/v1/cameras/${away}`);
  await call("PATCH", `/api/v1/cameras/${away}`, { area: "26737" }, { "If-Match": `"r${revision}"` });
  await call("POST", `/api/v1/areas/handovers/${undone.id}/undo`, undefined, { "If-Match": `"r${undone.revision}"` });
  return { request: request.id, refused: refused.id, grant: grant.id, review: review.id, handover: done.id, undone: undone.id, from };
}
