#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Installs a build into a folder of its own and uses what is there as a stranger would: by pkg-config and man.
#   install.sh BUILD SOURCE
set -eu
build=$1
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
meson install -C "$build" --no-rebuild --destdir "$root" >/dev/null

fail() { echo "install: $1" >&2; exit 1; }

header=$(find "$root" -path '*include/brink/brink.h')
[ -n "$header" ] || fail "no header"
shared=$(find "$root" -name 'libbrink.so.0')
[ -n "$shared" ] || fail "no shared library by its soname"
readelf -d "$shared" | grep -q 'SONAME.*libbrink.so.0' || fail "no soname"
[ -n "$(find "$root" -name libbrink.a)" ] || fail "no static library"

# Every function that the header declares leaves the library, and nothing else does.
sed -n 's/^BRINK_API.*[ *]\(brink_[a-z_]*\)(.*/\1/p' "$header" | sort -u >"$root/declared"
nm -D --defined-only "$shared" | awk '{print $3}' | sort -u >"$root/defined"
[ -s "$root/declared" ] || fail "the header declares nothing"
diff "$root/declared" "$root/defined" || fail "the library's symbols are not those of brink.h"

cat >"$root/use.c" <<'END'
#include <brink/brink.h>
#include <stdio.h>
int main(void) { return printf("%s\n", brink_version()) < 0; }
END
PKG_CONFIG_PATH=$(dirname "$(find "$root" -name brink.pc)")
export PKG_CONFIG_PATH PKG_CONFIG_SYSROOT_DIR="$root"
# shellcheck disable=SC2046
${CC:-cc} "$root/use.c" -o "$root/use" $(pkg-config --cflags --libs brink) || fail "a program cannot be built with pkg-config"
[ "$(LD_LIBRARY_PATH=$(dirname "$shared") "$root/use")" = "$(cat "$2/VERSION")" ] || fail "the program does not run"

# The templates are in the program: they need nothing of the source tree.
(cd "$root" && "$(find "$root" -type f -name brink -perm -u+x | head -n 1)" new --from trade -o case.yaml 2>/dev/null) || fail "brink new does not work"
cmp -s "$root/case.yaml" "$2/src/cli/templates/trade.yaml" || fail "brink new writes another template"

# Whether a shell's completion offers a word by itself, not only in a sentence.
offers() {
    case $1 in
    *_brink) pattern="^ *'$2:" ;;
    *.fish) pattern=" -a $2 -d " ;;
    *) pattern="words=[\"'].* $2[ '\"]" ;;
    esac
    grep -q "$pattern" "$(find "$root" -path "*/$1")"
}

page=$(find "$root" -name brink.1)
commands=$(sed -n 's/^COMMAND(\(.*\))$/\1/p' "$2/src/cli/commands.def")
topics=$(sed -n 's/^    {"\([a-z]*\)",.*$/\1/p' "$2/src/cli/topics.c")
[ -n "$commands" ] && [ -n "$topics" ] || fail "no list of commands and topics"
for command in $commands; do
    grep -q "^.SS brink $command" "$page" || fail "the manual page lacks $command"
done
for shell in bash-completion/completions/brink zsh/site-functions/_brink fish/vendor_completions.d/brink.fish; do
    for word in $commands $topics; do
        offers "$shell" "$word" || fail "$shell lacks $word"
    done
done
bash -n "$(find "$root" -path '*bash-completion/completions/brink')" || fail "the bash completion is not bash"
