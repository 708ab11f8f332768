#!/usr/bin/perl

# Pulls against COPY of the same rows into the same table; a refresh of which one
# row in a hundred changed against the first load; and many slow windows.

use strict;
use warnings;
use lib "$ENV{WORK}/tree/test/bench";
use Bench;
use PendoTest;

need_programs('gzip');
my $rows = parameter('ROWS');
my $visitors = parameter('VISITORS');
my $rounds = parameter('ROUNDS');

start_web(map { [ 'tls_gzip', $_ ] } qw(rows few visitors changed));
say_libraries();

# A tenth of the machine, as a server has it, so that the rows fit.
my $node = bench_node(shared_buffers => '2GB');
my $now = "date_trunc('day', now() AT TIME ZONE 'America/New_York') AT TIME ZONE 'America/New_York'";

# 13 columns, all of today, each with an id.
my @columns = (
	[ 'id', 'bigint' ], [ 'browser_time', 'timestamptz', 'browserTime' ],
	[ 'visitor_id', 'text', 'visitorId' ], [ 'account_id', 'text', 'accountId' ],
	[ 'feature_id', 'text', 'featureId' ], [ 'app_id', 'bigint', 'appId' ],
	[ 'num_events', 'bigint', 'numEvents' ], [ 'num_minutes', 'bigint', 'numMinutes' ],
	[ 'parameter_name', 'text', 'parameter-name' ], [ 'country', 'text' ],
	[ 'remote_ip', 'text', 'remoteIp' ], [ 'server', 'text' ], [ 'user_agent', 'text', 'userAgent' ]);
my $names = join ', ', map { $_->[0] } @columns;
my $types = join ', ', map { "$_->[0] $_->[1]" } @columns;

