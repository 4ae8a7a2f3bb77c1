"""bayang reads folders of self-inspection reports and says exactly what is missing in each.

A program of its own uses the names below; everything else is internal. They are loaded when they are first asked for,
so that the command, which needs only a part, starts without them.
"""

__version__ = "0.1.0"
__all__ = ["Finding", "Options", "PackError", "Result", "UsageError", "__version__", "check", "load_pack", "told"]

TYPE_CHECKING = False       # as in `typing`, which takes long to load
if TYPE_CHECKING:
    from .engine.batch.outcome import Result
    from .engine.batch.run import Options
    from .engine.batch.run import run as check
    from .engine.packs.pack import load_pack
    from .engine.records import Finding, PackError, UsageError
    from .engine.text.messages import told
else:
    _LATER = {"Finding": ("records", "Finding"), "Options": ("batch.run", "Options"), "check": ("batch.run", "run"),
              "Result": ("batch.outcome", "Result"), "load_pack": ("packs.pack", "load_pack"),
              "PackError": ("records", "PackError"), "UsageError": ("records", "UsageError"),
              "told": ("text.messages", "told")}

    def __getattr__(name: str) -> object:
        if name not in _LATER:
            raise AttributeError(name)
        from importlib import import_module

        module, attribute = _LATER[name]
        return getattr(import_module(f"{__name__}.engine.{module}"), attribute)

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
