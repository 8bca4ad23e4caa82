"""On what and with what a measurement is made."""

import platform
from datetime import UTC, datetime
from pathlib import Path

import psutil
import torch
import transformers

from distilbert_viz.cost.request import Request
from distilbert_viz.records import Setting


def setting(request: Request, class_names: tuple[str, str]) -> Setting:
    """The request's choices on this machine, now; its load is the mean number of running processes of the last minute."""
    return Setting(
        pair=request.name,
        form=request.form,
        class_names=class_names,
        attention=request.attention,
        dtype=request.dtype,
        device=request.device,
        device_name=torch.cuda.get_device_name(request.device) if request.device.startswith("cuda") else processor(),
        threads=request.threads,
        system=platform.platform(),
        versions=(("python", platform.python_version()), ("torch", torch.__version__), ("transformers", transformers.__version__)),
        began=datetime.now(UTC).isoformat(timespec="seconds"),
        load=float(psutil.getloadavg()[0]),
    )


def processor() -> str:
    """The name of this machine's processor."""
    about = Path("/proc/cpuinfo")
    names = [line for line in about.read_text().splitlines() if line.startswith("model name")] if about.exists() else []
    return names[0].split(":", 1)[1].strip() if names else platform.processor() or platform.machine()
