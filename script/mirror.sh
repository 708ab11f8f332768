# Where this machine's apt gets Debian from, for debootstrap.  To be sourced.
#
# apt itself is asked, so that sources.list, deb822 files and whatever else it
# reads are all the same; proxy, credentials and keys go along.

# Set MIRROR, MIRROR_SHOWN (without a password) and SOURCE_FILE.
find_mirror() {
	local uri file

	if ! debian_sources | grep -q .; then
		say "reading the package lists"
		apt-get -q update </dev/null >/dev/null || true
	fi
	IFS='|' read -r uri file < <(debian_sources | head -n 1) || true
	if [ -n "${PENDO_FDW_MIRROR:-}" ]; then
		uri=$PENDO_FDW_MIRROR
	fi
	case ${uri:-} in
		mirror+file:*)
			uri=${uri%/}
			uri=$(sed 's/#.*//' "${uri#mirror+file:}" | grep -om1 '[a-z]*:[^[:space:]]*')
			;;
	esac
	case ${uri:-} in
		http:* | https:*) ;;
		'') fail "apt has no source of Debian's main component; name one in PENDO_FDW_MIRROR" ;;
		*) fail "debootstrap cannot read from ${uri%%:*}: sources; name an http mirror in PENDO_FDW_MIRROR" ;;
	esac
	MIRROR=${uri%/}
	MIRROR_SHOWN=$(sed 's,//[^/@]*@,//,' <<<"$MIRROR")
	SOURCE_FILE=${file%:*}
}

# Lines "URI|file:entry" of the sources of Debian proper.
debian_sources() {
	apt-get indextargets 'Created-By: Packages' 'Origin: Debian' 'Label: Debian' 'Component: main' \
		--format '$(REPO_URI)|$(SOURCESENTRY)' 2>/dev/null
}

# Key files that the mirror's source names beside Debian's own.
named_keyrings() {
	[ -f "$SOURCE_FILE" ] || return 0
	grep -v '^ *#' "$SOURCE_FILE" | grep -oiE 'signed-by[=:][^]]*' | tr ',=: \t' '\n' |
		grep '^/' | sort -u || true
}

is_trusted() {
	[ -f "$SOURCE_FILE" ] &&
		grep -v '^ *#' "$SOURCE_FILE" | grep -qiE 'trusted=yes|^trusted: *yes'
}

# An ASCII-armoured key file as bytes; others as they are.
key_bytes() {
	if grep -q '^-----BEGIN' "$1"; then
		awk '/^-----BEGIN/ { inside = 1; head = 1; next } /^-----END/ { inside = 0 }
			inside && head { if ($0 ~ /^[[:space:]]*$/) head = 0; next }
			inside && !/^=/' "$1" | base64 -d
	else
		cat "$1"
	fi
}

# bootstrap SUITE FOLDER
bootstrap() {
	local keys options=() file home proxy=

	home=$(mktemp -d)
	keys=$home/keys.gpg
	for file in /usr/share/keyrings/debian-archive-keyring.gpg /etc/apt/trusted.gpg.d/*.{gpg,asc} \
		$(named_keyrings); do
		[ ! -s "$file" ] || key_bytes "$file" >>"$keys"
	done
	options=(--keyring="$keys")
	! is_trusted || options=(--no-check-gpg)
	# apt's credentials are in netrc's form, but may name a scheme and a path.
	cat /etc/apt/auth.conf /etc/apt/auth.conf.d/*.conf 2>/dev/null |
		sed -E 's,(machine[[:space:]]+)([a-z+]+://)?([^/[:space:]]+)[^[:space:]]*,\1\3,' >"$home/.netrc" || true
	chmod 600 "$home/.netrc"
	eval "$(apt-config shell proxy Acquire::http::Proxy)"
	[ "$proxy" != DIRECT ] || proxy=

	local propagation=private status=0
	unshare --mount true 2>/dev/null || propagation=unchanged
	HOME=$home ${proxy:+env http_proxy="$proxy" https_proxy="$proxy"} \
		unshare --mount --propagation "$propagation" \
		debootstrap --variant=minbase --include=ca-certificates "${options[@]}" \
		"$1" "$2" "$MIRROR" >"$2.log" 2>&1 </dev/null || status=$?
	rm -rf "$home"
	if [ "$status" != 0 ]; then
		tail -n 20 "$2.log" "$2/debootstrap/debootstrap.log" >&2 || true
		fail "debootstrap failed"
	fi
	rm -f "$2.log"
}

# What of apt's configuration says how to fetch, and with which rights.
copy_apt_settings() {
	local root=$1 file

	apt-config dump | grep '^Acquire::' | grep -vE '^Acquire::(IndexTargets|Languages|GzipIndexes|CompressionTypes)' \
		>"$root/etc/apt/apt.conf.d/90host" || true
	for file in /etc/apt/auth.conf /etc/apt/auth.conf.d/*.conf; do
		[ ! -e "$file" ] || install -D -m 600 "$file" "$root$file"
	done
	for file in $(named_keyrings); do
		case $file in
			/usr/share/keyrings/debian-archive-*) ;;
			*) install -D -m 644 "$file" "$root/etc/apt/trusted.gpg.d/${file##*/}" ;;
		esac
	done
	! is_trusted || sed -i 's/^deb /deb [trusted=yes] /' "$root/etc/apt/sources.list"
	if [ -n "$(ls /usr/local/share/ca-certificates 2>/dev/null)" ]; then
		cp -R /usr/local/share/ca-certificates/. "$root/usr/local/share/ca-certificates/"
		enter "$root" update-ca-certificates >/dev/null
	fi
}
