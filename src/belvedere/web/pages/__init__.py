"""Pages by topic: a function marked `@page` is one, by lying here."""
