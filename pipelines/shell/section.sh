#!/usr/bin/env bash
# For `source`: one environment's section of a comment. `$environment`, `$file` and `$said`, what a
# command printed, are set by the caller.

section() { # TITLE: what was said, in a code block that nothing in it can close
  printf '### %s: %s\n\n``````````\n' "$environment" "$1"
  sed 's/`\{10,\}/`/g' "$said"
  printf '``````````\n'
}

fail() { # TITLE STATUS
  cat "$said" >&2
  section "$1" > "$file"
  exit "$2"
}

# Nothing that a partner wrote is a command of GitHub's runner.
[ -z "${GITHUB_ACTIONS:-}" ] || echo "::stop-commands::$(openssl rand -hex 16)"
