
# What requests hold, and that they give it back: memory, descriptors, time.

use strict;
use warnings;
use HttpProbe;
use PostgreSQL::Test::Utils;
use Test::More;
use Time::HiRes qw(time);

my $faults = start_faults();
my $mute = start_faults('--mute');
my $full = start_faults('--full');
my $node = probe_node(settings => { log_min_messages => 'debug5', log_statement => 'none' });

# Statements of one session, each on a line; what they print.
sub session
{
	my (@lines) = @_;
	my ($out, $error) = ('', '');

	$node->psql('postgres', join("\n", 'SET client_min_messages = notice;', @lines),
		stdout => \$out, stderr => \$error, on_error_stop => 0, timeout => 120);
	return wantarray ? ($out, $error) : $out;
}

sub start_sql { my ($url, @options) = @_; return fetch_sql($url, @options) =~ s/^probe_fetch/probe_start/r }

my $high_water = q{(regexp_match(pg_read_file('/proc/self/status'), 'VmHWM:\s+(\d+)'))[1]::int};
my $descriptors = q{(SELECT count(*) FROM pg_ls_dir('/proc/self/fd'))};
my $contexts = q{(SELECT count(*) FROM pg_backend_memory_contexts}
  . q{ WHERE name LIKE 'pendo%' OR name = 'probe')};

# A reader that stops stops the sender; nothing is lost when it goes on.
my $got = session(
	"SELECT status FROM " . fetch_sql($faults->url('/ok')) . ';',
	"SELECT $high_water AS before \\gset",
	'SELECT ' . start_sql($faults->url('/ok?size=100000000'), 'stall_timeout=400') . ';',
	# on a slow machine the buffer takes longer to fill
	'DO $$ BEGIN FOR i IN 1 .. 30 LOOP EXIT WHEN probe_waiting(0) > 400000; PERFORM probe_wait(1000); END LOOP; END $$;',
	'SELECT probe_wait(1000) > 0, probe_waiting(0) > 400000, probe_waiting(0) <= 524288, probe_state(0);',
	q{DO $$ DECLARE
		total bigint := 0;
		got text;
	  BEGIN
		LOOP
			got := probe_read(0, 65536);
			total := total + length(got);
			IF got = '' THEN
				EXIT WHEN probe_state(0) <> 'running';
				PERFORM probe_wait(1);
			END IF;
		END LOOP;
		RAISE NOTICE 'read %', total;
	  END $$;},
	"SELECT probe_state(0), probe_waiting(0);",
	"SELECT $high_water - :before < 4096;");
is($got, "200\n0\nt|t|t|running\ndone|0\nt",
	'a full buffer pauses the transfer, for longer than the stall limit, in little memory');

my $md5 = $node->safe_psql('postgres', q{SELECT md5(left(repeat(string_agg(lpad(n::text, 7, '0') || chr(10), ''
		ORDER BY n), 50), 3000000)) FROM generate_series(0, 8191) n});
foreach my $path ('/ok?size=3000000', '/chunked?size=3000000')
{
	foreach my $sink (0, 10_000, 50_000, 3_000_000)
	{
		my $call = fetch_sql($faults->url($path), 'buffer=1', 'piece=5003', 'pause=1', "sink=$sink")
		  =~ s/fetch/stream/r;

		is($node->safe_psql('postgres', "SELECT md5(body) FROM $call"), $md5,
			"every byte, once, in order, through a small buffer and a sink of $sink: $path");
	}
}

# Time that nobody waits does not count.
is(session(
		'SELECT ' . start_sql($faults->url('/slow?seconds=0.1'), 'first_byte_timeout=300') . ';',
		'SELECT probe_wait(50) > 0; SELECT pg_sleep(0.7);',
		'SELECT probe_wait(200) > 0, probe_state(0);'),
	"0\nt\n\nt|done", 'an idle cursor does not time out before the first byte');
