import { registry } from "@web/core/registry";
import { GraphModel } from "@web/views/graph/graph_model";
import { GraphRenderer } from "@web/views/graph/graph_renderer";
import { graphView } from "@web/views/graph/graph_view";

import { xml } from "@odoo/owl";

class DashboardGraphModel extends GraphModel {
    /**
     * The days without cancellations as well, which Odoo leaves out of bars. They are of no
     * marketplace, so each is told as a zero of one that has a bar.
     */
    _getProcessedDataPoints() {
        const [first] = super._getProcessedDataPoints();
        return this.dataPoints.map((point) =>
            first && !point.count
                ? { ...point, labels: [point.labels[0], ...first.labels.slice(1)] }
                : point
        );
    }
}

class DashboardGraphRenderer extends GraphRenderer {
    /** Stacked bars alone: their height is the sum. */
    getBarChartData() {
        super.getBarChartData();
        return this.model.data;
    }

    /** Cancellations are whole numbers. */
    getScaleOptions() {
        const scales = super.getScaleOptions();
        const { ticks } = scales.y;
        scales.y.ticks = { ...ticks, precision: 0, callback: (value) => this.formatValue(value) };
        return scales;
    }

    /** The graph's own settings would hinder the list. */
    openView(domain, views, context, newWindow) {
        return super.openView(domain, views, { create: false }, newWindow);
    }
}

/** Odoo's graph without its buttons: the dashboard shows one thing only. */
registry.category("views").add("marketplace_dashboard_graph", {
    ...graphView,
    Model: DashboardGraphModel,
    Renderer: DashboardGraphRenderer,
    buttonTemplate: xml`<t/>`,
});
