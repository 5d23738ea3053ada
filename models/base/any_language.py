from functools import partial

from odoo import fields
from odoo.tools.translate import code_translations

from ...tools.any_language import read

ADDON = "marketplace_order_cancellation"


def find_translation(lang, source):
    """The translation of a text of this addon's code, None if there is none.

    :param lang: a code such as ``pt_BR``
    """
    if lang.startswith("en"):
        return source
    return code_translations.get_python_translations(ADDON, lang).get(source)


class AnyLanguage(fields.Text):
    """A text that is stored as ``tools/any_language.py`` says, in the language of its reader.

    What was stored as a mere text, before 19.0.1.14.0 or by a person, is read as it is.
    """

    def convert_to_record(self, value, record):
        text = super().convert_to_record(value, record)
        return text and read(text, partial(find_translation, record.env.lang or "en_US"))

    def convert_to_read(self, value, record, use_display_name=True):
        return value and str(value)  # XML-RPC takes no subclasses
