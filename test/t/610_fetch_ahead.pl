
# A pull fetches several windows at a time, and several sessions may pull into one
# table: none waits for news that has come, none trips over another's partition.

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

make_pulls($node, $pendo, since => $since, tables => ['guide_event']);

# All requests under way are answered while the backend sleeps; others are to follow.
my $session = LiveSession->new($node);
$pendo->set_faults({ id => 'slow', fault => 'slow_first_byte', args => { seconds => 1 }, times => 4,
	match => { source => 'guideEvents' } });
$session->start(q{CALL pendo.run_pull('local.guide_event')});
my $until = time + 30;
sleep 0.02 until grep({ $_->{source} eq 'guideEvents' } $pendo->log) >= 4 || time > $until;
kill 'STOP', $session->backend;
sleep 0.05 until !grep({ ($_->{source} // '') eq 'guideEvents' && !defined $_->{duration_ms} } $pendo->log) || time > $until;
sleep 0.2;
kill 'CONT', $session->backend;
my $began = time;
my ($state) = eval { $session->finish(8) };
is($state, '00000', 'the windows that were left are asked for') or kill 'TERM', $session->backend;
is($pendo->fired('slow'), 4, 'four requests were answered meanwhile');
is($truth->difference($pendo, 'local.guide_event'), '', 'as at Pendo');
is($truth->disagreement(settled => 1), '', 'the ledger agrees');

# Another session's partition, not yet committed.
$node->safe_psql('postgres', q{
	DO $$ DECLARE p text; BEGIN
		FOR p IN SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = 'local.guide_event'::regclass LOOP
			EXECUTE 'DROP TABLE ' || p;
		END LOOP; END $$;
	UPDATE pendo.ledger SET rows = NULL, state = 'pending', due_at = now();
	CREATE FUNCTION local.wait() RETURNS trigger LANGUAGE plpgsql AS
		'BEGIN PERFORM pg_catalog.pg_advisory_xact_lock_shared(610); RETURN NULL; END';
	CREATE TRIGGER wait AFTER INSERT ON local.guide_event EXECUTE FUNCTION local.wait()});
my $watch = LiveSession->new($node);
$watch->value('SELECT pg_advisory_lock(610)');
my @sessions = map { LiveSession->new($node) } 1, 2;
foreach my $session (@sessions)
{
	$session->run(q{SET default_transaction_isolation = 'serializable'});
	$session->start(q{CALL pendo.run_pull('local.guide_event')});
	ok($node->poll_query_until('postgres', 'SELECT count(*) = 1 FROM pg_locks WHERE NOT granted AND pid = ' . $session->backend),
		'a session waits');
}
$watch->value('SELECT pg_advisory_unlock(610)');
foreach my $session (@sessions)
{
	my ($state, undef, $error) = $session->finish;
	is($state, '00000', 'it succeeds');
	unlike($error, qr/WARNING/, 'without a warning');
}
is($truth->difference($pendo, 'local.guide_event'), '', 'as at Pendo');
is($truth->disagreement(settled => 1), '', 'the ledger agrees');

done_testing();
