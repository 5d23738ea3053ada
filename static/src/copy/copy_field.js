import { CopyButton } from "@web/core/copy_button/copy_button";
import { registry } from "@web/core/registry";
import {
    CopyClipboardCharField,
    copyClipboardCharField,
    CopyClipboardURLField,
    copyClipboardURLField,
} from "@web/views/fields/copy_clipboard/copy_clipboard_field";

/** Odoo's button is an icon alone: this one has a name for people who do not see it. */
class NamedCopyButton extends CopyButton {
    static template = "marketplace_order_cancellation.CopyButton";
}

class CopyCharField extends CopyClipboardCharField {
    static components = { ...CopyClipboardCharField.components, CopyButton: NamedCopyButton };
}

class CopyURLField extends CopyClipboardURLField {
    static components = { ...CopyClipboardURLField.components, CopyButton: NamedCopyButton };
}

const fields = registry.category("fields");
fields.add("marketplace_copy", {
    ...copyClipboardCharField,
    component: CopyCharField,
    additionalClasses: ["o_field_CopyClipboardChar"],
});
fields.add("marketplace_copy_url", {
    ...copyClipboardURLField,
    component: CopyURLField,
    additionalClasses: ["o_field_CopyClipboardURL"],
});
