
# Bench: what the measurements of this folder share.
#
#   use lib "$ENV{WORK}/tree/test/bench";
#   use Bench;
#   start_web([ 'plain', 'events' ], [ 'tls_gzip', 'events' ]);
#   ratio('live scan / curl, plain', \@scan, \@curl, aim => 1.35, gate => 2);
#   finish();
#
# README.md says what is measured and why so.

package Bench;

use strict;
use warnings;
use Carp;
use Exporter 'import';
use File::Path 'remove_tree';
use IO::Handle;
use HttpProbe;
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils qw(slurp_file append_to_file);
use POSIX ();
use Time::HiRes qw(sleep time);

our @EXPORT = qw(say parameter say_libraries need_programs median ratio figure finish
  start_web web_url curl_seconds compress_document bench_node make_server timed_session
  scan_sql scan_session peak_memory warm_memory write_document write_event_document repeat_event_document event_columns event_table);

# PostgreSQL::Test::Utils sends all output to a log file when the program
# starts.  Figures, and what it dies of, are for who called it.
my ($output, $errors);

BEGIN
{
	open $output, '>&', \*STDOUT or die "standard output: $!";
	open $errors, '>&', \*STDERR or die "standard error: $!";
	$output->autoflush(1);
	## no critic (RequireLocalizedPunctuationVars)
	$SIG{__DIE__} = sub { print $errors @_ unless $^S };
}

my $beyond = 0;
my ($measured, $disturbed) = (0, 0);
my $work = $ENV{WORK} // croak 'run me by make bench';

# What the caller may set in the environment.
my %defaults = (BENCH_ROWS => 1_000_000, BENCH_ROUNDS => 5, BENCH_LONG => 0,
	BENCH_VISITORS => 200_000, BENCH_TRIES => 4, BENCH_BATCHES => 2000);

sub say { print $output @_, "\n"; return }

sub parameter { return $ENV{"BENCH_$_[0]"} || $defaults{"BENCH_$_[0]"} }

sub need_programs
{
	foreach my $program (@_)
	{
		next if grep { -x "$_/$program" } split(/:/, $ENV{PATH}), '/usr/sbin';
		die "$program is missing: script/setup bench installs it\n";
	}
	return;
}

# Is the module built with libisal?
sub has_isal
{
	my $libraries = `ldd $work/install$ENV{PKGLIBDIR}/pendo_fdw.so`;

	return $libraries =~ /libisal/;
}

sub say_libraries
{
	my ($curl) = `curl --version` =~ m{(libcurl/\S+ \S+)};

	say(sprintf '# %s, inflated by %s', $curl, has_isal() ? 'libisal' : 'zlib');
	return has_isal();
}

