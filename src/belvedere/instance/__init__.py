"""The site itself: what it runs on, how it fares, and what it should be warned of."""
