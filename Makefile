# recast, for GNU make. `make help` lists what can be asked of it.
#
##  make             build/recast; what that needs is brought first, by specs/setup.sh
##  make demo        the main job: a fixture is rewritten and judged, from recorded replies of a model
##  make check       lint, then every test, plain and sanitised
##  make test        the tests of one build: plain, or with SAN=1
##  make lint        layers, doors, banned calls, manual pages, scripts
##  make fuzz        each fuzz target for FUZZ_SECONDS=30, with clang
##  make bench       the benchmarks
##  make bench-full  whether times can be trusted on this machine, and what longer checks find: 50 minutes
##  make man         the manual, checked and formatted, in build/man
##  make install     to PREFIX=/usr/local, below DESTDIR; make uninstall takes it away
##  make setup       only bring what is needed, and list it
##  make clean       remove build; fetched parts stay in the cache
##
##  SAN=1 builds with ASan and UBSan in build/san. WASMTIME=DIR takes DIR/include and DIR/lib
##  instead of fetching Wasmtime. WERROR= lets warnings pass. V=1 shows the commands.

VERSION = 0.1.0
PREFIX = /usr/local
BUILD = build
CFLAGS = -O2 -g
WERROR = -Werror
WARNINGS = -Wall -Wextra -Wpedantic -Wshadow -Wvla -Wconversion -Wstrict-prototypes \
	-Wmissing-prototypes -Wwrite-strings -Wformat=2 -Wcast-qual
demo_project = $(B)/demo/confkit
DEMO = $(B)/recast run -C $(demo_project) --replay fixtures/recordings/confkit
FUZZ_SECONDS = 30
FUZZ_CC = $(if $(findstring clang,$(CC)),$(CC),clang)
JOBS := $(shell nproc)
Q = $(if $(V),,@)

MAKEFLAGS += --no-print-directory
# All cores, unless told otherwise; `make clean all` keeps its order.
ifeq ($(MAKELEVEL)$(filter -j%,$(MAKEFLAGS))$(filter clean,$(MAKECMDGOALS)),0)
MAKEFLAGS += -j$(JOBS)
endif

# Each kind of build has its own folder.
B := $(BUILD)$(if $(SAN),/san)$(if $(FUZZ),/fuzz)
ifneq ($(SAN)$(FUZZ),)
sanitise = -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
endif

# The fifth column of a part's first row in the lock is its version.
part = $(1)-$(shell awk '$$1 == "fetch" && $$2 == "$(1)" { print $$5; exit }' specs/deps.lock)
parts := $(or $(RECAST_CACHE),$(or $(XDG_CACHE_HOME),$(HOME)/.cache)/recast)/parts
clang := $(call part,clang)
parser := $(parts)/$(call part,tree-sitter)
wasmtime := $(or $(WASMTIME),$(parts)/$(call part,wasmtime))
system := $(shell awk '$$1 == "system" { print $$2 }' specs/deps.lock)

# Not `:=`, because pkg-config may only just have been installed.
cflags = -std=c17 -D_GNU_SOURCE -pthread -I. -I$(B) -isystem $(wasmtime)/include -isystem $(parser)/include \
	$(shell pkg-config --cflags $(system)) $(WARNINGS) $(WERROR) $(sanitise) \
	$(if $(FUZZ),-fsanitize=fuzzer-no-link) $(CPPFLAGS) $(CFLAGS)
# Where the library stands here, which an installed program must not know.
here = -Wl,-rpath,$(abspath $(wasmtime))/lib
libs = -Wl,--as-needed -Wl,-rpath,'$$ORIGIN/../lib/recast' $(here) \
	-L$(wasmtime)/lib -lwasmtime $(shell pkg-config --libs $(system)) -lm

# For the sanitised tests: guests raise signals on purpose, and these belong to Wasmtime.
signals = handle_segv=0:handle_sigill=0:handle_sigfpe=0:handle_sigbus=0
export ASAN_OPTIONS = $(signals):detect_leaks=1:detect_stack_use_after_return=0
export LSAN_OPTIONS = suppressions=$(CURDIR)/tests/lsan.supp:print_suppressions=0
export UBSAN_OPTIONS = print_stacktrace=1
export RECAST = $(abspath $(B)/recast)
export CC WASMTIME

