{
    "name": "Marketplace Benchmark",
    "version": "19.0.1.0.0",
    "summary": "What the benchmark needs in its own database; never install it elsewhere",
    "author": "The marketplace_order_cancellation contributors",
    "license": "LGPL-3",
    "category": "Hidden",
    "depends": ["marketplace_order_cancellation"],
    "post_load": "count_queries",
    "installable": True,
}
