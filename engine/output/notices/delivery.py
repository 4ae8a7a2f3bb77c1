"""Turns notices into files under one folder, all of them or none; what could not be made is said, never dropped."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from ...reading.inputs import refuse_inputs
from ...recording import dataclass, field
from ...records import UsageError
from ...text.messages import say
from ...writing import drafted
from .content import Notice, Notices
from .data import NoticeData
from .guard import Guarded, NoticeFault, Overrun, Renderer, TemplateFault, Trusted
from .office import Office, convert
from .templates import FOLDER, known_names, template_name, text_renderer

OVERVIEW = "overview.html"
NAMED = 5           # subjects that a line on a failing template names
FEW = 24            # Word files for which starting processes does not pay
Progress = Callable[[str, int, int], None]      # the part of the work, how many are done, of how many


@dataclass(frozen=True, slots=True)
class Dispatch:
    """How notices are to be delivered."""

    folder: Path
    formats: tuple[str, ...]
    language: str = "zh"
    templates: Path | None = None       # the office's own
    overwrite: bool = False
    office: Office | None = None        # None: there is no LibreOffice
    inputs: Callable[[], Iterable[str | os.PathLike[str]]] = tuple      # files that were read: never written over
    register: Path | None = None        # the office's; written before any letter, so that no number is given twice
    jobs: int = 1                       # processes that make Word files

    @property
    def rendered(self) -> list[str]:
        """The formats that templates make; of a PDF that of Word, which may take its place."""
        return list(dict.fromkeys((*(form for form in self.formats if form != "pdf"),
                                   *(["docx"] if "pdf" in self.formats else []))))


@dataclass(slots=True)
class Delivery:
    """What came of it. `said` are texts and their facts; what failed outright makes `failed` true."""

    files: dict[str, list[str]] = field(default_factory=dict)       # letter's path -> file names
    said: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    failed: bool = False


def deliver(notices: Notices, overview: dict[str, Any], dispatch: Dispatch,
            progress: Progress = lambda part, done, total: None, ready: Callable[[], None] = lambda: None,
            register: bytes | None = None) -> Delivery:
    """Write the register, if there is something to enter, all notices and the office's overview.

    Raises UsageError before anything is written, and OSError. `ready` is called when only renaming is left.
    """
    delivery = Delivery()
    targets = [dispatch.folder / one.folder / f"{one.name}.{form}" for one in notices.listed
               for form in sorted({*dispatch.formats, *dispatch.rendered})]
    summary = dispatch.folder / say("overview.file", dispatch.language)
    _check_targets([*targets, summary], dispatch)
    made = _rendered(notices.listed, dispatch, delivery, progress)

    def files() -> Iterator[tuple[Path, bytes]]:
        if dispatch.register and register is not None:
            yield dispatch.register, register
        for one, form, data in made:
            delivery.files.setdefault(one.path, []).append(f"{one.path}.{form}")
            yield dispatch.folder / one.folder / f"{one.name}.{form}", data
        overview["files"] = {path: sorted(names) for path, names in delivery.files.items()}
        yield summary, text_renderer("html", (FOLDER / OVERVIEW).read_bytes())(overview)

    with drafted(files(), private=True, folders=0o700) as put:
        ready()
        put()
    return delivery


def _check_targets(targets: Sequence[Path], dispatch: Dispatch) -> None:
    """Nothing is overwritten unasked, and no link leads a file out of the folder."""
    root = os.path.realpath(dispatch.folder)
    for target in targets:
        if os.path.realpath(target.parent) not in (root, os.path.join(root, target.parent.name)):
            raise UsageError("noticed.outside", file=str(target.parent))
        if dispatch.register and os.path.realpath(target) == os.path.realpath(dispatch.register):
            raise UsageError("noticed.register", file=str(target))
        if os.path.lexists(target) and not dispatch.overwrite:
            raise UsageError("noticed.exists", file=str(target))
    templates = dispatch.templates.glob("*") if dispatch.templates else ()
    refuse_inputs(targets, lambda: (*dispatch.inputs(), *templates))


def _rendered(listed: Sequence[Notice], dispatch: Dispatch, delivery: Delivery,
              progress: Progress) -> list[tuple[Notice, str, bytes]]:
    """(notice, format, bytes) of every file, PDF last."""
    asked = [[(form, template_name(form, one.data["head"], one.letter)) for form in dispatch.rendered]
             for one in listed]
    templates = _templates(asked, dispatch)
    made: list[tuple[Notice, str, bytes]] = []
    words: dict[str, bytes] = {}        # Word's file of each notice, from which its PDF is made
    dropped: set[str] = set()
    failed: dict[tuple[str, int, str], list[str]] = {}      # (template, line, kind of fault) -> on whose notices
    try:
        answers = {name: template.each(_data_for(name, listed, asked)) for name, template in templates.items()}
        for at, one in enumerate(listed, 1):
            for form, name in asked[at - 1]:
                if name in dropped:
                    continue
                try:
                    data = next(answers[name])
                except Overrun:
                    delivery.said.append(("noticed.template_slow", {"name": name, "subject": one.ident}))
                    dropped.add(name)
                    continue
                if isinstance(data, NoticeFault):
                    failed.setdefault((name, data.line, data.kind), []).append(one.ident)
                    continue
                if form == "docx":
                    words[one.path] = data
                if form in dispatch.formats:
                    made.append((one, form, data))
            progress("writing", at, len(listed))
    finally:
        _close(templates)
    for (name, line, kind), subjects in failed.items():
        delivery.said.append(("noticed.template_failed", {
            "name": name, "why": NoticeFault(line, kind).told, "count": len(subjects), "subjects": subjects[:NAMED],
            "more": len(subjects) > NAMED}))
    delivery.failed = bool(failed or dropped)
    if "pdf" in dispatch.formats:
        made += _pdfs(listed, words, dispatch, delivery, progress)
    return made


def _pdfs(listed: Sequence[Notice], words: dict[str, bytes], dispatch: Dispatch, delivery: Delivery,
          progress: Progress) -> Iterator[tuple[Notice, str, bytes]]:
    """The PDF of each Word file, or in its place the file itself."""
    names = [one.path for one in listed if one.path in words]
    if dispatch.office is None:
        delivery.said.append(("noticed.no_office", {}))
        pages: list[bytes | None] = [None] * len(names)
    else:
        pages, fault = convert([words[name] for name in names], dispatch.office,
                               lambda done: progress("converting", done, len(names)))
        if fault and fault.key == "noticed.no_font":
            delivery.said.append((fault.key, {}))
        elif fault:
            delivery.said.append(("noticed.office_failed", {"count": pages.count(None), "why": fault}))
            delivery.failed = True
    found = dict(zip(names, pages, strict=True))
    for one in listed:
        page = found.get(one.path)
        if page is not None:
            yield one, "pdf", page
        elif one.path in found and "docx" not in dispatch.formats:
            yield one, "docx", words[one.path]


Asked = Sequence[Sequence[tuple[str, str]]]     # by notice: formats, and the names of their templates


def _data_for(name: str, listed: Sequence[Notice], asked: Asked) -> Iterator[NoticeData]:
    """The data of the notices that a template makes."""
    return (one.data for one, pairs in zip(listed, asked, strict=True) for _, other in pairs if other == name)


def _templates(asked: Asked, dispatch: Dispatch) -> dict[str, Guarded | Trusted]:
    """Each template that is needed, by its file's name."""
    own = {name for name in known_names() if dispatch.templates and (dispatch.templates / name).is_file()}
    if dispatch.templates and not own:
        raise UsageError("noticed.templates_none", folder=str(dispatch.templates), known=known_names())
    made: dict[str, Guarded | Trusted] = {}
    for (form, name), count in Counter(pair for pairs in asked for pair in pairs).items():
        processes = dispatch.jobs if form == "docx" and count >= FEW else 1
        if dispatch.templates is None or name not in own:
            made[name] = Trusted(renderer, form, (FOLDER / name).read_bytes(), processes)
            continue
        try:
            made[name] = Guarded(own_renderer, form, (dispatch.templates / name).read_bytes(), processes=processes)
        except (TemplateFault, OSError) as fault:
            _close(made)
            text = fault.told if isinstance(fault, TemplateFault) else None
            raise UsageError("noticed.template_bad", name=name,
                             text=text or UsageError("noticed.template_read")) from None
    return made


def _close(templates: dict[str, Guarded | Trusted]) -> None:
    for one in templates.values():
        one.close()


@lru_cache(maxsize=8)       # a process that is a copy of this one has what was made here
def renderer(form: str, template: bytes) -> Renderer:
    """What makes one notice from its data by a template of a format."""
    if form == "docx":
        from .word import word_renderer

        return word_renderer(template)
    return text_renderer(form, template)


def own_renderer(form: str, template: bytes) -> Renderer:
    """The same by a template of the office's own, which is held against what letters bring."""
    if form == "docx":
        from .word import word_renderer

        return word_renderer(template, shape=NoticeData)
    return text_renderer(form, template, NoticeData)
