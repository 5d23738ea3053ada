{
    "name": "Gift Wrapping",
    "summary": "What another addon may rely on, as one would write it: see docs/other-addons.md",
    "version": "19.0.1.0.0",
    "author": "The marketplace_order_cancellation contributors",
    "license": "LGPL-3",
    "depends": ["marketplace_order_cancellation"],
}
