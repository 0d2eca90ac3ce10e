"""The template environment: compiled once, escaping always on, translated beforehand.

Decides that a text in ``{% trans %}`` is translated when the template is
compiled, so that a page costs no look-up in a catalogue.  Export text enters
pages through this environment alone, and it must never be marked safe.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from jinja2 import (
    Environment,
    FileSystemBytecodeCache,
    FileSystemLoader,
    StrictUndefined,
    nodes,
)
from jinja2.ext import InternationalizationExtension

from allocation.site.language import Language

_PLACEHOLDER = re.compile(r"%\((\w+)\)s")


class TranslatedAtCompile(InternationalizationExtension):
    """``{% trans %}`` as Jinja reads it (so Babel can extract it), with the text put in place.

    Dutch and English both use the singular for 1 only, which the compiled
    choice between the two forms relies on.
    """

    def _make_node(
        self,
        singular: str,
        plural: str | None,
        context: str | None,
        variables: dict[str, nodes.Expr],
        plural_expr: nodes.Expr | None,
        vars_referenced: bool,
        num_called_num: bool,
    ) -> nodes.Output:
        """Replace Jinja's look-up at run time by the translated text itself."""
        del context, num_called_num
        language = self.environment.globals["language"]
        if not isinstance(language, Language):
            raise TypeError("the environment has no language")
        if plural is None or plural_expr is None:
            text = language.gettext(_plain(singular, vars_referenced))
            return nodes.Output(_pieces(text, variables))
        forms = [
            language.ngettext(
                _plain(singular, vars_referenced), _plain(plural, vars_referenced), count
            )
            for count in (1, 2)
        ]
        is_one = nodes.Compare(plural_expr, [nodes.Operand("eq", nodes.Const(1))])
        one, more = (nodes.Output(_pieces(form, variables)) for form in forms)
        return nodes.If(is_one, [one], [], [more])  # type: ignore[return-value]


def _plain(text: str, has_variables: bool) -> str:
    return text if has_variables else text.replace("%%", "%")


def _pieces(text: str, variables: dict[str, nodes.Expr]) -> list[nodes.Expr]:
    pieces: list[nodes.Expr] = []
    for index, part in enumerate(_PLACEHOLDER.split(text)):
        if index % 2:
            pieces.append(variables[part])
        elif part:
            pieces.append(nodes.TemplateData(part.replace("%%", "%")))
    return pieces


def compiled_folder(cache: Path, language: str, version: str) -> Path:
    """Return the folder for compiled templates; remove that of another version of the site."""
    wanted = cache / f"templates-{language}-{version[:32]}"
    for folder in cache.glob(f"templates-{language}-*"):
        if folder != wanted:
            shutil.rmtree(folder)
    return wanted


def make_environment(folder: Path, language: Language, compiled: Path) -> Environment:
    """Return the environment for the templates in ``folder``.

    ``compiled`` is a folder of ours for the compiled templates of this language
    and this version of the site: a text in them is translated already.
    """
    compiled.mkdir(parents=True, exist_ok=True, mode=0o700)
    environment = Environment(
        bytecode_cache=FileSystemBytecodeCache(str(compiled)),
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.globals["language"] = language
    environment.globals["gettext"] = language.gettext
    environment.add_extension(TranslatedAtCompile)
    return environment
