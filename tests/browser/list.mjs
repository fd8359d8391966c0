// The pages that the accessibility suite walks, each with the way to it: add yours here. `at` gets the node's address and
// what `prepare` made, and gives the address of the page. `before`: pages for people who are not signed in. `act` (page)
// opens what only opens by hand. `allow`: console messages that belong to the page.

/** Follows the first link of a page that has such an address: for pages whose address holds an id. */
const follow = (pattern) => async (page) => {
  const href = await page.$$eval("main a[href]", (links, p) => links.map((a) => a.getAttribute("href")).find((h) => new RegExp(p).test(h)), pattern);
  if (href) await page.goto(new URL(href, page.url()).href, { waitUntil: "load" });
};

/** @type {{name: string, at: (node: any) => string, before?: boolean, act?: (page: any) => Promise<void>}[]} */
export const pages = [
  { name: "sign-in", at: (n) => `${n.url}/sign-in`, before: true },
  { name: "live", at: (n) => `${n.url}/live?grid=4&tiles=${n.codes.slice(0, 2).join(",")}` },
  { name: "live-six", at: (n) => `${n.url}/live?grid=6&tiles=${n.codes.slice(0, 2).join(",")}` },
  { name: "live-wall", at: (n) => `${n.url}/live?wall=1&grid=4&tiles=${n.codes.slice(0, 2).join(",")}` },
  { name: "live-keys", at: (n) => `${n.url}/live?grid=4`, act: (page) => page.keyboard.press("?") },
  {
    name: "live-layouts",
    at: (n) => `${n.url}/live?grid=4`,
    act: async (page) => {
      await page.click("[data-layouts] > summary");
      await page.waitForSelector("#layout-name");
    },
  },
  {
    name: "live-tour",
    at: (n) => `${n.url}/live?grid=1&tiles=${n.codes.slice(0, 2).join(",")}`,
    act: async (page) => {
      await page.click("[data-tour] > summary");
      await page.check("input[name=over][value=layouts]");
    },
  },
  { name: "map", at: (n) => `${n.url}/map`, act: (page) => page.waitForSelector("camera-map[data-ready]") },
  {
    name: "map-chosen",
    at: (n) => `${n.url}/map`,
    act: async (page) => {
      await page.waitForSelector(".mapside__one");
      await page.click(".mapside__one >> nth=0");
      await page.waitForSelector("[data-card]:not([hidden])");
      for (const part of await page.locator(".mapside__part > summary, .mapwall__filter > summary").all()) await part.click();
    },
  },
  { name: "search", at: (n) => `${n.url}/search?q=${encodeURIComponent("cầu")}` },
  { name: "search-first", at: (n) => `${n.url}/search` },
  { name: "search-none", at: (n) => `${n.url}/search?q=khong-co-gi-ca-zzz` },
  {
    name: "search-open",
    at: (n) => `${n.url}/cameras`,
    act: async (page) => {
      if (!(await page.locator("[data-find] input").isVisible())) return;
      await page.keyboard.press("/");
      await page.keyboard.type("79");
      await page.waitForSelector(".find__one");
      await page.keyboard.press("ArrowDown");
    },
  },
  { name: "cameras", at: (n) => `${n.url}/cameras` },
  { name: "cameras-columns", at: (n) => `${n.url}/cameras?cols=code,area,unit,purposes,place,height,device,completeness,changed,state` },
  { name: "cameras-none", at: (n) => `${n.url}/cameras?q=khong-co-camera-nao` },
  { name: "cameras-fault", at: (n) => `${n.url}/cameras?list=x` },
  {
    name: "cameras-ticked",
    at: (n) => `${n.url}/cameras?layer=l1&list=incomplete&q=`,
    act: async (page) => {
      await page.goto(page.url().replace(/\?.*/, ""));
      await page.check("[data-tick] >> nth=0");
    },
  },
  { name: "camera", at: (n) => `${n.url}/cameras/${n.codes[0]}` },
  { name: "camera-lists", at: (n) => `${n.url}/sharing/lists` },
  { name: "camera-list-new", at: (n) => `${n.url}/sharing/lists/new` },
  { name: "camera-add", at: (n) => `${n.url}/cameras/add` },
  { name: "camera-history", at: (n) => `${n.url}/cameras/${n.codes[0]}/history` },
  { name: "overlaps", at: (n) => `${n.url}/cameras/overlaps` },
  { name: "import", at: (n) => `${n.url}/cameras/import` },
  { name: "bulk", at: (n) => `${n.url}/cameras/bulk` },
  { name: "assets", at: (n) => `${n.url}/mounting-assets` },
  { name: "admin", at: (n) => `${n.url}/admin` },
  { name: "areas", at: (n) => `${n.url}/areas` },
  { name: "area", at: (n) => `${n.url}/areas`, act: follow("^/areas/[0-9a-f-]{36}$") },
  { name: "area-add", at: (n) => `${n.url}/areas/add` },
  { name: "handover", at: (n) => `${n.url}/areas/handover` },
  { name: "units", at: (n) => `${n.url}/units` },
  { name: "unit", at: (n) => `${n.url}/units`, act: follow("^/units/[0-9a-f-]{36}$") },
  { name: "unit-add", at: (n) => `${n.url}/units/add` },
  { name: "registers", at: (n) => `${n.url}/registers` },
  { name: "register", at: (n) => `${n.url}/registers/layer` },
  { name: "sharing", at: (n) => `${n.url}/sharing` },
  { name: "sharing-new", at: (n) => `${n.url}/sharing/new` },
  { name: "sharing-table", at: (n) => `${n.url}/sharing/table` },
  { name: "sharing-all", at: (n) => `${n.url}/sharing?state=all` },
  { name: "sharing-touched", at: (n) => `${n.url}/sharing?state=handed_over` },
  { name: "sharing-none", at: (n) => `${n.url}/sharing?q=khong-co-ai` },
  { name: "grant", at: (n) => `${n.url}/sharing/${n.affairs.grant}` },
  { name: "grant-anew", at: (n) => `${n.url}/sharing/new?from=${n.affairs.grant}` },
  {
    name: "sharing-fault",
    at: (n) => `${n.url}/sharing/new`,
    act: async (page) => {
      await page.fill("input[name=holder]", "khong-co-ai");
      await page.fill("input[name=purpose]", "Thử");
      await Promise.all([page.waitForNavigation(), page.click("form.rights-form button.btn--primary")]);
    },
  },
  { name: "requests", at: (n) => `${n.url}/requests` },
  { name: "requests-to-decide", at: (n) => `${n.url}/requests?of=to_decide` },
  {
    name: "request-decide",
    at: (n) => `${n.url}/requests/${n.affairs.request}`,
    act: (page) => page.click("details.fold > summary"),
  },
  { name: "request-refused", at: (n) => `${n.url}/requests/${n.affairs.refused}` },
  { name: "request-new-camera", at: (n) => `${n.url}/requests/new?camera=79-0001&act=watch_live` },
  { name: "review", at: (n) => `${n.url}/reviews/${n.affairs.review}` },
  { name: "review-print", at: (n) => `${n.url}/reviews/${n.affairs.review}/print` },
  { name: "handover-one", at: (n) => `${n.url}/areas/handovers/${n.affairs.handover}` },
  { name: "handover-undone", at: (n) => `${n.url}/areas/handovers/${n.affairs.undone}` },
  {
    name: "handover-grants",
    at: (n) => `${n.url}/areas/handover`,
    act: async (page) => {
      await page.fill("textarea[name=from]", "79");
      await page.fill("input[name=others]", "25760");
      await Promise.all([page.waitForLoadState("load"), page.click("button[value=preview] >> nth=0")]);
      await page.waitForSelector("#preview");
    },
  },
  { name: "policy", at: (n) => `${n.url}/policy` },
  { name: "audit-filtered", at: (n) => `${n.url}/audit?act=grant.given` },
  { name: "audit-none", at: (n) => `${n.url}/audit?who=khong-co-ai` },
  {
    name: "audit-checked",
    at: (n) => `${n.url}/audit`,
    act: async (page) => {
      await Promise.all([page.waitForNavigation(), page.click("form[action='/audit/verify'] button")]);
    },
  },
  {
    name: "second-factor-fault",
    at: (n) => `${n.url}/account/second-factor`,
    act: async (page) => {
      await page.fill("input[name=password_old]", "sai");
      await page.fill("input[name=code]", "000000");
      await Promise.all([page.waitForNavigation(), page.click("main form button.btn--primary")]);
    },
  },
  { name: "request-new", at: (n) => `${n.url}/requests/new` },
  { name: "reviews", at: (n) => `${n.url}/reviews` },
  { name: "networks", at: (n) => `${n.url}/sign-in-networks` },
  { name: "second-factor", at: (n) => `${n.url}/account/second-factor` },
  { name: "checkpoints", at: (n) => `${n.url}/audit/checkpoints` },
  { name: "account-one", at: (n) => `${n.url}/accounts`, act: follow("^/accounts/[0-9a-f-]{36}$") },
  { name: "audit", at: (n) => `${n.url}/audit` },
  { name: "account", at: (n) => `${n.url}/account` },
  { name: "accounts", at: (n) => `${n.url}/accounts` },
  { name: "node", at: (n) => `${n.url}/node` },
  { name: "admin", at: (n) => `${n.url}/admin` },
  { name: "areas", at: (n) => `${n.url}/areas` },
  { name: "areas-found", at: (n) => `${n.url}/areas?q=ben%20nghe` },
  { name: "areas-none", at: (n) => `${n.url}/areas?q=khong-co-dia-ban-nao` },
  { name: "area", at: (n) => `${n.url}/areas/760`, act: (page) => page.click("#edit > summary") },
  { name: "area-add", at: (n) => `${n.url}/areas/add?parent=79` },
  {
    name: "area-handover",
    at: (n) => `${n.url}/areas/handover?from=26740`,
    act: async (page) => {
      await Promise.all([page.waitForLoadState("load"), page.click("button[value=preview] >> nth=0")]);
      await page.waitForSelector("#preview");
    },
  },
  { name: "units", at: (n) => `${n.url}/units` },
  { name: "unit-add", at: (n) => `${n.url}/units/add` },
  { name: "registers", at: (n) => `${n.url}/registers/layer`, act: (page) => page.click("#add > summary") },
  { name: "register-places", at: (n) => `${n.url}/registers/place` },
  { name: "register-item", at: (n) => `${n.url}/registers/place/hospital` },
  { name: "not-found", at: (n) => `${n.url}/cameras/khong-co` },
];
