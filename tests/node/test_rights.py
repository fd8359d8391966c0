"""Every route, without and with the wrong right. The list of routes is the product's own OpenAPI document."""

import re

import pytest
from harness import ADMIN, add_camera, form_token, pages

# Open to everybody, by design.
OPEN_API = {("get", "/api/v1/openapi.json")}
# Pages and their least role; "open" needs no sign-in.
PAGES = {
    "/live": "viewer",
    "/cameras": "viewer",
    "/cameras/add": "operator",
    "/cameras/import": "operator",
    "/cameras/import/template.csv": "operator",
    "/cameras/bulk": "operator",
    "/cameras/export.csv": "viewer",
    "/account": "viewer",
    "/audit": "administrator",
    "/account/second-factor": "viewer",
    "/accounts": "administrator",
    "/accounts/export.csv": "administrator",
    "/sign-in-networks": "administrator",
    "/reviews": "viewer",
    "/node": "administrator",
}
FORMS = {
    "/cameras/probe": "operator",
    "/cameras/add": "operator",
    "/cameras/{code}": "operator",
    "/cameras/{code}/remove": "administrator",
    "/cameras/import/{id}/apply": "operator",
    "/cameras/import/{id}/undo": "operator",
    "/cameras/import/{id}/rows/{n}": "operator",
    "/cameras/bulk": "operator",
    "/cameras/bulk/prepare": "operator",
    "/audit/verify": "administrator",
    "/account/preferences": "viewer",
    "/account/password": "viewer",
    "/account/tokens": "viewer",
    "/accounts": "administrator",
    "/accounts/{id}/role": "administrator",
    "/accounts/{id}/disable": "administrator",
    "/accounts/{id}/enable": "administrator",
    "/accounts/{id}/password": "administrator",
    "/accounts/{id}": "administrator",
    "/accounts/{id}/second-factor": "administrator",
    "/accounts/{id}/tokens": "administrator",
    "/accounts/{id}/tokens/{token}/revoke": "administrator",
    "/sign-in-networks": "administrator",
    "/reviews": "administrator",
    "/reviews/{id}/close": "administrator",
    "/account/second-factor": "viewer",
    "/account/sign-in-seen": "viewer",
    "/node": "administrator",
    "/sign-out": "viewer",
}
LEVEL = {"viewer": 0, "operator": 1, "administrator": 2}


@pytest.fixture(scope="module")
def node(shared_stage):
    node = shared_stage.node(accounts=["viewer", "operator"])
    with node.http() as http:
        node.camera = add_camera(http, "Quyền", main_url="rtsp://127.0.0.1:1/x")
    return node


def fill(path, node):
    code = node.camera["code"]
    path = re.sub(r"\{(camera|code)\}", code, path)
    return re.sub(r"\{[a-z_]+\}", "0197f3a0-0000-7000-8000-000000000000", path)


def routes(node):
    document = node.http().get("/api/v1/openapi.json").raise_for_status().json()
    assert document["openapi"].startswith("3.1")
    for path, item in document["paths"].items():
        for method in item:
            if method in ("get", "post", "put", "patch", "delete"):
                yield method, path, item[method]


def test_openapi_names_what_the_interface_promises(node):
    paths = {p for _, p, _ in routes(node)}
    for promised in ["/api/v1/cameras", "/api/v1/events"]:
        assert promised in paths, sorted(paths)
    for method, path, operation in routes(node):
        assert operation.get("responses"), (method, path)
        assert operation.get("summary") or operation.get("description"), (method, path)


def test_no_route_without_a_sign_in(node):
    with node.http() as http:
        http.headers.pop("Authorization")
        tried = 0
        for method, path, _ in routes(node):
            if (method, path) in OPEN_API:
                continue
            answer = http.request(method, fill(path, node))
            assert answer.status_code == 401, (method, path, answer.status_code, answer.text[:200])
            assert answer.headers["content-type"].startswith("application/problem+json"), (method, path)
            assert answer.json()["type"] == "/problems/unauthenticated"
            tried += 1
        assert tried >= 10
        for method, path in [("post", "/whep/{camera}"), ("delete", "/whep/{camera}/{playback}"), ("get", "/metrics")]:
            answer = http.request(method, fill(path, node))
            assert answer.status_code == 401, (method, path, answer.status_code)
        for bad in ["Bearer mlt_0000", "Bearer", "Bearer  x y", "Basic YWRtaW46YWRtaW4=", "Bearer " + "a" * 10_000]:
            assert http.get("/api/v1/cameras", headers={"Authorization": bad}).status_code in (400, 401, 431)


