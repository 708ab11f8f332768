#!/usr/bin/perl

# A live scan against curl, which throws the same bytes away, and against
# postgres_fdw, which fetches the same rows from a heap table.

use strict;
use warnings;
use lib "$ENV{WORK}/tree/test/bench";
use Bench;

need_programs('curl', 'gzip');

my %curl_bars = (
	tls_gzip => [ 'TLS and gzip', undef, 1.25 ],
	gzip => [ 'gzip', 1.05, 1.25 ],
	tls => [ 'TLS', 1.2, 1.6 ],
	plain => [ 'plain', 1.35, 2 ]);
my @fetch_sizes = ([ 100, 0.20, 0.35 ], [ 10000, 0.23, 0.40 ]);
my @ways = qw(tls_gzip gzip tls plain);
my $rows = parameter('ROWS');

start_web(map { [ $_, 'events' ] } @ways);
my $has_isal = say_libraries();
$curl_bars{tls_gzip}[1] = $has_isal ? 0.95 : 1.05;
my $node = bench_node();
my $file = write_event_document($node, 'events', $rows);
compress_document('events');
say(sprintf '# %d rows, %.0f MB, as gzip %.0f MB, 8 of 13 members read', $rows,
	(-s $file) / 1e6, (-s "$file.gz") / 1e6);

make_server($node, $_, web_url($_, 'events')) foreach @ways;
my $tables = join '', map { event_table("live_$_", $_) } @ways;
my $port = $node->port;
$tables .= "CREATE SERVER loopback FOREIGN DATA WRAPPER postgres_fdw"
  . " OPTIONS (host '127.0.0.1', port '$port', dbname 'postgres');\n"
  . "CREATE USER MAPPING FOR PUBLIC SERVER loopback;\n"
  . join '', map { event_table("fetch_$_->[0]", 'loopback', table_name => 'events', fetch_size => $_->[0]) }
  @fetch_sizes;
$node->safe_psql('postgres', "SET client_min_messages = warning;\n$tables");

# The rows are those that the document was made of.
sub fingerprint
{
	my ($table) = @_;
	my $columns = event_columns();

	return $node->safe_psql('postgres',
		"SELECT count(*), sum(hashtextextended(ROW($columns)::text, 0)) FROM $table");
}
my $expected = fingerprint('events');
foreach my $table (map({ "live_$_" } @ways), map { "fetch_$_->[0]" } @fetch_sizes)
{
	my $found = fingerprint($table);

	die "$table has other rows: $found, not $expected\n" if $found ne $expected;
}

my (%scan, %curl, %fetch);
foreach my $round (1 .. parameter('ROUNDS'))
{
	foreach my $way (@ways)
	{
		push @{ $curl{$way} }, curl_seconds($way, 'events');
		push @{ $scan{$way} }, scan_session($node, "live_$way", $rows);
	}
	push @{ $fetch{ $_->[0] } }, scan_session($node, "fetch_$_->[0]", $rows) foreach @fetch_sizes;
}

foreach my $way (@ways)
{
	my ($name, $aim, $gate) = @{ $curl_bars{$way} };

	ratio("live scan / curl, $name", $scan{$way}, $curl{$way}, aim => $aim, gate => $gate);
}
foreach my $size (@fetch_sizes)
{
	my ($rows_a_fetch, $aim, $gate) = @$size;

	ratio("live scan / postgres_fdw, fetch_size $rows_a_fetch, plain", $scan{plain},
		$fetch{$rows_a_fetch}, aim => $aim, gate => $gate);
}

# For the record: a copy of the rows.
my ($seconds) = timed_session($node,
	"\\timing on\nCREATE TABLE copy AS TABLE live_tls_gzip;\n");
figure('CREATE TABLE AS, TLS and gzip, 1000 rows/s', $rows / $seconds / 1000, format => '%.0f');
($seconds) = timed_session($node,
	"CREATE TABLE target (LIKE copy);\n\\timing on\nINSERT INTO target SELECT * FROM live_tls_gzip;\n");
figure('INSERT ... SELECT, TLS and gzip, 1000 rows/s', $rows / $seconds / 1000, format => '%.0f');

finish();
