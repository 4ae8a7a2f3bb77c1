"""Makes the manuals of the rules whenever the site is built, so that they are never out of date."""

from __future__ import annotations

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from bayang.engine.authoring.reference import FILES, reference
from bayang.engine.judging.compile import Compiled
from bayang.engine.packs.pack import load_pack


def on_files(files: Files, *, config: MkDocsConfig) -> Files:
    """The pages of docs/, and one manual a language."""
    compiled = Compiled(load_pack())
    for language, name in FILES.items():
        files.append(File.generated(config, name, content=reference(compiled, language)))
    return files
