"""`size` counts by configurations alone."""

import json
import shutil

from tests.support.shell import BUILT_IN, typed


def sized(*arguments: object) -> dict:
    """The JSON object of `size --json`."""
    answer = typed("size", *arguments, "--json")
    assert (answer.exit_code, answer.stderr) == (0, "")
    return json.loads(answer.stdout)


def test_the_size_of_the_base_architecture_is_the_published_one_to_the_unit():
    counted = sized("--pair", "base-architecture")
    assert counted == sized()
    assert {voice: (one["parameters"], one["bytes"]) for voice, one in counted.items()} == {
        "teacher": (109_514_298, 438_057_192),
        "student": (66_985_530, 267_942_120),
    }
    assert [sum(one["components"].values()) for one in counted.values()] == [109_514_298, 66_985_530]
    assert counted["student"]["components"]["embeddings: word"] == 30_522 * 768
    assert sized("--form", "as pre-trained")["teacher"]["parameters"] == 110_106_428
    assert sized("--form", "encoder")["student"]["parameters"] == 66_362_880


def test_the_size_of_a_pair_is_what_its_loaded_models_hold(built_in):
    expected = [sum(p.numel() for p in model.network.parameters()) for model in built_in]
    folders = ("--teacher", BUILT_IN / "teacher", "--student", BUILT_IN / "student")
    for counted in (sized("--pair", "built-in"), sized(*folders)):
        assert [counted[voice]["parameters"] for voice in ("teacher", "student")] == expected


def test_size_reads_no_weights(tmp_path):
    for voice in ("teacher", "student"):
        (tmp_path / voice).mkdir()
        shutil.copy(BUILT_IN / voice / "config.json", tmp_path / voice)
    folders = ("--teacher", tmp_path / "teacher", "--student", tmp_path / "student")
    assert sized(*folders) == sized("--pair", "built-in")


def test_the_table_of_sizes_ends_in_the_totals_of_the_json():
    rows = [[cell.strip() for cell in line.strip("│").split("│")] for line in typed("size").stdout.splitlines() if "│" in line]
    assert rows[-1] == ["all", "109,514,298", "66,985,530", "42,528,768"]
    assert "438.1 MB → 267.9 MB" in typed("size").stdout


def test_configurations_whose_sizes_do_not_fit_together_are_refused_in_one_line(tmp_path):
    config = json.loads((BUILT_IN / "teacher" / "config.json").read_text(encoding="utf-8"))
    (tmp_path / "config.json").write_text(json.dumps(config | {"num_attention_heads": 7}), encoding="utf-8")
    answer = typed("size", "--teacher", tmp_path, "--student", BUILT_IN / "student")
    assert (answer.exit_code, answer.stdout, len(answer.stderr.splitlines())) == (2, "", 1)
