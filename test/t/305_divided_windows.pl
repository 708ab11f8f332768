
# A window that is too much is divided, by days, applications and ids: what is
# put together again is exact, whatever goes wrong on the way, and a remote
# system that is out of order is not asked for ever.

use strict;
use warnings;
use LiveSession;
use PendoTest;
use Test::More;
use Time::HiRes qw(sleep time);

my $pendo = start_stand_in(days => 16, now => '2024-06-15T12:00:00Z', frozen => 1);
my $node = new_node();
my %options = (requests_per_second => 10000, request_burst => 50, retry_delay => '1ms', max_attempts => 3,
	max_retry_delay => '2s', first_byte_timeout => '10s', window => '6 days');
my %tables = (
	event => [ 'events', "day >= '2024-06-07' AND day < '2024-06-13'" ],
	guide_event => [ 'guideEvents', "browser_time >= '2024-06-07 00:00-04' AND browser_time < '2024-06-13 00:00-04'" ],
	visitor => [ 'visitors', 'true' ]);
my %key = (event => 'visitor_id, account_id, app_id, day, num_events, first_time',
	guide_event => 'visitor_id, app_id, browser_time, guide_id, type', visitor => 'visitor_id');

connect_live($node, $pendo, server => \%options, tables => [ sort keys %tables ]);
my $session = LiveSession->new($node);

sub query
{
	my ($table) = @_;

	return "SELECT count(*) || ' ' || md5(string_agg(r::text, chr(10) ORDER BY r::text COLLATE \"C\"))"
	  . " FROM (SELECT $key{$table} FROM live.$table WHERE $tables{$table}[1]) r";
}

# So many refusals as too much; what is left is asked for in parts.
foreach my $table (sort keys %tables)
{
	my $whole = $session->value(query($table));

	cmp_ok((split ' ', $whole)[0], '>', 200, "$table: there are rows");
	foreach my $times (1, 2, 3, 5, 8, 12, 16)
	{
		foreach my $fault ([ timeout_408 => {} ], [ html_error => { code => 504 } ])
		{
			$pendo->clear_log;
			$pendo->set_faults({ id => 'much', fault => $fault->[0], args => $fault->[1], times => $times,
				match => { source => $tables{$table}[0] } });
			is($session->value(query($table)), $whole, "$table: $fault->[0], $times times: exact rows");
			is($pendo->fired('much'), $times, "$table: $fault->[0], $times times: so it was");
		}
	}
	cmp_ok(scalar($pendo->requests(source => $tables{$table}[0])), '>', 17, "$table: in parts");

	# Shuffled rows and ids in another order change nothing.
	foreach my $collation (qw(byte casefold locale-like))
	{
		$pendo->set_switches(collation => $collation, row_order => 'shuffled');
		$pendo->set_faults({ id => 'much', fault => 'timeout_408', times => 14, match => { source => $tables{$table}[0] } });
		is($session->value(query($table)), $whole, "$table: ids ordered by $collation");
	}
	$pendo->set_switches(collation => 'byte', row_order => 'natural');
}

# The list of applications is itself an answer that can fail.
my $whole = $session->value(query('event'));
my @much = ({ id => 'much', fault => 'timeout_408', times => 5, match => { source => 'events' } });
foreach my $case (
	[ 'none', undef, '00000' ],
	[ 'refused once', { fault => 'html_error', times => 1 }, '00000' ],
	[ 'refused for ever', { fault => 'html_error', times => -1 }, '08006' ],
	[ 'cut once', { fault => 'cut_body', times => 1 }, '00000' ],
	[ 'broken off', { fault => 'broken_json', args => { how => 'truncate' }, match => { after_rows => 2 } }, 'HV004' ],
	[ 'damaged', { fault => 'broken_json', args => { how => 'garbage' }, match => { after_rows => 2 } }, 'HV004' ],
	[ 'something else', { fault => 'broken_json', args => { how => 'missing_results' } }, 'HV004' ],
	[ 'empty', { fault => 'broken_json', args => { how => 'empty' } }, 'HV004' ])
{
	my ($name, $fault, $expected) = @$case;
	my @apps = $fault ? { id => 'apps', times => 1, %$fault, match => { %{ $fault->{match} // {} }, source => 'apps' } } : ();

	$pendo->clear_log;
	$pendo->set_faults(@apps, { %{ $much[0] }, times => 12 });
	my ($state, $rows, $error) = $session->run(query('event'));
	is($state, $expected, "list of applications, fault: $name") or diag($error);
	is($rows, $whole, "list of applications, fault: $name: exact rows") if $state eq '00000';
	cmp_ok($pendo->fired('apps'), '>=', 1, "list of applications, fault: $name: it fired") if $fault;
	cmp_ok(scalar($pendo->requests(source => 'apps')), '>=', 1, "list of applications, fault: $name: it was asked for");
}
$pendo->clear_faults;

# No remote system is asked for less and less until night falls.
foreach my $table (sort keys %tables)
{
	$pendo->clear_log;
	$pendo->set_faults({ id => 'much', fault => 'timeout_408', times => -1, match => { source => $tables{$table}[0] } });
	is(($session->run(query($table)))[0], '08006', "$table: too much for ever is an error");
	cmp_ok($pendo->fired('much'), '<', 60, "$table: after some requests");
	note("$table: gave up after " . $pendo->fired('much') . ' requests');
}

# A hold that others were told of: who comes later is told, not kept waiting.
foreach my $sql (query('visitor'), 'CREATE SCHEMA new; IMPORT FOREIGN SCHEMA pendo LIMIT TO (visitor) FROM SERVER pendo INTO new')
{
	$pendo->set_faults({ id => 'limit', fault => 'rate_limit', args => { retry_after => 5 }, times => 1 });
	my $began = time;
	is(($session->run(query('visitor')))[0], '53400', 'a wait of 5 s is too long');
	is($pendo->fired('limit'), 1, 'the remote system wished for it');
	$pendo->clear_log;
	my ($state, undef, $error) = $session->run($sql);
	my $took = time - $began;
	is($state, '53400', 'the next statement is told so') or diag($error);
	cmp_ok($took, '<', 3, 'at once');
	like($error, qr/It opens again at \d{4}-\d\d-\d\d/, 'and when it may come again');
	is(scalar($pendo->log), 0, 'without asking');
	sleep 5.2 - (time - $began);
	$session->run('DROP SCHEMA IF EXISTS new CASCADE');
	is(($session->run($sql))[0], '00000', 'then it is served');
}

done_testing();
