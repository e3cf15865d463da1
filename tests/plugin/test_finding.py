"""Finding handlers: entry points, module:name, files; what a broken one says."""

import sys
from importlib.metadata import EntryPoint

import pytest

from switchhook.errors import HandlerError, HandlerInvalid, UnknownHandler
from switchhook.plugin import finding
from switchhook.plugin.finding import discover, load

GOOD = '''"""Greets callers."""
from switchhook import Handler
handler = Handler("greet")
'''
MISSPELT = """from switchhook import CallRinging, Handler
handler = Handler("x")
@handler.on(CallRinging, who=1)
async def rule(call, ctx): ...
"""


@pytest.fixture
def folder(tmp_path):
    """A mounted folder with one good file and files of every way to be broken."""
    (tmp_path / "greet.py").write_text(GOOD)
    (tmp_path / "_hidden.py").write_text("raise SystemExit")
    (tmp_path / "forward.py").write_text(GOOD.replace("greet", "forward"))
    return tmp_path


def test_discover_lists_shipped_handlers_and_files(folder):
    """Without importing any of them; a file named like an entry point is told apart."""
    found = discover(folder)
    assert "switchhook_handlers.record:handler (switchhook " in found["record"]
    assert found["greet"] == str(folder / "greet.py")
    assert found["forward.py"] == str(folder / "forward.py")
    assert "switchhook_handlers.forward" in found["forward"]
    assert "_hidden" not in found


@pytest.mark.parametrize("use", ["greet", "greet.py"])
def test_load_a_file_of_the_folder(folder, use):
    """With or without its ending; its first docstring line is the summary."""
    handler = load(use, folder)
    assert (handler.name, handler.summary) == ("greet", "Greets callers.")


def test_load_a_file_by_path_and_an_entry_point_before_a_file(folder):
    """A path needs no folder; the short name means the entry point."""
    assert load(str(folder / "greet.py")).name == "greet"
    assert load("forward", folder).summary == "Send calls straight to somebody else, or to voicemail."
    assert load("forward.py", folder).summary == "Greets callers."


def test_load_a_module_and_name():
    """`module:name`, and `handler` is the name by default."""
    assert load("switchhook_handlers.record:handler") is load("record")
    assert load("switchhook_handlers.record:") is load("record")


def test_a_file_with_one_handler_may_name_it_anything(tmp_path):
    """Two of them need one called `handler`."""
    (tmp_path / "one.py").write_text('from switchhook import Handler\ngreeter = Handler("greet")\n')
    (tmp_path / "two.py").write_text('from switchhook import Handler\na = Handler("a")\nb = Handler("b")\n')
    (tmp_path / "none.py").write_text("")
    assert load("one", tmp_path).name == "greet"
    with pytest.raises(HandlerInvalid, match=r"two\.py: more than one Handler"):
        load("two", tmp_path)
    with pytest.raises(HandlerInvalid, match=r"none\.py: no Handler"):
        load("none", tmp_path)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("\nimport no_such_one\n", r"ModuleNotFoundError: No module named 'no_such_one' \(.*bad\.py:2\)"),
        ("x = (\n", r"SyntaxError: '\(' was never closed.* \(.*bad\.py:1\)"),
        ("def f():\n    return 1 / 0\nf()\n", r"ZeroDivisionError: division by zero \(.*bad\.py:2\)"),
        ("raise SystemExit\n", r"SystemExit \(.*bad\.py:1\)"),
        ("from switchhook import Handler, Missing\n", r"cannot import name 'Missing'.* \(.*bad\.py:1\)"),
        (MISSPELT, r"bad\.py:3: rule: CallRinging has no field 'who'"),
    ],
)  # fmt: skip
def test_broken_file_says_what_and_where_without_a_traceback(tmp_path, text, said):
    """One line with the error and the place in the plugin; nothing of the machinery, nothing left behind."""
    (tmp_path / "bad.py").write_text(text)
    with pytest.raises(HandlerInvalid, match=said) as caught:
        load("bad", tmp_path)
    assert "Traceback" not in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "switchhook_handler_files.bad" not in sys.modules


@pytest.mark.parametrize(
    ("use", "said"),
    [
        ("no_such_module:handler", "no_such_module:handler cannot be imported: ModuleNotFoundError"),
        ("switchhook_handlers.record:other", "other does not exist in .*record.py; the module has handler"),
        ("switchhook_handlers.record:Record", "Record is no Handler in .*record.py; the module has handler"),
    ],
)
def test_broken_module_word(use, said):
    """What is wrong with `module:name` and what the module has instead."""
    with pytest.raises(HandlerInvalid, match=said):
        load(use)


def test_unknown_handler_names_near_misses_or_what_there_is(tmp_path):
    """Never just no."""
    with pytest.raises(UnknownHandler, match="no handler 'recrd'; did you mean record"):
        load("recrd")
    with pytest.raises(UnknownHandler, match=r"no handler 'zzz', in .*; there is answer, bot, "):
        load("zzz", tmp_path)
    with pytest.raises(UnknownHandler, match=r"the folder .* does not exist"):
        load("zzz.py", tmp_path / "gone")


def test_one_name_of_two_packages_must_be_told_apart(monkeypatch):
    """Neither wins silently."""
    points = [EntryPoint("record", f"{module}:handler", finding.GROUP) for module in ("one", "two")]
    monkeypatch.setattr(finding, "entry_points", lambda group: points)
    with pytest.raises(HandlerError, match="'record' is offered by one:handler and two:handler"):
        load("record")
