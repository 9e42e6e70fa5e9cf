#!/usr/bin/env bash
# Sets up what building VlmQ needs on a Debian or Ubuntu machine that has the .NET 10 SDK and git: checks each thing, says what is
# missing and why, installs it, and remembers where the card packages (TorchSharp, Parquet.Net, ImageSharp, Tokenizers) come from.
# Does nothing where everything is there. Sourced by quickstart.sh and tests/run.sh; by itself:
#   bash pipelines/setup.sh [test]    `test` adds what only the tests need

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
vlmq_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
setup_needed=()

setup_say() { printf '%s\n' "$*" >&2; }

setup_fail() { setup_say "setup: $*"; exit 4; }

setup_dotnet() {
  command -v dotnet >/dev/null || setup_fail "the .NET 10 SDK is not on PATH; install it from https://dot.net and run this again."
  local version
  version=$(cd "$vlmq_root" && dotnet --version 2>/dev/null) || setup_fail "no .NET SDK that global.json accepts: 10.0.100 or later; see https://dot.net."
  [ "${version%%.*}" -ge 10 ] || setup_fail "the .NET SDK is $version; VlmQ needs 10.0.100 or later; see https://dot.net."
}

# Asks the registry once whether it carries the card packages. Where it does not, src/standins is built in their place.
setup_card_packages() {
  local answer="$vlmq_root/.setup/CardPackages.props"
  if [ -f "$answer" ]; then return; fi
  setup_say "setup: asking the package registry for TorchSharp, Parquet.Net, ImageSharp and Tokenizers (once) …"
  local probe source=standin
  mkdir -p "$vlmq_root/.setup" || setup_fail "$vlmq_root cannot be written to."
  probe=$(mktemp -d)
  {
    echo '<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup><ItemGroup>'
    sed -nE 's/.*<PackageVersion (Include="(TorchSharp|TorchSharp-cpu|Parquet\.Net|SixLabors\.ImageSharp|Microsoft\.ML\.Tokenizers)" Version="[^"]*").*/<PackageReference \1 ExcludeAssets="all" \/>/p' "$vlmq_root/Directory.Packages.props"
    echo '</ItemGroup></Project>'
  } > "$probe/probe.csproj"
  if (cd "$probe" && timeout 900 dotnet restore -v q >"$vlmq_root/.setup/restore.log" 2>&1); then source=nuget; fi
  rm -rf "$probe"
  if grep -q NU1301 "$vlmq_root/.setup/restore.log"; then
    setup_say "setup: the registry cannot be reached; using the stand-ins in src/standins until it can."
    return
  fi
  cat > "$answer.tmp" <<PROPS
<Project>
  <PropertyGroup>
    <CardPackages Condition="'\$(CardPackages)' == ''">$source</CardPackages>
  </PropertyGroup>
</Project>
PROPS
  mv "$answer.tmp" "$answer"
  if [ "$source" = nuget ]; then setup_say "setup: the registry has them all; using the packages."
  else setup_say "setup: the registry lacks some of them; using the stand-ins in src/standins."; fi
}

setup_need() { # package, why
  setup_needed+=("$1")
  setup_say "setup: $1 is missing: $2"
}

# ldconfig lies outside the PATH of ordinary users; a pipe into `grep -q` would fail under pipefail.
setup_have_library() { [[ "$(PATH="$PATH:/usr/sbin:/sbin" ldconfig -p 2>/dev/null)" == *"$1"* ]]; }

setup_native() {
  if grep -qs '>nuget<' "$vlmq_root/.setup/CardPackages.props"; then return; fi
  command -v cmake >/dev/null || setup_need cmake "it builds the binding to libtorch"
  command -v c++ >/dev/null || setup_need g++ "it compiles the binding to libtorch"
  command -v make >/dev/null || command -v ninja >/dev/null || setup_need make "it builds the binding to libtorch"
  if [ -z "${LIBTORCH:-}${LIBTORCH_USE_PYTORCH:-}" ]; then
    [ -e /usr/include/ATen/ATen.h ] || setup_need libtorch-dev "tensors and automatic differentiation"
    setup_have_library libopenblas || setup_need libopenblas0-pthread "fast matrix products; the reference BLAS is 30 times slower"
  fi
  setup_have_library libzstd.so.1 || setup_need libzstd1 "zstd compression of Parquet files"
}

setup_test_tools() {
  command -v node >/dev/null || setup_need nodejs "the tests read our Parquet files with DuckDB under Node.js"
  command -v npm >/dev/null || setup_need npm "it installs DuckDB for the tests"
}

# Runs a command with the right to install, or prints it and stops.
setup_install() {
  if [ "${#setup_needed[@]}" -eq 0 ]; then return; fi
  command -v apt-get >/dev/null || setup_fail "there is no apt-get here; install with your own package manager: ${setup_needed[*]}"
  local -a as=() install=(apt-get install -y --no-install-recommends "${setup_needed[@]}")
  if [ "$(id -u)" -ne 0 ]; then
    as=(sudo -n)
    if ! command -v sudo >/dev/null; then
      setup_fail "no right to install; run this, then start again:  su -c 'apt-get update && ${install[*]}'"
    elif ! sudo -n true 2>/dev/null; then
      setup_fail "no right to install; run this, then start again:  sudo apt-get update && sudo ${install[*]}"
    fi
  fi
  setup_say "setup: installing ${setup_needed[*]} …"
  # A source that cannot be reached keeps `update` from succeeding, not the packages from being there.
  if ! { "${as[@]}" apt-get update -qq || true; "${as[@]}" env DEBIAN_FRONTEND=noninteractive "${install[@]}" -qq; } \
    >"$vlmq_root/.setup/apt.log" 2>&1; then
    setup_fail "the installation failed; see $vlmq_root/.setup/apt.log, or run:  ${as[0]:+sudo }${install[*]}"
  fi
}

setup() {
  setup_dotnet
  setup_card_packages
  setup_native
  if [ "${1:-}" = test ]; then setup_test_tools; fi
  setup_install
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
  set -euo pipefail
  setup "$@"
  setup_say "setup: all that VlmQ needs is here."
fi
