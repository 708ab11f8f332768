
# Whatever stalls, a cancel and statement_timeout end the wait at once, and the
# session goes on.

use strict;
use warnings;
use HttpProbe;
use PostgreSQL::Test::Utils;
use Test::More;

# What users are promised is 300 ms; a loaded machine may take longer.
my $limit = 3000;

my $faults = start_faults();
my $mute = start_faults('--mute');
my $full = start_faults('--full');
my $proxy = start_faults('--proxy');
my %plain = ('pendo_fdw.http_plain_hosts' => '127.0.0.1, .test');
my $node = probe_node(settings => \%plain);
my @slow = map { "${_}_timeout=600000" } qw(connect first_byte stall);
my $through = "proxy=http://127.0.0.1:" . $proxy->port;
my $secure = $mute->url('/') =~ s/^http:/https:/r;

my @stalls = (
	[ 'connect', fetch_sql($full->url('/ok'), @slow) ],
	[ 'TLS handshake', fetch_sql($secure, @slow) ],
	[ 'first byte', fetch_sql($faults->url('/silent'), @slow) ],
	[ 'body', fetch_sql($faults->url('/stall'), @slow) ],
	[ 'drip', fetch_sql($faults->url('/drip?pieces=100000&seconds=0.01'), @slow) ],
	[ 'budget', fetch_sql($faults->url('/ok'), 'rate=0.0001') ],
	[ 'retry', fetch_sql($faults->url('/status?code=503&retry_after=500'),
			'attempts=2', 'max_delay=600000') ],
	[ 'proxy', fetch_sql('http://silent.test/', $through, @slow) ],
	[ 'mute proxy', fetch_sql('http://silent.test/', 'proxy=127.0.0.1:' . $mute->port, @slow) ],
);

# The end of a session whose statements were cancelled, and what came after.
sub session
{
	my (@statements) = @_;
	my ($out, $error) = ('', '');

	$node->psql('postgres', join("\n", @statements), stdout => \$out, stderr => \$error,
		on_error_stop => 0, timeout => 60);
	return ($out, $error);
}

sub check_stall
{
	my ($name, $call) = @_;
	my ($took, $error) = cancel_takes($node, "SELECT result FROM $call");

	like($error, qr/ERROR:  57014: canceling statement due to user request/, "$name: cancelled");
	cmp_ok($took, '<', $limit, "$name: within $limit ms");
	note("$name: cancel took $took ms");

	my ($out, $text) = session(
		'SET statement_timeout = 200;',
		'SELECT clock_timestamp() AS began \gset',
		"SELECT result FROM $call;",
		"SELECT extract(epoch FROM clock_timestamp() - :'began') * 1000 - 200 < $limit;",
		'SET statement_timeout = 0;',
		'SELECT status FROM ' . fetch_sql($faults->url('/ok')) . ';');
	like($text, qr/canceling statement due to statement timeout/, "$name: timed out");
	is($out, "t\n200", "$name: in time, and the session goes on");
	return;
}

check_stall(@$_) foreach @stalls;

# Name look-ups stall in a thread of libcurl's.  This takes namespaces.
SKIP:
{
	my $tool = "$ENV{WORK}/tree/test/tools/silent_dns.py";
	my @unshare = qw(unshare -c --keep-caps -m -n);

	skip 'no namespaces for an ordinary user here', 1
	  if system("@unshare true 2>/dev/null") != 0;

	my $start = sub {
		my ($unresolving) = @_;
		my $status = system(@unshare, '/usr/bin/python3', $tool,
			$unresolving->data_dir . '/postmaster.pid',
			'pg_ctl', '-w', '-s', '-D', $unresolving->data_dir, '-l', $unresolving->logfile,
			'-o', '--cluster-name=' . $unresolving->name, 'start');
		BAIL_OUT('the server without name service did not start') if $status != 0;
		$unresolving->_update_pid(1);
		return 1;
	};
	$node = probe_node(name => 'unresolving', start => $start);
	my $call = fetch_sql('https://unresolvable.example.com/', 'connect_timeout=600000');
	my ($took, $error, $backend);
	my $masks = '';

	($took, $error) = cancel_takes($node, "SELECT result FROM $call",
		sub {
			($backend) = @_;
			my @threads = glob "/proc/$backend/task/*";
			return 0 if @threads < 2;
			$masks = join ' ', map { slurp_file("$_/status") =~ /^SigBlk:\s+(\w+)/m }
			  grep { $_ !~ m{/$backend$} } @threads;
			return 1;
		});
	like($error, qr/ERROR:  57014: canceling statement due to user request/, 'DNS: cancelled');
	cmp_ok($took, '<', $limit, "DNS: within $limit ms");
	note("DNS: cancel took $took ms");

	# All but SIGKILL, SIGSTOP and the two that the C library keeps.
	like($masks, qr/^fffffffe7ffbfeff( fffffffe7ffbfeff)*$/, 'DNS: the thread takes no signal');

	# The thread is still at it when the session ends.
	my $until = time + 10;
	select undef, undef, undef, 0.02 while -e "/proc/$backend" && time < $until;
	ok(!-e "/proc/$backend", 'DNS: the session ended');

	# Its own time-out, and many in one session.
	is(fetch($node, 'https://unresolvable.example.com/', 'connect_timeout=300')->{result},
		'connect_timeout', 'DNS: connect timeout');
	my ($out, $text) = session(
		'SET statement_timeout = 100;',
		("SELECT result FROM $call;") x 20,
		'SET statement_timeout = 0;',
		"SELECT 'alive';");
	my $timeouts = () = $text =~ /statement timeout/g;
	is($timeouts, 20, 'DNS: twenty time-outs in one session');
	like($out, qr/alive$/, 'DNS: which goes on');
	is($node->safe_psql('postgres', 'SELECT 1'), 1, 'DNS: the server lives');
	unlike(slurp_file($node->logfile), qr/terminated by signal|PANIC/, 'DNS: no crash');
}

done_testing();
