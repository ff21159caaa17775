"""Which files of a data set of the hub are fetched together."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.data_sets.portions import Portion, as_uploaded, converted
from engine.models.transfer import WantedFile
from engine.protocol.folder_files import FolderKind, what_is_read


def files(*names: str) -> list[WantedFile]:
    return [WantedFile(name, 10, "") for name in names]


def told(portions: list[Portion]) -> dict[str, dict[str, str]]:
    """Returns portion → where a file is put → the file."""
    return {one.id: {place: file.name for place, file in one.files.items()} for one in portions}


def test_each_configuration_of_the_conversion_has_all_its_parts() -> None:
    found = converted(
        files(
            "cola/train/0000.parquet",
            "cola/train/0001.parquet",
            "cola/validation/0000.parquet",
            "sst2/train/0000.parquet",
            "sst2/test/0000.parquet",
            "sst2/unsupervised/0000.parquet",
            ".gitattributes",
        )
    )
    assert told(found) == {
        "cola": {
            "train-00000-of-00002.parquet": "cola/train/0000.parquet",
            "train-00001-of-00002.parquet": "cola/train/0001.parquet",
            "validation.parquet": "cola/validation/0000.parquet",
        },
        "sst2": {"train.parquet": "sst2/train/0000.parquet", "test.parquet": "sst2/test/0000.parquet"},
    }
    assert [one.left_out for one in found] == [(), ("unsupervised",)]
    assert [one.size for one in found] == [30, 20]


def test_a_conversion_of_the_first_rows_only_is_none() -> None:
    assert converted(files("default/partial-train/0000.parquet", "default/test/0000.parquet")) == []


def test_parts_that_thaw_does_not_know_are_chosen_from() -> None:
    found = converted(files("default/english/0000.parquet", "default/french/0000.parquet"))
    assert told(found) == {
        "default/english": {"english.parquet": "default/english/0000.parquet"},
        "default/french": {"french.parquet": "default/french/0000.parquet"},
    }


def test_the_card_says_which_files_belong_together() -> None:
    uploaded = files(
        "README.md",
        "data.csv",
        "held/out/a.csv",
        "held/out/b.csv",
        "held/c.txt",
        "extra/x.jsonl.gz",
        "run.py",
    )
    card = {
        "configs": [
            {
                "config_name": "main",
                "data_files": [
                    {"split": "train", "path": "data.csv"},
                    {"split": "test", "path": ["held/**/*.csv"]},
                ],
            },
            {"config_name": "more", "data_files": "extra/*"},
            {"config_name": "gone", "data_files": "gone/*.csv"},
            {"config_name": "folders", "data_files": {"train": "**/b.csv", "test": "held/c.*"}},
        ]
    }
    assert told(as_uploaded(uploaded, card)) == {
        "main": {
            "train.csv": "data.csv",
            "test-00000-of-00002.csv": "held/out/a.csv",
            "test-00001-of-00002.csv": "held/out/b.csv",
        },
        "more": {"train.jsonl.gz": "extra/x.jsonl.gz"},
        "folders": {"train.csv": "held/out/b.csv", "test.txt": "held/c.txt"},
    }


def test_without_a_card_names_say_it() -> None:
    plain = as_uploaded(
        files("README.md", "train.jsonl", "test.jsonl", "dataset_infos.json", "load.py", "a.png"), {}
    )
    assert told(plain) == {"default": {"train.jsonl": "train.jsonl", "test.jsonl": "test.jsonl"}}
    shards = as_uploaded(files("data/train-00000-of-00002.parquet", "data/train-00001-of-00002.parquet"), {})
    assert [len(one.files) for one in shards] == [2]
    several = as_uploaded(files("films.csv", "books.csv", "more-1.csv", "more-2.csv"), {"configs": "odd"})
    assert [one.id for one in several] == ["films.csv", "books.csv", "more-1.csv"]
    assert len(several[2].files) == 2
    assert as_uploaded(files("load.py", "pictures.zip", "requirements.txt", ".hidden/a.csv"), {}) == []


PATHS = st.lists(
    st.builds(
        "{}/{}/{}".format,
        st.sampled_from(["default", "sst2", "en"]),
        st.sampled_from(["train", "test", "validation", "unsupervised", "english"]),
        st.sampled_from(["0000.parquet", "0001.parquet", "0002.parquet"]),
    ),
    unique=True,
    max_size=12,
)


@given(PATHS)
def test_each_portion_can_be_read_and_no_file_is_in_two(names: list[str]) -> None:
    found = converted(files(*names))
    placed = [file.name for one in found for file in one.files.values()]
    assert len(placed) == len({*placed})
    assert len({one.id for one in found}) == len(found)
    left = sum(
        len([name for name in names if name.startswith(f"{one.id}/{part}/")])
        for one in found
        for part in one.left_out
    )
    assert len(placed) + left == len(names)
    for one in found:
        reading = what_is_read(tuple(one.files))
        assert reading.kind is not FolderKind.NOTHING
        assert {*reading.names} == {*one.files}


def test_no_name_leads_out_of_the_folder() -> None:
    odd = files("../../0000.parquet", "a/../0000.parquet", "default/../0001.parquet")
    assert converted(odd) == []
    names = files("/etc/a.csv", "../a.csv", "b/../../a.csv", "..\\a.csv", "c:\\a.csv", "fine.csv")
    assert [[*one.files] for one in as_uploaded(names, {})] == [["fine.csv"]]
    card = {"configs": [{"config_name": "../x", "data_files": {"../../train": "fine.csv"}}]}
    (only,) = as_uploaded(names, card)
    assert [*only.files] == ["train.csv"]
