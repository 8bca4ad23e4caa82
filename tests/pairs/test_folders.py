"""Folders that can't be opened as they stand are refused in the words of who saved them."""

import json

import pytest
from safetensors.torch import load_file, save_file

from tests.support import odd


def test_an_adapter_is_no_model_of_its_own(refusal, tmp_path):
    folder = odd.teacher(tmp_path / "lora")
    (folder / odd.WEIGHTS).unlink()
    (folder / "config.json").unlink()
    (folder / "adapter_config.json").write_text(json.dumps({"peft_type": "LORA", "base_model_name_or_path": "bert-base-uncased"}))
    sentence = refusal(folder)
    assert sentence.startswith(
        "can't be loaded: it is a LORA adapter of bert-base-uncased and no model of its own; merge it into its model first, `"
    )
    assert f'P.from_pretrained(M.from_pretrained("bert-base-uncased"), "{folder}").merge_and_unload()' in sentence
    assert "import AutoModelForMaskedLM as M" in sentence


def test_the_outer_folder_of_sentence_transformers_names_the_inner_one(refusal, tmp_path):
    odd.teacher(tmp_path / "outer" / "0_Transformer")
    (tmp_path / "outer" / "modules.json").write_text(json.dumps([{"path": "0_Transformer"}, {"path": "1_Pooling"}]))
    said = f"its encoder is the folder {tmp_path / 'outer' / '0_Transformer'}, give that one."
    assert refusal(tmp_path / "outer") == f"can't be loaded: it is a sentence-transformers folder; {said}"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        (
            "config.json",
            '{\n"a": "café"}'.encode("latin-1"),
            "its config.json isn't UTF-8 (line 2, byte 0xE9); `iconv -f ISO-8859-1 ",
        ),
        ("config.json", "{}".encode("utf-16"), "its config.json isn't UTF-8 (line 1, byte 0xFF); `iconv -f UTF-16 "),
        ("config.json", b"\xef\xbb\xbf{}", "its config.json begins with a byte order mark, which JSON has none of; `sed "),
        ("tokenizer.json", b'{"a":\n\n"\xe9"}', "its tokenizer.json isn't UTF-8 (line 3, byte 0xE9); `iconv "),
        ("config.json", b'{\n"a": 1,\n}', "its config.json can't be read (line "),
    ],
)
def test_a_file_that_is_not_utf8_or_json_is_named_with_its_line(name, content, said, refusal, tmp_path):
    folder = odd.teacher(tmp_path / "old")
    (folder / name).write_bytes(content)
    assert refusal(folder).startswith(f"can't be loaded: {said}")


def test_a_vocabulary_in_latin_1_is_named_with_its_line(refusal, tmp_path):
    folder = odd.teacher(tmp_path / "latin")
    (folder / "tokenizer.json").unlink()
    (folder / "vocab.txt").write_bytes(b"[PAD]\n[UNK]\ncaf\xe9\n")
    assert refusal(folder).startswith("can't be loaded: its vocab.txt isn't UTF-8 (line 3, byte 0xE9); `iconv ")


@pytest.mark.parametrize("name", ["vocab.json", "merges.txt"])
def test_the_lists_of_an_older_byte_level_tokenizer_are_named_with_their_line_too(name, refusal, tmp_path):
    folder = odd.teacher(tmp_path / "latin")
    (folder / name).write_bytes(b"\n\n\xe9")
    (folder / "tokenizer.json").unlink()
    assert f"its {name} isn't UTF-8 (line 3, byte 0xE9);" in refusal(folder)


def test_a_pointer_of_git_lfs_is_no_weights(refusal, tmp_path):
    folder = odd.teacher(tmp_path / "pointer")
    (folder / odd.WEIGHTS).write_bytes(b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 3\n")
    assert refusal(folder) == "can't be loaded: its model.safetensors is a Git LFS pointer; `git lfs pull` brings the weights."


def test_a_shard_that_is_not_there_is_named(refusal, tmp_path):
    folder = odd.teacher(tmp_path / "shards")
    tensors = load_file(folder / odd.WEIGHTS)
    (folder / odd.WEIGHTS).unlink()
    save_file(tensors, folder / "model-00001-of-00002.safetensors", metadata={"format": "pt"})
    index = dict.fromkeys(tensors, "model-00001-of-00002.safetensors") | {next(iter(tensors)): "model-00002-of-00002.safetensors"}
    (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": index}))
    assert refusal(folder).endswith("names model-00002-of-00002.safetensors, and there is no such file.")
