#!/usr/bin/env bash
# Sets up, builds, and runs the main job: NumberLine from pixels, learned offline from bad data, SFT against AFSFT.
#   bash pipelines/quickstart.sh [arguments of `vlmq run`, with paths from the repository's root]
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/setup.sh"
setup
cd "$vlmq_root"
echo "building (the first time takes a few minutes) …" >&2
dotnet build src/VlmQ.Cli -c Release -v q --nologo >&2
exec src/VlmQ.Cli/bin/Release/net10.0/vlmq run pipelines/numberline.yaml "$@"
