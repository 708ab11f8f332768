
# What others do while a pull is under way: they ask for it once more, define it anew,
# drop it, run it too, change its rows; and an answer that is none.

use strict;
use warnings;
use LiveSession;
use PendoTest;
use POSIX qw(strftime);
use PullTruth;
use Test::More;
use Time::HiRes qw(sleep time);

my $now = time - 36 * 3600;
my $pendo = start_stand_in(size => 60, days => 11, events_per_day => 100, seed => 7, frozen => 1,
	now => strftime('%Y-%m-%dT%H:%M:%SZ', gmtime $now));
my $since = strftime('%Y-%m-%d', gmtime($now - 12 * 86400));
my $node = new_node();
my $truth = PullTruth->new($node);
my $session = LiveSession->new($node);
my $watch = LiveSession->new($node);

make_pulls($node, $pendo, since => $since, tables => [ 'event', 'guide_event', 'page' ]);

sub requests { return scalar grep { ($_->{source} // '') eq $_[0] } $pendo->log }

# Run pulls in a session, and something else while its request number "skip" is on its way.
sub run_meanwhile
{
	my ($call, $source, $skip, $sql) = @_;
	my $until = time + 60;

	$pendo->set_faults({ id => 'slow', fault => 'slow_first_byte', args => { seconds => 1.5 }, times => 1,
		match => { source => $source, skip => $skip } });
	$session->start($call);
	sleep 0.02 until $pendo->fired('slow') || time > $until;
	is(($watch->run($sql))[0], '00000', 'something happens meanwhile');
	my ($state, undef, $error) = $session->finish;
	is($state, '00000', "$call ends well") or diag($error);
	return $error;
}

# --- asked for once more ---------------------------------------------------------

unlike(run_meanwhile(q{CALL pendo.run_pull('local.guide_event')}, 'guideEvents', 0, q{SELECT pendo.recheck('local.guide_event')}),
	qr/WARNING/, 'the rows that were on their way are loaded');
my $windows = $watch->value(q{SELECT count(*) FROM pendo.ledger WHERE pull = 'local.guide_event'});
cmp_ok($watch->value(q{SELECT count(*) FROM pendo.ledger WHERE pull = 'local.guide_event' AND due_at <= now()}), '>', 0,
	'they are read once more');
$session->run('CALL pendo.run_pull()');
is($watch->value(q{SELECT count(*) FROM pendo.ledger WHERE pull = 'local.guide_event' AND due_at <= now()}), '0', 'once');
is($truth->difference($pendo, 'local.guide_event'), '', 'as at Pendo');

# --- taken by who was idle when another first saw who is there ----------------------

{
	my $lease = q{SELECT cardinality((pendo._lease_windows('local.page', true, clock_timestamp())).starts)};
	$watch->value('BEGIN; SELECT count(*) > 0 FROM pg_stat_activity');
	$session->start("$lease \\g /dev/null\nSELECT pg_sleep(2) \\g /dev/null\n");
	sleep 0.02 until $node->safe_psql('postgres', q{SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'});
	is($watch->value($lease), '0', 'another gets no window that is taken');
	$session->finish;
	$watch->value('ROLLBACK');
	is($watch->value("BEGIN; $lease; ROLLBACK"), '1', 'once it is idle, its window is free');
}

# --- defined anew ----------------------------------------------------------------

my $define = q{SELECT pendo.define_pull('live.event', 'local.pair', time_column => 'day', since => '%s', columns => '{day,%s}')};
$watch->run('CREATE TABLE local.pair (day date, visitor_id text, account_id text); ' . sprintf $define, $since, 'visitor_id,account_id');
unlike(run_meanwhile(q{CALL pendo.run_pull('local.pair')}, 'events', 0, sprintf $define, $since, 'account_id,visitor_id'),
	qr/WARNING/, 'that is no failure');
is($watch->value(qq{SELECT count(*) FROM (SELECT day, visitor_id, account_id FROM local.pair EXCEPT
	SELECT day, visitor_id, account_id FROM live.event WHERE day >= '$since') d}), '0', 'each column has its own values');
is($watch->value(q{SELECT count(*) FROM pendo.ledger WHERE pull = 'local.pair' AND loaded_at IS NULL}), '0', 'in the same run');

# --- dropped ---------------------------------------------------------------------

$session->run('CALL pendo.run_pull()');
$watch->run(q{UPDATE pendo.ledger SET due_at = now() - CASE pull WHEN 'local.pair' THEN 2 ELSE 1 END * interval '1 day'
	WHERE pull IN ('local.pair', 'local.page') AND state = 'open'});
unlike(run_meanwhile('CALL pendo.run_pull()', 'events', 0, q{SELECT pendo.drop_pull('local.pair')}), qr/WARNING/,
	'a pull that is dropped while its fingerprint is asked for is no failure');
is($watch->value(q{SELECT count(*) FROM pendo.ledger WHERE due_at <= now()}), '0', 'other pulls were run');

# --- an answer that is none --------------------------------------------------------

$watch->run(q{UPDATE pendo.ledger SET due_at = now() - CASE pull WHEN 'local.event' THEN 2 ELSE 1 END * interval '1 day'
	WHERE pull IN ('local.event', 'local.page') AND state = 'open'});
$pendo->set_faults({ id => 'none', fault => 'status', times => 1, match => { source => 'events' },
	args => { code => 200, content_type => 'application/json', body => '{"results": [' } });
my ($state, undef, $error) = $session->run('CALL pendo.run_pull()');
is($state, '00000', 'a fingerprint that is none ends no run');
like($error, qr/WARNING: .*pull local\.event/, 'it is told');
is($pendo->fired('none'), 1, 'it was there');
is($watch->value(q{SELECT count(*) FROM pendo.problem WHERE pull = 'local.event'}), '1', 'and noted');
is($watch->value(q{SELECT count(*) FROM pendo.ledger WHERE pull = 'local.page' AND due_at <= now()}), '0', 'other pulls were run');
$pendo->clear_faults;
$session->run(q{CALL pendo.run_pull('local.event')});
is($watch->value('SELECT count(*) FROM pendo.problem'), '0', 'the next answer is good');

# --- a row that is changed while it is replaced --------------------------------------

my $rows = $watch->value('SELECT count(*) FROM local.guide_event');
$watch->run(q{UPDATE local.guide_event SET visitor_id = 'x' WHERE ctid = (SELECT min(ctid) FROM local.guide_event);
	SELECT pendo.recheck('local.guide_event'); BEGIN; UPDATE local.guide_event SET visitor_id = 'y' WHERE visitor_id = 'x'});
$session->start(q{CALL pendo.run_pull('local.guide_event')});
ok($node->poll_query_until('postgres', 'SELECT count(*) > 0 FROM pg_locks WHERE NOT granted AND pid = ' . $session->backend),
	'a load waits for a row');
$watch->run('COMMIT');
($state, undef, $error) = $session->finish;
is($state, '00000', 'the run goes on');
is($watch->value('SELECT count(*) FROM local.guide_event'), $rows, 'no row is there twice');
$session->run(q{CALL pendo.run_pull('local.guide_event')});
is($truth->difference($pendo, 'local.guide_event'), '', 'as at Pendo');

# --- what was fetched and not used ----------------------------------------------------

my $query = qq{SELECT visitor_id FROM live.guide_event WHERE browser_time >= '$since' AND browser_time < '$since'::date + 3};
$pendo->clear_log;
$session->run("CALL pendo._fetch('" . $query =~ s/'/''/gr . "', false, NULL, NULL, NULL, NULL, NULL)");
my $asked = requests('guideEvents');
cmp_ok($asked, '>', 0, 'a query is fetched ahead');
$session->run($query);
is(requests('guideEvents'), 2 * $asked, 'a later transaction asks itself');

# --- several members of a role ------------------------------------------------------

$watch->run(q{
	SELECT pendo.create_roles();
	CREATE ROLE team; GRANT pendo_analyst TO team; GRANT USAGE ON SCHEMA live TO team; GRANT SELECT ON live.guide_event TO team;
	CREATE ROLE alice LOGIN IN ROLE team; CREATE ROLE bob LOGIN IN ROLE team;
	CREATE SCHEMA team AUTHORIZATION team;
	SELECT pendo.drop_pull(name) FROM pendo.pull;
	CREATE USER MAPPING FOR team SERVER pendo OPTIONS (integration_key } . quote_literal($pendo->key) . q{);
	SET ROLE team;
	CREATE TABLE team.guide_event (LIKE live.guide_event);
	SELECT pendo.define_pull('live.guide_event', 'team.guide_event', time_column => 'browser_time', since => '} . $since . q{');
	RESET ROLE});
$pendo->set_faults({ id => 'slow', fault => 'slow_first_byte', args => { seconds => 1 }, times => -1, match => { source => 'guideEvents' } });
$pendo->clear_log;
my @members = map { LiveSession->new($node, user => $_) } 'alice', 'bob';
foreach my $member (@members)
{
	my $until = time + 60;
	my $before = requests('guideEvents');

	$member->start(q{SET ROLE team; CALL pendo.run_pull('team.guide_event')});
	sleep 0.02 until requests('guideEvents') > $before || time > $until;
}
is(($_->finish)[0], '00000', 'a member runs the pull of the role') foreach @members;
is(requests('guideEvents'), $watch->value(q{SELECT count(*) FROM pendo.ledger WHERE pull = 'team.guide_event'}),
	'no window is asked for twice');
is($truth->difference($pendo, 'team.guide_event', live => 'live.guide_event'), '', 'as at Pendo');

done_testing();
