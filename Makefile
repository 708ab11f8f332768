# pendo_fdw: what a developer types.
#
# The build itself is PGXS and stands in mk/build.mk.  It is called, not
# included, because PGXS defines a "check" of its own that tests nothing and
# succeeds.  PG_CONFIG, CC, DESTDIR and the like reach it as usual:
#
#   make                      build          make PG_CONFIG=/path/to/pg_config
#   make install              install        make install DESTDIR=/tmp/stage
#   make check                every test     make check ONLY='regress tap'
#   make check ONLY=regress TESTS='options scan'
#   make demo                 the tour       KEEP=1 make demo
#   make bench                measurements
#   make unit, make fuzz      the C unit tests; fuzzing, FUZZ_SECONDS=600
#   make lint                 the sources under the other compiler
#   make format               clang-format, in place

SHELL = /bin/bash
.DEFAULT_GOAL = all

# An empty PG_CONFIG means the one in the PATH, as everywhere in PGXS.
export PG_CONFIG ?= pg_config

BUILD = $(MAKE) --no-print-directory -f mk/build.mk
CHECK = /usr/bin/python3 test/run/tidy test/run/check

BUILD_GOALS = all install installdirs uninstall installcheck lint unit-programs fuzz-programs bench-programs

.PHONY: $(BUILD_GOALS) check unit fuzz demo docs bench format clean distclean

$(BUILD_GOALS):
	@$(BUILD) $@

# ONLY names runners (see test/run/check), TESTS what of theirs to run.
check:
	@ONLY='$(ONLY)' TESTS='$(TESTS)' $(CHECK)

unit:
	@ONLY=unit TESTS='$(TESTS)' $(CHECK)

fuzz:
	@ONLY=fuzz TESTS='$(TESTS)' FUZZ_SECONDS='$(or $(FUZZ_SECONDS),60)' $(CHECK)

demo:
	@/usr/bin/python3 test/run/tidy demo/run

# Renew the reference pages.  The test that they are up to date makes them, and
# keeps them when it fails.
docs:
	@rm -rf build/check; mkdir -p build; \
	if ONLY=tap TESTS=401_reference.pl $(CHECK) >build/docs.log 2>&1; \
	then echo "docs/reference is up to date"; \
	else cp -v build/check/tap/reference/*.md docs/reference/ || { cat build/docs.log; exit 1; }; fi

bench:
	@TESTS='$(TESTS)' /usr/bin/python3 test/run/tidy test/bench/run

format:
	@script/format

clean:
	@$(BUILD) clean
	@rm -rf build

distclean: clean
