"""The people of the API's tests, for pages."""

from tests.api.conftest import administrator, newcomer, site

__all__ = ["administrator", "newcomer", "site"]