is(session(
		'SELECT ' . start_sql($faults->url('/drip?pieces=8&seconds=0.05'), 'stall_timeout=300') . ';',
		'SELECT probe_wait(100) > 0; SELECT pg_sleep(0.7);',
		'SELECT probe_wait(800) > 0, probe_state(0);'),
	"0\nt\n\nt|done", 'nor within the body');
is(session(
		'SELECT ' . start_sql($faults->url('/ok', 'localhost'), 'connect_timeout=300') . ';',
		'SELECT probe_wait(0) > 0; SELECT pg_sleep(0.7);',
		'SELECT probe_wait(200) > 0, probe_state(0);'),
	"0\nt\n\nt|done", 'nor while connecting');
is(session(
		'SELECT ' . start_sql($full->url('/ok'), 'connect_timeout=400') . ';',
		'SELECT probe_wait(100) > 0; SELECT pg_sleep(0.6);',
		'SELECT probe_wait(100) > 0, probe_state(0);',
		'SELECT probe_wait(350) > 0, probe_state(0);'),
	"0\nt\n\nt|running\nt|connect_timeout", 'but what was waited for counts in all');

# Many at the same time, all served by one wait.
my $began = time;
is(session((map { 'SELECT ' . start_sql($faults->url('/slow?seconds=1')) . ';' } 1 .. 8),
		'SELECT probe_wait(1500) > 0;',
		"SELECT string_agg(probe_state(n), ' ') FROM generate_series(0, 7) n;"),
	join("\n", 0 .. 7, 't', join ' ', ('done') x 8), 'eight requests in the time of one');

# A finished request is told to the next waiter, and nobody waits in vain.
is(session('SELECT ' . start_sql('ftp://127.0.0.1/') . ';', 'SELECT probe_state(0);',
		'SELECT probe_drop(0, true) IS NOT NULL;'),
	"0\nrefused_url\nt", 'a refused request');

# Aborted requests leave nothing.  A lost socket each would exhaust the
# server's share of descriptors for extensions, some 300, long before the end.
# Eight connections are kept.
my ($out, $notices) = session(
	"SELECT status FROM " . fetch_sql($faults->url('/ok')) . ';',
	"SELECT $descriptors AS before \\gset",
	'DO $$ DECLARE
		urls text[] := ARRAY[' . join(', ', map { "'$_'" } $faults->url('/silent'), $faults->url('/stall'),
		$full->url('/ok'), $mute->url('/') =~ s/^http/https/r, $faults->url('/endless'),
		$faults->url('/ok'), 'http://10.0.0.1/') . '];
	  BEGIN
		FOR n IN 1 .. 1000 LOOP
			PERFORM probe_start(urls[n % 7 + 1]);
			PERFORM probe_wait(CASE WHEN n % 3 = 0 THEN 2 ELSE 0 END);
			PERFORM probe_drop(0, n % 2 = 0);
		END LOOP;
	  END $$;',
	"SELECT $contexts;",
	"SELECT status FROM " . fetch_sql($faults->url('/ok')) . ';',
	"SELECT pg_sleep(0.2); SELECT $descriptors - :before <= 8;");
is($out, "200\n0\n200\n\nt", 'a thousand dropped requests leave no descriptor and no memory');

($out, $notices) = session(
	"SELECT status FROM " . fetch_sql($faults->url('/ok')) . ';',
	"SELECT $descriptors AS before \\gset",
	'SET statement_timeout = 15;',
	("SELECT result FROM " . fetch_sql($faults->url('/stall')) . ';') x 200,
	'SET statement_timeout = 0;',
	"SELECT $contexts, $descriptors - :before <= 8;",
	"SELECT status FROM " . fetch_sql($faults->url('/ok')) . ';');
is($out, "200\n0|t\n200", 'nor do two hundred cancelled statements');
my $timeouts = () = $notices =~ /statement timeout/g;
is($timeouts, 200, 'which were cancelled');

