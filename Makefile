# The developer's verbs. Needs Python 3.11 or later, git and make; everything else is installed into .venv.

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3 python; do \
	"$$p" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && echo "$$p" && break; done)

VENV := .venv
RUN := $(VENV)/bin
SERVE := $(VENV)/installed-serve
DEV := $(VENV)/installed-dev
T ?= tests
HOUSE := tests/house

# What a shell exports for a site of its own must not reach tests and checks.
CLEAN := env $(addprefix -u ,$(filter BELVEDERE_%,$(shell env | sed -n 's/^\(BELVEDERE_[A-Z_]*\)=.*/\1/p')))

.DEFAULT_GOAL := help
.PHONY: help serve test check fix bench docs lock

help: ## tell what there is
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST)

serve: $(SERVE) ## run Belvedere here: PORT=5000, ARGS=more options, BELVEDERE_HOME=./var
	@BELVEDERE_HOME="$${BELVEDERE_HOME:-$(CURDIR)/var}" exec $(RUN)/belvedere serve $(if $(PORT),--port $(PORT)) $(ARGS)

test: $(DEV) ## run the tests: T=path for some of them
	@$(RUN)/python requirements/browser.py
	$(CLEAN) $(RUN)/python -m pytest --numprocesses auto --dist worksteal $(T)

check: $(DEV) ## lint, types, floors and house rules
	$(RUN)/ruff check
	$(RUN)/ruff format --check
	$(CLEAN) $(RUN)/mypy
	$(RUN)/lint-imports
	$(CLEAN) $(RUN)/python -m pytest $(HOUSE)

fix: $(DEV) ## format, and mend what can be mended
	$(RUN)/ruff check --fix
	$(RUN)/ruff format

bench: $(DEV) ## measure
	$(CLEAN) $(RUN)/python bench

docs: $(DEV) ## write the generated pages
	$(CLEAN) RECORD_EXAMPLES=1 $(RUN)/python -m pytest tests/api/test_examples.py tests/api/test_matrix.py \
		tests/web/test_matrix.py
	$(CLEAN) $(RUN)/python -m belvedere.conf.describing

lock: $(DEV) ## choose new versions of all dependencies
	requirements/lock.sh $(RUN)/python

$(SERVE) $(DEV): $(VENV)/installed-%: requirements/install.py requirements/serve.txt requirements/dev.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "Belvedere needs Python 3.11, 3.12 or 3.13; none was found." >&2; exit 1; }
	@$(PYTHON) requirements/install.py $(VENV) $*
