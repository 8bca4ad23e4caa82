"""What stands in deploy/ fits the app: ports, addresses, settings, sizes and versions are the same on both sides."""

import inspect
import re
import tomllib

import pytest
import yaml
from streamlit import config

from distilbert_viz import settings
from distilbert_viz.pairs.refusals import PairError
from tests.support.paths import ROOT

DOCKERFILE, NGINX, COMPOSE, README = (
    (ROOT / "deploy" / name).read_text() for name in ("Dockerfile", "nginx.conf", "compose.yaml", "README.md")
)
REPLICAS = ("app-1", "app-2")
PORT = "8501"


@pytest.fixture(scope="module")
def services() -> dict:
    return yaml.safe_load(COMPOSE)["services"]


def test_every_file_that_the_image_takes_is_there_and_every_folder_that_the_app_needs_is_taken():
    taken = [line.split()[1] for line in DOCKERFILE.splitlines() if line.startswith("COPY")]
    assert [name for name in taken if not (ROOT / name).exists()] == []
    assert {"app.py", "pages", "distilbert_viz", ".streamlit", "requirements.txt"} <= set(taken)


def test_the_image_finds_its_torch_in_the_requirements_and_runs_without_rights():
    pins = re.findall("^torch==.*$", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    assert len(pins) == 1
    assert DOCKERFILE.index("USER reader") < DOCKERFILE.index("CMD")


def test_image_health_check_and_proxy_speak_of_one_port_and_streamlits_own_address():
    assert f"EXPOSE {PORT}" in DOCKERFILE
    assert f"http://127.0.0.1:{PORT}/_stcore/health" in DOCKERFILE
    assert f'"--server.port", "{PORT}"' in DOCKERFILE
    assert set(re.findall(r"server (app-\d:\d+)", NGINX)) == {f"{name}:{PORT}" for name in REPLICAS}


def test_the_proxy_knows_every_replica_and_the_replicas_are_alike_but_for_their_runs(services):
    assert set(services) == {*REPLICAS, "proxy"}
    assert set(services["proxy"]["depends_on"]) == set(REPLICAS)
    first, second = (services[name] for name in REPLICAS)
    assert first["volumes"] != second["volumes"]
    assert first | {"volumes": None} == second | {"volumes": None}
    assert first["volumes"][0].endswith(":/data")


def test_every_variable_of_a_replica_is_one_that_is_listened_to(services):
    known = {settings.PUBLIC, settings.FOLDERS, settings.RUNS, settings.OPENED, settings.SERVE, settings.MEMORY, "OMP_WAIT_POLICY"}
    streamlits = {"STREAMLIT_" + re.sub("([A-Z])", r"_\1", key.replace(".", "_")).upper() for key in config.get_config_options()}
    assert set(services["app-1"]["environment"]) <= known | streamlits
    assert "STREAMLIT_SERVER_COOKIE_SECRET" in services["app-1"]["environment"]
    assert set(re.findall(r"DISTILBERT_VIZ_\w+", DOCKERFILE + README)) <= known


def test_the_proxy_takes_the_largest_upload_and_little_more():
    most = int(re.search(r"client_max_body_size (\d+)m;", NGINX).group(1)) * 2**20
    assert settings.PRIVATE.upload < most <= 1.1 * settings.PRIVATE.upload


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/_stcore/Metrics/", "/_stcore/agent/interact"])
def test_what_streamlit_tells_of_its_inside_stays_inside(path):
    blocked = re.search(r"location ~\* (\S+) \{\s*return 404;", NGINX).group(1)
    assert re.match(blocked, path, re.IGNORECASE)
    assert not re.match(blocked, "/_stcore/stream", re.IGNORECASE)


def test_the_proxy_writes_down_no_text_that_stands_in_an_address():
    told = set(re.findall(r"\$\w+", re.search(r"log_format without_texts '(.*)';", NGINX).group(1)))
    assert told.isdisjoint({"$request", "$request_uri", "$args", "$query_string", "$http_referer", "$http_cookie"})
    logs = re.findall(r"^ *(access_log|error_log) (.*?);", NGINX[NGINX.index("server {\n    listen") :], re.MULTILINE)
    assert logs == [("access_log", "/dev/stdout without_texts"), ("error_log", "/dev/stderr crit")]


# The tracing server


def test_ray_is_an_extra_of_one_version_and_no_requirement_of_the_app():
    extra = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]["serve"]
    assert [pin for pin in extra if pin not in (ROOT / "tests" / "requirements.txt").read_text().split()] == []
    assert "ray" not in (ROOT / "requirements.txt").read_text()


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1:8000", "https://tracing.example.org", "http://[::1]:8000/", "http://tracing:8000"]
)
def test_the_app_is_pointed_at_a_tracing_server_by_one_setting(monkeypatch, address):
    monkeypatch.setenv(settings.SERVE, address)
    assert settings.read().serve == address.rstrip("/")


@pytest.mark.parametrize(
    "address", ["tracing:8000", "ftp://tracing", "http://", "http://a b", "http://host/trace", "http://u:p@host"]
)
def test_an_address_that_is_none_is_refused_in_one_sentence(monkeypatch, address):
    monkeypatch.setenv(settings.SERVE, address)
    assert settings.problem() == f"DISTILBERT_VIZ_SERVE must be an address such as http://tracing:8000, not {address!r}."


def test_without_that_setting_the_app_traces_itself(monkeypatch):
    for empty in ("", " "):
        monkeypatch.setenv(settings.SERVE, empty)
        assert settings.read().serve is None


@pytest.mark.filterwarnings("ignore::pydantic.warnings.PydanticDeprecatedSince20")  # ray.serve's own
def test_every_option_of_the_serve_application_can_be_given_by_name():
    pytest.importorskip("ray", reason="Ray is an extra: pip install .[serve]")
    from deploy.serve_app import DEFAULTS, app
    from distilbert_viz.serving.ray_serve import application

    assert list(DEFAULTS) == list(inspect.signature(application).parameters)
    options = app({"pairs": "built-in,base-uncased", "num_gpus": "0.5", "least": "2", "most": "3"})._bound_deployment
    assert options.init_args == (("built-in", "base-uncased"), None)
    assert options.ray_actor_options == {"num_cpus": 1.0, "num_gpus": 0.5}
    assert (options._deployment_config.autoscaling_config.min_replicas, options.max_ongoing_requests) == (2, 16)
    with pytest.raises(ValueError, match=r"^There is no option gpus; there are pairs, least, most, num_cpus, num_gpus, device\.$"):
        app({"gpus": "1"})
    with pytest.raises(PairError, match=r"^There is no pair called 'nonsense'; there are built-in, "):
        app({"pairs": "built-in,nonsense"})
