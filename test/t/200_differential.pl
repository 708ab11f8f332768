
# Generated queries give the same rows with pushdown on, with pushdown off, and
# on heap tables with the stand-in's own rows; see test/differential/README.md.
#
#   DIFFERENTIAL_SEED      of the queries and of the data (1)
#   DIFFERENTIAL_QUERIES   how many (3000)

use strict;
use warnings;
use IPC::Run;
use JSON::PP;
use List::Util qw(min);
use PendoTest;
use Test::More;

my $seed = $ENV{DIFFERENTIAL_SEED} // 1;
my $queries = $ENV{DIFFERENTIAL_QUERIES} // 3000;
my $tables = 21;
my $combinations = 2 * 72;
my $node = new_node();

# Run some; what was printed, and its last line.
sub differential
{
	my (@arguments) = @_;
	my ($stdout, $stderr) = ('', '');
	my @command = ('/usr/bin/python3', tree_folder() . '/test/differential/run.py',
		'--host', $node->host, '--port', $node->port, '--user', scalar getpwuid($<), @arguments);

	my $good = IPC::Run::run(\@command, '>', \$stdout, '2>', \$stderr);
	my ($last) = $stdout =~ /^(\{.*\})\n\z/m;
	die "run.py did not come to its end:\n$stdout$stderr" unless $good && $last;
	return ($stdout, decode_json($last));
}

my ($report, $found) = differential('--seed', $seed, '--queries', $queries);

note($report);
is($found->{mismatches}, 0, "$queries queries of seed $seed: the same rows")
  or diag($report);
cmp_ok($found->{queries}, '>=', 3000, 'so many queries') unless exists $ENV{DIFFERENTIAL_QUERIES};
is($found->{combinations}, $combinations, 'every combination of the switches');
is(scalar(grep { !/ by hour/ } keys %{ $found->{tables} }), $tables, 'every table');
cmp_ok(min(values %{ $found->{tables} }), '>=', min(100, $queries / 30), 'of each table enough');
cmp_ok($found->{returned}, '>=', 0.8, "rows came back from $found->{returned}");
cmp_ok($found->{narrowed}, '>=', 0.5, "narrowed by the stand-in were $found->{narrowed}");

# That it can fail: a row is missing in each heap table, or pushdown loses rows.
foreach my $sabotage ('heap', 'pushdown')
{
	my ($text, $spoilt) = differential('--queries', 150, '--sabotage', $sabotage);

	cmp_ok($spoilt->{mismatches}, '>=', 5, "sabotage \"$sabotage\" is found");
	like($text, qr/^# MISMATCH in /m, 'and told');
}

done_testing();
