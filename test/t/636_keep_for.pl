
# Events are kept for a while, their summaries for longer: what is trimmed is trimmed by
# whole days, and a day at the edge, read again as often as one likes, is summed up from
# all of its events or not at all.

use strict;
use warnings;
use LiveSession;
use PendoTest;
use POSIX qw(strftime);
use PullTruth;
use Test::More;
use Time::HiRes qw(time);

my @tables = qw(event guide_event);
my %day = (event => 'day', guide_event => "(browser_time AT TIME ZONE 'America/New_York')::date");
my %summary = (event => 'event_day', guide_event => 'guide_day');
my $now = int time;
my $since = strftime('%Y-%m-%d', gmtime($now - 14 * 86400));
my $pendo = start_stand_in(size => 60, days => 11, events_per_day => 150, seed => 7, frozen => 1,
	now => strftime('%Y-%m-%dT%H:%M:%SZ', gmtime $now));
my $node = new_node();
my $truth = PullTruth->new($node);
my $session = LiveSession->new($node);

make_pulls($node, $pendo, since => $since, tables => \@tables);

sub run_ok
{
	my ($what) = @_;

	foreach my $table (@tables)
	{
		my ($state, undef, $error) = $session->run("CALL pendo.run_pull('local.$table')");
		ok($state eq '00000' && $error !~ /WARNING/, "$what: $table is pulled") or diag("$state $error");
	}
	return;
}

# What differs between the summaries as they were and as they are.
sub changed
{
	my ($which) = @_;

	return join '', map { $session->value(qq{SELECT string_agg(d::text, ' ') FROM (
			(SELECT * FROM was.$summary{$_} WHERE $which EXCEPT ALL SELECT * FROM local.$summary{$_} WHERE $which)
			UNION ALL (SELECT * FROM local.$summary{$_} WHERE $which EXCEPT ALL SELECT * FROM was.$summary{$_} WHERE $which)) d}) } @tables;
}

run_ok('first');
$session->value('CREATE SCHEMA was; ' . join ';', map { "CREATE TABLE was.$summary{$_} AS TABLE local.$summary{$_}" } @tables);
my $edge = $session->value("SELECT (now() AT TIME ZONE 'America/New_York')::date - 5");
$session->value("UPDATE pendo.pull SET keep_for = now() - '$edge'::timestamp AT TIME ZONE 'America/New_York'");
run_ok('trimmed');
foreach my $table (@tables)
{
	is($session->value("SELECT min($day{$table}) FROM local.$table"), $edge, "$table begins with the first day that is kept");
	is($session->value("SELECT min(window_start) = '$edge'::timestamp AT TIME ZONE 'America/New_York' FROM pendo.ledger WHERE pull = 'local.$table'"),
		't', 'and so does its ledger');
}
is(changed('true'), '', 'summaries stay');

$session->value('UPDATE pendo.ledger SET due_at = now(), fingerprint = NULL');
run_ok('read again');
is(changed('true'), '', 'summaries stay');

# The days at the edge, on both sides of it, get late events; the first that is kept is
# summed up anew, as a whole.
$pendo->late(hours_ago => 96 + 8 * $_, events => 20) foreach 0 .. 7;
$session->value('UPDATE pendo.ledger SET due_at = now(), fingerprint = NULL');
run_ok('late events');
is(changed("day < '$edge'"), '', 'summaries of trimmed days are as they were');
foreach my $table (@tables)
{
	my $query = $session->value("SELECT query FROM pendo.summary WHERE table_name = '$summary{$table}'");

	is($session->value(qq{SET search_path = local; SELECT count(*) FROM (
			SELECT * FROM $summary{$table} WHERE day >= '$edge' EXCEPT ALL ($query)) d}), 0, "$table: what is kept is summed up as it is here");
}
isnt(changed("day = '$edge'"), '', 'control: the first day that is kept has changed');

# A summary whose query is another one is computed anew, for the days that are here.
$session->value(q{UPDATE pendo.summary SET query = replace(query, 'sum(num_events)', '2 * sum(num_events)')
	WHERE table_name = 'event_day'; SELECT pendo._refill_summary('local', 'event_day');});
is(changed("day < '$edge'"), '', 'a new query leaves trimmed days as they were');
is($session->value("SELECT count(*) FROM local.event_day d WHERE day >= '$edge' AND events <>"
	  . ' (SELECT 2 * sum(num_events) FROM local.event e WHERE e.day = d.day)'), 0, 'and the others are by the new one');
is($session->value("SELECT count(*) > 0 FROM local.event_day WHERE day >= '$edge' AND events > 0"), 't', 'control: there are some');

# Kept for longer again, days come back, and are summed up from all of their events.
$session->value('UPDATE pendo.pull SET keep_for = NULL');
run_ok('kept for ever');
is($truth->difference($pendo, "local.$_"), '', "$_ is as at Pendo") foreach @tables;
is($truth->disagreement(settled => 1), '', 'ledger and summaries agree');

done_testing();