$node->safe_psql('postgres', Bench::event_rows_sql('events', $rows));
$node->safe_psql('postgres', qq{
ALTER TABLE events RENAME i TO id;
ALTER TABLE events ADD browser_time timestamptz;
UPDATE events SET browser_time = $now + (id % 1000) * interval '1 ms';
VACUUM FULL ANALYZE events;
CREATE TABLE plain ($types);
CREATE TABLE keyed (LIKE plain, PRIMARY KEY (id));
});
my $members = join ',', map { sprintf '"%s":%%s', $_->[2] // $_->[0] } @columns;
my $values = join ', ', map {
	$_->[0] eq 'browser_time'
	  ? '(extract(epoch FROM browser_time) * 1000)::bigint'
	  : $_->[1] eq 'text' ? "to_json($_->[0])" : $_->[0]
} @columns;
my $json = "SELECT id AS i, format('{$members}', $values) AS json FROM events";
write_document($node, 'rows', $rows, $json);
write_document($node, 'few', $rows / 10, "$json WHERE id <= $rows / 10");
compress_document($_) foreach qw(rows few);
my $csv = "$ENV{WORK}/tmp/pull_bench.csv";
$node->safe_psql('postgres', "COPY (SELECT $names FROM events) TO '$csv' (FORMAT csv)");

make_server($node, 'source', web_url('tls_gzip', 'rows'));
my $definition = join ', ', map { "$_->[0] $_->[1] OPTIONS (field '" . ($_->[2] // $_->[0]) . "')" } @columns;
$node->safe_psql('postgres', qq{
CREATE FOREIGN TABLE live_rows ($definition) SERVER source OPTIONS (object 'guide_event');
CREATE FOREIGN TABLE live_keyed ($definition) SERVER source OPTIONS (object 'page');
SELECT count(*) FROM pendo.define_pull('live_rows', 'plain', time_column => 'browser_time', is_scheduled => false,
	since => (now() AT TIME ZONE 'America/New_York')::date);
SELECT count(*) FROM pendo.define_pull('live_keyed', 'keyed', key_columns => '{id}', is_scheduled => false,
	vanished => 'delete');
});

# Into an empty table: once by COPY, once by a pull that knows nothing yet.
sub load
{
	my ($table, $statement) = @_;

	return Bench::undisturbed(sub {
		$node->safe_psql('postgres', "TRUNCATE $table; DELETE FROM pendo.ledger WHERE pull = 'public.$table'");
		$node->safe_psql('postgres', 'CHECKPOINT');
		warm_memory(2_000_000_000);
		my ($seconds) = timed_session($node, "SET client_min_messages = warning;\n\\timing on\n$statement;\n");
		my $found = $node->safe_psql('postgres', "SELECT count(*) FROM $table");
		die "$table: $found rows, not $rows\n" if $found != $rows;
		return $seconds;
	});
}

# Once without a watch: the WAL's files are made, and then used again.
load('plain', "COPY plain FROM '$csv' (FORMAT csv)");
load('plain', "CALL pendo.run_pull('public.plain')");

my %seconds;
foreach my $round (1 .. $rounds)
{
	foreach my $table (qw(plain keyed))
	{
		push @{ $seconds{$table}{copy} }, load($table, "COPY $table FROM '$csv' (FORMAT csv)");
		push @{ $seconds{$table}{pull} }, load($table, "CALL pendo.run_pull('public.$table')");
	}
}
ratio('pull, first load / COPY, 13 columns', $seconds{plain}{pull}, $seconds{plain}{copy}, aim => 0.5, gate => 0.75);
ratio('pull, first load / COPY, with primary key', $seconds{keyed}{pull}, $seconds{keyed}{copy}, aim => 0.7, gate => 1.0);

# Memory: RssAnon, for shared buffers that no other process has touched count as
# private in smaps.  Loaded into an empty table, then compared with what is there:
# that joins and sorts in work_mem, with a file buffer for each batch of a join.
my %growth = ('first load' => 2, comparison => 8);
foreach my $table (qw(plain keyed))
{
	my %peaks;

	foreach my $round (1 .. $rounds)
	{
		foreach my $size (qw(few rows))
		{
			my $url = web_url('tls_gzip', $size);

			$node->safe_psql('postgres', "TRUNCATE $table; DELETE FROM pendo.ledger WHERE pull = 'public.$table';"
				  . " ALTER SERVER source OPTIONS (SET base_url '$url')");
			my @run = ('SET client_min_messages = warning', "CALL pendo.run_pull('public.$table')");
			my ($peak) = peak_memory($node, status => 'RssAnon', @run);
			push @{ $peaks{"first load of $table, $size"} }, $peak;
			($peak) = peak_memory($node, status => 'RssAnon', @run);
			push @{ $peaks{"comparison of $table, $size"} }, $peak;
			my $found = $node->safe_psql('postgres', "SELECT count(*) FROM $table");
			die "$table: $found rows\n" if $found != ($size eq 'few' ? $rows / 10 : $rows);
		}
	}
	foreach my $step (sort keys %growth)
	{
		my $what = "$step of $table";
		my ($few, $many) = map { median(@{ $peaks{"$what, $_"} }) } qw(few rows);

		figure("memory, $what, MB", $few, format => '%.1f', gate => 40);
		figure("growth to ten times as many rows, MB", $many - $few, aim => 1, gate => $growth{$step},
			note => sprintf '%.1f in all', $many);
	}
}

# Visitors: all of them, then those that changed, one in a hundred.  The column
# "raw" has a name that no expression can hold, so that rows come as they are.
sub visitor_document
{
	my ($name, $count, $time, $role) = @_;
	my $json = sprintf q<format('{"visitorId":"v%%s","metadata":{"auto":{"lastupdated":%s},>
	  . q<"agent":{"name":"Name %%s","email":"n%%s@example.com","role":"%s"}}}', i, i, i)>, $time, $role;

	write_document($node, $name, $count, "SELECT i, $json AS json FROM generate_series(1, $count) AS i");
	return compress_document($name);
}
visitor_document('visitors', $visitors, 1718000000000, 'user');
visitor_document('changed', $visitors / 100, 1718400000000, 'admin');
make_server($node, 'people', web_url('tls_gzip', 'visitors'));
$node->safe_psql('postgres', q{
CREATE FOREIGN TABLE live_visitor (visitor_id text, lastupdated timestamptz OPTIONS (field 'metadata.auto.lastupdated'),
	name text OPTIONS (field 'metadata.agent.name'), email text OPTIONS (field 'metadata.agent.email'),
	role text OPTIONS (field 'metadata.agent.role'), raw text OPTIONS (field 'not-selectable')) SERVER people OPTIONS (object 'visitor');
CREATE TABLE visitor (LIKE live_visitor, deleted_at timestamptz, PRIMARY KEY (visitor_id));
SELECT count(*) FROM pendo.define_pull('live_visitor', 'visitor', key_columns => '{visitor_id}',
	time_column => 'lastupdated', is_scheduled => false);
});
my (@full, @refresh);
foreach my $round (1 .. $rounds)
{
	my %url = map { $_ => web_url('tls_gzip', $_) } qw(visitors changed);
	my $run = "\\timing on\nCALL pendo.run_pull('public.visitor');\n";
	my $quiet = "SET client_min_messages = warning;\n";

	$node->safe_psql('postgres', "TRUNCATE visitor; DELETE FROM pendo.ledger WHERE pull = 'public.visitor';"
		  . " ALTER SERVER people OPTIONS (SET base_url '$url{visitors}')");
	push @full, (timed_session($node, $quiet . $run))[0];
	$node->safe_psql('postgres', "VACUUM ANALYZE visitor; ALTER SERVER people OPTIONS (SET base_url '$url{changed}')");
	push @refresh, (timed_session($node, $quiet . $run))[0];
	my $changed = $node->safe_psql('postgres', "SELECT count(*) FROM visitor WHERE role = 'admin'");
	die "$changed rows changed, not " . $visitors / 100 . ': '
	  . $node->safe_psql('postgres', 'TABLE pendo.run; TABLE pendo.ledger') . "\n"
	  if $changed != $visitors / 100;
}
ratio('refresh of 1 % changed / full load', \@refresh, \@full, aim => 0.05, gate => 0.1);

# Many windows whose first byte takes two seconds, four at a time.
my ($windows, $at_once, $slow) = (32, 4, 2);
my $stand_in = start_stand_in(days => 40);
my $other = new_node();
connect_live($other, $stand_in, tables => ['feature_event'],
	server => { max_requests => $at_once, requests_per_second => 1000, request_burst => 1000 });
$other->safe_psql('postgres', q{CREATE TABLE copied (LIKE live.feature_event);
SELECT count(*) FROM pendo.define_pull('live.feature_event', 'copied', time_column => 'day', is_scheduled => false,
	since => (now() AT TIME ZONE 'America/New_York')::date - 31)});
$stand_in->set_faults({ id => 'slow', match => { path => '/api/v1/aggregation' },
	fault => 'slow_first_byte', args => { seconds => $slow }, times => -1 });
my ($time) = timed_session($other, "SET client_min_messages = warning;\n\\timing on\nCALL pendo.run_pull('public.copied');\n");
my $least = $windows / $at_once * $slow;
ratio("pull of $windows windows of $slow s, $at_once at a time / $least s", [$time], [$least], aim => 1.1, gate => 1.2);
finish();
