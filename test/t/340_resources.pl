
# Hundreds of queries that fail or stop half-way in one session: sockets,
# files, memory and the remote side's connections stay few.

use strict;
use warnings;
use LiveSession;
use PendoTest;
use Test::More;

my $pendo = start_stand_in(days => 10, now => '2024-06-15T12:00:00Z', frozen => 1);
my $node = new_node();
my %options = (requests_per_second => 10000, request_burst => 1000, max_attempts => 2, retry_delay => '1ms',
	first_byte_timeout => '5s', stall_timeout => '5s');
my $session;

connect_live($node, $pendo, server => \%options, tables => [qw(visitor event)]);
connect_live($node, $pendo, name => 'whole', schema => 'whole', server => { %options, spool => 'all' }, tables => [qw(event)]);
$session = LiveSession->new($node);
$pendo->set_switches(gzip => 'never');

my $days = q{day >= '2024-06-06' AND day < '2024-06-14'};
my $events = $session->value("SELECT count(*) FROM live.event WHERE $days");
cmp_ok($events, '>', 300, 'there are events');
my %round = (
	'errors in the second window' => [ [ { fault => 'status', args => { code => 400 }, match => { source => 'events', skip => 1 } } ],
		"SELECT count(*) FROM whole.event WHERE $days", 'HV000' ],
	'broken rows' => [ [ { fault => 'broken_json', args => { how => 'garbage' }, match => { source => 'events', skip => 2 } } ],
		"SELECT count(*) FROM live.event WHERE $days", 'HV004' ],
	'lost connections' => [ [ { fault => 'cut_body', match => { source => 'events', after_rows => 0 }, times => 8 } ],
		"SELECT count(*) FROM live.event WHERE $days", undef ],
	'LIMIT' => [ [ { fault => 'oversize', match => { source => 'visitors' } } ],
		'SELECT count(*) FROM (SELECT * FROM live.visitor LIMIT 3) v', '00000' ],
	'errors here' => [ [], "SELECT sum(1 / (num_events - num_events)) FROM live.event WHERE $days", '22012' ],
	'open cursors' => [ [ { fault => 'oversize', match => { source => 'visitors' } } ],
		"BEGIN; DECLARE c CURSOR FOR SELECT 1 FROM live.visitor; DECLARE d CURSOR FOR SELECT 1 FROM whole.event WHERE $days;"
		  . ' MOVE 3 FROM c; MOVE 3 FROM d; ROLLBACK', '00000' ],
	'savepoints' => [ [ { fault => 'status', args => { code => 400 }, match => { source => 'visitors' } } ],
		"BEGIN; DECLARE d CURSOR FOR SELECT 1 FROM live.event WHERE $days; MOVE 3 FROM d; SAVEPOINT s; SELECT 1 FROM live.visitor;"
		  . ' ROLLBACK TO s; MOVE 3 FROM d; COMMIT', '00000' ],
);

sub one_round
{
	foreach my $name (sort keys %round)
	{
		my ($faults, $sql, $expected) = @{ $round{$name} };

		$pendo->settle;
		$pendo->set_faults(map { { id => "f$_", times => 1, %{ $faults->[$_] } } } 0 .. $#$faults);
		my ($state, undef, $error) = $session->run($sql);
		return fail("$name: $state $error") if defined $expected && $state ne $expected;
		return fail("$name: the fault was not met") if @$faults && !$pendo->fired('f0');
	}
	return 1;
}

# Sockets, files, memory contexts of ours, all memory.
sub holdings
{
	return ($session->descriptors, split /\|/, $session->value(q{
		SELECT count(*) FILTER (WHERE name ~ '^pendo'), sum(total_bytes) / 1024 FROM pg_backend_memory_contexts}));
}

sub holdings_at_rest
{
	$pendo->clear_faults;
	$session->value("SELECT count(*) FROM live.event WHERE $days");
	return holdings();
}

# The control: while a cursor is open there is something to be seen.
$pendo->set_faults({ fault => 'stall_body', times => 1, match => { source => 'events', skip => 1, after_rows => 1 } });
$session->value("BEGIN; DECLARE c CURSOR FOR SELECT 1 FROM live.event WHERE $days; MOVE 3 FROM c");
cmp_ok((holdings())[2], '>', 3, 'control: memory contexts of an open cursor');
$session->value('ROLLBACK');

one_round() for 1 .. 3;
my @before = holdings_at_rest();
my $rounds = 40;
my $good = grep { one_round() } 1 .. $rounds;
is($good, $rounds, 'all went as they should');
my @after = holdings_at_rest();
note("sockets, files, contexts, kB: @before; after " . $rounds * keys(%round) . " queries: @after");
cmp_ok($after[0], '<=', 12, 'few sockets: eight are kept');
is($after[1], 0, 'no file');
cmp_ok($after[2], '<=', $before[2], 'no memory context of ours is left over');
cmp_ok($after[3], '<=', $before[3] + 512, 'nor is memory');
is(scalar(glob $node->data_dir . '/base/pgsql_tmp/*') // '', '', 'nor a temporary file');
is($session->value("SELECT count(*) FROM live.event WHERE $days"), $events, 'all rows, in the end');

# What the stand-in still holds of us.
my $port = $pendo->port;
my $open = () = qx(ss -Htn state established "dport = :$port" 2>/dev/null);
cmp_ok($open, '<=', 12, 'the remote system holds few connections') or diag($open);
$session->quit;
done_testing();
