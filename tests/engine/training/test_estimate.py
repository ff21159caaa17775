"""What a run will need: counted from its very batches, timed on this machine, kept for the next time."""

from __future__ import annotations

import dataclasses

import msgspec
import pytest
import torch

from engine import registry
from engine.contracts import Network
from engine.models.load import load_base
from engine.protocol.config import DataConfig, RunConfig
from engine.protocol.kept_facts import in_words
from engine.protocol.stack import Fit
from engine.training import timing
from engine.training.calibration import Calibration, calibrate, load_calibrations, save_calibration
from engine.training.checking import Checker
from engine.training.estimate import Estimator
from engine.training.memory_needed import LIBRARIES, checkpoint_size, memory_of, width_of
from engine.training.work import WordsSaid, work_of
from engine.training.workbench import Workbench
from tests.engine.recorded_session import moods_run
from tests.small_models import make_small_writer

CPU = torch.device("cpu")
SPEED = Calibration(
    run=1e-6, through=2e-6, learn=3e-6, step_run=0.0, step_learn=0.0, parameter=1e-9, head_step=1e-3,
    insert=1e-7, say=2e-6, say_through=3e-6, say_learn=5e-6, written=7e-6,
    bytes_through=100.0, bytes_learn=200.0,
)  # fmt: skip


class TimedMachine(Estimator):
    """An estimator for a machine whose figures a test knows."""

    def calibration(self, *_):
        return SPEED


def _settings(method="full_fine_tuning", **changed):
    filled, problems = registry.fill_settings(registry.method(method), "text_classification", changed)
    assert not problems
    return filled


def _checked(small_bert, moods_csv, estimator, method="full_fine_tuning", **settings):
    checker = Checker(Workbench(), estimator)
    checked = checker.check(moods_run(moods_csv, small_bert, method, **settings))
    assert not checked.errors
    return checked


def _seconds(machine, checked):
    """Returns how long a run takes, without what it took to put its rows into batches: that was measured."""
    work = dataclasses.replace(checked.work, row=0.0)
    return machine.estimate("small", checked.stack, work, checked.settings).seconds


@pytest.fixture
def machine(tmp_path, monkeypatch):
    monkeypatch.setenv("THAW_CACHE", str(tmp_path / "cache"))  # nothing that other tests have read
    return TimedMachine(CPU, tmp_path / "calibration.json")


def test_work_is_counted_from_the_batches():
    lengths = {"train": [10] * 64 + [20] * 64, "validation": [10] * 20, "test": [5] * 10}
    work = work_of(lengths, _settings(epochs=3, batch_size=32))

    assert work.train == 64 * 10 + 64 * 20  # sorted by length, nothing is padded
    assert (work.judge, work.test, work.largest) == (200, 50, 32 * 20)
    assert (work.steps, work.batches, work.epochs, work.evaluations) == (12, 12, 3, 7)


def test_long_texts_are_cut_and_batches_gathered():
    work = work_of(
        {"train": [100] * 64, "validation": [100], "test": [100]},
        _settings(epochs=1, batch_size=8, gradient_accumulation_steps=4, max_length=16),
    )

    assert (work.train, work.largest) == (64 * 16, 8 * 16)
    assert (work.steps, work.batches) == (2, 8)


def test_a_large_table_is_counted_from_a_sample():
    work = work_of({"train": [10] * 100_000, "validation": [10], "test": [10]}, _settings(epochs=1))

    assert work.train == pytest.approx(1_000_000)
    assert work.steps == 3125


def test_before_this_machine_was_timed_there_is_a_range(small_bert, moods_csv, tmp_path):
    estimate = _checked(small_bert, moods_csv, Estimator(CPU, tmp_path / "none.json")).estimate

    assert not estimate.measured
    assert estimate.seconds is None
    assert estimate.seconds_high == pytest.approx(2 * estimate.seconds_low)
    assert estimate.seconds_low > 0.01
    assert estimate.epochs == 2
    assert estimate.steps == 12


def test_a_first_guess_grows_with_what_is_computed(small_bert, moods_csv, tmp_path):
    guessing = Estimator(CPU, tmp_path / "none.json")

    def low(method, **settings):
        return _checked(small_bert, moods_csv, guessing, method, **settings).estimate.seconds_low

    assert low("feature_based") < low("full_fine_tuning", epochs=20) < low("full_fine_tuning", epochs=40)
    assert low("freeze_layers", frozen_layers=1, epochs=40) < low("full_fine_tuning", epochs=40)


