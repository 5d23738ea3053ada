import { Component } from "@odoo/owl";
import { CopyButton } from "@web/core/copy_button/copy_button";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** A name, a text, or another value; what is between them is shown as it is. */
const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(?:true|false|null)\b|-?\d[\d.eE+-]*/g;

/** Indented JSON, coloured, and to be copied. */
export class JsonTextField extends Component {
    static template = "marketplace_order_cancellation.JsonTextField";
    static components = { CopyButton };
    static props = { ...standardFieldProps };

    setup() {
        this.copyText = _t("Copy");
        this.copiedText = _t("Copied");
    }

    get text() {
        return this.props.record.data[this.props.name] || "";
    }

    get label() {
        return this.props.record.fields[this.props.name].string;
    }

    get parts() {
        const parts = [];
        let end = 0;
        for (const match of this.text.matchAll(TOKEN)) {
            parts.push({ text: this.text.slice(end, match.index) });
            const [token, string, colon] = match;
            const kind = colon ? "name" : string ? "string" : "value";
            parts.push({ text: string || token, kind: `o_marketplace_json_${kind}` });
            parts.push({ text: colon || "" });
            end = match.index + token.length;
        }
        parts.push({ text: this.text.slice(end) });
        return parts.filter((part) => part.text);
    }
}

export const jsonTextField = {
    component: JsonTextField,
    displayName: _t("JSON with Copy Button"),
    supportedTypes: ["text"],
};

registry.category("fields").add("marketplace_json", jsonTextField);
