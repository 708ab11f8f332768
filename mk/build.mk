# The build of the extension, by PGXS.  Called by ../Makefile.

EXTENSION = pendo_fdw
EXTVERSION := $(shell sed -n "s/^default_version *= *'\(.*\)'/\1/p" pendo_fdw.control)
MODULE_big = pendo_fdw

SOURCES := $(sort $(wildcard src/*.c src/*/*.c src/*/*/*.c))
OBJS = $(SOURCES:src/%.c=build/obj/%.o)

INSTALL_SQL = build/$(EXTENSION)--$(EXTVERSION).sql
DATA_built = $(INSTALL_SQL)
DATA = $(wildcard sql/$(EXTENSION)--*--*.sql)

# libisal inflates twice as fast as zlib; it is used where it is installed.
ISAL := $(shell printf '\#include <isa-l/igzip_lib.h>\n' | $(CC) -E - >/dev/null 2>&1 && echo yes)
LIBRARIES = $(if $(ISAL),-lisal) -lcurl -lcrypto -lz
DEFINES = -DPENDO_FDW_VERSION='"$(EXTVERSION)"' $(if $(ISAL),-DHAVE_LIBISAL)
SHLIB_LINK = $(LIBRARIES)

# Ours have no warnings.  WERROR= builds on with a compiler that we do not know.
# The two that are left out fire on the server's own idioms: callbacks that use
# half of their arguments, and Size against int.
WERROR = -Werror
WARNINGS = -Wall -Wextra -Wno-unused-parameter -Wno-sign-compare $(WERROR)

# Before 16 the server leaves PGDLLEXPORT empty where symbols are seen anyway.
EXPORT_MARK = -DPGDLLEXPORT='__attribute__((visibility("default")))'

PG_CPPFLAGS = -Isrc $(DEFINES) $(EXPORT_MARK)
PG_CFLAGS = -O3 -fno-plt $(WARNINGS) -fvisibility=hidden

# PGXS takes the folder of the first makefile for the top of the sources.
override srcdir := .

# Bitcode would make clang a requirement of every build.
override with_llvm = no

PG_CONFIG ?= pg_config
PGXS := $(shell $(PG_CONFIG) --pgxs)
ifeq ($(PGXS),)
$(error no PGXS: is $(PG_CONFIG) there, and the package postgresql-server-dev? script/setup installs both)
endif
include $(PGXS)

# The server's headers are foreign: their warnings are not ours.
override CPPFLAGS := $(patsubst -I/usr/include/%,-isystem /usr/include/%,$(CPPFLAGS))

# The server was configured for gcc; what clang does not know of that is no news.
IS_CLANG := $(findstring clang,$(shell $(CC) --version 2>/dev/null))
ifneq ($(IS_CLANG),)
override CFLAGS += -Wno-unknown-warning-option -Wno-ignored-optimization-argument
endif

# Objects lie in build/obj, made anew when compiler, flags or server change.
build/obj/%.o: src/%.c build/obj/flags
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(CPPFLAGS) $(CFLAGS_SL) $(CFLAGS_SL_MODULE) -MMD -MP -c -o $@ $<

FLAGS_NOW = $(CC) $(CFLAGS) $(CPPFLAGS) $(VERSION)
build/obj/flags: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' '$(subst ','\'',$(FLAGS_NOW))' | cmp -s - $@ \
		|| printf '%s\n' '$(subst ','\'',$(FLAGS_NOW))' > $@

-include $(OBJS:.o=.d)

MANIFEST := $(wildcard sql/extension/manifest)
SQL_FILES := $(if $(MANIFEST),$(addprefix sql/extension/,$(shell sed 's/\#.*//' $(MANIFEST))))
MODEL_FILES := $(wildcard sql/model/manifest sql/model/*/*.sql)

$(INSTALL_SQL): $(SQL_FILES) $(MODEL_FILES) $(MANIFEST) pendo_fdw.control script/join-sql
	@mkdir -p $(@D)
	script/join-sql > $@.new && mv $@.new $@

# Unit tests and fuzz targets are plain C without the server.  A line
# "sources: src/json/reader.c ..." in the head of each says what it is linked
# with, a line "libs: -lyajl" what else it needs.  A fuzz target of sources that
# include the server's headers says "includes: server", and brings stand-ins for
# the functions that they call.
SANITIZE = -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
PLAIN_CFLAGS = -g -O1 -std=gnu11 $(WARNINGS) $(SANITIZE)
PLAIN_CPPFLAGS = -Isrc -Itest/unit -D_GNU_SOURCE $(DEFINES)
SERVER_INCLUDES = -isystem $(shell $(PG_CONFIG) --includedir-server)
FUZZ_CC = clang

UNIT_PROGRAMS := $(patsubst test/unit/%.c,build/unit/%,$(sort $(wildcard test/unit/*_test.c)))
FUZZ_PROGRAMS := $(patsubst test/fuzz/%.c,build/fuzz/%,$(sort $(wildcard test/fuzz/*_fuzz.c)))
BENCH_PROGRAMS := $(patsubst test/bench/%.c,build/bench/%,$(sort $(wildcard test/bench/*.c)))

head_words = $(shell sed -n '1,40s/^[ */]*$(1):[ \t]*\(.*\)/\1/p' $(2) | sed 's,\*/,,')

includes = $(if $(filter server,$(call head_words,includes,$(1))),$(SERVER_INCLUDES))

.SECONDEXPANSION:

build/unit/%: test/unit/%.c $$(call head_words,sources,test/unit/$$*.c) build/obj/flags
	@mkdir -p $(@D)
	$(CC) $(PLAIN_CFLAGS) $(PLAIN_CPPFLAGS) -o $@ \
		$(filter %.c,$^) $(call head_words,libs,$<) $(LIBRARIES) -lpthread -lm

build/fuzz/%: test/fuzz/%.c $$(call head_words,sources,test/fuzz/$$*.c) build/obj/flags
	@mkdir -p $(@D)
	$(FUZZ_CC) $(PLAIN_CFLAGS) $(PLAIN_CPPFLAGS) $(call includes,$<) -fsanitize=fuzzer -o $@ \
		$(filter %.c,$^) $(call head_words,libs,$<) $(LIBRARIES) -lpthread -lm

# One command compiles several sources, so -MMD cannot track their headers: all count.
$(UNIT_PROGRAMS) $(FUZZ_PROGRAMS) $(BENCH_PROGRAMS): $(wildcard src/*.h src/*/*.h src/*/*/*.h test/unit/*.h test/fuzz/*.h)

# Benchmarks are compiled as a release is.
build/bench/%: test/bench/%.c $$(call head_words,sources,test/bench/$$*.c) build/obj/flags
	@mkdir -p $(@D)
	$(CC) -g -O2 -std=gnu11 $(WARNINGS) $(PLAIN_CPPFLAGS) -o $@ \
		$(filter %.c,$^) $(call head_words,libs,$<) $(LIBRARIES) -lpthread -lm

unit-programs: $(UNIT_PROGRAMS)
fuzz-programs: $(FUZZ_PROGRAMS)
bench-programs: $(BENCH_PROGRAMS)

# The same sources under another compiler: make lint CC=clang
lint:
	@for file in $(SOURCES); do \
		$(CC) $(CFLAGS) $(CPPFLAGS) $(CFLAGS_SL) -fsyntax-only $$file || exit 1; \
	done

.PHONY: FORCE lint unit-programs fuzz-programs bench-programs
FORCE:
