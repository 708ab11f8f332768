# What the scripts of this folder share.  To be sourced, with $top set.

say() { printf '%s: %s\n' "${0##*/}" "$*"; }
fail() { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }

# The Debian release that brings a PostgreSQL major.
suite_of() {
	case $1 in
		15) echo bookworm ;;
		17) echo trixie ;;
		18) echo sid ;;
		*) fail "no Debian release brings PostgreSQL $1; MAJORS knows 15, 17 and 18" ;;
	esac
}

this_suite() {
	(. /etc/os-release && echo "${VERSION_CODENAME:-}")
}

# A server of that major is here, with what an extension is built with.
is_installed() {
	[ -x "/usr/lib/postgresql/$1/bin/postgres" ] && [ -e "/usr/lib/postgresql/$1/lib/pgxs/src/makefiles/pgxs.mk" ]
}

# On this machine, or in a chroot?
is_native() {
	is_installed "$1" || [ "$(suite_of "$1")" = "$(this_suite)" ]
}

# The newest one installed, else the one that this Debian brings.
default_major() {
	local major

	for major in 18 17 16 15; do
		! is_installed "$major" || { echo "$major"; return; }
	done
	for major in 15 17 18; do
		[ "$(suite_of "$major")" != "$(this_suite)" ] || { echo "$major"; return; }
	done
	fail "this is neither Debian 12 nor 13, and no PostgreSQL with its development files is installed"
}

# The list's packages of the given groups for a major.
packages() {
	local major=$1
	shift
	sed 's/#.*//' "$top/script/packages" | awk -v groups=" $* " 'index(groups, " " $1 " ") { print $2 }' |
		sed "s/@MAJOR@/$major/"
}

# Those of the names on stdin that are not installed.  The arguments are what
# runs a command there: nothing, or "enter FOLDER".
not_installed() {
	local names

	names=$(cat)
	comm -23 <(sort -u <<<"$names") \
		<("$@" dpkg-query -W -f '${Package} ${db:Status-Status}\n' $names 2>/dev/null |
			awk '$2 == "installed" { print $1 }' | sort -u)
}

# Run something with root's rights.
as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	elif ! command -v sudo >/dev/null; then
		fail "this needs root, and there is no sudo: $*"
	elif [ -t 0 ]; then
		sudo "$@"
	else
		sudo -n "$@"
	fi
}

# Where chroots are kept: outside the checkout, so that clones share them.
cache_folder() {
	if [ -n "${PENDO_FDW_CACHE:-}" ]; then
		echo "$PENDO_FDW_CACHE"
	elif [ -n "${XDG_CACHE_HOME:-}" ]; then
		echo "$XDG_CACHE_HOME/pendo_fdw"
	elif [ "$(id -u)" = 0 ]; then
		echo /var/cache/pendo_fdw
	else
		echo "$HOME/.cache/pendo_fdw"
	fi
}