sub median
{
	my @sorted = sort { $a <=> $b } @_;

	return ($sorted[ $#sorted / 2 ] + $sorted[ @sorted / 2 ]) / 2;
}

# Print a figure; "gate" and "aim" are the most that it should be, with "at_least" the least.
sub figure
{
	my ($name, $value, %options) = @_;
	my $line = sprintf '%-46s %8s', $name, sprintf($options{format} // '%.2f', $value);
	my $good = !defined $options{gate}
	  || ($options{at_least} ? $value >= $options{gate} : $value <= $options{gate});

	$line .= "  aim $options{aim}" if defined $options{aim};
	$line .= "  gate $options{gate}" if defined $options{gate};
	$line .= "  ($options{note})" if $options{note};
	$line .= '  BEYOND ITS GATE' unless $good;
	say($line);
	$beyond++ unless $good;
	return $good;
}

# The median of the same-round ratios of two lists of seconds.  To compare speeds, where more
# is better: ratio($name, $their_seconds, $our_seconds, at_least => 1, ...).
sub ratio
{
	my ($name, $ours, $theirs, %options) = @_;
	my @ratios = map { $ours->[$_] / $theirs->[$_] } 0 .. $#$ours;
	my ($least) = sort { $a <=> $b } @ratios;
	my ($most) = sort { $b <=> $a } @ratios;

	return figure($name, median(@ratios), %options,
		note => sprintf('%.2f to %.2f; medians %.3f s, %.3f s', $least, $most,
			median(@$ours), median(@$theirs)));
}

sub finish
{
	say("# disturbed by other programs, however often tried: $disturbed of $measured measurements")
	  if $disturbed;
	exit($beyond ? 1 : 0);
}

# nginx: answers POSTs of Pendo's aggregation path with a document, in each of
# these ways, each at a port of its own.  Called with [ way, document ], ….
my %ways = (plain => [ '', 'off' ], gzip => [ '', 'always' ],
	tls => [ 'ssl', 'off' ], tls_gzip => [ 'ssl', 'always' ]);
my $web;

sub start_web
{
	my (@wanted) = @_;
	my $folder = "$work/tmp/web.$$";
	my $certificates = make_certificates();
	my $servers = '';

	need_programs('nginx');
	mkdir $folder;
	$web = { folder => $folder, authority => "$certificates/authority.pem", port => {} };
	foreach my $one (@wanted)
	{
		my ($way, $document) = @$one;
		my ($ssl, $gzip) = @{ $ways{$way} };
		my $port = $web->{port}{"$way $document"} = PostgreSQL::Test::Cluster::get_free_port();

		$servers .= "server { listen 127.0.0.1:$port $ssl; gzip_static $gzip;"
		  . " root $folder/$document; }\n";
	}
	append_to_file("$folder/nginx.conf", qq{
daemon off;
worker_processes 1;
pid $folder/pid;
error_log $folder/error.log;
events { }
http {
	access_log off;
	client_body_temp_path $folder/body;
	proxy_temp_path $folder/proxy;
	fastcgi_temp_path $folder/fastcgi;
	uwsgi_temp_path $folder/uwsgi;
	scgi_temp_path $folder/scgi;
	sendfile on;
	tcp_nopush on;
	default_type application/json;
	ssl_certificate $certificates/right.pem;
	ssl_certificate_key $certificates/right.key;

	# A static file is no answer to a POST, says nginx; here it is.
	error_page 405 =200 \$uri;
	$servers
}
});
	$web->{pid} = fork // croak "fork: $!";
	if (!$web->{pid})
	{
		$ENV{PATH} .= ':/usr/sbin';
		exec 'nginx', '-p', $folder, '-c', "$folder/nginx.conf", '-e', "$folder/error.log"
		  or POSIX::_exit(127);
	}
	my $until = time + 20;
	until (-s "$folder/pid")
	{
		if (waitpid($web->{pid}, POSIX::WNOHANG()) || time > $until)
		{
			croak 'nginx did not start: '
			  . (-e "$folder/error.log" ? slurp_file("$folder/error.log") : '');
		}
		sleep 0.02;
	}
	return $web;
}

END
{
	my $status = $?;
	if ($web && $web->{pid})
	{
		kill 'TERM', $web->{pid};
		waitpid $web->{pid}, 0;
		remove_tree($web->{folder});
	}
	$? = $status;
}

# The base URL of a document, served in one of the ways.
sub web_url
{
	my ($way, $document) = @_;
	my $scheme = $way =~ /^tls/ ? 'https' : 'http';

	return "$scheme://127.0.0.1:" . $web->{port}{"$way $document"};
}

# Microseconds during which something waited for a processor, since boot.
sub pressure
{
	open my $file, '<', '/proc/pressure/cpu' or return 0;
	my ($total) = join('', <$file>) =~ /^some .*total=(\d+)/m;
	close $file;
	return $total // 0;
}

# How much longer than at its fastest a piece of work takes that is always the same: 0 if the
# machine is as fast as it can be, 0.5 if half as long again.  On a shared machine it may be, with
# every processor of ours free: who else is on it is not for us to see.
my $fastest;

sub slowness
{
	my $least;

	foreach (1 .. 3)
	{
		my $began = time;
		my $length = 0;

		$length += length sprintf '%d %s %f', $_, 'abc', $_ * 1.5 foreach 1 .. 30_000;
		my $seconds = time - $began;
		$least = $seconds if !defined $least || $seconds < $least;
	}
	$fastest = $least if !defined $fastest || $least < $fastest;
	return $least / $fastest - 1;
}

# Before something is measured: wait for a while until the machine is as fast as it can be.
sub wait_for_speed
{
	my $until = time + 5;

	sleep 0.2 while slowness() > 0.15 && time < $until;
	return;
}

# A measurement during which others wanted the processors, or the machine was slow, is repeated,
# and of all tries the least disturbed counts.  Whether one was is asked of the system, never of
# its result.
sub undisturbed
{
	my ($measure) = @_;
	my ($best, $least);

	foreach my $try (1 .. parameter('TRIES'))
	{
		wait_for_speed();
		my ($began, $before) = (time, pressure());
		my $seconds = $measure->();
		my $share = (pressure() - $before) / 1e6 / (time - $began);
		my $slowness = slowness();

		$share = $slowness if $slowness > $share;

		($best, $least) = ($seconds, $share) if !defined $least || $share < $least;
		last if $least <= 0.15;
		sleep 0.3;
	}
	$measured++;
	$disturbed++ if $least > 0.15;
	return $best;
}

# How long curl takes to throw a document away.
sub curl_seconds
{
	my (@what) = @_;

	return undisturbed(sub { curl_once(@what) });
}

sub curl_once
{
	my ($way, $document) = @_;
	my @command = ('curl', '-s', '-S', '--noproxy', '*', '--http1.1', '-o', '/dev/null',
		'-w', '%{http_code} %{time_total}', '--cacert', $web->{authority},
		'-H', 'Content-Type: application/json', '-d', '{"request":{}}');

	push @command, '--compressed' if $way =~ /gzip/;
	open my $pipe, '-|', @command, web_url($way, $document) . '/api/v1/aggregation'
	  or croak "curl: $!";
	my $answer = <$pipe>;
	close $pipe or croak "curl failed: $?";
	my ($status, $seconds) = split ' ', $answer;
	croak "nginx answers $status" if $status != 200;
	return $seconds;
}

# The file that a document is served from; its folder is made.
sub document_file
{
	my ($document) = @_;
	my $folder = "$web->{folder}/$document/api/v1";

	system('mkdir', '-p', $folder) == 0 or croak "$folder: $?";
	return "$folder/aggregation";
}

sub compress_document
{
	my ($document) = @_;

	system('gzip', '-6', '-k', document_file($document)) == 0 or croak "gzip: $?";
	return;
}

sub bench_node
{
	my (%settings) = @_;
	my $node = PostgreSQL::Test::Cluster->new('bench');

	$node->init;
	%settings = (listen_addresses => '127.0.0.1', max_wal_size => '8GB', autovacuum => 'off',
		%settings);
	$settings{'pendo_fdw.http_ca_file'} = $web->{authority} if $web;
	$node->append_conf('postgresql.conf', "$_ = '$settings{$_}'") foreach sort keys %settings;
	$node->start;
	$node->safe_psql('postgres', 'CREATE EXTENSION pendo_fdw; CREATE EXTENSION postgres_fdw');
	return $node;
}

# A server for a base URL.  One window covers the history, so that a scan is
# one request.
sub make_server
{
	my ($node, $name, $url, %options) = @_;

	%options = (base_url => $url, time_zone => 'America/New_York', history_start => '2024-06-01',
		window => '3660 days', requests_per_second => 10000, request_burst => 10000, %options);
	my $options = join ', ', map { "$_ '$options{$_}'" } sort keys %options;
	$node->safe_psql('postgres', qq{
		SET client_min_messages = warning;
		CREATE SERVER $name FOREIGN DATA WRAPPER pendo_fdw OPTIONS ($options);
		CREATE USER MAPPING FOR PUBLIC SERVER $name OPTIONS (integration_key 'k')});
	return;
}

# Run statements in a session of its own; returns the seconds that psql counts
# for those after \timing, and all output.
sub timed_session
{
	my ($node, $sql) = @_;
	my ($out, $error) = ('', '');
	my $status = $node->psql('postgres', $sql, stdout => \$out, stderr => \$error,
		on_error_stop => 1, timeout => 600);
	my $seconds = 0;

	croak "psql: $error" if $status != 0;
	$seconds += $1 / 1000 while $out =~ /^Time: ([0-9.]+) ms/mg;
	return ($seconds, $out);
}

# Make all rows of a table, without anything being done with them: the cost of
# the scan alone.  Loading libraries does not count, as it does not for curl.
sub scan_sql
{
	my ($table) = @_;

	return "LOAD 'pendo_fdw';\nLOAD 'postgres_fdw';\n\\set QUIET off\nBEGIN;\n\\timing on\n"
	  . "DECLARE c NO SCROLL CURSOR FOR SELECT * FROM $table;\nMOVE ALL c;\n\\timing off\nEND;\n";
}

# The seconds of a scan, in a session of its own.
sub scan_session
{
	my (@what) = @_;

	return undisturbed(sub { scan_once(@what) });
}

sub scan_once
{
	my ($node, $table, $rows) = @_;
	my ($seconds, $out) = timed_session($node, scan_sql($table));

	die "$table: not $rows rows but: $out" unless $out =~ /^MOVE $rows$/m;
	return $seconds;
}

# Touch memory and give it back.  A virtual machine's host takes back what has been
# free for a while, and new pages of files and shared buffers then cost several times
# as much: up to a second for what a load of a million rows writes.
sub warm_memory
{
	my ($bytes) = @_;
	my $pid = fork // die "fork: $!";

	if (!$pid)
	{
		my $touched = "\1" x $bytes;
		POSIX::_exit(0);
	}
	waitpid $pid, 0;
	return;
}

# A figure of a process's memory, in MB: a line of a file in /proc.
sub memory_of
{
	my ($pid, $file, $line) = @_;

	open my $proc, '<', "/proc/$pid/$file" or return;
	my ($kb) = join('', <$proc>) =~ /^$line:\s+(\d+)/m;
	close $proc;
	return defined $kb ? $kb / 1024 : undef;
}

# The peak of that figure over statements in one session, what the session had
# before, and what psql printed.
sub peak_memory
{
	my ($node, $file, $line, @statements) = @_;
	my $name = 'peak-' . int(time * 1000);
	my $log = "$ENV{WORK}/tmp/$name";
	my $pid = fork // die "fork: $!";

	if (!$pid)
	{
		open STDOUT, '>', "$log.out";
		open STDERR, '>', "$log.err";
		exec 'psql', '-X', '-v', 'ON_ERROR_STOP=1', '-d', $node->connstr('postgres'),
		  map({ ('-c', $_) } "SET application_name = '$name'", 'SELECT pg_sleep(0.3)', @statements)
		  or POSIX::_exit(127);
	}
	my ($backend, $before, $peak, $samples) = ('', undef, 0, 0);
	until ($backend)
	{
		die slurp_file("$log.err") if waitpid($pid, POSIX::WNOHANG());
		$backend = $node->safe_psql('postgres',
			"SELECT pid FROM pg_stat_activity WHERE application_name = '$name'");
	}
	until (waitpid($pid, POSIX::WNOHANG()))
	{
		my $now = memory_of($backend, $file, $line);

		if (defined $now)
		{
			$before //= $now;
			$peak = $now if $now > $peak;
			$samples++;
		}
		sleep 0.002;
	}
	die "psql failed:\n" . slurp_file("$log.err") if $?;
	die "only $samples samples\n" if $samples < 50;
	return ($peak, $before, slurp_file("$log.out"));
}

# Feature events: thirteen members a row, about 460 bytes.  Eight are columns
# of the tables that are scanned.  One of these has a name that Pendo's
# expressions cannot hold; so the request has no "select", and the answer to
# it has rows with all members under their own names, as here.
my @event_columns = (
	[ 'visitor_id', 'text', 'visitorId' ],   [ 'account_id', 'text', 'accountId' ],
	[ 'feature_id', 'text', 'featureId' ],   [ 'app_id', 'bigint', 'appId' ],
	[ 'day', 'date', 'day' ],                [ 'num_events', 'bigint', 'numEvents' ],
	[ 'num_minutes', 'bigint', 'numMinutes' ], [ 'parameter_name', 'text', 'parameter-name' ]);

sub event_columns { return join ', ', map { $_->[0] } @event_columns }

sub event_table
{
	my ($name, $server, %options) = @_;
	my $is_live = !%options;
	my @columns = map {
		"$_->[0] $_->[1]" . ($is_live ? " OPTIONS (field '$_->[2]')" : '')
	} @event_columns;

	%options = (object => 'feature_event') if $is_live;
	return "CREATE FOREIGN TABLE $name (" . join(', ', @columns) . ") SERVER $server OPTIONS ("
	  . join(', ', map { "$_ '$options{$_}'" } sort keys %options) . ");\n";
}

# The rows, in a table of the server; those of a table of as many rows are
# always the same.
sub event_rows_sql
{
	my ($table, $rows) = @_;

	return qq{
CREATE TABLE $table AS
SELECT i, md5(visitor::text)::uuid::text AS visitor_id,
	substr(md5('account ' || visitor / 50), 1, 24) AS account_id,
	translate(substr(encode(sha224(format('feature %s', hashint4extended(i, 1) & 4095)::bytea),
		'base64'), 1, 27), '+/', '-_') AS feature_id,
	-323232::bigint AS app_id, date '2024-06-15' + i % 30 AS day,
	1 + (hashint4extended(i, 3) & 1023) % 40 AS num_events,
	1 + (hashint4extended(i, 4) & 1023) % 9 AS num_minutes,
	(ARRAY['plan', 'tab → panel', 'visão', 'filter "open"', 'sort', 'view'])
		[1 + (hashint4extended(i, 5) & 1023) % 6] AS parameter_name,
	'US' AS country, hashint4extended(i, 6) & x'3ffffff'::bigint AS time_of_day,
	'203.0.113.' || (hashint4extended(i, 7) & 255) AS remote_ip,
	format('app.customer-%s.example.com', visitor / 50) AS server,
	format('Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_%s) AppleWebKit/537.36 (KHTML, like'
		' Gecko) Chrome/%s.0.%s.0 Safari/537.36', (hashint4extended(i, 8) & 1023) % 8,
		100 + (hashint4extended(i, 10) & 1023) % 26, hashint4extended(i, 11) & 4095)
		AS user_agent
FROM (SELECT i, (hashint4extended(i, 9) & x'ffffff'::bigint) % 200000 AS visitor
	FROM generate_series(1, $rows) AS i) AS n;
VACUUM ANALYZE $table;
};
}

# Write a document from a query that gives the numbered rows of its "results"
# (columns i and json), some hundred rows a line.
sub write_document
{
	my ($node, $document, $rows, $query) = @_;
	my $file = document_file($document);

	$node->safe_psql('postgres', qq{
SET time zone 'America/New_York';
COPY (
	SELECT CASE WHEN min(i) = 1 THEN '{"startTime":1718409600000,"results":[' ELSE ',' END
		|| string_agg(json, ',' ORDER BY i) || CASE WHEN max(i) = $rows THEN ']}' ELSE '' END
	FROM ($query) AS rows
	GROUP BY (i - 1) / 500 ORDER BY (i - 1) / 500
) TO '$file' (FORMAT csv, QUOTE e'\\x01', DELIMITER e'\\x02')});
	return $file;
}

# Make the rows, in a table, and their document.
sub write_event_document
{
	my ($node, $table, $rows) = @_;

	$node->safe_psql('postgres', event_rows_sql($table, $rows));
	return write_document($node, $table, $rows, qq{
SELECT i, format('{"accountId":%s,"appId":%s,"country":%s,"day":%s,"featureId":%s,'
	'"lastTime":%s,"numEvents":%s,"numMinutes":%s,"parameter-name":%s,"remoteIp":%s,'
	'"server":%s,"userAgent":%s,"visitorId":%s}', to_json(account_id), app_id,
	to_json(country), day_ms, to_json(feature_id), day_ms + time_of_day, num_events,
	num_minutes, to_json(parameter_name), to_json(remote_ip), to_json(server),
	to_json(user_agent), to_json(visitor_id)) AS json
FROM (SELECT *, (extract(epoch FROM day::timestamptz) * 1000)::bigint AS day_ms
	FROM $table) AS t});
}

# Make a document of the same rows several times over.
sub repeat_event_document
{
	my ($from, $to, $times) = @_;
	my $file = document_file($to);

	open my $out, '>:raw', $file or croak "$file: $!";
	foreach my $time (1 .. $times)
	{
		open my $in, '<:raw', document_file($from) or croak "$from: $!";
		while (read $in, my $piece, 1 << 20)
		{
			# Between two copies, their frames give way to a comma.
			$piece =~ s/^[^\[]*\[/,/ if $time > 1 && tell($in) == length $piece;
			$piece =~ s/\]\}\s*$// if $time < $times && eof $in;
			print $out $piece;
		}
		close $in;
	}
	close $out or croak "$file: $!";
	return;
}

1;