def test_each_device_has_an_estimator_of_its_own(tmp_path):
    estimator = Estimator(CPU, tmp_path / "calibration.json")
    assert estimator.on("") is estimator.on("cpu") is estimator
    other = estimator.on("meta")  # a device that every torch has
    assert other is not estimator
    assert estimator.on("meta") is other


def test_time_adds_up_from_what_was_timed(small_bert, moods_csv, machine):
    checked = _checked(small_bert, moods_csv, machine, "full_fine_tuning", epochs=10)

    work = checked.work
    trained = 10 * work.train * 2 * 3e-6  # two blocks that learn
    judged = (work.sample.pieces + 21 * (work.judge + work.watched.pieces) + work.test) * 2 * 1e-6
    optimizer = 60 * (checked.stack.trainable_parameters * 1e-9 + 1e-3)
    assert _seconds(machine, checked) == pytest.approx(trained + judged + optimizer)
    assert checked.estimate.seconds > _seconds(machine, checked)
    assert checked.estimate.measured


def test_a_layer_costs_less_before_it_thaws(small_bert, moods_csv, machine):
    checked = _checked(small_bert, moods_csv, machine, "gradual_unfreezing", epochs=6)

    work, layers = checked.work, {layer.id: layer for layer in checked.stack.layers}
    assert {name: layer.thaws_at for name, layer in layers.items()} == {
        "embeddings": 3.0,
        "block.1": 2.0,
        "block.2": 1.0,
        "head": None,
    }
    trained = work.train * (2e-6 + (1e-6 + 3e-6) + 6e-6 + 3 * 6e-6)
    learning = [layers[name].parameters for name in ("head", "block.2", "block.1", "embeddings")]
    numbers = sum(sum(learning[: epoch + 1]) for epoch in range(3)) + 3 * sum(learning)
    optimizer = work.steps / 6 * numbers * 1e-9
    looks, sample = work.look, work.sample
    judged = 2 * (sample.pieces + 13 * (looks.pieces + work.watched.pieces) + work.test)
    # Two blocks are frozen for three looks, whose rows the sample has read; one for two more.
    judged += 2 * (sample.alike.pieces - sample.pieces - 3 * (looks.pieces + work.watched.pieces))
    judged += looks.alike.pieces - 2 * (looks.pieces + work.watched.pieces)
    tried = work.tried * (2 * 2 + 2 + 2 * 2 + 1)
    alike = (work.alike.pieces - work.train) * (2 + 1)
    read = (judged + tried + alike) * 1e-6
    assert _seconds(machine, checked) == pytest.approx(trained + read + optimizer + 36 * 1e-3)


def test_frozen_blocks_below_cost_less_than_frozen_blocks_above(small_bert, moods_csv, machine):
    def seconds(**layers):
        run = moods_run(moods_csv, small_bert, "freeze_layers", epochs=100, frozen_layers=0)
        run = msgspec.structs.replace(run, layers=layers)
        return _seconds(machine, Checker(Workbench(), machine).check(run))

    upper = seconds(**{"embeddings": False, "block.1": False, "block.2": True})
    lower = seconds(**{"embeddings": False, "block.1": True, "block.2": False})
    both = seconds(**{"embeddings": False, "block.1": True, "block.2": True})
    assert upper < lower < both


def test_a_frozen_model_costs_one_reading(small_bert, moods_csv, machine):
    checked = _checked(small_bert, moods_csv, machine, "feature_based", epochs=2)
    more = _checked(small_bert, moods_csv, machine, "feature_based", epochs=3)

    # What so small a head multiplies is next to nothing.
    assert _seconds(machine, more) - _seconds(machine, checked) == pytest.approx(6 * 1e-3, rel=1e-3)


