# What check, demo and bench share.  To be sourced, under test/run/tidy, with
# $top naming the checkout and $WORK the temporary folder of this run.
#
# In $WORK:  tree/     a readable copy of the checkout; tests run in it
#            install/  the extension, as "make install DESTDIR=" leaves it
#            tmp/ home/ secrets/   what their names say, the tester's
#            output/   logs and differences, kept if something fails
#            counts/   one file a runner: passed failed skipped

PYTHON=/usr/bin/python3

say() { printf '%s\n' "$*"; }
fail() { printf '%s\n' "$*" >&2; exit 1; }

# initdb refuses root, so root gives its rights away before any test starts.
tester=
as_tester=()
choose_tester() {
	[ "$(id -u)" = 0 ] || return 0
	tester=nobody
	! id postgres >/dev/null 2>&1 || tester=postgres
	as_tester=(setpriv "--reuid=$tester" "--regid=$(id -g "$tester")" --init-groups)
}

# Build, install into $WORK and copy the tree there.  Serialised, so that two
# runs in one checkout do not write the same objects.
stage() {
	mkdir -p "$top/build"
	(
		flock 9
		make -s -C "$top" all "$@" 9>&-
		make -s -C "$top" install DESTDIR="$WORK/install" 9>&- >"$WORK/install.log" 2>&1 ||
			{ cat "$WORK/install.log" >&2; exit 1; }
		mkdir "$WORK/tree"
		tar -C "$top" --exclude=./.git --exclude=./build/obj --exclude='./build/check*' \
			--exclude='*.pyc' -cf - . | tar -C "$WORK/tree" --no-same-owner -xf -
	) 9>"$top/build/.lock"
	mkdir "$WORK"/{tmp,home,secrets,output,counts}
	if [ -n "${PENDO_FDW_SPECS:-}" ]; then
		cp -RL "$PENDO_FDW_SPECS" "$WORK/specs"
		export PENDO_FDW_SPECS=$WORK/specs
		chmod -R u+w,go+rX "$WORK/specs"
	fi
	chmod 700 "$WORK/secrets"
	[ -z "$tester" ] || chown -R "$tester:" "$WORK"
}

# Nothing of the caller's session may reach a test: its database, its proxy,
# its language.
set_environment() {
	local name

	for name in $(compgen -e); do
		case $name in
			PG_CONFIG | PG_TEST_*) ;;
			PG* | LC_* | LANGUAGE | [hH][tT][tT][pP]*_[pP][rR][oO][xX][yY]) unset "$name" ;;
			all_proxy | ALL_PROXY | no_proxy | NO_PROXY | MAKEFLAGS | MAKELEVEL | MFLAGS) unset "$name" ;;
		esac
	done
	BINDIR=$("$PG_CONFIG" --bindir)
	PKGLIBDIR=$("$PG_CONFIG" --pkglibdir)
	SHAREDIR=$("$PG_CONFIG" --sharedir)
	PGXSDIR=$(dirname "$("$PG_CONFIG" --pgxs)")/../..
	PG_VERSION=$("$PG_CONFIG" --version | sed 's/^PostgreSQL \([0-9.a-z]*\).*/\1/')
	PG_MAJOR=$(printf '%s' "$PG_VERSION" | sed 's/^\([0-9]*\).*/\1/')
	PG_REGRESS=$PGXSDIR/src/test/regress/pg_regress
	PERL5LIB=$PGXSDIR/src/test/perl:$WORK/tree/test/t
	PATH=$BINDIR:$PATH
	TMPDIR=$WORK/tmp
	HOME=$WORK/home
	LANG=C.UTF-8
	PYTHONDONTWRITEBYTECODE=1
	export BINDIR PKGLIBDIR SHAREDIR PGXSDIR PG_VERSION PG_MAJOR PG_REGRESS PERL5LIB \
		PATH TMPDIR HOME LANG PYTHONDONTWRITEBYTECODE WORK
}

# Print a server configuration.  $1 is pg_cron's database, $2 further libraries
# to preload.  The extension is found where "make install" left it: Debian's
# 15 to 17 have extension_destdir for that, 18 has extension_control_path.
server_config() {
	local libraries=$2

	[ ! -e "$PKGLIBDIR/pg_cron.so" ] || libraries=pg_cron${libraries:+,$libraries}
	cat "$WORK/tree/test/temp-config"
	echo
	echo "shared_preload_libraries = '$libraries'"
	case ,$libraries, in
		*,pg_cron,*) echo "cron.database_name = '$1'" ;;
	esac
	echo "dynamic_library_path = '$WORK/install$PKGLIBDIR:\$libdir'"
	if [ "$PG_MAJOR" -ge 18 ]; then
		echo "extension_control_path = '$WORK/install$SHAREDIR:\$system'"
	else
		echo "extension_destdir = '$WORK/install'"
	fi
	echo "pendo_fdw.secret_directory = '$WORK/secrets'"
}

# Start a stand-in (pendo, hubspot or salesforce) with the given options, and wait
# until it serves.  Its process is STAND_IN_PID, what it printed the file STAND_IN.
serve_stand_in() {
	local kind=$1 file=$WORK/tmp/$1.json pid i
	shift

	rm -f "$file"
	setsid "$PYTHON" "$WORK/tree/test/sandbox/$kind.py" --port-file "$file" "$@" \
		</dev/null >/dev/null 2>"$WORK/output/$kind.log" &
	pid=$!
	for ((i = 0; i < 600; i++)); do
		[ ! -s "$file" ] || break
		kill -0 "$pid" 2>/dev/null || break
		sleep 0.05
	done
	if [ ! -s "$file" ]; then
		cat "$WORK/output/$kind.log" >&2
		fail "the stand-in $kind.py did not start"
	fi
	STAND_IN_PID=$pid
	STAND_IN=$file
}

# Start a Pendo stand-in, and export PENDO_SANDBOX_URL and PENDO_SANDBOX_KEY.
start_stand_in() {
	serve_stand_in pendo "$@"
	PENDO_SANDBOX_URL=$(json_member url "$STAND_IN")
	PENDO_SANDBOX_KEY=$(json_member key "$STAND_IN")
	export PENDO_SANDBOX_URL PENDO_SANDBOX_KEY
}

# Export members of what the last stand-in printed: export_members PREFIX NAME...
export_members() {
	local prefix=$1 name
	shift

	for name in "$@"; do
		export "${prefix}_${name^^}=$(json_member "$name" "$STAND_IN")"
	done
}

json_member() {
	"$PYTHON" -c 'import json, sys; print(json.load(open(sys.argv[2]))[sys.argv[1]])' "$1" "$2"
}

# A runner's result: count NAME PASSED FAILED SKIPPED
count() {
	printf '%s %s %s\n' "$2" "$3" "$4" >"$WORK/counts/$1"
}