sources := $(wildcard core/*.[ch] harness/*.[ch] cli/*.[ch])
scripts := $(wildcard tests/cli/*.sh)
pages := $(wildcard man/*.[15])
objects = $(patsubst %.c,$(B)/%.o,$(wildcard $(1)))
programs = $(filter-out %/fuzz_main,$(patsubst %.c,$(B)/%,$(wildcard $(1))))

core := $(B)/libcore.a
harness := $(B)/libharness.a $(core)
cli := $(call objects,cli/*.c)
core_tests := $(call programs,tests/core_*.c)
harness_tests := $(call programs,tests/harness_*.c)
cli_tests := $(call programs,tests/cli_*.c)
public_tests := $(call programs,tests/public_*.c)
fuzzers := $(call programs,tests/fuzz_*.c)
benches := $(call programs,tests/bench_*.c)
tests := $(core_tests) $(harness_tests) $(cli_tests) $(public_tests) $(fuzzers)

.PHONY: all check test lint fuzz run-fuzzers bench bench-full man install uninstall clean demo setup ready help
.DELETE_ON_ERROR:

all: $(B)/recast

# Everything that is compiled waits for this; when nothing is missing it takes milliseconds.
ready:
	@specs/setup.sh $(if $(FUZZ),fuzz)

$(B)/%.o: %.c Makefile specs/deps.lock | ready $(B)/parts.h $(B)/schema.h $(B)/migrations.h $(B)/prompts.h $(B)/pages.h
	@mkdir -p $(@D)
	@echo '  cc $<'
	$(Q)$(CC) $(cflags) -MMD -MP -c -o $@ $<

$(B)/%.a:
	$(Q)rm -f $@ && $(AR) rcs $@ $^

# Fetched sources, which are not ours to warn about: tree-sitter and its grammars.
$(B)/parts/tree-sitter.o: source = $(parser)/src/lib.c
$(B)/parts/tree-sitter-c.o: source = $(parser)/tree-sitter-c/parser.c
$(B)/parts/%.o: specs/deps.lock | ready
	@mkdir -p $(@D)
	@echo '  cc $(source:$(parts)/%=%)'
	$(Q)$(CC) -std=c11 -D_DEFAULT_SOURCE -D_POSIX_C_SOURCE=200112L -I$(parser)/include -I$(parser)/src -w $(sanitise) $(CFLAGS) \
		-c -o $@ $(source)

$(core): $(call objects,core/*.c)
$(B)/libharness.a: $(call objects,harness/*.c) $(B)/parts/tree-sitter.o $(B)/parts/tree-sitter-c.o
$(B)/recast $(B)/installed/recast: $(cli) $(harness)
$(B)/installed/recast: here =
# Programs that talk to a server, which they start themselves. In front, since the server needs core as well.
$(filter $(foreach p,core_http% harness_provider% harness_asker% harness_timestamp%,$(B)/tests/$(p)),$(tests)): \
	$(B)/tests/http_case.o $(B)/tests/http_server.o
# Programs that put copies in disguise.
$(foreach p,harness_disguises bench_disguises bench_similarity bench_copies,$(B)/tests/$(p)): $(call objects,tests/disguise*.c)
$(core_tests): %: %.o $(core)
$(harness_tests): %: %.o $(harness)
# What prompts are made from, and nothing of the sealed side: these link with no more than that.
public := spec spec_json interface store tree markdown taskfile draft unitplan unitplan_read templates jsonlines \
	prompt promptbuild promptquote prompttests
$(public_tests): %: %.o $(patsubst %,$(B)/harness/%.o,$(public)) $(core)
$(cli_tests) $(benches): %: %.o $(filter-out %/main.o,$(cli)) $(harness)
$(fuzzers): %: %.o $(if $(FUZZ),,$(B)/tests/fuzz_main.o) $(harness)

$(B)/recast $(B)/installed/recast $(tests) $(benches):
	@mkdir -p $(@D)
	@echo '  ld $@'
	$(Q)$(CC) $(cflags) $(if $(FUZZ),-fsanitize=fuzzer) $(LDFLAGS) -o $@ $^ $(libs)

# What the lock pins, for the program: PART_NAME_VERSION, and of each file its name and hash.
$(B)/parts.h: specs/deps.lock Makefile
	@mkdir -p $(@D)
	@awk -v version=$(VERSION) ' \
		function define(name, value) { gsub("-", "_", name); print "#define " toupper(name), value } \
		function quote(text) { return "\"" text "\"" } \
		BEGIN { print "/* The Makefile writes this from specs/deps.lock. */"; \
			define("recast_version", quote(version)) } \
		$$1 == "fetch" && !seen[$$2]++ { define("part_" $$2 "_version", quote($$5)) } \
		$$1 == "file" { define("part_" $$2 "_" $$3 "_file", quote($$4)); \
			define("part_" $$2 "_" $$3 "_sha256", quote($$5)) } \
		$$1 == "system" { list = list " ROW(" quote($$2) ", " quote($$3) ", " quote($$4) ")" } \
		END { define("system_libraries(row)", list) }' $< >$@

# The schema of recast.json as C, a line a string, for the copy that each project gets.
$(B)/schema.h: specs/recast.schema.json Makefile
	@mkdir -p $(@D)
	@{ echo '/* The Makefile writes this from $<. */'; \
		echo 'static const char *const schema_lines[] = {'; \
		sed -e 's/[\\"]/\\&/g' -e 's/.*/\t"&\\n",/' $<; echo '};'; } >$@

# The steps by which databases are made and brought up to date, a line a string, NULL behind each step.
$(B)/migrations.h: $(sort $(wildcard specs/migrations/*.sql)) Makefile
	@mkdir -p $(@D)
	@{ echo '/* The Makefile writes this from specs/migrations. */'; \
		echo 'static const char *const migration_lines[] = {'; \
		for file in $(filter %.sql,$^); do \
			sed -e 's/[\\"]/\\&/g' -e 's/.*/\t"&\\n",/' $$file; echo '	NULL,'; done; echo '};'; } >$@

# The words of prompts: of each file its name, its lines, and NULL.
$(B)/prompts.h: $(sort $(wildcard specs/prompts/*.md)) Makefile
	@mkdir -p $(@D)
	@{ echo '/* The Makefile writes this from specs/prompts. */'; \
		echo 'static const char *const prompt_lines[] = {'; \
		for file in $(filter %.md,$^); do echo "	\"$$(basename $$file .md)\","; \
			sed -e 's/[\\"]/\\&/g' -e 's/.*/\t"&\\n",/' $$file; echo '	NULL,'; done; echo '};'; } >$@

# Styles and scripts of pages, likewise.
$(B)/pages.h: $(sort $(wildcard specs/pages/*.css specs/pages/*.js)) Makefile
	@mkdir -p $(@D)
	@{ echo '/* The Makefile writes this from specs/pages. */'; \
		echo 'static const char *const page_lines[] = {'; \
		for file in $(filter specs/pages/%,$^); do echo "	\"$$(basename $$file)\","; \
			sed -e 's/[\\"]/\\&/g' -e 's/.*/\t"&\\n",/' $$file; echo '	NULL,'; done; echo '};'; } >$@

check: lint
	@$(MAKE) test
	@$(MAKE) test SAN=1

test: $(B)/recast $(tests)
	@prove -j$(JOBS) $(tests) $(scripts)

fuzz:
	@$(MAKE) run-fuzzers FUZZ=1 CC='$(FUZZ_CC)'

# New inputs are kept in the build folder; the seeds are only read.
run-fuzzers: $(fuzzers)
	@for fuzzer in $^; do \
		name=$${fuzzer##*/fuzz_}; found=$(B)/found/$$name; mkdir -p $$found; \
		$$fuzzer -max_total_time=$(FUZZ_SECONDS) -artifact_prefix=$$found- \
			$$found tests/seeds/$$name || exit 1; \
	done

# $(call never,PATTERN,FILES,RULE)
never = @! grep -nHsrP $(1) $(2) /dev/null || { echo 'lint: $(3)' >&2; false; }
below = '\#include "(?!($(1)))'
banned = '\b(strcpy|strncpy|strcat|strtok|v?sprintf|gets|ato[ifl]l?|system|popen|alloca|mktemp|tmpnam)\('
unfinished = '\b(TODO|FIXME|XXX)\b'

lint: $(core)
	$(call never,$(call below,core/),core/*.[ch],core includes core)
	$(call never,$(call below,(core|harness)/|(parts|schema|migrations|prompts).h),harness/*.[ch],harness includes harness and core)
	$(call never,$(call below,(core|harness|cli)/|(parts|pages).h),cli/*.[ch],includes start at the root)
	$(call never,'#include <(wasm|wasmtime|wasi)[./]',$(filter-out harness/engine.c,$(sources)),one door: harness/engine.c)
	$(call never,'#include <openssl/',$(filter-out core/hash.c,$(sources)),one door: core/hash.c)
	$(call never,'#include <sqlite3',$(filter-out core/db.c,$(sources)),one door: core/db.c)
	$(call never,'#include <curl/',$(filter-out core/http.c,$(sources)),one door: core/http.c)
	$(call never,'#include <git2',$(filter-out harness/repo.c,$(sources)),one door: harness/repo.c)
	$(call never,'\b(oracle|extract|suite)\.h"',$(wildcard $(foreach p,$(public),harness/$(p).[ch])),the public side knows nothing sealed)
	$(call never,'#include <tree_sitter/',$(filter-out harness/csyntax.c,$(sources)),one door: harness/csyntax.c)
	$(call never,$(banned),$(filter-out core/base.h,$(sources)),a call that we do not make)
	$(call never,$(unfinished),cli core harness specs tests man,what is to be done is an issue)
	@echo 'int main(void) { return 0; }' | $(CC) $(cflags) -x c - -x none -o $(B)/libcore.alone \
		-Wl,--whole-archive $(core) -Wl,--no-whole-archive $(libs)
	$(if $(pages),@! command -v mandoc >/dev/null || mandoc -Tlint -Wwarning $(pages))
	@! command -v shellcheck >/dev/null || shellcheck .ci/run specs/*.sh fixtures/candidates/*.sh \
		$(wildcard tests/*.sh) $(scripts)

bench: $(B)/recast $(benches)
	@BUILD=$(B) tests/bench.sh

bench-full: $(B)/recast $(B)/tests/bench_full
	@BUILD=$(B) tests/bench_full.sh

man: $(pages:%=$(B)/%.txt)
$(B)/man/%.txt: man/%
	@mkdir -p $(@D)
	mandoc -Tlint -Wwarning $<
	mandoc -Tutf8 $< >$@

to = $(DESTDIR)$(PREFIX)
bash_completion = $(to)/share/bash-completion/completions/recast
zsh_completion = $(to)/share/zsh/site-functions/_recast

install: all $(B)/installed/recast
	install -D -t $(to)/bin $(B)/installed/recast
	install -D -m 644 -t $(to)/lib/recast $(wasmtime)/lib/libwasmtime.so
	install -D -m 644 -t $(to)/lib/recast/$(clang) $(parts)/$(clang)/*
	$(if $(wildcard man/*.1),install -D -m 644 -t $(to)/share/man/man1 man/*.1)
	$(if $(wildcard man/*.5),install -D -m 644 -t $(to)/share/man/man5 man/*.5)
	$(if $(wildcard man/recast.bash),install -D -m 644 man/recast.bash $(bash_completion))
	$(if $(wildcard man/_recast),install -D -m 644 man/_recast $(zsh_completion))

uninstall:
	rm -rf $(to)/bin/recast $(to)/lib/recast
	rm -f $(foreach page,$(pages),$(to)/share/man/man$(subst .,,$(suffix $(page)))/$(notdir $(page)))
	rm -f $(bash_completion) $(zsh_completion)

# In a copy, since a project is written to.
demo: all
	@rm -rf $(demo_project) && mkdir -p $(dir $(demo_project)) && cp -r fixtures/libs/confkit $(demo_project)
	$(DEMO)

setup: ready
	@specs/setup.sh status

clean:
	rm -rf $(BUILD)

help:
	@sed -n 's/^## \?//p' Makefile

-include $(wildcard $(B)/*/*.d)