def test_saying_words_and_writing_answers_count(small_writer, tmp_path, machine):
    path = tmp_path / "faq.csv"
    lines = [f"the cat {number},happy day" for number in range(100)]
    path.write_text("\n".join(["text,response", *lines]), encoding="utf-8")
    settings = {"epochs": 4, "batch_size": 8, "max_length": 32, "evaluations_per_epoch": 1}
    run = RunConfig(
        data=DataConfig(path=str(path), columns={"text": "text", "response": "response"}),
        task="causal_language_modelling",
        method="full_fine_tuning",
        model=str(small_writer),
        settings=settings,
    )

    checked = Checker(Workbench(), machine).check(run)

    assert not checked.errors
    work, stack = checked.work, checked.stack
    assert stack.words == 118
    assert work.said == pytest.approx(3 / 7, abs=0.05)  # "happy day" and the end, of about seven pieces
    # 15 rows are judged as a sample, each time, and in the end; 4 of them are watched.
    assert (work.written, work.turns) == ((7 * 15 + 5 * 4) * 3, (7 + 5) * 3)
    read = work.sample.pieces + 5 * (work.judge + work.watched.pieces) + work.test
    trained = 4 * work.train * (2 * 3e-6 + work.said * 5e-6)
    judged = read * (2 * 1e-6 + work.said * 2e-6)
    written = work.written * 7e-6 + 2 * read * 1e-6  # what is answered is read again for it
    optimizer = work.steps * (stack.trainable_parameters * 1e-9 + 1e-3)
    assert _seconds(machine, checked) == pytest.approx(trained + judged + written + optimizer)
    large = dataclasses.replace(work, largest=10**6)
    silent = dataclasses.replace(large, said=0.0)
    needed = [machine.estimate("small", stack, one, checked.settings).memory for one in (large, silent)]
    at_once = max(work.pieces["validation"], work.pieces["test"])
    assert at_once < 4096
    numbers = 3 * 10**6 + 0.8 * at_once  # of what learns three, and most of the one of what is only read
    assert needed[0] - needed[1] == pytest.approx(4 * 118 * work.said * numbers, abs=1)


def test_only_the_rows_that_are_judged_count():
    task = registry.task("sequence_to_sequence")
    lengths = {"train": [10] * 800, "validation": [10] * 500, "test": [10] * 300}
    settings = {**_settings(epochs=2, batch_size=8, evaluations_per_epoch=1), "num_beams": 2}
    work = work_of(lengths, settings, 0, WordsSaid(share=1.0, a_row=10.0), task)

    assert work.judge == 200 * 10
    assert work.written == (64 + 3 * (200 + 4) + 300) * 10 * 2  # a sample and the watched rows, too
    assert work.turns == (1 + 3 * 2 + 1) * 10


def test_memory_grows_with_what_learns(small_bert, moods_csv, machine):
    def needs(method):
        checked = _checked(small_bert, moods_csv, machine, method, frozen_states_megabytes=0)
        many = dict.fromkeys(checked.work.pieces, 10**6)  # so that as much is read at once by each
        return memory_of(checked.stack, dataclasses.replace(checked.work, pieces=many), SPEED)

    assert needs("feature_based") < needs("freeze_layers") < needs("full_fine_tuning")
    anew = _checked(small_bert, moods_csv, machine, "freeze_layers", frozen_states_megabytes=0)
    keeps = _checked(small_bert, moods_csv, machine, "freeze_layers")
    more = keeps.estimate.memory - anew.estimate.memory  # rows to learn from are read one by one
    at_once = max(keeps.work.pieces["validation"], keeps.work.pieces["test"])
    assert more == pytest.approx(0.8 * at_once * 190 * 32, rel=0.2)


def test_rows_that_are_only_read_are_read_in_batches_of_a_size(small_bert, moods_csv, machine):
    checked = _checked(small_bert, moods_csv, machine, "full_fine_tuning")

    def needed(pieces):
        work = dataclasses.replace(checked.work, pieces={"train": 10**6, "validation": pieces, "test": 10})
        return memory_of(checked.stack, work, SPEED)

    width = width_of(checked.stack)
    assert needed(4096) == needed(10**6)
    assert needed(4096) - needed(96) == pytest.approx(0.8 * 4000 * 190 * width, rel=1e-6)


def test_on_a_graphics_card_the_libraries_are_not_in_the_way(small_bert, moods_csv, machine):
    checked = _checked(small_bert, moods_csv, machine)
    here, there = (memory_of(checked.stack, checked.work, SPEED, libraries=own) for own in (LIBRARIES, 0))
    assert here - there == LIBRARIES
    assert here == checked.estimate.memory


def test_memory_grows_with_what_inserted_parts_keep(small_bert, moods_csv, machine):
    checked = _checked(small_bert, moods_csv, machine, "lora")
    inserts = sum(len(layer.inserts) for layer in checked.stack.layers)
    assert inserts == 4
    needed = []
    for kept in (0.0, 800.0):
        machine.calibration = lambda *_, kept=kept: msgspec.structs.replace(SPEED, bytes_insert=kept)
        needed.append(machine.estimate("small", checked.stack, checked.work, checked.settings).memory)

    assert needed[1] - needed[0] == pytest.approx(1.4 * checked.work.largest * inserts * 800, abs=1)


def test_disk_is_the_whole_model_only_where_it_changes(small_bert, moods_csv, machine):
    full = _checked(small_bert, moods_csv, machine, "full_fine_tuning")
    head = _checked(small_bert, moods_csv, machine, "feature_based")

    assert full.estimate.disk == 4 * full.stack.total_parameters
    assert head.estimate.disk == 4 * 66
    assert checkpoint_size(head.stack) == 8 * 4 * 66


def test_what_does_not_fit_is_said(small_bert, moods_csv, machine):
    checked = _checked(small_bert, moods_csv, machine)
    huge = dataclasses.replace(checked.work, largest=10**11)

    estimate = machine.estimate("small", checked.stack, huge, checked.settings)

    assert estimate.fit is Fit.TOO_LARGE
    assert checked.estimate.fit is Fit.FITS


def test_timing_leaves_random_numbers_and_model_alone(small_bert):
    base = load_base(str(small_bert))
    before = {name: tensor.clone() for name, tensor in base.network.state_dict().items()}
    torch.manual_seed(5)
    expected = torch.rand(4)
    torch.manual_seed(5)

    measured = calibrate(base, 16, CPU, lambda: False)

    assert torch.equal(torch.rand(4), expected)
    assert all(torch.equal(tensor, before[name]) for name, tensor in base.network.state_dict().items())
    assert all(parameter.grad is None for parameter in base.network.parameters())
    assert 0 < measured.run <= measured.through <= measured.learn
    assert measured.bytes_through < measured.bytes_learn
    assert measured.bytes_insert == 4 * (32 + 32 + 16)  # what dropout drew, what it left, what goes up
    assert measured.parameter > 0


def test_what_was_timed_is_kept_for_the_next_process(small_bert, tmp_path):
    file = tmp_path / "cache" / "calibration.json"
    first = Estimator(CPU, file)
    base = load_base(str(small_bert))
    assert first.calibration(str(small_bert), 20) is None

    first.calibrate(base, 20, lambda: False)

    second = Estimator(CPU, file)
    assert second.calibration(str(small_bert), 20) == first.calibration(str(small_bert), 20) is not None
    assert second.calibration(str(small_bert), 200) is None  # other lengths have other costs
    assert second.calibration("another", 20) is None
    assert len(load_calibrations(file)) == 1


def test_numbers_of_16_bits_have_figures_of_their_own(small_bert, moods_csv, tmp_path):
    estimator = Estimator(CPU, tmp_path / "calibration.json")
    checker = Checker(Workbench(), estimator)
    runs = {name: moods_run(moods_csv, small_bert, precision=name) for name in ("bf16", "fp32")}
    length = checker.check(runs["bf16"]).length_to_time
    halved = estimator.on("", "bf16")
    halved.calibrate(load_base(str(small_bert)), length, lambda: False)

    assert estimator.on("cpu", "bf16") is halved
    assert checker.check(runs["bf16"]).estimate.measured
    assert not checker.check(runs["fp32"]).estimate.measured


def test_timing_ends_when_something_urgent_waits(small_bert, tmp_path):
    estimator = Estimator(CPU, tmp_path / "calibration.json")

    estimator.calibrate(load_base(str(small_bert)), 20, lambda: True)

    assert estimator.calibration(str(small_bert), 20) is None


def test_a_damaged_file_is_measured_anew(tmp_path):
    (tmp_path / "calibration.json").write_text("{not json")

    assert load_calibrations(tmp_path / "calibration.json") == {}


def test_a_whole_run_corrects_figures_that_a_busy_machine_gave(tmp_path):
    file = tmp_path / "calibration.json"
    estimator = Estimator(CPU, file)
    save_calibration(file, estimator._key("minilm", 24), SPEED)
    estimator = Estimator(CPU, file)

    estimator.correct("minilm", 24, estimated=100.0, actual=50.0)

    corrected = Estimator(CPU, file).calibration("minilm", 24)
    assert (corrected.run, corrected.learn) == (SPEED.run / 2, SPEED.learn / 2)
    assert corrected.bytes_learn == SPEED.bytes_learn


