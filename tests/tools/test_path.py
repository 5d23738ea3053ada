"""Which addresses are the endpoint's, and which may be another addon's."""

from unittest import TestCase

from ...tools.inbound.path import is_own

OWN = (
    "/marketplace/a/pvt",
    "/marketplace/a/pvt/",
    "/marketplace/a/pvt/orders/1/cancel",
    "//marketplace///a//pvt//orders/1/cancel",
    "/Marketplace/A/PVT/Orders/1/Cancel",
    "/marketplace/a\n/pvt/\n",
    "/marketplace/a/api",
    "/marketplace/a/api/order-system/orders/1/changes",
    "//marketplace//a//API//order-system/",
    "/marketplace/a/hook",
    "//marketplace//a//hook//",
    "/marketplace/a/Hook",
    "/marketplace/openapi.json",
)
OTHERS = (
    "",
    "/",
    "/marketplace",
    "/marketplace/",
    "/marketplace/shop",
    "/marketplace//shop//list",
    "/marketplace/a/pvtx/orders",
    "/marketplace/a/apis",
    "/marketplace/api",
    "/marketplace/a/hooks",
    "/marketplace/a/hook/more",
    "/marketplace/hook",
    "/marketplace/openapi.json/more",
    "/shop/marketplace/a/pvt",
    "/marketplaces/a/pvt",
)


class TestPath(TestCase):
    def test_which_are_the_endpoints(self):
        for path in OWN:
            with self.subTest(path):
                self.assertTrue(is_own(path))
        for path in OTHERS:
            with self.subTest(path):
                self.assertFalse(is_own(path))
