"""People and a site, as the tests of the API have them."""

from tests.api.conftest import administrator, newcomer, outsider, owner, reader, site, writer

__all__ = ["administrator", "newcomer", "outsider", "owner", "reader", "site", "writer"]