@pytest.mark.parametrize("slower", [0.4, 0.9, 1.12, 1.3])
def test_after_a_finished_run_the_next_estimate_is_nearer(small_bert, moods_csv, tmp_path, slower):
    estimator = Estimator(CPU, tmp_path / "calibration.json")
    run = moods_run(moods_csv, small_bert, epochs=30)
    checker = Checker(Workbench(), estimator)
    length = checker.check(run).work.length
    timed = msgspec.structs.replace(SPEED, run=1e-4, learn=3e-4, head_step=1e-2)
    save_calibration(tmp_path / "calibration.json", estimator._key(str(small_bert), length), timed)
    estimator = Estimator(CPU, tmp_path / "calibration.json")
    checker = Checker(Workbench(), estimator)
    first = checker.check(run).estimate.seconds
    assert first > 10

    estimator.correct(str(small_bert), length, first, slower * first)

    second = checker.check(run).estimate.seconds
    other = checker.check(moods_run(moods_csv, small_bert, epochs=10)).estimate.seconds
    assert abs(second / first - slower) < 0.55 * abs(1 - slower)
    assert other / second == pytest.approx(1 / 3, rel=0.1)  # of other runs of the same model, too


def test_a_whole_run_corrects_the_memory_half_of_the_way(small_bert, moods_csv, tmp_path):
    file = tmp_path / "calibration.json"
    save_calibration(file, Estimator(CPU, file)._key("minilm", 24), SPEED)
    estimator = Estimator(CPU, file)

    estimator.correct("minilm", 24, 100.0, 100.0, memory=(1_000_000_000, 1_440_000_000))

    corrected = Estimator(CPU, file).calibration("minilm", 24)
    assert corrected.memory == pytest.approx(1.2)
    assert corrected.learn == SPEED.learn
    estimator.correct("minilm", 24, 100.0, 100.0, memory=(1_000_000_000, 1_030_000_000))
    assert estimator.calibration("minilm", 24).memory == pytest.approx(1.2)


@pytest.mark.parametrize(("estimated", "actual"), [(100.0, 104.0), (1.0, 4.0)])
def test_a_run_that_took_about_as_long_or_tells_little_corrects_nothing(tmp_path, estimated, actual):
    file = tmp_path / "calibration.json"
    save_calibration(file, Estimator(CPU, file)._key("minilm", 24), SPEED)
    estimator = Estimator(CPU, file)

    estimator.correct("minilm", 24, estimated=estimated, actual=actual)

    assert estimator.calibration("minilm", 24) == SPEED


def test_frozen_lower_blocks_run_once(small_bert, moods_csv, machine):
    def checked(**settings):
        return _checked(
            small_bert, moods_csv, machine, "freeze_layers", frozen_layers=1, epochs=4, **settings
        )

    plain, kept = checked(frozen_states_megabytes=0), checked()
    work = kept.work

    assert work.kept.share("train") == work.kept.share("test") == 1.0
    looks = 9 * (work.judge + work.watched.pieces)  # the sample has read all rows of these
    spared = 4 * work.train - work.alike.pieces + looks
    spared += sum(one.pieces - one.alike.pieces for one in (work.sample, work.final))
    tried = work.tried * (2 * 2 + 1)
    assert _seconds(machine, plain) - _seconds(machine, kept) == pytest.approx((spared - tried) * 1e-6)


def test_what_does_not_fit_is_counted_each_time(small_bert, moods_csv, machine):
    checked = _checked(small_bert, moods_csv, machine, "freeze_layers", frozen_layers=1, epochs=4)
    work = checked.work
    numbers = sum(work.kept.numbers.values())
    half = dataclasses.replace(work.kept, free=2 * work.kept.numbers["train"])
    less = dataclasses.replace(checked, work=dataclasses.replace(work, kept=half))
    estimate = machine.estimate("small", checked.stack, less.work, checked.settings)

    assert checked.estimate.kept.size == 4 * numbers
    assert checked.estimate.kept.rows == checked.estimate.kept.of_rows == 80
    assert (half.share("train"), half.share("validation")) == (0.5, 0.0)
    assert (estimate.kept.rows, estimate.kept.size) == (24, 2 * work.kept.numbers["train"])
    spared = 0.5 * (4 * work.train - work.alike.pieces) + 9 * (work.judge + work.watched.pieces)
    spared += sum(one.pieces - one.alike.pieces for one in (work.sample, work.final))
    assert _seconds(machine, less) - _seconds(machine, checked) == pytest.approx(spared * 1e-6)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({}, "The lowest of 2 blocks is computed once: 131 kB kept on the disk."),
        ({"frozen_states_megabytes": 0}, "The lowest of 2 blocks is computed in each epoch: "
         "Keep of frozen layers is 0 MB."),
        ({"train_on": "noisy", "fresh_noise": True}, "The lowest of 2 blocks is computed once for rows "
         "that are judged (65 kB kept on the disk), in each epoch for the others: their noise is fresh."),
    ],
)  # fmt: skip
def test_what_is_kept_is_said(small_bert, moods_csv, machine, settings, words):
    checked = _checked(small_bert, moods_csv, machine, "freeze_layers", frozen_layers=1, **settings)

    assert in_words(checked.estimate.kept) == words


