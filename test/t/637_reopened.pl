
# A settled day that changes is open again and says so: of counted tables, whose change
# a fingerprint tells, and of single events, which are compared.

use strict;
use warnings;
use LiveSession;
use PendoTest;
use POSIX qw(strftime);
use PullTruth;
use Test::More;
use Time::HiRes qw(time);

my %day = (event => 'day', guide_event => "(browser_time AT TIME ZONE 'America/New_York')::date");
my @tables = sort keys %day;
my $now = int time;
# What happened in the last five days is told with a delay, at first.
my $pendo = start_stand_in(switches => { ingest_lag => 'minutes:7200' }, size => 60, days => 11, events_per_day => 150, seed => 7, frozen => 1,
	now => strftime('%Y-%m-%dT%H:%M:%SZ', gmtime $now));
my $node = new_node();
my $truth = PullTruth->new($node);
my $session = LiveSession->new($node);

make_pulls($node, $pendo, since => strftime('%Y-%m-%d', gmtime($now - 12 * 86400)), tables => \@tables);
$session->value(q{UPDATE pendo.pull SET settle = '1 day'});

sub run_all
{
	my ($what) = @_;

	$session->value('UPDATE pendo.ledger SET due_at = now()');
	foreach my $table (@tables)
	{
		my ($state, undef, $error) = $session->run("CALL pendo.run_pull('local.$table')");
		ok($state eq '00000' && $error !~ /WARNING/, "$what: $table is pulled") or diag("$state $error");
	}
	return;
}

# Settled days of a table that are otherwise than they were.
sub changed
{
	my ($table) = @_;

	return $session->value(qq{
		SELECT string_agg(DISTINCT d::text, ' ' ORDER BY d::text) FROM (
			(SELECT $day{$table} AS d, e::text FROM local.$table e EXCEPT ALL SELECT $day{$table}, e::text FROM was_$table e)
			UNION ALL (SELECT $day{$table}, e::text FROM was_$table e EXCEPT ALL SELECT $day{$table}, e::text FROM local.$table e)) c
		 WHERE d < (SELECT ((now() - interval '1 day') AT TIME ZONE 'America/New_York')::date)});
}

sub reopened
{
	my ($table) = @_;

	return $session->value(qq{SELECT string_agg(day::text, ' ' ORDER BY day) FROM pendo.completeness
		WHERE pull = 'local.$table' AND state = 'reopened' AND reopened = 1 AND closed_at IS NULL AND NOT is_complete});
}

run_all('first');
run_all('again');
is($session->value('SELECT count(*) FROM pendo.ledger WHERE reopened > 0'), 0, 'what did not change stays settled');
$session->value("CREATE TEMP TABLE was_$_ AS SELECT * FROM local.$_") foreach @tables;
$pendo->set_switches(ingest_lag => 'none');
run_all('late events');
foreach my $table (@tables)
{
	my $changed = changed($table);

	like($changed, qr/ /, "control: settled days of $table changed: $changed");
	is(reopened($table), $changed, "$table: they are open again, and no others");
	is($truth->difference($pendo, "local.$table"), '', "$table is as at Pendo");
}
is($truth->disagreement(settled => 1), '', 'ledger and summaries agree');

my %open = map { $_ => reopened($_) } @tables;
run_all('a look later');
is(reopened($_), $open{$_}, "$_: open until they have been quiet for as long as days settle") foreach @tables;
$session->value(q{UPDATE pendo.ledger SET reopened_at = reopened_at - interval '2 days' WHERE reopened > 0});
run_all('two days later');
is($session->value('SELECT count(*) FROM pendo.ledger WHERE reopened > 0 AND state <> \'closed\''), 0, 'then they are settled again');

done_testing();