is(session('DO $$ BEGIN FOR n IN 1 .. 100 LOOP BEGIN PERFORM '
		  . fetch_sql($faults->url('/status?code=500'), 'raise=1')
		  . '; EXCEPTION WHEN connection_failure THEN NULL; END; END LOOP; END $$;', "SELECT $contexts;"),
	'0', 'nor errors that a function catches');

# Had an error ever jumped out of libcurl, its handle would not be used again.
is(session('SELECT ' . start_sql($faults->url('/stall')) . ';', 'SELECT probe_wait(50) > 0;',
		'SELECT probe_break();', 'SELECT probe_state(0);', 'SELECT probe_wait(0) > 0, probe_state(0);',
		'SELECT status, new_connection FROM ' . fetch_sql($faults->url('/ok')) . ';',
		'DO $$ BEGIN PERFORM probe_drop(0, true); END $$;'),
	"0\nt\n\nrunning\nt|protocol\n200|t", 'a handle in doubt is thrown away');

# A session may end, or be ended, in the midst of things.
sub gone
{
	my ($pid) = @_;
	my $until = time + 10;

	select undef, undef, undef, 0.02 while lives($pid) && time < $until;
	return !lives($pid);
}

# Whether its parent has taken note of its end is no matter.
sub lives
{
	my ($pid) = @_;

	open my $file, '<', "/proc/$pid/stat" or return 0;
	return (<$file> // '') =~ /^\d+ \(.*\) [^ZX]/;
}
my ($pid) = session('SELECT pg_backend_pid();', 'SELECT ' . start_sql($faults->url('/stall')) . ';',
	'SELECT ' . start_sql($mute->url('/') =~ s/^http/https/r) . ';', 'SELECT probe_wait(100);') =~ /^(\d+)/;
ok(gone($pid), 'a session ends while its requests run');
my ($took, $error) = cancel_takes($node, 'SELECT result FROM ' . fetch_sql($faults->url('/stall')),
	sub { ($pid) = @_; $node->safe_psql('postgres', "SELECT pg_terminate_backend($pid)"); return 1; });
like($error, qr/57P01/, 'a session is ended while it waits');
ok(gone($pid), 'at once');

# No secret in the log at debug5.  The control: it was really sent.
my $secret = 'k-' . int(rand(1e12)) . '-x';
append_to_file("$ENV{WORK}/secrets/probe_key", "$secret\n");
chmod 0600, "$ENV{WORK}/secrets/probe_key";
like(session("SELECT body FROM probe_fetch('" . $faults->url('/echo') . "', 'secret=' || probe_secret('probe_key'));"),
	qr/\Q$secret\E/, 'the key is sent');
session("SELECT status FROM probe_fetch('" . $faults->url($_)
	  . "', 'secret=' || probe_secret('probe_key'), 'raise=1');")
  foreach '/status?code=403', '/cut', '/garbage', '/ok';
my $log = slurp_file($node->logfile);
like($log, qr/denied access/, 'the log has the errors');
unlike($log, qr/\Q$secret\E/, 'and not the key');
unlike($log, qr/terminated by signal|PANIC|TRAP/, 'nothing crashed');

# The server's death is noticed within a wait.
my $client = fork // die "fork: $!";
if (!$client)
{
	open STDOUT, '>', '/dev/null';
	open STDERR, '>', '/dev/null';
	exec 'psql', '-XAtq', '-d', $node->connstr('postgres'), '-c',
	  'SELECT result FROM ' . fetch_sql($faults->url('/silent'), 'first_byte_timeout=600000');
}
$node->poll_query_until('postgres',
	"SELECT count(*) = 1 FROM pg_stat_activity WHERE wait_event_type = 'Extension' AND backend_type = 'client backend'");
$pid = $node->safe_psql('postgres',
	"SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Extension' AND backend_type = 'client backend'");
$node->kill9;
ok(gone($pid), 'a waiting session ends with the postmaster');
waitpid $client, 0;

# A start removes the shared memory that the killed server has left.
$node->start;
$node->stop;

done_testing();
