# Run pg_regress or its twin for isolation tests, and count.  To be sourced.
#
#   run_regress PROGRAM LABEL CONFIG INPUT EXTENSION SCHEDULE-OR-TESTS...
#
# pg_regress makes its server, socket folder and port itself, so that two runs
# do not meet.  Its output has been TAP since 16.

regress_passed=0
regress_failed=0

run_regress() {
	local program=$1 label=$2 config=$3 input=$4 extension=$5
	local out=$WORK/output/$label status=0 wanted good bad
	shift 5

	say "== $label"
	mkdir -p "$out"
	"$program" --bindir="$BINDIR" --inputdir="$input" --outputdir="$out" \
		--temp-instance="$WORK/tmp/$label" --temp-config="$config" \
		--no-locale --encoding=UTF8 --dbname=contrib_regression \
		--load-extension="$extension" "$@" >"$out/output" 2>&1 || status=$?
	# What it says of its own set-up is of no interest.
	grep -vE '^$|^=====|^(CREATE|ALTER) (DATABASE|EXTENSION)|^# (initializing|starting|using|running|shutting|removing)|^running on port' \
		"$out/output" || true

	good=$(grep -cE '^ok [0-9]|\.\.\. ok( |$)' "$out/output" || true)
	bad=$(grep -cE '^not ok [0-9]|\.\.\. FAILED' "$out/output" || true)
	wanted=$(count_tests "$@")
	if [ $((good + bad)) != "$wanted" ]; then
		say "$label: $wanted tests wanted, $good passed and $bad failed"
		bad=$((bad + 1))
	elif [ "$status" != 0 ] && [ "$bad" = 0 ]; then
		bad=1
	fi
	if [ "$bad" != 0 ]; then
		[ ! -e "$out/regression.diffs" ] || head -n 400 "$out/regression.diffs"
		[ ! -e "$out/log/postmaster.log" ] || tail -n 40 "$out/log/postmaster.log"
	fi
	regress_passed=$((regress_passed + good))
	regress_failed=$((regress_failed + bad))
}

# How many tests the arguments name: a schedule's, or one each.
count_tests() {
	case $1 in
		--schedule=*) sed -n 's/#.*//; s/^test://p' "${1#--schedule=}" | wc -w ;;
		*) echo $# ;;
	esac
}
