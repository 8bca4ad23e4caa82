"""The tracing of this app on Ray Serve. On one machine: python -m deploy.serve_app; on a Ray cluster: see README.md here."""

import argparse
import os
import signal
import sys
from types import FrameType

from distilbert_viz.pairs import BUILT_IN

DEFAULTS = {"pairs": BUILT_IN, "least": 1, "most": 1, "num_cpus": 1.0, "num_gpus": 0.0, "device": ""}


def app(words: dict[str, str]) -> object:
    """What `serve run deploy.serve_app:app pairs=built-in,base-uncased num_gpus=1 most=4` starts; no word is needed."""
    from distilbert_viz.serving.ray_serve import application

    if unknown := sorted(words.keys() - DEFAULTS.keys()):
        raise ValueError(f"There is no option {unknown[0]}; there are {', '.join(DEFAULTS)}.")
    asked = {name: type(default)(words.get(name, default)) for name, default in DEFAULTS.items()}
    return application(**asked | {"pairs": tuple(asked["pairs"].split(",")), "device": asked["device"] or None})


def main() -> None:
    """Start Ray and the application on this machine alone, until Ctrl-C or SIGTERM."""
    options = vars(asked())
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"  # Ray would tell its makers that it runs here
    import ray
    from ray import serve

    host, port, megabytes = (options.pop(name) for name in ("host", "port", "object_store_mb"))
    try:
        application = app(options)
    except ValueError as error:
        sys.exit(str(error))
    ray.init(include_dashboard=False, log_to_driver=False, object_store_memory=megabytes * 2**20)
    signal.signal(signal.SIGTERM, leave)
    try:
        serve.start(http_options={"host": host, "port": port})
        serve.run(application, blocking=True)
    except KeyboardInterrupt:
        serve.shutdown()
    finally:
        ray.shutdown()


def leave(number: int, frame: FrameType | None) -> None:
    """SIGTERM ends it as Ctrl-C does: replicas first, then Ray."""
    raise KeyboardInterrupt


def asked() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="0.0.0.0 lets every machine of the network ask")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--pairs", default=DEFAULTS["pairs"], help="names as in the app, a comma in between")
    parser.add_argument("--least", default=DEFAULTS["least"], type=int, help="replicas when nobody asks")
    parser.add_argument("--most", default=DEFAULTS["most"], type=int, help="replicas when many ask")
    parser.add_argument("--num-cpus", default=DEFAULTS["num_cpus"], type=float, help="cores of a replica")
    parser.add_argument("--num-gpus", default=DEFAULTS["num_gpus"], type=float, help="GPUs of a replica; 0.5: two share one")
    parser.add_argument("--device", default=DEFAULTS["device"], help="cpu, cuda, mps; by default the fastest there is")
    parser.add_argument("--object-store-mb", type=int, default=512, help="memory that Ray keeps for answers on their way")
    return parser.parse_args()


if __name__ == "__main__":
    main()