def test_no_page_without_a_sign_in(node):
    with node.http() as http:
        http.headers.pop("Authorization")
        for path in [*PAGES, f"/cameras/{node.camera['code']}"]:
            answer = http.get(path)
            assert answer.status_code == 303 and answer.headers["location"].startswith("/sign-in"), (path, answer)
        for path in FORMS:
            answer = http.post(fill(path, node), data={"x": "y"}, headers={"Origin": node.url})
            assert answer.status_code in (303, 401, 403), (path, answer.status_code)
            if answer.status_code == 303:
                assert answer.headers["location"].startswith("/sign-in"), path


@pytest.mark.parametrize("role", ["viewer", "operator", "administrator"])
def test_pages_by_role(node, role):
    name = ADMIN if role == "administrator" else role
    with pages(node, name) as http:
        for path, least in PAGES.items():
            answer = http.get(path)
            wanted = 200 if LEVEL[role] >= LEVEL[least] else 403
            assert answer.status_code == wanted, (role, path, answer.status_code)
        csrf = form_token(http.get("/live"))
        for path, least in FORMS.items():
            if LEVEL[role] >= LEVEL[least]:
                continue
            answer = http.post(fill(path, node), data={"csrf": csrf}, headers={"Origin": node.url})
            assert answer.status_code in (403, 404), (role, path, answer.status_code)


def test_forms_need_the_form_token_and_the_origin(node):
    with pages(node) as http:
        csrf = form_token(http.get("/live"))
        for path in FORMS:
            if path == "/sign-out":
                continue
            path = fill(path, node)
            assert http.post(path, data={"x": "y"}, headers={"Origin": node.url}).status_code == 403, path
            wrong = http.post(path, data={"csrf": "0" * len(csrf)}, headers={"Origin": node.url})
            assert wrong.status_code == 403, path
            foreign = http.post(path, data={"csrf": csrf}, headers={"Origin": "https://evil.example"})
            assert foreign.status_code == 403, path
        # The API with the cookie alone is no way around.
        answer = http.post("/api/v1/cameras", json={"name": "x", "main_url": "rtsp://10.0.0.1/"})
        assert answer.status_code == 403, answer.text


def test_a_viewer_may_look_but_not_touch(node):
    with node.http(token=node.tokens["viewer"]) as http:
        assert http.get("/api/v1/cameras").status_code == 200
        code = node.camera["code"]
        for method, path, body in [
            ("POST", "/api/v1/cameras", {"name": "x", "main_url": "rtsp://10.0.0.1/"}),
            ("PATCH", f"/api/v1/cameras/{code}", {"name": "x"}),
            ("DELETE", f"/api/v1/cameras/{code}", None),
            ("POST", "/api/v1/cameras/probe", {"main_url": "rtsp://10.0.0.1/"}),
            ("GET", "/api/v1/audit", None),
            ("GET", "/api/v1/accounts", None),
            ("POST", "/api/v1/accounts", {"name": "x", "role": "viewer"}),
        ]:
            answer = http.request(method, path, json=body)
            assert answer.status_code == 403, (method, path, answer.status_code, answer.text)
            problem = answer.json()
            assert problem["type"] == "/problems/refused" and problem["detail"], problem
        seen = http.get(f"/api/v1/cameras/{code}").json()
        assert "main_url" not in seen or seen["main_url"] is None, "camera addresses are for those who edit cameras"


def test_an_operator_edits_cameras_but_no_accounts(node):
    with node.http(token=node.tokens["operator"]) as http:
        made = add_camera(http, "Của người vận hành", main_url="rtsp://127.0.0.1:1/op")
        assert http.get(f"/api/v1/cameras/{made['code']}").status_code == 200
        assert http.get("/api/v1/accounts").status_code == 403
        assert http.get("/api/v1/audit").status_code == 403


def test_refusals_are_in_the_audit(node):
    with node.http(token=node.tokens["viewer"]) as http:
        http.post("/api/v1/cameras", json={"name": "x", "main_url": "rtsp://10.0.0.1/"})
    with node.http() as http:
        items = http.get("/api/v1/audit", params={"limit": 100}).raise_for_status().json()["items"]
        assert any("refused" in e["act"] and "viewer" in str(e["actor"]) for e in items), items[:5]


def test_the_last_administrator_stays(node):
    with node.http() as http:
        accounts = http.get("/api/v1/accounts").raise_for_status().json()["items"]
        own = next(a for a in accounts if a["name"] == ADMIN)
        for change in ({"disabled": True}, {"role": "viewer"}):
            answer = http.patch(f"/api/v1/accounts/{own['id']}", json=change)
            assert answer.status_code in (400, 403, 409), (change, answer.status_code, answer.text)


def test_metrics_and_health(node):
    with node.http() as http:
        http.headers.pop("Authorization")
        assert http.get("/metrics").status_code == 401
        for path in ("/healthz", "/readyz"):
            answer = http.get(path)
            assert answer.status_code == 200 and "rtsp" not in answer.text
    metrics = node.metrics()
    assert any(k.startswith("process_resident_memory_bytes") for k in metrics), list(metrics)[:20]
