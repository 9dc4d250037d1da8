# SPDX-License-Identifier: GPL-3.0-or-later
# A thin front for Meson: the build itself is described in meson.build.

BUILD ?= build
SCENARIO ?= scenarios/geneva-2026.yaml

# Runs the tests of a build and ends with a line that counts single claims.
run_tests = status=0; meson test -C $(1) --print-errorlogs $(2) || status=$$?; tools/count $(1)/meson-logs/testlog.txt; exit $$status

.PHONY: all demo test sanitize memcheck lint check-bare races arm bench install clean help

all: $(BUILD)/brink

# Meson decides what is out of date.
$(BUILD)/brink: $(BUILD)/build.ninja force
	@ninja -C $(BUILD) src/cli/brink
	@ln -sfn src/cli/brink $@

$(BUILD)/build.ninja:
	@tools/setup program
	meson setup $(BUILD)

demo: all
	$(BUILD)/brink run $(SCENARIO)

test: $(BUILD)/build.ninja
	@tools/setup program tests
	@tools/setup mpi || echo "without it studies over several processes are not tested" >&2
	@meson configure $(BUILD) -Dtests=true
	@ninja -C $(BUILD)
	@$(call run_tests,$(BUILD),)

# The tests again with the address and undefined behaviour sanitizers.
sanitize:
	@tools/setup program tests
	@test -f $(BUILD)-sanitize/build.ninja || meson setup $(BUILD)-sanitize -Dtests=true -Dbuildtype=debugoptimized \
	  -Db_ndebug=false -Db_sanitize=address,undefined
	@ninja -C $(BUILD)-sanitize
	@$(call run_tests,$(BUILD)-sanitize,--timeout-multiplier 10)

# One table of ratios; ARGS=--help says what else it can do.
bench: $(BUILD)/build.ninja
	@tools/setup program
	@meson configure $(BUILD) -Dbench=true
	@ninja -C $(BUILD)
	@python3 bench/table.py --build $(BUILD) $(ARGS)

# The tests again under valgrind.
memcheck:
	@tools/setup program tests memcheck
	@test -f $(BUILD)-memcheck/build.ninja || meson setup $(BUILD)-memcheck -Dtests=true -Dbuildtype=debugoptimized -Db_ndebug=false
	@ninja -C $(BUILD)-memcheck
	@tools/memcheck $(BUILD)-memcheck

# What clang-tidy and cppcheck say of every source, assertions on, so that they count.
lint:
	@tools/setup program tests lint mpi
	@test -f $(BUILD)-lint/build.ninja || CC=clang meson setup $(BUILD)-lint -Dtests=true -Dfuzz=true -Dbench=true -Dmpi=true \
	  -Dbuildtype=debugoptimized -Db_ndebug=false -Db_lundef=false
	@tools/lint $(BUILD)-lint

# The README's first commands in a fresh root with nothing but git and make; as root.
check-bare:
	@tools/setup bare
	@tools/check-bare

# The tests of what works with threads, under ThreadSanitizer.
races:
	@tools/setup program tests races
	@test -f $(BUILD)-races/build.ninja || CC=clang meson setup $(BUILD)-races -Dtests=true -Dbuildtype=debugoptimized \
	  -Db_ndebug=false -Db_sanitize=thread -Db_lundef=false
	@ninja -C $(BUILD)-races
	@tools/races $(BUILD)-races

# The tests of the solver built for 64-bit Arm, under qemu.
arm:
	@tools/setup arm
	@tools/arm $(BUILD)-arm

# PREFIX is where it will live, DESTDIR where it is put for now.
PREFIX ?= /usr/local
install: all
	@meson configure $(BUILD) -Dprefix=$(abspath $(PREFIX))
	@ninja -C $(BUILD)
	@meson install -C $(BUILD) --no-rebuild $(if $(DESTDIR),--destdir $(abspath $(DESTDIR)))

clean:
	rm -rf $(BUILD) $(BUILD)-sanitize $(BUILD)-memcheck $(BUILD)-lint $(BUILD)-races $(BUILD)-arm $(BUILD)-peers

help:
	@echo "make            builds $(BUILD)/brink (release)"
	@echo "make demo       runs the flagship scenario; SCENARIO=FILE runs another one"
	@echo "make test       builds and runs the tests"
	@echo "make sanitize   runs the tests under the address and undefined behaviour sanitizers"
	@echo "make bench      times solvers, rooms and growth in one table; ARGS=--help says what else"
	@echo "make memcheck   runs the tests under valgrind"
	@echo "make lint       asks clang-tidy and cppcheck about every source"
	@echo "make check-bare runs make demo and make test in a fresh root with nothing but git and make"
	@echo "make races      runs the tests of what works with threads under ThreadSanitizer"
	@echo "make arm        runs the tests of the solver for 64-bit Arm, under qemu"
	@echo "make install    installs program, library, manual page and completions under PREFIX, in DESTDIR"
	@echo "make clean      removes what was built"

.PHONY: force
force:
