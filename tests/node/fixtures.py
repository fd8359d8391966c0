"""Each test has a folder for logs; whatever it started is killed; logs are shown when it fails."""

import shutil
import sys
import tempfile
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import harness  # noqa: E402


class Stage:
    """Starts nodes, cameras and viewers for one test (or one file) and clears them away."""

    def __init__(self, name):
        self.logs = harness.OUT / "node" / name
        shutil.rmtree(self.logs, ignore_errors=True)
        self.root = Path(tempfile.mkdtemp(prefix="matluoi-test-"))
        self.children = []
        self.tokens = {}

    def _keep(self, make, kind):
        log = self.logs / f"{kind}-{len(self.children) + 1}.log"
        child = make(log)
        self.children.append(child)
        return child

    def folder(self, name="data"):
        return self.root / name

    def camera(self, *options, **more):
        return self._keep(lambda log: harness.Camera(log, *options, **more), "camera")

    def hostile(self, mode, *options):
        return self._keep(lambda log: harness.Hostile(log, mode, *options), "hostile")

    def viewer(self, node, camera, *options, **more):
        return self._keep(lambda log: harness.Viewer(log, node, camera, *options, **more), "viewer")

    def launch(self, data=None, **more):
        """A node that need not become ready."""
        return self._keep(lambda log: harness.Node(data or self.folder(), log, **more), "node")

    def node(self, data=None, accounts=(), **more):
        """A ready node with an administrator and one account for each role of `accounts`, all made before the first
        start. `token` is the administrator's, `tokens` are by account name."""
        data = Path(data or self.folder())
        tokens = self.tokens.setdefault(data, {})
        for name, role in {harness.ADMIN: "administrator", **{role: role for role in accounts}}.items():
            if name not in tokens:
                tokens[name] = harness.new_account(data, name, role)
        node = self.launch(data, **more).ready()
        node.tokens, node.token = tokens, tokens[harness.ADMIN]
        return node

    def clear(self):
        for child in reversed(self.children):
            child.kill()
        shutil.rmtree(self.root, ignore_errors=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.failed:
        for name in ("stage", "shared_stage"):
            stage = item.funcargs.get(name)
            for child in stage.children if stage else ():
                report.sections.append((f"{child.log_path.name} (last 60 lines)", child.tail(60)))
    return report


@pytest.fixture
def stage(request):
    made = Stage(request.node.name.replace("/", "_"))
    yield made
    made.clear()


@pytest.fixture(scope="module")
def shared_stage(request):
    made = Stage(request.module.__name__)
    yield made
    made.clear()