def test_features_that_find_no_room_are_said_and_counted_as_memory(small_bert, moods_csv, machine):
    """80 rows of 32 numbers are 10,240 bytes: a file for 2,560 of them, memory for as many."""
    checked = _checked(small_bert, moods_csv, machine, "feature_based")
    roomy = checked.work.features
    tight = dataclasses.replace(roomy, free=2560, in_memory=2560)
    less = dataclasses.replace(checked.work, features=tight)
    estimate = machine.estimate("small", checked.stack, less, checked.settings)

    assert (roomy.share("test"), roomy.held) == (1.0, 0)
    assert [tight.share(part) for part in ("train", "validation", "test")] == [40 / 48, 0.0, 0.0]
    assert in_words(estimate.kept) == (
        "All 2 blocks are computed once for 40 of 80 rows, in each epoch for the others: there is no room to "
        "keep it."
    )
    assert in_words(checked.estimate.kept) == "All 2 blocks are computed once; then only the head is."
    assert estimate.memory - checked.estimate.memory == 2560
    assert estimate.seconds > checked.estimate.seconds


def test_a_full_disk_is_not_said_to_be_a_setting(small_bert, moods_csv, machine):
    checked = _checked(small_bert, moods_csv, machine, "freeze_layers", frozen_layers=1)
    full = dataclasses.replace(checked.work, kept=dataclasses.replace(checked.work.kept, free=0))
    kept = machine.estimate("small", checked.stack, full, checked.settings).kept

    assert in_words(kept) == (
        "The lowest of 2 blocks is computed in each epoch: there is no room to keep it."
    )


def test_what_was_cut_short_says_nothing(small_bert, tmp_path):
    """Something more urgent comes when the disk is tried, the last of all."""
    folder = tmp_path / "tried"
    folder.mkdir()
    before = folder.stat().st_mtime_ns

    def is_cancelled():
        return folder.stat().st_mtime_ns != before

    assert calibrate(load_base(str(small_bert)), 16, CPU, is_cancelled, folder=folder) is None
    assert is_cancelled()


def test_words_that_there_was_no_time_for_are_guessed_not_left_out(small_writer, tmp_path, monkeypatch):
    monkeypatch.setattr(timing, "BUDGET", 0.0)
    monkeypatch.setattr(timing, "save_file", _full)
    found = calibrate(
        load_base(str(small_writer), kind=Network.CAUSAL_LM), 24, CPU, lambda: False, folder=tmp_path
    )

    assert min(found.say, found.say_through, found.say_learn, found.written) > 0
    assert found.say_learn >= found.say_through >= found.say
    assert found.saved == pytest.approx(1.08e-8)


def _full(*_):
    raise OSError("No space left on device")


def test_nothing_is_written_beyond_the_last_place_of_a_model(tmp_path):
    writer = make_small_writer(tmp_path / "gpt2", family="gpt2")  # 64 places
    found = calibrate(load_base(str(writer), kind=Network.CAUSAL_LM), 64, CPU, lambda: False, folder=tmp_path)

    # Of so small a model one row more may cost nothing that can be timed; a turn or its beginning does.
    assert max(found.written, found.turn, found.call) > 0


def test_of_a_large_table_as_many_answers_are_written_as_the_task_asks_for():
    said = WordsSaid(answers={"validation": [7.0, 0.0, 0.0, 9.0]})
    task = registry.task("causal_language_modelling")
    lengths = {"train": [10] * 10, "validation": [10] * 4000, "test": [10] * 4}
    work = work_of(lengths, {**_settings(epochs=1), "num_beams": 1}, 0, said, task)

    assert work.look.answered == task.written_rows
