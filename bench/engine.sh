#!/bin/sh
# Compares the benchmarks of the engine with those of another commit: runs of both binaries alternate, so that a machine
# that becomes slower harms both alike. The exit status is 1 if a benchmark is slower by more than LIMIT percent and the
# difference is significant (benchstat, p < 0.05), or allocates more.
#
#   bench/engine.sh [BASE]      BASE: HEAD~1; environment: ROUNDS 10, LIMIT 3, BENCH '.', PKG ./translate
set -eu
base=${1:-HEAD~1}
rounds=${ROUNDS:-10} limit=${LIMIT:-3} bench=${BENCH:-.} pkg=${PKG:-./translate}
benchstat=golang.org/x/perf/cmd/benchstat@v0.0.0-20260908200009-22c9c6c9d4da

dir=$(mktemp -d)
trap 'git worktree remove --force "$dir/base" >/dev/null 2>&1 || true; rm -rf "$dir"' EXIT
git worktree add -q --detach "$dir/base" "$base"
go test -c -o "$dir/new.test" "$pkg"
(cd "$dir/base" && go test -c -o "$dir/old.test" "$pkg")
for _ in $(seq "$rounds"); do
	(cd "$dir/base/$pkg" && "$dir/old.test" -test.run '^$' -test.bench "$bench" -test.benchmem -test.benchtime 50ms >>"$dir/old.txt")
	(cd "$pkg" && "$dir/new.test" -test.run '^$' -test.bench "$bench" -test.benchmem -test.benchtime 50ms >>"$dir/new.txt")
done
go run "$benchstat" "$dir/old.txt" "$dir/new.txt"
go run "$benchstat" -format csv "$dir/old.txt" "$dir/new.txt" 2>/dev/null |
	awk -F, -v limit="$limit" '
		/^,sec\/op|^,allocs\/op/ { checked = 1; next }
		/^,/ { checked = 0; next }
		checked && $1 != "geomean" && $6 ~ /^\+/ { d = $6; gsub(/[+%]/, "", d); if (d + 0 > limit) { print "slower: " $1 " " $6 " " $7; bad = 1 } }
		END { exit bad }'
